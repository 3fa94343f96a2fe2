"""The picture of a comparison."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.frames import frame_columns
from .plot_legend import place_legend
from .plot_style import (
    BLUE,
    beyond,
    dot,
    figure_size,
    finish,
    ink,
    limits_of,
    line,
    load_pyplot,
    place_times,
    plain,
    shortened,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIGURE_SIZE = (11.0, 4.6)
#: Colours that differ for all kinds of sight (Okabe and Ito), TROP's being the last.
COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#d55e00", "#cc79a7", "#999999", "#b8a200", "#6a3d9a")


def draw(table: Any, by_time: Any, names: dict[str, Any], figure: Figure | None) -> Figure:
    """Draw paths and intervals side by side."""
    if figure is None:
        figure = new_figure()
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    rows = frame_columns(table)
    colours = _colours(rows["estimator"])
    _draw_paths(frame_columns(by_time), names, left, colours)
    _draw_intervals(rows, names, right, colours)
    return figure


def new_figure() -> Figure:
    """Open a figure for two pictures side by side."""
    figure: Figure = load_pyplot().figure(figsize=figure_size(FIGURE_SIZE), layout="constrained")
    return figure


def _colours(estimators: list[str]) -> dict[str, str]:
    others = [name for name in estimators if name != "trop"]
    return {**{name: COLOURS[k % len(COLOURS)] for k, name in enumerate(others)}, "trop": BLUE}


def _draw_paths(
    columns: dict[str, list[Any]], names: dict[str, Any], ax: Axes, colours: dict[str, str]
) -> None:
    estimators = np.array(columns["estimator"])
    for k, name in enumerate(dict.fromkeys(columns["estimator"])):
        own = np.flatnonzero(estimators == name)
        x = place_times(ax, [columns["time"][i] for i in own])
        if k == 0:
            observed = [columns["observed"][i] for i in own]
            style: dict[str, Any] = {"color": ink(ax).text, "lw": line(1.2), "ms": dot(0.6)}
            ax.plot(x, observed, "o-", label="Observed", zorder=3, **style)
            treated = [columns["n_treated"][i] > 0 for i in own]
            start = int(np.argmax(treated))
            begins = x[start] if start == 0 else (x[start - 1] + x[start]) / 2
            ax.axvline(begins, color=ink(ax).muted, lw=line(0.7), ls=":")
        path = [columns["counterfactual"][i] for i in own]
        width = line(1.3 if name == "trop" else 0.9)
        ax.plot(x, path, color=colours[name], lw=width, label=plain(shortened(name)))
    outcome = names["outcome"]
    finish(ax, f"{outcome}: observed and without treatment", names["time"], outcome)
    place_legend(ax)


def _draw_intervals(
    rows: dict[str, list[Any]], names: dict[str, Any], ax: Axes, colours: dict[str, str]
) -> None:
    estimators = rows["estimator"]
    at = np.arange(len(estimators))[::-1]
    att, lower, upper = (np.array(rows[name], float) for name in ("att", "ci_lower", "ci_upper"))
    limits = limits_of([*att, *lower, *upper])
    ax.axvline(0, color=ink(ax).text, lw=line(0.5))
    muted = ink(ax).muted
    for y, name, value, start, end in zip(at, estimators, att, lower, upper):
        if math.isnan(value):
            ax.text(0.0, y, " none, see notes", va="center", color=muted, fontsize="small")
            continue
        if not math.isnan(start):
            ax.plot(
                beyond([start, end], limits), [y, y], color=colours.get(name, muted), lw=line(1.3)
            )
        ax.plot([value], [y], "o", color=colours.get(name, muted), ms=dot(1))
    ax.set_yticks(at, [plain(shortened(name)) for name in estimators])
    ax.set_xlim(limits)
    title = f"Estimates and {100 * names['level']:g}% intervals"
    finish(ax, title, f"Effect on {names['outcome']}", "")
