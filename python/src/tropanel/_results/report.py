"""A result as one self-contained HTML page, for readers who do not program."""

from __future__ import annotations

import base64
import io
import math
import os
import platform
from collections.abc import Callable, Iterator
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.frames import frame_columns
from .._errors import TropError
from .._options import LAMBDA_NAMES
from .plot import FIGURE_SIZE, VARIANTS, draw
from .summary import CRITERIA, count, number, where_from

if TYPE_CHECKING:
    from .numbers import Numbers

STYLE = """
body { font: 16px/1.5 Georgia, serif; color: #222; max-width: 50rem; margin: 2rem auto;
  padding: 0 1rem }
h1, h2 { font-family: Helvetica, Arial, sans-serif; line-height: 1.2 }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; padding-bottom: .2rem }
.number { font-size: 1.25rem; background: #f3f6f9; border-left: 4px solid #0072b2;
  padding: .8rem 1rem }
figure { margin: 1rem 0; break-inside: avoid }
figure img { width: 100% }
figcaption, .small { font-size: .85rem; color: #555 }
table { border-collapse: collapse; font: 13px/1.4 Helvetica, Arial, sans-serif; margin: 1rem 0 }
th, td { padding: .15rem .7rem .15rem 0; text-align: right; border-bottom: 1px solid #eee }
th:first-child, td:first-child { text-align: left }
.wide { overflow-x: auto }
pre { background: #f6f6f6; padding: .8rem; white-space: pre-wrap; font-size: 13px }
@media print { body { max-width: none; margin: 0; font-size: 11pt } h2 { break-after: avoid } }
"""
#: Rows of a table beyond which only the first are shown.
MOST_ROWS = 60
METHOD_WORDS = {
    "bootstrap": "Units were drawn with replacement, never-treated and ever-treated ones"
    " separately, and the estimate was repeated on each draw; the spread of these draws is the"
    " uncertainty.",
    "jackknife": "The estimate was repeated without each unit in turn; how much it moves is the"
    " uncertainty.",
    "placebo": "Never-treated units were given the treatment of the treated ones on paper, and the"
    " estimate was repeated on them. Nothing happened to them, so what is found there is chance;"
    " the estimate is compared with these placebos.",
    "conformal": "Every period of the treated units was predicted as if it were untreated. The"
    " errors in the treated periods are compared with those of the same pattern of periods shifted"
    " in time.",
}


def write(result: Numbers, path: str | os.PathLike[str]) -> Path:
    """Write the page."""
    target = Path(path)
    if not target.parent.is_dir():
        raise TropError(
            "folder_missing",
            f"The report cannot be written to {str(target)!r}: there is no folder"
            f" {str(target.parent)!r}. Create it first.",
        )
    target.write_text(page(result), encoding="utf-8")
    return target


def page(result: Numbers) -> str:
    """Give the page as text."""
    title = f"Effect of {result.treatment} on {result.outcome}"
    body = "\n".join(part for section in SECTIONS for part in section(result))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    )


def _answer(result: Numbers) -> Iterator[str]:
    yield f'<p class="number">{escape(" ".join(_answer_sentences(result)))}</p>'
    if result.method is None:
        yield _text(
            "There is no interval and no p-value; the notes below say why, if not asked for."
        )
        return
    yield _text(f"Where interval and p-value come from: {where_from(result)}.")
    yield _text(METHOD_WORDS[result.method])
    if result.reason:
        yield _text(f"Why this method: {result.reason}.")


def _answer_sentences(result: Numbers) -> Iterator[str]:
    yield (
        f"On average, the treatment changed {result.outcome} by {number(result.att)} over"
        f" {count(_estimated(result), 'treated cell')}{_percent(result)}."
    )
    if result.ci is not None:
        lower, upper = (number(x) if math.isfinite(x) else "without bound" for x in result.ci)
        yield f"The {100 * result.level:g}% interval goes from {lower} to {upper}."
    if result.p_value is not None:
        among = round(100 * result.p_value)
        cases = f"about {among} of 100 cases" if among else "fewer than 1 of 100 cases"
        yield (
            f"The p-value is {result.p_value:.3g}: without any effect, an estimate at least as far"
            f" from zero would come up in {cases}."
        )


def _estimated(result: Numbers) -> int:
    return result.n_treated_cells - len(result.not_estimable)


def _percent(result: Numbers) -> str:
    columns = frame_columns(result.averages)
    for by, measure, estimate in zip(columns["by"], columns["measure"], columns["estimate"]):
        if (by, measure) == ("all", "percent") and math.isfinite(estimate):
            return f" ({number(estimate)} percent of what it would have been)"
    return ""


def _data(result: Numbers) -> Iterator[str]:
    yield "<h2>What was estimated, and on what</h2>"
    yield _text(
        f"The data have {result.n_units} units ({result.unit}) over {result.n_periods} periods"
        f" ({result.time}, {result.first_period} to {result.last_period}), with {result.n_obs}"
        f" observed outcomes ({result.outcome}). Treated at some time ({result.treatment}):"
        f" {count(result.n_treated_units, 'unit')}, in {count(result.n_treated_cells, 'cell')} of a"
        f" unit in a period; never treated: {count(result.n_never_treated, 'unit')}."
    )
    yield _text(
        "What each treated cell would have been without treatment is predicted from the other"
        " cells: by effects of units and periods and by common patterns over time, with more weight"
        " on similar units and near periods. The effect is what was observed less this prediction,"
        " and the number above is the average of these effects"
        f"{_weighted(result)}. The method is the triply robust panel estimator of Athey, Imbens,"
        " Qu and Viviano (2026)."
    )
    if result.anchor != "cell":
        yield _text(f"Treated cells share a prediction model (anchor: {result.anchor}).")
    if len(result.not_estimable):
        yield _text(f"{len(result.not_estimable)} treated cells have no prediction:")
        yield _table(result.not_estimable)


def _weighted(result: Numbers) -> str:
    design = result._panel.design
    if design.average is None:
        return ""
    name = "" if design.average_name is None else f" ({design.average_name})"
    return f", weighted by given weights of the units{name}"


def _event_study(result: Numbers) -> Iterator[str]:
    yield "<h2>Effects over time</h2>"
    yield _picture(
        result,
        "event",
        "Before the treatment, each cell is left out and predicted as if it were treated: these"
        " placebo effects should be near zero.",
    )
    yield _picture(
        result, "path", "Observed outcomes of the treated units, and what is predicted for them."
    )
    yield _picture(result, "cumulative", "Effects added up since the treatment began.")


def _averages(result: Numbers) -> Iterator[str]:
    yield "<h2>Averages</h2>"
    yield _text(
        "Effect: mean effect. Percent: of the sum of outcomes predicted without treatment."
        " Cumulative: sum of effects, or of mean effects so far. The band holds for all groups of a"
        " kind at once."
    )
    yield _table(result.averages)


def _covariates(result: Numbers) -> Iterator[str]:
    if result.covariates:
        yield "<h2>Covariates</h2>"
        yield _text("Change of the predicted outcome for one more unit of each covariate.")
        yield _table(result.coefficients)


def _draws(result: Numbers) -> Iterator[str]:
    if result.draws is not None and len(result.draws):
        yield "<h2>How sure is this?</h2>"
        yield _picture(result, "placebo", "Where the estimate stands among its draws.")


def _weights(result: Numbers) -> Iterator[str]:
    yield "<h2>Who the treated are compared with</h2>"
    yield from _unless_lacking(lambda: _effective(result))
    yield _picture(result, "weights", "Weights of other units for the first treated cell.")
    yield _picture(result, "time_weights", "Weights of periods for the first treated cell.")


def _effective(result: Numbers) -> Iterator[str]:
    found = result.diagnose(*_first_estimated(result))
    yield _text(
        f"For {found.target[0]} in {found.target[1]}, the weights of other units are worth as much"
        f" as {found.effective_units:.3g} units of equal weight, those of other periods as much as"
        f" {found.effective_periods:.3g} periods. The common patterns have rank {found.rank};"
        f" imbalance (Theorem 5.1) is {number(abs(found.unit_imbalance))} between units and"
        f" {number(abs(found.time_imbalance))} between periods."
    )


def _first_estimated(result: Numbers) -> tuple[Any, Any]:
    columns = frame_columns(result.effects)
    return columns["unit"][0], columns["time"][0]


def _sensitivity(result: Numbers) -> Iterator[str]:
    yield "<h2>Does the number depend on choices?</h2>"
    yield from _unless_lacking(lambda: _ablation(result))
    yield from _unless_lacking(lambda: _leave_one_out(result))
    if result.scores is not None:
        yield from _unless_lacking(lambda: _surface(result))


def _ablation(result: Numbers) -> Iterator[str]:
    yield _picture(result, "ablation", "The estimate without each part of the estimator.")
    columns = frame_columns(result.ablation())
    rows = zip((VARIANTS.get(name, name) for name in columns["variant"]), columns["att"])
    yield _rows(["Variant", "Average effect"], [[name, _cell(att)] for name, att in rows])


def _leave_one_out(result: Numbers) -> Iterator[str]:
    if len(result.leave_one_out()):
        caption = "The estimate without one of the never-treated units."
        yield _picture(result, "leave_one_out", caption)


def _surface(result: Numbers) -> Iterator[str]:
    yield _picture(result, "surface", "The estimate at all lambdas that were tried.")


def _pre_fit(result: Numbers) -> Iterator[str]:
    found = result.pre_fit()
    if found.n_cells:
        yield "<h2>Predictions before the treatment</h2>"
        yield _text(
            f"{found.n_cells} cells before the treatment were predicted from the others. The mean"
            f" error is {number(found.mean)}, the root mean squared error {number(found.rmse)}."
        )
        yield _table(found.units)


def _lambdas(result: Numbers) -> Iterator[str]:
    yield "<h2>Tuning</h2>"
    chosen = ", ".join(f"lambda_{name} = {number(x)}" for name, x in result.lambdas.items())
    if result.criterion is None:
        yield _text(f"Given: {chosen}.")
    else:
        yield _text(
            f"Chosen by {CRITERIA[result.criterion]}, {result.search} search over"
            f" {len(result.scores)} candidates: {chosen} (score {number(result.loocv_score or 0)})."
        )
    yield _text(
        "lambda_unit and lambda_time say how fast weights fall with distance, lambda_nn how"
        " strongly common patterns are held back (inf: none are used)."
    )


def _notes(result: Numbers) -> Iterator[str]:
    if result.notes:
        yield "<h2>Notes</h2>"
        items = "".join(f"<li>{escape(note)}</li>" for note in result.notes)
        yield f"<ul>{items}</ul>"


def _reproduce(result: Numbers) -> Iterator[str]:
    yield "<h2>How to reproduce this</h2>"
    yield f"<pre>{escape(_code(result))}</pre>"
    verdict = "Every effect" if result.converged else "NOT every effect"
    yield (
        f'<p class="small">{verdict} is certified as optimal to its tolerance (largest relative gap'
        f" {result.max_gap:.1e}). tropanel {escape(version('tropanel'))} (backend"
        f" {escape(result.backend)}), Python {platform.python_version()}, NumPy {np.__version__}."
        "</p>"
    )


def _code(result: Numbers) -> str:
    options, design = result._options, result._panel.design
    if result._panel.wide:
        start = "result = tropanel.trop_matrix(\n    Y, W,"
    else:
        names = (result.outcome, result.treatment, result.unit, result.time)
        start = f"result = tropanel.trop(\n    data, {', '.join(map(repr, names))},"
    lambdas = ", ".join(f'"{name}": {_literal(result.lambdas[name])}' for name in LAMBDA_NAMES)
    given: dict[str, str] = {"lambdas": f"{{{lambdas}}}"}
    if design.anchor != "cell":
        given["anchor"] = repr(design.anchor)
    if design.time_distance != "position":
        given["time_distance"] = repr(design.time_distance)
    if design.covariates:
        names_or_matrices = (
            "{" + ", ".join(f"{name!r}: ..." for name in design.covariates) + "}"
            if result._panel.wide
            else repr(list(design.covariates))
        )
        given["covariates"] = names_or_matrices
    if design.average is not None:
        given["average_weights"] = (
            "..." if design.average_name is None else repr(design.average_name)
        )
    if design.by:
        given["by"] = repr(list(design.by))
    if options.retune:
        del given["lambdas"]
        given["search"] = repr(options.search)
        given["criterion"] = repr(options.criterion)
        given["retune"] = "True"
    given["inference"] = repr(result.method)
    given["n_boot"] = repr(options.n_boot)
    given["level"] = repr(options.level)
    given["seed"] = repr(options.seed)
    lines = "".join(f"\n    {name}={value}," for name, value in given.items())
    return f"import math, tropanel\n\n{start}{lines}\n)\nprint(result.summary())"


def _literal(value: float) -> str:
    return "math.inf" if math.isinf(value) else repr(float(value))


def _unless_lacking(parts: Callable[[], Iterator[str]]) -> Iterator[str]:
    """Give the parts of a section, or say why there are none."""
    try:
        yield from list(parts())
    except TropError as error:
        yield f'<p class="small">{escape(str(error))}</p>'


def _picture(result: Numbers, kind: str, caption: str) -> str:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            'Reports need matplotlib; install it with: pip install "tropanel[plot]"'
        ) from error
    figure = Figure(figsize=FIGURE_SIZE, layout="constrained")
    draw(result, kind, figure.subplots(), None, None, None)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    code = base64.b64encode(buffer.getvalue()).decode("ascii")
    text = escape(caption)
    return (
        f'<figure><img alt="{text}" src="data:image/svg+xml;base64,{code}">'
        f"<figcaption>{text}</figcaption></figure>"
    )


def _text(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _table(frame: Any) -> str:
    columns = frame_columns(frame)
    rows = [[_cell(value) for value in row] for row in zip(*columns.values())]
    return _rows(list(columns), rows)


def _rows(head: list[str], rows: list[list[str]]) -> str:
    header = "".join(f"<th>{escape(name)}</th>" for name in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows[:MOST_ROWS]
    )
    more = len(rows) - MOST_ROWS
    rest = f'<p class="small">... and {more} rows more.</p>' if more > 0 else ""
    table = f"<table><thead><tr>{header}</tr></thead><tbody>{lines}</tbody></table>"
    return f'<div class="wide">{table}</div>{rest}'


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.4g}"
    return str(value)


SECTIONS: tuple[Callable[[Numbers], Iterator[str]], ...] = (
    _answer,
    _data,
    _event_study,
    _averages,
    _covariates,
    _draws,
    _weights,
    _sensitivity,
    lambda result: _unless_lacking(lambda: _pre_fit(result)),
    _lambdas,
    _notes,
    _reproduce,
)
