"""The pooled estimate of the authors' package, and its bootstrap."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version

import numpy as np
import ours
import panels
from measure import cores, interleaved
from suite import OURS, Case, Row, Setting
from tropanel.compat import trop as compat

TITLE = "The pooled estimate of `trop`"
ABOUT = """\
`TROP_TWFE_average` and `bootstrap` of the authors' package `trop`, and of `tropanel.compat.trop`, with the same arguments:
prop99, 39 states by 31 years, California treated in the last 12, lambda_time 0.1, lambda_unit 0.01, lambda_nn 20; the bootstrap
resamples the control states. `trop` solves with SCS through cvxpy at its defaults.

Of `trop`'s 1,000 draws 200 are run, on all cores as its default says, and their cost is multiplied; the processes that they run
in are started before the clock. Both draw the same resamples from a seed. The accuracy of `trop` is the difference of its
estimates from ours, which our solver certifies to a relative gap of 1e-8.
"""

LAMBDAS = {"lambda_unit": 0.01, "lambda_time": 0.1, "lambda_nn": 20.0}
IN_ORDER = tuple(LAMBDAS.values())
DRAWS = 1000
PEER_DRAWS = 200


def _packages(setting: Setting) -> dict:
    """The modules to time."""
    packages = {OURS: compat}
    if setting.peer:
        import trop

        packages["trop"] = trop
    return packages


def _panel(setting: Setting) -> tuple[panels.Panel, list[int], int]:
    panel = panels.prop99(setting.smoke)
    treated = np.flatnonzero(panel.W.any(axis=1)).tolist()
    return panel, treated, int(panel.W.sum(axis=1).max())


def solve(case: str, setting: Setting) -> list[Row]:
    """One estimate."""
    packages = _packages(setting)
    panel, treated, periods = _panel(setting)
    calls = {
        name: partial(
            module.TROP_TWFE_average,
            panel.Y,
            panel.W,
            treated,
            treated_periods=periods,
            **LAMBDAS,
        )
        for name, module in packages.items()
    }
    interleaved(calls, dict.fromkeys(calls, 1))
    wanted = {OURS: setting.runs(9), "trop": setting.runs(5)}
    timed = interleaved(calls, {name: wanted[name] for name in calls})
    att = timed[OURS].answer
    rows = [ours.row(case, timed[OURS].seconds, note=f"ATT {att:.6f}", **CERTIFIED)]
    if "trop" in timed:
        theirs = timed["trop"]
        off = f"ATT off by {abs(theirs.answer - att):.1e}"
        note = f"ATT {theirs.answer:.6f}"
        rows.append(_peer_row(case, theirs.seconds, accuracy=off, note=note))
    return rows


def bootstrap(case: str, setting: Setting) -> list[Row]:
    """A thousand draws."""
    packages = _packages(setting)
    draws = 8 if setting.smoke else DRAWS
    mine = partial(_draw, packages[OURS], setting)
    timed = interleaved({OURS: partial(mine, draws)}, {OURS: setting.runs(5)})[OURS]
    found = timed.answer
    note = f"standard error {found.se:.6f}"
    rows = [ours.row(case, timed.seconds, note=note, **CERTIFIED)]
    if "trop" in packages:
        rows.append(_peer_draws(case, packages["trop"], found, draws, setting))
    return rows


def _draw(module, setting: Setting, draws: int):
    panel, treated, periods = _panel(setting)
    return module.bootstrap(
        panel.Y,
        panel.W,
        treated,
        periods,
        lambdas=IN_ORDER,
        n_bootstrap=draws,
        random_state=0,
    )


def _peer_draws(case: str, module, found, draws: int, setting: Setting) -> Row:
    """Cost of the peer's draws, from a few of them."""
    few = 4 if setting.smoke else DRAWS if setting.long else PEER_DRAWS
    _draw(module, setting, 2 * cores())
    timed = interleaved({"": partial(_draw, module, setting, few)}, {"": 1})[""]
    # The call also makes one estimate before it draws.
    one = interleaved({"": partial(_estimate, module, setting)}, {"": 1})[""]
    cost = (timed.seconds[0] - one.seconds[0]) / few
    common = min(few, draws)
    off = np.abs(timed.answer.estimates[:common] - found.estimates[:common]).max()
    return _peer_row(
        case,
        [cost * draws],
        accuracy=f"draws off by up to {off:.1e}",
        note=f"{draws:,} times the cost of a draw, from {few} draws",
    )


def _estimate(module, setting: Setting) -> float:
    panel, treated, periods = _panel(setting)
    return module.TROP_TWFE_average(
        panel.Y, panel.W, treated, treated_periods=periods, **LAMBDAS
    )


def _peer_row(case: str, seconds: list[float], **rest) -> Row:
    return Row(case, "trop", version("trop"), seconds, **rest)


CERTIFIED = {"accuracy": "gap at most 1e-8"}
CASES = [
    Case(
        "pooled/solve",
        "pooled estimate, prop99",
        partial(solve, "pooled/solve"),
        {"trop": 200},
        minutes=0.2,
        quick=True,
    ),
    Case(
        "pooled/bootstrap",
        "its bootstrap, 1,000 draws",
        partial(bootstrap, "pooled/bootstrap"),
        {"trop": 200},
        minutes=1,
        quick=True,
    ),
]
