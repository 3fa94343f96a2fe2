"""Reading a panel from a data frame in long form."""

from __future__ import annotations

import datetime
import decimal
import numbers
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import numpy as np

from .._backends.protocol import NO_GROUP
from .._errors import TropError
from .._hints import counted, did_you_mean, listed, show_entries
from .._refusals import refusal
from . import donors
from .axis import Axis
from .cohort import read_cohort
from .design import (
    BUILT_IN,
    Asked,
    Design,
    Groups,
    check_average,
    make_design,
    read_names,
    unknown_group,
)
from .panel import Observations, Panel, assemble
from .periods import category_order, order_periods, told_apart

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .._backends.protocol import Bools, Floats, Ints

TIME_WORDS = frozenset(
    "t time year yr date month quarter week day hour period wave datetime timestamp".split()
)
UNIT_WORDS = frozenset(
    "i id unit state country county region city firm store person name code fips geo".split()
)


def read_long(
    data: Any,
    outcome: str,
    treatment: str | None,
    unit: str,
    time: str,
    asked: Asked | None = None,
    cohort: str | None = None,
    *,
    is_untreated: bool = False,
) -> Panel:
    """Turn the named columns of a data frame into a panel."""
    asked = asked or Asked()
    roles = roles_of(outcome, treatment, unit, time, cohort, is_untreated=is_untreated)
    frame = read_frame(data, roles, asked)
    _refuse_swapped(frame[unit], frame[time])
    ids = {name: told_apart(frame[name].to_list()) for name in (unit, time)}
    unit_axis, unit_codes = _read_axis(frame[unit], ids, _units_in_order)
    time_axis, time_codes = _read_axis(frame[time], ids, _periods_in_order)

    def show(where: NDArray[Any], values: Sequence[Any] | None = None) -> str:
        return _show_rows(ids, where, values)

    at = (unit_codes, time_codes)
    by_cohort = None if cohort is None else read_cohort(frame[cohort], unit_axis, time_axis, at)
    entries = Observations(
        outcome=_read_outcome(frame[outcome], ids),
        treatment=np.zeros(len(unit_codes))
        if is_untreated
        else _read_treatment(frame[cast("str", treatment)], ids)
        if by_cohort is None
        else by_cohort[0][at],
        unit=unit_codes,
        time=time_codes,
        outcome_name=outcome,
        treatment_name=treatment or cohort or "",
        show=show,
        differ=lambda rows: _what_differs(data, roles, rows),
    )
    panel = assemble(entries, unit_axis, time_axis, frame.implementation)
    design = _LongDesign(frame, ids, entries, panel).read(asked)
    if by_cohort is not None:
        panel = replace(panel, W=by_cohort[0], given=by_cohort[0])
        design = replace(design, remarks=by_cohort[1])
    return replace(panel, design=design)


def roles_of(
    outcome: Any, treatment: Any, unit: Any, time: Any, cohort: Any, *, is_untreated: bool
) -> dict[str, Any]:
    """Name the columns that every panel has."""
    treated: dict[str, Any] = {"treatment": treatment} if cohort is None else {"cohort": cohort}
    return {"outcome": outcome, **({} if is_untreated else treated), "unit": unit, "time": time}


class _LongDesign:
    """Reads what is asked of a panel from the columns of its data frame."""

    def __init__(
        self,
        frame: nw.DataFrame[Any],
        ids: dict[str, list[Any]],
        entries: Observations,
        panel: Panel,
    ) -> None:
        self._frame = frame
        self._ids = ids
        self._entries = entries
        self._panel = panel

    def read(self, asked: Asked) -> Design:
        return make_design(
            asked,
            self._panel.unit,
            self._panel.time,
            {name: self._covariate(name) for name in read_names("covariates", asked.covariates)},
            None if asked.average_weights is None else self._average(asked.average_weights),
            None if asked.cluster is None else self._clusters(asked.cluster),
            None if asked.donors is None else self._donors(asked.donors),
            self._groups,
        )

    def _laid_out(self, values: NDArray[Any], empty: Any) -> NDArray[Any]:
        matrix = np.full(self._panel.Y.shape, empty, dtype=values.dtype)
        matrix[self._entries.unit, self._entries.time] = values
        return matrix

    def _covariate(self, name: str) -> Floats:
        values = numbers_of(self._frame[name])
        if values is None:
            raise TropError(
                "covariate_not_numeric",
                _refuse_type("covariate_not_numeric", self._frame[name], self._ids),
            )
        lacking = ~np.isfinite(values) & ~np.isnan(self._entries.outcome)
        if lacking.any():
            raise TropError(
                "covariate_missing",
                f"Covariate {name!r} is missing or infinite where outcome"
                f" {self._entries.outcome_name!r} is observed: {self._entries.show(lacking)}. Fill"
                " it in, or make these outcomes missing.",
            )
        return self._laid_out(values, np.nan)

    def _average(self, name: str) -> Floats:
        values = numbers_of(self._frame[name])
        if values is None or np.isnan(values).any():
            wrong = (
                _show_non_numbers(self._frame[name], self._ids)
                if values is None
                else _show_rows(self._ids, np.isnan(values))
            )
            raise TropError(
                "average_weights_not_numeric",
                refusal("average_missing", column=name, where=wrong),
            )
        weights = self._of_units(name, values, "average_weights_vary", "average_varies")
        return check_average(f"average_weights: {name!r}", weights, self._panel.unit)

    def _clusters(self, name: str) -> Ints:
        """Read the code of each unit's cluster."""
        codes, where = self._codes(self._groups(name))
        if where is not None:
            raise TropError("cluster_missing", refusal("cluster_missing", column=name, where=where))
        return self._of_units(name, codes, "cluster_varies", "cluster_varies")

    def _donors(self, given: Any) -> Bools | Ints:
        """Read who may serve: a column, or flags of pairs of units."""
        if not isinstance(given, str):
            return donors.of_pairs(given, self._panel.unit)
        groups = self._groups(given)
        codes, where = self._codes(groups)
        if where is not None or groups.labels is None:
            raise donors.missing_error(given, where or "all rows")
        codes = self._of_units(given, codes, "donors_vary", "donors_varies")
        return donors.of_labels(given, groups.labels.to_list(), codes)

    def _codes(self, groups: Groups) -> tuple[Ints, str | None]:
        """Give the code of each row, and where there is none."""
        codes = cast("Ints", groups.given)[self._entries.unit, self._entries.time]
        lacking = codes == NO_GROUP
        return codes, _show_rows(self._ids, lacking) if lacking.any() else None

    def _of_units(self, name: str, values: NDArray[Any], code: str, sentence: str) -> NDArray[Any]:
        """Read the one value that each unit has in its rows."""
        unit = self._panel.unit
        found = np.zeros(len(unit.labels), dtype=values.dtype)
        found[self._entries.unit] = values
        other = found[self._entries.unit] != values
        if other.any():
            varying = np.isin(np.arange(len(found)), self._entries.unit[other])
            labels = unit.show(varying)
            raise TropError(code, refusal(sentence, column=name, unit=unit.name, labels=labels))
        return found

    def _groups(self, name: str) -> Groups:
        series = self._frame[name]
        values = series.to_list()
        missing = [
            gone or value != value for value, gone in zip(values, series.is_null().to_list())
        ]
        labels = _sorted_ids(series, [v for v, gone in zip(values, missing) if not gone])
        position = {label: k for k, label in enumerate(labels)}
        codes = np.array(
            [NO_GROUP if gone else position[value] for value, gone in zip(values, missing)],
            dtype=np.int64,
        )
        firsts = [values.index(label) for label in labels]
        return Groups(name, self._laid_out(codes, NO_GROUP), series[firsts] if firsts else None)


def _show_rows(
    ids: dict[str, list[Any]], where: NDArray[Any], values: Sequence[Any] | None = None
) -> str:
    return show_entries(ids, where, values, "row {} ") + " (rows count from 0)"


def read_frame(
    data: Any, roles: dict[str, Any], asked: Asked, panels: Sequence[str] = ()
) -> nw.DataFrame[Any]:
    """Read the columns that are needed; `panels` are those that say of which panel a row is."""
    try:
        frame = nw.from_native(data)
    except nw.exceptions.DuplicateError as error:
        raise TropError(
            "columns_repeated", f"data has columns of the same name; rename them. {error}"
        ) from error
    except TypeError as error:
        raise TropError(
            "data_unreadable",
            refusal(
                "no_frame",
                kinds="pandas, polars, pyarrow, ...",
                given=type(data).__name__,
                function="tropanel.trop_matrix(Y, W)",
            ),
        ) from error
    columns = frame.collect_schema().names()
    _check_names(data, columns, roles)
    more = _check_more_names(data, columns, roles, asked)
    for name in panels:
        if name not in columns:
            raise TropError("column_missing", _missing_column(data, columns, "by", name))
    chosen = frame.select(list(dict.fromkeys([*roles.values(), *more, *panels])))
    eager = chosen.collect() if isinstance(chosen, nw.LazyFrame) else chosen
    if len(eager) == 0:
        raise TropError("empty_panel", refusal("rows_missing"))
    return eager


def _check_names(data: Any, columns: list[str], roles: dict[str, str]) -> None:
    for role, name in roles.items():
        if not isinstance(name, str):
            raise TropError(
                "column_missing", refusal("column_not_named", role=role, given=repr(name))
            )
        if name not in columns:
            raise TropError("column_missing", _missing_column(data, columns, role, name))
    for role, name in roles.items():
        others = [other for other in roles if other != role and roles[other] == name]
        if others:
            raise TropError(
                "columns_repeated",
                refusal("column_repeated", column=name, role=role, other=others[0]),
            )


def _check_more_names(
    data: Any, columns: list[str], roles: dict[str, str], asked: Asked
) -> list[str]:
    """List the columns beside the roles; each must exist and mean something."""
    covariates = read_names("covariates", asked.covariates)
    weights, clusters = (
        [] if name is None else [name] for name in (asked.average_weights, asked.cluster)
    )
    donor = [asked.donors] if isinstance(asked.donors, str) else []
    for role, names in (("average_weights", weights), ("cluster", clusters)):
        if not all(isinstance(name, str) for name in names):
            raise TropError(
                "option_invalid", refusal("column_not_named", role=role, given=repr(names[0]))
            )
    taken = {name: role for role, name in roles.items()}
    for option, chosen in (
        ("covariates", covariates),
        ("average_weights", weights),
        ("cluster", clusters),
        ("donors", donor),
    ):
        for name in chosen:
            if name not in columns:
                raise TropError("column_missing", _missing_column(data, columns, option, name))
    for name in covariates:
        if name in taken:
            raise TropError(
                "columns_repeated",
                f"Column {name!r} is given as {taken[name]} and as a covariate; leave it out of"
                " covariates.",
            )
    for name in asked.by:
        if name not in BUILT_IN and name not in columns:
            raise unknown_group(name, columns)
    groups = (name for name in asked.by if name in columns)
    return [*covariates, *weights, *clusters, *donor, *groups]


def _missing_column(data: Any, columns: list[str], role: str, name: str) -> str:
    if name in getattr(getattr(data, "index", None), "names", ()):
        return f"{role}: {name!r} is in the index of data, not a column; use data.reset_index()."
    hint = did_you_mean(name, columns) or f" The columns are {listed(map(repr, columns), 12)}."
    return refusal("column_missing", role=role, column=name) + hint


def _refuse_swapped(unit: nw.Series[Any], time: nw.Series[Any]) -> None:
    unit_word, time_word = unit.name.lower(), time.name.lower()
    like_a_unit = (
        time.dtype in (nw.String, nw.Categorical)
        or time_word in UNIT_WORDS
        or time_word.endswith("id")
    )
    by_name = unit_word in TIME_WORDS and time_word not in TIME_WORDS and like_a_unit
    by_type = unit.dtype.is_temporal() and not time.dtype.is_temporal()
    if by_name or (by_type and like_a_unit):
        raise TropError(
            "unit_time_swapped",
            refusal(
                "unit_time_swapped",
                unit=unit.name,
                time=time.name,
                instead=f"pass unit={time.name!r}, time={unit.name!r}",
            ),
        )


def _read_axis(
    series: nw.Series[Any],
    ids: dict[str, list[Any]],
    in_order: Callable[[nw.Series[Any], list[Any]], tuple[list[Any], Floats | None]],
) -> tuple[Axis, Ints]:
    """Put the distinct ids of a column in order, and number every row by them."""
    values = ids[series.name]
    _refuse_missing_ids(series, ids)
    _refuse_mixed_types(series.name, ids)
    labels, calendar = in_order(series, values)
    position = {label: k for k, label in enumerate(labels)}
    codes = np.fromiter((position[value] for value in values), np.int64, len(values))
    first_rows = np.unique(codes, return_index=True)[1]
    return Axis(series.name, labels, series[first_rows], calendar), codes


def _refuse_missing_ids(series: nw.Series[Any], ids: dict[str, list[Any]]) -> None:
    missing = series.is_null().to_numpy() | np.array(
        [isinstance(value, float) and value != value for value in ids[series.name]]
    )
    if missing.any():
        raise TropError(
            "id_missing",
            refusal(
                "id_missing",
                column=series.name,
                rows=counted(int(missing.sum()), "row"),
                where=_show_rows(ids, missing),
            ),
        )


def _refuse_mixed_types(name: str, ids: dict[str, list[Any]]) -> None:
    families = {kind: _family(kind) for kind in set(map(type, ids[name]))}
    found = sorted(set(families.values()))
    if len(found) > 1:
        own = [families[type(value)] for value in ids[name]]
        firsts = np.array(sorted(own.index(family) for family in found))
        raise TropError(
            "id_mixed_types",
            f"{name!r} mixes {' and '.join(found)}, which have no common order, for example at"
            f" {_show_rows(ids, firsts)}. Convert the column to one type.",
        )


def _family(kind: type) -> str:
    """Name the types that can be compared with each other by one name."""
    if issubclass(kind, (bool, np.bool_)):
        return "bool"
    if issubclass(kind, (numbers.Number, decimal.Decimal)):
        return "number"
    if issubclass(kind, datetime.datetime):
        return "datetime"
    return "text" if issubclass(kind, str) else kind.__name__


def _units_in_order(series: nw.Series[Any], values: list[Any]) -> tuple[list[Any], None]:
    return _sorted_ids(series, values), None


def _periods_in_order(series: nw.Series[Any], values: list[Any]) -> tuple[list[Any], Floats | None]:
    """Put periods in the order of time, with a value of each to measure gaps with."""
    categories = category_order(series)
    if categories is None:
        return order_periods(series.name, _by_value(series.name, values), "loose")
    distinct = set(values)
    labels = [label for label in categories[0] if label in distinct]
    return order_periods(series.name, labels, categories[1])


def _sorted_ids(series: nw.Series[Any], values: list[Any]) -> list[Any]:
    """Sort the distinct ids: by category if the categories have an order, else by value."""
    if isinstance(series.dtype, nw.Enum):
        distinct = set(values)
        return [label for label in series.dtype.categories if label in distinct]
    return _by_value(series.name, values)


def _by_value(name: str, values: list[Any]) -> list[Any]:
    try:
        return sorted(set(values))
    except TypeError as error:
        raise TropError(
            "id_not_sortable",
            f"{name!r} holds ids that cannot be put in order ({error}). Use text, numbers"
            " or dates.",
        ) from error


def _what_differs(data: Any, roles: dict[str, str], rows: Ints) -> str:
    """Name the columns of labels that tell rows of the same unit and period apart."""
    frame = nw.from_native(data)
    if isinstance(frame, nw.LazyFrame):
        return ""
    cells = list(zip(*(frame[roles[role]][rows].to_list() for role in ("unit", "time"))))
    others = [name for name in frame.columns if name not in roles.values()]
    telling = []
    for name in others:
        values = frame[name][rows]
        distinct = {(cell, str(value)) for cell, value in zip(cells, values.to_list())}
        if not values.dtype.is_float() and len(distinct) == len(cells):
            telling.append(repr(name))
    if not telling:
        return ""
    return " " + refusal("duplicates_differ", columns=listed(telling, 3), unit=roles["unit"])


def _read_outcome(series: nw.Series[Any], ids: dict[str, list[Any]]) -> Floats:
    values = numbers_of(series)
    if values is None:
        raise TropError(
            "outcome_not_numeric",
            _refuse_type("outcome_not_numeric", series, ids),
        )
    return values


def _read_treatment(series: nw.Series[Any], ids: dict[str, list[Any]]) -> Floats:
    values = numbers_of(series)
    if values is None:
        raise TropError(
            "treatment_not_binary",
            _refuse_type("treatment_not_numeric", series, ids, words="False or True"),
        )
    return values


def _refuse_type(name: str, series: nw.Series[Any], ids: dict[str, list[Any]], **more: str) -> str:
    where = _show_non_numbers(series, ids)
    return refusal(name, column=series.name, type=f"type {series.dtype}", where=where, **more)


def _show_non_numbers(series: nw.Series[Any], ids: dict[str, list[Any]]) -> str:
    values = series.to_list()
    missing = series.is_null().to_numpy()
    wrong = [not gone and not is_number(value) for value, gone in zip(values, missing)]
    worse = [bad and not _reads_as_number(value) for value, bad in zip(values, wrong)]
    return _show_rows(ids, np.array(worse if any(worse) else wrong), values)


def _reads_as_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def numbers_of(series: nw.Series[Any]) -> Floats | None:
    """Read a column as floats, with NaN for missing; None if it holds anything but numbers."""
    if series.dtype.is_numeric() or series.dtype == nw.Boolean:
        return np.asarray(series.cast(nw.Float64).to_numpy(), dtype=np.float64)
    return floats_of_objects(series.to_list(), series.is_null().to_list())


def floats_of_objects(values: Sequence[Any], missing: Sequence[bool]) -> Floats | None:
    """Turn Python objects into floats; None if one is neither missing nor a number."""
    if not all(gone or is_number(value) for value, gone in zip(values, missing)):
        return None
    return np.array([np.nan if gone else float(value) for value, gone in zip(values, missing)])


def is_number(value: object) -> bool:
    """Whether `value` counts as a number in the data; True and False do."""
    return isinstance(value, (numbers.Real, decimal.Decimal, np.bool_))
