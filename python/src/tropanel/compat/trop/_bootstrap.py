"""The bootstrap of the units, for any estimator."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..._errors import TropError
from ._arguments import (
    check_block,
    check_prefer,
    is_integer,
    read_panel,
    read_units,
    refused,
    thread_count,
)
from ._average import Lambdas, average_effects

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ..._backends.protocol import Floats, Ints

Estimator = Callable[[Any, Any, Any, int], float]


@dataclass(frozen=True)
class BootstrapResult:
    """Outcome of :func:`bootstrap`.

    Attributes
    ----------
    estimate : float
        Estimate on the panel itself.
    se : float
        Standard deviation (n - 1) of the finite draws.
    ci : tuple of (float, float)
        Percentile interval at level 1 - alpha.
    estimates : ndarray of shape (n_bootstrap,)
        All draws, NaN where the estimator failed.
    n_failed : int
        Number of those.
    alpha : float
        One minus the level of `ci`.
    """

    estimate: float
    se: float
    ci: tuple[float, float]
    estimates: Floats
    n_failed: int
    alpha: float

    @property
    def n_bootstrap(self) -> int:
        """Number of draws."""
        return int(self.estimates.size)


def bootstrap(
    Y: ArrayLike,
    W: ArrayLike,
    treated_units: Sequence[int],
    treated_periods: int,
    estimator: Estimator | None = None,
    *,
    lambdas: Lambdas | None = None,
    n_bootstrap: int = 1000,
    resample: str = "controls",
    scale: str = "absolute",
    alpha: float = 0.05,
    n_jobs: int = -1,
    prefer: str = "processes",
    random_state: int | None = None,
) -> BootstrapResult:
    """Bootstrap the units (rows): standard error and percentile interval.

    Parameters
    ----------
    Y, W : array_like of shape (N, T)
        Outcomes, and 1 where treated, else 0.
    treated_units : sequence of int
        Rows of the treated units.
    treated_periods : int
        Number of columns at the end that make up the treated block.
    estimator : callable, optional
        ``estimator(Y, W, treated_units, treated_periods)``; it is called from threads. By default
        :func:`TROP_TWFE_average` at `lambdas`.
    lambdas : tuple of (float, float, float), optional
        lambda_unit, lambda_time and lambda_nn; needed exactly if there is no `estimator`.
    n_bootstrap : int, default 1000
        Number of draws, 2 or more.
    resample : {"controls", "stratified"}
        Draw the control units with replacement, or both the control and the treated ones.
    scale : {"absolute", "relative"}
        "relative" divides each effect by the mean outcome of its treated cells without it.
    alpha : float, default 0.05
        One minus the level of the interval.
    n_jobs : int, default -1
        Number of threads; -1 for all cores.
    prefer : {"processes", "threads"}
        Without effect: threads are used.
    random_state : int, optional
        Seed.

    Returns
    -------
    BootstrapResult

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used.
    RuntimeError
        If fewer than two draws succeed.

    Warns
    -----
    RuntimeWarning
        If some draws fail.

    Examples
    --------
    >>> import math
    >>> import tropanel.compat.trop as trop
    >>> Y = [[1.0, 2.0, 3.0], [2.0, 3.0, 5.0], [0.0, 1.0, 2.0], [1.0, 1.0, 3.0]]
    >>> W = [[0, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]
    >>> fixed = (0.0, 0.0, math.inf)
    >>> drawn = trop.bootstrap(Y, W, [1], 1, lambdas=fixed, n_bootstrap=50, random_state=0)
    >>> drawn.n_bootstrap, drawn.se > 0
    (50, True)
    """
    Y, W = read_panel(Y, W)
    check_block(Y, treated_periods)
    treated = np.unique(read_units(treated_units, len(Y)))
    control = np.setdiff1d(np.arange(len(Y)), treated)
    _check_bootstrap(control, resample, scale, n_bootstrap, alpha)
    check_prefer(prefer)
    threads = thread_count(n_jobs)
    rows = [np.concatenate([treated, control])]
    rows += _draws(treated, control, resample, n_bootstrap, random_state)
    if estimator is None:
        fixed = _read_lambdas(lambdas)
        effects = _effects_of_rows(Y, W, rows, len(treated), treated_periods, fixed, threads)
    elif lambdas is None:
        effects = _call_on_rows(estimator, Y, W, rows, len(treated), treated_periods, threads)
    else:
        raise refused("Give estimator or lambdas, not both: lambdas are those of TROP.")
    if scale == "relative":
        effects = effects / (_treated_means(Y, W, rows) - effects)
    return _summarize(effects, alpha)


def _check_bootstrap(
    control: Ints, resample: str, scale: str, n_bootstrap: int, alpha: float
) -> None:
    if control.size < 2:
        raise refused(
            f"The bootstrap needs 2 control units at least, but there are {control.size}."
        )
    if resample not in ("controls", "stratified"):
        raise refused(f"resample must be 'controls' or 'stratified', not {resample!r}.")
    if scale not in ("absolute", "relative"):
        raise refused(f"scale must be 'absolute' or 'relative', not {scale!r}.")
    if not is_integer(n_bootstrap) or n_bootstrap < 2:
        raise TropError("draws_too_few", f"n_bootstrap must be 2 or more, not {n_bootstrap!r}.")
    if not 0 < alpha < 1:
        raise TropError("level_out_of_range", f"alpha must be between 0 and 1, not {alpha!r}.")


def _read_lambdas(lambdas: Lambdas | None) -> Lambdas:
    if lambdas is None:
        raise refused("Give lambdas = (lambda_unit, lambda_time, lambda_nn), or an estimator.")
    if len(lambdas) != 3:
        raise refused(f"lambdas must be (lambda_unit, lambda_time, lambda_nn), not {lambdas!r}.")
    return float(lambdas[0]), float(lambdas[1]), float(lambdas[2])


def _draws(
    treated: Ints, control: Ints, resample: str, n_bootstrap: int, random_state: int | None
) -> list[Ints]:
    """Draw rows, the treated ones first, by the same random numbers as trop."""
    draws = []
    for seed in np.random.SeedSequence(random_state).spawn(n_bootstrap):
        rng = np.random.default_rng(seed)
        controls = rng.choice(control, size=control.size, replace=True)
        if resample == "stratified":
            own = rng.choice(treated, size=treated.size, replace=True)
        else:
            own = treated
        draws.append(np.concatenate([own, controls]))
    return draws


def _effects_of_rows(
    Y: Floats,
    W: Floats,
    rows: list[Ints],
    n_treated: int,
    treated_periods: int,
    lambdas: Lambdas,
    threads: int | None,
) -> Floats:
    """TROP's effect in each draw; equal rows of a draw are counted, not repeated."""
    n = len(Y)
    counts = np.array([np.bincount(draw, minlength=n) for draw in rows], dtype=np.uint64)
    members = np.array([np.bincount(draw[:n_treated], minlength=n) for draw in rows])
    return average_effects(
        Y,
        np.broadcast_to(W, (len(rows), *W.shape)),
        members.astype(np.float64),
        treated_periods,
        [lambdas],
        counts=counts,
        threads=threads,
    )[:, 0]


def _call_on_rows(
    estimator: Estimator,
    Y: Floats,
    W: Floats,
    rows: list[Ints],
    n_treated: int,
    treated_periods: int,
    threads: int | None,
) -> Floats:
    """Call the user's estimator on the panel, whose failure is the caller's, and on each draw."""
    units = np.arange(n_treated)

    def call(draw: Ints) -> float:
        try:
            return float(estimator(Y[draw], W[draw], units, treated_periods))
        except Exception:  # one failed draw does not end the bootstrap; it is counted
            return math.nan

    first = float(estimator(Y[rows[0]], W[rows[0]], units, treated_periods))
    with ThreadPoolExecutor(threads) as pool:
        return np.array([first, *pool.map(call, rows[1:])])


def _treated_means(Y: Floats, W: Floats, rows: list[Ints]) -> Floats:
    """Mean outcome of the treated cells of each draw."""
    sums, numbers = np.where(W > 0, Y, 0.0).sum(axis=1), (W > 0).sum(axis=1)
    return np.array([sums[draw].sum() / numbers[draw].sum() for draw in rows])


def _summarize(effects: Floats, alpha: float) -> BootstrapResult:
    estimate, draws = float(effects[0]), np.where(np.isfinite(effects[1:]), effects[1:], np.nan)
    good = draws[np.isfinite(draws)]
    n_failed = int(draws.size - good.size)
    if good.size < 2:
        raise RuntimeError(
            f"Only {good.size} of {draws.size} bootstrap draws have an estimate: no standard error."
        )
    if n_failed:
        warnings.warn(
            f"{n_failed} of {draws.size} bootstrap draws have no estimate and are left out.",
            RuntimeWarning,
            stacklevel=3,
        )
    lower, upper = np.quantile(good, [alpha / 2, 1 - alpha / 2])
    return BootstrapResult(
        estimate=estimate,
        se=float(np.std(good, ddof=1)),
        ci=(float(lower), float(upper)),
        estimates=draws,
        n_failed=n_failed,
        alpha=float(alpha),
    )
