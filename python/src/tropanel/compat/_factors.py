"""Weights of cells as products of unit and period weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._errors import TropError

if TYPE_CHECKING:
    from .._backends.protocol import Bools, Floats


def factors(weights: Floats) -> tuple[Floats, Floats]:
    """Split a T x N product of period and unit weights, 0 at masked cells: unit, period."""
    period, unit = np.zeros(weights.shape[0]), np.zeros(weights.shape[1])
    known = np.zeros(weights.shape[0], dtype=np.bool_)
    fullest_first = np.lexsort((-weights.sum(axis=1), -(weights > 0).sum(axis=1)))
    for start in fullest_first.tolist():
        if not known[start] and weights[start].any():
            known[start], period[start] = True, 1.0
            _spread_factors(weights, known, period, unit)
    product = np.outer(period, unit)
    if not np.allclose(product[weights > 0], weights[weights > 0], rtol=1e-9, atol=1e-300):
        raise TropError(
            "peer_unexpected",
            "diff-diff passed weights that are not products of unit and period weights, which"
            " tropanel.compat.diff_diff does not know.",
        )
    return unit, period


def _spread_factors(weights: Floats, known: Bools, period: Floats, unit: Floats) -> None:
    """Find the unit weights that known periods give, the periods that these give, and so on."""
    while True:
        for column in np.flatnonzero((unit == 0) & (weights[known] > 0).any(axis=0)):
            row = np.argmax(np.where(known, weights[:, column], 0.0))
            unit[column] = weights[row, column] / period[row]
        new = np.flatnonzero(~known & (weights[:, unit > 0] > 0).any(axis=1))
        if not new.size:
            return
        for row in new:
            column = np.argmax(np.where(unit > 0, weights[row], 0.0))
            known[row], period[row] = True, weights[row, column] / unit[column]
