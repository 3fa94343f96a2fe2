"""Any cell as the target: distances, weights, effects."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tropanel
from tropanel import TropError
from tropanel import _core as core
from tropanel._backends import check as _check
from tropanel._backends import reference as _numpy

Y = np.array([[1.0, 2.0, 3.0], [2.0, 3.0, 5.0], [0.0, 1.0, 2.5], [3.0, np.nan, 4.0]])
W = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 1]])
FIXED = {"time": 0.5, "unit": 0.2, "nn": 1.0}
TWO_WAY = {"time": 0.0, "unit": 0.0, "nn": math.inf}
BACKENDS = ["rust", "numpy", "check"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_distances_by_hand(backend: str) -> None:
    found = tropanel.leave_period_out_distances(Y, W, 1, 0, backend=backend)
    assert found == pytest.approx([1.0, 0.0, 2.0, math.inf])


@pytest.mark.parametrize("backend", BACKENDS)
def test_weights_by_hand(backend: str) -> None:
    found = tropanel.weights(Y, W, 1, 0, FIXED, backend=backend)
    assert found.unit == pytest.approx([math.exp(-0.2), 1.0, math.exp(-0.4), 0.0])
    assert found.period == pytest.approx([1.0, math.exp(-0.5), math.exp(-1.0)])


@pytest.mark.parametrize("backend", BACKENDS)
def test_cells_before_the_treatment(backend: str) -> None:
    found = tropanel.pre_treatment_cells(Y, W, backend=backend)
    assert found.tolist() == [[1, 0], [1, 1], [3, 0]]  # the outcome of (3, 1) is missing


@pytest.mark.parametrize("backend", BACKENDS)
def test_effects_by_hand(backend: str) -> None:
    """Two units, two periods: the placebo of (1, 0) is 4 - (6 - (2 - 1))."""
    outcomes, treatment = [[1.0, 2.0], [4.0, 6.0], [0.0, 0.0]], [[0, 0], [0, 0], [0, 1]]
    found = tropanel.cell_effects(outcomes, treatment, [(1, 0)], TWO_WAY, backend=backend)
    assert found.effect == pytest.approx([-1.0])
    assert found.counterfactual == pytest.approx([5.0])
    assert (found.status, found.gap.tolist(), found.rank.tolist()) == (["solved"], [0.0], [0])
    assert np.isnan(found.event_time).all()


@pytest.mark.parametrize("backend", BACKENDS)
def test_cells_are_ordered_and_counted_once(backend: str) -> None:
    cells = [(3, 2), (1, 1), (3, 1), (1, 1)]
    found = tropanel.cell_effects(Y, W, cells, FIXED, backend=backend)
    assert (found.unit.tolist(), found.period.tolist()) == ([1, 3], [1, 2])
    assert found.event_time.tolist() == [-1.0, 0.0]
    assert found.not_estimable == ((3, 1, "outcome_missing"),)
    assert found.effect == pytest.approx(found.observed - found.counterfactual)
    assert (found.dual <= found.primal * (1 + 1e-12)).all()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("cells", [[], np.empty((0, 2), dtype=np.int64)])
def test_no_cells(backend: str, cells: Any) -> None:
    found = tropanel.cell_effects(Y, W, cells, FIXED, backend=backend)
    assert (len(found.effect), found.status, found.not_estimable) == (0, [], ())


def test_treated_cells_have_the_effects_of_the_estimate() -> None:
    result = tropanel.trop_matrix(Y, W, lambdas=FIXED, inference=None)
    found = tropanel.cell_effects(Y, W, np.argwhere(W), FIXED)
    np.testing.assert_array_equal(found.effect, result.effects["effect"])


def test_weights_of_a_result_are_those_of_its_lambdas() -> None:
    result = tropanel.trop_matrix(Y, W, lambdas=FIXED, inference=None)
    found = tropanel.weights(Y, W, 1, 2, FIXED)
    np.testing.assert_array_equal(result.weights().unit["weight"], found.unit)
    np.testing.assert_array_equal(result.weights().time["weight"], found.period)


@pytest.mark.parametrize("lambdas", [FIXED, TWO_WAY, {"time": 0.1, "unit": 0.3, "nn": 0.0}])
def test_objectives_agree_with_the_reference(lambdas: dict[str, float]) -> None:
    rng = np.random.default_rng(3)
    outcomes = rng.normal(size=(7, 6))
    treatment = np.zeros((7, 6))
    treatment[:2, 4:] = 1
    cells = np.argwhere(treatment == 0)[::5]
    first, second = (
        tropanel.cell_effects(outcomes, treatment, cells, lambdas, backend=backend)
        for backend in ("rust", "numpy")
    )
    assert first.primal == pytest.approx(second.primal, rel=1e-6)
    assert first.dual == pytest.approx(second.dual, rel=1e-6)
    assert (first.primal >= second.dual * (1 - 1e-12)).all()


class _Shifted:
    """The reference, with answers that are off."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = getattr(_numpy, name)

        def off(*arguments: Any, **settings: Any) -> Any:
            return _shift(function(*arguments, **settings))

        return off


def _shift(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {key: _shift(value) for key, value in answer.items()}
    return answer + 1 if isinstance(answer, np.ndarray) else answer


def test_check_notices_what_differs() -> None:
    check = _check.Check(core, _Shifted())  # type: ignore[arg-type]
    target = np.array([1], dtype=np.uint64)
    for call in (
        lambda: check.leave_period_out_distances(Y, W.astype(float), 1, 0),
        lambda: check.weights(Y, W.astype(float), 1, 0, 0.5, 0.2, 1.0),
        lambda: check.pre_treatment_cells(Y, W.astype(float)),
        lambda: check.cell_effects(Y, W.astype(float), target, target, 0.5, 0.2, 1.0),
    ):
        with pytest.raises(TropError) as caught:
            call()  # type: ignore[no-untyped-call]
        assert caught.value.code == "backend_mismatch"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: tropanel.weights(Y, W, 4, 0, FIXED), "cell_out_of_range"),
        (lambda: tropanel.weights(Y, W, 0, 3, FIXED), "cell_out_of_range"),
        (lambda: tropanel.weights(Y, W, -1, 0, FIXED), "cell_out_of_range"),
        (lambda: tropanel.weights(Y, W, 2**70, 0, FIXED), "cell_out_of_range"),
        (lambda: tropanel.weights(Y, W, 1.0, 0, FIXED), "option_invalid"),  # type: ignore[arg-type]
        (lambda: tropanel.weights(Y, W, 0, 0, {"time": 1}), "lambdas_invalid"),
        (lambda: tropanel.weights(Y, Y, 0, 0, FIXED), "treatment_not_binary"),
        (lambda: tropanel.leave_period_out_distances(Y, W, 0, 9), "cell_out_of_range"),
        (lambda: tropanel.leave_period_out_distances(Y, W[:2], 0, 0), "shape_mismatch"),
        (lambda: tropanel.pre_treatment_cells(Y, 0 * W), "no_treated_cell"),
        (lambda: tropanel.cell_effects(Y, W, [(0, 0), (4, 0)], FIXED), "cell_out_of_range"),
        (lambda: tropanel.cell_effects(Y, W, [(0, -1)], FIXED), "cell_out_of_range"),
        (lambda: tropanel.cell_effects(Y, W, [0, 1], FIXED), "option_invalid"),
        (lambda: tropanel.cell_effects(Y, W, [(0, 1, 2)], FIXED), "option_invalid"),
        (lambda: tropanel.cell_effects(Y, W, [(0, 1), (2,)], FIXED), "option_invalid"),
        (lambda: tropanel.cell_effects(Y, W, [(0.0, 1.0)], FIXED), "option_invalid"),
        (lambda: tropanel.cell_effects(Y, W, "ab", FIXED), "option_invalid"),
        (lambda: tropanel.cell_effects(Y, W, [(0, 0)], FIXED, n_jobs=0), "threads_zero"),
        (lambda: tropanel.cell_effects(Y, W, [(0, 0)], {**FIXED, "nn": -1}), "lambda_invalid"),
    ],
)
def test_bad_input(call: Callable[[], Any], code: str) -> None:
    with pytest.raises(TropError) as caught:
        call()
    assert caught.value.code == code


@pytest.mark.parametrize("backend", [core, _numpy])
def test_bad_input_of_the_backends(backend: Any) -> None:
    y, w = Y, W.astype(float)
    few, many = np.array([0], dtype=np.uint64), np.array([0, 1], dtype=np.uint64)
    for call, code in (
        (lambda: backend.weights(y, w, 9, 0, 0.0, 0.0, 1.0), "cell_out_of_range"),
        (lambda: backend.leave_period_out_distances(y, w, 0, 3), "cell_out_of_range"),
        (lambda: backend.cell_effects(y, w, many, few, 0.0, 0.0, 1.0), "shape_mismatch"),
        (lambda: backend.cell_effects(y, w, few + 9, few, 0.0, 0.0, 1.0), "cell_out_of_range"),
    ):
        with pytest.raises(TropError) as caught:
            call()  # type: ignore[no-untyped-call]
        assert caught.value.code == code
