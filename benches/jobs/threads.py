"""One thread against two."""

from __future__ import annotations

import statistics
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import ours
import panels
from measure import interleaved, python
from suite import Case, Row, Setting, verdict

TITLE = "Threads"
ABOUT = """\
The same call with one and with two threads, in turns; the factor is the ratio of the medians. Results are equal to the last bit,
which is checked here too. Two cores need not do twice the work of one: they share memory and perhaps more. So two processes that each do
the job with one thread are timed at once, and one alone; twice the ratio of these times is the most that threads could
reach, and is given beside theirs.
"""

GOAL = 1.9


def run(case: str, call, setting: Setting) -> list[Row]:
    """Both numbers of threads."""
    panel = panels.cps(setting.smoke)
    calls = {n: partial(call, panel, setting, n) for n in (1, 2)}
    interleaved(calls, {1: 1, 2: 1})
    timed = interleaved(calls, dict.fromkeys(calls, setting.runs(5)))
    same = timed[1].answer == timed[2].answer
    rows = [
        ours.row(case, one.seconds, tool=f"tropanel, {n} thread{'s' * (n > 1)}")
        for n, one in timed.items()
    ]
    row = rows[1]
    row.factor = rows[0].median / row.median
    row.goal = f"at least {GOAL:g}"
    row.met = verdict(row.factor >= GOAL and same)
    row.sound = same
    row.note = "the same to the last bit" if same else "results differ"
    row.note += f"; two processes at once reach {ceiling(case, setting):.2f}"
    return rows


def ceiling(case: str, setting: Setting) -> float:
    """What two single-threaded processes at once get done, relative to one alone."""
    alone, together = [], []
    for _ in range(setting.runs(3)):
        alone += at_once(case, setting, 1)
        together += at_once(case, setting, 2)
    return 2 * statistics.median(alone) / statistics.median(together)


def at_once(case: str, setting: Setting, number: int) -> list[float]:
    """Seconds that each of some processes takes for the job with one thread."""
    code = ALONE.format(
        here=str(Path(__file__).parents[1]), case=case, smoke=setting.smoke
    )
    with ThreadPoolExecutor(number) as pool:
        tasks = [pool.submit(python, "-c", code, seconds=300) for _ in range(number)]
        done = [task.result() for task in tasks]
    for process in done:
        process.check_returncode()
    return [float(process.stdout) for process in done]


def alone(case: str, setting: Setting) -> float:
    """Seconds of the job with one thread, after a warm-up."""
    call = partial(CALLS[case], panels.cps(setting.smoke), setting, 1)
    interleaved({"": call}, {"": 1})
    return interleaved({"": call}, {"": 1})[""].seconds[0]


ALONE = """
import sys
sys.path.insert(0, {here!r})
from jobs import threads
from suite import Setting
print(threads.alone({case!r}, Setting(smoke={smoke})))
"""


def search(panel: panels.Panel, setting: Setting, threads: int) -> tuple:
    """The cycle search."""
    from jobs.search import NN, grids

    found = ours.search(panel, grids(setting, NN), threads=threads)
    return (*ours.choice(found), *found.scores.score)


def bootstrap(panel: panels.Panel, setting: Setting, threads: int) -> tuple:
    """Many draws, so that starting threads does not count."""
    draws = 20 if setting.smoke else 5000
    found = ours.bootstrap(panel, (0.1, 0.0, 0.9), draws, threads)
    return tuple(found.draws)


TITLES = {
    "threads/search": "cycle search, cps",
    "threads/bootstrap": "5,000 draws, cps, (0.1, 0, 0.9)",
}
CALLS = {"threads/search": search, "threads/bootstrap": bootstrap}
CASES = [
    Case(name, title, partial(run, name, CALLS[name]), minutes=0.7, ours_minutes=0.7)
    for name, title in TITLES.items()
]
