"""The time that `import tropanel` takes."""

from __future__ import annotations

import json
import statistics
from functools import partial

import ours
from measure import python
from suite import Case, Row, Setting, verdict

TITLE = "Start-up"
ABOUT = """\
`import tropanel` in a fresh process, its files in the disk cache: the median of ten on the clock of that process, which leaves
out the start of the interpreter itself. Both pandas and matplotlib are installed; neither may be loaded by the import.
The first call then loads what it needs; the second figure is the time from the start of a process to its first result, a
search on a panel of 3 x 3, less that of a bare interpreter.
"""

LIMIT = 150.0
HEAVY = ("pandas", "matplotlib")
IMPORT = """
import json, sys, time
start = time.perf_counter()
import tropanel
seconds = time.perf_counter() - start
print(json.dumps([seconds, [name for name in %r if name in sys.modules]]))
""" % (HEAVY,)
FIRST_RESULT = """
import tropanel
tropanel.loocv_grid_search([[1.0, 2.0, 3.0], [2.0, 3.0, 4.5], [0.0, 1.0, 2.0]],
    [[0, 0, 0], [0, 0, 1], [0, 0, 0]], [0.0], [0.0], [1.0])
"""


def run(case: str, setting: Setting) -> list[Row]:
    """Import, and first result."""
    runs = setting.runs(10)
    once(IMPORT)
    imports = [json.loads(once(IMPORT)[1]) for _ in range(runs)]
    milliseconds = [1e3 * seconds for seconds, _ in imports]
    loaded = sorted({name for _, names in imports for name in names})
    row = ours.row(case, milliseconds, quantity="ms")
    row.note = (
        f"loads {', '.join(loaded)}" if loaded else f"loads no {' or '.join(HEAVY)}"
    )
    row.goal = f"at most {LIMIT:g}, without {' or '.join(HEAVY)}"
    row.met = verdict(row.median <= LIMIT and not loaded)
    first = [once(FIRST_RESULT)[0] - once("pass")[0] for _ in range(runs)]
    result = ours.row(
        case,
        [1e3 * max(seconds, 0.0) for seconds in first],
        tool="tropanel, first result",
        quantity="ms",
    )
    return [row, result]


def once(code: str) -> tuple[float, str]:
    """Seconds of a process that runs some code, and what it prints."""
    from measure import Timed

    timed = Timed()
    timed.run(partial(python, "-c", code, seconds=60))
    timed.answer.check_returncode()
    return statistics.median(timed.seconds), timed.answer.stdout


NAME = "startup/import"
CASES = [Case(NAME, "import tropanel", partial(run, NAME), minutes=0.2, quick=True)]
