"""What surrounds a call: streams that are closed, disks that are full."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from tropanel import TropError
from tropanel._estimate.progress import monitoring
from tropanel._results.report import replace
from tropanel.compat import trop as compat


def test_progress_without_a_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with monitoring(True) as monitor:
        assert monitor is None


def test_rows_that_are_no_whole_numbers() -> None:
    outcome = np.random.default_rng(0).normal(size=(5, 4))
    with pytest.raises(TropError, match="whole numbers") as error:
        compat.TROP_TWFE_average(outcome, np.zeros((5, 4)), [0.5], 0.1, 0.1, 0.1, 1)
    assert error.value.code == "option_invalid"


def test_a_page_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    page = tmp_path / "report.html"
    page.write_text("old")
    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            replace(page, "new")
    assert page.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.html"]
    replace(page, "new")
    assert page.read_text() == "new"


def test_lone_surrogates_do_not_keep_a_page_from_being_written(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    replace(page, "unit \ud800")
    assert page.read_text(encoding="utf-8") == "unit ?"
