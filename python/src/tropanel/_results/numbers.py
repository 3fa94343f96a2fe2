"""What a result holds, and what it computes when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .._backends.choose import choose
from .._data.frames import build_frame, frame_columns
from .._errors import TropError
from .._hints import did_you_mean, listed, show_label
from .._options import LAMBDA_NAMES
from .answers import Diagnosis, PreTreatmentFit, WeightTables
from .tables import average_table, imbalance_table, weights_table

if TYPE_CHECKING:
    from .._backends.protocol import Floats, InferredTable, PreFit
    from .._data.axis import Axis
    from .._data.panel import Panel
    from .._options import Options


@dataclass(frozen=True, eq=False, repr=False)
class Numbers:
    """The numbers of a result; :class:`TropResult` says what each is, and shows them."""

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
