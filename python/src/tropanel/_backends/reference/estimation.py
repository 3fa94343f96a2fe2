"""The effects of the treated cells and their average (Algorithm 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..._errors import TropError
from ..protocol import NO_EVENT_TIME
from .cell import Cell, fit_cell, why_not_estimable
from .design import read_design
from .panel import Panel, check_cell, event_time, read_panel
from .settings import Lambdas, Settings, advance, defaults, read_lambdas, read_settings

if TYPE_CHECKING:
    from ..protocol import (
        CellEffects,
        Cells,
        Design,
        Estimate,
        Floats,
        Indices,
        Monitor,
        NotEstimable,
        Positions,
    )


def estimate(
    Y: Floats,
    W: Floats,
    lambda_time: float,
    lambda_unit: float,
    lambda_nn: float,
    *,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    pre_effects: bool = False,
    threads: int | None = None,
    monitor: Monitor | None = None,
    design: Design | None = None,
) -> Estimate:
    """Effects of the treated cells (Algorithm 2), one fit each, with equal weights on average."""
    read_design(design)
    panel = read_panel(Y, W)
    lambdas = read_lambdas(lambda_time, lambda_unit, lambda_nn)
    settings = read_settings(tolerance, max_iterations, threads, defaults()["tolerance"])
    found = fit_cells(panel, treated_cells(panel), lambdas, settings, monitor, bounded=True)
    cells, failures, undetermined = _split_unique(*found)
    if undetermined and not cells:
        raise TropError(
            "effects_not_unique",
            "No treated cell has an effect that is unique at these lambdas: several fits are"
            f" optimal for {len(undetermined)} of {len(failures)}. Use a larger lambda_nn.",
        )
    if not cells:
        raise TropError(
            "no_estimable_cell",
            f"None of the {len(failures)} treated cells can be estimated, the first one, unit"
            f" {failures[0][0]} in period {failures[0][1]}, because of {failures[0][2]}: its unit"
            " and its period need untreated, observed cells that connect them.",
        )
    max_gap = max(cell.gap for cell in cells)
    att, treated = average_effect(cells), _as_columns(panel, cells, settings)
    pre = None
    if pre_effects:
        targets = _pre_treatment_targets(panel)
        found = fit_cells(panel, targets, lambdas, settings, monitor, "placebo", bounded=True)
        pre = _as_columns(panel, _split_unique(*found)[0], settings)
    return {
        "att": att,
        "treated": treated,
        "pre": pre,
        "not_estimable": _as_not_estimable(panel, failures, undetermined),
        "max_gap": max_gap,
        "converged": max_gap <= settings.tolerance,
        "coefficients": np.empty(0),
    }


def cell_effects(
    Y: Floats,
    W: Floats,
    unit: Indices,
    period: Indices,
    lambda_time: float,
    lambda_unit: float,
    lambda_nn: float,
    *,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    threads: int | None = None,
    monitor: Monitor | None = None,
    design: Design | None = None,
) -> CellEffects:
    """Effects of any cells, each left out of its own fit; a cell given twice counts once."""
    read_design(design)
    panel = read_panel(Y, W)
    if len(unit) != len(period):
        raise TropError("shape_mismatch", f"{len(unit)} units, but {len(period)} periods of cells.")
    targets = sorted({(int(i), int(t)) for i, t in zip(unit, period)})
    for target in targets:
        check_cell(panel, *target)
    lambdas = read_lambdas(lambda_time, lambda_unit, lambda_nn)
    settings = read_settings(tolerance, max_iterations, threads, defaults()["tolerance"])
    found = fit_cells(panel, targets, lambdas, settings, monitor, "placebo", bounded=True)
    cells, failures, undetermined = _split_unique(*found)
    return {
        "effects": _as_columns(panel, cells, settings),
        "not_estimable": _as_not_estimable(panel, failures, undetermined),
    }


def pre_treatment_cells(Y: Floats, W: Floats) -> Positions:
    """Control cells of ever-treated units before a spell of treatment."""
    targets = np.array(_pre_treatment_targets(read_panel(Y, W)), dtype=np.int64).reshape(-1, 2)
    return {"unit": targets[:, 0], "period": targets[:, 1]}


def treated_cells(panel: Panel) -> list[tuple[int, int]]:
    """List (unit, period) of the treated cells, by unit, then period."""
    return [(int(unit), int(period)) for unit, period in np.argwhere(panel.treated)]


def average_effect(cells: list[Cell]) -> float:
    """Mean effect (Eq. 1)."""
    return float(np.mean([cell.effect for cell in cells]))


def fit_cells(
    panel: Panel,
    targets: list[tuple[int, int]],
    lambdas: Lambdas,
    settings: Settings,
    monitor: Monitor | None = None,
    stage: str = "estimate",
    bounded: bool = False,
) -> tuple[list[Cell], list[tuple[int, int, str]]]:
    """Fit the target cells that are estimable; name the reason for the others."""
    cells, failures = [], []
    for done, (unit, period) in enumerate(targets, start=1):
        reason = why_not_estimable(panel, unit, period, lambdas)
        if reason is None:
            cells.append(fit_cell(panel, unit, period, lambdas, settings, bounded))
        else:
            failures.append((unit, period, reason))
        advance(monitor, stage, done, len(targets))
    return cells, failures


def _split_unique(
    cells: list[Cell], failures: list[tuple[int, int, str]]
) -> tuple[list[Cell], list[tuple[int, int, str]], list[Cell]]:
    """Move the cells whose effect differs between optimal fits to the failures."""
    undetermined = [cell for cell in cells if not cell.range.is_determined]
    others = [(cell.unit, cell.period, "not_unique") for cell in undetermined]
    unique = [cell for cell in cells if cell.range.is_determined]
    return unique, sorted(failures + others), undetermined


def _pre_treatment_targets(panel: Panel) -> list[tuple[int, int]]:
    return [
        (int(unit), int(period))
        for unit, period in np.argwhere(panel.control & panel.ever_treated[:, None])
        if event_time(panel, unit, period) is not None
    ]


def _as_columns(panel: Panel, cells: list[Cell], settings: Settings) -> Cells:
    return {
        "unit": np.array([cell.unit for cell in cells], dtype=np.int64),
        "period": np.array([cell.period for cell in cells], dtype=np.int64),
        "event_time": np.array([_event_time(panel, cell) for cell in cells], dtype=np.int64),
        "observed": np.array(
            [panel.outcome[cell.unit, cell.period] for cell in cells], dtype=np.float64
        ),
        "counterfactual": np.array([cell.counterfactual for cell in cells], dtype=np.float64),
        "effect": np.array([cell.effect for cell in cells], dtype=np.float64),
        "effect_min": np.array([cell.effect - cell.range.above for cell in cells], dtype=float),
        "effect_max": np.array([cell.effect + cell.range.below for cell in cells], dtype=float),
        "rank": np.array([cell.rank for cell in cells], dtype=np.int64),
        "gap": np.array([cell.gap for cell in cells], dtype=np.float64),
        "primal": np.array([cell.bounds.primal for cell in cells], dtype=np.float64),
        "dual": np.array([cell.bounds.dual for cell in cells], dtype=np.float64),
        "iterations": np.array([cell.iterations for cell in cells], dtype=np.int64),
        "status": [
            "solved" if cell.gap <= settings.tolerance else "max_iterations" for cell in cells
        ],
        "coefficients": np.empty((len(cells), 0)),
    }


def _event_time(panel: Panel, cell: Cell) -> int:
    time = event_time(panel, cell.unit, cell.period)
    return NO_EVENT_TIME if time is None else time


def _as_not_estimable(
    panel: Panel, failures: list[tuple[int, int, str]], undetermined: list[Cell]
) -> NotEstimable:
    lowest, highest = np.full(panel.outcome.shape, np.nan), np.full(panel.outcome.shape, np.nan)
    for cell in undetermined:
        lowest[cell.unit, cell.period] = cell.effect - cell.range.above
        highest[cell.unit, cell.period] = cell.effect + cell.range.below
    return {
        "unit": np.array([unit for unit, _, _ in failures], dtype=np.int64),
        "period": np.array([period for _, period, _ in failures], dtype=np.int64),
        "reason": [reason for _, _, reason in failures],
        "effect_min": np.array([lowest[unit, period] for unit, period, _ in failures], dtype=float),
        "effect_max": np.array(
            [highest[unit, period] for unit, period, _ in failures], dtype=float
        ),
    }
