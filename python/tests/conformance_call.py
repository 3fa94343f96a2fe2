"""What a conformance case asks, asked of a backend."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tropanel import TropError
from tropanel._backends.protocol import NO_GROUP, Backend
from tropanel._backends.saved import load_saved, save_placebo_in_time
from tropanel._options import LAMBDA_NAMES

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "conformance"
SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

JsonObject = dict[str, Any]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


DEFAULTS = read(FOLDER / "defaults.json")


def _number(value: Any) -> float:
    return SPECIAL[value] if isinstance(value, str) else float(value)


def _floats(values: Any) -> Any:
    return np.array([_number(value) for value in values])


def _matrix(panel: JsonObject, name: str) -> Any:
    flat = [_number(value) for row in panel[name] for value in row]
    return np.array(flat).reshape(panel["n_units"], panel["n_periods"])


class Call:
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
        if "placebo_in_time" in self.given:
            window = self.given["placebo_in_time"].get("window")
            found = load_saved(save_placebo_in_time(found, {}, window, None))["analysis"]
        codes, texts, warn = map(list, zip(*found.notes())) if found.notes() else ([], [], [])
        words = found.words()
        lines = words["summary"].splitlines()
        tables = {name: _as_dict(table) for name, table in found.tables().items()}
        told: JsonObject = {
            "headline": words["headline"],
            "notes": texts,
            "summary": [line for line in lines if not line.startswith("Seconds")],
        }
        if "differences" in self.given:
            table, _, _, text = found.differences(self.given["differences"])
            tables["differences"] = _as_dict(table)
            told["differences"] = text.splitlines()
        if "bias_bounds" in self.given:
            asked = self.given["bias_bounds"]
            bounds = found.bias_bounds(asked["sizes"], asked.get("window"))
            tables["bias_bounds"], tables["bias_placebos"] = map(_as_dict, bounds[:2])
            told["bias_bounds"] = bounds[-1].splitlines()
        return {"notes": {"code": codes, "is_warning": warn}, "tables": tables, "words": told}

    def compare(self, backend: Backend) -> JsonObject:
        panel = backend.Panel(*self.matrices, **self.design, labels=self.given.get("labels"))
        own = {name: _option(value) for name, value in self.given.get("options", {}).items()}
        threads = {"threads": self.options["threads"]} if "threads" in self.options else {}
        rivals = self.given.get("estimator_options", {})
        found = panel.compare(self.given["estimators"], {**threads, **own}, rivals, [])
        return {
            "tables": {name: _as_dict(table) for name, table in found.tables().items()},
            "words": {"notes": found.notes(), "text": found.text().splitlines()},
        }

    def simulate(self, backend: Backend) -> JsonObject:
        panel = backend.Panel(*self.matrices, **self.design, labels=self.given.get("labels"))
        options = {name: _option(value) for name, value in self.given["options"].items()}
        if "threads" in self.options:
            options["threads"] = self.options["threads"]
        found = panel.simulation(self.given["study"], options).run(self.given["estimators"], {}, [])
        tables = {
            name: _as_dict(table)
            for name, table in found.tables().items()
            if name in ("simulation_by_rank", "simulation_generator")
        }
        del tables["simulation_by_rank"]["seconds"]
        lines = found.text().splitlines()
        words = {"notes": found.notes(), "sentence": found.sentence(), "text": lines}
        return {"tables": tables, "words": words}

    def power(self, backend: Backend) -> JsonObject:
        panel = backend.Panel(*self.matrices, **self.design, labels=self.given.get("labels"))
        options = {name: _option(value) for name, value in self.given["options"].items()}
        if "threads" in self.options:
            options["threads"] = self.options["threads"]
        found = panel.power(self.given["power"], options)
        tables = {name: _as_dict(table) for name, table in found.tables().items()}
        lines = found.text().splitlines()
        words = {"notes": found.notes(), "sentence": found.sentence(), "text": lines}
        return {"tables": tables, "words": words}

    def _panel(self, backend: Backend) -> Any:
        return backend.Panel(*self.matrices, **self.design)

    def _at(self, **more: Any) -> JsonObject:
        """Options of `Panel.analyze`, and of diagnostics."""
        names = ("tolerance", "max_iterations", "threads", "n_boot", "level", "seed")
        own = {name: self.options[name] for name in names if name in self.options}
        return {"lambdas": dict(zip(LAMBDA_NAMES, self.triple)), **own, **more}

    def _analyze(self, backend: Backend, inference: str | None) -> Any:
        pre = self.given.get("pre_periods", inference is None)
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
        percent = "percent" in expected["measure"]
        tables = {name: _as_dict(table) for name, table in found.tables(percent).items()}
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
    if "clusters" in design:
        design["clusters"] = np.array(design["clusters"], np.int64)
    if "donors" in design:
        ((kind, given),) = design["donors"].items()
        design["donors"] = np.array(given, np.int64 if kind == "groups" else np.bool_)
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


FUNCTIONS: dict[str, Callable[[Call, Backend], JsonObject]] = {
    "compute_unit_distance_matrix": Call.distance_matrix,
    "leave_period_out_distances": Call.distances,
    "default_grids": Call.grids,
    "weights": Call.weights,
    "pre_treatment_cells": Call.pre_treatment_cells,
    "estimate": Call.estimate,
    "cell_effects": Call.cell_effects,
    "loocv_grid_search": Call.search,
    "bootstrap_trop_variance": Call.bootstrap,
    "averages": Call.averages,
    "compare": Call.compare,
    "simulate": Call.simulate,
    "power": Call.power,
    "infer": Call.infer,
    "diagnose": Call.diagnose,
    "att_at": Call.att_at,
    "ablation": Call.ablation,
    "leave_one_out": Call.leave_one_out,
    "pre_treatment_fit": Call.pre_treatment_fit,
    "remarks": Call.remarks,
    "analyze": Call.analyze,
}


def _items(mapping: Any) -> Any:
    return mapping.items()
