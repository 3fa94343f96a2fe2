"""Calls of tropanel, and how accurate their answers are."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import tropanel
from panels import Panel, noise
from suite import OURS, Row

VERSION = version("tropanel")
Lambdas = tuple[float, float, float]


def named(lambdas: Lambdas) -> dict[str, float]:
    """Time, unit and nn by name."""
    return dict(zip(("time", "unit", "nn"), lambdas))


def warm_up() -> None:
    """Load all that the first call loads, and start the threads."""
    score(noise(4, 4, 0.0), (0.0, 0.0, 1.0))


def search(
    panel: Panel, grids: tuple, method: str = "cycle", threads: int | None = None
):
    """Leave-one-out search over grids of time, unit and nn."""
    return tropanel.loocv_grid_search(
        panel.Y, panel.W, *map(list, grids), search=method, n_jobs=threads
    )


def score(panel: Panel, lambdas: Lambdas):
    """One leave-one-out score."""
    return search(panel, tuple([value] for value in lambdas), "grid")


def effects(panel: Panel, cells: np.ndarray, lambdas: Lambdas):
    """Certified effects of some cells, each left out of its own fit."""
    return tropanel.cell_effects(panel.Y, panel.W, cells, named(lambdas))


def att(panel: Panel, lambdas: Lambdas) -> float:
    """The certified average effect on the treated."""
    return float(np.mean(effects(panel, panel.treated_cells, lambdas).effect))


def bootstrap(panel: Panel, lambdas: Lambdas, draws: int, threads: int | None = None):
    """Stratified bootstrap."""
    return tropanel.bootstrap_trop_variance(
        panel.Y, panel.W, named(lambdas), draws, n_jobs=threads
    )


def distances(panel: Panel) -> np.ndarray:
    """Unit distances."""
    return tropanel.compute_unit_distance_matrix(panel.Y, panel.W)


def row(case: str, seconds: list[float], **rest) -> Row:
    """A row of ours."""
    return Row(case, rest.pop("tool", OURS), VERSION, seconds, **rest)


def certificate(max_gap: float, n_uncertified: int) -> dict:
    """Accuracy of certified fits as entries of a row."""
    text = f"gap {max_gap:.1e}"
    if n_uncertified:
        text += f", {n_uncertified} not certified"
    return {"accuracy": text, "sound": n_uncertified == 0}


def search_accuracy(found) -> dict:
    """Accuracy of all scores of a search."""
    scores = found.scores
    return certificate(scores.max_gap.max(), int(scores.n_uncertified.sum()))


def choice(found) -> Lambdas:
    """The winner as time, unit and nn."""
    return tuple(found.lambdas[name] for name in ("time", "unit", "nn"))
