"""Input that cannot be used: for each kind the code of the error, and what its message says."""

from __future__ import annotations

import datetime
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from bad_input import rename, replace, set_value
from conftest import FIXED, ROLES, Columns, frame
from test_bad_designs import DESIGNS, WIDE

import tropanel
from tropanel import TropError

DATA = {
    "infinite outcome": (
        set_value("sales", 7, math.inf),
        "outcome_infinite",
        r"'sales' is infinite or beyond 1e100 at row 7 \(state='b', year=2002\) with inf",
    ),
    "text outcome": (
        replace("sales", lambda c: ["n/a" if k == 2 else str(y) for k, y in enumerate(c["sales"])]),
        "outcome_not_numeric",
        r"'sales' must be numeric.*row 2 \(state='a', year=2003\) with 'n/a' \(rows",
    ),
    "one text among numbers": (
        set_value("sales", 2, "n/a"),
        "outcome_not_numeric",
        r"row 2 \(state='a', year=2003\) with 'n/a' \(rows",
    ),
    "treatment of 2": (
        set_value("law", 4, 2),
        "treatment_not_binary",
        r"'law' must be 0 or 1.*row 4 \(state='a', year=2005\) with 2",
    ),
    "treatment of two other values": (
        replace("law", lambda c: [d + 1 for d in c["law"]]),
        "treatment_not_binary",
        "It has two values: recode them to 0 and 1",
    ),
    "period of adoption": (
        replace("law", lambda c: [2004 if u in "gh" else 0 for u in c["state"]]),
        "treatment_not_binary",
        "period of adoption",
    ),
    "text treatment": (
        replace("law", lambda c: ["yes" if d else "no" for d in c["law"]]),
        "treatment_not_binary",
        r"row 0 \(state='a', year=2001\) with 'no'.*Recode it to 0 and 1",
    ),
    "missing treatment": (
        set_value("law", 3, None),
        "treatment_missing",
        r"'law' is missing where outcome 'sales' is observed: row 3 \(state='a', year=2004\)",
    ),
    "duplicate row": (
        lambda c: {name: [*values, values[9]] for name, values in c.items()},
        "duplicate_rows",
        r"row 9 \(state='b', year=2004\), row 48 \(state='b', year=2004\)",
    ),
    "missing unit": (
        set_value("state", 5, None),
        "id_missing",
        r"'state' is missing in 1 row: row 5 \(state=.*, year=2006\)",
    ),
    "missing period": (
        set_value("year", 11, math.nan),
        "id_missing",
        r"'year' is missing in 1 row: row 11 \(state='b', year=nan\)",
    ),
    "mixed unit ids": (
        set_value("state", 6, 17),
        "id_mixed_types",
        r"'state' mixes number and text.*row 0 \(state='a'.*row 6 \(state=17",
    ),
    "mixed periods": (
        replace("year", lambda c: [True if t == 2001 else t for t in c["year"]]),
        "id_mixed_types",
        "'year' mixes bool and number",
    ),
    "ids without order": (
        replace("state", lambda c: [complex(ord(u), 1) for u in c["state"]]),
        "id_not_sortable",
        "'state' holds ids that cannot be put in order",
    ),
    "periods as text": (
        replace("year", lambda c: [("early", "mid", "late")[(t - 2001) // 2] for t in c["year"]]),
        "time_order_ambiguous",
        r"'year' holds texts without a plain order in time, such as 'early', 'late', 'mid'",
    ),
    "nothing treated": (
        replace("law", lambda c: [0] * 48),
        "no_treated_cell",
        "'law' is 0 wherever outcome 'sales' is observed",
    ),
    "everything treated": (
        replace("law", lambda c: [True] * 48),
        "no_control_cell",
        "'law' is 1 wherever outcome 'sales' is observed",
    ),
    "treatment marks the group": (
        replace("law", lambda c: [int(u in "gh") for u in c["state"]]),
        "treatment_constant",
        "as if it marked the treated group",
    ),
    "treatment marks the time after": (
        replace("law", lambda c: [int(t > 2004) for t in c["year"]]),
        "treatment_constant",
        "as if it marked the time after adoption",
    ),
    "unit without outcomes": (
        replace(
            "sales", lambda c: [None if u == "c" else y for u, y in zip(c["state"], c["sales"])]
        ),
        "unit_all_missing",
        "No observed outcome 'sales' for 'state' = 'c'",
    ),
    "period without outcomes": (
        replace(
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
        rename("sales", "salse"),
        "column_missing",
        "outcome: data has no column 'sales'. Did you mean 'salse'",
    ),
    "column that nothing resembles": (
        rename("law", "xyz"),
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
    "misspelt search": ({"search": "decsent"}, "option_invalid", "Did you mean 'descent'"),
    "misspelt backend": ({"backend": "nunpy"}, "option_invalid", "Did you mean 'numpy'"),
    "unknown inference": ({"inference": "jackknive"}, "option_invalid", "mean 'jackknife'"),
    "lambdas as a tuple": ({"lambdas": (1, 2, 3)}, "lambdas_invalid", "3. has no names"),
    "lambdas lacking one": (
        {"lambdas": {"time": 1, "unit": 1}},
        "lambdas_invalid",
        "'nn' is lacking",
    ),
    "lambdas with another key": (
        {"lambdas": {**FIXED, "lambda_tme": 1}},
        "lambdas_invalid",
        "'lambda_tme' is none of them.*Did you mean 'time'",
    ),
    "bool as lambda": ({"lambdas": {**FIXED, "nn": True}}, "lambdas_invalid", "'nn' is true"),
    "text as lambda": ({"lambdas": {**FIXED, "nn": "1"}}, "lambdas_invalid", "'nn' is '1'"),
    "negative lambda": (
        {"lambdas": {**FIXED, "time": -1}},
        "lambda_invalid",
        "lambda_time = -1 is not",
    ),
    "NaN as lambda": ({"lambdas": {**FIXED, "nn": math.nan}}, "lambda_invalid", "lambda_nn = NaN"),
    "infinite unit lambda": (
        {"lambdas": {**FIXED, "unit": math.inf}},
        "lambda_invalid",
        "lambda_unit = inf is not allowed",
    ),
    "lambdas and grids": (
        {"lambdas": FIXED, "grids": {"nn": [1.0]}},
        "option_invalid",
        "grids = .* is about the search for lambdas, and lambdas are given",
    ),
    "grids as a list": ({"grids": [1, 2]}, "grids_invalid", "2. has no names"),
    "grid of text": ({"grids": {"nn": ["a"]}}, "grids_invalid", "'nn' is .* not a list"),
    "grid of one number": ({"grids": {"nn": 1.0}}, "grids_invalid", "not a list of numbers"),
    "grid with another key": ({"grids": {"n": [1]}}, "grids_invalid", "'n' is none of them"),
    "empty grid": ({"grids": {"nn": []}}, "grid_empty", "nn"),
    "repeated value in a grid": ({"grids": {"time": [1, 1]}}, "grid_duplicate", "time"),
    "negative seed": ({"seed": -1}, "seed_out_of_range", "-1 is not allowed.*from 0 to 2.64 - 1"),
    "seed too large": ({"seed": 2**64}, "seed_out_of_range", "18446744073709551616 is not allowed"),
    "float as seed": ({"seed": 1.0}, "option_invalid", "seed must be a whole number"),
    "bool as seed": ({"seed": True}, "option_invalid", "seed must be a whole number"),
    "one draw": ({"n_boot": 1}, "draws_too_few", "1 bootstrap draws give"),
    "level in percent": ({"level": 95}, "level_out_of_range", "level = 95 is not.*such as 0.95"),
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


#: Values that no option may turn into another number, or into an error of another kind.
HUGE: dict[str, tuple[dict[str, Any], str]] = {
    "seed": ({"seed": 10**400}, "seed_out_of_range"),
    "seed of many digits": ({"seed": 10**5000}, "seed_out_of_range"),
    "seed below": ({"seed": -(10**400)}, "seed_out_of_range"),
    "NumPy seed": ({"seed": np.int64(-1)}, "seed_out_of_range"),
    "draws": ({"n_boot": 10**400}, "option_invalid"),
    "negative draws": ({"n_boot": -3}, "option_invalid"),
    "sets": ({"n_placebo_sets": 2**64}, "option_invalid"),
    "folds": ({"n_folds": np.int32(-1)}, "option_invalid"),
    "cells": ({"max_cells": -1}, "option_invalid"),
    "level": ({"level": 10**400}, "option_invalid"),
    "NumPy level": ({"level": np.float32(1.5)}, "level_out_of_range"),
    "fraction": ({"level": Fraction(10**400)}, "option_invalid"),
    "lambda": ({"lambdas": {**FIXED, "nn": 10**400}}, "lambdas_invalid"),
    "grid": ({"grids": {"nn": [10**400]}}, "grids_invalid"),
    "threads": ({"n_jobs": 10**400}, "option_invalid"),
    "vector": ({"level": np.array([0.9])}, "option_invalid"),
    "bytes": ({"search": b"grid"}, "option_invalid"),
}


@pytest.mark.parametrize("kind", HUGE)
def test_huge_and_strange_numbers(kind: str, columns: Columns) -> None:
    options, code = HUGE[kind]
    with pytest.raises(TropError) as caught:
        tropanel.trop(frame(columns), *ROLES, **options)
    assert caught.value.code == code


def test_numbers_of_numpy_are_numbers(columns: Columns) -> None:
    given = {"lambdas": FIXED, "inference": "bootstrap"}
    plain = tropanel.trop(frame(columns), *ROLES, n_boot=9, level=0.5, seed=3, **given)
    options = {"n_boot": np.int16(9), "level": np.float32(0.5), "seed": np.uint64(3)}
    again = tropanel.trop(
        frame(columns),
        *ROLES,
        pre_periods=np.bool_(True),
        retune=np.bool_(False),
        **options,
        **given,
    )
    assert again.averages.equals(plain.averages)


def test_every_tested_code_is_in_the_table() -> None:
    tested = {code for _, code, _ in [*DATA.values(), *OPTIONS.values(), *WIDE.values()]}
    tested |= {code for _, _, code, _ in DESIGNS.values()}
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
