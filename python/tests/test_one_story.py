"""Estimate, interval and p-value of one inference never contradict each other."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import tropanel
from tropanel import trop_matrix

NEAR = {"time": 5, "unit": 0, "nn": math.inf}
LEVELS = (0.5, 0.9, 0.95, 0.99)


def _walks(seed: int, sums: int) -> tuple[np.ndarray, np.ndarray]:
    """Random walks of 13 units over 30 periods; the first is treated in the last ten."""
    Y = np.random.default_rng(seed).normal(size=(13, 30))
    for _ in range(sums):
        Y = Y.cumsum(1)
    W = np.zeros((13, 30))
    W[0, 20:] = 1
    return Y, W


def _holds(result: tropanel.TropResult, value: float) -> bool:
    return result.ci is not None and result.ci[0] <= value <= result.ci[1]


def _codes(result: tropanel.TropResult) -> str:
    return " ".join(result.notes)


def test_conformal_intervals_are_found_wherever_they_lie() -> None:
    result = trop_matrix(*_walks(3, 2), lambdas=NEAR, inference="conformal")
    assert result.att == pytest.approx(-8.27, abs=0.01)
    assert result.se is None
    assert result.p_value is not None
    assert result.p_value > 0.05
    assert _holds(result, 0)
    assert _holds(result, result.att) or "outside of its own" in _codes(result)
    assert "none by conformal" in result.summary()
    assert "Interval is" in result.summary()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sums", [1, 2])
@pytest.mark.parametrize("method", ["auto", "placebo", "conformal"])
def test_the_level_changes_the_interval_alone(method: str, sums: int, seed: int) -> None:
    panel = _walks(seed, sums)
    options = {"lambdas": NEAR, "inference": method}
    found = [trop_matrix(*panel, level=level, **options) for level in LEVELS]
    for result, level in zip(found, LEVELS):
        assert (result.method, result.p_value) == (found[0].method, found[0].p_value)
        assert result.p_value is not None
        assert (not _holds(result, 0)) == (result.p_value < 1 - level)
        assert result.interval != "none"
        assert (result.ci is None) == (result.interval == "empty")
        if result.ci is not None:
            infinite = any(map(math.isinf, result.ci))
            unbounded = result.interval in ("too_few_draws", "unbounded")
            assert infinite == unbounded or result.interval == "disconnected"


def test_proposition_99_has_one_p_value_at_every_level() -> None:
    data = tropanel.datasets.prop99()
    names = {"outcome": "packs_per_capita", "treatment": "treated", "unit": "state", "time": "year"}
    lambdas = {"time": 0.3, "unit": 0.05, "nn": math.inf}
    found = [tropanel.trop(data, **names, lambdas=lambdas, level=level) for level in LEVELS]
    assert {result.method for result in found} == {"placebo"}
    assert len({result.p_value for result in found}) == 1
    last = found[-1]
    assert (last.ci, last.interval) == ((-math.inf, math.inf), "too_few_draws")
    assert "too few for this level" in _codes(last)


def test_placebos_that_repeat_others_are_no_evidence() -> None:
    rng = np.random.default_rng(3)
    d = pd.DataFrame({"u": np.repeat(range(8), 12), "t": np.tile(range(1, 13), 8)})
    d["y"] = rng.normal(size=96) + np.sin(d.t) * (1 + d.u)
    d["w"] = ((d.u < 2) & (d.t >= 9)).astype(int)
    x = d[(d.u < 6) & (d.t < 11)]
    x = x.assign(y=x.y + 50 * x.w)
    options = {"lambdas": {"time": 0, "unit": 0, "nn": math.inf}, "inference": "placebo"}
    result = tropanel.trop(x, "y", "w", "u", "t", **options)
    assert len(result.draws) == 6
    assert result.p_value == pytest.approx(1 / 7)
    # Other names of the units are another order of them.
    for names in ([5, 4, 3, 2, 1, 0], [2, 0, 5, 1, 3, 4]):
        moved = x.assign(u=x.u.map(dict(enumerate(names))))
        again = tropanel.trop(moved, "y", "w", "u", "t", **options)
        assert again.p_value == result.p_value
        np.testing.assert_allclose(again.draws, result.draws, atol=1e-6)


def test_every_table_names_its_intervals() -> None:
    Y, W = _walks(0, 1)
    result = trop_matrix(Y, W, lambdas=NEAR, inference="placebo", level=0.8, by=["time"])
    assert set(result.averages["interval"]) <= {"bounded", "too_few_draws", "none"}
    assert result.averages["interval"][0] == result.interval == "bounded"
    assert trop_matrix(Y, W, lambdas=NEAR, inference=None).interval == "none"
