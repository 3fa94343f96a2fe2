"""From panels to what is kept of each: from a folder, in this process, or on workers."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import BrokenExecutor
from contextlib import closing
from typing import TYPE_CHECKING

from .._data.frames import frame_library
from .._errors import TropError
from .._hints import counted
from .._progress import monitoring
from .._results.many import Entry, entry_of
from .panel_task import Task
from .panel_workers import Workers

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from .._data.formula import Question
    from .._data.panels import Panels
    from .._results.many_folder import Folder
    from .options import Request


def run_panels(
    panels: Panels,
    question: Question,
    request: Request,
    folder: Folder | None,
    executor: Executor | None,
    pending: int,
) -> list[Entry]:
    """Take what is finished from the folder, and run the rest."""
    library = frame_library(panels.frame.implementation.value)
    entries: dict[int, Entry] = {}
    if folder is not None:
        for k in range(len(panels.keys)):
            text = folder.finished(k)
            if text is not None:
                entries[k] = entry_of(text, library, folder.files[k])

    def task(k: int) -> Task:
        return Task(panels.data(k), question, request.options)

    left = [k for k in range(len(panels.keys)) if k not in entries]
    answers: Generator[tuple[int, str | TropError]] = (
        ((k, task(k).run()) for k in left)
        if executor is None
        else Workers(executor, task, pending).run(left)
    )
    with monitoring(request.progress) as monitor, closing(answers):
        try:
            for k, found in answers:
                file = folder.write(k, found) if folder and isinstance(found, str) else None
                entries[k] = entry_of(found, library, file)
                if monitor is not None:
                    monitor.advance("panels", len(entries), len(panels.keys))
        except BrokenExecutor as error:
            raise _broken(error, len(entries), len(panels.keys), folder is not None) from error
    return [entries[k] for k in range(len(panels.keys))]


def _broken(error: BrokenExecutor, done: int, total: int, is_kept: bool) -> TropError:
    then = (
        "The folder has them: call again with a new executor, and the rest is estimated."
        if is_kept
        else "With folder=, another call would go on from there."
    )
    reason = str(error).rstrip(".") or type(error).__name__
    return TropError(
        "workers_lost",
        f"The executor is broken, perhaps because a worker was killed for its memory: {reason}. Of"
        f" {counted(total, 'panel')} {done} {'was' if done == 1 else 'were'} finished. {then}",
    )
