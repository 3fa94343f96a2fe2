"""The conformance cases that every language reads, and the core's defaults.

The format of the cases, and what a runner does, is in `tests/conformance/README.md`.
"""

from __future__ import annotations

import inspect
import json
import math
import os
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tropanel
from tropanel import TropError, _core
from tropanel._backends import reference as _numpy
from tropanel._backends.protocol import NO_EVENT_TIME, NO_GROUP, Backend
from tropanel._options import LAMBDA_NAMES, Options

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "conformance"
EXACT = os.environ.get("TROPANEL_EXACT_CASES")
SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

JsonObject = dict[str, Any]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


CASES = [_read(path) for path in sorted(Path(EXACT or FOLDER / "cases").glob("*.json"))]
#: Given lambdas that draws choose anew: in Python both come from a search.
OF_THE_CORE = {"infer_retuned", "infer_retuned_folds"}
CASES = [case for case in CASES if case["name"] not in OF_THE_CORE]
TOLERANCES = _read(FOLDER / "tolerances.json")
DEFAULTS = _read(FOLDER / "defaults.json")


def test_there_are_cases() -> None:
    assert len(CASES) >= 190


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: JsonObject) -> None:
    for threads in _threads(case):
        _compare(case, _answer(_core, case, threads), exact=bool(EXACT))


def _threads(case: JsonObject) -> list[int | None]:
    """One call without a number of threads if the case has its own, or the function none."""
    takes = case["function"] not in WITHOUT_THREADS
    return [1, 3] if takes and "threads" not in case["arguments"] else [None]


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
LACKING = {"diagnose", "att_at", "ablation", "leave_one_out"}


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
        return {"result": FUNCTIONS[case["function"]](_Call(case, threads), backend)}
    except TropError as error:
        return {"error": error.code}


def _number(value: Any) -> float:
    return SPECIAL[value] if isinstance(value, str) else float(value)


def _floats(values: Any) -> Any:
    return np.array([_number(value) for value in values])


def _matrix(panel: JsonObject, name: str) -> Any:
    flat = [_number(value) for row in panel[name] for value in row]
    return np.array(flat).reshape(panel["n_units"], panel["n_periods"])


class _Call:
    """A case's panel and arguments, as a backend takes them."""

    def __init__(self, case: JsonObject, threads: int | None) -> None:
        self.case = case
        self.given = given = case["arguments"]
        panel = case["panel"]
        self.matrices = _matrix(panel, "outcome"), _matrix(panel, "treatment")
        lambdas = given.get("lambdas", {})
        self.triple = [_number(lambdas[name]) for name in LAMBDA_NAMES if name in lambdas]
        self.target = [given[name] for name in ("unit", "period") if name in given]
        self.options: JsonObject = {
            name: int(value) if name == "seed" else value
            for name, value in given.items()
            if name in DEFAULTS
        }
        if threads is not None:
            self.options["threads"] = threads
        self.design: JsonObject = (
            {"design": _design(given["design"], *self.matrices[0].shape)}
            if "design" in given
            else {}
        )

    def settings(self) -> JsonObject:
        """Options of the solver and the design, as every function takes them."""
        names = ("tolerance", "max_iterations", "threads")
        chosen = {name: self.options[name] for name in names if name in self.options}
        return {**chosen, **self.design}

    def distance_matrix(self, backend: Backend) -> JsonObject:
        return {"distance": backend.compute_unit_distance_matrix(*self.matrices, **self.options)}

    def distances(self, backend: Backend) -> JsonObject:
        return {"distance": backend.leave_period_out_distances(*self.matrices, *self.target)}

    def grids(self, backend: Backend) -> JsonObject:
        found = backend.default_grids(*self.matrices, **self.design)
        return {f"grid_{name}": grid for name, grid in _items(found)}

    def weights(self, backend: Backend) -> JsonObject:
        found = backend.weights(*self.matrices, *self.target, *self.triple, **self.design)
        return {f"{name}_weights": weights for name, weights in _items(found)}

    def pre_treatment_cells(self, backend: Backend) -> JsonObject:
        return dict(backend.pre_treatment_cells(*self.matrices))

    def estimate(self, backend: Backend) -> JsonObject:
        found: JsonObject = dict(
            backend.estimate(*self.matrices, *self.triple, pre_effects=False, **self.settings())
        )
        assert found.pop("pre") is None
        effects = self._of_covariates(found.pop("treated"))
        return {**self._of_covariates(found), "effects": effects}

    def _of_covariates(self, found: Any) -> JsonObject:
        """Coefficients only where there are covariates, as the cases have it."""
        found = dict(found)
        if "covariates" not in self.given.get("design", {}):
            assert np.size(found.pop("coefficients")) == 0
        return found

    def cell_effects(self, backend: Backend) -> JsonObject:
        cells = [np.array(self.given["cells"][name], np.uint64) for name in ("unit", "period")]
        found = backend.cell_effects(*self.matrices, *cells, *self.triple, **self.settings())
        return {**found, "effects": self._of_covariates(found["effects"])}

    def search(self, backend: Backend) -> JsonObject:
        grids = self.given.get("grids")
        if grids is None:
            grids = backend.default_grids(*self.matrices, **self.design)
        options = {"method": DEFAULTS["method"], **self.options, **_candidates(grids)}
        found: JsonObject = dict(backend.search(*self.matrices, **options, **self.design))
        names = {"lambda": "lambda_name", "upper": "upper", "value": "value"}
        edges = {name: [edge[own] for edge in found["edges"]] for name, own in names.items()}
        return {**found, "edges": edges}

    def bootstrap(self, backend: Backend) -> JsonObject:
        options = {"n_boot": DEFAULTS["n_boot"], **self.options, **self.design}
        found: JsonObject = dict(backend.bootstrap(*self.matrices, *self.triple, **options))
        interval = [found.pop("ci_lower"), found.pop("ci_upper")]
        return {**found, "ci": interval}

    def analyze(self, backend: Backend) -> JsonObject:
        panel = backend.Panel(*self.matrices, **self.design, labels=self.given.get("labels"))
        own = {name: _option(value) for name, value in self.given.get("options", {}).items()}
        threads = {"threads": self.options["threads"]} if "threads" in self.options else {}
        found = panel.analyze({**threads, **own})
        codes, texts, warn = map(list, zip(*found.notes())) if found.notes() else ([], [], [])
        words = found.words()
        lines = words["summary"].splitlines()
        return {
            "notes": {"code": codes, "is_warning": warn},
            "tables": {name: _as_dict(table) for name, table in found.tables().items()},
            "words": {
                "headline": words["headline"],
                "notes": texts,
                "summary": [line for line in lines if not line.startswith("Seconds")],
            },
        }

    def _panel(self, backend: Backend) -> Any:
        return backend.Panel(*self.matrices, **self.design)

    def _at(self, **more: Any) -> JsonObject:
        """Options of `Panel.analyze`, and of diagnostics."""
        names = ("tolerance", "max_iterations", "threads", "n_boot", "level", "seed")
        own = {name: self.options[name] for name in names if name in self.options}
        return {"lambdas": dict(zip(LAMBDA_NAMES, self.triple)), **own, **more}

    def _analyze(self, backend: Backend, inference: str | None) -> Any:
        pre = self.given.get("pre_periods", False)
        options = self._at(inference=inference, pre_periods=pre)
        found = self._panel(backend).analyze(options)
        if found.no_inference() is not None:
            raise TropError(found.no_inference(), "")
        return found

    def averages(self, backend: Backend) -> JsonObject:
        expected = self.case["result"]["averages"]
        return {"averages": self._numbers(self._analyze(backend, None), expected)}

    def infer(self, backend: Backend) -> JsonObject:
        method = self.given.get("inference", DEFAULTS["inference"])
        found = self._analyze(backend, method)
        table = self._numbers(found, self.case["result"]["table"]) if "result" in self.case else {}
        return {**found.inference(), "table": table}

    def _numbers(self, found: Any, expected: JsonObject) -> JsonObject:
        """The rows of the tables of averages and coefficients that the case has, in its order.

        Others are of cells before treatment, which the case does not have.
        """
        tables = {name: _as_dict(table) for name, table in found.tables().items()}
        of_mean, of_slope = tables["averages"], tables["coefficients"]
        keys = list(zip(of_mean["by"], of_mean["group"], of_mean["measure"]))
        names = [_grouping_name(k, each) for k, each in enumerate(self.groupings())]
        rows: JsonObject = {name: [] for name in expected}
        for grouping, code, measure in zip(
            expected["grouping"], expected["code"], expected["measure"]
        ):
            if measure == "coefficient":
                row = {name: of_slope[name][code] for name in set(expected) & set(of_slope)}
                row |= {"value": of_slope["coefficient"][code], "n_cells": of_mean["n_cells"][0]}
                row |= {f"band_{end}": row.get(f"ci_{end}") for end in ("lower", "upper")}
            else:
                all_cells = grouping is None
                key = ("all", "all") if all_cells else (names[grouping], str(code))
                at = keys.index((*key, measure))
                row = {name: of_mean[name][at] for name in set(expected) & set(of_mean)}
                row["value"] = of_mean["estimate"][at]
            row |= {"grouping": grouping, "code": code, "measure": measure}
            for name in expected:
                rows[name].append(row[name])
        return {name: _plain(values) for name, values in rows.items()}

    def groupings(self) -> list[Any]:
        found: list[Any] = self.design.get("design", {}).get("groupings", [])
        return found

    def diagnose(self, backend: Backend) -> JsonObject:
        found = dict(self._panel(backend).diagnose(*self.target, self._at()))
        for name, own in (("unit", "unit"), ("time", "period")):
            found[f"{own}_weights"] = _as_dict(found.pop(name))["weight"]
        for name in ("unit", "time"):
            found[f"{name}_imbalance_norm"] = found.pop(f"{name}_imbalance")
        components = _as_dict(found.pop("components"))
        assert components.pop("component").tolist() == list(range(1, found["rank"] + 1))
        singular = {"singular_values": components.pop("singular_value")}
        return {**found, **components, **singular}

    def att_at(self, backend: Backend) -> JsonObject:
        candidates = [_floats(self.given["candidates"][name]) for name in LAMBDA_NAMES]
        options = self._at()
        del options["lambdas"]
        return dict(self._panel(backend).att_at(*candidates, options))

    def ablation(self, backend: Backend) -> JsonObject:
        found = _as_dict(self._panel(backend).ablation(self._at()))
        del found["label"]
        return found

    def leave_one_out(self, backend: Backend) -> JsonObject:
        found = _as_dict(self._panel(backend).leave_one_out(self._at(), 0.0))
        np.testing.assert_array_equal(found.pop("change"), found["att"])
        return found

    def pre_treatment_fit(self, backend: Backend) -> JsonObject:
        found = self._analyze(backend, None)
        n_cells, mean, rmse = found.pre_fit()
        by_unit = _as_dict(found.tables()["pre_fit"])
        del by_unit["certified"]
        return {"n_cells": n_cells, "mean": mean, "rmse": rmse, "by_unit": by_unit}

    def remarks(self, backend: Backend) -> JsonObject:
        found = self._panel(backend).remarks()
        return {"code": [code for code, _ in found], "message": [text for _, text in found]}


def _option(value: Any) -> Any:
    """An option as Python has it: infinities are no texts."""
    if isinstance(value, dict):
        return {name: _option(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_number(item) for item in value]
    return SPECIAL.get(value, value) if isinstance(value, str) else value


def _as_dict(columns: Any) -> JsonObject:
    return {name: values for name, _, values in columns}


def _plain(values: list[Any]) -> list[Any]:
    return [value.item() if isinstance(value, np.generic) else value for value in values]


def _grouping_name(k: int, given: Any) -> str:
    return given if isinstance(given, str) else f"grouping {k}"


def _candidates(grids: Any) -> JsonObject:
    return {f"grid_{name}": _floats(grid) for name, grid in _items(grids)}


def _design(given: JsonObject, n: int, t: int) -> JsonObject:
    """A case's design, as a backend takes it."""
    design = dict(given)
    for name in ("calendar", "average"):
        if name in design:
            design[name] = _floats(design[name])
    if "covariates" in design:
        cells = [_number(x) for matrix in design["covariates"] for row in matrix for x in row]
        design["covariates"] = np.array(cells).reshape(-1, n, t)
    if "groupings" in design:
        design["groupings"] = [_grouping(each) for each in design["groupings"]]
    return design


def _grouping(given: Any) -> Any:
    if isinstance(given, str):
        return "time" if given == "period" else given
    return np.array([[NO_GROUP if x is None else x for x in row] for row in given], np.int64)


FUNCTIONS: dict[str, Callable[[_Call, Backend], JsonObject]] = {
    "compute_unit_distance_matrix": _Call.distance_matrix,
    "leave_period_out_distances": _Call.distances,
    "default_grids": _Call.grids,
    "weights": _Call.weights,
    "pre_treatment_cells": _Call.pre_treatment_cells,
    "estimate": _Call.estimate,
    "cell_effects": _Call.cell_effects,
    "loocv_grid_search": _Call.search,
    "bootstrap_trop_variance": _Call.bootstrap,
    "averages": _Call.averages,
    "infer": _Call.infer,
    "diagnose": _Call.diagnose,
    "att_at": _Call.att_at,
    "ablation": _Call.ablation,
    "leave_one_out": _Call.leave_one_out,
    "pre_treatment_fit": _Call.pre_treatment_fit,
    "remarks": _Call.remarks,
    "analyze": _Call.analyze,
}


def _items(mapping: Any) -> Any:
    return mapping.items()


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
