"""The tables of a result, built once from what a backend returns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .._backends.protocol import NO_GROUPING
from .._data.frames import build_frame

if TYPE_CHECKING:
    from .._backends.protocol import (
        Averages,
        Cells,
        Floats,
        Imbalance,
        InferredTable,
        Ints,
        NotEstimable,
        Scores,
    )
    from .._data.axis import Axis
    from .._data.panel import Panel

CELL_COLUMNS = ("event_time", "observed", "counterfactual", "effect", "rank", "gap")
INFERRED_COLUMNS = ("se", "ci_lower", "ci_upper", "p_value", "band_lower", "band_upper")
#: Stands for all treated cells in the table of averages.
ALL = "all"
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
    share = _shares(panel, np.concatenate([pre["unit"], treated["unit"]]))
    counted = share > 0
    is_treated = np.repeat([0, 1], [len(pre["period"]), len(treated["period"])])
    periods, group = np.unique(period[counted], return_inverse=True)
    share = share[counted]
    return build_frame(
        {
            "time": panel.time.take(periods),
            "observed": _group_means(group, observed[counted], share),
            "counterfactual": _group_means(group, counterfactual[counted], share),
            "n_cells": np.bincount(group),
            "n_treated": np.bincount(group, is_treated[counted]).astype(np.int64),
        },
        panel.library,
    )


def _shares(panel: Panel, units: Ints) -> Floats:
    """Weight of each unit's cells in averages."""
    average = panel.design.average
    return np.ones(len(units)) if average is None else average[units]


def event_table(panel: Panel, table: InferredTable) -> Any:
    """One row for each event time: mean placebo effects before it, mean effects from it on."""
    rows = _rows(table, 0, "effect")
    event_time = table["code"][rows]
    return build_frame(
        {
            "event_time": event_time,
            "kind": ["placebo" if event < 0 else "effect" for event in event_time.tolist()],
            "effect": table["value"][rows],
            "n_cells": table["n_cells"][rows],
            **_inferred(table, rows),
        },
        panel.library,
    )


def cumulative_table(panel: Panel, table: InferredTable) -> Any:
    """One row for each event time from 0 on: the sum of the mean effects so far."""
    rows = _rows(table, 0, "cumulative")
    return build_frame(
        {
            "event_time": table["code"][rows],
            "cumulative": table["value"][rows],
            "n_cells": table["n_cells"][rows],
            **_inferred(table, rows),
        },
        panel.library,
    )


def averages_table(panel: Panel, table: InferredTable) -> Any:
    """One row for each number but coefficients: over all treated cells, then by each grouping."""
    rows = np.flatnonzero(np.array(table["measure"]) != "coefficient")
    by, group = [], []
    for grouping, code in zip(table["grouping"][rows].tolist(), table["code"][rows].tolist()):
        if grouping == NO_GROUPING:
            by.append(ALL)
            group.append(ALL)
        else:
            by.append(panel.design.groups[grouping].name)
            group.append(str(_labels(panel, grouping, np.array([code]))[0]))
    return build_frame(
        {
            "by": by,
            "group": group,
            "measure": [table["measure"][row] for row in rows],
            "n_cells": table["n_cells"][rows],
            "estimate": table["value"][rows],
            **_inferred(table, rows),
        },
        panel.library,
    )


def average_table(panel: Panel, table: InferredTable, grouping: int) -> Any:
    """Rows of one grouping, its groups labelled as the data label them."""
    rows = np.flatnonzero(table["grouping"] == grouping)
    return build_frame(
        {
            panel.design.groups[grouping].name: _labels(panel, grouping, table["code"][rows]),
            "measure": [table["measure"][row] for row in rows],
            "n_cells": table["n_cells"][rows],
            "estimate": table["value"][rows],
            **_inferred(table, rows),
        },
        panel.library,
    )


def coefficients_table(panel: Panel, table: InferredTable) -> Any:
    """One row for each covariate (Eq. 14)."""
    rows = _rows(table, NO_GROUPING, "coefficient")
    columns = _inferred(table, rows)
    return build_frame(
        {
            "covariate": list(panel.design.covariates),
            "coefficient": table["value"][rows],
            **{name: columns[name] for name in ("se", "ci_lower", "ci_upper", "p_value")},
        },
        panel.library,
    )


def infer_table(averages: Averages, inferred: InferredTable | None) -> InferredTable:
    """Put standard errors, intervals and p-values beside the numbers that have them."""
    n = len(averages["value"])
    columns: dict[str, Any] = {name: np.full(n, np.nan) for name in INFERRED_COLUMNS}
    if inferred is not None:
        place = {key: k for k, key in enumerate(_keys(averages))}
        given: dict[str, Any] = dict(inferred)
        rows = np.array([place[key] for key in _keys(inferred)], dtype=np.int64)
        for name in INFERRED_COLUMNS:
            columns[name][rows] = given[name]
    return cast("InferredTable", {**averages, **columns})


def imbalance_table(panel: Panel, found: Imbalance) -> Any:
    """One row for each component of the low-rank part: its size, and how far it is unbalanced."""
    return build_frame(
        {
            "component": np.arange(1, len(found["singular_values"]) + 1),
            "singular_value": found["singular_values"],
            "unit_imbalance": found["unit_imbalance"],
            "time_imbalance": found["time_imbalance"],
        },
        panel.library,
    )


def _keys(table: Averages) -> Iterator[tuple[int, int, str]]:
    return zip(table["grouping"].tolist(), table["code"].tolist(), table["measure"])


def _rows(table: InferredTable, grouping: int, measure: str) -> Ints:
    return np.flatnonzero((table["grouping"] == grouping) & (np.array(table["measure"]) == measure))


def _inferred(table: InferredTable, rows: Ints) -> dict[str, Any]:
    columns: dict[str, Any] = dict(table)
    return {name: columns[name][rows] for name in INFERRED_COLUMNS}


def _labels(panel: Panel, grouping: int, codes: Ints) -> Any:
    """Label the groups of these codes."""
    groups = panel.design.groups[grouping]
    if isinstance(groups.given, str):
        axes = {"unit": panel.unit, "time": panel.time, "cohort": panel.time}
        return axes[groups.given].take(codes) if groups.given in axes else codes
    return cast("Any", groups.labels)[codes]


def _group_means(group: Ints, values: Floats, share: Floats) -> Floats:
    return np.bincount(group, share * values) / np.bincount(group, share)
