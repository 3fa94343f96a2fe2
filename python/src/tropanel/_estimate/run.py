"""From a panel and what is asked of it to a result: all between is the backend's."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from .._backends.choose import choose
from .._errors import ConvergenceWarning
from .._results.result import TropResult
from .._results.tables import build_table
from .progress import monitoring

if TYPE_CHECKING:
    from .._backends.handles import Analysis
    from .._data.panel import Panel
    from .options import Request


def run(panel: Panel, request: Request) -> TropResult:
    """Estimate, and warn of what may be wrong or lacks."""
    backend = choose(request.backend)
    with monitoring(request.progress) as monitor:
        handle = backend.functions.Panel(panel.Y, panel.given, **panel.for_backend())
        found = handle.analyze(request.options, monitor)
    notes = found.notes()
    for code, text, is_warning in notes:
        if is_warning:
            kind = ConvergenceWarning if code.endswith("_uncertified") else UserWarning
            warnings.warn(text, kind, stacklevel=3)
    return TropResult(
        **found.facts(),
        **_inferred(found),
        **_tables(panel, found),
        covariates=tuple(panel.design.covariates),
        backend=backend.name,
        notes=tuple(text for _, text, _ in notes),
        outcome=panel.outcome_name,
        treatment=panel.treatment_name,
        unit=panel.unit.name,
        time=panel.time.name,
        first_period=panel.time.labels[0],
        last_period=panel.time.labels[-1],
        _panel=panel,
        _options=request.options,
        _words=found.words(),
        _kept={"handle": handle, "analysis": found},
    )


def _inferred(found: Analysis) -> dict[str, Any]:
    inference = found.inference()
    return {
        "method": None if inference is None else inference["method"],
        "reason": "" if inference is None else inference["reason"],
        "draws": None if inference is None else inference["draws"],
        "n_failed_draws": 0 if inference is None else inference["n_failed"],
        "n_uncertified_draws": 0 if inference is None else inference["n_uncertified"],
    }


def _tables(panel: Panel, found: Analysis) -> dict[str, Any]:
    """Make frames: those that are attributes, and the others."""
    frames = {name: build_table(panel, columns) for name, columns in found.tables().items()}
    by = {
        groups.name: build_table(panel, found.average(k), k)
        for k, groups in enumerate(panel.design.groups)
    }
    own = ("effects", "pre_effects", "not_estimable", "by_time", "by_event_time", "averages")
    public = {name: frames.pop(name) for name in (*own, "coefficients")}
    scores = frames.pop("scores", None)
    more = {**frames, "pre_fit": (found.pre_fit(), frames["pre_fit"])}
    return {**public, "scores": scores, "_more": more, "_by": by}
