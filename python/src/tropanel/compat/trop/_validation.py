"""Placebo cross-validation: which lambdas predict untreated units best."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .._pooled import first_least
from ._arguments import (
    check_prefer,
    check_solver,
    read_control,
    read_count,
    read_grid,
    refused,
    thread_count,
)
from ._average import Lambdas, average_effects

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from ..._backends.protocol import Floats, Ints

#: Placebo panels in one call of the kernel hold at most so many numbers.
BATCH = 2**24


def TROP_cv_single(  # noqa: N802
    Y_control: ArrayLike,
    treated_periods: int,
    fixed_lambdas: tuple[float, float] = (0.0, 0.0),
    lambda_grid: Iterable[float] | None = None,
    lambda_cv: str = "unit",
    *,
    cv_sampling_method: str = "resample",
    n_trials: int | None = 200,
    n_treated_units: int | None = 1,
    K: int | None = None,
    n_jobs: int = -1,
    prefer: str = "threads",
    random_seed: int = 0,
    solver: str | None = None,
    verbose: bool = False,
) -> float:
    """Choose one lambda by placebo cross-validation: the least root mean squared placebo effect.

    Parameters
    ----------
    Y_control : array_like of shape (N, T)
        Outcomes of untreated units.
    treated_periods : int
        Number of columns at the end in which placebo units are treated.
    fixed_lambdas : tuple of (float, float)
        The two other lambdas, in the order unit, time, nn.
    lambda_grid : iterable of float, optional
        Candidates; 0, 0.2, ..., 1.8 by default.
    lambda_cv : {"unit", "time", "nn"}
        Which lambda to choose.
    cv_sampling_method : {"resample", "kfold"}
        "resample" draws `n_trials` sets of `n_treated_units` placebo units each; "kfold" makes
        each of `K` parts of the units the placebo units once.
    n_trials, n_treated_units, K : int
        See `cv_sampling_method`.
    n_jobs : int, default -1
        Number of threads; -1 for all cores.
    random_seed : int, default 0
        Seed of the placebo sets.
    prefer, solver, verbose
        Without effect; values that trop does not know are refused.

    Returns
    -------
    float
        The winner; of candidates that tie, the first.

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used.
    RuntimeError
        If a candidate has no placebo effect that is identified.
    """
    check_solver(solver)
    check_prefer(prefer)
    Y = read_control(Y_control, treated_periods)
    if lambda_cv not in ("unit", "time", "nn"):
        raise refused(f"lambda_cv must be 'unit', 'time' or 'nn', not {lambda_cv!r}.")
    grid = read_grid(
        "lambda_grid", np.arange(0.0, 2.0, 0.2) if lambda_grid is None else lambda_grid
    )
    if n_jobs < -1:
        raise refused(f"n_jobs must be -1 or 1 or more, not {n_jobs}.")
    placebos = _placebo_sets(len(Y), cv_sampling_method, n_treated_units, n_trials, K, random_seed)
    position = ("unit", "time", "nn").index(lambda_cv)
    first, second = (float(value) for value in fixed_lambdas)
    triples = []
    for value in grid:
        triple = [first, second]
        triple.insert(position, value)
        triples.append((triple[0], triple[1], triple[2]))
    scores = _placebo_scores(Y, placebos, treated_periods, triples, thread_count(n_jobs))
    if math.inf in scores:
        raise RuntimeError(
            f"No placebo effect is identified at lambda_{lambda_cv} ="
            f" {grid[scores.index(math.inf)]}: weights that small leave nothing to compare with."
        )
    return grid[first_least(scores)]


def TROP_cv_cycle(  # noqa: N802
    Y_control: ArrayLike,
    treated_periods: int,
    unit_grid: Sequence[float],
    time_grid: Sequence[float],
    nn_grid: Sequence[float],
    lambdas_init: Lambdas | None = None,
    *,
    max_iter: int = 50,
    cv_sampling_method: str = "resample",
    n_trials: int | None = 200,
    n_treated_units: int | None = 1,
    K: int | None = None,
    n_jobs: int = -1,
    prefer: str = "threads",
    random_seed: int = 0,
    solver: str | None = None,
    verbose: bool = False,
) -> Lambdas:
    """Choose the lambdas in turn (unit, time, nn) by :func:`TROP_cv_single` until none changes.

    Parameters
    ----------
    Y_control, treated_periods
        As in :func:`TROP_cv_single`.
    unit_grid, time_grid, nn_grid : sequence of float
        Candidates.
    lambdas_init : tuple of (float, float, float), optional
        Where to start, as (unit, time, nn); by default the means of the grids.
    max_iter : int, default 50
        Rounds after which to give up.
    cv_sampling_method, n_trials, n_treated_units, K, n_jobs, prefer, random_seed, solver, verbose
        As in :func:`TROP_cv_single`.

    Returns
    -------
    tuple of (float, float, float)
        lambda_unit, lambda_time and lambda_nn.

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used.
    RuntimeError
        If the lambdas still change after `max_iter` rounds.
    """
    Y = read_control(Y_control, treated_periods)
    grids = [
        read_grid("unit_grid", unit_grid),
        read_grid("time_grid", time_grid),
        read_grid("nn_grid", nn_grid),
    ]
    start = [float(np.mean(grid)) for grid in grids] if lambdas_init is None else lambdas_init
    at = [float(value) for value in start]
    for _ in range(max_iter):
        before = list(at)
        for position, name in enumerate(("unit", "time", "nn")):
            others = at[:position] + at[position + 1 :]
            at[position] = TROP_cv_single(
                Y,
                treated_periods,
                (others[0], others[1]),
                grids[position],
                name,
                cv_sampling_method=cv_sampling_method,
                n_trials=n_trials,
                n_treated_units=n_treated_units,
                K=K,
                n_jobs=n_jobs,
                prefer=prefer,
                random_seed=random_seed,
                solver=solver,
                verbose=verbose,
            )
        if at == before:
            return at[0], at[1], at[2]
    raise RuntimeError(f"The lambdas still change after max_iter = {max_iter} rounds.")


def TROP_cv_joint(  # noqa: N802
    Y_control: ArrayLike,
    treated_periods: int,
    unit_grid: Sequence[float],
    time_grid: Sequence[float],
    nn_grid: Sequence[float],
    *,
    cv_sampling_method: str = "resample",
    n_trials: int | None = 200,
    n_treated_units: int | None = 1,
    K: int | None = None,
    n_jobs: int = -1,
    prefer: str = "threads",
    random_seed: int = 0,
    solver: str | None = None,
    verbose: bool = False,
) -> Lambdas:
    """Choose the lambdas jointly from all triples of three grids, by placebo cross-validation.

    Parameters
    ----------
    Y_control, treated_periods
        As in :func:`TROP_cv_single`.
    unit_grid, time_grid, nn_grid : sequence of float
        Candidates.
    cv_sampling_method, n_trials, n_treated_units, K, n_jobs, prefer, random_seed, solver, verbose
        As in :func:`TROP_cv_single`.

    Returns
    -------
    tuple of (float, float, float)
        lambda_unit, lambda_time and lambda_nn.

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used.
    RuntimeError
        If no triple has a placebo effect that is identified.
    """
    check_solver(solver)
    check_prefer(prefer)
    Y = read_control(Y_control, treated_periods)
    triples = [
        (unit, time, nn)
        for unit in read_grid("unit_grid", unit_grid)
        for time in read_grid("time_grid", time_grid)
        for nn in read_grid("nn_grid", nn_grid)
    ]
    placebos = _placebo_sets(len(Y), cv_sampling_method, n_treated_units, n_trials, K, random_seed)
    scores = _placebo_scores(Y, placebos, treated_periods, triples, thread_count(n_jobs))
    if min(scores) == math.inf:
        raise RuntimeError(
            "No triple has a placebo effect that is identified: weights that small leave nothing"
            " to compare with."
        )
    return triples[first_least(scores)]


def adaptive_TROP_cv(  # noqa: N802
    Y_control: ArrayLike,
    treated_periods: int,
    *,
    init_ranges: tuple[tuple[float, float], ...] = ((0.0, 1.0), (0.0, 1.0), (0.0, 1.0)),
    n_points: int = 10,
    n_trials: int | None = 200,
    n_jobs: int = -1,
    prefer: str = "threads",
    expand_factor: float = 1.0,
    max_expansions: int = 6,
    zoom: bool = True,
    zoom_factor: float = 4.0,
    zoom_n_points: int = 9,
    cv_sampling_method: str = "resample",
    n_treated_units: int | None = 1,
    K: int | None = None,
    random_seed: int = 0,
    solver: str | None = None,
    verbose: bool = False,
) -> Lambdas:
    """Choose the lambdas from even grids that widen at the edges, and then narrow once.

    Parameters
    ----------
    Y_control, treated_periods
        As in :func:`TROP_cv_single`.
    init_ranges : three tuples of (float, float)
        Least and largest candidate of unit, time and nn.
    n_points : int, default 10
        Candidates of each.
    expand_factor : float, default 1.0
        A range whose edge is best grows there by this multiple of its length.
    max_expansions : int, default 6
        How often ranges may grow.
    zoom : bool, default True
        Search once more, near the best triple.
    zoom_factor : float, default 4.0
        The ranges of that search reach to either side by their length over this.
    zoom_n_points : int, default 9
        Candidates of each in that search.
    cv_sampling_method, n_trials, n_treated_units, K, n_jobs, prefer, random_seed, solver
        As in :func:`TROP_cv_single`.
    verbose : bool, default False
        Print the best triple of every search.

    Returns
    -------
    tuple of (float, float, float)
        lambda_unit, lambda_time and lambda_nn.

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used.
    """
    check_solver(solver)
    check_prefer(prefer)
    Y = read_control(Y_control, treated_periods)
    if len(init_ranges) != 3 or any(len(each) != 2 for each in init_ranges):
        raise refused("init_ranges must be three pairs of numbers.")
    if min(n_points, zoom_n_points) < 2:
        raise refused("n_points and zoom_n_points must be 2 or more.")
    if expand_factor < 0 or zoom_factor <= 0:
        raise refused("expand_factor must be 0 or more, and zoom_factor more than 0.")
    placebos = _placebo_sets(len(Y), cv_sampling_method, n_treated_units, n_trials, K, random_seed)
    scores: dict[Lambdas, float] = {}

    def search(ranges: list[tuple[float, float]], points: int) -> Lambdas:
        axes = [np.linspace(low, high, points).tolist() for low, high in ranges]
        triples = [(unit, time, nn) for unit in axes[0] for time in axes[1] for nn in axes[2]]
        new = [triple for triple in triples if triple not in scores]
        found = _placebo_scores(Y, placebos, treated_periods, new, thread_count(n_jobs))
        scores.update(zip(new, found))
        best = triples[first_least([scores[triple] for triple in triples])]
        if verbose:
            print(f"best of {ranges}: {best}, score {scores[best]:.6g}, {len(scores)} triples")
        return best

    ranges = [(float(low), float(high)) for low, high in init_ranges]
    best = search(ranges, n_points)
    for _ in range(max_expansions):
        wider = [_widened(at, each, expand_factor) for at, each in zip(best, ranges)]
        if wider == ranges:
            break
        ranges = wider
        best = search(ranges, n_points)
    if not zoom:
        return best
    return search(
        [_narrowed(at, each, zoom_factor) for at, each in zip(best, ranges)], zoom_n_points
    )


def _edge(at: float, limits: tuple[float, float]) -> int:
    """-1 at the lower end of a range, 1 at the upper one, else 0."""
    if np.isclose(at, limits[0], rtol=1e-9, atol=0):
        return -1
    return int(np.isclose(at, limits[1], rtol=1e-9, atol=0))


def _widened(at: float, limits: tuple[float, float], factor: float) -> tuple[float, float]:
    low, high = limits
    more = factor * (high - low)
    edge = _edge(at, limits)
    return (max(low - more, 0.0) if edge < 0 else low, high + more if edge > 0 else high)


def _narrowed(at: float, limits: tuple[float, float], factor: float) -> tuple[float, float]:
    low, high = limits
    half = (high - low) / factor
    narrow = (max(at - half, low), min(at + half, high))
    return narrow if narrow[0] < narrow[1] else limits


def _placebo_sets(
    n_units: int,
    method: str,
    n_treated_units: int | None,
    n_trials: int | None,
    K: int | None,
    random_state: int | None,
) -> list[Ints]:
    """Draw sets of placebo units, by the same random numbers as trop."""
    method = str(method).lower().strip()
    units = np.arange(n_units)
    if method == "resample":
        size = read_count("n_treated_units", n_treated_units, 1, n_units - 1)
        trials = read_count("n_trials", n_trials, 1, None)
        rng = np.random.default_rng(random_state)
        return [rng.choice(units, size=size, replace=False) for _ in range(trials)]
    if method == "kfold":
        folds = read_count("K", K, 2, n_units)
        rng = np.random.default_rng(random_state)
        return list(np.array_split(rng.permutation(units), folds))
    raise refused(f"cv_sampling_method must be 'resample' or 'kfold', not {method!r}.")


def _placebo_scores(
    Y: Floats,
    placebos: list[Ints],
    treated_periods: int,
    triples: list[Lambdas],
    threads: int | None,
) -> list[float]:
    """Root mean squared placebo effect of each triple; infinite if none is identified."""
    members = np.zeros((len(placebos), len(Y)))
    for row, units in zip(members, placebos):
        row[units] = 1.0
    size = max(1, BATCH // Y.size)
    effects = []
    for start in range(0, len(members), size):
        part = members[start : start + size]
        W = np.zeros((len(part), *Y.shape))
        W[:, :, -treated_periods:] = part[:, :, None]
        effects.append(average_effects(Y, W, part, treated_periods, triples, threads=threads))
    squares = np.concatenate(effects) ** 2
    known = np.isfinite(squares)
    number = known.sum(axis=0)
    scores = np.full(len(triples), math.inf)
    np.divide(np.where(known, squares, 0.0).sum(axis=0), number, out=scores, where=number > 0)
    return [math.sqrt(score) for score in scores]
