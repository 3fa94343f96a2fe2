"""Calls of diff-diff's Rust backend, as the package itself makes them, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version

import numpy as np
from diff_diff import TROP
from diff_diff import _rust_backend as backend
from diff_diff.bootstrap_utils import stratified_bootstrap_indices
from measure import Timed, cores
from ours import Lambdas
from panels import Panel

TOOL = "diff-diff"
VERSION = version("diff-diff")
DEFAULTS = TROP()
# What it puts in place of an infinite lambda_nn.
NO_LOW_RANK = 1e10


def _arrays(panel: Panel) -> tuple[np.ndarray, ...]:
    """Outcomes, treatments, control cells (T x N) and distances of periods, in its types."""
    Y, W = (np.ascontiguousarray(m.T) for m in (panel.Y, panel.W))
    periods = np.arange(len(Y))
    apart = np.abs(periods[:, None] - periods[None, :]).astype(np.int64)
    return Y, W, (W == 0).astype(np.uint8), apart


def search(panel: Panel, grids: tuple, function: Callable | None = None) -> tuple:
    """Its search: the choice, its score, and counts of fits."""
    function = function or backend.loocv_grid_search
    grids = map(np.array, grids)
    return function(*_arrays(panel), *grids, DEFAULTS.max_iter, DEFAULTS.tol)


def bootstrap(
    panel: Panel, lambdas: Lambdas, control: np.ndarray, treated: np.ndarray
) -> Callable[[], np.ndarray]:
    """A call that gives the ATTs of draws, with the arrays made ready.

    Draws are given as positions among the never and the ever treated.
    """
    function = partial(
        backend.bootstrap_trop_variance,
        *_arrays(panel),
        *lambdas,
        len(control),
        DEFAULTS.max_iter,
        DEFAULTS.tol,
        control,
        treated,
    )
    return lambda: np.asarray(function()[0])


def draw_indices(panel: Panel, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """The draws of its own bootstrap with seed 0."""
    treated = int(panel.W.any(axis=1).sum())
    random = np.random.default_rng(0)
    return stratified_bootstrap_indices(random, len(panel.W) - treated, treated, draws)


def resampled(panel: Panel, control: np.ndarray, treated: np.ndarray) -> Panel:
    """The panel of one draw."""
    ever = panel.W.any(axis=1)
    rows = np.r_[np.flatnonzero(~ever)[control], np.flatnonzero(ever)[treated]]
    return Panel(panel.Y[rows], panel.W[rows])


def distances(panel: Panel) -> Callable[[], np.ndarray]:
    """A call of its distance matrix, with the arrays made ready."""
    Y, W, *_ = _arrays(panel)
    return lambda: backend.compute_unit_distance_matrix(Y, W)


def leave_one_out(
    panel: Panel, cell: np.ndarray, lambdas: Lambdas, copies: int
) -> Callable[[], np.ndarray]:
    """A call that gives the effect of one cell, left out of its own fit, `copies` times at once.

    A search leaves out a control cell by fitting without it. So does the bootstrap with a treated
    cell: with this one as the only treated cell, all other treated outcomes missing, and every unit
    drawn once, it does the same fit with the same solver.
    """
    W = np.zeros_like(panel.W)
    W[tuple(cell)] = 1.0
    alone = Panel(np.where(panel.W > W, np.nan, panel.Y), W)
    everyone = np.tile(np.arange(len(W) - 1, dtype=np.int64), (copies, 1))
    one = np.zeros((copies, 1), dtype=np.int64)
    low_rank = min(lambdas[2], NO_LOW_RANK)
    return bootstrap(alone, (*lambdas[:2], low_rank), everyone, one)


@dataclass(frozen=True)
class Sample:
    """Fits of some cells out of `n_cells` control cells.

    `seconds` are those of one fit with all cores busy: as many equal fits as there are cores run
    at once, and the time is divided by their number.
    """

    cells: np.ndarray
    seconds: np.ndarray
    effects: np.ndarray
    n_cells: int

    @property
    def total(self) -> float:
        """Seconds of all cells."""
        return float(self.seconds.mean() * self.n_cells)

    @property
    def error(self) -> float:
        """Standard error of `total` for having sampled."""
        k = len(self.cells)
        left = 1 - k / self.n_cells
        spread = self.seconds.std(ddof=1) if k > 1 else float("nan")
        return float(self.n_cells * spread * np.sqrt(left / k)) if left else 0.0

    def note(self) -> str:
        """How much was measured."""
        k = len(self.cells)
        if k == self.n_cells:
            return f"all {k:,} cells"
        return f"{k:,} of {self.n_cells:,} cells; standard error {self.error:.2g} s"


def sample(panel: Panel, lambdas: Lambdas, cells: np.ndarray) -> Sample:
    """Time the fits of some cells, each left out of its own."""
    copies = cores()
    seconds, effects = [], []
    for cell in cells:
        timed = Timed()
        timed.run(leave_one_out(panel, cell, lambdas, copies))
        seconds.append(timed.seconds[0] / copies)
        effects.append(timed.answer[0])
    n_cells = len(panel.control_cells)
    return Sample(cells, np.array(seconds), np.array(effects), n_cells)


def replay(grids: tuple, score: Callable[[Lambdas], float]) -> list[Lambdas]:
    """The triples that its search evaluates, repetitions included, in order.

    As in its Python twin: each lambda alone, then round unit, time and nn until the score moves by
    less than 1e-6, and once more the winner.
    """
    times, units, nns = grids
    visited: list[Lambdas] = []

    def best(candidates: list[Lambdas]) -> Lambdas:
        visited.extend(candidates)
        return min(candidates, key=score)

    infinite = float("inf")
    time_ = best([(value, 0.0, infinite) for value in times])[0]
    nn = best([(0.0, 0.0, value) for value in nns])[2]
    unit = best([(0.0, value, infinite) for value in units])[1]
    before = infinite
    for _ in range(10):
        unit = best([(time_, value, nn) for value in units])[1]
        time_ = best([(value, unit, nn) for value in times])[0]
        winner = best([(time_, unit, value) for value in nns])
        nn, now = winner[2], score(winner)
        if abs(now - before) < 1e-6:
            break
        before = now
    return [*visited, (time_, unit, nn)]
