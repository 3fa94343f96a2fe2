"""Pictures over time: the path, the event study, the cumulative effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.frames import frame_columns
from .plot_data import arrays
from .plot_legend import say
from .plot_style import (
    dot,
    finish,
    ink,
    line,
    named,
    place_times,
    room,
    whole_ticks,
    widen,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .._backends.protocol import Bools, Floats
    from .numbers import Numbers
    from .plot_options import Look

ENDS = ("lower", "upper")
#: Event times with less than this share of the most cells do not set the scale.
FEW_CELLS = 0.4


def draw_path(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw observed outcomes and those without treatment."""
    columns, colors = frame_columns(result.by_time), ink(ax)
    color = look.color or colors.data
    x = place_times(ax, columns["time"])
    several = f" (mean of {result.n_treated_units} units)" if result.n_treated_units > 1 else ""
    style: dict[str, Any] = {"color": colors.text, "lw": line(1.2), "ms": dot(0.6)}
    ax.plot(x, columns["observed"], "o-", label=f"Observed{several}", **style)
    ax.plot(
        x,
        columns["counterfactual"],
        color=color,
        lw=line(1.2),
        ls=(0, (4, 2)),
        label="Without treatment, predicted\n(before it: leaving the cell itself out)",
    )
    _shade_treatment(ax, x, {name: np.array(columns[name]) for name in NUMBERS}, color)
    title = f"{result._words['outcome']}: observed and without treatment"
    finish(ax, title, result.time, named(result._words["outcome"]))


NUMBERS = ("observed", "counterfactual", "n_cells", "n_treated")


def _shade_treatment(ax: Axes, x: Floats, columns: dict[str, Any], color: Any) -> None:
    """Fill the difference where it is mostly an effect, and mark when units adopt."""
    treated, cells = columns["n_treated"], columns["n_cells"]
    first = int(np.argmax(treated > 0))
    start = x[first] if first == 0 else (x[first - 1] + x[first]) / 2
    everyone = np.flatnonzero(treated == cells)
    full = x[everyone[0]] if len(everyone) else x[-1]
    gradual = full > x[first]
    most = 2 * treated > cells
    label = "Difference, where most are treated" if gradual else "Difference"
    _fill(ax, x, columns, most, color, label)
    if gradual:
        pale = ink(ax).pale
        ax.axvspan(start, full, color=pale, lw=0, zorder=0, label="Units adopt one after another")
    else:
        ax.axvline(start, color=ink(ax).muted, lw=line(0.7), ls=":", label="Treatment begins")


def _fill(
    ax: Axes, x: Floats, columns: dict[str, Any], where: Bools, color: Any, label: str
) -> None:
    """Fill between the two paths; a period by itself, which has no width, gets a bar."""
    if not where.any():
        return
    one, other = columns["observed"], columns["counterfactual"]
    ax.fill_between(x, one, other, where=list(where), color=color, alpha=0.15, lw=0, label=label)
    around = np.pad(where, 1)
    alone = where & ~around[:-2] & ~around[2:]
    ax.vlines(x[alone], one[alone], other[alone], color=color, alpha=0.3, lw=line(2))


def draw_event(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw mean effects by event time, with placebo effects before the treatment."""
    columns = look.events(arrays(result, "event"))
    before, after = columns["kind"] == "placebo", columns["kind"] == "effect"
    x, effect, colors = columns["event_time"], columns["effect"], ink(ax)
    ax.axhline(0, color=colors.text, lw=line(0.5))
    ax.axvline(-0.5, color=colors.muted, lw=line(0.7), ls=":")
    color = look.color or colors.data
    style: dict[str, Any] = {"ms": dot(0.9), "lw": line(0.7)}
    if after.any():
        ax.plot(x[after], effect[after], "o-", color=color, label="Mean effect", **style)
    if before.any():
        label = "Mean placebo effect before treatment\n(leaving the cell itself out)"
        style["mfc"] = ax.get_facecolor()
        ax.plot(x[before], effect[before], "o-", color=colors.muted, label=label, **style)
    _draw_intervals(result, ax, columns, color)
    _scale(ax, columns, effect)
    counts = columns["n_cells"]
    if counts.min() < counts.max() and len(x) <= room(ax, "x", len(str(counts.max())) - 1):
        _count_cells(ax, x, counts)
    _finish_events(
        result, ax, x, "Effect by time since the treatment began", named(result._words["effect"])
    )


def draw_cumulative(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw the sum of the mean effects so far."""
    columns = look.events(arrays(result, "cumulative"))
    x, total = columns["event_time"], columns["cumulative"]
    color = look.color or ink(ax).data
    ax.axhline(0, color=ink(ax).text, lw=line(0.5))
    style: dict[str, Any] = {"color": color, "ms": dot(0.9), "lw": line(0.7)}
    ax.plot(x, total, "o-", label="Sum of mean effects", **style)
    _draw_intervals(result, ax, columns, color)
    _scale(ax, columns, total)
    total_of = f"Sum of effects on {named(result._words['outcome'])} so far"
    _finish_events(result, ax, x, "Cumulative effect", total_of)


def _finish_events(result: Numbers, ax: Axes, x: Floats, title: str, ylabel: str) -> None:
    whole_ticks(ax)
    widen(ax, x)
    xlabel = f"Periods ({result.time}) since the treatment began"
    finish(ax, title, xlabel, ylabel)


def _draw_intervals(result: Numbers, ax: Axes, columns: dict[str, Any], color: Any) -> None:
    """Draw the uniform band and the pointwise intervals, where they are bounded."""
    x = columns["event_time"]
    level = f"{100 * result.level:g}%"
    band = _bounded(columns, "band")
    if band.any():
        lower, upper = (np.where(band, columns[f"band_{end}"], np.nan) for end in ENDS)
        label = f"{level} uniform band: holds at all times at once"
        ax.fill_between(x, lower, upper, color=color, alpha=0.15, lw=0, label=label)
    bounded = _bounded(columns, "ci")
    if bounded.any():
        lower, upper = (columns[f"ci_{end}"][bounded] for end in ENDS)
        label = f"{level} interval: each time by itself\n{result._words['method']}"
        ax.vlines(x[bounded], lower, upper, color=color, lw=line(1.5), alpha=0.45, label=label)


def _bounded(columns: dict[str, Any], kind: str) -> Bools:
    lower, upper = (columns[f"{kind}_{end}"] for end in ENDS)
    found: Bools = np.isfinite(lower) & np.isfinite(upper)
    return found


def _scale(ax: Axes, columns: dict[str, Any], values: Floats) -> None:
    """Scale to the values and to the bounds of times with many cells; say if others are cut."""
    many = columns["n_cells"] >= FEW_CELLS * columns["n_cells"].max()
    lower, upper = _range_of(columns, values, many)
    margin = 0.06 * (upper - lower) or 1.0
    ax.set_ylim(lower - margin, upper + margin)
    least, most = _range_of(columns, values, np.ones_like(many))
    if least < lower - margin or upper + margin < most:
        say(ax, "Bounds of times with few cells are cut")


def _range_of(columns: dict[str, Any], values: Floats, which: Bools) -> tuple[float, float]:
    """Give the range of zero, all values, and the bounds of some."""
    ends = [np.zeros(1), values[np.isfinite(values)]]
    for kind in ("ci", "band"):
        bounded = _bounded(columns, kind) & which
        ends += [columns[f"{kind}_{end}"][bounded] for end in ENDS]
    together = np.concatenate(ends)
    return float(together.min()), float(together.max())


def _count_cells(ax: Axes, x: Any, counts: Any) -> None:
    """Write the number of cells behind each mean along the lower edge."""
    lower, upper = ax.get_ylim()
    ax.set_ylim(lower - 0.08 * (upper - lower), upper)
    transform = ax.get_xaxis_transform()
    style: dict[str, Any] = {"color": ink(ax).muted, "fontsize": "x-small", "ha": "center"}
    for place, count in zip(x, counts):
        ax.text(place, 0.015, str(count), transform=transform, **style)
    say(ax, "Small figures: number of cells")
