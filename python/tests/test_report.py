"""The report: one page that needs nothing else, and says what the result says."""

from __future__ import annotations

import base64
import math
import pickle
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame

import tropanel
from tropanel import TropError, TropResult
from tropanel._data.frames import frame_columns

VOID = {"meta", "img"}


class _Outline(HTMLParser):
    """Collects headings, pictures and text, and checks that tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.pictures: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        if tag == "img":
            self.pictures.append(dict(attrs)["src"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings.append(data)


def _read(result: TropResult, path: Path) -> tuple[str, _Outline]:
    assert result.report(path) == path
    page = path.read_text(encoding="utf-8")
    outline = _Outline()
    outline.feed(page)
    assert outline.open == []
    return page, outline


@pytest.fixture
def data(columns: Columns) -> Columns:
    columns["price"] = np.random.default_rng(9).normal(size=48).tolist()
    return columns


def test_report(data: Columns, tmp_path: Path) -> None:
    result = tropanel.trop(
        frame(data), *ROLES, covariates=["price"], by=["year"], inference="jackknife"
    )
    page, outline = _read(result, tmp_path / "report.html")
    assert outline.headings == [
        "Effect of law on sales",
        "What was estimated, and on what",
        "Effects over time",
        "Averages",
        "Covariates",
        "How sure is this?",
        "Who the treated are compared with",
        "Does the number depend on choices?",
        "Predictions before the treatment",
        "Tuning",
        *(["Notes"] if result.notes else []),
        "How this was computed",
    ]
    words = " ".join(outline.words.split())
    assert f"changed sales by {result.att:.4g}" in words
    assert f"The p-value is {result.p_value:.3g}" in words
    assert "jackknife (8 units left out in turn; Student's t)" in words
    assert "covariates=['price']" in words
    assert tropanel.__version__ in words
    assert len(outline.pictures) == 11
    for picture in outline.pictures:
        kind, code = picture.split(",", 1)
        assert kind == "data:image/svg+xml;base64"
        assert b"</svg>" in base64.b64decode(code)
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)


def test_the_code_of_a_report_reproduces_it(data: Columns, tmp_path: Path) -> None:
    result = tropanel.trop(frame(data), *ROLES, inference="jackknife", anchor="pooled", by="year")
    _, outline = _read(result, tmp_path / "report.html")
    start = outline.words.index("import math, tropanel")
    code = outline.words[start : outline.words.index("print(result.summary())", start)]
    names: dict[str, Any] = {"data": frame(data)}
    exec(code, names)
    assert (names["result"].att, names["result"].se) == (result.att, result.se)


def test_labels_are_escaped(columns: Columns, tmp_path: Path) -> None:
    columns["<script>alert(1)</script>"] = columns.pop("sales")
    columns["state"] = [f"<b>{u}</b>" for u in columns["state"]]
    result = tropanel.trop(
        frame(columns), "<script>alert(1)</script>", *ROLES[1:], lambdas=FIXED, by="state"
    )
    page, outline = _read(result, tmp_path / "report.html")
    assert "<script" not in page
    assert "<b>" not in page
    assert "<b>g</b>" in outline.words


def test_percentages_are_told_on_request(columns: Columns, tmp_path: Path) -> None:
    columns["sales"] = [sales + 100.0 for sales in columns["sales"]]
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None)
    table = frame_columns(result.tidy("averages", percent=True))
    percent = table["estimate"][table["measure"].index("percent")]
    # Nobody asked: not in any frame, nor in any text.
    assert "percent" not in str(result.to_dict()).lower()
    assert "percent" not in frame_columns(result.tidy("averages"))["measure"]
    assert "percent" not in result._repr_html_().lower()
    assert f"Percent         {percent:.6g} %" in result.summary(percent=True)
    assert "Percent" not in result.summary()
    page = result.report(tmp_path / "report.html", percent=True).read_text(encoding="utf-8")
    assert f"({abs(percent):.3g} percent " in page
    assert "percent " not in result.report(tmp_path / "report.html").read_text(encoding="utf-8")


def test_percentages_of_outcomes_that_are_not_positive_are_none(
    columns: Columns, tmp_path: Path
) -> None:
    columns["sales"] = [sales - 1000.0 for sales in columns["sales"]]
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference="jackknife")
    table = frame_columns(result.tidy("averages", percent=True, level=0.8))
    at = table["measure"].index("percent")
    numbers = ("estimate", "std_error", "conf_low", "p_value")
    assert all(math.isnan(table[name][at]) for name in numbers)
    assert "none: not every outcome without treatment is positive" in result.summary(percent=True)
    page = result.report(tmp_path / "report.html", percent=True).read_text(encoding="utf-8")
    assert "percent of what" not in page


def test_report_without_inference(columns: Columns, tmp_path: Path) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None)
    _, outline = _read(result, tmp_path / "report.html")
    assert "There is no interval and no p-value: none was asked for." in outline.words


def test_numpy_has_no_report(columns: Columns, tmp_path: Path) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None, backend="numpy")
    with pytest.raises(TropError, match="NumPy backend does not have") as caught:
        result.report(tmp_path / "report.html")
    assert caught.value.code == "backend_lacks"
    with pytest.raises(TropError, match="does not have percent") as caught:
        result.average(percent=True)
    assert caught.value.code == "backend_lacks"
    assert frame_columns(result.average())["measure"]


def test_a_result_that_was_stored_still_answers(columns: Columns, tmp_path: Path) -> None:
    options = {"lambdas": FIXED, "inference": "jackknife"}
    result = tropanel.trop(frame(columns), *ROLES, **options)
    again = pickle.loads(pickle.dumps(result))
    assert again.summary() == result.summary()
    assert again.ablation().equals(result.ablation())
    pages = [each.report(tmp_path / "report.html").read_text() for each in (result, again)]
    assert len(pages[0]) == pytest.approx(len(pages[1]), rel=0.01)


def test_folder_that_does_not_exist(columns: Columns, tmp_path: Path) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None)
    with pytest.raises(TropError, match="there is no folder") as caught:
        result.report(tmp_path / "nowhere" / "report.html")
    assert caught.value.code == "folder_missing"


def test_report_of_matrices(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    W = np.zeros((6, 5))
    W[5, 3:] = 1
    result = tropanel.trop_matrix(rng.normal(size=(6, 5)), W, lambdas=FIXED, level=0.8)
    _, outline = _read(result, tmp_path / "report.html")
    assert "tropanel.trop_matrix(\n    Y, W," in outline.words
