"""Who may serve for whom, and cells near treatment."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from conftest import ROLES, Columns, frame

import tropanel
from tropanel import TropError, trop_matrix
from tropanel._data.frames import frame_columns

UNITS = list("abcdefgh")
OPTIONS: dict[str, Any] = {
    "lambdas": {"time": 0.1, "unit": 0.1, "nn": 1.0},
    "inference": None,
    "progress": False,
}


def matrices(columns: Columns) -> tuple[Any, Any]:
    return np.reshape(columns["sales"], (8, 6)), np.reshape(columns["law"], (8, 6))


def treated(columns: Columns) -> list[str]:
    law = np.reshape(columns["law"], (8, 6))
    return [unit for unit, row in zip(UNITS, law) if row.any()]


def weights_of(result: tropanel.TropResult) -> list[float]:
    return frame_columns(result.weights().unit)["weight"]


def wide(columns: Columns, **options: Any) -> tropanel.TropResult:
    return trop_matrix(
        *matrices(columns), units=UNITS, times=range(2001, 2007), **options, **OPTIONS
    )


def test_a_column_a_vector_pairs_and_donors_by_name_say_the_same(
    columns: Columns, library: str
) -> None:
    may = {unit: unit not in "de" for unit in UNITS}
    columns["may"] = [may[unit] for unit in columns["state"]]
    long = tropanel.trop(frame(columns, library), *ROLES, donors="may", **OPTIONS)
    flags = list(may.values())
    named = [unit for unit in UNITS if may[unit]]
    for donors in (flags, np.array([flags] * 8), [flags] * 8, dict.fromkeys(UNITS, named)):
        found = wide(columns, donors=donors)
        assert found.att == long.att
        assert weights_of(found) == weights_of(long)
    for unit, weight in zip(UNITS, weights_of(long)):
        assert (weight == 0) == (unit in "de" and unit != long.weights().target[0])
    summary = " ".join(long.summary().split())
    of = 8 - len(treated(columns))
    donors_of = sum(may[unit] for unit in UNITS if unit not in treated(columns))
    assert f"donors chosen (may): {donors_of} of {of} never-treated units" in summary


def test_a_masked_estimate_is_that_of_the_reduced_panel(columns: Columns) -> None:
    kept = [unit not in "de" for unit in UNITS]
    Y, W = matrices(columns)
    masked = trop_matrix(Y, W, donors=kept, progress=False, seed=1)
    reduced = trop_matrix(Y[kept], W[kept], progress=False, seed=1)
    assert masked.att == reduced.att
    assert masked.lambdas == reduced.lambdas
    assert masked.method == reduced.method
    assert list(masked.draws) == list(reduced.draws)  # type: ignore[arg-type]


def test_groups_by_any_labels(columns: Columns, library: str) -> None:
    regions = dict(zip(UNITS, "xyxyxyxy"))
    columns["region"] = [regions[unit] for unit in columns["state"]]
    long = tropanel.trop(frame(columns, library), *ROLES, donors="region", **OPTIONS)
    assert long.att == wide(columns, donors=list(regions.values())).att
    pairs = [[regions[i] == regions[j] for j in UNITS] for i in UNITS]
    assert long.att == wide(columns, donors=pairs).att


def test_a_labelled_matrix_comes_in_the_order_of_the_units(columns: Columns) -> None:
    pandas = pytest.importorskip("pandas")
    pairs = pandas.DataFrame(np.ones((8, 8), dtype=bool), index=UNITS, columns=UNITS)
    pairs.loc[:, ["d", "e"]] = False
    turned = pairs.iloc[::-1, ::-1]
    data = frame(columns, "pandas")
    found = [tropanel.trop(data, *ROLES, donors=d, **OPTIONS).att for d in (pairs, turned)]
    assert found[0] == found[1] == wide(columns, donors=[u not in "de" for u in UNITS]).att
    with pytest.raises(TropError, match="unit") as error:
        tropanel.trop(data, *ROLES, donors=pairs.rename(index={"a": "z"}), **OPTIONS)
    assert error.value.code == "labels_invalid"


def test_units_without_a_list_of_donors_have_all(columns: Columns) -> None:
    own = treated(columns)[0]
    found = wide(columns, donors={own: ["a", "b"]})
    free = wide(columns)
    pairs = np.ones((8, 8), dtype=bool)
    pairs[UNITS.index(own)] = [unit in "ab" for unit in UNITS]
    assert found.att == wide(columns, donors=pairs).att != free.att


@pytest.mark.parametrize(
    ("donors", "code", "text"),
    [
        ([True] * 7, "donors_length", "8 entries|each of the 8 units.*7 entries"),
        (np.ones((8, 7), dtype=bool), "donors_length", "8 x 7"),
        ([[2] * 8] * 8, "option_invalid", "true or false"),
        ([0, 1] * 4, "option_invalid", "0 and 1 alone"),
        ([True, None] * 4, "donors_missing", "unit"),
        ({"z": ["a"]}, "option_invalid", "'z'|z"),
        ({"a": ["nobody"]}, "option_invalid", "nobody"),
        ([False] * 8, "donors_none", "unit . is treated and has no donor"),
    ],
)
def test_bad_donors_are_refused(columns: Columns, donors: Any, code: str, text: str) -> None:
    with pytest.raises(TropError, match=text) as error:
        wide(columns, donors=donors)
    assert error.value.code == code


def test_bad_columns_of_donors_are_refused_with_their_units(columns: Columns, library: str) -> None:
    columns["may"] = [True] * 48
    columns["may"][7] = False
    with pytest.raises(TropError, match="varies within 'state' = 'b'") as error:
        tropanel.trop(frame(columns, library), *ROLES, donors="may", **OPTIONS)
    assert error.value.code == "donors_vary"
    columns["may"][7] = None
    with pytest.raises(TropError, match="row 7") as error:
        tropanel.trop(frame(columns, library), *ROLES, donors="may", **OPTIONS)
    assert error.value.code == "donors_missing"
    with pytest.raises(TropError, match="Did you mean 'may'") as error:
        tropanel.trop(frame(columns, library), *ROLES, donors="mai", **OPTIONS)
    assert error.value.code == "column_missing"


def test_cells_near_treatment_are_as_if_they_had_no_outcome(columns: Columns) -> None:
    Y, W = matrices(columns)
    near = np.zeros_like(W, dtype=bool)
    near[:, :-1] = (W[:, 1:] == 1) & (W[:, :-1] == 0)
    near[:, 1:] |= (W[:, :-1] == 1) & (W[:, 1:] == 0)
    Z = np.where(near, np.nan, Y)
    found = trop_matrix(Y, W, anticipation=1, washout=1, **OPTIONS)
    plain = trop_matrix(Z, W, **OPTIONS)
    assert found.att == plain.att
    assert list(found.pre_effects["effect"]) == list(plain.pre_effects["effect"])
    assert -1 not in list(found.pre_effects["event_time"])
    summary = " ".join(found.summary().split())
    assert "1 period before treatment left out; 1 period after treatment left out" in summary


@pytest.mark.parametrize("value", [-1, 1.5, "2", True])
def test_windows_are_numbers_of_periods(columns: Columns, value: Any) -> None:
    for name in ("anticipation", "washout"):
        with pytest.raises(TropError, match=name) as error:
            wide(columns, **{name: value})
        assert error.value.code == "option_invalid"


def test_a_comparison_takes_donors_where_they_mean_something(columns: Columns) -> None:
    Y, W = matrices(columns)
    found = tropanel.compare_matrix(
        Y,
        W,
        estimators=["did", "sc", "trop"],
        donors=[u not in "de" for u in UNITS],
        **OPTIONS,
    )
    table = dict(zip(found.table["estimator"], found.table["att"]))
    assert math.isnan(table["did"])
    assert any("no donors" in note for note in found.notes)
    kept = [u not in "de" for u in UNITS]
    own = tropanel.compare_matrix(Y[kept], W[kept], estimators=["sc", "trop"], **OPTIONS)
    assert [table["sc"], table["trop"]] == list(own.table["att"])


def test_the_numpy_reference_says_that_it_lacks_them(columns: Columns) -> None:
    for options in ({"donors": [True] * 8}, {"anticipation": 1}, {"washout": 2}):
        with pytest.raises(TropError, match="NumPy backend") as error:
            wide(columns, backend="numpy", **options)
        assert error.value.code == "backend_lacks"
