"""Methods of inference, each by literal construction from estimates on edited matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from conftest import FIXED
from reference_panels import load_panel, random_panel

import tropanel
from tropanel import TropError, trop_matrix
from tropanel._data.frames import frame_columns

#: Two fits that are each certified to 1e-8 of outcomes that vary by about two.
SAME_EFFECT = 1e-6


def _att(Y: Any, W: Any, **options: Any) -> float:
    return trop_matrix(Y, W, inference=None, **{"lambdas": FIXED, **options}).att


def _one_treated(seed: int = 3) -> tuple[Any, Any]:
    Y, W = random_panel("block", seed, 8, 9)
    W[:] = 0
    W[2, -3:] = 1
    return Y, W


def _placebos(Y: Any, W: Any, **options: Any) -> list[float]:
    """Give each control unit the pattern of the one treated unit, which is left out."""
    unit = int(np.flatnonzero(W.any(axis=1))[0])
    others = np.delete(np.arange(len(Y)), unit)
    draws = []
    for k in range(len(others)):
        stamped = np.zeros((len(others), Y.shape[1]))
        stamped[k] = W[unit]
        draws.append(_att(Y[others], stamped, **options))
    return draws


@pytest.mark.parametrize("anchor", ["cell", "pooled"])
def test_placebos_by_hand(anchor: str) -> None:
    Y, W = _one_treated()
    found = trop_matrix(Y, W, lambdas=FIXED, anchor=anchor, inference="placebo", level=0.8)
    draws = _placebos(Y, W, anchor=anchor)
    assert found.draws is not None
    np.testing.assert_allclose(np.sort(found.draws), np.sort(draws), atol=SAME_EFFECT)
    as_far = sum(abs(draw) >= abs(found.att) for draw in draws)
    assert found.p_value == pytest.approx((1 + as_far) / (len(draws) + 1))
    assert found.se == pytest.approx(np.std(draws, ddof=1), abs=SAME_EFFECT)
    assert (found.method, found.reason) == ("placebo", "")


def test_retuned_placebos_by_hand() -> None:
    Y, W = _one_treated()
    grids = {"time": [0.0, 0.5], "unit": [0.0], "nn": [0.5, math.inf]}
    options = {"grids": grids, "search": "grid", "inference": "placebo"}
    found = trop_matrix(Y, W, retune=True, **options)
    draws = _placebos(Y, W, lambdas=None, grids=grids, search="grid")
    assert found.draws is not None
    np.testing.assert_allclose(np.sort(found.draws), np.sort(draws), atol=SAME_EFFECT)
    kept = trop_matrix(Y, W, **options)
    assert kept.draws is not None
    assert np.abs(np.sort(kept.draws) - np.sort(draws)).max() > 1e-3


def test_jackknife_by_hand() -> None:
    Y, W = random_panel("staggered", 1, 10, 8)
    found = trop_matrix(Y, W, lambdas=FIXED, inference="jackknife")
    variance = 0.0
    for stratum in (W.any(axis=1), ~W.any(axis=1)):
        units = np.flatnonzero(stratum)
        draws = np.array([_att(np.delete(Y, u, 0), np.delete(W, u, 0)) for u in units])
        variance += (len(units) - 1) / len(units) * ((draws - draws.mean()) ** 2).sum()
    assert found.se == pytest.approx(math.sqrt(variance), abs=SAME_EFFECT)
    assert found.draws is not None
    assert len(found.draws) == 10


def test_bootstrap_is_the_low_level_one() -> None:
    Y, W = random_panel("staggered", 1, 10, 8)
    found = trop_matrix(Y, W, lambdas=FIXED, inference="bootstrap", n_boot=30, seed=5)
    own = tropanel.bootstrap_trop_variance(Y, W, FIXED, n_bootstrap=30, seed=5)
    np.testing.assert_array_equal(found.draws, own.draws)
    assert (found.p_value, found.ci) == (own.p_value, own.ci)
    assert found.se == pytest.approx(own.se)  # the same numbers, added up in another order


def test_conformal_p_values_are_shares_of_shifts() -> None:
    Y, W = _one_treated()
    Y = Y + 5 * W
    found = trop_matrix(Y, W, lambdas=FIXED, inference="conformal", level=0.8)
    assert found.p_value is not None
    assert found.ci is not None
    assert found.p_value * 9 == pytest.approx(round(found.p_value * 9))
    assert found.p_value == pytest.approx(1 / 9)  # nothing else is as large
    assert found.ci[0] > 0


@pytest.mark.parametrize("method", ["bootstrap", "jackknife", "placebo"])
def test_interval_and_p_value_agree(method: str) -> None:
    Y, W = random_panel("staggered", 8, 14, 8)
    # Outcomes far above zero, so that percentages are among the numbers.
    found = trop_matrix(
        Y + 100, W, lambdas=FIXED, inference=method, n_boot=60, level=0.8, by=["unit", "time"]
    )
    table = frame_columns(found.tidy("averages", percent=True))
    compared = 0
    for lower, upper, p in zip(table["conf_low"], table["conf_high"], table["p_value"]):
        if math.isfinite(p):
            assert (not lower <= 0 <= upper) == (p < 0.2 - 1e-12)
            compared += 1
    assert compared > 20
    assert table["std_error"][0] == found.se


@pytest.mark.parametrize("method", ["auto", "jackknife", "placebo", "conformal"])
def test_threads_do_not_matter(method: str) -> None:
    Y, W = _one_treated()
    if method == "jackknife":
        W[4, -2:] = 1
    options = {"lambdas": FIXED, "inference": method, "level": 0.8}
    first, second = (trop_matrix(Y, W, n_jobs=n, **options) for n in (1, 2))
    assert first.averages.equals(second.averages)
    np.testing.assert_array_equal(first.draws, second.draws)


def test_scaling_the_outcome_scales_the_interval() -> None:
    Y, W = _one_treated()
    scaled = {"time": FIXED["time"], "unit": FIXED["unit"] / 10, "nn": FIXED["nn"] * 10}
    options = {"inference": "placebo", "level": 0.8}
    first = trop_matrix(Y, W, lambdas=FIXED, **options)
    second = trop_matrix(10 * Y, W, lambdas=scaled, **options)
    assert second.p_value == first.p_value
    assert second.se == pytest.approx(10 * first.se, rel=1e-5)


def test_pre_periods_have_intervals_if_asked() -> None:
    Y, W = _one_treated()
    options = {"lambdas": FIXED, "inference": "placebo", "level": 0.8}
    for asked in (True, False):
        table = frame_columns(trop_matrix(Y, W, pre_periods=asked, **options).by_event_time)
        before = [se for kind, se in zip(table["kind"], table["se"]) if kind == "placebo"]
        assert len(before) == (6 if asked else 0)
        assert all(map(math.isfinite, table["se"]))


def test_proposition_99_by_placebos() -> None:
    Y, W = load_panel("prop99")
    lambdas = {"time": 0, "unit": 0, "nn": math.inf}
    found = trop_matrix(Y, W, lambdas=lambdas)
    draws = _placebos(Y, W, lambdas=lambdas)
    assert (found.method, len(draws)) == ("placebo", 38)
    as_far = sum(abs(draw) >= abs(found.att) for draw in draws)
    assert found.p_value == pytest.approx((1 + as_far) / 39)


def test_auto_and_an_explicit_method_say_what_is_impossible() -> None:
    Y, W = _one_treated()
    few = (Y[[1, 2]], W[[1, 2]])
    assert trop_matrix(*few, lambdas=FIXED, level=0.8).method in ("conformal", None)
    for method in ("bootstrap", "jackknife", "placebo"):
        with pytest.raises(TropError) as caught:
            trop_matrix(*few, lambdas=FIXED, inference=method)
        assert caught.value.code == "inference_impossible"
        assert method in str(caught.value)


@pytest.mark.parametrize("criterion", ["placebo_sets", "placebo_folds", "blocks"])
@pytest.mark.parametrize("search", ["race", "descent", "grid", "cycle", "adaptive"])
def test_criteria_and_searches(criterion: str, search: str) -> None:
    Y, W = random_panel("block", 2, 12, 8)
    options = {"search": search, "criterion": criterion, "n_placebo_sets": 6, "n_folds": 3}
    found = trop_matrix(Y, W, inference=None, **options)
    assert (found.criterion, found.search) == (criterion, search)
    scores = frame_columns(found.scores)
    assert found.loocv_score == pytest.approx(min(scores["score"]))
    again = trop_matrix(Y, W, inference=None, **options)
    assert frame_columns(again.scores) == scores


def test_default_criterion_is_by_anchor() -> None:
    Y, W = random_panel("block", 2, 12, 8)
    grids = {"time": [0.1], "unit": [0.1], "nn": [math.inf]}
    for anchor, criterion in (("cell", "loocv"), ("pooled", "placebo_sets")):
        found = trop_matrix(Y, W, anchor=anchor, grids=grids, inference=None)
        assert found.criterion == criterion


def test_what_means_nothing_is_refused_before_a_search() -> None:
    Y, W = _one_treated()
    heard: list[str] = []

    def hear(stage: str, done: int, total: int) -> None:
        heard.append(stage)

    with pytest.raises(TropError) as caught:
        trop_matrix(Y, W, inference="bootstrap", progress=hear)
    assert (caught.value.code, heard) == ("inference_impossible", [])
    # Left open, it is said in a note.
    short = (slice(0, 2), slice(-4, None))
    W[0, -1] = 1
    found = trop_matrix(Y[short], W[short], lambdas=FIXED)
    assert found.se is None
    assert any("No standard error" in note for note in found.notes)
