"""Fits at weights that the caller brings: any product of unit and period weights in Eq. 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..._errors import TropError
from .cell import Cell, fit_weighted, unit_levels
from .certificate import Bounds
from .estimation import fit_cells, treated_cells
from .panel import LARGEST_OUTCOME, Panel, component, is_connected, read_panel
from .settings import (
    Settings,
    advance,
    check_lambda,
    defaults,
    read_grid,
    read_lambdas,
    read_settings,
)

if TYPE_CHECKING:
    from ..protocol import (
        Bools,
        DrawAtts,
        Floats,
        Indices,
        Ints,
        Monitor,
        WeightedAtts,
        WeightedFit,
        WeightedLoocv,
    )


def weighted_fit(
    Y: Floats,
    W: Floats,
    unit_weights: Floats,
    period_weights: Floats,
    lambda_nn: float,
    *,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    monitor: Monitor | None = None,
) -> WeightedFit:
    """One fit of Eq. 2 at given weights, all treated cells left out."""
    panel = read_panel(Y, W)
    settings = read_settings(tolerance, max_iterations, None, defaults()["tolerance"])
    check_lambda("lambda_nn", lambda_nn)
    weights = _read_weights(panel, unit_weights, period_weights)
    fit = _fit(panel, weights, lambda_nn, settings)
    advance(monitor, "estimate", 1, 1)
    return {
        "unit_effect": fit.unit_effect,
        "period_effect": fit.period_effect,
        "low_rank": fit.low_rank,
        "fitted": fit.fitted,
        "rank": fit.rank,
        "status": "solved" if fit.bounds.gap <= settings.tolerance else "max_iterations",
        "iterations": fit.iterations,
        "gap": fit.bounds.gap,
        "primal": fit.bounds.primal,
        "dual": fit.bounds.dual,
    }


@dataclass(frozen=True)
class _Fit:
    """A fit of a whole panel; NaN is what it does not identify."""

    unit_effect: Floats
    period_effect: Floats
    low_rank: Floats
    fitted: Floats
    rank: int
    bounds: Bounds
    iterations: int


def _fit(panel: Panel, weights: Floats, lambda_nn: float, settings: Settings) -> _Fit:
    """Fit, and split what was fitted into effects and L.

    At the optimum the rows and columns of L sum to 0, so L is what centring leaves.
    """
    levels = unit_levels(panel)
    units, periods, fit = fit_weighted(panel, levels, weights, lambda_nn, settings)
    part = np.ix_(units, periods)
    fitted = fit.fitted
    row, column = fitted.mean(axis=1), fitted.mean(axis=0) - fitted.mean()
    low_rank = np.zeros_like(weights)
    if fit.rank:
        low_rank[part] = fitted - row[:, None] - column
    unit_effect = np.full(len(units), np.nan)
    unit_effect[units] = row + levels[units]
    period_effect = np.full(len(periods), np.nan)
    period_effect[periods] = column
    connected = _normalize(weights > 0, unit_effect, period_effect)
    total = unit_effect[:, None] + period_effect + low_rank
    total[~connected] = np.nan
    return _Fit(unit_effect, period_effect, low_rank, total, fit.rank, fit.bounds, fit.iterations)


def _normalize(cells: Bools, unit_effect: Floats, period_effect: Floats) -> Bools:
    """Give each component's first period the effect 0; find the cells within a component."""
    connected = np.zeros_like(cells)
    for unit in np.flatnonzero(cells.any(axis=1)):
        if not connected[unit].any():
            units, periods = component(cells, int(unit))
            level = period_effect[periods][0]
            unit_effect[units] += level
            period_effect[periods] -= level
            connected |= np.outer(units, periods)
    return connected


def weighted_loocv(
    Y: Floats,
    W: Floats,
    unit_weights: Floats,
    period_weights: Floats,
    lambda_nn: Floats,
    *,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    threads: int | None = None,
    monitor: Monitor | None = None,
) -> WeightedLoocv:
    """Leave-one-out scores of several lambda_nn at given weights."""
    panel = read_panel(Y, W)
    settings = read_settings(tolerance, max_iterations, threads, defaults()["loocv_tolerance"])
    candidates = read_grid("lambda_nn", lambda_nn)
    weights = _read_weights(panel, unit_weights, period_weights)
    control = [(int(unit), int(period)) for unit, period in np.argwhere(panel.control)]
    scored = [cell for cell in control if is_connected(_without(weights, cell) > 0, *cell)]
    if not scored:
        raise TropError(
            "no_estimable_cell",
            f"None of the {len(control)} control cells can be estimated when it is left out, so no"
            " candidate has a score: add untreated units or periods, or positive weights.",
        )
    effects = np.zeros((len(candidates), len(scored)))
    gaps = np.zeros_like(effects)
    for k, nn in enumerate(candidates):
        for c, cell in enumerate(scored):
            fit = _fit(panel, _without(weights, cell), nn, settings)
            effects[k, c] = panel.outcome[cell] - fit.fitted[cell]
            gaps[k, c] = fit.bounds.gap
            advance(monitor, "search", k * len(scored) + c + 1, effects.size)
    left_out = np.array([cell for cell in control if cell not in set(scored)], dtype=np.int64)
    return {
        "score": (effects**2).sum(axis=1),
        "max_gap": gaps.max(axis=1),
        "n_uncertified": (gaps > settings.tolerance).sum(axis=1),
        "n_cells": len(scored),
        "not_estimable": {
            "unit": left_out.reshape(-1, 2)[:, 0],
            "period": left_out.reshape(-1, 2)[:, 1],
        },
    }


def _without(weights: Floats, cell: tuple[int, int]) -> Floats:
    left = weights.copy()
    left[cell] = 0.0
    return left


def weighted_atts(
    Y: Floats,
    W: Floats,
    unit_weights: Floats,
    period_weights: Floats,
    lambda_nn: Floats,
    *,
    counts: Indices | None = None,
    average: Floats | None = None,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    threads: int | None = None,
    monitor: Monitor | None = None,
) -> WeightedAtts:
    """Average effects of many panels at given weights."""
    settings = read_settings(tolerance, max_iterations, threads, defaults()["tolerance"])
    candidates = read_grid("lambda_nn", lambda_nn)
    _check_jobs(W.shape[:2], unit_weights, counts)
    att = np.full((len(W), len(candidates)), np.nan)
    gap = np.zeros_like(att)
    for job, treatment in enumerate(W):
        panel = read_panel(Y, treatment)
        rows = _repeated(panel, None if counts is None else counts[job])
        share = _read_average(panel, average)[rows]
        panel = Panel(panel.outcome[rows], panel.treated[rows])
        try:
            weights = _read_weights(panel, unit_weights[job][rows], period_weights)
        except TropError as error:
            if error.code != "weights_all_zero":
                raise
            continue
        for k, nn in enumerate(candidates):
            fit = _fit(panel, weights, nn, settings)
            att[job, k] = _mean_effect(panel, fit.fitted, share)
            gap[job, k] = fit.bounds.gap
        advance(monitor, "estimate", job + 1, len(W))
    return {"att": att, "gap": gap, "n_uncertified": int((gap > settings.tolerance).sum())}


def _check_jobs(shape: tuple[int, ...], unit_weights: Floats, counts: Indices | None) -> None:
    for name, values in (("unit_weights", unit_weights), ("counts", counts)):
        if values is not None and values.shape != shape:
            raise TropError(
                "shape_mismatch",
                f"{name} has shape {values.shape}, but needs one row per job: {shape}.",
            )


def _mean_effect(panel: Panel, fitted: Floats, share: Floats) -> float:
    effects = np.where(panel.treated, panel.outcome - fitted, np.nan)
    shares = np.where(np.isnan(effects), 0.0, share[:, None])
    total = shares.sum()
    return float(np.nansum(effects * shares) / total) if total > 0 else float("nan")


def att_of_draws(
    Y: Floats,
    W: Floats,
    counts: Indices,
    lambda_time: float,
    lambda_unit: float,
    lambda_nn: float,
    *,
    average: Floats | None = None,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    threads: int | None = None,
    monitor: Monitor | None = None,
) -> DrawAtts:
    """Average effect of each of some given bootstrap draws (Algorithm 3)."""
    panel = read_panel(Y, W)
    lambdas = read_lambdas(lambda_time, lambda_unit, lambda_nn)
    settings = read_settings(tolerance, max_iterations, threads, defaults()["tolerance"])
    share = _read_average(panel, average)
    att = np.full(len(counts), np.nan)
    gaps = np.zeros(len(counts))
    for draw, times in enumerate(counts):
        rows = _repeated(panel, times)
        resampled = Panel(panel.outcome[rows], panel.treated[rows])
        cells, _ = fit_cells(resampled, treated_cells(resampled), lambdas, settings)
        weights = np.array([share[rows[cell.unit]] for cell in cells])
        if weights.sum() > 0:
            att[draw] = _weighted_mean(cells, weights)
            gaps[draw] = max(cell.gap for cell in cells)
        advance(monitor, "bootstrap", draw + 1, len(counts))
    return {
        "att": att,
        "n_uncertified": int((gaps > settings.tolerance).sum()),
        "max_gap": float(gaps.max(initial=0.0)),
    }


def _weighted_mean(cells: list[Cell], weights: Floats) -> float:
    return float(np.average([cell.effect for cell in cells], weights=weights))


def _repeated(panel: Panel, times: Indices | None) -> Ints:
    """Rows of the panel, each as often as a draw has it."""
    units = np.arange(len(panel.outcome))
    if times is None:
        return units
    if len(times) != len(units):
        raise TropError(
            "draw_length", f"A draw counts {len(times)} units, but the panel has {len(units)}."
        )
    return np.repeat(units, times.astype(np.int64))


def _read_average(panel: Panel, average: Floats | None) -> Floats:
    if average is None:
        return np.ones(len(panel.outcome))
    return _read_side("unit", average, len(panel.outcome))


def _read_weights(panel: Panel, unit_weights: Floats, period_weights: Floats) -> Floats:
    """Check given weights; their products at the control cells, 0 elsewhere."""
    units, periods = panel.outcome.shape
    omega = _read_side("unit", unit_weights, units)
    theta = _read_side("period", period_weights, periods)
    weights = np.where(panel.control, np.outer(omega, theta), 0.0)
    if not weights.any():
        raise TropError(
            "weights_all_zero",
            "No observed control cell has positive weights: there is nothing to fit.",
        )
    return weights


def _read_side(side: str, weights: Floats, expected: int) -> Floats:
    if len(weights) != expected:
        raise TropError(
            "weights_length",
            f"{len(weights)} {side} weights were given, but the panel has {expected} {side}s.",
        )
    for index in np.flatnonzero(~((weights >= 0) & np.isfinite(weights))):
        raise TropError(
            "weight_invalid",
            f"The weight of {side} {index} is {weights[index]}: weights must be finite and 0 or"
            " more.",
        )
    largest = weights.max(initial=0.0)
    if largest > 0 and not 1 / LARGEST_OUTCOME <= largest <= LARGEST_OUTCOME:
        raise TropError(
            "weights_out_of_range",
            f"The largest weight of the {side}s is {largest}: multiply the weights by a number"
            " that brings it between 1e-100 and 1e100.",
        )
    return weights
