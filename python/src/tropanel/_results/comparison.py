"""What several estimators say of one panel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class Comparison:
    """Estimates of one panel by several estimators, from :func:`compare` or :func:`compare_matrix`.

    Frames are of the library of the data.

    Attributes
    ----------
    table : frame
        One row for each estimator: estimator, att, se, ci_lower, ci_upper, interval (what the
        interval is, see :class:`TropResult`), p_value, method (of the inference), n_cells (treated
        cells with an effect), pre_rmse (root mean square of the gaps before treatment: of "trop"
        of cells that are left out, of the others of the fit itself), donors (that really count,
        1 / sum of squared weights), max_gap, certified, and error (the code of why it cannot be
        used, or infers nothing; else empty). Functions of the caller's have an att alone.
    by_time : frame
        Paths: estimator, time, observed, counterfactual (means over the treated units), n_cells,
        n_treated, certified.
    by_event_time : frame
        Effects by periods since treatment began: estimator, and the rest as in the
        `by_event_time` of :class:`TropResult`.
    weights : frame
        Weights of the estimators that have some: estimator, spell (of treatment, from 0), side
        ("unit" or "time"), label, weight. All others are 0.
    notes : tuple of str
        What a reader should know beside the numbers.
    """

    table: Any
    by_time: Any
    by_event_time: Any
    weights: Any
    notes: tuple[str, ...]
    _text: str = field(repr=False)
    _names: dict[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        return self._text

    def summary(self) -> str:
        """Write the comparison as aligned lines of text, with the notes.

        Returns
        -------
        str

        Examples
        --------
        >>> import tropanel
        >>> data = tropanel.datasets.prop99()
        >>> found = tropanel.compare(
        ...     data, "packs_per_capita", "treated", "state", "year",
        ...     estimators=["did", "sc"], inference=None,
        ... )
        >>> print(found.summary().splitlines()[3].split()[:2])
        ['did', '-27.3491']
        """
        return self._text

    def plot(self, figure: Figure | None = None) -> Figure:
        """Draw the paths of all estimators, and beside them their estimates and intervals.

        Parameters
        ----------
        figure : matplotlib Figure, optional
            Where to draw; a new one by default.

        Returns
        -------
        matplotlib Figure
            With two axes: paths, intervals.

        Raises
        ------
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import tropanel
        >>> data = tropanel.datasets.prop99()
        >>> found = tropanel.compare(
        ...     data, "packs_per_capita", "treated", "state", "year",
        ...     estimators=["did", "sdid"], inference=None,
        ... )
        >>> len(found.plot().axes)
        2
        """
        from .plot_comparison import draw

        return draw(self.table, self.by_time, self._names, figure)
