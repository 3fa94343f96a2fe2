"""The result of an estimate."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from ._backend import choose
from ._errors import TropError
from ._frames import frame_columns
from ._hints import show_label
from ._options import LAMBDA_NAMES, read_choice
from ._tables import weights_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ._panel import Axis, Panel
    from ._protocol import Floats

TABLES = ("effects", "pre_effects", "by_time", "by_event_time", "not_estimable", "scores")
PLOTS = {"path": "by_time", "effects": "effects", "event": "by_event_time"}


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


@dataclass(frozen=True, eq=False, repr=False)
class TropResult:
    """Estimate of the average effect of the treatment on the treated, with all that led to it.

    Everything is computed when the result is made; printing and plotting compute nothing. The
    tables are data frames of the caller's own library.

    Attributes
    ----------
    att : float
        Mean of Y(1) - Y(0) over the treated cells that can be estimated (Eq. 1).
    se : float or None
        Standard deviation (n - 1) of the bootstrap draws of `att` (Algorithm 3). None, like `ci`
        and `p_value`, without a bootstrap and where it would mean nothing; `notes` says why.
    ci : tuple of (float, float) or None
        Percentile interval at `level` of the bootstrap draws; a bound is infinite if there are too
        few draws for it.
    p_value : float or None
        From the same draws: 0 is outside of `ci` exactly when `p_value` < 1 - `level`.
    level : float
        Level of `ci` and of the intervals in `by_event_time`.
    lambdas : dict of str to float
        The chosen (or given) lambdas, by the names time, unit and nn; can be passed on as
        ``trop(..., lambdas=result.lambdas)``.
    loocv_score : float or None
        Sum of squared leave-one-out residuals at `lambdas` (Eq. 4); None if they were given.
    n_obs : int
        Number of observed cells.
    n_units, n_periods, n_treated_units, n_never_treated : int
    n_treated_cells : int
        Number of treated cells, with those in `not_estimable`.
    effects : frame
        One row for each estimated treated cell: unit, time, event_time (0 in the first period of
        a spell of treatment), observed, counterfactual, effect, rank (of the low-rank part of
        this cell's fit), gap (its relative duality gap, the certificate of optimality).
    pre_effects : frame
        The same for the control cells before the treatment of units that are ever treated: each
        is left out and predicted, so that its effect is a placebo; event_time < 0.
    not_estimable : frame
        Treated cells without effect: unit, time, reason.
    by_time : frame
        One row for each period: time, observed and counterfactual (means over the cells of
        ever-treated units in `effects` and `pre_effects`), n_cells, n_treated.
    by_event_time : frame
        One row for each event time: event_time, kind ("placebo" or "effect"), effect (mean),
        n_cells, se, ci_lower, ci_upper (percentile interval of the bootstrap; NaN for placebos,
        where only one unit is behind the mean, and without a bootstrap).
    scores : frame or None
        Every searched triple in order of computation: lambda_time, lambda_unit, lambda_nn, score,
        n_cells, max_gap, n_uncertified. None if the lambdas were given.
    search : str or None
        "cycle", "grid", or None if the lambdas were given.
    max_gap : float
        Largest relative duality gap of the treated cells' fits.
    converged : bool
        Whether every one of these fits is certified to the tolerance.
    draws : ndarray of shape (n_draws,), or None
        Bootstrap draws of `att`, those that succeeded.
    n_failed_draws : int
        Bootstrap draws without any treated cell that can be estimated.
    seed : int
    timings : dict of str to float
        Seconds by step: search, estimate, bootstrap.
    backend : str
        What computed: "rust", "numpy" or "check".
    notes : tuple of str
        What a reader should know beside the numbers.
    outcome, treatment, unit, time : str
        Names of the columns.
    first_period, last_period : object
        Labels of the first and last period.
    """

    att: float
    se: float | None
    ci: tuple[float, float] | None
    p_value: float | None
    level: float
    lambdas: dict[str, float]
    loocv_score: float | None
    n_obs: int
    n_units: int
    n_periods: int
    n_treated_units: int
    n_never_treated: int
    n_treated_cells: int
    effects: Any
    pre_effects: Any
    not_estimable: Any
    by_time: Any
    by_event_time: Any
    scores: Any
    search: str | None
    max_gap: float
    converged: bool
    draws: Floats | None
    n_failed_draws: int
    seed: int
    timings: dict[str, float]
    backend: str
    notes: tuple[str, ...]
    outcome: str
    treatment: str
    unit: str
    time: str
    first_period: Any
    last_period: Any
    _panel: Panel

    def __repr__(self) -> str:
        se = "" if self.se is None else f", se={self.se:.4g}"
        return f"<TropResult: att={self.att:.6g}{se}, {self.n_treated_cells} treated cells>"

    def _repr_html_(self) -> str:
        from ._summary import html

        return html(self)

    def summary(self) -> str:
        """Write the result as a few aligned lines of text.

        Returns
        -------
        str

        Examples
        --------
        >>> import math, tropanel
        >>> result = tropanel.trop_matrix(
        ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
        ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
        ...     lambdas={"time": 0, "unit": 0, "nn": math.inf},
        ... )
        >>> print(result.summary().splitlines()[2])
        ATT             0.5
        """
        from ._summary import text

        return text(self)

    def to_dict(self) -> dict[str, Any]:
        """Give the result as plain types that :func:`json.dumps` takes, with ``allow_nan=False``.

        Tables are mappings of column names to lists, dates are ISO strings, NaN is None, and
        infinities, which JSON lacks, are the strings "inf" and "-inf" (`float` reads them).

        Returns
        -------
        dict
            One entry for each attribute.
        """
        public = [field.name for field in fields(self) if not field.name.startswith("_")]
        return {name: _plain(self._value(name)) for name in public}

    def _value(self, name: str) -> Any:
        value = getattr(self, name)
        return frame_columns(value) if name in TABLES and value is not None else value

    def weights(self, unit: Any = None, time: Any = None) -> WeightTables:
        """Compute the weights that the fit of one cell gives to units and periods (Eq. 3).

        Parameters
        ----------
        unit, time : label, optional
            The target cell, treated or not, by its labels in the data. If one is left out, the
            target is the first treated cell, by unit and then period, that has the other; if both
            are, the first treated cell of all.

        Returns
        -------
        WeightTables

        Raises
        ------
        TropError
            If there is no such cell.

        Examples
        --------
        >>> import math, tropanel
        >>> result = tropanel.trop_matrix(
        ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
        ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
        ...     lambdas={"time": math.log(2), "unit": 0, "nn": math.inf},
        ... )
        >>> list(result.weights(unit=1, time=2).time["weight"].round(6))
        [0.25, 0.5, 1.0]
        """
        panel = self._panel
        target = _find_target(panel, unit, time)
        lambdas = [self.lambdas[name] for name in LAMBDA_NAMES]
        found = choose(self.backend).functions.weights(panel.Y, panel.W, *target, *lambdas)
        return WeightTables(
            target=(panel.unit.labels[target[0]], panel.time.labels[target[1]]),
            unit=weights_table(panel, "unit", panel.unit, found["unit"]),
            time=weights_table(panel, "time", panel.time, found["period"]),
        )

    def plot_data(self, kind: str = "path") -> Any:
        """Give the frame behind a plot.

        Parameters
        ----------
        kind : {"path", "effects", "event"}

        Returns
        -------
        frame
            `by_time`, `effects` or `by_event_time`.
        """
        return getattr(self, PLOTS[read_choice("kind", kind, tuple(PLOTS))])

    def plot(
        self,
        kind: str = "path",
        ax: Axes | None = None,
        *,
        title: str | None = None,
        xlabel: str | None = None,
        ylabel: str | None = None,
    ) -> Axes:
        """Draw the result with matplotlib.

        Parameters
        ----------
        kind : {"path", "effects", "event"}
            "path": mean observed outcome of the ever-treated units against their mean
            counterfactual, by period; before the treatment the counterfactual is predicted with
            the cell itself left out. "effects": the effect of every treated cell. "event": mean
            effect by time since the treatment began, after placebo effects before it.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        title, xlabel, ylabel : str, optional
            Texts in place of the plot's own.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        chosen = read_choice("kind", kind, tuple(PLOTS))
        from ._plot import draw

        return draw(self, chosen, ax, title, xlabel, ylabel)


def _find_target(panel: Panel, unit: Any, time: Any) -> tuple[int, int]:
    """Find the cell with these labels, or the first treated one with those that are given."""
    row = None if unit is None else _position(panel.unit, unit)
    column = None if time is None else _position(panel.time, time)
    if row is not None and column is not None:
        return row, column
    for i, t in np.argwhere(panel.W == 1).tolist():
        if row in (None, i) and column in (None, t):
            return i, t
    axis, label, other = (
        (panel.unit, unit, panel.time) if column is None else (panel.time, time, panel.unit)
    )
    raise TropError(
        "cell_out_of_range",
        f"No cell with {axis.name!r} = {show_label(label)} is treated: say which"
        f" {other.name!r} is meant, too.",
    )


def _position(axis: Axis, label: Any) -> int:
    try:
        return axis.labels.index(label)
    except ValueError:
        raise TropError(
            "cell_out_of_range", f"No {axis.name!r} of the data is {show_label(label)}."
        ) from None


def _plain(value: Any) -> Any:
    """Turn a value into what JSON has."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _plain_float(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)
