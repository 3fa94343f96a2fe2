"""A race: candidates are compared on few cells first, and on more only while they may win."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .descent import search_descent
from .randomness import RACE, Generator

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scores import Score, Scorer
    from .settings import Lambdas

    Cells = list[tuple[int, int]]

#: Control cells of the first heat.
FIRST = 100

#: How many times more cells each further heat has.
GROWTH = 2

#: A race takes this many times the cells of the first heat, or more.
WORTH_IT = 4

#: Standard errors of a mean difference within which a candidate may still win.
DOUBT = 3.0

#: A candidate that is not better by this share of the best score need not win.
INDIFFERENCE = 5e-4

#: Gap of the fits of a heat.
ROUGH = 1e-3

#: Sums of squares within this relative distance tie.
TIE = 1e-6


def is_worth_it(n_cells: int) -> bool:
    """Whether there are cells enough for a race."""
    return n_cells >= WORTH_IT * FIRST


def race(
    scorer_on: Callable[[Cells], Scorer], cells: Cells, grids: dict[str, list[float]], seed: int
) -> tuple[list[Lambdas], list[Score]]:
    """Run a race: the candidates that may win, and the scores of those that were dropped.

    `scorer_on` scores on some cells. No candidate is left if all weights underflow.
    """
    first, *others = _heats(cells, seed)
    scorer = scorer_on(first)
    if math.isinf(search_descent(scorer, grids).score):
        return [], []
    lanes, dropped = _drop_losers(list(scorer.scores.values()), len(cells))
    for heat in others:
        if len(lanes) < 2:
            break
        more = scorer_on(heat).scored([lane.lambdas for lane in lanes])
        lanes, leaving = _drop_losers(
            [_longer(lane, added) for lane, added in zip(lanes, more)], len(cells)
        )
        dropped += leaving
    return [lane.lambdas for lane in lanes], dropped


def _heats(cells: Cells, seed: int) -> list[Cells]:
    """Put all cells in random order and cut them into heats; the last has all that are left."""
    generator = Generator(seed, RACE, 0)
    shuffled = list(cells)
    for k in range(len(shuffled)):
        j = k + generator.below(len(shuffled) - k)
        shuffled[k], shuffled[j] = shuffled[j], shuffled[k]
    heats = []
    size = FIRST
    while shuffled:
        end = len(shuffled) if len(shuffled) < 2 * size else size
        heats.append(sorted(shuffled[:end]))
        shuffled = shuffled[end:]
        size *= GROWTH
    return heats


def _longer(lane: Score, more: Score) -> Score:
    """Add what the same candidate scores on other cells."""
    return replace(
        lane,
        score=lane.score + more.score,
        n_cells=lane.n_cells + more.n_cells,
        max_gap=max(lane.max_gap, more.max_gap),
        n_uncertified=lane.n_uncertified + more.n_uncertified,
        squares=lane.squares + more.squares,
    )


def _drop_losers(lanes: list[Score], n: int) -> tuple[list[Score], list[Score]]:
    """Part those that may have the least score of all `n` cells from the others."""
    finite = [lane for lane in lanes if math.isfinite(lane.score)]
    least = min((lane.score for lane in finite), default=math.inf)
    best = min(
        (lane for lane in finite if lane.score <= least * (1 + TIE)),
        key=lambda lane: (-lane.lambdas.nn, lane.lambdas.time, lane.lambdas.unit),
        default=None,
    )
    if best is None:
        return lanes, []
    staying, leaving = [], []
    for lane in lanes:
        stays = lane is best or (math.isfinite(lane.score) and _may_win(lane, best, n))
        (staying if stays else leaving).append(lane)
    return staying, [replace(lane, abandoned=True) for lane in leaving]


def _may_win(lane: Score, best: Score, n: int) -> bool:
    """Whether a candidate may be better than the best one by more than what is indifferent.

    On all cells: whether it is not worse by more than that.
    """
    own, other = np.array(lane.squares), np.array(best.squares)
    indifferent = INDIFFERENCE * float(other.mean())
    differences = own - other
    mean, m = float(differences.mean()), len(own)
    if m == n:
        return mean <= indifferent
    error = math.sqrt(float(differences.var(ddof=1)) / m * (1 - m / n))
    return mean - DOUBT * error < -indifferent
