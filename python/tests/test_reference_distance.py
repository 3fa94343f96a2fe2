"""Unit distances and weights of the reference backend, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference_panels import random_panel

from tropanel._backends import reference as backend
from tropanel._backends.reference.distance import cell_weights, unit_distances, unit_weights
from tropanel._backends.reference.panel import read_panel
from tropanel._backends.reference.settings import Lambdas

NAN = math.nan

#: A few roundings of numbers of order 1.
ROUNDING = 1e-14

# Unit 3 is observed where unit 2 is not; unit 1 is treated in period 3.
Y = np.array(
    [
        [1.0, 2.0, 3.0, 4.0],
        [1.0, 4.0, 7.0, 50.0],
        [4.0, 5.0, NAN, NAN],
        [NAN, NAN, 3.0, 6.0],
    ]
)
W = np.array([[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]], dtype=float)

DISTANCES = np.array(
    [
        [0, math.sqrt(20 / 3), 3, math.sqrt(2)],
        [math.sqrt(20 / 3), 0, math.sqrt(5), 4],
        [3, math.sqrt(5), 0, math.inf],
        [math.sqrt(2), 4, math.inf, 0],
    ]
)


def test_distance_matrix_by_hand():
    np.testing.assert_allclose(backend.compute_unit_distance_matrix(Y, W), DISTANCES, rtol=ROUNDING)


def test_distance_leaves_a_period_out():
    distances = unit_distances(read_panel(Y, W), 0, without=2)
    np.testing.assert_allclose(distances, [0, math.sqrt(2), 3, 2], rtol=ROUNDING)


def test_distance_is_infinite_if_the_only_common_period_is_left_out():
    assert unit_distances(read_panel(Y, W), 1, without=2)[3] == math.inf


def test_unit_that_is_always_treated_is_at_distance_0_of_itself_only():
    always = np.vstack([W, np.ones(4)])
    matrix = backend.compute_unit_distance_matrix(np.vstack([Y, Y[0]]), always)
    np.testing.assert_array_equal(matrix[4], [math.inf] * 4 + [0])


def test_distances_do_not_change_when_periods_are_reordered_or_shifted():
    Y, W = random_panel("missing", seed=1)
    expected = backend.compute_unit_distance_matrix(Y, W)
    shifted = Y[:, ::-1] + np.arange(10)
    np.testing.assert_allclose(
        backend.compute_unit_distance_matrix(shifted, W[:, ::-1]), expected, atol=ROUNDING
    )


def test_cell_weights_by_hand():
    weights = cell_weights(read_panel(Y, W), 0, 2, Lambdas(time=0.5, unit=2.0, nn=1.0))
    theta = np.exp([-1.0, -0.5, 0.0, -0.5])
    omega = np.exp([0.0, -2 * math.sqrt(2), -6.0, -4.0])
    fitted = [[1, 1, 0, 1], [1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 1, 1]]
    np.testing.assert_allclose(weights, fitted * np.outer(omega, theta), rtol=ROUNDING)


@pytest.mark.parametrize(("lambda_unit", "weight"), [(0.0, 1.0), (1e-9, 0.0)])
def test_unit_at_infinite_distance_has_weight_only_without_lambda_unit(lambda_unit, weight):
    assert unit_weights(read_panel(Y, W), 2, 0, lambda_unit)[3] == weight
