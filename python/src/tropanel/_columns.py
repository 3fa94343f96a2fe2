"""Reading a panel from a data frame in long form."""

from __future__ import annotations

import datetime
import decimal
import numbers
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from ._errors import TropError
from ._hints import did_you_mean, listed, show_entries
from ._panel import Axis, Observations, Panel, assemble

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._protocol import Floats, Ints

TIME_WORDS = frozenset(
    "t time year yr date month quarter week day hour period wave datetime timestamp".split()
)
UNIT_WORDS = frozenset(
    "i id unit state country county region city firm store person name code fips geo".split()
)


def read_long(data: Any, outcome: str, treatment: str, unit: str, time: str) -> Panel:
    """Turn the named columns of a data frame into a panel."""
    frame = _read_frame(
        data, {"outcome": outcome, "treatment": treatment, "unit": unit, "time": time}
    )
    _refuse_swapped(frame[unit], frame[time])
    ids = {name: frame[name].to_list() for name in (unit, time)}
    unit_axis, unit_codes = _read_axis(frame[unit], ids)
    time_axis, time_codes = _read_axis(frame[time], ids)
    _refuse_numbers_as_text(time_axis)

    def show(where: NDArray[Any], values: Sequence[Any] | None = None) -> str:
        return _show_rows(ids, where, values)

    entries = Observations(
        outcome=_read_outcome(frame[outcome], ids),
        treatment=_read_treatment(frame[treatment], ids),
        unit=unit_codes,
        time=time_codes,
        outcome_name=outcome,
        treatment_name=treatment,
        show=show,
    )
    return assemble(entries, unit_axis, time_axis, frame.implementation)


def _show_rows(
    ids: dict[str, list[Any]], where: NDArray[Any], values: Sequence[Any] | None = None
) -> str:
    return show_entries(ids, where, values, "row {} ") + " (rows count from 0)"


def _read_frame(data: Any, roles: dict[str, str]) -> nw.DataFrame[Any]:
    try:
        frame = nw.from_native(data)
    except nw.exceptions.DuplicateError as error:
        raise TropError(
            "columns_repeated", f"data has columns of the same name; rename them. {error}"
        ) from error
    except TypeError as error:
        raise TropError(
            "data_unreadable",
            f"data must be a data frame (pandas, polars, pyarrow, ...), not"
            f" {type(data).__name__}. Matrices go to tropanel.trop_matrix(Y, W).",
        ) from error
    _check_names(data, frame.collect_schema().names(), roles)
    chosen = frame.select(list(roles.values()))
    eager = chosen.collect() if isinstance(chosen, nw.LazyFrame) else chosen
    if len(eager) == 0:
        raise TropError("empty_panel", "data has no rows.")
    return eager


def _check_names(data: Any, columns: list[str], roles: dict[str, str]) -> None:
    for role, name in roles.items():
        if not isinstance(name, str):
            raise TropError(
                "column_missing", f"{role} must be the name of a column (a str), not {name!r}."
            )
        if name not in columns:
            raise TropError("column_missing", _missing_column(data, columns, role, name))
    for role, name in roles.items():
        others = [other for other in roles if other != role and roles[other] == name]
        if others:
            raise TropError(
                "columns_repeated",
                f"Column {name!r} is given as {role} and as {others[0]}; these must differ.",
            )


def _missing_column(data: Any, columns: list[str], role: str, name: str) -> str:
    if name in getattr(getattr(data, "index", None), "names", ()):
        return f"{role}: {name!r} is in the index of data, not a column; use data.reset_index()."
    hint = did_you_mean(name, columns) or f" The columns are {listed(map(repr, columns), 12)}."
    return f"{role}: data has no column {name!r}.{hint}"


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
            f"unit={unit.name!r} looks like periods and time={time.name!r} like units. If so, pass"
            f" unit={time.name!r}, time={unit.name!r}; if not, rename or convert these columns.",
        )


def _read_axis(series: nw.Series[Any], ids: dict[str, list[Any]]) -> tuple[Axis, Ints]:
    """Sort the distinct ids of a column, and number every row by them."""
    values = ids[series.name]
    _refuse_missing_ids(series, ids)
    _refuse_mixed_types(series.name, ids)
    labels = _sorted_ids(series)
    position = {label: k for k, label in enumerate(labels)}
    codes = np.fromiter((position[value] for value in values), np.int64, len(values))
    first_rows = np.unique(codes, return_index=True)[1]
    return Axis(series.name, labels, series[first_rows]), codes


def _refuse_missing_ids(series: nw.Series[Any], ids: dict[str, list[Any]]) -> None:
    missing = series.is_null().to_numpy() | np.array(
        [isinstance(value, float) and value != value for value in ids[series.name]]
    )
    if missing.any():
        raise TropError(
            "id_missing",
            f"{series.name!r} is missing in {int(missing.sum())} rows: {_show_rows(ids, missing)}."
            " Every row needs a unit and a period: fill these in or drop the rows.",
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


def _sorted_ids(series: nw.Series[Any]) -> list[Any]:
    """Sort the distinct ids: by category if the categories have an order, else by value."""
    try:
        distinct = set(series.to_list())
        if isinstance(series.dtype, nw.Enum):
            return [label for label in series.dtype.categories if label in distinct]
        return sorted(distinct)
    except TypeError as error:
        raise TropError(
            "id_not_sortable",
            f"{series.name!r} holds ids that cannot be put in order ({error}). Use text, numbers"
            " or dates.",
        ) from error


def _refuse_numbers_as_text(time: Axis) -> None:
    texts = [label for label in time.labels if isinstance(label, str)]
    if texts and all(text.strip().isdigit() for text in texts):
        by_value = sorted(texts, key=int)
        if by_value != texts:
            raise TropError(
                "time_order_ambiguous",
                f"{time.name!r} holds numbers as text, which sort as {listed(texts, 4)}."
                " Convert the column to integers.",
            )


def _read_outcome(series: nw.Series[Any], ids: dict[str, list[Any]]) -> Floats:
    values = _numbers(series)
    if values is None:
        raise TropError(
            "outcome_not_numeric",
            f"Outcome {series.name!r} must be numeric, but is of type {series.dtype}:"
            f" {_show_non_numbers(series, ids)}. Convert it to numbers.",
        )
    return values


def _read_treatment(series: nw.Series[Any], ids: dict[str, list[Any]]) -> Floats:
    values = _numbers(series)
    if values is None:
        raise TropError(
            "treatment_not_binary",
            f"Treatment {series.name!r} must be 0 or 1 (or False or True), but is of type"
            f" {series.dtype}: {_show_non_numbers(series, ids)}. Recode it to 0 and 1.",
        )
    return values


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


def _numbers(series: nw.Series[Any]) -> Floats | None:
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
