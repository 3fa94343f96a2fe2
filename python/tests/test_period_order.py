"""Periods of any type: one panel gives the same ATT or an error, never another ATT."""

from __future__ import annotations

import datetime
import math
import warnings
from collections.abc import Callable
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tropanel
from tropanel import TropError

hypothesis = pytest.importorskip("hypothesis")
st = hypothesis.strategies

K: dict[str, Any] = {
    "outcome": "y", "treatment": "w", "unit": "u", "time": "t", "inference": None,
    "lambdas": {"time": 0.5, "unit": 0.2, "nn": math.inf},
}  # fmt: skip
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
FULL_MONTHS = [datetime.date(2000, k, 1).strftime("%B") for k in range(1, 13)]
WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
ATT = 3.39819


def panel() -> pd.DataFrame:
    """Eight units in twelve periods, two of them treated from the ninth on."""
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"u": np.repeat(range(8), 12), "t": np.tile(range(1, 13), 8)})
    data["y"] = rng.normal(size=96) + np.sin(data.t) * (1 + data.u)
    data["w"] = ((data.u < 2) & (data.t >= 9)).astype(int)
    return data


def att(data: Any, **more: Any) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return float(tropanel.trop(data, **{**K, **more}).att)


def retyped(labels: Callable[[int], Any]) -> pd.DataFrame:
    data = panel()
    return data.assign(t=[labels(k) for k in data.t])


def month(k: int, first: int = 6) -> tuple[int, int]:
    return 2019 + (first + k - 1) // 12, (first + k - 1) % 12 + 1


BERLIN = pd.date_range("2020-10-20", periods=12, freq="D", tz="Europe/Berlin")
HOURS = pd.date_range("2020-10-24 20:00", periods=12, freq="h", tz="Europe/Berlin")

#: Labels of period k = 1 to 12, at even steps.
EVEN: dict[str, Callable[[int], Any]] = {
    "integers": lambda k: k,
    "negative": lambda k: k - 7,
    "floats": lambda k: k / 2,
    "text of integers": str,
    "text of signed integers": lambda k: str(k - 7),
    "text of decimals": lambda k: str(float(k)),
    "weeks": lambda k: f"Week {k}",
    "signed event times": lambda k: f"t{k - 9:+d}",
    "months by name": lambda k: MONTHS[k - 1],
    "months by full name": lambda k: FULL_MONTHS[k - 1],
    "month and year": lambda k: f"{MONTHS[month(k)[1] - 1]} {month(k)[0]}",
    "year and month": lambda k: f"{month(k)[0]}-{month(k)[1]:02d}",
    "year m month": lambda k: f"{month(k)[0]}m{month(k)[1]}",
    "coded months": lambda k: month(k)[0] * 100 + month(k)[1],
    "coded months as text": lambda k: str(month(k)[0] * 100 + month(k)[1]),
    "quarters": lambda k: f"{2000 + (k - 1) // 4}Q{(k - 1) % 4 + 1}",
    "quarters first": lambda k: f"Q{(k - 1) % 4 + 1} {2000 + (k - 1) // 4}",
    "coded quarters": lambda k: (2000 + (k - 1) // 4) * 10 + (k - 1) % 4 + 1,
    "coded days": lambda k: int(f"{datetime.date(2019, 12, 25) + datetime.timedelta(k):%Y%m%d}"),
    "dates as text": lambda k: f"{datetime.date(2019, 12, 25) + datetime.timedelta(k)}",
    "German dates as text": lambda k: f"{datetime.date(2019, 12, 25 + k):%d.%m.%Y}"
    if k < 7
    else f"{datetime.date(2020, 1, k - 6):%d.%m.%Y}",
    "dates": lambda k: datetime.date(2019, 12, 25) + datetime.timedelta(k),
    "ends of months": lambda k: pd.Period(f"{month(k)[0]}-{month(k)[1]}", "M").end_time.date(),
    "the last day there is": lambda k: datetime.date(9999, 12, 19 + k),
    "pandas periods": lambda k: pd.Period("2019-11", "M") + k,
    "local days over a change of clocks": lambda k: BERLIN[k - 1],
    "local hours over a change of clocks": lambda k: HOURS[k - 1],
    "spans of time": lambda k: pd.Timedelta(days=k),
}  # fmt: skip


def plain(value: Any) -> Any:
    return value.to_pytimedelta() if isinstance(value, pd.Timedelta) else value


def moment(label: Any) -> Any:
    """Give what two times of a day with another zone of the same clock have in common."""
    return label.timestamp() if isinstance(label, datetime.datetime) else label


def in_library(data: pd.DataFrame, library: str) -> Any:
    if library == "pandas":
        return data
    columns = {name: [plain(value) for value in data[name]] for name in data}
    return pl.DataFrame(columns) if library == "polars" else pa.table(columns)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("kind", EVEN)
def test_periods_of_any_type_are_the_same_panel(kind: str, library: str) -> None:
    if library != "pandas" and kind == "pandas periods":
        pytest.skip("a type that only pandas has")
    data = retyped(EVEN[kind])
    shuffled = in_library(data.sample(frac=1, random_state=1), library)
    for distance in ("position", "calendar"):
        result = tropanel.trop(shuffled, **K, time_distance=distance)
        assert result.att == pytest.approx(ATT, abs=5e-6)
        assert not any("evenly spaced" in note for note in result.notes)
    times = nw.from_native(result.by_time, eager_only=True)["time"].to_list()
    assert list(map(moment, times)) == list(map(moment, dict.fromkeys(data.t)))


#: Labels that say an order, but no even steps or none that can be measured.
UNMEASURED: dict[str, Callable[[int], Any]] = {
    "an infinite period": lambda k: math.inf if k == 12 else float(k),
    "integers beyond floats": lambda k: 2**60 + k,
    "seasons": lambda k: f"{1995 + k}/{(1996 + k) % 100:02d}",
}


@pytest.mark.parametrize("kind", UNMEASURED)
def test_a_calendar_that_is_not_used_refuses_nothing(kind: str) -> None:
    assert att(retyped(UNMEASURED[kind])) == pytest.approx(ATT, abs=5e-6)


REFUSED: dict[str, tuple[Callable[[int], Any], str]] = {
    "words": (lambda k: WORDS[k - 1], "'t' holds texts without a plain order in time"),
    "year.month": (lambda k: f"{month(k)[0]}.{month(k)[1]}", "more than one order"),
    "day and month, or month and day": (
        lambda k: f"0{1 + k % 2}/{k:02d}/2020",
        "more than one order",
    ),
    "month and two digits": (lambda k: f"{MONTHS[month(k)[1] - 1]}-{month(k)[0] % 100}", "more"),
    "two texts for one period": (lambda k: "Week 01" if k == 2 else f"Week {k}", "for one period"),
    "other forms": (lambda k: f"W{k}" if k == 2 else f"Week {k}", "without a plain order"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_has_no_plain_order_is_refused(kind: str, library: str) -> None:
    labels, says = REFUSED[kind]
    columns = retyped(labels).to_dict("list")
    make = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}[library]
    with pytest.raises(TropError, match=says) as caught:
        att(make(columns))
    assert caught.value.code == "time_order_ambiguous"


def test_coded_months_are_no_numbers_where_a_year_ends() -> None:
    months = [201910, 201911, 201912, 202002, 202003, 202004, *range(202005, 202011)]
    dates = [datetime.date(k // 100, k % 100, 1) for k in months]
    found = [
        att(retyped(lambda k, own=own: own[k - 1]), time_distance="calendar")
        for own in (months, dates, [f"{date:%b %Y}" for date in dates])
    ]
    assert found[0] == found[1] == found[2] != pytest.approx(ATT)
    result = tropanel.trop(retyped(lambda k: months[k - 1]), **K)
    assert any('time_distance = "calendar"' in note for note in result.notes)


def categorical(labels: list[Any], categories: list[Any], ordered: bool) -> pd.DataFrame:
    data = panel()
    values = [labels[k - 1] for k in data.t]
    return data.assign(t=pd.Categorical(values, categories=categories, ordered=ordered))


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("labels", [MONTHS, WORDS, [f"Week {k}" for k in range(1, 13)]])
def test_categories_keep_their_order(labels: list[str], ordered: bool) -> None:
    data = categorical(labels, labels, ordered)
    assert att(data) == pytest.approx(ATT, abs=5e-6)
    assert att(data.sample(frac=1, random_state=1)) == pytest.approx(ATT, abs=5e-6)
    text = data.assign(t=data.t.astype(str))
    enum = pl.DataFrame(text.to_dict("list")).with_columns(pl.col("t").cast(pl.Enum(labels)))
    assert att(enum) == pytest.approx(ATT, abs=5e-6)
    dictionary = pa.Table.from_pandas(data)
    if ordered or labels is not WORDS:
        assert att(dictionary) == pytest.approx(ATT, abs=5e-6)
    else:
        with pytest.raises(TropError, match="without a plain order"):
            att(dictionary)


def test_categories_in_alphabetical_order_say_nothing() -> None:
    weeks = [f"Week {k}" for k in range(1, 13)]
    assert att(categorical(weeks, sorted(weeks), ordered=False)) == pytest.approx(ATT, abs=5e-6)
    for labels, ordered in ((WORDS, False), (weeks, True)):
        with pytest.raises(TropError, match="categories of 't' stand in") as caught:
            att(categorical(labels, sorted(labels), ordered))
        assert caught.value.code == "time_order_ambiguous"
    polars = pl.DataFrame(retyped(lambda k: weeks[k - 1]).to_dict("list"))
    first_met = polars.reverse().with_columns(pl.col("t").cast(pl.Categorical))
    assert att(first_met) == pytest.approx(ATT, abs=5e-6)


def test_months_may_begin_a_year_anywhere() -> None:
    school = MONTHS[8:] + MONTHS[:8]
    data = categorical(school, school, ordered=False)
    assert att(data) == pytest.approx(ATT, abs=5e-6)
    assert att(data, time_distance="calendar") == pytest.approx(ATT, abs=5e-6)


def test_ordered_categories_that_run_backwards_are_noted() -> None:
    backwards = list(range(12, 0, -1))
    result = tropanel.trop(categorical(backwards, backwards, ordered=True), **K)
    assert result.att == pytest.approx(ATT, abs=5e-6)
    assert any("Their labels say another one" in note for note in result.notes)
    with pytest.raises(TropError, match="another order than they say: 12, 11, 10, 9 and 8 more"):
        att(categorical(backwards, backwards, ordered=False))


KINDS = st.sampled_from(sorted({**EVEN, **UNMEASURED}) + sorted(REFUSED))


@st.composite
def frames(draw: Any) -> Any:
    """The panel: relabelled, retyped, shuffled, in some library."""
    kind = draw(KINDS)
    labels = {**EVEN, **UNMEASURED}.get(kind) or REFUSED[kind][0]
    data = retyped(labels)
    names = draw(st.permutations([f"unit {k}" for k in range(8)]))
    data["u"] = [names[k] for k in data.u]
    shape = draw(st.sampled_from(["plain", "text", "category", "sorted category", "ordered"]))
    in_order = list(dict.fromkeys(data.t))
    if shape == "text":
        data["t"] = data.t.astype(str)
    elif shape == "category":
        data["t"] = pd.Categorical(data.t, categories=in_order)
    elif shape == "sorted category":
        data["t"] = data.t.astype(str).astype("category")
    elif shape == "ordered":
        data["t"] = pd.Categorical(data.t, categories=in_order, ordered=True)
    data = data.sample(frac=1, random_state=draw(st.integers(0, 99)))
    library = draw(st.sampled_from(["pandas", "polars", "pyarrow"]))
    try:
        if library == "polars":
            return pl.from_pandas(data, include_index=False)
        return pa.Table.from_pandas(data, preserve_index=False) if library == "pyarrow" else data
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, TypeError, NotImplementedError):
        return data


def att_or_code(data: Any) -> float | str:
    try:
        return att(data)
    except TropError as error:
        return error.code


@hypothesis.settings(max_examples=150, derandomize=True, deadline=None, database=None)
@hypothesis.given(frames())
def test_one_panel_has_one_att(data: Any) -> None:
    found = att_or_code(data)
    assert found == "time_order_ambiguous" or found == pytest.approx(ATT, abs=5e-6)


def wide() -> tuple[pd.DataFrame, pd.DataFrame]:
    data = panel()
    Y, W = (data.pivot(index="u", columns="t", values=v) for v in "yw")
    return Y.rename(index=lambda u: f"unit {u}"), W.rename(index=lambda u: f"unit {u}")


FIT = {"lambdas": K["lambdas"], "inference": None}


def test_labelled_matrices_are_aligned() -> None:
    Y, W = wide()
    for other in (W, W.iloc[::-1], W.iloc[:, ::-1], W.sample(frac=1, random_state=1)):
        result = tropanel.trop_matrix(Y, other, **FIT)
        assert result.att == pytest.approx(ATT, abs=5e-6)
        assert list(dict.fromkeys(result.effects["unit"])) == ["unit 0", "unit 1"]
        assert result.effects["time"].tolist() == [9, 10, 11, 12] * 2
    bare = tropanel.trop_matrix(Y.to_numpy(), W.iloc[:, :], **FIT)
    assert bare.att == pytest.approx(ATT, abs=5e-6)
    distances = [tropanel.compute_unit_distance_matrix(Y, w) for w in (W, W.iloc[::-1])]
    np.testing.assert_array_equal(*distances)


def test_labelled_arrays_are_aligned() -> None:
    xarray = pytest.importorskip("xarray")
    Y, W = (xarray.DataArray(matrix, dims=("unit", "time")) for matrix in wide())
    for other in (W, W[::-1], W[:, ::-1]):
        result = tropanel.trop_matrix(Y, other, **FIT)
        assert result.att == pytest.approx(ATT, abs=5e-6)
        assert list(dict.fromkeys(result.effects["unit"])) == ["unit 0", "unit 1"]
        assert result.effects["time"].tolist() == [9, 10, 11, 12] * 2
    foreign = W.assign_coords(unit=[f"state {k}" for k in range(8)])
    with pytest.raises(TropError, match="W and Y have different unit labels"):
        tropanel.trop_matrix(Y, foreign, **FIT)
    # Without coordinates, positions count.
    bare = tropanel.trop_matrix(xarray.DataArray(Y.to_numpy()), W, **FIT)
    assert bare.att == pytest.approx(ATT, abs=5e-6)


def test_labelled_frames_without_rows_are_aligned_by_column() -> None:
    Y, W = (pl.DataFrame(m.rename(columns=str).reset_index(drop=True)) for m in wide())
    result = tropanel.trop_matrix(Y, W.select(reversed(W.columns)), **FIT)
    assert result.att == pytest.approx(ATT, abs=5e-6)


def test_labels_that_differ_are_refused() -> None:
    Y, W = wide()
    for other in (W.rename(index={"unit 3": "unit x"}), W.rename(columns={4: 40})):
        with pytest.raises(TropError, match=r"W and Y have different (unit|time) labels") as caught:
            tropanel.trop_matrix(Y, other, **FIT)
        assert caught.value.code == "labels_invalid"
    backwards = slice(None, None, -1)
    with pytest.raises(TropError, match="another order than that of the columns") as caught:
        tropanel.trop_matrix(Y.iloc[:, backwards], W.iloc[:, backwards], **FIT)
    assert caught.value.code == "time_order_ambiguous"


def test_what_is_asked_of_labelled_units_is_aligned() -> None:
    Y, W = wide()
    weights = pd.Series(np.arange(1.0, 9.0), index=Y.index)
    x = np.random.default_rng(1).normal(size=Y.shape)
    covariate = pd.DataFrame(x, index=Y.index, columns=Y.columns)
    clusters = pd.Series(list("abccddee"), index=Y.index)
    groups = pd.DataFrame(np.arange(96).reshape(8, 12) % 5, index=Y.index, columns=Y.columns)
    found = []
    for turn in (slice(None), slice(None, None, -1)):
        result = tropanel.trop_matrix(
            Y, W, lambdas={**K["lambdas"], "nn": 5.0}, inference="jackknife",
            covariates={"x": covariate.iloc[turn]}, average_weights=weights.iloc[turn],
            cluster=clusters.iloc[turn], by="g", groups={"g": groups.iloc[turn]},
        )  # fmt: skip
        # There is no percentage of outcomes around zero.
        averages = result.average("g")["estimate"].dropna().tolist()
        found.append((result.att, result.se, averages))
    assert found[0] == found[1]


def fits_at(Y: Any, W: Any, units: Any, periods: Any) -> tuple[float, float]:
    fit = tropanel.weighted_fit(Y, W, units, periods, 2.0)
    found = tropanel.weighted_loocv(Y, W, units, periods, [2.0])
    return fit.objective, float(found.score[0])


def test_weights_of_labelled_units_and_periods_are_aligned() -> None:
    Y, W = wide()
    units = pd.Series(np.arange(1.0, 9.0), index=Y.index)
    periods = pd.Series(np.arange(1.0, 13.0), index=Y.columns)
    expected = fits_at(Y.to_numpy(), W.to_numpy(), units.to_numpy(), periods.to_numpy())
    turned = (units.iloc[::-1], periods.sample(frac=1, random_state=1))
    assert fits_at(Y, W, *turned) == expected
    assert fits_at(Y, W, units.to_numpy(), list(periods)) == expected
    # What only counts, or stands beside a matrix without labels, is taken by its position.
    assert fits_at(Y, W, units.reset_index(drop=True), periods) == expected
    assert fits_at(Y.to_numpy(), W.to_numpy(), *turned) != expected
    xarray = pytest.importorskip("xarray")
    arrays = [xarray.DataArray(values) for values in (Y, W.iloc[::-1], *turned)]
    assert fits_at(*arrays) == expected


@pytest.mark.parametrize(
    ("units", "periods", "message"),
    [
        ({"unit 0": "unit x"}, {}, "unit_weights and Y have different unit labels"),
        ({}, {4: 40}, "period_weights and Y have different time labels"),
        ({"unit 0": "unit 1"}, {}, "unit"),
    ],
)
def test_weights_of_foreign_labels_are_refused(
    units: dict[str, str], periods: dict[int, int], message: str
) -> None:
    Y, W = wide()
    given = (pd.Series(1.0, index=Y.index).rename(units), pd.Series(1.0, index=Y.columns))
    with pytest.raises(TropError, match=message) as caught:
        fits_at(Y, W, given[0], given[1].rename(periods))
    assert caught.value.code == "labels_invalid"


def test_new_names_of_labelled_units_and_periods_are_aligned() -> None:
    Y, W = wide()
    units = pd.Series([f"state {k}" for k in range(8)], index=Y.index)
    times = pd.Series(range(2001, 2013), index=Y.columns)
    result = tropanel.trop_matrix(Y, W, units=units.iloc[::-1], times=times.iloc[::-1], **FIT)
    assert result.att == pytest.approx(ATT, abs=5e-6)
    assert list(dict.fromkeys(result.effects["unit"])) == ["state 0", "state 1"]
    assert result.effects["time"].tolist() == [2009, 2010, 2011, 2012] * 2
    with pytest.raises(TropError, match="units and Y have different unit labels"):
        tropanel.trop_matrix(Y, W, units=units.rename({"unit 0": "unit x"}), **FIT)


def test_groups_of_a_vector_are_refused() -> None:
    Y, W = wide()
    square = (Y.iloc[:, 4:], W.iloc[:, 4:])
    groups = pd.Series(list("aabbccdd"), index=Y.index)
    with pytest.raises(TropError, match="or be one column, 8 x 1, of units") as caught:
        tropanel.trop_matrix(*square, by="g", groups={"g": groups}, **FIT)
    assert caught.value.code == "shape_mismatch"


def test_an_absent_row_before_the_first_treated_one_is_named() -> None:
    data = panel()
    absent = data[~((data.u == 0) & (data.t == 9))]
    notes = tropanel.trop(absent, **K).notes
    assert any("There is no row right before the first treated one of 'u' 0:" in n for n in notes)
    missing = data.assign(y=data.y.mask((data.u == 0) & (data.t == 9)))
    for complete in (data, missing):
        assert not any("no row" in note for note in tropanel.trop(complete, **K).notes)


def test_units_that_differ_by_blanks_are_noted() -> None:
    data = panel()
    data["u"] = [f"unit {u}" + " " * (u == 3 and t > 6) for u, t in zip(data.u, data.t)]
    notes = tropanel.trop(data, **K).notes
    assert any(
        "differ by blanks or letter case only: 'unit 3', 'unit 3 '." in note for note in notes
    )


def test_units_that_differ_by_letter_case_are_noted() -> None:
    data = panel()
    data["u"] = [f"{'U' if u == 3 and t > 6 else 'u'}nit {u}" for u, t in zip(data.u, data.t)]
    notes = tropanel.trop(data, **K).notes
    assert any("letter case only: 'Unit 3', 'unit 3'." in note for note in notes)


def test_duplicate_rows_say_what_tells_them_apart(library: str) -> None:
    data = pd.concat([panel().assign(sex=sex, y2=0.5) for sex in ("f", "m")])
    make = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}[library]
    with pytest.raises(
        TropError, match=r"What tells these rows apart: 'sex'\. Make it part of 'u'"
    ):
        att(make(data.to_dict("list")))


def test_names_of_columns_that_are_no_text() -> None:
    data = panel().assign(z=0).set_axis(["u", "t", "y", "w", 2019], axis=1)
    with pytest.raises(TropError, match=r"outcome: data has no column 'Y'\. Did you mean 'y'"):
        att(data, outcome="Y")


@pytest.mark.parametrize("factor", [1e-200, 1e-110])
def test_outcomes_too_small_for_floats_are_refused(factor: float) -> None:
    data = panel()
    with pytest.raises(TropError, match="measure the outcome in other units") as caught:
        tropanel.trop(data.assign(y=data.y * factor), **{**K, "lambdas": None})
    assert caught.value.code == "outcome_too_small"
    small = att(
        data.assign(y=data.y * 1e-90), lambdas={"time": 0.5, "unit": 0.2e90, "nn": math.inf}
    )
    assert small == pytest.approx(ATT * 1e-90, rel=2e-6)
