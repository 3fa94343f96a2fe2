"""Several estimators on one panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

from .._backends.choose import choose
from .._data.design import read_asked
from .._data.formula import panel_of_columns
from .._data.matrix import read_wide
from .._errors import TropError
from .._options import Options, Progress
from .._progress import monitoring
from .._refusals import refusal
from .._results.comparison import Comparison
from .._results.tables import build_table
from .options import Request, read_request, show_options

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import ArrayLike
    from typing_extensions import Unpack

    from .._data.panel import Panel

#: The name of an estimator, or a function of outcomes and treatments.
Estimator = Union[str, Callable[[Any, Any], float]]


@show_options
def compare(
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
    anchor: str = "cell",
    covariates: Sequence[str] | str | None = None,
    average_weights: str | None = None,
    cluster: str | None = None,
    by: Sequence[str] | str | None = None,
    donors: str | Mapping[Any, Any] | ArrayLike | None = None,
    anticipation: int = 0,
    washout: int = 0,
    time_distance: str = "position",
    n_jobs: int | None = None,
    progress: Progress = None,
    **options: Unpack[Options],
) -> Comparison:
    """Estimate the same effect by several estimators, and infer from each by the same code.

    Whoever reports one of them should know what the others say, and why they differ; which of them
    to believe on a panel like this one, simulations can tell.

    Parameters
    ----------
    formula_or_data, outcome, treatment, unit, time, data, cohort
        As in :func:`trop`.
    estimators : list of str or functions, optional
        Any of "did" (two-way fixed effects), "sc" (synthetic control), "difp" (synthetic control
        with an intercept), "sdid" (synthetic difference in differences), "sc_reg" and "difp_reg"
        (those with the ridge of "sdid"), "ascm" (augmented synthetic control), "mc" (matrix
        completion, tuned by itself), "ife" (interactive fixed effects, as gsynth), "trop"; and,
        for reproduction only, "sdid_squared" and "mc_trop". By default did, sc, difp, sdid, ascm,
        mc, ife and trop. A function of your own takes Y and W, both (N, T) arrays, Y with NaN for
        missing, and returns the average effect; it has no inference.
    estimator_options : mapping, optional
        What may be chosen about the others: "simplex" ("exact" or "frank_wolfe", the early-stopped
        solution of the R package synthdid), "zeta" (of sdid, sc_reg, difp_reg), "ridge" (of ascm),
        "lambda_nn" and "mc_tuning" ("folds" or "loocv"; of mc), "rank" and "max_rank" (of ife).
    anchor, covariates, average_weights, cluster, by, donors, anticipation, washout, time_distance
        As in :func:`trop`; the anchor is TROP's. Estimators that know no covariates cannot be used
        beside some, nor those that compare all units with one another (did, mc, ife) beside
        donors.
    lambdas, search, criterion, grids, max_cells and what else is about the search
        As in :func:`trop`, of TROP; grids of nn and max_cells are matrix completion's, too.
    inference, n_boot, level, seed, pre_periods, n_jobs, progress
        As in :func:`trop`, for all of them. "auto" chooses for each what means something for it.
        What an estimator chose by cross-validation is kept in all draws.

    Returns
    -------
    Comparison
        An estimator that cannot be used on these data has a row that says so, and a note.

    Raises
    ------
    TropError
        If data or options cannot be used; its `code` is one of :data:`tropanel.ERROR_CODES`.
    ImportError
        If the compiled core cannot be imported: there is no NumPy reference of this.

    Examples
    --------
    >>> import tropanel
    >>> data = tropanel.datasets.prop99()
    >>> found = tropanel.compare(
    ...     data, "packs_per_capita", "treated", "state", "year",
    ...     estimators=["did", "sc", "difp", "sdid"], inference=None,
    ... )
    >>> found.table["att"].round(1).tolist()
    [-27.3, -19.5, -11.1, -15.6]
    """
    request = read_request("compare", options, n_jobs, progress, "rust")
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
    )
    return _run(panel, request, estimators, estimator_options)


@show_options
def compare_matrix(
    Y: ArrayLike,
    W: ArrayLike,
    *,
    estimators: Sequence[Estimator] | None = None,
    estimator_options: Mapping[str, Any] | None = None,
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
    n_jobs: int | None = None,
    progress: Progress = None,
    **options: Unpack[Options],
) -> Comparison:
    """Compare estimators on matrices: :func:`compare` for a panel in wide form.

    Parameters
    ----------
    Y, W, units, times, frame_backend, covariates, average_weights, cluster, by, groups
        As in :func:`trop_matrix`.
    estimators, estimator_options and all others
        As in :func:`compare`.

    Returns
    -------
    Comparison

    Raises
    ------
    TropError, ImportError
        As :func:`compare`.

    Examples
    --------
    >>> import tropanel
    >>> def last_change(Y, W):
    ...     return Y[2, 2] - Y[2, 1]
    >>> found = tropanel.compare_matrix(
    ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.5]],
    ...     [[0, 0, 0], [0, 0, 0], [0, 0, 1]],
    ...     estimators=["did", last_change], inference=None,
    ... )
    >>> list(found.table["estimator"]), list(found.table["att"].round(2))
    (['did', 'last_change'], [0.25, 1.5])
    """
    request = read_request("compare_matrix", options, n_jobs, progress, "rust")
    near = (donors, anticipation, washout)
    asked = read_asked(anchor, time_distance, covariates, average_weights, cluster, by, *near)
    panel = read_wide(Y, W, units, times, frame_backend, asked, groups)
    return _run(panel, request, estimators, estimator_options)


def _run(
    panel: Panel,
    request: Request,
    estimators: Sequence[Estimator] | None,
    rivals: Mapping[str, Any] | None,
) -> Comparison:
    named, own = read_estimators(estimators)
    functions = choose(request.backend).functions
    with monitoring(request.progress) as monitor:
        handle = functions.Panel(panel.Y, panel.given, **panel.for_backend())
        estimates = [(name, own_estimate(name, each, panel.Y, panel.W)) for name, each in own]
        found = handle.compare(named, request.options, dict(rivals or {}), estimates, monitor)
    frames = {name: build_table(panel, columns) for name, columns in found.tables().items()}
    return Comparison(
        table=frames["comparison"],
        by_time=frames["comparison_by_time"],
        by_event_time=frames["comparison_by_event_time"],
        weights=frames["comparison_weights"],
        notes=tuple(found.notes()),
        _text=found.text(),
        _names={
            "outcome": panel.outcome_name,
            "time": panel.time.name,
            "level": found.level(),
        },
    )


def read_estimators(
    estimators: Sequence[Estimator] | None,
) -> tuple[list[str], list[tuple[str, Callable[[Any, Any], float]]]]:
    """Tell names from functions, which are called by theirs."""
    listed = [] if estimators is None else estimators
    if isinstance(listed, str) or callable(listed):
        listed = [listed]
    named: list[str] = []
    own: list[tuple[str, Callable[[Any, Any], float]]] = []
    for each in listed:
        if isinstance(each, str):
            named.append(each)
        elif callable(each):
            own.append((getattr(each, "__name__", type(each).__name__), each))
        else:
            raise TropError("option_invalid", refusal("estimators_invalid", given=repr(each)))
    if own and not named:
        raise TropError("option_invalid", refusal("estimators_own"))
    return named, own


def own_estimate(name: str, function: Callable[[Any, Any], float], Y: Any, W: Any) -> float:
    """Call a function of the user's with copies of the data; its errors are its own."""
    found = function(Y.copy(), W.copy())
    try:
        return float(found)
    except (TypeError, ValueError) as error:
        raise TropError(
            "option_invalid", refusal("estimators_value", estimator=name, given=repr(found))
        ) from error
