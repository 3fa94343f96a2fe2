"""Progress of long calls: a bar on a terminal or in a notebook, or the caller's own function.

Where there is no bar, a long call warns once of how long it takes and what would make it shorter.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._backends.protocol import Monitor
    from ._options import Progress

#: A bar appears only for what takes longer than this.
SECONDS_BEFORE_A_BAR = 0.2

#: What takes less than this is given no advice without a bar, whatever its first fits promise.
SECONDS_BEFORE_ADVICE = 5.0

#: The usual bar without the time that its own stage will take: that of the whole call follows.
BAR_OF_MANY_STAGES = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]"


@contextmanager
def monitoring(progress: Progress) -> Iterator[Monitor | None]:
    """Give the monitor that `progress` asks for, and clear it away at the end."""
    if callable(progress):
        yield _Reporter(progress)
    elif sys.stderr is not None and (progress or (progress is None and _is_watched())):
        bars = _Bars()
        try:
            yield bars
        finally:
            bars.close()
    else:
        yield _Adviser() if progress is None else None


def _is_watched() -> bool:
    return in_notebook() or sys.stderr.isatty()


def in_notebook() -> bool:
    """Tell whether this runs in the kernel of a notebook."""
    interactive = sys.modules.get("IPython")
    shell = None if interactive is None else interactive.get_ipython()
    return shell is not None and "IPKernelApp" in shell.config


def _bar_class() -> Any:
    """Give the bar of notebooks, where its widget can be drawn, or that of terminals."""
    if in_notebook() and find_spec("ipywidgets") is not None:
        from tqdm.notebook import tqdm as in_a_widget

        return in_a_widget
    from tqdm import tqdm

    return tqdm


class _Adviser:
    """Shows nothing, and warns once of a long call."""

    def __init__(self) -> None:
        self._begin = time.monotonic()
        self._advised = False

    def advance(self, stage: str, done: int, total: int) -> None:
        """Nobody is watching."""

    def outlook(self, left: str, advice: str | None) -> None:
        """Warn of a long call while it has only begun."""
        is_early = time.monotonic() - self._begin < SECONDS_BEFORE_ADVICE
        if advice is not None and not self._advised and not is_early:
            self._advised = True
            warnings.warn(advice, UserWarning, stacklevel=_levels_to_the_caller())


def _levels_to_the_caller() -> int:
    """Count the frames from the function that asks up to the first outside of this package."""
    frame, levels = sys._getframe(1), 1
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] == __package__:
        frame, levels = frame.f_back, levels + 1
    return levels


class _Reporter(_Adviser):
    """Calls the caller's function."""

    def __init__(self, report: Callable[[str, int, int], Any]) -> None:
        super().__init__()
        self._report = report

    def advance(self, stage: str, done: int, total: int) -> None:
        self._report(stage, done, total)


class _Bars:
    """One bar after another: a new one when the stage changes or starts again."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""
        self._advised = False

    def advance(self, stage: str, done: int, total: int) -> None:
        bar = self._bar
        if bar is None or stage != self._stage or total != bar.total or done < bar.n:
            bar = self._open(stage, total)
        bar.update(done - bar.n)

    def outlook(self, left: str, advice: str | None) -> None:
        """Say how long the whole call will take, and once what would make a long one shorter."""
        if advice is not None and not self._advised:
            self._advised = True
            self._bar.write(advice, file=sys.stderr)
        self._bar.bar_format = BAR_OF_MANY_STAGES
        self._bar.set_postfix_str(left, refresh=False)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _open(self, stage: str, total: int) -> Any:
        self.close()
        self._stage = stage
        self._bar = _bar_class()(
            total=total,
            desc=stage,
            unit="panel" if stage == "panels" else "fit",
            leave=False,
            dynamic_ncols=True,
            delay=SECONDS_BEFORE_A_BAR,
        )
        return self._bar
