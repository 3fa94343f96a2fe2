"""Changes that make good data bad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conftest import Columns

Change = Callable[[Columns], Any]


def set_value(column: str, row: int, value: Any) -> Change:
    def change(columns: Columns) -> Columns:
        columns[column][row] = value
        return columns

    return change


def replace(column: str, values: Callable[[Columns], list[Any]]) -> Change:
    def change(columns: Columns) -> Columns:
        columns[column] = values(columns)
        return columns

    return change


def rename(old: str, new: str) -> Change:
    return lambda columns: {
        new if name == old else name: values for name, values in columns.items()
    }
