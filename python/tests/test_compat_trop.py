"""The functions of the package trop, against the package."""

from __future__ import annotations

import inspect
import math
import sys
import warnings

import numpy as np
import pytest

if sys.version_info < (3, 10):
    pytest.skip("the pinned packages need Python 3.10", allow_module_level=True)

import trop as theirs

import tropanel
import tropanel.compat.trop as ours
from tropanel import TropError, _core
from tropanel.compat import _pooled
from tropanel.compat.trop import _average, _validation

#: trop lets SCS stop at residuals of 1e-5 (its eps_abs and eps_rel); outcomes vary by about two.
SCS = 2e-4
#: OSQP ends with a step that solves the least squares to rounding.
OSQP = 1e-8

NAMES = [
    "TROP_TWFE_average",
    "TROP_cv_cycle",
    "TROP_cv_joint",
    "TROP_cv_single",
    "adaptive_TROP_cv",
    "bootstrap",
]


def panel(seed=0, n_units=9, n_periods=8, treated_periods=2):
    """Two-way effects, one factor and noise; units 0 and 3 are treated at the end."""
    rng = np.random.default_rng(seed)
    shape = (n_units, n_periods)
    Y = 2 * rng.normal(size=(n_units, 1)) + rng.normal(size=(1, n_periods))
    Y = Y + 2 * rng.normal(size=(n_units, 1)) * rng.normal(size=(1, n_periods))
    Y = Y + 0.3 * rng.normal(size=shape)
    W = np.zeros(shape)
    W[[0, 3], -treated_periods:] = 1
    return Y, W


def test_names_and_signatures():
    assert sorted([*NAMES, "BootstrapResult"]) == ours.__all__
    for name in NAMES:
        own = inspect.signature(getattr(theirs, name)).parameters.values()
        new = inspect.signature(getattr(ours, name)).parameters.values()
        assert [(p.name, p.kind, p.default) for p in new] == [
            (p.name, p.kind, p.default) for p in own
        ]
    fields = theirs.BootstrapResult.__dataclass_fields__
    assert list(ours.BootstrapResult.__dataclass_fields__) == list(fields)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    "lambdas", [(0, 0, math.inf), (0.4, 0.3, math.inf), (0, 0, 4.0), (0.4, 0.3, 1.0)]
)
def test_estimates_agree(seed, lambdas):
    Y, W = panel(seed)
    own = theirs.TROP_TWFE_average(Y, W, [0, 3], *lambdas, treated_periods=2)
    new = ours.TROP_TWFE_average(Y, W, [0, 3], *lambdas, treated_periods=2)
    assert new == pytest.approx(own, abs=OSQP if math.isinf(lambdas[2]) else SCS)
    assert isinstance(new, float)


def test_the_treated_units_only_make_the_distances():
    Y, W = panel()
    for units in ([0], [0, 0, 3], [5]):
        arguments = (Y.tolist(), W.tolist(), units, 0.5, 0.2, math.inf, 2)
        own = theirs.TROP_TWFE_average(*arguments)
        assert ours.TROP_TWFE_average(*arguments) == pytest.approx(own, abs=OSQP)


def test_weights_by_hand():
    # The block's centre lies after period 1 of 0, 1, 2; the distances are of the first two periods.
    np.testing.assert_array_equal(_pooled.time_distances(3, 1), [2.5, 1.5, 0.5])
    Y = np.array([[1.0, 2.0, 9.0], [3.0, 2.0, 9.0], [math.nan, 5.0, 0.0]])
    members = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    distances = _pooled.unit_distances(Y, members, 1)
    np.testing.assert_allclose(distances, [[math.sqrt(0.5), math.sqrt(0.5), 3.0], [3, 3, 0]])
    Y[2, 1] = math.nan
    assert np.isinf(_pooled.unit_distances(Y, members, 1)[0, 2])
    np.testing.assert_array_equal(_pooled.decay(0.0, np.array([0.0, np.inf])), [1, 0])
    assert _pooled.first_least([2.0, 1.0 + 1e-12, 1.0]) == 1


def test_estimate_by_hand():
    # Two controls whose distances to the treated unit are alike grow by 1 and 3, so by 2.
    Y, W = [[0.0, 9.0], [1.0, 2.0], [-1.0, 2.0]], [[0, 1], [0, 0], [0, 0]]
    assert ours.TROP_TWFE_average(Y, W, [0], 2.0, 1.0, math.inf, 1) == pytest.approx(7.0)


CV = {"n_trials": 4, "n_treated_units": 2, "random_seed": 5}


@pytest.mark.parametrize(
    ("fixed", "grid", "which"),
    [
        ((0.1, math.inf), [0.0, 0.2, 0.6, 1.5], "unit"),
        ((0.2, 2.0), [0.0, 0.4], "time"),
        ((0.2, 0.1), [1.0, 4.0, math.inf], "nn"),
    ],
)
@pytest.mark.parametrize("sampling", [CV, {"cv_sampling_method": "kfold", "K": 4}])
def test_single_searches_agree(fixed, grid, which, sampling):
    Y = panel()[0][4:]
    options = {"lambda_cv": which, "n_jobs": 1, **sampling}
    own = theirs.TROP_cv_single(Y, 2, fixed, grid, **options)
    assert ours.TROP_cv_single(Y, 2, fixed, grid, **options) == own


def test_placebo_sets_and_effects_agree_one_by_one():
    Y = panel(n_units=7)[0]
    for method, numbers in (("resample", (2, 3, None)), ("kfold", (None, None, 3))):
        size, trials, folds = numbers
        own = theirs.cv._generate_placebo_sets(
            7, method, n_treated_units=size, n_trials=trials, K=folds, random_state=8
        )
        new = _validation._placebo_sets(7, method, size, trials, folds, 8)
        assert [units.tolist() for units in new] == [units.tolist() for units in own]
        for units in new:
            score = _validation._placebo_scores(Y, [units], 2, [(0.3, 0.2, 1.0)], None)
            effect = theirs.cv._simulate_ate(Y, units, 2, 0.3, 0.2, 1.0)
            assert score[0] == pytest.approx(abs(effect), abs=SCS)


def test_cycle_and_joint_searches_agree():
    Y = panel()[0][3:]
    grids = [0.0, 0.5], [0.0, 0.4], [1.5, math.inf]
    joint = theirs.TROP_cv_joint(Y, 2, *grids, **CV, n_jobs=1)
    assert ours.TROP_cv_joint(Y, 2, *grids, **CV) == joint
    start = (0.5, 0.0, 1.5)
    cycle = theirs.TROP_cv_cycle(Y, 2, *grids, start, **CV, n_jobs=1)
    assert ours.TROP_cv_cycle(Y, 2, *grids, start, **CV) == cycle
    finite = [0.0, 0.5], [0.4], [1.5]
    own = theirs.TROP_cv_cycle(Y, 2, *finite, **CV, n_jobs=1)
    assert ours.TROP_cv_cycle(Y, 2, *finite, **CV) == own


@pytest.mark.parametrize("zoom", [True, False])
def test_adaptive_searches_agree(zoom, capsys):
    Y = panel()[0][3:]
    options = {
        "init_ranges": ((0.0, 0.4), (0.1, 0.3), (2.0, 3.0)),
        "n_points": 2,
        "zoom_n_points": 2,
        "max_expansions": 2,
        "zoom": zoom,
        "n_trials": 2,
    }
    own = theirs.adaptive_TROP_cv(Y, 2, **options, n_jobs=1)
    new = ours.adaptive_TROP_cv(Y, 2, **options, verbose=True)
    np.testing.assert_allclose(new, own, rtol=1e-12)
    assert capsys.readouterr().out.count("best of") == 3 + zoom


def test_ranges_widen_and_narrow_by_hand():
    assert _validation._widened(1.0, (0.5, 1.0), 2.0) == (0.5, 2.0)
    assert _validation._widened(0.5, (0.5, 1.0), 2.0) == (0.0, 1.0)
    assert _validation._widened(0.7, (0.5, 1.0), 2.0) == (0.5, 1.0)
    assert _validation._narrowed(0.5, (0.0, 1.0), 4.0) == (0.25, 0.75)
    assert _validation._narrowed(0.0, (0.0, 1.0), 4.0) == (0.0, 0.25)
    assert _validation._narrowed(1.0, (1.0, 1.0), 4.0) == (1.0, 1.0)


@pytest.mark.parametrize("resample", ["controls", "stratified"])
@pytest.mark.parametrize("scale", ["absolute", "relative"])
@pytest.mark.parametrize("nn", [math.inf, 1.5])
def test_bootstraps_agree_draw_by_draw(resample, scale, nn):
    Y, W = panel()
    options = {"lambdas": (0.4, 0.2, nn), "n_bootstrap": 5, "resample": resample, "scale": scale}
    own = theirs.bootstrap(Y + 20, W, [3, 0], 2, **options, random_state=7, prefer="threads")
    new = ours.bootstrap(Y + 20, W, [3, 0], 2, **options, random_state=7)
    near = OSQP if math.isinf(nn) else SCS
    np.testing.assert_allclose(new.estimates, own.estimates, rtol=0, atol=near)
    assert new.estimate == pytest.approx(own.estimate, abs=near)
    assert new.se == pytest.approx(own.se, abs=near)
    assert new.ci == pytest.approx(own.ci, abs=near)
    assert (new.n_failed, new.alpha, new.n_bootstrap) == (0, own.alpha, own.n_bootstrap)


def test_bootstraps_of_other_estimators_agree():
    Y, W = panel()
    options = {"n_bootstrap": 8, "random_state": 1, "resample": "stratified"}
    unlucky = Y[3, 0]

    def difference(Y, W, units, periods):
        if Y[0, 0] == unlucky:
            raise ArithmeticError
        return Y[units, -periods:].mean() - Y[len(units) :].mean()

    with pytest.warns(RuntimeWarning, match="were excluded"):
        own = theirs.bootstrap(Y, W, [0, 3], 2, difference, **options, prefer="threads")
    with pytest.warns(RuntimeWarning, match="are left out"):
        new = ours.bootstrap(Y, W, [0, 3], 2, difference, **options)
    np.testing.assert_allclose(new.estimates, own.estimates, rtol=1e-12)
    assert new.n_failed == own.n_failed > 0
    assert new.se == pytest.approx(own.se, rel=1e-12)


def test_results_do_not_depend_on_threads_or_batches(monkeypatch):
    Y, W = panel()
    options = {"lambdas": (0.4, 0.2, 0.5), "n_bootstrap": 8, "random_state": 0}
    many, one = (ours.bootstrap(Y, W, [0, 3], 2, n_jobs=n, **options) for n in (-1, 1))
    np.testing.assert_array_equal(many.estimates, one.estimates)
    placebos = _validation._placebo_sets(9, "resample", 2, 7, None, 0)
    whole = _validation._placebo_scores(Y, placebos, 2, [(0.1, 0.2, 0.5)], None)
    monkeypatch.setattr(_validation, "BATCH", 2 * Y.size)
    assert _validation._placebo_scores(Y, placebos, 2, [(0.1, 0.2, 0.5)], 1) == whole


def test_adding_to_units_and_scaling_everything_moves_the_estimate_as_it_must():
    Y, W = panel()
    one = ours.TROP_TWFE_average(Y, W, [0, 3], 0.4, 0.3, 1.0, 2)
    scaled = ours.TROP_TWFE_average(8 * Y, W, [0, 3], 0.4 / 8, 0.3, 8.0, 2)
    assert scaled == pytest.approx(8 * one, rel=1e-6)
    moved = ours.TROP_TWFE_average(Y + np.arange(8), W, [0, 3], 0.4, 0.3, 1.0, 2)
    assert moved == pytest.approx(one, abs=1e-6)


def test_other_names_are_those_of_the_package():
    assert ours.DID_TWFE is theirs.DID_TWFE
    assert ours.assess_estimators is theirs.assess_estimators
    with pytest.raises(AttributeError):
        ours.DID_TWEF  # noqa: B018
    assert not hasattr(ours, "__wrapped__")


def test_a_tutorial_runs():
    Y, W = panel(n_units=10)
    control = np.delete(Y, [0, 3], axis=0)
    grids = [0.0, 0.3], [0.0, 0.3], [2.0]
    lambdas = ours.TROP_cv_cycle(control, 2, *grids, lambdas_init=(0.0, 0.0, 2.0), **CV)
    tau = ours.TROP_TWFE_average(Y, W, [0, 3], *lambdas, treated_periods=2)
    drawn = ours.bootstrap(Y, W, [0, 3], 2, lambdas=lambdas, n_bootstrap=20, random_state=0)
    assert drawn.estimate == pytest.approx(tau, abs=1e-6)
    assert drawn.ci[0] <= drawn.ci[1]
    suite = ours.default_estimator_suite(2, trop_lambdas=lambdas)
    did = ours.bootstrap(Y, W, [0, 3], 2, suite["DID"], n_bootstrap=3, random_state=0)
    assert did.se > 0


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "trop", None)
    Y, W = panel()
    ours.TROP_TWFE_average(Y, W, [0], 0.1, 0.1, math.inf, 2)
    with pytest.raises(TropError, match="DID_TWFE") as caught:
        ours.DID_TWFE  # noqa: B018
    assert caught.value.code == "peer_missing"


def test_weights_that_leave_nothing():
    # exp(-1000 * distance) is 0: no control unit has weight.
    Y, W = panel()
    with pytest.raises(TropError) as caught:
        ours.TROP_TWFE_average(Y, W, [0], 1e4, 0.0, math.inf, 2)
    assert caught.value.code == "no_estimable_cell"
    with pytest.raises(RuntimeError, match="lambda_unit = 10000"):
        ours.TROP_cv_single(Y, 2, (0.0, math.inf), [0.0, 1e4], "unit", **CV)
    with pytest.raises(RuntimeError, match="No triple"):
        ours.TROP_cv_joint(Y, 2, [1e4], [0.0], [math.inf], **CV)
    assert ours.TROP_cv_joint(Y, 2, [1e4, 0.0], [0.0], [math.inf], **CV) == (0.0, 0.0, math.inf)
    with pytest.raises(RuntimeError, match="Only 0 of 5"):
        ours.bootstrap(Y, W, [0, 3], 2, lambdas=(1e4, 0.0, math.inf), n_bootstrap=5)


def test_a_cycle_that_does_not_end_says_so():
    with pytest.raises(RuntimeError, match="max_iter = 0"):
        ours.TROP_cv_cycle(panel()[0], 2, [0.0], [0.0], [1.0], max_iter=0, **CV)


def test_fits_that_are_not_certified_are_reported(monkeypatch):
    class Weak:
        def weighted_atts(self, *arguments, **settings):
            return {**_core.weighted_atts(*arguments, **settings), "n_uncertified": 3}

    monkeypatch.setattr(_average, "choose", lambda name: type("", (), {"functions": Weak()}))
    with pytest.warns(tropanel.ConvergenceWarning, match="3 fits"):
        ours.TROP_TWFE_average(*panel(), [0], 0.1, 0.1, 1.0, 2)


Y, W = panel()
MISSING = np.where(np.arange(8) == 4, np.nan, Y)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: ours.TROP_TWFE_average(Y, W[:, :-1], [0], 0, 0, 1, 2), "shape_mismatch"),
        (lambda: ours.TROP_TWFE_average(Y[0], W[0], [0], 0, 0, 1, 2), "shape_mismatch"),
        (lambda: ours.TROP_TWFE_average(Y, W / 2, [0], 0, 0, 1, 2), "treatment_not_binary"),
        (lambda: ours.TROP_TWFE_average(Y, 0 * W, [0], 0, 0, 1, 2), "no_treated_cell"),
        (lambda: ours.TROP_TWFE_average(MISSING, W, [0], 0, 0, 1, 2), "option_invalid"),
        (lambda: ours.TROP_TWFE_average(Y, W, [], 0, 0, 1, 2), "option_invalid"),
        (lambda: ours.TROP_TWFE_average(Y, W, [9], 0, 0, 1, 2), "cell_out_of_range"),
        (lambda: ours.TROP_TWFE_average(Y, W, [-1], 0, 0, 1, 2), "cell_out_of_range"),
        (lambda: ours.TROP_TWFE_average(Y, W, [0], 0, 0, 1, 8), "option_invalid"),
        (lambda: ours.TROP_TWFE_average(Y, W, [0], 0, 0, 1, 2.0), "option_invalid"),
        (lambda: ours.TROP_TWFE_average(Y, W, [0], -1, 0, 1, 2), "lambda_invalid"),
        (lambda: ours.TROP_TWFE_average(Y, W, [0], 0, math.inf, 1, 2), "lambda_invalid"),
        (lambda: ours.TROP_TWFE_average(Y, W, [0], 0, 0, math.nan, 2), "lambda_invalid"),
        (lambda: ours.TROP_TWFE_average(Y, W, [0], 0, 0, 1, 2, solver="SCZ"), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y[:1], 2), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 0), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, lambda_cv="units"), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, lambda_grid=[]), "grid_empty"),
        (lambda: ours.TROP_cv_single(Y, 2, lambda_grid=[-0.1]), "lambda_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, n_jobs=0), "threads_zero"),
        (lambda: ours.TROP_cv_single(Y, 2, n_jobs=-2), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, prefer="fibres"), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, cv_sampling_method="loo"), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, n_trials=None), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, n_trials=0), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, n_trials=True), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, n_treated_units=9), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, cv_sampling_method="kfold"), "option_invalid"),
        (lambda: ours.TROP_cv_single(Y, 2, cv_sampling_method="kfold", K=10), "option_invalid"),
        (lambda: ours.TROP_cv_cycle(Y, 2, [0], [], [1]), "grid_empty"),
        (lambda: ours.TROP_cv_joint(Y, 2, [0], [0], []), "grid_empty"),
        (lambda: ours.adaptive_TROP_cv(Y, 2, init_ranges=((0, 1), (0, 1))), "option_invalid"),
        (lambda: ours.adaptive_TROP_cv(Y, 2, n_points=1), "option_invalid"),
        (lambda: ours.adaptive_TROP_cv(Y, 2, zoom_factor=0), "option_invalid"),
        (lambda: ours.bootstrap(Y, W, [0], 2), "option_invalid"),
        (lambda: ours.bootstrap(Y, W, [0], 2, lambdas=(0, 0)), "option_invalid"),
        (lambda: ours.bootstrap(Y, W, [0], 2, max, lambdas=(0, 0, 1)), "option_invalid"),
        (lambda: ours.bootstrap(Y, W, range(8), 2, lambdas=(0, 0, 1)), "option_invalid"),
        (
            lambda: ours.bootstrap(Y, W, [0], 2, lambdas=(0, 0, 1), n_bootstrap=1),
            "draws_too_few",
        ),
        (lambda: ours.bootstrap(Y, W, [0], 2, lambdas=(0, 0, 1), alpha=1), "level_out_of_range"),
        (lambda: ours.bootstrap(Y, W, [0], 2, lambdas=(0, 0, 1), scale="log"), "option_invalid"),
        (lambda: ours.bootstrap(Y, W, [0], 2, lambdas=(0, 0, 1), resample=1), "option_invalid"),
    ],
)
def test_bad_input(call, code):
    with pytest.raises(TropError) as caught:
        call()
    assert caught.value.code == code


def test_no_warning_in_ordinary_use():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours.bootstrap(Y, W, [0, 3], 2, lambdas=(0.1, 0.1, 0.5), n_bootstrap=10, n_jobs=2)
