"""Weighted two-way fixed effects of the reference backend (lambda_nn = inf)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference_panels import DESIGNS, load_panel, random_panel

from tropanel._backends import reference as backend
from tropanel._backends.reference.two_way import fit_two_way

#: Rounding of a small least-squares problem of numbers of order 1 to 10.
ROUNDING = 1e-12


def test_two_by_two_is_difference_in_differences():
    Y = np.array([[1.0, 4.0], [2.0, 9.0]])
    W = np.array([[0.0, 0.0], [0.0, 1.0]])
    result = backend.estimate(Y, W, 0.0, 0.0, math.inf)
    assert result["att"] == pytest.approx((9 - 2) - (4 - 1), abs=ROUNDING)
    assert result["treated"]["counterfactual"][0] == pytest.approx(5, abs=ROUNDING)


def test_weights_choose_between_two_donors():
    # Unit 0 rises by 1 and unit 1 by 3; unit 1 is at distance 1 of the treated unit, unit 0 at 2.
    Y = np.array([[2.0, 3.0], [1.0, 4.0], [0.0, 10.0]])
    W = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    near, far = math.exp(-0.7), math.exp(-1.4)
    rise = (far * 1 + near * 3) / (far + near)
    effect = backend.estimate(Y, W, 0.0, 0.7, math.inf)["att"]
    assert effect == pytest.approx(10 - rise, abs=ROUNDING)


@pytest.mark.parametrize("design", DESIGNS)
def test_matches_least_squares_on_dummies(design):
    Y, W = random_panel(design, seed=4)
    rng = np.random.default_rng(0)
    weights = np.where((W == 0) & np.isfinite(Y), rng.random(Y.shape), 0.0)
    outcome = np.where(weights > 0, Y, 0.0)
    unit_effects, period_effects = fit_two_way(outcome, weights)
    dummies = np.array(
        [np.concatenate([np.eye(12)[j], np.eye(10)[s]]) for j in range(12) for s in range(10)]
    )
    root = np.sqrt(weights).ravel()
    effects = np.linalg.lstsq(root[:, None] * dummies, root * outcome.ravel(), rcond=None)[0]
    np.testing.assert_allclose(
        unit_effects[:, None] + period_effects,
        (dummies @ effects).reshape(Y.shape),
        atol=ROUNDING,
    )


def test_tiny_weights_are_not_lost():
    # Period 2 is connected with the others by cells of weight 1e-200 only: normal equations in
    # floating point would not see them.
    weights = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1e-200], [0.0, 1e-200, 1e-200]])
    unit_effects, period_effects = np.array([1.0, -2.0, 5.0]), np.array([0.0, 3.0, 7.0])
    outcome = np.where(weights > 0, unit_effects[:, None] + period_effects, 0.0)
    found = fit_two_way(outcome, weights)
    np.testing.assert_allclose(
        found[0][:, None] + found[1], unit_effects[:, None] + period_effects, atol=ROUNDING
    )


def test_components_that_are_not_connected_are_fitted_apart():
    weights = np.kron(np.eye(2), np.ones((2, 2)))
    outcome = weights * np.array([[1.0, 2.0, 0, 0], [3.0, 4.0, 0, 0], [0, 0, 9, 5], [0, 0, 8, 4]])
    unit_effects, period_effects = fit_two_way(outcome, weights)
    residual = weights * (outcome - unit_effects[:, None] - period_effects)
    np.testing.assert_allclose(residual, 0, atol=ROUNDING)


def test_published_effect_of_proposition_99():
    assert backend.estimate(*load_panel("prop99"), 0.0, 0.0, math.inf)["att"] == pytest.approx(
        -27.349, abs=5e-4
    )
