"""Pictures of paper quality: what is on them, and how they look.

`pytest --mpl-generate-path=tests/pictures tests/test_pictures.py` draws the images anew that
`test_image` compares with; `make gallery` draws all pictures of all panels to look at.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import picture_panels
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from picture_panels import LONG_UNIT, PANELS

import tropanel
from tropanel import TropError, TropResult
from tropanel._data.frames import frame_columns
from tropanel._results.plot_style import CONTRAST, background, contrast, ink, shortened
from tropanel._results.result import PLOTS

#: Root mean square of the differences of pixels, of 255. Machines round edges of lines otherwise,
#: which comes to less than 1; a line of another colour is 3 or more (test_tolerance_is_small).
TOLERANCE = 1.5
DPI = 40
GRID = ("path", "event", "effects", "placebo")
KINDS = {
    "prop99": (
        "path", "event", "effects", "placebo", "surface", "weights", "time_weights", "ablation",
    ),
    "castle": (
        "path", "event", "effects", "cumulative", "placebo", "pre_fit", "leave_one_out", "weights",
    ),
    "months": ("path", "event", "effects", "time_weights", "weights"),
    "many": ("path", "event", "effects", "weights"),
    "long_names": ("path", "event", "effects", "placebo", "weights", "leave_one_out"),
}  # fmt: skip
CASES = [(panel, kind) for panel, kinds in KINDS.items() for kind in kinds]
STYLES = ("default", "dark_background", "ggplot", "grayscale", "fivethirtyeight")


@pytest.fixture(autouse=True)
def _default_style() -> Iterator[None]:
    with pyplot.style.context("default"):
        yield
    pyplot.close("all")


@cache
def result_of(panel: str) -> TropResult:
    return PANELS[panel]()


@cache
def answer_of(name: str) -> Any:
    return picture_panels.ANSWERS[name]()


def draw_grid(panel: str, layout: str) -> Figure:
    figure, axes = pyplot.subplots(2, 2, figsize=(10, 7.5), layout=layout)
    for kind, ax in zip(GRID, axes.flat):
        result_of(panel).plot(kind, ax)
    return figure


def image_test(test: Any) -> Any:
    """Compare the figure that a test returns with its image."""
    same_text = pytest.mark.skipif(
        matplotlib.__version_info__[:2] != (3, 10),  # type: ignore[attr-defined]
        reason="the images are of matplotlib 3.10; others set text and ticks otherwise",
    )
    compare = pytest.mark.mpl_image_compare(
        baseline_dir="pictures", tolerance=TOLERANCE, style="default", savefig_kwargs={"dpi": DPI}
    )
    return same_text(compare(test))


@image_test
@pytest.mark.parametrize(("panel", "kind"), CASES)
def test_image(panel: str, kind: str) -> Any:
    return result_of(panel).plot(kind).figure


@image_test
@pytest.mark.parametrize("layout", ["constrained", "none"])
def test_image_of_a_grid(layout: str) -> Figure:
    return draw_grid("castle", layout)


@image_test
@pytest.mark.parametrize("style", ["dark_background", "large"])
def test_image_in_a_style_of_ones_own(style: str) -> Any:
    large = {"font.size": 15, "lines.linewidth": 2.5, "lines.markersize": 9}
    own = pyplot.rc_context(large) if style == "large" else pyplot.style.context(style)
    with own:
        return result_of("castle").plot("event").figure


@image_test
@pytest.mark.parametrize("answer", picture_panels.ANSWERS)
def test_image_of_other_answers(answer: str) -> Any:
    drawn = answer_of(answer).plot()
    return getattr(drawn, "figure", drawn)


def test_tolerance_is_small(tmp_path: Path) -> None:
    images = []
    for color in (None, "#d55e00"):
        result_of("prop99").plot("path", color=color).figure.savefig(tmp_path / "a.png", dpi=DPI)
        images.append(pyplot.imread(tmp_path / "a.png")[..., :3] * 255)
    assert np.sqrt(np.mean((images[0] - images[1]) ** 2)) > 2 * TOLERANCE


def drawn(ax: Axes) -> Axes:
    ax.figure.draw_without_rendering()
    return ax


def words(ax: Axes) -> str:
    legend = ax.get_legend()
    assert legend is not None
    return "; ".join(text.get_text() for text in legend.get_texts())


def shown_texts(ax: Axes) -> list[Text]:
    """Every text of an axes that is drawn."""
    ticks = [*ax.get_xticklabels(), *ax.get_yticklabels()]
    titles = [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]  # type: ignore[attr-defined]
    legend = ax.get_legend()
    own = [] if legend is None else legend.get_texts()
    return [text for text in [*ticks, *titles, *ax.texts, *own] if text.get_text()]


def check_contrast(figure: Figure) -> None:
    """Compare every text with what is behind it: the axes, or the figure around."""
    figure.draw_without_rendering()
    paper = matplotlib.colors.to_rgb(figure.get_facecolor())
    n_checked = 0
    for ax in figure.axes:
        assert contrast(ink(ax).muted, background(ax)) >= CONTRAST
        for text in shown_texts(ax):
            middle = text.get_window_extent().get_points().mean(axis=0)
            behind = background(ax) if ax.bbox.contains(*middle) else paper
            assert contrast(matplotlib.colors.to_rgb(text.get_color()), behind) >= CONTRAST, text
            n_checked += 1
    assert n_checked > 5


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", PLOTS)
def test_text_has_contrast(kind: str, style: str) -> None:
    with pyplot.style.context(style):
        # One with a search, one with many treated units.
        panel = "prop99" if kind == "surface" else "castle"
        check_contrast(result_of(panel).plot(kind).figure)  # type: ignore[arg-type]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("answer", picture_panels.ANSWERS)
def test_text_of_other_answers_has_contrast(answer: str, style: str) -> None:
    with pyplot.style.context(style):
        figure = answer_of(answer).plot()
        check_contrast(getattr(figure, "figure", figure))


def test_contrast_is_that_of_the_guidelines() -> None:
    white, black = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
    assert contrast(white, black) == pytest.approx(21)
    # The grey that is known as the lightest on white.
    grey = (0x76 / 255,) * 3
    assert contrast(grey, white) == pytest.approx(4.54, abs=0.005)  # type: ignore[arg-type]


def test_sizes_are_relative_to_the_users() -> None:
    sizes = {}
    for scale in (1.0, 2.0):
        style = {"font.size": 10 * scale, "lines.linewidth": scale, "lines.markersize": 6 * scale}
        with pyplot.rc_context(style):
            ax = drawn(result_of("castle").plot("path"))
            texts = [text.get_fontsize() for text in shown_texts(ax)]
            lines = {(line.get_linewidth(), line.get_markersize()) for line in ax.lines}
            sizes[scale] = [max(texts), min(texts), *np.ravel(sorted(lines))]
    assert np.allclose(2 * np.array(sizes[1.0]), sizes[2.0])
    with pyplot.rc_context({"figure.figsize": (3.0, 2.0)}):
        assert tuple(result_of("castle").plot().figure.get_size_inches()) == (3.0, 2.0)


@pytest.mark.parametrize("kind", PLOTS)
@pytest.mark.parametrize("panel", PANELS)
def test_texts_are_whole_and_apart(panel: str, kind: str) -> None:
    result = result_of(panel)
    if (kind == "surface" and result.scores is None) or (panel, kind) == ("many", "pre_fit"):
        with pytest.raises(TropError):
            result.plot(kind)
        return
    ax = drawn(result.plot(kind))
    edges = ax.figure.bbox.padded(2)
    for text in (ax._left_title, ax.xaxis.label, ax.yaxis.label):  # type: ignore[attr-defined]
        box = text.get_window_extent()
        assert not text.get_text() or edges.contains(*box.p0)
        assert not text.get_text() or edges.contains(*box.p1)
    for axis, side in ((ax.xaxis, 0), (ax.yaxis, 1)):
        low, high = sorted(axis.get_view_interval())
        ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
        boxes = [tick.label1.get_window_extent() for tick in ticks if tick.label1.get_text()]
        ends = sorted((box.get_points()[0][side], box.get_points()[1][side]) for box in boxes)
        # Lines of text may touch, words side by side may not.
        overlap = 2.5 if side else 0.0
        assert all(end <= start + overlap for (_, end), (start, _) in zip(ends, ends[1:])), kind


@pytest.mark.parametrize("panel", ["castle", "long_names"])
def test_legends_are_within_their_axes_or_below(panel: str) -> None:
    for layout in ("constrained", "none"):
        figure = draw_grid(panel, layout)
        figure.draw_without_rendering()
        for ax in figure.axes[:4]:
            legend = ax.get_legend()
            assert legend is not None
            box = legend.get_window_extent()
            if layout == "none":
                assert ax.bbox.x0 <= box.x0
                assert box.x1 <= ax.bbox.x1
                assert ax.bbox.y0 <= box.y0
                assert box.y1 <= ax.bbox.y1
            else:
                below = ax.xaxis.get_tightbbox()
                assert below is not None
                assert box.y1 <= below.y0
                assert not any(box.overlaps(other.bbox) for other in figure.axes)


@pytest.mark.parametrize("panel", ["prop99", "castle", "long_names"])
def test_titles_in_a_grid_are_whole_and_below_no_legend(panel: str) -> None:
    figure = draw_grid(panel, "constrained")
    figure.draw_without_rendering()
    legends = [legend for ax in figure.axes if (legend := ax.get_legend()) is not None]
    assert len(legends) == 4
    for ax in figure.axes[:4]:
        title = ax._left_title.get_window_extent()  # type: ignore[attr-defined]
        assert figure.bbox.padded(1).contains(*title.p0)
        assert figure.bbox.padded(1).contains(*title.p1)
        assert not any(title.overlaps(legend.get_window_extent()) for legend in legends)


@pytest.mark.parametrize("kind", ["path", "event", "placebo"])
def test_legends_within_do_not_lie_on_data(kind: str) -> None:
    result = result_of("castle")
    _, ax = pyplot.subplots()
    drawn(result.plot(kind, ax))
    legend = ax.get_legend()
    assert legend is not None
    box = legend.get_window_extent()
    for line in ax.lines:
        points = line.get_transform().transform(line.get_xydata())
        if line.get_marker() == "o":
            assert not any(box.contains(*point) for point in points)
    assert not any(
        box.overlaps(bar.get_window_extent()) for bar in ax.containers[:1] for bar in bar
    )


def test_the_place_of_a_legend_that_is_asked_for_is_kept() -> None:
    legend = result_of("castle").plot("path", legend="lower left").get_legend()
    assert legend is not None
    assert legend._loc == 3  # type: ignore[attr-defined]


def test_dates_are_ticks_of_matplotlib() -> None:
    for kind in ("path", "effects", "time_weights"):
        ax = drawn(result_of("months").plot(kind))
        assert isinstance(ax.xaxis.get_major_locator(), matplotlib.dates.AutoDateLocator)
        assert "2018" in [label.get_text() for label in ax.get_xticklabels()]
    assert "2018-08-01" in result_of("months").plot("weights").get_title("left")
    assert "00:00" not in result_of("months").summary()


def test_a_zone_keeps_its_days() -> None:
    data = pd.DataFrame({"u": np.repeat(list("abcd"), 8), "w": 0, "y": np.arange(32.0) ** 1.5})
    days = pd.date_range("2020-01-01", periods=8, freq="YS", tz="Asia/Tokyo")
    data["t"] = np.tile(days, 4)
    data.loc[28:, "w"] = 1
    lambdas = picture_panels.LAMBDAS
    result = tropanel.trop(data, "y", "w", "u", "t", lambdas=lambdas, inference=None)
    labels = [label.get_text() for label in drawn(result.plot("path")).get_xticklabels()]
    assert labels[0].isdigit()
    assert int(labels[0]) in range(2019, 2022)


def test_a_single_period_is_one_tick() -> None:
    ax = drawn(result_of("long_names").plot("effects"))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2018"]
    cumulative = drawn(result_of("long_names").plot("cumulative"))
    assert {float(tick).is_integer() for tick in cumulative.get_xticks()} == {True}


def test_long_names_are_whole_in_titles() -> None:
    ax = result_of("long_names").plot("effects")
    assert LONG_UNIT in ax.get_title("left")
    assert len(shortened(LONG_UNIT)) < 30
    assert shortened("Utah") == "Utah"


def test_a_map_is_in_the_order_of_adoption() -> None:
    result = result_of("castle")
    ax = drawn(result.plot("effects"))
    shown = [label.get_text() for label in ax.get_yticklabels()]
    effects = frame_columns(result.effects)
    first: dict[str, int] = {}
    for unit, time in zip(effects["unit"], effects["time"]):
        first[unit] = min(time, first.get(unit, 9999))
    years = [first[unit] for unit in shown]
    assert years == sorted(years)
    assert (shown[0], shown[-1]) == ("FL", "MT")


def test_an_outlier_does_not_flatten_a_map() -> None:
    result = result_of("months")
    sizes = np.abs(frame_columns(result.effects)["effect"])
    ax = result.plot("effects")
    mesh = ax.collections[0]
    assert mesh.norm.vmax == -mesh.norm.vmin  # type: ignore[operator]
    assert mesh.norm.vmax == pytest.approx(np.quantile(sizes, 0.95))
    assert f", {(sizes > mesh.norm.vmax).sum()} cells" in words(ax)
    even = result_of("many")
    assert "Not treated" in words(even.plot("effects"))


def test_untreated_cells_are_hatched_and_zero_is_not() -> None:
    ax = result_of("castle").plot("effects")
    assert [patch.get_hatch() for patch in ax.patches] == ["////"]
    values = np.ma.getmaskarray(ax.collections[0].get_array())  # type: ignore[arg-type]
    assert values.any()
    assert ax.collections[0].get_cmap().get_bad()[3] == 0  # type: ignore[index]


def test_cells_without_estimate_are_crossed() -> None:
    y = np.arange(20.0).reshape(4, 5) ** 1.2
    w = np.zeros((4, 5))
    w[2:, 3:] = 1
    y[3, 4] = np.nan
    lambdas = picture_panels.LAMBDAS
    result = tropanel.trop_matrix(y, w, lambdas=lambdas, inference=None)
    ax = result.plot("effects")
    assert ("No estimate" in words(ax)) == (len(result.not_estimable) > 0)
    assert len(result.not_estimable) == len(ax.lines[0].get_xdata() if ax.lines else ())


def test_the_difference_is_filled_where_most_are_treated() -> None:
    result = result_of("castle")
    ax = result.plot("path")
    table = result.by_time
    filled = next(c for c in ax.collections if str(c.get_label()).startswith("Difference"))
    first = filled.get_paths()[0].vertices[:, 0].min()  # type: ignore[union-attr]
    most = table[2 * table["n_treated"] > table["n_cells"]]["time"]
    assert first == most.min() == 2007
    assert table[table["n_treated"] > 0]["time"].min() == 2006
    assert "Difference, where most are treated" in words(ax)


def test_a_single_treated_period_has_a_bar() -> None:
    ax = result_of("long_names").plot("path")
    assert any(len(bar.get_paths()) == 1 for bar in ax.collections[1:])  # type: ignore[arg-type]


def test_few_cells_do_not_set_the_scale() -> None:
    result = result_of("castle")
    ax = result.plot("event")
    lower, upper = ax.get_ylim()
    table = result.by_event_time
    assert lower < table["effect"].min()
    assert table["effect"].max() < upper
    many = table[table["n_cells"] >= 0.4 * table["n_cells"].max()]
    assert lower < many["band_lower"].min()
    assert many["band_upper"].max() < upper
    assert table["band_upper"].max() > upper
    assert "Bounds of times with few cells are cut" in words(ax)
    assert "few cells" not in words(result_of("prop99").plot("event"))


def test_the_targets_own_weight_is_left_out() -> None:
    result = result_of("prop99")
    for kind, own in (("weights", "California"), ("time_weights", 1989)):
        ax = result.plot(kind)
        assert str(own) not in [tick.get_text() for tick in ax.get_yticklabels()]
    others = result.weights().time["weight"][lambda w: w < 1]
    assert sorted(ax.lines[0].get_ydata()) == pytest.approx(sorted(others))


def test_numbers_are_written_as_in_the_summary() -> None:
    result = result_of("prop99")
    att, p_value = f"ATT {result.att:.6g}", f"p-value {result.p_value:.3g}"
    assert words(result.plot("placebo")).endswith(f"{att}, {p_value}")
    assert words(result.plot("effects")).endswith(att)
    for text in (att, p_value):
        assert text in repr(result)


def test_nothing_is_no_picture() -> None:
    with pytest.raises(TropError, match="no cell before treatment is predicted"):
        result_of("many").plot("pre_fit")
    y, w = np.arange(12.0).reshape(3, 4) ** 1.2, np.triu(np.ones((3, 4)), 1)
    everyone = tropanel.trop_matrix(y, w, lambdas=picture_panels.LAMBDAS, inference=None)
    with pytest.raises(TropError, match="no unit is never treated"):
        everyone.plot("leave_one_out")


def test_titles_can_be_changed_afterwards() -> None:
    ax = result_of("castle").plot("path")
    ax.set_title("Mine")
    ax.set_xlabel("Year of the law")
    drawn(ax)
    assert ax.title.get_window_extent().y0 >= ax.bbox.y1


def test_figures_can_be_pickled() -> None:
    import pickle

    figure = pickle.loads(pickle.dumps(result_of("castle").plot("event").figure))
    figure.draw_without_rendering()


def test_periods_at_midnight_are_days() -> None:
    from tropanel._hints import label_texts

    day = datetime.datetime(2020, 1, 2)
    assert label_texts([day]) == ["2020-01-02"]
    hours = [day, day.replace(hour=3)]
    assert label_texts(hours) == ["2020-01-02 00:00:00", "2020-01-02 03:00:00"]
    assert label_texts([2020, "2021"]) == ["2020", "2021"]
