"""Panels for diff-diff, and its fits of them."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

if sys.version_info < (3, 10):
    pytest.skip("the pinned packages need Python 3.10", allow_module_level=True)

import diff_diff as dd
import pandas as pd

#: diff-diff's solver ends at a largest change of 1e-9 here, which leaves effects uncertain by about
#: the square root of that in flat directions; outcomes vary by about two.
CONVERGED = {"max_iter": 20000, "tol": 1e-9}
SAME_EFFECT = 2e-6
SAME_SCORE = 2e-6

GRIDS = {"lambda_time_grid": [0.0, 0.5], "lambda_unit_grid": [0.0, 0.3]}
ROLES = ("outcome", "treatment", "unit", "time")


def matrices(design="block", seed=0, n_units=8, n_periods=7):
    """Two-way effects, one factor and noise; the last two units are treated."""
    rng = np.random.default_rng(seed)
    shape = (n_units, n_periods)
    Y = 2 * rng.normal(size=(n_units, 1)) + rng.normal(size=(1, n_periods))
    Y = Y + 2 * rng.normal(size=(n_units, 1)) * rng.normal(size=(1, n_periods))
    Y = Y + 0.3 * rng.normal(size=shape)
    W = np.zeros(shape)
    W[-2:, -2:] = 1
    if design == "staggered":
        W[-1, -3] = 1
    if design == "switching":
        W[-1, -3:] = [1, 0, 1]
    return Y, W


def frame(Y, W, **columns):
    unit, time = np.indices(Y.shape).reshape(2, -1)
    data = {"unit": unit, "time": time, "outcome": Y.ravel(), "treatment": W.ravel().astype(int)}
    return pd.DataFrame({**data, **columns})


def fit(data, survey_design=None, **options):
    options = {"n_bootstrap": 4, "seed": 3, **GRIDS, "lambda_nn_grid": [4.0, math.inf], **options}
    return dd.TROP(**options).fit(data, *ROLES, survey_design=survey_design)
