"""Downhill over the candidates, from the best of a few that lie far apart."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .settings import Lambdas

if TYPE_CHECKING:
    from .scores import Score, Scorer

#: Rounds after which a descent ends even if it still moves: ties may lead round in a circle.
ROUNDS = 100

#: Steps of a walk that lead up, one after the other, at which it ends.
PATIENCE = 3


def search_descent(scorer: Scorer, grids: dict[str, list[float]]) -> Score:
    """Go downhill from two of a few candidates that lie far apart, and on from the better end.

    The two are the best, and the best with the weakest weights. It goes on as long as something
    better is around the end, or without a low-rank part.
    """
    # Those first that depart least from two-way fixed effects.
    ordered = {name: sorted(grid, reverse=name == "nn") for name, grid in grids.items()}
    descent = _Descent(scorer, ordered)
    coarse = _coarse(ordered)
    weakest = [at for at in coarse if (at.time, at.unit) == (coarse[0].time, coarse[0].unit)]
    for starts in (coarse, weakest):
        descent.downhill(scorer.best_of(starts))
    for _ in range(ROUNDS):
        end = descent.downhill(scorer.best_of_all())
        descent.around(end.lambdas)
        if scorer.best_of_all() == end:
            descent.without_low_rank()
        if scorer.best_of_all() == end:
            break
    return scorer.best_of_all()


def _coarse(grids: dict[str, list[float]]) -> list[Lambdas]:
    """List the firsts of each half of the times and units and each third of the penalties."""
    firsts = {
        name: sorted({k * len(grids[name]) // parts for k in range(parts)})
        for name, parts in (("time", 2), ("unit", 2), ("nn", 3))
    }
    return _triples({name: [grids[name][k] for k in firsts[name]] for name in grids})


def _triples(grids: dict[str, list[float]]) -> list[Lambdas]:
    return [Lambdas(*triple) for triple in itertools.product(*grids.values())]


def near(grid: list[float], value: float) -> list[float]:
    """List a candidate of one lambda and those next to it."""
    here = grid.index(value)
    return grid[max(here - 1, 0) : here + 2]


@dataclass(frozen=True)
class _Descent:
    """The ways of a descent over ordered grids."""

    scorer: Scorer
    grids: dict[str, list[float]]

    def downhill(self, start: Score) -> Score:
        """Go to the best penalty, and on to the best of walks along unit and time weights."""
        at = start
        for _ in range(ROUNDS):
            before = at
            at = self.scorer.best_of([replace(at.lambdas, nn=nn) for nn in self.grids["nn"]])
            for name in ("unit", "time"):
                at = self._walk(name, at)
            if at.lambdas == before.lambdas:
                break
        return at

    def around(self, at: Lambdas) -> None:
        """Score weights up to one step away, each with the penalty that is best near its own.

        Where the low-rank part vanishes, many penalties tie; only the smallest has news.
        """
        line = [replace(at, nn=nn) for nn in self.grids["nn"]]
        foot = self.scorer.least_penalized(line).lambdas
        for time in near(self.grids["time"], at.time):
            for unit in near(self.grids["unit"], at.unit):
                self._descend(Lambdas(time, unit, foot.nn))

    def without_low_rank(self) -> None:
        """Score strong weights with the largest penalty, one axis after the other."""
        at = Lambdas(self.grids["time"][-1], self.grids["unit"][-1], self.grids["nn"][0])
        for _ in range(ROUNDS):
            before = at
            for name in ("time", "unit"):
                line = [replace(at, **{name: value}) for value in self.grids[name]]
                best = self.scorer.best_of(line)
                if math.isinf(best.score):
                    return
                at = best.lambdas
            if at == before:
                return

    def _walk(self, name: str, start: Score) -> Score:
        """Walk both ways along the weights, at each with the penalty that is best near the last.

        Stronger weights leave less to fit, and the same penalty means more.
        """
        grid = self.grids[name]
        here = grid.index(getattr(start.lambdas, name))
        seen = [start.lambdas]
        for ahead in (grid[:here][::-1], grid[here + 1 :]):
            last, steps_up = start, 0
            for value in ahead:
                found = self._descend(replace(last.lambdas, **{name: value}))
                if math.isinf(found.score):
                    break
                seen.append(found.lambdas)
                steps_up = 0 if self.scorer.is_better(found, last) else steps_up + 1
                if steps_up == PATIENCE:
                    break
                last = found
        return self.scorer.best_of(seen)

    def _descend(self, start: Lambdas) -> Score:
        """Go to smaller or larger penalties as long as the score falls.

        Of ties the smaller penalty is taken: there the low-rank part may begin to appear.
        """
        at = start
        while True:
            beside = [replace(at, nn=nn) for nn in near(self.grids["nn"], at.nn)]
            least = self.scorer.least_penalized(beside)
            if least.lambdas == at or math.isinf(least.score):
                return least
            at = least.lambdas
