"""Draws every picture of panels that are hard to draw, into one page to look at.

PYTHONPATH=python/tests python tools/gallery/gallery.py OUT [PANEL...]

OUT/index.html shows a PNG for each picture, those of comparisons, power and simulations last. It fails if one lacks
in Python, R or ggplot2, which draws power alone of these three.
"""

from __future__ import annotations

import html
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot
from picture_panels import ANSWERS, PANELS

import tropanel
from tropanel._results.result import PLOTS

GRID = ("path", "event", "effects", "placebo")
DRAWERS = ("python", "r", "ggplot2")
#: Answers beside estimates that ggplot2 draws, too.
BY_GGPLOT2 = ("power", "bias")
HELPER = Path("r-package/dev/pictures/helper-panels.R")
STYLE = """body { font: 15px sans-serif; margin: 1em } img { width: 100%; border: 1px solid #ddd }
section { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0.6em } figure { margin: 0 }"""


def main(out: Path, names: list[str]) -> None:
    """Draw all pictures of these panels."""
    matplotlib.use("Agg")
    out.mkdir(parents=True, exist_ok=True)
    kinds = {}
    for name in names:
        result = PANELS[name]()
        kinds[name] = [kind for kind in PLOTS if can_draw(result, kind)]
        draw_all(name, result, kinds[name], out)
        result.save(out / f"{name}.json")
        print(f"{name}: {result!r}")
    for name, answer in ANSWERS.items():
        draw_answer(name, answer(), out)
    draw_in_r(out)
    (out / "index.html").write_text(page(out, kinds), encoding="utf-8")
    print(out / "index.html")


def can_draw(result: tropanel.TropResult, kind: str) -> bool:
    """Whether there is something to draw: a search, predictions before treatment."""
    lacks = {"surface": result.scores is None, "pre_fit": not len(result.pre_effects)}
    return not lacks.get(kind, False)


def draw_all(
    name: str, result: tropanel.TropResult, kinds: list[str], out: Path
) -> None:
    """Draw every kind by itself, and grids of some with and without a layout engine."""
    for kind in kinds:
        result.plot(kind).figure.savefig(out / f"{name}-{kind}-python.png")
    for layout in ("constrained", "none"):
        figure, axes = pyplot.subplots(2, 2, figsize=(10, 7), layout=layout)
        for kind, ax in zip(GRID, axes.flat):
            result.plot(kind, ax)
        figure.savefig(out / f"{name}-grid of axes, {layout} layout-python.png")
    with pyplot.style.context("dark_background"):
        result.plot("event").figure.savefig(out / f"{name}-dark style-python.png")
    with pyplot.rc_context({"font.size": 14, "lines.linewidth": 2.5}):
        result.plot("path").figure.savefig(out / f"{name}-large text-python.png")
    pyplot.close("all")


def draw_answer(name: str, answer: Any, out: Path) -> None:
    """Draw a comparison, power or a simulation."""
    drawn = answer.plot()
    getattr(drawn, "figure", drawn).savefig(out / f"{name}-python.png")
    pyplot.close("all")
    print(f"{name}: {answer!r}".splitlines()[0])


def draw_in_r(out: Path) -> None:
    """Draw the saved results with R, and the other answers, which R computes."""
    script = Path(__file__).with_suffix(".R")
    helper = Path(__file__).parents[2] / HELPER
    command = ["Rscript", "--vanilla", str(script), str(out), str(helper)]
    subprocess.run(command, check=True)


def page(out: Path, kinds: dict[str, list[str]]) -> str:
    """Put all PNGs into a page: a row for each panel and kind, a column for each way to draw."""
    head = f"<!DOCTYPE html><meta charset=utf-8><title>Gallery</title><style>{STYLE}</style>"
    return "\n".join(
        [
            head,
            *(line for name in kinds for line in rows(out, name, kinds[name])),
            *(line for name in ANSWERS for line in answer_rows(out, name)),
        ]
    )


def rows(out: Path, name: str, kinds: list[str]) -> Iterator[str]:
    """Lay out the pictures of a panel: the kinds, each drawn in every way, and whatever else there is."""
    yield f"<h1>{html.escape(name)}</h1>"
    drawn = {file.stem.split("-")[1] for file in out.glob(f"{name}-*.png")}
    for kind in [*kinds, *sorted(drawn.difference(kinds))]:
        wanted = DRAWERS if kind in kinds else ()
        yield f"<h2>{html.escape(kind)}</h2>"
        yield section(out, f"{name}-{kind}", f"{kind} of {name}", wanted)


def answer_rows(out: Path, name: str) -> Iterator[str]:
    """Lay out the pictures of an answer that is no estimate."""
    yield f"<h1>{html.escape(name)}</h1>"
    yield section(out, name, name, DRAWERS if name in BY_GGPLOT2 else DRAWERS[:2])


def section(out: Path, stem: str, alt: str, wanted: tuple[str, ...]) -> str:
    """Put the ways to draw a picture side by side; those that are wanted must be there."""
    figures = []
    for by in DRAWERS:
        file = out / f"{stem}-{by}.png"
        if by in wanted and not (file.exists() and file.stat().st_size):
            raise FileNotFoundError(f"{file} was not drawn")
        if file.exists():
            image = f'<img src="{html.escape(file.name)}" alt="{alt}, {by}">'
            figures.append(f"<figure><figcaption>{by}</figcaption>{image}</figure>")
    return f"<section>{''.join(figures)}</section>"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(PANELS))
