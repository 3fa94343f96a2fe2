"""How far the exact effect of a cell can be from the one that was found.

A duality gap bounds the objective, not the effect. So the target is taken in as one more cell of
weight w whose outcome is c. For every fit x of the problem without it,

    objective(x) + w (c - value(x))^2 >= dual,

with `dual` a lower bound of the problem with it. Fits no worse than the one found, which has the
objective `primal`, are at least sqrt((dual - primal) / w) away from c at the target. They are an
interval that holds the value found, which says on which side of c they lie.

At lambda_nn = 0 the target's value becomes c. Once the least nuclear norm with it exceeds the one
without, c lies beyond all values of optimal fits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .certificate import Fit
from .settings import Settings
from .two_way import fit_two_way

if TYPE_CHECKING:
    from ..protocol import Bools, Floats

#: Values of optimal fits count as one if they differ by less than this, in the panel's scale,
DETERMINED = 1e-3
#: or by this many times what the gaps can hide.
HIDDEN = 100.0
#: The first c, in what the gaps can hide; each one after it is this much further away.
FIRST = 4.0
GROWTH = 10.0
#: In the panel's scale: the furthest c, and the least that rounding hides.
FURTHEST = 1e6
ROUNDING = 1e-11
#: Objectives that differ by less than this share may differ by rounding alone.
SAME = 1e-13
#: A norm is below lambda_nn beyond rounding if it is so by this share.
STRICTLY = 1e-9
#: Halvings of the way to c where the effect is not determined.
HALVINGS = 12
#: Iterations allowed with the target, beside three times those without it.
LEAST_ITERATIONS = 300
#: Relative gap at which the problems with the target are solved.
TOLERANCE = 1e-11


@dataclass(frozen=True)
class Range:
    """Values at the target of fits as good as the one found: below and above its own."""

    below: float
    above: float
    is_determined: bool


EXACT = Range(0.0, 0.0, True)
UNKNOWN = Range(math.inf, math.inf, True)


@dataclass(frozen=True)
class Problem:
    """A fit of Eq. 2, and how to fit it again with the target."""

    outcome: Floats
    weights: Floats  #: 0 at the target
    lambda_nn: float
    target: tuple[int, int]
    fit: Fit
    settings: Settings
    again: Callable[[Floats, Floats, float, Settings, Floats], Fit]

    def is_additive(self) -> bool:
        """Tell whether no optimal fit has a low-rank part: then all have the same intercepts."""
        if math.isinf(self.lambda_nn):
            return True
        if self.fit.excess is not None:
            return self.fit.excess == 0 and self.fit.bounds.primal == 0
        if self.fit.rank > 0:
            return False
        residual = np.where(self.weights > 0, self.outcome - self.fit.fitted, 0.0)
        gradient = 2 * self.weights * residual
        return bool(np.linalg.norm(gradient, 2) <= (1 - STRICTLY) * self.lambda_nn)

    def range(self, scale: float) -> Range:
        """Bound the target's values."""
        if self.is_additive():
            return EXACT
        search = _Search(self, scale)
        (below, from_below), (above, from_above) = search.reach(-1.0), search.reach(1.0)
        certified = self.fit.gap <= self.settings.tolerance
        is_determined = not certified or from_below + from_above <= search.settles
        return Range(below, above, is_determined)


class _Search:
    """Asks what outcomes of the target tell."""

    def __init__(self, problem: Problem, scale: float) -> None:
        fit = problem.fit
        self.problem = problem
        self.in_the_limit = fit.excess is not None
        self.excess = fit.excess or 0.0
        # In the limit the objective is the nuclear norm, without lambda_nn.
        unit = problem.lambda_nn if self.in_the_limit and problem.lambda_nn > 0 else 1.0
        self.primal = fit.bounds.primal / unit
        self.slack = 2 * max(fit.gap, TOLERANCE) * self.primal + self.excess
        square = self.slack * (scale if self.in_the_limit else 1.0)
        self.hidden = max(math.sqrt(square), ROUNDING * scale)
        self.settles = max(DETERMINED * scale, HIDDEN * self.hidden)
        self.scale = scale

    def reach(self, direction: float) -> tuple[float, float]:
        """Give the bound in a direction, and how far values are attained there."""
        bound, attained = math.inf, 0.0
        near, c = 0.0, FIRST * self.hidden
        while c <= FURTHEST * self.scale:
            told, far = self._tell(direction * c)
            bound, attained = min(bound, told), max(attained, far)
            if math.isfinite(told):
                break
            near, c = c, GROWTH * c
        if near == 0 and bound > DETERMINED * self.scale / 2:
            leverage = max(1 - (1 - bound / c) ** 2, 1e-16)
            bound = min(bound, self._tell(direction * self.hidden / math.sqrt(leverage))[0])
        for _ in range(HALVINGS):
            if near == 0 or bound <= self.settles / 2 or not math.isfinite(bound):
                break
            middle = math.sqrt(near * c)
            told, far = self._tell(direction * middle)
            bound, attained = min(bound, told), max(attained, far)
            near, c = (near, middle) if math.isfinite(told) else (middle, c)
        return bound, attained

    def _tell(self, shift: float) -> tuple[float, float]:
        """Give a bound of the values' distance, or infinity and a distance that is attained."""
        problem, at = self.problem, self.problem.target
        outcome, weights = problem.outcome.copy(), problem.weights.copy()
        value = problem.fit.fitted[at]
        outcome[at], weights[at] = value + shift, 1.0
        nn = 0.0 if self.in_the_limit else problem.lambda_nn
        settings = replace(
            problem.settings,
            tolerance=min(TOLERANCE, problem.settings.tolerance),
            max_iterations=min(
                problem.settings.max_iterations, 3 * problem.fit.iterations + LEAST_ITERATIONS
            ),
        )
        found = problem.again(outcome, weights, nn, settings, problem.fit.fitted)
        reached = found.bounds
        if self.in_the_limit:
            if reached.dual - self.excess > self.primal * (1 + SAME):
                return abs(shift), 0.0
            return math.inf, abs(shift) if reached.primal <= self.primal + self.slack else 0.0
        square = reached.dual - self.primal * (1 + SAME)
        if square > 0:
            return max(0.0, abs(shift) - math.sqrt(square)), 0.0
        attained = abs(found.fitted[at] - value)
        return math.inf, attained if reached.primal <= self.primal + self.slack else 0.0


def panel_scale(outcome: Floats, control: Bools) -> float:
    """Size of what unit and period effects leave of the control outcomes, a power of two."""
    units, periods = control.any(axis=1), control.any(axis=0)
    part = np.ix_(units, periods)
    cells = control[part].astype(np.float64)
    known = np.where(control, outcome, 0.0)[part]
    unit_effects, period_effects = fit_two_way(known, cells)
    residual = cells * (known - unit_effects[:, None] - period_effects)
    size = math.sqrt(float((residual**2).sum()) / cells.sum())
    size = max(size, 1e-12 * float(np.abs(known).max()))
    return 2.0 ** round(math.log2(size)) if size > 0 else 1.0
