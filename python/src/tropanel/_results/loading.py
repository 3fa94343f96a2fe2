"""Reading results that were saved, in any language."""

from __future__ import annotations

import datetime
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from .._backends.saved import load_saved
from .._data.axis import Axis
from .._data.design import Design, Groups
from .._data.frames import frame_library
from .._data.panel import Panel
from .build import result_of

if TYPE_CHECKING:
    import os

    from .._data.frames import Library
    from .result import TropResult


def load(path: str | os.PathLike[str], *, frame_backend: str | None = None) -> TropResult:
    """Read a result that was saved in Python, R or another language.

    Nothing is estimated again, and all numbers are those that were saved, to the bit. Diagnostics
    and intervals at other levels are computed from the panel in the file when they are asked for.

    Parameters
    ----------
    path : path-like
        What ``TropResult.save`` or R's ``write_trop()`` wrote.
    frame_backend : {"pandas", "polars", "pyarrow"}, optional
        Library of the frames in the result; the first of these that is installed by default.

    Returns
    -------
    TropResult
        Labels of units and periods are texts, numbers, dates or true and false as they were; those
        of other types are texts.

    Raises
    ------
    TropError
        With code ``saved_invalid`` if the file is none of these or was changed, ``saved_version``
        if it is of a later version.

    Examples
    --------
    >>> import math, pathlib, tempfile, tropanel
    >>> result = tropanel.trop_matrix(
    ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
    ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
    ...     lambdas={"time": 0, "unit": 0, "nn": math.inf},
    ... )
    >>> file = result.save(pathlib.Path(tempfile.mkdtemp()) / "result.json")
    >>> tropanel.load(file).att == result.att
    True
    """
    return _from_json(Path(path).read_text(encoding="utf-8"), frame_backend)


def from_dict(saved: Mapping[str, Any], *, frame_backend: str | None = None) -> TropResult:
    """Make a result of what a file holds, or of ``result.to_dict(complete=True)``.

    Parameters
    ----------
    saved : mapping
        The JSON of a file that :func:`load` reads.
    frame_backend : {"pandas", "polars", "pyarrow"}, optional
        As for :func:`load`.

    Returns
    -------
    TropResult

    Raises
    ------
    TropError
        As :func:`load`.

    Examples
    --------
    >>> import math, tropanel
    >>> result = tropanel.trop_matrix(
    ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
    ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
    ...     lambdas={"time": 0, "unit": 0, "nn": math.inf},
    ... )
    >>> tropanel.from_dict(result.to_dict(complete=True)).att == result.att
    True
    """
    return _from_json(json.dumps(saved), frame_backend)


def _from_json(text: str, frame_backend: str | None) -> TropResult:
    found = load_saved(text)
    panel = _panel(text, found, frame_library(frame_backend))
    return result_of(panel, found["panel"], found["analysis"], found["options"], "rust")


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
