"""The picture of a simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.frames import frame_columns
from .plot import DARK, GREY, finish, place_times, plain
from .plot_comparison import new_figure
from .plot_options import BLUE

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
    ax.axvline(1, color=DARK, lw=0.8)
    for name, other, value in zip(others["estimator"], others["rank"], others["relative_rmse"]):
        if other != rank:
            ax.plot([value], [at[name]], "o", mfc="none", color=GREY, ms=5)
            ax.annotate(f"{other}", (value, at[name]), (0, 5), textcoords="offset points",
                        ha="center", color=GREY, fontsize="x-small")  # fmt: skip
    for name, value, se in zip(names, ratio, error):
        colour = BLUE if name == "trop" else DARK
        ax.plot([value - 2 * se, value + 2 * se], [at[name]] * 2, color=colour, lw=2)
        ax.plot([value], [at[name]], "o", color=colour, ms=6)
    ax.set_yticks(list(at.values()), [plain(name) for name in at])
    finish(ax, f"Errors on simulated panels, rank {rank}", "RMSE over that of the best", "")


def _draw_example(columns: dict[str, list[Any]], names: dict[str, Any], ax: Axes) -> None:
    x = place_times(ax, columns["time"])
    for k, name in enumerate(name for name in columns if name.startswith("draw_")):
        label = "The same unit, simulated" if k == 0 else None
        ax.plot(x, columns[name], color=GREY, lw=1, label=label)
    ax.plot(x, columns["observed"], "o-", color=DARK, lw=1.8, ms=3.5, label="Observed")
    title = f"{plain(columns['unit'][0])}: observed without treatment, and simulated"
    finish(ax, title, names["time"], names["outcome"])
    ax.legend(frameon=False, fontsize="small")
