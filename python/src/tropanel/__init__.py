"""Triply robust estimates of treatment effects in panels.

The estimator of Athey, Imbens, Qu and Viviano (2026), "Triply Robust Panel Estimators":
:func:`trop` takes a data frame in long form, :func:`trop_matrix` takes matrices; both return a
:class:`TropResult`. Example data are in :mod:`tropanel.datasets`.

Names are loaded when they are first used, so that importing the package takes no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._errors import ERROR_CODES, ConvergenceWarning, TropError

if TYPE_CHECKING:
    from . import datasets
    from ._lowlevel import (
        BootstrapVariance,
        LoocvScores,
        LoocvSearch,
        bootstrap_trop_variance,
        compute_unit_distance_matrix,
        loocv_grid_search,
    )
    from ._result import TropResult
    from ._trop import trop, trop_matrix

    __version__: str

__all__ = [
    "ERROR_CODES",
    "BootstrapVariance",
    "ConvergenceWarning",
    "LoocvScores",
    "LoocvSearch",
    "TropError",
    "TropResult",
    "bootstrap_trop_variance",
    "compute_unit_distance_matrix",
    "datasets",
    "loocv_grid_search",
    "trop",
    "trop_matrix",
]

_HOMES = {
    "BootstrapVariance": "_lowlevel",
    "LoocvScores": "_lowlevel",
    "LoocvSearch": "_lowlevel",
    "TropResult": "_result",
    "bootstrap_trop_variance": "_lowlevel",
    "compute_unit_distance_matrix": "_lowlevel",
    "loocv_grid_search": "_lowlevel",
    "trop": "_trop",
    "trop_matrix": "_trop",
}

if not TYPE_CHECKING:

    def __getattr__(name):
        from importlib import import_module, metadata

        if name == "__version__":
            return metadata.version("tropanel")
        if name == "datasets":
            return import_module(".datasets", __name__)
        if name in _HOMES:
            return getattr(import_module(f".{_HOMES[name]}", __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
