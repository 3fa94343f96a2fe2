"""The tables of a result, built once from what a backend returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._frames import build_frame

if TYPE_CHECKING:
    from ._panel import Axis, Panel
    from ._protocol import Bootstrap, Cells, Floats, Ints, NotEstimable, Scores

CELL_COLUMNS = ("event_time", "observed", "counterfactual", "effect", "rank", "gap")
SCORE_COLUMNS = (
    "lambda_time",
    "lambda_unit",
    "lambda_nn",
    "score",
    "n_cells",
    "max_gap",
    "n_uncertified",
)


def cells_table(panel: Panel, cells: Cells) -> Any:
    """One row for each cell: unit, time, and what was estimated."""
    columns: dict[str, Any] = dict(cells)
    return build_frame(
        {
            "unit": panel.unit.take(cells["unit"]),
            "time": panel.time.take(cells["period"]),
            **{name: columns[name] for name in CELL_COLUMNS},
        },
        panel.library,
    )


def not_estimable_table(panel: Panel, cells: NotEstimable) -> Any:
    """One row for each treated cell without an effect: unit, time, reason."""
    return build_frame(
        {
            "unit": panel.unit.take(cells["unit"]),
            "time": panel.time.take(cells["period"]),
            "reason": cells["reason"],
        },
        panel.library,
    )


def scores_table(panel: Panel, scores: Scores) -> Any:
    """One row for each searched triple, in order of computation."""
    columns: dict[str, Any] = dict(scores)
    return build_frame({name: columns[name] for name in SCORE_COLUMNS}, panel.library)


def weights_table(panel: Panel, name: str, axis: Axis, weights: Floats) -> Any:
    """One row for each unit, or each period: its weight, and its share of their sum."""
    return build_frame(
        {name: axis.series, "weight": weights, "normalized": weights / weights.sum()},
        panel.library,
    )


def path_table(panel: Panel, treated: Cells, pre: Cells) -> Any:
    """One row for each period: means over the cells of the ever-treated units."""
    period = np.concatenate([pre["period"], treated["period"]])
    observed = np.concatenate([pre["observed"], treated["observed"]])
    counterfactual = np.concatenate([pre["counterfactual"], treated["counterfactual"]])
    is_treated = np.repeat([0, 1], [len(pre["period"]), len(treated["period"])])
    periods, group = np.unique(period, return_inverse=True)
    return build_frame(
        {
            "time": panel.time.take(periods),
            "observed": _group_means(group, observed),
            "counterfactual": _group_means(group, counterfactual),
            "n_cells": np.bincount(group),
            "n_treated": np.bincount(group, is_treated).astype(np.int64),
        },
        panel.library,
    )


def event_table(
    panel: Panel, treated: Cells, pre: Cells, draws: Bootstrap | None, level: float
) -> Any:
    """One row for each event time: mean placebo effects before it, mean effects from it on."""
    before, placebo, n_before = _by_event_time(pre)
    after, effect, n_after = _by_event_time(treated)
    intervals = np.full((len(after), 3), np.nan)
    if draws is not None:
        of_event = dict(zip(draws["event_time"].tolist(), draws["event_draws"].T))
        for k, event in enumerate(after.tolist()):
            units = np.unique(treated["unit"][treated["event_time"] == event])
            if event in of_event and len(units) > 1:  # one unit does not vary when resampled
                intervals[k] = _interval(of_event[event], level)
    se, lower, upper = np.concatenate([np.full((len(before), 3), np.nan), intervals]).T
    return build_frame(
        {
            "event_time": np.concatenate([before, after]),
            "kind": ["placebo"] * len(before) + ["effect"] * len(after),
            "effect": np.concatenate([placebo, effect]),
            "n_cells": np.concatenate([n_before, n_after]),
            "se": se,
            "ci_lower": lower,
            "ci_upper": upper,
        },
        panel.library,
    )


def _by_event_time(cells: Cells) -> tuple[Ints, Floats, Ints]:
    events, group = np.unique(cells["event_time"], return_inverse=True)
    return events, _group_means(group, cells["effect"]), np.bincount(group)


def _group_means(group: Ints, values: Floats) -> Floats:
    return np.bincount(group, values) / np.bincount(group)


def _interval(draws: Floats, level: float) -> tuple[float, float, float]:
    """Compute standard error and percentile interval (quantiles of type 6) of draws.

    NaN is a draw without such cells. A bound is infinite if there are too few draws for it.
    """
    values = draws[~np.isnan(draws)]
    if len(values) < 2:
        return np.nan, np.nan, np.nan
    tail = (1 - level) / 2
    if (len(values) + 1) * tail < 1:
        lower, upper = -np.inf, np.inf
    else:
        lower, upper = np.quantile(values, [tail, 1 - tail], method="weibull")
    return float(values.std(ddof=1)), float(lower), float(upper)
