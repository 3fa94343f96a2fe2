"""Any cell of a matrix as the target: its distances, its weights, its effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._backends.choose import choose
from .._backends.protocol import NO_EVENT_TIME
from .._data.matrix import read_matrices
from .._errors import TropError
from .._options import (
    BACKENDS,
    LAMBDA_NAMES,
    Progress,
    read_choice,
    read_integer,
    read_lambdas,
    read_progress,
    read_threads,
)
from .._progress import monitoring

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .._backends.protocol import Backend, Cells, Floats, Indices, Ints, NotEstimable


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of one target cell (Eq. 3), not normalized.

    Attributes
    ----------
    unit : ndarray of shape (N,)
        exp(-lambda_unit * distance); 1 for the target's own unit.
    period : ndarray of shape (T,)
        exp(-lambda_time * number of periods between); 1 for the target's own period.
    """

    unit: Floats
    period: Floats


@dataclass(frozen=True, eq=False)
class CellEffects:
    """Effects of m cells, by unit and then period; arrays of shape (m,).

    Attributes
    ----------
    unit, period : ndarray of int
        Positions from 0.
    event_time : ndarray of float
        Periods since the treatment began, or, negative, until it begins; NaN if it never does.
    observed, counterfactual, effect : ndarray of float
        The outcome, its prediction, and their difference.
    effect_min, effect_max : ndarray
        Certified bounds of the exact effect; infinite where none was found.
    rank : ndarray of int
        Rank of the low-rank part of the cell's fit.
    status : list of str
        "solved", or "max_iterations" if the fit is not certified to the tolerance.
    iterations : ndarray of int
    gap : ndarray of float
        Relative duality gap of the fit.
    primal, dual : ndarray of float
        Objective of Eq. 2 that was reached (at lambda_nn = 0, the nuclear norm of the low-rank
        part), and a lower bound of its minimum.
    not_estimable : tuple of (int, int, str)
        Unit, period and reason of the cells without an effect: "outcome_missing", "disconnected",
        "weights_underflow" or "not_unique".
    possible : tuple of (float, float)
        For each of them, the least and the largest effect that it can have if the reason is
        "not_unique"; else NaN.
    """

    unit: Ints
    period: Ints
    event_time: Floats
    observed: Floats
    counterfactual: Floats
    effect: Floats
    effect_min: Floats
    effect_max: Floats
    rank: Ints
    status: list[str]
    iterations: Ints
    gap: Floats
    primal: Floats
    dual: Floats
    not_estimable: tuple[tuple[int, int, str], ...]
    possible: tuple[tuple[float, float], ...]


def leave_period_out_distances(
    Y: ArrayLike, W: ArrayLike, unit: int, period: int, *, backend: str = "auto"
) -> Floats:
    """Distance of every unit to the unit of a target, the target's period left out (Eq. 3).

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, NaN for missing.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    unit, period : int
        Position of the target, from 0.
    backend : {"auto", "rust", "numpy", "check"}
        As in :func:`trop`.

    Returns
    -------
    ndarray of shape (N,)
        0 for the unit itself, infinite for units without a common period.

    Raises
    ------
    TropError
        If the matrices cannot be used, or have no such cell.

    Examples
    --------
    >>> import tropanel
    >>> tropanel.leave_period_out_distances([[0.0, 1.0], [3.0, 9.0]], [[0, 0], [0, 1]], 1, 1)
    array([3., 0.])
    """
    matrices = read_matrices(Y, W)
    target = _read_target(matrices[0], unit, period)
    return _functions(backend).leave_period_out_distances(*matrices, *target)


def weights(
    Y: ArrayLike,
    W: ArrayLike,
    unit: int,
    period: int,
    lambdas: Mapping[str, float],
    *,
    backend: str = "auto",
) -> Weights:
    """Weights of a target cell (Eq. 3).

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, NaN for missing.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    unit, period : int
        Position of the target, from 0.
    lambdas : mapping
        ``{"time": ..., "unit": ..., "nn": ...}``; nn plays no part.
    backend : {"auto", "rust", "numpy", "check"}
        As in :func:`trop`.

    Returns
    -------
    Weights

    Raises
    ------
    TropError
        If matrices or lambdas cannot be used, or there is no such cell.

    Examples
    --------
    >>> import math, tropanel
    >>> fixed = {"time": math.log(2), "unit": 0, "nn": math.inf}
    >>> tropanel.weights([[0.0, 1.0], [3.0, 9.0]], [[0, 0], [0, 1]], 1, 1, fixed).period
    array([0.5, 1. ])
    """
    matrices = read_matrices(Y, W)
    target = _read_target(matrices[0], unit, period)
    triple = read_lambdas(lambdas)
    found = _functions(backend).weights(*matrices, *target, *_in_order(triple))
    return Weights(unit=found["unit"], period=found["period"])


def pre_treatment_cells(Y: ArrayLike, W: ArrayLike, *, backend: str = "auto") -> Ints:
    """List the control cells of ever-treated units before a spell of treatment.

    These are the cells whose placebo effects are of interest: pass them to :func:`cell_effects`.

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, NaN for missing.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    backend : {"auto", "rust", "numpy", "check"}
        As in :func:`trop`.

    Returns
    -------
    ndarray of int, of shape (m, 2)
        Unit and period of each, from 0, by unit and then period.

    Raises
    ------
    TropError
        If the matrices cannot be used.

    Examples
    --------
    >>> import tropanel
    >>> tropanel.pre_treatment_cells([[0.0, 1.0], [3.0, 9.0]], [[0, 0], [0, 1]])
    array([[1, 0]])
    """
    found = _functions(backend).pre_treatment_cells(*read_matrices(Y, W))
    return np.column_stack([found["unit"], found["period"]])


def cell_effects(
    Y: ArrayLike,
    W: ArrayLike,
    cells: ArrayLike,
    lambdas: Mapping[str, float],
    *,
    n_jobs: int | None = None,
    progress: Progress = None,
    backend: str = "auto",
) -> CellEffects:
    """Predict any cells, and compare: each is left out of its own fit (Eq. 2).

    Treated cells have the effects that :func:`trop` averages; control cells have placebo effects.

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, NaN for missing.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    cells : array_like of int, of shape (m, 2)
        Unit and period of each, from 0, in any order; a cell given twice counts once.
    lambdas : mapping
        ``{"time": ..., "unit": ..., "nn": ...}``.
    n_jobs, progress, backend
        As in :func:`trop`.

    Returns
    -------
    CellEffects

    Raises
    ------
    TropError
        If matrices, cells or lambdas cannot be used.

    Examples
    --------
    >>> import math, tropanel
    >>> Y = [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]]
    >>> W = [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
    >>> fixed = {"time": 0, "unit": 0, "nn": math.inf}
    >>> tropanel.cell_effects(Y, W, [(1, 2)], fixed).effect.round(6)
    array([0.5])
    """
    matrices = read_matrices(Y, W)
    unit, period = _read_cells(matrices[0], cells).T
    triple = read_lambdas(lambdas)
    threads = read_threads(n_jobs)
    functions = _functions(backend)
    with monitoring(read_progress(progress)) as monitor:
        found = functions.cell_effects(
            *matrices,
            unit,
            period,
            *_in_order(triple),
            threads=threads,
            monitor=monitor,
        )
    return _cell_effects(found["effects"], found["not_estimable"])


def _cell_effects(cells: Cells, not_estimable: NotEstimable) -> CellEffects:
    columns: dict[str, Any] = dict(cells)
    del columns["coefficients"]  # there are no covariates
    event_time = cells["event_time"]
    columns["event_time"] = np.where(event_time == NO_EVENT_TIME, np.nan, event_time)
    others = zip(
        not_estimable["unit"].tolist(), not_estimable["period"].tolist(), not_estimable["reason"]
    )
    possible = zip(not_estimable["effect_min"].tolist(), not_estimable["effect_max"].tolist())
    return CellEffects(
        **columns,
        not_estimable=tuple(others),
        possible=tuple(possible),
    )


def _read_target(Y: Floats, unit: object, period: object) -> tuple[int, int]:
    target = (read_integer("unit", unit), read_integer("period", period))
    _check_inside(Y, np.array([target], dtype=object))
    return target


def _read_cells(Y: Floats, cells: ArrayLike) -> Indices:
    message = "cells must be pairs of integers (unit, period), such as [(0, 5), (3, 2)]."
    try:
        found = np.asarray(cells)
    except ValueError as error:  # of different lengths
        raise TropError("option_invalid", message) from error
    if found.shape == (0,):
        found = np.empty((0, 2), dtype=np.int64)
    if found.ndim != 2 or found.shape[1] != 2 or found.dtype.kind not in "iu":
        raise TropError("option_invalid", message)
    _check_inside(Y, found)
    return found.astype(np.uint64)


def _check_inside(Y: Floats, cells: Ints) -> None:
    outside = ((cells < 0) | (cells >= np.array(Y.shape))).any(axis=1)
    if outside.any():
        unit, period = cells[outside][0]
        raise TropError(
            "cell_out_of_range",
            f"There is no cell (unit {unit}, period {period}): Y has {Y.shape[0]} units and"
            f" {Y.shape[1]} periods, counted from 0.",
        )


def _in_order(lambdas: dict[str, float]) -> tuple[float, float, float]:
    time, unit, nn = (lambdas[name] for name in LAMBDA_NAMES)
    return time, unit, nn


def _functions(backend: str) -> Backend:
    return choose(read_choice("backend", backend, BACKENDS)).functions
