"""What a result answers when it is asked about one cell, or about the time before treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class WeightTables:
    """Weights of one target cell (Eq. 3).

    Attributes
    ----------
    target : tuple
        Unit and time of the target.
    unit : frame
        One row for each unit: unit, weight (1 for the target's own unit), normalized (the same
        divided by their sum).
    time : frame
        One row for each period: time, weight (1 for the target's own period), normalized.
    """

    target: tuple[Any, Any]
    unit: Any
    time: Any


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What stands behind the fit of one target cell.

    Attributes
    ----------
    target : tuple
        Unit and time of the target.
    unit, time : frame
        Weights of units and periods, as in :class:`WeightTables`.
    effective_units, effective_periods : float
        How many donors (other units, untreated in the target's period) and reference periods (of
        the target's unit, other and untreated) of equal weight would be worth the same: the squared
        sum of their weights over the sum of the squares.
    rank : int
        Rank of the low-rank part.
    components : frame
        One row for each component of the low-rank part: component, singular_value,
        unit_imbalance (weighted mean of the controls' loadings less the target's) and
        time_imbalance (likewise for factors): the terms of Theorem 5.1.
    unit_imbalance, time_imbalance : float
        Their norms. The bias is bounded by their product (and how much the regression shrinks).
    gap : float
        Relative duality gap of the fit.
    converged : bool
        Whether it is certified to the tolerance.
    """

    target: tuple[Any, Any]
    unit: Any
    time: Any
    effective_units: float
    effective_periods: float
    rank: int
    components: Any
    unit_imbalance: float
    time_imbalance: float
    gap: float
    converged: bool


@dataclass(frozen=True, eq=False, repr=False)
class GroupDifferences:
    """Differences between the effects of all groups of one grouping, from the same draws.

    Attributes
    ----------
    table : frame
        One row for each pair of groups: group, other (labels as in the data), difference (effect of
        `group` less that of `other`), se, ci_lower, ci_upper, interval, p_value (this pair by
        itself), band_lower, band_upper (all pairs at once).
    p_value : float or None
        Of all groups having the same effect: of the largest difference in standard errors, among
        the largest of each draw; of the jackknife, Bonferroni's bound. None if some difference has
        no standard error.
    method : str
        Where the draws come from: "bootstrap", "jackknife" or "placebo".
    text : str
        All of it as lines of text; printing shows them.
    """

    table: Any
    p_value: float | None
    method: str
    text: str

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, eq=False)
class PreTreatmentFit:
    """Errors of predictions before the treatment, each cell left out of its own fit.

    Attributes
    ----------
    n_cells : int
    mean : float
        Mean error: far from 0, predictions are biased.
    rmse : float
        Root mean squared error.
    units : frame
        The same by unit: unit, n_cells, mean, rmse.
    """

    n_cells: int
    mean: float
    rmse: float
    units: Any
