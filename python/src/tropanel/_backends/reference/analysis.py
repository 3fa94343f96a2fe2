"""The whole way in one call: search, estimate, inference, and the tables of all that."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ..._errors import TropError
from ..treatment import fill_treatment
from . import averages, words
from .design import lacks, read_design
from .distance import weights
from .estimation import estimate
from .inference import choose_inference, infer
from .options import Options, read_options, read_triple
from .remarks import remarks
from .search import default_grids, search

if TYPE_CHECKING:
    from ..handles import (
        Columns,
        ComparisonHandle,
        Inference,
        Labels,
        PlanHandle,
        StudyHandle,
        Words,
    )
    from ..protocol import Cells, Design, Estimate, Floats, Ints, Monitor, Search

#: Where inference="auto" finds nothing that means something for the data.
NO_METHOD = ("inference_impossible", "too_few_draws", "too_few_treated_units")

#: The functions that make the steps of an analysis.
STEPS = SimpleNamespace(
    remarks=remarks,
    choose_inference=choose_inference,
    default_grids=default_grids,
    search=search,
    estimate=estimate,
    infer=infer,
    weights=weights,
)


class Panel:
    """Outcomes and treatments, and what is asked of them; `steps` has a backend's functions."""

    steps: Any

    def __init__(
        self,
        Y: Floats,
        W: Floats | None,
        design: Design | None = None,
        labels: Labels | None = None,
    ) -> None:
        read_design(design)
        if W is None:
            lacks("panels before anything is treated")
        self.matrices = (Y, fill_treatment(W))
        self.given = W
        self.design = design
        self.labels: Labels = labels or {}
        self.steps = STEPS

    def remarks(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = self.steps.remarks(
            self.matrices[0], self.given, design=self.design
        )
        return found

    def weights(self, unit: int, period: int, options: dict[str, Any]) -> tuple[Columns, Columns]:
        found = self.steps.weights(*self.matrices, unit, period, *read_triple(options))
        return (
            _weights_table("unit", "unit", found["unit"]),
            _weights_table("time", "period", found["period"]),
        )

    def diagnose(self, unit: int, period: int, options: dict[str, Any]) -> Any:
        lacks("diagnose")

    def att_at(self, time: Floats, unit: Floats, nn: Floats, options: dict[str, Any]) -> Any:
        lacks("the ATT at several lambdas")

    def ablation(self, options: dict[str, Any]) -> Columns:
        lacks("ablation")

    def leave_one_out(self, options: dict[str, Any], att: float) -> Columns:
        lacks("leave_one_out")

    def compare(self, *_: Any) -> ComparisonHandle:
        lacks("comparisons of estimators")

    def simulation(self, *_: Any) -> PlanHandle:
        lacks("simulations")

    def power(self, *_: Any) -> StudyHandle:
        lacks("power")

    def analyze(self, options: dict[str, Any], monitor: Monitor | None = None) -> Analysis:
        return _Way(self, read_options(options), monitor).go()


class _Way:
    """The steps of one analysis, and the seconds they took."""

    def __init__(self, panel: Panel, options: Options, monitor: Monitor | None) -> None:
        self.panel, self.options = panel, options
        self.settings: dict[str, Any] = {
            "threads": options.threads, "monitor": monitor, "design": panel.design,
        }  # fmt: skip
        self.timings: dict[str, float] = {}

    def go(self) -> Analysis:
        self._check_inference()
        search = None if self.options.lambdas is not None else self._search()
        lambdas = self.options.lambdas or {
            name: cast("Any", search)[f"lambda_{name}"] for name in ("time", "unit", "nn")
        }
        fit = self._estimate(lambdas)
        try:
            inference, without = self._infer(lambdas, fit), None
        except TropError as error:
            if error.code != "too_few_draws" and not self._finds_no_method(error):
                raise
            inference, without = None, error
        return Analysis(
            self.panel, self.options, lambdas, search, fit, inference, without, self.timings
        )

    def _finds_no_method(self, error: TropError) -> bool:
        return self.options.inference == "auto" and error.code in NO_METHOD

    def _check_inference(self) -> None:
        """Refuse what means nothing for the panel before a search takes its time."""
        if self.options.inference is None:
            return
        try:
            self.panel.steps.choose_inference(
                *self.panel.matrices,
                method=self.options.inference,
                n_boot=self.options.n_boot,
                level=self.options.level,
            )
        except TropError as error:
            if not self._finds_no_method(error):
                raise

    def _search(self) -> Search:
        with self._timed("search"):
            default = self.panel.steps.default_grids(*self.panel.matrices)
            grids = {**default, **(self.options.grids or {})}
            found: Search = self.panel.steps.search(
                *self.panel.matrices,
                method=self.options.search,
                criterion=self.options.criterion,
                max_cells=self.options.max_cells,
                seed=self.options.seed,
                **{f"grid_{name}": grid for name, grid in grids.items()},
                **self.settings,
            )
        return found

    def _estimate(self, lambdas: dict[str, float]) -> Estimate:
        with self._timed("estimate"):
            triple = (lambdas["time"], lambdas["unit"], lambdas["nn"])
            fit: Estimate = self.panel.steps.estimate(
                *self.panel.matrices, *triple, pre_effects=self.options.pre_periods, **self.settings
            )
        return fit

    def _infer(self, lambdas: dict[str, float], fit: Estimate) -> Any:
        if self.options.inference is None:
            return None
        with self._timed("inference"):
            return self.panel.steps.infer(
                *self.panel.matrices,
                fit,
                lambdas,
                self.options,
                **self.settings,
            )

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.timings[step] = time.perf_counter() - start


@dataclass(frozen=True)
class Analysis:
    """What an analysis found."""

    panel: Panel
    options: Options
    lambdas: dict[str, float]
    search: Search | None
    fit: Estimate
    inferred: Any
    without: TropError | None
    timings: dict[str, float]

    def facts(self) -> dict[str, Any]:
        Y, W = self.panel.matrices
        treated = int((W == 1).any(axis=1).sum())
        se, lower, upper, p_value = (_or_none(x) for x in self._numbers()[0, :4])
        search: dict[str, Any] = dict(self.search or {})
        return {
            "att": self.fit["att"],
            "se": se,
            "ci": None if lower is None or upper is None else (lower, upper),
            "interval": averages.kinds(self._numbers())[0],
            "p_value": p_value,
            "level": self.options.level,
            "seed": self.options.seed,
            "lambdas": dict(self.lambdas),
            "search": None if self.search is None else self.options.search,
            "criterion": search.get("criterion"),
            "loocv_score": search.get("score"),
            "anchor": "cell",
            "time_distance": "position",
            "n_obs": int((~np.isnan(Y)).sum()),
            "n_units": len(Y),
            "n_periods": Y.shape[1],
            "n_treated_units": treated,
            "n_never_treated": len(Y) - treated,
            "n_treated_cells": int(W.sum()),
            "max_gap": self.fit["max_gap"],
            "converged": self.fit["converged"],
            "timings": dict(self.timings),
        }

    def inference(self) -> Inference | None:
        names = ("method", "reason", "draws", "n_failed", "n_uncertified", "max_gap")
        if self.inferred is None:
            return None
        return cast("Inference", {name: self.inferred[name] for name in names})

    def at_level(self, level: float) -> Analysis:
        lacks(f"intervals at another level ({level}) than that of the estimate")

    def differences(self, grouping: int) -> tuple[Columns, float | None, str, str]:
        lacks(f"differences between groups (of grouping {grouping})")

    def bias_bounds(
        self,
        sizes: list[float] | None = None,
        window: int | None = None,
        monitor: object = None,
    ) -> tuple[Columns, Columns, float, str, float, str]:
        lacks("room for bias like that of a placebo in time")

    def no_inference(self) -> str | None:
        return None if self.without is None else self.without.code

    def pre_fit(self) -> tuple[int, float, float]:
        effect = self._pre()["effect"]
        if not len(effect):
            return 0, math.nan, math.nan
        return len(effect), float(effect.mean()), float(np.sqrt((effect**2).mean()))

    def tables(self, percent: bool = False) -> dict[str, Columns]:
        if percent:
            lacks("percent=True")
        missed = self.fit["not_estimable"]
        tables = {
            "effects": _cells_table(self.fit["treated"]),
            "pre_effects": _cells_table(self._pre()),
            "not_estimable": [
                ("unit", "unit", missed["unit"]),
                ("time", "period", missed["period"]),
                ("reason", "", missed["reason"]),
                ("effect_min", "", missed["effect_min"]),
                ("effect_max", "", missed["effect_max"]),
            ],
            "by_time": _by_time(self.fit["treated"], self._pre()),
            "by_event_time": self._by_event_time(),
            "cumulative": self._cumulative(),
            "averages": self._averages(),
            "coefficients": self._coefficients(),
            "pre_fit": _by_unit(self._pre()),
        }
        if self.search is not None:
            tables["scores"] = [
                (name, "", values) for name, values in _items(self.search["scores"])
            ]
        if self.inferred is not None:
            draws = self.inferred["draws"]
            tables["draws"] = [("draw", "", np.arange(len(draws))), ("att", "", draws)]
        return tables

    def average(self, grouping: int, percent: bool = False) -> Columns:
        if percent:
            lacks("percent=True")
        rows = self._table["grouping"] == grouping
        return [("event_time", "", self._table["code"][rows]), *self._rows(rows)]

    def notes(self) -> list[tuple[str, str, bool]]:
        return words.notes(self)

    def words(self) -> Words:
        return words.words(self)

    def report(
        self, pictures: list[tuple[str, str]], call: str, versions: str, percent: bool
    ) -> str:
        lacks("the report page")

    def _pre(self) -> Cells:
        """Give the effects before treatment: none where they were not asked for."""
        if self.fit["pre"] is not None:
            return self.fit["pre"]
        none = {name: values[:0] for name, values in cast("Any", self.fit["treated"]).items()}
        return cast("Cells", none)

    @property
    def _table(self) -> averages.Averages:
        return averages.of_estimate(self.fit)

    def _numbers(self) -> Floats:
        """Give what the inference says of each average."""
        empty = np.full((len(self._table["value"]), len(averages.INFERRED)), np.nan)
        return empty if self.inferred is None else self.inferred["numbers"]

    def _rows(self, rows: Any) -> Columns:
        table, numbers = self._table, self._numbers()[rows]
        certified = averages.certified(self.fit)[rows]
        return [
            ("measure", "", ["effect"] * len(numbers)),
            ("n_cells", "", table["n_cells"][rows]),
            ("estimate", "", table["value"][rows]),
            *((name, "", numbers[:, k]) for k, name in enumerate(averages.INFERRED)),
            ("interval", "", averages.kinds(numbers)),
            ("certified", "", certified),
        ]

    def _averages(self) -> Columns:
        codes = self._table["code"].tolist()
        by = ["all", *["event_time"] * (len(codes) - 1)]
        group = ["all", *map(str, codes[1:])]
        return [("by", "", by), ("group", "", group), *self._rows(slice(None))]

    def _by_event_time(self) -> Columns:
        code, rest = self._table["code"][1:], dict_of(self._rows(slice(1, None)))
        kind = ["placebo" if event < 0 else "effect" for event in code.tolist()]
        own = ("n_cells", *averages.INFERRED, "interval", "certified")
        return [
            ("event_time", "", code),
            ("kind", "", kind),
            ("effect", "", rest["estimate"]),
            *((name, "", rest[name]) for name in own),
        ]

    def _cumulative(self) -> Columns:
        """Sum the mean effects up, without inference."""
        after = np.flatnonzero((self._table["code"] >= 0) & (self._table["grouping"] == 0))
        rest = dict_of(self._rows(after))
        sums = np.cumsum(rest["estimate"])
        none = np.full(len(after), np.nan)
        return [
            ("event_time", "", self._table["code"][after]),
            ("cumulative", "", sums),
            ("n_cells", "", rest["n_cells"]),
            *((name, "", none) for name in averages.INFERRED),
            ("interval", "", ["none"] * len(after)),
            ("certified", "", np.logical_and.accumulate(rest["certified"])),
        ]

    def _coefficients(self) -> Columns:
        names = ("coefficient", "se", "ci_lower", "ci_upper", "p_value")
        numbers: Columns = [(name, "", np.empty(0)) for name in names]
        flags = np.empty(0, dtype=bool)
        return [("covariate", "", []), *numbers, ("interval", "", []), ("certified", "", flags)]


def dict_of(columns: Columns) -> dict[str, Any]:
    """Give the values of columns by their names."""
    return {name: values for name, _, values in columns}


def _items(columns: Any) -> Iterator[tuple[str, Any]]:
    yield from columns.items()


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _weights_table(name: str, kind: str, weights: Floats) -> Columns:
    return [
        (name, kind, np.arange(len(weights))),
        ("weight", "", weights),
        ("normalized", "", weights / weights.sum()),
    ]


def _cells_table(cells: Cells) -> Columns:
    names = (
        "event_time", "observed", "counterfactual", "effect", "effect_min", "effect_max", "rank",
        "gap",
    )  # fmt: skip
    columns: dict[str, Any] = dict(cells)
    return [
        ("unit", "unit", cells["unit"]),
        ("time", "period", cells["period"]),
        *((name, "", columns[name]) for name in names),
        ("certified", "", _certified(cells)),
    ]


def _certified(cells: Cells) -> Any:
    return np.array([status == "solved" for status in cells["status"]], dtype=bool)


def _by_time(treated: Cells, pre: Cells) -> Columns:
    """Means over the cells of the ever-treated units, by period."""
    both = [_arrays(pre), _arrays(treated)]
    period, observed, counterfactual, certified = (np.concatenate(each) for each in zip(*both))
    is_treated = np.repeat([0, 1], [len(cells[0]) for cells in both])
    periods, group = np.unique(period, return_inverse=True)
    n_cells = np.bincount(group)
    return [
        ("time", "period", periods),
        ("observed", "", np.bincount(group, observed) / n_cells),
        ("counterfactual", "", np.bincount(group, counterfactual) / n_cells),
        ("n_cells", "", n_cells),
        ("n_treated", "", np.bincount(group, is_treated).astype(np.int64)),
        ("certified", "", np.bincount(group, certified) == n_cells),
    ]


def _arrays(cells: Cells) -> tuple[Ints, Floats, Floats, Any]:
    return cells["period"], cells["observed"], cells["counterfactual"], _certified(cells)


def _by_unit(pre: Cells) -> Columns:
    """Errors of predictions before the treatment."""
    units, group = np.unique(pre["unit"], return_inverse=True)
    n_cells = np.bincount(group, minlength=len(units))
    return [
        ("unit", "unit", units),
        ("n_cells", "", n_cells),
        ("mean", "", np.bincount(group, pre["effect"], len(units)) / n_cells),
        ("rmse", "", np.sqrt(np.bincount(group, pre["effect"] ** 2, len(units)) / n_cells)),
        ("certified", "", np.bincount(group, _certified(pre), len(units)) == n_cells),
    ]
