"""Panels for the tests of the reference backend."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
TEST_DATA = ROOT / "tests" / "data"
EXAMPLE_DATA = ROOT / "python" / "src" / "tropanel" / "data"

#: File, and its columns unit, period, outcome, treatment.
PANELS = {
    "cps_logwage": (TEST_DATA / "cps_logwage.csv", ("id", "t", "y", "d")),
    "pwt_loggdp": (TEST_DATA / "pwt_loggdp.csv", ("id", "t", "y", "d")),
    "prop99": (EXAMPLE_DATA / "prop99.csv", ("state", "year", "packs_per_capita", "treated")),
    "castle": (EXAMPLE_DATA / "castle.csv", ("sid", "year", "l_homicide", "post")),
}

DESIGNS = ("block", "staggered", "switching", "missing")


def load_panel(name):
    """Read a panel as matrices Y and W, units and periods in sorted order."""
    path, (unit, period, outcome, treatment) = PANELS[name]
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    order = float if rows[0][unit].isdigit() else str
    units = sorted({row[unit] for row in rows}, key=order)
    periods = sorted({row[period] for row in rows}, key=float)
    Y = np.full((len(units), len(periods)), np.nan)
    W = np.zeros_like(Y)
    for row in rows:
        cell = units.index(row[unit]), periods.index(row[period])
        Y[cell], W[cell] = float(row[outcome]), float(row[treatment])
    return Y, W


def load_cell_effects():
    """Read the reference values."""
    return json.loads((TEST_DATA / "cell_effects.json").read_text())


def random_panel(design, seed, n_units=12, n_periods=10):
    """Two-way effects, two factors and noise; treatment of one of the `DESIGNS`."""
    rng = np.random.default_rng(seed)
    shape = (n_units, n_periods)
    effects = 2 * rng.normal(size=(n_units, 1)) + rng.normal(size=(1, n_periods))
    factors = rng.normal(size=(n_units, 2)) @ rng.normal(size=(2, n_periods))
    Y = effects + factors + 0.3 * rng.normal(size=shape)
    W = np.zeros(shape)
    if design == "staggered":
        for k, unit in enumerate(range(n_units - 4, n_units)):
            W[unit, n_periods // 2 + k :] = 1
    elif design == "switching":
        W[3:] = rng.random((n_units - 3, n_periods)) < 0.2
    else:
        W[-3:, -3:] = 1
    if design == "missing":
        gone = rng.random(shape) < 0.15
        gone[0, :] = gone[:, 0] = False
        Y[gone] = np.nan
    return Y, W
