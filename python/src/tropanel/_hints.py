"""Small pieces of error messages."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """Return " Did you mean ...?" for the known names closest to `name`, or nothing."""
    lower = {str(candidate).lower(): candidate for candidate in known}
    close = difflib.get_close_matches(str(name).lower(), list(lower), n=3, cutoff=0.6)
    if not close:
        return ""
    return " Did you mean " + " or ".join(repr(lower[key]) for key in close) + "?"


def counted(n: int, noun: str) -> str:
    """Write a number of things."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def listed(items: Iterable[object], most: int = 5) -> str:
    """Write the first few items, and how many more there are."""
    texts = [str(item) for item in items]
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def show_label(label: object) -> str:
    """Write an id or value: text in quotes, anything else plainly."""
    return repr(label) if isinstance(label, str) else str(label)


def as_text(name: object) -> str:
    """Write a name as text that can be encoded: lone surrogates become question marks."""
    return str(name).encode("utf-8", "replace").decode("utf-8")


def label_texts(labels: Sequence[Any]) -> list[str]:
    """Write labels as text: times of day only if one of them is not midnight."""
    midnight = datetime.time()
    if all(isinstance(x, datetime.datetime) and x.time() == midnight for x in labels):
        labels = [label.date() for label in labels]
    return [as_text(label) for label in labels]


def show_entries(
    ids: Mapping[str, Sequence[Any]],
    where: NDArray[Any],
    values: Sequence[Any] | None = None,
    prefix: str = "",
) -> str:
    """Write the first few entries of data in long form: their ids, and their values if given.

    `where` is a mask over the entries, or their positions; `prefix` may hold a {} for the position.
    """
    positions = np.flatnonzero(where) if where.dtype == np.bool_ else where

    def one(k: int) -> str:
        own = ", ".join(f"{name}={show_label(column[k])}" for name, column in ids.items())
        value = "" if values is None else f" with {show_label(values[k])}"
        return f"{prefix.format(k)}({own}){value}"

    return listed(one(int(k)) for k in positions)
