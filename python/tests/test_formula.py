"""Formulas of names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame

import tropanel
from tropanel import TropError
from tropanel._data.formula import parse
from tropanel._data.frames import frame_columns

PLAIN: dict[str, Any] = {"lambdas": FIXED, "inference": "none"}


def test_a_formula_names_the_columns(columns: Columns, library: str) -> None:
    data = frame(columns, library)
    plain = tropanel.trop(data, *ROLES, **PLAIN)
    formula = "sales ~ law | state + year"
    assert tropanel.trop(formula, data, **PLAIN).att == plain.att
    assert tropanel.trop(formula, data=data, **PLAIN).att == plain.att
    assert tropanel.trop(data=data, outcome="sales", treatment="law", unit="state", time="year",
                         **PLAIN).att == plain.att  # fmt: skip
    compared = tropanel.compare(formula, data, estimators=["did", "trop"], **PLAIN)
    assert frame_columns(compared.table)["att"][1] == plain.att


def test_covariates_stand_after_the_treatment(columns: Columns) -> None:
    columns["x"] = [float(np.cos(k)) for k in range(48)]
    columns["per cent"] = [float(np.sin(k * k)) for k in range(48)]
    data = frame(columns)
    named = tropanel.trop(data, *ROLES, covariates=["x", "per cent"], **PLAIN)
    found = tropanel.trop("sales ~ law + x + `per cent` | state + year", data, **PLAIN)
    assert found.att == named.att
    assert found.covariates == ("x", "per cent")
    more = tropanel.trop("sales~law+x|state+year", data, covariates="per cent", **PLAIN)
    assert more.att == named.att


def test_pieces() -> None:
    assert parse("y.1 ~ d + `a b` | u + t") == ("y.1", ["d", "a b"], "u", "t")
    assert parse("Umsatz_ä ~ 1 | `` + t")[2] == ""


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("sales ~ law", "has no '|'"),
        ("sales ~ law | state | year", "more than one '|'"),
        ("sales ~ law | state", "two ids, the unit's first, not 'state'"),
        ("~ law | state + year", "has no outcome"),
        ("law | state + year", "has no outcome"),
        ("log(sales) ~ law | state + year", r"there is '\\(sales\\) ~ law"),
        ("sales ~ law * x | state + year", "Make a column of it first"),
        ("sales ~ law - x | state + year", "names of columns, '~', '\\+' and '|' alone"),
        ("sales ~ law x | state + year", "'law x', where names must stand with '\\+' between"),
        ("sales ~ | state + year", "names must stand"),
        ("sales ~ law ~ x | state + year", "a second '~'"),
        ("sales + x ~ law | state + year", "a sum before '~'"),
    ],
)
def test_anything_else_is_refused(columns: Columns, formula: str, words: str) -> None:
    with pytest.raises(TropError, match=words.replace("|", r"\|").replace("\\\\", "\\")) as caught:
        tropanel.trop(formula, frame(columns))
    assert caught.value.code == "formula_invalid"


def test_a_formula_stands_alone(columns: Columns) -> None:
    data = frame(columns)
    formula = "sales ~ law | state + year"
    with pytest.raises(TropError, match="names the columns already; leave out treatment, unit"):
        tropanel.trop(formula, data, "law", "state")
    with pytest.raises(TropError, match="leave out outcome"):
        tropanel.trop(formula, "sales", data=data)
    with pytest.raises(TropError, match="Did you mean 'sales'"):
        tropanel.trop("sale ~ law | state + year", data)
    with pytest.raises(TropError, match="lists 'x' more than once"):
        tropanel.trop("sales ~ law + x + x | state + year", data)
    with pytest.raises(TypeError, match="data is given twice"):
        tropanel.trop(data, "sales", data=data)
    with pytest.raises(TropError, match="data must be a data frame"):
        tropanel.trop(formula)
    with pytest.raises(TropError, match="unit must be the name of one column"):
        tropanel.trop(data, "sales", "law")
