"""Designs that cannot be used: each is refused with its code and what to do."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bad_input import Change, replace, set_value
from conftest import FIXED, ROLES, Columns, frame

import tropanel
from tropanel import TropError


def _noise(columns: Columns) -> list[float]:
    return np.random.default_rng(5).normal(size=len(columns["state"])).tolist()


def _add(name: str, values: Callable[[Columns], list[Any]]) -> Change:
    return replace(name, values)


def _both(*changes: Change) -> Change:
    def change(columns: Columns) -> Columns:
        for one in changes:
            columns = one(columns)
        return columns

    return change


def _keep(states: str) -> Change:
    def change(columns: Columns) -> Columns:
        rows = [k for k, u in enumerate(columns["state"]) if u in states]
        return {name: [values[k] for k in rows] for name, values in columns.items()}

    return change


def _as_it_is(columns: Columns) -> Columns:
    return columns


GIVEN = {"lambdas": FIXED, "inference": None}
ONE_EACH = {"time": [0.1], "unit": [0.1], "nn": [1.0]}

DESIGNS: dict[str, tuple[Change, dict[str, Any], str, str]] = {
    "unknown anchor": (_as_it_is, {"anchor": "pool"}, "option_invalid", "Did you mean 'pooled'"),
    "unknown time distance": (
        _as_it_is,
        {"time_distance": "calender"},
        "option_invalid",
        "Did you mean 'calendar'",
    ),
    "calendar of text": (
        lambda c: pd.DataFrame(c).assign(
            year=pd.Categorical([f"wave {'ABCDEF'[t - 2001]}" for t in c["year"]], ordered=True)
        ),
        {"time_distance": "calendar"},
        "calendar_missing",
        "needs numbers or dates, but 'year' holds 'wave A'",
    ),
    "missing covariate column": (
        _add("price", _noise),
        {"covariates": ["prise"]},
        "column_missing",
        "covariates: data has no column 'prise'. Did you mean 'price'",
    ),
    "covariates that are no names": (
        _as_it_is,
        {"covariates": [3]},
        "option_invalid",
        "covariates must be a list of names",
    ),
    "covariate given twice": (
        _add("price", _noise),
        {"covariates": ["price", "price"]},
        "columns_repeated",
        "covariates lists 'price' more than once",
    ),
    "covariate that is the outcome": (
        _as_it_is,
        {"covariates": ["sales"]},
        "columns_repeated",
        "'sales' is given as outcome and as a covariate",
    ),
    "covariate that repeats the outcome": (
        _add("copy", lambda c: list(c["sales"])),
        {"covariates": ["copy"]},
        "columns_repeated",
        "covariate 'copy' holds the same numbers as outcome 'sales'",
    ),
    "weights that are no name": (
        _as_it_is,
        {"average_weights": ["people"]},
        "option_invalid",
        "average_weights must be the name of one column",
    ),
    "covariate of text": (
        _add("price", lambda c: ["low" if u < "d" else "high" for u in c["state"]]),
        {"covariates": "price"},
        "covariate_not_numeric",
        "Covariate 'price' must be numeric.*'low'.*0 and 1 for each category",
    ),
    "covariate that is missing": (
        _both(_add("price", _noise), set_value("price", 9, None)),
        {"covariates": ["price"]},
        "covariate_missing",
        r"Covariate 'price' is missing.*\(state='b', year=2004\)",
    ),
    "infinite covariate": (
        _both(_add("price", _noise), set_value("price", 9, math.inf)),
        {"covariates": ["price"]},
        "covariate_missing",
        r"\(state='b', year=2004\)",
    ),
    "covariate that is constant within units": (
        _both(_add("price", _noise), _add("size", lambda c: [ord(u) for u in c["state"]])),
        {"covariates": ["price", "size"]},
        "covariate_constant",
        "covariate 'size' does not vary beyond unit and period effects",
    ),
    "collinear covariates": (
        _both(
            _add("price", _noise),
            _add("double", lambda c: [2 * x + t for x, t in zip(c["price"], c["year"])]),
        ),
        {"covariates": ["price", "double"]},
        "covariates_collinear",
        "covariate 'double' is a linear combination.*in order, price, double",
    ),
    "covariates without penalty": (
        _add("price", _noise),
        {"covariates": ["price"], "lambdas": {**FIXED, "nn": 0}},
        "covariates_without_penalty",
        "lambda_nn = 0 is not allowed with covariates",
    ),
    "missing column of weights": (
        _as_it_is,
        {"average_weights": "people"},
        "column_missing",
        "average_weights: data has no column 'people'",
    ),
    "weights of text": (
        _add("people", lambda c: ["many"] * 48),
        {"average_weights": "people"},
        "average_weights_not_numeric",
        "'people' must have a number in every row.*row 0",
    ),
    "missing weights": (
        _both(_add("people", lambda c: [1.0] * 48), set_value("people", 3, None)),
        {"average_weights": "people"},
        "average_weights_not_numeric",
        r"row 3 \(state='a', year=2004\)",
    ),
    "weights that vary": (
        _add("people", lambda c: [t if u == "c" else 1 for u, t in zip(c["state"], c["year"])]),
        {"average_weights": "people"},
        "average_weights_vary",
        "'people' varies within 'state' = 'c'",
    ),
    "negative weights": (
        _add("people", lambda c: [-2.0 if u == "h" else 1.0 for u in c["state"]]),
        {"average_weights": "people"},
        "weight_invalid",
        "'people' must be finite numbers >= 0, but is -2 for 'state' = 'h'",
    ),
    "weights that are all zero": (
        _add("people", lambda c: [0.0 if u in "gh" else 1.0 for u in c["state"]]),
        {"average_weights": "people"},
        "average_all_zero",
        "every treated unit has weight 0",
    ),
    "clusters that are no name": (
        _as_it_is,
        {"cluster": ["county"]},
        "option_invalid",
        "cluster must be the name of one column",
    ),
    "missing column of clusters": (
        _as_it_is,
        {"cluster": "county"},
        "column_missing",
        "cluster: data has no column 'county'",
    ),
    "missing clusters": (
        _both(_add("region", lambda c: ["x"] * 48), set_value("region", 3, None)),
        {"cluster": "region"},
        "cluster_missing",
        r"'region' is missing at .*row 3 \(state='a', year=2004\)",
    ),
    "clusters that vary": (
        _add("region", lambda c: [t if u == "c" else 1 for u, t in zip(c["state"], c["year"])]),
        {"cluster": "region"},
        "cluster_varies",
        "'region' varies within 'state' = 'c'",
    ),
    "unknown group": (
        _as_it_is,
        {"by": ["event_tme"]},
        "column_missing",
        "by: there is no column 'event_tme'.*Did you mean 'event_time'",
    ),
    "group given twice": (_as_it_is, {"by": ["unit", "unit"]}, "columns_repeated", "'unit' more"),
    "groups that are no names": (_as_it_is, {"by": 3}, "option_invalid", "by must be a list"),
    "groups without treated cells": (
        _add("region", lambda c: [None if u in "gh" else "east" for u in c["state"]]),
        {"by": ["region"]},
        "groups_empty",
        "'region' is missing in every treated cell",
    ),
    "mixed groups": (
        _add("region", lambda c: [1 if u == "g" else "east" for u in c["state"]]),
        {"by": ["region"]},
        "id_not_sortable",
        "'region' holds ids that cannot be put in order",
    ),
    "conformal with pooled": (
        _as_it_is,
        {"anchor": "pooled", "inference": "conformal"},
        "inference_impossible",
        "conformal inference means nothing here.*anchor cell",
    ),
    "placebo without controls": (
        _keep("agh"),
        {"inference": "placebo"},
        "inference_impossible",
        "placebo inference means nothing here: 2 treated units",
    ),
    "bootstrap of one treated unit": (
        _keep("abcdefg"),
        {"inference": "bootstrap"},
        "inference_impossible",
        "at least 2 ever-treated and 2 never-treated units, and there are 1 and 6",
    ),
    "retune with conformal": (
        _as_it_is,
        {"lambdas": None, "grids": ONE_EACH, "inference": "conformal", "retune": True},
        "inference_impossible",
        "lambdas could be chosen anew",
    ),
    "retune without inference": (
        _as_it_is,
        {"lambdas": None, "retune": True},
        "option_invalid",
        "without inference nothing is drawn",
    ),
    "retune of given lambdas": (
        _as_it_is,
        {"inference": "placebo", "retune": True},
        "option_invalid",
        "retune = true is about the search",
    ),
    "retune that is no switch": (
        _as_it_is,
        {"lambdas": None, "inference": "auto", "retune": 1},
        "option_invalid",
        "retune must be true or false",
    ),
    "pre_periods that is no switch": (
        _as_it_is,
        {"pre_periods": "yes"},
        "option_invalid",
        "pre_periods must be true or false",
    ),
    "adaptive search of given lambdas": (
        _as_it_is,
        {"search": "adaptive"},
        "option_invalid",
        "search = 'adaptive' is about the search for lambdas",
    ),
    "criterion of given lambdas": (
        _as_it_is,
        {"criterion": "loocv"},
        "option_invalid",
        "criterion = 'loocv' is about the search",
    ),
    "unknown criterion": (
        _as_it_is,
        {"lambdas": None, "criterion": "placebos"},
        "option_invalid",
        "Did you mean 'placebo_sets'",
    ),
    "one fold": (
        _as_it_is,
        {"lambdas": None, "grids": ONE_EACH, "criterion": "placebo_folds", "n_folds": 1},
        "placebo_sets_impossible",
        "1 folds are too few",
    ),
    "one placebo set": (
        _as_it_is,
        {"lambdas": None, "grids": ONE_EACH, "criterion": "placebo_sets", "n_placebo_sets": 1},
        "placebo_sets_impossible",
        "1 random sets are too few",
    ),
    "placebo sets without controls": (
        _keep("aghb"),
        {"lambdas": None, "grids": ONE_EACH, "criterion": "placebo_sets"},
        "placebo_sets_impossible",
        "but there are 2",
    ),
    "fractional number of folds": (
        _as_it_is,
        {"lambdas": None, "n_folds": 2.5},
        "option_invalid",
        "n_folds must be a whole number",
    ),
    "empty sample": (
        _as_it_is,
        {"lambdas": None, "grids": ONE_EACH, "max_cells": 0},
        "sample_empty",
        "max_cells",
    ),
}


@pytest.mark.parametrize("kind", DESIGNS)
def test_designs_that_cannot_be_used(kind: str, columns: Columns) -> None:
    change, options, code, message = DESIGNS[kind]
    with pytest.raises(TropError, match=message) as caught:
        tropanel.trop(frame(change(columns)), *ROLES, **{**GIVEN, **options})
    assert caught.value.code == code


WIDE: dict[str, tuple[dict[str, Any], str, str]] = {
    "covariates without names": ({"covariates": [[1.0]]}, "option_invalid", "must map names"),
    "covariate of another shape": (
        {"covariates": {"price": np.zeros((2, 2))}},
        "shape_mismatch",
        r"covariates\['price'\] is 2 x 2, but Y is 4 x 3",
    ),
    "covariate with a gap": (
        {"covariates": {"price": np.full((4, 3), np.nan)}},
        "covariate_missing",
        "Covariate 'price' is missing.*unit=0, time=0",
    ),
    "weights of another length": (
        {"average_weights": [1.0, 2.0]},
        "weights_length",
        "one number for each of the 4 units",
    ),
    "weights of text": ({"average_weights": ["a"] * 4}, "average_weights_not_numeric", "numbers"),
    "negative weight": ({"average_weights": [1, 1, 1, -1]}, "weight_invalid", "'unit' = 3"),
    "clusters of another length": (
        {"cluster": ["a", "b"]},
        "clusters_length",
        "one label for each of the 4 units, but has 2 entries",
    ),
    "clusters with a gap": (
        {"cluster": ["a", "b", None, "c"]},
        "cluster_missing",
        "'cluster' is missing at unit 2",
    ),
    "group that is not given": ({"by": ["region"]}, "column_missing", "no column 'region'"),
    "groups without names": (
        {"by": ["region"], "groups": ["east"]},
        "option_invalid",
        "groups must map names",
    ),
    "groups of another shape": (
        {"by": ["region"], "groups": {"region": ["east", "west"]}},
        "shape_mismatch",
        r"groups\['region'\] must have the shape of Y, 4 x 3",
    ),
}


@pytest.mark.parametrize("kind", WIDE)
def test_matrices_of_designs_that_cannot_be_used(kind: str) -> None:
    options, code, message = WIDE[kind]
    Y = [[1.0, 2.0, 3.0], [2.0, 3.0, 5.0], [0.0, 1.0, 2.5], [3.0, 3.5, 4.0]]
    W = [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 1]]
    with pytest.raises(TropError, match=message) as caught:
        tropanel.trop_matrix(Y, W, lambdas=FIXED, inference=None, **options)
    assert caught.value.code == code
