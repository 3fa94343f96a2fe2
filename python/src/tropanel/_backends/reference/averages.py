"""The numbers of an estimate: the ATT, and mean effects by event time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..protocol import NO_GROUPING

if TYPE_CHECKING:
    from ..protocol import Averages, Cells, Design


def averages(att: float, treated: Cells, pre: Cells | None, design: Design | None) -> Averages:
    """List the ATT and, if the design asks for it, the mean effect at each event time."""
    grouping, code = [NO_GROUPING], [0]
    n_cells, value = [len(treated["effect"])], [att]
    if (design or {}).get("groupings"):
        cells = [treated] if pre is None else [pre, treated]
        event_time = np.concatenate([group["event_time"] for group in cells])
        effect = np.concatenate([group["effect"] for group in cells])
        for event in np.unique(event_time):
            grouping.append(0)
            code.append(int(event))
            n_cells.append(int((event_time == event).sum()))
            value.append(float(effect[event_time == event].mean()))
    return {
        "grouping": np.array(grouping, dtype=np.int64),
        "code": np.array(code, dtype=np.int64),
        "measure": ["effect"] * len(code),
        "n_cells": np.array(n_cells, dtype=np.int64),
        "value": np.array(value),
    }
