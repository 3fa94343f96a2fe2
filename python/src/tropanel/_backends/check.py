"""backend="check": compute everything twice, and insist that the two agree.

The answers are those of the compiled core. Two fits that are each certified to a relative gap of
1e-8 have effects within about 1e-6 of the outcome's standard deviation of each other, and scores,
which are sums of squares of such effects, within about 1e-6 of their size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import TropError
from .protocol import (
    Backend,
    Bootstrap,
    CellEffects,
    DrawAtts,
    Estimate,
    Grids,
    Positions,
    Search,
    WeightedAtts,
    WeightedFit,
    WeightedLoocv,
    Weights,
)

if TYPE_CHECKING:
    from .handles import Analysis, Columns, Inference, Labels, PanelHandle
    from .protocol import Cells, Design, Floats, Indices, Monitor, NotEstimable, Scores

#: Largest difference of effects and standard errors, in standard deviations of the outcome.
EFFECT_TOLERANCE = 1e-6
#: Largest relative difference of LOOCV scores.
SCORE_TOLERANCE = 1e-6
#: Largest relative difference of what is computed without iteration: distances, weights and grids.
DIRECT_TOLERANCE = 1e-9
#: Weights below this are subnormal or nearly so, and have few digits.
SMALLEST_WEIGHT = 1e-300


class Check:
    """Two backends as one: every function returns what `first` gives, if `second` agrees."""

    def __init__(self, first: Backend, second: Backend) -> None:
        self._first = first
        self._second = second

    def Panel(  # noqa: N802
        self,
        Y: Floats,
        W: Floats | None,
        design: Design | None = None,
        labels: Labels | None = None,
    ) -> PanelHandle:
        first = self._first.Panel(Y, W, design, labels)
        return _CheckedPanel(first, self._second.Panel(Y, W, design, labels), _spread(Y))

    def compute_unit_distance_matrix(self, Y: Floats, W: Floats, **settings: Any) -> Floats:
        first = self._first.compute_unit_distance_matrix(Y, W, **settings)
        second = self._second.compute_unit_distance_matrix(Y, W, **settings)
        _agree("unit distances", first, second, relative=DIRECT_TOLERANCE)
        return first

    def leave_period_out_distances(self, Y: Floats, W: Floats, unit: int, period: int) -> Floats:
        first = self._first.leave_period_out_distances(Y, W, unit, period)
        second = self._second.leave_period_out_distances(Y, W, unit, period)
        _agree("distances", first, second, relative=DIRECT_TOLERANCE)
        return first

    def weights(
        self,
        Y: Floats,
        W: Floats,
        unit: int,
        period: int,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        **settings: Any,
    ) -> Weights:
        lambdas = (lambda_time, lambda_unit, lambda_nn)
        first = self._first.weights(Y, W, unit, period, *lambdas, **settings)
        second = self._second.weights(Y, W, unit, period, *lambdas, **settings)
        near = {"relative": DIRECT_TOLERANCE, "absolute": SMALLEST_WEIGHT}
        _agree("unit weights", first["unit"], second["unit"], **near)
        _agree("time weights", first["period"], second["period"], **near)
        return first

    def pre_treatment_cells(self, Y: Floats, W: Floats) -> Positions:
        first = self._first.pre_treatment_cells(Y, W)
        second = self._second.pre_treatment_cells(Y, W)
        _agree("units of pre-treatment cells", first["unit"], second["unit"])
        _agree("periods of pre-treatment cells", first["period"], second["period"])
        return first

    def default_grids(self, Y: Floats, W: Floats, **settings: Any) -> Grids:
        first = self._first.default_grids(Y, W, **settings)
        second = self._second.default_grids(Y, W, **settings)
        _agree("default grid of lambda_time", first["time"], second["time"], DIRECT_TOLERANCE)
        _agree("default grid of lambda_unit", first["unit"], second["unit"], DIRECT_TOLERANCE)
        _agree("default grid of lambda_nn", first["nn"], second["nn"], DIRECT_TOLERANCE)
        return first

    def estimate(
        self,
        Y: Floats,
        W: Floats,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        **settings: Any,
    ) -> Estimate:
        lambdas = (lambda_time, lambda_unit, lambda_nn)
        first = self._first.estimate(Y, W, *lambdas, **settings)
        second = self._second.estimate(Y, W, *lambdas, **settings)
        near = EFFECT_TOLERANCE * _spread(Y)
        _agree("att", first["att"], second["att"], absolute=near)
        _agree_cells("effects of treated cells", first["treated"], second["treated"], near)
        if first["pre"] is not None and second["pre"] is not None:
            _agree_cells("placebo effects", first["pre"], second["pre"], near)
        _agree_reasons(first["not_estimable"], second["not_estimable"])
        return first

    def cell_effects(
        self,
        Y: Floats,
        W: Floats,
        unit: Indices,
        period: Indices,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        **settings: Any,
    ) -> CellEffects:
        target = (unit, period, lambda_time, lambda_unit, lambda_nn)
        first = self._first.cell_effects(Y, W, *target, **settings)
        second = self._second.cell_effects(Y, W, *target, **settings)
        near = EFFECT_TOLERANCE * _spread(Y)
        _agree_cells("effects", first["effects"], second["effects"], near)
        _agree_reasons(first["not_estimable"], second["not_estimable"])
        return first

    def search(self, Y: Floats, W: Floats, **settings: Any) -> Search:
        first = self._first.search(Y, W, **settings)
        second = self._second.search(Y, W, **settings)
        _agree_scores(first["scores"], second["scores"], first["score"], second["score"])
        return first

    def bootstrap(
        self,
        Y: Floats,
        W: Floats,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        **settings: Any,
    ) -> Bootstrap:
        lambdas = (lambda_time, lambda_unit, lambda_nn)
        first = self._first.bootstrap(Y, W, *lambdas, **settings)
        second = self._second.bootstrap(Y, W, *lambdas, **settings)
        near = EFFECT_TOLERANCE * _spread(Y)
        _agree("bootstrap draws", first["draws"], second["draws"], absolute=near)
        _agree("se", first["se"], second["se"], absolute=near)
        return first

    def weighted_fit(
        self,
        Y: Floats,
        W: Floats,
        unit_weights: Floats,
        period_weights: Floats,
        lambda_nn: float,
        **settings: Any,
    ) -> WeightedFit:
        given = (unit_weights, period_weights, lambda_nn)
        first = self._first.weighted_fit(Y, W, *given, **settings)
        second = self._second.weighted_fit(Y, W, *given, **settings)
        _agree("fitted", first["fitted"], second["fitted"], absolute=EFFECT_TOLERANCE * _spread(Y))
        return first

    def weighted_loocv(
        self,
        Y: Floats,
        W: Floats,
        unit_weights: Floats,
        period_weights: Floats,
        lambda_nn: Floats,
        **settings: Any,
    ) -> WeightedLoocv:
        given = (unit_weights, period_weights, lambda_nn)
        first = self._first.weighted_loocv(Y, W, *given, **settings)
        second = self._second.weighted_loocv(Y, W, *given, **settings)
        _agree("LOOCV scores", first["score"], second["score"], relative=SCORE_TOLERANCE)
        return first

    def weighted_atts(
        self,
        Y: Floats,
        W: Floats,
        unit_weights: Floats,
        period_weights: Floats,
        lambda_nn: Floats,
        **settings: Any,
    ) -> WeightedAtts:
        given = (unit_weights, period_weights, lambda_nn)
        first = self._first.weighted_atts(Y, W, *given, **settings)
        second = self._second.weighted_atts(Y, W, *given, **settings)
        _agree("att", first["att"], second["att"], absolute=EFFECT_TOLERANCE * _spread(Y))
        return first

    def att_of_draws(
        self,
        Y: Floats,
        W: Floats,
        counts: Indices,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        **settings: Any,
    ) -> DrawAtts:
        given = (counts, lambda_time, lambda_unit, lambda_nn)
        first = self._first.att_of_draws(Y, W, *given, **settings)
        second = self._second.att_of_draws(Y, W, *given, **settings)
        _agree("att", first["att"], second["att"], absolute=EFFECT_TOLERANCE * _spread(Y))
        return first

    def defaults(self) -> dict[str, Any]:
        return self._first.defaults()


class _CheckedPanel:
    """Two panels as one; diagnostics, which the second backend lacks, are refused by it."""

    def __init__(self, first: PanelHandle, second: PanelHandle, spread: float) -> None:
        self._first = first
        self._second = second
        self._near = EFFECT_TOLERANCE * spread

    def __getattr__(self, diagnostic: str) -> Any:
        return getattr(self._second, diagnostic)

    def weights(self, *arguments: Any) -> tuple[Columns, Columns]:
        both = self._first.weights(*arguments), self._second.weights(*arguments)
        for first, second in zip(*both):
            _agree(
                "weights",
                _column(first, "weight"),
                _column(second, "weight"),
                relative=DIRECT_TOLERANCE,
                absolute=SMALLEST_WEIGHT,
            )
        return both[0]

    def analyze(self, options: dict[str, Any], monitor: Monitor | None = None) -> _Checked:
        second = self._second.analyze(options, monitor)
        inference = second.inference()
        # The second backend says which method both have, if any.
        method = None if inference is None else inference["method"]
        first = self._first.analyze({**options, "inference": method}, monitor)
        self._agree_remarks()
        _agree_searches(first.tables().get("scores"), second.tables().get("scores"), first, second)
        _agree("att", first.facts()["att"], second.facts()["att"], absolute=self._near)
        ours, theirs = first.tables(), second.tables()
        for table, what in (("effects", "effects of treated cells"), ("pre_effects", "placebos")):
            _agree_cells(what, _as_cells(ours[table]), _as_cells(theirs[table]), self._near)
        _agree_reasons(_as_cells(ours["not_estimable"]), _as_cells(theirs["not_estimable"]))
        if inference is not None:
            drawn: Any = first.inference()
            _agree("draws", drawn["draws"], inference["draws"], absolute=self._near)
            _agree("se", first.facts()["se"], second.facts()["se"], absolute=self._near)
        return _Checked(first, second)

    def _agree_remarks(self) -> None:
        codes = [[code for code, _ in each.remarks()] for each in (self._first, self._second)]
        if codes[0] != codes[1]:
            raise TropError(
                "backend_mismatch",
                f"The backends differ in remarks: {codes[0]} against {codes[1]}.",
            )


class _Checked:
    """The first of two analyses that agree, with what the second says of its inference."""

    def __init__(self, first: Analysis, second: Analysis) -> None:
        self._first = first
        self._second = second

    def __getattr__(self, name: str) -> Any:
        return getattr(self._first, name)

    def inference(self) -> Inference | None:
        found, second = self._first.inference(), self._second.inference()
        if found is None or second is None:
            return found
        return {**found, "reason": second["reason"]}

    def no_inference(self) -> str | None:
        return self._second.no_inference()

    def notes(self) -> list[tuple[str, str, bool]]:
        about = ("inference_chosen", "no_inference")
        own = [note for note in self._second.notes() if note[0] in about]
        return [*self._first.notes(), *own]


def _column(columns: Columns, name: str) -> Any:
    return next(values for own, _, values in columns if own == name)


def _as_cells(columns: Columns) -> Any:
    """Read a table of cells as the functions give them."""
    found = {name: values for name, _, values in columns}
    return {**found, "period": found["time"]}


def _agree_searches(
    first: Columns | None, second: Columns | None, ours: Analysis, theirs: Analysis
) -> None:
    if first is None or second is None:
        return
    scores = [{name: values for name, _, values in table} for table in (first, second)]
    best = [found.facts()["loocv_score"] for found in (ours, theirs)]
    _agree_scores(scores[0], scores[1], best[0], best[1])


def _agree_scores(first: Any, second: Any, best: float, other: float) -> None:
    """Compare what both scored: where two lambdas tie, the searches may go different ways."""
    ours, theirs = _by_lambdas(first), _by_lambdas(second)
    common = [triple for triple in ours if triple in theirs]
    _agree(
        "LOOCV scores",
        [ours[triple] for triple in common],
        [theirs[triple] for triple in common],
        relative=SCORE_TOLERANCE,
    )
    _agree("best score", best, other, relative=SCORE_TOLERANCE)


def _spread(Y: Floats) -> float:
    return float(np.nanstd(Y))


def _by_lambdas(scores: Scores) -> dict[tuple[float, float, float], float]:
    """Map each triple to its score; an abandoned score is not one."""
    triples = zip(scores["lambda_time"], scores["lambda_unit"], scores["lambda_nn"])
    full = ~np.asarray(scores["abandoned"])
    return {triple: score for triple, score, whole in zip(triples, scores["score"], full) if whole}


def _agree_cells(what: str, first: Cells, second: Cells, absolute: float) -> None:
    _agree(f"units of {what}", first["unit"], second["unit"])
    _agree(f"periods of {what}", first["period"], second["period"])
    _agree(what, first["effect"], second["effect"], absolute=absolute)
    for one, other in ((first, second), (second, first)):
        above = np.asarray(one["effect"]) - other["effect_max"] - absolute
        below = np.asarray(other["effect_min"]) - one["effect"] - absolute
        outside = np.flatnonzero((above > 0) | (below > 0))
        if outside.size:
            k = int(outside[0])
            raise TropError(
                "backend_mismatch",
                f"{what.capitalize()} of one backend lie outside of the intervals of the other at"
                f" {outside.size} places, first at {k}: {one['effect'][k]!r} outside of"
                f" [{other['effect_min'][k]!r}, {other['effect_max'][k]!r}].",
            )


def _agree_reasons(first: NotEstimable, second: NotEstimable) -> None:
    """Insist on the same cells without an effect; where it is not unique, the ranges overlap."""
    ours, theirs = (
        list(zip(one["unit"].tolist(), one["period"].tolist(), one["reason"]))
        for one in (first, second)
    )
    if ours != theirs:
        raise TropError(
            "backend_mismatch",
            f"The backends differ in the cells without an effect: {ours} (rust) against {theirs}"
            " (numpy).",
        )
    apart = (first["effect_min"] > second["effect_max"]) | (
        second["effect_min"] > first["effect_max"]
    )
    if apart.any():
        raise TropError(
            "backend_mismatch",
            "The ranges of effects that are not unique do not overlap between the backends.",
        )


def _agree(
    what: str, first: Any, second: Any, relative: float = 0.0, absolute: float = 0.0
) -> None:
    first, second = np.atleast_1d(first), np.atleast_1d(second)
    if first.shape != second.shape:
        raise TropError(
            "backend_mismatch",
            f"The backends differ in the number of {what}: {first.shape} against {second.shape}.",
        )
    same = np.isclose(first, second, rtol=relative, atol=absolute, equal_nan=True)
    if not same.all():
        worst = tuple(int(index[0]) for index in np.nonzero(~same))
        raise TropError(
            "backend_mismatch",
            f"The backends differ in {what} at {(~same).sum()} of {same.size} places, first at"
            f" {worst}: {first[worst]!r} (rust) against {second[worst]!r} (numpy); allowed are"
            f" {absolute:g} + {relative:g} of the value.",
        )
