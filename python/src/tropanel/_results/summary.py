"""A result as text and as HTML."""

from __future__ import annotations

import html as escaping
import math
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .._data.frames import frame_columns
from .._hints import listed

if TYPE_CHECKING:
    from .numbers import Numbers

WIDTH = 78
LABEL_WIDTH = 16
METHODS = {
    "bootstrap": "bootstrap ({n} draws of units; percentiles)",
    "jackknife": "jackknife ({n} units left out in turn; Student's t)",
    "placebo": "placebo ({n} estimates where nothing was treated)",
    "conformal": "conformal inference ({n} shifts of the treatment in time)",
}
CRITERIA = {
    "loocv": "leave-one-out cross-validation",
    "placebo_sets": "placebo cross-validation (random sets)",
    "placebo_folds": "placebo cross-validation (folds)",
}
TITLE = "Triply robust panel estimate"


def text(result: Numbers) -> str:
    """Write a result as aligned lines."""
    indent = " " * LABEL_WIDTH
    lines = [TITLE, "-" * WIDTH]
    for label, value in _rows(result):
        lines += textwrap.wrap(
            value, WIDTH, initial_indent=f"{label:<{LABEL_WIDTH}}", subsequent_indent=indent
        )
    if result.notes:
        lines += ["", "Notes"]
    for note in result.notes:
        lines += textwrap.wrap(note, WIDTH, initial_indent="- ", subsequent_indent="  ")
    return "\n".join(lines)


def html(result: Numbers) -> str:
    """Write a result as an HTML table, with the notes below."""
    rows = "".join(
        f'<tr><th style="text-align:left">{escaping.escape(label)}</th>'
        f'<td style="text-align:left">{escaping.escape(value)}</td></tr>'
        for label, value in _rows(result)
    )
    notes = "".join(f"<li>{escaping.escape(note)}</li>" for note in result.notes)
    return (
        f"<div><table><caption>{TITLE}</caption><tbody>{rows}</tbody></table>"
        + (f"<ul>{notes}</ul>" if notes else "")
        + "</div>"
    )


def number(value: float) -> str:
    """Write a number with 6 significant digits."""
    return f"{value:.6g}"


def _rows(result: Numbers) -> Iterator[tuple[str, str]]:
    yield "ATT", number(result.att)
    yield from _inference_rows(result)
    yield "Outcome", f"{result.outcome}, {result.n_obs} observed cells"
    yield (
        "Panel",
        f"{result.n_units} units ({result.unit}) x {result.n_periods} periods ({result.time},"
        f" {result.first_period} to {result.last_period})",
    )
    yield (
        "Treated",
        f"{count(result.n_treated_cells, 'cell')} in {count(result.n_treated_units, 'unit')}"
        f" ({result.treatment}); {result.n_never_treated} never treated",
    )
    missed = len(result.not_estimable)
    if missed:
        yield "Not estimable", count(missed, "treated cell")
    if result.anchor != "cell":
        yield "Anchor", f"{result.anchor}: treated cells share a fit"
    if result.covariates:
        coefficients = frame_columns(result.coefficients)
        pairs = zip(coefficients["covariate"], coefficients["coefficient"])
        yield "Covariates", listed((f"{name} {number(b)}" for name, b in pairs), 12)
    yield "Lambdas", ", ".join(f"{name} {number(x)}" for name, x in result.lambdas.items())
    if result.loocv_score is not None:
        yield (
            "Chosen by",
            f"{CRITERIA[result.criterion or '']}, {result.search} search over"
            f" {len(result.scores)} triples (score {number(result.loocv_score)})",
        )
    verdict = "every effect" if result.converged else "NOT every effect"
    yield (
        "Certificate",
        f"largest relative gap {result.max_gap:.1e}; {verdict} is within its tolerance",
    )
    seconds = (f"{step} {taken:.2f}" for step, taken in result.timings.items())
    yield "Seconds", f"{listed(seconds)} ({result.backend})"


def _inference_rows(result: Numbers) -> Iterator[tuple[str, str]]:
    if result.method is None:
        yield "Standard error", "none" + (", see notes" if result.notes else "")
        return
    yield "Standard error", "none" if result.se is None else number(result.se)
    if result.ci is not None:
        lower, upper = (number(x) if math.isfinite(x) else "unbounded" for x in result.ci)
        yield f"{100 * result.level:g}% interval", f"[{lower}, {upper}]"
    if result.p_value is not None:
        yield "p-value", f"{result.p_value:.3g}"
    yield "All three by", where_from(result)


def where_from(result: Numbers) -> str:
    """Say where standard error, interval and p-value come from."""
    n_draws = 0 if result.draws is None else len(result.draws)
    return METHODS[result.method or ""].format(n=n_draws)


def count(n: int, noun: str) -> str:
    """Write a number of things."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
