"""A race: candidates are compared on few cells first, and on more only while they may win."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from .descent import ROUNDS, near, search_descent
from .randomness import RACE, Generator
from .settings import Lambdas

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scores import Score, Scorer

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
INDIFFERENCE = 2e-4

#: Gap of the fits of a heat.
ROUGH = 1e-3

#: Sums of squares within this relative distance tie.
TIE = 1e-6


def is_worth_it(n_cells: int) -> bool:
    """Whether there are cells enough for a race."""
    return n_cells >= WORTH_IT * FIRST


@dataclass
class _Race:
    """The heats, and who took part."""

    scorer_on: Callable[[Cells], Scorer]
    heats: list[Cells]
    #: Of every candidate the score of the first heat.
    first: dict[Lambdas, Score] = field(default_factory=dict)
    dropped: dict[Lambdas, Score] = field(default_factory=dict)

    def first_lanes(self, candidates: list[Lambdas]) -> list[Score]:
        """Score candidates in the first heat."""
        new = [lambdas for lambdas in candidates if lambdas not in self.first]
        scores = self.scorer_on(self.heats[0]).scored(new)
        self.first |= {score.lambdas: score for score in scores}
        return [self.first[lambdas] for lambdas in candidates]

    def run(self, lanes: list[Score], champion: Score | None) -> list[Lambdas]:
        """Go from scores of the first heat to the candidates that may win after the last.

        Without a champion one alone has won.
        """
        enough = 1 if champion is None else 0
        lanes = self._drop_losers(lanes, champion)
        for heat in self.heats[1:]:
            if len(lanes) <= enough:
                break
            more = self.scorer_on(heat).scored([lane.lambdas for lane in lanes])
            lanes = self._drop_losers(
                [_longer(lane, added) for lane, added in zip(lanes, more)], champion
            )
        return [lane.lambdas for lane in lanes]

    def _drop_losers(self, lanes: list[Score], champion: Score | None) -> list[Score]:
        """Keep those that may have the least score of all cells."""
        leads = _leader(lanes)
        if leads is None:
            return lanes
        best = champion or leads
        is_heir = champion is None or (_rank(leads) < _rank(best) and _ties(leads, best))
        n = sum(map(len, self.heats))
        staying = []
        for lane in lanes:
            stays = math.isfinite(lane.score) and _may_win(lane, best, n)
            if stays or (is_heir and lane is leads):
                staying.append(lane)
            else:
                self.dropped.pop(lane.lambdas, None)
                self.dropped[lane.lambdas] = replace(lane, abandoned=True)
        return staying


def race(
    scorer_on: Callable[[Cells], Scorer],
    whole: Scorer,
    cells: Cells,
    grids: dict[str, list[float]],
    seed: int,
) -> tuple[Score, list[Score]] | None:
    """Run a race: the choice, and the scores of what was dropped.

    `scorer_on` scores roughly on some cells, `whole` scores on all. None if all weights
    underflow, or those of all that are left on other cells.
    """
    runners = _Race(scorer_on, _heats(cells, seed))
    sample = scorer_on(runners.heats[0])
    if math.isinf(search_descent(sample, grids).score):
        return None
    runners.first = dict(sample.scores)
    choice = whole.best_of(runners.run(list(sample.scores.values()), None))
    if math.isinf(choice.score):
        return None
    for _ in range(ROUNDS):
        new = [at for at in _around(grids, choice.lambdas) if at not in whole.scores]
        champion = _in_order_of(runners.heats, cells, choice)
        left = runners.run(runners.first_lanes(new), champion)
        before = choice
        choice = whole.best_of([*left, choice.lambdas])
        if choice == before:
            break
    choice = _largest_penalty(whole, grids["nn"], choice)
    return choice, [lost for at, lost in runners.dropped.items() if at not in whole.scores]


def _largest_penalty(whole: Scorer, penalties: list[float], choice: Score) -> Score:
    """Where the low-rank part vanishes, larger penalties tie with the choice: find the largest."""
    for nn in sorted(nn for nn in penalties if nn > choice.lambdas.nn):
        tried = whole.best_of([choice.lambdas, replace(choice.lambdas, nn=nn)])
        if tried == choice:
            break
        choice = tried
    return choice


def _around(grids: dict[str, list[float]], at: Lambdas) -> list[Lambdas]:
    """List all penalties at a candidate's weights, and what is one step away in each lambda."""
    # Those first that depart least from two-way fixed effects.
    steps = {
        name: near(sorted(grid, reverse=name == "nn"), getattr(at, name))
        for name, grid in grids.items()
    }
    line = [replace(at, nn=nn) for nn in grids["nn"]]
    others = (Lambdas(*triple) for triple in itertools.product(*steps.values()))
    return line + [to for to in others if (to.time, to.unit) != (at.time, at.unit)]


def _in_order_of(heats: list[Cells], cells: Cells, score: Score) -> Score:
    """Put a score's squares, which are in the order of the cells, into that of the heats."""
    square = dict(zip(cells, score.squares))
    return replace(score, squares=tuple(square[cell] for heat in heats for cell in heat))


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


def _leader(lanes: list[Score]) -> Score | None:
    """Find the best so far, ties as in every search; None if no score is finite."""
    finite = [lane for lane in lanes if math.isfinite(lane.score)]
    least = min((lane.score for lane in finite), default=math.inf)
    return min(
        (lane for lane in finite if lane.score <= least * (1 + TIE)),
        key=_rank,
        default=None,
    )


def _rank(lane: Score) -> tuple[float, float, float]:
    """Order ties: the larger nn first, then the smaller time, then the smaller unit."""
    return -lane.lambdas.nn, lane.lambdas.time, lane.lambdas.unit


def _ties(lane: Score, other: Score) -> bool:
    """Whether two sums of squares over the same cells tie."""
    own, others = sum(lane.squares), sum(other.squares[: len(lane.squares)])
    return abs(own - others) <= TIE * others


def _may_win(lane: Score, best: Score, n: int) -> bool:
    """Whether a candidate may be better than the best one by more than what is indifferent.

    On all cells: whether it is not worse by more than that.
    """
    own, other = np.array(lane.squares), np.array(best.squares)[: len(lane.squares)]
    indifferent = INDIFFERENCE * float(other.mean())
    differences = own - other
    mean, m = float(differences.mean()), len(own)
    if m == n:
        return mean <= indifferent
    error = math.sqrt(float(differences.var(ddof=1)) / m * (1 - m / n))
    return mean - DOUBT * error < -indifferent
