"""Which effects would be found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._data.frames import frame_columns
from .plain import plain_attributes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Attributes that are frames, and the core's names of their tables.
TABLES = {
    "table": "power",
    "curves": "power_curves",
    "units": "power_units",
    "draws": "power_draws",
    "assignments": "power_assignments",
}


@dataclass(frozen=True, repr=False)
class Power:
    """How often effects would be found, from :func:`power` or :func:`power_matrix`.

    Frames are of the library of the data. Effects are full sizes, in units of the outcome. Each
    frame begins with treated (units), periods (treated) and history (periods before them).

    Attributes
    ----------
    table : frame
        One row for each design: inference (the test; empty if there is none), n_units (that could
        be treated), draws, size (share of draws without an effect in which one is found), size_se
        (its Monte Carlo standard error), least_p (the least p-value that ranks can give), smallest
        (the size beyond which effects of either sign are found often enough), smallest_increase and
        smallest_decrease (the same for each sign; the latter is zero or less), failures (draws
        without an estimate or an interval, which find nothing), uncertified (estimates that are not
        certified), reason (why there is no smallest effect: "few_units", "few_draws",
        "not_reached", "conformal" or "inference_impossible", else empty).
    curves : frame
        One row for each design and effect: effect, att (its mean over the treated periods), power,
        power_se (its Monte Carlo standard error).
    units : frame
        One row for each design and unit: unit, draws (in which it is treated), rmse and bias (of
        the ATTs of these draws, which are nothing but error).
    draws : frame
        One row for each design and draw: draw, att, ci_lower, ci_upper (the interval of the test),
        response (the ATT of an effect of full size 1), error (a code, else empty). An effect is
        found if zero is outside of the interval once it is moved by the effect times the response.
    assignments : frame
        Which units are treated in each draw, one row for each: draw, unit.
    facts : dict
        What was asked: source, shape, draws, target, level, seed, rank, noise (None without a
        generator), and lambda_time, lambda_unit, lambda_nn of all estimates.
    notes : tuple of str
        What a reader should know: what was drawn, how it was tested, where nothing can be found.
    sentence : str
        The result in a sentence, for the paper.
    """

    table: Any
    curves: Any
    units: Any
    draws: Any
    assignments: Any
    facts: dict[str, Any]
    notes: tuple[str, ...]
    sentence: str
    _text: str = field(repr=False)
    _outcome: str = field(repr=False)

    def __repr__(self) -> str:
        return self._text

    def summary(self) -> str:
        """Write power as aligned lines of text, with the notes.

        Returns
        -------
        str

        Examples
        --------
        >>> import numpy as np
        >>> import tropanel
        >>> Y = np.random.default_rng(0).normal(size=(24, 9)).cumsum(axis=1)
        >>> found = tropanel.power_matrix(
        ...     Y, treated=1, periods=2, lambdas={"time": 0.2, "unit": 0.5, "nn": float("inf")}
        ... )
        >>> print(found.summary().splitlines()[0])
        The smallest effect that would be found
        """
        return self._text

    def to_dict(self) -> dict[str, Any]:
        """Give power as plain types that :func:`json.dumps` takes, with ``allow_nan=False``.

        Returns
        -------
        dict
            One entry for each attribute, as in the `to_dict` of :class:`TropResult`.

        Examples
        --------
        >>> import numpy as np
        >>> import tropanel
        >>> Y = np.random.default_rng(0).normal(size=(24, 9)).cumsum(axis=1)
        >>> found = tropanel.power_matrix(
        ...     Y, treated=1, periods=2, lambdas={"time": 0.2, "unit": 0.5, "nn": float("inf")}
        ... )
        >>> found.to_dict()["table"]["inference"]
        ['placebo']
        """
        return plain_attributes(self, TABLES)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw power over the size of the effect, a line for each design.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new one by default.

        Returns
        -------
        matplotlib Axes
            With a line for each design that has a test, and dashed lines at the power that is
            wanted and at the level of significance.

        Raises
        ------
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import numpy as np
        >>> import tropanel
        >>> Y = np.random.default_rng(0).normal(size=(24, 9)).cumsum(axis=1)
        >>> found = tropanel.power_matrix(
        ...     Y, treated=1, periods=2, lambdas={"time": 0.2, "unit": 0.5, "nn": float("inf")}
        ... )
        >>> found.plot().get_ylabel()
        'Power'
        """
        from .plot_power import draw

        return draw(frame_columns(self.curves), self.facts, self._outcome, ax)
