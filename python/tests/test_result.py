"""What a result holds, says and draws."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
import pickle
import sys
import warnings
from typing import Any

import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame
from fake_backend import FakeBackend
from matplotlib import pyplot

import tropanel
from tropanel import ConvergenceWarning, TropError, TropResult
from tropanel._data.frames import frame_columns


@pytest.fixture
def result(columns: Columns, fake: FakeBackend) -> TropResult:
    return tropanel.trop(frame(columns), *ROLES, n_boot=100)


@pytest.fixture
def compiled(columns: Columns) -> TropResult:
    """A result in the words of the compiled core."""
    return tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference="bootstrap", n_boot=100)


def _untreat(columns: Columns, units: str) -> Columns:
    columns["law"] = [0 if u in units else d for u, d in zip(columns["state"], columns["law"])]
    return columns


def _with_note(result: TropResult, words: str) -> list[str]:
    return [note for note in result.notes if words in note]


def test_numbers(result: TropResult) -> None:
    assert result.att == pytest.approx(np.mean(result.effects["effect"]))
    assert (result.n_units, result.n_periods, result.n_obs) == (8, 6, 48)
    assert (result.n_treated_units, result.n_never_treated, result.n_treated_cells) == (2, 6, 5)
    assert result.ci == (-1.0, 3.0)
    assert result.draws is not None
    assert len(result.draws) == 100
    assert result.lambdas == {"time": 0.0, "unit": 0.0, "nn": 0.1}
    assert result.loocv_score == 1.0
    assert len(result.scores) == 27
    assert list(result.timings) == ["search", "estimate", "inference"]
    assert (result.converged, result.backend, result.search) == (True, "rust", "race")


def test_result_is_frozen(result: TropResult) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.att = 1.0  # type: ignore[misc]


def test_result_survives_pickling(result: TropResult) -> None:
    again = pickle.loads(pickle.dumps(result))
    assert isinstance(again, TropResult)
    assert again.to_dict() == result.to_dict()
    assert again.average("event_time").equals(result.average("event_time"))


def test_lambdas_of_a_result_can_be_given(columns: Columns, result: TropResult) -> None:
    again = tropanel.trop(frame(columns), *ROLES, lambdas=result.lambdas)
    assert again.att == result.att
    assert (again.loocv_score, again.scores, again.search) == (None, None, None)
    assert "search" not in again.timings


def test_by_time_by_hand(result: TropResult) -> None:
    observed = frame_columns(result.by_time)["observed"]
    cells = [*result.effects.itertuples(), *result.pre_effects.itertuples()]
    for time, value in zip(range(2001, 2007), observed):
        assert value == pytest.approx(np.mean([c.observed for c in cells if c.time == time]))
    assert frame_columns(result.by_time)["n_treated"] == [0, 0, 0, 1, 2, 2]
    assert frame_columns(result.by_time)["n_cells"] == [2] * 6


def test_by_event_time_by_hand(result: TropResult) -> None:
    table = result.by_event_time
    assert table["event_time"].tolist() == [-4, -3, -2, -1, 0, 1, 2]
    assert table["kind"].tolist() == ["placebo"] * 4 + ["effect"] * 3
    assert table["n_cells"].tolist() == [1, 2, 2, 2, 2, 2, 1]
    first = result.effects[result.effects["event_time"] == 0]["effect"].mean()
    assert table["effect"][4] == pytest.approx(first)
    draws = np.linspace(-1, 3, 100)
    assert table["se"][4] == pytest.approx(draws.std(ddof=1))
    for end, value in (("lower", -1.0), ("upper", 3.0)):
        assert table[f"ci_{end}"][4] == value
        assert table[f"ci_{end}"][[0, 1, 2, 3, 5, 6]].isna().all()
    assert (table["band_lower"][4], table["band_upper"][4]) == (-2.0, 4.0)


def test_intervals_without_bounds(columns: Columns) -> None:
    few = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, n_boot=20, inference="bootstrap")
    assert few.by_event_time["ci_lower"][4] == -math.inf
    assert few.to_dict()["by_event_time"]["ci_upper"][4] == "inf"
    assert "[unbounded, unbounded]" in few.summary()
    few.plot("event")
    pyplot.close("all")


def test_summary(compiled: TropResult) -> None:
    lines = compiled.summary().splitlines()
    assert lines[2].split() == ["ATT", f"{compiled.att:.6g}"]
    assert compiled.ci is not None
    lower, upper = compiled.ci
    assert f"95% interval    [{lower:.6g}, {upper:.6g}]" in lines
    assert "Inference       bootstrap (100 draws of units; percentiles)" in lines
    assert "Panel           8 units (state) x 6 periods (year, 2001 to 2006)" in lines
    assert "Treated         5 cells in 2 units (law); 6 never treated" in lines
    assert max(map(len, lines)) <= 80


def test_repr_and_html(result: TropResult, compiled: TropResult) -> None:
    for each in (result, compiled):
        assert repr(each).startswith(f"<TropResult: ATT {each.att:.6g}, ")
        assert "\n" not in repr(each)
        html = each._repr_html_()
        assert "ATT" in html
        assert f"{each.att:.6g}" in html


@pytest.mark.parametrize("backend", ["rust", "numpy"])
def test_html_is_escaped(columns: Columns, backend: str) -> None:
    columns["<b>"] = columns.pop("sales")
    columns["state"] = [f"<b>{state}" for state in columns["state"]]
    result = tropanel.trop(
        frame(columns), "<b>", *ROLES[1:], lambdas=FIXED, inference=None, backend=backend
    )
    assert "<b>" not in result._repr_html_()
    assert ("&lt;b&gt;" in result._repr_html_()) == (backend == "rust")


def test_printing_computes_nothing(result: TropResult, fake: FakeBackend) -> None:
    fake.calls.clear()
    for text in (result.summary(), repr(result), result._repr_html_()):
        assert text
    for kind in ("path", "effects", "event"):
        result.plot(kind)
    assert fake.calls == []


def test_to_dict_is_json(columns: Columns, fake: FakeBackend, library: str) -> None:
    columns["year"] = [datetime.date(year, 1, 1) for year in columns["year"]]
    lambdas = {"time": 0, "unit": 0, "nn": math.inf}
    result = tropanel.trop(frame(columns, library), *ROLES, lambdas=lambdas)
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["lambdas"]["nn"] == "inf"
    assert plain["effects"]["time"][0].startswith("2005-01-01")
    assert plain["by_event_time"]["se"][0] is None
    assert plain["scores"] is None
    names = {field.name for field in dataclasses.fields(TropResult)}
    assert set(plain) == {name for name in names if not name.startswith("_")}


def test_one_treated_unit_has_placebos(columns: Columns) -> None:
    result = tropanel.trop(frame(_untreat(columns, "g")), *ROLES, lambdas=FIXED, level=0.8)
    assert result.method == "placebo"
    assert "1 treated and 7 never-treated units" in result.reason
    assert result.draws is not None
    assert len(result.draws) == 7
    assert len(_with_note(result, 'inference = "auto" chose placebo')) == 1


def test_nothing_to_infer_from_keeps_the_estimate(columns: Columns) -> None:
    late = [k for k, year in enumerate(columns["year"]) if year >= 2003]
    keep = [k for k in late if columns["state"][k] in "gh"]
    few = {name: [values[k] for k in keep] for name, values in _untreat(columns, "g").items()}
    result = tropanel.trop(frame(few), *ROLES, lambdas=FIXED)
    assert (result.se, result.ci, result.p_value, result.draws) == (None, None, None, None)
    assert (result.method, result.reason) == (None, "")
    assert len(_with_note(result, "No standard error, interval or p-value: Auto inference")) == 1
    assert "Standard error  none, see notes" in result.summary()


def test_few_treated_units_are_cautioned(compiled: TropResult) -> None:
    assert len(_with_note(compiled, "Only 2 treated units")) == 1


def test_no_inference(columns: Columns, fake: FakeBackend) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None)
    assert result.se is None
    assert (result.method, result.notes) == (None, ())
    assert "Standard error  none\n" in result.summary()


def test_too_few_draws_keep_the_estimate(columns: Columns, fake: FakeBackend) -> None:
    fake.draws_fail = True
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED)
    assert result.se is None
    missing = "No standard error, interval or p-value: Fewer than 2 draws"
    assert _with_note(result, missing)
    with pytest.warns(UserWarning, match=missing):
        asked = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference="bootstrap")
    assert (asked.att, asked.se, asked.method) == (result.att, None, None)
    assert _with_note(asked, missing)


def test_not_estimable_cells(columns: Columns) -> None:
    columns["sales"][41] = math.nan
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None)
    missed = result.to_dict()["not_estimable"]
    assert missed == {
        "unit": ["g"],
        "time": [2006],
        "reason": ["outcome_missing"],
        "effect_min": [None],
        "effect_max": [None],
    }
    assert (result.n_treated_cells, len(result.effects)) == (5, 4)
    assert _with_note(result, "(g, 2006: outcome missing)")
    assert "Not estimable   1 treated cell" in result.summary()


def test_uncertified_fits_warn(columns: Columns, fake: FakeBackend) -> None:
    fake.status = "max_iterations"
    with pytest.warns(ConvergenceWarning, match="not certified") as caught:
        result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED)
    assert caught[0].filename == __file__
    assert not result.converged
    assert _with_note(result, "not certified as optimal")
    assert "(not certified: gap 1.0e-01)" in result.summary()


def test_edges_of_grids(columns: Columns, fake: FakeBackend) -> None:
    def notes(**grids: list[float]) -> list[str]:
        result = tropanel.trop(frame(columns), *ROLES, grids=grids, inference=None)
        return [note.split(":")[0] for note in result.notes]

    assert notes() == ["lambda_nn = 0.1 is the smallest of its candidates"]
    assert notes(nn=[math.inf]) == []
    assert notes(nn=[0, 1]) == []
    assert notes(nn=[2, 1]) == ["lambda_nn = 2 is the largest of its candidates"]
    assert notes(nn=[1, 2, 0], time=[3, 1]) == ["lambda_time = 3 is the largest of its candidates"]
    assert notes(nn=[math.inf], unit=[3]) == []


@pytest.mark.parametrize(
    ("times", "uneven"),
    [
        ([2001, 2002, 2003, 2004, 2005, 2006], False),
        ([2000, 2002, 2004, 2006, 2008, 2010], False),
        ([2001, 2002, 2003, 2005, 2006, 2007], True),
        ([datetime.date(2001, m, 28) for m in range(1, 7)], False),
        ([datetime.date(2001, m, d) for m, d in zip(range(1, 7), (31, 28, 31, 30, 31, 30))], False),
        ([datetime.date(2001 + m // 12, m % 12 + 1, 1) for m in range(0, 18, 3)], False),
        ([datetime.date(2001, 1, d) for d in (1, 2, 3, 4, 7, 8)], True),
        ([datetime.datetime(2001, 1, 1, h) for h in (1, 2, 3, 4, 7, 8)], True),
        ([f"wave {k}" for k in range(1, 7)], False),
    ],
)  # fmt: skip
def test_uneven_periods(
    columns: Columns, fake: FakeBackend, times: list[Any], uneven: bool
) -> None:
    columns["year"] = [times[year - 2001] for year in columns["year"]]
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED)
    assert len(_with_note(result, "not evenly spaced")) == uneven


@pytest.mark.parametrize("kind", ["path", "effects", "event"])
@pytest.mark.parametrize("labels", ["int", "text", "date"])
def test_plots_draw(columns: Columns, fake: FakeBackend, kind: str, labels: str) -> None:
    convert = {"int": int, "text": str, "date": lambda year: datetime.date(year, 1, 1)}[labels]
    columns["year"] = [convert(year) for year in columns["year"]]
    for data in (columns, _untreat(dict(columns), "g")):
        result = tropanel.trop(frame(data), *ROLES, lambdas=FIXED)
        axes = result.plot(kind, title="A title", ylabel="Sales")
        axes.figure.canvas.draw()
        assert axes.get_title(loc="left") == "A title"
        assert axes.get_ylabel() == "Sales"
    pyplot.close("all")


def test_plots_say_what_the_bars_are(columns: Columns) -> None:
    options = {"lambdas": FIXED, "inference": "bootstrap", "n_boot": 100, "level": 0.9}
    axes = tropanel.trop(frame(columns), *ROLES, **options).plot("event")
    legend = axes.get_legend()
    assert legend is not None
    texts = [text.get_text() for text in legend.get_texts()]
    assert "90% interval: each time by itself\nbootstrap (100 draws of units; percentiles)" in texts
    assert "90% uniform band: holds at all times at once" in texts
    pyplot.close("all")


def test_plot_on_given_axes(result: TropResult) -> None:
    _, axes = pyplot.subplots()
    assert result.plot("path", axes) is axes
    pyplot.close("all")


def test_plot_data(result: TropResult) -> None:
    assert result.plot_data("path") is result.by_time
    assert result.plot_data("effects") is result.effects
    assert result.plot_data("event") is result.by_event_time


def test_unknown_plot(result: TropResult) -> None:
    for call in (result.plot, result.plot_data):
        with pytest.raises(TropError, match="Did you mean 'event'") as caught:
            call("events")
        assert caught.value.code == "option_invalid"


def test_plot_without_matplotlib(result: TropResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r'pip install "tropanel\[plot\]"'):
        result.plot()


def test_certified_fits_do_not_warn(columns: Columns, fake: FakeBackend) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tropanel.trop(frame(columns), *ROLES, lambdas=FIXED)


def test_weights_of_the_first_treated_cell(result: TropResult) -> None:
    found = result.weights()
    assert found.target == ("g", 2005)
    assert found.unit["unit"].tolist() == list("abcdefgh")
    assert found.unit["weight"].tolist() == [1.0] * 6 + [2.0, 1.0]
    assert found.unit["normalized"].tolist() == pytest.approx([1 / 9] * 6 + [2 / 9, 1 / 9])
    assert found.time["time"].tolist() == list(range(2001, 2007))
    assert found.time["weight"].tolist() == [1.0] * 4 + [2.0, 1.0]
    assert found.time["normalized"].sum() == pytest.approx(1.0)


def test_weights_of_a_chosen_cell(result: TropResult) -> None:
    assert result.weights(unit="h").target == ("h", 2004)
    assert result.weights(time=2006).target == ("g", 2006)
    assert result.weights("h", 2006).target == ("h", 2006)
    placebo = result.weights("a", 2002)
    assert placebo.unit["weight"].tolist() == [2.0] + [1.0] * 7


def test_weights_use_the_lambdas_of_the_result(columns: Columns, fake: FakeBackend) -> None:
    tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None).weights()
    assert fake.calls[-1] == ("weights", {"lambdas": (0.1, 0.2, 1.0)})


def test_weights_are_frames_of_the_callers_library(columns: Columns, library: str) -> None:
    data = frame(columns, library)
    found = tropanel.trop(data, *ROLES, lambdas=FIXED, inference=None).weights()
    assert type(found.unit) is type(data)
    assert type(found.time) is type(data)
    assert frame_columns(found.time)["weight"][4:] == pytest.approx([1.0, math.exp(-0.1)])


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"unit": "z"}, "No 'state' of the data is 'z'"),
        ({"time": 1999}, "No 'year' of the data is 1999"),
        ({"unit": "a"}, "No cell with 'state' = 'a' is treated: say which 'year'"),
        ({"time": 2001}, "No cell with 'year' = 2001 is treated: say which 'state'"),
    ],
)
def test_weights_of_no_cell(result: TropResult, target: dict[str, Any], words: str) -> None:
    with pytest.raises(TropError, match=words) as caught:
        result.weights(**target)
    assert caught.value.code == "cell_out_of_range"
