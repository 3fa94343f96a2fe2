"""diff-diff with tropanel's kernel, against diff-diff with its own where that converges."""

from __future__ import annotations

import math
import sys
import warnings
from importlib import import_module

import numpy as np
import pytest

if sys.version_info < (3, 10):
    pytest.skip("the pinned packages need Python 3.10", allow_module_level=True)

from diff_diff import _backend
from diff_diff.survey import SurveyDesign
from diff_diff_panels import CONVERGED, SAME_EFFECT, SAME_SCORE, fit, frame, matrices

import tropanel
from tropanel import TropError, _core
from tropanel.compat import _diff_diff_kernel as kernel
from tropanel.compat import diff_diff as compat

#: The module; the function of this name hides it in the package.
trop = import_module("diff_diff.trop")


@pytest.fixture(autouse=True)
def _as_it_was():
    yield
    compat.uninstall()


def assert_same_results(own, ours):
    assert (ours.lambda_time, ours.lambda_unit, ours.lambda_nn) == (
        own.lambda_time,
        own.lambda_unit,
        own.lambda_nn,
    )
    assert ours.loocv_score == pytest.approx(own.loocv_score, rel=SAME_SCORE)
    assert ours.att == pytest.approx(own.att, abs=SAME_EFFECT)
    assert ours.treatment_effects.keys() == own.treatment_effects.keys()
    for cell, effect in own.treatment_effects.items():
        assert ours.treatment_effects[cell] == pytest.approx(effect, abs=SAME_EFFECT, nan_ok=True)
    np.testing.assert_allclose(ours.factor_matrix, own.factor_matrix, rtol=0, atol=SAME_EFFECT)
    # The draws are the same, because diff-diff makes them.
    draws = ours.bootstrap_distribution, own.bootstrap_distribution
    np.testing.assert_allclose(*draws, rtol=0, atol=SAME_EFFECT)
    assert ours.se == pytest.approx(own.se, abs=SAME_EFFECT)


@pytest.mark.parametrize(
    ("method", "design", "nn"),
    [
        ("local", "block", [4.0, math.inf]),
        ("local", "staggered", [2.5]),
        ("global", "block", [2.5, math.inf]),
    ],
)
def test_results_agree(method, design, nn):
    data = frame(*matrices(design))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        own = fit(data, method=method, lambda_nn_grid=nn, **CONVERGED)
        with compat.using():
            ours = fit(data, method=method, lambda_nn_grid=nn)
        with compat.using(point_estimates=False):
            half = fit(data, method=method, lambda_nn_grid=nn, **CONVERGED)
    assert_same_results(own, ours)
    assert half.att == own.att
    assert half.se == ours.se


def test_the_low_rank_part_is_in_play():
    """The agreement above would say little if L vanished."""
    with compat.using():
        assert fit(frame(*matrices()), lambda_nn_grid=[4.0]).effective_rank > 0
        assert fit(frame(*matrices()), method="global", lambda_nn_grid=[2.5]).effective_rank > 0


def test_point_estimates_are_those_of_tropanel():
    Y, W = matrices("staggered")
    with compat.using():
        found = fit(frame(Y, W), lambda_nn_grid=[0.5])
    lambdas = {"time": found.lambda_time, "unit": found.lambda_unit, "nn": 0.5}
    result = tropanel.trop_matrix(Y, W, lambdas=lambdas, inference=None)
    assert found.att == pytest.approx(result.att, abs=1e-6)


@pytest.mark.parametrize("design", ["block", "staggered", "switching"])
def test_distances_agree(design):
    Y, W = matrices(design)
    Y[1, 2] = Y[4, :3] = np.nan
    Y[2] = np.nan  # a unit without any outcome
    Y[3, 1:] = Y[5, 0] = np.nan  # two units without a common period
    own = _backend._rust_unit_distance_matrix(Y.T, W.T)
    ours = kernel.compute_unit_distance_matrix(Y.T, W.T)
    np.testing.assert_allclose(ours, own, rtol=1e-12)
    assert ours.dtype == own.dtype
    assert np.isinf(ours[3, 5])


def time_distances(Y):
    positions = np.arange(Y.shape[1])
    return np.abs(positions[:, None] - positions).astype(np.int64)


def search_both(Y, W, grids, name="loocv_grid_search"):
    mask = (W.T == 0).astype(np.uint8)
    where = (mask, time_distances(Y)) if name == "loocv_grid_search" else (mask,)
    arguments = (Y.T, W.T, *where, *(np.array(grid) for grid in grids), 20000, 1e-9)
    return getattr(_backend, f"_rust_{name}")(*arguments), getattr(kernel, name)(*arguments)


@pytest.mark.parametrize("name", ["loocv_grid_search", "loocv_grid_search_global"])
@pytest.mark.parametrize("seed", range(6))
def test_searches_go_the_same_way(name, seed):
    # Without a low-rank part diff-diff is exact, so many candidates cost little.
    grids = [0.0, 0.2, 0.5, 1.0], [0.0, 0.1, 0.4, 1.0], [math.inf]
    own, ours = search_both(*matrices(seed=seed), grids, name)
    assert ours[:3] == own[:3]
    assert ours[3] == pytest.approx(own[3], rel=1e-9)
    assert ours[4:] == own[4:]


@pytest.mark.parametrize("name", ["loocv_grid_search", "loocv_grid_search_global"])
def test_the_first_of_ties_wins(name):
    # L vanishes at both, so they have the same score.
    for first, second in ((1e4, 1e5), (1e5, 1e4), (math.inf, 1e10), (1e10, math.inf)):
        own, ours = search_both(*matrices(), ([0.0], [0.0], [first, second]), name)
        assert own[2] == ours[2] == first


def test_cells_that_nobody_predicts_are_left_out_and_named():
    Y, W = matrices()
    Y[4, 1:] = np.nan
    grids = [0.0], [0.0], [math.inf]
    own, ours = search_both(Y, W, grids)
    assert own[4:] == (own[5], own[5], None)  # diff-diff counts a number that means nothing
    assert ours[4:] == (own[5] - 1, own[5], (0, 4))
    assert ours[3] < own[3]
    _, ours = search_both(Y, W, grids, "loocv_grid_search_global")
    assert ours[4:] == (own[5] - 1, own[5], (0, 4))


def test_units_without_a_common_period():
    # With lambda_unit > 0 they do not see each other; scores are then of the same cells.
    Y, W = matrices()
    Y[0, :4] = Y[1, 4:] = np.nan
    _, ours = search_both(Y, W, ([0.0, 0.3], [0.0, 0.3], [math.inf]))
    mask = {"max_cells": None, "method": "grid", "grid_nn": np.array([math.inf])}
    one = _core.search(Y, W, grid_time=np.array([ours[0]]), grid_unit=np.array([0.0, 0.3]), **mask)[
        "scores"
    ]
    score = dict(zip(one["lambda_unit"], one["score"]))
    assert ours[3] == pytest.approx(score[ours[1]], rel=1e-9)


def test_lambda_nn_zero_is_the_limit_and_given_up_when_it_cannot_win():
    for Y, winner in ((matrices()[0], 0.0), (np.random.default_rng(0).normal(size=(8, 7)), 9.0)):
        W = matrices()[1]
        _, ours = search_both(Y, W, ([0.0], [0.0], [0.0, 9.0]))
        _, joint = search_both(Y, W, ([0.0], [0.0], [0.0, 9.0]), "loocv_grid_search_global")
        assert ours[2] == joint[2] == winner
        one = {"grid_time": np.zeros(1), "grid_unit": np.zeros(1), "grid_nn": np.array([winner])}
        score = _core.search(Y, W, method="grid", **one)["score"]
        assert ours[3] == pytest.approx(score, rel=1e-6)
    # At 0 all candidates are alike, so the first wins.
    for name in ("loocv_grid_search", "loocv_grid_search_global"):
        _, ours = search_both(Y, W, ([0.5, 0.0], [0.3, 0.0], [0.0]), name)
        assert ours[:3] == (0.5, 0.3, 0.0)


@pytest.mark.parametrize("name", ["loocv_grid_search", "loocv_grid_search_global"])
def test_weights_that_underflow_never_win(name):
    Y, W = matrices()
    Y = 1e4 * Y  # exp(-distance) is 0
    _, ours = search_both(Y, W, ([0.0], [1.0, 0.0, 2.0], [math.inf]), name)
    assert ours[:3] == (0.0, 0.0, math.inf)
    _, none = search_both(Y, W, ([0.0], [1.0, 2.0], [math.inf]), name)
    assert none[3] == math.inf


def draws(W, number=6, seed=1):
    rng = np.random.default_rng(seed)
    treated = int(W.any(axis=1).sum())
    sizes = len(W) - treated, treated
    return [rng.integers(0, size, (number, size)) for size in sizes]


@pytest.mark.parametrize("survey_weights", [None, np.linspace(0.5, 2.0, 8)])
def test_bootstraps_of_the_same_draws_agree(survey_weights):
    Y, W = matrices("staggered")
    lambdas = (0.3, 0.2, 4.0, 6, 20000, 1e-9)
    mask = (W.T == 0).astype(np.uint8)
    arguments = (Y.T, W.T, mask, time_distances(Y), *lambdas, *draws(W), survey_weights)
    own = _backend._rust_bootstrap_trop_variance(*arguments)
    ours = kernel.bootstrap_trop_variance(*arguments)
    np.testing.assert_allclose(ours[0], own[0], rtol=0, atol=SAME_EFFECT)
    assert ours[1] == pytest.approx(own[1], abs=SAME_EFFECT)
    assert ours[0].dtype == own[0].dtype
    assert isinstance(ours[1], float)
    Y, W = matrices()
    arguments = (Y.T, W.T, 0.3, 0.2, 2.5, 6, 20000, 1e-9, *draws(W), survey_weights)
    own = _backend._rust_bootstrap_trop_variance_global(*arguments)
    ours = kernel.bootstrap_trop_variance_global(*arguments)
    np.testing.assert_allclose(ours[0], own[0], rtol=0, atol=SAME_EFFECT)
    assert ours[1] == pytest.approx(own[1], abs=SAME_EFFECT)


def without_fallback(caught):
    return [w for w in caught if "falling back" in str(w.message)] == []


def test_missing_outcomes_and_unbalanced_panels():
    Y, W = matrices("staggered")
    Y[0, 1] = Y[3, 4] = Y[7, 6] = np.nan  # the last one is treated
    data = frame(Y, W).drop(index=[10, 11])
    options = {"lambda_nn_grid": [4.0]}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        own = fit(data, **options, **CONVERGED)
        with compat.using():
            ours = fit(data, **options)
    assert without_fallback(caught)
    assert_same_results(own, ours)
    assert math.isnan(ours.treatment_effects[(7, 6)])


def test_treatment_that_switches():
    data = frame(*matrices("switching"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        own = fit(data, non_absorbing=True, lambda_nn_grid=[4.0], **CONVERGED)
        with compat.using():
            ours = fit(data, non_absorbing=True, lambda_nn_grid=[4.0])
    assert without_fallback(caught)
    assert_same_results(own, ours)


@pytest.mark.parametrize("method", ["local", "global"])
def test_survey_designs(method):
    Y, W = matrices()
    weight = np.repeat(np.linspace(0.5, 2.0, len(Y)), Y.shape[1])
    stratum = np.repeat([0, 0, 0, 1, 1, 1, 0, 1], Y.shape[1])
    data = frame(Y, W, weight=weight, stratum=stratum)
    for design in (SurveyDesign(weights="weight"), SurveyDesign("weight", strata="stratum")):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            own = fit(data, design, method=method, lambda_nn_grid=[math.inf])
            with compat.using():
                ours = fit(data, design, method=method, lambda_nn_grid=[math.inf])
        assert without_fallback(caught)
        # Without a low-rank part "local" alternates until a change of 1e-6.
        assert ours.att == pytest.approx(own.att, abs=1e-5)
        if math.isfinite(own.se):
            assert ours.se == pytest.approx(own.se, abs=1e-5)


def test_lambda_nn_of_1e10_is_infinite():
    data = frame(*matrices())
    with compat.using():
        infinite, huge = (fit(data, lambda_nn_grid=[nn]) for nn in (math.inf, 1e10))
    assert infinite.att == huge.att
    assert infinite.se == huge.se
    assert (infinite.lambda_nn, huge.lambda_nn) == (math.inf, 1e10)
    assert infinite.effective_rank == 0


def test_the_global_normalization_is_diff_diff_s():
    data = frame(*matrices())
    own = fit(data, method="global", lambda_nn_grid=[math.inf])
    with compat.using():
        ours = fit(data, method="global", lambda_nn_grid=[math.inf])
    for effects in ("unit_effects", "time_effects"):
        assert getattr(ours, effects) == pytest.approx(getattr(own, effects), abs=1e-9)


def test_errors_of_the_kernel_are_heard():
    # A period without any outcome would shift the time distances, so the core refuses it.
    Y, W = matrices()
    Y[:, 1] = np.nan
    with compat.using(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(frame(Y, W), lambda_nn_grid=[math.inf], n_bootstrap=2)
    heard = [str(w.message) for w in caught]
    assert any("falling back" in text and "period 1 has no observed" in text for text in heard)


def test_arguments_that_diff_diff_never_passed_are_refused():
    Y, W = matrices()
    mask = (W.T == 0).astype(np.uint8)
    grid = np.zeros(1)
    for wrong in ((1 - mask, time_distances(Y)), (mask, 2 * time_distances(Y))):
        with pytest.raises(TropError) as caught:
            kernel.loocv_grid_search(Y.T, W.T, *wrong, grid, grid, grid, 1, 1.0)
        assert caught.value.code == "peer_unexpected"
    with pytest.raises(TropError) as caught:
        kernel.estimate_model(None, Y.T, mask == 1, 1 + Y.T**2, 1.0, *Y.shape)
    assert caught.value.code == "peer_unexpected"


def test_fits_that_are_not_certified_are_reported(monkeypatch):
    class Weak:
        def __getattr__(self, name):
            return getattr(_core, name)

        def weighted_fit(self, *arguments):
            return {**_core.weighted_fit(*arguments), "status": "max_iterations"}

    data = frame(*matrices())
    with compat.using():
        monkeypatch.setattr(kernel, "_functions", Weak)
        with pytest.warns(UserWarning, match="4 of 4 fits did not converge"):
            fit(data, lambda_nn_grid=[math.inf])
        with pytest.warns(tropanel.ConvergenceWarning, match="1 fit"):
            fit(data, method="global", lambda_nn_grid=[math.inf])


def test_a_global_fit_that_is_not_identified_is_refused():
    # Two halves of units and periods that nothing connects.
    delta = np.zeros((4, 4))
    delta[:2, :2] = delta[2:, 2:] = 1.0
    with pytest.raises(TropError) as caught:
        kernel.solve_global_model(None, np.arange(16.0).reshape(4, 4), delta, math.inf)
    assert caught.value.code == "no_estimable_cell"
    delta = np.ones((4, 4))
    delta[:, 3] = 0.0
    with pytest.warns(UserWarning, match="1 of 4 units have no weight"):
        _, alpha, _, _ = kernel.solve_global_model(None, np.eye(4), delta, math.inf)
    np.testing.assert_array_equal(np.isnan(alpha), [False, False, False, True])
