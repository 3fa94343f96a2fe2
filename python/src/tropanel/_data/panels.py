"""The panels of one data frame, told apart by columns of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from .._errors import TropError
from .._hints import as_text, counted, label_texts, listed, show_label
from .._refusals import refusal
from .columns import numbers_of, read_frame
from .periods import told_apart

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .._backends.protocol import Ints
    from .formula import Question


@dataclass(frozen=True)
class Panels:
    """Parts of a frame, in the order in which their first rows stand.

    A key is the value of the one column that names panels, or a tuple of several columns' values.
    """

    names: tuple[str, ...]
    keys: list[Any]
    rows: list[Ints]
    frame: nw.DataFrame[Any]

    def data(self, k: int) -> Any:
        """Give the rows of a panel as a frame of the caller's own library."""
        return self.frame[self.rows[k]].to_native()

    def key_columns(self) -> dict[str, nw.Series[Any]]:
        """Give the keys in the caller's own types, one row for each panel."""
        firsts = np.array([rows[0] for rows in self.rows])
        return {name: self.frame[name][firsts] for name in self.names}

    def key_texts(self) -> list[list[str]]:
        """Write the parts of each key; different keys have different texts."""
        columns = [label_texts(told_apart(s.to_list())) for s in self.key_columns().values()]
        texts = [list(parts) for parts in zip(*columns)]
        again = [key for key, n in Counter(map(tuple, texts)).items() if n > 1]
        if again:
            raise TropError(
                "id_mixed_types",
                refusal(
                    "by_alike",
                    columns=listed(map(repr, self.names)),
                    labels=listed(", ".join(key) for key in again),
                ),
            )
        return texts

    def entries(self, k: int) -> list[tuple[str, NDArray[Any] | list[str | None]]]:
        """Give the columns of a panel as numbers, or else as texts."""
        part = self.frame[self.rows[k]]
        return [(name, _entries(part[name])) for name in part.columns]

    def show(self, k: int) -> str:
        """Write the key of a panel."""
        key = self.keys[k]
        return ", ".join(map(show_label, key if isinstance(key, tuple) else (key,)))


def read_panels(data: Any, question: Question, by: Sequence[str] | str) -> Panels:
    """Read the columns that are needed, and find the panels."""
    names = _read_names(by)
    frame = read_frame(data, question.roles(), question.asked, names)
    for name in names:
        _refuse_missing(frame[name])
    columns = [told_apart(frame[name].to_list()) for name in names]
    keys: list[Hashable] = columns[0] if isinstance(by, str) else list(zip(*columns))
    position: dict[Hashable, int] = {}
    codes = np.fromiter((position.setdefault(key, len(position)) for key in keys), np.int64)
    order = np.argsort(codes, kind="stable")
    rows = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    return Panels(names, list(position), rows, frame)


def _read_names(by: object) -> tuple[str, ...]:
    names = (by,) if isinstance(by, str) else by
    if isinstance(names, Sequence) and names and all(isinstance(name, str) for name in names):
        return tuple(dict.fromkeys(names))
    raise TropError("option_invalid", refusal("by_names", given=repr(by)))


def _refuse_missing(series: nw.Series[Any]) -> None:
    missing = series.is_null().to_numpy() | np.array(
        [isinstance(value, float) and value != value for value in series.to_list()]
    )
    if missing.any():
        rows = counted(int(missing.sum()), "row")
        raise TropError("id_missing", refusal("by_missing", column=series.name, rows=rows))


def _entries(series: nw.Series[Any]) -> NDArray[Any] | list[str | None]:
    values = numbers_of(series)
    if values is not None:
        return values
    missing = series.is_null().to_list()
    return [None if gone else as_text(v) for v, gone in zip(series.to_list(), missing)]
