"""The limit lambda_nn -> 0+ of Eq. 2: fit every weighted cell exactly, with least ||L||_*.

    min over alpha, beta, L:  ||L||_*  subject to  alpha_j + beta_s + L_js = Y_js

on the cells of positive weight, whatever the weights. With M = alpha + beta + L, the best fixed
effects for a given M leave L = J M J', with J the matrices that take means out. So the problem
has only the entries z of M outside the constrained cells:

    min over z:  ||J M(z) J'||_*

A barrier method solves it. The nuclear norm is smoothed to sum_k phi(sigma_k) with

    phi(sigma) = r - nu log(nu + r),  r = sqrt(sigma^2 + nu^2),  phi'(sigma) = sigma / (nu + r),

which is, up to the factor nu, self-concordant (it is the log-barrier of the semidefinite form of
the nuclear norm, minimized over the rest). Hence Newton's method with damped steps converges from
anywhere. As nu goes to 0, the gradient of phi becomes the G that proves optimality.

Of singular values near nu a gradient is right to rounding / nu only, however exact z is. One more
Newton step is then too short to change z, but it changes the gradient: to first order in the step
the gradient after it makes a far better G. In the end rounding wins all the same. So the proof is
the best one of all nu, while the minimizer is followed until it settles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .certificate import EXACT_FIT, RANK_THRESHOLD, Bounds, Fit, spectral_norm
from .linear import solve_semidefinite
from .panel import component
from .settings import Settings
from .two_way import fit_two_way

if TYPE_CHECKING:
    from ..protocol import Bools, Floats, Ints

#: Factor by which nu falls from one stage to the next, and the number of stages.
SHRINK = 0.2
STAGES = 20

#: A Newton decrement below this ends a stage.
CENTRED = 1e-8

#: From a decrement below this on each is less than half of the one before, or rounding.
QUADRATIC = 0.25

#: Newton steps of one stage; more are rounding.
STAGE_STEPS = 50

#: The minimizer has settled when a stage changes its limit by less than this part of the largest
#: value. The next stage would change it by 1 / 25 of that.
SETTLED = 1e-11


@dataclass(frozen=True)
class _Svd:
    """Full singular value decomposition of L = J M J', on the vectors with mean 0."""

    U: Floats  #: N x (N - 1)
    V: Floats  #: T x (T - 1)
    sigma: Floats

    def gradient(self, nu: float) -> Floats:
        """Gradient of the smoothed nuclear norm, an N x T matrix with row and column sums 0."""
        k = len(self.sigma)
        slope = self.sigma / (nu + np.hypot(self.sigma, nu))
        return np.asarray((self.U[:, :k] * slope) @ self.V[:, :k].T, dtype=np.float64)


def fit_interpolant(outcome: Floats, constrained: Bools, settings: Settings) -> Fit:
    """Find the interpolant of the constrained cells with least nuclear norm.

    Every row and every column must have a constrained cell.
    """
    known = np.where(constrained, outcome, 0.0)
    unit_effects, period_effects = fit_two_way(known, constrained.astype(np.float64))
    start = np.where(constrained, outcome, unit_effects[:, None] + period_effects)
    if _decompose(start).sigma.sum() <= EXACT_FIT * np.sqrt(start.size) * np.linalg.norm(known):
        return Fit(start, 0, Bounds(0.0, 0.0), 0)
    return _follow_path(start, constrained, settings)


def _follow_path(start: Floats, constrained: Bools, settings: Settings) -> Fit:
    """Lower nu until the gap is well below the tolerance and the minimizer has settled.

    It moves almost linearly with nu, so each stage extrapolates it to nu = 0.
    """
    free = np.argwhere(~_fix_levels(constrained))
    nu = float(_decompose(start).sigma[0])
    lower_bound = _lower_bound(start, constrained, free, nu)
    centred, limit, iterations = start, start, 0
    fit = _as_fit(start, lower_bound, 0)
    for _ in range(STAGES):
        steps = min(STAGE_STEPS, settings.max_iterations - iterations)
        if steps == 0:
            break
        nu *= SHRINK
        before, settling = centred, limit
        centred, taken = _centre(before, free, nu, steps)
        iterations += taken
        limit = centred + (centred - before) * SHRINK / (1 - SHRINK)
        lower_bound = max(lower_bound, _lower_bound(centred, constrained, free, nu))
        fit = _as_fit(limit, lower_bound, iterations)
        settled = np.abs(limit - settling).max() <= SETTLED * np.abs(start).max()
        if settled and fit.gap <= 0.01 * settings.tolerance:
            break
    return fit


def _fix_levels(constrained: Bools) -> Bools:
    """Add one cell, of any value, between every two components of the constrained cells.

    Their levels relative to each other are arbitrary, and have to be chosen for Newton's method.
    """
    fixed = np.array(constrained, dtype=np.bool_)
    while True:
        units, periods = component(fixed, 0)
        if units.all():
            return fixed
        fixed[np.flatnonzero(~units)[0], np.flatnonzero(periods)[0]] = True


def _as_fit(fitted: Floats, lower_bound: float, iterations: int) -> Fit:
    """Compare an interpolant with a lower bound of the least nuclear norm."""
    sigma = _decompose(fitted).sigma
    bounds = Bounds(float(sigma.sum()), lower_bound)
    return Fit(fitted, int((sigma > RANK_THRESHOLD * sigma[0]).sum()), bounds, iterations)


def _lower_bound(fitted: Floats, constrained: Bools, free: Ints, nu: float) -> float:
    """Bound the least nuclear norm by <G, Y>, with G the gradient of the smoothed one."""
    svd = _decompose(fitted)
    step = np.zeros_like(fitted)
    step[free[:, 0], free[:, 1]] = _newton_step(svd, free, nu)
    G = svd.gradient(nu) + svd.U @ _curve(svd, svd.U.T @ step @ svd.V, nu) @ svd.V.T
    G = _make_feasible(G, constrained)
    return float((G * np.where(constrained, fitted, 0.0)).sum())


def _make_feasible(G: Floats, constrained: Bools) -> Floats:
    """Project G on the matrices with sums of 0 that are 0 off the cells; scale to norm 1."""
    cells = constrained.astype(np.float64)
    unit_effects, period_effects = fit_two_way(cells * G, cells)
    feasible = cells * (G - unit_effects[:, None] - period_effects)
    return np.asarray(feasible / spectral_norm(feasible), dtype=np.float64)


def _centre(fitted: Floats, free: Ints, nu: float, max_steps: int) -> tuple[Floats, int]:
    """Minimize the smoothed nuclear norm over the free cells by damped Newton steps."""
    fitted = fitted.copy()
    taken, decrement = 0, math.inf
    while taken < max_steps and decrement >= CENTRED:
        svd = _decompose(fitted)
        gradient = svd.gradient(nu)[free[:, 0], free[:, 1]]
        step = _newton_step(svd, free, nu)
        before, decrement = decrement, math.sqrt(max(0.0, -float(gradient @ step) / nu))
        if before < QUADRATIC and decrement > before / 2:
            break
        damping = 1.0 if decrement < 0.5 else 1 / (1 + decrement)
        fitted[free[:, 0], free[:, 1]] += damping * step
        taken += 1
    return fitted, taken


def _decompose(fitted: Floats) -> _Svd:
    """Take the means out of rows and columns, and decompose what is left."""
    units, periods = _contrasts(fitted.shape[0]), _contrasts(fitted.shape[1])
    U, sigma, Vt = np.linalg.svd(units.T @ fitted @ periods)
    return _Svd(units @ U, periods @ Vt.T, sigma)


@lru_cache(maxsize=8)
def _contrasts(n: int) -> Floats:
    """Orthonormal basis, n x (n - 1), of the vectors with mean 0."""
    basis, _ = np.linalg.qr(np.column_stack([np.ones(n), np.eye(n)[:, 1:]]))
    return np.asarray(basis[:, 1:], dtype=np.float64)


def _newton_step(svd: _Svd, free: Ints, nu: float) -> Floats:
    """Change of the free cells that would make their gradient 0 if it were linear."""
    gradient = svd.gradient(nu)[free[:, 0], free[:, 1], None]
    return solve_semidefinite(_hessian(svd, free, nu), -gradient)[:, 0]


def _hessian(svd: _Svd, free: Ints, nu: float) -> Floats:
    """Second derivatives of the smoothed nuclear norm in the free cells."""
    P = svd.U[free[:, 0]][:, :, None] * svd.V[free[:, 1]][:, None, :]
    return np.asarray(np.tensordot(P, _curve(svd, P, nu), axes=([1, 2], [1, 2])))


def _curve(svd: _Svd, P: Floats, nu: float) -> Floats:
    """Change of the gradient of the smoothed nuclear norm along each direction E, P = U' E V.

    In the basis of the singular vectors it is, in the k x k part,
    c_ab (P_ab + P_ba) / 2 + d_ab (P_ab - P_ba) / 2 with c_ab = (phi'(a) - phi'(b)) / (a - b) and
    d_ab = (phi'(a) + phi'(b)) / (a + b), and phi'(a) / a times P_ab in the rest.
    """
    k = len(svd.sigma)
    r = np.hypot(svd.sigma, nu)
    product = np.multiply.outer(nu + r, nu + r)
    total = np.add.outer(svd.sigma, svd.sigma)
    cross = np.multiply.outer(svd.sigma, r)
    cross = cross + cross.T
    c = nu * (1 + nu * _ratio(total, cross, 1 / nu)) / product
    d = (_ratio(cross, total, nu) + nu) / product
    square = P[..., :k, :k]
    curved = np.empty_like(P)
    curved[..., :k, :k] = square * (c + d) / 2 + square.swapaxes(-1, -2) * (c - d) / 2
    curved[..., k:, :k] = P[..., k:, :k] / (nu + r)
    curved[..., :k, k:] = P[..., :k, k:] / (nu + r[:, None])
    return curved


def _ratio(numerator: Floats, denominator: Floats, limit: float) -> Floats:
    """Divide, with the limit where both singular values are 0."""
    ratio = np.full_like(numerator, limit)
    np.divide(numerator, denominator, out=ratio, where=denominator > 0)
    return ratio
