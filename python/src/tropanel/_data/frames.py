"""Building data frames in the caller's own library."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Union, cast

import narwhals as nw
import numpy as np

from .._errors import TropError
from .._options import read_choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

Library = Literal["pandas", "polars", "pyarrow"]
FRAME_LIBRARIES: tuple[Library, ...] = ("pandas", "polars", "pyarrow")

Column = Union["NDArray[Any]", "nw.Series[Any]", Sequence[str]]


def build_frame(columns: Mapping[str, Column], library: Any) -> Any:
    """Make a native frame of `library`; narwhals series keep their type, such as dates."""
    labels = {name: column for name, column in columns.items() if isinstance(column, nw.Series)}
    plain = {name: column for name, column in columns.items() if name not in labels}
    schema = {name: _dtype(column) for name, column in plain.items()}
    frame = nw.from_dict(plain, schema=schema, backend=library)
    frame = frame.with_columns(*(series.alias(name) for name, series in labels.items()))
    return frame.select(list(columns)).to_native()


def _dtype(column: Any) -> Any:
    kinds: dict[str, Any] = {"f": nw.Float64, "i": nw.Int64, "b": nw.Boolean}
    return kinds[column.dtype.kind] if isinstance(column, np.ndarray) else nw.String


def frame_columns(frame: Any) -> dict[str, list[Any]]:
    """Read a native frame as plain lists."""
    columns: dict[str, list[Any]] = nw.from_native(frame, eager_only=True).to_dict(as_series=False)
    return columns


def frame_library(name: str | None) -> Library:
    """Check the name of a frame library; None is the first one installed."""
    if name is not None:
        return cast("Library", read_choice("the frame library", name, FRAME_LIBRARIES))
    for library in FRAME_LIBRARIES:
        if importlib.util.find_spec(library) is not None:
            return library
    raise TropError(
        "no_frame_library",
        "Results are data frames, and none of pandas, polars and pyarrow is installed. Install"
        ' one, for example with: pip install "tropanel[pandas]"',
    )
