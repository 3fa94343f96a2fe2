"""What the Python layer and a numerical backend say to each other.

Matrices are N x T, units in rows, float64; a missing outcome is NaN. Lambdas are always named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from .data import AttAt as AttAt
from .data import Design as Design
from .data import Monitor as Monitor

if TYPE_CHECKING:
    from .data import Bools as Bools
    from .data import Floats as Floats
    from .data import Indices as Indices
    from .data import Ints as Ints
    from .handles import Labels, PanelHandle

#: Stands for the event time of a cell without one.
NO_EVENT_TIME = -(2**63)

#: Stands, among the codes of a grouping, for a cell that is in no group.
NO_GROUP = -(2**63)


class Cells(TypedDict):
    """Fits of m target cells, ordered by unit, then period; every array has length m.

    `primal` is the objective of Eq. 2 that was reached (at lambda_nn = 0, the nuclear norm of L),
    `dual` a lower bound of its minimum. `event_time` is NO_EVENT_TIME where there is none.
    `coefficients` (m, K) are those of K covariates (Eq. 14). `effect_min` and `effect_max` are
    certified bounds of the exact effect, infinite where none was found.
    """

    unit: Ints
    period: Ints
    event_time: Ints
    observed: Floats
    counterfactual: Floats
    effect: Floats
    effect_min: Floats
    effect_max: Floats
    rank: Ints
    gap: Floats
    primal: Floats
    dual: Floats
    iterations: Ints
    status: list[str]
    coefficients: Floats


class Positions(TypedDict):
    """Cells, ordered by unit, then period."""

    unit: Ints
    period: Ints


class Weights(TypedDict):
    """Weights of one target: `unit` (N,) and `period` (T,), not normalized."""

    unit: Floats
    period: Floats


class NotEstimable(TypedDict):
    """Target cells without an effect, and why; where it can lie if it is not unique, else NaN."""

    unit: Ints
    period: Ints
    reason: list[str]
    effect_min: Floats
    effect_max: Floats


class Estimate(TypedDict):
    """Result of `estimate`: `coefficients` (K,) of covariates."""

    att: float
    treated: Cells
    pre: Cells | None
    not_estimable: NotEstimable
    max_gap: float
    converged: bool
    coefficients: Floats


class CellEffects(TypedDict):
    """Result of `cell_effects`."""

    effects: Cells
    not_estimable: NotEstimable


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


class Edge(TypedDict):
    """A chosen lambda at an end of its grid beyond which others might score better."""

    lambda_name: str
    upper: bool
    value: float


class Search(TypedDict):
    """Result of `search`; `criterion` is the one used, never "auto"."""

    lambda_time: float
    lambda_unit: float
    lambda_nn: float
    score: float
    scores: Scores
    n_cells: int
    n_not_estimable: int
    criterion: str
    edges: list[Edge]


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


class WeightedFit(TypedDict):
    """Result of `weighted_fit`: one fit of Eq. 2 to the whole panel.

    `unit_effect` (N,), `period_effect` (T,), `low_rank` and `fitted` (N, T). NaN where control
    cells of positive weight do not identify an effect or a fitted value; each connected component
    of units and periods has the effect 0 in its first period.
    """

    unit_effect: Floats
    period_effect: Floats
    low_rank: Floats
    fitted: Floats
    rank: int
    status: str
    iterations: int
    gap: float
    primal: float
    dual: float


class WeightedLoocv(TypedDict):
    """Result of `weighted_loocv`: arrays of length K; control cells that no one can predict."""

    score: Floats
    max_gap: Floats
    n_uncertified: Ints
    n_cells: int
    not_estimable: Positions


class WeightedAtts(TypedDict):
    """Result of `weighted_atts`: (B, K) matrices, `att` NaN where no treated cell is identified."""

    att: Floats
    gap: Floats
    n_uncertified: int


class DrawAtts(TypedDict):
    """Result of `att_of_draws`: `att` (B,), NaN for a draw without an estimable treated cell."""

    att: Floats
    n_uncertified: int
    max_gap: float


class Backend(Protocol):
    """The functions of a backend; modules `_core` and `reference` have them."""

    def Panel(  # noqa: N802
        self,
        Y: Floats,
        W: Floats | None,
        design: Design | None = None,
        labels: Labels | None = None,
    ) -> PanelHandle:
        """Validate a panel once, for all that `trop` asks of it; without W nothing is treated."""

    def compute_unit_distance_matrix(
        self, Y: Floats, W: Floats, *, threads: int | None = None
    ) -> Floats:
        """Root mean squared difference of every two units over common control periods."""

    def leave_period_out_distances(self, Y: Floats, W: Floats, unit: int, period: int) -> Floats:
        """Distance of every unit to the unit of a target, the target's period left out."""

    def weights(
        self,
        Y: Floats,
        W: Floats,
        unit: int,
        period: int,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        *,
        design: Design | None = None,
    ) -> Weights:
        """Weights of a target (Eq. 3); lambda_nn plays no part."""

    def default_grids(self, Y: Floats, W: Floats, *, design: Design | None = None) -> Grids:
        """Grids built from the scale of the data."""

    def pre_treatment_cells(self, Y: Floats, W: Floats) -> Positions:
        """Control cells of ever-treated units before a spell of treatment."""

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
        design: Design | None = None,
    ) -> Estimate:
        """Effects of the treated cells (Algorithm 2)."""

    def cell_effects(
        self,
        Y: Floats,
        W: Floats,
        unit: Indices,
        period: Indices,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        *,
        tolerance: float | None = None,
        max_iterations: int | None = None,
        threads: int | None = None,
        monitor: Monitor | None = None,
        design: Design | None = None,
    ) -> CellEffects:
        """Effects of any cells, control cells each left out of its own fit; repeats count once."""

    def search(
        self,
        Y: Floats,
        W: Floats,
        *,
        method: str,
        grid_time: Floats,
        grid_unit: Floats,
        grid_nn: Floats,
        criterion: str | None = None,
        n_placebo_sets: int | None = None,
        n_folds: int | None = None,
        max_cells: int | None = None,
        seed: int = 0,
        abandon: bool = False,
        tolerance: float | None = None,
        max_iterations: int | None = None,
        threads: int | None = None,
        monitor: Monitor | None = None,
        design: Design | None = None,
    ) -> Search:
        """Cross-validation over grids of lambdas: leave-one-out (Eq. 4-5), or placebos."""

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
        design: Design | None = None,
    ) -> Bootstrap:
        """Stratified bootstrap of the average effect (Algorithm 3)."""

    def weighted_fit(
        self,
        Y: Floats,
        W: Floats,
        unit_weights: Floats,
        period_weights: Floats,
        lambda_nn: float,
        *,
        tolerance: float | None = None,
        max_iterations: int | None = None,
        monitor: Monitor | None = None,
    ) -> WeightedFit:
        """One fit of Eq. 2 at given weights, all treated cells left out."""

    def weighted_loocv(
        self,
        Y: Floats,
        W: Floats,
        unit_weights: Floats,
        period_weights: Floats,
        lambda_nn: Floats,
        *,
        tolerance: float | None = None,
        max_iterations: int | None = None,
        threads: int | None = None,
        monitor: Monitor | None = None,
    ) -> WeightedLoocv:
        """Leave-one-out scores of K lambda_nn, the weights the same in every fit."""

    def weighted_atts(
        self,
        Y: Floats,
        W: Floats,
        unit_weights: Floats,
        period_weights: Floats,
        lambda_nn: Floats,
        *,
        counts: Indices | None = None,
        average: Floats | None = None,
        tolerance: float | None = None,
        max_iterations: int | None = None,
        threads: int | None = None,
        monitor: Monitor | None = None,
    ) -> WeightedAtts:
        """Average effects on the treated of B panels at given weights, at K lambda_nn each.

        The panels share `Y` (N, T) and `period_weights` (T,); `W` is (B, N, T), `unit_weights`
        (B, N). `counts` (B, N) says how often each unit stands in each panel, `average` (N,)
        weights the units' effects in the averages.
        """

    def att_of_draws(
        self,
        Y: Floats,
        W: Floats,
        counts: Indices,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        *,
        average: Floats | None = None,
        tolerance: float | None = None,
        max_iterations: int | None = None,
        threads: int | None = None,
        monitor: Monitor | None = None,
    ) -> DrawAtts:
        """Average effect of each of B given bootstrap draws: `counts` (B, N) of each unit."""

    def defaults(self) -> dict[str, Any]:
        """Read the default of each option that `PanelHandle.analyze` takes, by name."""
