"""Cross-validation and default grids of the reference backend."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from reference_panels import DESIGNS, random_panel

from tropanel import TropError
from tropanel._backends import reference as backend
from tropanel._backends.reference.descent import search_descent
from tropanel._backends.reference.scores import Score, choose, ties
from tropanel._backends.reference.search import _search_cycle
from tropanel._backends.reference.settings import Lambdas

#: Rounding of small least-squares problems.
ROUNDING = 1e-11

GRIDS = {
    "grid_time": np.array([0.0, 0.5]),
    "grid_unit": np.array([0.0, 0.4]),
    "grid_nn": np.array([math.inf, 1.0]),
}


def small_panel(design, seed):
    return random_panel(design, seed, n_units=8, n_periods=7)


def table(result):
    """Scores by (time, unit, nn), in order of computation."""
    scores = result["scores"]
    triples = zip(scores["lambda_time"], scores["lambda_unit"], scores["lambda_nn"])
    return dict(zip(triples, scores["score"]))


def winner(result):
    return result["lambda_time"], result["lambda_unit"], result["lambda_nn"]


def test_score_of_two_way_fixed_effects_by_hand():
    # A 2 x 2 block of controls: each cell is 5 - 3 - 2 + 1 = 1 off what the other three say.
    Y = np.array([[1.0, 2.0, 0.0], [3.0, 5.0, 9.0], [0.0, 0.0, 0.0]])
    W = np.array([[0.0, 0, 1], [0.0, 0, 1], [1.0, 1, 1]])
    result = backend.search(
        Y, W, method="grid", grid_time=[0.0], grid_unit=[0.0], grid_nn=[math.inf]
    )
    assert result["n_cells"] == 4
    assert result["score"] == pytest.approx(4, abs=ROUNDING)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("lambdas", [(0.3, 0.0, math.inf), (0.3, 0.4, 1.0)])
def test_score_is_that_of_cells_marked_as_treated(design, lambdas):
    Y, W = small_panel(design, seed=1)
    result = backend.search(
        Y,
        W,
        method="grid",
        grid_time=lambdas[:1],
        grid_unit=lambdas[1:2],
        grid_nn=lambdas[2:],
        tolerance=1e-8,
    )
    total = 0.0
    for cell in zip(*np.nonzero((W == 0) & np.isfinite(Y))):
        marked = W.copy()
        marked[cell] = 1
        treated = backend.estimate(Y, marked, *lambdas)["treated"]
        where = (treated["unit"] == cell[0]) & (treated["period"] == cell[1])
        total += (treated["effect"][where] ** 2).sum()
    assert result["score"] == pytest.approx(total, rel=1e-8)


def test_grid_search_scores_every_triple_once():
    result = backend.search(*small_panel("block", seed=2), method="grid", **GRIDS)
    assert list(table(result)) == list(itertools.product(*GRIDS.values()))
    assert table(result)[winner(result)] == result["score"] == min(table(result).values())
    assert (result["scores"]["n_cells"] == result["n_cells"]).all()
    assert not result["scores"]["abandoned"].any()
    assert result["scores"]["max_gap"].max() <= 1e-6
    assert result["scores"]["n_uncertified"].tolist() == [0] * 8


def test_cycle_search_goes_one_lambda_at_a_time():
    Y, W = small_panel("staggered", seed=3)
    grid = table(backend.search(Y, W, method="grid", **GRIDS))
    result = backend.search(Y, W, method="cycle", **GRIDS)
    times, units, penalties = GRIDS.values()
    order = [(time, 0.0, math.inf) for time in times]
    time = min(order, key=grid.get)[0]
    order += [(time, unit, math.inf) for unit in units]
    unit = min(order[2:], key=grid.get)[1]
    order += [(time, unit, nn) for nn in penalties]
    computed = list(table(result))
    assert computed[: len(set(order))] == list(dict.fromkeys(order))
    assert len(set(computed)) == len(computed)
    chosen = winner(result)
    for axis, values in enumerate(GRIDS.values()):
        line = [(*chosen[:axis], value, *chosen[axis + 1 :]) for value in values]
        assert result["score"] <= min(grid[triple] for triple in line) * (1 + 1e-6)


def test_cycle_search_goes_on_until_a_round_changes_nothing():
    # Every step down leads to the next one; the last two are found in the second round.
    steps = {(0, 0, math.inf): 9, (0, 1, math.inf): 8, (0, 1, 1): 7, (1, 1, 1): 6, (1, 0, 1): 5}

    class Scorer:
        rounds = 0

        def best_of(self, candidates):
            self.rounds += len({candidate.time for candidate in candidates}) == 2
            values = [(steps.get((c.time, c.unit, c.nn), 10), c) for c in candidates]
            return choose([Score(lambdas, value) for value, lambdas in values])

    scorer = Scorer()
    grids = {"time": [0.0, 1.0], "unit": [0.0, 1.0], "nn": [1.0, math.inf]}
    assert _search_cycle(scorer, grids) == Score(Lambdas(1.0, 0.0, 1.0), 5)
    assert scorer.rounds == 3


def test_cycle_search_starts_outside_of_its_grids():
    grids = {"grid_time": [0.1, 0.4], "grid_unit": [0.3], "grid_nn": [2.0, 0.5]}
    result = backend.search(*small_panel("block", seed=4), method="cycle", **grids)
    assert list(table(result))[:2] == [(0.1, 0.0, math.inf), (0.4, 0.0, math.inf)]
    assert winner(result) in itertools.product(*grids.values())


class Table:
    """Scores by a formula, and what was asked for."""

    def __init__(self, formula):
        self.formula = formula
        self.scores = {}

    def scored(self, candidates):
        for lambdas in candidates:
            if lambdas not in self.scores:
                self.scores[lambdas] = Score(lambdas, self.formula(lambdas))
        return [self.scores[lambdas] for lambdas in candidates]

    def best_of(self, candidates):
        return choose(self.scored(candidates))

    def best_of_all(self):
        return choose(list(self.scores.values()))

    def least_penalized(self, candidates):
        return min(ties(self.scored(candidates)), key=lambda tie: tie.lambdas.nn)

    def is_better(self, score, other):
        return score.score < other.score


WIDE = {
    "time": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
    "unit": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
    "nn": [math.inf, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
}


def two_basins(at):
    """Strong weights are best without a low-rank part, weak ones, much better, with it."""
    if math.isinf(at.nn):
        return 20 + (at.time - 6) ** 2 + (at.unit - 4) ** 2
    return 1 + (at.nn - 2) ** 2 + 3 * at.time + 4 * at.unit


def test_descent_leaves_the_basin_in_which_a_cycle_stays():
    assert _search_cycle(Table(two_basins), WIDE).lambdas == Lambdas(6, 4, math.inf)
    shuffled = {"time": WIDE["time"][::-1], "unit": WIDE["unit"], "nn": WIDE["nn"][::-1]}
    for grids in (WIDE, shuffled):
        table = Table(two_basins)
        assert search_descent(table, grids).lambdas == Lambdas(0, 0, 2)
        # Counted by hand in the core's tests.
        assert len(table.scores) == 12 + 4 + (9 - 1) + 9 + 3 + 8 + 5 + 7


def test_descent_ends_a_walk_where_weights_underflow():
    table = Table(lambda at: math.inf if at.time + at.unit > 0 else two_basins(at))
    assert search_descent(table, WIDE).lambdas == Lambdas(0, 0, 2)
    assert math.isinf(search_descent(Table(lambda at: math.inf), WIDE).score)


def test_descent_finds_neighbours_where_the_low_rank_part_begins():
    def plateau(at):
        if (at.time, at.unit, at.nn) == (1, 1, 2):
            return 1
        return 50 if at.nn < 3 else 10 + at.time + at.unit

    assert search_descent(Table(plateau), WIDE).lambdas == Lambdas(1, 1, 2)
    assert search_descent(Table(lambda at: 1), WIDE).lambdas == Lambdas(0, 0, math.inf)


@pytest.mark.parametrize("method", ["race", "descent", "grid", "cycle"])
@pytest.mark.parametrize("design", DESIGNS)
def test_abandoning_changes_no_choice(method, design):
    Y, W = small_panel(design, seed=5)
    grids = {"grid_time": [0.0, 2.0], "grid_unit": [0.0, 3.0], "grid_nn": [1.0, math.inf]}
    full = backend.search(Y, W, method=method, **grids)
    quick = backend.search(Y, W, method=method, abandon=True, **grids)
    assert winner(quick) == winner(full)
    assert quick["score"] == full["score"]
    abandoned = quick["scores"]["abandoned"]
    for triple, score, stopped in zip(table(quick), table(quick).values(), abandoned):
        if stopped:
            assert quick["score"] < score < table(full)[triple] * (1 + ROUNDING)
        else:
            assert score == table(full)[triple]


def test_something_is_abandoned():
    grids = {"grid_time": [0.0, 2.0], "grid_unit": [0.0], "grid_nn": [1.0, math.inf]}
    result = backend.search(*small_panel("block", seed=5), method="grid", abandon=True, **grids)
    assert result["scores"]["abandoned"].any()


def score(time, unit, nn, value):
    return Score(Lambdas(time, unit, nn), value)


def test_ties_go_to_larger_nn_then_smaller_time_then_smaller_unit():
    tied = [
        score(0.0, 0.0, 1.0, 5.0),
        score(0.2, 0.0, 2.0, 5.0 * (1 + 5e-11)),
        score(0.1, 0.3, 2.0, 5.0 * (1 + 5e-11)),
        score(0.1, 0.2, 2.0, 5.0 * (1 + 9e-11)),
        score(0.0, 0.0, 3.0, 5.0 * (1 + 2e-10)),
    ]
    for order in itertools.permutations(tied):
        assert choose(list(order)).lambdas == Lambdas(0.1, 0.2, 2.0)


def test_tie_of_an_additive_panel_is_decided_for_the_simplest():
    _, W = small_panel("block", seed=6)
    Y = 10 * np.arange(8.0)[:, None] + np.zeros((1, 7))
    result = backend.search(
        Y, W, method="grid", grid_time=[1.0, 0.0], grid_unit=[0.0], grid_nn=[1.0, math.inf]
    )
    assert winner(result) == (0.0, 0.0, math.inf)


def test_cells_that_some_candidate_cannot_estimate_are_left_out_of_all():
    # Only units 0 and 2 lead to period 2, each to the other of the periods 0 and 1. Leave out any
    # of their four cells, and the rest of the way is through units that share no period with
    # them. Unit 4 has one control cell, which never can be left out.
    nan = math.nan
    Y = np.array([[1, nan, 2], [2, 5, nan], [nan, 3, 1], [4, 6, nan], [1, nan, 8]])
    W = np.zeros((5, 3))
    W[4, 2] = 1
    grids = {"method": "grid", "grid_time": [0.0], "grid_nn": [math.inf]}
    equal = backend.search(Y, W, grid_unit=[0.0], **grids)
    assert (equal["n_cells"], equal["n_not_estimable"]) == (8, 1)
    both = backend.search(Y, W, grid_unit=[0.0, 0.1], **grids)
    assert (both["n_cells"], both["n_not_estimable"]) == (4, 5)
    assert both["scores"]["n_cells"].tolist() == [4, 4]


def test_candidate_whose_weights_underflow_has_infinite_score():
    result = backend.search(
        *small_panel("block", seed=7),
        method="grid",
        grid_time=[0.0, 1e4],
        grid_unit=[0.0],
        grid_nn=[math.inf],
    )
    assert math.isfinite(result["score"])
    assert result["scores"]["score"][1] == math.inf


def test_no_candidate_with_a_finite_score():
    with pytest.raises(TropError, match="smaller") as error:
        backend.search(
            *small_panel("block", seed=7),
            method="cycle",
            grid_time=[1e4],
            grid_unit=[0.0],
            grid_nn=[math.inf],
        )
    assert error.value.code == "no_estimable_cell"


def test_no_control_cell_can_be_left_out():
    Y = np.array([[1.0, 2.0], [3.0, 4.0]])
    W = np.array([[0.0, 0.0], [0.0, 1.0]])
    with pytest.raises(TropError, match="None of the 3") as error:
        backend.search(Y, W, method="grid", **GRIDS)
    assert error.value.code == "no_estimable_cell"


def test_sample_of_cells_depends_on_the_seed_only():
    Y, W = small_panel("block", seed=8)
    grids = {"grid_time": [0.0], "grid_unit": [0.0], "grid_nn": [math.inf]}
    scores = [
        backend.search(Y, W, method="grid", max_cells=10, seed=seed, **grids) for seed in (1, 1, 2)
    ]
    assert [result["n_cells"] for result in scores] == [10, 10, 10]
    assert scores[0]["score"] == scores[1]["score"] != scores[2]["score"]
    everything = backend.search(Y, W, method="grid", max_cells=1000, seed=1, **grids)
    assert everything["score"] == backend.search(Y, W, method="grid", **grids)["score"]


def test_monitor_counts_the_fits_of_a_stage():
    class Monitor:
        calls = []  # noqa: RUF012

        def advance(self, stage, done, total):
            self.calls.append((stage, done, total))

    result = backend.search(
        *small_panel("block", seed=8), method="grid", max_cells=5, monitor=Monitor(), **GRIDS
    )
    assert result["n_cells"] == 5
    assert Monitor.calls == [("search", k + 1, 40) for k in range(40)]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"grid_time": []}, "grid_empty"),
        ({"grid_nn": [1.0, 2.0, 1.0]}, "grid_duplicate"),
        ({"grid_unit": [-1.0]}, "lambda_invalid"),
        ({"grid_unit": [math.inf]}, "lambda_invalid"),
        ({"max_cells": 0}, "sample_empty"),
        ({"threads": 0}, "threads_zero"),
        ({"method": "random"}, "option_invalid"),
    ],
)
def test_bad_options_are_refused(options, code):
    with pytest.raises(TropError) as error:
        backend.search(*small_panel("block", seed=9), **{"method": "grid", **GRIDS, **options})
    assert error.value.code == code


def test_default_grids_by_hand():
    # Controls: units 0, 1, 2 in periods 0, 1 and unit 3 in period 0. Distances of the pairs:
    # 01: 0, 02: sqrt(8), 03: 3, 12: sqrt(8), 13: 3, 23: 3; the median is (sqrt(8) + 3) / 2.
    Y = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 4.0], [3.0, 7.0]])
    W = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    grids = backend.default_grids(Y, W)
    np.testing.assert_array_equal(grids["time"], [0, 0.1, 0.25, 0.5, 1, 2, 3, 5])
    median = (math.sqrt(8) + 3) / 2
    np.testing.assert_allclose(grids["unit"], np.array([0, 0.5, 1, 2, 4, 8]) / median, rtol=1e-14)
    # Residuals are (x_j, -x_j) with x = (2/3, 2/3, -4/3): norm sqrt(2) sqrt(24) / 3.
    threshold = 2 * math.sqrt(48) / 3
    shares = np.array([0.5, 0.25, 0.1, 0.05, 0.02, 0.01])
    expected = [math.inf, *(threshold * shares)]
    np.testing.assert_allclose(grids["nn"], expected, rtol=1e-14)


def test_default_grids_move_with_the_unit_of_measurement():
    Y, W = random_panel("missing", seed=10)
    grids, scaled = backend.default_grids(Y, W), backend.default_grids(1000 * Y + 5, W)
    np.testing.assert_allclose(scaled["unit"] * 1000, grids["unit"], rtol=1e-10)
    np.testing.assert_allclose(scaled["nn"] / 1000, grids["nn"], rtol=1e-10)


def test_lambda_nn_of_the_threshold_rules_factors_out():
    Y, W = random_panel("switching", seed=11)
    threshold = backend.default_grids(Y, W)["nn"][1] / 0.5
    # leaving a target out moves the threshold of its own fit a little
    assert backend.estimate(Y, W, 0.0, 0.0, 1.05 * threshold)["treated"]["rank"].max() == 0
    assert backend.estimate(Y, W, 0.0, 0.0, 0.95 * threshold)["treated"]["rank"].min() == 1


@pytest.mark.parametrize("level", [0.0, 0.1])
def test_default_grids_of_a_constant_outcome(level):
    W = np.zeros((4, 3))
    W[3, 2] = 1
    grids = backend.default_grids(np.full((4, 3), level), W)
    assert grids["unit"].tolist() == [0]
    assert grids["nn"].tolist() == [math.inf]


def test_default_grids_of_an_additive_outcome_have_no_factors():
    W = np.zeros((5, 4))
    W[4, 3] = 1
    Y = np.sqrt(np.arange(5.0))[:, None] + np.log(np.arange(1.0, 5.0))
    grids = backend.default_grids(Y, W)
    assert len(grids["unit"]) == 6
    assert grids["nn"].tolist() == [math.inf]
