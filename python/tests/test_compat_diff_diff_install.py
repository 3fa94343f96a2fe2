"""Putting the kernel in diff-diff's place, and giving its own functions back."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from importlib import import_module, metadata

import pytest

if sys.version_info < (3, 10):
    pytest.skip("the pinned packages need Python 3.10", allow_module_level=True)

from diff_diff import _backend, trop_global, trop_local

from tropanel import TropError
from tropanel.compat import _diff_diff_kernel as kernel
from tropanel.compat import diff_diff as compat

#: The module; the function of this name hides it in the package.
trop = import_module("diff_diff.trop")


@pytest.fixture(autouse=True)
def _as_it_was():
    yield
    compat.uninstall()


def state():
    """Everything in diff-diff that may be replaced."""
    names = [function.name for function in compat._FUNCTIONS]
    modules = {
        (module.__name__, name): vars(module)[name]
        for module in (_backend, trop, trop_local, trop_global)
        for name in [*names, "HAS_RUST_BACKEND"]
        if name in vars(module)
    }
    return {
        **modules,
        "local": vars(trop_local.TROPLocalMixin).get("_estimate_model"),
        "global": vars(trop_global.TROPGlobalMixin).get("_solve_global_model"),
    }


def same(before, after):
    return before.keys() == after.keys() and all(before[key] is after[key] for key in before)


def test_install_and_uninstall_are_idempotent_and_give_back_the_same_objects():
    before = state()
    compat.uninstall()
    assert same(before, state())
    compat.install()
    installed = state()
    assert installed["diff_diff.trop", "_rust_loocv_grid_search"] is kernel.loocv_grid_search
    assert installed["local"] is kernel.estimate_model
    compat.install()
    assert same(installed, state())
    compat.install(point_estimates=False)
    assert state()["local"] is before["local"]
    assert state()["diff_diff.trop", "_rust_loocv_grid_search"] is kernel.loocv_grid_search
    compat.uninstall()
    compat.uninstall()
    assert same(before, state())


def test_blocks_nest_and_end_with_an_exception():
    before = state()
    with compat.using(point_estimates=False):
        outer = state()
        with pytest.raises(ZeroDivisionError), compat.using():
            1 / (state()["local"] is not kernel.estimate_model)
        assert same(outer, state())
    assert same(before, state())
    compat.install()
    installed = state()
    with compat.using():
        pass
    assert same(installed, state())


def test_install_from_many_threads():
    before = state()
    threads = [threading.Thread(target=compat.install) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    compat.uninstall()
    assert same(before, state())


def unexpected(monkeypatch, change):
    """Break one thing in diff-diff, and see that install() refuses and changes nothing."""
    with monkeypatch.context() as patch:
        change(patch)
        before = state()
        with pytest.raises(TropError, match="3\\.13\\.0") as caught:
            compat.install()
        assert caught.value.code == "peer_unexpected"
        assert same(before, state())
        return str(caught.value)


def test_what_is_not_as_expected_is_refused(monkeypatch):
    def version(patch):
        patch.setattr(metadata, "version", lambda name: "4.0.1")

    assert "4.0.1, not 3.x" in unexpected(monkeypatch, version)

    def missing_name(patch):
        patch.delattr(trop_global, "_rust_bootstrap_trop_variance_global")

    assert "has no _rust_bootstrap" in unexpected(monkeypatch, missing_name)

    def missing_flag(patch):
        patch.delattr(trop, "HAS_RUST_BACKEND")

    assert "has no HAS_RUST_BACKEND" in unexpected(monkeypatch, missing_flag)

    def missing_method(patch):
        patch.delattr(trop_local.TROPLocalMixin, "_estimate_model")

    assert "has no _estimate_model" in unexpected(monkeypatch, missing_method)

    def signature(patch):
        patch.setattr(trop_global.TROPGlobalMixin, "_solve_global_model", lambda self, Y: None)

    assert "another signature" in unexpected(monkeypatch, signature)

    def compiled(patch):
        def other(y, d, w):
            return None

        other.__text_signature__ = "(y, d, w)"
        patch.setattr(trop_local, "_rust_unit_distance_matrix", other)

    assert "another signature" in unexpected(monkeypatch, compiled)

    def missing_module(patch):
        patch.setitem(sys.modules, "diff_diff.trop_global", None)

    assert "cannot be imported" in unexpected(monkeypatch, missing_module)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "D.astype(np.float64),\n                    control_mask_u8,",
            "control_mask_u8,",
            "other arg",
        ),
        (
            "lambda_unit_arr,\n                    lambda_nn_arr,",
            "lambda_nn_arr,\n lambda_unit_arr,",
            "other arg",
        ),
        ("self.max_iter,\n                    self.tol,", "max_iter=1,\n tol=2,", "other arg"),
        ("_rust_loocv_grid_search(\n", "_another_search(\n", "does not call"),
        ("n_attempted, first_failed_obs = (\n", "n_attempted = (\n", "other answers"),
        ("result = _rust_loocv_grid_search(", "_rust_loocv_grid_search(", "other answers"),
        ("def fit(", "def fit((", "cannot be read"),
    ],
)
def test_calls_that_changed_are_refused(monkeypatch, old, new, message):
    source = compat.inspect.getsource(trop)
    assert old in source

    def change(patch):
        sources = {trop: source.replace(old, new)}
        own = compat.inspect.getsource
        patch.setattr(compat.inspect, "getsource", lambda m: sources.get(m) or own(m))

    assert message in unexpected(monkeypatch, change)


def test_without_diff_diff(monkeypatch):
    def none(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", none)
    with pytest.raises(TropError) as caught:
        compat.install()
    assert caught.value.code == "peer_missing"


def test_somebody_else_s_patch_is_not_lost(monkeypatch):
    compat.install()
    with monkeypatch.context() as patch:
        patch.setattr(trop, "_rust_loocv_grid_search", print)
        with pytest.raises(TropError) as caught:
            compat.uninstall()
        assert caught.value.code == "peer_unexpected"
        assert trop._rust_loocv_grid_search is print
    compat.uninstall()


def run(code, **environment):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_without_diff_diff_s_own_compiled_functions():
    shown = run(
        """
        import sys, diff_diff, tropanel.compat.diff_diff as compat

        def show():
            for name in ("_backend", "linalg", "trop", "trop_local", "trop_global"):
                print(int(sys.modules["diff_diff." + name].HAS_RUST_BACKEND))

        show()
        with compat.using():
            show()
        show()
        """,
        DIFF_DIFF_BACKEND="python",
    )
    assert shown == [*"00000", *"00111", *"00000"]


def test_importing_loads_nothing_of_the_peers():
    loaded = run("import sys, tropanel.compat.diff_diff, tropanel.compat.trop; print(*sys.modules)")
    assert not {"diff_diff", "trop", "cvxpy", "joblib", "pandas"} & set(loaded)
