"""The functions of the package trop 0.1.11, computed by tropanel's kernel.

    import tropanel.compat.trop as trop

TROP estimates, placebo cross-validation and the bootstrap are tropanel's, by the same names, with
the same arguments, meaning and random draws. All other names of trop (``DID_TWFE``,
``assess_estimators`` and so on) are passed on to the installed package, and compute as they do
there. ``docs/compat.md`` says where results differ.

Arguments that steer trop's solver or its processes play no part, but are checked: ``solver``,
``prefer`` and, where it would print the solver's log, ``verbose``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._errors import TropError
from ._average import TROP_TWFE_average
from ._bootstrap import BootstrapResult, bootstrap
from ._validation import TROP_cv_cycle, TROP_cv_joint, TROP_cv_single, adaptive_TROP_cv

__all__ = [
    "BootstrapResult",
    "TROP_TWFE_average",
    "TROP_cv_cycle",
    "TROP_cv_joint",
    "TROP_cv_single",
    "adaptive_TROP_cv",
    "bootstrap",
]

if not TYPE_CHECKING:

    def __getattr__(name):
        from importlib import import_module

        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            return getattr(import_module("trop"), name)
        except ImportError as error:
            raise TropError(
                "peer_missing",
                f"tropanel.compat.trop has no {name!r} of its own, and the package trop, which may"
                " have it, is not installed: pip install trop.",
            ) from error
