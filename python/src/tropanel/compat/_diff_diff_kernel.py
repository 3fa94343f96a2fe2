"""What takes the place of diff-diff's own functions: its arguments in, its answers out.

Its matrices are T x N, periods in rows. It passes an iteration limit and a tolerance of its own
solver, which play no part here, and 1e10 for an infinite lambda_nn.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._backends.choose import choose
from .._backends.reference.cell import positive_cells
from .._backends.reference.panel import Panel, is_connected
from .._errors import ConvergenceWarning, TropError
from ._factors import factors
from ._pooled import TIE, decay, first_least, time_distances, unit_distances

if TYPE_CHECKING:
    from .._backends.protocol import Backend, Bools, Floats, Indices, Ints

    Key = tuple[bool, "Lambdas"]
    Cells = list[tuple[int, int]]
    #: The three lambdas, their score, cells scored, cells in all, the first (t, i) not scored.
    SearchAnswer = tuple[float, float, float, float, int, int, "tuple[int, int] | None"]

#: diff-diff means "no low-rank part" by this lambda_nn or a larger one.
INFINITE = 1e10

#: Rounds of diff-diff's cycling search, and the change of the score at which it ends.
ROUNDS = 10
SETTLED = 1e-6


class Lambdas(NamedTuple):
    """One triple of tuning parameters, in diff-diff's order."""

    time: float
    unit: float
    nn: float


def _functions() -> Backend:
    return choose("auto").functions


def _penalty(lambda_nn: float) -> float:
    return math.inf if lambda_nn >= INFINITE else float(lambda_nn)


@dataclass(frozen=True)
class _Data:
    """A panel without the units that have no outcome at all, N x T."""

    Y: Floats
    W: Floats
    units: Ints  #: the units that are left

    @classmethod
    def read(cls, y: Floats, d: Floats) -> _Data:
        Y, W = np.array(y.T, dtype=np.float64), np.array(d.T, dtype=np.float64)
        units = np.flatnonzero(np.isfinite(Y).any(axis=1))
        return cls(Y[units], W[units], units)

    @property
    def panel(self) -> Panel:
        return Panel(self.Y, self.W == 1)

    @property
    def treated_periods(self) -> int:
        """Periods from the first treated one to the last of the panel."""
        return int(self.W.shape[1] - np.flatnonzero(self.W.any(axis=0))[0])


def compute_unit_distance_matrix(y: Floats, d: Floats) -> Floats:
    """Root mean squared difference of every two units over common control periods, (N, N)."""
    data = _Data.read(y, d)
    periods = np.isfinite(data.Y).any(axis=0)
    distances = np.full((y.shape[1], y.shape[1]), np.inf)
    np.fill_diagonal(distances, 0.0)
    among = np.ix_(data.units, data.units)
    distances[among] = _functions().compute_unit_distance_matrix(
        data.Y[:, periods], data.W[:, periods]
    )
    return distances


def loocv_grid_search(
    y: Floats,
    d: Floats,
    control_mask: Any,
    time_dist_matrix: Any,
    lambda_time_grid: Floats,
    lambda_unit_grid: Floats,
    lambda_nn_grid: Floats,
    max_iter: int,
    tol: float,
) -> SearchAnswer:
    """diff-diff's search for method "local": one lambda at a time, then round and round."""
    _check_masks(d, control_mask, time_dist_matrix)
    data = _Data.read(y, d)
    search = _CyclingSearch(data)
    times, units, penalties = (
        grid.tolist() for grid in (lambda_time_grid, lambda_unit_grid, lambda_nn_grid)
    )
    # Its path: time, nn and unit alone; then unit, time and nn in turn.
    at = Lambdas(
        time=search.best([Lambdas(value, 0.0, math.inf) for value in times])[0].time,
        unit=search.best([Lambdas(0.0, value, math.inf) for value in units])[0].unit,
        nn=search.best([Lambdas(0.0, 0.0, value) for value in penalties])[0].nn,
    )
    score = previous = math.inf
    for _ in range(ROUNDS):
        at, _ = search.best([at._replace(unit=value) for value in units])
        at, _ = search.best([at._replace(time=value) for value in times])
        at, score = search.best([at._replace(nn=value) for value in penalties])
        if abs(score - previous) < SETTLED:
            break
        previous = score
    left_out = _cells_without_score(data.panel, any_distance=at.unit == 0) if search.gaps else []
    return (*at, score, *_counted(data, left_out))


def _counted(data: _Data, left_out: Cells) -> tuple[int, int, tuple[int, int] | None]:
    """Cells scored, cells in all, and the first one left out as (t, i), in that order."""
    total = int(data.panel.control.sum())
    cells = [(period, int(data.units[unit])) for unit, period in left_out]
    return total - len(left_out), total, min(cells, default=None)


def _cells_without_score(panel: Panel, any_distance: bool) -> Cells:
    """List the control cells that the others cannot predict."""
    cells = [(int(unit), int(period)) for unit, period in np.argwhere(panel.control)]
    return [c for c in cells if not is_connected(positive_cells(panel, *c, any_distance), *c)]


def _check_masks(d: Floats, control_mask: Any, time_dist_matrix: Any = None) -> None:
    """diff-diff could pass other controls or other time distances; it never did."""
    positions = np.arange(len(d))
    same_time = time_dist_matrix is None or np.array_equal(
        time_dist_matrix, np.abs(positions[:, None] - positions)
    )
    if not np.array_equal(np.asarray(control_mask) != 0, d == 0) or not same_time:
        raise TropError(
            "peer_unexpected",
            "diff-diff passed control cells other than the untreated ones, or time distances other"
            " than differences of positions, which tropanel.compat.diff_diff does not know.",
        )


class _CyclingSearch:
    """Scores triples (time, unit, nn), each once."""

    def __init__(self, data: _Data) -> None:
        self.gaps = False  #: whether some control cells have no score
        self._data = data
        self._scores: dict[Key, float] = {}
        self._floors: dict[Key, float] = {}  #: what abandoned scores exceed
        distances = _functions().compute_unit_distance_matrix(data.Y, data.W)
        self._all_near = bool(np.isfinite(distances).all())

    def best(self, candidates: list[Lambdas]) -> tuple[Lambdas, float]:
        """Find the best of candidates that differ in one lambda, the first of ties; its score."""
        triples = [triple._replace(nn=_penalty(triple.nn)) for triple in candidates]
        key = {triple: self._key(triple, triples) for triple in triples}
        smooth = [t for t in triples if t.nn > 0 and key[t] not in self._scores]
        if smooth:
            self._score(smooth, key, abandon=False)
        # The costly limit lambda_nn = 0 is given up as soon as another candidate is better.
        for triple in triples:
            rival = min(triples, key=lambda t: self._scores.get(key[t], math.inf))
            least = self._scores.get(key[rival], math.inf)
            if triple.nn == 0 and not self._is_settled(key[triple], least):
                self._score(list(dict.fromkeys([rival, triple])), key, abandon=True)
        scores = [self._scores.get(key[triple], math.inf) for triple in triples]
        return candidates[first_least(scores)], min(scores)

    def _is_settled(self, key: Key, least: float) -> bool:
        """Whether a score is known, or known to be more than the least one."""
        return key in self._scores or self._floors.get(key, -1.0) > least * (1 + TIE)

    def _key(self, triple: Lambdas, compared: list[Lambdas]) -> Key:
        """Name the score of a triple.

        At lambda_nn = 0 all positive weights give the same fit. Units without a common period have
        weight only at lambda_unit = 0; so which cells have a score depends on the candidates, and
        those of one comparison must be scored together.
        """
        apart = not self._all_near and any(t.unit > 0 for t in compared)
        if triple.nn > 0:
            return apart, triple
        return apart, Lambdas(0.0, 0.0 if self._all_near else float(triple.unit > 0), 0.0)

    def _score(self, triples: list[Lambdas], key: dict[Lambdas, Key], abandon: bool) -> None:
        """Score triples that differ in one lambda."""
        times, units, penalties = (
            np.array(list(dict.fromkeys(values)), dtype=np.float64) for values in zip(*triples)
        )
        try:
            found = _functions().search(
                self._data.Y,
                self._data.W,
                method="grid",
                grid_time=times,
                grid_unit=units,
                grid_nn=penalties,
                abandon=abandon,
            )
        except TropError as error:
            if error.code != "no_estimable_cell":
                raise
            self.gaps = True
            return
        self.gaps |= found["n_not_estimable"] > 0
        table = found["scores"]
        _warn_uncertified(int(table["n_uncertified"].sum()), "leave-one-out fits")
        rows = zip(table["lambda_time"], table["lambda_unit"], table["lambda_nn"])
        for row, score, abandoned in zip(rows, table["score"], table["abandoned"]):
            kept = self._floors if abandoned else self._scores
            kept[key[Lambdas(*row)]] = float(score)


def loocv_grid_search_global(
    y: Floats,
    d: Floats,
    control_mask: Any,
    lambda_time_grid: Floats,
    lambda_unit_grid: Floats,
    lambda_nn_grid: Floats,
    max_iter: int,
    tol: float,
) -> SearchAnswer:
    """diff-diff's search for method "global": all triples, every fit of a triple weighted alike."""
    _check_masks(d, control_mask)
    data = _Data.read(y, d)
    weights = _PooledWeights(data)
    penalties: list[float] = lambda_nn_grid.tolist()
    scored = [
        (Lambdas(time, unit, nn), *score)
        for time in lambda_time_grid.tolist()
        for unit in lambda_unit_grid.tolist()
        for nn, score in zip(penalties, weights.scores(unit, time, penalties))
    ]
    # Weights that underflow leave cells out; such a candidate's sum is of too few.
    fewest = min(len(left_out) for _, _, left_out in scored)
    scores = [s if len(left_out) == fewest else math.inf for _, s, left_out in scored]
    best, _, left_out = scored[first_least(scores)]
    return (*best, min(scores), *_counted(data, left_out))


class _PooledWeights:
    """Weights of one fit for all treated cells, of the panel or of each of its draws."""

    def __init__(self, data: _Data, counts: Indices | None = None) -> None:
        self._data = data
        self._exact: dict[bytes, tuple[float, Cells]] = {}
        treated = data.W.max(axis=1)
        members = treated[None] if counts is None else treated * counts
        self._unit = unit_distances(data.Y, members, data.treated_periods)
        self._time = time_distances(data.Y.shape[1], data.treated_periods)

    def unit(self, rate: float) -> Floats:
        return decay(rate, self._unit)

    def period(self, rate: float) -> Floats:
        return decay(rate, self._time)

    def scores(self, unit: float, time: float, penalties: list[float]) -> list[tuple[float, Cells]]:
        """Score of each lambda_nn, and the cells that have none."""
        omega, theta = self.unit(unit)[0], self.period(time)
        # At lambda_nn = 0 all positive weights give the same fits: one score is enough.
        support = np.concatenate([omega > 0, theta > 0]).tobytes()
        known = {0.0: self._exact[support]} if support in self._exact else {}
        new = [nn for nn in dict.fromkeys(map(_penalty, penalties)) if nn not in known]
        if new:
            known.update(self._score(omega, theta, new))
        if 0.0 in known:
            self._exact[support] = known[0.0]
        return [known[_penalty(nn)] for nn in penalties]

    def _score(
        self, omega: Floats, theta: Floats, penalties: list[float]
    ) -> dict[float, tuple[float, Cells]]:
        data = self._data
        try:
            found = _functions().weighted_loocv(data.Y, data.W, omega, theta, np.array(penalties))
        except TropError as error:
            if error.code not in ("weights_all_zero", "no_estimable_cell"):
                raise
            every = [(int(unit), int(period)) for unit, period in np.argwhere(data.panel.control)]
            return dict.fromkeys(penalties, (math.inf, every))
        _warn_uncertified(int(found["n_uncertified"].sum()), "leave-one-out fits")
        cells = found["not_estimable"]
        left_out = list(zip(cells["unit"].tolist(), cells["period"].tolist()))
        return {nn: (score, left_out) for nn, score in zip(penalties, found["score"].tolist())}


def bootstrap_trop_variance(
    y: Floats,
    d: Floats,
    control_mask: Any,
    time_dist_matrix: Any,
    lambda_time: float,
    lambda_unit: float,
    lambda_nn: float,
    n_bootstrap: int,
    max_iter: int,
    tol: float,
    control_indices: Ints,
    treated_indices: Ints,
    survey_weights: Floats | None = None,
) -> tuple[Floats, float]:
    """Average effects in diff-diff's own draws at given lambdas, and their standard deviation."""
    _check_masks(d, control_mask, time_dist_matrix)
    data = _Data.read(y, d)
    found = _functions().att_of_draws(
        data.Y,
        data.W,
        _counts(d, control_indices, treated_indices)[:, data.units],
        float(lambda_time),
        float(lambda_unit),
        _penalty(lambda_nn),
        average=_average(survey_weights, data),
    )
    _warn_uncertified(found["n_uncertified"], "bootstrap draws")
    return _spread(found["att"])


def bootstrap_trop_variance_global(
    y: Floats,
    d: Floats,
    lambda_time: float,
    lambda_unit: float,
    lambda_nn: float,
    n_bootstrap: int,
    max_iter: int,
    tol: float,
    control_indices: Ints,
    treated_indices: Ints,
    survey_weights: Floats | None = None,
) -> tuple[Floats, float]:
    """Do the same for method "global": each draw has weights of its own."""
    data = _Data.read(y, d)
    counts = _counts(d, control_indices, treated_indices)[:, data.units]
    weights = _PooledWeights(data, counts)
    found = _functions().weighted_atts(
        data.Y,
        np.broadcast_to(data.W, (len(counts), *data.W.shape)),
        weights.unit(float(lambda_unit)),
        weights.period(float(lambda_time)),
        np.array([_penalty(lambda_nn)]),
        counts=counts,
        average=_average(survey_weights, data),
    )
    _warn_uncertified(found["n_uncertified"], "bootstrap draws")
    return _spread(found["att"][:, 0])


def _counts(d: Floats, control_indices: Ints, treated_indices: Ints) -> Indices:
    """How often each unit stands in each draw, (B, N); indices are positions in the two strata."""
    treated = (d == 1).any(axis=0)
    counts = np.zeros((len(control_indices), d.shape[1]), dtype=np.uint64)
    for stratum, indices in ((~treated, control_indices), (treated, treated_indices)):
        units = np.flatnonzero(stratum)
        for draw, chosen in enumerate(np.asarray(indices, dtype=np.int64)):
            counts[draw, units] = np.bincount(chosen, minlength=len(units))
    return counts


def _average(survey_weights: Floats | None, data: _Data) -> Floats | None:
    if survey_weights is None:
        return None
    return np.asarray(survey_weights, dtype=np.float64)[data.units]


def _spread(att: Floats) -> tuple[Floats, float]:
    draws = att[np.isfinite(att)]
    return draws, float(np.std(draws, ddof=1)) if len(draws) > 1 else math.nan


def estimate_model(
    self: Any,
    Y: Floats,
    control_mask: Bools,
    weight_matrix: Floats,
    lambda_nn: float,
    n_units: int,
    n_periods: int,
    exclude_obs: tuple[int, int] | None = None,
    _nonconvergence_tracker: list[int] | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Make the fit behind one effect of "local": (alpha, beta, L), 0 where there is no weight."""
    used = np.array(control_mask, dtype=np.bool_)
    if exclude_obs is not None:
        used[exclude_obs] = False
    alpha, beta, low_rank, _ = _fit(
        Y, used, *factors(weight_matrix), lambda_nn, _nonconvergence_tracker
    )
    return np.nan_to_num(alpha), np.nan_to_num(beta), low_rank


def solve_global_model(
    self: Any,
    Y: Floats,
    delta: Floats,
    lambda_nn: float,
    _nonconvergence_tracker: list[int] | None = None,
) -> tuple[float, Floats, Floats, Floats]:
    """Make the one fit of method "global": (mu, alpha, beta, L), the first alpha and beta 0."""
    alpha, beta, low_rank, connected = _fit(
        Y, delta > 0, *factors(delta), lambda_nn, _nonconvergence_tracker
    )
    units, periods = np.isfinite(alpha), np.isfinite(beta)
    if not connected[np.ix_(periods, units)].all():
        raise TropError(
            "no_estimable_cell",
            'The fit of method="global" is not identified: no chain of untreated, observed cells'
            ' connects all units and periods. Use method="local", which leaves out what cannot be'
            " estimated.",
        )
    if not units.all():
        warnings.warn(
            f"{int((~units).sum())} of {len(units)} units have no weight in the fit of"
            ' method="global": their effects are NaN.',
            UserWarning,
            stacklevel=2,
        )
    first_unit, first_period = alpha[units][0], beta[periods][0]
    return float(first_unit + first_period), alpha - first_unit, beta - first_period, low_rank


def _fit(
    Y: Floats,
    used: Bools,
    unit: Floats,
    period: Floats,
    lambda_nn: float,
    tracker: list[int] | None,
) -> tuple[Floats, Floats, Floats, Bools]:
    """Effects (NaN without weight), L, and the cells whose unit and period are connected; T x N."""
    finite = np.isfinite(Y)
    rows, columns = finite.any(axis=1), finite.any(axis=0)
    part = np.ix_(rows, columns)
    fit = _functions().weighted_fit(
        np.where(finite, Y, np.nan)[part].T,
        (~used[part]).T.astype(np.float64),
        unit[columns],
        period[rows],
        _penalty(lambda_nn),
    )
    if fit["status"] != "solved":
        if tracker is None:
            _warn_uncertified(1, "fit(s)")
        else:  # where diff-diff counts its fits that did not converge
            tracker.append(1)
    alpha, beta = np.full(Y.shape[1], np.nan), np.full(Y.shape[0], np.nan)
    low_rank, connected = np.zeros(Y.shape), np.zeros(Y.shape, dtype=np.bool_)
    alpha[columns], beta[rows] = fit["unit_effect"], fit["period_effect"]
    low_rank[part] = fit["low_rank"].T
    connected[part] = np.isfinite(fit["fitted"].T)
    return alpha, beta, low_rank, connected


def _warn_uncertified(number: int, what: str) -> None:
    if number:
        warnings.warn(
            f"{number} {what} are not certified to the tolerance.", ConvergenceWarning, stacklevel=3
        )
