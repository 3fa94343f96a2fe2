"""Pictures of a result. This is the only module that needs matplotlib."""

from __future__ import annotations

import datetime
import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from ._frames import frame_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ._protocol import Floats
    from ._result import TropResult

BLUE, DARK, GREY, PALE = "#0072b2", "#222222", "#8a8a8a", "#e8e8e8"
FIGURE_SIZE = (8.0, 4.6)
#: Ticks for ids that are neither numbers nor dates are thinned out beyond this.
MOST_TICKS = 30
#: The number of cells is written beside each event time up to this many event times.
MOST_COUNTS = 24


def draw(
    result: TropResult,
    kind: str,
    ax: Axes | None,
    title: str | None,
    xlabel: str | None,
    ylabel: str | None,
) -> Axes:
    """Draw a plot of this kind, in a new figure if `ax` is None."""
    if ax is None:
        ax = _new_axes()
    {"path": _draw_path, "effects": _draw_effects, "event": _draw_event}[kind](result, ax)
    if title is not None:
        ax.set_title(title, loc="left", fontsize=11)
    given = {"xlabel": xlabel, "ylabel": ylabel}
    ax.set(**{name: text for name, text in given.items() if text is not None})
    return ax


def _new_axes() -> Axes:
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(
            'Plots need matplotlib; install it with: pip install "tropanel[plot]"'
        ) from error
    return pyplot.subplots(figsize=FIGURE_SIZE, layout="constrained")[1]


def _draw_path(result: TropResult, ax: Axes) -> None:
    columns = frame_columns(result.by_time)
    x = _place_times(ax, columns["time"])
    several = f" (mean of {result.n_treated_units} units)" if result.n_treated_units > 1 else ""
    ax.plot(x, columns["observed"], "o-", color=DARK, lw=1.8, ms=3.5, label=f"Observed{several}")
    ax.plot(
        x,
        columns["counterfactual"],
        color=BLUE,
        lw=1.8,
        ls=(0, (4, 2)),
        label="Without treatment, predicted\n(before it: leaving the cell itself out)",
    )
    _shade_treatment(ax, x, columns)
    _finish(ax, f"{result.outcome}: observed and without treatment", result.time, result.outcome)
    ax.legend(frameon=False)


def _shade_treatment(ax: Axes, x: Floats, columns: dict[str, list[Any]]) -> None:
    """Fill the effect, and mark where the first unit is treated and from where on all are."""
    treated, cells = np.array(columns["n_treated"]), np.array(columns["n_cells"])
    first = int(np.argmax(treated > 0))
    ax.fill_between(
        x[first:],
        columns["observed"][first:],
        columns["counterfactual"][first:],
        color=BLUE,
        alpha=0.12,
        lw=0,
        label="Difference",
    )
    start = x[first] if first == 0 else (x[first - 1] + x[first]) / 2
    everyone = np.flatnonzero(treated == cells)
    full = x[everyone[0]] if len(everyone) else x[-1]
    if full > x[first]:
        ax.axvspan(start, full, color=PALE, lw=0, zorder=0, label="Units adopt one after another")
    else:
        ax.axvline(start, color=GREY, lw=1, ls=":", label="Treatment begins")


def _draw_event(result: TropResult, ax: Axes) -> None:
    table = frame_columns(result.by_event_time)
    columns = {name: np.array(values) for name, values in table.items()}
    before, after = columns["kind"] == "placebo", columns["kind"] == "effect"
    x, effect = columns["event_time"], columns["effect"]
    ax.axhline(0, color=DARK, lw=0.8)
    ax.axvline(-0.5, color=GREY, lw=1, ls=":")
    bounded = after & np.isfinite(columns["ci_lower"]) & np.isfinite(columns["ci_upper"])
    if bounded.any():
        label = (
            f"{100 * result.level:g}% interval (percentiles of"
            f" {0 if result.draws is None else len(result.draws)} bootstrap draws)"
        )
        ends = columns["ci_lower"][bounded], columns["ci_upper"][bounded]
        ax.vlines(x[bounded], *ends, color=BLUE, lw=2.2, alpha=0.45, label=label)
    ax.plot(x[after], effect[after], "o-", color=BLUE, ms=5.5, lw=1, label="Mean effect")
    if before.any():
        label = "Mean placebo effect before treatment\n(leaving the cell itself out; no interval)"
        ax.plot(x[before], effect[before], "o-", color=GREY, mfc="white", ms=5.5, lw=1, label=label)
    xlabel = f"Periods ({result.time}) since the treatment began"
    if len(x) <= MOST_COUNTS:
        _count_cells(ax, x, columns["n_cells"])
        xlabel += "; small figures: number of cells"
    _whole_ticks(ax)
    _finish(ax, "Effect by time since the treatment began", xlabel, f"Effect on {result.outcome}")
    ax.legend(frameon=False)


def _count_cells(ax: Axes, x: Any, counts: Any) -> None:
    """Write the number of cells behind each mean along the lower edge."""
    lower, upper = ax.get_ylim()
    ax.set_ylim(lower - 0.08 * (upper - lower), upper)
    style: dict[str, Any] = {"color": GREY, "fontsize": 7, "transform": ax.get_xaxis_transform()}
    for place, count in zip(x, counts):
        ax.text(place, 0.015, str(count), ha="center", **style)


def _draw_effects(result: TropResult, ax: Axes) -> None:
    columns = frame_columns(result.effects)
    draw_them = _draw_stems if len(set(columns["unit"])) == 1 else _draw_map
    draw_them(result, ax, columns)


def _draw_stems(result: TropResult, ax: Axes, columns: dict[str, list[Any]]) -> None:
    x = _place_times(ax, columns["time"])
    ax.axhline(0, color=DARK, lw=0.8)
    ax.vlines(x, 0, columns["effect"], color=BLUE, lw=2, alpha=0.45)
    ax.plot(x, columns["effect"], "o", color=BLUE, ms=5.5, label="Effect")
    ax.axhline(result.att, color=BLUE, lw=1, ls=":", label="Average (ATT)")
    title = f"Effect on {result.outcome} in {columns['unit'][0]}"
    _finish(ax, title, result.time, f"Effect on {result.outcome}")
    ax.legend(frameon=False)


def _draw_map(result: TropResult, ax: Axes, columns: dict[str, list[Any]]) -> None:
    """Draw units by periods, with the effect as colour."""
    units = list(dict.fromkeys(columns["unit"]))
    treated = set(columns["time"])
    times = [time for time in frame_columns(result.by_time)["time"] if time in treated]
    row = {unit: k for k, unit in enumerate(units)}
    column = {time: k for k, time in enumerate(times)}
    grid = np.full((len(units), len(times)), np.nan)
    for unit, time, effect in zip(columns["unit"], columns["time"], columns["effect"]):
        grid[row[unit], column[time]] = effect
    limit = float(np.nanmax(np.abs(grid))) or 1.0
    image = ax.imshow(grid, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto")
    ax.set_facecolor(PALE)
    _label_ticks(ax.set_xticks, times)
    _label_ticks(ax.set_yticks, units)
    ax.figure.colorbar(image, ax=ax, label=f"Effect on {result.outcome}")
    _finish(ax, "Effect in each treated cell (grey: not treated)", result.time, result.unit)
    ax.grid(visible=False)


def _place_times(ax: Axes, times: list[Any]) -> Floats:
    """Give places on the x axis: numbers and dates at their value, other ids side by side."""
    if all(isinstance(time, numbers.Real) for time in times):
        if all(float(time).is_integer() for time in times):
            _whole_ticks(ax)
        return np.array(times, dtype=np.float64)
    if all(isinstance(time, datetime.date) for time in times):
        ax.xaxis_date()
        convert: Any = ax.convert_xunits
        return np.array([convert(time) for time in times], dtype=np.float64)
    _label_ticks(ax.set_xticks, times)
    return np.arange(len(times), dtype=np.float64)


def _whole_ticks(ax: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True))


def _label_ticks(set_ticks: Any, labels: list[Any]) -> None:
    step = -(-len(labels) // MOST_TICKS)
    set_ticks(range(0, len(labels), step), [str(label) for label in labels[::step]], fontsize=8)


def _finish(ax: Axes, title: str, xlabel: str, ylabel: str) -> None:
    ax.set_title(title, loc="left", fontsize=11)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=PALE, lw=0.8)
    ax.set_axisbelow(True)
