"""How far a fit is from the optimum, at most: the duality gap.

For Eq. 2, every G that is 0 outside the cells of positive weight, with row and column sums of 0
and spectral norm of lambda_nn at most, bounds the optimum from below by

    <G, Y> - sum G^2 / (4 w).

2 w * residual is such a G at the optimum, and, scaled down to the norm, near it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..protocol import Floats

#: A root mean squared residual below this part of the outcome's is an exact fit: only rounding.
EXACT_FIT = 1e-13

#: Singular values below this part of the largest one do not count as rank.
RANK_THRESHOLD = 1e-6


@dataclass(frozen=True)
class Fit:
    """A fitted matrix alpha_j + beta_s + L_js, and how good it is."""

    fitted: Floats
    rank: int  #: of L
    bounds: Bounds
    iterations: int
    #: In the limit lambda_nn = 0: how far the objective over lambda_nn can be below the norm.
    excess: float | None = None

    @property
    def gap(self) -> float:
        return self.bounds.gap


@dataclass(frozen=True)
class Bounds:
    """An objective that was reached, and a lower bound of its minimum."""

    primal: float
    dual: float

    @property
    def gap(self) -> float:
        """Relative duality gap."""
        return max(0.0, 1 - self.dual / self.primal) if self.primal > 0 else 0.0


def bounds(
    outcome: Floats, residual: Floats, low_rank: Floats, weights: Floats, lambda_nn: float
) -> Bounds:
    """Bound the minimum of Eq. 2 by a fit whose two-way fixed effects are optimal given L."""
    loss = float((weights * residual**2).sum())
    if not low_rank.any() and loss <= EXACT_FIT**2 * float((weights * outcome**2).sum()):
        return Bounds(loss, loss)
    penalty = lambda_nn * nuclear_norm(low_rank) if low_rank.any() else 0.0
    G = 2 * weights * residual
    scale = min(1.0, lambda_nn / spectral_norm(G))
    # <G, Y> = <G, L + residual>, because fixed effects are orthogonal to G
    dual = scale * float((G * (low_rank + residual)).sum()) - scale**2 * loss
    return Bounds(loss + penalty, dual)


def spectral_norm(matrix: Floats) -> float:
    """Largest singular value."""
    return float(np.linalg.norm(matrix, 2))


def nuclear_norm(matrix: Floats) -> float:
    """Sum of the singular values."""
    return float(np.linalg.norm(matrix, "nuc"))


def rank(matrix: Floats) -> int:
    """Count the singular values that are not negligible."""
    singular_values = np.linalg.svd(matrix, compute_uv=False)
    return int((singular_values > RANK_THRESHOLD * singular_values[0]).sum())
