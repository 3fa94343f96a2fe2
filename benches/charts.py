"""Charts of seconds: horizontal bars on a log scale, one chart for each job with others to compare with."""

from __future__ import annotations

from pathlib import Path

from measure import seconds
from suite import OURS, Row

# Colours that differ in lightness too, ours the darkest.
COLOURS = {OURS: "#1b4965", "NumPy": "#e0a458", "SciPy pdist": "#c6ac8f"}
OTHER = "#9db4c0"
HEIGHT = 0.3


def draw(rows: list[Row], folder: Path, titles: dict[str, str]) -> dict[str, str]:
    """Draw the charts; file names by job."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "tropanel", "font.size": 9})
    images = {}
    for job in dict.fromkeys(row.job for row in rows):
        bars = [
            r for r in rows if r.job == job and r.quantity == "seconds" and r.values
        ]
        if any(not row.tool.startswith(OURS) for row in bars):
            images[job] = f"{job}.svg"
            _chart(bars, titles, folder / images[job])
    return images


def _chart(bars: list[Row], titles: dict[str, str], path: Path) -> None:
    import matplotlib.pyplot as plt

    places = _places(bars)
    figure, axes = plt.subplots(figsize=(7.5, 0.6 + HEIGHT * (max(places) + 2)))
    for place, row in zip(places, bars):
        colour = COLOURS.get(
            row.tool, COLOURS[OURS] if row.tool.startswith(OURS) else OTHER
        )
        axes.barh(place * HEIGHT, row.median, height=0.85 * HEIGHT, color=colour)
        text = f" {_label(row)}"
        axes.text(row.median, place * HEIGHT, text, va="center", fontsize=8)
    _axes(axes, bars, places, titles)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _places(bars: list[Row]) -> list[int]:
    """Lines of the bars, with an empty one between cases."""
    places, line = [], 0
    for k, row in enumerate(bars):
        if k and row.case != bars[k - 1].case:
            line += 1
        places.append(line)
        line += 1
    return places


def _label(row: Row) -> str:
    return f"{row.tool}, {seconds(row.median)}" + (
        " (earlier run)" if row.source else ""
    )


def _axes(axes, bars: list[Row], places: list[int], titles: dict[str, str]) -> None:
    ticks, names = [], []
    for case in dict.fromkeys(row.case for row in bars):
        lines = [place for place, row in zip(places, bars) if row.case == case]
        ticks.append(HEIGHT * sum(lines) / len(lines))
        names.append(titles.get(case, case))
    axes.set_yticks(ticks, names)
    axes.invert_yaxis()
    axes.set_xscale("log")
    medians = [row.median for row in bars]
    axes.set_xlim(min(medians) / 3, max(medians) * 60)
    axes.set_xlabel("seconds (log scale); shorter is better")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
