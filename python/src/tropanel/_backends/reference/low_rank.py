"""The fit of Eq. 2 for 0 < lambda_nn < inf.

    min over alpha, beta, L:  sum_js w_js (Y_js - alpha_j - beta_s - L_js)^2 + lambda_nn ||L||_*

Two steps take turns, and neither ever increases the objective.

1. A proximal gradient step in L. It converges from anywhere, if slowly. What is more, it chooses
   the rank: directions that the penalty rules out become exactly 0, and missing ones appear.
2. Sweeps of alternating least squares at that rank. With L = A B',
   ||L||_* = min (||A||^2 + ||B||^2) / 2, so that given (beta, B) every unit's (alpha_j, A_j) is
   a ridge regression, and given (alpha, A) every period's (beta_s, B_s) is one. These steps are
   exact however small the weights, and Anderson acceleration makes the sweeps fast.

Alone, the second could stay at a saddle of too small a rank. Between the two, the duality gap
tells whether to go on. It bounds the objective only, and an effect can be much less certain than
the objective; so once the gap is within the tolerance there is one more round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .certificate import Fit, bounds, rank
from .linear import solve_semidefinite
from .settings import Settings
from .two_way import fit_two_way

if TYPE_CHECKING:
    from ..protocol import Floats

#: Sweeps between two proximal steps.
SWEEPS = 20

#: Sweeps that Anderson acceleration looks back on.
MEMORY = 6

#: A relative difference of objectives that can be rounding.
ROUNDING = 1e-13

#: A ridge above this part of the largest entry keeps its system far from singular.
FIRM = 1e-10


def fit_low_rank(
    outcome: Floats,
    weights: Floats,
    lambda_nn: float,
    settings: Settings,
    near: Floats | None = None,
) -> Fit:
    """Minimize Eq. 2; every row and every column of `weights` must have a positive entry.

    `near` are the values of a fit that this one may be near to.
    """
    low_rank = np.zeros_like(outcome) if near is None else _less_means(near)
    iterations = 0
    certified = False
    while True:
        unit_effects, period_effects = fit_two_way(outcome - low_rank, weights)
        two_way = unit_effects[:, None] + period_effects
        residual = outcome - two_way - low_rank
        reached = bounds(outcome, residual, low_rank, weights, lambda_nn)
        if certified or reached.gap <= ROUNDING or iterations >= settings.max_iterations:
            return Fit(two_way + low_rank, rank(low_rank), reached, iterations)
        certified = reached.gap <= settings.tolerance
        B = _proximal_step(low_rank, residual, weights, lambda_nn)
        sweeps = min(SWEEPS, settings.max_iterations - iterations)
        start = np.column_stack([period_effects, B])
        low_rank = _alternate(outcome, weights, lambda_nn / 2, start, sweeps)
        iterations += sweeps


def _less_means(values: Floats) -> Floats:
    """Values without what effects of units and periods can do."""
    values = values - values.mean(axis=0)
    return np.asarray(values - values.mean(axis=1)[:, None], dtype=np.float64)


def _proximal_step(low_rank: Floats, residual: Floats, weights: Floats, lambda_nn: float) -> Floats:
    """Take one proximal gradient step in L, and return the B of its balanced factors A B'."""
    step = 1 / (2 * weights.max())
    moved = low_rank + step * 2 * weights * residual
    _, singular_values, Vt = np.linalg.svd(moved, full_matrices=False)
    shrunk = np.maximum(singular_values - step * lambda_nn, 0.0)
    kept = shrunk > 0
    return np.asarray(Vt[kept].T * np.sqrt(shrunk[kept]), dtype=np.float64)


@dataclass(frozen=True)
class _Sweep:
    """Coefficients after one sweep: an effect in column 0, factors in the others."""

    units: Floats  #: (alpha, A)
    periods: Floats  #: (beta, B)
    objective: float

    @property
    def low_rank(self) -> Floats:
        return np.asarray(self.units[:, 1:] @ self.periods[:, 1:].T, dtype=np.float64)


def _sweep(outcome: Floats, weights: Floats, penalty: float, periods: Floats) -> _Sweep:
    """Update the units given the periods, then the periods given the units."""
    units = _ridge(outcome - periods[:, 0], weights, periods[:, 1:], penalty)
    periods = _ridge((outcome - units[:, :1]).T, weights.T, units[:, 1:], penalty)
    fitted = units[:, :1] + periods[:, 0] + units[:, 1:] @ periods[:, 1:].T
    loss = float((weights * (outcome - fitted) ** 2).sum())
    squares = float((units[:, 1:] ** 2).sum() + (periods[:, 1:] ** 2).sum())
    return _Sweep(units, periods, loss + penalty * squares)


def _ridge(outcome: Floats, weights: Floats, regressors: Floats, penalty: float) -> Floats:
    """Regress every row of `outcome` on a constant, which is not penalized, and `regressors`."""
    design = np.column_stack([np.ones(len(regressors)), regressors])
    products = design[:, :, None] * design[:, None, :]
    gram = np.tensordot(weights, products, axes=1)
    factors = np.arange(1, design.shape[1])
    gram[:, factors, factors] += penalty
    moments = (weights * outcome) @ design
    solve = np.linalg.solve if penalty > FIRM * gram.max() else solve_semidefinite
    return np.asarray(solve(gram, moments[:, :, None])[:, :, 0], dtype=np.float64)


def _alternate(
    outcome: Floats, weights: Floats, penalty: float, start: Floats, sweeps: int
) -> Floats:
    """Do a number of accelerated sweeps; return L.

    A sweep from an extrapolated point that is no improvement is not kept.
    """
    kept = _sweep(outcome, weights, penalty, start)
    history = [(kept.periods, kept.periods - start)]
    for _ in range(sweeps - 1):
        start = _extrapolate(history) if len(history) > 1 else kept.periods
        sweep = _sweep(outcome, weights, penalty, start)
        if sweep.objective > kept.objective * (1 + ROUNDING):
            history = []
        else:
            kept = sweep
            history = [*history, (sweep.periods, sweep.periods - start)][-MEMORY:]
    return kept.low_rank


def _extrapolate(history: list[tuple[Floats, Floats]]) -> Floats:
    """Combine the last sweeps so that the change they make is least (Anderson acceleration).

    `history` has the result of every sweep, and what it changed.
    """
    results = np.array([result.ravel() for result, _ in history])
    changes = np.array([change.ravel() for _, change in history])
    share = np.linalg.lstsq(np.diff(changes, axis=0).T, changes[-1], rcond=1e-12)[0]
    extrapolated = results[-1] - share @ np.diff(results, axis=0)
    return np.asarray(extrapolated.reshape(history[-1][0].shape), dtype=np.float64)
