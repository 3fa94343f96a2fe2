"""Clocks, repetition, and child processes with limits."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MEMORY_SHARE = 0.75


@dataclass
class Timed:
    """Seconds of each repetition of a call, and what the last one returned."""

    seconds: list[float] = field(default_factory=list)
    answer: Any = None

    def run(self, call: Callable[[], Any]) -> None:
        """Repeat the call once more."""
        start = time.perf_counter()
        self.answer = call()
        self.seconds.append(time.perf_counter() - start)


def interleaved(
    calls: dict[str, Callable[[], Any]], runs: dict[str, int]
) -> dict[str, Timed]:
    """Time several calls in turns, so that they meet the same disturbances.

    A call with fewer runs than the others has its turns in the middle: the others run before and
    after it.
    """
    timed = {name: Timed() for name in calls}
    rounds = max(runs[name] for name in calls)
    for turn in range(rounds):
        for name, call in calls.items():
            first = (rounds - runs[name] + 1) // 2
            if first <= turn < first + runs[name]:
                timed[name].run(call)
    return timed


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def peak_megabytes() -> float:
    """Most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def limit_memory() -> None:
    """Keep this process from filling the machine."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    most = int(MEMORY_SHARE * total)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def group(command: list[str], seconds: float) -> int:
    """Run a process and all that it starts, with limits; its exit status.

    Raises
    ------
    subprocess.TimeoutExpired
        If it takes longer. Whatever ends this call early ends all those processes too.
    """
    process = subprocess.Popen(command, start_new_session=True, preexec_fn=limit_memory)
    try:
        return process.wait(seconds)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def python(*arguments: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run this Python in a process of its own, killed after `seconds`.

    Raises
    ------
    subprocess.TimeoutExpired
        If it takes longer; the process is dead by then.
    """
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=seconds,
        preexec_fn=limit_memory,
    )


def seconds(value: float) -> str:
    """Seconds or less, three digits."""
    if value >= 100:
        return f"{value:,.0f} s"
    if value >= 1:
        return f"{value:.3g} s"
    return f"{1e3 * value:.3g} ms"
