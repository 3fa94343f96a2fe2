"""Choosing the lambdas by leave-one-out cross-validation (Eq. 4-5), and default grids."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..._errors import TropError
from .cell import fit_cell, positive_cells, underflows
from .certificate import spectral_norm
from .descent import search_descent
from .design import lacks, read_design
from .distance import unit_distances
from .panel import Panel, is_connected, read_panel
from .race import ROUGH, is_worth_it, race
from .randomness import LOOCV_SAMPLE, Generator
from .scores import TIE, Score, choose, ties
from .settings import Lambdas, Settings, advance, defaults, read_grid, read_settings
from .two_way import fit_two_way

if TYPE_CHECKING:
    from ..protocol import Design, Edge, Floats, Grids, Monitor, Scores, Search

#: Effects below this share of the spread of the outcomes are rounding, not error.
ROUNDING = 1e-12

#: Rounds of a cycle search before it gives up waiting for one that changes nothing.
ROUNDS = 100


def search(
    Y: Floats,
    W: Floats,
    *,
    method: str,
    grid_time: Floats,
    grid_unit: Floats,
    grid_nn: Floats,
    criterion: str | None = None,
    n_placebo_sets: int | None = None,
    n_folds: int | None = None,
    max_cells: int | None = None,
    seed: int = 0,
    abandon: bool = False,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    threads: int | None = None,
    monitor: Monitor | None = None,
    design: Design | None = None,
) -> Search:
    """Leave-one-out cross-validation over grids."""
    read_design(design)
    if method == "adaptive":
        lacks("search='adaptive'")
    if criterion not in (None, "auto", "loocv"):
        lacks(f"criterion={criterion!r}")
    panel = read_panel(Y, W)
    settings = read_settings(tolerance, max_iterations, threads, defaults()["loocv_tolerance"])
    grids = {
        "time": read_grid("lambda_time", grid_time),
        "unit": read_grid("lambda_unit", grid_unit),
        "nn": read_grid("lambda_nn", grid_nn),
    }
    if method not in SEARCHES:
        accepted = ", ".join(map(repr, SEARCHES))
        raise TropError("option_invalid", f"method must be one of {accepted}, not {method!r}.")
    if max_cells is not None and max_cells < 1:
        raise TropError("sample_empty", "max_cells must be 1 or more, or None for all cells.")
    scoreable, n_not_estimable = _scoreable_cells(panel, any_distance=max(grids["unit"]) == 0)
    cells = _sample(scoreable, max_cells, seed)
    scorer = _Scorer(panel, cells, settings, abandon, monitor)
    raced = None
    if method == "race" and is_worth_it(len(cells)):
        rough = replace(settings, tolerance=max(settings.tolerance, ROUGH))
        scorer = _Scorer(panel, cells, settings, False, monitor)
        raced = race(
            lambda heat: _Scorer(panel, heat, rough, False, monitor), scorer, cells, grids, seed
        )
    winner, dropped = raced or (SEARCHES[method](scorer, grids), [])
    if math.isinf(winner.score):
        raise TropError(
            "no_estimable_cell",
            "At every candidate the weights of some control cell round to 0, so that none has a"
            " score: use smaller values of lambda_time and lambda_unit.",
        )
    return {
        "lambda_time": winner.lambdas.time,
        "lambda_unit": winner.lambdas.unit,
        "lambda_nn": winner.lambdas.nn,
        "score": winner.score,
        "scores": _as_columns([*dropped, *scorer.scores.values()]),
        "n_cells": len(cells),
        "n_not_estimable": n_not_estimable,
        "criterion": "loocv",
        "edges": edges(winner.lambdas, grids),
    }


def edges(chosen: Lambdas, grids: dict[str, list[float]]) -> list[Edge]:
    """List the choices at an end of their grids beyond which others may be better.

    Nothing lies beyond 0, nor beyond lambda_nn = inf.
    """
    found: list[Edge] = []
    for name, value in (("time", chosen.time), ("unit", chosen.unit)):
        if len(grids[name]) > 1 and value == max(grids[name]):
            found.append({"lambda_name": name, "upper": True, "value": float(value)})
    nn = grids["nn"]
    if len(nn) > 1 and np.isfinite(chosen.nn):
        if chosen.nn == min(nn) > 0:
            found.append({"lambda_name": "nn", "upper": False, "value": float(chosen.nn)})
        elif chosen.nn == max(nn):
            found.append({"lambda_name": "nn", "upper": True, "value": float(chosen.nn)})
    return found


def _scoreable_cells(panel: Panel, any_distance: bool) -> tuple[list[tuple[int, int]], int]:
    """List the control cells that are estimable at every candidate; count the others.

    What lambda_unit > 0 connects, lambda_unit = 0 connects too.
    """
    control = [(int(unit), int(period)) for unit, period in np.argwhere(panel.control)]
    scoreable = [
        (unit, period)
        for unit, period in control
        if is_connected(positive_cells(panel, unit, period, any_distance), unit, period)
    ]
    if not scoreable:
        raise TropError(
            "no_estimable_cell",
            f"None of the {len(control)} control cells can be estimated when it is left out, so no"
            " candidate has a score: add untreated units or periods, or set the lambdas yourself.",
        )
    return scoreable, len(control) - len(scoreable)


def _sample(
    cells: list[tuple[int, int]], max_cells: int | None, seed: int
) -> list[tuple[int, int]]:
    """Draw `max_cells` of the cells without replacement (partial Fisher-Yates shuffle)."""
    if max_cells is None or max_cells >= len(cells):
        return cells
    generator = Generator(seed, LOOCV_SAMPLE, 0)
    shuffled = list(cells)
    for k in range(max_cells):
        j = k + generator.below(len(shuffled) - k)
        shuffled[k], shuffled[j] = shuffled[j], shuffled[k]
    return sorted(shuffled[:max_cells])


class _Scorer:
    """Computes the score of each candidate once, and keeps it."""

    def __init__(
        self,
        panel: Panel,
        cells: list[tuple[int, int]],
        settings: Settings,
        abandon: bool,
        monitor: Monitor | None,
    ) -> None:
        self._panel = panel
        self._cells = cells
        self._settings = settings
        self._abandon = abandon
        self._monitor = monitor
        self._rounding = len(cells) * (ROUNDING * _spread(panel)) ** 2
        self.scores: dict[Lambdas, Score] = {}

    def best_of(self, candidates: list[Lambdas]) -> Score:
        """Find the best of the candidates, computing the scores that are not known yet."""
        return choose(self.scored(candidates), self._rounding)

    def best_of_all(self) -> Score:
        """Find the best of all candidates that have been scored."""
        return choose(list(self.scores.values()), self._rounding)

    def least_penalized(self, candidates: list[Lambdas]) -> Score:
        """Find, of the candidates that tie for the best, the one with the smallest lambda_nn."""
        return min(ties(self.scored(candidates), self._rounding), key=lambda tie: tie.lambdas.nn)

    def is_better(self, score: Score, other: Score) -> bool:
        """Tell whether a score is smaller than another and does not tie with it."""
        return other.score > max(score.score * (1 + TIE), self._rounding)

    def scored(self, candidates: list[Lambdas]) -> list[Score]:
        """Score the candidates; complete an abandoned one that may be the best of these."""
        known = [self.scores[lambdas] for lambdas in candidates if lambdas in self.scores]
        best = min((score.score for score in known if not score.abandoned), default=math.inf)
        new = [lambdas for lambdas in candidates if lambdas not in self.scores]
        total = len(new) * len(self._cells)
        done = 0
        for lambdas in candidates:
            limit = max(best * (1 + TIE), self._rounding) if self._abandon else math.inf
            before = self.scores.get(lambdas)
            if before is not None and not (before.abandoned and before.score <= limit):
                continue
            score = self._compute(lambdas, limit, done, total)
            self.scores[lambdas] = score
            done += len(self._cells) if before is None else 0
            if not score.abandoned:
                best = min(best, score.score)
        return [self.scores[lambdas] for lambdas in candidates]

    def _compute(self, lambdas: Lambdas, limit: float, done: int, total: int) -> Score:
        """Sum the squared effects of control cells, each left out of its own fit (Eq. 4-5)."""
        if any(underflows(self._panel, *cell, lambdas) for cell in self._cells):
            return Score(lambdas, math.inf)
        score = Score(lambdas, 0.0)
        for unit, period in self._cells:
            fit = fit_cell(self._panel, unit, period, lambdas, self._settings)
            score = replace(
                score,
                score=score.score + fit.effect**2,
                squares=(*score.squares, fit.effect**2),
                n_cells=score.n_cells + 1,
                max_gap=max(score.max_gap, fit.gap),
                n_uncertified=score.n_uncertified + (fit.gap > self._settings.tolerance),
            )
            advance(self._monitor, "search", done + score.n_cells, total)
            if score.score > limit:
                return replace(score, abandoned=True)
        return score


def _spread(panel: Panel) -> float:
    """Root mean square of the control outcomes less their unit means and then period means."""
    outcome = np.where(panel.control, panel.outcome, np.nan)
    for axis in (1, 0):
        counts = panel.control.sum(axis=axis, keepdims=True)
        means = np.nansum(outcome, axis=axis, keepdims=True) / np.maximum(counts, 1)
        outcome = outcome - means
    return float(np.sqrt(np.nanmean(outcome**2)))


def _search_grid(scorer: _Scorer, grids: dict[str, list[float]]) -> Score:
    """Score all triples."""
    return scorer.best_of(
        [
            Lambdas(time, unit, nn)
            for time in grids["time"]
            for unit in grids["unit"]
            for nn in grids["nn"]
        ]
    )


def _search_cycle(scorer: _Scorer, grids: dict[str, list[float]]) -> Score:
    """Choose one lambda at a time, the others at their latest choice, until nothing changes.

    The first round starts at lambda_unit = 0 and lambda_nn = inf (footnote 2).
    """
    current = Lambdas(time=0.0, unit=0.0, nn=math.inf)
    for _ in range(ROUNDS):
        previous = current
        for name in ("time", "unit", "nn"):
            candidates = [replace(current, **{name: value}) for value in grids[name]]
            best = scorer.best_of(candidates)
            current = best.lambdas
        if current == previous:
            break
    return best


#: The searches that the reference has, by name.
SEARCHES = {
    "race": search_descent,
    "descent": search_descent,
    "grid": _search_grid,
    "cycle": _search_cycle,
}


def _as_columns(scores: list[Score]) -> Scores:
    return {
        "lambda_time": np.array([score.lambdas.time for score in scores]),
        "lambda_unit": np.array([score.lambdas.unit for score in scores]),
        "lambda_nn": np.array([score.lambdas.nn for score in scores]),
        "score": np.array([score.score for score in scores]),
        "n_cells": np.array([score.n_cells for score in scores], dtype=np.int64),
        "max_gap": np.array([score.max_gap for score in scores]),
        "n_uncertified": np.array([score.n_uncertified for score in scores], dtype=np.int64),
        "abandoned": np.array([score.abandoned for score in scores], dtype=np.bool_),
    }


def default_grids(Y: Floats, W: Floats, *, design: Design | None = None) -> Grids:
    """Grids built from the scale of the data, so that its unit of measurement does not matter.

    lambda_unit is in units of the inverse median distance of two units, lambda_nn in units of
    the smallest value at which L = 0 under equal weights.
    """
    read_design(design)
    panel = read_panel(Y, W)
    distance = _median_distance(panel)
    threshold = _largest_lambda_nn(panel)
    units = [0.5, 1.0, 2.0, 4.0, 8.0] if distance > 0 else []
    factors = [0.5, 0.25, 0.1, 0.05, 0.02, 0.01] if threshold > 0 else []
    return {
        "time": np.array([0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0]),
        "unit": np.array([0.0] + [unit / distance for unit in units]),
        "nn": np.array([math.inf] + [factor * threshold for factor in factors]),
    }


def _median_distance(panel: Panel) -> float:
    """Median of the finite distances between two different units, 0 if there is none."""
    n_units = len(panel.outcome)
    distances = np.array([unit_distances(panel, unit) for unit in range(n_units)])
    pairs = distances[np.triu_indices(n_units, k=1)]
    finite = pairs[np.isfinite(pairs)]
    return float(np.median(finite)) if finite.size else 0.0


def _largest_lambda_nn(panel: Panel) -> float:
    """Twice the spectral norm of two-way residuals; 0 if that is nothing but rounding."""
    control = panel.control
    centred = np.where(control, panel.outcome - panel.outcome[control].mean(), 0.0)
    units, periods = control.any(axis=1), control.any(axis=0)
    outcome, weights = centred[units][:, periods], control[units][:, periods].astype(np.float64)
    unit_effects, period_effects = fit_two_way(outcome, weights)
    residual = weights * (outcome - unit_effects[:, None] - period_effects)
    threshold = 2 * spectral_norm(residual)
    return threshold if threshold > 1e-12 * float(np.abs(centred).max()) else 0.0
