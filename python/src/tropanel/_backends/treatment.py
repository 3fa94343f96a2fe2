"""Treatments of cells without a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .protocol import Floats


def fill_treatment(W: Floats) -> Floats:
    """Give absent cells a treatment: 1 if the unit is treated both before and after, else 0."""
    return np.where(np.isnan(W), _last_known(W) * _last_known(W[:, ::-1])[:, ::-1], W)


def _last_known(W: Floats) -> Floats:
    """Carry the last known treatment of each unit forward; 0 before the first."""
    known_at = np.where(np.isnan(W), -1, np.arange(W.shape[1]))
    last = np.maximum.accumulate(known_at, axis=1)
    carried = np.take_along_axis(W, np.maximum(last, 0), axis=1)
    return np.where(last < 0, 0.0, carried)
