"""Formulas of names: outcome ~ treatment + covariates | unit + time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._errors import TropError
from .._refusals import refusal
from .columns import read_long, roles_of
from .design import Asked, read_asked, read_names

if TYPE_CHECKING:
    from .panel import Panel

#: A name in backticks, a plain name or number, or any other sign.
PIECE = re.compile(r"`([^`]*)`|([\w.]+)|(\S)")


@dataclass(frozen=True)
class Roles:
    """Data, and the names of its columns."""

    data: Any
    outcome: Any
    treatment: Any
    unit: Any
    time: Any
    covariates: Any


@dataclass(frozen=True)
class Question:
    """Which columns make a panel, and what is asked of it."""

    columns: dict[str, Any]
    cohort: str | None
    asked: Asked
    is_untreated: bool

    def roles(self) -> dict[str, Any]:
        """Name the columns that every panel has."""
        return roles_of(**self.columns, cohort=self.cohort, is_untreated=self.is_untreated)

    def panel(self, data: Any) -> Panel:
        """Make a panel of data."""
        return read_long(
            data,
            **self.columns,
            asked=self.asked,
            cohort=self.cohort,
            is_untreated=self.is_untreated,
        )


def panel_of_columns(
    formula_or_data: Any,
    data: Any,
    outcome: Any,
    cohort: str | None,
    names: dict[str, Any],
    covariates: Any,
    *,
    may_be_untreated: bool = False,
    **asked: Any,
) -> Panel:
    """Make a panel of a formula, or names of columns, and data.

    `names` are treatment, unit and time; `asked` is what else :func:`read_asked` reads. Without a
    treatment nothing is treated, if that may be.
    """
    frame, question = read_question(
        formula_or_data,
        data,
        outcome,
        cohort,
        names,
        covariates,
        may_be_untreated=may_be_untreated,
        **asked,
    )
    return question.panel(frame)


def read_question(
    formula_or_data: Any,
    data: Any,
    outcome: Any,
    cohort: str | None,
    names: dict[str, Any],
    covariates: Any,
    *,
    may_be_untreated: bool = False,
    **asked: Any,
) -> tuple[Any, Question]:
    """Tell the data from what is asked of them; as :func:`panel_of_columns`."""
    roles = _read_roles(formula_or_data, data, outcome, cohort, covariates, names)
    what = read_asked(covariates=roles.covariates, **asked)
    is_untreated = may_be_untreated and cohort is None and roles.treatment in (None, "1")
    columns = {
        "outcome": roles.outcome,
        "treatment": None if is_untreated else roles.treatment,
        "unit": roles.unit,
        "time": roles.time,
    }
    return roles.data, Question(columns, cohort, what, is_untreated)


def _read_roles(
    formula_or_data: Any,
    data: Any,
    outcome: Any,
    cohort: Any,
    covariates: Any,
    names: dict[str, Any],
) -> Roles:
    """Tell a formula from data."""
    if is_formula(formula_or_data, outcome):
        return _of_formula(formula_or_data, data, outcome, cohort, covariates, names)
    if formula_or_data is not None and data is not None:
        raise TypeError("data is given twice: by position and by name")
    if cohort is not None and names["treatment"] is not None:
        raise TropError("option_invalid", refusal("cohort_and_treatment"))
    frame = data if formula_or_data is None else formula_or_data
    return Roles(frame, outcome, names["treatment"], names["unit"], names["time"], covariates)


def is_formula(first: Any, second: Any) -> bool:
    """Whether the first of the arguments is a formula, and the second perhaps the data."""
    names_follow = isinstance(second, str)
    return isinstance(first, str) and ("~" in first or (second is not None and not names_follow))


def _of_formula(
    formula: str, data: Any, second: Any, cohort: Any, covariates: Any, names: dict[str, Any]
) -> Roles:
    given = [name for name, value in names.items() if value is not None]
    if data is not None and second is not None:
        given.insert(0, "outcome")
    if given:
        raise TropError("formula_invalid", refusal("formula_roles", given=", ".join(given)))
    outcome, terms, unit, time = parse(formula)
    if cohort is None:
        treatment, own = terms[0], terms[1:]
    else:
        treatment, own = None, [term for term in terms if term != "1"]
    frame = second if data is None else data
    more = read_names("covariates", covariates)
    return Roles(frame, outcome, treatment, unit, time, [*own, *more])


def parse(formula: str) -> tuple[str, list[str], str, str]:
    """Read outcome, terms before the bar, unit and time."""
    left, *right = _split(_pieces(formula), "~")
    if not right or not left:
        raise TropError("formula_invalid", refusal("formula_outcome_missing"))
    if len(right) > 1:
        raise _taken("a second '~'")
    terms, *ids = _split(right[0], "|")
    if len(ids) != 1:
        raise TropError(
            "formula_invalid", refusal("formula_bars" if ids else "formula_bar_missing")
        )
    axes = _names(ids[0])
    if len(axes) != 2:
        given = " + ".join(axes)
        raise TropError("formula_invalid", refusal("formula_ids", given=given))
    outcome = _names(left)
    if len(outcome) != 1:
        raise _taken("a sum before '~'")
    return outcome[0], _names(terms), axes[0], axes[1]


def _pieces(formula: str) -> list[tuple[str, str]]:
    """Cut a formula into names and signs, each with its kind."""
    found = []
    for match in PIECE.finditer(formula):
        quoted, plain, sign = match.groups()
        if sign is not None and sign not in "~+|":
            raise _taken(repr(formula[match.start() :].strip()))
        kind = "sign" if sign else "name"
        found.append((kind, quoted if quoted is not None else plain or sign))
    return found


def _split(pieces: list[tuple[str, str]], sign: str) -> list[list[tuple[str, str]]]:
    parts: list[list[tuple[str, str]]] = [[]]
    for piece in pieces:
        if piece == ("sign", sign):
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts


def _names(pieces: list[tuple[str, str]]) -> list[str]:
    """Read a sum of names."""
    terms = _split(pieces, "+")
    if any(len(term) != 1 for term in terms):
        between = " ".join(name for _, name in pieces)
        raise _taken(f"{between!r}, where names must stand with '+' between them")
    return [term[0][1] for term in terms]


def _taken(found: str) -> TropError:
    return TropError(
        "formula_invalid",
        "A formula takes names of columns, '~', '+' and '|' alone, and names with other signs than"
        f" letters, digits, '_' and '.' in backticks, but there is {found}. Make a column of it"
        " first, such as data['log_sales'] = numpy.log(data['sales']).",
    )
