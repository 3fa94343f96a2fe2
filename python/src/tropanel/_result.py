"""The result of an estimate."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from ._backend import choose
from ._errors import TropError
from ._frames import build_frame, frame_columns
from ._hints import did_you_mean, listed, show_label
from ._options import LAMBDA_NAMES, read_choice
from ._tables import average_table, imbalance_table, weights_table

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from matplotlib.axes import Axes

    from ._options import Options
    from ._panel import Axis, Panel
    from ._protocol import Floats, InferredTable, PreFit

TABLES = (
    "effects",
    "pre_effects",
    "by_time",
    "by_event_time",
    "averages",
    "coefficients",
    "not_estimable",
    "scores",
)
PLOTS = (
    "path",
    "effects",
    "event",
    "cumulative",
    "weights",
    "time_weights",
    "ablation",
    "surface",
    "leave_one_out",
    "placebo",
    "pre_fit",
)


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


@dataclass(frozen=True, eq=False, repr=False)
class TropResult:
    """Estimate of the average effect of the treatment on the treated, with all that led to it.

    All attributes are computed when the result is made, and printing computes nothing. Diagnostics
    (`diagnose`, `ablation`, `surface`, `leave_one_out`) are computed when first asked for, and
    kept. The tables are data frames of the caller's own library.

    Attributes
    ----------
    att : float
        Mean of Y(1) - Y(0) over the treated cells that can be estimated (Eq. 1).
    se : float or None
        Standard error of `att` by `method`. None where the method gives none, like `ci` and
        `p_value` where no method means anything; `notes` says why.
    ci : tuple of (float, float) or None
        Interval at `level`; a bound is infinite if there are too few draws for it.
    p_value : float or None
        P-value of no effect, from the same draws: 0 is outside of `ci` exactly when
        `p_value` < 1 - `level`.
    level : float
        Level of `ci` and of all other intervals.
    method : str or None
        Where standard errors, intervals and p-values come from: "bootstrap", "jackknife",
        "placebo" or "conformal".
    reason : str
        Why "auto" chose it; empty if it was asked for.
    lambdas : dict of str to float
        The chosen (or given) lambdas, by the names time, unit and nn; can be passed on as
        ``trop(..., lambdas=result.lambdas)``.
    criterion : str or None
        What the lambdas were chosen by: "loocv", "placebo_sets" or "placebo_folds"; None if they
        were given.
    loocv_score : float or None
        The criterion at `lambdas`: the sum of squared leave-one-out residuals (Eq. 4), or the root
        mean square of the placebo estimates; None if the lambdas were given.
    anchor : str
        "cell", "pooled" or "spell": which treated cells share a fit.
    time_distance : str
        "position" or "calendar": what time weights count.
    covariates : tuple of str
        Names of the covariates.
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
        n_cells, se, ci_lower, ci_upper, p_value (each time by itself), band_lower, band_upper (a
        uniform band: it holds at all event times at once). NaN where the method gives none, and
        before treatment with ``pre_periods=False``.
    averages : frame
        All averages of effects: by ("all", "event_time" and what was asked for), group (as text),
        measure, n_cells, estimate, se, ci_lower, ci_upper, p_value, band_lower, band_upper.
        The measure is "effect" (mean), "percent" (of the sum of counterfactual outcomes) or
        "cumulative" (total effect; by event time or period, the sum of the mean effects so far).
    coefficients : frame
        One row for each covariate: covariate, coefficient (averaged over the treated cells' fits),
        se, ci_lower, ci_upper, p_value.
    scores : frame or None
        Every searched triple in order of computation: lambda_time, lambda_unit, lambda_nn, score,
        n_cells, max_gap, n_uncertified. None if the lambdas were given.
    search : str or None
        "descent", "grid", "cycle", "adaptive", or None if the lambdas were given.
    max_gap : float
        Largest relative duality gap of the treated cells' fits.
    converged : bool
        Whether every one of these fits is certified to the tolerance.
    draws : ndarray of shape (n_draws,), or None
        The average effect in each bootstrap draw, without each unit, of each placebo, or of each
        shift in time; those that can be estimated.
    n_failed_draws : int
        Draws without any treated cell that can be estimated.
    seed : int
    timings : dict of str to float
        Seconds by step: search, estimate, inference.
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
    method: str | None
    reason: str
    lambdas: dict[str, float]
    criterion: str | None
    loocv_score: float | None
    anchor: str
    time_distance: str
    covariates: tuple[str, ...]
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
    averages: Any
    coefficients: Any
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
    _table: InferredTable
    _pre_fit: PreFit | None
    _options: Options
    _kept: dict[str, Any] = field(default_factory=dict)

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
        found = choose(self.backend).functions.weights(
            panel.Y, panel.W, *target, *lambdas, design=panel.design.for_backend()
        )
        return WeightTables(
            target=(panel.unit.labels[target[0]], panel.time.labels[target[1]]),
            unit=weights_table(panel, "unit", panel.unit, found["unit"]),
            time=weights_table(panel, "time", panel.time, found["period"]),
        )

    def average(self, by: str = "event_time") -> Any:
        """Give the averages of one grouping, its groups labelled as in the data.

        Parameters
        ----------
        by : str
            "event_time", or one of the names that :func:`trop` was given as `by`.

        Returns
        -------
        frame
            A column of the name `by` with the groups; measure, n_cells, estimate, se, ci_lower,
            ci_upper, p_value, band_lower, band_upper (as in `averages`).

        Raises
        ------
        TropError
            If the effects were not averaged by this.

        Examples
        --------
        >>> import math, tropanel
        >>> result = tropanel.trop_matrix(
        ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
        ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
        ...     by=["unit"],
        ...     lambdas={"time": 0, "unit": 0, "nn": math.inf},
        ... )
        >>> result.average("unit")["estimate"].round(3).tolist()
        [0.5, 12.5]
        """
        names = [groups.name for groups in self._panel.design.groups]
        if by not in names:
            raise TropError(
                "option_invalid",
                f"The effects were not averaged by {by!r}, but by {listed(map(repr, names), 12)}:"
                f" ask for it with trop(..., by=[{by!r}])." + did_you_mean(by, names),
            )
        return average_table(self._panel, self._table, names.index(by))

    def diagnose(self, unit: Any = None, time: Any = None) -> Diagnosis:
        """Look into the fit of one cell: weights, effective numbers, low-rank part, imbalance.

        Parameters
        ----------
        unit, time : label, optional
            The target cell, as for `weights`.

        Returns
        -------
        Diagnosis

        Raises
        ------
        TropError
            If there is no such cell, or it cannot be estimated.

        Examples
        --------
        >>> import math, tropanel
        >>> result = tropanel.trop_matrix(
        ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
        ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
        ...     lambdas={"time": 0, "unit": 0, "nn": math.inf},
        ... )
        >>> round(result.diagnose(unit=1, time=2).effective_units, 6)
        2.0
        """
        key = ("diagnose", unit, time)
        found: Diagnosis = self._keep(key, lambda: self._diagnose(unit, time))
        return found

    def _diagnose(self, unit: Any, time: Any) -> Diagnosis:
        panel = self._panel
        target = _find_target(panel, unit, time)
        try:
            found = self._call("diagnose", *target, threaded=False)
        except TropError as error:
            raise _name_target(error, panel, target) from error
        return Diagnosis(
            target=(panel.unit.labels[target[0]], panel.time.labels[target[1]]),
            unit=weights_table(panel, "unit", panel.unit, found["unit"]),
            time=weights_table(panel, "time", panel.time, found["period"]),
            effective_units=found["effective_units"],
            effective_periods=found["effective_periods"],
            rank=found["rank"],
            components=imbalance_table(panel, found),
            unit_imbalance=found["unit_imbalance_norm"],
            time_imbalance=found["time_imbalance_norm"],
            gap=found["gap"],
            converged=found["status"] == "solved",
        )

    def ablation(self) -> Any:
        """Estimate the ATT without each part of the estimator, at the same lambdas otherwise.

        Returns
        -------
        frame
            variant ("full", "no_unit_weights", "no_time_weights", "no_low_rank", "did" with none of
            them, "mc" with the low-rank part alone), lambda_time, lambda_unit, lambda_nn, att,
            n_cells, max_gap, n_uncertified.

        Examples
        --------
        >>> import math, tropanel
        >>> result = tropanel.trop_matrix(
        ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
        ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
        ...     lambdas={"time": 0.5, "unit": 0, "nn": math.inf},
        ... )
        >>> result.ablation()["att"].round(3).tolist()[:2]
        [0.5, 0.5]
        """

        def compute() -> Any:
            found = dict(self._call("ablation"))
            return build_frame({"variant": found.pop("name"), **found}, self._panel.library)

        return self._keep("ablation", compute)

    def surface(self) -> Any:
        """Estimate the ATT at every triple of lambdas that the search scored.

        Returns
        -------
        frame
            lambda_time, lambda_unit, lambda_nn, score, att, n_cells, max_gap, n_uncertified; in the
            order of `scores`.

        Raises
        ------
        TropError
            If there was no search, because the lambdas were given.
        """
        if self.scores is None:
            raise TropError(
                "option_invalid",
                "surface shows the ATT over the searched lambdas, and lambdas were given: let"
                " trop search for them.",
            )

        def compute() -> Any:
            scores = frame_columns(self.scores)
            grid = [np.array(scores[f"lambda_{name}"]) for name in LAMBDA_NAMES]
            found = dict(self._call("att_at", lambdas=grid))
            triple = {f"lambda_{name}": found.pop(f"lambda_{name}") for name in LAMBDA_NAMES}
            columns = {**triple, "score": np.array(scores["score"]), **found}
            return build_frame(columns, self._panel.library)

        return self._keep("surface", compute)

    def leave_one_out(self) -> Any:
        """Estimate the ATT without each never-treated unit (donor).

        Returns
        -------
        frame
            unit, att (NaN if nothing can be estimated without it), change (`att` less that of the
            result).
        """

        def compute() -> Any:
            found = self._call("leave_one_out")
            columns = {
                "unit": self._panel.unit.take(found["unit"]),
                "att": found["att"],
                "change": found["att"] - self.att,
            }
            return build_frame(columns, self._panel.library)

        return self._keep("leave_one_out", compute)

    def pre_fit(self) -> PreTreatmentFit:
        """Tell how well outcomes before the treatment are predicted, each left out of its fit.

        Returns
        -------
        PreTreatmentFit

        Raises
        ------
        TropError
            With code ``backend_lacks``, if the result is of the NumPy backend.
        """
        found = self._pre_fit
        if found is None:
            self._call("pre_treatment_fit")
        assert found is not None
        units = build_frame(
            {
                "unit": self._panel.unit.take(found["unit"]),
                "n_cells": found["unit_n_cells"],
                "mean": found["unit_mean"],
                "rmse": found["unit_rmse"],
            },
            self._panel.library,
        )
        return PreTreatmentFit(found["n_cells"], found["mean"], found["rmse"], units)

    def _call(self, function: str, *target: int, lambdas: Any = None, threaded: bool = True) -> Any:
        """Call a diagnostic of the backend, at the lambdas of the result if no others are given."""
        panel = self._panel
        triple = lambdas or [self.lambdas[name] for name in LAMBDA_NAMES]
        settings: dict[str, Any] = {"threads": self._options.threads} if threaded else {}
        compute = getattr(choose(self.backend).functions, function)
        design = panel.design.for_backend()
        return compute(panel.Y, panel.W, *target, *triple, design=design, **settings)

    def _keep(self, key: Any, compute: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = compute()
        return self._kept[key]

    def plot_data(self, kind: str = "path") -> Any:
        """Give the frame behind a plot.

        Parameters
        ----------
        kind : str
            As for `plot`.

        Returns
        -------
        frame
        """
        chosen = read_choice("kind", kind, PLOTS)
        from ._plot_data import data

        return data(self, chosen)

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
        kind : str
            "path": mean observed outcome of the ever-treated units against their mean
            counterfactual, by period; before the treatment the counterfactual is predicted with
            the cell itself left out. "effects": the effect of every treated cell. "event": mean
            effect by time since the treatment began, after placebo effects before it, with
            pointwise intervals and a uniform band. "cumulative": the sum of these mean effects so
            far. "weights" and "time_weights": of the first treated cell, on units and periods.
            "ablation", "surface", "leave_one_out": the frames of these methods. "placebo": the
            draws behind the p-value, and where the estimate stands. "pre_fit": errors before
            treatment by unit.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        title, xlabel, ylabel : str, optional
            Texts in place of the plot's own.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        TropError
            If there is no such kind, or nothing to draw.
        ImportError
            If matplotlib is not installed.
        """
        chosen = read_choice("kind", kind, PLOTS)
        from ._plot import draw

        return draw(self, chosen, ax, title, xlabel, ylabel)

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write one self-contained HTML page with the result, its pictures and diagnostics.

        The page needs no network and says in words what was estimated, on what, and how sure the
        number is. Diagnostics that were not asked for yet are computed for it.

        Parameters
        ----------
        path : path-like
            Where to write, such as "report.html"; an existing file is replaced.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        TropError
            With code ``folder_missing``, if the folder does not exist.
        ImportError
            If matplotlib is not installed.
        """
        from ._report import write

        return write(self, path)


def _name_target(error: TropError, panel: Panel, target: tuple[int, int]) -> TropError:
    """Put labels in the place of a target's positions."""
    unit, time = panel.unit.labels[target[0]], panel.time.labels[target[1]]
    label = f"{panel.unit.name!r} = {show_label(unit)}, {panel.time.name!r} = {show_label(time)}"
    positions = f"unit {target[0]} has no effect in period {target[1]}"
    return TropError(error.code, error.message.replace(positions, f"({label}) has no effect"))


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
