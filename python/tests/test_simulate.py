"""Estimators on simulated panels: scores by hand, own estimators, refusals, the picture."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from conftest import ROLES, Columns, frame

import tropanel
from tropanel import TropError, simulate, simulate_matrix
from tropanel._data.frames import frame_columns

QUICK: dict[str, Any] = {"draws": 12, "ranks": [], "progress": False}
STEADY = ("estimator", "rmse", "rmse_se", "relative_rmse", "bias", "share_best", "failures")


def difference(Y: Any, W: Any) -> float:
    """Difference in differences of a block without gaps, by hand."""
    units, periods = W.any(axis=1), W.any(axis=0)
    change = Y[:, periods].mean(axis=1) - Y[:, ~periods].mean(axis=1)
    return float(change[units].mean() - change[~units].mean())


def panel(n: int = 16, t: int = 12) -> tuple[Any, Any]:
    rng = np.random.default_rng(3)
    Y = rng.normal(size=(n, 2)) @ rng.normal(size=(2, t)) + 0.3 * rng.normal(size=(n, t)) + 50
    W = np.zeros((n, t))
    W[n - 3 :, t - 2 :] = 1
    return Y, W


def test_a_function_of_ones_own_is_scored_by_hand() -> None:
    draws = []

    def difference_of_draws(Y: Any, W: Any) -> float:
        draws.append(difference(Y, W))
        return draws[-1]

    Y, W = panel()
    found = simulate_matrix(Y, W, estimators=["did", difference_of_draws], **QUICK)
    table = frame_columns(found.table)
    assert table["estimator"] == ["did", "difference_of_draws"]
    assert len(draws) == 12
    rmse = math.sqrt(np.square(draws).mean()) / found.facts["scale"]
    assert table["rmse"] == pytest.approx([rmse, rmse], rel=1e-9)
    bias = np.mean(draws) / found.facts["scale"]
    assert table["bias"] == pytest.approx([bias, bias], rel=1e-9)
    assert any("difference_of_draws" in note for note in found.notes)
    # The scale is that of the control outcomes.
    assert found.facts["scale"] == pytest.approx(Y[W == 0].std(), rel=1e-12)


def test_the_treatment_effect_and_threads_change_nothing() -> None:
    Y, W = panel()
    arguments: dict[str, Any] = {"estimators": ["did", "sdid", "ife"], **QUICK}
    found = frame_columns(simulate_matrix(Y, W, n_jobs=1, **arguments).table)
    again = frame_columns(simulate_matrix(Y + 100 * W, W, n_jobs=2, **arguments).table)
    for name in STEADY:
        assert found[name] == again[name]


def test_lambdas_are_in_units_of_the_outcome() -> None:
    Y, W = panel()

    def rmse(by: float) -> list[float]:
        found = simulate_matrix(
            by * Y,
            W,
            estimators=["trop", "mc", "sdid"],
            estimator_options={"lambda_nn": 2.0 * by, "zeta": 0.5 * by},
            lambdas={"time": 0.1, "unit": 0.5 / by, "nn": 3.0 * by},
            tune="fixed",
            **QUICK,
        )
        return list(frame_columns(found.table)["rmse"])

    assert rmse(40.0) == pytest.approx(rmse(1.0), rel=1e-5)


def test_other_ranks_and_words(columns: Columns, library: str) -> None:
    found = simulate(
        frame(columns, library), *ROLES, estimators=["did", "sc"], draws=10, rank=3, ranks=[2],
        progress=False,
    )  # fmt: skip
    rows = frame_columns(found.by_rank)
    assert rows["rank"] == [2, 2, 3, 3]
    own = [k for k, rank in enumerate(rows["rank"]) if rank == 3]
    assert [rows["rmse"][k] for k in own] == frame_columns(found.table)["rmse"]
    text = found.summary()
    assert "The ranking holds for" in text.replace("\n ", "")
    assert "Rank 2" in text
    assert repr(found) == text
    assert found.sentence.startswith("In 10 simulated panels matched")
    generator = frame_columns(found.generator)
    assert len(generator["unit"]) == 48
    treated = sum(math.isnan(x) for x in generator["residual"])
    assert treated == 5
    json.dumps(found.to_dict(), allow_nan=False)


def test_coverage_is_on_request() -> None:
    Y, W = panel()
    plain = simulate_matrix(Y, W, estimators=["did"], **QUICK)
    assert math.isnan(frame_columns(plain.table)["coverage"][0])
    found = simulate_matrix(
        Y, W, estimators=["did"], coverage=True, inference="placebo", n_boot=20, **QUICK
    )
    table = frame_columns(found.table)
    assert 0.5 < table["coverage"][0] <= 1
    assert table["length"][0] > 0
    assert "covers" in found.summary()


def test_a_failing_estimator_costs_itself_alone() -> None:
    Y, W = panel()
    found = simulate_matrix(
        Y, W, estimators=["did", "ife"], estimator_options={"rank": 11}, **QUICK
    )
    table = frame_columns(found.table)
    assert table["failures"] == [0, 12]
    assert table["error"][0] == ""
    assert table["error"][1] != ""
    assert any(note.startswith("ife has no estimate in 12 of 12 panels") for note in found.notes)


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "one draw": ({"draws": 1}, "draws_too_few", "draws"),
    "no number of draws": ({"draws": "many"}, "option_invalid", "draws"),
    "unknown tuning": ({"tune": "twice"}, "option_invalid", "once, each, fixed"),
    "a rank too large": ({"rank": 12}, "simulation_impossible", "rank"),
    "ranks that are none": ({"ranks": [2.5]}, "option_invalid", "whole numbers"),
    "too many treated": ({"treated": 15}, "simulation_impossible", "cannot be treated"),
    "fixed without lambdas": (
        {"tune": "fixed", "estimators": ["trop"]},
        "simulation_impossible",
        "needs its lambdas",
    ),
    "retuning": ({"retune": True}, "simulation_impossible", "tune 'each'"),
    "coverage of nothing": (
        {"coverage": True, "inference": None},
        "simulation_impossible",
        "coverage",
    ),
    "unknown estimator": ({"estimators": ["synth"]}, "estimator_unknown", "synth"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_asked_is_refused(kind: str) -> None:
    asked, code, message = WRONG[kind]
    with pytest.raises(TropError, match=message) as error:
        simulate_matrix(*panel(), **{**QUICK, "estimators": ["did"], **asked})
    assert error.value.code == code


def test_a_unit_without_controls_is_named(columns: Columns) -> None:
    always = columns["state"][0]
    columns["law"] = [
        1 if unit == always else law for unit, law in zip(columns["state"], columns["law"])
    ]
    with pytest.raises(TropError, match=f"state {always} has no control outcome") as error:
        simulate(frame(columns), *ROLES, estimators=["did"], **QUICK)
    assert error.value.code == "simulation_impossible"


def test_the_picture_has_a_ranking_and_paths(columns: Columns) -> None:
    found = simulate(
        frame(columns),
        *ROLES,
        estimators=["did", "sc"],
        draws=10,
        rank=3,
        ranks=[2],
        progress=False,
    )
    left, right = found.plot().axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["did", "sc"]
    assert len(right.get_lines()) == 4


def noise(values: Any, rank: int, n: int, t: int, known: int) -> float:
    """Give v^2 from singular values of a filled matrix."""
    free = (n - rank) * (t - rank) * known / (n * t)
    return float(min(np.square(values[rank:]).sum() / free * max(n, t), values[rank] ** 2))


def filled(Y: Any, hidden: Any, rank: int) -> Any:
    """Fill hidden cells by plain steps, until one moves them by less than 1e-10."""
    Z = np.where(hidden, np.nan, Y)
    start = np.nanmean(Z, axis=1)[:, None] + np.nanmean(Z, axis=0) - np.nanmean(Z)
    Z = np.where(hidden, start, Y)
    known = int((~hidden).sum())
    level = noise(np.linalg.svd(Z, compute_uv=False), rank, *Z.shape, known)
    while True:
        moved = np.inf
        while moved > 1e-10:
            U, s, Vt = np.linalg.svd(Z, full_matrices=False)
            low = (U[:, :rank] * (s[:rank] - level / s[:rank])) @ Vt[:rank]
            moved = np.abs(low - Z)[hidden].max()
            Z[hidden] = low[hidden]
        after = noise(s, rank, *Z.shape, known)
        if abs(after - level) <= 0.01 * level:
            return Z
        level = after


@pytest.mark.parametrize("rank", [1, 3])
def test_the_generator_is_that_of_plain_imputation_in_numpy(rank: int) -> None:
    Y, W = panel()
    W[8:13, 7:] = 1  # staggered
    found = simulate_matrix(Y, W, estimators=["did"], rank=rank, **QUICK)
    control = Y[W == 0]
    Z = filled((Y - control.mean()) / control.std(), W == 1, rank)
    U, s, Vt = np.linalg.svd(Z, full_matrices=False)
    low = (U[:, :rank] * s[:rank]) @ Vt[:rank]
    parts = frame_columns(found.generator)
    signal = np.add(parts["two_way"], parts["interactive"]).reshape(Y.shape)
    np.testing.assert_allclose(signal, low, atol=1e-7)
    two_way = low.mean(axis=1)[:, None] + low.mean(axis=0) - low.mean()
    np.testing.assert_allclose(np.reshape(parts["two_way"], Y.shape), two_way, atol=1e-7)


def test_a_formula_and_cohorts_name_the_columns(columns: Columns) -> None:
    outcome, treatment, unit, time = ROLES
    by_names = simulate(frame(columns), *ROLES, estimators=["did"], rank=2, **QUICK)
    formula = f"{outcome} ~ {treatment} | {unit} + {time}"
    by_formula = simulate(formula, frame(columns), estimators=["did"], rank=2, **QUICK)
    scores = [frame_columns(found.table)["rmse"] for found in (by_names, by_formula)]
    assert scores[0] == scores[1]


def test_small_simulation_of_every_language() -> None:
    found = simulate(
        tropanel.datasets.prop99(), "packs_per_capita", "treated", "state", "year",
        estimators=["did", "sdid"], draws=25, treated=3, assignment="random", ranks=[2],
        seed=7, progress=False,
    )  # fmt: skip
    rows = frame_columns(found.by_rank)
    # The R package has the same numbers in tests/testthat/test-simulate.R.
    assert [x.hex() for x in rows["rmse"]] == EVERY_LANGUAGE


#: Root mean squared errors at ranks 2 and 4, of did and sdid, to the last bit.
EVERY_LANGUAGE = [
    "0x1.934a26267b715p-2", "0x1.da3400ad378d3p-3", "0x1.82c22987d7443p-2", "0x1.9487a823b2a3ep-3",
]  # fmt: skip
