"""What a picture is asked beside its kind."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._errors import TropError
from .._hints import listed
from .._options import read_count, read_switch
from .._refusals import refusal

EVENTS = ("event", "cumulative")
LINES = ("path", *EVENTS)
WEIGHTS = ("weights", "time_weights")

#: The kinds that an option is for.
KINDS_OF = {
    "unit": WEIGHTS,
    "time": WEIGHTS,
    "window": EVENTS,
    "min_cells": EVENTS,
    "band": EVENTS,
    "legend": LINES,
    "color": LINES,
}

#: matplotlib's places of a legend.
PLACES = tuple(
    "best,upper right,upper left,lower left,lower right,right,center left,center right,"
    "lower center,upper center,center".split(",")
)


@dataclass(frozen=True)
class Look:
    """The options of a picture, checked."""

    unit: Any = None
    time: Any = None
    window: tuple[float, float] | None = None
    min_cells: int = 1
    band: bool = True
    legend: bool | str = True
    color: Any = None

    def events(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Take the rows of a table by event time that are to be drawn."""
        at = columns["event_time"]
        first, last = self.window or (at.min(), at.max())
        inside = (at >= first) & (at <= last)
        if not inside.any():
            ends = {"earliest": at.min(), "latest": at.max()}
            text = refusal("plot_window_empty", first=f"{first:g}", last=f"{last:g}", **ends)
            raise TropError("option_invalid", text)
        shown = inside & (columns["n_cells"] >= self.min_cells)
        if not shown.any():
            raise TropError("option_invalid", refusal("plot_cells_few", min_cells=self.min_cells))
        found = {name: column[shown] for name, column in columns.items()}
        if not self.band:
            bounds = ("band_lower", "band_upper")
            found.update({name: np.full(int(shown.sum()), np.nan) for name in bounds})
        return found


def read_look(kind: str, options: dict[str, Any]) -> Look:
    """Check the options that are given, None for those that are not."""
    given = {name: value for name, value in options.items() if value is not None}
    for name in given:
        if kind not in KINDS_OF[name]:
            kinds = listed(map(repr, KINDS_OF[name]))
            raise TropError(
                "option_invalid", refusal("plot_option", option=name, kinds=kinds, kind=kind)
            )
    readers = {
        "window": _read_window,
        "min_cells": lambda value: read_count("min_cells", value),
        "band": lambda value: read_switch("band", value),
        "legend": _read_legend,
        "color": _read_color,
    }
    return Look(**{name: readers.get(name, lambda v: v)(value) for name, value in given.items()})


def _read_window(window: Any) -> tuple[float, float]:
    plain = isinstance(window, Sequence) and all(isinstance(w, numbers.Real) for w in window)
    if not plain or len(window) != 2 or not window[0] <= window[1]:
        text = refusal("plot_window", example="(-5, 10)", given=repr(window))
        raise TropError("option_invalid", text)
    return float(window[0]), float(window[1])


def _read_legend(legend: Any) -> bool | str:
    if isinstance(legend, bool) or legend in PLACES:
        return legend  # type: ignore[no-any-return]
    raise TropError(
        "option_invalid",
        f"legend must be True, False or a place such as 'upper right', not {legend!r}.",
    )


def _read_color(color: Any) -> Any:
    from matplotlib.colors import is_color_like

    if not is_color_like(color):
        raise TropError("option_invalid", f"color must be a colour of matplotlib, not {color!r}.")
    return color
