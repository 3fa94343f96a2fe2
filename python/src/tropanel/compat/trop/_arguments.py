"""What arguments may be, and what they mean."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from ..._data.matrix import read_matrices
from ..._errors import TropError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from ..._backends.protocol import Floats, Ints

#: Names by which CVXPY knows solvers.
SOLVERS = frozenset(
    "CBC CLARABEL COPT CPLEX CUCLARABEL CUOPT CVXOPT DAQP ECOS ECOS_BB GLOP GLPK GLPK_MI GUROBI"
    " HIGHS KNITRO MOSEK MPAX NAG OSQP PDLP PIQP PROXQP QOCO QPALM SCIP SCIPY SCS SDPA"
    " XPRESS".split()
)


def check_observed(Y: Floats) -> None:
    for unit, period in np.argwhere(~np.isfinite(Y)):
        raise refused(
            f"Y is {Y[unit, period]} for unit {unit} in period {period}: the estimators of trop"
            " need every outcome. tropanel.trop_matrix() takes panels with missing outcomes."
        )


def check_block(Y: Floats, treated_periods: int) -> None:
    if not is_integer(treated_periods) or not 1 <= treated_periods < Y.shape[1]:
        raise refused(
            f"treated_periods must be an integer from 1 to {Y.shape[1] - 1}, one less than the"
            f" periods, not {treated_periods!r}."
        )


def read_panel(Y: ArrayLike, W: ArrayLike) -> tuple[Floats, Floats]:
    outcomes, treatments = read_matrices(Y, W)
    check_observed(outcomes)
    return outcomes, treatments


def read_control(Y_control: ArrayLike, treated_periods: int) -> Floats:
    Y, _ = read_matrices(Y_control, np.zeros_like(Y_control, dtype=np.float64))
    check_observed(Y)
    check_block(Y, treated_periods)
    if len(Y) < 2:
        raise refused("Y_control must have 2 units at least.")
    return Y


def read_units(treated_units: Sequence[int], n_units: int) -> Ints:
    units = np.asarray(treated_units, dtype=np.int64)
    if units.size == 0:
        raise refused("treated_units must have one unit at least.")
    if units.min() < 0 or units.max() >= n_units:
        raise TropError(
            "cell_out_of_range",
            f"treated_units must be rows from 0 to {n_units - 1}, not {units.tolist()}.",
        )
    return units


def read_grid(name: str, values: Iterable[float]) -> list[float]:
    grid = [float(value) for value in values]
    if not grid:
        raise TropError("grid_empty", f"{name} is empty: give at least one value.")
    return grid


def read_count(name: str, value: int | None, least: int, largest: int | None) -> int:
    limits = f"{least} or more" if largest is None else f"from {least} to {largest}"
    if value is None or not is_integer(value):
        raise refused(f"{name} must be an integer, {limits}, not {value!r}.")
    if value < least or (largest is not None and value > largest):
        raise refused(f"{name} must be {limits}, not {value}.")
    return int(value)


def is_integer(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def check_solver(solver: str | None) -> None:
    if solver is not None and str(solver).upper() not in SOLVERS:
        raise refused(f"solver must be None or the name of a solver of CVXPY, not {solver!r}.")


def check_prefer(prefer: str | None) -> None:
    if prefer not in ("threads", "processes", None):
        raise refused(f"prefer must be 'threads' or 'processes', not {prefer!r}.")


def thread_count(n_jobs: int | None) -> int | None:
    """Read `n_jobs`: -1 for all cores, -2 for all but one, and so on."""
    if n_jobs is None:
        return 1
    if not is_integer(n_jobs) or n_jobs == 0:
        raise TropError("threads_zero", f"n_jobs must be an integer other than 0, not {n_jobs!r}.")
    if n_jobs == -1:
        return None
    return n_jobs if n_jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + n_jobs)


def refused(message: str) -> TropError:
    return TropError("option_invalid", message)
