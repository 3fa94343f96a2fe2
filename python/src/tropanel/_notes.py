"""What a reader of a result should know beside its numbers."""

from __future__ import annotations

import datetime
import numbers
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ._hints import listed, show_label

if TYPE_CHECKING:
    from ._panel import Axis, Panel
    from ._protocol import Bootstrap, Estimate, Floats, Grids, Search

#: Fewer treated units than this, and a bootstrap over units says little.
FEW_TREATED_UNITS = 5
REASONS = {
    "outcome_missing": "outcome missing",
    "disconnected": "no control cells connect unit and period",
    "weights_underflow": "the weights of the connecting control cells are zero",
}


def bootstrap_refusal(panel: Panel) -> str | None:
    """Say why a bootstrap over units would mean nothing, if so."""
    treated = int(panel.ever_treated.sum())
    never = len(panel.unit.labels) - treated
    if treated < 2:
        return (
            "No standard error, interval or p-value: there is one treated unit, and the bootstrap"
            " resamples treated units. The placebo effects (pre_effects) show how well untreated"
            " outcomes of this unit are predicted."
        )
    if never < 2:
        return (
            "No standard error, interval or p-value: the bootstrap resamples never-treated units,"
            f" and there {'is one' if never == 1 else 'are none'}."
        )
    return None


def panel_notes(panel: Panel) -> Iterator[str]:
    """Tell what is odd about the data."""
    steps = _steps(panel.time)
    if steps is not None and len(steps) and not np.allclose(steps, steps.min(), rtol=1e-6):
        wide = panel.time.labels[int(np.argmax(steps > steps.min() * (1 + 1e-6)))]
        yield (
            f"Periods in {panel.time.name!r} are not evenly spaced (first wider step after"
            f" {show_label(wide)}). Time weights count positions, so every step counts as one."
        )


def _steps(time: Axis) -> Floats | None:
    """Distances between neighbouring periods, None if they are not numbers or dates."""
    labels = time.labels
    if all(isinstance(label, numbers.Real) for label in labels):
        return np.diff(np.array(labels, dtype=np.float64))
    if all(isinstance(label, datetime.date) for label in labels):
        return np.diff(_months(labels) if _monthly(labels) else _days(labels))
    return None


def _monthly(dates: list[Any]) -> bool:
    """Whether each date has a month of its own, and is the same day of it, or its last one."""
    if len({(date.year, date.month) for date in dates}) < len(dates):
        return False
    next_days = {(date + datetime.timedelta(days=1)).day for date in dates}
    return len({date.day for date in dates}) == 1 or next_days == {1}


def _months(dates: list[Any]) -> Floats:
    return np.array([date.year * 12.0 + date.month for date in dates])


def _days(dates: list[Any]) -> Floats:
    return np.array([(date - dates[0]) / datetime.timedelta(days=1) for date in dates])


def search_notes(search: Search, grids: Grids) -> Iterator[str]:
    """Tell what is odd about the choice of lambdas."""
    for name, chosen, grid in (
        ("time", search["lambda_time"], grids["time"]),
        ("unit", search["lambda_unit"], grids["unit"]),
    ):
        if len(grid) > 1 and chosen == grid.max():
            yield _edge(name, chosen, "largest", "larger")
    nn, finite = search["lambda_nn"], grids["nn"][np.isfinite(grids["nn"])]
    if len(finite) and len(grids["nn"]) > 1:
        if nn == finite.min() > 0:
            yield _edge("nn", nn, "smallest", "smaller")
        elif nn == grids["nn"].max() and np.isfinite(nn):
            yield _edge("nn", nn, "largest", "larger")
    if search["n_not_estimable"]:
        yield (
            f"{search['n_not_estimable']} control cells cannot be predicted from the others and"
            " are left out of the cross-validation."
        )


def _edge(name: str, chosen: float, edge: str, beyond: str) -> str:
    return (
        f"lambda_{name} = {chosen:g} is the {edge} of its grid: {beyond} values might score"
        f' better. Try them with grids={{"{name}": [...]}}.'
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


def bootstrap_notes(panel: Panel, draws: Bootstrap) -> Iterator[str]:
    """Tell what is odd about the bootstrap."""
    treated = int(panel.ever_treated.sum())
    if treated < FEW_TREATED_UNITS:
        yield (
            f"Only {treated} treated units: the bootstrap resamples them, so its standard error"
            " and interval are rough and tend to be too small."
        )
    if draws["n_failed"]:
        yield (
            f"{draws['n_failed']} of {draws['n_failed'] + len(draws['draws'])} bootstrap draws had"
            " no treated cell that can be estimated, and are left out."
        )
    if np.isinf(draws["ci_lower"]) or np.isinf(draws["ci_upper"]):
        yield "The interval has no bounds: there are too few draws for this level."


def uncertified_notes(
    fit: Estimate, search: Search | None, draws: Bootstrap | None
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
            f"{draws['n_uncertified']} bootstrap draws have fits that are not certified as optimal"
            f" to the tolerance (largest relative gap {draws['max_gap']:.1e})."
        )
