"""The numbers of an estimate: the ATT, and mean effects by event time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

if TYPE_CHECKING:
    from ..protocol import Bools, Estimate, Floats, Ints

#: Stands for the grouping of the ATT; 0 is that by event time.
NO_GROUPING = -1

#: What inference says of each number.
INFERRED = ("se", "ci_lower", "ci_upper", "p_value", "band_lower", "band_upper")


class Averages(TypedDict):
    """The numbers of an estimate, the ATT first; `code` is the event time."""

    grouping: Ints
    code: Ints
    n_cells: Ints
    value: Floats


def of_estimate(fit: Estimate) -> Averages:
    """List the ATT and the mean effect at each event time."""
    event_time, effect = _cells(fit, "event_time"), _cells(fit, "effect")
    events = np.unique(event_time)
    here = [event_time == event for event in events]
    values = [fit["att"], *(effect[own].mean() for own in here)]
    n_cells = [len(fit["treated"]["effect"]), *(own.sum() for own in here)]
    return {
        "grouping": np.array([NO_GROUPING, *np.zeros(len(events))], dtype=np.int64),
        "code": np.array([0, *events], dtype=np.int64),
        "n_cells": np.array(n_cells, dtype=np.int64),
        "value": np.array(values, dtype=np.float64),
    }


def certified(fit: Estimate) -> Bools:
    """Tell of each of these numbers whether all fits behind it are certified."""
    event_time, status = _cells(fit, "event_time"), _cells(fit, "status")
    by_event = [(status[event_time == event] == "solved").all() for event in np.unique(event_time)]
    return np.array([fit["converged"], *by_event], dtype=np.bool_)


def _cells(fit: Estimate, column: str) -> Any:
    groups: list[dict[str, Any]] = [dict(fit["treated"])]
    if fit["pre"] is not None:
        groups.insert(0, dict(fit["pre"]))
    return np.concatenate([np.asarray(group[column]) for group in groups])
