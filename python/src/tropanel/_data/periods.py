"""Periods in the order of time, from ids of any type: the rule is the core's."""

from __future__ import annotations

import datetime
import decimal
import numbers
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from .._errors import TropError
from .._hints import as_text

if TYPE_CHECKING:
    from .._backends.protocol import Floats

#: The day from which the core counts.
FIRST_DAY = datetime.date(1970, 1, 1).toordinal()


def category_order(series: nw.Series[Any]) -> tuple[list[Any], str] | None:
    """Read the categories in their order, and what that order says; None if it says nothing.

    Categories of pandas are "ordered" or "listed", as they say; those of a polars Enum are
    "ordered". A polars Categorical and an unordered dictionary of pyarrow list what they met first.
    """
    native = series.to_native()
    dtype: Any = getattr(native, "dtype", None)
    if type(dtype).__name__ == "CategoricalDtype":
        return list(dtype.categories), "ordered" if dtype.ordered else "listed"
    if isinstance(series.dtype, nw.Enum):
        return list(series.dtype.categories), "ordered"
    if getattr(getattr(native, "type", None), "ordered", False):
        chunks = native.unify_dictionaries().chunks
        return chunks[0].dictionary.to_pylist() if chunks else [], "ordered"
    return None


def told_apart(values: list[Any]) -> list[Any]:
    """Give local times the offset that they have, so that an hour that clocks show twice is two."""
    return [_with_offset(value) for value in values]


def _with_offset(value: Any) -> Any:
    if type(value) is not datetime.datetime or value.tzinfo is None:
        return value
    offset = value.utcoffset()
    return value if offset is None else value.replace(tzinfo=datetime.timezone(offset), fold=0)


def order_periods(name: str, labels: list[Any], standing: str) -> tuple[list[Any], Floats | None]:
    """Put distinct labels in order; give each a value to measure gaps with, if there are any.

    `standing` says what the order of `labels` means: "loose", "listed", "ordered" or "columns".
    """
    ids = _as_ids(labels)
    if ids is None:
        return labels, None
    try:
        from .. import _core
    except ImportError:
        return labels, _plain_calendar(ids)
    order, calendar = _core.order_periods(as_text(name), standing, **ids)
    values = None if calendar is None else np.array(calendar)
    return [labels[k] for k in order], values


def _as_ids(labels: list[Any]) -> dict[str, list[Any]] | None:
    """Write labels as the core reads them; None if it has no rule for them."""
    if all(isinstance(label, str) for label in labels):
        return {"texts": [as_text(label) for label in labels]}
    if all(isinstance(label, (numbers.Real, decimal.Decimal, np.bool_)) for label in labels):
        return {"numbers": [_number(label) for label in labels]}
    if all(isinstance(label, datetime.timedelta) for label in labels):
        return {"numbers": [label.total_seconds() for label in labels]}
    if all(isinstance(label, datetime.date) for label in labels):
        return {"moments": [_moment(label) for label in labels]}
    if all(type(label).__name__ == "Period" for label in labels):
        return {"numbers": [float(label.ordinal) for label in labels]}
    return None


def _number(label: Any) -> float:
    try:
        return float(label)
    except OverflowError:
        return float("inf")


def _moment(label: datetime.date) -> tuple[int, float, float]:
    """Give the local day, the seconds that clocks show on it, and the seconds of universal time."""
    day = label.toordinal() - FIRST_DAY
    if not isinstance(label, datetime.datetime):
        return day, 0.0, day * 86400.0
    clock = label.hour * 3600 + label.minute * 60 + label.second + label.microsecond / 1e6
    offset = label.utcoffset() or datetime.timedelta()
    return day, clock, day * 86400.0 + clock - offset.total_seconds()


def _plain_calendar(ids: dict[str, list[Any]]) -> Floats | None:
    """Give numbers and days their values without the core, which alone can read texts."""
    if "texts" in ids:
        raise TropError(
            "backend_lacks",
            "Periods as text are read by the compiled core, which is not installed: convert them"
            " to numbers or dates.",
        )
    values = np.array(ids.get("numbers") or [day for day, _, _ in ids["moments"]], dtype=np.float64)
    return values if np.isfinite(values).all() and (np.diff(values) > 0).all() else None
