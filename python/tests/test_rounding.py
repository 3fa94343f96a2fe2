"""Where rounding decides: singular systems, small singular values, oracles that fall short."""

from __future__ import annotations

import numpy as np
import pytest
from conic import ORACLES, solve
from reference_panels import random_panel

from tropanel import _core
from tropanel._backends.reference.cell import fit_cell
from tropanel._backends.reference.linear import solve_semidefinite
from tropanel._backends.reference.low_rank import fit_low_rank
from tropanel._backends.reference.panel import read_panel
from tropanel._backends.reference.settings import Lambdas, Settings

SETTINGS = Settings(tolerance=1e-8, max_iterations=1000)


class Problem:
    """What a cvxpy problem is to an oracle: solved by one solver only."""

    status = None

    def __init__(self, by):
        self.by = by

    def solve(self, solver, **_):
        self.status = "optimal" if solver == self.by else "optimal_inaccurate"


def test_the_first_oracle_that_reaches_its_tolerance_is_taken():
    for oracle in ORACLES:
        assert solve(Problem(oracle.solver)) is oracle
    with pytest.raises(pytest.fail.Exception, match="optimal_inaccurate"):
        solve(Problem("none"))


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_systems_without_a_null_space_are_solved_exactly(size):
    rng = np.random.default_rng(0)
    root = rng.normal(size=(5, 4, 4))
    matrix = root @ root.swapaxes(1, 2) + np.eye(4)
    solution = rng.normal(size=(5, 4, 2))
    found = solve_semidefinite(size * matrix, size * (matrix @ solution))
    np.testing.assert_allclose(found, solution, rtol=1e-12, atol=1e-12)


def test_diagonals_of_any_size_are_solved():
    diagonal = np.array([1e-250, 1.0, 1e250])
    found = solve_semidefinite(np.diag(diagonal), diagonal[:, None])
    np.testing.assert_allclose(found, 1, rtol=1e-14)


@pytest.mark.parametrize("noise", [0.0, 1e-16, -1e-16])
def test_null_directions_up_to_rounding_are_left_alone(noise):
    matrix = np.array([[1.0, 1.0], [1.0, 1.0 + noise]])
    found = solve_semidefinite(matrix, np.array([[2.0], [2.0 + 1e-15]]))
    np.testing.assert_allclose(found, 1, rtol=1e-12)


def test_a_penalty_below_rounding_is_no_singular_matrix():
    Y, _ = random_panel("block", 5, 6, 5)
    fit = fit_low_rank(Y, np.full(Y.shape, 0.5), 1e-300, SETTINGS)
    assert np.isfinite(fit.fitted).all()
    np.testing.assert_allclose(fit.fitted, Y, atol=1e-6)


def test_the_interpolant_of_a_panel_with_a_small_singular_value():
    # The smallest singular value is 3.3e-4: the minimizer moves linearly with nu only far below.
    # The value is Newton's method's in 40 digits, at nu = 1e-14, extrapolated to 0.
    Y, W = random_panel("missing", 103, 9, 13)
    exact = 1.00748446941906 + np.nanmean(Y[6, W[6] == 0])
    cell = fit_cell(read_panel(Y, W), 6, 0, Lambdas(0.2, 0.1, 0.0), SETTINGS)
    assert cell.counterfactual == pytest.approx(exact, abs=1e-11)
    assert cell.gap <= 1e-10
    cells = _core.estimate(Y, W, 0.2, 0.1, 0.0, pre_effects=True)["pre"]
    found = cells["counterfactual"][(cells["unit"] == 6) & (cells["period"] == 0)]
    assert found == pytest.approx(exact, abs=1e-8)
