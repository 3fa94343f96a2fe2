"""The reference backend: the method in NumPy, written to be read rather than to be fast.

Every function of the backend protocol is here. Equations and algorithms are numbered as in
Athey, Imbens, Qu and Viviano, "Triply Robust Panel Estimators". Where to find what:

============  ====================================================================
panel         the checked panel, its control cells, event times, estimability
distance      unit distances and the weights (Eq. 3)
two_way       lambda_nn = inf: weighted two-way fixed effects
low_rank      0 < lambda_nn < inf: the nuclear-norm penalty (Eq. 2)
interpolant   lambda_nn = 0: the limit, an interpolant of least nuclear norm
cell          one target cell: estimable or not, which of the three fits, its effect
estimation    all treated cells and their average (Algorithm 2)
search        leave-one-out cross-validation (Eq. 4-5) over grids, default grids
inference     bootstrap (Algorithm 3), intervals and p-values
averages      the ATT, and mean effects by event time
design        what of the options beside the data this backend has
remarks       what is allowed about a panel, but often a mistake
options       the options of an analysis
analysis      the whole way: search, estimate, inference, and all tables
words         a result in few words
randomness    the random numbers
settings      options, their defaults and limits
============  ====================================================================
"""

from __future__ import annotations

from .analysis import Panel
from .distance import compute_unit_distance_matrix, leave_period_out_distances, weights
from .estimation import cell_effects, estimate, pre_treatment_cells
from .inference import bootstrap, choose_inference, infer
from .remarks import remarks
from .search import default_grids, search
from .settings import defaults
from .weighted import att_of_draws, weighted_atts, weighted_fit, weighted_loocv

__all__ = [
    "Panel",
    "att_of_draws",
    "bootstrap",
    "cell_effects",
    "choose_inference",
    "compute_unit_distance_matrix",
    "default_grids",
    "defaults",
    "estimate",
    "infer",
    "leave_period_out_distances",
    "pre_treatment_cells",
    "remarks",
    "search",
    "weighted_atts",
    "weighted_fit",
    "weighted_loocv",
    "weights",
]
