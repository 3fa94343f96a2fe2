"""The placebo in time, against data that are cut and recoded here."""

from __future__ import annotations

import math
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import tropanel
from tropanel import TropError, TropResult
from tropanel._data.frames import frame_columns

COLUMNS = ("packs_per_capita", "treated", "state", "year")
LAMBDAS = {"time": 0.2, "unit": 0.05, "nn": math.inf}


def _estimate(data: object, **more: object) -> TropResult:
    return tropanel.trop(data, *COLUMNS, **{"lambdas": LAMBDAS, **more})


def test_it_is_the_estimate_of_data_that_end_before_the_law() -> None:
    data = tropanel.datasets.prop99()
    placebo = _estimate(data, by=["cohort"]).placebo_in_time(8)
    early = data[data.year < 1989]
    treated = ((early.state == "California") & (early.year >= 1981)).astype(int)
    own = _estimate(early.assign(treated=treated), by=["cohort"])
    assert (placebo.att, placebo.se, placebo.p_value) == (own.att, own.se, own.p_value)
    assert placebo.ci == own.ci
    for table in ("effects", "by_event_time", "averages", "by_time"):
        pd.testing.assert_frame_equal(getattr(placebo, table), getattr(own, table))
    assert placebo.notes[1:] == own.notes
    assert placebo.notes[0].startswith("This is a placebo in time: treatment is taken to begin 8 ")


def test_its_own_window_is_as_long_as_treatment_but_half_of_the_history() -> None:
    placebo = _estimate(tropanel.datasets.prop99(), inference=None).placebo_in_time()
    # Treated for 12 years, after 19.
    assert sorted(placebo.effects["time"]) == list(range(1980, 1989))


def test_it_says_everywhere_that_it_is_a_placebo(tmp_path: Path) -> None:
    result = _estimate(tropanel.datasets.prop99(), pre_periods=False)
    placebo = result.placebo_in_time(4)
    assert "placebo" not in repr(result).split(" by ")[0].lower()
    assert repr(placebo).startswith("<TropResult: Placebo ATT ")
    assert placebo.summary().startswith("Triply robust panel estimate of a placebo in time\n")
    page = placebo.report(tmp_path / "report.html").read_text()
    assert "where nothing was treated yet (a placebo in time), predictions miss packs" in page
    title = "Placebo in time: Effect of treated on packs_per_capita"
    assert f"<title>{title}</title>" in page
    assert f"<h1>{title}</h1>" in page


def test_it_is_a_result_like_any_other(tmp_path: Path) -> None:
    placebo = _estimate(tropanel.datasets.prop99(), pre_periods=False).placebo_in_time(4)
    again = tropanel.load(placebo.save(tmp_path / "placebo.json"))
    for other in (again, pickle.loads(pickle.dumps(placebo))):
        assert other.summary() == placebo.summary()
        assert list(other.ablation()["att"]) == list(placebo.ablation()["att"])
    assert placebo.placebo_in_time(4).last_period == 1984
    assert placebo.plot("event").get_title("left") != ""


def test_a_search_becomes_its_lambdas() -> None:
    data = tropanel.datasets.prop99()
    grids = {"time": [0.1, 0.3], "unit": [0.05], "nn": [math.inf]}
    result = _estimate(data, lambdas=None, grids=grids, inference=None, max_cells=50, search="grid")
    placebo = result.placebo_in_time(3)
    assert (placebo.lambdas, placebo.search) == (result.lambdas, None)


def test_units_with_a_short_history_are_left_out_and_frames_are_the_callers() -> None:
    rng = np.random.default_rng(2)
    unit, time = np.repeat(np.arange(8), 9), np.tile(np.arange(9), 8)
    first = np.array([1, 5, 7, 99, 99, 99, 99, 99])[unit]
    columns = {"u": unit, "t": time, "y": rng.normal(size=72), "w": (time >= first).astype(int)}
    result = tropanel.trop(pl.DataFrame(columns), "y", "w", "u", "t", lambdas=LAMBDAS, n_boot=6)
    placebo = result.placebo_in_time(2)
    assert isinstance(placebo.effects, pl.DataFrame)
    effects = frame_columns(placebo.effects)
    assert list(zip(effects["unit"], effects["time"])) == [(1, 3), (1, 4), (2, 5), (2, 6)]
    assert placebo.n_units == 7
    assert "and so is a unit whose history is too short" in placebo.notes[0]


def test_what_cannot_be_is_refused() -> None:
    result = _estimate(tropanel.datasets.prop99(), inference=None)
    for periods, code in ((0, "placebo_in_time_impossible"), (19, "placebo_in_time_impossible")):
        with pytest.raises(TropError) as error:
            result.placebo_in_time(periods)
        assert error.value.code == code
    for periods in (-1, 1.5, "4"):
        with pytest.raises(TropError, match="periods must be"):
            result.placebo_in_time(periods)  # type: ignore[arg-type]
    plain = _estimate(tropanel.datasets.prop99(), inference=None, backend="numpy")
    with pytest.raises(TropError) as error:
        plain.placebo_in_time()
    assert error.value.code == "backend_lacks"


def test_progress_is_told_and_may_stop_it() -> None:
    result = _estimate(tropanel.datasets.prop99(), pre_periods=False)
    told = []
    result.placebo_in_time(4, progress=lambda *step: told.append(step))
    assert told

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        result.placebo_in_time(4, progress=stop)
