"""The options of an analysis: which of them this backend has, and their defaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._errors import TropError
from ..._options import (
    CRITERIA,
    SEARCHES,
    read_choice,
    read_count,
    read_draws,
    read_grids,
    read_lambdas,
    read_level,
    read_seed,
    read_switch,
)
from .design import lacks
from .settings import defaults

if TYPE_CHECKING:
    from ..protocol import Floats

INFERENCES = ("auto", "bootstrap", "jackknife", "placebo", "conformal")

#: How each option is read; what is not here only the compiled core has.
READERS: dict[str, Callable[[Any], Any]] = {
    "lambdas": read_lambdas,
    "grids": read_grids,
    "search": partial(read_choice, "search", choices=SEARCHES),
    "criterion": partial(read_choice, "criterion", choices=CRITERIA),
    "n_placebo_sets": partial(read_count, "n_placebo_sets"),
    "n_folds": partial(read_count, "n_folds"),
    "max_cells": partial(read_count, "max_cells"),
    "inference": lambda name: None
    if name == "none"
    else read_choice("inference", name, INFERENCES),
    "n_boot": partial(read_draws, "n_boot"),
    "level": read_level,
    "seed": read_seed,
    "pre_periods": partial(read_switch, "pre_periods"),
    "threads": partial(read_count, "threads"),
}
#: Options that may be None.
OPTIONAL = ("lambdas", "grids", "max_cells", "inference", "threads")
#: Options that only a search could obey.
OF_SEARCH = ("search", "criterion", "n_placebo_sets", "n_folds", "max_cells", "grids")


@dataclass(frozen=True)
class Options:
    """The options of an analysis, checked."""

    lambdas: dict[str, float] | None
    grids: dict[str, Floats] | None
    search: str
    criterion: str
    n_placebo_sets: int
    n_folds: int
    max_cells: int | None
    inference: str | None
    n_boot: int
    level: float
    seed: int
    pre_periods: bool
    threads: int | None


def read_options(given: dict[str, Any]) -> Options:
    """Check the options of an analysis, each and all together."""
    own = {name: default for name, default in defaults().items() if name in READERS}
    read = {name: _read(name, value) for name, value in given.items() if not _is_idle(name, value)}
    options = {**own, **read}
    if options["lambdas"] is not None:
        _refuse_search_options({name: read[name] for name in OF_SEARCH if name in read}, own)
    return Options(**options)


def _refuse_search_options(read: dict[str, Any], own: dict[str, Any]) -> None:
    for name, value in read.items():
        if value is not None if own[name] is None else value != own[name]:
            raise TropError(
                "option_invalid",
                f"{name} = {value!r} is about the search for lambdas, and lambdas are given: give"
                " one of the two.",
            )


def read_triple(given: dict[str, Any]) -> tuple[float, float, float]:
    """Read the lambdas at which a diagnostic is asked for."""
    lambdas = read_lambdas(given["lambdas"])
    return lambdas["time"], lambdas["unit"], lambdas["nn"]


def _is_idle(name: str, value: Any) -> bool:
    """Whether an option is one that this backend lacks, at the value that asks for nothing."""
    if name in READERS:
        return False
    default = defaults().get(name)
    if isinstance(default, bool):
        value = read_switch(name, value)
    if value != default:
        lacks(f"{name}={value!r}")
    return True


def _read(name: str, value: Any) -> Any:
    return None if value is None and name in OPTIONAL else READERS[name](value)
