"""What a file holds: the attributes of a result."""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from .._backends.saved import load_saved
from .._data.axis import Axis
from .._data.design import Design, Groups
from .._data.panel import Panel
from .build import attributes_of

if TYPE_CHECKING:
    from .._data.frames import Library


def attributes_in(text: str, library: Library) -> dict[str, Any]:
    """Read a file's text, with frames of one library: all that a `TropResult` has."""
    found = load_saved(text)
    panel = _panel(text, found, library)
    return attributes_of(panel, found["panel"], found["analysis"], found["options"], "rust")


def _panel(text: str, found: dict[str, Any], library: Library) -> Panel:
    names, ids = found["names"], found["ids"]
    n, t = found["Y"].shape
    unit = _axis(names["unit"], ids["unit"], n, library)
    time = _axis(names["time"], ids["time"], t, library)
    return Panel(
        found["Y"],
        found["W"],
        unit,
        time,
        names["outcome"],
        names["treatment"],
        unit.series.implementation,
        given=found["W"],
        design=_design(found["design"], names["covariates"], ids["groups"], library),
        wide=ids["by_matrix"],
        saved=text,
    )


def _design(found: dict[str, Any], covariates: list[str], groups: Any, library: Library) -> Design:
    """Give what the result says of its design; the backend has the rest."""
    own = dict(found)
    groupings = own.pop("groupings")
    labels = [*groups, *[("", [])] * len(groupings)]
    read = tuple(
        Groups(name, kind or np.empty(0, dtype=np.int64), _series(name, given, library))
        for (name, kind), given in zip(groupings, labels)
    )
    return Design(**own, covariates={name: np.empty(0) for name in covariates}, groups=read)


def _axis(name: str, given: tuple[str, list[str]], length: int, library: Library) -> Axis:
    kind, texts = given
    labels = _read(kind, texts, library) if len(texts) == length else list(range(length))
    return Axis(name, labels, nw.new_series(name, labels, backend=library))


def _series(name: str, given: tuple[str, list[str]], library: Library) -> nw.Series[Any] | None:
    kind, texts = given
    return nw.new_series(name, _read(kind, texts, library), backend=library) if texts else None


def _read(kind: str, texts: Sequence[str], library: Library) -> list[Any]:
    readers: dict[str, Callable[[str], Any]] = {
        "boolean": lambda text: text == "true",
        "integer": int,
        "number": float,
        "date": datetime.date.fromisoformat,
        "datetime": _moment(library),
    }
    reader = readers.get(kind, str)
    return [reader(text) for text in texts]


def _moment(library: Library) -> Callable[[str], Any]:
    if library != "pandas":
        return datetime.datetime.fromisoformat
    timestamp: Callable[[str], Any] = importlib.import_module("pandas").Timestamp
    return timestamp
