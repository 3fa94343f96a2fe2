"""The estimator: `trop` for data frames and `trop_matrix` for matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._columns import read_long
from ._matrix import read_wide
from ._options import Progress, read_options
from ._run import run

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame
    from numpy.typing import ArrayLike

    from ._result import TropResult


def trop(
    data: IntoFrame,
    outcome: str,
    treatment: str,
    unit: str,
    time: str,
    *,
    lambdas: Mapping[str, float] | None = None,
    search: str = "cycle",
    grids: Mapping[str, Sequence[float]] | None = None,
    inference: str | None = "bootstrap",
    n_boot: int = 200,
    level: float = 0.95,
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Progress = None,
    backend: str = "auto",
) -> TropResult:
    """Estimate the effect of a treatment on the treated from a panel in long form.

    The triply robust panel estimator of Athey, Imbens, Qu and Viviano (2026): each treated
    outcome is compared with a prediction from unit effects, period effects and a low-rank part
    (Eq. 2), fitted with more weight on near periods and similar units (Eq. 3). How much more, and
    how strongly the low-rank part is penalized, is chosen by leave-one-out cross-validation
    (Eq. 4-5), unless `lambdas` says it.

    Parameters
    ----------
    data : data frame
        One row for each unit and period, in any order: pandas, polars, pyarrow or anything else
        that narwhals reads. A missing outcome (null or NaN) and an absent row are the same; an
        absent row counts as treated if its unit is treated both before and after it.
    outcome : str
        Name of the numeric column of outcomes.
    treatment : str
        Name of the column that is 1 (or True) where the unit is treated in the period, else 0.
        It may start at different times and may go off again.
    unit, time : str
        Names of the columns of unit and period ids, of any type that sorts: numbers, text, dates,
        categories. Periods are used in sorted order; weights count positions in it.
    lambdas : mapping, optional
        ``{"time": ..., "unit": ..., "nn": ...}``, all 0 or more, on the scale of the data; ``nn``
        may be ``math.inf`` (no low-rank part). By default they are searched for.
    search : {"cycle", "grid"}
        "cycle" goes round the three lambdas, one at a time (footnote 2); "grid" scores all
        triples.
    grids : mapping, optional
        Candidates for any of time, unit and nn; by default built from the scale of the data.
    inference : {"bootstrap", None}
        "bootstrap" resamples treated and never-treated units (Algorithm 3). With a single treated
        unit, or fewer than two never-treated ones, there is no standard error; `notes` says so.
    n_boot : int, default 200
        Number of bootstrap draws, 2 or more.
    level : float, default 0.95
        Level of the interval, between 0 and 1.
    seed : int, default 0
        From 0 to 2**64 - 1. The same seed gives the same draws for any `n_jobs`.
    n_jobs : int, optional
        Number of threads; None or -1 for all cores.
    progress : bool or callable, optional
        Show a bar with the time left. By default only if standard error is a terminal. A function
        is called with (stage, done, total).
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
    """
    options = read_options(
        lambdas=lambdas,
        search=search,
        grids=grids,
        inference=inference,
        n_boot=n_boot,
        level=level,
        seed=seed,
        n_jobs=n_jobs,
        progress=progress,
        backend=backend,
    )
    return run(read_long(data, outcome, treatment, unit, time), options)


def trop_matrix(
    Y: ArrayLike,
    W: ArrayLike,
    *,
    units: Sequence[Any] | None = None,
    times: Sequence[Any] | None = None,
    frame_backend: str | None = None,
    lambdas: Mapping[str, float] | None = None,
    search: str = "cycle",
    grids: Mapping[str, Sequence[float]] | None = None,
    inference: str | None = "bootstrap",
    n_boot: int = 200,
    level: float = 0.95,
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Progress = None,
    backend: str = "auto",
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
    lambdas, search, grids, inference, n_boot, level, seed, n_jobs, progress, backend
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
    options = read_options(
        lambdas=lambdas,
        search=search,
        grids=grids,
        inference=inference,
        n_boot=n_boot,
        level=level,
        seed=seed,
        n_jobs=n_jobs,
        progress=progress,
        backend=backend,
    )
    return run(read_wide(Y, W, units, times, frame_backend), options)
