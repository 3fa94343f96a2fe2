"""What users of other packages try first."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame
from matplotlib import pyplot

import tropanel
from tropanel import TropError, TropResult
from tropanel._data.frames import frame_columns


def _fit(columns: Columns, library: str = "pandas", **options: Any) -> TropResult:
    asked = {"lambdas": FIXED, "inference": "bootstrap", "n_boot": 20, **options}
    return tropanel.trop(frame(columns, library), *ROLES, **asked)


@pytest.fixture
def fitted(columns: Columns) -> TropResult:
    return _fit(columns)


def test_no_inference_by_its_name(columns: Columns) -> None:
    by_name, by_none = _fit(columns, inference="none"), _fit(columns, inference=None)
    assert by_name.to_dict() | {"timings": 0} == by_none.to_dict() | {"timings": 0}
    assert _fit(columns, inference="none", backend="numpy").se is None


def test_results_with_a_callback_are_pickled(columns: Columns) -> None:
    seen: list[str] = []
    found = _fit(columns, progress=lambda stage, done, total: seen.append(stage))
    assert seen
    again = pickle.loads(pickle.dumps(found))
    assert again.to_dict() == found.to_dict()
    assert again.ablation()["att"].tolist() == found.ablation()["att"].tolist()


def test_tidy_and_glance(columns: Columns, library: str) -> None:
    columns["x"] = [float(np.cos(k)) for k in range(48)]
    found = _fit(columns, library, covariates="x")
    row = frame_columns(found.tidy())
    assert row["term"] == ["ATT"]
    assert (row["estimate"], row["std_error"]) == ([found.att], [found.se])
    assert (row["conf_low"][0], row["conf_high"][0]) == found.ci
    events = frame_columns(found.tidy("event"))
    own = frame_columns(found.by_event_time)
    assert events["estimate"] == own["effect"]
    assert str(events["band_high"]) == str(own["band_upper"])
    assert events["term"][0] == "year::-4"
    assert frame_columns(found.tidy("averages"))["term"][:2] == ["effect", "cumulative"]
    with_percent = frame_columns(found.tidy("averages", percent=True))["term"]
    assert with_percent[:3] == ["effect", "percent", "cumulative"]
    with pytest.raises(TropError, match="percent=True goes with"):
        found.tidy("event", percent=True)
    covariates = frame_columns(found.tidy("covariates"))
    assert (covariates["term"], covariates["estimate"]) == (
        ["x"], frame_columns(found.coefficients)["coefficient"],
    )  # fmt: skip
    glanced = frame_columns(found.glance())
    assert (glanced["nobs"], glanced["n_units"], glanced["lambda_nn"]) == ([48], [8], [FIXED["nn"]])
    assert glanced["method"] == ["bootstrap"]
    bare = _fit(columns, library, inference="none")
    assert frame_columns(bare.tidy())["method"] == ["none"]
    with pytest.raises(TropError, match="kind must be one of"):
        found.tidy("events")


def test_another_level_comes_from_the_same_draws(columns: Columns, fitted: TropResult) -> None:
    half = _fit(columns, level=0.5)
    row = frame_columns(fitted.tidy(level=0.5))
    assert (row["conf_low"][0], row["conf_high"][0]) == half.ci
    assert row["p_value"] == [fitted.p_value]
    for kind in ("event", "averages"):
        ours, theirs = (frame_columns(f) for f in (fitted.tidy(kind, level=0.5), half.tidy(kind)))
        assert str(ours) == str(theirs)
    with pytest.raises(TropError, match="between 0 and 1"):
        fitted.tidy(level=1)
    again = pickle.loads(pickle.dumps(fitted))
    assert frame_columns(again.tidy(level=0.5))["conf_low"][0] == half.ci[0]  # type: ignore[index]
    with pytest.raises(TropError, match="another level"):
        _fit(columns, backend="numpy", n_boot=3).tidy(level=0.5)


@pytest.mark.parametrize("backend", ["rust", "numpy"])
def test_without_fits_before_treatment(columns: Columns, backend: str) -> None:
    stages: list[str] = []
    options: dict[str, Any] = {"backend": backend, "n_boot": 4}
    full = _fit(columns, **options)
    found = _fit(columns, pre_periods=False, progress=lambda s, d, t: stages.append(s), **options)
    assert (found.att, found.se) == (full.att, full.se)
    assert len(found.pre_effects) == 0
    assert found.by_event_time["event_time"].tolist() == [0, 1, 2]
    assert found.by_time["time"].tolist() == [2004, 2005, 2006]
    assert backend == "numpy" or not any("placebo" in stage.lower() for stage in stages)
    for kind in ("path", "event", "cumulative"):
        pyplot.close(found.plot(kind).figure)


def test_pictures_of_events(fitted: TropResult) -> None:
    ax = fitted.plot("event", window=(-2, 1), band=False, legend=False, color="darkred")
    drawn = [line for line in ax.lines if len(line.get_xdata()) > 1 and line.get_marker() == "o"]
    assert sorted(x for line in drawn for x in line.get_xdata()) == [-2, -1, 0, 1]
    assert "darkred" in [line.get_color() for line in drawn]
    assert ax.get_legend() is None
    assert not any("uniform" in str(c.get_label()) for c in ax.collections)
    few = fitted.plot("cumulative", min_cells=2, legend="upper left")
    assert max(x for line in few.lines for x in line.get_xdata()) == 1
    placebos = fitted.plot("event", window=(-3, -1))
    assert "Mean effect" not in [text.get_text() for text in placebos.get_legend().get_texts()]
    pyplot.close("all")


def test_pictures_of_a_target(fitted: TropResult) -> None:
    assert "h, 2004" in fitted.plot("weights", unit="h").get_title("left")
    assert "h, 2005" in fitted.plot("time_weights", unit="h", time=2005).get_title("left")
    pyplot.close("all")
    with pytest.raises(TropError, match="is 'nobody'"):
        fitted.plot("weights", unit="nobody")


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("path", {"unit": "h"}, "unit is for plots of the kinds 'weights', 'time_weights'"),
        ("path", {"window": (0, 1)}, "window is for plots"),
        ("effects", {"color": "red"}, "color is for plots"),
        ("event", {"window": (1, 0)}, "window must be the first and the last"),
        ("event", {"window": 3}, "window must be"),
        ("event", {"window": (50, 60)}, "No event time lies from 50 to 60"),
        ("event", {"min_cells": 99}, "No event time has 99 cells"),
        ("event", {"min_cells": "a"}, "min_cells must be an integer"),
        ("event", {"band": 1}, "band must be True or False"),
        ("event", {"legend": "up"}, "legend must be"),
        ("event", {"color": "no such colour"}, "color must be"),
    ],
)
def test_options_that_mean_nothing(
    fitted: TropResult, kind: str, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(TropError, match=words) as caught:
        fitted.plot(kind, **options)
    assert caught.value.code == "option_invalid"
    pyplot.close("all")
