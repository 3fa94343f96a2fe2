"""Effects with room for a bias like that of the placebo in time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import tropanel
from tropanel import TropError


def of_castle(**options: Any) -> tropanel.TropResult:
    data = tropanel.datasets.castle()
    at = {"time": 0.5, "unit": 0, "nn": math.inf}
    return tropanel.trop(
        data, "l_homicide", "post", "state", "year", lambdas=at, pre_periods=False, **options
    )


def test_without_bias_the_interval_is_that_of_the_result() -> None:
    result = of_castle()
    found = result.bias_bounds([0, 1, 2])
    att = found.table[found.table["event_time"].isna()]
    assert (att["ci_lower"].iloc[0], att["ci_upper"].iloc[0]) == result.ci
    assert np.all(np.diff(att["ci_lower"]) < 0)
    assert np.all(np.diff(att["ci_upper"]) > 0)
    largest = found.placebos["effect"].abs().max()
    assert att["upper"].to_numpy() == pytest.approx(result.att + largest * np.arange(3))
    assert found.method == result.method
    assert found.level == result.level
    assert repr(found).startswith("ATT with room for bias")


def test_sizes_have_defaults_and_answers_are_kept() -> None:
    result = of_castle()
    found = result.bias_bounds()
    assert found.table["size"].tolist()[:5] == [0, 0.5, 1, 1.5, 2]
    assert result.bias_bounds() is found


def test_placebos_are_those_of_the_placebo_in_time() -> None:
    result = of_castle()
    path = result.placebo_in_time(2).by_event_time
    found = result.bias_bounds([1], periods=2).placebos
    expected = path[path["event_time"] >= 0]["effect"]
    assert found["effect"].to_numpy() == pytest.approx(expected.to_numpy())


def test_zero_enters_at_the_breakdown() -> None:
    # A large effect on eight of forty units, none before it.
    rng = np.random.default_rng(0)
    Y, W = rng.normal(size=(40, 12)), np.zeros((40, 12))
    W[:8, 9:] = 1
    at = {"time": 0, "unit": 0, "nn": math.inf}
    result = tropanel.trop_matrix(Y + 3 * W, W, lambdas=at, pre_periods=False)
    breakdown = result.bias_bounds([0]).breakdown
    assert 0 < breakdown < math.inf
    for size, holds in ((breakdown, True), (breakdown * (1 - 1e-6), False)):
        low, high = result.bias_bounds([size]).table.loc[0, ["ci_lower", "ci_upper"]]
        assert bool(low <= 0 <= high) is holds


def test_it_is_drawn() -> None:
    axes = of_castle().bias_bounds([0, 1]).plot()
    assert axes.get_xlabel() == "Bias at most, in largest placebo effects"
    assert axes.get_ylabel() == "Average effect on l_homicide"


def test_an_interval_without_an_end_leaves_the_picture() -> None:
    # Five placebos bound nothing at 95 percent.
    Y, W = np.random.default_rng(1).normal(size=(6, 8)), np.zeros((6, 8))
    W[0, 6:] = 1
    at = {"time": 0, "unit": 0, "nn": math.inf}
    found = tropanel.trop_matrix(Y, W, lambdas=at, inference="placebo").bias_bounds([0, 1])
    assert found.table["ci_lower"].eq(-math.inf).all()
    axes = found.plot()
    low, high = axes.get_ylim()
    ends = axes.collections[0].get_segments()
    assert all(start[1] < low and end[1] > high for start, end in ends)
    assert len(ends) == 2


@pytest.mark.parametrize(
    ("options", "asked", "code"),
    [
        ({}, {"sizes": [1, -1]}, "bias_size_invalid"),
        ({}, {"sizes": [math.nan]}, "bias_size_invalid"),
        ({}, {"sizes": "1"}, "option_invalid"),
        ({}, {"sizes": 1}, "option_invalid"),
        ({}, {"periods": 40}, "placebo_in_time_impossible"),
        ({}, {"periods": -1}, "option_invalid"),
        ({"inference": None}, {}, "inference_impossible"),
        ({"inference": "conformal"}, {}, "inference_impossible"),
    ],
)
def test_what_cannot_be_bounded_is_refused(
    options: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    result = of_castle(**options)
    with pytest.raises(TropError) as caught:
        result.bias_bounds(**asked)
    assert caught.value.code == code


def test_the_numpy_backend_says_that_it_lacks_it() -> None:
    with pytest.raises(TropError) as caught:
        of_castle(backend="numpy").bias_bounds()
    assert caught.value.code == "backend_lacks"
