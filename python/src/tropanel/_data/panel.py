"""The panel: outcomes and treatments as matrices, with the labels of units and periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .._backends.treatment import fill_treatment
from .._errors import TropError
from .._hints import as_text, counted, label_texts
from .._refusals import refusal
from .design import Design

if TYPE_CHECKING:
    from .._backends.handles import Labels
    from .._backends.protocol import Bools, Floats, Ints
    from .axis import Axis

#: Units times periods beyond which the ids must be wrong (16 GiB for the outcomes alone).
LARGEST_PANEL = 2**31

#: Outcomes beyond this size could overflow when squared.
LARGEST_OUTCOME = 1e100


@dataclass(frozen=True)
class Observations:
    """The data in long form, n entries; a missing outcome or treatment is NaN.

    `show` writes down the first few of the entries at given positions: where they are, whose they
    are, and optionally their values. `differ` says what tells rows of one unit and period apart.
    Without a name of the treatment nothing is treated.
    """

    outcome: Floats
    treatment: Floats
    unit: Ints
    time: Ints
    outcome_name: str
    treatment_name: str
    show: Callable[..., str]
    differ: Callable[[Ints], str] = lambda _: ""


@dataclass(frozen=True)
class Panel:
    """N units by T periods: `Y` with NaN for missing, `W` of 0 and 1.

    `given` are the treatments as they were given, with NaN for cells without one. Without a name
    of the treatment nothing is treated.
    """

    Y: Floats
    W: Floats
    unit: Axis
    time: Axis
    outcome_name: str
    treatment_name: str
    library: Any
    given: Floats
    design: Design = field(default_factory=Design)
    wide: bool = False
    #: The file that it was read from, from which a backend makes it again.
    saved: str | None = None

    def for_backend(self) -> dict[str, Any]:
        """Write what is asked of the panel, and what things are called, as a backend reads it."""
        labels: Labels = {
            "outcome": as_text(self.outcome_name),
            "treatment": as_text(self.treatment_name),
            "unit": as_text(self.unit.name),
            "time": as_text(self.time.name),
            "units": [as_text(label) for label in self.unit.labels],
            "periods": label_texts(self.time.labels),
            "covariates": [as_text(name) for name in self.design.covariates],
            "groupings": [as_text(groups.name) for groups in self.design.groups],
            "groups": [groups.texts() for groups in self.design.groups],
            "average_weights": self.design.average_name,
            "clusters": self.design.cluster_name,
            "donors": self.design.donors_name,
            "outcome_label": self.design.labels.get("outcome"),
            "effect_label": self.design.labels.get("effect"),
        }
        return {"design": self.design.for_backend(), "labels": labels}

    @property
    def observed(self) -> Bools:
        """Which cells have an outcome, (N, T)."""
        return ~np.isnan(self.Y)


def assemble(entries: Observations, unit: Axis, time: Axis, library: Any) -> Panel:
    """Check the entries and lay them out as matrices."""
    _check_entries(entries)
    shape = (len(unit.labels), len(time.labels))
    if shape[0] * shape[1] > LARGEST_PANEL:
        raise TropError(
            "too_large",
            f"The panel would have {shape[0]} units ({unit.name!r}) x {shape[1]} periods"
            f" ({time.name!r}). Are these the right columns? Round time stamps to the period.",
        )
    _check_duplicates(entries, shape[1])
    Y, W = np.full(shape, np.nan), np.full(shape, np.nan)
    Y[entries.unit, entries.time] = entries.outcome
    W[entries.unit, entries.time] = entries.treatment
    names = (entries.outcome_name, entries.treatment_name)
    panel = Panel(Y, fill_treatment(W), unit, time, *names, library, given=W)
    _check_missing(panel)
    if panel.treatment_name:
        _check_treated(panel)
    return panel


def _check_entries(entries: Observations) -> None:
    y, w = entries.outcome, entries.treatment
    infinite = np.abs(y) > LARGEST_OUTCOME
    if infinite.any():
        raise TropError(
            "outcome_infinite",
            f"Outcome {entries.outcome_name!r} is infinite or beyond 1e100 at"
            f" {entries.show(infinite, y)}. Make it missing, or drop these (log of zero?).",
        )
    other = ~np.isnan(w) & (w != 0) & (w != 1)
    if other.any():
        raise TropError(
            "treatment_not_binary",
            f"Treatment {entries.treatment_name!r} must be 0 or 1 (or False or True), but is not"
            f" at {entries.show(other, w)}.{_binary_hint(y, w)}",
        )
    unknown = np.isnan(w) & ~np.isnan(y)
    if unknown.any():
        raise TropError(
            "treatment_missing",
            f"Treatment {entries.treatment_name!r} is missing where outcome"
            f" {entries.outcome_name!r} is observed: {entries.show(unknown)}. Fill it in with 0 or"
            " 1, or make these outcomes missing.",
        )


def _binary_hint(y: Floats, w: Floats) -> str:
    outcomes = np.unique(y[~np.isnan(y)])
    if np.isin(outcomes, (0, 1)).all():
        return " " + refusal("outcome_binary")
    two = len(np.unique(w[~np.isnan(w)])) == 2
    recoded = " " + refusal("treatment_recoded") if two else ""
    return recoded + " " + refusal("treatment_dated")


def _check_duplicates(entries: Observations, n_periods: int) -> None:
    key = entries.unit * n_periods + entries.time
    order = np.argsort(key, kind="stable")
    repeats = np.flatnonzero(np.diff(key[order]) == 0)
    if len(repeats):
        rows = order[np.unique(np.concatenate([repeats, repeats + 1]))]
        raise TropError(
            "duplicate_rows",
            f"{counted(len(repeats), 'row')} {'repeats' if len(repeats) == 1 else 'repeat'} a unit"
            f" and period that another row has: {entries.show(rows)}. Keep one row for each,"
            " aggregate them, or build the unit id from all columns that identify a unit."
            f"{entries.differ(rows)}",
        )


def _check_missing(panel: Panel) -> None:
    for axis, along, code in (
        (panel.unit, 1, "unit_all_missing"),
        (panel.time, 0, "period_all_missing"),
    ):
        empty = np.all(~panel.observed, axis=along)
        if empty.any():
            raise TropError(
                code,
                f"No observed outcome {panel.outcome_name!r} for {axis.name!r} = "
                f"{axis.show(empty)}. Drop the rows with these.",
            )


def _check_treated(panel: Panel) -> None:
    treated = (panel.W == 1) & panel.observed
    control = (panel.W == 0) & panel.observed
    column = f"Treatment {panel.treatment_name!r}"
    if not treated.any():
        raise TropError(
            "no_treated_cell",
            f"{column} is 0 wherever outcome {panel.outcome_name!r} is observed: there is no"
            " effect to estimate.",
        )
    if not control.any():
        raise TropError(
            "no_control_cell",
            f"{column} is 1 wherever outcome {panel.outcome_name!r} is observed: there is nothing"
            " to compare with.",
        )
    if not control[treated.any(axis=1)].any():
        raise TropError(
            "treatment_constant",
            f"{column} is 1 in all periods of every treated unit, as if it marked the treated"
            " group. It must be 1 only from adoption on, and 0 before.",
        )
    if not control[:, treated.any(axis=0)].any():
        raise TropError(
            "treatment_constant",
            f"{column} is 1 for all units in every period in which any is treated, as if it"
            " marked the time after adoption. It must be 1 only for the units that adopted.",
        )
