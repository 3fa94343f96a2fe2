"""What a result answers when it is asked about one cell, or about the time before treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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


@dataclass(frozen=True, eq=False, repr=False)
class BiasBounds:
    """Effects with room for a bias as large as the placebo effects in time, times a size.

    Attributes
    ----------
    table : frame
        One row for each effect and size: event_time (missing for the ATT), effect, size, lower and
        upper (what the estimates leave open at a bias of at most `size` times the largest placebo
        effect), ci_lower, ci_upper, breakdown (the least size at which the interval holds zero),
        certified.
    placebos : frame
        The placebo effects: event_time since the pretended start, effect, se, ci_lower, ci_upper,
        interval, certified.
    breakdown : float
        Of the ATT: 0 if its interval holds zero without any bias, infinite if no size up to 1,024
        brings it in, NaN without intervals.
    method : str
        Where the draws come from: "bootstrap", "jackknife" or "placebo".
    level : float
        Of all intervals.
    text : str
        The ATT's part as lines of text; printing shows them.
    effect_label : str
        What the average effect is called.
    """

    table: Any
    placebos: Any
    breakdown: float
    method: str
    level: float
    text: str
    effect_label: str

    def __repr__(self) -> str:
        return self.text

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the ATT's interval at each size.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new one by default.

        Returns
        -------
        matplotlib Axes
            With a thick bar for what the estimates leave open, and a thin one for the interval.

        Raises
        ------
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import tropanel
        >>> result = tropanel.trop(
        ...     "packs_per_capita ~ treated | state + year", tropanel.datasets.prop99(),
        ...     lambdas={"time": 0.2, "unit": 0.05, "nn": float("inf")}, pre_periods=False,
        ... )
        >>> result.bias_bounds([0, 1]).plot().get_xlabel()
        'Bias at most, in largest placebo effects'
        """
        from .._data.frames import frame_columns
        from .plot_bias import draw

        return draw(frame_columns(self.table), self.level, self.effect_label, ax)


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
