"""Pictures of what stands behind an estimate: weights, draws, variants, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .._data.frames import frame_columns
from .._hints import label_texts
from .plot_data import arrays, nothing
from .plot_style import dot, finish, ink, line, named, place_times, plain, shortened, whole_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .._backends.protocol import Floats
    from .numbers import Numbers
    from .plot_options import Look

#: Units shown in a plot with one row for each.
MOST_BARS = 20
#: Room for so many at least, so that a single bar is no block.
FEWEST_BARS = 5
#: The words of an estimate among its draws.
ESTIMATE: tuple[Literal["att", "p_value"], ...] = ("att", "p_value")


def draw_weights(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw the largest weights of units in a target's fit."""
    found = result.weights(look.unit, look.time)
    names, weight = _others(found.unit, "unit", found.target[0])
    largest = np.argsort(-weight, kind="stable")[:MOST_BARS]
    _draw_bars(ax, "weights", [names[k] for k in largest], weight[largest])
    some = f"; the {len(largest)} largest of {len(weight)}" if len(weight) > MOST_BARS else ""
    title = f"Weights of other units in the fit for {_name(found.target)}"
    finish(ax, title, f"Weight (Eq. 3){some}", "", "x")


def draw_time_weights(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw the weights of the other periods in a target's fit."""
    found = result.weights(look.unit, look.time)
    times, weight = _others(found.time, "time", found.target[1])
    x = place_times(ax, times)
    ax.vlines(x, 0, weight, color=ink(ax).data, lw=line(1.5), alpha=0.45)
    ax.plot(x, weight, "o", color=ink(ax).data, ms=dot(0.7))
    ax.set_ylim(bottom=0)
    title = f"Weights of periods in the fit for {_name(found.target)}"
    finish(ax, title, result.time, "Weight (Eq. 3)")


def _others(table: Any, name: str, own: Any) -> tuple[list[Any], Floats]:
    """Leave out the target itself, if its weight is 1, as it is but for shared fits."""
    columns = frame_columns(table)
    labels, weights = columns[name], columns["weight"]
    kept = [k for k, label in enumerate(labels) if label != own or weights[k] != 1]
    return [labels[k] for k in kept], np.array([weights[k] for k in kept])


def _name(target: tuple[Any, Any]) -> str:
    return f"{target[0]}, {label_texts([target[1]])[0]}"


def draw_ablation(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw the estimate without each part of the estimator."""
    columns = arrays(result, "ablation")
    _draw_dots(ax, "ablation", list(columns["label"]), columns["att"])
    ax.axvline(result.att, color=ink(ax).data, lw=line(0.7), ls=":")
    finish(ax, "What each part of the estimator does", named(result._words["average_effect"]), "")


def draw_leave_one_out(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw the estimate without each of the never-treated units."""
    columns = arrays(result, "leave_one_out")
    change = np.nan_to_num(np.abs(columns["change"]), nan=np.inf)
    largest = np.argsort(-change, kind="stable")[:MOST_BARS]
    names = [columns["unit"][k] for k in largest]
    _draw_dots(ax, "leave_one_out", names, columns["att"][largest])
    label = f"With all of them: {result._words['att']}"
    ax.axvline(result.att, color=ink(ax).data, lw=line(0.7), ls=":", label=label)
    n = len(change)
    some = f" (the {MOST_BARS} of {n} that change it most)" if n > MOST_BARS else ""
    title = f"Average effect without one of the never-treated units{some}"
    finish(ax, title, named(result._words["average_effect"]), "")


def draw_surface(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw the estimate at all lambdas that were scored."""
    columns = arrays(result, "surface")
    scored = np.isfinite(columns["score"]) & np.isfinite(columns["att"])
    best = columns["score"][scored].min() or 1.0
    ratio = columns["score"] / best
    ax.axhline(result.att, color=ink(ax).data, lw=line(0.7), ls=":")
    style: dict[str, Any] = {"ls": "", "marker": "o"}
    muted = ink(ax).muted
    ax.plot(
        ratio[scored], columns["att"][scored], color=muted, ms=dot(0.7), label="Searched", **style
    )
    chosen = np.all(
        [columns[f"lambda_{name}"] == value for name, value in result.lambdas.items()], axis=0
    )
    label = f"Chosen: {result._words['att']}"
    ax.plot(
        ratio[chosen], columns["att"][chosen], color=ink(ax).data, ms=dot(1.3), label=label, **style
    )
    xlabel = "Score of the lambdas, in multiples of the best (less is better)"
    ylabel = named(result._words["average_effect"])
    finish(ax, "How the estimate moves over the search", xlabel, ylabel)


def draw_placebo(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw the draws of the inference, and the estimate among them."""
    draws, colors = arrays(result, "placebo")["att"], ink(ax)
    ax.hist(draws, bins=min(30, max(8, len(draws) // 5)), color=colors.pale, ec=colors.muted)
    label = f"Draws: {result._words['method']}"
    ax.plot(draws, np.zeros(len(draws)), "|", color=colors.text, ms=dot(2), label=label)
    estimate = ", ".join(filter(None, (result._words[key] for key in ESTIMATE)))
    ax.axvline(result.att, color=colors.data, lw=line(1.3), label=estimate)
    if result.method == "placebo":
        ax.axvline(0, color=colors.text, lw=line(0.5))
    whole_ticks(ax, "y")
    xlabel = named(result._words["average_effect"])
    finish(ax, "The estimate among its draws", xlabel, "Number of draws")


def draw_pre_fit(result: Numbers, ax: Axes, look: Look) -> None:
    """Draw errors of predictions before the treatment, the largest first."""
    columns = arrays(result, "pre_fit")
    worst = np.argsort(-columns["rmse"], kind="stable")[:MOST_BARS]
    _draw_bars(ax, "pre_fit", [columns["unit"][k] for k in worst], columns["rmse"][worst])
    n = len(columns["rmse"])
    some = f" (the {MOST_BARS} largest of {n})" if n > MOST_BARS else ""
    title = f"Errors of predictions before the treatment{some}"
    finish(ax, title, f"Root mean squared error ({named(result._words['outcome'])})", "", "x")


def _draw_bars(ax: Axes, kind: str, names: list[Any], values: Floats) -> None:
    _refuse_empty(kind, values)
    places = np.arange(len(names))
    ax.barh(places, values, color=ink(ax).data, alpha=0.6)
    ax.set_ylim(-0.6, max(len(names), FEWEST_BARS) - 0.4)
    ax.set_yticks(places, [plain(shortened(name)) for name in names], fontsize="small")
    ax.invert_yaxis()


def _refuse_empty(kind: str, values: Floats) -> None:
    if not np.isfinite(values).any():
        raise nothing(kind)


def _draw_dots(ax: Axes, kind: str, names: list[Any], values: Floats) -> None:
    _refuse_empty(kind, values)
    places = np.arange(len(names))
    ax.plot(values, places, "o", color=ink(ax).data, ms=dot(1))
    ax.set_yticks(places, [plain(shortened(name)) for name in names], fontsize="small")
    ax.set_ylim(len(names) - 0.5, -0.5)
