"""What the Python layer and a numerical backend say to each other.

Matrices are N x T, units in rows, float64; a missing outcome is NaN. Lambdas are always named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypedDict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


class Monitor(Protocol):
    """Told how far a computation is; an exception raised in here stops it."""

    def advance(self, stage: str, done: int, total: int) -> Any:
        """Tell that `done` of `total` steps of `stage` are done."""


class Cells(TypedDict):
    """Fits of m target cells, ordered by unit, then period; every array has length m."""

    unit: Ints
    period: Ints
    event_time: Ints
    observed: Floats
    counterfactual: Floats
    effect: Floats
    rank: Ints
    gap: Floats
    iterations: Ints
    status: list[str]


class NotEstimable(TypedDict):
    """Treated cells without an effect, and why."""

    unit: Ints
    period: Ints
    reason: list[str]


class Estimate(TypedDict):
    """Result of `estimate`."""

    att: float
    treated: Cells
    pre: Cells | None
    not_estimable: NotEstimable
    max_gap: float
    converged: bool


class Scores(TypedDict):
    """Every score that a search computed, in order of computation; arrays of length m."""

    lambda_time: Floats
    lambda_unit: Floats
    lambda_nn: Floats
    score: Floats
    n_cells: Ints
    max_gap: Floats
    n_uncertified: Ints
    abandoned: Bools


class Search(TypedDict):
    """Result of `search`."""

    lambda_time: float
    lambda_unit: float
    lambda_nn: float
    score: float
    scores: Scores
    n_cells: int
    n_not_estimable: int


class Bootstrap(TypedDict):
    """Result of `bootstrap`: `draws` (n_ok,), `event_draws` (n_ok, E), NaN where it has no cell."""

    se: float
    ci_lower: float
    ci_upper: float
    p_value: float
    draws: Floats
    n_failed: int
    event_time: Ints
    event_draws: Floats
    n_uncertified: int
    max_gap: float


class Grids(TypedDict):
    """Candidate values of each lambda."""

    time: Floats
    unit: Floats
    nn: Floats


class Defaults(TypedDict):
    """Default settings of a backend."""

    tolerance: float
    loocv_tolerance: float
    max_iterations: int
    n_boot: int
    level: float
    seed: int


class Backend(Protocol):
    """The functions of a backend; modules `_core` and `_numpy` have them."""

    def compute_unit_distance_matrix(
        self, Y: Floats, W: Floats, *, threads: int | None = None
    ) -> Floats:
        """Root mean squared difference of every two units over common control periods."""

    def default_grids(self, Y: Floats, W: Floats) -> Grids:
        """Grids built from the scale of the data."""

    def estimate(
        self,
        Y: Floats,
        W: Floats,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        *,
        tolerance: float | None = None,
        max_iterations: int | None = None,
        pre_effects: bool = False,
        threads: int | None = None,
        monitor: Monitor | None = None,
    ) -> Estimate:
        """Effects of the treated cells (Algorithm 2)."""

    def search(
        self,
        Y: Floats,
        W: Floats,
        *,
        method: str,
        grid_time: Floats,
        grid_unit: Floats,
        grid_nn: Floats,
        max_cells: int | None = None,
        seed: int = 0,
        abandon: bool = False,
        tolerance: float | None = None,
        max_iterations: int | None = None,
        threads: int | None = None,
        monitor: Monitor | None = None,
    ) -> Search:
        """Leave-one-out cross-validation (Eq. 4-5) over grids of lambdas."""

    def bootstrap(
        self,
        Y: Floats,
        W: Floats,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        *,
        n_boot: int,
        level: float = 0.95,
        seed: int = 0,
        tolerance: float | None = None,
        max_iterations: int | None = None,
        threads: int | None = None,
        monitor: Monitor | None = None,
    ) -> Bootstrap:
        """Stratified bootstrap of the average effect (Algorithm 3)."""

    def defaults(self) -> Defaults:
        """Read the default settings."""
