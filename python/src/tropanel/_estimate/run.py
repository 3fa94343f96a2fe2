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
    from .._backends.handles import Analysis, PanelHandle
    from .._data.panel import Panel
    from .options import Request


def run(panel: Panel, request: Request) -> TropResult:
    """Estimate, and warn of what may be wrong or lacks."""
    handle, found = analyze(panel, request)
    for code, text, is_warning in found.notes():
        if is_warning:
            warnings.warn(text, warning_of(code), stacklevel=3)
    name = choose(request.backend).name
    return TropResult(**attributes_of(panel, handle, found, request.options, name))


def analyze(panel: Panel, request: Request) -> tuple[PanelHandle, Analysis]:
    """Estimate; the notes of the answer say what may be wrong or lacks."""
    with monitoring(request.progress) as monitor:
        functions = choose(request.backend).functions
        handle = functions.Panel(panel.Y, panel.given, **panel.for_backend())
        return handle, handle.analyze(request.options, monitor)


def warning_of(code: str) -> type[UserWarning]:
    """Give the category of a warning by its note's code."""
    return ConvergenceWarning if code.endswith("_uncertified") else UserWarning
