"""How pictures look: sizes and colours by the user's style, texts that fit, places of periods."""

from __future__ import annotations

import datetime
import math
import numbers
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._hints import as_text, label_texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from .._backends.protocol import Floats

RGB = tuple[float, float, float]

FIGURE_SIZE = (8.0, 4.6)
#: Colours of data on light and on dark backgrounds.
BLUE, LIGHT_BLUE = "#0072b2", "#56b4e9"
#: Contrast of text with its background, as the guidelines for web content (WCAG, AA) want it.
CONTRAST = 4.5
#: Names on an axis are shortened beyond this many characters.
LONGEST_NAME = 28
#: That of an outcome, which has lines of its own.
LONGEST_OUTCOME = 60
#: Width of an average character and height of a line, in sizes of the font.
CHARACTER, LINE = 0.62, 1.25


class Ink(NamedTuple):
    """Colours for text, for text that matters less, for areas and grids, and for data."""

    text: RGB
    muted: RGB
    pale: RGB
    data: str


def ink(ax: Axes) -> Ink:
    """Mix the colours of an axes from its background and the user's colour of text."""
    from matplotlib import rcParams
    from matplotlib.colors import to_rgb

    back, text = background(ax), to_rgb(rcParams["text.color"])
    shades = (_mixed(text, back, share) for share in np.arange(0.6, 1.0, 0.05))
    muted = next((shade for shade in shades if contrast(shade, back) >= CONTRAST), text)
    data = max(BLUE, LIGHT_BLUE, key=lambda color: contrast(to_rgb(color), back))
    return Ink(text, muted, _mixed(text, back, 0.1), data)


def background(ax: Axes) -> RGB:
    """Give the colour behind an axes."""
    from matplotlib.colors import to_rgba

    found: RGB = (1.0, 1.0, 1.0)
    for face in (ax.get_figure().get_facecolor(), ax.get_facecolor()):  # type: ignore[union-attr]
        red, green, blue, opacity = to_rgba(face)
        found = _mixed((red, green, blue), found, opacity)
    return found


def contrast(one: RGB, other: RGB) -> float:
    """Give the contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: RGB) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def _mixed(one: RGB, other: RGB, share: float) -> RGB:
    red, green, blue = (float(share * a + (1 - share) * b) for a, b in zip(one, other))
    return red, green, blue


def line(times: float) -> float:
    """Give the width of a line, in multiples of the user's."""
    from matplotlib import rcParams

    return times * float(rcParams["lines.linewidth"])


def dot(times: float) -> float:
    """Give the size of a marker, in multiples of the user's."""
    from matplotlib import rcParams

    return times * float(rcParams["lines.markersize"])


def load_pyplot() -> Any:
    """Give matplotlib's pyplot, or say how to get it."""
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(
            'Plots need matplotlib; install it with: pip install "tropanel[plot]"'
        ) from error
    return pyplot


def new_axes() -> Axes:
    """Open a figure with one axes, which makes room for what lies outside of it."""
    axes: Axes = load_pyplot().subplots(figsize=figure_size(), layout="constrained")[1]
    return axes


def figure_size(own: tuple[float, float] = FIGURE_SIZE) -> tuple[float, float]:
    """Give the size of a new figure: the user's, if it is not matplotlib's default."""
    from matplotlib import rcParams, rcParamsDefault

    wanted = tuple(rcParams["figure.figsize"])
    return own if wanted == tuple(rcParamsDefault["figure.figsize"]) else wanted


def plain(text: object) -> str:
    """Write text that holds the user's own names: a dollar sign in them begins no formula."""
    return as_text(text).replace("$", r"\$")


def shortened(name: object, longest: int = LONGEST_NAME) -> str:
    """Leave out the middle of a name that is too long for an axis."""
    text = as_text(name)
    if len(text) > longest:
        half = longest // 2
        text = f"{text[:half].rstrip()}\u2026{text[-half:].lstrip()}"
    return text


def named(outcome: object) -> str:
    """Write the outcome for the label of an axis."""
    return shortened(outcome, LONGEST_OUTCOME)


def limits_of(values: Sequence[float]) -> tuple[float, float]:
    """Give an axis room for what is finite, and for zero."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (-1.0, 1.0)
    margin = 0.08 * (max(high, 0.0) - min(low, 0.0)) or 1.0
    return min(low, 0.0) - margin, max(high, 0.0) + margin


def beyond(ends: Sequence[float], limits: tuple[float, float]) -> Any:
    """Let intervals without an end go on beyond the axis."""
    span = limits[1] - limits[0]
    return np.clip(ends, limits[0] - span, limits[1] + span)


def finish(ax: Axes, title: str, xlabel: str, ylabel: str, grid: str = "y") -> None:
    """Write title and labels, and draw the lines of a grid and two spines."""
    set_title(ax, plain(title))
    set_labels(ax, plain(xlabel), plain(ylabel))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis=grid, color=ink(ax).pale)  # type: ignore[arg-type]
    ax.set_axisbelow(True)


def set_title(ax: Axes, title: str) -> None:
    """Write a title from the left, on as many lines as it takes."""
    _wrap(ax.set_title(title, loc="left"), ax, "width")


def set_labels(ax: Axes, xlabel: str | None, ylabel: str | None) -> None:
    """Write labels on as many lines as they take."""
    if xlabel is not None:
        ax.set_xlabel(xlabel)
        _wrap(ax.xaxis.label, ax, "width")
    if ylabel is not None:
        ax.set_ylabel(ylabel)
        _wrap(ax.yaxis.label, ax, "height")


def _wrap(text: Text, ax: Axes, side: str) -> None:
    """Break lines at the length of this side of the axes; matplotlib's own is the figure's edge."""
    text.set_wrap(True)
    # A name of matplotlib's own: without it, lines break at the figure's edge.
    text._get_wrap_line_width = partial(getattr, ax.bbox, side)  # type: ignore[attr-defined]


def place_times(ax: Axes, times: list[Any]) -> Floats:
    """Give places on the x axis: numbers and dates at their value, other ids side by side."""
    places = _place_times(ax, times)
    if len(times) == 1:
        ax.set_xticks(places, label_texts(times))
    widen(ax, places)
    return places


def widen(ax: Axes, places: Floats) -> None:
    """Make room around a single place."""
    if len(places) == 1:
        ax.set_xlim(places[0] - 1, places[0] + 1)


def _place_times(ax: Axes, times: list[Any]) -> Floats:
    if all(isinstance(time, numbers.Real) for time in times):
        if all(float(time).is_integer() for time in times):
            whole_ticks(ax)
        return np.array(times, dtype=np.float64)
    if all(isinstance(time, datetime.date) for time in times):
        return _place_dates(ax, times)
    label_ticks(ax, "x", times)
    return np.arange(len(times), dtype=np.float64)


def _place_dates(ax: Axes, times: list[Any]) -> Floats:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    zone = getattr(times[0], "tzinfo", None)
    locator: Any = AutoDateLocator(tz=zone)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    formatter: Any = ConciseDateFormatter(locator, tz=zone)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(formatter)
    return np.array(date2num(times), dtype=np.float64)  # type: ignore[no-untyped-call]


def whole_ticks(ax: Axes, side: str = "x") -> None:
    """Put ticks at whole numbers only."""
    from matplotlib.ticker import MaxNLocator

    axis: Any = ax.xaxis if side == "x" else ax.yaxis
    axis.set_major_locator(MaxNLocator("auto", integer=True))


def label_ticks(ax: Axes, side: str, labels: list[Any]) -> None:
    """Name the places 0, 1, ... on an axis, as many of them as there is room for."""
    texts = [plain(shortened(text)) for text in label_texts(labels)]
    step = -(-len(texts) // room(ax, side, max(map(len, texts))))
    set_ticks = ax.set_xticks if side == "x" else ax.set_yticks
    set_ticks(range(0, len(texts), step), texts[::step], fontsize="small")


def room(ax: Axes, side: str, n_characters: int) -> int:
    """Give the number of small labels, each of so many characters, for which an axis has room."""
    from matplotlib.font_manager import FontProperties

    font = FontProperties(size="small").get_size_in_points() * ax.figure.dpi / 72
    if side == "x":
        return max(1, int(ax.bbox.width / (font * CHARACTER * (n_characters + 2))))
    return max(1, int(ax.bbox.height / (font * LINE)))
