"""What surrounds a call: forked processes, lack of memory and threads, streams and disks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame

import tropanel
from tropanel import TropError
from tropanel._results.report import replace
from tropanel.compat import trop as compat

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")

#: Seconds after which something hangs, however little of a busy machine it is given.
PATIENCE = 900


def att(seed: int = 0) -> float:
    """A call with the default number of threads."""
    rng = np.random.default_rng(seed)
    treatment = np.zeros((8, 6))
    treatment[6:, 4:] = 1
    result = tropanel.trop_matrix(
        rng.normal(size=(8, 6)), treatment, lambdas=FIXED, inference="none"
    )
    return float(result.att)


def run(script: str) -> str:
    """What a script of its own process prints."""
    prelude = f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    script = prelude + textwrap.dedent(script)
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            printed, errors = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            _end(process)
            raise
    assert process.returncode == 0, errors
    return printed.strip()


def _end(process: subprocess.Popen[str]) -> None:
    """End a process with its children, which hold its streams open, too."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_processes_of_every_kind_after_use(method: str) -> None:
    script = f"""
        import multiprocessing
        from test_process import att

        before = att()
        with multiprocessing.get_context({method!r}).Pool(2) as pool:
            results = pool.map(att, [0, 0, 0])
        print(all(result == before for result in results))
    """
    assert run(script) == "True"


@posix
def test_a_fork_of_a_fork_after_use() -> None:
    script = """
        import os
        from test_process import att

        expected = att()
        if (child := os.fork()) == 0:
            same = att() == expected
            if (grandchild := os.fork()) == 0:
                os._exit(int(att() != expected))
            _, status = os.waitpid(grandchild, 0)
            os._exit(int(status != 0 or not same))
        _, status = os.waitpid(child, 0)
        print(status, att() == expected)
    """
    assert run(script) == "0 True"


def test_workers_of_joblib_after_use() -> None:
    pytest.importorskip("joblib")
    script = """
        import joblib
        from test_process import att

        before = att()
        for backend in ("loky", "multiprocessing", "threading"):
            found = joblib.Parallel(2, backend=backend)(joblib.delayed(att)() for _ in range(3))
            print(all(one == before for one in found))
    """
    assert run(script).split() == ["True"] * 3


@posix
def test_threads_that_cannot_start_are_an_error() -> None:
    script = """
        import os
        import resource
        import pandas  # before the rights to read it are given up
        import test_process
        from tropanel import TropError

        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        try:
            test_process.att()
        except TropError as error:
            print(error.code)
    """
    assert run(script) == "threads_unavailable"


LIMITED = """
    import resource
    import numpy as np
    import tropanel
    from tropanel import TropError

    def panel(n_units, n_treated=1):
        Y = np.add.outer(np.arange(n_units) % 7, np.arange(3)) + np.eye(n_units, 3)
        W = np.zeros((n_units, 3))
        W[:n_treated, 2] = 1
        return Y, W

    tropanel.trop_matrix(*panel(9), lambdas={{"time": 0, "unit": 0, "nn": 1}}, inference="none")
    resource.setrlimit(resource.RLIMIT_AS, (4 * 10**9, 4 * 10**9))
    try:
        {call}
    except TropError as error:
        print(error.code, error)
"""

TOO_MUCH = {
    "distances": ("tropanel.compute_unit_distance_matrix(*panel(100_000))", "80 GB"),
    "placebo sets": (
        "tropanel.trop_matrix(*panel(9, 2), criterion='placebo_sets', n_placebo_sets=10**9,"
        " inference='none')",
        "GB",
    ),
    "grids": (
        "tropanel.trop_matrix(*panel(9), search='grid', inference='none',"
        " grids={name: np.linspace(0, 1, 3000) for name in ('time', 'unit', 'nn')})",
        "TB",
    ),
}


@posix
@pytest.mark.parametrize("kind", TOO_MUCH)
def test_more_memory_than_there_is_is_an_error(kind: str) -> None:
    call, size = TOO_MUCH[kind]
    found = run(LIMITED.format(call=call))
    assert found.startswith("out_of_memory")
    assert size in found


def test_progress_without_a_standard_error(
    columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference="none", progress=True)
    assert np.isfinite(result.att)


def test_rows_that_are_no_whole_numbers() -> None:
    outcome = np.random.default_rng(0).normal(size=(5, 4))
    with pytest.raises(TropError, match="whole numbers") as error:
        compat.TROP_TWFE_average(outcome, np.zeros((5, 4)), [0.5], 0.1, 0.1, 0.1, 1)
    assert error.value.code == "option_invalid"


def test_a_report_that_cannot_be_written_leaves_the_old_one(
    columns: Columns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = tropanel.trop(frame(columns), *ROLES, lambdas=FIXED, inference="none")
    path = tmp_path / "report.html"
    path.write_text("old")
    with monkeypatch.context() as full:
        full.setattr(os, "replace", _no_space)
        full.setattr(Path, "replace", _no_space)
        with pytest.raises(OSError, match="No space"):
            result.report(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.html"]
    result.report(path)
    assert "<html" in path.read_text(encoding="utf-8")
    assert os.listdir(tmp_path) == ["report.html"]


@posix
def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    page, link, pipe = tmp_path / "page.html", tmp_path / "link.html", tmp_path / "pipe"
    link.symlink_to(page)
    replace(link, "new")
    assert link.is_symlink()
    assert page.read_text() == "new"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    replace(pipe, "through")
    assert os.read(reader, 99) == b"through"
    os.close(reader)
    assert pipe.is_fifo()


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_lone_surrogates_do_not_keep_a_page_from_being_written(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    replace(page, "unit \ud800")
    assert page.read_text(encoding="utf-8") == "unit ?"


NAMES = ["$a", "b$", "$c_", "d", "\ud800", "$\\frac$", "g", "h"]


@pytest.mark.parametrize("kind", ["path", "effects", "weights", "leave_one_out", "pre_fit"])
def test_pictures_take_any_names(kind: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    treatment = np.zeros((8, 6))
    treatment[6:, 4:] = 1
    result = tropanel.trop_matrix(
        rng.normal(size=(8, 6)), treatment, units=NAMES, lambdas=FIXED, inference="none"
    )
    axes = result.plot(kind)
    axes.figure.canvas.draw()
    drawn = [label.get_text() for label in axes.get_yticklabels()]
    assert result.report(tmp_path / "report.html").exists()
    assert kind not in ("weights", "leave_one_out") or r"\$a" in drawn


def test_labels_that_cannot_be_told_apart() -> None:
    treatment = np.eye(3)[::-1].cumsum(axis=1) > 1
    with pytest.raises(TropError, match="cannot be told apart") as error:
        tropanel.trop_matrix(np.eye(3), treatment, units=[["a"], ["b"], ["c"]])
    assert error.value.code == "labels_invalid"
