"""The result of an estimate."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._options import read_choice, read_count
from .maketables import Tabled
from .numbers import Numbers
from .plain import plain_attributes

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from matplotlib.axes import Axes

    from .._options import Progress


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


@dataclass(frozen=True, eq=False, repr=False)
class TropResult(Tabled, Numbers):
    """Estimate of the average effect of the treatment on the treated, with all that led to it.

    All attributes are computed when the result is made, and printing computes nothing. Diagnostics
    (`diagnose`, `ablation`, `surface`, `leave_one_out`) are computed when first asked for, and
    kept. The tables are data frames of the caller's own library.

    Attributes
    ----------
    att : float
        Mean of Y(1) - Y(0) over the treated cells that can be estimated (Eq. 1).
    se : float or None
        Standard error of `att` by `method`. None where the method gives none (as "conformal"
        does), like `ci` and `p_value` where no method means anything; `notes` says why.
    ci : tuple of (float, float) or None
        Interval at `level`; a bound is infinite if no effect in that direction is rejected.
    interval : str
        What `ci` is: "bounded"; "too_few_draws" or "unbounded" (a bound is infinite, because there
        are too few draws for the level, or because no effect that far out is rejected);
        "disconnected" (some effects within it are rejected); "empty" (every effect is rejected)
        or "none", where `ci` is None.
    p_value : float or None
        P-value of no effect, from the same draws: 0 is outside of `ci` exactly when
        `p_value` < 1 - `level`. It does not depend on `level`.
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
        What the lambdas were chosen by: "loocv", "placebo_sets", "placebo_folds" or "blocks";
        None if they were given.
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
        a spell of treatment), observed, counterfactual, effect, effect_min and effect_max
        (certified bounds of the exact effect, infinite where none was found), rank (of the
        low-rank part of this cell's fit), gap (its relative duality gap, the certificate of
        optimality).
    pre_effects : frame
        The same for the control cells before the treatment of units that are ever treated: each
        is left out and predicted, so that its effect is a placebo; event_time < 0.
    not_estimable : frame
        Treated cells without effect, which are not in the average: unit, time, reason, effect_min
        and effect_max (where the effect can lie, if the reason is "not_unique"; else NaN).
    by_time : frame
        One row for each period: time, observed and counterfactual (means over the cells of
        ever-treated units in `effects` and `pre_effects`), n_cells, n_treated.
    by_event_time : frame
        One row for each event time: event_time, kind ("placebo" or "effect"), effect (mean),
        n_cells, se, ci_lower, ci_upper, interval (what it is, as for the ATT), p_value (each time
        by itself), band_lower, band_upper (a uniform band: it holds at all event times at once).
        NaN where the method gives none. With ``pre_periods=False`` there is nothing before the
        treatment.
    averages : frame
        All averages of effects: by ("all", "event_time" and what was asked for), group (as text),
        measure, n_cells, estimate, se, ci_lower, ci_upper, interval, p_value, band_lower,
        band_upper.
        The measure is "effect" (mean) or "cumulative" (total effect; by event time or period, the
        sum of the mean effects so far). Effects in percent are there on request: `tidy` and
        `average` with ``percent=True``.
    coefficients : frame
        One row for each covariate: covariate, coefficient (averaged over the treated cells' fits),
        se, ci_lower, ci_upper, interval, p_value.
    scores : frame or None
        Every searched triple in order of computation: lambda_time, lambda_unit, lambda_nn, score,
        n_cells, max_gap, n_uncertified. None if the lambdas were given.
    search : str or None
        "race", "descent", "grid", "cycle", "adaptive", or None if the lambdas were given.
    max_gap : float
        Largest relative duality gap of the treated cells' fits.
    converged : bool
        Whether every one of these fits is certified to the tolerance.
    draws : ndarray of shape (n_draws,), or None
        The average effect in each bootstrap draw, without each unit, of each placebo, or of each
        shift in time; those that can be estimated.
    n_failed_draws : int
        Draws without any treated cell that can be estimated.
    n_uncertified_draws : int
        Draws with fits that are not certified to the tolerance.
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

    def __repr__(self) -> str:
        return f"<TropResult: {self._words['headline']}>"

    def _repr_html_(self) -> str:
        from .picture_html import with_picture

        return with_picture(self)

    def summary(self, *, percent: bool = False) -> str:
        """Write the result as a few aligned lines of text.

        Parameters
        ----------
        percent : bool, default False
            Tell the effect in percent of the predicted outcomes, too. It means nothing if these
            are logarithms, an index or the like.

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
        return self._words["summary_percent" if percent else "summary"].rstrip("\n")

    def tidy(self, kind: str = "att", *, level: float | None = None, percent: bool = False) -> Any:
        """Give estimates as a frame, one row for each, by the names of R's package broom.

        Parameters
        ----------
        kind : {"att", "event", "averages", "covariates"}
            The average effect; the effects by event time, with uniform bands; all of `averages`;
            or the coefficients of covariates.
        level : float, optional
            Level of the intervals, by default that of the result. At another one they come from
            the same draws, which are made again.
        percent : bool, default False
            Give "averages" in percent of the sum of predicted outcomes, too: NaN where not all of
            these are positive. They mean nothing of logarithms, an index or the like.

        Returns
        -------
        frame
            term, estimate, std_error, p_value, conf_low, conf_high, and what tells the rows apart.
            There is no statistic, because the p-value comes from draws.

        Raises
        ------
        TropError
            If there is no such kind or level, or percentages are asked of another kind.

        Examples
        --------
        >>> import math, tropanel
        >>> data = tropanel.datasets.prop99()
        >>> result = tropanel.trop(
        ...     "packs_per_capita ~ treated | state + year", data,
        ...     lambdas={"time": 0, "unit": 0, "nn": math.inf},
        ... )
        >>> result.tidy()[["term", "estimate", "p_value"]].round(2).values.tolist()
        [['ATT', -27.35, 0.1]]
        """
        chosen = read_choice("kind", kind, ("att", "event", "averages", "covariates"))
        from .tidy import tidy

        return tidy(self, chosen, level, percent)

    def glance(self) -> Any:
        """Give numbers about the estimate as a frame of one row.

        Returns
        -------
        frame
            nobs, n_units, n_periods, n_treated_units, n_treated_cells, lambda_time, lambda_unit,
            lambda_nn, loocv_score, criterion, max_gap, converged, anchor, method.
        """
        from .tidy import glance

        return glance(self)

    def to_dict(self, *, complete: bool = False) -> dict[str, Any]:
        """Give the result as plain types that :func:`json.dumps` takes, with ``allow_nan=False``.

        Tables are mappings of column names to lists, dates are ISO strings, NaN is None, and
        infinities, which JSON lacks, are the strings "inf" and "-inf" (`float` reads them).

        Parameters
        ----------
        complete : bool, default False
            Give what :meth:`save` writes instead, with the panel: :func:`tropanel.from_dict`
            makes the result of it again.

        Returns
        -------
        dict
            One entry for each attribute.

        Raises
        ------
        TropError
            With code ``backend_lacks``, if the result is of the NumPy backend and complete.
        """
        if complete:
            from .saved import to_json

            saved: dict[str, Any] = json.loads(to_json(self))
            return saved
        return plain_attributes(self, TABLES)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the result, with its panel, to a file that every language reads.

        The file is JSON; :func:`tropanel.load` reads it, and so do ``read_trop()`` in R and
        ``trop_analysis_from_json()`` in C. Numbers are exact to the bit. It contains the data.

        Parameters
        ----------
        path : path-like
            Where to write, such as "result.json"; an existing file is replaced.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        TropError
            With code ``folder_missing``, if the folder does not exist; ``backend_lacks``, if the
            result is of the NumPy backend.
        """
        from .saved import write

        return write(self, path)

    def placebo_in_time(
        self, periods: int | None = None, *, progress: Progress = None
    ) -> TropResult:
        """Estimate once more, as if treatment had begun earlier than it did.

        Each treated unit is taken to be treated in `periods` periods right before its treatment
        began; its outcomes since then are left out, and the panel ends where the last treatment
        began. There is no effect to find. Unlike the placebo effects before treatment of an event
        study, which keep a cell's neighbours in time, these are predicted from as far away as the
        effects themselves. Lambdas and options are those of the result.

        Parameters
        ----------
        periods : int, optional
            Length of the window, at least 1; by default that of the unit's first spell of
            treatment, but at most half of the periods before it. Treated units without a period
            before their window are left out.
        progress : bool or callable, optional
            As in :func:`trop`.

        Returns
        -------
        TropResult
            Its notes say that it is a placebo. Labels are as in :func:`load`.

        Raises
        ------
        TropError
            With code ``placebo_in_time_impossible``, if no treated unit has a history as long;
            ``backend_lacks``, if the result is of the NumPy backend.

        Examples
        --------
        >>> import tropanel
        >>> data = tropanel.datasets.prop99()
        >>> result = tropanel.trop(
        ...     "packs_per_capita ~ treated | state + year", data,
        ...     lambdas={"time": 0.2, "unit": 0.02, "nn": 10}, pre_periods=False,
        ... )
        >>> placebo = result.placebo_in_time(8)
        >>> placebo.last_period, abs(placebo.att) < abs(result.att)
        (1988, True)
        """
        from .._data.frames import frame_library
        from .reading import attributes_in
        from .saved import placebo_in_time

        window = None if periods is None else read_count("periods", periods)
        library = frame_library(self._panel.library.value)
        return TropResult(**attributes_in(placebo_in_time(self, window, progress), library))

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
        from .plot_data import data

        return data(self, chosen)

    def plot(
        self,
        kind: str = "path",
        ax: Axes | None = None,
        *,
        title: str | None = None,
        xlabel: str | None = None,
        ylabel: str | None = None,
        unit: Any = None,
        time: Any = None,
        window: tuple[float, float] | None = None,
        min_cells: int | None = None,
        band: bool | None = None,
        legend: bool | str | None = None,
        color: Any = None,
    ) -> Axes:
        """Draw the result with matplotlib.

        Sizes are multiples of those of ``matplotlib.rcParams``. The legend stands below the axes if
        the figure has a layout engine, as a new one has; else within, over the data.

        Parameters
        ----------
        kind : str
            "path": mean observed outcome of the ever-treated units against their mean
            counterfactual, by period; before the treatment the counterfactual is predicted with
            the cell itself left out, and the difference is shaded where most of these units are
            treated. "effects": the effect of every treated cell, units in order of adoption;
            colours end at the 95% quantile of sizes if there are outliers. "event": mean
            effect by time since the treatment began, after placebo effects before it, with
            pointwise intervals and a uniform band; bounds of times with less than 40% of the most
            cells do not set the scale. "cumulative": the sum of these mean effects so
            far. "weights" and "time_weights": of one target, on units and periods.
            "ablation", "surface", "leave_one_out": the frames of these methods. "placebo": the
            draws behind the p-value, and where the estimate stands. "pre_fit": errors before
            treatment by unit.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        title, xlabel, ylabel : str, optional
            Texts in place of the plot's own.
        unit, time : label, optional
            The target of weights, as in `weights`; by default the first treated cell.
        window : (first, last), optional
            The event times to draw; for "event" and "cumulative".
        min_cells : int, optional
            Event times with fewer cells are not drawn; for the same kinds.
        band : bool, optional
            False leaves the uniform band out; for the same kinds.
        legend : bool or str, optional
            False for none, or its place, such as "upper right"; for these kinds and "path".
        color : color, optional
            Colour of the effects (of the counterfactual in "path"); for the same kinds.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        TropError
            If there is no such kind, an option is not for it, or there is nothing to draw.
        ImportError
            If matplotlib is not installed.
        """
        chosen = read_choice("kind", kind, PLOTS)
        from .plot_options import read_look

        options = {"unit": unit, "time": time, "window": window, "min_cells": min_cells}
        style = {"band": band, "legend": legend, "color": color}
        look = read_look(chosen, {**options, **style})
        from .plot import draw

        return draw(self, chosen, ax, title, xlabel, ylabel, look)

    def report(self, path: str | os.PathLike[str], *, percent: bool = False) -> Path:
        """Write one self-contained HTML page with the result, its pictures and diagnostics.

        The page needs no network and says in words what was estimated, on what, and how sure the
        number is. Diagnostics that were not asked for yet are computed for it.

        Parameters
        ----------
        path : path-like
            Where to write, such as "report.html"; an existing file is replaced.
        percent : bool, default False
            As for `summary`.

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
        from .report import write

        return write(self, path, percent)
