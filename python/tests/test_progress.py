"""What a user hears of a long call."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

import tropanel
from tropanel import _progress as progress

LAMBDAS = {"time": 0.3, "unit": 0.3, "nn": math.inf}


def panel_of_many_fits() -> tuple[Any, Any]:
    outcome = np.random.default_rng(5).normal(size=(14, 15))
    treatment = np.zeros(outcome.shape)
    treatment[:5, 9:] = 1
    return outcome, treatment


def test_an_analysis_tells_what_is_left_of_the_whole_call(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setattr(progress._Reporter, "outlook", lambda self, *words: told.append(words))
    tropanel.trop_matrix(
        *panel_of_many_fits(), lambdas=LAMBDAS, inference="jackknife", progress=lambda *at: None
    )
    # Nothing is left at the end, which is always told, and nothing of this size needs advice.
    assert told[-1] == ("", None)


def test_the_bar_says_what_is_left_and_advises_once(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.monitoring(True) as bars:
        assert bars is not None
        for done in (1, 2):
            bars.advance("search", done, 100)
            bars.outlook("about 3 hours left", "This call takes about 3 hours.")
        assert bars._bar.postfix == "about 3 hours left"  # type: ignore[attr-defined]
    assert capsys.readouterr().err.count("This call takes about 3 hours.") == 1


def stopped_on_advice(progress_asked: Any) -> None:
    """Begin a job of many minutes, in which the first warning is an error that stops it."""
    outcome = np.random.default_rng(5).normal(size=(200, 80))
    treatment = np.zeros(outcome.shape)
    treatment[180:, 60:] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        with pytest.raises(UserWarning, match=r"^This call takes about .* What helps: "):
            tropanel.trop_matrix(outcome, treatment, progress=progress_asked)


@pytest.mark.parametrize("asked", [None, lambda stage, done, total: None])
def test_a_long_call_without_a_bar_warns(monkeypatch: pytest.MonkeyPatch, asked: Any) -> None:
    monkeypatch.setattr(progress, "SECONDS_BEFORE_ADVICE", 0.0)
    stopped_on_advice(asked)


def test_advice_comes_once_and_from_the_caller_s_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def long_call(after: float) -> list[warnings.WarningMessage]:
        monkeypatch.setattr(progress, "SECONDS_BEFORE_ADVICE", after)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with progress.monitoring(None) as monitor:
                assert monitor is not None
                for advice in (None, "This call takes about 3 hours.", "It takes 4 hours."):
                    monitor.outlook("about 3 hours left", advice)
        return caught

    (warned,) = long_call(0.0)
    assert (str(warned.message), warned.category) == ("This call takes about 3 hours.", UserWarning)
    assert warned.filename == __file__
    assert long_call(60.0) == []


def test_calls_that_are_short_or_silent_do_not_warn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SECONDS_BEFORE_ADVICE", 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tropanel.trop_matrix(*panel_of_many_fits(), lambdas=LAMBDAS, inference="jackknife")
    with progress.monitoring(False) as monitor:
        assert monitor is None
