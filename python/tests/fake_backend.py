"""A backend that is quick and easy to steer: effects against the unit's mean before treatment.

It keeps the protocol, but not the method: what it returns can be known by hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tropanel import TropError
from tropanel._backends.reference.analysis import Panel
from tropanel._backends.reference.averages import of_estimate
from tropanel._backends.reference.remarks import remarks
from tropanel._backends.reference.search import edges
from tropanel._backends.reference.settings import Lambdas, defaults


class FakeBackend:
    """Predicts every cell by the mean of the unit's other observed control cells."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.status = "solved"
        self.shift = 0.0
        self.draws_fail = False
        self.method = "bootstrap"

    remarks = staticmethod(remarks)
    defaults = staticmethod(defaults)

    def Panel(self, *arguments: Any, **asked: Any) -> Panel:  # noqa: N802
        panel = Panel(*arguments, **asked)
        panel.steps = self
        return panel

    def compute_unit_distance_matrix(self, Y: Any, W: Any, **settings: Any) -> Any:
        self.calls.append(("distance", settings))
        return np.zeros((len(Y), len(Y))) + self.shift

    def weights(
        self, Y: Any, W: Any, unit: int, period: int, *lambdas: float, **settings: Any
    ) -> dict[str, Any]:
        """Give every unit and period the weight 1, and the target's own 2."""
        self.calls.append(("weights", {"lambdas": lambdas}))
        return {
            "unit": 1.0 + (np.arange(Y.shape[0]) == unit),
            "period": 1.0 + (np.arange(Y.shape[1]) == period) + self.shift,
        }

    def default_grids(self, Y: Any, W: Any, **settings: Any) -> dict[str, Any]:
        return {
            "time": np.array([0.0, 0.5, 1.0]),
            "unit": np.array([0.0, 0.5, 1.0]),
            "nn": np.array([0.1, 1.0, np.inf]),
        }

    def estimate(self, Y: Any, W: Any, *lambdas: float, **settings: Any) -> dict[str, Any]:
        self.calls.append(("estimate", {"lambdas": lambdas, **settings}))
        treated, missing, pre = [], [], []
        for i, t in np.argwhere(W == 1):
            if np.isnan(Y[i, t]):
                missing.append((i, t))
            else:
                treated.append((i, t, t - _spell_start(W[i], t)))
        for i, t in np.argwhere((W == 0) & ~np.isnan(Y)):
            later = np.flatnonzero(W[i, t:] == 1)
            if len(later):
                pre.append((i, t, -later[0]))
        _report(settings, "estimate", len(treated))
        cells, before = self._cells(Y, W, treated), self._cells(Y, W, pre)
        att = float(cells["effect"].mean())
        return {
            "att": att,
            "treated": cells,
            "pre": before,
            "not_estimable": {
                "unit": np.array([i for i, _ in missing], dtype=np.int64),
                "period": np.array([t for _, t in missing], dtype=np.int64),
                "reason": ["outcome_missing"] * len(missing),
                "effect_min": np.full(len(missing), np.nan),
                "effect_max": np.full(len(missing), np.nan),
            },
            "max_gap": 0.0 if self.status == "solved" else 0.1,
            "converged": self.status == "solved",
            "coefficients": np.empty(0),
        }

    def _cells(self, Y: Any, W: Any, cells: list[Any]) -> dict[str, Any]:
        unit, period, event = np.array(cells, dtype=np.int64).reshape(-1, 3).T
        controls = np.where(W == 0, Y, np.nan)
        counterfactual = []
        for i, t in zip(unit, period):
            others = np.delete(controls[i], t)
            counterfactual.append(np.nanmean(others))
        observed, predicted = Y[unit, period], np.array(counterfactual) - self.shift
        m = len(unit)
        return {
            "unit": unit,
            "period": period,
            "event_time": event,
            "observed": observed,
            "counterfactual": predicted,
            "effect": observed - predicted,
            "effect_min": observed - predicted,
            "effect_max": observed - predicted,
            "rank": np.zeros(m, dtype=np.int64),
            "gap": np.zeros(m),
            "primal": np.ones(m),
            "dual": np.ones(m),
            "iterations": np.ones(m, dtype=np.int64),
            "status": [self.status] * m,
            "coefficients": np.empty((m, 0)),
        }

    def search(self, Y: Any, W: Any, **settings: Any) -> dict[str, Any]:
        self.calls.append(("search", settings))
        grids = [settings[f"grid_{name}"] for name in ("time", "unit", "nn")]
        triples = np.array(np.meshgrid(*grids, indexing="ij")).reshape(3, -1)
        score = 1.0 + self.shift + np.arange(triples.shape[1], dtype=float)
        _report(settings, "search", len(score))
        m = len(score)
        return {
            "lambda_time": float(triples[0][0]),
            "lambda_unit": float(triples[1][0]),
            "lambda_nn": float(triples[2][0]),
            "score": float(score[0]),
            "scores": {
                "lambda_time": triples[0],
                "lambda_unit": triples[1],
                "lambda_nn": triples[2],
                "score": score,
                "n_cells": np.full(m, 7),
                "max_gap": np.zeros(m),
                "n_uncertified": np.zeros(m, dtype=np.int64),
                "abandoned": np.zeros(m, dtype=bool),
            },
            "n_cells": 7,
            "n_not_estimable": 0,
            "criterion": "loocv",
            "edges": edges(Lambdas(*triples[:, 0]), dict(zip(("time", "unit", "nn"), grids))),
        }

    def choose_inference(self, Y: Any, W: Any, **settings: Any) -> tuple[str, str]:
        return self.method, ""

    def infer(
        self, Y: Any, W: Any, fit: Any, lambdas: Any, options: Any, **settings: Any
    ) -> dict[str, Any]:
        """Give the ATT and the first event time the same draws, and the other numbers none."""
        self.calls.append(("infer", {"lambdas": lambdas, "options": options, **settings}))
        if self.draws_fail:
            raise TropError("too_few_draws", "Fewer than 2 draws succeeded.")
        draws = np.linspace(-1, 3, options.n_boot) + self.shift
        _report(settings, "inference", len(draws))
        numbers = of_estimate(fit)
        known = (numbers["grouping"] < 0) | (numbers["code"] == 0)
        row = [draws.std(ddof=1), -1.0, 3.0, 0.5, -2.0, 4.0]
        is_open = options.inference == "auto"
        return {
            "method": self.method if is_open else options.inference,
            "reason": "it says so" if is_open else "",
            "numbers": np.where(known[:, None], row, np.nan),
            "draws": draws,
            "n_failed": 0,
            "n_uncertified": 0,
            "max_gap": 0.0,
        }

    def bootstrap(self, Y: Any, W: Any, *lambdas: float, **settings: Any) -> dict[str, Any]:
        self.calls.append(("bootstrap", {"lambdas": lambdas, **settings}))
        if self.draws_fail:
            raise TropError("too_few_draws", "Fewer than 2 draws succeeded.")
        draws = np.linspace(-1, 3, settings["n_boot"]) + self.shift
        _report(settings, "bootstrap", len(draws))
        return {
            "se": float(draws.std(ddof=1)),
            "ci_lower": float(draws.min()),
            "ci_upper": float(draws.max()),
            "p_value": 0.5,
            "draws": draws,
            "n_failed": 0,
            "event_time": np.array([0, 1]),
            "event_draws": np.stack([draws, np.full(len(draws), np.nan)], axis=1),
            "n_uncertified": 0,
            "max_gap": 0.0,
        }


def _spell_start(w: Any, t: int) -> int:
    while t > 0 and w[t - 1] == 1:
        t -= 1
    return t


def _report(settings: dict[str, Any], stage: str, total: int) -> None:
    monitor = settings.get("monitor")
    if monitor is not None:
        for done in range(total + 1):
            monitor.advance(stage, done, total)
