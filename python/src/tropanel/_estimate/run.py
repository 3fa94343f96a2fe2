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
    backend = choose(request.backend)
    with monitoring(request.progress) as monitor:
        handle = backend.functions.Panel(panel.Y, panel.given, **panel.for_backend())
        found = handle.analyze(request.options, monitor)
    for code, text, is_warning in found.notes():
        if is_warning:
            kind = ConvergenceWarning if code.endswith("_uncertified") else UserWarning
            warnings.warn(text, kind, stacklevel=3)
    return TropResult(**attributes_of(panel, handle, found, request.options, backend.name))
