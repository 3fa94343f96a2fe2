"""What a user hears of a long call."""

from __future__ import annotations

import math
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
