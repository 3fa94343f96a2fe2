"""The estimator: `trop` for data frames and `trop_matrix` for matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._data.design import read_asked
from .._data.formula import panel_of_columns
from .._data.matrix import read_wide
from .options import read_request, show_options
from .run import run

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import ArrayLike
    from typing_extensions import Unpack

    from .._options import Options, Progress
    from .._results.result import TropResult


@show_options
def trop(
    formula_or_data: str | IntoFrame | None = None,
    outcome: str | IntoFrame | None = None,
    treatment: str | None = None,
    unit: str | None = None,
    time: str | None = None,
    *,
    data: IntoFrame | None = None,
    cohort: str | None = None,
    anchor: str = "cell",
    covariates: Sequence[str] | str | None = None,
    average_weights: str | None = None,
    cluster: str | None = None,
    by: Sequence[str] | str | None = None,
    donors: str | Mapping[Any, Any] | ArrayLike | None = None,
    anticipation: int = 0,
    washout: int = 0,
    time_distance: str = "position",
    labels: Mapping[str, str] | None = None,
    n_jobs: int | None = None,
    progress: Progress = None,
    backend: str = "auto",
    **options: Unpack[Options],
) -> TropResult:
    """Estimate the effect of a treatment on the treated from a panel in long form.

    The triply robust panel estimator of Athey, Imbens, Qu and Viviano (2026): each treated
    outcome is compared with a prediction from unit effects, period effects and a low-rank part
    (Eq. 2), fitted with more weight on near periods and similar units (Eq. 3). How much more, and
    how strongly the low-rank part is penalized, is chosen by cross-validation (Eq. 4-5), unless
    `lambdas` says it.

    Parameters
    ----------
    formula_or_data : str or data frame
        Either the data, with the names of its columns after it, or a formula of names, with the
        data after it: ``trop("sales ~ law + income | state + year", data)`` has the outcome, the
        treatment and covariates, unit and time. Names with other signs than letters, digits, ``_``
        and ``.`` stand in backticks; anything else than names is an error.
    data : data frame
        One row for each unit and period, in any order: pandas, polars, pyarrow or anything else
        that narwhals reads. A missing outcome (null or NaN) and an absent row are the same; an
        absent row counts as treated if its unit is treated both before and after it.
    outcome : str
        Name of the numeric column of outcomes; after a formula, the data.
    treatment : str
        Name of the column that is 1 (or True) where the unit is treated in the period, else 0.
        It may start at different times and may go off again.
    cohort : str, optional
        Name of a column, in place of `treatment`, that says in which period a unit is first
        treated (the same in all of its rows): a value on the scale of `time`, or one of its labels
        if these are text; missing, infinite or (if periods are numbers) 0 for units that never
        are. Units first treated after the last period count as never treated, with a note; those
        treated since the first period or before it are always treated, and a note says so. After a
        formula only covariates stand before ``|``, or 1 for none: ``"sales ~ 1 | state + year"``.
    unit, time : str
        Names of the columns of unit and period ids: numbers, text, dates, categories. Periods are
        used in the order of time: numbers and dates by value, categories in their order, text as
        it says ("Week 10" after "Week 9", "Dec 2019" before "Jan 2020"); text that says none, or
        several, is refused. Weights count positions in this order.
    anchor : {"cell", "pooled", "spell"}
        Which treated cells share a fit: each has one of its own (Algorithm 2); all share one,
        weighted by distance to the mean path of the treated units and to the middle of the
        treated periods; or those of each spell (units treated over exactly the same periods) do.
    covariates : list of str, optional
        Names of numeric columns that enter the fit linearly (Eq. 14); they must vary beyond unit
        and period effects. Their coefficients are in the result's `coefficients`.
    average_weights : str, optional
        Name of a column of weights of the units' effects in every average (population or survey
        weights): one value for each unit. They have no part in the fits.
    cluster : str, optional
        Name of a column that says which cluster each unit lies in, such as the state of a county
        where states decide on the treatment. Clusters are resampled, left out and given the
        treatment as one, and "auto" counts them; leave-one-out cross-validation leaves out a
        cell with those of its cluster in its period. Estimates at given lambdas do not change.
    by : list of str, optional
        What to average the effects by, each average with its own interval: "event_time", "time",
        "cohort" (first treated period), "unit", or any column of the data, each treated cell
        being in the group that its row says. See `averages` and `average` of the result.
    donors : str, mapping or matrix, optional
        Which units may serve in the fits of which others; by default all. Name of a column that is
        the same in all rows of a unit: True and False say which units may serve for others, other
        labels are groups whose units serve for each other. Or a mapping of units to lists of their
        donors (units that are not named have all), or an N x N matrix, in its row i the donors of
        unit i. A fit sees the target's unit and its donors alone. Units that are neither treated
        nor may serve for a treated one play no part in search and inference.
    anticipation, washout : int, default 0
        Numbers of periods, in positions, before a spell of treatment and after it, in which the
        effect may already or still show: the unit's untreated cells there are no controls in any
        fit, and not treated; they have no effect in the result.
    time_distance : {"position", "calendar"}
        What time weights count between periods: positions in their order, or differences of their
        values (numbers or dates) in units of the smallest gap. Dates on the same day of different
        months count months.
    labels : mapping, optional
        What outcome and effect are called in summary, report, plots and tables, in place of their
        columns: ``{"outcome": "Packs per person", "effect": "Effect of Proposition 99"}``, either
        or both. Results of :meth:`TropResult.save` keep them; columns of frames and errors go by
        the names in the data.
    lambdas : mapping, optional
        ``{"time": ..., "unit": ..., "nn": ...}``, all 0 or more, on the scale of the data; ``nn``
        may be ``math.inf`` (no low-rank part). By default they are searched for.
    search : {"race", "descent", "grid", "cycle", "adaptive"}
        "descent" takes the best of a few triples far apart and goes on to better ones nearby;
        "race" does so on 100 control cells, compares the triples on more and more cells as long as
        they may win, and scores on all cells what is left (with fewer than 400 cells, and other
        criteria than "loocv", it is "descent");
        "grid" scores all triples; "cycle" goes round the three lambdas, one at a time (footnote
        2), and often ends far from the best; "adaptive" begins with "descent", widens a grid whose
        edge is chosen, then zooms in.
    criterion : {"auto", "loocv", "placebo_sets", "placebo_folds", "blocks"}
        What is minimized: squared errors of control cells left out one by one ("loocv", Eq. 4), or
        of estimates for never-treated units that are given the treated units' treatment, in
        `n_placebo_sets` random sets of them or in `n_folds` folds; or of single cells of
        never-treated units that lose, each in turn, the very periods in which a treated unit is
        treated ("blocks", 200 at most). "auto" is "loocv" for the anchor "cell", else
        "placebo_sets".
    n_placebo_sets : int, default 20
    n_folds : int, default 5
    max_cells : int, optional
        Score "loocv" on a random sample of this many control cells; all by default.
    grids : mapping, optional
        Candidates for any of time, unit and nn; by default built from the scale of the data.
    inference : {"auto", "bootstrap", "jackknife", "placebo", "conformal", "none", None}
        Where standard error, interval and p-value come from. "bootstrap" resamples treated and
        never-treated units (Algorithm 3); "jackknife" leaves each unit out; "placebo" gives
        never-treated units the treated units' treatment and works with one treated unit;
        "conformal" shifts the treatment in time, for few units and many periods. "auto" chooses by
        the numbers of units and periods; the result's `method` and `reason` say what and why. If
        nothing applies, there is no standard error, and `notes` says so; a method that is asked
        for and means nothing for these data is an error, before any search; if fewer than 2 of its
        draws have an effect, there is a warning.
    n_boot : int, default 200
        Number of bootstrap draws, and largest number of placebo assignments, 2 or more.
    level : float, default 0.95
        Level of the intervals, between 0 and 1.
    seed : int, default 0
        From 0 to 2**64 - 1. The same seed gives the same draws for any `n_jobs`.
    retune : bool, default False
        Choose the lambdas anew in each draw, at many times the cost.
    pre_periods : bool, default True
        Estimate placebo effects before treatment, each cell left out of its own fit, with
        intervals from the same draws. False makes none of these fits, often most of the work.
    n_jobs : int, optional
        Number of threads; None or -1 for all cores.
    progress : bool or callable, optional
        Show a bar with the time left. By default only in a notebook, or if standard error is a
        terminal. A function is called with (stage, done, total). Where no bar is shown, calls of
        more than a minute warn once of how long they take and what would make them shorter; False
        shows and warns of nothing.
    backend : {"auto", "rust", "numpy", "check"}
        "auto" is the environment variable TROPANEL_BACKEND if set, else the compiled core, or
        NumPy, with a logged warning, if that cannot be imported. "check" computes with both and
        raises where effects, the ATT or the standard error differ by more than 1e-6 standard
        deviations of the outcome, or scores by more than 1e-6 of their size.

    Returns
    -------
    TropResult

    Raises
    ------
    TropError
        If data or options cannot be used; its `code` is one of :data:`tropanel.ERROR_CODES`.
    ImportError
        If ``backend="rust"`` and the compiled core cannot be imported.

    Warns
    -----
    ConvergenceWarning
        If a fit is not certified as optimal to its tolerance.

    References
    ----------
    Athey, Imbens, Qu, Viviano (2026), "Triply Robust Panel Estimators", Journal of Applied
    Econometrics, doi:10.1002/jae.70061.

    Examples
    --------
    >>> import math, tropanel
    >>> data = tropanel.datasets.prop99()
    >>> result = tropanel.trop(
    ...     data, "packs_per_capita", "treated", "state", "year",
    ...     lambdas={"time": 0, "unit": 0, "nn": math.inf},
    ... )
    >>> round(result.att, 2)
    -27.35

    The same by a formula, and by the year in which the treatment begins:

    >>> again = tropanel.trop(
    ...     "packs_per_capita ~ treated | state + year", data, lambdas=result.lambdas
    ... )
    >>> again.att == result.att
    True
    >>> data["since"] = [1989 if state == "California" else 0 for state in data["state"]]
    >>> dated = tropanel.trop(
    ...     data, "packs_per_capita", unit="state", time="year", cohort="since",
    ...     lambdas=result.lambdas,
    ... )
    >>> dated.att == result.att
    True

    One state is treated, so that the p-value comes from giving each other state its treatment:

    >>> result.method, len(result.draws), round(result.p_value, 3)
    ('placebo', 38, 0.103)
    """
    request = read_request("trop", options, n_jobs, progress, backend)
    panel = panel_of_columns(
        formula_or_data,
        data,
        outcome,
        cohort,
        {"treatment": treatment, "unit": unit, "time": time},
        covariates,
        anchor=anchor,
        time_distance=time_distance,
        average_weights=average_weights,
        cluster=cluster,
        by=by,
        donors=donors,
        anticipation=anticipation,
        washout=washout,
        labels=labels,
    )
    return run(panel, request)


@show_options
def trop_matrix(
    Y: ArrayLike,
    W: ArrayLike,
    *,
    units: Sequence[Any] | None = None,
    times: Sequence[Any] | None = None,
    frame_backend: str | None = None,
    anchor: str = "cell",
    covariates: Mapping[str, ArrayLike] | None = None,
    average_weights: ArrayLike | None = None,
    cluster: Sequence[Any] | None = None,
    by: Sequence[str] | str | None = None,
    groups: Mapping[str, ArrayLike] | None = None,
    donors: Sequence[Any] | Mapping[Any, Any] | ArrayLike | None = None,
    anticipation: int = 0,
    washout: int = 0,
    time_distance: str = "position",
    labels: Mapping[str, str] | None = None,
    n_jobs: int | None = None,
    progress: Progress = None,
    backend: str = "auto",
    **options: Unpack[Options],
) -> TropResult:
    """Estimate the effect of a treatment on the treated from matrices.

    The same as :func:`trop`, for a panel in wide form.

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, units in rows, periods in columns and in order; NaN for missing.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    units, times : sequence of length N and T, optional
        Labels for rows and columns; their positions, from 0, by default.
    frame_backend : {"pandas", "polars", "pyarrow"}, optional
        Library of the frames in the result; the first of these that is installed by default.
    covariates : mapping, optional
        Covariates by name, each array_like of shape (N, T), finite wherever `Y` is observed.
    average_weights : array_like of shape (N,), optional
        Weight of each unit's effects in every average.
    cluster : sequence of length N, optional
        The cluster of each unit, by any labels; see :func:`trop`.
    by : list of str, optional
        "event_time", "time", "cohort", "unit" or names in `groups`.
    groups : mapping, optional
        Labels of cells by name, each array_like of shape (N, T), or (N, 1) for groups of units;
        None or NaN for no group.
    donors : sequence of length N, mapping or matrix, optional
        True or False, or the label of a group, for each unit; or as in :func:`trop`.
    anchor, time_distance, lambdas, search, criterion, n_placebo_sets, n_folds, max_cells, grids
        As in :func:`trop`.
    anticipation, washout, labels
        As in :func:`trop`.
    inference, n_boot, level, seed, retune, pre_periods, n_jobs, progress, backend
        As in :func:`trop`.

    Returns
    -------
    TropResult

    Raises
    ------
    TropError
        If matrices or options cannot be used; its `code` is one of :data:`tropanel.ERROR_CODES`.

    Examples
    --------
    >>> import math, tropanel
    >>> result = tropanel.trop_matrix(
    ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
    ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
    ...     lambdas={"time": 0, "unit": 0, "nn": math.inf},
    ... )
    >>> round(result.att, 6)
    0.5
    """
    request = read_request("trop_matrix", options, n_jobs, progress, backend)
    near = (donors, anticipation, washout, labels)
    asked = read_asked(anchor, time_distance, covariates, average_weights, cluster, by, *near)
    return run(read_wide(Y, W, units, times, frame_backend, asked, groups), request)
