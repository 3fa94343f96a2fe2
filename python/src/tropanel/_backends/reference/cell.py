"""One target cell: its weights, whether it can be estimated, its fit and its effect."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..._errors import TropError
from .certificate import Bounds, Fit, bounds, rank
from .distance import cell_weights, unit_distances
from .effect_range import UNKNOWN, Problem, Range, panel_scale
from .interpolant import fit_interpolant
from .low_rank import fit_low_rank
from .panel import Panel, is_connected
from .settings import Lambdas, Settings
from .two_way import fit_two_way

if TYPE_CHECKING:
    from ..protocol import Bools, Floats


#: The limit lambda_nn = 0 is tried first if it costs no more than this share of the tolerance.
LIMIT_SHARE = 0.1


@dataclass(frozen=True)
class Cell:
    """The fit of one target cell."""

    unit: int
    period: int
    counterfactual: float
    effect: float
    rank: int
    bounds: Bounds
    iterations: int
    range: Range  #: of the counterfactual, from its own value

    @property
    def gap(self) -> float:
        return self.bounds.gap


def positive_cells(panel: Panel, unit: int, period: int, any_distance: bool) -> Bools:
    """Find the cells that the fit of a target can use: weights above 0 in exact arithmetic.

    These are the observed control cells other than the target, of units at finite distance; of
    all units if `any_distance`, which is how it is at lambda_unit = 0.
    """
    cells = panel.control
    cells[unit, period] = False
    if not any_distance:
        cells[np.isinf(unit_distances(panel, unit, without=period))] = False
    return cells


def why_not_estimable(panel: Panel, unit: int, period: int, lambdas: Lambdas) -> str | None:
    """Name the reason why a cell has no effect, or None if it has one."""
    if not panel.observed[unit, period]:
        return "outcome_missing"
    if not is_connected(positive_cells(panel, unit, period, lambdas.unit == 0), unit, period):
        return "disconnected"
    if underflows(panel, unit, period, lambdas):
        return "weights_underflow"
    return None


def underflows(panel: Panel, unit: int, period: int, lambdas: Lambdas) -> bool:
    """Tell whether weights that round to 0 disconnect a cell."""
    return not is_connected(_fit_weights(panel, unit, period, lambdas) > 0, unit, period)


def _fit_weights(panel: Panel, unit: int, period: int, lambdas: Lambdas) -> Floats:
    """Weights of Eq. 3; at lambda_nn = 0 only their being positive counts, so they are 1."""
    if lambdas.nn == 0:
        return positive_cells(panel, unit, period, lambdas.unit == 0).astype(np.float64)
    return cell_weights(panel, unit, period, lambdas)


def fit_cell(
    panel: Panel,
    unit: int,
    period: int,
    lambdas: Lambdas,
    settings: Settings,
    bounded: bool = False,
) -> Cell:
    """Fit Eq. 2 for one target cell, which must be estimable; bound its effect if asked to."""
    weights = _fit_weights(panel, unit, period, lambdas)
    levels = unit_levels(panel)
    units, periods, fit = fit_weighted(panel, levels, weights, lambdas.nn, settings)
    fitted = np.zeros_like(weights)
    fitted[np.ix_(units, periods)] = fit.fitted
    effect = float(panel.outcome[unit, period] - levels[unit] - fitted[unit, period])
    counterfactual = float(levels[unit] + fitted[unit, period])
    found = UNKNOWN
    if bounded:
        used = _outcome_less(panel, levels, weights)[np.ix_(units, periods)]
        target = (int(units[:unit].sum()), int(periods[:period].sum()))
        cells = weights[np.ix_(units, periods)]
        problem = Problem(used, cells, lambdas.nn, target, fit, settings, _fit)
        found = problem.range(panel_scale(panel.outcome, panel.control))
    return Cell(unit, period, counterfactual, effect, fit.rank, fit.bounds, fit.iterations, found)


def fit_weighted(
    panel: Panel, levels: Floats, weights: Floats, lambda_nn: float, settings: Settings
) -> tuple[Bools, Bools, Fit]:
    """Fit outcomes less `levels` at the cells of positive weight.

    Returns the units and the periods that have such cells, and the fit of these.
    """
    used = weights > 0
    units = np.asarray(used.any(axis=1), dtype=np.bool_)
    periods = np.asarray(used.any(axis=0), dtype=np.bool_)
    part = np.ix_(units, periods)
    fit = _fit(_outcome_less(panel, levels, weights)[part], weights[part], lambda_nn, settings)
    if not (math.isfinite(fit.bounds.primal) and np.isfinite(fit.fitted).all()):
        raise TropError(
            "fit_diverged",
            "A fit diverged in floating-point numbers: outcomes, weights and lambda_nn are too far"
            " apart in size. Rescale the outcome or the weights, or use a larger lambda_nn.",
        )
    return units, periods, fit


def _outcome_less(panel: Panel, levels: Floats, weights: Floats) -> Floats:
    """Outcomes less `levels` at the cells of positive weight, 0 elsewhere."""
    outcome = np.where(panel.observed, panel.outcome, 0.0) - levels[:, None]
    return np.where(weights > 0, outcome, 0.0)


def _fit(
    outcome: Floats,
    weights: Floats,
    lambda_nn: float,
    settings: Settings,
    near: Floats | None = None,
) -> Fit:
    """Choose the method by lambda_nn; `near` are values of a fit that may not be far."""
    if math.isinf(lambda_nn):
        return _fit_without_factors(outcome, weights)
    if lambda_nn == 0:
        return replace(fit_interpolant(outcome, weights > 0, settings), excess=0.0)
    excess = lambda_nn * min(outcome.shape) / (4 * weights[weights > 0].min())
    allowed = settings.tolerance * float(np.abs(outcome).max())
    if excess <= LIMIT_SHARE * allowed:
        limit = _fit_in_the_limit(outcome, weights, lambda_nn, excess, settings)
        if limit.gap <= settings.tolerance:
            return limit
    fit = fit_low_rank(outcome, weights, lambda_nn, settings, near)
    if fit.gap > settings.tolerance and excess <= allowed:
        limit = _fit_in_the_limit(outcome, weights, lambda_nn, excess, settings)
        return min(fit, limit, key=lambda one: one.gap)
    return fit


def _fit_in_the_limit(
    outcome: Floats, weights: Floats, lambda_nn: float, excess: float, settings: Settings
) -> Fit:
    """Fit the limit lambda_nn = 0 in place of a lambda_nn below rounding.

    The least nuclear norm bounds the objective over lambda_nn from above, and with lambda_nn times
    its dual point H from below but for `excess`: lambda_nn sum H^2 / (4 w).
    """
    limit = fit_interpolant(outcome, weights > 0, settings)
    dual = (limit.bounds.dual - excess) * lambda_nn
    return replace(limit, bounds=Bounds(limit.bounds.primal * lambda_nn, dual), excess=excess)


def _fit_without_factors(outcome: Floats, weights: Floats) -> Fit:
    """Fit two-way fixed effects only: L = 0."""
    unit_effects, period_effects = fit_two_way(outcome, weights)
    fitted = unit_effects[:, None] + period_effects
    none = np.zeros_like(outcome)
    return Fit(fitted, rank(none), bounds(outcome, outcome - fitted, none, weights, math.inf), 0)


def unit_levels(panel: Panel) -> Floats:
    """Mean of every unit's control outcomes, or of all of them if it has none.

    A fit with unit effects does not depend on levels; taking them out first spares rounding.
    """
    control = panel.control
    outcome = np.where(control, panel.outcome, 0.0)
    levels = np.full(len(outcome), outcome.sum() / control.sum())
    cells = control.sum(axis=1)
    np.divide(outcome.sum(axis=1), cells, out=levels, where=cells > 0)
    return levels
