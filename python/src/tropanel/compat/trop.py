"""The functions of the package trop 0.1.11, computed by tropanel's kernel.

    import tropanel.compat.trop as trop

TROP estimates, placebo cross-validation and the bootstrap are tropanel's, by the same names, with
the same arguments, meaning and random draws. All other names of trop (``DID_TWFE``,
``assess_estimators`` and so on) are passed on to the installed package, and compute as they do
there. ``docs/compat.md`` says where results differ.

Arguments that steer trop's solver or its processes play no part, but are checked: ``solver``,
``prefer`` and, where it would print the solver's log, ``verbose``.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._backends.choose import choose
from .._data.matrix import read_matrices
from .._errors import ConvergenceWarning, TropError
from ._pooled import decay, first_least, time_distances, unit_distances

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .._backends.protocol import Floats, Indices, Ints

__all__ = [
    "BootstrapResult",
    "TROP_TWFE_average",
    "TROP_cv_cycle",
    "TROP_cv_joint",
    "TROP_cv_single",
    "adaptive_TROP_cv",
    "bootstrap",
]

Lambdas = tuple[float, float, float]
Estimator = Callable[[Any, Any, Any, int], float]

#: Names by which CVXPY knows solvers.
SOLVERS = frozenset(
    "CBC CLARABEL COPT CPLEX CUCLARABEL CUOPT CVXOPT DAQP ECOS ECOS_BB GLOP GLPK GLPK_MI GUROBI"
    " HIGHS KNITRO MOSEK MPAX NAG OSQP PDLP PIQP PROXQP QOCO QPALM SCIP SCIPY SCS SDPA"
    " XPRESS".split()
)

#: Placebo panels in one call of the kernel hold at most so many numbers.
BATCH = 2**24


def TROP_TWFE_average(  # noqa: N802
    Y: ArrayLike,
    W: ArrayLike,
    treated_units: Sequence[int],
    lambda_unit: float,
    lambda_time: float,
    lambda_nn: float,
    treated_periods: int = 10,
    solver: str | None = None,
    verbose: bool = False,
) -> float:
    """Average effect on the treated from one fit, weighted by distances to the treated block.

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, all observed.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    treated_units : sequence of int
        Rows whose mean outcome is what distances of units are measured to.
    lambda_unit, lambda_time : float
        Decay of the weights of units and periods.
    lambda_nn : float
        Penalty on the nuclear norm; ``math.inf`` for no low-rank part. 0 is the limit from above.
    treated_periods : int, default 10
        Number of columns at the end that make up the treated block.
    solver, verbose
        Without effect; a `solver` that CVXPY does not know is refused.

    Returns
    -------
    float

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used, or no treated cell is identified.

    Examples
    --------
    >>> import math
    >>> import tropanel.compat.trop as trop
    >>> Y = [[1.0, 2.0, 3.0], [2.0, 3.0, 5.0], [0.0, 1.0, 2.0]]
    >>> W = [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
    >>> round(trop.TROP_TWFE_average(Y, W, [1], 0.0, 0.0, math.inf, treated_periods=1), 6)
    1.0
    """
    _check_solver(solver)
    Y, W = _read_panel(Y, W)
    _check_block(Y, treated_periods)
    members = np.zeros((1, len(Y)))
    np.add.at(members[0], _read_units(treated_units, len(Y)), 1.0)
    lambdas = (float(lambda_unit), float(lambda_time), float(lambda_nn))
    effect = float(_effects(Y, W[None], members, treated_periods, [lambdas])[0, 0])
    if math.isnan(effect):
        raise TropError(
            "no_estimable_cell",
            "No treated cell is identified: untreated cells of positive weight must connect its"
            " unit with its period.",
        )
    return effect


def TROP_cv_single(  # noqa: N802
    Y_control: ArrayLike,
    treated_periods: int,
    fixed_lambdas: tuple[float, float] = (0.0, 0.0),
    lambda_grid: Iterable[float] | None = None,
    lambda_cv: str = "unit",
    *,
    cv_sampling_method: str = "resample",
    n_trials: int | None = 200,
    n_treated_units: int | None = 1,
    K: int | None = None,
    n_jobs: int = -1,
    prefer: str = "threads",
    random_seed: int = 0,
    solver: str | None = None,
    verbose: bool = False,
) -> float:
    """Choose one lambda by placebo cross-validation: the least root mean squared placebo effect.

    Parameters
    ----------
    Y_control : array_like of shape (N, T)
        Outcomes of untreated units.
    treated_periods : int
        Number of columns at the end in which placebo units are treated.
    fixed_lambdas : tuple of (float, float)
        The two other lambdas, in the order unit, time, nn.
    lambda_grid : iterable of float, optional
        Candidates; 0, 0.2, ..., 1.8 by default.
    lambda_cv : {"unit", "time", "nn"}
        Which lambda to choose.
    cv_sampling_method : {"resample", "kfold"}
        "resample" draws `n_trials` sets of `n_treated_units` placebo units each; "kfold" makes
        each of `K` parts of the units the placebo units once.
    n_trials, n_treated_units, K : int
        See `cv_sampling_method`.
    n_jobs : int, default -1
        Number of threads; -1 for all cores.
    random_seed : int, default 0
        Seed of the placebo sets.
    prefer, solver, verbose
        Without effect; values that trop does not know are refused.

    Returns
    -------
    float
        The winner; of candidates that tie, the first.

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used.
    RuntimeError
        If a candidate has no placebo effect that is identified.
    """
    _check_solver(solver)
    _check_prefer(prefer)
    Y = _read_control(Y_control, treated_periods)
    if lambda_cv not in ("unit", "time", "nn"):
        raise _refused(f"lambda_cv must be 'unit', 'time' or 'nn', not {lambda_cv!r}.")
    grid = _read_grid(
        "lambda_grid", np.arange(0.0, 2.0, 0.2) if lambda_grid is None else lambda_grid
    )
    if n_jobs < -1:
        raise _refused(f"n_jobs must be -1 or 1 or more, not {n_jobs}.")
    placebos = _placebo_sets(len(Y), cv_sampling_method, n_treated_units, n_trials, K, random_seed)
    position = ("unit", "time", "nn").index(lambda_cv)
    first, second = (float(value) for value in fixed_lambdas)
    triples = []
    for value in grid:
        triple = [first, second]
        triple.insert(position, value)
        triples.append((triple[0], triple[1], triple[2]))
    scores = _placebo_scores(Y, placebos, treated_periods, triples, _threads(n_jobs))
    if math.inf in scores:
        raise RuntimeError(
            f"No placebo effect is identified at lambda_{lambda_cv} ="
            f" {grid[scores.index(math.inf)]}: weights that small leave nothing to compare with."
        )
    return grid[first_least(scores)]


def TROP_cv_cycle(  # noqa: N802
    Y_control: ArrayLike,
    treated_periods: int,
    unit_grid: Sequence[float],
    time_grid: Sequence[float],
    nn_grid: Sequence[float],
    lambdas_init: Lambdas | None = None,
    *,
    max_iter: int = 50,
    cv_sampling_method: str = "resample",
    n_trials: int | None = 200,
    n_treated_units: int | None = 1,
    K: int | None = None,
    n_jobs: int = -1,
    prefer: str = "threads",
    random_seed: int = 0,
    solver: str | None = None,
    verbose: bool = False,
) -> Lambdas:
    """Choose the lambdas in turn (unit, time, nn) by :func:`TROP_cv_single` until none changes.

    Parameters
    ----------
    Y_control, treated_periods
        As in :func:`TROP_cv_single`.
    unit_grid, time_grid, nn_grid : sequence of float
        Candidates.
    lambdas_init : tuple of (float, float, float), optional
        Where to start, as (unit, time, nn); by default the means of the grids.
    max_iter : int, default 50
        Rounds after which to give up.
    cv_sampling_method, n_trials, n_treated_units, K, n_jobs, prefer, random_seed, solver, verbose
        As in :func:`TROP_cv_single`.

    Returns
    -------
    tuple of (float, float, float)
        lambda_unit, lambda_time and lambda_nn.

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used.
    RuntimeError
        If the lambdas still change after `max_iter` rounds.
    """
    Y = _read_control(Y_control, treated_periods)
    grids = [
        _read_grid("unit_grid", unit_grid),
        _read_grid("time_grid", time_grid),
        _read_grid("nn_grid", nn_grid),
    ]
    start = [float(np.mean(grid)) for grid in grids] if lambdas_init is None else lambdas_init
    at = [float(value) for value in start]
    for _ in range(max_iter):
        before = list(at)
        for position, name in enumerate(("unit", "time", "nn")):
            others = at[:position] + at[position + 1 :]
            at[position] = TROP_cv_single(
                Y,
                treated_periods,
                (others[0], others[1]),
                grids[position],
                name,
                cv_sampling_method=cv_sampling_method,
                n_trials=n_trials,
                n_treated_units=n_treated_units,
                K=K,
                n_jobs=n_jobs,
                prefer=prefer,
                random_seed=random_seed,
                solver=solver,
                verbose=verbose,
            )
        if at == before:
            return at[0], at[1], at[2]
    raise RuntimeError(f"The lambdas still change after max_iter = {max_iter} rounds.")


def TROP_cv_joint(  # noqa: N802
    Y_control: ArrayLike,
    treated_periods: int,
    unit_grid: Sequence[float],
    time_grid: Sequence[float],
    nn_grid: Sequence[float],
    *,
    cv_sampling_method: str = "resample",
    n_trials: int | None = 200,
    n_treated_units: int | None = 1,
    K: int | None = None,
    n_jobs: int = -1,
    prefer: str = "threads",
    random_seed: int = 0,
    solver: str | None = None,
    verbose: bool = False,
) -> Lambdas:
    """Choose the lambdas jointly from all triples of three grids, by placebo cross-validation.

    Parameters
    ----------
    Y_control, treated_periods
        As in :func:`TROP_cv_single`.
    unit_grid, time_grid, nn_grid : sequence of float
        Candidates.
    cv_sampling_method, n_trials, n_treated_units, K, n_jobs, prefer, random_seed, solver, verbose
        As in :func:`TROP_cv_single`.

    Returns
    -------
    tuple of (float, float, float)
        lambda_unit, lambda_time and lambda_nn.

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used.
    RuntimeError
        If no triple has a placebo effect that is identified.
    """
    _check_solver(solver)
    _check_prefer(prefer)
    Y = _read_control(Y_control, treated_periods)
    triples = [
        (unit, time, nn)
        for unit in _read_grid("unit_grid", unit_grid)
        for time in _read_grid("time_grid", time_grid)
        for nn in _read_grid("nn_grid", nn_grid)
    ]
    placebos = _placebo_sets(len(Y), cv_sampling_method, n_treated_units, n_trials, K, random_seed)
    scores = _placebo_scores(Y, placebos, treated_periods, triples, _threads(n_jobs))
    if min(scores) == math.inf:
        raise RuntimeError(
            "No triple has a placebo effect that is identified: weights that small leave nothing"
            " to compare with."
        )
    return triples[first_least(scores)]


def adaptive_TROP_cv(  # noqa: N802
    Y_control: ArrayLike,
    treated_periods: int,
    *,
    init_ranges: tuple[tuple[float, float], ...] = ((0.0, 1.0), (0.0, 1.0), (0.0, 1.0)),
    n_points: int = 10,
    n_trials: int | None = 200,
    n_jobs: int = -1,
    prefer: str = "threads",
    expand_factor: float = 1.0,
    max_expansions: int = 6,
    zoom: bool = True,
    zoom_factor: float = 4.0,
    zoom_n_points: int = 9,
    cv_sampling_method: str = "resample",
    n_treated_units: int | None = 1,
    K: int | None = None,
    random_seed: int = 0,
    solver: str | None = None,
    verbose: bool = False,
) -> Lambdas:
    """Choose the lambdas from even grids that widen at the edges, and then narrow once.

    Parameters
    ----------
    Y_control, treated_periods
        As in :func:`TROP_cv_single`.
    init_ranges : three tuples of (float, float)
        Least and largest candidate of unit, time and nn.
    n_points : int, default 10
        Candidates of each.
    expand_factor : float, default 1.0
        A range whose edge is best grows there by this multiple of its length.
    max_expansions : int, default 6
        How often ranges may grow.
    zoom : bool, default True
        Search once more, near the best triple.
    zoom_factor : float, default 4.0
        The ranges of that search reach to either side by their length over this.
    zoom_n_points : int, default 9
        Candidates of each in that search.
    cv_sampling_method, n_trials, n_treated_units, K, n_jobs, prefer, random_seed, solver
        As in :func:`TROP_cv_single`.
    verbose : bool, default False
        Print the best triple of every search.

    Returns
    -------
    tuple of (float, float, float)
        lambda_unit, lambda_time and lambda_nn.

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used.
    """
    _check_solver(solver)
    _check_prefer(prefer)
    Y = _read_control(Y_control, treated_periods)
    if len(init_ranges) != 3 or any(len(each) != 2 for each in init_ranges):
        raise _refused("init_ranges must be three pairs of numbers.")
    if min(n_points, zoom_n_points) < 2:
        raise _refused("n_points and zoom_n_points must be 2 or more.")
    if expand_factor < 0 or zoom_factor <= 0:
        raise _refused("expand_factor must be 0 or more, and zoom_factor more than 0.")
    placebos = _placebo_sets(len(Y), cv_sampling_method, n_treated_units, n_trials, K, random_seed)
    scores: dict[Lambdas, float] = {}

    def search(ranges: list[tuple[float, float]], points: int) -> Lambdas:
        axes = [np.linspace(low, high, points).tolist() for low, high in ranges]
        triples = [(unit, time, nn) for unit in axes[0] for time in axes[1] for nn in axes[2]]
        new = [triple for triple in triples if triple not in scores]
        found = _placebo_scores(Y, placebos, treated_periods, new, _threads(n_jobs))
        scores.update(zip(new, found))
        best = triples[first_least([scores[triple] for triple in triples])]
        if verbose:
            print(f"best of {ranges}: {best}, score {scores[best]:.6g}, {len(scores)} triples")
        return best

    ranges = [(float(low), float(high)) for low, high in init_ranges]
    best = search(ranges, n_points)
    for _ in range(max_expansions):
        wider = [_widened(at, each, expand_factor) for at, each in zip(best, ranges)]
        if wider == ranges:
            break
        ranges = wider
        best = search(ranges, n_points)
    if not zoom:
        return best
    return search(
        [_narrowed(at, each, zoom_factor) for at, each in zip(best, ranges)], zoom_n_points
    )


def _edge(at: float, limits: tuple[float, float]) -> int:
    """-1 at the lower end of a range, 1 at the upper one, else 0."""
    if np.isclose(at, limits[0], rtol=1e-9, atol=0):
        return -1
    return int(np.isclose(at, limits[1], rtol=1e-9, atol=0))


def _widened(at: float, limits: tuple[float, float], factor: float) -> tuple[float, float]:
    low, high = limits
    more = factor * (high - low)
    edge = _edge(at, limits)
    return (max(low - more, 0.0) if edge < 0 else low, high + more if edge > 0 else high)


def _narrowed(at: float, limits: tuple[float, float], factor: float) -> tuple[float, float]:
    low, high = limits
    half = (high - low) / factor
    narrow = (max(at - half, low), min(at + half, high))
    return narrow if narrow[0] < narrow[1] else limits


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
    Y, W = _read_panel(Y, W)
    _check_block(Y, treated_periods)
    treated = np.unique(_read_units(treated_units, len(Y)))
    control = np.setdiff1d(np.arange(len(Y)), treated)
    _check_bootstrap(control, resample, scale, n_bootstrap, alpha)
    _check_prefer(prefer)
    threads = _threads(n_jobs)
    rows = [np.concatenate([treated, control])]
    rows += _draws(treated, control, resample, n_bootstrap, random_state)
    if estimator is None:
        fixed = _read_lambdas(lambdas)
        effects = _effects_of_rows(Y, W, rows, len(treated), treated_periods, fixed, threads)
    elif lambdas is None:
        effects = _call_on_rows(estimator, Y, W, rows, len(treated), treated_periods, threads)
    else:
        raise _refused("Give estimator or lambdas, not both: lambdas are those of TROP.")
    if scale == "relative":
        effects = effects / (_treated_means(Y, W, rows) - effects)
    return _summarize(effects, alpha)


def _check_bootstrap(
    control: Ints, resample: str, scale: str, n_bootstrap: int, alpha: float
) -> None:
    if control.size < 2:
        raise _refused(
            f"The bootstrap needs 2 control units at least, but there are {control.size}."
        )
    if resample not in ("controls", "stratified"):
        raise _refused(f"resample must be 'controls' or 'stratified', not {resample!r}.")
    if scale not in ("absolute", "relative"):
        raise _refused(f"scale must be 'absolute' or 'relative', not {scale!r}.")
    if not _is_integer(n_bootstrap) or n_bootstrap < 2:
        raise TropError("draws_too_few", f"n_bootstrap must be 2 or more, not {n_bootstrap!r}.")
    if not 0 < alpha < 1:
        raise TropError("level_out_of_range", f"alpha must be between 0 and 1, not {alpha!r}.")


def _read_lambdas(lambdas: Lambdas | None) -> Lambdas:
    if lambdas is None:
        raise _refused("Give lambdas = (lambda_unit, lambda_time, lambda_nn), or an estimator.")
    if len(lambdas) != 3:
        raise _refused(f"lambdas must be (lambda_unit, lambda_time, lambda_nn), not {lambdas!r}.")
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
    return _effects(
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


def _placebo_sets(
    n_units: int,
    method: str,
    n_treated_units: int | None,
    n_trials: int | None,
    K: int | None,
    random_state: int | None,
) -> list[Ints]:
    """Draw sets of placebo units, by the same random numbers as trop."""
    method = str(method).lower().strip()
    units = np.arange(n_units)
    if method == "resample":
        size = _read_count("n_treated_units", n_treated_units, 1, n_units - 1)
        trials = _read_count("n_trials", n_trials, 1, None)
        rng = np.random.default_rng(random_state)
        return [rng.choice(units, size=size, replace=False) for _ in range(trials)]
    if method == "kfold":
        folds = _read_count("K", K, 2, n_units)
        rng = np.random.default_rng(random_state)
        return list(np.array_split(rng.permutation(units), folds))
    raise _refused(f"cv_sampling_method must be 'resample' or 'kfold', not {method!r}.")


def _placebo_scores(
    Y: Floats,
    placebos: list[Ints],
    treated_periods: int,
    triples: list[Lambdas],
    threads: int | None,
) -> list[float]:
    """Root mean squared placebo effect of each triple; infinite if none is identified."""
    members = np.zeros((len(placebos), len(Y)))
    for row, units in zip(members, placebos):
        row[units] = 1.0
    size = max(1, BATCH // Y.size)
    effects = []
    for start in range(0, len(members), size):
        part = members[start : start + size]
        W = np.zeros((len(part), *Y.shape))
        W[:, :, -treated_periods:] = part[:, :, None]
        effects.append(_effects(Y, W, part, treated_periods, triples, threads=threads))
    squares = np.concatenate(effects) ** 2
    known = np.isfinite(squares)
    number = known.sum(axis=0)
    scores = np.full(len(triples), math.inf)
    np.divide(np.where(known, squares, 0.0).sum(axis=0), number, out=scores, where=number > 0)
    return [math.sqrt(score) for score in scores]


def _effects(
    Y: Floats,
    W: Floats,
    members: Floats,
    treated_periods: int,
    triples: list[Lambdas],
    *,
    counts: Indices | None = None,
    threads: int | None = None,
) -> Floats:
    """Average effect in each of B panels at each triple (unit, time, nn), (B, number of triples).

    `W` is (B, N, T); `members` (B, N) says how often each unit is in the average treated one.
    """
    _check_triples(triples)
    nearness = unit_distances(Y, members, treated_periods)
    centre = time_distances(Y.shape[1], treated_periods)
    effects = np.full((len(members), len(triples)), np.nan)
    n_uncertified = 0
    for unit, time in dict.fromkeys((unit, time) for unit, time, _ in triples):
        chosen = [k for k, triple in enumerate(triples) if triple[:2] == (unit, time)]
        penalties = list(dict.fromkeys(triples[k][2] for k in chosen))
        found = choose("auto").functions.weighted_atts(
            Y,
            W,
            decay(unit, nearness),
            decay(time, centre),
            np.array(penalties),
            counts=counts,
            threads=threads,
        )
        n_uncertified += found["n_uncertified"]
        for k in chosen:
            effects[:, k] = found["att"][:, penalties.index(triples[k][2])]
    if n_uncertified:
        warnings.warn(
            f"{n_uncertified} fits are not certified to the tolerance.",
            ConvergenceWarning,
            stacklevel=4,
        )
    return effects


def _check_triples(triples: list[Lambdas]) -> None:
    for triple in triples:
        for name, value in zip(("unit", "time", "nn"), triple):
            if not value >= 0 or (math.isinf(value) and name != "nn"):
                raise TropError(
                    "lambda_invalid",
                    f"lambda_{name} = {value} is not allowed: it must be 0 or more"
                    + ("." if name == "nn" else ", and finite."),
                )


def _read_panel(Y: ArrayLike, W: ArrayLike) -> tuple[Floats, Floats]:
    outcomes, treatments = read_matrices(Y, W)
    _check_observed(outcomes)
    return outcomes, treatments


def _read_control(Y_control: ArrayLike, treated_periods: int) -> Floats:
    Y, _ = read_matrices(Y_control, np.zeros_like(Y_control, dtype=np.float64))
    _check_observed(Y)
    _check_block(Y, treated_periods)
    if len(Y) < 2:
        raise _refused("Y_control must have 2 units at least.")
    return Y


def _check_observed(Y: Floats) -> None:
    for unit, period in np.argwhere(~np.isfinite(Y)):
        raise _refused(
            f"Y is {Y[unit, period]} for unit {unit} in period {period}: the estimators of trop"
            " need every outcome. tropanel.trop_matrix() takes panels with missing outcomes."
        )


def _check_block(Y: Floats, treated_periods: int) -> None:
    if not _is_integer(treated_periods) or not 1 <= treated_periods < Y.shape[1]:
        raise _refused(
            f"treated_periods must be an integer from 1 to {Y.shape[1] - 1}, one less than the"
            f" periods, not {treated_periods!r}."
        )


def _read_units(treated_units: Sequence[int], n_units: int) -> Ints:
    given = np.asarray(treated_units)
    if given.size == 0:
        raise _refused("treated_units must have one unit at least.")
    if not np.issubdtype(given.dtype, np.integer):
        raise _refused(
            f"treated_units must be rows, which are whole numbers, not {given.tolist()}."
        )
    units = given.astype(np.int64)
    if units.min() < 0 or units.max() >= n_units:
        raise TropError(
            "cell_out_of_range",
            f"treated_units must be rows from 0 to {n_units - 1}, not {units.tolist()}.",
        )
    return units


def _read_grid(name: str, values: Iterable[float]) -> list[float]:
    grid = [float(value) for value in values]
    if not grid:
        raise TropError("grid_empty", f"{name} is empty: give at least one value.")
    return grid


def _read_count(name: str, value: int | None, least: int, largest: int | None) -> int:
    limits = f"{least} or more" if largest is None else f"from {least} to {largest}"
    if value is None or not _is_integer(value):
        raise _refused(f"{name} must be an integer, {limits}, not {value!r}.")
    if value < least or (largest is not None and value > largest):
        raise _refused(f"{name} must be {limits}, not {value}.")
    return int(value)


def _is_integer(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _check_solver(solver: str | None) -> None:
    if solver is not None and str(solver).upper() not in SOLVERS:
        raise _refused(f"solver must be None or the name of a solver of CVXPY, not {solver!r}.")


def _check_prefer(prefer: str | None) -> None:
    if prefer not in ("threads", "processes", None):
        raise _refused(f"prefer must be 'threads' or 'processes', not {prefer!r}.")


def _threads(n_jobs: int | None) -> int | None:
    """Read `n_jobs`: -1 for all cores, -2 for all but one, and so on."""
    if n_jobs is None:
        return 1
    if not _is_integer(n_jobs) or n_jobs == 0:
        raise TropError("threads_zero", f"n_jobs must be an integer other than 0, not {n_jobs!r}.")
    if n_jobs == -1:
        return None
    return n_jobs if n_jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + n_jobs)


def _refused(message: str) -> TropError:
    return TropError("option_invalid", message)


if not TYPE_CHECKING:

    def __getattr__(name):
        from importlib import import_module

        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            return getattr(import_module("trop"), name)
        except ImportError as error:
            raise TropError(
                "peer_missing",
                f"tropanel.compat.trop has no {name!r} of its own, and the package trop, which may"
                " have it, is not installed: pip install trop.",
            ) from error
