"""The steps of the estimator one by one, from matrices and to arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._backends.choose import choose
from .._data.matrix import read_matrices
from .._options import (
    BACKENDS,
    CRITERIA,
    LAMBDA_NAMES,
    SEARCHES,
    Progress,
    read_choice,
    read_count,
    read_draws,
    read_grid,
    read_lambdas,
    read_level,
    read_progress,
    read_seed,
    read_switch,
    read_threads,
)
from .._progress import monitoring

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .._backends.protocol import Backend, Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class LoocvScores:
    """Every score of a search, in order of computation; arrays of shape (m,).

    Attributes
    ----------
    lambda_time, lambda_unit, lambda_nn : ndarray of float
        The triples.
    score : ndarray of float
        Sum of squared leave-one-out residuals (Eq. 4), or root mean square of placebo estimates.
    n_cells : ndarray of int
        Control cells, or placebo sets, scored.
    max_gap : ndarray of float
        Largest relative duality gap of the fits behind the score.
    n_uncertified : ndarray of int
        Fits not certified to the tolerance.
    abandoned : ndarray of bool
        Where scoring stopped early because the score already exceeded the best.
    """

    lambda_time: Floats
    lambda_unit: Floats
    lambda_nn: Floats
    score: Floats
    n_cells: Ints
    max_gap: Floats
    n_uncertified: Ints
    abandoned: Bools


@dataclass(frozen=True, eq=False)
class LoocvSearch:
    """Outcome of a search for lambdas.

    Attributes
    ----------
    lambdas : dict of str to float
        The winner, by the names time, unit and nn.
    score : float
        Its score.
    n_cells : int
        Control cells scored.
    n_not_estimable : int
        Control cells left out, for every lambda alike, because the others cannot predict them.
    scores : LoocvScores
        Every score computed.
    criterion : str
        The one used, never "auto".
    edges : tuple of (str, bool, float)
        Choices at an end of their grids beyond which others may score better: the lambda's name,
        whether it is the upper end, the value.
    """

    lambdas: dict[str, float]
    score: float
    n_cells: int
    n_not_estimable: int
    scores: LoocvScores
    criterion: str
    edges: tuple[tuple[str, bool, float], ...]


@dataclass(frozen=True, eq=False)
class BootstrapVariance:
    """Outcome of a bootstrap.

    Attributes
    ----------
    se : float
        Standard deviation (n - 1) of the draws.
    ci : tuple of (float, float)
        Percentile interval; a bound is infinite if there are too few draws for it.
    p_value : float
        From the same draws: 0 is outside of `ci` exactly when `p_value` < 1 - level.
    draws : ndarray of shape (n_draws,)
        Average effect of each draw that succeeded, in order of drawing.
    n_failed : int
        Draws without any treated cell that can be estimated.
    n_uncertified : int
        Draws with a fit that is not certified to the tolerance.
    max_gap : float
        Largest relative duality gap of all fits.
    """

    se: float
    ci: tuple[float, float]
    p_value: float
    draws: Floats
    n_failed: int
    n_uncertified: int
    max_gap: float


def compute_unit_distance_matrix(
    Y: ArrayLike, W: ArrayLike, *, n_jobs: int | None = None, backend: str = "auto"
) -> Floats:
    """Distance of every two units: root mean squared difference of their outcomes.

    The mean is over the periods in which both are observed and untreated (Eq. 3, without leaving
    out a period).

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, NaN for missing.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    n_jobs : int, optional
        Number of threads; None or -1 for all cores.
    backend : {"auto", "rust", "numpy", "check"}
        As in :func:`trop`.

    Returns
    -------
    ndarray of shape (N, N)
        Symmetric, 0 on the diagonal, infinite for units without a common period.

    Raises
    ------
    TropError
        If the matrices cannot be used.

    Examples
    --------
    >>> import tropanel
    >>> tropanel.compute_unit_distance_matrix([[0.0, 0.0], [3.0, 9.0]], [[0, 0], [0, 1]])
    array([[0., 3.],
           [3., 0.]])
    """
    threads = read_threads(n_jobs)
    return _functions(backend).compute_unit_distance_matrix(*read_matrices(Y, W), threads=threads)


def loocv_grid_search(
    Y: ArrayLike,
    W: ArrayLike,
    lambda_time_grid: Sequence[float] | None = None,
    lambda_unit_grid: Sequence[float] | None = None,
    lambda_nn_grid: Sequence[float] | None = None,
    *,
    search: str = "race",
    criterion: str = "auto",
    n_placebo_sets: int = 20,
    n_folds: int = 5,
    max_cells: int | None = None,
    seed: int = 0,
    abandon: bool = False,
    n_jobs: int | None = None,
    progress: Progress = None,
    backend: str = "auto",
) -> LoocvSearch:
    """Choose lambdas by cross-validation (Eq. 4-5).

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, NaN for missing.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    lambda_time_grid, lambda_unit_grid, lambda_nn_grid : sequence of float, optional
        Candidates; by default built from the scale of the data. ``math.inf`` is allowed for nn.
    search : {"race", "descent", "grid", "cycle", "adaptive"}
        As in :func:`trop`.
    criterion : {"auto", "loocv", "placebo_sets", "placebo_folds", "blocks"}
    n_placebo_sets : int, default 20
    n_folds : int, default 5
        As in :func:`trop`.
    max_cells : int, optional
        Score a random sample of this many control cells; all by default.
    seed : int, default 0
        Seed of this sample, from 0 to 2**64 - 1.
    abandon : bool, default False
        Stop scoring a triple once it is worse than the best one: faster, same winner.
    n_jobs, progress, backend
        As in :func:`trop`.

    Returns
    -------
    LoocvSearch

    Raises
    ------
    TropError
        If matrices or options cannot be used.

    Examples
    --------
    >>> import math, tropanel
    >>> found = tropanel.loocv_grid_search(
    ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
    ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
    ...     lambda_time_grid=[0.0],
    ...     lambda_unit_grid=[0.0],
    ...     lambda_nn_grid=[math.inf],
    ... )
    >>> found.lambdas
    {'time': 0.0, 'unit': 0.0, 'nn': inf}
    """
    matrices = read_matrices(Y, W)
    method = read_choice("search", search, SEARCHES)
    given = {"time": lambda_time_grid, "unit": lambda_unit_grid, "nn": lambda_nn_grid}
    read = {
        name: read_grid(f"lambda_{name}_grid", values)
        for name, values in given.items()
        if values is not None
    }
    sample = None if max_cells is None else read_count("max_cells", max_cells)
    settings: dict[str, Any] = {
        "criterion": read_choice("criterion", criterion, CRITERIA),
        "n_placebo_sets": read_count("n_placebo_sets", n_placebo_sets),
        "n_folds": read_count("n_folds", n_folds),
        "max_cells": sample,
        "seed": read_seed(seed),
        "abandon": read_switch("abandon", abandon),
        "threads": read_threads(n_jobs),
    }
    functions = _functions(backend)
    grids: dict[str, Any] = {**functions.default_grids(*matrices), **read}
    settings.update({f"grid_{name}": grids[name] for name in LAMBDA_NAMES})
    with monitoring(read_progress(progress)) as monitor:
        found = functions.search(*matrices, method=method, monitor=monitor, **settings)
    return LoocvSearch(
        lambdas={
            "time": found["lambda_time"],
            "unit": found["lambda_unit"],
            "nn": found["lambda_nn"],
        },
        score=found["score"],
        n_cells=found["n_cells"],
        n_not_estimable=found["n_not_estimable"],
        criterion=found["criterion"],
        edges=tuple((e["lambda_name"], e["upper"], e["value"]) for e in found["edges"]),
        scores=LoocvScores(**found["scores"]),
    )


def bootstrap_trop_variance(
    Y: ArrayLike,
    W: ArrayLike,
    lambdas: Mapping[str, float],
    n_bootstrap: int = 200,
    seed: int = 0,
    *,
    level: float = 0.95,
    n_jobs: int | None = None,
    progress: Progress = None,
    backend: str = "auto",
) -> BootstrapVariance:
    """Bootstrap the average effect, resampling treated and other units (Algorithm 3).

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, NaN for missing.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    lambdas : mapping
        ``{"time": ..., "unit": ..., "nn": ...}``.
    n_bootstrap : int, default 200
        Number of draws, 2 or more.
    seed : int, default 0
        From 0 to 2**64 - 1; draws do not depend on the number of threads.
    level : float, default 0.95
        Level of the interval.
    n_jobs, progress, backend
        As in :func:`trop`.

    Returns
    -------
    BootstrapVariance

    Raises
    ------
    TropError
        If matrices or options cannot be used; with code ``too_few_treated_units`` if fewer than
        two units are treated, or fewer than two never are.

    Examples
    --------
    >>> import math, tropanel
    >>> Y = [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0], [1.0, 1.0, 3.0]]
    >>> W = [[0, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 1]]
    >>> fixed = {"time": 0, "unit": 0, "nn": math.inf}
    >>> len(tropanel.bootstrap_trop_variance(Y, W, fixed, n_bootstrap=20).draws)
    20
    """
    matrices = read_matrices(Y, W)
    triple = read_lambdas(lambdas)
    settings: dict[str, Any] = {
        "n_boot": read_draws("n_bootstrap", n_bootstrap),
        "level": read_level(level),
        "seed": read_seed(seed),
        "threads": read_threads(n_jobs),
    }
    functions = _functions(backend)
    with monitoring(read_progress(progress)) as monitor:
        drawn = functions.bootstrap(
            *matrices, *(triple[name] for name in LAMBDA_NAMES), monitor=monitor, **settings
        )
    return BootstrapVariance(
        se=drawn["se"],
        ci=(drawn["ci_lower"], drawn["ci_upper"]),
        p_value=drawn["p_value"],
        draws=drawn["draws"],
        n_failed=drawn["n_failed"],
        n_uncertified=drawn["n_uncertified"],
        max_gap=drawn["max_gap"],
    )


def _functions(backend: str) -> Backend:
    return choose(read_choice("backend", backend, BACKENDS)).functions
