"""A result in few words: the compiled core has more."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..handles import Labels, Words

#: An `analysis.Analysis`; that module imports this one.
Analysis = Any

LABEL_WIDTH = 16


def words(found: Analysis) -> Words:
    """Write the numbers, and the notes."""
    rows, notes = list(_rows(found)), [text for _, text, _ in found.notes()]
    lines = [f"{label:<{LABEL_WIDTH}}{value}" for label, value in rows]
    if notes:
        lines += ["", "Notes", *(f"- {note}" for note in notes)]
    cells = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in rows)
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    summary = "\n".join(["Triply robust panel estimate (NumPy backend)", *lines, ""])
    headline = ", ".join(f"{label} {value}" for label, value in rows[:2])
    labels = found.panel.labels
    outcome, effect = _outcome(labels), labels.get("effect_label")
    p_value = [f"{label} {value}" for label, value in rows if label == "p-value"]
    return {
        "summary": summary,
        "summary_percent": summary,
        "html": f"<div><table>{cells}</table><ul>{items}</ul></div>",
        "headline": headline,
        "mark": _mark(found),
        "method": "" if found.inferred is None else found.inferred["method"],
        "att": " ".join(rows[0]),
        "p_value": "".join(p_value),
        "alt": f"Observed and predicted outcomes by period. {headline}",
        "outcome": outcome,
        "effect": effect or f"Effect on {outcome}",
        "average_effect": effect or f"Average effect on {outcome}",
        "term": effect or "ATT",
    }


def _outcome(labels: Labels) -> str:
    return labels.get("outcome_label") or labels.get("outcome") or "outcome"


def _mark(found: Analysis) -> str:
    gap = found.fit["max_gap"]
    return "" if found.fit["converged"] else f" (not certified: gap {gap:.1e})"


def _rows(found: Analysis) -> Iterator[tuple[str, str]]:
    facts = found.facts()
    effect = found.panel.labels.get("effect_label")
    if effect:
        yield "Effect", effect
    yield "ATT", f"{facts['att']:.6g}{_mark(found)}"
    yield "Standard error", "none" if facts["se"] is None else f"{facts['se']:.6g}{_draws(found)}"
    if facts["ci"] is not None:
        bounds = (f"{x:.6g}" if math.isfinite(x) else "unbounded" for x in facts["ci"])
        yield f"{100 * facts['level']:g}% interval", f"[{', '.join(bounds)}]{_draws(found)}"
    if facts["p_value"] is not None:
        yield "p-value", f"{facts['p_value']:.3g}{_draws(found)}"
    yield "Lambdas", ", ".join(f"{name} {value:.6g}" for name, value in facts["lambdas"].items())
    yield "Certificate", f"largest relative gap {facts['max_gap']:.1e}"


def _draws(found: Analysis) -> str:
    n = found.inferred["n_uncertified"]
    return f" (not certified: {n} draws)" if n else ""


def notes(found: Analysis) -> list[tuple[str, str, bool]]:
    """Tell what lacks or may be wrong."""
    return [*_of_panel(found), *_of_inference(found), *_uncertified(found)]


def _of_panel(found: Analysis) -> Iterator[tuple[str, str, bool]]:
    for code, text in found.panel.remarks():
        yield code, text[:1].upper() + text[1:] + ".", False
    for edge in [] if found.search is None else found.search["edges"]:
        end, beyond = ("largest", "larger") if edge["upper"] else ("smallest", "smaller")
        yield (
            "lambda_at_edge",
            f"lambda_{edge['lambda_name']} = {edge['value']:g} is the {end} of its candidates:"
            f" {beyond} values might score better.",
            False,
        )
    reasons = found.fit["not_estimable"]["reason"]
    if reasons:
        text = f"Treated cells that are left out of the average: {len(reasons)} (not_estimable)."
        yield "cells_left_out", text, False
    if "not_unique" in reasons:
        n = reasons.count("not_unique")
        text = f"Their effect is not unique in {n} of them: a larger lambda_nn helps."
        yield "effects_not_unique", text, True


def _of_inference(found: Analysis) -> Iterator[tuple[str, str, bool]]:
    if found.inferred is not None and found.inferred["reason"]:
        text = f"Inference is by {found.inferred['method']}: {found.inferred['reason']}."
        yield "inference_chosen", text, False
    if found.without is not None:
        text = f"No standard error, interval or p-value: {found.without}"
        yield "no_inference", text, found.options.inference != "auto"


def _uncertified(found: Analysis) -> Iterator[tuple[str, str, bool]]:
    search, inferred = found.search, found.inferred
    counts = {
        "effects": found.fit["treated"]["status"].count("max_iterations"),
        "pre_effects": found._pre()["status"].count("max_iterations"),
        "scores": 0 if search is None else int(search["scores"]["n_uncertified"].sum()),
        "draws": 0 if inferred is None else inferred["n_uncertified"],
    }
    for table, n in counts.items():
        if n:
            text = f"{n} fits behind {table} are not certified as optimal to the tolerance."
            yield f"{table}_uncertified", text, True
