"""What a result holds, and what it computes when asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .._backends.choose import choose
from .._backends.saved import load_saved
from .._data.frames import build_frame, frame_columns
from .._errors import TropError
from .._hints import did_you_mean, listed, show_label
from .._options import LAMBDA_NAMES, read_count, read_sizes
from .._progress import monitoring
from .._refusals import refusal
from .answers import BiasBounds, Diagnosis, GroupDifferences, PreTreatmentFit, WeightTables
from .tables import build_table

if TYPE_CHECKING:
    from .._backends.handles import Analysis, PanelHandle, Words
    from .._backends.protocol import Floats
    from .._data.axis import Axis
    from .._data.panel import Panel
    from .._options import Progress


@dataclass(frozen=True, eq=False, repr=False)
class Numbers:
    """The numbers of a result; :class:`TropResult` says what each is, and shows them."""

    att: float
    se: float | None
    ci: tuple[float, float] | None
    interval: str
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
    n_uncertified_draws: int
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
    #: As they were given, by name.
    _options: dict[str, Any]
    _words: Words
    #: Tables that are no attributes, and the averages of each grouping.
    _more: dict[str, Any]
    _by: dict[str, Any]
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
        units, periods = self._handle().weights(*target, self._at())
        return WeightTables(
            target=(panel.unit.labels[target[0]], panel.time.labels[target[1]]),
            unit=build_table(panel, units),
            time=build_table(panel, periods),
        )

    def average(self, by: str = "event_time", *, percent: bool = False) -> Any:
        """Give the averages of one grouping, its groups labelled as in the data.

        Parameters
        ----------
        by : str
            "event_time", or one of the names that :func:`trop` was given as `by`.
        percent : bool, default False
            Give the effects in percent of the predicted outcomes, too: NaN where not all of these
            are positive. They mean nothing of logarithms, an index or the like.

        Returns
        -------
        frame
            A column of the name `by` with the groups; measure, n_cells, estimate, se, ci_lower,
            ci_upper, interval, p_value, band_lower, band_upper (as in `averages`).

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
        >>> round(float(result.average("unit")["estimate"][0]), 3)
        0.5
        """
        self._check_averaged(by)
        if not percent:
            return self._by[by]
        grouping = list(self._by).index(by)
        return build_table(self._panel, self._analysis().average(grouping, percent=True), grouping)

    def _check_averaged(self, by: str) -> None:
        if by not in self._by:
            raise TropError(
                "option_invalid",
                refusal(
                    "not_averaged",
                    asked=repr(by),
                    known=listed(map(repr, self._by), 12),
                    how=f"by=[{by!r}]",
                )
                + did_you_mean(by, self._by),
            )

    def differences(self, by: str) -> GroupDifferences:
        """Compare the effects of all groups of one grouping.

        Standard errors, intervals and the test of all groups at once come from the draws of the
        result, in which the groups' effects are estimated together; they are made again, so this
        takes as long as the inference did.

        Parameters
        ----------
        by : str
            One of the names that :func:`trop` was given as `by`, or "event_time" (from 0 on).

        Returns
        -------
        GroupDifferences

        Raises
        ------
        TropError
            With code ``option_invalid``, if the effects were not averaged by this;
            ``inference_impossible``, if the result has no inference or conformal inference, or
            there are fewer than two groups, or more than 50.

        Examples
        --------
        >>> import math, tropanel
        >>> data = tropanel.datasets.castle()
        >>> result = tropanel.trop(
        ...     data, "l_homicide", "post", "state", "year", by=["cohort"],
        ...     lambdas={"time": 0.5, "unit": 0, "nn": math.inf}, pre_periods=False,
        ... )
        >>> found = result.differences("cohort")
        >>> len(found.table), found.method
        (10, 'jackknife')
        """
        self._check_averaged(by)
        found: GroupDifferences = self._keep(("differences", by), lambda: self._differences(by))
        return found

    def _differences(self, by: str) -> GroupDifferences:
        grouping = list(self._by).index(by)
        table, p_value, method, text = self._analysis().differences(grouping)
        return GroupDifferences(build_table(self._panel, table, grouping), p_value, method, text)

    def bias_bounds(
        self,
        sizes: Sequence[float] | None = None,
        periods: int | None = None,
        *,
        progress: Progress = None,
    ) -> BiasBounds:
        """Make room for a bias of the counterfactual, and tell which would explain the effect.

        Where nothing had happened yet, the placebo in time shows how far off predictions from as
        far away can be. Intervals here hold if the bias is at most a multiple of the largest
        placebo effect, in absolute value and over the time since its pretended start. Each draw of
        the result's inference estimates both, so this takes about twice as long as the inference.

        Parameters
        ----------
        sizes : sequence of float, optional
            Multiples from 0 on; 0, 0.5, 1, 1.5 and 2 by default.
        periods : int, optional
            Length of the placebo's window, as for :meth:`placebo_in_time`.
        progress : bool or callable, optional
            As in :func:`trop`.

        Returns
        -------
        BiasBounds

        Raises
        ------
        TropError
            With code ``bias_size_invalid``, if a size is negative or not finite;
            ``inference_impossible``, if the result has no inference or conformal inference;
            ``placebo_in_time_impossible``, if no treated unit has a history as long.

        Examples
        --------
        >>> import tropanel
        >>> result = tropanel.trop(
        ...     "packs_per_capita ~ treated | state + year", tropanel.datasets.prop99(),
        ...     lambdas={"time": 0.2, "unit": 0.05, "nn": float("inf")}, pre_periods=False,
        ... )
        >>> found = result.bias_bounds([0, 1])
        >>> found.method, len(found.table), len(found.placebos)
        ('placebo', 26, 9)
        """
        window = None if periods is None else read_count("periods", periods)
        wanted = None if sizes is None else read_sizes(sizes)
        key = ("bias_bounds", None if wanted is None else tuple(wanted), window)
        found: BiasBounds = self._keep(key, lambda: self._bias_bounds(wanted, window, progress))
        return found

    def _bias_bounds(
        self, sizes: list[float] | None, window: int | None, progress: Progress
    ) -> BiasBounds:
        with monitoring(progress) as monitor:
            parts = self._analysis().bias_bounds(sizes, window, monitor)
        table, placebos, breakdown, method, level, text = parts
        return BiasBounds(
            table=build_table(self._panel, table),
            placebos=build_table(self._panel, placebos),
            breakdown=breakdown,
            method=method,
            level=level,
            text=text,
            effect_label=self._words["average_effect"],
        )

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
        found: dict[str, Any] = dict(self._handle().diagnose(*target, self._at()))
        tables = {
            name: build_table(panel, found.pop(name)) for name in ("unit", "time", "components")
        }
        labels = (panel.unit.labels[target[0]], panel.time.labels[target[1]])
        converged = found.pop("status") == "solved"
        return Diagnosis(target=labels, converged=converged, **tables, **found)

    def ablation(self) -> Any:
        """Estimate the ATT without each part of the estimator, at the same lambdas otherwise.

        Returns
        -------
        frame
            variant ("full", "no_unit_weights", "no_time_weights", "no_low_rank", "did" with none of
            them, "mc" with the low-rank part alone), label (the same in words), lambda_time,
            lambda_unit, lambda_nn, att, n_cells, max_gap, n_uncertified. What equals a variant
            before it is left out.

        Examples
        --------
        >>> import math, tropanel
        >>> result = tropanel.trop_matrix(
        ...     [[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
        ...     [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
        ...     lambdas={"time": 0.5, "unit": 0, "nn": math.inf},
        ... )
        >>> result.ablation()["label"].tolist()
        ['As estimated', 'Without time weights (DID)']
        """
        return self._keep(
            "ablation", lambda: build_table(self._panel, self._handle().ablation(self._at()))
        )

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
                refusal("not_searched"),
            )

        def compute() -> Any:
            scores = frame_columns(self.scores)
            time, unit, nn = (np.array(scores[f"lambda_{name}"]) for name in LAMBDA_NAMES)
            found: dict[str, Any] = dict(self._handle().att_at(time, unit, nn, self._at()))
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
            found = self._handle().leave_one_out(self._at(), self.att)
            return build_table(self._panel, found)

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
        (n_cells, mean, rmse), units = self._more["pre_fit"]
        return PreTreatmentFit(n_cells, mean, rmse, units)

    def _at(self) -> dict[str, Any]:
        """Give the options of a diagnostic: the lambdas of the result, the rest as it was given."""
        return {**self._options, "lambdas": self.lambdas}

    def _handle(self) -> PanelHandle:
        """Give the backend's panel; after pickling it is built or read anew."""
        panel = self._panel

        def build() -> PanelHandle:
            if panel.saved is not None:
                loaded: PanelHandle = load_saved(panel.saved)["panel"]
                return loaded
            return choose(self.backend).functions.Panel(panel.Y, panel.given, **panel.for_backend())

        handle: PanelHandle = self._keep("handle", build)
        return handle

    def _analysis(self) -> Analysis:
        """Give the backend's analysis; after pickling it is computed or read anew."""

        def build() -> Analysis:
            if self._panel.saved is not None:
                loaded: Analysis = load_saved(self._panel.saved)["analysis"]
                return loaded
            return self._handle().analyze(self._options)

        found: Analysis = self._keep("analysis", build)
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_kept": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def _keep(self, key: Any, compute: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = compute()
        return self._kept[key]


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
