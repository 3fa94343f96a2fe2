"""The options of `trop`, which the backends read by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from .._hints import did_you_mean
from .._options import (
    BACKENDS,
    DEFAULTS,
    Options,
    Progress,
    read_choice,
    read_progress,
    read_threads,
)

Function = TypeVar("Function", bound=Callable[..., Any])


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
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=DEFAULTS[name])
        for name in Options.__annotations__
    ]
    function.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    return function
