"""A result in tables of the package maketables."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame

import tropanel
from tropanel import TropResult

maketables = pytest.importorskip("maketables")


@pytest.fixture
def fitted(columns: Columns) -> TropResult:
    columns["income"] = [float(np.cos(k)) for k in range(48)]
    data = frame(columns)
    return tropanel.trop(
        data, *ROLES, covariates="income", lambdas=FIXED, inference="bootstrap", n_boot=20
    )


def test_a_table_has_the_numbers_of_the_result(fitted: TropResult) -> None:
    table = maketables.ETable([fitted], coef_fmt="b:.4f \n (se:.4f)")
    text = table.make(type="html") if hasattr(table, "make") else str(table)
    text = text if isinstance(text, str) else text.as_raw_html()
    assert f"{fitted.att:.4f}" in text
    assert f"({fitted.se:.4f})" in text
    assert f"{fitted.coefficients['coefficient'][0]:.4f}" in text
    for words in ("ATT", "income", "sales", "state", "Treated cells", "bootstrap"):
        assert words in text


def test_a_table_is_written_as_latex_and_word(fitted: TropResult, tmp_path: object) -> None:
    table = maketables.ETable([fitted, fitted], coef_fmt="b [ci95l, ci95u]")
    assert f"{fitted.att:.3f}" in table.make(type="tex")


def test_what_maketables_asks_for(fitted: TropResult) -> None:
    found = fitted.__maketables_coef_table__
    assert list(found.index) == ["ATT", "income"]
    assert list(found.columns) == ["b", "se", "p", "ci95l", "ci95u"]
    assert found["se"].tolist() == [fitted.se, fitted.coefficients["se"][0]]
    assert fitted.__maketables_stat__("N") == 48
    assert fitted.__maketables_stat__("lambda_nn") == FIXED["nn"]
    assert fitted.__maketables_stat__("r2") is None
    assert fitted.__maketables_vcov_info__["vcov_type"] == "bootstrap"


def test_without_inference_and_with_a_mark(columns: Columns) -> None:
    bare = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference="none")
    assert np.isnan(bare.__maketables_coef_table__["se"]["ATT"])
    assert bare.__maketables_stat__("inference") == "none"
    bare._words["mark"] = " (not certified: gap 1)"
    assert list(bare.__maketables_coef_table__.index) == ["ATT (not certified: gap 1)"]
