"""A result from a backend's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .tables import build_table

if TYPE_CHECKING:
    from .._backends.handles import Analysis, PanelHandle
    from .._data.panel import Panel


def attributes_of(
    panel: Panel, handle: PanelHandle, found: Analysis, options: dict[str, Any], backend: str
) -> dict[str, Any]:
    """Put labels to the numbers, and frames around them: all that a `TropResult` has."""
    return dict(
        **found.facts(),
        **_inferred(found),
        **_tables(panel, found),
        covariates=tuple(panel.design.covariates),
        backend=backend,
        notes=tuple(text for _, text, _ in found.notes()),
        outcome=panel.outcome_name,
        treatment=panel.treatment_name,
        unit=panel.unit.name,
        time=panel.time.name,
        first_period=panel.time.labels[0],
        last_period=panel.time.labels[-1],
        _panel=panel,
        _options=options,
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
    own = ("effects", "pre_effects", "not_estimable", "by_time", "by_event_time", "averages")
    public = {name: frames.pop(name) for name in (*own, "coefficients")}
    scores = frames.pop("scores", None)
    by = {
        groups.name: build_table(panel, found.average(k), k)
        for k, groups in enumerate(panel.design.groups)
    }
    more = {**frames, "pre_fit": (found.pre_fit(), frames["pre_fit"])}
    return {**public, "scores": scores, "_more": more, "_by": by}
