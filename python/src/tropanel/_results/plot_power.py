"""The picture of power."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .plot_comparison import COLOURS
from .plot_legend import place_legend
from .plot_style import dot, finish, ink, line, named, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DESIGN = ("treated", "periods", "history")
NOUNS = {"treated": "treated", "periods": "periods", "history": "before"}


def draw(
    curves: dict[str, list[Any]], facts: dict[str, Any], outcome: str, ax: Axes | None
) -> Axes:
    """Draw a line for each design that has power."""
    ax = new_axes() if ax is None else ax
    colors = ink(ax)
    designs = list(zip(*(curves[name] for name in DESIGN)))
    several = _several(designs)
    for level in (facts["target"], 1 - facts["level"]):
        ax.axhline(level, color=colors.muted, lw=line(0.5), ls="--")
    ax.axvline(0, color=colors.text, lw=line(0.5))
    drawn = 0
    for design in dict.fromkeys(designs):
        own = [k for k, other in enumerate(designs) if other == design]
        share = [curves["power"][k] for k in own]
        if all(math.isnan(value) for value in share):
            continue
        order = sorted(own, key=lambda k: curves["effect"][k])
        label = ", ".join(f"{design[k]} {NOUNS[DESIGN[k]]}" for k in several)
        colour = (colors.data, *COLOURS)[drawn % (len(COLOURS) + 1)]
        ax.plot(
            [curves["effect"][k] for k in order],
            [curves["power"][k] for k in order],
            "o-", color=colour, lw=line(1.2), ms=dot(0.5), label=label or None,
        )  # fmt: skip
        drawn += 1
    ax.set_ylim(-0.02, 1.02)
    finish(ax, "How often an effect is found", f"Effect on {named(outcome)}", "Power")
    place_legend(ax)
    return ax


def _several(designs: list[tuple[Any, ...]]) -> list[int]:
    """Tell in which numbers designs differ; not in a history that their periods imply."""
    differs = [len({design[k] for design in designs}) > 1 for k in range(2)]
    histories = len({design[1:] for design in designs}) > len({design[1] for design in designs})
    return [k for k, several in enumerate([*differs, histories]) if several]
