"""The front page: its first code runs, and its numbers are what the code returns."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import pytest

import tropanel
from tropanel import TropResult
from tropanel._data.frames import frame_columns

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@cache
def first_block() -> dict[str, Any]:
    """Run the first code in Python, as a newcomer would."""
    matplotlib.use("Agg")
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(compile(code[1], "README.md", "exec"), names)
    return names


@cache
def prop99() -> TropResult:
    """Estimate as `make demo` does."""
    data = tropanel.datasets.prop99()
    roles = ("packs_per_capita", "treated", "state", "year")
    return tropanel.trop(data, *roles, inference="placebo")


def row_of(panel: str) -> list[str]:
    """The cells of the row of the table of `make demo` that is about a panel."""
    lines = [line for line in README.splitlines() if line.startswith(f"| {panel}")]
    assert len(lines) == 1
    return [cell.strip() for cell in lines[0].strip("|").split("|")]


def numbers(cell: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?(?:\d+(?:\.\d+)?|inf)", cell)]


def assert_written(cell: str, values: list[float]) -> None:
    """Compare numbers with the digits that are written of them."""
    for text, value in zip(re.findall(r"-?(?:\d+(?:\.\d+)?|inf)", cell), values):
        digits = len(text.partition(".")[2])
        assert text == f"{value:.{digits}f}", (cell, values)
    assert len(numbers(cell)) == len(values)


@pytest.mark.parametrize("panel", ["Proposition 99", "Castle-doctrine"])
def test_the_table_of_the_demo_is_what_the_code_returns(panel: str) -> None:
    result = prop99() if panel == "Proposition 99" else first_block()["result"]
    what, treated, lambdas, att, ci, p_value, by = row_of(panel)
    of_panel = [result.n_units, result.first_period, result.last_period]
    assert numbers(re.sub(".*: |-(?=\\d{4})", " ", what)) == of_panel
    assert_written(lambdas, [result.lambdas[name] for name in ("time", "unit", "nn")])
    assert_written(att, [result.att])
    assert result.ci is not None
    assert_written(ci, list(result.ci))
    assert_written(p_value, [result.p_value])
    method, n_draws = by.split(":")
    assert method == result.method
    assert numbers(n_draws) == [len(result.draws)]
    first = min(frame_columns(result.effects)["time"])
    known = {"Proposition 99": f"California from {first}"}
    assert treated == known.get(panel, f"{result.n_treated_units} states, staggered")


def test_numbers_of_the_text_are_those_of_the_code() -> None:
    result = prop99()
    alt = re.search(r'alt="([^"]*)"', README)
    assert alt is not None
    first = min(frame_columns(result.effects)["time"])
    below = f"from {first} on they fall below the prediction, by {-result.att:.1f} packs a year"
    assert below in alt[1]
    # The treated state is one of those as extreme.
    n_states = len(result.draws)
    n_larger = round(result.p_value * (n_states + 1)) - 1
    assert f"{n_larger} of the other {n_states} states show an effect as large" in README


def test_numbers_of_the_literature_are_those_of_the_same_estimators_here() -> None:
    found = tropanel.compare(
        tropanel.datasets.prop99(), "packs_per_capita", "treated", "state", "year",
        estimators=["did", "sdid"], inference=None,
    )  # fmt: skip
    did, sdid = frame_columns(found.table)["att"]
    text = " ".join(README.split())
    assert f"has {did:.1f} (difference in differences)" in text
    assert f"and {sdid:.1f} (synthetic difference in differences" in text


def test_the_first_picture_is_drawn() -> None:
    assert first_block()["result"].plot("event").lines
