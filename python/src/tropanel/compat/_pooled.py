"""Weights of one fit for all treated cells: distances to the treated block and the treated mean.

Matrices are N x T, units in rows; the treated block is the last `treated_periods` columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .._backends.protocol import Floats


#: Scores within this relative distance of the least one are ties.
TIE = 1e-10


def time_distances(n_periods: int, treated_periods: int) -> Floats:
    """Distance of each period to the centre of the treated block, (T,)."""
    return np.abs(np.arange(n_periods, dtype=np.float64) - (n_periods - treated_periods / 2))


def unit_distances(Y: Floats, members: Floats, treated_periods: int) -> Floats:
    """Distance of each unit to averages of units before the treated block, (B, N).

    `members` (B, N) says how often each unit is in each average. The distance is the root mean
    squared difference over the periods that both have; infinite if there is none.
    """
    pre = Y[:, : Y.shape[1] - treated_periods]
    observed = np.isfinite(pre)
    number = members @ observed
    average = np.full(number.shape, np.nan)
    np.divide(members @ np.where(observed, pre, 0.0), number, out=average, where=number > 0)
    return np.array([_root_mean_square(pre - row) for row in average])


def _root_mean_square(difference: Floats) -> Floats:
    common = np.isfinite(difference)
    number = common.sum(axis=1)
    mean = np.full(len(difference), np.inf)
    squares = np.where(common, difference, 0.0) ** 2
    np.divide(squares.sum(axis=1), number, out=mean, where=number > 0)
    return np.asarray(np.sqrt(mean), dtype=np.float64)


def decay(rate: float, distances: Floats) -> Floats:
    """exp(-rate distance); 0 at an infinite distance, whatever the rate."""
    near = np.isfinite(distances)
    weights = np.exp(-rate * np.where(near, distances, 0.0))
    return np.asarray(np.where(near, weights, 0.0), dtype=np.float64)


def first_least(scores: list[float]) -> int:
    """Position of the least score; of scores that differ by rounding only, the first one."""
    least = min(scores)
    return next(k for k, score in enumerate(scores) if score <= least * (1 + TIE))
