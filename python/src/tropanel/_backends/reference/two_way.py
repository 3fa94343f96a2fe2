"""Weighted two-way fixed effects: the fit at lambda_nn = inf, and a part of the other fits.

Weights that decay exponentially span hundreds of orders of magnitude, so the normal equations
would lose the small ones. The elimination below only ever averages and adds positive numbers, so
it keeps all of them. It rests on one identity: least squares of x_a around an unknown p is least
squares of the differences of every two,

    min_p sum_a w_a (x_a - p)^2  =  sum_{a < b} (w_a w_b / sum_c w_c) (x_a - x_b)^2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..protocol import Floats


def fit_two_way(outcome: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Find unit effects a and period effects b with least sum w_js (y_js - a_j - b_s)^2.

    Every row of `weights` must have a positive entry. Where the cells of positive weight are not
    connected, the levels of the components are arbitrary relative to each other.
    """
    share = weights / weights.sum(axis=1, keepdims=True)
    period_effects = _solve_differences(*_eliminate_units(outcome, weights, share))
    unit_effects = (share * (outcome - period_effects)).sum(axis=1)
    return unit_effects, period_effects


def _eliminate_units(outcome: Floats, weights: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Turn the units into weighted differences between every two periods.

    Returns the weights K_su, and the weighted means D_su of y_js - y_ju over the units j.
    """
    K = share.T @ weights
    np.fill_diagonal(K, 0.0)
    total = (share * outcome).T @ weights
    D = np.zeros_like(K)
    np.divide(total - total.T, K, out=D, where=K > 0)
    return K, D


def _solve_differences(K: Floats, D: Floats) -> Floats:
    """Find b with least sum over s < u of K_su (b_s - b_u - D_su)^2, with b_0 = 0.

    The last period is eliminated first, each by the identity above, which makes new differences
    between the periods before it.
    """
    for last in range(len(K) - 1, 0, -1):
        _eliminate_period(K, D, last)
    effects = np.zeros(len(K))
    for period in range(1, len(K)):
        link = K[period, :period]
        if link.sum() > 0:
            effects[period] = link / link.sum() @ (effects[:period] + D[period, :period])
    return effects


def _eliminate_period(K: Floats, D: Floats, last: int) -> None:
    """Merge the differences that go through period `last` into K and D of those before it."""
    link, offset = K[last, :last], D[:last, last]
    if link.sum() == 0:
        return
    through = np.outer(link / link.sum(), link)
    np.fill_diagonal(through, 0.0)
    total = K[:last, :last] + through
    sums = K[:last, :last] * D[:last, :last] + through * np.subtract.outer(offset, offset)
    np.divide(sums, total, out=D[:last, :last], where=total > 0)
    K[:last, :last] = total
