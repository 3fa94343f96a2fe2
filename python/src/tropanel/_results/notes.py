"""What a reader of a result should know beside its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from .._hints import listed, show_label

if TYPE_CHECKING:
    from .._backends.protocol import Estimate, Inference, Search
    from .._data.panel import Panel

#: Fewer treated units than this, and a bootstrap over units says little.
FEW_TREATED_UNITS = 5
REASONS = {
    "outcome_missing": "outcome missing",
    "disconnected": "no control cells connect unit and period",
    "weights_underflow": "the weights of the connecting control cells are zero",
    "covariates_not_identified": "control cells do not identify the coefficients without it",
    "no_donors": "no never-treated unit is observed throughout",
    "no_pre_periods": "too few observed periods before the treatment",
}


def search_notes(search: Search) -> Iterator[str]:
    """Tell what is odd about the choice of lambdas."""
    for edge in search["edges"]:
        name = edge["lambda_name"]
        end, beyond = ("largest", "larger") if edge["upper"] else ("smallest", "smaller")
        yield (
            f"lambda_{name} = {edge['value']:g} is the {end} of its grid: {beyond} values might"
            f' score better. Try them with grids={{"{name}": [...]}}, or search="adaptive".'
        )
    if search["n_not_estimable"]:
        yield (
            f"{search['n_not_estimable']} control cells cannot be predicted from the others and"
            " are left out of the cross-validation."
        )


def estimate_notes(panel: Panel, fit: Estimate) -> Iterator[str]:
    """Tell which cells could not be estimated."""
    missed = fit["not_estimable"]
    if missed["reason"]:
        cells = (
            f"({show_label(panel.unit.labels[i])}, {show_label(panel.time.labels[t])}:"
            f" {REASONS[reason]})"
            for i, t, reason in zip(missed["unit"], missed["period"], missed["reason"])
        )
        yield (
            f"{len(missed['reason'])} treated cells cannot be estimated and are left out of the"
            f" average: {listed(cells, 3)}. All are in not_estimable."
        )


def inference_notes(panel: Panel, found: Inference) -> Iterator[str]:
    """Tell what is odd about the inference."""
    if found["reason"]:
        yield f"inference='auto' chose {found['method']}. {sentence(found['reason'])}"
    treated = int(panel.ever_treated.sum())
    if found["method"] == "bootstrap" and treated < FEW_TREATED_UNITS:
        yield (
            f"Only {treated} treated units: the bootstrap resamples them, so its standard error"
            " and interval are rough and tend to be too small."
        )
    if found["n_failed"]:
        yield (
            f"{found['n_failed']} of {found['n_failed'] + len(found['draws'])} draws"
            f" ({found['method']}) had no treated cell that can be estimated, and are left out."
        )
    table = found["table"]
    if np.isinf(table["ci_lower"][0]) or np.isinf(table["ci_upper"][0]):
        yield "The interval has no bounds: there are too few draws for this level."


def sentence(text: str) -> str:
    """Write text as a sentence: a capital first, one full stop last."""
    return text[:1].upper() + text[1:].rstrip(".") + "."


def uncertified_notes(
    fit: Estimate, search: Search | None, draws: Inference | None
) -> Iterator[str]:
    """Tell what did not reach its tolerance; these notes are warnings too."""
    groups = [cells for cells in (fit["treated"], fit["pre"]) if cells is not None]
    unsolved = sum(status != "solved" for cells in groups for status in cells["status"])
    if unsolved or not fit["converged"]:
        yield (
            f"{unsolved} fits are not certified as optimal to the tolerance (largest relative gap"
            f" of treated cells {fit['max_gap']:.1e}); see the column gap of effects and"
            " pre_effects."
        )
    unscored = int(search["scores"]["n_uncertified"].sum()) if search is not None else 0
    if unscored:
        yield (
            f"{unscored} fits of the cross-validation are not certified as optimal to the"
            " tolerance; see the column n_uncertified of scores."
        )
    if draws is not None and draws["n_uncertified"]:
        yield (
            f"{draws['n_uncertified']} draws have fits that are not certified as optimal"
            f" to the tolerance (largest relative gap {draws['max_gap']:.1e})."
        )
