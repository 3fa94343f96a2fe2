"""A result in tables of the package maketables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


def test_a_table_is_written_as_latex(fitted: TropResult) -> None:
    table = maketables.ETable([fitted, fitted], coef_fmt="b [ci95l, ci95u]")
    assert f"{fitted.att:.3f}" in table.make(type="tex")


@pytest.fixture
def beside_pyfixest(columns: Columns) -> tuple[Any, list[str]]:
    """Give a table of one result and one two-way regression, and what must stand in it."""
    fixest = pytest.importorskip("pyfixest")
    data = frame(columns)
    labels = {"outcome": "Sales per head", "effect": "Effect of the law"}
    result = tropanel.trop(data, *ROLES, lambdas=FIXED, inference="jackknife", labels=labels)
    ols = fixest.feols("sales ~ law | state + year", data)
    table = maketables.ETable([result, ols], coef_fmt="b:.4f (se:.4f)")
    regression = ols.tidy().loc["law"]
    numbers = [
        f"{result.att:.4f} ({result.se:.4f})",
        f"{regression['Estimate']:.4f} ({regression['Std. Error']:.4f})",
    ]
    return table, [*numbers, "Effect of the law", "Sales per head", "law", "jackknife", "48"]


def test_a_result_stands_beside_a_model_of_pyfixest_in_html(beside_pyfixest: Any) -> None:
    table, expected = beside_pyfixest
    page = table.make(type="html")
    page = page if isinstance(page, str) else str(page)
    for words in expected:
        assert words in page


def test_a_result_stands_beside_a_model_of_pyfixest_in_word(
    beside_pyfixest: Any, tmp_path: Path
) -> None:
    docx = pytest.importorskip("docx")
    table, expected = beside_pyfixest
    table.save(type="docx", file_name=str(tmp_path / "table.docx"), show=False)
    written = docx.Document(str(tmp_path / "table.docx")).tables[0]
    cells = {cell.text.strip() for row in written.rows for cell in row.cells}
    for words in expected:
        assert any(words in cell for cell in cells), (words, cells)


def test_a_label_is_the_name_of_the_coefficient(columns: Columns) -> None:
    options = {"lambdas": FIXED, "inference": None}
    labels = {"effect": "Effect of the law"}
    labelled = tropanel.trop(frame(columns), *ROLES, labels=labels, **options)
    assert list(labelled.__maketables_coef_table__.index) == ["Effect of the law"]
    assert labelled.__maketables_depvar__ == "sales"


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
