"""Matrices and vectors that carry labels: brought in line with those of Y, or refused."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np

from .._errors import TropError
from .._hints import listed, show_label
from .._refusals import refusal

AXES = ("unit", "time")


def labels_of(values: Any) -> tuple[list[Any] | None, list[Any] | None]:
    """Read the labels of rows and columns; None where there are none or only positions."""
    table = _as_table(values)
    if hasattr(table, "iloc"):
        columns = getattr(table, "columns", None)
        return _own_labels(table.index), None if columns is None else _own_labels(columns)
    frame = nw.from_native(table, pass_through=True)
    return None, list(frame.columns) if isinstance(frame, nw.DataFrame) else None


def aligned(name: str, values: Any, unit: list[Any] | None, time: list[Any] | None = None) -> Any:
    """Bring rows and columns into the order of the labels of Y, where both have some."""
    for axis, own, expected in zip((0, 1), labels_of(values), (unit, time)):
        if own is None or expected is None or own == expected:
            continue
        order = _positions(name, AXES[axis], own, expected)
        values = _take(_as_table(values), order, axis)
    return values


def aligned_vector(name: str, values: Any, axis: str, expected: list[Any] | None) -> Any:
    """Bring the entries of a vector of units or periods into the order of the labels of Y."""
    own = labels_of(values)[0]
    if own is None or expected is None or own == expected:
        return values
    return _take(_as_table(values), _positions(name, axis, own, expected), 0)


def reordered(name: str, values: Any, rows: list[Any], columns: list[Any]) -> Any:
    """Bring rows and columns, both of units, into the order of labels, where they have some."""
    for axis, own, expected in zip((0, 1), labels_of(values), (rows, columns)):
        if own is not None and own != expected:
            values = _take(_as_table(values), _positions(name, "unit", own, expected), axis)
    return values


def _positions(name: str, axis: str, own: list[Any], expected: list[Any]) -> list[int]:
    """Find each expected label; both must have the same ones, each once."""
    place = {label: k for k, label in enumerate(own)}
    if len(place) < len(own) or len(set(expected)) < len(expected):
        raise TropError("labels_invalid", refusal("labels_repeated", axis=axis))
    lone = set(place) ^ set(expected)
    if lone:
        first = [label for label in [*expected, *own] if label in lone]
        raise TropError(
            "labels_invalid",
            refusal(
                "labels_unaligned",
                matrix=name,
                axis=axis,
                labels=listed(map(show_label, first), 4),
                bare="pass arrays without labels, as with numpy.asarray",
            ),
        )
    return [place[label] for label in expected]


def _as_table(values: Any) -> Any:
    """Turn an array of xarray into the pandas object with its labels."""
    if hasattr(values, "dims") and hasattr(values, "to_pandas"):
        return values.to_pandas()
    return values


def _own_labels(index: Any) -> list[Any] | None:
    counts = type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1
    return None if counts else list(index)


def _take(table: Any, order: list[int], axis: int) -> Any:
    if hasattr(table, "iloc"):
        return table.iloc[order] if axis == 0 else table.iloc[:, order]
    frame = nw.from_native(table)
    names = frame.columns
    return np.asarray(frame.select([names[k] for k in order]).to_numpy())
