"""Saved results, which the compiled core alone reads and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._errors import TropError
from .._refusals import refusal

if TYPE_CHECKING:
    from .handles import Analysis


def load_saved(text: str) -> dict[str, Any]:
    """Read the panel, the analysis and what Python's own panel needs."""
    try:
        from .. import _core
    except ImportError as error:
        raise lacks() from error
    return _core.load(text)


def save(found: Analysis, ids: dict[str, Any]) -> str:
    """Write an analysis, with labels of units, periods and groups by their types."""
    try:
        from .. import _core
    except ImportError as error:
        raise lacks() from error
    return _core.save(found, ids)


def lacks() -> TropError:
    """Say that only the compiled core has this."""
    return TropError("backend_lacks", refusal("saved_needs_core"))
