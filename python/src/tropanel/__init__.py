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
    from ._estimate.compare import compare, compare_matrix
    from ._estimate.lowlevel import (
        BootstrapVariance,
        LoocvScores,
        LoocvSearch,
        bootstrap_trop_variance,
        compute_unit_distance_matrix,
        loocv_grid_search,
    )
    from ._estimate.many import trop_many
    from ._estimate.power import power, power_matrix
    from ._estimate.simulate import simulate, simulate_matrix
    from ._estimate.targets import (
        CellEffects,
        Weights,
        cell_effects,
        leave_period_out_distances,
        pre_treatment_cells,
        weights,
    )
    from ._estimate.trop import trop, trop_matrix
    from ._estimate.weighted import WeightedFit, WeightedLoocv, weighted_fit, weighted_loocv
    from ._results.answers import (
        BiasBounds,
        Diagnosis,
        GroupDifferences,
        PreTreatmentFit,
        WeightTables,
    )
    from ._results.comparison import Comparison
    from ._results.loading import from_dict, load
    from ._results.many import ManyResults
    from ._results.power import Power
    from ._results.result import TropResult
    from ._results.simulation import Simulation

    __version__: str

__all__ = [
    "ERROR_CODES",
    "BiasBounds",
    "BootstrapVariance",
    "CellEffects",
    "Comparison",
    "ConvergenceWarning",
    "Diagnosis",
    "GroupDifferences",
    "LoocvScores",
    "LoocvSearch",
    "ManyResults",
    "Power",
    "PreTreatmentFit",
    "Simulation",
    "TropError",
    "TropResult",
    "WeightTables",
    "WeightedFit",
    "WeightedLoocv",
    "Weights",
    "bootstrap_trop_variance",
    "cell_effects",
    "compare",
    "compare_matrix",
    "compute_unit_distance_matrix",
    "datasets",
    "from_dict",
    "leave_period_out_distances",
    "load",
    "loocv_grid_search",
    "power",
    "power_matrix",
    "pre_treatment_cells",
    "simulate",
    "simulate_matrix",
    "trop",
    "trop_many",
    "trop_matrix",
    "weighted_fit",
    "weighted_loocv",
    "weights",
]

_HOMES = {
    "BiasBounds": "_results.answers",
    "BootstrapVariance": "_estimate.lowlevel",
    "CellEffects": "_estimate.targets",
    "Comparison": "_results.comparison",
    "Diagnosis": "_results.answers",
    "GroupDifferences": "_results.answers",
    "LoocvScores": "_estimate.lowlevel",
    "LoocvSearch": "_estimate.lowlevel",
    "ManyResults": "_results.many",
    "Power": "_results.power",
    "PreTreatmentFit": "_results.answers",
    "Simulation": "_results.simulation",
    "TropResult": "_results.result",
    "WeightTables": "_results.answers",
    "WeightedFit": "_estimate.weighted",
    "WeightedLoocv": "_estimate.weighted",
    "Weights": "_estimate.targets",
    "bootstrap_trop_variance": "_estimate.lowlevel",
    "cell_effects": "_estimate.targets",
    "compare": "_estimate.compare",
    "compare_matrix": "_estimate.compare",
    "compute_unit_distance_matrix": "_estimate.lowlevel",
    "from_dict": "_results.loading",
    "leave_period_out_distances": "_estimate.targets",
    "load": "_results.loading",
    "loocv_grid_search": "_estimate.lowlevel",
    "power": "_estimate.power",
    "power_matrix": "_estimate.power",
    "pre_treatment_cells": "_estimate.targets",
    "simulate": "_estimate.simulate",
    "simulate_matrix": "_estimate.simulate",
    "trop": "_estimate.trop",
    "trop_many": "_estimate.many",
    "trop_matrix": "_estimate.trop",
    "weighted_fit": "_estimate.weighted",
    "weighted_loocv": "_estimate.weighted",
    "weights": "_estimate.targets",
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
