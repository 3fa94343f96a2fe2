"""The labels of units or periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._hints import listed, show_label

if TYPE_CHECKING:
    import narwhals as nw

    from .._backends.protocol import Bools, Floats, Ints


@dataclass(frozen=True)
class Axis:
    """Units or periods in order.

    `labels` and `series` hold the same ids: as Python objects, and in the caller's own type.
    `calendar` has a value of each period to measure gaps with, None if its ids say none.
    """

    name: str
    labels: list[Any]
    series: nw.Series[Any]
    calendar: Floats | None = None

    def take(self, positions: Ints) -> nw.Series[Any]:
        """Return the ids at these positions, in the caller's own type."""
        return self.series[positions]

    def show(self, where: Bools) -> str:
        """Write the first few labels where `where` is true."""
        return listed(show_label(self.labels[k]) for k in np.flatnonzero(where))
