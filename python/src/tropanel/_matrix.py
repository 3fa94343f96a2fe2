"""Reading a panel from matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from ._columns import floats_of_objects
from ._errors import TropError
from ._frames import frame_library
from ._hints import show_entries
from ._panel import Axis, Observations, Panel, assemble

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ._frames import Library
    from ._protocol import Floats


def read_matrices(Y: ArrayLike, W: ArrayLike) -> tuple[Floats, Floats]:
    """Read outcomes and treatments as two float matrices of one shape."""
    outcomes, treatments = _read_matrix("Y", Y), _read_matrix("W", W)
    if outcomes.shape != treatments.shape:
        hint = " Is one transposed?" if outcomes.shape == treatments.shape[::-1] else ""
        raise TropError(
            "shape_mismatch",
            f"Y is {_shape(outcomes)} and W is {_shape(treatments)}; both must be units x periods."
            + hint,
        )
    if outcomes.size == 0:
        raise TropError("empty_panel", f"Y is {_shape(outcomes)}: it has no cells.")
    return outcomes, treatments


def read_wide(
    Y: ArrayLike,
    W: ArrayLike,
    units: Sequence[Any] | None,
    times: Sequence[Any] | None,
    library: str | None,
) -> Panel:
    """Turn matrices, with labels for their rows and columns, into a panel."""
    outcomes, treatments = read_matrices(Y, W)
    chosen = frame_library(library)
    unit = _read_labels("unit", units, outcomes.shape[0], chosen)
    time = _read_labels("time", times, outcomes.shape[1], chosen)
    rows, columns = np.indices(outcomes.shape).reshape(2, -1)

    def show(where: NDArray[Any], values: Sequence[Any] | None = None) -> str:
        ids = {
            "unit": [unit.labels[k] for k in rows],
            "time": [time.labels[k] for k in columns],
        }
        return show_entries(ids, where, values)

    entries = Observations(outcomes.ravel(), treatments.ravel(), rows, columns, "Y", "W", show)
    return assemble(entries, unit, time, unit.series.implementation)


def _read_matrix(name: str, values: ArrayLike) -> Floats:
    try:
        matrix = np.ma.getdata(values) if np.ma.isMaskedArray(values) else np.asarray(values)
    except ValueError as error:
        raise TropError(
            "data_unreadable", f"{name} is not a matrix: its rows differ in length."
        ) from error
    if matrix.ndim != 2:
        raise TropError(
            "shape_mismatch",
            f"{name} must be a matrix of units x periods, but has {matrix.ndim} dimension(s).",
        )
    floats = _floats(matrix)
    if floats is None:
        raise TropError(
            "data_unreadable", f"{name} must hold numbers only, but is of type {matrix.dtype}."
        )
    if np.ma.isMaskedArray(values):
        floats[np.ma.getmaskarray(np.ma.asarray(values))] = np.nan
    return floats


def _floats(matrix: NDArray[Any]) -> Floats | None:
    """Copy a matrix as floats; None if it holds anything but numbers."""
    if matrix.dtype.kind in "biuf":
        return np.array(matrix, dtype=np.float64, order="C")
    if matrix.dtype.kind != "O":
        return None
    objects = matrix.ravel().tolist()
    floats = floats_of_objects(objects, [value is None for value in objects])
    return None if floats is None else floats.reshape(matrix.shape)


def _shape(matrix: Floats) -> str:
    return f"{matrix.shape[0]} x {matrix.shape[1]}"


def _read_labels(name: str, labels: Sequence[Any] | None, length: int, library: Library) -> Axis:
    own = list(range(length)) if labels is None else list(labels)
    if len(own) != length:
        raise TropError(
            "labels_invalid",
            f"There are {len(own)} {name} labels ({name}s) for the {length} {name}s of Y.",
        )
    if len(set(own)) != length or any(label is None or label != label for label in own):
        raise TropError(
            "labels_invalid", f"The {name} labels ({name}s) must differ and none may be missing."
        )
    return Axis(name, own, nw.new_series(name, own, backend=library))
