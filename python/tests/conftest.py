"""Fixtures of the tests of the Python layer."""

from __future__ import annotations

from typing import Any

import matplotlib
import narwhals as nw
import numpy as np
import pytest
from fake_backend import FakeBackend

from tropanel._backends import choose as _backend
from tropanel._backends.reference import effect_range

matplotlib.use("Agg")

Columns = dict[str, list[Any]]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TROPANEL_BACKEND", raising=False)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    """Put a quick, steerable backend in the place of the compiled one."""
    backend = FakeBackend()
    monkeypatch.setattr(_backend, "_compiled", lambda: backend)
    return backend


@pytest.fixture
def values_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the reference's bounds of effects, several fits each, to test_certificates.py."""
    monkeypatch.setattr(effect_range.Problem, "range", lambda problem, scale: effect_range.EXACT)


@pytest.fixture(params=["pandas", "polars", "pyarrow"])
def library(request: pytest.FixtureRequest) -> str:
    """Name each frame library in turn."""
    return str(request.param)


@pytest.fixture
def columns() -> Columns:
    """Eight units a to h in 2001 to 2006; g is treated from 2005 on, h from 2004 on."""
    rng = np.random.default_rng(1)
    units = [unit for unit in "abcdefgh" for _ in range(6)]
    years = list(range(2001, 2007)) * 8
    treated = [
        int((u == "g" and t >= 2005) or (u == "h" and t >= 2004)) for u, t in zip(units, years)
    ]
    outcome = [ord(u) - 97 + 0.5 * (t - 2000) + 2 * d for u, t, d in zip(units, years, treated)]
    noise = rng.normal(scale=0.1, size=len(outcome))
    return {
        "state": units,
        "year": years,
        "sales": [float(y + e) for y, e in zip(outcome, noise)],
        "law": treated,
    }


def frame(columns: Columns, library: str = "pandas") -> Any:
    """Make a native frame."""
    return nw.from_dict(columns, backend=library).to_native()  # type: ignore[arg-type]


ROLES = ("sales", "law", "state", "year")
FIXED = {"time": 0.1, "unit": 0.2, "nn": 1.0}
