"""Panels that pictures are looked at on, and their estimates, which must be quick."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

import tropanel
from tropanel import TropResult

LONG_UNIT = (
    "Special Administrative Region of the Upper Valley and Surrounding Municipalities (North)"
)
LONG_OUTCOME = "Registered unemployment, seasonally adjusted, persons per 1,000 inhabitants"
LAMBDAS = {"time": 0.05, "unit": 0.1, "nn": math.inf}
ROLES = ("sales", "policy", "region", "month")


def prop99() -> TropResult:
    """One treated state, 12 years."""
    return tropanel.trop(
        tropanel.datasets.prop99(),
        *("packs_per_capita", "treated", "state", "year"),
        grids={"time": [0.0, 0.2], "unit": [0.0, 0.2], "nn": [math.inf]},
        search="grid",
        inference="placebo",
    )


def castle() -> TropResult:
    """States that adopt one after another."""
    return tropanel.trop(
        tropanel.datasets.castle(),
        *("l_homicide", "post", "state", "year"),
        lambdas=LAMBDAS,
        inference="jackknife",
    )


def months(n_draws: int = 60) -> TropResult:
    """50 regions by 48 months with dates, twelve adopting; one effect is an outlier."""
    data = _staggered(50, pd.date_range("2016-01-01", periods=48, freq="MS"), 12, 24)
    hit = (data["region"] == "Region 42") & (data["month"] == "2019-06-01")
    data.loc[hit, "sales"] += 60
    return tropanel.trop(data, *ROLES, lambdas=LAMBDAS, inference="bootstrap", n_boot=n_draws)


def many(n_draws: int = 60) -> TropResult:
    """500 regions by 24 quarters in text, 160 adopting."""
    quarters = [f"{year}Q{quarter}" for year in range(2015, 2021) for quarter in range(1, 5)]
    data = _staggered(500, quarters, 160, 10)
    options = {"inference": "bootstrap", "n_boot": n_draws, "anchor": "spell"}
    return tropanel.trop(data, *ROLES, lambdas=LAMBDAS, pre_periods=False, **options)


def long_names() -> TropResult:
    """One treated unit whose name is long, like that of the outcome; one period is treated."""
    data = _staggered(14, list(range(2001, 2019)), 1, 17)
    data["region"] = data["region"].map(lambda name: LONG_UNIT if name == "Region 13" else name)
    data = data.rename(columns={"sales": LONG_OUTCOME})
    return tropanel.trop(data, LONG_OUTCOME, *ROLES[1:], lambdas=LAMBDAS, inference="placebo")


def _staggered(n_units: int, periods: Any, n_treated: int, first: int) -> pd.DataFrame:
    """Make a panel whose last units adopt one after another, not in the order of their names."""
    rng = np.random.default_rng(7)
    n_periods = len(periods)
    unit, period = (ids.ravel() for ids in np.indices((n_units, n_periods)))
    noise = rng.normal(size=(n_units, n_periods)).cumsum(axis=1)
    adoption = np.full(n_units, n_periods)
    spread = np.linspace(first, max(first, n_periods - 3), n_treated).astype(int)
    adoption[n_units - n_treated :] = rng.permutation(spread)
    policy = (period >= adoption[unit]).astype(int)
    sales = 50 + noise[unit, period] + 4 * np.sin(period / 4) + 3 * policy
    return pd.DataFrame(
        {
            "region": [f"Region {k:02d}" for k in unit],
            "month": [periods[t] for t in period],
            "sales": sales,
            "policy": policy,
        }
    )


PANELS = {
    "prop99": prop99, "castle": castle, "months": months, "many": many, "long_names": long_names,
}  # fmt: skip


def comparison() -> Any:
    """Compare estimators of one treated state."""
    return tropanel.compare(
        tropanel.datasets.prop99(),
        *("packs_per_capita", "treated", "state", "year"),
        estimators=["did", "sc", "sdid", "trop"],
        lambdas=LAMBDAS,
        inference="placebo",
    )


def power() -> Any:
    """Tell what studies of one and of two treated states would find."""
    return tropanel.power(
        tropanel.datasets.prop99(),
        *("packs_per_capita", "treated", "state", "year"),
        treated=[1, 2],
        periods=[3, 6],
        draws=40,
        lambdas=LAMBDAS,
        inference="placebo",
    )


def simulation() -> Any:
    """Score estimators on panels like one with many states."""
    return tropanel.simulate(
        tropanel.datasets.castle(),
        *("l_homicide", "post", "state", "year"),
        estimators=["did", "sc", "trop"],
        draws=20,
        lambdas=LAMBDAS,
    )


def bias() -> Any:
    """Make room for bias of the laws' effect."""
    return tropanel.trop(
        tropanel.datasets.castle(),
        *("l_homicide", "post", "state", "year"),
        lambdas=LAMBDAS,
        pre_periods=False,
    ).bias_bounds()


ANSWERS = {"comparison": comparison, "power": power, "simulation": simulation, "bias": bias}
