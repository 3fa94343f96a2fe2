"""Panels, event times, estimability and results of the reference backend."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference_panels import random_panel

from tropanel import TropError
from tropanel._backends import reference as backend
from tropanel._backends.reference.panel import event_time, is_connected, read_panel

NAN = math.nan

#: Rounding of small least-squares problems.
ROUNDING = 1e-12


def panel_of(W):
    W = np.array(W, dtype=float)
    return read_panel(np.zeros(W.shape), W)


def test_event_time_of_a_unit_that_switches_twice():
    panel = panel_of([[0, 0, 1, 1, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]])
    times = [event_time(panel, 0, period) for period in range(8)]
    assert times == [-2, -1, 0, 1, -1, 0, None, None]


def test_event_time_of_a_unit_treated_from_the_start():
    panel = panel_of([[1, 1, 0], [0, 0, 0]])
    assert [event_time(panel, 0, period) for period in range(3)] == [0, 1, None]


def test_connection_through_other_units_and_periods():
    cells = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]]) > 0
    assert is_connected(cells, 0, 1)
    assert not is_connected(cells, 0, 2)


def test_reasons_for_cells_without_effect():
    # Unit 2 is always treated; unit 3's treated outcome is missing; period 3 has no control.
    Y = np.array(
        [[1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 5.0, 5.0], [1.0, 2.0, 3.0, 4.0], [3.0, 2.0, NAN, 1.0]]
    )
    W = np.array([[0, 0, 0, 1], [0, 1, 0, 1], [1, 1, 1, 1], [0, 0, 1, 1]], dtype=float)
    result = backend.estimate(Y, W, 0.0, 0.0, math.inf)
    lost = result["not_estimable"]
    assert list(zip(lost["unit"], lost["period"], lost["reason"])) == [
        (0, 3, "disconnected"),
        (1, 3, "disconnected"),
        (2, 0, "disconnected"),
        (2, 1, "disconnected"),
        (2, 2, "disconnected"),
        (2, 3, "disconnected"),
        (3, 2, "outcome_missing"),
        (3, 3, "disconnected"),
    ]
    assert result["treated"]["unit"].tolist() == [1]
    assert result["treated"]["period"].tolist() == [1]


def test_weights_that_underflow_disconnect():
    Y, W = random_panel("block", seed=1)
    with pytest.raises(TropError, match="weights_underflow") as error:
        backend.estimate(Y, W, 0.0, 1e5, math.inf)
    assert error.value.code == "no_estimable_cell"


def test_infinite_distance_disconnects_unless_lambda_unit_is_0():
    # Period 2 has one donor, unit 2, which shares no control period with the treated unit 0;
    # unit 1 links the two.
    Y = np.array([[1.0, NAN, 9.0], [2.0, 4.0, NAN], [NAN, 5.0, 6.0]])
    W = np.array([[0, 0, 1], [0, 0, 0], [0, 0, 0]], dtype=float)
    # a_0 = 1 - b_0, b_1 - b_0 = 2, b_2 - b_1 = 1: the counterfactual is 1 + 2 + 1.
    assert backend.estimate(Y, W, 0.0, 0.0, math.inf)["att"] == pytest.approx(5, abs=ROUNDING)
    with pytest.raises(TropError, match="disconnected") as error:
        backend.estimate(Y, W, 0.0, 1e-9, math.inf)
    assert error.value.code == "no_estimable_cell"


def test_result_has_the_documented_types():
    Y, W = random_panel("switching", seed=2)
    result = backend.estimate(Y, W, 0.1, 0.1, 1.0, pre_effects=True)
    assert isinstance(result["att"], float)
    assert isinstance(result["max_gap"], float)
    assert result["converged"] is True
    integers = {"unit", "period", "event_time", "rank", "iterations"}
    for cells in (result["treated"], result["pre"]):
        for key in ("observed", "counterfactual", "effect", "gap", *integers):
            expected = np.int64 if key in integers else np.float64
            assert cells[key].dtype == expected, key
            assert cells[key].shape == cells["unit"].shape
        np.testing.assert_allclose(
            cells["observed"] - cells["counterfactual"], cells["effect"], atol=ROUNDING
        )
        assert set(cells["status"]) == {"solved"}
    assert result["att"] == pytest.approx(result["treated"]["effect"].mean(), abs=ROUNDING)
    assert (result["treated"]["event_time"] >= 0).all()
    assert (result["pre"]["event_time"] < 0).all()
    order = list(zip(result["treated"]["unit"], result["treated"]["period"]))
    assert order == sorted(order)
    assert order == [tuple(cell) for cell in np.argwhere(W == 1)]


def test_pre_effects_are_those_of_cells_marked_as_treated():
    Y, W = random_panel("block", seed=3)
    pre = backend.estimate(Y, W, 0.2, 0.3, 0.5, pre_effects=True)["pre"]
    assert list(zip(pre["unit"], pre["period"])) == [(u, t) for u in (9, 10, 11) for t in range(7)]
    assert pre["event_time"].tolist() == [*range(-7, 0)] * 3
    marked = W.copy()
    marked[10, 4] = 1
    treated = backend.estimate(Y, marked, 0.2, 0.3, 0.5)["treated"]
    where = (treated["unit"] == 10) & (treated["period"] == 4)
    assert pre["effect"][7 + 4] == pytest.approx(treated["effect"][where][0], abs=1e-8)


def test_effect_does_not_use_the_target_or_treated_or_missing_outcomes():
    Y, W = random_panel("missing", seed=4)
    expected = backend.estimate(Y, W, 0.2, 0.3, 0.5)["treated"]["counterfactual"]
    changed = np.where(W == 1, 1e3 * Y, Y)
    counterfactual = backend.estimate(changed, W, 0.2, 0.3, 0.5)["treated"]["counterfactual"]
    np.testing.assert_array_equal(counterfactual, expected)


class Monitor:
    def __init__(self):
        self.calls = []

    def advance(self, stage, done, total):
        self.calls.append((stage, done, total))


def test_monitor_is_told_every_step():
    Y, W = random_panel("block", seed=5)
    monitor = Monitor()
    backend.estimate(Y, W, 0.0, 0.0, math.inf, pre_effects=True, monitor=monitor)
    expected = [("estimate", k + 1, 9) for k in range(9)]
    assert monitor.calls == expected + [("placebo", k + 1, 21) for k in range(21)]


class Stop(Exception):  # noqa: N818
    pass


def test_exception_of_the_monitor_stops_the_computation():
    class Stopper(Monitor):
        def advance(self, stage, done, total):
            super().advance(stage, done, total)
            raise Stop

    monitor = Stopper()
    with pytest.raises(Stop):
        backend.estimate(*random_panel("block", seed=5), 0.0, 0.0, 1.0, monitor=monitor)
    assert len(monitor.calls) == 1


GOOD_Y = np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 5.0], [4.0, 4.0, 4.0]])
GOOD_W = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


def changed(matrix, value, *cells):
    matrix = matrix.copy()
    for cell in cells:
        matrix[cell] = value
    return matrix


BAD_PANELS = {
    "shape_mismatch": (GOOD_Y, GOOD_W[:2], r"\(3, 3\).*\(2, 3\)"),
    "empty_panel": (np.zeros((0, 3)), np.zeros((0, 3)), r"\(0, 3\)"),
    "treatment_not_binary": (GOOD_Y, changed(GOOD_W, 0.5, (1, 2)), "unit 1 in period 2 is 0.5"),
    "outcome_infinite": (changed(GOOD_Y, -math.inf, (0, 1)), GOOD_W, "unit 0 in period 1"),
    "unit_all_missing": (changed(GOOD_Y, NAN, 0, 2), GOOD_W, "outcome: 0, 2"),
    "period_all_missing": (changed(GOOD_Y, NAN, (slice(None), 1)), GOOD_W, "outcome: 1"),
    "no_treated_cell": (GOOD_Y, 0 * GOOD_W, "W must be 1"),
    "no_control_cell": (GOOD_Y, 0 * GOOD_W + 1, "add untreated"),
}


@pytest.mark.parametrize("code", BAD_PANELS)
def test_bad_panels_are_refused_by_every_function(code):
    Y, W, message = BAD_PANELS[code]
    grids = {f"grid_{name}": np.array([0.0]) for name in ("time", "unit", "nn")}
    calls = (
        lambda: backend.compute_unit_distance_matrix(Y, W),
        lambda: backend.default_grids(Y, W),
        lambda: backend.estimate(Y, W, 0.0, 0.0, 1.0),
        lambda: backend.search(Y, W, method="grid", **grids),
        lambda: backend.bootstrap(Y, W, 0.0, 0.0, 1.0, n_boot=2),
    )
    for call in calls:
        with pytest.raises(TropError, match=message) as error:
            call()
        assert error.value.code == code


def test_missing_treatment_is_not_binary():
    with pytest.raises(TropError, match="unit 0 in period 0 is nan") as error:
        backend.default_grids(GOOD_Y, changed(GOOD_W, NAN, (0, 0)))
    assert error.value.code == "treatment_not_binary"


def test_the_first_error_in_the_documented_order_is_raised():
    Y = changed(changed(GOOD_Y, NAN, 0), math.inf, (1, 1))
    with pytest.raises(TropError) as error:
        backend.estimate(Y, 0 * GOOD_W, -1.0, 0.0, 1.0)
    assert error.value.code == "outcome_infinite"
    with pytest.raises(TropError) as error:
        backend.estimate(GOOD_Y, 0 * GOOD_W, -1.0, 0.0, 1.0)
    assert error.value.code == "no_treated_cell"


@pytest.mark.parametrize(
    ("lambdas", "options", "code"),
    [
        ((-0.1, 0.0, 1.0), {}, "lambda_invalid"),
        ((math.inf, 0.0, 1.0), {}, "lambda_invalid"),
        ((0.0, math.inf, 1.0), {}, "lambda_invalid"),
        ((0.0, 0.0, NAN), {}, "lambda_invalid"),
        ((0.0, 0.0, 1.0), {"tolerance": 0.0}, "tolerance_out_of_range"),
        ((0.0, 0.0, 1.0), {"tolerance": 1.0}, "tolerance_out_of_range"),
        ((0.0, 0.0, 1.0), {"tolerance": NAN}, "tolerance_out_of_range"),
        ((0.0, 0.0, 1.0), {"max_iterations": 0}, "max_iterations_zero"),
        ((0.0, 0.0, 1.0), {"threads": 0}, "threads_zero"),
    ],
)
def test_bad_options_are_refused(lambdas, options, code):
    with pytest.raises(TropError) as error:
        backend.estimate(GOOD_Y, GOOD_W, *lambdas, **options)
    assert error.value.code == code
