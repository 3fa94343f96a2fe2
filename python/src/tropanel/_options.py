"""The options of an analysis by name; reading those that stand alone."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Union

import numpy as np

from ._errors import TropError
from ._hints import did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: `progress`: None, True, False, or a function of (stage, done, total).
Progress = Union[bool, Callable[[str, int, int], Any], None]


class Options(TypedDict, total=False):
    """What `trop` may be asked beside the data and the design; the backends check it.

    A new option of the compiled core is a line here and in `DEFAULTS`, and a paragraph in the
    docstring of `trop`. The reference lacks it until it has a reader there.
    """

    lambdas: Mapping[str, float] | None
    search: str
    criterion: str
    n_placebo_sets: int
    n_folds: int
    max_cells: int | None
    grids: Mapping[str, Sequence[float]] | None
    inference: str | None
    n_boot: int
    level: float
    seed: int
    retune: bool
    pre_periods: bool


#: What the compiled core does by default (a test compares them), for the reference and for `help`.
DEFAULTS: dict[str, Any] = {
    "lambdas": None,
    "grids": None,
    "search": "race",
    "criterion": "auto",
    "n_placebo_sets": 20,
    "n_folds": 5,
    "max_cells": None,
    "abandon": False,
    "inference": "auto",
    "n_boot": 200,
    "level": 0.95,
    "seed": 0,
    "retune": False,
    "pre_periods": True,
    "tolerance": 1e-8,
    "loocv_tolerance": 1e-8,
    "max_iterations": 10000,
    "threads": None,
}

LAMBDA_NAMES = ("time", "unit", "nn")
SEARCHES = ("race", "descent", "grid", "cycle", "adaptive")
CRITERIA = ("auto", "loocv", "placebo_sets", "placebo_folds", "blocks")
BACKENDS = ("auto", "rust", "numpy", "check")
LARGEST_SEED = 2**64 - 1
#: No count is larger; what is does not fit into the compiled core's numbers.
LARGEST_COUNT = 2**63 - 1


def read_choice(name: str, value: object, choices: Sequence[str]) -> str:
    """Check that `value` is one of the `choices`."""
    if isinstance(value, str) and value in choices:
        return value
    raise TropError(
        "option_invalid",
        f"{name} must be one of {', '.join(map(repr, choices))}, not {value!r}."
        + did_you_mean(value, choices),
    )


def read_lambdas(lambdas: object) -> dict[str, float]:
    """Check that `lambdas` maps exactly time, unit and nn to numbers."""
    if not isinstance(lambdas, Mapping):
        raise TropError(
            "lambdas_invalid",
            'lambdas must be a mapping such as {"time": 0.1, "unit": 0.5, "nn": math.inf}, not '
            f"{type(lambdas).__name__}. It is by name because packages order them differently.",
        )
    _check_lambda_names("lambdas", "lambdas_invalid", lambdas)
    missing = [name for name in LAMBDA_NAMES if name not in lambdas]
    if missing:
        raise TropError(
            "lambdas_invalid",
            f"lambdas lacks {', '.join(map(repr, missing))}: give all of 'time', 'unit' and 'nn'"
            " (math.inf is allowed for nn), or give grids to search.",
        )
    return {name: _read_lambda(name, lambdas[name]) for name in LAMBDA_NAMES}


def _read_lambda(name: str, value: object) -> float:
    if not _is_number(value):
        raise TropError("lambdas_invalid", f"lambdas[{name!r}] must be a number, not {value!r}.")
    number = _as_float(value)
    largest = math.inf if name == "nn" else math.nextafter(math.inf, 0)
    if not 0 <= number <= largest:
        limits = "0 or more (math.inf is allowed)" if name == "nn" else "finite and 0 or more"
        raise TropError(
            "lambda_invalid", f"lambdas[{name!r}] must be {limits}, not {shown(value)}."
        )
    return number


def read_grids(grids: object) -> dict[str, NDArray[np.float64]]:
    """Read grids of some of the lambdas by name."""
    if not isinstance(grids, Mapping):
        raise TropError(
            "grids_invalid",
            'grids must be a mapping such as {"time": [0, 0.1, 0.5], "nn": [1, math.inf]}, not '
            f"{type(grids).__name__}.",
        )
    _check_lambda_names("grids", "grids_invalid", grids)
    return {name: read_grid(f"grids[{name!r}]", values) for name, values in grids.items()}


def read_grid(label: str, values: Any) -> NDArray[np.float64]:
    """Read one grid as a 1-D array; its values are the backend's to check."""
    numeric = (
        isinstance(values, (Sequence, np.ndarray))
        and np.ndim(values) == 1
        and all(_is_number(value) for value in values)
    )
    if not numeric:
        raise TropError("grids_invalid", f"{label} must be a sequence of numbers, not {values!r}.")
    return np.array([_as_float(value) for value in values], dtype=np.float64)


def _check_lambda_names(option: str, code: str, mapping: Mapping[Any, Any]) -> None:
    for name in mapping:
        if name not in LAMBDA_NAMES:
            raise TropError(
                code,
                f"{option} has an unknown key {name!r}; the keys are 'time', 'unit' and 'nn'."
                + did_you_mean(str(name).replace("lambda_", ""), LAMBDA_NAMES),
            )


def read_switch(name: str, value: object) -> bool:
    """Check that `value` is True or False."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise TropError("option_invalid", f"{name} must be True or False, not {value!r}.")


def read_draws(name: str, value: object) -> int:
    """Check a number of draws."""
    draws = read_count(name, value)
    if draws < 2:
        raise TropError(
            "draws_too_few",
            f"{name} must be 2 or more, not {draws}; inference=None switches them off.",
        )
    return draws


def read_level(level: object) -> float:
    """Check a confidence level."""
    if not _is_number(level):
        raise TropError("option_invalid", f"level must be a number, not {level!r}.")
    number = _as_float(level)
    if not 0 < number < 1:
        raise TropError(
            "level_out_of_range",
            f"level must be between 0 and 1, such as 0.95, not {shown(level)}.",
        )
    return number


def read_seed(seed: object) -> int:
    """Check a seed; one out of range is refused, never wrapped around."""
    value = read_integer("seed", seed)
    if not 0 <= value <= LARGEST_SEED:
        raise TropError(
            "seed_out_of_range",
            f"seed must be from 0 to 2**64 - 1 = {LARGEST_SEED}, not {shown(value)}.",
        )
    return value


def read_threads(n_jobs: object) -> int | None:
    """Turn `n_jobs` into a number of threads, None for all cores."""
    if n_jobs is None:
        return None
    value = read_integer("n_jobs", n_jobs)
    if value == 0:
        raise TropError("threads_zero", "n_jobs must be 1 or more, or None or -1 for all cores.")
    if not -1 <= value <= LARGEST_COUNT:
        raise TropError(
            "option_invalid",
            f"n_jobs must be 1 or more, or None or -1 for all, not {shown(value)}.",
        )
    return None if value == -1 else value


def read_progress(progress: Progress) -> Progress:
    """Check what `progress` asks for."""
    if progress is None or isinstance(progress, bool) or callable(progress):
        return progress
    raise TropError(
        "option_invalid",
        "progress must be True, False, None (only on a terminal) or a function of"
        f" (stage, done, total), not {progress!r}.",
    )


def read_integer(name: str, value: object) -> int:
    """Check that `value` is an integer, and not a bool."""
    if isinstance(value, numbers.Integral) and not isinstance(value, (bool, np.bool_)):
        return int(value)
    raise TropError("option_invalid", f"{name} must be an integer, not {value!r}.")


def read_sizes(sizes: object) -> list[float]:
    """Check numbers of any size: the core knows which are allowed."""
    if not isinstance(sizes, (str, bytes)) and isinstance(sizes, Iterable):
        values = list(sizes)
        if all(map(_is_number, values)):
            return [float(value) for value in values]
    raise TropError("option_invalid", f"sizes must be a sequence of numbers, not {sizes!r}.")


def read_count(name: str, value: object) -> int:
    """Check a number of things."""
    count = read_integer(name, value)
    if not 0 <= count <= LARGEST_COUNT:
        raise TropError(
            "option_invalid", f"{name} must be from 0 to {LARGEST_COUNT}, not {shown(value)}."
        )
    return count


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))


def _as_float(value: Any) -> float:
    """Turn a number into a float; one that is too large for a float is none."""
    try:
        return float(value)
    except OverflowError:
        return math.nan


def shown(value: object) -> str:
    """Write a value; Python does not write integers of very many digits."""
    try:
        return repr(value)
    except ValueError:
        return "a huge number"
