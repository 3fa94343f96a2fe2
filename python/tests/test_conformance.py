"""The conformance cases that every language reads, and the core's defaults.

The format of the cases, and what a runner does, is in `tests/conformance/README.md`.
"""

from __future__ import annotations

import inspect
import math
import os
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conformance_call import DEFAULTS, FOLDER, FUNCTIONS, SPECIAL, Call, JsonObject, _floats, read

import tropanel
from tropanel import TropError, _core
from tropanel._backends import reference as _numpy
from tropanel._backends.protocol import NO_EVENT_TIME, Backend
from tropanel._options import Options

EXACT = os.environ.get("TROPANEL_EXACT_CASES")


CASES = [read(path) for path in sorted(Path(EXACT or FOLDER / "cases").glob("*.json"))]
#: Given lambdas that draws choose anew: in Python both come from a search.
OF_THE_CORE = {"infer_retuned", "infer_retuned_folds"}
CASES = [case for case in CASES if case["name"] not in OF_THE_CORE]
TOLERANCES = read(FOLDER / "tolerances.json")


def test_there_are_cases() -> None:
    assert len(CASES) >= 190


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: JsonObject) -> None:
    _compare(case, _answer(_core, case, _threads(case)), exact=bool(EXACT))


def _threads(case: JsonObject) -> int | None:
    """None if the case has its own, or the function none."""
    takes = case["function"] not in WITHOUT_THREADS
    return 3 if takes and "threads" not in case["arguments"] else None


WITHOUT_THREADS = {
    "leave_period_out_distances",
    "default_grids",
    "weights",
    "pre_treatment_cells",
    "diagnose",
    "remarks",
}


#: How a fit went, which the reference's own way of iterating decides.
OWN_WAY = {
    "iterations",
    "status",
    "gap",
    "max_gap",
    "n_uncertified",
    "rank",
    "converged",
    "effect_min",
    "effect_max",
}


#: Minutes of the reference's time; `test_core.py` compares them on panels of its own.
SLOW = {"loocv_grid_search", "bootstrap_trop_variance"}
#: Functions of which the reference answers a part: no percentages, no bands, few words.
PARTLY = {"averages", "infer", "analyze"}
LACKING = {"diagnose", "att_at", "ablation", "leave_one_out", "compare", "simulate", "power"}


def _is_lacking(case: JsonObject) -> bool:
    arguments = case["arguments"]
    design = arguments.get("design", {})
    return (
        case["function"] in LACKING
        or design.get("anchor", "cell") != "cell"
        or design.get("time_distance", "position") != "position"
        or not design.keys().isdisjoint({"average", "covariates", "groupings"})
        or arguments.get("criterion", "loocv") != "loocv"
        or arguments.get("method") == "adaptive"
    )


def _is_quick(case: JsonObject) -> bool:
    if "error" in case:
        # Positions are all that it looks at.
        return "calendar" not in case["arguments"].get("design", {})
    return case["function"] not in SLOW and case["arguments"].get("max_iterations", 500) >= 500


WHOLLY = [case for case in CASES if case["function"] not in PARTLY]
QUICK = [case for case in WHOLLY if not _is_lacking(case) and _is_quick(case)]
LACKED = [case for case in WHOLLY if _is_lacking(case)]


@pytest.mark.parametrize("case", QUICK, ids=[case["name"] for case in QUICK])
def test_the_reference_agrees(case: JsonObject) -> None:
    _compare(case, _answer(_numpy, case, None), exact=False, skip=OWN_WAY)


BOUNDED = [case for case in QUICK if "effects" in case.get("result", {})]


@pytest.mark.parametrize("case", BOUNDED, ids=[case["name"] for case in BOUNDED])
def test_intervals_of_the_reference_overlap(case: JsonObject) -> None:
    answer = _answer(_numpy, case, None)["result"]
    for table in ("effects", "not_estimable"):
        ours, theirs = answer[table], case["result"][table]
        slack = 1e-9 * case["scale"]
        low, high = _floats(theirs["effect_min"]), _floats(theirs["effect_max"])
        assert not (ours["effect_min"] > high + slack).any()
        assert not (ours["effect_max"] < low - slack).any()
        if table == "effects":
            found, exact = ours["effect"], _floats(theirs["effect"])
            assert ((low - slack <= found) & (found <= high + slack)).all()
            assert (ours["effect_min"] - slack <= exact).all()
            assert (exact <= ours["effect_max"] + slack).all()


@pytest.mark.parametrize("case", LACKED, ids=[case["name"] for case in LACKED])
def test_the_reference_says_what_it_lacks(case: JsonObject) -> None:
    assert _answer(_numpy, case, None) == {"error": "backend_lacks"}


def _answer(backend: Backend, case: JsonObject, threads: int | None) -> JsonObject:
    try:
        return {"result": FUNCTIONS[case["function"]](Call(case, threads), backend)}
    except TropError as error:
        return {"error": error.code}


def _compare(
    case: JsonObject, answer: JsonObject, *, exact: bool, skip: set[str] | None = None
) -> None:
    expected = {key: case[key] for key in ("result", "error") if key in case}
    near = _same_bits if exact else partial(_is_near, scale=case["scale"])
    differences: list[str] = []
    _differences("answer", expected, answer, near, skip or set(), differences)
    assert not differences, "\n".join(differences)


def _differences(
    key: str, expected: Any, found: Any, near: Callable[..., bool], skip: set[str], out: list[str]
) -> None:
    """Add to `out` what differs."""
    if key in skip:
        return
    if isinstance(found, np.ndarray):
        found = found.tolist()
    if isinstance(expected, dict) and isinstance(found, dict) and set(expected) == set(found):
        for name, value in expected.items():
            _differences(name, value, found[name], near, skip, out)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for first, second in zip(expected, found):
            _differences(key, first, second, near, skip, out)
    elif not _same(key, expected, found, near):
        out.append(f"{key}: {found!r} instead of {expected!r}")


def _same(key: str, expected: Any, found: Any, near: Callable[..., bool]) -> bool:
    if expected is None:
        return bool(found is None or found == NO_EVENT_TIME)
    if _is_number(found):
        if isinstance(expected, str):
            expected = SPECIAL.get(expected)
        return _is_number(expected) and near(key, float(expected), float(found))
    return type(expected) is type(found) and bool(expected == found)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same_bits(key: str, expected: float, found: float) -> bool:
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    return struct.pack("d", expected) == struct.pack("d", found)


def _is_near(key: str, expected: float, found: float, scale: float) -> bool:
    if expected == found or not (math.isfinite(expected) and math.isfinite(found)):
        return expected == found or (math.isnan(expected) and math.isnan(found))
    terms = TOLERANCES.get(key, {})
    allowed = (
        terms.get("relative", 0) * abs(expected)
        + terms.get("scaled", 0) * scale
        + terms.get("absolute", 0)
    )
    return bool(abs(expected - found) <= allowed)


@pytest.mark.parametrize(
    ("expected", "found", "number"),
    [
        ({"a": 1}, {"a": 1, "b": 1}, 1),
        ([1.0], [1.0, 1.0], 1),
        ([1.0], np.array([1.0]), 0),
        ([0.0], np.array([-0.0]), 1),
        (1.0, np.nextafter(1.0, 2.0), 1),
        ("NaN", math.nan, 0),
        ("Infinity", -math.inf, 1),
        ("Infinity", "Infinity", 0),
        (1, True, 1),
        (True, True, 0),
        (None, NO_EVENT_TIME, 0),
        (None, 0, 1),
        ("solved", "max_iterations", 1),
    ],
)
def test_a_comparison_notices_what_differs(expected: Any, found: Any, number: int) -> None:
    differences: list[str] = []
    _differences("answer", expected, found, _same_bits, set(), differences)
    assert len(differences) == number


def test_a_tolerance_is_what_the_file_says() -> None:
    assert TOLERANCES["effect"] == {"scaled": 1e-6}
    assert _is_near("effect", 1.0, 1.0 + 1.9e-6, scale=2.0)
    assert not _is_near("effect", 1.0, 1.0 + 2.1e-6, scale=2.0)
    assert not _is_near("observed", 1.0, 1.0 + 1e-15, scale=2.0)


@pytest.mark.parametrize("backend", [_core, _numpy])
def test_defaults_of_the_backends(backend: Backend) -> None:
    found = dict(backend.defaults())
    found["method"] = found.pop("search")
    shared = {name: found[name] for name in DEFAULTS}
    assert shared == {**DEFAULTS, "seed": int(DEFAULTS["seed"])}


def test_both_backends_have_the_same_options() -> None:
    assert _numpy.defaults() == _core.defaults()
    #: Accuracy and resources; `n_jobs` is what `trop` calls the threads.
    own = {"threads", "tolerance", "loocv_tolerance", "max_iterations", "abandon"}
    assert set(Options.__annotations__) == set(_core.defaults()) - own


#: Public parameters by the names of the defaults.
PARAMETERS = {
    "search": "method",
    "method": "method",
    "criterion": "criterion",
    "n_placebo_sets": "n_placebo_sets",
    "n_folds": "n_folds",
    "inference": "inference",
    "max_cells": "max_cells",
    "abandon": "abandon",
    "n_boot": "n_boot",
    "n_bootstrap": "n_boot",
    "level": "level",
    "seed": "seed",
    "n_jobs": "threads",
    "threads": "threads",
}


SEARCHES = (_core.search, _numpy.search)
CRITERION = {"criterion", "n_placebo_sets", "n_folds"}


@pytest.mark.parametrize(
    "function",
    [
        *filter(inspect.isroutine, (getattr(tropanel, name) for name in tropanel.__all__)),
        *(getattr(_core, name) for name in dir(_core) if name.islower() and name[0] != "_"),
        *(getattr(_numpy, name) for name in _numpy.__all__ if name.islower()),
    ],
    ids=lambda function: f"{function.__module__}.{function.__name__}",
)
def test_defaults_of_signatures(function: Callable[..., Any]) -> None:
    parameters = inspect.signature(function).parameters.values()
    for parameter in parameters:
        if parameter.name in PARAMETERS and parameter.default is not parameter.empty:
            expected = DEFAULTS[PARAMETERS[parameter.name]]
            expected = int(expected) if parameter.name == "seed" else expected
            if function in SEARCHES and parameter.name in CRITERION:
                expected = None  # the backend's own
            assert parameter.default == expected, parameter.name
            assert type(parameter.default) is type(expected), parameter.name
        if parameter.name in ("tolerance", "max_iterations"):
            assert parameter.default is None  # the backend's own
