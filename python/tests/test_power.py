"""Power: what `trop` finds once the effect is planted, sizes, words, the picture, refusals."""

from __future__ import annotations

import json
import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from conftest import ROLES, Columns, frame

import tropanel
from tropanel import TropError, power, power_matrix, trop_matrix
from tropanel._data.frames import frame_columns

LAMBDAS = {"time": 0.1, "unit": 0.2, "nn": 2.0}
QUICK: dict[str, Any] = {"lambdas": LAMBDAS, "progress": False}


def outcomes(n: int = 21, t: int = 10) -> Any:
    rng = np.random.default_rng(5)
    return rng.normal(size=(n, 2)) @ rng.normal(size=(2, t)) + 0.3 * rng.normal(size=(n, t)) + 50


def block(shape: tuple[int, ...], units: tuple[int, ...], periods: int) -> Any:
    W = np.zeros(shape)
    W[list(units), shape[1] - periods :] = 1
    return W


def att(Y: Any, W: Any) -> float:
    return trop_matrix(Y, W, inference="none", pre_periods=False, **QUICK).att


@pytest.mark.parametrize(
    ("treated", "shape"), [(1, "level"), (1, [0.5, 0.0, 2.0]), (2, "ramp"), (2, "fade")]
)
def test_power_is_how_often_trop_finds_what_is_planted(treated: int, shape: Any) -> None:
    """Every assignment is refitted with the effect in it, and ranked among others without."""
    Y = outcomes(21 if treated == 1 else 8)
    named = {"level": [1.0, 1.0, 1.0], "ramp": [1 / 3, 2 / 3, 1.0], "fade": [1.0, 2 / 3, 1 / 3]}
    multiples = np.array(named[shape] if isinstance(shape, str) else shape)
    effects = [0.0, 0.5, -1.5, 4.0]
    found = power_matrix(
        Y, treated=treated, periods=3, shape=shape, effect=effects, level=0.9,
        inference="placebo", **QUICK,
    )  # fmt: skip
    rows = frame_columns(found.assignments)
    units = np.array(rows["unit"]).reshape(-1, treated)
    assert len({tuple(own) for own in units}) == len(units) == math.comb(len(Y), treated)
    sets = [block(Y.shape, tuple(own), 3) for own in units]
    without = np.array([att(Y, W) for W in sets])
    assert frame_columns(found.draws)["att"] == pytest.approx(without, abs=1e-7)
    # A study of two of eight units has 15 placebos.
    n_placebos = 20 if treated == 1 else 15
    told = dict(zip(effects, frame_columns(found.curves)["power"]))
    for effect in effects:
        rejections = 0
        for k, W in enumerate(sets):
            planted = Y.copy()
            planted[:, -3:] += effect * multiples * W[:, -3:]
            others = np.abs(np.roll(without, -k)[1 : n_placebos + 1])
            p_value = (1 + (others >= abs(att(planted, W))).sum()) / (n_placebos + 1)
            rejections += p_value < 1 - 0.9
        assert told[effect] == rejections / len(sets)


def test_the_jackknife_finds_what_trop_finds() -> None:
    Y = outcomes(12)
    found = power_matrix(
        Y, treated=2, periods=2, effect=[0.0, 1.0, -2.0], inference="jackknife", draws=66, **QUICK
    )
    sets = [block(Y.shape, units, 2) for units in combinations(range(12), 2)]
    for effect, told in zip((0.0, 1.0, -2.0), frame_columns(found.curves)["power"]):
        p_values = [
            trop_matrix(
                Y + effect * W, W, inference="jackknife", pre_periods=False, **QUICK
            ).p_value
            for W in sets
        ]
        assert told == (np.array(p_values) < 1 - 0.95).mean()


def test_the_whole_placebo_test_has_nearly_this_power() -> None:
    """A study's own placebos leave its treated unit out; ranks among the draws do not."""
    Y = outcomes(24)
    effect = 1.2
    found = power_matrix(Y, treated=1, periods=2, effect=effect, level=0.9, **QUICK)
    whole = []
    for unit in range(24):
        W = block(Y.shape, (unit,), 2)
        fit = trop_matrix(Y + effect * W, W, inference="placebo", pre_periods=False, **QUICK)
        whole.append(fit.p_value < 1 - 0.9)
    told = frame_columns(found.curves)["power"][0]
    assert 0.2 < told < 1
    assert told == pytest.approx(np.mean(whole), abs=2.1 / 24)


def test_the_smallest_effect_has_the_power_that_is_wanted() -> None:
    Y = outcomes(24)
    found = power_matrix(Y, treated=[1, 2], periods=[1, 3], history=[4, 7], **QUICK)
    table = frame_columns(found.table)
    designs = list(zip(table["treated"], table["periods"], table["history"]))
    assert designs == [(n, p, h) for n in (1, 2) for p in (1, 3) for h in (4, 7)]
    assert table["size"] == pytest.approx([1 / 24] * 4 + [0.05] * 4)
    assert table["least_p"] == pytest.approx([1 / 24] * 4 + [1 / 200] * 4)
    for k, (treated, periods, history) in enumerate(designs):
        smallest = table["smallest"][k]
        again = power_matrix(
            Y, treated=treated, periods=periods, history=history,
            effect=[smallest + 1e-9, -smallest - 1e-9, smallest - 1e-9, 1e-9 - smallest], **QUICK,
        )  # fmt: skip
        share = frame_columns(again.curves)["power"]
        assert min(share[:2]) >= 0.8 > min(share[2:])
        assert smallest == max(table["smallest_increase"][k], -table["smallest_decrease"][k])
    curves = frame_columns(found.curves)
    assert max(curves["effect"]) >= max(table["smallest"])
    assert curves["att"] == curves["effect"]


def test_units_are_scored_by_the_draws_in_which_they_are_treated() -> None:
    Y = outcomes(8)
    found = power_matrix(Y, treated=2, periods=2, inference="placebo", **QUICK)
    sets = list(combinations(range(8), 2))
    errors = {units: att(Y, block(Y.shape, units, 2)) for units in sets}
    rows = frame_columns(found.units)
    assert rows["unit"] == list(range(8))
    for unit in range(8):
        own = [error for units, error in errors.items() if unit in units]
        assert rows["draws"][unit] == 7
        assert rows["rmse"][unit] == pytest.approx(math.sqrt(np.square(own).mean()), abs=1e-7)
        assert rows["bias"][unit] == pytest.approx(np.mean(own), abs=1e-7)


def test_treated_units_and_threads_change_nothing() -> None:
    Y = outcomes(24)
    W = block(Y.shape, (3, 8), 4)
    asked: dict[str, Any] = {"draws": 30, "periods": 2, **QUICK}
    found = power_matrix(Y, W, n_jobs=1, **asked)
    again = power_matrix(Y + 100 * W, W, n_jobs=2, **asked)
    without = power_matrix(np.delete(Y, (3, 8), axis=0), treated=2, n_jobs=2, **asked)
    assert frame_columns(found.draws) == frame_columns(again.draws)
    assert frame_columns(found.draws)["att"] == frame_columns(without.draws)["att"]
    assert frame_columns(found.table)["treated"] == [2]


def test_words_frames_and_columns(columns: Columns, library: str) -> None:
    found = power(
        frame(columns, library), *ROLES, treated=1, periods=2, inference="placebo", level=0.7,
        lambdas=LAMBDAS, progress=False,
    )  # fmt: skip
    text = found.summary()
    assert text.startswith("The smallest effect that would be found\n---")
    assert repr(found) == text
    assert found.sentence.startswith("With 1 treated unit and 2 periods you can see ")
    assert found.facts["source"] == "placebo"
    assert found.facts["rank"] is None
    assert found.facts["lambda_nn"] == 2.0
    json.dumps(found.to_dict(), allow_nan=False)
    names = {"treated", "periods", "history"}
    for table in (found.table, found.curves, found.units, found.draws):
        assert names < set(frame_columns(table))
    # Before anything is treated: no treatment, by names or in a formula.
    data = frame(columns, library)
    outcome, _, unit, time = ROLES
    one = power(data, outcome, unit=unit, time=time, treated=2, periods=2, **QUICK)
    other = power(f"{outcome} ~ 1 | {unit} + {time}", data, treated=2, periods=2, **QUICK)
    assert frame_columns(one.draws) == frame_columns(other.draws)
    assert any("those that will be treated" in note for note in one.notes)
    with pytest.raises(TropError) as error:
        tropanel.trop(data, outcome, unit=unit, time=time)
    assert error.value.code == "column_missing"


def test_the_generator_is_a_source() -> None:
    Y = outcomes(24)
    asked: dict[str, Any] = {"treated": 2, "periods": 2, "source": "generator", "rank": 2}
    found = power_matrix(Y, draws=40, **asked, **QUICK)
    assert (found.facts["rank"], found.facts["noise"]) == (2, "autoregressive")
    assert len(frame_columns(found.draws)["att"]) == 40
    one = power_matrix(Y, draws=40, treated=1, periods=2, source="generator", rank=2, **QUICK)
    # A study of one unit has no more placebos than other units.
    assert frame_columns(one.table)["least_p"] == [1 / 24]
    assert any("generator" in note for note in found.notes)
    fewer = power_matrix(Y, draws=25, **asked, **QUICK)
    assert frame_columns(fewer.draws)["att"] == frame_columns(found.draws)["att"][:25]


def test_where_nothing_can_be_found_a_reason_stands() -> None:
    found = power_matrix(outcomes(12), treated=1, periods=2, inference="placebo", **QUICK)
    table = frame_columns(found.table)
    assert math.isnan(table["smallest"][0])
    assert table["reason"] == ["few_units"]
    assert max(frame_columns(found.curves)["power"]) == 0
    assert "no effect can be found" in found.summary().replace("\n ", "")
    assert found.to_dict()["table"]["smallest"] == [None]
    few = power_matrix(outcomes(24), treated=1, periods=2, draws=10, **QUICK)
    assert frame_columns(few.table)["reason"] == ["few_draws"]
    assert math.isnan(frame_columns(few.table)["size"][0])


def test_lambdas_are_searched_once() -> None:
    grids = {"time": [0.0, 0.2], "unit": [0.0, 0.5], "nn": [1.0, math.inf]}
    found = power_matrix(outcomes(), treated=1, periods=2, grids=grids, progress=False)
    assert found.facts["lambda_time"] in (0.0, 0.2)
    assert any("Chosen once on the panel" in note for note in found.notes)


def test_the_picture_has_a_line_for_each_design() -> None:
    pytest.importorskip("matplotlib")
    Y = outcomes(24)
    found = power_matrix(Y, treated=[1, 3], periods=2, **QUICK)
    ax = found.plot()
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert {"1 treated", "3 treated"} < set(lines)
    curves = frame_columns(found.curves)
    own = [k for k, n in enumerate(curves["treated"]) if n == 3]
    assert lines["3 treated"].get_ydata() == pytest.approx([curves["power"][k] for k in own])
    assert found.plot(ax) is ax


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        ({"treated": None}, "power_impossible", "say how many units"),
        ({"treated": 22}, "power_impossible", "22 cannot be treated"),
        ({"periods": 9}, "power_impossible", "9 cannot be treated"),
        ({"history": 9}, "power_impossible", "not 9"),
        ({"effect": math.nan}, "power_impossible", "must be finite"),
        ({"effect": "large"}, "option_invalid", "a list of numbers"),
        ({"treated": []}, "power_impossible", "empty"),
        ({"shape": "steep"}, "option_invalid", "level, ramp, fade"),
        ({"shape": [1, 2, 3]}, "power_impossible", "3 numbers"),
        ({"target": 80}, "power_impossible", "between 0 and 1, not 80"),
        ({"draws": 1}, "draws_too_few", "draws"),
        ({"level": 95}, "level_out_of_range", "0 and 1"),
        ({"source": "air"}, "option_invalid", "placebo, generator"),
        ({"inference": "conformal"}, "power_impossible", "conformal"),
        ({"inference": "none"}, "power_impossible", "none is asked for"),
        ({"lambdas": None, "retune": True}, "power_impossible", "retune"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(TropError, match=words) as error:
        power_matrix(outcomes(), **{"treated": 1, "periods": 2, **QUICK, **asked})
    assert error.value.code == code


#: Smallest effects and sizes, to the last bit.
EVERY_LANGUAGE = [
    "0x1.c8df93d65e1e8p+4", "0x1.13025c6504c98p+5", "0x1.ead84aedeeb6bp+3", "0x1.6e7534d7c82b6p+4",
]  # fmt: skip


def test_power_has_the_numbers_of_every_language() -> None:
    data = tropanel.datasets.prop99()
    found = power(
        data, "packs_per_capita", "treated", "state", "year", treated=[1, 3], periods=[6, 12],
        draws=50, seed=7, lambdas={"time": 0.25, "unit": 0.05, "nn": math.inf}, progress=False,
    )  # fmt: skip
    # The R package has the same numbers in tests/testthat/test-power.R.
    assert [value.hex() for value in frame_columns(found.table)["smallest"]] == EVERY_LANGUAGE
