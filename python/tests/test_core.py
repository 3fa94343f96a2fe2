"""The compiled core against the NumPy reference and a conic solver, and as a guest of Python."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest
from conic import minimize
from reference_panels import DESIGNS, load_panel, random_panel

from tropanel import ERROR_CODES, TropError, _core
from tropanel._backends import reference as _numpy
from tropanel._backends.reference.distance import cell_weights
from tropanel._backends.reference.panel import read_panel
from tropanel._backends.reference.settings import Lambdas

#: Both backends certify their fits to 1e-8 and then go on a little; outcomes vary by about two.
SAME_EFFECT = 1e-7
#: Scores are sums of squares of fits that stop once they are certified to 1e-8.
SAME_SCORE = 1e-6
#: Sums of a few numbers, in another order.
ROUNDING = 1e-12

LAMBDAS = [
    (0.0, 0.0, math.inf),
    (0.4, 0.3, math.inf),
    (0.0, 0.0, 3.0),
    (0.3, 0.5, 0.3),
    (1.0, 0.2, 0.05),
    (0.2, 0.1, 0.0),
]


@pytest.mark.usefixtures("values_only")
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("design", DESIGNS)
def test_random_panels_agree_with_the_reference(design, seed):
    shape = [(12, 10), (9, 13)][seed % 2]
    Y, W = random_panel(design, 100 + seed, *shape)
    tolerance = SAME_EFFECT * np.nanstd(Y)
    distances = [b.compute_unit_distance_matrix(Y, W) for b in (_core, _numpy)]
    np.testing.assert_allclose(*distances, rtol=ROUNDING)
    grids = [b.default_grids(Y, W) for b in (_core, _numpy)]
    for key in ("time", "unit", "nn"):
        np.testing.assert_allclose(grids[0][key], grids[1][key], rtol=ROUNDING)
    for lambdas in LAMBDAS:
        ours, reference = (b.estimate(Y, W, *lambdas, pre_effects=True) for b in (_core, _numpy))
        assert ours["converged"]
        assert ours["max_gap"] <= 1e-8
        assert ours["att"] == pytest.approx(reference["att"], abs=tolerance)
        for cells in ("treated", "pre"):
            for key in ("unit", "period", "event_time", "observed", "rank"):
                if key == "rank" and lambdas[2] == 0.0:
                    continue  # singular values near zero: each counts its own way
                np.testing.assert_array_equal(ours[cells][key], reference[cells][key])
            for key in ("effect", "counterfactual"):
                np.testing.assert_allclose(
                    ours[cells][key], reference[cells][key], rtol=0, atol=tolerance
                )
        for key in ("unit", "period"):
            np.testing.assert_array_equal(
                ours["not_estimable"][key], reference["not_estimable"][key]
            )
        assert ours["not_estimable"]["reason"] == reference["not_estimable"]["reason"]


@pytest.mark.parametrize("nn", [math.inf, 1.0, 0.01])
@pytest.mark.parametrize(("time", "unit"), [(5.0, 0.0), (0.0, 8.0), (5.0, 8.0), (20.0, 20.0)])
@pytest.mark.parametrize("design", DESIGNS)
def test_weights_of_hundreds_of_orders_of_magnitude_agree_with_the_reference(
    design, time, unit, nn
):
    Y, W = random_panel(design, 31, 9, 8)
    ours, reference = (b.estimate(Y, W, time, unit, nn, pre_effects=True) for b in (_core, _numpy))
    missed = ours["not_estimable"]
    ranges = dict(
        zip(zip(missed["unit"], missed["period"]), zip(missed["effect_min"], missed["effect_max"]))
    )
    for cells in ("treated", "pre"):
        table = ours[cells]
        assert set(table["status"]) == {"solved"}
        found = dict(zip(zip(table["unit"], table["period"]), table["effect"]))
        other = reference[cells]
        certified = other["gap"] <= 1e-8
        assert certified.mean() > 0.9
        keys = list(zip(other["unit"], other["period"]))
        assert set(found) <= set(keys)
        for key, effect, sure in zip(keys, other["effect"], certified):
            if key in found:
                assert not sure or abs(found[key] - effect) < 10 * SAME_EFFECT
            else:  # weights this far apart leave an effect of the core nearly undetermined
                least, most = ranges[key]
                assert least <= effect <= most
                assert most - least < 0.02


@pytest.mark.parametrize("method", ["race", "descent", "grid", "cycle"])
@pytest.mark.parametrize("design", DESIGNS)
def test_searches_agree_with_the_reference(design, method):
    Y, W = random_panel(design, 7, 8, 7)
    options = {
        "method": method,
        "grid_time": np.array([0.0, 0.4]),
        "grid_unit": np.array([0.0, 0.3]),
        "grid_nn": np.array([math.inf, 2.0, 0.4]),
        "max_cells": 20,
        "seed": 5,
    }
    ours, reference = (b.search(Y, W, **options) for b in (_core, _numpy))
    for key in ("lambda_time", "lambda_unit", "lambda_nn", "n_cells", "n_not_estimable"):
        assert ours[key] == reference[key]
    triples = [
        {
            tuple(triple): score
            for *triple, score in zip(
                *(found["scores"][f"lambda_{name}"] for name in ("time", "unit", "nn")),
                found["scores"]["score"],
            )
        }
        for found in (ours, reference)
    ]
    assert triples[0] == pytest.approx(triples[1], rel=SAME_SCORE)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("nn", [math.inf, 0.5])
def test_bootstraps_agree_with_the_reference(design, nn):
    Y, W = random_panel(design, 3, 9, 7)
    lambdas = (0.2, 0.1, nn)
    ours, reference = (b.bootstrap(Y, W, *lambdas, n_boot=12, seed=4) for b in (_core, _numpy))
    assert ours["n_failed"] == reference["n_failed"]
    for key in ("draws", "event_draws", "se", "ci_lower", "ci_upper"):
        np.testing.assert_allclose(ours[key], reference[key], rtol=0, atol=10 * SAME_EFFECT)
    np.testing.assert_array_equal(ours["event_time"], reference["event_time"])
    assert ours["p_value"] == pytest.approx(reference["p_value"], abs=1e-5)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("nn", [0.0, 0.05, 0.3, 3.0])
def test_effects_match_a_conic_solver(design, nn):
    Y, W = random_panel(design, seed=21)
    lambdas = Lambdas(0.3, 0.2, nn)
    found = _core.estimate(Y, W, lambdas.time, lambdas.unit, nn)["treated"]
    for k in (0, len(found["unit"]) - 1):
        target = found["unit"][k], found["period"][k]
        weights = cell_weights(read_panel(Y, W), *target, lambdas)
        least = minimize(np.where(weights > 0, Y, 0.0), weights, nn)
        expected = pytest.approx(least.fitted[target], abs=least.effect)
        assert found["counterfactual"][k] == expected


def test_disconnected_components_agree_with_the_reference():
    rng = np.random.default_rng(3)
    Y = rng.normal(size=(8, 8))
    Y[:4, 4:] = Y[4:, :4] = np.nan
    W = np.zeros((8, 8))
    W[1, 1] = W[6, 7] = 1
    for lambdas in LAMBDAS:
        if lambdas[1] == 0.0:
            ours, reference = (b.estimate(Y, W, *lambdas) for b in (_core, _numpy))
            np.testing.assert_allclose(
                ours["treated"]["effect"], reference["treated"]["effect"], atol=SAME_EFFECT
            )


@pytest.mark.parametrize("threads", [1, 2, 7, None])
def test_bits_do_not_depend_on_threads_or_memory_layout(threads):
    Y, W = random_panel("staggered", seed=2)
    found = _core.estimate(np.asfortranarray(Y), W, 0.3, 0.5, 0.3, threads=threads)
    again = _core.estimate(Y, np.asfortranarray(W), 0.3, 0.5, 0.3, threads=1)
    np.testing.assert_array_equal(found["treated"]["effect"], again["treated"]["effect"])
    draws = [
        _core.bootstrap(Y, W, 0.3, 0.5, 0.3, n_boot=8, seed=1, threads=t)["draws"]
        for t in (threads, 1)
    ]
    np.testing.assert_array_equal(*draws)


NAN, INF = math.nan, math.inf
GOOD_Y = np.arange(12.0).reshape(4, 3) ** 1.5
GOOD_W = np.array([[0.0, 0, 0], [0, 0, 0], [0, 0, 1], [0, 0, 1]])


def changed(matrix, row, column, value):
    matrix = matrix.copy()
    matrix[row, column] = value
    return matrix


@pytest.mark.parametrize(
    ("Y", "W", "code"),
    [
        (GOOD_Y, GOOD_W.T.copy(), "shape_mismatch"),
        (GOOD_Y[:0], GOOD_W[:0], "empty_panel"),
        (GOOD_Y[:, :0], GOOD_W[:, :0], "empty_panel"),
        (GOOD_Y, changed(GOOD_W, 1, 1, 0.5), "treatment_not_binary"),
        (GOOD_Y, changed(GOOD_W, 1, 1, NAN), "treatment_not_binary"),
        (changed(GOOD_Y, 0, 2, -INF), GOOD_W, "outcome_infinite"),
        (changed(GOOD_Y, 1, slice(None), NAN), GOOD_W, "unit_all_missing"),
        (changed(GOOD_Y, slice(None), 1, NAN), GOOD_W, "period_all_missing"),
        (GOOD_Y, 0 * GOOD_W, "no_treated_cell"),
        (GOOD_Y, 0 * GOOD_W + 1, "no_control_cell"),
    ],
)
@pytest.mark.parametrize("backend", [_core, _numpy])
def test_bad_panels(backend, Y, W, code):
    calls = [
        lambda: backend.compute_unit_distance_matrix(Y, W),
        lambda: backend.default_grids(Y, W),
        lambda: backend.estimate(Y, W, 0.0, 0.0, 1.0),
        lambda: backend.bootstrap(Y, W, 0.0, 0.0, 1.0, n_boot=5),
    ]
    for call in calls:
        with pytest.raises(TropError) as error:
            call()
        assert error.value.code == code
        assert code in ERROR_CODES


def estimating(*lambdas, **options):
    return lambda backend: backend.estimate(GOOD_Y, GOOD_W, *lambdas, **options)


def searching(**options):
    one = np.array([1.0])
    options = {"method": "grid", "grid_time": one, "grid_unit": one, "grid_nn": one, **options}
    return lambda backend: backend.search(GOOD_Y, GOOD_W, **options)


def drawing(W=GOOD_W, **options):
    return lambda backend: backend.bootstrap(GOOD_Y, W, 0.0, 0.0, INF, **{"n_boot": 5, **options})


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (estimating(-0.1, 0.0, 1.0), "lambda_invalid"),
        (estimating(INF, 0.0, 1.0), "lambda_invalid"),
        (estimating(0.0, NAN, 1.0), "lambda_invalid"),
        (estimating(0.0, 0.0, -1.0), "lambda_invalid"),
        (estimating(0.0, 0.0, 1.0, tolerance=0.0), "tolerance_out_of_range"),
        (estimating(0.0, 0.0, 1.0, max_iterations=0), "max_iterations_zero"),
        (estimating(0.0, 0.0, 1.0, threads=0), "threads_zero"),
        (searching(grid_time=np.array([])), "grid_empty"),
        (searching(grid_nn=np.array([1.0, 1.0])), "grid_duplicate"),
        (searching(grid_unit=np.array([-1.0])), "lambda_invalid"),
        (searching(max_cells=0), "sample_empty"),
        (searching(method="random"), "option_invalid"),
        (drawing(n_boot=1), "draws_too_few"),
        (drawing(level=1.0), "level_out_of_range"),
        (drawing(level=NAN), "level_out_of_range"),
        (drawing(W=changed(GOOD_W, 2, 2, 0.0)), "too_few_treated_units"),
        (drawing(W=changed(GOOD_W, 1, 2, 1.0)), "too_few_treated_units"),
    ],
)
@pytest.mark.parametrize("backend", [_core, _numpy])
def test_bad_options(backend, call, code):
    with pytest.raises(TropError) as error:
        call(backend)
    assert error.value.code == code
    assert code in ERROR_CODES


@pytest.mark.parametrize("value", [-1, 2**64, 10**400, 0.5, NAN, "many", [3]])
@pytest.mark.parametrize("option", ["n_boot", "seed", "max_iterations", "threads"])
def test_counts_that_are_none(option, value):
    with pytest.raises(TropError, match=option) as error:
        drawing(**{option: value})(_core)
    assert error.value.code in ("option_invalid", "seed_out_of_range")


@pytest.mark.parametrize("value", [-1, 2**64, 10**400, 0.5, "first"])
def test_positions_that_are_none(value):
    for call in (_core.leave_period_out_distances, _core.weights):
        more = (0.0, 0.0, 1.0) if call is _core.weights else ()
        for target in ((value, 0), (0, value)):
            with pytest.raises(TropError, match="a position is a whole number") as error:
                call(GOOD_Y, GOOD_W, *target, *more)
            assert error.value.code == "option_invalid"


class Recorder:
    def __init__(self):
        self.seen = []

    def advance(self, stage, done, total):
        self.seen.append((stage, done, total))


def test_progress_ends_at_its_total():
    Y, W = random_panel("block", seed=2)
    recorder = Recorder()
    _core.bootstrap(Y, W, 0.3, 0.5, 0.3, n_boot=9, monitor=recorder)
    assert recorder.seen[-1] == ("bootstrap", 9, 9)


def slow_search(**options):
    """Fits for about half a minute if nobody stops it."""
    Y, W = load_panel("pwt_loggdp")
    one = np.array([0.0])
    grids = {"grid_time": one, "grid_unit": one, "grid_nn": np.array([0.02])}
    return _core.search(Y, W, method="grid", **grids, **options)


def test_an_exception_of_the_monitor_stops_the_call_and_comes_through():
    class Impatient:
        def advance(self, stage, done, total):
            raise LookupError(stage)

    start = time.monotonic()
    with pytest.raises(LookupError, match="search"):
        slow_search(monitor=Impatient())
    assert time.monotonic() - start < 5.0


def test_other_threads_run_meanwhile():
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.wait(0.01):
            ticks.append(time.monotonic())

    class Patient:
        def advance(self, stage, done, total):
            if len(ticks) >= 20:
                raise LookupError("enough")

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        with pytest.raises(LookupError, match="enough"):
            slow_search(monitor=Patient())
    finally:
        stop.set()
        ticker.join()
    assert len(ticks) >= 20


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal")
def test_ctrl_c_stops_a_long_call_within_half_a_second():
    script = textwrap.dedent(
        """
        import sys, time
        sys.path.insert(0, "tests")
        from test_core import slow_search

        class Announce:
            def advance(self, stage, done, total):
                print("running", flush=True)

        try:
            slow_search(monitor=Announce())
        except KeyboardInterrupt:
            print("interrupted", time.monotonic(), flush=True)
        """
    )
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(__file__)}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        answer = [line for line in process.stdout if line != "running\n"]
    assert len(answer) == 1
    word, when = answer[0].split()
    assert word == "interrupted"
    assert float(when) - sent < 0.5
    assert process.returncode == 0


def test_both_backends_remark_on_gaps_before_adoption() -> None:
    gap = np.nan
    W = np.array(
        [[0, gap, 1, 1], [0, 0, 1, gap], [1, gap, 1, 1], [gap, gap, 1, 0], [0, gap, 0, 1.0]]
    )
    Y = np.where(np.isnan(W), gap, np.arange(20.0).reshape(5, 4) ** 1.5)
    ours, theirs = (each.Panel(Y, W).remarks() for each in (_numpy, _core))
    assert ours == theirs
    assert [code for code, _ in ours] == ["adoption_unknown"]
    assert ours[0][1].startswith("2 of the treated units have no row")


def test_races_agree_with_the_reference():
    Y, W = random_panel("block", 3, 24, 19)
    options = {
        "method": "race",
        "grid_time": np.array([0.0, 0.5, 2.0]),
        "grid_unit": np.array([0.0]),
        "grid_nn": np.array([math.inf]),
        "seed": 4,
    }
    ours, reference = (b.search(Y, W, **options) for b in (_core, _numpy))
    assert ours["n_cells"] >= 400
    assert ours["scores"]["abandoned"].any()
    for key in ("lambda_time", "lambda_unit", "lambda_nn", "n_cells"):
        assert ours[key] == reference[key]
    for key in ("lambda_time", "lambda_unit", "n_cells", "abandoned"):
        assert list(ours["scores"][key]) == list(reference["scores"][key])
    assert ours["scores"]["score"] == pytest.approx(reference["scores"]["score"], rel=SAME_SCORE)
