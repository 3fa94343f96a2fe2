"""Options of the computations: their defaults, and what they accept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..._errors import TropError
from ..._options import DEFAULTS

if TYPE_CHECKING:
    from ..protocol import Floats, Monitor


@dataclass(frozen=True)
class Lambdas:
    """The tuning parameters of one fit."""

    time: float
    unit: float
    nn: float


@dataclass(frozen=True)
class Settings:
    """When a fit is good enough, and when to give up."""

    tolerance: float
    max_iterations: int


def defaults() -> dict[str, Any]:
    """Read the default of each option, by name."""
    return dict(DEFAULTS)


def read_settings(
    tolerance: float | None,
    max_iterations: int | None,
    threads: int | None,
    default_tolerance: float,
) -> Settings:
    """Check the options that every computation has; `threads` is checked and not used."""
    check_threads(threads)
    if tolerance is None:
        tolerance = default_tolerance
    if max_iterations is None:
        max_iterations = defaults()["max_iterations"]
    if not 0 < tolerance < 1:
        raise TropError(
            "tolerance_out_of_range",
            f"tolerance must be between 0 and 1, such as 1e-8, not {tolerance}.",
        )
    if max_iterations < 1:
        raise TropError(
            "max_iterations_zero", f"max_iterations must be 1 or more, not {max_iterations}."
        )
    return Settings(tolerance, max_iterations)


def check_threads(threads: int | None) -> None:
    """Refuse less than one thread."""
    if threads is not None and threads < 1:
        raise TropError(
            "threads_zero", f"threads must be 1 or more, or None for all cores, not {threads}."
        )


def read_lambdas(time: float, unit: float, nn: float) -> Lambdas:
    """Check one value of each tuning parameter."""
    check_lambda("lambda_time", time)
    check_lambda("lambda_unit", unit)
    check_lambda("lambda_nn", nn)
    return Lambdas(float(time), float(unit), float(nn))


def check_lambda(name: str, value: float) -> None:
    """Refuse a negative or missing value, and infinity except for lambda_nn."""
    if not value >= 0 or (math.isinf(value) and name != "lambda_nn"):
        limits = "0 or more, or infinite" if name == "lambda_nn" else "finite and 0 or more"
        raise TropError("lambda_invalid", f"{name} must be {limits}, not {value}.")


def read_grid(name: str, values: Floats) -> list[float]:
    """Check the candidate values of one tuning parameter."""
    grid = [float(value) for value in values]
    if not grid:
        raise TropError("grid_empty", f"The grid of {name} is empty: give at least one value.")
    for value in grid:
        check_lambda(name, value)
        if grid.count(value) > 1:
            raise TropError(
                "grid_duplicate", f"The grid of {name} has {value} twice: give each value once."
            )
    return grid


def advance(monitor: Monitor | None, stage: str, done: int, total: int) -> None:
    """Tell the monitor, if there is one, how far `stage` is."""
    if monitor is not None:
        monitor.advance(stage, done, total)
