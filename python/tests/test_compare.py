"""Comparisons of estimators: published numbers, estimators that cannot be used, the picture."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from conftest import ROLES, Columns, frame

import tropanel
from tropanel import TropError, compare, compare_matrix
from tropanel._data.frames import frame_columns

PROP99 = ("packs_per_capita", "treated", "state", "year")
QUICK: dict[str, Any] = {"lambdas": {"time": 0.1, "unit": 0.1, "nn": math.inf}, "progress": False}


def test_published_numbers_of_proposition_99() -> None:
    found = compare(
        tropanel.datasets.prop99(),
        *PROP99,
        estimators=["did", "sc", "difp", "sdid"],
        inference=None,
        progress=False,
    )
    table = frame_columns(found.table)
    assert table["estimator"] == ["did", "sc", "difp", "sdid"]
    published = [-27.349, -19.514, -11.109, -15.604]
    assert table["att"] == pytest.approx(published, abs=5e-4)
    assert table["certified"] == [True] * 4
    assert np.isnan(table["p_value"]).all()
    weights = frame_columns(found.weights)
    sums: dict[tuple[str, str], float] = {}
    for name, side, weight in zip(weights["estimator"], weights["side"], weights["weight"]):
        sums[name, side] = sums.get((name, side), 0.0) + weight
    assert sums["sc", "unit"] == pytest.approx(1)
    assert sums["sdid", "time"] == pytest.approx(1)
    assert ("sc", "time") not in sums
    of_sc = [w for n, w in zip(weights["estimator"], weights["weight"]) if n == "sc"]
    donors = table["donors"][table["estimator"].index("sc")]
    assert donors == pytest.approx(1 / np.square(of_sc).sum())


def test_trop_among_them_is_trop(columns: Columns, library: str) -> None:
    options = {**QUICK, "inference": "jackknife"}
    found = compare(frame(columns, library), *ROLES, estimators=["did", "trop"], **options)
    alone = tropanel.trop(frame(columns, library), *ROLES, **options)
    table = frame_columns(found.table)
    assert (table["att"][1], table["se"][1]) == (alone.att, alone.se)
    assert table["p_value"][1] == alone.p_value
    assert table["method"] == ["jackknife", "jackknife"]
    events = frame_columns(found.by_event_time)
    own = [k for k, name in enumerate(events["estimator"]) if name == "trop"]
    expected = frame_columns(alone.by_event_time)["effect"]
    assert [events["effect"][k] for k in own] == expected
    paths = frame_columns(found.by_time)
    last = [k for k, name in enumerate(paths["estimator"]) if name == "trop"][-1]
    assert paths["counterfactual"][last] == frame_columns(alone.by_time)["counterfactual"][-1]


def test_an_estimator_that_cannot_be_used_has_a_row_and_a_note() -> None:
    found = compare_matrix(
        [[1.0, 2.0], [2.0, 4.0], [3.0, 3.0], [1.0, 5.0]],
        [[0, 0], [0, 0], [0, 0], [0, 1]],
        estimators=["did", "ascm"],
        inference="placebo",
        progress=False,
    )
    table = frame_columns(found.table)
    assert math.isnan(table["att"][1])
    assert table["error"] == ["", "no_estimable_cell"]
    assert table["p_value"][0] == 0.25
    assert any(note.startswith("ascm cannot be used here: ") for note in found.notes)
    assert "none, see notes" in found.summary()


def test_a_function_of_the_users_own_stands_among_them(columns: Columns) -> None:
    seen = []

    def last_gap(Y: Any, W: Any) -> float:
        seen.append((Y.copy(), W.copy()))
        Y[:] = 0
        return 1.25

    found = compare(frame(columns), *ROLES, estimators=[last_gap, "did"], inference=None)
    table = frame_columns(found.table)
    assert table["estimator"] == ["did", "last_gap"]
    assert table["att"][1] == 1.25
    assert not table["certified"][1]
    assert seen[0][0].shape == (8, 6)
    assert seen[0][1].sum() == 5
    again = compare(frame(columns), *ROLES, estimators=["did"], inference=None)
    assert frame_columns(again.table)["att"][0] == table["att"][0]
    assert any("last_gap" in note for note in found.notes)


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown estimator": ({"estimators": ["synth"]}, "estimator_unknown", "synth"),
    "an estimator twice": ({"estimators": ["sc", "sc"]}, "estimator_impossible", "listed twice"),
    "no name": ({"estimators": [3]}, "option_invalid", "names, or functions"),
    "own ones alone": ({"estimators": [lambda Y, W: 1.0]}, "option_invalid", "at least one"),
    "no number": (
        {"estimators": ["did", lambda Y, W: "much"]},
        "option_invalid",
        "must return a number",
    ),
    "unknown option of an estimator": (
        {"estimator_options": {"ranks": 2}},
        "option_unknown",
        "Did you mean 'rank'",
    ),
    "no such simplex": ({"estimator_options": {"simplex": "fast"}}, "option_invalid", "exact"),
    "no level": ({"level": 2.0}, "level_out_of_range", "level"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_asked_is_refused(columns: Columns, kind: str) -> None:
    asked, code, message = WRONG[kind]
    with pytest.raises(TropError, match=message) as error:
        compare(frame(columns), *ROLES, **{**QUICK, "inference": None, **asked})
    assert error.value.code == code
    with pytest.raises(TypeError, match="Did you mean 'level'"):
        compare(frame(columns), *ROLES, levels=0.9)  # type: ignore[call-arg]


def test_covariates_keep_those_out_that_know_none(columns: Columns) -> None:
    columns["price"] = np.random.default_rng(2).normal(size=48).tolist()
    found = compare(
        frame(columns), *ROLES, covariates="price", estimators=["did", "sc", "trop"], **QUICK
    )
    assert frame_columns(found.table)["error"] == ["", "estimator_impossible", ""]


def test_options_of_estimators_reach_them(columns: Columns) -> None:
    def att(**options: Any) -> list[float]:
        found = compare(
            frame(columns),
            *ROLES,
            estimators=["sdid", "mc"],
            estimator_options=options,
            inference=None,
            progress=False,
        )
        return list(frame_columns(found.table)["att"])

    plain, other = att(), att(zeta=10.0, lambda_nn=0.5)
    assert plain[0] != other[0]
    assert plain[1] != other[1]


def test_clusters_count_in_all_inferences(columns: Columns) -> None:
    columns["region"] = ["xxyyzzvw"["abcdefgh".index(unit)] for unit in columns["state"]]
    found = compare(
        frame(columns), *ROLES, cluster="region", estimators=["did", "sdid"], level=0.5, **QUICK
    )
    assert "treated and 3 never-treated clusters" in " ".join(found.notes)


def test_the_picture_has_paths_and_intervals(columns: Columns) -> None:
    found = compare(frame(columns), *ROLES, estimators=["did", "trop"], **QUICK)
    left, right = found.plot().axes
    assert [text.get_text() for text in left.get_legend().get_texts()] == [
        "Observed",
        "did",
        "trop",
    ]
    assert [label.get_text() for label in right.get_yticklabels()] == ["did", "trop"]
    low, high = right.get_xlim()
    for att in frame_columns(found.table)["att"]:
        assert low < att < high
    assert repr(found) == found.summary()
