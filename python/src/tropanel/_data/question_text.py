"""What is asked of columns as texts, which tell one question from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .labelled import labels_of

if TYPE_CHECKING:
    from .formula import Question


def texts_of(question: Question, by: Sequence[str]) -> list[tuple[str, str]]:
    """Write what is asked of columns that tell panels apart by some of them."""
    asked = {**question.columns, "cohort": question.cohort, **vars(question.asked)}
    asked["donors"] = _donors_text(asked["donors"])
    asked["average_by"] = asked.pop("by")
    return [*((name, _text(value)) for name, value in asked.items()), ("by", _text(by))]


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)


def _donors_text(donors: Any) -> str | None:
    """Write all of a mapping or matrix, with its labels."""
    if donors is None or isinstance(donors, str):
        return donors
    if isinstance(donors, Mapping):
        return repr({key: list(units) for key, units in donors.items()})
    return repr((labels_of(donors), np.asarray(donors).tolist()))
