"""Types of the compiled backend; what the functions do is said in `_protocol.Backend`."""

from ._protocol import Bootstrap, Defaults, Estimate, Floats, Grids, Monitor, Search

def compute_unit_distance_matrix(Y: Floats, W: Floats, *, threads: int | None = None) -> Floats: ...
def default_grids(Y: Floats, W: Floats) -> Grids: ...
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
) -> Estimate: ...
def search(
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
) -> Bootstrap: ...
def defaults() -> Defaults: ...
