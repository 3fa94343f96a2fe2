"""Input that cannot be used: for each kind the code of the error, and what its message says."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from conftest import FIXED, ROLES, Columns, frame

import tropanel
from tropanel import TropError

Change = Callable[[Columns], Any]


def _set(column: str, row: int, value: Any) -> Change:
    def change(columns: Columns) -> Columns:
        columns[column][row] = value
        return columns

    return change


def _replace(column: str, values: Callable[[Columns], list[Any]]) -> Change:
    def change(columns: Columns) -> Columns:
        columns[column] = values(columns)
        return columns

    return change


def _rename(old: str, new: str) -> Change:
    return lambda columns: {
        new if name == old else name: values for name, values in columns.items()
    }


DATA = {
    "infinite outcome": (
        _set("sales", 7, math.inf),
        "outcome_infinite",
        r"'sales' is infinite or beyond 1e100 at row 7 \(state='b', year=2002\) with inf",
    ),
    "text outcome": (
        _replace(
            "sales", lambda c: ["n/a" if k == 2 else str(y) for k, y in enumerate(c["sales"])]
        ),
        "outcome_not_numeric",
        r"'sales' must be numeric.*row 2 \(state='a', year=2003\) with 'n/a' \(rows",
    ),
    "one text among numbers": (
        _set("sales", 2, "n/a"),
        "outcome_not_numeric",
        r"row 2 \(state='a', year=2003\) with 'n/a' \(rows",
    ),
    "treatment of 2": (
        _set("law", 4, 2),
        "treatment_not_binary",
        r"'law' must be 0 or 1.*row 4 \(state='a', year=2005\) with 2",
    ),
    "treatment of two other values": (
        _replace("law", lambda c: [d + 1 for d in c["law"]]),
        "treatment_not_binary",
        "It has two values: recode them to 0 and 1",
    ),
    "period of adoption": (
        _replace("law", lambda c: [2004 if u in "gh" else 0 for u in c["state"]]),
        "treatment_not_binary",
        "period of adoption",
    ),
    "text treatment": (
        _replace("law", lambda c: ["yes" if d else "no" for d in c["law"]]),
        "treatment_not_binary",
        r"row 0 \(state='a', year=2001\) with 'no'.*Recode it to 0 and 1",
    ),
    "missing treatment": (
        _set("law", 3, None),
        "treatment_missing",
        r"'law' is missing where outcome 'sales' is observed: row 3 \(state='a', year=2004\)",
    ),
    "duplicate row": (
        lambda c: {name: [*values, values[9]] for name, values in c.items()},
        "duplicate_rows",
        r"row 9 \(state='b', year=2004\), row 48 \(state='b', year=2004\)",
    ),
    "missing unit": (
        _set("state", 5, None),
        "id_missing",
        r"'state' is missing in 1 rows: row 5 \(state=.*, year=2006\)",
    ),
    "missing period": (
        _set("year", 11, math.nan),
        "id_missing",
        r"'year' is missing in 1 rows: row 11 \(state='b', year=nan\)",
    ),
    "mixed unit ids": (
        _set("state", 6, 17),
        "id_mixed_types",
        r"'state' mixes number and text.*row 0 \(state='a'.*row 6 \(state=17",
    ),
    "mixed periods": (
        _replace("year", lambda c: [True if t == 2001 else t for t in c["year"]]),
        "id_mixed_types",
        "'year' mixes bool and number",
    ),
    "ids without order": (
        _replace("state", lambda c: [complex(ord(u), 1) for u in c["state"]]),
        "id_not_sortable",
        "'state' holds ids that cannot be put in order",
    ),
    "periods as text": (
        _replace("year", lambda c: [str(t - 1993) for t in c["year"]]),
        "time_order_ambiguous",
        r"'year' holds numbers as text, which sort as '?10.*Convert the column to integers",
    ),
    "nothing treated": (
        _replace("law", lambda c: [0] * 48),
        "no_treated_cell",
        "'law' is 0 wherever outcome 'sales' is observed",
    ),
    "everything treated": (
        _replace("law", lambda c: [True] * 48),
        "no_control_cell",
        "'law' is 1 wherever outcome 'sales' is observed",
    ),
    "treatment marks the group": (
        _replace("law", lambda c: [int(u in "gh") for u in c["state"]]),
        "treatment_constant",
        "as if it marked the treated group",
    ),
    "treatment marks the time after": (
        _replace("law", lambda c: [int(t > 2004) for t in c["year"]]),
        "treatment_constant",
        "as if it marked the time after adoption",
    ),
    "unit without outcomes": (
        _replace(
            "sales", lambda c: [None if u == "c" else y for u, y in zip(c["state"], c["sales"])]
        ),
        "unit_all_missing",
        "No observed outcome 'sales' for 'state' = 'c'",
    ),
    "period without outcomes": (
        _replace(
            "sales", lambda c: [None if t == 2002 else y for t, y in zip(c["year"], c["sales"])]
        ),
        "period_all_missing",
        "No observed outcome 'sales' for 'year' = 2002",
    ),
    "no rows": (
        lambda c: {name: values[:0] for name, values in c.items()},
        "empty_panel",
        "data has no rows",
    ),
    "misspelt column": (
        _rename("sales", "salse"),
        "column_missing",
        "outcome: data has no column 'sales'. Did you mean 'salse'",
    ),
    "column that nothing resembles": (
        _rename("law", "xyz"),
        "column_missing",
        "The columns are 'state', 'year', 'sales', 'xyz'",
    ),
}


@pytest.mark.parametrize("kind", DATA)
def test_data_that_cannot_be_used(kind: str, columns: Columns) -> None:
    change, code, message = DATA[kind]
    with pytest.raises(TropError, match=message) as caught:
        tropanel.trop(pd.DataFrame(change(columns)), *ROLES)
    assert caught.value.code == code


OPTIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "misspelt search": ({"search": "cycel"}, "option_invalid", "Did you mean 'cycle'"),
    "misspelt backend": ({"backend": "nunpy"}, "option_invalid", "Did you mean 'numpy'"),
    "unknown inference": ({"inference": "jackknive"}, "option_invalid", "mean 'jackknife'"),
    "lambdas as a tuple": ({"lambdas": (1, 2, 3)}, "lambdas_invalid", "must be a mapping"),
    "lambdas lacking one": ({"lambdas": {"time": 1, "unit": 1}}, "lambdas_invalid", "lacks 'nn'"),
    "lambdas with another key": (
        {"lambdas": {**FIXED, "lambda_tme": 1}},
        "lambdas_invalid",
        "unknown key 'lambda_tme'.*Did you mean 'time'",
    ),
    "bool as lambda": ({"lambdas": {**FIXED, "nn": True}}, "lambdas_invalid", "a number, not True"),
    "text as lambda": ({"lambdas": {**FIXED, "nn": "1"}}, "lambdas_invalid", "number, not '1'"),
    "negative lambda": ({"lambdas": {**FIXED, "time": -1}}, "lambda_invalid", "0 or more, not -1"),
    "NaN as lambda": ({"lambdas": {**FIXED, "nn": math.nan}}, "lambda_invalid", "'nn'.*not nan"),
    "infinite unit lambda": (
        {"lambdas": {**FIXED, "unit": math.inf}},
        "lambda_invalid",
        "'unit'.*finite and 0 or more",
    ),
    "lambdas and grids": (
        {"lambdas": FIXED, "grids": {"nn": [1.0]}},
        "option_invalid",
        "lambdas and grids are both given",
    ),
    "grids as a list": ({"grids": [1, 2]}, "grids_invalid", "must be a mapping"),
    "grid of text": ({"grids": {"nn": ["a"]}}, "grids_invalid", r"grids\['nn'\]"),
    "grid of one number": ({"grids": {"nn": 1.0}}, "grids_invalid", "sequence of numbers"),
    "grid with another key": ({"grids": {"n": [1]}}, "grids_invalid", "unknown key 'n'"),
    "empty grid": ({"grids": {"nn": []}}, "grid_empty", "nn"),
    "repeated value in a grid": ({"grids": {"time": [1, 1]}}, "grid_duplicate", "time"),
    "negative seed": ({"seed": -1}, "seed_out_of_range", "2\\*\\*64 - 1.*not -1"),
    "seed too large": ({"seed": 2**64}, "seed_out_of_range", "not 18446744073709551616"),
    "float as seed": ({"seed": 1.0}, "option_invalid", "seed must be an integer, not 1.0"),
    "bool as seed": ({"seed": True}, "option_invalid", "seed must be an integer, not True"),
    "one draw": ({"n_boot": 1}, "draws_too_few", "n_boot must be 2 or more, not 1"),
    "level in percent": ({"level": 95}, "level_out_of_range", "such as 0.95, not 95"),
    "bool as level": ({"level": True}, "option_invalid", "level must be a number"),
    "no threads": ({"n_jobs": 0}, "threads_zero", "n_jobs must be 1 or more"),
    "negative threads": ({"n_jobs": -2}, "option_invalid", "all, not -2"),
    "text as progress": ({"progress": "yes"}, "option_invalid", "progress must be True, False"),
}


@pytest.mark.parametrize("kind", OPTIONS)
def test_options_that_cannot_be_used(kind: str, columns: Columns) -> None:
    options, code, message = OPTIONS[kind]
    with pytest.raises(TropError, match=message) as caught:
        tropanel.trop(frame(columns), *ROLES, **options)
    assert caught.value.code == code


def test_every_tested_code_is_in_the_table() -> None:
    tested = {code for _, code, _ in [*DATA.values(), *OPTIONS.values()]}
    assert tested <= set(tropanel.ERROR_CODES)
    assert len(tested) >= 25


def test_misspelt_option_name(columns: Columns) -> None:
    with pytest.raises(TypeError, match="n_boots"):
        tropanel.trop(frame(columns), *ROLES, n_boots=3)  # type: ignore[call-arg]


def _error(*arguments: Any, **options: Any) -> TropError:
    with pytest.raises(TropError) as caught:
        tropanel.trop(*arguments, **options)
    return caught.value


def test_columns_in_two_roles(columns: Columns) -> None:
    error = _error(frame(columns), "sales", "law", "state", "state")
    assert error.code == "columns_repeated"
    assert "'state' is given as unit and as time" in str(error)


def test_columns_of_one_name(columns: Columns) -> None:
    data = frame(columns)
    data.columns = ["state", "year", "sales", "sales"]
    assert _error(data, *ROLES).code == "columns_repeated"


def test_column_that_is_in_the_index(columns: Columns) -> None:
    error = _error(frame(columns).set_index(["state", "year"]), *ROLES)
    assert error.code == "column_missing"
    assert "data.reset_index()" in str(error)


def test_column_name_that_is_not_text(columns: Columns) -> None:
    assert _error(frame(columns), "sales", "law", "state", 3).code == "column_missing"


@pytest.mark.parametrize("data", [{"a": [1]}, [[1.0]], np.zeros((2, 2)), None])
def test_data_that_is_no_frame(data: Any) -> None:
    error = _error(data, *ROLES)
    assert error.code == "data_unreadable"
    assert "trop_matrix" in str(error)


def test_outcome_and_treatment_swapped(columns: Columns) -> None:
    error = _error(frame(columns), "law", "sales", "state", "year")
    assert error.code == "treatment_not_binary"
    assert "swapped" in str(error)


def test_unit_and_time_swapped_by_name(columns: Columns) -> None:
    error = _error(frame(columns), "sales", "law", "year", "state")
    assert error.code == "unit_time_swapped"
    assert "unit='state', time='year'" in str(error)


def test_unit_and_time_swapped_by_type(columns: Columns) -> None:
    columns["begin"] = [datetime.date(year, 1, 1) for year in columns.pop("year")]
    error = _error(pl.DataFrame(columns), "sales", "law", "begin", "state")
    assert error.code == "unit_time_swapped"


def test_panel_that_would_be_too_large() -> None:
    n = 50_000
    data = pl.DataFrame({"y": np.ones(n), "w": [0, 1] * (n // 2), "u": range(n), "t": range(n)})
    error = _error(data, "y", "w", "u", "t")
    assert error.code == "too_large"
    assert "50000 units ('u') x 50000 periods ('t')" in str(error)


MATRICES: dict[str, tuple[Any, Any, dict[str, Any], str, str]] = {
    "shapes": ([[1, 2]], [[0, 0, 1]], {}, "shape_mismatch", "Y is 1 x 2 and W is 1 x 3"),
    "transposed": (np.zeros((2, 3)), np.zeros((3, 2)), {}, "shape_mismatch", "Is one transposed?"),
    "a vector": ([1, 2], [0, 1], {}, "shape_mismatch", "Y must be a matrix"),
    "ragged": ([[1, 2], [1]], [[0, 1], [0, 0]], {}, "data_unreadable", "rows differ in length"),
    "text": ([["1", "2"]], [[0, 1]], {}, "data_unreadable", "Y must hold numbers only"),
    "no cells": (np.zeros((0, 3)), np.zeros((0, 3)), {}, "empty_panel", "0 x 3"),
    "not 0 or 1": (
        [[1, 2], [3, 4]],
        [[0, 0], [0, 5]],
        {},
        "treatment_not_binary",
        r"\(unit=1, time=1\) with 5",
    ),
    "missing treatment": (
        [[1, 2], [3, 4]],
        [[0, 0], [math.nan, 1]],
        {},
        "treatment_missing",
        r"\(unit=1, time=0\)",
    ),
    "too few labels": (
        [[1, 2], [3, 4]],
        [[0, 0], [0, 1]],
        {"units": ["a"]},
        "labels_invalid",
        "1 unit labels",
    ),
    "equal labels": (
        [[1, 2], [3, 4]],
        [[0, 0], [0, 1]],
        {"times": [5, 5]},
        "labels_invalid",
        "must differ",
    ),
    "unknown library": (
        [[1, 2], [3, 4]],
        [[0, 0], [0, 1]],
        {"frame_backend": "panda"},
        "option_invalid",
        "'pandas'",
    ),
}


@pytest.mark.parametrize("kind", MATRICES)
def test_matrices_that_cannot_be_used(kind: str) -> None:
    Y, W, options, code, message = MATRICES[kind]
    with pytest.raises(TropError, match=message) as caught:
        tropanel.trop_matrix(Y, W, **options)
    assert caught.value.code == code
