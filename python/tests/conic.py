"""General conic solvers as oracles of the tests."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest


class Oracle(NamedTuple):
    """A solver with its settings."""

    solver: str
    options: dict[str, Any]
    #: Relative to 1: what its minimizers differ by from exact ones.
    effect: float


#: The best first. SCS ends with the normal equations solved exactly, Clarabel's interior point with
#: a minimizer that is known to the square root of its objective's accuracy.
ORACLES = (
    Oracle("SCS", {"eps_abs": 1e-11, "eps_rel": 1e-11, "max_iters": 100_000}, 1e-7),
    Oracle("CLARABEL", dict.fromkeys(("tol_gap_abs", "tol_gap_rel", "tol_feas"), 1e-11), 3e-5),
)

#: What least objectives may differ by, relatively.
OBJECTIVE = 1e-8


def solve(problem: Any) -> Oracle:
    """Solve a cvxpy problem by the first oracle that says it reached its tolerance."""
    for oracle in ORACLES:
        with warnings.catch_warnings():
            # "Solution may be inaccurate": the status says so too
            warnings.simplefilter("ignore", UserWarning)
            problem.solve(solver=oracle.solver, **oracle.options)
        if problem.status == "optimal":
            return oracle
    pytest.fail(f"no oracle reached its tolerance: {problem.status}")


class Minimum(NamedTuple):
    """The optimum of Eq. 2."""

    fitted: np.ndarray[Any, np.dtype[np.float64]]  #: alpha + beta + L
    objective: float
    effect: float  #: What effects may differ by.


def minimize(outcome: Any, weights: Any, lambda_nn: float) -> Minimum:
    """Minimize Eq. 2; at lambda_nn = 0 find the interpolant of least nuclear norm."""
    cvxpy = pytest.importorskip("cvxpy")
    n_units, n_periods = outcome.shape
    low_rank = cvxpy.Variable(outcome.shape)
    unit_effects, period_effects = cvxpy.Variable((n_units, 1)), cvxpy.Variable((1, n_periods))
    fitted = unit_effects @ np.ones((1, n_periods)) + np.ones((n_units, 1)) @ period_effects
    residual = outcome - fitted - low_rank
    norm = cvxpy.normNuc(low_rank)
    if lambda_nn == 0:
        cells = (weights > 0).astype(float)
        problem = cvxpy.Problem(cvxpy.Minimize(norm), [cvxpy.multiply(cells, residual) == 0])
    else:
        loss = cvxpy.sum_squares(cvxpy.multiply(np.sqrt(weights), residual))
        problem = cvxpy.Problem(cvxpy.Minimize(loss + lambda_nn * norm))
    oracle = solve(problem)
    return Minimum((fitted + low_rank).value, problem.value, oracle.effect)
