"""From a panel and options to a result: search, estimate, inference."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from .._backends.choose import choose
from .._data.panel import name_covariate
from .._errors import ConvergenceWarning, TropError
from .._options import LAMBDA_NAMES
from .._results.notes import (
    estimate_notes,
    inference_notes,
    search_notes,
    sentence,
    uncertified_notes,
)
from .._results.result import TropResult
from .._results.tables import (
    averages_table,
    cells_table,
    coefficients_table,
    event_table,
    infer_table,
    not_estimable_table,
    path_table,
    scores_table,
)
from .progress import monitoring

if TYPE_CHECKING:
    from .._backends.protocol import Backend, Cells, Estimate, Grids, Inference, PreFit, Search
    from .._data.panel import Panel
    from .._options import Options

#: Where inference="auto" finds nothing that means something for the data.
NO_METHOD = ("inference_impossible", "too_few_draws", "too_few_treated_units")


def run(panel: Panel, options: Options) -> TropResult:
    """Estimate, and warn of what is not certified."""
    backend = choose(options.backend)
    design = panel.design.for_backend()
    try:
        with monitoring(options.progress) as monitor:
            settings = {"threads": options.threads, "monitor": monitor, "design": design}
            steps = _Steps(panel, options, backend.functions, settings)
            steps.remark()
            steps.check_inference()
            lambdas = options.lambdas if options.lambdas is not None else steps.search()
            fit = steps.estimate(lambdas)
            inference = steps.infer(lambdas, fit)
    except TropError as error:
        raise name_covariate(error, panel) from error
    uncertified = list(uncertified_notes(fit, steps.found, inference))
    for note in uncertified:
        warnings.warn(note, ConvergenceWarning, stacklevel=3)
    if steps.without is not None and options.inference != "auto":
        warnings.warn(steps.without, stacklevel=3)
    notes = (*steps.notes, *uncertified)
    return _result(steps, backend.name, lambdas, fit, inference, notes)


@dataclass
class _Steps:
    """The steps of one estimate, with their notes and the seconds they took."""

    panel: Panel
    options: Options
    backend: Backend
    settings: dict[str, Any]
    found: Search | None = None
    candidates: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    #: Why there is no inference.
    without: str | None = None

    def remark(self) -> None:
        design = self.settings["design"]
        found = self.backend.remarks(self.panel.Y, self.panel.W, design=design)
        self.notes += [sentence(message) for _, message in found]

    def check_inference(self) -> None:
        """Refuse what means nothing for the panel before a search takes its time."""
        options = self.options
        if options.inference is None:
            return
        try:
            self.backend.choose_inference(
                self.panel.Y,
                self.panel.W,
                method=options.inference,
                n_boot=options.n_boot,
                level=options.level,
                retunes=options.retune,
                design=self.settings["design"],
            )
        except TropError as error:
            if not self._finds_no_method(error):
                raise

    def _finds_no_method(self, error: TropError) -> bool:
        return self.options.inference == "auto" and error.code in NO_METHOD

    def search(self) -> dict[str, float]:
        with self._timed("search"):
            Y, W = self.panel.Y, self.panel.W
            default = self.backend.default_grids(Y, W, design=self.settings["design"])
            grids = cast("Grids", {**default, **self.options.grids})
            self.candidates = {
                "method": self.options.search,
                "criterion": self.options.criterion,
                "n_placebo_sets": self.options.n_placebo_sets,
                "n_folds": self.options.n_folds,
                "max_cells": self.options.max_cells,
                "seed": self.options.seed,
                "grid_time": grids["time"],
                "grid_unit": grids["unit"],
                "grid_nn": grids["nn"],
            }
            self.found = self.backend.search(Y, W, **self.candidates, **self.settings)
        self.notes += search_notes(self.found)
        chosen = cast("dict[str, float]", self.found)
        return {name: chosen[f"lambda_{name}"] for name in LAMBDA_NAMES}

    def estimate(self, lambdas: dict[str, float]) -> Estimate:
        with self._timed("estimate"):
            fit = self.backend.estimate(
                self.panel.Y,
                self.panel.W,
                *_in_order(lambdas),
                pre_effects=True,
                **self.settings,
            )
        self.notes += estimate_notes(self.panel, fit)
        return fit

    def infer(self, lambdas: dict[str, float], fit: Estimate) -> Inference | None:
        """Infer as asked; where "auto" finds no method, or too few draws succeed, go on without.

        By then an estimate is there, and perhaps a long search behind it.
        """
        method = self.options.inference
        if method is None:
            return None
        try:
            with self._timed("inference"):
                found = self.backend.infer(
                    self.panel.Y,
                    self.panel.W,
                    fit["fit"],
                    *_in_order(lambdas),
                    method=method,
                    n_boot=self.options.n_boot,
                    level=self.options.level,
                    seed=self.options.seed,
                    pre_periods=self.options.pre_periods,
                    retuning={**self.candidates, "abandon": True} if self.options.retune else None,
                    **self.settings,
                )
        except TropError as error:
            if error.code != "too_few_draws" and not self._finds_no_method(error):
                raise
            self.without = (
                f"No standard error, interval or p-value: {error} The placebo effects"
                " (pre_effects) show how well untreated outcomes are predicted."
            )
            self.notes.append(self.without)
            return None
        self.notes += inference_notes(self.panel, found)
        return found

    def pre_fit(self, fit: Estimate) -> PreFit | None:
        matrices = (self.panel.Y, self.panel.W)
        try:
            return self.backend.pre_treatment_fit(
                *matrices, fit["fit"], design=self.settings["design"]
            )
        except TropError as error:
            if error.code != "backend_lacks":
                raise
            return None

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.timings[step] = time.perf_counter() - start


def _result(
    steps: _Steps,
    backend: str,
    lambdas: dict[str, float],
    fit: Estimate,
    inference: Inference | None,
    notes: tuple[str, ...],
) -> TropResult:
    panel, options, found = steps.panel, steps.options, steps.found
    pre = cast("Cells", fit["pre"])
    n_treated = int(panel.ever_treated.sum())
    table = infer_table(fit["averages"], None if inference is None else inference["table"])
    se, lower, upper, p_value = (
        _or_none(column[0])
        for column in (table["se"], table["ci_lower"], table["ci_upper"], table["p_value"])
    )
    return TropResult(
        att=fit["att"],
        se=se,
        ci=None if lower is None or upper is None else (lower, upper),
        p_value=p_value,
        level=options.level,
        method=None if inference is None else inference["method"],
        reason="" if inference is None else inference["reason"],
        lambdas=dict(lambdas),
        criterion=None if found is None else found["criterion"],
        loocv_score=None if found is None else found["score"],
        anchor=panel.design.anchor,
        time_distance=panel.design.time_distance,
        covariates=tuple(panel.design.covariates),
        n_obs=int(panel.observed.sum()),
        n_units=len(panel.unit.labels),
        n_periods=len(panel.time.labels),
        n_treated_units=n_treated,
        n_never_treated=len(panel.unit.labels) - n_treated,
        n_treated_cells=int(panel.W.sum()),
        effects=cells_table(panel, fit["treated"]),
        pre_effects=cells_table(panel, pre),
        not_estimable=not_estimable_table(panel, fit["not_estimable"]),
        by_time=path_table(panel, fit["treated"], pre),
        by_event_time=event_table(panel, table),
        averages=averages_table(panel, table),
        coefficients=coefficients_table(panel, table),
        scores=None if found is None else scores_table(panel, found["scores"]),
        search=None if found is None else options.search,
        max_gap=fit["max_gap"],
        converged=fit["converged"],
        draws=None if inference is None else inference["draws"],
        n_failed_draws=0 if inference is None else inference["n_failed"],
        seed=options.seed,
        timings=dict(steps.timings),
        backend=backend,
        notes=notes,
        outcome=panel.outcome_name,
        treatment=panel.treatment_name,
        unit=panel.unit.name,
        time=panel.time.name,
        first_period=panel.time.labels[0],
        last_period=panel.time.labels[-1],
        _panel=panel,
        _table=table,
        _pre_fit=steps.pre_fit(fit),
        _options=options,
    )


def _in_order(lambdas: dict[str, float]) -> tuple[float, float, float]:
    time, unit, nn = (lambdas[name] for name in LAMBDA_NAMES)
    return time, unit, nn


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
