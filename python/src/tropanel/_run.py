"""From a panel and options to a result: search, estimate, bootstrap."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from ._backend import choose
from ._errors import ConvergenceWarning, TropError
from ._notes import (
    bootstrap_notes,
    bootstrap_refusal,
    estimate_notes,
    panel_notes,
    search_notes,
    uncertified_notes,
)
from ._options import LAMBDA_NAMES
from ._progress import monitoring
from ._result import TropResult
from ._tables import cells_table, event_table, not_estimable_table, path_table, scores_table

if TYPE_CHECKING:
    from ._options import Options
    from ._panel import Panel
    from ._protocol import Backend, Bootstrap, Cells, Estimate, Grids, Search


def run(panel: Panel, options: Options) -> TropResult:
    """Estimate, and warn of what is not certified."""
    backend = choose(options.backend)
    with monitoring(options.progress) as monitor:
        settings = {"threads": options.threads, "monitor": monitor}
        steps = _Steps(panel, options, backend.functions, settings)
        lambdas = options.lambdas if options.lambdas is not None else steps.search()
        fit = steps.estimate(lambdas)
        draws = steps.bootstrap(lambdas)
    uncertified = list(uncertified_notes(fit, steps.found, draws))
    for note in uncertified:
        warnings.warn(note, ConvergenceWarning, stacklevel=3)
    notes = (*panel_notes(panel), *steps.notes, *uncertified)
    return _result(steps, backend.name, lambdas, fit, draws, notes)


@dataclass
class _Steps:
    """The steps of one estimate, with their notes and the seconds they took."""

    panel: Panel
    options: Options
    backend: Backend
    settings: dict[str, Any]
    found: Search | None = None
    notes: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)

    def search(self) -> dict[str, float]:
        with self._timed("search"):
            default = self.backend.default_grids(self.panel.Y, self.panel.W)
            grids = cast("Grids", {**default, **self.options.grids})
            self.found = self.backend.search(
                self.panel.Y,
                self.panel.W,
                method=self.options.search,
                grid_time=grids["time"],
                grid_unit=grids["unit"],
                grid_nn=grids["nn"],
                **self.settings,
            )
        self.notes += search_notes(self.found, grids)
        chosen = cast("dict[str, float]", self.found)
        return {name: chosen[f"lambda_{name}"] for name in LAMBDA_NAMES}

    def estimate(self, lambdas: dict[str, float]) -> Estimate:
        with self._timed("estimate"):
            fit = self.backend.estimate(*self._problem(lambdas), pre_effects=True, **self.settings)
        self.notes += estimate_notes(self.panel, fit)
        return fit

    def bootstrap(self, lambdas: dict[str, float]) -> Bootstrap | None:
        """Bootstrap where it is asked for and means something."""
        if self.options.inference is None:
            return None
        refusal = bootstrap_refusal(self.panel)
        if refusal is not None:
            self.notes.append(refusal)
            return None
        try:
            with self._timed("bootstrap"):
                draws = self.backend.bootstrap(
                    *self._problem(lambdas),
                    n_boot=self.options.n_boot,
                    level=self.options.level,
                    seed=self.options.seed,
                    **self.settings,
                )
        except TropError as error:
            if error.code != "too_few_draws":
                raise
            self.notes.append(f"No standard error, interval or p-value: {error}")
            return None
        self.notes += bootstrap_notes(self.panel, draws)
        return draws

    def _problem(self, lambdas: dict[str, float]) -> tuple[Any, ...]:
        return (self.panel.Y, self.panel.W, *(lambdas[name] for name in LAMBDA_NAMES))

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
    draws: Bootstrap | None,
    notes: tuple[str, ...],
) -> TropResult:
    panel, options, found = steps.panel, steps.options, steps.found
    pre = cast("Cells", fit["pre"])
    n_treated = int(panel.ever_treated.sum())
    return TropResult(
        att=fit["att"],
        se=None if draws is None else draws["se"],
        ci=None if draws is None else (draws["ci_lower"], draws["ci_upper"]),
        p_value=None if draws is None else draws["p_value"],
        level=options.level,
        lambdas=dict(lambdas),
        loocv_score=None if found is None else found["score"],
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
        by_event_time=event_table(panel, fit["treated"], pre, draws, options.level),
        scores=None if found is None else scores_table(panel, found["scores"]),
        search=None if found is None else options.search,
        max_gap=fit["max_gap"],
        converged=fit["converged"],
        draws=None if draws is None else draws["draws"],
        n_failed_draws=0 if draws is None else draws["n_failed"],
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
    )
