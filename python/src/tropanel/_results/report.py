"""A result as one self-contained HTML page: its pictures, and the code that makes it."""

from __future__ import annotations

import math
import os
import platform
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._errors import TropError
from .._refusals import refusal
from .plot import DRAWERS, as_svg

if TYPE_CHECKING:
    from .numbers import Numbers


def write(result: Numbers, path: str | os.PathLike[str], percent: bool) -> Path:
    """Write the page."""
    target = in_folder(path)
    replace(target, page(result, percent))
    return target


def in_folder(path: str | os.PathLike[str]) -> Path:
    """Give the path of a file whose folder is there."""
    target = Path(path)
    if not target.parent.is_dir():
        raise TropError(
            "folder_missing", refusal("folder_missing", file=target, folder=target.parent)
        )
    return target


def replace(target: Path, text: str) -> None:
    """Write beside the file and rename: what cannot be written leaves the old file as it was.

    A link stays one, and what is no file (/dev/stdout) is written to.
    """
    target = target.resolve()
    if target.exists() and not target.is_file():
        _put(target, text)
        return
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        _put(handle, text)
        Path(name).chmod(_mode(target))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink()
        raise


def _put(target: Path | int, text: str) -> None:
    with open(target, "w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(text)


def _mode(target: Path) -> int:
    """Give the mode of the file that is there, or that of a new one."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def page(result: Numbers, percent: bool = False) -> str:
    """Give the page as text."""
    versions = (
        f"tropanel {version('tropanel')} (backend {result.backend}), Python"
        f" {platform.python_version()}, NumPy {np.__version__}"
    )
    analysis = result._analysis()
    return analysis.report(list(_pictures(result)), _code(result), versions, percent)


def _pictures(result: Numbers) -> Iterator[tuple[str, str]]:
    """Draw all plots that have something to show, as SVG."""
    lacking = {
        "surface": result.scores is None,
        "placebo": result.draws is None or len(result.draws) == 0,
        "leave_one_out": result.n_never_treated == 0,
        "pre_fit": result._more["pre_fit"][0][0] == 0,
    }
    for kind in DRAWERS:
        if not lacking.get(kind, False):
            yield kind, _picture(result, kind)


def _picture(result: Numbers, kind: str) -> str:
    try:
        return as_svg(result, kind)
    except ImportError as error:
        raise ImportError(
            'Reports need matplotlib; install it with: pip install "tropanel[plot]"'
        ) from error


def _code(result: Numbers) -> str:
    """Write the call that made this result: what was given, not what was chosen."""
    design = result._panel.design
    if result._panel.wide:
        start = "result = tropanel.trop_matrix(\n    Y, W,"
    else:
        names = (result.outcome, result.treatment, result.unit, result.time)
        start = f"result = tropanel.trop(\n    data, {', '.join(map(repr, names))},"
    given: dict[str, str] = {}
    if design.anchor != "cell":
        given["anchor"] = repr(design.anchor)
    if design.time_distance != "position":
        given["time_distance"] = repr(design.time_distance)
    if design.covariates:
        given["covariates"] = (
            "{" + ", ".join(f"{name!r}: ..." for name in design.covariates) + "}"
            if result._panel.wide
            else repr(list(design.covariates))
        )
    if design.average is not None:
        given["average_weights"] = (
            "..." if design.average_name is None else repr(design.average_name)
        )
    if design.clusters is not None:
        given["cluster"] = "..." if design.cluster_name is None else repr(design.cluster_name)
    if design.donors is not None:
        given["donors"] = "..." if design.donors_name is None else repr(design.donors_name)
    for name, periods in (("anticipation", design.anticipation), ("washout", design.washout)):
        if periods:
            given[name] = repr(periods)
    if design.labels:
        given["labels"] = _literal(design.labels)
    if design.by:
        given["by"] = repr(list(design.by))
    own = {name: _literal(value) for name, value in result._options.items() if name != "threads"}
    lines = "".join(f"\n    {name}={value}," for name, value in {**given, **own}.items())
    return f"import math, tropanel\n\n{start}{lines}\n)\nprint(result.summary())"


def _literal(value: object) -> str:
    """Write a value as code."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple, np.ndarray)):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if isinstance(value, np.generic):
        return _literal(value.item())
    if isinstance(value, float) and math.isinf(value):
        return "math.inf"
    return repr(value)
