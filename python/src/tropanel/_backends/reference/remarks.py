"""What is allowed about a panel, but often a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..treatment import fill_treatment
from .design import read_design

if TYPE_CHECKING:
    from ..protocol import Design, Floats

#: Gaps that differ by less than this share of the smallest are equal.
ROUNDING = 1e-9


def remarks(Y: Floats, W: Floats, *, design: Design | None = None) -> list[tuple[str, str]]:
    """Codes and messages: spikes, swapped coding, gaps before adoption, uneven periods.

    `W` is NaN where a unit has no row.
    """
    read_design(design)
    filled = fill_treatment(W)
    treated = filled[(filled == 1).any(axis=1)]
    change = np.diff(treated, axis=1)
    on, off = (change > 0).any(axis=1), (change < 0).any(axis=1)
    found = []
    if len(treated) and ((treated.sum(axis=1) == 1) & off).all():
        found.append(
            (
                "treatment_spike",
                f"each of the {len(treated)} treated units is treated in a single period and"
                " untreated after it: if the treatment lasts, code every period from its start on"
                " as treated",
            )
        )
    if off.any() and not on.any():
        found.append(
            (
                "treatment_swapped",
                f"no unit becomes treated, and {int(off.sum())} stop being treated: are 0 and 1"
                " swapped in the treatment?",
            )
        )
    unknown = _n_after_gap(W)
    if unknown:
        have = "has" if unknown == 1 else "have"
        found.append(
            (
                "adoption_unknown",
                f"{unknown} of the treated units {have} no row right before the first treated one:"
                " treatment may have begun earlier; add such rows, with the treatment and without"
                " an outcome",
            )
        )
    calendar = (design or {}).get("calendar")
    gaps = np.empty(0) if calendar is None else np.diff(calendar)
    if len(gaps) and gaps.max() > gaps.min() * (1 + ROUNDING):
        found.append(
            (
                "periods_uneven",
                "periods are not evenly spaced, and time weights count positions: set"
                " time_distance to calendar if gaps should count",
            )
        )
    return found


def _n_after_gap(W: Floats) -> int:
    """Count units that are treated right after a gap, and not before it."""
    n = 0
    for row in W:
        begins = False
        known = None
        for before, now in zip(row, row[1:]):
            known = known if np.isnan(before) else before
            begins |= now == 1 and np.isnan(before) and known != 1
        n += bool(begins)
    return n
