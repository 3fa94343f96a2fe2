"""From a panel and what is asked of it to a result: all between is the backend's."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from .._backends.choose import choose
from .._errors import ConvergenceWarning
from .._progress import monitoring
from .._results.build import attributes_of
from .._results.result import TropResult

if TYPE_CHECKING:
    from .._data.panel import Panel
    from .options import Request


def run(panel: Panel, request: Request) -> TropResult:
    """Estimate, and warn of what may be wrong or lacks."""
    result = estimate(panel, request)
    for code, text, is_warning in result._kept["analysis"].notes():
        if is_warning:
            warnings.warn(text, warning_of(code), stacklevel=3)
    return result


def estimate(panel: Panel, request: Request) -> TropResult:
    """Estimate; the notes of the result say what may be wrong or lacks."""
    backend = choose(request.backend)
    with monitoring(request.progress) as monitor:
        handle = backend.functions.Panel(panel.Y, panel.given, **panel.for_backend())
        found = handle.analyze(request.options, monitor)
    return TropResult(**attributes_of(panel, handle, found, request.options, backend.name))


def warning_of(code: str) -> type[UserWarning]:
    """Give the category of a warning by its note's code."""
    return ConvergenceWarning if code.endswith("_uncertified") else UserWarning
