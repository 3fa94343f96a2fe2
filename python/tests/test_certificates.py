"""Certificates that hold: the gap says solved or not, intervals hold the exact effects."""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conic import minimize

import tropanel
from tropanel import TropError, _core
from tropanel._backends import reference as _numpy
from tropanel._backends.check import Check
from tropanel._backends.protocol import Backend
from tropanel._data.matrix import read_wide
from tropanel._estimate.options import Request
from tropanel._estimate.run import run

cvxpy = pytest.importorskip("cvxpy")

NAN = math.nan
TALL_Y = np.array([[10.6, 16.4], [5.1, 0.8], [-2.9, 0.1], [-8.9, 10.4], [-5.4, -8.9]])
TALL_W = np.array([[0, 0], [0, 0], [1, 1], [0, 1], [1, 1]], dtype=float)
GAPPY_Y = np.array(
    [[5.7, -3, NAN, 1, -1], [0, NAN, -1, -2, -2], [3.4, 5.4, NAN, -2, -1]], dtype=float
)
GAPPY_W = np.array([[0, 0, 0, 1, 1], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]], dtype=float)
BACKENDS = pytest.mark.parametrize("backend", [_core, _numpy], ids=["rust", "numpy"])


@BACKENDS
@pytest.mark.parametrize("nn", [0.0, 1e-300, 1e-60, 1e-20, 1e-12, 1e-10])
def test_a_penalty_below_rounding_is_the_limit_zero(backend: Backend, nn: float) -> None:
    found = backend.estimate(TALL_Y, TALL_W, 0.0, 0.0, nn)
    assert found["converged"]
    assert found["att"] == pytest.approx(18.55, abs=1e-7)


@BACKENDS
def test_no_effect_is_unique(backend: Backend) -> None:
    with pytest.raises(TropError) as error:
        backend.estimate(GAPPY_Y, GAPPY_W, 0.1, 0.1, 0.1)
    assert error.value.code == "effects_not_unique"


@BACKENDS
def test_what_is_not_unique_is_left_out(backend: Backend) -> None:
    found = backend.estimate(GAPPY_Y, GAPPY_W, 0.1, 0.1, 2.0)
    missed = found["not_estimable"]
    assert missed["reason"] == ["disconnected", "not_unique"]
    assert np.isnan(missed["effect_min"][0])
    # Conic solvers find these ends where the objective is the least one.
    assert missed["effect_min"][1] == pytest.approx(-3.596, abs=2e-3)
    assert missed["effect_max"][1] == pytest.approx(-2.460, abs=3e-3)
    assert found["att"] == pytest.approx(found["treated"]["effect"].mean())
    assert len(found["treated"]["effect"]) == 2


@BACKENDS
@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (1e-150 * np.arange(12.0).reshape(4, 3) ** 2, "outcome_too_small"),
        (
            np.where(np.arange(12).reshape(4, 3) == 1, 1e32, np.arange(12.0).reshape(4, 3) ** 2),
            "outcome_too_far",
        ),
    ],
)
def test_sizes_that_are_refused(backend: Backend, outcome: Any, code: str) -> None:
    treated = np.zeros((4, 3))
    treated[3, 2] = 1
    with pytest.raises(TropError) as error:
        backend.compute_unit_distance_matrix(outcome, treated)
    assert error.value.code == code


@BACKENDS
def test_weights_that_are_refused(backend: Backend) -> None:
    with pytest.raises(TropError) as error:
        backend.weighted_fit(TALL_Y, TALL_W, np.full(5, 1e308), np.ones(2), 1.0)
    assert error.value.code == "weights_out_of_range"


def random_panel(seed: int) -> tuple[Any, Any, tuple[float, float, float]]:
    """Small panels with gaps and coarse outcomes, at small and large penalties."""
    r = np.random.default_rng(seed)
    shape = tuple(r.integers(3, 6, size=2))
    outcome = np.round(3 * r.normal(size=shape), 1)
    outcome[r.random(shape) < 0.1] = NAN
    treated = (r.random(shape) < 0.2).astype(float)
    nn = float(r.choice([0.0, 0.1, 0.5, 2.0, 10.0]))
    return outcome, treated, (float(r.choice([0, 0.1])), float(r.choice([0, 0.1])), nn)


def answer(backend: Backend, outcome: Any, treated: Any, lambdas: Any) -> Any:
    try:
        return backend.estimate(outcome, treated, *lambdas)
    except TropError as error:
        return error.code


@pytest.mark.parametrize("seed", range(40))
def test_core_and_reference_lie_in_each_others_intervals(seed: int) -> None:
    outcome, treated, lambdas = random_panel(seed)
    ours, theirs = (answer(backend, outcome, treated, lambdas) for backend in (_core, _numpy))
    if isinstance(ours, str) or isinstance(theirs, str):
        assert ours == theirs
        return
    for found in (ours, theirs):
        assert found["converged"] == (found["max_gap"] <= 1e-8)
        cells = found["treated"]
        assert (cells["effect_min"] <= cells["effect"]).all()
        assert (cells["effect"] <= cells["effect_max"]).all()
    assert ours["not_estimable"]["reason"] == theirs["not_estimable"]["reason"]
    slack = 1e-9 * np.nanstd(outcome)
    for one, other in ((ours["treated"], theirs["treated"]), (theirs["treated"], ours["treated"])):
        assert (other["effect_min"] - slack <= one["effect"]).all()
        assert (one["effect"] <= other["effect_max"] + slack).all()


def conic_excess(outcome: Any, weights: Any, nn: float, cell: tuple[int, int]) -> Any:
    """Least objective with a cell's effect given, less the least one, by a conic solver."""
    least = minimize(np.nan_to_num(outcome), weights, nn).objective
    n_units, n_periods = outcome.shape
    low_rank = cvxpy.Variable(outcome.shape)
    unit, period = cvxpy.Variable((n_units, 1)), cvxpy.Variable((1, n_periods))
    fitted = unit @ np.ones((1, n_periods)) + np.ones((n_units, 1)) @ period + low_rank
    residual = cvxpy.multiply(np.sqrt(weights), np.nan_to_num(outcome) - fitted)
    value = cvxpy.Parameter()
    objective = cvxpy.sum_squares(residual) + nn * cvxpy.normNuc(low_rank)
    problem = cvxpy.Problem(cvxpy.Minimize(objective), [fitted[cell] == value])

    def excess(effect: float) -> float:
        value.value = outcome[cell] - effect
        for solver, settings in (("CLARABEL", {}), ("SCS", {"eps": 1e-10, "max_iters": 200_000})):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                problem.solve(solver=solver, **settings)
            if problem.status == "optimal":
                return float(problem.value - least)
        raise AssertionError(f"no conic solver is sure: {problem.status}")

    return excess


@pytest.mark.parametrize("nn", [0.1, 2.0, 10.0])
@pytest.mark.parametrize("cell", [(0, 3), (0, 4), (2, 3)])
def test_intervals_agree_with_a_conic_solver(nn: float, cell: tuple[int, int]) -> None:
    unit, period = (np.array([k], dtype=np.uint64) for k in cell)
    found = _core.cell_effects(GAPPY_Y, GAPPY_W, unit, period, 0.1, 0.1, nn)
    weights = _core.weights(GAPPY_Y, GAPPY_W, *cell, 0.1, 0.1, nn)
    product = np.outer(weights["unit"], weights["period"])
    control = (GAPPY_W == 0) & ~np.isnan(GAPPY_Y)
    excess = conic_excess(GAPPY_Y, np.where(control, product, 0.0), nn, cell)
    determined = len(found["effects"]["effect"]) == 1
    table = found["effects"] if determined else found["not_estimable"]
    low, high = table["effect_min"][0], table["effect_max"][0]
    # A twentieth inside of the interval the objective is the least one, as far as a conic solver
    # tells (1e-8); a twentieth outside it is not.
    inside = [(low + high) / 2] if determined else [low + 0.05, high - 0.05]
    assert max(excess(effect) for effect in inside) < 1e-7
    assert min(excess(effect) for effect in (low - 0.05, high + 0.05)) > 1e-6
    assert determined == (high - low < 0.01)


def test_a_check_of_backends_compares_intervals() -> None:
    both = Check(_core, _numpy)
    found = both.estimate(GAPPY_Y, GAPPY_W, 0.1, 0.1, 2.0)
    assert found["not_estimable"]["reason"] == ["disconnected", "not_unique"]

    class Shifted:
        def __getattr__(self, name: str) -> Any:
            return getattr(_numpy, name)

        def cell_effects(self, *arguments: Any, **settings: Any) -> Any:
            answer = _numpy.cell_effects(*arguments, **settings)
            answer["effects"]["effect_max"] = answer["effects"]["effect"] - 1.0
            return answer

    unit, period = np.array([0], dtype=np.uint64), np.array([3], dtype=np.uint64)
    with pytest.raises(TropError) as error:
        Check(_core, Shifted()).cell_effects(GAPPY_Y, GAPPY_W, unit, period, 0.1, 0.1, 10.0)
    assert error.value.code == "backend_mismatch"


def gappy_result(nn: float = 2.0) -> tropanel.TropResult:
    return tropanel.trop_matrix(
        GAPPY_Y, GAPPY_W, lambdas={"time": 0.1, "unit": 0.1, "nn": nn}, inference=None
    )


def test_a_result_says_what_is_not_unique() -> None:
    with pytest.warns(UserWarning, match="not unique"):
        result = gappy_result()
    assert "2 treated cells, 1 of them not unique" in " ".join(result.summary().split())
    assert any("not unique" in note and "larger lambda_nn" in note for note in result.notes)
    assert list(result.effects.columns[6:8]) == ["effect_min", "effect_max"]
    missed = result.not_estimable
    assert missed["effect_min"].isna().tolist() == [True, False]
    json.dumps(result.to_dict(), allow_nan=False)


def test_an_uncertified_att_is_marked_wherever_it_is_shown(tmp_path: Path) -> None:
    Y = np.random.default_rng(5).normal(size=(8, 6))
    W = np.zeros(Y.shape)
    W[7, 4:] = 1
    panel = read_wide(Y, W, None, None, None)
    lambdas = {"time": 0.1, "unit": 0.1, "nn": 0.5}
    options = {"lambdas": lambdas, "inference": None}
    certified = run(panel, Request(options, False, "rust"))
    rough = {**options, "max_iterations": 1, "tolerance": 1e-15}
    with pytest.warns(tropanel.ConvergenceWarning):
        result = run(panel, Request(rough, False, "rust"))
    assert not result.converged
    mark = "(not certified: gap "
    page = result.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"by {result.att:.4g} {mark}" in page
    for each, shown in ((result, True), (certified, False)):
        legend = each.plot("effects").get_legend()
        assert legend is not None
        texts = "".join(text.get_text() for text in legend.get_texts())
        for text in (repr(each), each.summary(), each._repr_html_(), texts):
            assert (mark in text) == shown
