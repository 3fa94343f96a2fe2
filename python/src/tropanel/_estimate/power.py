"""Which effects would be found: power before there are data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._backends.choose import choose
from .._data.design import read_asked
from .._data.formula import panel_of_columns
from .._data.matrix import read_wide
from .._options import Options, Progress
from .._progress import monitoring
from .._results.power import TABLES, Power
from .._results.tables import told
from .options import Request, read_request, show_options

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import ArrayLike
    from typing_extensions import Unpack

    from .._data.panel import Panel


@show_options
def power(
    formula_or_data: str | IntoFrame | None = None,
    outcome: str | IntoFrame | None = None,
    treatment: str | None = None,
    unit: str | None = None,
    time: str | None = None,
    *,
    data: IntoFrame | None = None,
    cohort: str | None = None,
    effect: float | Sequence[float] | None = None,
    treated: int | Sequence[int] | None = None,
    periods: int | Sequence[int] | None = None,
    history: int | Sequence[int] | None = None,
    shape: str | Sequence[float] = "level",
    source: str = "placebo",
    draws: int = 200,
    target: float = 0.8,
    rank: int | None = None,
    noise: str = "autoregressive",
    anchor: str = "cell",
    n_jobs: int | None = None,
    progress: Progress = None,
    **options: Unpack[Options],
) -> Power:
    """Tell how often effects of any size would be found by a study like one's own.

    Draws have no effect: some never-treated units are given the treatment over the last periods, or
    panels come from a generator. TROP estimates each of them once. Its fits never use treated
    outcomes, so an effect moves the estimate and nothing else, and power is known for every size of
    it, for each combination of numbers of treated units, treated periods and periods before them.

    Parameters
    ----------
    formula_or_data, outcome, treatment, unit, time, data, cohort
        As in :func:`trop`; there can be no covariates. Leave `treatment` out, or write a formula
        ``outcome ~ 1 | unit + time``, if nothing is treated yet.
    effect : float or sequence of float, optional
        Full sizes of the effect at which power is told, in units of the outcome; by default a grid
        around zero that reaches beyond the smallest effects that are found.
    treated : int or sequence of int, optional
        Numbers of treated units; by default as many as the panel has. At least 2 others are left.
    periods : int or sequence of int, optional
        Numbers of treated periods, the last ones; by default as many as a treated unit of the panel
        has on average. At least 2 others are left.
    history : int or sequence of int, optional
        Numbers of periods before treatment that are used, at least 2; by default all.
    shape : str or sequence of float
        How the effect goes over the treated periods: the full size in all of them ("level"),
        growing by equal steps to the full size in the last ("ramp"), fading by equal steps from the
        full size in the first ("fade"), or a multiple of the full size for each.
    source : str
        "placebo": the panel's own never-treated units; "generator": panels from the generator of
        :func:`simulate`, treated units drawn at random.
    draws : int
        Placebo assignments of each design (each comes once if there are no more of them), or
        simulated panels, at least 2.
    target : float
        Power that the smallest effect must have, between 0 and 1.
    rank, noise
        Of the generator, as in :func:`simulate`.
    anchor : str
        As in :func:`trop`.
    lambdas, search, criterion, grids, max_cells and what else is about the search
        As in :func:`trop`. Lambdas that are not given are searched once, on the panel, and kept in
        all draws.
    inference, n_boot, level
        As in :func:`trop`: the test, whose level of significance is 1 - `level`. "auto" chooses for
        each design as it would for a study. Conformal inference is refused.
    seed, n_jobs, progress
        As in :func:`trop`. Draw k of a seed is the same for any number of draws or threads.

    Returns
    -------
    Power

    Raises
    ------
    TropError
        If data or options cannot be used; its `code` is one of :data:`tropanel.ERROR_CODES`.
    ImportError
        If the compiled core cannot be imported: there is no NumPy reference of this.

    Examples
    --------
    >>> import tropanel
    >>> found = tropanel.power(
    ...     tropanel.datasets.prop99(), "packs_per_capita", "treated", "state", "year",
    ...     treated=[1, 3], lambdas={"time": 0.25, "unit": 0.05, "nn": float("inf")}, draws=50,
    ... )
    >>> found.table[["treated", "periods", "draws", "inference"]].values.tolist()
    [[1, 12, 38, 'placebo'], [3, 12, 50, 'placebo']]
    """
    request = read_request("power", options, n_jobs, progress, "rust")
    panel = panel_of_columns(
        formula_or_data,
        data,
        outcome,
        cohort,
        {"treatment": treatment, "unit": unit, "time": time},
        None,
        may_be_untreated=True,
        anchor=anchor,
        time_distance="position",
        average_weights=None,
        cluster=None,
        by=None,
    )
    asked = {
        "effect": effect, "treated": treated, "periods": periods, "history": history,
        "shape": shape, "source": source, "draws": draws, "target": target, "rank": rank,
        "noise": noise,
    }  # fmt: skip
    return _run(panel, request, asked)


@show_options
def power_matrix(
    Y: ArrayLike,
    W: ArrayLike | None = None,
    *,
    effect: float | Sequence[float] | None = None,
    treated: int | Sequence[int] | None = None,
    periods: int | Sequence[int] | None = None,
    history: int | Sequence[int] | None = None,
    shape: str | Sequence[float] = "level",
    source: str = "placebo",
    draws: int = 200,
    target: float = 0.8,
    rank: int | None = None,
    noise: str = "autoregressive",
    units: Sequence[Any] | None = None,
    times: Sequence[Any] | None = None,
    frame_backend: str | None = None,
    anchor: str = "cell",
    n_jobs: int | None = None,
    progress: Progress = None,
    **options: Unpack[Options],
) -> Power:
    """Tell how often effects would be found: :func:`power` for a panel in wide form.

    Parameters
    ----------
    Y, units, times, frame_backend
        As in :func:`trop_matrix`.
    W : array_like, optional
        As in :func:`trop_matrix`; leave it out if nothing is treated yet.
    effect, treated and all others
        As in :func:`power`.

    Returns
    -------
    Power

    Raises
    ------
    TropError, ImportError
        As :func:`power`.

    Examples
    --------
    >>> import numpy as np
    >>> import tropanel
    >>> Y = np.random.default_rng(0).normal(size=(24, 9)).cumsum(axis=1)
    >>> found = tropanel.power_matrix(
    ...     Y, treated=1, periods=2, lambdas={"time": 0.2, "unit": 0.5, "nn": float("inf")}
    ... )
    >>> len(found.draws["att"]), float(found.table["size"][0]) == 1 / 24
    (24, True)
    """
    request = read_request("power_matrix", options, n_jobs, progress, "rust")
    asked_of_panel = read_asked(anchor, "position", None, None, None, None)
    treatments = np.zeros(np.shape(Y)) if W is None else W
    panel = read_wide(
        Y, treatments, units, times, frame_backend, asked_of_panel, None, is_untreated=W is None
    )
    asked = {
        "effect": effect, "treated": treated, "periods": periods, "history": history,
        "shape": shape, "source": source, "draws": draws, "target": target, "rank": rank,
        "noise": noise,
    }  # fmt: skip
    return _run(panel, request, asked)


def _run(panel: Panel, request: Request, asked: dict[str, Any]) -> Power:
    functions = choose(request.backend).functions
    given = panel.given if panel.treatment_name else None
    with monitoring(request.progress) as monitor:
        handle = functions.Panel(panel.Y, given, **panel.for_backend())
        found = handle.power(asked, request.options, monitor)
    return Power(
        **told(panel, found, TABLES),
        _outcome=panel.outcome_name,
    )
