"""Options reach the backend; progress is shown as asked for."""

from __future__ import annotations

import io
import math
import sys
from typing import Any

import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame
from fake_backend import FakeBackend

import tropanel
from tropanel import _progress


def _calls(fake: FakeBackend, columns: Columns, **options: Any) -> dict[str, dict[str, Any]]:
    fake.calls.clear()
    tropanel.trop(frame(columns), *ROLES, **options)
    return dict(fake.calls)


@pytest.mark.parametrize("seed", [0, 2**63, 2**64 - 1, np.int64(5), np.uint64(2**64 - 1)])
def test_seeds_are_passed_on_unchanged(fake: FakeBackend, columns: Columns, seed: Any) -> None:
    calls = _calls(fake, columns, seed=seed, n_boot=7, level=0.8)
    options = calls["infer"]["options"]
    assert options.seed == int(seed)
    assert type(options.seed) is int
    assert (options.n_boot, options.level) == (7, 0.8)


@pytest.mark.parametrize(("n_jobs", "threads"), [(None, None), (-1, None), (1, 1), (7, 7)])
def test_threads(fake: FakeBackend, columns: Columns, n_jobs: int, threads: int) -> None:
    for settings in _calls(fake, columns, n_jobs=n_jobs).values():
        assert settings["threads"] == threads


def test_grids_replace_defaults_one_by_one(fake: FakeBackend, columns: Columns) -> None:
    nn = (5, math.inf)
    settings = _calls(fake, columns, grids={"nn": nn, "unit": np.array([2])}, search="grid")[
        "search"
    ]
    np.testing.assert_array_equal(settings["grid_nn"], nn)
    np.testing.assert_array_equal(settings["grid_unit"], [2.0])
    np.testing.assert_array_equal(settings["grid_time"], [0.0, 0.5, 1.0])
    assert settings["method"] == "grid"


def test_lambdas_are_passed_on_by_name(fake: FakeBackend, columns: Columns) -> None:
    calls = _calls(fake, columns, lambdas={"nn": math.inf, "time": 1, "unit": np.float32(2)})
    assert calls["estimate"]["lambdas"] == (1.0, 2.0, math.inf)
    assert calls["infer"]["lambdas"] == {"time": 1.0, "unit": 2.0, "nn": math.inf}
    assert "search" not in calls


def test_progress_calls_a_function(fake: FakeBackend, columns: Columns) -> None:
    seen: list[tuple[str, int, int]] = []

    def report(stage: str, done: int, total: int) -> None:
        seen.append((stage, done, total))

    _calls(fake, columns, progress=report, n_boot=3)
    assert list(dict.fromkeys(stage for stage, _, _ in seen)) == ["search", "estimate", "inference"]
    assert seen[-1] == ("inference", 3, 3)


def test_an_error_in_progress_comes_out(fake: FakeBackend, columns: Columns) -> None:
    def report(stage: str, done: int, total: int) -> None:
        raise InterruptedError(stage)

    with pytest.raises(InterruptedError, match="search"):
        _calls(fake, columns, progress=report)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("progress", "terminal", "shown"),
    [(None, True, True), (None, False, False), (True, False, True), (False, True, False)],
)
def test_progress_bars(
    fake: FakeBackend,
    columns: Columns,
    monkeypatch: pytest.MonkeyPatch,
    progress: bool | None,
    terminal: bool,
    shown: bool,
) -> None:
    stream = _Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(_progress, "SECONDS_BEFORE_A_BAR", 0)
    _calls(fake, columns, progress=progress)
    for stage in ("search", "inference"):
        assert (stage in stream.getvalue()) == shown


def test_no_standard_error_stream(
    fake: FakeBackend, columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    _calls(fake, columns, lambdas=FIXED)
