"""Results that are saved and loaded."""

from __future__ import annotations

import datetime
import json
import math
import pickle
from pathlib import Path
from typing import Any

import narwhals as nw
import pytest
from conftest import FIXED, ROLES, Columns, frame

import tropanel
from tropanel import TropError, TropResult
from tropanel._data.frames import frame_columns
from tropanel._results.result import TABLES

OPTIONS: dict[str, Any] = {"lambdas": FIXED, "inference": "bootstrap", "n_boot": 6}


@pytest.fixture
def result(columns: Columns, library: str) -> TropResult:
    columns["region"] = ["xy"[ord(unit) % 2] for unit in columns["state"]]
    return tropanel.trop(
        frame(columns, library), *ROLES, by=["region", "cohort"], progress=False, **OPTIONS
    )


def numbers(result: TropResult) -> dict[str, Any]:
    return {**result.to_dict(), "timings": None}


def assert_same(found: TropResult, result: TropResult) -> None:
    assert numbers(found) == numbers(result)
    assert found.summary() == result.summary()
    assert found.notes == result.notes
    for name in TABLES:
        table, own = getattr(found, name), getattr(result, name)
        assert (table is None) == (own is None)
        if own is not None:
            assert frame_columns(table).keys() == frame_columns(own).keys()
    assert numbers_of(found.average("region")) == numbers_of(result.average("region"))


def numbers_of(table: Any) -> str:
    return repr(frame_columns(table))


def test_a_saved_result_comes_back(result: TropResult, library: str, tmp_path: Path) -> None:
    file = result.save(tmp_path / "result.json")
    found = tropanel.load(file, frame_backend=library)
    assert_same(found, result)
    assert nw.from_native(found.effects).implementation.value == library
    # What is computed when asked for is that of the first one.
    for compute in (
        lambda r: numbers_of(r.weights().unit),
        lambda r: numbers_of(r.ablation()),
        lambda r: numbers_of(r.leave_one_out()),
        lambda r: numbers_of(r.tidy(level=0.8)),
        lambda r: r.diagnose().effective_units,
    ):
        assert compute(found) == compute(result)
    again = found.save(tmp_path / "again.json")
    assert again.read_text() == file.read_text()
    copy = pickle.loads(pickle.dumps(found))
    assert numbers_of(copy.ablation()) == numbers_of(result.ablation())


def test_a_dictionary_holds_it_too(columns: Columns) -> None:
    result = tropanel.trop(frame(columns), *ROLES, progress=False, **OPTIONS)
    saved = result.to_dict(complete=True)
    text = json.dumps(saved, allow_nan=False, indent=1)
    found = tropanel.from_dict(json.loads(text))
    assert numbers(found) == numbers(result)
    assert found.lambdas == result.lambdas


def test_labels_keep_their_types(columns: Columns) -> None:
    makers: dict[str, Any] = {
        "integer": lambda k: 10 + k,
        "number": lambda k: 0.1 * k + 1 / 3,
        "date": lambda k: datetime.date(2001 + k, 3, 31),
        "datetime": lambda k: datetime.datetime(2001, 1, 1 + k, 13, 5),
        "text": lambda k: f"Week {k + 1} \N{SNOWMAN}",
    }
    years = columns["year"]
    for maker in makers.values():
        columns["year"] = [maker(year - 2001) for year in years]
        for library in ("pandas", "polars"):
            result = tropanel.trop(
                frame(columns, library), *ROLES, lambdas=FIXED, inference=None, progress=False
            )
            found = tropanel.from_dict(result.to_dict(complete=True), frame_backend=library)
            first = [table.by_time for table in (found, result)]
            assert frame_columns(first[0])["time"] == frame_columns(first[1])["time"]
            assert (found.first_period, found.last_period) == (
                result.first_period,
                result.last_period,
            )


def test_infinite_and_missing_numbers_come_back(tmp_path: Path) -> None:
    Y = [[1.0, 2.0, 3.0], [2.0, math.nan, 4.5], [0.0, 1.0, 2.0]]
    lambdas = {"time": 0, "unit": 0, "nn": math.inf}
    result = tropanel.trop_matrix(Y, [[0, 0, 0], [0, 0, 1], [0, 0, 0]], lambdas=lambdas)
    found = tropanel.load(result.save(tmp_path / "r.json"))
    assert found.lambdas["nn"] == math.inf
    assert numbers(found) == numbers(result)
    assert found.ci == result.ci
    assert "trop_matrix" in _page(found, tmp_path)


def _page(result: TropResult, folder: Path) -> str:
    pytest.importorskip("matplotlib")
    return result.report(folder / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text[: len(text) // 2], "saved_invalid"),
        (lambda text: text.replace('"att":', '"att": 1e-9, "old":', 1), "saved_invalid"),
        (lambda text: text.replace('"version":1', '"version":7'), "saved_version"),
        (lambda _: '{"att": 3}', "saved_invalid"),
        (lambda _: "", "saved_invalid"),
    ],
)
def test_damaged_files_are_refused(
    columns: Columns, tmp_path: Path, change: Any, code: str
) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None, progress=False)
    file = result.save(tmp_path / "result.json")
    file.write_text(change(file.read_text()))
    with pytest.raises(TropError) as error:
        tropanel.load(file)
    assert error.value.code == code


def test_what_cannot_be_saved_says_so(columns: Columns, tmp_path: Path) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference=None, progress=False)
    with pytest.raises(TropError) as error:
        result.save(tmp_path / "nowhere" / "result.json")
    assert error.value.code == "folder_missing"
    slow = tropanel.trop_matrix(
        [[1.0, 2.0], [4.0, 6.0]],
        [[0, 0], [0, 1]],
        lambdas={"time": 0, "unit": 0, "nn": math.inf},
        inference=None,
        backend="numpy",
    )
    with pytest.raises(TropError, match="compiled core") as error:
        slow.save(tmp_path / "result.json")
    assert error.value.code == "backend_lacks"


def test_options_come_back(columns: Columns) -> None:
    grids = {"time": [0.0, 0.1], "nn": [1.0, math.inf]}
    result = tropanel.trop(
        frame(columns), *ROLES, grids=grids, search="grid", inference=None, progress=False
    )
    again = tropanel.from_dict(result.to_dict(complete=True))
    assert again._options == {"grids": grids, "search": "grid", "inference": None}
    assert again._handle().analyze(again._options).facts()["att"] == result.att


def test_a_file_of_another_language_is_read() -> None:
    result = tropanel.load(Path(__file__).with_name("saved_by_r.json"), frame_backend="polars")
    assert result.lambdas == {"time": 0.1, "unit": 0.2, "nn": math.inf}
    noon = datetime.datetime(2001, 1, 31, 12, tzinfo=datetime.timezone.utc)
    assert result.first_period == noon
    assert frame_columns(result.effects)["unit"] == [4]
    assert (result.p_value, result.ci) == (0.25, (-math.inf, math.inf))
    # Its own options, of a version with another default search, are taken as they are.
    assert result._options == {"lambdas": result.lambdas, "inference": "placebo", "threads": 2}
    assert result._handle().analyze(result._options).facts()["att"] == pytest.approx(result.att)
    # Computed here from the panel in the file.
    assert frame_columns(result.ablation())["att"][0] == pytest.approx(result.att, abs=1e-12)
