"""Fits at weights of one's own: the compiled core, the reference, a conic solver, and the API."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conic import OBJECTIVE, minimize
from reference_panels import DESIGNS, random_panel

import tropanel
from tropanel import TropError, _core
from tropanel._backends import reference as _numpy
from tropanel._backends.check import Check

#: Two fits that are each certified to 1e-8, in standard deviations of the outcome.
SAME_EFFECT = 1e-6
#: Scores are sums of squares of such fits.
SAME_SCORE = 1e-6
ROUNDING = 1e-12

PENALTIES = np.array([math.inf, 2.0, 0.3, 0.0])


def weights_of(Y, seed=5):
    """Uneven weights, one unit and one period of weight 0."""
    rng = np.random.default_rng(seed)
    units, periods = rng.exponential(size=Y.shape[0]), rng.exponential(size=Y.shape[1])
    units[1] = periods[2] = 0.0
    return units, periods


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("shape", [(9, 6), (6, 8)])
def test_core_and_reference_agree(design, shape):
    Y, W = random_panel(design, 3, *shape)
    weights = weights_of(Y)
    near = SAME_EFFECT * np.nanstd(Y)
    for nn in PENALTIES:
        ours, reference = (b.weighted_fit(Y, W, *weights, nn) for b in (_core, _numpy))
        assert ours["status"] == reference["status"] == "solved"
        assert ours["gap"] <= 1e-8
        for key in ("unit_effect", "period_effect", "low_rank", "fitted"):
            np.testing.assert_allclose(ours[key], reference[key], rtol=0, atol=near, err_msg=key)
        assert ours["primal"] == pytest.approx(reference["primal"], rel=1e-7, abs=1e-12)
    ours, reference = (b.weighted_loocv(Y, W, *weights, PENALTIES) for b in (_core, _numpy))
    np.testing.assert_allclose(ours["score"], reference["score"], rtol=SAME_SCORE)
    assert ours["n_cells"] == reference["n_cells"]
    for key in ("unit", "period"):
        np.testing.assert_array_equal(ours["not_estimable"][key], reference["not_estimable"][key])
    assert (ours["n_uncertified"] == 0).all()


@pytest.mark.parametrize("design", DESIGNS)
def test_batches_of_core_and_reference_agree(design):
    Y, W = random_panel(design, 4, 9, 8)
    rng = np.random.default_rng(2)
    counts = rng.integers(0, 3, (5, len(Y))).astype(np.uint64)
    counts[0] = 1
    average = rng.exponential(size=len(Y))
    units, periods = rng.exponential(size=counts.shape), rng.exponential(size=Y.shape[1])
    panels = np.broadcast_to(W, (len(counts), *W.shape))
    near = SAME_EFFECT * np.nanstd(Y)
    given = {"counts": counts, "average": average}
    ours, reference = (
        b.weighted_atts(Y, panels, units, periods, PENALTIES, **given) for b in (_core, _numpy)
    )
    np.testing.assert_allclose(ours["att"], reference["att"], rtol=0, atol=near)
    assert np.isfinite(ours["att"]).any()
    assert ours["n_uncertified"] == reference["n_uncertified"] == 0
    ours, reference = (
        b.att_of_draws(Y, W, counts, 0.2, 0.3, 0.5, average=average) for b in (_core, _numpy)
    )
    np.testing.assert_allclose(ours["att"], reference["att"], rtol=0, atol=near)
    assert ours["max_gap"] <= 1e-8


@pytest.mark.parametrize("nn", [3.0, 0.3])
def test_matches_a_conic_solver(nn):
    Y, W = random_panel("missing", 6, 9, 7)
    units, periods = weights_of(Y)
    fit = tropanel.weighted_fit(Y, W, units, periods, nn)
    weights = np.where((W == 0) & np.isfinite(Y), np.outer(units, periods), 0.0)
    least = minimize(np.nan_to_num(Y), weights, nn)
    known = np.isfinite(fit.fitted)
    np.testing.assert_array_equal(known, np.outer(units > 0, periods > 0))
    np.testing.assert_allclose(fit.fitted[known], least.fitted[known], rtol=0, atol=least.effect)
    assert fit.objective == pytest.approx(least.objective, rel=OBJECTIVE)
    assert fit.converged
    assert fit.gap <= 1e-8


def test_a_fit_at_the_weights_of_a_cell_is_that_cell_s_fit():
    Y, W = random_panel("staggered", 8)
    lambdas = {"time": 0.2, "unit": 0.3, "nn": 0.5}
    unit, period = 9, 9
    weights = tropanel.weights(Y, W, unit, period, lambdas)
    fit = tropanel.weighted_fit(Y, W, weights.unit, weights.period, lambdas["nn"])
    cells = _core.estimate(Y, W, *lambdas.values())["treated"]
    at = (cells["unit"] == unit) & (cells["period"] == period)
    assert fit.fitted[unit, period] == pytest.approx(cells["counterfactual"][at][0], abs=1e-6)


def test_scores_by_hand():
    # A 2 x 2 panel of control cells: leaving any one out, the other three predict it.
    Y, W = [[1.0, 2.0], [4.0, 7.0], [0.0, 0.0]], [[0, 0], [0, 0], [0, 1]]
    found = tropanel.weighted_loocv(Y, W, [1, 5, 1], [2, 1], [math.inf])
    assert found.score[0] == pytest.approx(4 * 2.0**2, rel=ROUNDING)
    assert found.n_cells == 4
    assert found.not_estimable == [(2, 0)]
    assert found.lambda_nn.tolist() == [math.inf]


def test_scores_report_progress():
    Y, W = random_panel("block", 1, 6, 5)
    heard = []
    tropanel.weighted_loocv(
        Y, W, np.ones(6), np.ones(5), [1.0], progress=lambda *step: heard.append(step)
    )
    assert heard[-1] == ("search", 21, 21)


def test_backends_are_checked_against_each_other():
    Y, W = random_panel("block", 1, 6, 5)
    ones = np.ones(6), np.ones(5)
    checked = tropanel.weighted_fit(Y, W, *ones, 0.5, backend="check")
    alone = tropanel.weighted_fit(Y, W, *ones, 0.5, backend="numpy")
    np.testing.assert_allclose(checked.fitted, alone.fitted, rtol=0, atol=1e-6)
    tropanel.weighted_loocv(Y, W, *ones, [0.5], backend="check")
    both = Check(_core, _numpy)
    counts = np.ones((2, 6), dtype=np.uint64)
    both.att_of_draws(Y, W, counts, 0.1, 0.1, 0.5)
    both.weighted_atts(Y, W[None], np.ones((1, 6)), np.ones(5), np.array([0.5]))


class Wrong:
    """The reference, with one answer changed."""

    def __init__(self, key):
        self._key = key

    def __getattr__(self, name):
        def wrong(*args, **settings):
            found = getattr(_numpy, name)(*args, **settings)
            return {**found, self._key: found[self._key] + 0.1}

        return wrong


def test_backends_that_disagree_are_found_out():
    Y, W = random_panel("block", 1, 6, 5)
    ones = np.ones(6), np.ones(5)
    counts = np.ones((2, 6), dtype=np.uint64)
    for key, call in (
        ("fitted", lambda b: b.weighted_fit(Y, W, *ones, 0.5)),
        ("score", lambda b: b.weighted_loocv(Y, W, *ones, np.array([0.5]))),
        ("att", lambda b: b.weighted_atts(Y, W[None], ones[0][None], ones[1], np.array([0.5]))),
        ("att", lambda b: b.att_of_draws(Y, W, counts, 0.1, 0.1, 0.5)),
    ):
        with pytest.raises(TropError) as caught:
            call(Check(_core, Wrong(key)))
        assert caught.value.code == "backend_mismatch"


@pytest.mark.parametrize("backend", ["rust", "numpy"])
@pytest.mark.parametrize(
    ("units", "periods", "nn", "code"),
    [
        ([1, 1, -1], [1, 1], 1.0, "weight_invalid"),
        ([1, 1, math.nan], [1, 1], 1.0, "weight_invalid"),
        ([1, 1, 1], [1, math.inf], 1.0, "weight_invalid"),
        ([1, 1], [1, 1], 1.0, "weights_length"),
        ([1, 1, 1], [1, 1, 1], 1.0, "weights_length"),
        ([0, 0, 0], [1, 1], 1.0, "weights_all_zero"),
        ([0, 0, 1], [0, 1], 1.0, "weights_all_zero"),
        ([[1, 1, 1]], [1, 1], 1.0, "option_invalid"),
        (["a", "b", "c"], [1, 1], 1.0, "option_invalid"),
        ([1, [1], 1], [1, 1], 1.0, "option_invalid"),
        (None, [1, 1], 1.0, "option_invalid"),
        ([1, 1, 1], [1, 1], -1.0, "lambda_invalid"),
        ([1, 1, 1], [1, 1], math.nan, "lambda_invalid"),
        ([1, 1, 1], [1, 1], "1", "grids_invalid"),
    ],
)
def test_bad_input(units, periods, nn, code, backend):
    Y, W = [[1.0, 2.0], [4.0, 7.0], [0.0, 0.0]], [[0, 0], [0, 0], [0, 1]]
    for call in (
        lambda: tropanel.weighted_fit(Y, W, units, periods, nn, backend=backend),
        lambda: tropanel.weighted_loocv(Y, W, units, periods, [nn], backend=backend),
    ):
        with pytest.raises(TropError) as caught:
            call()
        assert caught.value.code == code


@pytest.mark.parametrize("backend", ["rust", "numpy"])
def test_bad_candidates(backend):
    Y, W = [[1.0, 2.0], [4.0, 7.0], [0.0, 0.0]], [[0, 0], [0, 0], [0, 1]]
    for candidates, code in (
        ([], "grid_empty"),
        ([1.0, 2.0, 1.0], "grid_duplicate"),
        (1.0, "grids_invalid"),
    ):
        with pytest.raises(TropError) as caught:
            tropanel.weighted_loocv(Y, W, [1, 1, 1], [1, 1], candidates, backend=backend)
        assert caught.value.code == code


@pytest.mark.parametrize("backend", [_core, _numpy])
def test_bad_batches(backend):
    Y, W = random_panel("block", 1, 6, 5)
    ones, nn = np.ones(5), np.array([1.0])
    for code, call in (
        ("shape_mismatch", lambda: backend.weighted_atts(Y, W[None], np.ones((1, 5)), ones, nn)),
        ("shape_mismatch", lambda: backend.weighted_atts(Y, W[None], np.ones((2, 6)), ones, nn)),
        ("weight_invalid", lambda: backend.weighted_atts(Y, W[None], -np.ones((1, 6)), ones, nn)),
        (
            "draw_length",
            lambda: backend.att_of_draws(Y, W, np.ones((1, 5), dtype=np.uint64), 0.0, 0.0, 1.0),
        ),
    ):
        with pytest.raises(TropError) as caught:
            call()
        assert caught.value.code == code
