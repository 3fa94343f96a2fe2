"""What outcome and effect are called in words, pictures and tables."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROLES, Columns, frame

import tropanel
from tropanel import TropError, TropResult

LABELS = {"outcome": "Sales per head", "effect": "Effect of the law"}
OPTIONS: dict[str, Any] = {
    "lambdas": {"time": 0.1, "unit": 0.1, "nn": math.inf},
    "inference": "jackknife",
    "progress": False,
}


def labelled(columns: Columns, labels: Any = LABELS, **options: Any) -> TropResult:
    return tropanel.trop(frame(columns), *ROLES, labels=labels, **{**OPTIONS, **options})


def test_labels_stand_in_summary_html_and_report(columns: Columns, tmp_path: Path) -> None:
    result = labelled(columns)
    assert "\nEffect          Effect of the law\n" in result.summary()
    assert "\nOutcome         Sales per head, 48 observed cells\n" in result.summary()
    page = result.report(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<h1>Effect of the law</h1>" in page
    assert "the treatment changed Sales per head by" in page
    assert (
        "labels={&#39;outcome&#39;: &#39;Sales per head&#39;" in page or "labels={'outcome'" in page
    )
    # Columns are what they are.
    assert (result.outcome, result.treatment) == ("sales", "law")
    assert list(result.tidy()["term"]) == ["ATT"]


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("path", ["Sales per head: observed and without treatment", "", "Sales per head"]),
        ("event", ["Effect by time since the treatment began", "", "Effect of the law"]),
        ("cumulative", ["Cumulative effect", "", "Sum of effects on Sales per head so far"]),
        ("effects", ["Effect of the law in each treated cell", "", ""]),
        ("placebo", ["The estimate among its draws", "Effect of the law", ""]),
        ("ablation", ["What each part of the estimator does", "Effect of the law", ""]),
        ("leave_one_out", ["", "Effect of the law", ""]),
        ("pre_fit", ["", "Root mean squared error (Sales per head)", ""]),
    ],
)
def test_labels_stand_on_axes(columns: Columns, kind: str, texts: list[str]) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    ax = labelled(columns).plot(kind)
    shown = [ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()]
    pyplot.close(ax.figure)
    for found, expected in zip(shown, texts):
        assert not expected or found == expected


def test_one_label_leaves_the_other_as_it_was(columns: Columns) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    ax = labelled(columns, {"outcome": "Sales per head"}).plot("event")
    assert ax.get_ylabel() == "Effect on Sales per head"
    pyplot.close(ax.figure)
    ax = labelled(columns, {"effect": "Effect of the law"}).plot("path")
    assert ax.get_ylabel() == "sales"
    pyplot.close(ax.figure)


def test_files_keep_labels(columns: Columns, tmp_path: Path) -> None:
    result = labelled(columns)
    again = tropanel.load(result.save(tmp_path / "result.json"))
    assert again.summary() == result.summary()
    assert (again.outcome, again._words) == ("sales", result._words)
    once_more = tropanel.load(again.save(tmp_path / "again.json"))
    assert once_more.summary() == result.summary()


def test_matrices_and_the_numpy_reference_take_labels(columns: Columns) -> None:
    Y, W = (np.reshape(columns[name], (8, 6)) for name in ("sales", "law"))
    result = tropanel.trop_matrix(Y, W, labels=LABELS, **OPTIONS)
    assert "Sales per head, 48 observed cells" in result.summary()
    bare = labelled(columns, backend="numpy", inference=None)
    assert "\nEffect          Effect of the law\n" in "\n" + bare.summary()
    assert bare._words["average_effect"] == "Effect of the law"


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            {"outcom": "Sales"},
            "labels: 'outcom' is unknown; what has a label is 'outcome' and 'effect'."
            " Did you mean 'outcome'?",
        ),
        ({"effect": " "}, "labels: 'effect' must be one text that is not empty, not ' '."),
        ({"outcome": 3}, "labels: 'outcome' must be one text that is not empty, not 3."),
        (
            "Sales",
            'labels must be texts by name, such as {"outcome": "Packs per person", "effect":'
            " \"Effect of the law\"}, not 'Sales'.",
        ),
    ],
)
def test_bad_labels_are_refused(columns: Columns, labels: Any, message: str) -> None:
    with pytest.raises(TropError) as error:
        labelled(columns, labels)
    assert error.value.code == "option_invalid"
    assert message in str(error.value)
