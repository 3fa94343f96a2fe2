"""Fits at weights that the user brings, from matrices and to arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._backends.choose import choose
from .._data.labelled import aligned_vector, labels_of
from .._data.matrix import read_matrices
from .._errors import TropError
from .._options import BACKENDS, Progress, read_choice, read_grid, read_progress, read_threads
from .._progress import monitoring

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .._backends.protocol import Backend, Floats, Ints


@dataclass(frozen=True, eq=False)
class WeightedFit:
    """One fit of Eq. 2 to all control cells of a panel.

    Control cells of positive weight join their unit with their period. Effects and fitted outcomes
    are identified within each connected component of this graph, where the first period has the
    effect 0; what is not identified is NaN.

    Attributes
    ----------
    unit_effect : ndarray of shape (N,)
        alpha of Eq. 2.
    period_effect : ndarray of shape (T,)
        beta of Eq. 2.
    low_rank : ndarray of shape (N, T)
        L of Eq. 2; its rows and columns sum to 0.
    fitted : ndarray of shape (N, T)
        alpha + beta + L: outcomes without treatment.
    rank : int
        Rank of L.
    gap : float
        Relative duality gap, a certified bound of how far the objective is from its minimum.
    objective : float
        The objective that was reached (at lambda_nn = 0, the nuclear norm of L).
    iterations : int
        Iterations of the solver.
    converged : bool
        True if the fit is certified to the tolerance of 1e-8.
    """

    unit_effect: Floats
    period_effect: Floats
    low_rank: Floats
    fitted: Floats
    rank: int
    gap: float
    objective: float
    iterations: int
    converged: bool


@dataclass(frozen=True, eq=False)
class WeightedLoocv:
    """Leave-one-out scores at given weights; arrays of shape (m,), one entry per candidate.

    Attributes
    ----------
    lambda_nn : ndarray of float
        The candidates.
    score : ndarray of float
        Sum of squared leave-one-out residuals.
    max_gap : ndarray of float
        Largest relative duality gap of the fits behind the score.
    n_uncertified : ndarray of int
        Fits not certified to the tolerance.
    n_cells : int
        Control cells scored, the same for every candidate.
    not_estimable : list of tuple of (int, int)
        Unit and period of the control cells that the others cannot predict.
    """

    lambda_nn: Floats
    score: Floats
    max_gap: Floats
    n_uncertified: Ints
    n_cells: int
    not_estimable: list[tuple[int, int]]


def weighted_fit(
    Y: ArrayLike,
    W: ArrayLike,
    unit_weights: ArrayLike,
    period_weights: ArrayLike,
    lambda_nn: float,
    *,
    backend: str = "auto",
) -> WeightedFit:
    """Fit Eq. 2 once, at unit and period weights of your own.

    The weight of a control cell in the sum of squares is the product of its unit's and its
    period's weight. All treated cells are left out.

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, NaN for missing.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    unit_weights : array_like of shape (N,)
        Finite and 0 or more; they need not sum to anything. Where they and Y have labels, they are
        brought into the order of Y.
    period_weights : array_like of shape (T,)
        The same for periods.
    lambda_nn : float
        Penalty on the nuclear norm of L; ``math.inf`` for L = 0, two-way fixed effects.
    backend : {"auto", "rust", "numpy", "check"}
        As in :func:`trop`.

    Returns
    -------
    WeightedFit

    Raises
    ------
    TropError
        If matrices, weights or lambda_nn cannot be used.

    Examples
    --------
    Difference in differences, where the first control unit counts three times as much:

    >>> import math, tropanel
    >>> Y = [[1.0, 2.0], [4.0, 9.0], [5.0, 7.0]]
    >>> W = [[0, 0], [0, 1], [0, 0]]
    >>> fit = tropanel.weighted_fit(Y, W, [3.0, 1.0, 1.0], [1.0, 1.0], math.inf)
    >>> round(float(9.0 - fit.fitted[1, 1]), 6)
    3.75
    """
    matrices = read_matrices(Y, W)
    weights = _read_weights(Y, unit_weights, period_weights)
    (penalty,) = read_grid("lambda_nn", [lambda_nn])
    found = _functions(backend).weighted_fit(*matrices, *weights, float(penalty))
    return WeightedFit(
        unit_effect=found["unit_effect"],
        period_effect=found["period_effect"],
        low_rank=found["low_rank"],
        fitted=found["fitted"],
        rank=found["rank"],
        gap=found["gap"],
        objective=found["primal"],
        iterations=found["iterations"],
        converged=found["status"] == "solved",
    )


def weighted_loocv(
    Y: ArrayLike,
    W: ArrayLike,
    unit_weights: ArrayLike,
    period_weights: ArrayLike,
    lambda_nn: Sequence[float],
    *,
    n_jobs: int | None = None,
    progress: Progress = None,
    backend: str = "auto",
) -> WeightedLoocv:
    """Score values of lambda_nn by leaving out one control cell at a time, at weights of your own.

    Unlike in Eq. 4 every cell's fit has the same weights.

    Parameters
    ----------
    Y, W, unit_weights, period_weights
        As in :func:`weighted_fit`.
    lambda_nn : sequence of float
        The candidates, all different; ``math.inf`` is allowed.
    n_jobs, progress, backend
        As in :func:`trop`.

    Returns
    -------
    WeightedLoocv

    Raises
    ------
    TropError
        If matrices, weights or candidates cannot be used.

    Examples
    --------
    >>> import math, tropanel
    >>> Y = [[1.0, 2.0], [4.0, 6.0], [5.0, 9.0]]
    >>> W = [[0, 0], [0, 0], [0, 1]]
    >>> found = tropanel.weighted_loocv(Y, W, [1.0, 1.0, 1.0], [1.0, 1.0], [math.inf])
    >>> round(float(found.score[0]), 6), found.n_cells, found.not_estimable
    (4.0, 4, [(2, 0)])
    """
    matrices = read_matrices(Y, W)
    weights = _read_weights(Y, unit_weights, period_weights)
    candidates = read_grid("lambda_nn", lambda_nn)
    threads = read_threads(n_jobs)
    functions = _functions(backend)
    with monitoring(read_progress(progress)) as monitor:
        found = functions.weighted_loocv(
            *matrices, *weights, candidates, threads=threads, monitor=monitor
        )
    cells = found["not_estimable"]
    return WeightedLoocv(
        lambda_nn=candidates,
        score=found["score"],
        max_gap=found["max_gap"],
        n_uncertified=found["n_uncertified"],
        n_cells=found["n_cells"],
        not_estimable=list(zip(cells["unit"].tolist(), cells["period"].tolist())),
    )


def _read_weights(
    Y: ArrayLike, unit_weights: ArrayLike, period_weights: ArrayLike
) -> tuple[Floats, Floats]:
    """Read two vectors of numbers in the order of Y; their values are the backend's to check."""
    rows, columns = labels_of(Y)
    units = aligned_vector("unit_weights", unit_weights, "unit", rows)
    periods = aligned_vector("period_weights", period_weights, "time", columns)
    return _read_vector("unit_weights", units), _read_vector("period_weights", periods)


def _read_vector(name: str, values: ArrayLike) -> Floats:
    try:
        vector = np.asarray(values)
    except ValueError:
        vector = np.empty((0, 0))
    if vector.ndim != 1 or vector.dtype.kind not in "biuf":
        raise TropError("option_invalid", f"{name} must be a vector of numbers, not {values!r}.")
    return vector.astype(np.float64)


def _functions(backend: str) -> Backend:
    return choose(read_choice("backend", backend, BACKENDS)).functions
