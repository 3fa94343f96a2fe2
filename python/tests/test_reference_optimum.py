"""Fits of the reference backend against a general conic solver, and their invariances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conic import OBJECTIVE, minimize
from reference_panels import DESIGNS, random_panel

from tropanel._backends import reference as backend
from tropanel._backends.reference.certificate import bounds, nuclear_norm
from tropanel._backends.reference.distance import cell_weights
from tropanel._backends.reference.interpolant import _fix_levels, fit_interpolant
from tropanel._backends.reference.low_rank import fit_low_rank
from tropanel._backends.reference.panel import read_panel
from tropanel._backends.reference.settings import Lambdas, Settings
from tropanel._backends.reference.two_way import fit_two_way

#: What two fits that are certified to 1e-8 may differ by, in units of the outcome.
SAME_EFFECT = 1e-7

#: Bounds of effects, several fits each, are test_certificates.py's.
pytestmark = pytest.mark.usefixtures("values_only")

SETTINGS = Settings(tolerance=1e-8, max_iterations=10000)


def targets(W, Y):
    """Two treated cells and a control cell."""
    treated = np.argwhere((W == 1) & np.isfinite(Y))
    return [tuple(treated[0]), tuple(treated[-1]), (1, 4) if np.isfinite(Y[1, 4]) else (0, 4)]


def objective(fit, outcome, weights, lambda_nn):
    """Loss plus penalty; the penalty is that of the best fixed effects for `fit`."""
    low_rank = fit.fitted - fit.fitted.mean(axis=0)
    low_rank = low_rank - low_rank.mean(axis=1)[:, None]
    norm = nuclear_norm(low_rank)
    if lambda_nn == 0:
        return norm
    return (weights * (outcome - fit.fitted) ** 2).sum() + lambda_nn * norm


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize(
    ("time", "unit", "nn"), [(0.0, 0.0, 3.0), (0.3, 0.5, 0.3), (1.0, 0.2, 0.05)]
)
def test_matches_a_conic_solver(design, time, unit, nn):
    Y, W = random_panel(design, seed=11)
    for target in targets(W, Y):
        weights = cell_weights(read_panel(Y, W), *target, Lambdas(time, unit, nn))
        outcome = np.where(weights > 0, Y, 0.0)
        fit = fit_low_rank(outcome, weights, nn, SETTINGS)
        least = minimize(outcome, weights, nn)
        assert fit.gap <= SETTINGS.tolerance
        assert objective(fit, outcome, weights, nn) == pytest.approx(least.objective, rel=OBJECTIVE)
        assert fit.fitted[target] == pytest.approx(least.fitted[target], abs=least.effect)


@pytest.mark.parametrize("design", DESIGNS)
def test_interpolant_matches_a_conic_solver(design):
    Y, W = random_panel(design, seed=12)
    for target in targets(W, Y):
        weights = cell_weights(read_panel(Y, W), *target, Lambdas(0.0, 0.0, 0.0))
        outcome = np.where(weights > 0, Y, 0.0)
        fit = fit_interpolant(outcome, weights > 0, SETTINGS)
        least = minimize(outcome, weights, 0)
        assert fit.gap <= SETTINGS.tolerance
        np.testing.assert_array_equal(fit.fitted[weights > 0], Y[weights > 0])
        assert objective(fit, outcome, weights, 0) == pytest.approx(least.objective, rel=OBJECTIVE)
        assert fit.fitted[target] == pytest.approx(least.fitted[target], abs=least.effect)


def test_interpolant_of_disconnected_components():
    # Two blocks, and no cell between them: a graph of two components.
    rng = np.random.default_rng(3)
    constrained = np.kron(np.eye(2), np.ones((3, 3))) > 0
    constrained[1, 1] = False
    outcome = np.where(constrained, rng.normal(size=(6, 6)), 0.0)
    added = np.argwhere(_fix_levels(constrained) & ~constrained)
    assert added.tolist() == [[3, 0]]
    fit = fit_interpolant(outcome, constrained, SETTINGS)
    least = minimize(outcome, constrained.astype(float), 0)
    assert fit.gap <= SETTINGS.tolerance
    assert objective(fit, outcome, constrained, 0) == pytest.approx(least.objective, rel=OBJECTIVE)
    assert fit.fitted[1, 1] == pytest.approx(least.fitted[1, 1], abs=least.effect)


def test_interpolant_is_the_limit_of_small_lambda_nn():
    Y, W = random_panel("staggered", seed=13)
    limit = backend.estimate(Y, W, 0.3, 0.0, 0.0)["att"]
    far, near = (abs(backend.estimate(Y, W, 0.3, 0.0, nn)["att"] - limit) for nn in (0.1, 0.01))
    assert 0 < near < 0.2 * far < 0.02


def test_interpolant_does_not_depend_on_weights_even_where_they_underflow():
    Y, W = random_panel("staggered", seed=14)
    expected = backend.estimate(Y, W, 0.0, 0.0, 0.0)["treated"]["effect"]
    effects = backend.estimate(Y, W, 400.0, 1e4, 0.0)["treated"]["effect"]
    np.testing.assert_array_equal(effects, expected)


@pytest.mark.parametrize("lambda_nn", [0.0, 0.1, math.inf])
def test_additive_panel_is_fitted_exactly(lambda_nn):
    _, W = random_panel("staggered", seed=1)
    Y = np.arange(12.0)[:, None] ** 2 + np.sqrt(np.arange(10.0)) + 3 * W
    result = backend.estimate(Y, W, 0.2, 0.1, lambda_nn)
    np.testing.assert_allclose(result["treated"]["effect"], 3, atol=1e-12)
    assert result["treated"]["gap"].max() == 0
    assert result["treated"]["rank"].max() == 0


def test_lambda_nn_above_the_threshold_is_the_same_as_infinite():
    Y, W = random_panel("block", seed=2)
    large = backend.estimate(Y, W, 0.1, 0.1, 1e6)
    infinite = backend.estimate(Y, W, 0.1, 0.1, math.inf)
    assert large["att"] == infinite["att"]
    assert large["converged"]


@pytest.mark.usefixtures("values_only")
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("nn", [0.0, 0.2, math.inf])
class TestInvariance:
    """The effect moves exactly as the estimator says when the panel is changed."""

    def effects(self, Y, W, time=0.2, unit=0.3, nn=0.2):
        cells = backend.estimate(Y, W, time, unit, nn)["treated"]
        return {(i, t): e for i, t, e in zip(cells["unit"], cells["period"], cells["effect"])}

    def agree(self, found, expected):
        assert found.keys() == expected.keys()
        for cell, effect in expected.items():
            assert found[cell] == pytest.approx(effect, abs=SAME_EFFECT)

    def test_adding_period_effects(self, design, nn):
        Y, W = random_panel(design, seed=21)
        self.agree(self.effects(Y + np.sin(np.arange(10)), W, nn=nn), self.effects(Y, W, nn=nn))

    def test_adding_unit_effects_without_unit_weights(self, design, nn):
        Y, W = random_panel(design, seed=22)
        self.agree(
            self.effects(Y + 5 * np.arange(12.0)[:, None], W, unit=0.0, nn=nn),
            self.effects(Y, W, unit=0.0, nn=nn),
        )

    def test_scaling(self, design, nn):
        Y, W = random_panel(design, seed=23)
        scaled = self.effects(100 * Y, W, unit=0.3 / 100, nn=100 * nn)
        self.agree(
            {cell: effect / 100 for cell, effect in scaled.items()}, self.effects(Y, W, nn=nn)
        )

    def test_permuting_units_and_reversing_time(self, design, nn):
        Y, W = random_panel(design, seed=24)
        order = np.random.default_rng(0).permutation(12)
        moved = self.effects(Y[order][:, ::-1], W[order][:, ::-1], nn=nn)
        self.agree(
            {(order[unit], 9 - period): effect for (unit, period), effect in moved.items()},
            self.effects(Y, W, nn=nn),
        )

    def test_raising_the_treated_outcome(self, design, nn):
        Y, W = random_panel(design, seed=25)
        raised = self.effects(Y + 2 * W, W, nn=nn)
        self.agree({cell: effect - 2 for cell, effect in raised.items()}, self.effects(Y, W, nn=nn))


def test_all_the_factors_of_a_small_lambda_nn_are_found():
    Y, W = random_panel("block", seed=31, n_units=20, n_periods=16)
    result = backend.estimate(Y, W, 0.0, 0.0, 0.05)
    assert result["converged"]
    assert result["treated"]["rank"].min() >= 10


def test_too_few_iterations_are_reported():
    Y, W = random_panel("block", seed=32)
    result = backend.estimate(Y, W, 0.0, 0.0, 0.05, max_iterations=1)
    assert not result["converged"]
    assert set(result["treated"]["status"]) == {"max_iterations"}
    assert result["treated"]["iterations"].tolist() == [1] * 9
    assert result["max_gap"] == result["treated"]["gap"].max() > 1e-8


def test_gap_is_that_of_the_scaled_residual():
    Y, _ = random_panel("block", seed=34)
    weights = np.random.default_rng(0).random(Y.shape)
    unit_effects, period_effects = fit_two_way(Y, weights)
    residual = Y - unit_effects[:, None] - period_effects
    G = 2 * weights * residual
    nn = 0.3 * np.linalg.norm(G, 2)
    bound = (0.3 * G * Y).sum() - ((0.3 * G) ** 2 / (4 * weights)).sum()
    gap = 1 - bound / (weights * residual**2).sum()
    found = bounds(Y, residual, np.zeros_like(Y), weights, nn).gap
    assert found == pytest.approx(gap, rel=1e-10)


@pytest.mark.parametrize("nn", [0.05, 0.0])
def test_gap_bounds_the_distance_to_the_optimum(nn):
    Y, W = random_panel("block", seed=33)
    weights = cell_weights(read_panel(Y, W), 9, 7, Lambdas(0.1, 0.1, nn))
    outcome = np.where(weights > 0, Y, 0.0)

    def fit(max_iterations):
        settings = Settings(1e-8, max_iterations)
        if nn == 0:
            return fit_interpolant(outcome, weights > 0, settings)
        return fit_low_rank(outcome, weights, nn, settings)

    least = objective(fit(10000), outcome, weights, nn)
    for max_iterations in (1, 3, 10, 30):
        rough = fit(max_iterations)
        excess = 1 - least / objective(rough, outcome, weights, nn)
        assert 0 <= excess <= rough.gap
