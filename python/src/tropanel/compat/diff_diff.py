"""Makes diff-diff compute the TROP estimator with tropanel's kernel.

    import tropanel.compat.diff_diff

    tropanel.compat.diff_diff.install()

From then on ``diff_diff.TROP(...).fit(...)`` has exact, certified fits, and is faster; nothing
else in diff-diff changes. :func:`uninstall` takes it back, and :func:`using` is a context manager
for a stretch of code. ``docs/compat.md`` says what is replaced, and where results differ.

What is replaced belongs to the whole process, so fits that run in other threads while one of these
functions is at work may see some of both.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, metadata
from types import ModuleType
from typing import Any, NamedTuple

from .._errors import TropError
from . import _diff_diff_kernel as kernel

__all__ = ["install", "uninstall", "using"]


class _Function(NamedTuple):
    """One of diff-diff's compiled functions, and how its call must look."""

    name: str  #: in diff-diff's modules
    module: str  #: which calls it
    replacement: Callable[..., Any]
    arguments: tuple[str, ...]  #: a word that the source of each argument must hold
    answers: int  #: values that the caller takes apart; 1 if it does not


_FUNCTIONS = (
    _Function(
        "_rust_unit_distance_matrix",
        "diff_diff.trop_local",
        kernel.compute_unit_distance_matrix,
        ("Y", "D"),
        1,
    ),
    _Function(
        "_rust_loocv_grid_search",
        "diff_diff.trop",
        kernel.loocv_grid_search,
        ("Y", "D", "control_mask", "time_dist", "time", "unit", "nn", "max_iter", "tol"),
        7,
    ),
    _Function(
        "_rust_bootstrap_trop_variance",
        "diff_diff.trop_local",
        kernel.bootstrap_trop_variance,
        (
            *("Y", "D", "control_mask", "time_dist", "time", "unit", "nn", "n_bootstrap"),
            *("max_iter", "tol", "control_idx", "treated_idx", "weight"),
        ),
        2,
    ),
    _Function(
        "_rust_loocv_grid_search_global",
        "diff_diff.trop_global",
        kernel.loocv_grid_search_global,
        ("Y", "D", "control_mask", "time", "unit", "nn", "max_iter", "tol"),
        7,
    ),
    _Function(
        "_rust_bootstrap_trop_variance_global",
        "diff_diff.trop_global",
        kernel.bootstrap_trop_variance_global,
        (
            *("Y", "D", "time", "unit", "nn", "n_bootstrap"),
            *("max_iter", "tol", "control_idx", "treated_idx", "weight"),
        ),
        2,
    ),
)


class _Method(NamedTuple):
    """One of the methods that make diff-diff's point estimates."""

    module: str
    owner: str
    name: str
    replacement: Callable[..., Any]


_METHODS = (
    _Method("diff_diff.trop_local", "TROPLocalMixin", "_estimate_model", kernel.estimate_model),
    _Method(
        "diff_diff.trop_global",
        "TROPGlobalMixin",
        "_solve_global_model",
        kernel.solve_global_model,
    ),
)

#: Modules whose flag says whether they call the compiled functions. Not ``_backend`` itself: the
#: rest of diff-diff has compiled functions that tropanel does not stand in for.
_FLAGGED = ("diff_diff.trop", "diff_diff.trop_local", "diff_diff.trop_global")
_FLAG = "HAS_RUST_BACKEND"


@dataclass(frozen=True)
class _Patch:
    """An attribute, what it was and what it becomes."""

    owner: Any
    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class _Installed:
    point_estimates: bool
    patches: tuple[_Patch, ...]


_installed: _Installed | None = None
_lock = threading.RLock()


def install(*, point_estimates: bool = True) -> None:
    """Make diff-diff (3.x) compute TROP with tropanel's kernel.

    Distances, both searches for lambdas and both bootstraps are replaced. Everything is looked at
    before anything is changed; a second call changes nothing.

    Parameters
    ----------
    point_estimates : bool, default True
        Also make the fits behind the point estimates with the kernel, so that effects and their
        standard error are of the same, exact fits. False keeps diff-diff's own solver for them.

    Raises
    ------
    TropError
        With code ``peer_missing`` if diff-diff is not installed, ``peer_unexpected`` if its
        version, a name, a signature or a call is not what tropanel knows. diff-diff is then as it
        was.
    """
    global _installed
    with _lock:
        if _installed is not None and _installed.point_estimates == point_estimates:
            return
        uninstall()
        patches = _plan(point_estimates)
        for patch in patches:
            setattr(patch.owner, patch.name, patch.after)
        _installed = _Installed(point_estimates, patches)


def uninstall() -> None:
    """Give diff-diff its own functions back; nothing happens if they are there already.

    Raises
    ------
    TropError
        With code ``peer_unexpected`` if somebody else has replaced a function since. Nothing is
        changed then.
    """
    global _installed
    with _lock:
        if _installed is None:
            return
        for patch in _installed.patches:
            if _own_attribute(patch.owner, patch.name) is not patch.after:
                raise _unexpected(
                    f"{patch.owner.__name__}.{patch.name} was replaced again after install(): undo"
                    " that first"
                )
        for patch in _installed.patches:
            setattr(patch.owner, patch.name, patch.before)
        _installed = None


@contextmanager
def using(*, point_estimates: bool = True) -> Iterator[None]:
    """Use tropanel's kernel in diff-diff within a ``with`` block.

    Parameters
    ----------
    point_estimates : bool, default True
        As in :func:`install`.

    Yields
    ------
    None

    Raises
    ------
    TropError
        As :func:`install`.
    """
    before = _installed
    install(point_estimates=point_estimates)
    try:
        yield
    finally:
        if before is None:
            uninstall()
        else:
            install(point_estimates=before.point_estimates)


def _plan(point_estimates: bool) -> tuple[_Patch, ...]:
    """Check all that is to be replaced, and list it."""
    _check_version()
    backend = _module("diff_diff._backend")
    patches = []
    for function in _FUNCTIONS:
        caller = _module(function.module)
        _check_compiled(function, _attribute(caller, function.name))
        _check_call(function, caller)
        for module in (backend, caller):
            before = _attribute(module, function.name)
            patches.append(_Patch(module, function.name, before, function.replacement))
    for name in _FLAGGED:
        module = _module(name)
        patches.append(_Patch(module, _FLAG, _attribute(module, _FLAG), True))
    for method in _METHODS if point_estimates else ():
        owner = _attribute(_module(method.module), method.owner)
        before = _own_attribute(owner, method.name)
        _check_method(method, before)
        patches.append(_Patch(owner, method.name, before, method.replacement))
    return tuple(patches)


def _unexpected(what: str) -> TropError:
    return TropError(
        "peer_unexpected",
        f"{what}. tropanel.compat.diff_diff was tested with diff-diff 3.13.0; diff-diff is left as"
        " it is.",
    )


def _check_version() -> None:
    try:
        version = metadata.version("diff-diff")
    except metadata.PackageNotFoundError as error:
        raise TropError(
            "peer_missing", "diff-diff is not installed: pip install 'diff-diff>=3,<4'."
        ) from error
    if version.split(".")[0] != "3":
        raise _unexpected(f"diff-diff is of version {version}, not 3.x")


def _module(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise _unexpected(f"{name} cannot be imported ({error})") from error


def _attribute(owner: Any, name: str) -> Any:
    try:
        return getattr(owner, name)
    except AttributeError as error:
        raise _unexpected(f"{owner.__name__} has no {name}") from error


def _own_attribute(owner: Any, name: str) -> Any:
    """Get what a module or class itself has by a name, not what it inherits."""
    if name not in vars(owner):
        raise _unexpected(f"{owner.__name__} has no {name} of its own")
    return vars(owner)[name]


def _check_method(method: _Method, own: Any) -> None:
    """Refuse a method that does not take exactly what its replacement takes."""
    if not callable(own) or _parameters(own) != _parameters(method.replacement):
        raise _unexpected(f"{method.owner}.{method.name} has another signature than expected")


def _check_compiled(function: _Function, own: Any) -> None:
    """Refuse a compiled function, if there is one, that takes more or fewer arguments than ours."""
    if own is None or not getattr(own, "__text_signature__", None):
        return
    if len(_parameters(own)) != len(_parameters(function.replacement)):
        raise _unexpected(f"{function.name} has another signature than expected")


def _parameters(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


def _check_call(function: _Function, caller: ModuleType) -> None:
    """Refuse calls that do not pass what ours takes, or take what it gives, in that order."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(caller)))
    except (OSError, SyntaxError) as error:
        raise _unexpected(f"the source of {caller.__name__} cannot be read ({error})") from error
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _called(n) == function.name]
    if not calls:
        raise _unexpected(f"{caller.__name__} does not call {function.name}")
    if not all(_passes(call, function.arguments) for call in calls):
        raise _unexpected(f"{caller.__name__} calls {function.name} with other arguments")
    taken = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and n.value in calls]
    if len(taken) != len(calls) or not all(_takes(tree, n, function.answers) for n in taken):
        raise _unexpected(f"{caller.__name__} takes other answers from {function.name}")


def _called(call: ast.Call) -> str | None:
    return call.func.id if isinstance(call.func, ast.Name) else None


def _passes(call: ast.Call, words: tuple[str, ...]) -> bool:
    if call.keywords or len(call.args) != len(words):
        return False
    return all(word in ast.unparse(argument) for argument, word in zip(call.args, words))


def _takes(tree: ast.AST, assignment: ast.Assign, answers: int) -> bool:
    """Whether an assignment takes so many values apart, at once or through the name it gives."""
    target = assignment.targets[0]
    if isinstance(target, ast.Name) and answers > 1:
        later = [
            node.targets[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Name)
            and node.value.id == target.id
            and isinstance(node.targets[0], ast.Tuple)
        ]
        return any(isinstance(t, ast.Tuple) and len(t.elts) == answers for t in later)
    return (len(target.elts) if isinstance(target, ast.Tuple) else 1) == answers
