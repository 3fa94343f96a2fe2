"""Panels on the workers of an executor, a limited number of them at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from typing import Any

from .._errors import TropError
from .panel_task import Answer, Raised, Task, run_task


class Workers:
    """Submits panels by their positions, and gives their answers as they come.

    A panel whose future raises was lost with its worker, and is submitted once more. An executor
    that is broken as a whole raises :class:`concurrent.futures.BrokenExecutor`, once all answers
    that there are have been given.
    """

    def __init__(self, executor: Executor, task: Callable[[int], Task], pending: int) -> None:
        self._executor = executor
        self._task = task
        self._pending = pending
        self._waiting: dict[Future[Answer], int] = {}
        self._again: set[int] = set()

    def run(self, positions: Sequence[int]) -> Generator[tuple[int, str | TropError]]:
        """Give each panel's position and answer; what was not begun is cancelled at the end."""
        try:
            for k in positions:
                self._submit(k)
                while len(self._waiting) >= self._pending:
                    yield from self._answers()
            while self._waiting:
                yield from self._answers()
        finally:
            for future in self._waiting:
                future.cancel()

    def _submit(self, k: int) -> None:
        future = self._executor.submit(run_task, self._task(k))
        if not isinstance(future, Future):
            kind = f"{type(future).__module__}.{type(future).__qualname__}"
            raise TropError(
                "option_invalid",
                "executor must give futures of concurrent.futures, as client.get_executor() of"
                f" Dask's does, not {kind}.",
            )
        self._waiting[future] = k

    def _answers(self) -> Iterator[tuple[int, str | TropError]]:
        done = wait(self._waiting, return_when=FIRST_COMPLETED).done
        ended = [(self._waiting.pop(future), future) for future in done]
        errors = {k: _error_of(future) for k, future in ended}
        for k, future in ended:
            if errors[k] is None:
                yield k, _read(future.result())
        for k, _ in ended:
            error = errors[k]
            if error is not None:
                yield from self._lost(k, error)

    def _lost(self, k: int, error: BaseException) -> Iterator[tuple[int, TropError]]:
        """Submit a lost panel again, or give it up."""
        if isinstance(error, BrokenExecutor) or not isinstance(error, Exception):
            raise error
        reason = f"{type(error).__name__}: {error}"
        if k in self._again:
            yield k, TropError("workers_lost", f"The executor lost this panel twice. {reason}")
            return
        if not self._again:
            text = f"The executor lost a worker, and its panel is estimated once more. {reason}"
            warnings.warn(text, UserWarning, stacklevel=6)
        self._again.add(k)
        self._submit(k)


def _error_of(future: Future[Any]) -> BaseException | None:
    return CancelledError() if future.cancelled() else future.exception()


def _read(answer: Answer) -> str | TropError:
    if isinstance(answer, Raised):
        raise RuntimeError(f"A panel raised in a worker:\n{answer.text}")
    return answer
