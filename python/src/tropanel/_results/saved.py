"""Writing results as files that every language reads."""

from __future__ import annotations

import datetime
import numbers
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._backends.saved import lacks, save, save_placebo_in_time
from .._hints import as_text
from .._progress import monitoring

if TYPE_CHECKING:
    import os

    from .._backends.handles import Analysis
    from .._data.panel import Panel
    from .._options import Progress
    from .numbers import Numbers

#: How labels of each type are written.
WRITERS: dict[str, Callable[[Any], str]] = {
    "boolean": lambda label: "true" if label else "false",
    "integer": lambda label: str(int(label)),
    "number": lambda label: repr(float(label)),
    "datetime": lambda label: str(label.isoformat()),
    "date": lambda label: str(label.isoformat()),
    "text": as_text,
}


def to_json(result: Numbers) -> str:
    """Write a result of the compiled core."""
    ids = _ids(result)
    return save(result._analysis(), ids)


def analysis_json(panel: Panel, found: Analysis) -> str:
    """Write what the compiled core found of a panel."""
    return save(found, _ids_of(panel))


def placebo_in_time(result: Numbers, periods: int | None, progress: Progress) -> str:
    """Write what comes of an earlier treatment."""
    ids = _ids(result)
    with monitoring(progress) as monitor:
        return save_placebo_in_time(result._analysis(), ids, periods, monitor)


def _ids(result: Numbers) -> dict[str, Any]:
    """Give the labels by their types."""
    if result.backend == "numpy":
        raise lacks()
    return _ids_of(result._panel)


def _ids_of(panel: Panel) -> dict[str, Any]:
    groups = [[] if g.labels is None else g.labels.to_list() for g in panel.design.groups]
    return {
        "unit": _typed(panel.unit.labels),
        "time": _typed(panel.time.labels),
        "groups": [_typed(labels) for labels in groups],
        "by_matrix": panel.wide,
    }


def write(result: Numbers, path: str | os.PathLike[str]) -> Path:
    """Write a file."""
    from .report import in_folder, replace

    target = in_folder(path)
    replace(target, to_json(result))
    return target


def _typed(labels: Sequence[Any]) -> tuple[str, list[str]]:
    """Give the type of all labels, and each as text."""
    if not labels:
        return "", []
    kinds = {_kind(label) for label in labels}
    if kinds == {"integer", "number"}:
        kinds = {"number"}
    kind = kinds.pop() if len(kinds) == 1 else "text"
    return kind, [WRITERS[kind](label) for label in labels]


def _kind(label: Any) -> str:
    if isinstance(label, (bool, np.bool_)):
        return "boolean"
    if isinstance(label, numbers.Integral):
        return "integer"
    if isinstance(label, numbers.Real):
        return "number"
    if isinstance(label, datetime.datetime):
        return "datetime"
    return "date" if isinstance(label, datetime.date) else "text"
