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
    Ablation,
    AttAt,
    Backend,
    Bootstrap,
    CellEffects,
    DrawAtts,
    Estimate,
    Grids,
    Imbalance,
    Inference,
    LeftOut,
    Positions,
    PreFit,
    Search,
    WeightedAtts,
    WeightedFit,
    WeightedLoocv,
    Weights,
)

if TYPE_CHECKING:
    from .protocol import Cells, Defaults, Floats, Indices, Scores

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
        return {**first, "fit": (first["fit"], second["fit"])}

    def choose_inference(
        self, Y: Floats, W: Floats, *, method: str, **settings: Any
    ) -> tuple[str, str]:
        second = self._second.choose_inference(Y, W, method=method, **settings)
        self._first.choose_inference(Y, W, method=second[0], **settings)
        return second

    def infer(
        self,
        Y: Floats,
        W: Floats,
        fit: Any,
        lambda_time: float,
        lambda_unit: float,
        lambda_nn: float,
        *,
        method: str,
        **settings: Any,
    ) -> Inference:
        lambdas = (lambda_time, lambda_unit, lambda_nn)
        # The second backend says which method both have.
        second = self._second.infer(Y, W, fit[1], *lambdas, method=method, **settings)
        same = second["method"]
        first = self._first.infer(Y, W, fit[0], *lambdas, method=same, **settings)
        near = EFFECT_TOLERANCE * _spread(Y)
        _agree("draws", first["draws"], second["draws"], absolute=near)
        _agree("se", first["table"]["se"][0], second["table"]["se"][0], absolute=near)
        return {**first, "reason": second["reason"]}

    def remarks(self, Y: Floats, W: Floats, **settings: Any) -> list[tuple[str, str]]:
        first = self._first.remarks(Y, W, **settings)
        second = self._second.remarks(Y, W, **settings)
        codes = [[code for code, _ in found] for found in (first, second)]
        if codes[0] != codes[1]:
            raise TropError(
                "backend_mismatch",
                f"The backends differ in remarks: {codes[0]} against {codes[1]}.",
            )
        return first

    def diagnose(self, *arguments: Any, **settings: Any) -> Imbalance:
        return self._second.diagnose(*arguments, **settings)

    def att_at(self, *arguments: Any, **settings: Any) -> AttAt:
        return self._second.att_at(*arguments, **settings)

    def ablation(self, *arguments: Any, **settings: Any) -> Ablation:
        return self._second.ablation(*arguments, **settings)

    def leave_one_out(self, *arguments: Any, **settings: Any) -> LeftOut:
        return self._second.leave_one_out(*arguments, **settings)

    def pre_treatment_fit(self, *arguments: Any, **settings: Any) -> PreFit:
        return self._second.pre_treatment_fit(*arguments, **settings)

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
        return first

    def search(self, Y: Floats, W: Floats, **settings: Any) -> Search:
        first = self._first.search(Y, W, **settings)
        second = self._second.search(Y, W, **settings)
        # Where two lambdas tie, the two searches may go different ways: what both scored counts.
        ours, theirs = _by_lambdas(first["scores"]), _by_lambdas(second["scores"])
        common = [triple for triple in ours if triple in theirs]
        _agree(
            "LOOCV scores",
            [ours[triple] for triple in common],
            [theirs[triple] for triple in common],
            relative=SCORE_TOLERANCE,
        )
        _agree("best score", first["score"], second["score"], relative=SCORE_TOLERANCE)
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

    def defaults(self) -> Defaults:
        return self._first.defaults()


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
