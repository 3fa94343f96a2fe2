"""When units are first treated, in place of a treatment."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import FIXED, ROLES, Columns, frame

import tropanel
from tropanel import TropError, TropResult

FIRST = {"g": 2005, "h": 2004}


def _with_first(columns: Columns, first: dict[str, Any] = FIRST, never: Any = 0) -> Columns:
    return {**columns, "first": [first.get(unit, never) for unit in columns["state"]]}


def _estimate(data: Any, **options: Any) -> TropResult:
    names = {"outcome": "sales", "unit": "state", "time": "year", "cohort": "first"}
    asked = {"lambdas": FIXED, "inference": "bootstrap", "n_boot": 20}
    return tropanel.trop(data, **{**names, **asked, **options})


@pytest.mark.parametrize("never", [0, None, math.nan, math.inf])
def test_a_cohort_is_the_treatment_from_that_period_on(
    columns: Columns, library: str, never: Any
) -> None:
    plain = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference="bootstrap", n_boot=20)
    first = {unit: float(year) for unit, year in FIRST.items()}
    given = _with_first(columns, first, None if never is None else float(never))
    found = _estimate(frame(given, library))
    assert (found.att, found.se, found.ci) == (plain.att, plain.se, plain.ci)
    assert found.treatment == "first"
    assert np.array_equal(found._panel.W, plain._panel.W)


def test_dates_and_text(columns: Columns) -> None:
    att = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference="none").att
    day = {year: datetime.date(year, 1, 1) for year in range(2000, 2010)}
    dated = _with_first(columns, {unit: day[year] for unit, year in FIRST.items()}, None)
    dated["year"] = [day[year] for year in columns["year"]]
    assert _estimate(frame(dated), inference="none").att == att
    stamps = pd.DataFrame(dated).assign(
        year=lambda d: pd.to_datetime(d["year"]), first=lambda d: pd.to_datetime(d["first"])
    )
    assert _estimate(stamps, inference="none").att == att
    named = _with_first(columns, {unit: f"y{year}" for unit, year in FIRST.items()}, None)
    named["year"] = [f"y{year}" for year in columns["year"]]
    assert _estimate(frame(named), inference="none").att == att


def test_in_a_formula_and_a_comparison(columns: Columns) -> None:
    data = frame(_with_first(columns))
    plain = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference="none")
    found = tropanel.trop(
        "sales ~ 1 | state + year", data, cohort="first", lambdas=FIXED, inference="none"
    )
    assert found.att == plain.att
    compared = tropanel.compare(
        data, "sales", unit="state", time="year", cohort="first", estimators=["did", "trop"],
        lambdas=FIXED, inference="none",
    )  # fmt: skip
    assert compared.table["att"].tolist()[1] == plain.att


def test_an_absent_row_of_adoption_changes_no_date(columns: Columns) -> None:
    data = pd.DataFrame(_with_first(columns))
    found = _estimate(data[~((data.state == "h") & (data.year == 2004))], inference="none")
    effects = found.effects
    assert effects[effects["unit"] == "h"]["event_time"].tolist() == [1, 2]


def test_cohorts_outside_of_the_periods_are_told_of(columns: Columns) -> None:
    plain = _estimate(frame(_with_first(columns)))
    after = _estimate(frame(_with_first(columns, {**FIRST, "a": 2010})))
    assert after.att == plain.att
    assert any("1 unit is first treated after the last period of 'year'" in n for n in after.notes)
    assert not any("first treated after" in note for note in plain.notes)
    before = _estimate(frame(_with_first(columns, {**FIRST, "a": 2001, "b": 1990})))
    assert any("2 units are treated since the first period of 'year'" in n for n in before.notes)
    assert {"a", "b"} <= set(before.not_estimable["unit"])


def _refused(code: str, words: str, data: Any, **options: Any) -> None:
    with pytest.raises(TropError, match=words) as caught:
        _estimate(data, **options)
    assert caught.value.code == code


def test_what_is_no_cohort_is_refused(columns: Columns) -> None:
    data = pd.DataFrame(_with_first(columns))
    _refused("option_invalid", "treatment and cohort are both given", data, treatment="law")
    varying = data.assign(first=data["first"].where(data.index != 40, 2003))
    _refused("cohort_varies", "cohort varies within state g", varying)
    text = "holds text, but the periods in 'year' are numbers"
    _refused("option_invalid", text, data.assign(first=data["first"].astype(str)))
    _refused("cohort_ambiguous", "0 lies among the periods", data.assign(year=data["year"] - 2003))
    named = data.assign(year="y" + data["year"].astype(str), first="y1999")
    _refused("option_invalid", "must hold periods of 'year'.*'y1999'", named)
    _refused("no_treated_cell", "no effect", data.assign(first=0))
    _refused("column_missing", "Did you mean 'first'", data, cohort="frist")
    with pytest.raises(TropError, match="give it as cohort in place of treatment"):
        tropanel.trop(data, "sales", "first", "state", "year")
