"""Estimators on simulated panels like one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._backends.choose import choose
from .._data.design import read_asked
from .._data.formula import panel_of_columns
from .._data.matrix import read_wide
from .._options import Options, Progress
from .._progress import monitoring
from .._results.simulation import TABLES, Simulation
from .._results.tables import told
from .compare import Estimator, own_estimate, read_estimators
from .options import Request, read_request, show_options

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import ArrayLike
    from typing_extensions import Unpack

    from .._backends.handles import PlanHandle
    from .._backends.protocol import Monitor
    from .._data.panel import Panel


@show_options
def simulate(
    formula_or_data: str | IntoFrame | None = None,
    outcome: str | IntoFrame | None = None,
    treatment: str | None = None,
    unit: str | None = None,
    time: str | None = None,
    *,
    data: IntoFrame | None = None,
    cohort: str | None = None,
    estimators: Sequence[Estimator] | None = None,
    estimator_options: Mapping[str, Any] | None = None,
    draws: int = 1000,
    treated: int | None = None,
    periods: int | None = None,
    tune: str = "once",
    rank: int | None = None,
    ranks: Sequence[int] | None = None,
    assignment: str = "fitted",
    noise: str = "autoregressive",
    coverage: bool = False,
    anchor: str = "cell",
    n_jobs: int | None = None,
    progress: Progress = None,
    **options: Unpack[Options],
) -> Simulation:
    """Rank estimators on simulated panels that are like one's own.

    A generator is fitted to the control cells of the panel: unit and period effects, a part of low
    rank, correlated noise, and how likely each unit is to be treated. Panels are drawn from it in
    which nothing has an effect, and every estimator estimates each of them. The one that errs least
    is the one for panels like this, as far as the generator sees them; the notes say what the
    ranking is conditional on.

    Parameters
    ----------
    formula_or_data, outcome, treatment, unit, time, data, cohort
        As in :func:`trop`; there can be no covariates.
    estimators, estimator_options
        As in :func:`compare`. A function of your own gets Y, in units of the outcome, and W of
        each draw.
    draws : int
        Number of simulated panels at each rank, at least 2.
    treated : int, optional
        Treated units of a simulated panel, at most; by default as many as the panel has.
    periods : int, optional
        Treated periods, the last ones; by default as many as a treated unit of the panel has on
        average.
    tune : str
        When lambdas of "trop" and the penalty of "mc" are chosen, where they are not given: "once"
        on the panel, in "each" simulated panel (what the whole procedure does; slow), or "fixed":
        they must be given.
    rank : int, optional
        Rank of the generator's signal, unit and period effects included; by default 4, or less
        where units or periods are few.
    ranks : sequence of int, optional
        Ranks at which all is done again, to see whether the ranking stands; by default 2, 4 and 8.
        Empty for none.
    assignment : str
        How treated units are drawn: "fitted" by a logistic regression of "ever treated" on the
        loadings ("firth": a penalized one), or at "random".
    noise : str
        "autoregressive", "independent" over periods, or "absent".
    coverage : bool
        Also the interval of every estimator in every draw, by `inference`: how often it holds the
        truth, and its length. Slow.
    anchor : str
        As in :func:`trop`.
    lambdas, search, criterion, grids, max_cells and what else is about the search
        As in :func:`trop`, of TROP; grids of nn and max_cells are matrix completion's, too.
    inference, n_boot, level
        As in :func:`trop`, for coverage.
    seed, n_jobs, progress
        As in :func:`trop`. Draw k of a seed is the same for any number of draws or threads.

    Returns
    -------
    Simulation

    Raises
    ------
    TropError
        If data or options cannot be used; its `code` is one of :data:`tropanel.ERROR_CODES`.
    ImportError
        If the compiled core cannot be imported: there is no NumPy reference of this.

    Examples
    --------
    >>> import tropanel
    >>> found = tropanel.simulate(
    ...     tropanel.datasets.prop99(), "packs_per_capita", "treated", "state", "year",
    ...     estimators=["did", "sc", "sdid"], draws=20, ranks=[],
    ... )
    >>> found.table["estimator"].tolist(), found.facts["periods"]
    (['did', 'sc', 'sdid'], 12)
    """
    request = read_request("simulate", options, n_jobs, progress, "rust")
    panel = panel_of_columns(
        formula_or_data,
        data,
        outcome,
        cohort,
        {"treatment": treatment, "unit": unit, "time": time},
        None,
        anchor=anchor,
        time_distance="position",
        average_weights=None,
        cluster=None,
        by=None,
    )
    study = {
        "draws": draws, "treated": treated, "periods": periods, "tune": tune, "rank": rank,
        "ranks": ranks, "assignment": assignment, "noise": noise, "coverage": coverage,
    }  # fmt: skip
    return _run(panel, request, study, estimators, estimator_options)


@show_options
def simulate_matrix(
    Y: ArrayLike,
    W: ArrayLike,
    *,
    estimators: Sequence[Estimator] | None = None,
    estimator_options: Mapping[str, Any] | None = None,
    draws: int = 1000,
    treated: int | None = None,
    periods: int | None = None,
    tune: str = "once",
    rank: int | None = None,
    ranks: Sequence[int] | None = None,
    assignment: str = "fitted",
    noise: str = "autoregressive",
    coverage: bool = False,
    units: Sequence[Any] | None = None,
    times: Sequence[Any] | None = None,
    frame_backend: str | None = None,
    anchor: str = "cell",
    n_jobs: int | None = None,
    progress: Progress = None,
    **options: Unpack[Options],
) -> Simulation:
    """Rank estimators on simulated panels: :func:`simulate` for a panel in wide form.

    Parameters
    ----------
    Y, W, units, times, frame_backend
        As in :func:`trop_matrix`.
    estimators, draws and all others
        As in :func:`simulate`.

    Returns
    -------
    Simulation

    Raises
    ------
    TropError, ImportError
        As :func:`simulate`.

    Examples
    --------
    >>> import numpy as np
    >>> import tropanel
    >>> Y = np.random.default_rng(0).normal(size=(12, 9)).cumsum(axis=1)
    >>> W = np.zeros((12, 9))
    >>> W[10:, 7:] = 1
    >>> found = tropanel.simulate_matrix(Y, W, estimators=["did", "sdid"], draws=20, ranks=[])
    >>> found.facts["treated"], found.facts["periods"]
    (2, 2)
    """
    request = read_request("simulate_matrix", options, n_jobs, progress, "rust")
    asked = read_asked(anchor, "position", None, None, None, None)
    panel = read_wide(Y, W, units, times, frame_backend, asked, None)
    study = {
        "draws": draws, "treated": treated, "periods": periods, "tune": tune, "rank": rank,
        "ranks": ranks, "assignment": assignment, "noise": noise, "coverage": coverage,
    }  # fmt: skip
    return _run(panel, request, study, estimators, estimator_options)


def _run(
    panel: Panel,
    request: Request,
    study: dict[str, Any],
    estimators: Sequence[Estimator] | None,
    rivals: Mapping[str, Any] | None,
) -> Simulation:
    named, own = read_estimators(estimators)
    functions = choose(request.backend).functions
    with monitoring(request.progress) as monitor:
        handle = functions.Panel(panel.Y, panel.given, **panel.for_backend())
        plan = handle.simulation(study, request.options, monitor)
        estimates = [(name, _own_estimates(name, each, plan, monitor)) for name, each in own]
        found = plan.run(named, dict(rivals or {}), estimates, monitor)
    return Simulation(
        **told(panel, found, TABLES),
        _names={"outcome": panel.outcome_name, "time": panel.time.name},
    )


def _own_estimates(
    name: str, function: Callable[[Any, Any], float], plan: PlanHandle, monitor: Monitor | None
) -> list[list[float]]:
    """Call a function of the user's on every draw of every rank."""
    n_ranks, n_draws = plan.sizes()
    estimates: list[list[float]] = []
    for rank in range(n_ranks):
        own: list[float] = []
        for k in range(n_draws):
            draw = plan.draw(rank, k)
            if draw is None:
                break
            own.append(own_estimate(name, function, *draw))
            if monitor is not None:
                monitor.advance(name, k + 1, n_draws)
        estimates.append(own)
    return estimates
