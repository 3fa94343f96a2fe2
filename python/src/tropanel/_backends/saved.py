"""Saved results, which the compiled core alone reads and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._errors import TropError
from .._refusals import refusal

if TYPE_CHECKING:
    from .data import Monitor
    from .handles import Analysis


def load_saved(text: str) -> dict[str, Any]:
    """Read the panel, the analysis and what Python's own panel needs."""
    loaded: dict[str, Any] = _core().load(text)
    return loaded


def save(found: Analysis, ids: dict[str, Any]) -> str:
    """Write an analysis, with labels of units, periods and groups by their types."""
    text: str = _core().save(found, ids)
    return text


def save_placebo_in_time(
    found: Analysis, ids: dict[str, Any], window: int | None, monitor: Monitor | None
) -> str:
    """Analyse once more with an earlier treatment, and write that."""
    text: str = _core().placebo_in_time(found, ids, window, monitor)
    return text


def _core() -> Any:
    try:
        from .. import _core
    except ImportError as error:
        raise lacks() from error
    return _core


def lacks() -> TropError:
    """Say that only the compiled core has this."""
    return TropError("backend_lacks", refusal("saved_needs_core"))
