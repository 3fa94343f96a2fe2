"""Differences between groups, against draws that are made here."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import tropanel
from tropanel import TropError, TropResult
from tropanel._data.frames import frame_columns

LAMBDAS = {"time": 0.3, "unit": 0.1, "nn": math.inf}


def _data() -> pd.DataFrame:
    """Nine treated units of twenty in three regions, effects 0, 1 and 4."""
    rng = np.random.default_rng(5)
    units, periods = 20, 10
    unit, time = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    treated = (unit < 9) & (time >= 7)
    effect = np.array([0.0, 1.0, 4.0])[unit % 3]
    y = rng.normal(size=units)[unit] + rng.normal(size=periods)[time]
    y += 0.3 * rng.normal(size=len(y)) + effect * treated
    region = np.array(["a", "b", "c"])[unit % 3]
    return pd.DataFrame({"u": unit, "t": time, "y": y, "w": treated.astype(int), "region": region})


def _result(inference: str | None, data: pd.DataFrame | None = None, **more: object) -> TropResult:
    return tropanel.trop(
        _data() if data is None else data,
        "y",
        "w",
        "u",
        "t",
        by=["region"],
        lambdas=LAMBDAS,
        inference=inference,
        pre_periods=False,
        **more,
    )


def _by_region(result: TropResult) -> dict[str, float]:
    table = frame_columns(result.average("region"))
    rows = zip(table["region"], table["measure"], table["estimate"])
    return {region: value for region, measure, value in rows if measure == "effect"}


def test_jackknife_is_that_of_units_left_out_here() -> None:
    data = _data()
    found = _result("jackknife").differences("region")
    table = frame_columns(found.table)
    assert list(zip(table["group"], table["other"])) == [("a", "b"), ("a", "c"), ("b", "c")]
    whole = _by_region(_result(None))
    left = [_by_region(_result(None, data[data.u != unit])) for unit in range(20)]
    for k, (first, second) in enumerate(zip(table["group"], table["other"])):
        assert table["difference"][k] == pytest.approx(whole[first] - whole[second], abs=1e-7)
        values = np.array([each[first] - each[second] for each in left])
        strata = [values[:9], values[9:]]
        variance = sum((len(x) - 1) / len(x) * ((x - x.mean()) ** 2).sum() for x in strata)
        assert table["se"][k] == pytest.approx(math.sqrt(variance), rel=1e-5)
    assert found.p_value == pytest.approx(min(1.0, 3 * min(table["p_value"])))
    assert found.method == "jackknife"
    assert repr(found).startswith("Differences of effects by region")


def test_the_joint_test_of_placebos_ranks_the_largest_difference() -> None:
    found = _result("placebo", n_boot=60).differences("region")
    table = frame_columns(found.table)
    assert all(lower < upper for lower, upper in zip(table["band_lower"], table["band_upper"]))
    # Effects of 0 and 4 beside noise of 0.3: none of the 55 choices of nine of eleven units has
    # such a difference.
    assert found.p_value == pytest.approx(1 / 56)
    same = _result("placebo", _data().assign(region=lambda d: d.u % 2), n_boot=60)
    assert 0 < same.differences("region").p_value <= 1


def test_the_bootstrap_centres_draws_on_the_estimate() -> None:
    found = _result("bootstrap", n_boot=99).differences("region")
    table = frame_columns(found.table)
    # Draws in which a region has no unit tell nothing.
    draws = 1 / found.p_value - 1
    assert draws == pytest.approx(round(draws))
    assert 80 <= draws <= 99
    for k in range(3):
        assert table["band_lower"][k] <= table["ci_lower"][k] <= table["ci_upper"][k]


def test_what_cannot_be_compared_is_refused() -> None:
    refused = {
        "option_invalid": lambda: _result("jackknife").differences("law"),
        "inference_impossible": lambda: _result(None).differences("region"),
    }
    for code, compare in refused.items():
        with pytest.raises(TropError) as caught:
            compare()
        assert caught.value.code == code
    one = _result("jackknife", _data().assign(region="only"))
    with pytest.raises(TropError, match="two groups"):
        one.differences("region")
    shifts = _result("conformal")
    with pytest.raises(TropError, match="average effect alone"):
        shifts.differences("region")
