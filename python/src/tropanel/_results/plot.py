"""Pictures of a result. This is the only module that needs matplotlib."""

from __future__ import annotations

import datetime
import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.frames import frame_columns
from .._hints import as_text
from .plot_data import data
from .plot_options import BLUE, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .._backends.protocol import Floats
    from .numbers import Numbers

DARK, GREY, PALE = "#222222", "#8a8a8a", "#e8e8e8"
FIGURE_SIZE = (8.0, 4.6)
#: Ticks for ids that are neither numbers nor dates are thinned out beyond this.
MOST_TICKS = 30
#: The number of cells is written beside each event time up to this many event times.
MOST_COUNTS = 24
#: Units shown in a plot with one row for each.
MOST_BARS = 20
#: Room for so many at least, so that a single bar is no block.
FEWEST_BARS = 5
ENDS = ("lower", "upper")
DRAWS = {
    "placebo": "Estimates where nothing was treated",
    "bootstrap": "Bootstrap draws of the estimate",
    "jackknife": "Estimates without one unit",
    "conformal": "The same with the treatment shifted in time",
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
        ax = _new_axes()
    DRAWERS[kind](result, ax, look or Look())
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


def plain(text: object) -> str:
    """Write text that holds the user's own names: a dollar sign in them begins no formula."""
    return as_text(text).replace("$", r"\$")


def _mark(result: Numbers) -> str:
    """Say beside an ATT that its fits are not certified."""
    return result._words["mark"]


def _draw_path(result: Numbers, ax: Axes, look: Look) -> None:
    columns = frame_columns(result.by_time)
    x = place_times(ax, columns["time"])
    several = f" (mean of {result.n_treated_units} units)" if result.n_treated_units > 1 else ""
    ax.plot(x, columns["observed"], "o-", color=DARK, lw=1.8, ms=3.5, label=f"Observed{several}")
    ax.plot(
        x,
        columns["counterfactual"],
        color=look.color,
        lw=1.8,
        ls=(0, (4, 2)),
        label="Without treatment, predicted\n(before it: leaving the cell itself out)",
    )
    _shade_treatment(ax, x, columns, look.color)
    finish(ax, f"{result.outcome}: observed and without treatment", result.time, result.outcome)
    look.place_legend(ax)


def _shade_treatment(ax: Axes, x: Floats, columns: dict[str, list[Any]], color: Any) -> None:
    """Fill the effect, and mark where the first unit is treated and from where on all are."""
    treated, cells = np.array(columns["n_treated"]), np.array(columns["n_cells"])
    first = int(np.argmax(treated > 0))
    ax.fill_between(
        x[first:],
        columns["observed"][first:],
        columns["counterfactual"][first:],
        color=color,
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


def _draw_event(result: Numbers, ax: Axes, look: Look) -> None:
    columns = look.events(_arrays(result, "event"))
    before, after = columns["kind"] == "placebo", columns["kind"] == "effect"
    x, effect = columns["event_time"], columns["effect"]
    ax.axhline(0, color=DARK, lw=0.8)
    ax.axvline(-0.5, color=GREY, lw=1, ls=":")
    _draw_intervals(result, ax, columns, look.color)
    style: dict[str, Any] = {"ms": 5.5, "lw": 1}
    if after.any():
        ax.plot(x[after], effect[after], "o-", color=look.color, label="Mean effect", **style)
    if before.any():
        label = "Mean placebo effect before treatment\n(leaving the cell itself out)"
        ax.plot(x[before], effect[before], "o-", color=GREY, mfc="white", label=label, **style)
    xlabel = f"Periods ({result.time}) since the treatment began"
    if len(x) <= MOST_COUNTS:
        _count_cells(ax, x, columns["n_cells"])
        xlabel += "; small figures: number of cells"
    _whole_ticks(ax)
    finish(ax, "Effect by time since the treatment began", xlabel, f"Effect on {result.outcome}")
    look.place_legend(ax, fontsize=8)


def _draw_cumulative(result: Numbers, ax: Axes, look: Look) -> None:
    columns = look.events(_arrays(result, "cumulative"))
    x = columns["event_time"]
    ax.axhline(0, color=DARK, lw=0.8)
    _draw_intervals(result, ax, columns, look.color)
    ax.plot(
        x, columns["cumulative"], "o-", color=look.color, ms=5.5, lw=1, label="Sum of mean effects"
    )
    _whole_ticks(ax)
    xlabel = f"Periods ({result.time}) since the treatment began"
    finish(ax, "Cumulative effect", xlabel, f"Sum of effects on {result.outcome} so far")
    look.place_legend(ax, fontsize=8)


def _draw_intervals(result: Numbers, ax: Axes, columns: dict[str, Any], color: Any) -> None:
    """Draw the uniform band and the pointwise intervals, where they are bounded."""
    x = columns["event_time"]
    level = f"{100 * result.level:g}%"
    band = np.isfinite(columns["band_lower"]) & np.isfinite(columns["band_upper"])
    if band.any():
        lower, upper = (np.where(band, columns[f"band_{end}"], np.nan) for end in ENDS)
        label = f"{level} uniform band: holds at all times at once"
        ax.fill_between(x, lower, upper, color=color, alpha=0.12, lw=0, label=label)
    bounded = np.isfinite(columns["ci_lower"]) & np.isfinite(columns["ci_upper"])
    if bounded.any():
        lower, upper = (columns[f"ci_{end}"][bounded] for end in ENDS)
        label = f"{level} interval: each time by itself\n{result._words['method']}"
        ax.vlines(x[bounded], lower, upper, color=color, lw=2.2, alpha=0.45, label=label)


def _arrays(result: Numbers, kind: str) -> dict[str, Any]:
    return {name: np.array(column) for name, column in frame_columns(data(result, kind)).items()}


def _draw_weights(result: Numbers, ax: Axes, look: Look) -> None:
    found = result.weights(look.unit, look.time)
    columns = {name: np.array(column) for name, column in frame_columns(found.unit).items()}
    target = found.target
    share = np.where(columns["unit"] == target[0], 0.0, columns["weight"])
    share = share / (share.sum() or 1.0)
    largest = np.argsort(-share, kind="stable")[:MOST_BARS]
    _draw_bars(ax, [str(columns["unit"][k]) for k in largest], share[largest])
    some = f"the {len(largest)} largest of {len(share) - 1}; " if len(share) - 1 > MOST_BARS else ""
    title = f"Weights of other units in the fit for {target[0]}, {target[1]}"
    finish(ax, title, f"Share of the weight of all other units ({some}Eq. 3)", "")


def _draw_time_weights(result: Numbers, ax: Axes, look: Look) -> None:
    found = result.weights(look.unit, look.time)
    columns, target = frame_columns(found.time), found.target
    x = place_times(ax, columns["time"])
    ax.vlines(x, 0, columns["weight"], color=BLUE, lw=2.2, alpha=0.45)
    ax.plot(x, columns["weight"], "o", color=BLUE, ms=4)
    title = f"Weights of periods in the fit for {target[0]}, {target[1]}"
    finish(ax, title, result.time, "Weight (Eq. 3)")


def _draw_ablation(result: Numbers, ax: Axes, look: Look) -> None:
    columns = _arrays(result, "ablation")
    _draw_dots(ax, list(columns["label"]), columns["att"])
    ax.axvline(result.att, color=BLUE, lw=1, ls=":")
    finish(ax, "What each part of the estimator does", f"Average effect on {result.outcome}", "")


def _draw_leave_one_out(result: Numbers, ax: Axes, look: Look) -> None:
    columns = _arrays(result, "leave_one_out")
    change = np.nan_to_num(np.abs(columns["change"]), nan=np.inf)
    largest = np.argsort(-change, kind="stable")[:MOST_BARS]
    _draw_dots(ax, [str(columns["unit"][k]) for k in largest], columns["att"][largest])
    ax.axvline(result.att, color=BLUE, lw=1, ls=":", label=f"With all of them{_mark(result)}")
    n = len(change)
    some = f" (the {MOST_BARS} of {n} that change it most)" if n > MOST_BARS else ""
    title = f"Average effect without one of the never-treated units{some}"
    finish(ax, title, f"Average effect on {result.outcome}", "")
    ax.legend(frameon=False)


def _draw_surface(result: Numbers, ax: Axes, look: Look) -> None:
    columns = _arrays(result, "surface")
    scored = np.isfinite(columns["score"]) & np.isfinite(columns["att"])
    best = columns["score"][scored].min() or 1.0
    ratio = columns["score"] / best
    ax.axhline(result.att, color=BLUE, lw=1, ls=":")
    style: dict[str, Any] = {"ls": "", "marker": "o"}
    ax.plot(ratio[scored], columns["att"][scored], color=GREY, ms=4.5, label="Searched", **style)
    chosen = np.all(
        [columns[f"lambda_{name}"] == value for name, value in result.lambdas.items()], axis=0
    )
    ax.plot(ratio[chosen], columns["att"][chosen], color=BLUE, ms=8, label="Chosen", **style)
    xlabel = "Score of the lambdas, in multiples of the best (less is better)"
    finish(
        ax, "How the estimate moves over the search", xlabel, f"Average effect ({result.outcome})"
    )
    ax.legend(frameon=False)


def _draw_placebo(result: Numbers, ax: Axes, look: Look) -> None:
    draws = _arrays(result, "placebo")["att"]
    ax.hist(draws, bins=min(30, max(8, len(draws) // 5)), color=PALE, ec=GREY)
    ax.plot(draws, np.zeros(len(draws)), "|", color=DARK, ms=12, label=DRAWS[result.method or ""])
    ax.axvline(result.att, color=BLUE, lw=2, label=f"The estimate: {result.att:.4g}{_mark(result)}")
    if result.method == "placebo":
        ax.axvline(0, color=DARK, lw=0.8)
    p = "" if result.p_value is None else f": p = {result.p_value:.3g}"
    finish(ax, f"The estimate among its draws{p}", f"Average effect ({result.outcome})", "Number")
    ax.legend(frameon=False, fontsize=8)


def _draw_pre_fit(result: Numbers, ax: Axes, look: Look) -> None:
    columns = _arrays(result, "pre_fit")
    worst = np.argsort(-columns["rmse"], kind="stable")[:MOST_BARS]
    _draw_bars(ax, [str(columns["unit"][k]) for k in worst], columns["rmse"][worst])
    title = "Errors of predictions before the treatment"
    finish(ax, title, f"Root mean squared error ({result.outcome})", "")


def _draw_bars(ax: Axes, names: list[str], values: Any) -> None:
    places = np.arange(len(names))
    ax.barh(places, values, color=BLUE, alpha=0.6)
    ax.set_ylim(-0.6, max(len(names), FEWEST_BARS) - 0.4)
    ax.set_yticks(places, [plain(name) for name in names], fontsize=8)
    ax.invert_yaxis()


def _draw_dots(ax: Axes, names: list[str], values: Any) -> None:
    places = np.arange(len(names))
    ax.plot(values, places, "o", color=BLUE, ms=6)
    ax.set_yticks(places, [plain(name) for name in names], fontsize=8)
    ax.set_ylim(len(names) - 0.5, -0.5)


def _count_cells(ax: Axes, x: Any, counts: Any) -> None:
    """Write the number of cells behind each mean along the lower edge."""
    lower, upper = ax.get_ylim()
    ax.set_ylim(lower - 0.08 * (upper - lower), upper)
    style: dict[str, Any] = {"color": GREY, "fontsize": 7, "transform": ax.get_xaxis_transform()}
    for place, count in zip(x, counts):
        ax.text(place, 0.015, str(count), ha="center", **style)


def _draw_effects(result: Numbers, ax: Axes, look: Look) -> None:
    columns = frame_columns(result.effects)
    draw_them = _draw_stems if len(set(columns["unit"])) == 1 else _draw_map
    draw_them(result, ax, columns)


def _draw_stems(result: Numbers, ax: Axes, columns: dict[str, list[Any]]) -> None:
    x = place_times(ax, columns["time"])
    ax.axhline(0, color=DARK, lw=0.8)
    ax.vlines(x, 0, columns["effect"], color=BLUE, lw=2, alpha=0.45)
    ax.plot(x, columns["effect"], "o", color=BLUE, ms=5.5, label="Effect")
    ax.axhline(result.att, color=BLUE, lw=1, ls=":", label=f"Average (ATT){_mark(result)}")
    title = f"Effect on {result.outcome} in {columns['unit'][0]}"
    finish(ax, title, result.time, f"Effect on {result.outcome}")
    ax.legend(frameon=False)


def _draw_map(result: Numbers, ax: Axes, columns: dict[str, list[Any]]) -> None:
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
    ax.figure.colorbar(image, ax=ax, label=plain(f"Effect on {result.outcome}"))
    finish(ax, "Effect in each treated cell (grey: not treated)", result.time, result.unit)
    ax.grid(visible=False)


def place_times(ax: Axes, times: list[Any]) -> Floats:
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
    set_ticks(range(0, len(labels), step), [plain(label) for label in labels[::step]], fontsize=8)


def finish(ax: Axes, title: str, xlabel: str, ylabel: str) -> None:
    ax.set_title(plain(title), loc="left", fontsize=11)
    ax.set_xlabel(plain(xlabel))
    ax.set_ylabel(plain(ylabel))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=PALE, lw=0.8)
    ax.set_axisbelow(True)


DRAWERS = {
    "path": _draw_path,
    "effects": _draw_effects,
    "event": _draw_event,
    "cumulative": _draw_cumulative,
    "weights": _draw_weights,
    "time_weights": _draw_time_weights,
    "ablation": _draw_ablation,
    "surface": _draw_surface,
    "leave_one_out": _draw_leave_one_out,
    "placebo": _draw_placebo,
    "pre_fit": _draw_pre_fit,
}
