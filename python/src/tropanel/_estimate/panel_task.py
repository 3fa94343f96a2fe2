"""One panel of many, as it goes to a worker and as its result comes back."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

from .._errors import TropError
from .._results.saved import analysis_json
from .options import Request
from .run import analyze

if TYPE_CHECKING:
    from .._data.formula import Question


@dataclass(frozen=True)
class Task:
    """A panel's rows, and what is asked of it."""

    data: Any
    question: Question
    options: dict[str, Any]

    def run(self) -> str | TropError:
        """Give the result as it is saved, or why there is none."""
        try:
            panel = self.question.panel(self.data)
            return analysis_json(panel, analyze(panel, Request(self.options, False, "rust"))[1])
        except TropError as error:
            return error


@dataclass(frozen=True)
class Raised:
    """An exception that is no :class:`TropError`, by what Python writes of it."""

    text: str


#: What a worker sends back. It raises nothing: what its future raises is of the executor.
Answer = Union[str, TropError, Raised]


def run_task(task: Task) -> Answer:
    """Run in a worker."""
    try:
        return task.run()
    except Exception:
        return Raised(traceback.format_exc())
