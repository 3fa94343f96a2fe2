"""Pictures of single effects: of one unit, or of all units as a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.frames import frame_columns
from .plot_legend import say
from .plot_style import dot, finish, ink, label_ticks, line, named, place_times

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .._backends.protocol import Floats
    from .numbers import Numbers
    from .plot_options import Look

#: Colours end at this quantile of the sizes of effects, if the largest is so many times as large.
QUANTILE, OUTLYING = 0.95, 1.5
#: Maps of more cells are a raster in files that hold lines.
MOST_TILES = 4000


def draw_effects(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw the effect of every treated cell."""
    columns = frame_columns(result.effects)
    draw_them = _draw_stems if len(set(columns["unit"])) == 1 else _draw_map
    draw_them(result, ax, columns)


def _draw_stems(result: Numbers, ax: Axes, columns: dict[str, list[Any]]) -> None:
    x = place_times(ax, columns["time"])
    ax.axhline(0, color=ink(ax).text, lw=line(0.5))
    ax.vlines(x, 0, columns["effect"], color=ink(ax).data, lw=line(1.3), alpha=0.45)
    ax.plot(x, columns["effect"], "o", color=ink(ax).data, ms=dot(0.9), label="Effect")
    ax.axhline(result.att, color=ink(ax).data, lw=line(0.7), ls=":", label=result._words["att"])
    title = f"{result._words['effect']} in {columns['unit'][0]}"
    finish(ax, title, result.time, named(result._words["effect"]))


def _draw_map(result: Numbers, ax: Axes, columns: dict[str, list[Any]]) -> None:
    """Draw units by periods, with the effect as colour."""
    missed = frame_columns(result.not_estimable)
    periods = result._panel.time.labels
    treated = {*columns["time"], *missed["time"]}
    times = [time for time in periods if time in treated]
    units = _by_adoption(columns, missed, {time: k for k, time in enumerate(periods)})
    row = {unit: k for k, unit in enumerate(units)}
    column = {time: k for k, time in enumerate(times)}
    grid = np.full((len(units), len(times)), np.nan)
    for unit, time, effect in zip(columns["unit"], columns["time"], columns["effect"]):
        grid[row[unit], column[time]] = effect
    x = place_times(ax, times)
    at = [(x[column[time]], row[unit]) for unit, time in zip(missed["unit"], missed["time"])]
    if at:
        ax.plot(*zip(*at), "x", color=ink(ax).muted, ms=dot(0.6), label="No estimate")
    _fill_map(ax, x, grid)
    label_ticks(ax, "y", units)
    title = f"{result._words['effect']} in each treated cell"
    finish(ax, title, result.time, f"{result.unit}, in order of adoption")
    ax.grid(visible=False)


def _by_adoption(
    columns: dict[str, list[Any]], missed: dict[str, list[Any]], position: dict[Any, int]
) -> list[Any]:
    """Put units in the order of their first treated period."""
    first: dict[Any, int] = {}
    for found in (columns, missed):
        for unit, time in zip(found["unit"], found["time"]):
            first[unit] = min(first.get(unit, len(position)), position[time])
    return sorted(first, key=lambda unit: first[unit])


def _fill_map(ax: Axes, x: Floats, grid: Floats) -> None:
    from matplotlib.patches import Rectangle

    limit, words = _colour_limit(grid)
    edges_x, edges_y = _edges(x), np.arange(len(grid) + 1) - 0.5
    style: dict[str, Any] = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}
    image = ax.pcolormesh(edges_x, edges_y, grid, rasterized=grid.size > MOST_TILES, **style)
    size = (edges_x[-1] - edges_x[0], len(grid))
    hatch: dict[str, Any] = {
        "hatch": "////",
        "ec": (*ink(ax).muted, 0.5),
        "fc": "none",
        "lw": 0,
        "label": "Not treated",
    }
    ax.add_patch(Rectangle((edges_x[0], -0.5), *size, zorder=0, **hatch))
    ax.set_xlim(edges_x[0], edges_x[-1])
    ax.set_ylim(edges_y[-1], edges_y[0])
    ends = ("neither", "min", "max", "both")
    extend = ends[(np.nanmin(grid) < -limit) + 2 * (np.nanmax(grid) > limit)]
    ax.figure.colorbar(image, ax=ax, extend=extend)
    if words:
        say(ax, words)


def _colour_limit(grid: Floats) -> tuple[float, str]:
    """Give the effect at which colours end, and say how many cells lie beyond it."""
    sizes = np.abs(grid[np.isfinite(grid)])
    largest, common = float(sizes.max()), float(np.quantile(sizes, QUANTILE))
    if not 0 < common * OUTLYING < largest:
        return largest or 1.0, ""
    n = int((sizes > common).sum())
    return common, f"Darkest: {common:.3g} or more either way, {n} cells"


def _edges(x: Floats) -> Floats:
    """Give the edges of cells around these places."""
    if len(x) == 1:
        return np.array([x[0] - 0.5, x[0] + 0.5])
    middle = (x[1:] + x[:-1]) / 2
    ends = (x[0] - (middle[0] - x[0]), x[-1] + (x[-1] - middle[-1]))
    found: Floats = np.concatenate([[ends[0]], middle, [ends[1]]])
    return found
