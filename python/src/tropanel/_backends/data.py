"""What goes to a backend: arrays, a design, a monitor; and what comes from it in both its ways.

Matrices are N x T, units in rows, float64; a missing outcome is NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypedDict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Indices = NDArray[np.uint64]


class Monitor(Protocol):
    """Told how far a computation is; an exception raised in here stops it."""

    def advance(self, stage: str, done: int, total: int) -> Any:
        """Tell that `done` of `total` steps of `stage` are done."""

    def outlook(self, left: str, advice: str | None) -> Any:
        """Tell what is left of the whole call, and what would make a long one shorter.

        Called of analyses alone, after :meth:`advance`, from the hundredth fit on.
        """


class Design(TypedDict, total=False):
    """What is asked of a panel; a key that is absent or None keeps the default.

    `anchor` is "cell", "pooled" or "spell", `time_distance` "position" or "calendar"; `calendar`
    (T,), `average` (N,) and `covariates` (K, N, T) are floats, `clusters` (N,) codes. Each of
    `groupings` is "event_time", "time", "cohort", "unit" or the codes (N, T) of all cells.
    `donors` are flags of units (N,) or of pairs (N, N), row i having the donors of unit i, or codes
    (N,) of groups; `anticipation` and `washout` numbers of periods.
    `remarks` are codes of what there is to remark on about first treated periods, with numbers of
    units.
    """

    anchor: str
    calendar: Floats | None
    time_distance: str
    average: Floats | None
    clusters: Ints | None
    donors: Bools | Ints | None
    anticipation: int
    washout: int
    covariates: Floats | None
    groupings: list[str | Ints]
    remarks: list[tuple[str, int]]


class AttAt(TypedDict):
    """Result of `att_at`: arrays of length m, `att` NaN where no treated cell is estimable."""

    lambda_time: Floats
    lambda_unit: Floats
    lambda_nn: Floats
    att: Floats
    n_cells: Ints
    max_gap: Floats
    n_uncertified: Ints
