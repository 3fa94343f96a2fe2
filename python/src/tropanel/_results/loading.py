"""Reading results that were saved, in any language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._data.frames import frame_library
from .reading import attributes_in
from .result import TropResult

if TYPE_CHECKING:
    import os


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
    text = Path(path).read_text(encoding="utf-8")
    return TropResult(**attributes_in(text, frame_library(frame_backend)))


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
    return TropResult(**attributes_in(json.dumps(saved), frame_library(frame_backend)))
