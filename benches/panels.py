"""The panels that are timed: outcomes Y and treatments W, N x T, units in rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
from suite import REPOSITORY

TESTS = "tests/data"
PACKAGE = "python/src/tropanel/data"


@dataclass(frozen=True)
class Panel:
    """Outcomes and treatments."""

    Y: np.ndarray
    W: np.ndarray

    @property
    def control_cells(self) -> np.ndarray:
        """Unit and period of every observed control cell."""
        return np.argwhere((self.W == 0) & np.isfinite(self.Y))

    @property
    def treated_cells(self) -> np.ndarray:
        """Unit and period of every treated cell."""
        return np.argwhere(self.W == 1)

    def shrunk(self, n_units: int = 14, n_periods: int = 8) -> Panel:
        """A corner of the panel with a few treated units, to test the apparatus."""
        ever = self.W[:, -n_periods:].any(axis=1)
        units = np.r_[np.flatnonzero(ever)[:3], np.flatnonzero(~ever)[: n_units - 3]]
        return Panel(self.Y[units, -n_periods:], self.W[units, -n_periods:])


def cps(smoke: bool = False) -> Panel:
    """Mean log wage, 50 US states by 40 years, 1,992 control cells."""
    panel = _read(f"{TESTS}/cps_logwage.csv", "id", "t", "y", "d")
    return panel.shrunk() if smoke else panel


def pwt(smoke: bool = False) -> Panel:
    """Log GDP, 111 countries by 48 years, 5,299 control cells."""
    panel = _read(f"{TESTS}/pwt_loggdp.csv", "id", "t", "y", "d")
    return panel.shrunk() if smoke else panel


def castle(smoke: bool = False) -> Panel:
    """Log homicides, 50 US states by 11 years, 21 treated one after the other."""
    panel = _read(f"{PACKAGE}/castle.csv", "sid", "year", "l_homicide", "post")
    return panel.shrunk() if smoke else panel


def prop99(smoke: bool = False) -> Panel:
    """Cigarette packs per person, 39 US states by 31 years, one treated for the last 12."""
    panel = _read(
        f"{PACKAGE}/prop99.csv", "state", "year", "packs_per_capita", "treated"
    )
    return panel.shrunk(12, 18) if smoke else panel


def factors(n_units: int, n_periods: int, rank: int = 5) -> Panel:
    """Two-way effects, `rank` factors and noise; 100 treated cells, 20 units' last 5 periods."""
    random = np.random.default_rng(20)
    shape = (n_units, n_periods)
    Y = random.normal(size=(n_units, rank)) @ random.normal(size=(rank, n_periods))
    Y += random.normal(size=(n_units, 1)) + random.normal(size=(1, n_periods))
    Y += random.normal(size=shape)
    W = np.zeros(shape)
    W[:20, -5:] = 1.0
    return Panel(Y, W)


def noise(n_units: int, n_periods: int, missing: float) -> Panel:
    """Normal outcomes, a share of them missing at random; one treated cell."""
    random = np.random.default_rng(21)
    Y = random.normal(size=(n_units, n_periods))
    Y[random.random(Y.shape) < missing] = np.nan
    W = np.zeros_like(Y)
    Y[-1, -1], W[-1, -1] = 0.0, 1.0
    return Panel(Y, W)


def _read(path: str, unit: str, time: str, outcome: str, treatment: str) -> Panel:
    with (REPOSITORY / path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    units = sorted({row[unit] for row in rows}, key=_numbers_first)
    times = sorted({row[time] for row in rows}, key=_numbers_first)
    at_unit = {label: i for i, label in enumerate(units)}
    at_time = {label: s for s, label in enumerate(times)}
    Y = np.full((len(units), len(times)), np.nan)
    W = np.zeros_like(Y)
    for row in rows:
        at = at_unit[row[unit]], at_time[row[time]]
        Y[at], W[at] = float(row[outcome]), float(row[treatment])
    return Panel(Y, W)


def _numbers_first(label: str) -> tuple[float, str]:
    """Sort numbers as numbers, names as names."""
    try:
        return float(label), label
    except ValueError:
        return float("inf"), label
