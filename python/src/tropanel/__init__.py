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
    from ._result import Diagnosis, PreTreatmentFit, TropResult, WeightTables
    from ._targets import (
        CellEffects,
        Weights,
        cell_effects,
        leave_period_out_distances,
        pre_treatment_cells,
        weights,
    )
    from ._trop import trop, trop_matrix
    from ._weighted import WeightedFit, WeightedLoocv, weighted_fit, weighted_loocv

    __version__: str

__all__ = [
    "ERROR_CODES",
    "BootstrapVariance",
    "CellEffects",
    "ConvergenceWarning",
    "Diagnosis",
    "LoocvScores",
    "LoocvSearch",
    "PreTreatmentFit",
    "TropError",
    "TropResult",
    "WeightTables",
    "WeightedFit",
    "WeightedLoocv",
    "Weights",
    "bootstrap_trop_variance",
    "cell_effects",
    "compute_unit_distance_matrix",
    "datasets",
    "leave_period_out_distances",
    "loocv_grid_search",
    "pre_treatment_cells",
    "trop",
    "trop_matrix",
    "weighted_fit",
    "weighted_loocv",
    "weights",
]

_HOMES = {
    "BootstrapVariance": "_lowlevel",
    "CellEffects": "_targets",
    "Diagnosis": "_result",
    "LoocvScores": "_lowlevel",
    "LoocvSearch": "_lowlevel",
    "PreTreatmentFit": "_result",
    "TropResult": "_result",
    "WeightTables": "_result",
    "WeightedFit": "_weighted",
    "WeightedLoocv": "_weighted",
    "Weights": "_targets",
    "bootstrap_trop_variance": "_lowlevel",
    "cell_effects": "_targets",
    "compute_unit_distance_matrix": "_lowlevel",
    "leave_period_out_distances": "_targets",
    "loocv_grid_search": "_lowlevel",
    "pre_treatment_cells": "_targets",
    "trop": "_trop",
    "trop_matrix": "_trop",
    "weighted_fit": "_weighted",
    "weighted_loocv": "_weighted",
    "weights": "_targets",
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
