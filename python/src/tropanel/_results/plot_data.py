"""The frame behind each plot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.frames import frame_columns
from .._errors import TropError
from .._refusals import refusal

if TYPE_CHECKING:
    from .numbers import Numbers


def data(result: Numbers, kind: str) -> Any:
    """Give the frame behind a plot, computing what is not there yet."""
    frames: dict[str, Callable[[], Any]] = {
        "path": lambda: result.by_time,
        "effects": lambda: result.effects,
        "event": lambda: result.by_event_time,
        "cumulative": lambda: result._more["cumulative"],
        "weights": lambda: result.weights().unit,
        "time_weights": lambda: result.weights().time,
        "ablation": result.ablation,
        "surface": result.surface,
        "leave_one_out": result.leave_one_out,
        "placebo": lambda: _draws(result),
        "pre_fit": lambda: result.pre_fit().units,
    }
    return frames[kind]()


def arrays(result: Numbers, kind: str) -> dict[str, Any]:
    """Give the columns behind a plot as arrays."""
    return {name: np.array(column) for name, column in frame_columns(data(result, kind)).items()}


def nothing(kind: str) -> TropError:
    """Say why there is nothing to draw for a kind."""
    return TropError("option_invalid", refusal(f"plot_empty_{kind}"))


def _draws(result: Numbers) -> Any:
    if "draws" not in result._more:
        raise nothing("placebo")
    return result._more["draws"]
