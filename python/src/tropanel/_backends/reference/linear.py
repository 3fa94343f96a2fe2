"""Linear systems whose matrices can be singular up to rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..protocol import Floats


def solve_semidefinite(matrix: Floats, right: Floats) -> Floats:
    """Solve `matrix @ x = right` for a positive semidefinite matrix, or a stack of them.

    `right` has one column or more, and the diagonals are positive. Scaled to a unit diagonal, a
    matrix of order n has entries that are right to rounding, so an eigenvalue below n roundings
    tells nothing, not even its sign: x does not move along its eigenvector.
    """
    scale = 1 / np.sqrt(np.diagonal(matrix, axis1=-2, axis2=-1))[..., None]
    values, vectors = np.linalg.eigh(matrix * scale * scale.swapaxes(-1, -2))
    least = matrix.shape[-1] * np.finfo(float).eps * values[..., -1:]
    inverse = np.zeros_like(values)
    np.divide(1.0, values, out=inverse, where=values > least)
    coordinates = vectors.swapaxes(-1, -2) @ (scale * right)
    return np.asarray(scale * (vectors @ (inverse[..., None] * coordinates)), dtype=np.float64)
