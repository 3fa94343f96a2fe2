"""Which numerical backend computes."""

from __future__ import annotations

import logging
import os
from typing import NamedTuple

from .._options import BACKENDS, read_choice
from .check import Check
from .protocol import Backend

ENVIRONMENT_VARIABLE = "TROPANEL_BACKEND"

_log = logging.getLogger("tropanel")
_told: set[str] = set()


class Chosen(NamedTuple):
    """A backend and the name it goes by in results."""

    name: str
    functions: Backend


def choose(backend: str) -> Chosen:
    """Find the backend for `backend`, one of "auto", "rust", "numpy" and "check".

    "auto" obeys the environment variable TROPANEL_BACKEND; without it, it is the compiled core,
    or, only where that cannot be imported, NumPy, which is said once in the log.
    """
    if backend == "auto":
        backend = _from_environment()
    if backend == "auto":
        return _compiled_or_numpy()
    if backend == "rust":
        return Chosen("rust", _compiled())
    if backend == "numpy":
        return Chosen("numpy", _numpy())
    return Chosen("check", Check(_compiled(), _numpy()))


def _from_environment() -> str:
    return read_choice(
        f"the environment variable {ENVIRONMENT_VARIABLE}",
        os.environ.get(ENVIRONMENT_VARIABLE) or "auto",
        BACKENDS,
    )


def _compiled_or_numpy() -> Chosen:
    try:
        return Chosen("rust", _compiled())
    except ImportError as error:
        reason = str(error)
    if reason not in _told:
        _told.add(reason)
        _log.warning("%s Using the much slower NumPy backend instead.", reason)
    return Chosen("numpy", _numpy())


def _compiled() -> Backend:
    try:
        from .. import _core
    except ImportError as error:
        raise ImportError(
            f"The compiled core of tropanel cannot be imported: {error}. Reinstall tropanel from"
            ' a wheel, build it with "maturin develop --release", or choose backend="numpy".'
        ) from error
    return _core


def _numpy() -> Backend:
    from . import reference

    return reference
