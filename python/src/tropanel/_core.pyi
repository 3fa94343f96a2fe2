"""Types of the compiled backend; what the functions do is said in `_backends.protocol.Backend`."""

from typing import Any

from ._backends.handles import Analysis, Labels, PanelHandle
from ._backends.protocol import (
    Bootstrap,
    CellEffects,
    Design,
    DrawAtts,
    Estimate,
    Floats,
    Grids,
    Indices,
    Ints,
    Monitor,
    Positions,
    Search,
    WeightedAtts,
    WeightedFit,
    WeightedLoocv,
    Weights,
)

def Panel(  # noqa: N802
    Y: Floats, W: Floats | None, design: Design | None = None, labels: Labels | None = None
) -> PanelHandle: ...
def check_options(options: dict[str, Any]) -> None: ...
def fingerprint(columns: list[tuple[str, Floats | list[str | None]]]) -> str: ...
def manifest(
    options: dict[str, Any],
    asked: list[tuple[str, str]],
    panels: list[tuple[list[str], str]],
    folder: str,
    earlier: str | None = None,
) -> tuple[str, list[str], str | None]: ...
def many_text(panels: int, failed: int, uncertified: int) -> str: ...
def many_warning(warned: int, panels: int, keys: str) -> str: ...
def load(text: str) -> dict[str, Any]: ...
def placebo_in_time(
    found: Analysis,
    ids: dict[str, Any],
    window: int | None = None,
    monitor: Monitor | None = None,
) -> str: ...
def save(found: Analysis, ids: dict[str, Any]) -> str: ...
def compute_unit_distance_matrix(Y: Floats, W: Floats, *, threads: int | None = None) -> Floats: ...
def leave_period_out_distances(Y: Floats, W: Floats, unit: int, period: int) -> Floats: ...
def weights(
    Y: Floats,
    W: Floats,
    unit: int,
    period: int,
    lambda_time: float,
    lambda_unit: float,
    lambda_nn: float,
    *,
    design: Design | None = None,
) -> Weights: ...
def default_grids(Y: Floats, W: Floats, *, design: Design | None = None) -> Grids: ...
def pre_treatment_cells(Y: Floats, W: Floats) -> Positions: ...
def estimate(
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
) -> Estimate: ...
def cell_effects(
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
) -> CellEffects: ...
def search(
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
) -> Search: ...
def bootstrap(
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
) -> Bootstrap: ...
def weighted_fit(
    Y: Floats,
    W: Floats,
    unit_weights: Floats,
    period_weights: Floats,
    lambda_nn: float,
    *,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    monitor: Monitor | None = None,
) -> WeightedFit: ...
def weighted_loocv(
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
) -> WeightedLoocv: ...
def weighted_atts(
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
) -> WeightedAtts: ...
def att_of_draws(
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
) -> DrawAtts: ...
def defaults() -> dict[str, Any]: ...
def cohorts(
    unit: Ints,
    time: Ints,
    first: Floats,
    calendar: Floats,
    zero_is_never: bool,
    labels: dict[str, Any] | None = None,
) -> tuple[Floats, list[tuple[str, int]]]: ...
def refusal(name: str, parts: dict[str, str]) -> str | None: ...
def order_periods(
    column: str,
    standing: str,
    *,
    numbers: list[float] | None = None,
    texts: list[str] | None = None,
    moments: list[tuple[int, float, float]] | None = None,
) -> tuple[list[int], list[float] | None]: ...
