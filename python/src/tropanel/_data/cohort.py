"""Reading the column that says in which period each unit is first treated."""

from __future__ import annotations

import datetime
import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import TropError
from .._hints import as_text, listed, show_label
from .._refusals import refusal

if TYPE_CHECKING:
    import narwhals as nw

    from .._backends.protocol import Floats, Ints
    from .axis import Axis

#: Codes of what there is to remark on, with numbers of units.
Remarks = tuple[tuple[str, int], ...]


def read_cohort(
    series: nw.Series[Any], unit: Axis, time: Axis, at: tuple[Ints, Ints]
) -> tuple[Floats, Remarks]:
    """Give the treatment, (N, T), of units first treated in these periods; `at` has the rows."""
    first, calendar, kind = _on_one_scale(series, time)
    try:
        from .._core import cohorts
    except ImportError:
        raise TropError(
            "backend_lacks", "cohort needs the compiled core: give a treatment of 0 and 1."
        ) from None
    labels = {"unit": as_text(unit.name), "units": [as_text(label) for label in unit.labels]}
    found, remarks = cohorts(*at, first, calendar, kind == "numbers", labels)
    return found, tuple(remarks)


def _on_one_scale(series: nw.Series[Any], time: Axis) -> tuple[Floats, Floats, str]:
    """Put the cohorts and the periods on one scale, NaN for never; say of what kind they are."""
    missing = [
        gone or value != value for value, gone in zip(series.to_list(), series.is_null().to_list())
    ]
    values = [None if gone else value for value, gone in zip(series.to_list(), missing)]
    own = _kind([value for value in values if value is not None])
    kind = _kind(time.labels)
    if own not in ("", kind):
        raise TropError(
            "option_invalid",
            refusal("cohort_type", column=series.name, type=own, time=time.name, periods=kind),
        )
    if kind == "text":
        return (*_positions(series.name, values, time), kind)
    origin = time.labels[0]

    def place(value: Any) -> float:
        if kind == "numbers":
            return float(value)
        return float((value - origin) / datetime.timedelta(seconds=1))

    first = [np.nan if value is None else place(value) for value in values]
    return np.array(first), np.array([place(label) for label in time.labels]), kind


def _kind(values: list[Any]) -> str:
    """Name what can be compared with each other; "" for nothing."""
    kinds = {_kind_of(value) for value in values}
    return "" if not kinds else kinds.pop() if len(kinds) == 1 else "text"


def _kind_of(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return "times" if value.tzinfo is None else "times of a time zone"
    if isinstance(value, datetime.date):
        return "dates"
    return "numbers" if isinstance(value, numbers.Real) else "text"


def _positions(name: str, values: list[Any], time: Axis) -> tuple[Floats, Floats]:
    """Give cohorts and periods positions; what has no scale must be one of the periods."""
    position = {label: float(k) for k, label in enumerate(time.labels)}
    unknown = dict.fromkeys(v for v in values if v is not None and v not in position)
    if unknown:
        labels = listed(map(show_label, unknown))
        raise TropError(
            "option_invalid",
            refusal("cohort_not_a_period", column=name, time=time.name, labels=labels),
        )
    first = [np.nan if value is None else position[value] for value in values]
    return np.array(first), np.arange(float(len(position)))
