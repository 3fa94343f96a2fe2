"""Scores of candidates, and which of them is best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .settings import Lambdas

#: Scores this near to each other, relative to the best one, are a tie.
TIE = 1e-10


@dataclass(frozen=True)
class Score:
    """The criterion Q of Eq. 5 at one candidate."""

    lambdas: Lambdas
    score: float
    n_cells: int = 0
    max_gap: float = 0.0
    n_uncertified: int = 0
    abandoned: bool = False
    #: The squared effect of each cell, in their order.
    squares: tuple[float, ...] = ()


class Scorer(Protocol):
    """Scores candidates once, and knows which are best."""

    scores: dict[Lambdas, Score]

    def scored(self, candidates: list[Lambdas]) -> list[Score]:
        """Score the candidates."""

    def best_of(self, candidates: list[Lambdas]) -> Score:
        """Find the best of the candidates."""

    def best_of_all(self) -> Score:
        """Find the best of all candidates that have been scored."""

    def least_penalized(self, candidates: list[Lambdas]) -> Score:
        """Find, of the candidates that tie for the best, the one with the smallest lambda_nn."""

    def is_better(self, score: Score, other: Score) -> bool:
        """Tell whether a score is smaller than another and does not tie with it."""


def choose(scores: list[Score], rounding: float = 0.0) -> Score:
    """Find the least score; ties go to larger lambda_nn, smaller lambda_time, lambda_unit.

    Scores up to `rounding` are zero but for rounding, so they tie too.
    """
    return min(
        ties(scores, rounding),
        key=lambda tie: (-tie.lambdas.nn, tie.lambdas.time, tie.lambdas.unit),
    )


def ties(scores: list[Score], rounding: float = 0.0) -> list[Score]:
    """List the scores that tie with the least."""
    whole = [score for score in scores if not score.abandoned]
    least = min(score.score for score in whole)
    return [score for score in whole if score.score <= max(least * (1 + TIE), rounding)]
