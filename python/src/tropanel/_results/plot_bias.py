"""The picture of effects with room for bias."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .plot_style import beyond, finish, ink, limits_of, line, named, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(table: dict[str, list[Any]], level: float, effect: str, ax: Axes | None) -> Axes:
    """Draw bars of the ATT: what the estimates leave open, and the intervals around it."""
    ax = new_axes() if ax is None else ax
    colors = ink(ax)
    att = [k for k, time in enumerate(table["event_time"]) if time is None or math.isnan(time)]
    size, low, high, ci_low, ci_high = (
        [table[name][k] for k in att] for name in ("size", "lower", "upper", "ci_lower", "ci_upper")
    )
    limits = limits_of([*low, *high, *ci_low, *ci_high])
    ends = (beyond(ci, limits) for ci in (ci_low, ci_high))
    ax.axhline(0, color=colors.text, lw=line(0.5))
    ax.vlines(size, *ends, color=colors.data, lw=line(0.8))
    ax.vlines(size, low, high, color=colors.data, lw=line(3))
    ax.plot(size, [table["effect"][k] for k in att], "o", color=colors.data)
    ax.set_ylim(limits)
    finish(
        ax, f"Room for bias, {level:.0%} intervals",
        "Bias at most, in largest placebo effects", named(effect),
    )  # fmt: skip
    return ax
