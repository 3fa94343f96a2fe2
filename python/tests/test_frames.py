"""What a data frame may look like, and that none of it changes the estimate."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from conftest import FIXED, ROLES, Columns, frame
from fake_backend import FakeBackend

import tropanel
from tropanel._data.columns import read_long
from tropanel._data.frames import frame_columns

pytestmark = pytest.mark.usefixtures("fake")


def _trop(data: Any, **options: Any) -> tropanel.TropResult:
    return tropanel.trop(data, *ROLES, lambdas=FIXED, n_boot=50, **options)


def test_panel_by_hand(library: str) -> None:
    long = {
        "u": ["b", "a", "b", "c", "c"],
        "t": [1, 1, 3, 3, 1],
        "y": [1.0, 2.0, 5.0, 6.0, 7.0],
        "w": [0, 0, 1, 0, 0],
    }
    panel = read_long(frame(long, library), "y", "w", "u", "t")
    np.testing.assert_array_equal(panel.Y, [[2.0, math.nan], [1.0, 5.0], [7.0, 6.0]])
    np.testing.assert_array_equal(panel.W, [[0.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    assert panel.unit.labels == ["a", "b", "c"]
    assert panel.time.labels == [1, 3]


def test_frames_come_back_in_the_callers_library(columns: Columns, library: str) -> None:
    result = _trop(frame(columns, library))
    for table in (result.effects, result.pre_effects, result.by_time, result.not_estimable):
        assert nw.from_native(table).implementation.value == library
    assert nw.from_native(result.effects).columns == [
        "unit", "time", "event_time", "observed", "counterfactual", "effect", "effect_min",
        "effect_max", "rank", "gap", "certified",
    ]  # fmt: skip
    assert frame_columns(result.effects)["unit"] == ["g", "g", "h", "h", "h"]
    assert frame_columns(result.effects)["event_time"] == [0, 1, 0, 1, 2]


def test_libraries_agree(columns: Columns) -> None:
    found = {library: _trop(frame(columns, library)).to_dict() for library in ("pandas", "polars")}
    for result in found.values():
        del result["timings"]
    assert found["pandas"] == found["polars"]


def test_lazy_frame(columns: Columns) -> None:
    result = _trop(pl.LazyFrame(columns))
    assert isinstance(result.effects, pl.DataFrame)


def test_other_columns_do_not_matter(columns: Columns) -> None:
    columns["note"] = [None] * 48
    assert _trop(frame(columns)).att == _trop(frame(columns)[list(ROLES)]).att


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_does_not_matter(columns: Columns, library: str, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(48)
    shuffled = {name: [values[k] for k in order] for name, values in columns.items()}
    first, second = (read_long(frame(c, library), *ROLES) for c in (columns, shuffled))
    np.testing.assert_array_equal(first.Y, second.Y)
    np.testing.assert_array_equal(first.W, second.W)
    assert frame_columns(_trop(frame(shuffled, library)).effects) == frame_columns(
        _trop(frame(columns, library)).effects
    )


def test_pandas_index_does_not_matter(columns: Columns) -> None:
    data = frame(columns)
    data.index = [7] * 48
    assert frame_columns(_trop(data).effects) == frame_columns(_trop(frame(columns)).effects)


TIMES: dict[str, Any] = {
    "dates": [datetime.date(year, 3, 31) for year in range(2001, 2007)],
    "datetimes": [datetime.datetime(2001, 1, day, 12) for day in range(1, 7)],
    "text": ["2001Q1", "2001Q2", "2001Q3", "2001Q4", "2002Q1", "2002Q2"],
    "floats": [0.5, 1.5, 2.5, 3.5, 4.5, 5.5],
    "integers": [20010131, 20010228, 20010331, 20010430, 20010531, 20010630],
}


@pytest.mark.parametrize("kind", TIMES)
def test_types_of_periods(columns: Columns, library: str, kind: str) -> None:
    expected = _trop(frame(columns, library))
    columns["year"] = [TIMES[kind][year - 2001] for year in columns["year"]]
    data = frame(columns, library)
    result = _trop(data)
    assert result.att == expected.att
    assert frame_columns(result.by_time)["time"] == TIMES[kind]
    schema = nw.from_native(data).schema
    assert nw.from_native(result.effects).schema["time"] == schema["year"]


def test_pandas_periods(columns: Columns) -> None:
    data = frame(columns)
    data["year"] = pd.PeriodIndex([f"{year}" for year in data["year"]], freq="Y")
    assert _trop(data).att == _trop(frame(columns)).att


def test_time_zones(columns: Columns) -> None:
    data = frame(columns)
    data["year"] = pd.to_datetime(data["year"].astype(str)).dt.tz_localize("Europe/Rome")
    result = _trop(data)
    assert result.effects["time"].dtype == data["year"].dtype


def test_ordered_categories_keep_their_order(columns: Columns) -> None:
    names = ["spring", "early", "mid", "late", "autumn", "end"]
    expected = _trop(frame(columns)).att
    columns["year"] = [names[year - 2001] for year in columns["year"]]
    data = frame(columns)
    data["year"] = pd.Categorical(data["year"], categories=[*names, "unused"], ordered=True)
    result = _trop(data)
    assert result.att == expected
    assert frame_columns(result.by_time)["time"] == names
    lazy = pl.DataFrame(columns).with_columns(pl.col("year").cast(pl.Enum(names)))
    assert _trop(lazy).att == expected


def test_unordered_categories_sort_by_label(columns: Columns) -> None:
    data = frame(columns)
    data["state"] = pd.Categorical(data["state"], categories=list("hgfedcba"))
    result = _trop(data)
    assert result.effects["unit"].tolist() == ["g", "g", "h", "h", "h"]
    assert result.effects["unit"].dtype == data["state"].dtype


@pytest.mark.parametrize(
    "kind", ["int64", "bool", "float64", "Int8", "boolean", "object", "Float32"]
)
def test_types_of_treatment(columns: Columns, kind: str) -> None:
    data = frame(columns)
    data["law"] = data["law"].astype(kind)
    assert _trop(data).att == _trop(frame(columns)).att


def test_treatment_of_objects(columns: Columns) -> None:
    data = frame(columns)
    data["law"] = pd.Series([bool(d) for d in columns["law"]], dtype=object)
    data.loc[3, ["law", "sales"]] = [None, math.nan]
    assert read_long(data, *ROLES).W[0, 3] == 0


def test_outcomes_of_other_types(columns: Columns) -> None:
    whole = [round(y) for y in columns["sales"]]
    expected = _trop(frame({**columns, "sales": whole})).att
    for values in (whole, [Decimal(y) for y in whole], pd.array(whole, dtype="Int32")):
        assert _trop(pd.DataFrame({**columns, "sales": values})).att == expected


@pytest.mark.parametrize("missing", [None, math.nan])
def test_missing_outcomes_and_absent_rows_are_the_same(
    columns: Columns, library: str, missing: float | None
) -> None:
    gone = {1, 20, 46}
    with_gaps = {
        **columns,
        "sales": [missing if k in gone else y for k, y in enumerate(columns["sales"])],
    }
    without = {n: [v for k, v in enumerate(vs) if k not in gone] for n, vs in columns.items()}
    first, second = (read_long(frame(c, library), *ROLES) for c in (with_gaps, without))
    np.testing.assert_array_equal(first.Y, second.Y)
    np.testing.assert_array_equal(first.W, second.W)
    assert np.isnan(first.Y).sum() == len(gone)


def test_treatment_of_absent_rows() -> None:
    w = {"a": [0, None, 1, None, 1, None], "b": [1, None, 0, 0, 0, 0], "c": [0] * 6}
    columns = {
        "u": [u for u in w for _ in range(6)],
        "t": list(range(6)) * 3,
        "y": [None if d is None else 1.0 for ds in w.values() for d in ds],
        "w": [d for ds in w.values() for d in ds],
    }
    panel = read_long(pl.DataFrame(columns), "y", "w", "u", "t")
    np.testing.assert_array_equal(
        panel.W, [[0, 0, 1, 1, 1, 0], [1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]
    )


def test_matrix_and_frame_agree(columns: Columns, fake: FakeBackend) -> None:
    long = _trop(frame(columns))
    shape = (8, 6)
    wide = tropanel.trop_matrix(
        np.reshape(columns["sales"], shape),
        np.reshape(columns["law"], shape),
        units=list("abcdefgh"),
        times=range(2001, 2007),
        lambdas=FIXED,
        n_boot=50,
    )
    assert frame_columns(long.effects) == frame_columns(wide.effects)
    assert (long.att, long.se, long.n_obs) == (wide.att, wide.se, wide.n_obs)


def test_matrices_of_other_types(library: str) -> None:
    Y = np.ma.masked_equal([[1.0, 2.0, 9.0], [2.0, 3.0, 4.0], [1.0, 1.0, 2.0]], 9.0)
    W = pd.DataFrame([[False, False, False], [False, False, False], [False, False, True]])
    result = tropanel.trop_matrix(Y, W, lambdas=FIXED, frame_backend=library)
    assert result.n_obs == 8
    assert nw.from_native(result.effects).implementation.value == library
    assert frame_columns(result.effects)["time"] == [2]
    objects = [[1, None, 2], [Decimal(2), 3, 4], [1, 1, 2.0]]
    assert tropanel.trop_matrix(objects, W, lambdas=FIXED).n_obs == 8


def test_no_frame_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(tropanel.TropError, match="pip install") as caught:
        tropanel.trop_matrix([[1, 2], [3, 4]], [[0, 0], [0, 1]], lambdas=FIXED)
    assert caught.value.code == "no_frame_library"
