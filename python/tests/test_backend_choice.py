"""Which backend computes, and what happens when it cannot."""

from __future__ import annotations

import inspect
import logging
import sys
from typing import Any

import numpy as np
import pytest
from conftest import FIXED, ROLES, Columns, frame
from fake_backend import FakeBackend

import tropanel
from tropanel import TropError
from tropanel._backends import choose as _backend
from tropanel._backends.check import EFFECT_TOLERANCE, SCORE_TOLERANCE
from tropanel._backends.choose import choose
from tropanel._refusals import refusal

Y = [[1.0, 2.0, 3.0], [2.0, 3.0, 5.0], [0.0, 1.0, 2.5], [3.0, 3.5, 4.0]]
W = [[0, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 1]]


@pytest.fixture
def no_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the compiled module impossible to import."""
    monkeypatch.setitem(sys.modules, "tropanel._core", None)
    monkeypatch.delattr("tropanel._core", raising=False)
    monkeypatch.setattr(_backend, "_told", set())


@pytest.mark.usefixtures("no_core")
def test_numpy_stands_in_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="tropanel"):
        assert choose("auto").name == "numpy"
        assert choose("auto").name == "numpy"
    assert len(caplog.records) == 1
    assert "compiled core of tropanel cannot be imported" in caplog.text
    assert "NumPy backend instead" in caplog.text


@pytest.mark.usefixtures("no_core")
@pytest.mark.parametrize("backend", ["rust", "check"])
def test_missing_core_is_an_error_if_asked_for(backend: str) -> None:
    with pytest.raises(ImportError, match=r"cannot be imported: .*_core"):
        tropanel.trop_matrix(Y, W, backend=backend)


@pytest.mark.usefixtures("no_core")
def test_without_the_core_a_refusal_names_what_is_wrong() -> None:
    with pytest.raises(TropError) as caught:
        tropanel.trop_matrix(Y, [[0]], backend="numpy")
    assert caught.value.code == "shape_mismatch"
    assert str(caught.value) == "shapes_differ: outcomes='4 x 3', treatments='1 x 1'"


def test_a_refusal_of_other_parts_is_a_bug() -> None:
    with pytest.raises(LookupError, match="no refusal 'column_missing' of these parts: column"):
        refusal("column_missing", column="x")


def test_errors_of_a_computation_do_not_switch_backends(
    fake: FakeBackend, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: Any, **settings: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(fake, "estimate", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        tropanel.trop_matrix(Y, W, lambdas=FIXED)
    assert not caplog.records


@pytest.mark.usefixtures("fake")
def test_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROPANEL_BACKEND", "numpy")
    assert choose("auto").name == "numpy"
    assert choose("rust").name == "rust"
    monkeypatch.setenv("TROPANEL_BACKEND", "auto")
    assert choose("auto").name == "rust"
    monkeypatch.setenv("TROPANEL_BACKEND", "rusty")
    with pytest.raises(TropError, match="TROPANEL_BACKEND must be one of") as caught:
        choose("auto")
    assert caught.value.code == "option_invalid"


@pytest.fixture
def second(fake: FakeBackend, monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    """Put a steerable backend in the place of NumPy too."""
    backend = FakeBackend()
    monkeypatch.setattr(_backend, "_numpy", lambda: backend)
    return backend


def test_check_computes_with_both(fake: FakeBackend, second: FakeBackend, columns: Columns) -> None:
    result = tropanel.trop(frame(columns), *ROLES, backend="check")
    assert result.backend == "check"
    names = ["search", "estimate", "infer"]
    assert [name for name, _ in fake.calls] == names
    assert [name for name, _ in second.calls] == names
    tropanel.compute_unit_distance_matrix(Y, W, backend="check")


@pytest.mark.parametrize(
    ("what", "call"),
    [
        ("LOOCV scores", lambda: tropanel.trop_matrix(Y, W, backend="check")),
        ("att", lambda: tropanel.trop_matrix(Y, W, backend="check", lambdas=FIXED)),
        ("bootstrap draws", lambda: tropanel.bootstrap_trop_variance(Y, W, FIXED, backend="check")),
        ("unit distances", lambda: tropanel.compute_unit_distance_matrix(Y, W, backend="check")),
    ],
)
def test_check_raises_where_backends_differ(second: FakeBackend, what: str, call: Any) -> None:
    second.shift = 1e-4
    with pytest.raises(TropError, match=f"differ in {what}") as caught:
        call()
    assert caught.value.code == "backend_mismatch"


def test_check_allows_small_differences(second: FakeBackend) -> None:
    second.shift = 0.5 * EFFECT_TOLERANCE  # of outcomes whose standard deviation is above 1
    tropanel.trop_matrix(Y, W, backend="check", lambdas=FIXED)
    second.shift = 0.5 * SCORE_TOLERANCE
    tropanel.loocv_grid_search(Y, W, backend="check")


NAMED_ALIKE = (
    "n_boot", "level", "seed", "n_placebo_sets", "n_folds", "criterion", "inference", "max_cells",
)  # fmt: skip


@pytest.mark.parametrize("backend", ["auto", "numpy"])
def test_defaults_are_those_of_the_backend(backend: str) -> None:
    defaults = choose(backend).functions.defaults()
    for function in (tropanel.trop, tropanel.trop_matrix):
        parameters = inspect.signature(function).parameters
        for name in NAMED_ALIKE:
            assert parameters[name].default == defaults[name]  # type: ignore[literal-required]
    parameters = inspect.signature(tropanel.bootstrap_trop_variance).parameters
    assert parameters["n_bootstrap"].default == defaults["n_boot"]


def test_backends_agree_on_a_small_panel() -> None:
    rng = np.random.default_rng(0)
    outcome, treated = rng.normal(size=(8, 6)), np.zeros((8, 6))
    treated[6:, 4:] = 1
    outcome[2, 3] = np.nan
    found = [
        tropanel.trop_matrix(
            outcome,
            treated,
            lambdas={"time": 0.2, "unit": 0.3, "nn": 0.5},
            inference="bootstrap",
            n_boot=10,
            backend=name,
        )
        for name in ("auto", "numpy")
    ]
    assert found[0].att == pytest.approx(found[1].att, abs=1e-6)
    assert found[0].se == pytest.approx(found[1].se, abs=1e-6)
