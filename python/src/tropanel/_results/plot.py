"""Pictures of a result. Only modules whose names begin with plot need matplotlib."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from . import plot_lines, plot_map, plot_parts
from .plot_legend import place_legend
from .plot_options import Look
from .plot_style import figure_size, new_axes, set_labels, set_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .numbers import Numbers

DRAWERS = {
    "path": plot_lines.draw_path,
    "effects": plot_map.draw_effects,
    "event": plot_lines.draw_event,
    "cumulative": plot_lines.draw_cumulative,
    "weights": plot_parts.draw_weights,
    "time_weights": plot_parts.draw_time_weights,
    "ablation": plot_parts.draw_ablation,
    "surface": plot_parts.draw_surface,
    "leave_one_out": plot_parts.draw_leave_one_out,
    "placebo": plot_parts.draw_placebo,
    "pre_fit": plot_parts.draw_pre_fit,
}


def draw(
    result: Numbers,
    kind: str,
    ax: Axes | None,
    title: str | None,
    xlabel: str | None,
    ylabel: str | None,
    look: Look | None = None,
) -> Axes:
    """Draw a plot of this kind, in a new figure if `ax` is None."""
    if ax is None:
        ax = new_axes()
    look = look or Look()
    DRAWERS[kind](result, ax, look)
    if title is not None:
        set_title(ax, title)
    set_labels(ax, xlabel, ylabel)
    place_legend(ax, look.legend)
    return ax


def as_svg(result: Numbers, kind: str) -> str:
    """Draw a plot as an SVG, without pyplot, which would keep the figure."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=figure_size(), layout="constrained")
    draw(result, kind, figure.subplots(), None, None, None)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
