"""Many panels in one call."""

from __future__ import annotations

import datetime
import functools
import multiprocessing
import os
import pathlib
import pickle
import signal
import warnings
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame

import tropanel
from tropanel import ManyResults, TropError, TropResult
from tropanel._data.formula import Question, read_question
from tropanel._data.frames import frame_columns
from tropanel._data.panels import Panels
from tropanel._estimate import panel_workers
from tropanel._estimate.many import warn
from tropanel._estimate.panel_task import Raised, Task, run_task
from tropanel._results.many import entry_of

ASKED: dict[str, Any] = {"lambdas": FIXED, "n_boot": 20, "seed": 7}
#: How long it took is not of the data.
TIMED = {"timings": None}


@pytest.fixture
def many(columns: Columns) -> Columns:
    """Panels north, south and bare, of which bare has no treated cell; rows mixed."""
    rng = np.random.default_rng(2)
    parts = []
    for region, scale in (("north", 1.0), ("bare", 1.0), ("south", 3.0)):
        own = {name: list(values) for name, values in columns.items()}
        own["sales"] = [scale * y + e for y, e in zip(own["sales"], rng.normal(size=48))]
        own["law"] = [0] * 48 if region == "bare" else own["law"]
        parts.append({**own, "region": [region] * 48})
    rows = rng.permutation(144)
    stacked = {name: [value for part in parts for value in part[name]] for name in parts[0]}
    return {name: [values[k] for k in rows] for name, values in stacked.items()}


def subset(many: Columns, region: str, library: str = "pandas") -> Any:
    data = nw.from_native(frame(many, library))
    return data.filter(nw.col("region") == region).drop("region").to_native()


def plain(result: Any) -> dict[str, Any]:
    return result.to_dict() | TIMED


def equal(one: ManyResults, other: ManyResults) -> None:
    assert list(one) == list(other)
    assert str(frame_columns(one.table)) == str(frame_columns(other.table))
    for key in one:
        a, b = one[key], other[key]
        if isinstance(a, TropError):
            assert isinstance(b, TropError)
            assert (a.code, a.message) == (b.code, b.message)
        else:
            assert plain(a) == plain(b)


def _question() -> Question:
    names = dict(zip(("treatment", "unit", "time"), ROLES[1:]))
    asked = {"anchor": "cell", "time_distance": "position", "average_weights": None}
    return read_question(None, None, "sales", None, names, None, cluster=None, by=None, **asked)[1]


def run(many: Columns, **more: Any) -> ManyResults:
    return tropanel.trop_many(frame(many), *ROLES, **{"by": "region", **ASKED, **more})


def test_each_panel_is_what_trop_makes_of_its_rows(many: Columns, library: str) -> None:
    found = tropanel.trop_many(frame(many, library), *ROLES, by="region", **ASKED)
    assert list(found) == list(dict.fromkeys(many["region"]))
    assert (len(found), list(found.failed)) == (3, ["bare"])
    assert repr(found) == "<ManyResults: 3 panels, 1 failed>"
    for region in ("north", "south"):
        alone = tropanel.trop(subset(many, region, library), *ROLES, **ASKED)
        assert plain(found[region]) == plain(alone)
    assert nw.from_native(found.table).implementation.value == library


def test_the_table_has_a_row_for_each_panel(many: Columns) -> None:
    found = run(many)
    rows = {row["region"]: row for row in found.table.to_dict("records")}
    north = found["north"]
    assert isinstance(north, TropResult)
    assert rows["north"]["att"] == north.att
    assert (rows["north"]["ci_lower"], rows["north"]["ci_upper"]) == north.ci
    assert rows["north"]["n_treated_cells"] == 5
    assert rows["north"]["converged"]
    assert (rows["north"]["error"], rows["north"]["message"]) == ("", "")
    bare, error = rows["bare"], found["bare"]
    assert isinstance(error, TropError)
    assert (bare["error"], bare["message"]) == ("no_treated_cell", error.message)
    numbers = ("att", "se", "ci_lower", "ci_upper", "p_value", "n_treated_cells")
    assert all(np.isnan(bare[name]) for name in numbers)
    assert not bare["converged"]


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_change_no_bit(many: Columns, workers: int) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        found = run(many, executor=pool, pending=2)
    equal(found, run(many))


def test_several_columns_make_tuples(many: Columns) -> None:
    many["half"] = [unit in "abgh" for unit in many["state"]]
    found = tropanel.trop_many(frame(many), *ROLES, by=["region", "half"], **ASKED)
    assert len(found) == 6
    assert ("north", True) in found
    assert found.table.columns[:2].tolist() == ["region", "half"]
    assert found[("south", False)].code == "no_treated_cell"  # type: ignore[union-attr]


def test_a_formula_names_the_columns(many: Columns) -> None:
    found = tropanel.trop_many(
        "sales ~ law | state + year", frame(many), by="region", average_by="unit", **ASKED
    )
    alone = tropanel.trop(subset(many, "south"), *ROLES, by="unit", **ASKED)
    assert plain(found["south"]) == plain(alone)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"n_boot": 1}, "draws_too_few"),
        ({"inference": "bootstrp"}, "option_invalid"),
        ({"anchor": "cells"}, "option_invalid"),
        ({"covariates": "incme"}, "column_missing"),
        ({"by": "regoin"}, "column_missing"),
        ({"by": []}, "option_invalid"),
        ({"by": 3}, "option_invalid"),
        ({"pending": 0}, "option_invalid"),
        ({"folder": "no/such"}, "folder_missing"),
        ({"executor": 4}, "option_invalid"),
    ],
)
def test_what_is_wrong_for_all_is_raised_at_once(
    many: Columns, asked: dict[str, Any], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Task, "run", lambda task: pytest.fail("a panel was estimated"))
    with pytest.raises(TropError) as error:
        run(many, **asked)
    assert error.value.code == code


def test_an_unknown_option_is_no_argument(many: Columns) -> None:
    with pytest.raises(TypeError, match=r"trop_many\(\) got an unexpected .* 'n_bot'.*n_boot"):
        run(many, n_bot=20)


def test_rows_without_a_panel_and_keys_that_clash_are_refused(many: Columns) -> None:
    lacking = {**many, "region": [None, *many["region"][1:]]}
    with pytest.raises(TropError, match="'region' is missing in 1 row") as error:
        run(lacking)
    assert error.value.code == "id_missing"
    with pytest.raises(TropError, match="'att' is the name of a column"):
        run({**many, "att": many["region"]}, by="att")


def test_one_warning_for_all_panels(many: Columns) -> None:
    # Treated throughout: no effect of their own, but most of the bootstrap's treated units.
    law = [
        0 if region == "bare" or unit == "g" else int(unit in "ef") or treated
        for region, unit, treated in zip(many["region"], many["state"], many["law"])
    ]
    with pytest.warns(UserWarning, match="The estimates of 2 of 3 panels have warnings") as seen:
        found = run({**many, "law": law}, inference="bootstrap", n_boot=2, seed=6)
    assert len(seen) == 1
    assert seen[0].filename == __file__
    north = found["north"]
    assert isinstance(north, TropResult)
    assert any("Only 0 of 2" in note for note in north.notes)


def test_a_warning_of_fits_is_of_its_category(many: Columns) -> None:
    north = entry_of(
        Task(subset(many, "north"), _question(), {"lambdas": FIXED}).run(), "pandas", None
    )
    panels = Panels(("region",), ["north"], [], nw.from_native(frame(many)))
    rough = replace(north, warnings=("interval_empty", "effects_uncertified"))
    with pytest.warns(tropanel.ConvergenceWarning, match="'north'"):
        warn(panels, [rough])


def test_progress_counts_panels(many: Columns) -> None:
    seen: list[tuple[str, int, int]] = []
    run(many, progress=lambda *step: seen.append(step))
    assert seen == [("panels", k, 3) for k in (1, 2, 3)]


def test_results_are_pickled(many: Columns) -> None:
    found = run(many)
    equal(pickle.loads(pickle.dumps(found)), found)


class Counting(Executor):
    """Runs at once, counts, and loses some panels."""

    def __init__(self, lost: dict[int, Exception] | None = None) -> None:
        self.lost = lost or {}
        self.submitted = 0
        self.unfinished = 0
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        error = self.lost.get(self.submitted)
        self.submitted += 1
        if error is None:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(error)
        return future


def test_a_folder_is_gone_on_with(many: Columns, tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "results"
    first = Counting()
    found = run(many, folder=folder, executor=first)
    equal(found, run(many))
    assert first.submitted == 3
    files = sorted(file.name for file in folder.iterdir())
    assert [name.split("-")[0] for name in files] == ["manifest.json", "north", "south"]
    assert plain(tropanel.load(folder / files[1])) == plain(found["north"])
    again = Counting()
    equal(run(many, folder=folder, executor=again), found)
    assert again.submitted == 1  # the one that failed
    (folder / files[2]).unlink()
    third = Counting()
    equal(run(many, folder=folder, executor=third, n_jobs=2), found)
    assert third.submitted == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"seed": 8}, "seed was 7, and is 8"),
        ({"lambdas": {**FIXED, "nn": float("inf")}}, "lambdas was"),
        ({"anticipation": 1}, "anticipation was 0, and is 1"),
        ({"donors": {"g": ["a", "b"]}}, r"donors was none, and is \{'g'"),
    ],
)
def test_a_folder_of_another_call_is_refused(
    many: Columns, tmp_path: pathlib.Path, changed: dict[str, Any], message: str
) -> None:
    run(many, folder=tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(TropError, match=message) as error:
        run(many, folder=tmp_path, **changed)
    assert error.value.code == "folder_of_another_call"
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_folder_of_other_data_is_refused(many: Columns, tmp_path: pathlib.Path) -> None:
    run(many, folder=tmp_path)
    row = many["region"].index("south")
    sales = [y + (k == row) * 1e-9 for k, y in enumerate(many["sales"])]
    with pytest.raises(TropError, match="the data of panel south were others"):
        run({**many, "sales": sales}, folder=tmp_path)
    renamed = {**many, "region": ["west" if r == "south" else r for r in many["region"]]}
    with pytest.raises(TropError, match="it had no panel west"):
        run(renamed, folder=tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(TropError, match="not the manifest"):
        run(many, folder=tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(TropError) as error:
        run(many, folder=tmp_path)
    assert error.value.code == "saved_invalid"


def test_keys_that_read_alike_have_no_files(many: Columns, tmp_path: pathlib.Path) -> None:
    regions = {"north": 1, "south": "1", "bare": datetime.date(2020, 1, 1)}
    mixed = {**many, "region": [regions[region] for region in many["region"]]}
    data = frame(many).assign(region=mixed["region"])
    found = tropanel.trop_many(data, *ROLES, by="region", **ASKED)
    assert set(found) == set(regions.values())
    with pytest.raises(TropError, match="differ but read alike: 1"):
        tropanel.trop_many(data, *ROLES, by="region", folder=tmp_path, **ASKED)


def test_a_lost_panel_is_submitted_once_more(many: Columns) -> None:
    executor = Counting({1: ConnectionError("node 3 is gone")})
    with pytest.warns(UserWarning, match="ConnectionError: node 3 is gone") as seen:
        found = run(many, executor=executor)
    assert [warning.filename for warning in seen] == [__file__]
    assert executor.submitted == 4
    equal(found, run(many))


def test_a_panel_lost_twice_is_a_row(many: Columns) -> None:
    gone = ConnectionError("node 3 is gone")
    executor = Counting({0: gone, 3: gone})
    with pytest.warns(UserWarning, match="once more"):
        found = run(many, executor=executor, pending=100)
    first = many["region"][0]
    assert found.failed[first].code == "workers_lost"
    assert "lost this panel twice. ConnectionError: node 3" in found.failed[first].message
    assert len(found.failed) == 2 - (first == "bare")


def test_a_broken_executor_says_what_is_done(many: Columns, tmp_path: pathlib.Path) -> None:
    broken = {2: BrokenExecutor("A process died.")}
    with pytest.raises(TropError, match=r"Of 3 panels 2 were finished\. With folder=") as error:
        run(many, executor=Counting(broken))
    assert error.value.code == "workers_lost"
    with pytest.raises(TropError, match="call again with a new executor"):
        run(many, executor=Counting(broken), folder=tmp_path)
    again = Counting()
    equal(run(many, executor=again, folder=tmp_path), run(many))
    assert again.submitted == 2  # the lost one, and the one that failed


def test_what_a_panel_raises_is_no_lost_worker(
    many: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(task: Task) -> str:
        raise ZeroDivisionError("a fault of the program")

    monkeypatch.setattr(Task, "run", fault)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: a fault of the program"):
        run(many, executor=Counting())
    with pytest.raises(ZeroDivisionError):
        run(many)


def test_other_futures_are_refused(many: Columns) -> None:
    executor = Counting()
    executor.submit = lambda *_: "no future"  # type: ignore[method-assign]
    with pytest.raises(TropError, match=r"client\.get_executor\(\).*not builtins\.str"):
        run(many, executor=executor)


def test_loky_changes_no_bit(many: Columns) -> None:
    loky = pytest.importorskip("joblib.externals.loky")
    equal(run(many, executor=loky.get_reusable_executor(max_workers=2)), run(many))


class Slow(Executor):
    """Finishes the oldest panel only when nobody has asked for more."""

    def __init__(self) -> None:
        self.unfinished: list[tuple[Future[Any], Any]] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.unfinished.append((future, functools.partial(fn, *args, **kwargs)))
        self.most = max(self.most, len(self.unfinished))
        return future

    def wait(self, waiting: Any, return_when: str) -> Any:
        future, task = self.unfinished.pop(0)
        assert future in waiting
        future.set_result(task())
        return panel_workers_wait(waiting, return_when=return_when)


panel_workers_wait = panel_workers.wait


def test_no_more_panels_wait_than_asked(many: Columns, monkeypatch: pytest.MonkeyPatch) -> None:
    executor = Slow()
    monkeypatch.setattr(panel_workers, "wait", executor.wait)
    equal(run(many, executor=executor, pending=2), run(many))
    assert executor.most == 2


def test_what_waits_is_cancelled_when_the_run_ends(
    many: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = Slow()
    monkeypatch.setattr(panel_workers, "wait", executor.wait)

    def stop(*_: Any) -> None:
        raise InterruptedError

    try:
        run(many, executor=executor, progress=stop, pending=3)
    except InterruptedError:
        assert [future.cancelled() for future, _ in executor.unfinished] == [True, True]
    else:
        pytest.fail("the run was not stopped")


def _die_once(marker: str, task: Task) -> Any:
    """Kill this worker if it is the first to come here."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return run_task(task)
    os.kill(os.getpid(), signal.SIGKILL)
    return Raised("still alive")


class Dying(ProcessPoolExecutor):
    """A pool of which one process dies with a panel, after a number of panels."""

    def __init__(self, marker: pathlib.Path, before: int) -> None:
        super().__init__(1, mp_context=multiprocessing.get_context("spawn"))
        self.marker = marker
        self.before = before

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.before -= 1
        if self.before < 0:
            return super().submit(_die_once, str(self.marker), *args)
        return super().submit(fn, *args)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no process can be killed so")
def test_a_killed_process_breaks_the_pool(many: Columns, tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "results"
    told = r"Of 3 panels 2 were finished\. The folder has them"
    with Dying(tmp_path / "died", before=2) as pool, pytest.raises(TropError, match=told):
        run(many, executor=pool, folder=folder, pending=1)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = run(many, executor=pool, folder=folder)
    equal(found, run(many))


def test_dask_goes_on_without_a_killed_worker(many: Columns, tmp_path: pathlib.Path) -> None:
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of ports in use, and of what Dask has deprecated
        cluster = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        )
        with cluster, distributed.Client(cluster) as client:
            executor = client.get_executor()
            submit = executor.submit
            executor.submit = lambda fn, task: submit(
                functools.partial(_die_once, str(tmp_path / "died")), task
            )
            found = run(many, executor=executor)
    assert (tmp_path / "died").exists()
    equal(found, run(many))
