"""Triply robust estimates of treatment effects in panels.

The estimator of Athey, Imbens, Qu and Viviano (2026), "Triply Robust Panel Estimators":
:func:`trop` takes a data frame in long form, :func:`trop_matrix` takes matrices; both return a
:class:`TropResult`. Example data are in :mod:`tropanel.datasets`.
"""

from __future__ import annotations

from . import datasets
from ._errors import ERROR_CODES, ConvergenceWarning, TropError
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

__all__ = [
    "ERROR_CODES",
    "BootstrapVariance",
    "ConvergenceWarning",
    "LoocvScores",
    "LoocvSearch",
    "TropError",
    "TropResult",
    "__version__",
    "bootstrap_trop_variance",
    "compute_unit_distance_matrix",
    "datasets",
    "loocv_grid_search",
    "trop",
    "trop_matrix",
]


def __getattr__(name: str) -> str:
    if name == "__version__":
        from importlib.metadata import version

        return version("tropanel")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
