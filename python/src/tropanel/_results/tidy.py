"""Estimates as frames, in broom's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.frames import build_frame, frame_columns
from .._errors import TropError
from .._options import read_level
from .tables import build_table

if TYPE_CHECKING:
    from .numbers import Numbers

#: Columns of the tables, and what they are called here.
NUMBERS = {
    "se": "std_error",
    "p_value": "p_value",
    "ci_lower": "conf_low",
    "ci_upper": "conf_high",
}


def tidy(result: Numbers, kind: str, level: float | None, percent: bool) -> Any:
    """Make the frame of a kind, its intervals at a level."""
    at = result.level if level is None else read_level(level)
    again = None
    if at != result.level and result.method is not None:
        again = result._keep(("level", at), lambda: result._analysis().at_level(at))
    if percent and kind != "averages":
        raise TropError("option_invalid", f"percent=True goes with kind='averages', not {kind!r}.")
    columns = _att(result, again) if kind == "att" else _of_table(result, again, kind, percent)
    return build_frame(columns, result._panel.library)


def _att(result: Numbers, again: Any) -> dict[str, Any]:
    ci = result.ci if again is None else again.facts()["ci"]
    lower, upper = ci or (None, None)
    numbers = {"estimate": result.att, "std_error": result.se, "p_value": result.p_value}
    bounds = {"conf_low": lower, "conf_high": upper}
    return {
        "term": ["ATT"],
        **{name: _number(value) for name, value in {**numbers, **bounds}.items()},
        "method": [result.method or "none"],
        "converged": np.array([result.converged]),
    }


def _of_table(result: Numbers, again: Any, kind: str, percent: bool) -> dict[str, Any]:
    name = {"event": "by_event_time", "averages": "averages", "covariates": "coefficients"}[kind]
    if percent and again is None:
        again = result._analysis()
    made = None if again is None else build_table(result._panel, again.tables(percent)[name])
    table = getattr(result, name) if made is None else made
    found = {column: np.array(values) for column, values in frame_columns(table).items()}
    makers = {"event": _events, "averages": _averages, "covariates": _covariates}
    return makers[kind](result, found)


def _events(result: Numbers, found: dict[str, Any]) -> dict[str, Any]:
    return {
        "term": [f"{result.time}::{time}" for time in found["event_time"]],
        "event_time": found["event_time"],
        "kind": list(found["kind"]),
        "estimate": found["effect"],
        **_inferred(found),
        "band_low": found["band_lower"],
        "band_high": found["band_upper"],
        "n_cells": found["n_cells"],
    }


def _averages(result: Numbers, found: dict[str, Any]) -> dict[str, Any]:
    rows = zip(found["by"], found["group"], found["measure"])
    terms = [what if by == "all" else f"{by}::{group}::{what}" for by, group, what in rows]
    tells_apart = {name: list(found[name]) for name in ("by", "group", "measure")}
    numbers = {"estimate": found["estimate"], **_inferred(found), "n_cells": found["n_cells"]}
    return {"term": terms, **tells_apart, **numbers}


def _covariates(result: Numbers, found: dict[str, Any]) -> dict[str, Any]:
    return {
        "term": list(found["covariate"]),
        "estimate": found["coefficient"],
        **_inferred(found),
    }


def _inferred(found: dict[str, Any]) -> dict[str, Any]:
    return {name: np.asarray(found[column], dtype=float) for column, name in NUMBERS.items()}


def glance(result: Numbers) -> Any:
    """Make the frame of one row."""
    counts = ("n_units", "n_periods", "n_treated_units", "n_treated_cells")
    columns: dict[str, Any] = {
        "nobs": np.array([result.n_obs]),
        **{name: np.array([getattr(result, name)]) for name in counts},
        **{f"lambda_{name}": _number(value) for name, value in result.lambdas.items()},
        "loocv_score": _number(result.loocv_score),
        "criterion": [result.criterion or "none"],
        "max_gap": _number(result.max_gap),
        "converged": np.array([result.converged]),
        "anchor": [result.anchor],
        "method": [result.method or "none"],
    }
    return build_frame(columns, result._panel.library)


def _number(value: float | None) -> Any:
    return np.array([np.nan if value is None else value], dtype=np.float64)
