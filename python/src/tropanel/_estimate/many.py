"""Many panels, one after another or on the workers of an executor."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._backends.choose import choose
from .._backends.many import check_options, many_warning
from .._data.formula import read_question
from .._data.panels import Panels, read_panels
from .._data.question_text import texts_of
from .._errors import TropError
from .._hints import listed
from .._options import Options, Progress, read_count
from .._results.many import Entry, ManyResults, refuse_taken, results_of
from .._results.many_folder import open_folder
from .many_run import run_panels
from .options import read_request, show_options
from .run import warning_of

if TYPE_CHECKING:
    import os
    from concurrent.futures import Executor

    from narwhals.typing import IntoFrame
    from numpy.typing import ArrayLike
    from typing_extensions import Unpack


@show_options
def trop_many(
    formula_or_data: str | IntoFrame | None = None,
    outcome: str | IntoFrame | None = None,
    treatment: str | None = None,
    unit: str | None = None,
    time: str | None = None,
    *,
    by: Sequence[str] | str,
    data: IntoFrame | None = None,
    executor: Executor | None = None,
    folder: str | os.PathLike[str] | None = None,
    pending: int = 100,
    cohort: str | None = None,
    anchor: str = "cell",
    covariates: Sequence[str] | str | None = None,
    average_weights: str | None = None,
    cluster: str | None = None,
    average_by: Sequence[str] | str | None = None,
    donors: str | Mapping[Any, Any] | ArrayLike | None = None,
    anticipation: int = 0,
    washout: int = 0,
    time_distance: str = "position",
    labels: Mapping[str, str] | None = None,
    n_jobs: int | None = None,
    progress: Progress = None,
    **options: Unpack[Options],
) -> ManyResults:
    """Estimate many panels that stand in one data frame, on one machine or on many.

    Each panel is estimated as :func:`trop` does from its rows alone, to the last bit, whatever
    computes it. A panel that cannot be estimated has its error in the results, and does not end
    the run; what is wrong for all, such as a misspelt option or column, is raised before it begins.

    Parameters
    ----------
    formula_or_data, outcome, treatment, unit, time, data, cohort
        As in :func:`trop`, of the data of all panels.
    by : str or list of str
        Name of the column, or columns, that say of which panel a row is; never missing.
    executor : concurrent.futures.Executor, optional
        Where to compute: a ``ProcessPoolExecutor``, or what else has its ``submit`` and futures,
        such as loky's, mpi4py's ``MPIPoolExecutor`` or ``client.get_executor()`` of Dask. tropanel
        must be installed where its workers are. By default the panels are estimated in this
        process, one after another. A panel that is lost with its worker is submitted once more; if
        an executor is broken for good, as a process pool is by the death of one process, that is
        an error.
    folder : path-like, optional
        Where to keep the result of each panel as soon as there is one, in a file that :func:`load`
        reads; made if it is not there. A call with the same data and options goes on from the
        files that it finds: panels that have a result are not estimated again, those that failed
        are. A folder of other data, options or version of tropanel is refused.
    pending : int, default 100
        With an executor: largest number of panels that are submitted and not finished. Each holds
        its data. Take more than there are workers.
    average_by : list of str, optional
        The `by` of :func:`trop`: what to average the effects by.
    anchor, covariates, average_weights, cluster, donors
        As in :func:`trop`.
    anticipation, washout, time_distance, labels
        As in :func:`trop`.
    lambdas, search, criterion, n_placebo_sets, n_folds, max_cells, grids
        As in :func:`trop`. Lambdas that are not given are searched for in each panel.
    inference, n_boot, level, seed, retune, pre_periods
        As in :func:`trop`. All panels have the same `seed`.
    n_jobs : int, optional
        Number of threads of each panel; -1 for all cores. By default all cores, but 1 with an
        executor.
    progress : bool or callable, optional
        As in :func:`trop`, of the panels: the stage is "panels".

    Returns
    -------
    ManyResults
        The results are as :func:`load` reads them, also where there is no folder.

    Raises
    ------
    TropError
        If data or options cannot be used for any panel; with code ``folder_of_another_call``, if
        the folder is one; ``workers_lost``, if the executor is broken. What was finished is in the
        folder.
    ImportError
        If the compiled core cannot be imported: there is no NumPy reference of this.

    Warns
    -----
    ConvergenceWarning
        Once, if panels have fits that are not certified as optimal to their tolerance.
    UserWarning
        Once, if results have other warnings among their `notes`; and if a worker was lost.

    Examples
    --------
    >>> import tropanel
    >>> data = tropanel.datasets.castle()
    >>> data["region"] = data["sid"] % 3
    >>> found = tropanel.trop_many(
    ...     data, "l_homicide", "post", "state", "year", by="region",
    ...     lambdas={"time": 0.5, "unit": 0, "nn": 10}, inference=None,
    ... )
    >>> found
    <ManyResults: 3 panels>
    >>> found.table[["region", "att"]].round(3).values.tolist()
    [[1.0, 0.092], [2.0, -0.085], [0.0, 0.152]]
    >>> bool(found[2].att == found.table["att"][1])
    True
    """
    choose("rust")
    threads = 1 if n_jobs is None and executor is not None else n_jobs
    request = read_request("trop_many", options, threads, progress, "rust")
    check_options(request.options)
    limit = _read_pending(pending)
    _check_executor(executor)
    frame, question = read_question(
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
        by=average_by,
        donors=donors,
        anticipation=anticipation,
        washout=washout,
        labels=labels,
    )
    panels = read_panels(frame, question, by)
    refuse_taken(panels.names)
    kept = (
        None
        if folder is None
        else open_folder(folder, panels, texts_of(question, panels.names), request.options)
    )
    entries = run_panels(panels, question, request, kept, executor, limit)
    warn(panels, entries)
    return results_of(panels, entries)


def warn(panels: Panels, entries: Sequence[Entry]) -> None:
    """Warn once of the panels that have warnings."""
    warned = [k for k, entry in enumerate(entries) if entry.warnings]
    if warned:
        text = many_warning(len(warned), len(entries), listed(panels.show(k) for k in warned))
        kinds = {warning_of(code) for k in warned for code in entries[k].warnings}
        warnings.warn(text, min(kinds, key=lambda kind: kind.__name__), stacklevel=3)


def _read_pending(pending: object) -> int:
    count = read_count("pending", pending)
    if count == 0:
        raise TropError("option_invalid", "pending must be 1 or more, not 0.")
    return count


def _check_executor(executor: object) -> None:
    if executor is not None and not hasattr(executor, "submit"):
        raise TropError(
            "option_invalid",
            f"executor must be None or have the submit of concurrent.futures, not {executor!r}.",
        )
