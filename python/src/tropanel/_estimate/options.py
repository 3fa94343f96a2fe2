"""The options of `trop`, which the backends read by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar

from .._backends.reference.settings import defaults
from .._hints import did_you_mean
from .._options import BACKENDS, Progress, read_choice, read_progress, read_threads

Function = TypeVar("Function", bound=Callable[..., Any])


class Options(TypedDict, total=False):
    """What may be asked of an analysis; a backend checks it, and has the defaults.

    A new option of the compiled core is a line here, and a paragraph in the docstring of `trop`.
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


@dataclass(frozen=True)
class Request:
    """What is asked of an estimate; `options` holds what was given, by name."""

    options: dict[str, Any]
    progress: Progress
    backend: str


def read_request(
    function: str, options: Mapping[str, Any], n_jobs: int | None, progress: Progress, backend: str
) -> Request:
    """Check what is Python's own, and the names of the options."""
    for name in options:
        if name not in Options.__annotations__:
            raise TypeError(
                f"{function}() got an unexpected keyword argument {name!r}."
                + did_you_mean(name, Options.__annotations__)
            )
    threads = read_threads(n_jobs)
    given = dict(options) if threads is None else {**options, "threads": threads}
    return Request(given, read_progress(progress), read_choice("backend", backend, BACKENDS))


def show_options(function: Function) -> Function:
    """Write the options and their defaults into the signature, for `help` and editors."""
    signature = inspect.signature(function)
    own = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
    default = defaults()
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default[name])
        for name in Options.__annotations__
    ]
    function.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    return function
