"""Diagnostics of a result, each against literal re-estimates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame
from matplotlib import pyplot
from reference_panels import random_panel

import tropanel
from tropanel import TropError, TropResult, trop_matrix
from tropanel._data.frames import frame_columns
from tropanel._results.result import PLOTS

SAME_EFFECT = 1e-6


@pytest.fixture
def panel() -> tuple[Any, Any]:
    return random_panel("staggered", 6, 10, 8)


@pytest.fixture
def result(panel: tuple[Any, Any]) -> TropResult:
    grids = {"time": [0.0, 0.4], "unit": [0.0, 0.3], "nn": [0.5, math.inf]}
    return trop_matrix(*panel, grids=grids, search="grid", inference="jackknife")


def _att(Y: Any, W: Any, lambdas: dict[str, float]) -> float:
    return trop_matrix(Y, W, lambdas=lambdas, inference=None).att


def test_effective_numbers_by_hand(panel: tuple[Any, Any]) -> None:
    W = panel[1]
    found = trop_matrix(*panel, lambdas=FIXED, inference=None).diagnose(unit=8, time=7)
    assert found.target == (8, 7)
    for table, controls, effective in (
        (found.unit, W[:, 7] == 0, found.effective_units),
        (found.time, W[8] == 0, found.effective_periods),
    ):
        others = table["weight"][controls]
        assert effective == pytest.approx(others.sum() ** 2 / (others**2).sum())
    components = frame_columns(found.components)
    assert len(components["component"]) == found.rank
    assert components["singular_value"] == sorted(components["singular_value"], reverse=True)
    norm = math.sqrt(sum(x * x for x in components["unit_imbalance"]))
    assert found.unit_imbalance == pytest.approx(norm)
    assert found.converged


def test_ablation_by_hand(panel: tuple[Any, Any]) -> None:
    lambdas = {"time": 0.4, "unit": 0.3, "nn": 0.5}
    result = trop_matrix(*panel, lambdas=lambdas, inference=None)
    table = frame_columns(result.ablation())
    assert table["variant"] == [
        "full", "no_unit_weights", "no_time_weights", "no_low_rank", "did", "mc",
    ]  # fmt: skip
    at = result.lambdas
    for variant, lambdas in (
        ("full", at),
        ("no_unit_weights", {**at, "unit": 0.0}),
        ("no_time_weights", {**at, "time": 0.0}),
        ("no_low_rank", {**at, "nn": math.inf}),
        ("did", {"time": 0.0, "unit": 0.0, "nn": math.inf}),
        ("mc", {**at, "time": 0.0, "unit": 0.0}),
    ):
        att = table["att"][table["variant"].index(variant)]
        assert att == pytest.approx(_att(*panel, lambdas), abs=SAME_EFFECT)


def test_leave_one_out_by_hand(result: TropResult, panel: tuple[Any, Any]) -> None:
    Y, W = panel
    table = frame_columns(result.leave_one_out())
    assert table["unit"] == np.flatnonzero(~W.any(axis=1)).tolist()
    for unit, att, change in zip(table["unit"], table["att"], table["change"]):
        own = _att(np.delete(Y, unit, 0), np.delete(W, unit, 0), result.lambdas)
        assert att == pytest.approx(own, abs=SAME_EFFECT)
        assert change == pytest.approx(att - result.att)


def test_surface_by_hand(result: TropResult, panel: tuple[Any, Any]) -> None:
    table = frame_columns(result.surface())
    scores = frame_columns(result.scores)
    assert table["score"] == scores["score"]
    for k in (0, 3, 7):
        lambdas = {name: table[f"lambda_{name}"][k] for name in ("time", "unit", "nn")}
        assert table["att"][k] == pytest.approx(_att(*panel, lambdas), abs=SAME_EFFECT)


def test_pre_fit_by_hand(result: TropResult) -> None:
    errors = np.array(frame_columns(result.pre_effects)["effect"])
    found = result.pre_fit()
    assert found.n_cells == len(errors)
    assert found.mean == pytest.approx(errors.mean())
    assert found.rmse == pytest.approx(math.sqrt((errors**2).mean()))
    own = result.pre_effects[result.pre_effects["unit"] == found.units["unit"][0]]["effect"]
    assert found.units["rmse"][0] == pytest.approx(math.sqrt((own**2).mean()))


def test_diagnostics_are_kept(result: TropResult) -> None:
    assert result.ablation() is result.ablation()
    assert result.surface() is result.surface()
    assert result.leave_one_out() is result.leave_one_out()
    assert result.diagnose() is result.diagnose()


def test_frames_are_of_the_callers_library(columns: Columns, library: str) -> None:
    data = frame(columns, library)
    result = tropanel.trop(data, *ROLES, inference="jackknife")
    for table in (
        result.ablation(),
        result.surface(),
        result.leave_one_out(),
        result.pre_fit().units,
        result.diagnose().unit,
        result.averages,
        result.average("event_time"),
        result.coefficients,
    ):
        assert type(table) is type(data)


@pytest.mark.parametrize("kind", PLOTS)
def test_every_plot_draws_its_data(result: TropResult, kind: str) -> None:
    axes = result.plot(kind, title="A title", xlabel="Across")
    axes.figure.canvas.draw()
    assert (axes.get_title(loc="left"), axes.get_xlabel()) == ("A title", "Across")
    assert len(result.plot_data(kind)) > 0
    pyplot.close("all")


def test_bands_are_named_in_the_event_study(result: TropResult) -> None:
    legend = result.plot("event").get_legend()
    assert legend is not None
    texts = "; ".join(text.get_text() for text in legend.get_texts())
    assert "95% uniform band: holds at all times at once" in texts
    assert "95% interval: each time by itself\njackknife (10 units left out in turn" in texts
    assert "leaving the cell itself out" in texts
    pyplot.close("all")


def test_errors_name_the_cell(columns: Columns) -> None:
    columns["sales"][41] = math.nan
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None)
    with pytest.raises(TropError, match="No 'state' of the data is 'z'"):
        result.diagnose(unit="z")
    with pytest.raises(TropError, match="state g has no effect in year 2006") as caught:
        result.diagnose(unit="g", time=2006)
    assert caught.value.code == "target_not_estimable"


def test_given_lambdas_have_no_surface(columns: Columns) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None)
    for call in (result.surface, lambda: result.plot("surface")):
        with pytest.raises(TropError, match="lambdas were given") as caught:
            call()
        assert caught.value.code == "option_invalid"
    with pytest.raises(TropError, match="no draws to show"):
        result.plot("placebo")


def test_numpy_has_no_diagnostics(columns: Columns) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None, backend="numpy")
    assert result.pre_fit().n_cells == len(result.pre_effects)
    for call in (result.diagnose, result.ablation, result.leave_one_out):
        with pytest.raises(TropError) as caught:
            call()
        assert caught.value.code == "backend_lacks"
