"""How well estimators do on simulated panels like one's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .plain import plain_attributes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Attributes that are frames, and the core's names of their tables.
TABLES = {
    "table": "simulation",
    "by_rank": "simulation_by_rank",
    "generator": "simulation_generator",
    "example": "simulation_example",
}


@dataclass(frozen=True, repr=False)
class Simulation:
    """A ranking of estimators, from :func:`simulate` or :func:`simulate_matrix`.

    Frames are of the library of the data. Errors are in standard deviations of the outcome; the
    truth is 0.

    Attributes
    ----------
    table : frame
        One row for each estimator: estimator, rmse, rmse_se (its Monte Carlo standard error),
        relative_rmse (over the best one's), relative_rmse_se (from paired draws), bias, bias_se,
        share_best (draws in which it is nearest to the truth), coverage and length (of its
        intervals, if asked for), failures (draws without an estimate), inference_failures,
        uncertified (estimates that are not certified), seconds (of a draw), and error (the code of
        its most frequent failure, else empty).
    by_rank : frame
        The same for every rank of the generator, which is in its column rank.
    generator : frame
        What was drawn from, one row for each cell: unit, time, two_way (unit and period effects),
        interactive (the rest of the signal), residual (not there for treated cells).
    example : frame
        A treated unit before treatment beside itself in three draws, in units of the outcome: unit,
        time, observed, draw_1, draw_2, draw_3.
    facts : dict
        What was simulated: draws, treated, periods, rank, tune, assignment (what it came to),
        noise, seed, level, scale (standard deviation of the outcome), share_two_way,
        share_interactive, share_noise, autoregression_1, autoregression_2, noise_sd, converged.
    notes : tuple of str
        What a reader should know: what the ranking is conditional on, whether it stands at other
        ranks, what failed.
    sentence : str
        The result in a sentence, for the paper.
    """

    table: Any
    by_rank: Any
    generator: Any
    example: Any
    facts: dict[str, Any]
    notes: tuple[str, ...]
    sentence: str
    _text: str = field(repr=False)
    _names: dict[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        return self._text

    def summary(self) -> str:
        """Write the ranking as aligned lines of text, with the notes.

        Returns
        -------
        str

        Examples
        --------
        >>> import tropanel
        >>> found = tropanel.simulate(
        ...     tropanel.datasets.prop99(), "packs_per_capita", "treated", "state", "year",
        ...     estimators=["did", "sc"], draws=10, ranks=[],
        ... )
        >>> print(found.summary().splitlines()[0])
        Estimators on simulated panels like this one
        """
        return self._text

    def to_dict(self) -> dict[str, Any]:
        """Give the ranking as plain types that :func:`json.dumps` takes, with ``allow_nan=False``.

        Returns
        -------
        dict
            One entry for each attribute, as in the `to_dict` of :class:`TropResult`.

        Examples
        --------
        >>> import tropanel
        >>> found = tropanel.simulate(
        ...     tropanel.datasets.prop99(), "packs_per_capita", "treated", "state", "year",
        ...     estimators=["did", "sc"], draws=10, ranks=[],
        ... )
        >>> found.to_dict()["table"]["estimator"]
        ['did', 'sc']
        """
        return plain_attributes(self, TABLES)

    def plot(self, figure: Figure | None = None) -> Figure:
        """Draw the ranking, and a real unit beside simulated ones.

        Parameters
        ----------
        figure : matplotlib Figure, optional
            Where to draw; a new one by default.

        Returns
        -------
        matplotlib Figure
            With two axes: errors over the best one's, with intervals of two Monte Carlo errors and
            hollow marks at other ranks; and paths.

        Raises
        ------
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import tropanel
        >>> found = tropanel.simulate(
        ...     tropanel.datasets.prop99(), "packs_per_capita", "treated", "state", "year",
        ...     estimators=["did", "sc"], draws=10, ranks=[],
        ... )
        >>> len(found.plot().axes)
        2
        """
        from .plot_simulation import draw

        frames = {name: getattr(self, name) for name in ("table", "by_rank", "example")}
        return draw(frames, self.facts["rank"], self._names, figure)
