"""The steps one by one, with the backend that is there."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import tropanel
from tropanel import TropError

Y = [[1.0, 2.0, 3.0], [2.0, 3.0, 5.0], [0.0, 1.0, 2.5], [3.0, 3.5, 4.0]]
W = [[0, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 1]]
FIXED = {"time": 0.0, "unit": 0.0, "nn": math.inf}


def test_distances_by_hand() -> None:
    distances = tropanel.compute_unit_distance_matrix(Y, W)
    assert distances.shape == (4, 4)
    np.testing.assert_allclose(distances[0, 1], 1.0)
    np.testing.assert_allclose(distances[0, 2], math.sqrt((1 + 1 + 0.25) / 3))
    np.testing.assert_allclose(distances, distances.T)


def test_search_returns_every_score() -> None:
    found = tropanel.loocv_grid_search(Y, W, [0.0, 1.0], [0.0], [1.0, math.inf], search="grid")
    assert found.scores.score.shape == (4,)
    assert found.score == found.scores.score.min()
    assert set(found.lambdas) == {"time", "unit", "nn"}
    assert found.n_cells + found.n_not_estimable == 10


def test_search_of_a_sample() -> None:
    first, second = (
        tropanel.loocv_grid_search(Y, W, [0.0], [0.0], [math.inf], max_cells=4, seed=3)
        for _ in range(2)
    )
    assert first.n_cells == 4
    assert first.score == second.score


def test_search_with_default_grids() -> None:
    found = tropanel.loocv_grid_search(Y, W, search="cycle")
    assert len(found.scores.score) > 3


def test_bootstrap() -> None:
    first, second = (
        tropanel.bootstrap_trop_variance(Y, W, FIXED, n_bootstrap=50, seed=1) for _ in range(2)
    )
    assert first.se == pytest.approx(np.std(first.draws, ddof=1))
    assert len(first.draws) + first.n_failed == 50
    np.testing.assert_array_equal(first.draws, second.draws)


def test_structures_are_frozen() -> None:
    found = tropanel.bootstrap_trop_variance(Y, W, FIXED, n_bootstrap=5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.se = 0.0  # type: ignore[misc]


def test_bootstrap_of_one_treated_unit_is_refused() -> None:
    with pytest.raises(TropError) as caught:
        tropanel.bootstrap_trop_variance(Y[:3], W[:3], FIXED)
    assert caught.value.code == "too_few_treated_units"


def test_bad_options() -> None:
    for call, code in (
        (lambda: tropanel.loocv_grid_search(Y, W, "a"), "grids_invalid"),
        (lambda: tropanel.loocv_grid_search(Y, W, max_cells=1.5), "option_invalid"),
        (lambda: tropanel.loocv_grid_search(Y, W, max_cells=0), "sample_empty"),
        (lambda: tropanel.loocv_grid_search(Y, W, max_cells=-1), "option_invalid"),
        (lambda: tropanel.loocv_grid_search(Y, W, n_folds=10**400), "option_invalid"),
        (lambda: tropanel.loocv_grid_search(Y, W, seed=-1), "seed_out_of_range"),
        (lambda: tropanel.loocv_grid_search(Y, W, [10**400]), "lambda_invalid"),
        (lambda: tropanel.loocv_grid_search(Y, W, n_jobs=2**64), "option_invalid"),
        (lambda: tropanel.bootstrap_trop_variance(Y, W, FIXED, 10**400), "option_invalid"),
        (lambda: tropanel.bootstrap_trop_variance(Y, W, FIXED, True), "option_invalid"),
        (lambda: tropanel.compute_unit_distance_matrix(Y, [[0, 1]]), "shape_mismatch"),
        (lambda: tropanel.compute_unit_distance_matrix(Y, Y), "treatment_not_binary"),
    ):
        with pytest.raises(TropError) as caught:
            call()  # type: ignore[no-untyped-call]
        assert caught.value.code == code
