"""Where a legend stands: never on data, and never on a neighbour in a grid of axes."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from .plot_style import background

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

#: A legend within its axes takes at most this part of the height with all its words.
LARGEST = 0.35
#: Free space around a legend: in parts of the axes, and in inches.
MARGIN, GAP = 0.03, 0.08
#: Parts of the axes' width that a legend takes at most: within; below the axes of a grid, which the
#: layout may make narrower; below axes alone in their figure, which it makes wider.
WITHIN, IN_GRID, ALONE = 0.98, 0.92, 1.1
STYLE: dict[str, Any] = {"frameon": False, "fontsize": "small"}


def place_legend(ax: Axes, place: bool | str = True) -> None:
    """Draw the legend of an axes, if anything has a label.

    Where the figure makes room for what lies outside of the axes, it stands below them; else
    within, over the data, which make room. A place that is asked for is kept.
    """
    if place is False or not ax.get_legend_handles_labels()[1]:
        return
    if isinstance(place, str):
        ax.legend(loc=place, **STYLE)
    elif ax.figure.get_layout_engine() is None:
        _place_within(ax)
    else:
        _place_below(ax)


def say(ax: Axes, words: str) -> None:
    """Put words into the legend."""
    ax.plot([], [], " ", label=words)


def _place_below(ax: Axes) -> None:
    from matplotlib.transforms import ScaledTranslation

    alone = len(ax.figure.axes) == 1
    widest = ALONE if alone else IN_GRID
    if not alone:
        _settle(ax)
    legend = _fitting(ax, widest, *ax.get_legend_handles_labels(), borderaxespad=0.0)
    axis = ax.xaxis.get_tightbbox()
    depth = 0.0 if axis is None else ax.bbox.y0 - axis.y0
    inches = depth / ax.figure.dpi + GAP
    down = ScaledTranslation(0, -inches, ax.figure.dpi_scale_trans)
    legend.set_bbox_to_anchor((0, 0), transform=ax.transAxes + down)


def _settle(ax: Axes) -> None:
    """Lay the figure out, so that texts break as narrow axes have them.

    A layout takes the heights of texts as they were before it, and many lines may come of it.
    """
    engine: Any = ax.figure.get_layout_engine()
    engine.execute(ax.figure.figure)


def _place_within(ax: Axes) -> None:
    handles, labels = ax.get_legend_handles_labels()
    legend = _fitting(ax, WITHIN, handles, labels)
    if _share(ax, legend) > LARGEST:
        legend = _fitting(ax, WITHIN, handles, [label.split("\n")[0] for label in labels])
    frame: Any = legend.get_frame()
    frame.set(visible=True, facecolor=background(ax), edgecolor="none", alpha=0.85)
    lower, upper = ax.get_ylim()
    share = min(_share(ax, legend) + MARGIN, 0.7)
    ax.set_ylim(lower, lower + (upper - lower) / (1 - share))


def _share(ax: Axes, legend: Legend) -> float:
    return float(legend.get_window_extent().height / ax.bbox.height)


def _fitting(
    ax: Axes, widest: float, handles: list[Any], labels: list[Any], **style: Any
) -> Legend:
    """Draw it in as many columns as the axes are wide enough for; break lines if need be."""
    for columns in range(min(len(labels), 4), 0, -1):
        legend = ax.legend(handles, labels, loc="upper left", ncols=columns, **STYLE, **style)
        excess = legend.get_window_extent().width / (widest * ax.bbox.width)
        if excess <= 1:
            return legend
    longest = max(len(line) for label in labels for line in label.split("\n"))
    # The handles take the room of about ten characters.
    width = max(12, int((longest + 10) / excess) - 10)
    broken = ["\n".join(textwrap.fill(li, width) for li in la.split("\n")) for la in labels]
    return ax.legend(handles, broken, loc="upper left", **STYLE, **style)
