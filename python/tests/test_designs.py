"""Anchors, covariates, weights of averages, groups and time distances, against what is not ours."""

from __future__ import annotations

import datetime
import math
import sys
import warnings
from typing import Any

import conic
import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame
from reference_panels import random_panel

import tropanel
from tropanel import TropError, TropResult, trop_matrix
from tropanel._data.frames import frame_columns

#: The peers' solvers stop earlier than this one (see test_compat_trop.py and _diff_diff.py).
SCS = 2e-4
OSQP = 1e-8
DIFF_DIFF = 2e-6


def _shared(seed: int = 0) -> tuple[Any, Any]:
    """Two-way effects, one factor and noise; units 0 and 3 are treated in the last two periods."""
    Y, _ = random_panel("block", seed, 9, 8)
    W = np.zeros(Y.shape)
    W[[0, 3], -2:] = 1
    return Y, W


@pytest.mark.skipif(sys.version_info < (3, 10), reason="the pinned package needs Python 3.10")
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("time", "unit", "nn"),
    [(0, 0, math.inf), (0.3, 0.4, math.inf), (0, 0, 4.0), (0.3, 0.4, 1.0)],
)
def test_pooled_is_the_authors_package(seed: int, time: float, unit: float, nn: float) -> None:
    import trop

    Y, W = _shared(seed)
    own = trop.TROP_TWFE_average(Y, W, [0, 3], unit, time, nn, treated_periods=2)
    lambdas = {"time": time, "unit": unit, "nn": nn}
    found = trop_matrix(Y, W, anchor="pooled", lambdas=lambdas, inference=None)
    assert found.att == pytest.approx(own, abs=OSQP if math.isinf(nn) else SCS)


def test_spell_averages_pooled_fits() -> None:
    Y, W = random_panel("block", 5, 9, 8)
    W[:] = 0
    W[[7, 8], -2:] = W[6, -4:] = 1
    found = trop_matrix(Y, W, anchor="spell", lambdas=FIXED, inference=None)
    parts = []
    for units in ([7, 8], [6]):
        own = np.where(np.isin(np.arange(9), units)[:, None], W, 0)
        others = np.where((W == 1) & (own == 0), np.nan, Y)
        alone = trop_matrix(others, own, anchor="pooled", lambdas=FIXED, inference=None)
        parts.append(alone.effects["effect"])
    assert found.att == pytest.approx(np.concatenate(parts).mean(), abs=1e-7)
    # With one spell for all, the two anchors are the same.
    block = _shared()
    one = [
        trop_matrix(*block, anchor=a, lambdas=FIXED, inference=None).att
        for a in ("spell", "pooled")
    ]
    assert one[0] == pytest.approx(one[1], abs=1e-9)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="the pinned package needs Python 3.10")
def test_weighted_average_is_diff_diff_s() -> None:
    import pandas as pd
    from diff_diff import TROP
    from diff_diff.survey import SurveyDesign

    Y, W = random_panel("block", 2, 8, 7)
    weight = np.linspace(0.5, 2.0, 8)
    unit, time = np.indices(Y.shape)
    data = pd.DataFrame(
        {
            "outcome": Y.ravel(),
            "treatment": W.ravel().astype(int),
            "unit": unit.ravel(),
            "time": time.ravel(),
            "weight": weight[unit.ravel()],
        }
    )
    grids = {"lambda_time_grid": [0.3], "lambda_unit_grid": [0.2], "lambda_nn_grid": [2.5]}
    own = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, design in (("plain", None), ("weighted", SurveyDesign(weights="weight"))):
            model = TROP(**grids, n_bootstrap=2, seed=0, max_iter=20000, tol=1e-9)
            roles = ("outcome", "treatment", "unit", "time")
            own[name] = model.fit(data, *roles, survey_design=design).att
    lambdas = {"time": 0.3, "unit": 0.2, "nn": 2.5}
    roles = ("outcome", "treatment", "unit", "time")
    plain = tropanel.trop(data, *roles, lambdas=lambdas, inference=None)
    weighted = tropanel.trop(
        data, *roles, lambdas=lambdas, inference=None, average_weights="weight"
    )
    assert plain.att == pytest.approx(own["plain"], abs=DIFF_DIFF)
    assert weighted.att == pytest.approx(own["weighted"], abs=DIFF_DIFF)
    assert abs(weighted.att - plain.att) > 1e-3


@pytest.mark.parametrize("nn", [0.3, 2.0, math.inf])
def test_covariates_match_a_conic_solver(nn: float) -> None:
    """Minimize the whole of Eq. 14 for one treated cell."""
    cvxpy = pytest.importorskip("cvxpy")
    Y, W = random_panel("missing", 4, 9, 8)
    rng = np.random.default_rng(4)
    X = {"price": rng.normal(size=Y.shape), "income": rng.normal(size=Y.shape)}
    Y = Y + 1.5 * X["price"] - 0.7 * X["income"]
    lambdas = {"time": 0.3, "unit": 0.2, "nn": nn}
    options = {"covariates": X, "lambdas": lambdas, "inference": None}
    result = trop_matrix(Y, W, by=["unit"], **options)
    row = result.effects.iloc[0]
    i, t = int(row["unit"]), int(row["time"])

    weights = tropanel.weights(Y, W, i, t, lambdas)
    cells = np.outer(weights.unit, weights.period) * ((W == 0) & np.isfinite(Y))
    low_rank, slope = cvxpy.Variable(Y.shape), cvxpy.Variable(2)
    alpha, beta = cvxpy.Variable((len(Y), 1)), cvxpy.Variable((1, Y.shape[1]))
    fitted = alpha @ np.ones((1, Y.shape[1])) + np.ones((len(Y), 1)) @ beta
    fitted = fitted + slope[0] * X["price"] + slope[1] * X["income"]
    if math.isfinite(nn):
        fitted = fitted + low_rank
    residual = cvxpy.multiply(np.sqrt(cells), np.nan_to_num(Y) - fitted)
    penalty = nn * cvxpy.normNuc(low_rank) if math.isfinite(nn) else 0
    problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(residual) + penalty))
    near = conic.solve(problem).effect
    assert row["counterfactual"] == pytest.approx(fitted.value[i, t], abs=near * np.nanstd(Y))

    alone = np.zeros(W.shape)
    alone[i, t] = 1
    masked = np.where((W == 1) & (alone == 0), np.nan, Y)
    one = trop_matrix(masked, alone, **options)
    assert one.coefficients["coefficient"].tolist() == pytest.approx(slope.value, abs=near)


def _with_design(columns: Columns) -> Columns:
    rng = np.random.default_rng(9)
    columns["price"] = rng.normal(size=48).tolist()
    columns["people"] = [1.0 + ord(u) - 97 for u in columns["state"]]
    columns["region"] = ["east" if u in "aceg" else "west" for u in columns["state"]]
    return columns


def test_averages_by_hand(columns: Columns, library: str) -> None:
    result = tropanel.trop(
        frame(_with_design(columns), library),
        *ROLES,
        lambdas=FIXED,
        inference=None,
        average_weights="people",
        by=["region", "unit", "cohort", "year"],
    )
    effects = frame_columns(result.effects)
    people = {"g": 7.0, "h": 8.0}
    share = np.array([people[unit] for unit in effects["unit"]])
    effect = np.array(effects["effect"])
    assert result.att == pytest.approx((share * effect).sum() / share.sum())
    assert frame_columns(result.average("region"))["measure"] == ["effect", "effect"]
    table = frame_columns(result.average("region", percent=True))
    assert table["region"] == ["east", "east", "west", "west"]
    assert table["measure"] == ["effect", "percent", "effect", "percent"]
    of_g = [k for k, unit in enumerate(effects["unit"]) if unit == "g"]
    assert table["estimate"][0] == pytest.approx(effect[of_g].mean())
    without = np.array(effects["counterfactual"])[of_g]
    assert table["estimate"][1] == pytest.approx(100 * effect[of_g].sum() / without.sum())
    years = frame_columns(result.average("year"))
    assert set(years["year"]) == {2004, 2005, 2006}
    assert set(frame_columns(result.average("cohort"))["cohort"]) == {2004, 2005}
    assert frame_columns(result.average("unit"))["unit"][0] == "g"
    flat = frame_columns(result.averages)
    assert set(flat["by"]) == {"all", "event_time", "region", "unit", "cohort", "year"}
    total = flat["estimate"][flat["measure"].index("cumulative")]
    assert total == pytest.approx((share * effect).sum())


def test_cumulative_effects_by_hand(columns: Columns) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None)
    means = [x for e, x in zip(*_event(result)) if e >= 0]
    cumulative = result.plot_data("cumulative")["cumulative"].tolist()
    assert cumulative == pytest.approx(np.cumsum(means))


def _event(result: TropResult) -> tuple[list[int], list[float]]:
    table = frame_columns(result.by_event_time)
    return table["event_time"], table["effect"]


def test_groups_keep_their_type(columns: Columns, library: str) -> None:
    days = [datetime.date(2020, 1, 1 + ord(u) - 97) for u in columns["state"]]
    columns["since"] = days
    result = tropanel.trop(
        frame(columns, library), *ROLES, lambdas=FIXED, inference=None, by="since"
    )
    found = frame_columns(result.average("since"))["since"]
    assert found == [days[36], days[42]]


def test_matrices_and_frames_agree(columns: Columns) -> None:
    data = _with_design(columns)
    options = {"lambdas": FIXED, "inference": "jackknife", "anchor": "pooled"}
    by = ["region", "time"]
    long = tropanel.trop(
        frame(data), *ROLES, covariates="price", average_weights="people", by=by, **options
    )
    shape = (8, 6)
    wide = trop_matrix(
        np.reshape(data["sales"], shape),
        np.reshape(data["law"], shape),
        units=list("abcdefgh"),
        times=range(2001, 2007),
        covariates={"price": np.reshape(data["price"], shape)},
        average_weights=np.arange(1.0, 9.0),
        by=by,
        groups={"region": np.reshape(np.array(data["region"], dtype=object), shape)[:, :1]},
        **options,
    )
    assert long.averages.equals(wide.averages)
    assert long.coefficients.equals(wide.coefficients)
    assert long.se == wide.se


def test_scale_of_covariates_and_averages_does_not_matter(columns: Columns) -> None:
    data = _with_design(columns)
    options = {"lambdas": FIXED, "inference": None, "covariates": ["price"]}
    first = tropanel.trop(frame(data), *ROLES, average_weights="people", **options)
    data["price"] = [100 * x + 3 for x in data["price"]]
    data["people"] = [10 * x for x in data["people"]]
    second = tropanel.trop(frame(data), *ROLES, average_weights="people", **options)
    assert second.att == pytest.approx(first.att, abs=1e-7)
    ratio = second.coefficients["coefficient"][0] / first.coefficients["coefficient"][0]
    assert ratio == pytest.approx(0.01, rel=1e-6)


def test_calendar_counts_gaps(columns: Columns) -> None:
    years = {2001: 2000, 2002: 2001, 2003: 2002, 2004: 2004, 2005: 2005, 2006: 2006}
    columns["year"] = [years[year] for year in columns["year"]]
    lambdas = {"time": math.log(2), "unit": 0, "nn": math.inf}
    weights = {}
    for distance in ("position", "calendar"):
        result = tropanel.trop(
            frame(columns), *ROLES, lambdas=lambdas, inference=None, time_distance=distance
        )
        weights[distance] = result.weights("h", 2004).time["weight"].tolist()
        noted = any("not evenly spaced" in note for note in result.notes)
        assert noted == (distance == "position")
    assert weights["position"] == pytest.approx([1 / 8, 1 / 4, 1 / 2, 1, 1 / 2, 1 / 4])
    assert weights["calendar"] == pytest.approx([1 / 16, 1 / 8, 1 / 4, 1, 1 / 2, 1 / 4])


def test_calendar_of_even_periods_is_position(columns: Columns) -> None:
    columns["year"] = [datetime.date(2020, year - 2000, 1) for year in columns["year"]]
    found = [
        tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None, time_distance=d).att
        for d in ("position", "calendar")
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("treated", "words"),
    [
        (lambda u, t: u in "gh" and t == 2004, "treated in a single period"),
        (lambda u, t: u in "gh" and t < 2004, "are 0 and 1 swapped"),
    ],
)
def test_remarks_are_notes(columns: Columns, treated: Any, words: str) -> None:
    columns["law"] = [int(treated(u, t)) for u, t in zip(columns["state"], columns["year"])]
    for backend in ("auto", "numpy", "check"):
        result = tropanel.trop(
            frame(columns), *ROLES, lambdas=FIXED, inference=None, backend=backend
        )
        assert any(words in note for note in result.notes)


@pytest.mark.parametrize("backend", ["numpy", "check"])
@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"anchor": "pooled"}, "anchor='pooled'"),
        ({"covariates": ["price"]}, "covariates"),
        ({"average_weights": "people"}, "average_weights"),
        ({"by": ["region"]}, "averages by columns"),
        ({"by": ["unit"]}, "by='unit'"),
        ({"time_distance": "calendar"}, "time_distance='calendar'"),
        ({"inference": "placebo"}, "inference='placebo'"),
        ({"lambdas": None, "search": "adaptive"}, "search='adaptive'"),
        ({"lambdas": None, "criterion": "placebo_sets"}, "criterion='placebo_sets'"),
    ],
)
def test_what_numpy_lacks(
    columns: Columns, backend: str, options: dict[str, Any], name: str
) -> None:
    given: dict[str, Any] = {"lambdas": FIXED, **options}
    if given["lambdas"] is None:
        given["grids"] = {"time": [0.1], "unit": [0.1], "nn": [math.inf]}
    with pytest.raises(TropError, match=f"NumPy backend does not have {name}") as caught:
        tropanel.trop(frame(_with_design(columns)), *ROLES, backend=backend, **given)
    assert caught.value.code == "backend_lacks"
