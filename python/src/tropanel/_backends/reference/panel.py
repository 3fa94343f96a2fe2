"""The panel: outcomes, treatment, and what follows from their pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..._errors import TropError

if TYPE_CHECKING:
    from ..protocol import Bools, Floats

#: Outcomes beyond this size could overflow when squared.
LARGEST_OUTCOME = 1e100

#: Squares of outcomes that differ by less underflow.
SMALLEST_SPREAD = 1e-100

#: Differences below this share of the outcomes are rounding of the outcomes themselves.
OUTCOME_ROUNDING = 1e-12

#: An outcome this many typical differences away leaves the others a thousand steps of rounding.
FURTHEST_OUTCOME = 1e-3 / float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Panel:
    """A panel of N units (rows) by T periods (columns)."""

    outcome: Floats  #: N x T, NaN where missing
    treated: Bools  #: N x T

    @property
    def observed(self) -> Bools:
        return np.isfinite(self.outcome)

    @property
    def control(self) -> Bools:
        """Observed control cells: the only cells that are ever fitted."""
        return self.observed & ~self.treated

    @property
    def ever_treated(self) -> Bools:
        return np.asarray(self.treated.any(axis=1), dtype=np.bool_)


def read_panel(Y: Floats, W: Floats) -> Panel:
    """Check outcomes `Y` and treatments `W`, and make a panel of them."""
    Y, W = np.asarray(Y, dtype=np.float64), np.asarray(W, dtype=np.float64)
    _check_shapes(Y, W)
    _check_values(Y, W)
    panel = Panel(Y, W == 1)
    _check_cells(panel)
    check_sizes(panel)
    return panel


def check_sizes(panel: Panel) -> None:
    """Refuse control outcomes that floating-point numbers cannot tell apart."""
    control = np.where(panel.control, panel.outcome, np.nan)
    values = control[panel.control]
    spread, largest = float(np.ptp(values)), float(np.abs(values).max())
    if OUTCOME_ROUNDING * largest < spread < SMALLEST_SPREAD:
        raise TropError(
            "outcome_too_small",
            f"No two control outcomes differ by more than {spread}: too little for floating-point"
            " numbers. Measure the outcome in other units.",
        )
    residual = control - _medians(control, 1)
    residual = np.abs(residual - _medians(residual, 0))
    typical = _median(residual[panel.control])
    unit, period = np.unravel_index(np.nanargmax(residual), residual.shape)
    is_rounding = typical <= OUTCOME_ROUNDING * _median(np.abs(values))
    if not is_rounding and residual[unit, period] > FURTHEST_OUTCOME * typical:
        raise TropError(
            "outcome_too_far",
            f"The outcome of unit {unit} in period {period} is {control[unit, period]}, so far from"
            " the others that beside it their digits are lost: correct it, or make it NaN if it is"
            " missing.",
        )


def _medians(values: Floats, axis: int) -> Floats:
    """Upper medians along an axis; 0 where all values are missing."""
    found = np.apply_along_axis(lambda line: _median(line[~np.isnan(line)]), axis, values)
    return np.expand_dims(found, axis)


def _median(values: Floats) -> float:
    """Find the upper median; 0 of nothing."""
    return float(np.sort(values)[len(values) // 2]) if len(values) else 0.0


def _check_shapes(Y: Floats, W: Floats) -> None:
    if Y.ndim != 2 or Y.shape != W.shape:
        raise TropError(
            "shape_mismatch",
            f"Y has shape {Y.shape} and W has shape {W.shape}: both must be matrices of the same"
            " shape, units in rows and periods in columns.",
        )
    if Y.size == 0:
        raise TropError(
            "empty_panel", f"The panel has shape {Y.shape}: give at least one unit and one period."
        )


def _check_values(Y: Floats, W: Floats) -> None:
    for unit, period in np.argwhere((W != 0) & (W != 1)):
        raise TropError(
            "treatment_not_binary",
            f"The treatment of unit {unit} in period {period} is {W[unit, period]}:"
            " it must be 0 or 1.",
        )
    for unit, period in np.argwhere(np.abs(Y) > LARGEST_OUTCOME):
        raise TropError(
            "outcome_infinite",
            f"The outcome of unit {unit} in period {period} is infinite or beyond 1e100:"
            " correct it, or make it NaN if it is missing.",
        )


def _check_cells(panel: Panel) -> None:
    empty_units = np.flatnonzero(~panel.observed.any(axis=1))
    if empty_units.size:
        raise TropError(
            "unit_all_missing",
            f"Units without any observed outcome: {_listed(empty_units)}. Leave them out.",
        )
    empty_periods = np.flatnonzero(~panel.observed.any(axis=0))
    if empty_periods.size:
        raise TropError(
            "period_all_missing",
            f"Periods without any observed outcome: {_listed(empty_periods)}. Leave them out.",
        )
    if not panel.treated.any():
        raise TropError(
            "no_treated_cell", "No cell is treated: W must be 1 where the treatment is in force."
        )
    if not panel.control.any():
        raise TropError(
            "no_control_cell",
            "No untreated cell has an observed outcome: add untreated units or periods.",
        )


def _listed(indices: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> str:
    return ", ".join(str(index) for index in indices)


def check_cell(panel: Panel, unit: int, period: int) -> None:
    """Refuse a cell that the panel does not have."""
    units, periods = panel.outcome.shape
    if not (0 <= unit < units and 0 <= period < periods):
        raise TropError(
            "cell_out_of_range",
            f"Cell (unit {unit}, period {period}) lies outside of the panel of {units} units x"
            f" {periods} periods.",
        )


def event_time(panel: Panel, unit: int, period: int) -> int | None:
    """Periods since the treatment of a cell began, or, negative, until it begins.

    A treated cell counts from the first period of its own uninterrupted spell, a control cell
    from the first period of the next spell; after the last spell there is none.
    """
    treated = panel.treated[unit]
    if treated[period]:
        before = np.flatnonzero(~treated[:period])
        start = int(before[-1]) + 1 if before.size else 0
        return period - start
    later = np.flatnonzero(treated[period:])
    return -int(later[0]) if later.size else None


def component(cells: Bools, unit: int) -> tuple[Bools, Bools]:
    """Find the units and the periods that `cells` connect with a unit.

    `cells` is the adjacency matrix of a bipartite graph: cell (j, s) joins unit j and period s.
    """
    units = np.arange(cells.shape[0]) == unit
    while True:
        periods = cells[units].any(axis=0)
        reached = units | cells[:, periods].any(axis=1)
        if (reached == units).all():
            return units, periods
        units = reached


def is_connected(cells: Bools, unit: int, period: int) -> bool:
    """Tell whether `cells` identify the sum of a unit's and a period's fixed effects."""
    return bool(component(cells, unit)[1][period])
