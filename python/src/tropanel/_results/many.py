"""The estimates of many panels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from .._backends.many import many_text
from .._backends.saved import load_saved
from .._data.frames import build_frame
from .._errors import TropError
from .._refusals import refusal
from .loading import load
from .reading import attributes_in
from .result import TropResult

if TYPE_CHECKING:
    from .._backends.handles import Analysis
    from .._data.frames import Library
    from .._data.panels import Panels

#: What is found of a panel: its result, or why it has none.
Found = Union[TropResult, TropError]

NUMBERS = ("att", "se", "ci_lower", "ci_upper", "p_value", "n_treated_cells")
#: The columns of the table after those of the keys.
COLUMNS = (
    "att", "se", "ci_lower", "ci_upper", "interval", "p_value", "method", "n_treated_cells",
    "converged", "error", "message",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What is kept of a panel: its row in the table; its result as it is saved, or its error."""

    row: dict[str, Any]
    found: str | Path | TropError
    library: Library
    #: Codes of the notes that warn.
    warnings: tuple[str, ...] = ()

    def read(self) -> Found:
        """Give the error, or make the result of its text or file."""
        if isinstance(self.found, Path):
            return load(self.found, frame_backend=self.library)
        if isinstance(self.found, str):
            return TropResult(**attributes_in(self.found, self.library))
        return self.found


def entry_of(found: str | TropError, library: Library, file: Path | None) -> Entry:
    """Keep what was found: a result as it is saved, in a file if there is one, or an error."""
    if isinstance(found, TropError):
        return Entry(_failed(found), found, library)
    analysis: Analysis = load_saved(found)["analysis"]
    warnings = tuple(code for code, _, is_warning in analysis.notes() if is_warning)
    return Entry(_row(analysis), found if file is None else file, library, warnings)


def _row(analysis: Analysis) -> dict[str, Any]:
    """Give the numbers without the frames of a result, which take longer than a small estimate."""
    facts, inference = analysis.facts(), analysis.inference()
    lower, upper = facts["ci"] or (None, None)
    own = ("att", "se", "interval", "p_value", "n_treated_cells", "converged")
    return {
        **{name: facts[name] for name in own},
        "ci_lower": lower,
        "ci_upper": upper,
        "method": "" if inference is None else inference["method"],
        "error": "",
        "message": "",
    }


def _failed(error: TropError) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(NUMBERS)
    told = {"interval": "none", "method": "", "converged": False}
    return {**nothing, **told, "error": error.code, "message": error.message}


class ManyResults(Mapping[Any, Found]):
    """Estimates of many panels, from :func:`trop_many`: a mapping from keys to results.

    A key is the value of the column `by`, or a tuple of values if `by` is a list of columns. A
    panel that could not be estimated has its :class:`TropError` in place of a :class:`TropResult`.
    The order is that in which the panels first stand in the data. A result is made when it is
    asked for, anew each time, with a folder from its file.

    Attributes
    ----------
    table : frame
        One row for each panel, in the library of the data: the columns `by`; att, se, ci_lower,
        ci_upper, interval, p_value and method as in :class:`TropResult`; n_treated_cells; converged
        (False for a panel that failed); error and message (code and text of why it failed, else
        empty). Numbers that there are not are NaN. Rows in messages count within the panel.
    """

    def __init__(self, keys: Sequence[Any], entries: Sequence[Entry], table: Any) -> None:
        self.table = table
        self._entries: dict[Any, Entry] = dict(zip(keys, entries))

    def __getitem__(self, key: Any) -> Found:
        entry: Entry = self._entries[key]
        return entry.read()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        rows = [entry.row for entry in self._entries.values()]
        uncertified = sum(not row["converged"] and not row["error"] for row in rows)
        return f"<ManyResults: {many_text(len(rows), len(self.failed), uncertified)}>"

    @property
    def failed(self) -> dict[Any, TropError]:
        """The errors of the panels that could not be estimated, by key."""
        found = {key: entry.found for key, entry in self._entries.items()}
        return {key: error for key, error in found.items() if isinstance(error, TropError)}


def results_of(panels: Panels, entries: Sequence[Entry]) -> ManyResults:
    """Put the panels' rows under each other."""
    columns = {name: _column(name, [entry.row[name] for entry in entries]) for name in COLUMNS}
    table = build_frame({**panels.key_columns(), **columns}, panels.frame.implementation)
    return ManyResults(panels.keys, entries, table)


def refuse_taken(names: Sequence[str]) -> None:
    """Refuse keys that are called as a column of the table."""
    for name in names:
        if name in COLUMNS:
            raise TropError("columns_repeated", refusal("by_taken", column=name))


def _column(name: str, values: list[Any]) -> Any:
    read: Callable[[list[Any]], Any] = list
    if name in NUMBERS:
        read = _floats
    elif name == "converged":
        read = np.array
    return read(values)


def _floats(values: list[Any]) -> Any:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
