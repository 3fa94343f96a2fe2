"""The picture of a simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.frames import frame_columns
from .plot_comparison import new_figure
from .plot_legend import place_legend
from .plot_style import BLUE, dot, finish, ink, line, place_times, plain, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw(frames: dict[str, Any], rank: int, names: dict[str, Any], figure: Figure | None) -> Figure:
    """Draw ranking and paths side by side; `frames` are table, by_rank and example."""
    if figure is None:
        figure = new_figure()
    left, right = figure.subplots(1, 2, width_ratios=(2, 3))
    _draw_ranking(frame_columns(frames["table"]), frame_columns(frames["by_rank"]), rank, left)
    _draw_example(frame_columns(frames["example"]), names, right)
    return figure


def _draw_ranking(
    rows: dict[str, list[Any]], others: dict[str, list[Any]], rank: int, ax: Axes
) -> None:
    names = rows["estimator"]
    at = dict(zip(names, np.arange(len(names))[::-1]))
    ratio, error = (np.array(rows[k], float) for k in ("relative_rmse", "relative_rmse_se"))
    colors = ink(ax)
    ax.axvline(1, color=colors.text, lw=line(0.5))
    for name, other, value in zip(others["estimator"], others["rank"], others["relative_rmse"]):
        if other != rank:
            ax.plot([value], [at[name]], "o", mfc="none", color=colors.muted, ms=dot(0.8))
            ax.annotate(f"{other}", (value, at[name]), (0, 5), textcoords="offset points",
                        ha="center", color=colors.muted, fontsize="x-small")  # fmt: skip
    for name, value, se in zip(names, ratio, error):
        colour = BLUE if name == "trop" else colors.text
        ax.plot([value - 2 * se, value + 2 * se], [at[name]] * 2, color=colour, lw=line(1.3))
        ax.plot([value], [at[name]], "o", color=colour, ms=dot(1))
    ax.set_yticks(list(at.values()), [plain(shortened(name)) for name in at])
    finish(ax, f"Errors on simulated panels, rank {rank}", "RMSE over that of the best", "")


def _draw_example(columns: dict[str, list[Any]], names: dict[str, Any], ax: Axes) -> None:
    x = place_times(ax, columns["time"])
    for k, name in enumerate(name for name in columns if name.startswith("draw_")):
        label = "The same unit, simulated" if k == 0 else None
        ax.plot(x, columns[name], color=ink(ax).muted, lw=line(0.7), label=label)
    style: dict[str, Any] = {"color": ink(ax).text, "lw": line(1.2), "ms": dot(0.6)}
    ax.plot(x, columns["observed"], "o-", label="Observed", **style)
    title = f"{columns['unit'][0]}: observed without treatment, and simulated"
    finish(ax, title, names["time"], names["outcome"])
    place_legend(ax)
