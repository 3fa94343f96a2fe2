"""Frames of the caller's own library from the columns that a backend gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .._data.frames import build_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._backends.handles import Columns, StudyHandle
    from .._backends.protocol import Ints
    from .._data.panel import Panel


def told(panel: Panel, found: StudyHandle, tables: Mapping[str, str]) -> dict[str, Any]:
    """Give what a study tells: frames by the names of their attributes, facts and words."""
    frames = {name: build_table(panel, columns) for name, columns in found.tables().items()}
    return {
        **{name: frames[table] for name, table in tables.items()},
        "facts": found.facts(),
        "notes": tuple(found.notes()),
        "sentence": found.sentence(),
        "_text": found.text(),
    }


def build_table(panel: Panel, columns: Columns, grouping: int | None = None) -> Any:
    """Put the labels of units, periods and groups in the place of their positions."""
    labelled = {name: _labelled(panel, kind, values, grouping) for name, kind, values in columns}
    return build_frame(labelled, panel.library)


def _labelled(panel: Panel, kind: str, values: Any, grouping: int | None) -> Any:
    if kind == "unit":
        return panel.unit.take(values)
    if kind == "period":
        return panel.time.take(values)
    return _groups(panel, grouping, values) if kind == "group" else values


def _groups(panel: Panel, grouping: int | None, codes: Ints) -> Any:
    return cast("Any", panel.design.groups[cast("int", grouping)].labels)[codes]
