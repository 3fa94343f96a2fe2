"""Random numbers, bootstrap, intervals and p-values of the reference backend."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference_panels import random_panel

from tropanel import TropError
from tropanel._backends import reference as backend
from tropanel._backends.reference.inference import p_value, quantile, resample
from tropanel._backends.reference.panel import read_panel
from tropanel._backends.reference.randomness import BOOTSTRAP, Generator, splitmix64

#: Rounding of sums of numbers of order 1.
ROUNDING = 1e-12


def test_splitmix64_published_vectors():
    # The first outputs of the generator for the seeds 0 and 1234567.
    assert splitmix64(0) == 0xE220A8397B1DCDAF
    assert splitmix64(1234567) == 6457827717110365317


@pytest.mark.parametrize(("seed", "purpose", "draw"), [(0, 1, 0), (2**64 - 1, 2, 0), (7, 1, 199)])
def test_generator_is_numpys_pcg64(seed, purpose, draw):
    increment = (((purpose << 64) | draw) << 1) | 1
    high = splitmix64(seed)
    state = (high << 64) | splitmix64(high)
    state = ((state + increment) * 0x2360ED051FC65DA44385DF649FCCF645 + increment) % 2**128
    twin = np.random.PCG64()
    twin.state = {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": increment},
        "has_uint32": 0,
        "uinteger": 0,
    }
    generator = Generator(seed, purpose, draw)
    assert [generator.next_u64() for _ in range(20)] == twin.random_raw(20).tolist()


def test_generator_stays_what_it_is():
    generator = Generator(0, BOOTSTRAP, 0)
    assert [generator.below(10) for _ in range(8)] == [2, 0, 5, 8, 9, 2, 5, 6]


def test_integers_below_n_are_uniform():
    generator = Generator(3, BOOTSTRAP, 5)
    counts = np.bincount([generator.below(5) for _ in range(5000)], minlength=5)
    # 5 standard deviations of a count
    assert np.abs(counts - 1000).max() < 5 * math.sqrt(800)


def test_quantiles_by_hand():
    draws = np.array([4.0, 1.0, 2.0])
    assert quantile(draws, 0.25) == 1
    assert quantile(draws, 0.5) == 2
    assert quantile(draws, 0.625) == 3
    assert quantile(draws, 0.75) == 4
    assert quantile(draws, 0.24) == -math.inf
    assert quantile(draws, 0.76) == math.inf


@pytest.mark.parametrize("probability", [0.05, 0.21, 0.5, 0.975])
def test_quantiles_are_numpys_weibull(probability):
    draws = np.random.default_rng(0).normal(size=57)
    expected = np.quantile(draws, probability, method="weibull")
    assert quantile(draws, probability) == pytest.approx(expected, abs=ROUNDING)


def test_quantile_position_that_is_whole_but_for_rounding():
    # (39 + 1) 0.025 and (39 + 1) 0.975 are the first and the last draw.
    draws = np.arange(1.0, 40.0)
    alpha = 1 - 0.95
    assert quantile(draws, alpha / 2) == 1
    assert quantile(draws, 1 - alpha / 2) == 39


@pytest.mark.parametrize(
    ("draws", "expected"),
    [
        ([1.0, 2.0, 3.0], 2 / 4),
        ([-1.0, -2.0, -3.0], 2 / 4),
        # 0 is at 1.25 of 9 draws from below: 2 * 1.25 / 10
        ([-1.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0], 0.25),
        ([0.0, 0.0, 0.0], 1.0),
        ([-1.0, 1.0], 1.0),
    ],
)
def test_p_values_by_hand(draws, expected):
    assert p_value(np.array(draws)) == pytest.approx(expected, abs=ROUNDING)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
def test_interval_and_p_value_agree(level):
    rng = np.random.default_rng(1)
    outside = []
    for _ in range(200):
        draws = rng.normal(size=52) + 2 * rng.normal()
        lower, upper = quantile(draws, (1 - level) / 2), quantile(draws, 1 - (1 - level) / 2)
        outside.append(not lower <= 0 <= upper)
        assert outside[-1] == (p_value(draws) < 1 - level)
    assert 0 < sum(outside) < 200


def test_bootstrap_draws_are_estimates_of_resampled_panels():
    Y, W = random_panel("staggered", seed=1)
    lambdas = 0.2, 0.3, 1.0
    result = backend.bootstrap(Y, W, *lambdas, n_boot=4, seed=9)
    assert result["event_time"].tolist() == [0, 1, 2, 3, 4]
    for draw in range(4):
        generator = Generator(9, BOOTSTRAP, draw)
        rows = [generator.below(8) for _ in range(8)] + [8 + generator.below(4) for _ in range(4)]
        expected = backend.estimate(Y[rows], W[rows], *lambdas)
        assert result["draws"][draw] == pytest.approx(expected["att"], abs=ROUNDING)
        times, effects = expected["treated"]["event_time"], expected["treated"]["effect"]
        for column, time in enumerate(result["event_time"]):
            at_time = effects[times == time]
            mean = at_time.mean() if at_time.size else math.nan
            found = result["event_draws"][draw, column]
            assert found == pytest.approx(mean, abs=ROUNDING, nan_ok=True)
    assert result["se"] == pytest.approx(np.std(result["draws"], ddof=1), abs=ROUNDING)
    assert (result["n_failed"], result["n_uncertified"]) == (0, 0)
    assert 0 <= result["max_gap"] <= 1e-8


def test_bootstrap_depends_on_the_seed_only():
    Y, W = random_panel("block", seed=2)
    settings = {"n_boot": 5, "threads": 1}
    first = backend.bootstrap(Y, W, 0.0, 0.0, math.inf, seed=1, **settings)
    again = backend.bootstrap(Y, W, 0.0, 0.0, math.inf, seed=1, n_boot=7, threads=2)
    other = backend.bootstrap(Y, W, 0.0, 0.0, math.inf, seed=2, **settings)
    np.testing.assert_array_equal(first["draws"], again["draws"][:5])
    assert (first["draws"] != other["draws"]).all()


def test_bootstrap_of_a_constant_effect_has_no_spread():
    _, W = random_panel("block", seed=3)
    Y = np.arange(12.0)[:, None] + np.arange(10.0) ** 2 + 3 * W
    result = backend.bootstrap(Y, W, 0.1, 0.1, 0.5, n_boot=50, level=0.9)
    np.testing.assert_allclose(result["draws"], 3, atol=ROUNDING)
    assert result["se"] < ROUNDING
    assert result["ci_lower"] == pytest.approx(3, abs=ROUNDING)
    assert result["ci_upper"] == pytest.approx(3, abs=ROUNDING)
    assert result["p_value"] == pytest.approx(2 / 51, abs=ROUNDING)


def test_resampled_panel_keeps_rows_whole_and_strata_apart():
    Y, W = random_panel("switching", seed=4)
    panel = read_panel(Y, W)
    drawn = resample(panel, Generator(0, BOOTSTRAP, 0))
    n_never = int((~panel.ever_treated).sum())
    assert drawn.ever_treated.tolist() == [False] * n_never + [True] * (12 - n_never)
    for outcome, treated in zip(drawn.outcome, drawn.treated):
        source = np.flatnonzero((outcome == Y).all(axis=1))
        assert (panel.treated[source[0]] == treated).all()


def test_draws_without_an_estimable_cell_fail_and_are_counted():
    # Only never-treated unit 0 is observed in the treated period; without it a draw has no effect.
    Y = np.array(
        [[1.0, 2.0, 3.0], [1.0, 3.0, math.nan], [2.0, 2.0, math.nan], [5.0, 6, 7], [3.0, 4, 9]]
    )
    W = np.zeros((5, 3))
    W[3:, 2] = 1
    result = backend.bootstrap(Y, W, 0.0, 0.0, math.inf, n_boot=60)
    # each draw fails with probability (2/3)^3 = 0.30; 5 standard deviations
    assert abs(result["n_failed"] - 60 * 8 / 27) < 5 * math.sqrt(60 * 8 / 27 * 19 / 27)
    assert len(result["draws"]) == 60 - result["n_failed"]
    assert result["event_draws"].shape == (len(result["draws"]), 1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"n_boot": 1}, "draws_too_few"),
        ({"n_boot": 2, "level": 1.0}, "level_out_of_range"),
        ({"n_boot": 2, "level": math.nan}, "level_out_of_range"),
        ({"n_boot": 2, "threads": 0}, "threads_zero"),
    ],
)
def test_bad_options_are_refused(options, code):
    with pytest.raises(TropError) as error:
        backend.bootstrap(*random_panel("block", seed=5), 0.0, 0.0, math.inf, **options)
    assert error.value.code == code


@pytest.mark.parametrize("treated", [1, 3])
def test_too_few_units_to_resample(treated):
    Y = np.arange(12.0).reshape(4, 3)
    W = np.zeros((4, 3))
    W[:treated, 2] = 1
    with pytest.raises(TropError, match=f"{treated} and {4 - treated}") as error:
        backend.bootstrap(Y, W, 0.0, 0.0, math.inf, n_boot=2)
    assert error.value.code == "too_few_treated_units"


def test_too_few_draws_with_an_effect():
    # No period of a treated cell has any control cell.
    Y = np.array([[1.0, math.nan], [2.0, math.nan], [1.0, 2.0], [2.0, 3.0]])
    W = np.array([[0.0, 0], [0, 0], [0, 1], [0, 1]])
    with pytest.raises(TropError, match="0 of 3") as error:
        backend.bootstrap(Y, W, 0.0, 0.0, math.inf, n_boot=3)
    assert error.value.code == "too_few_draws"
