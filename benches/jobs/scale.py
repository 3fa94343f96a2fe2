"""One estimate at fixed lambdas on large panels: time, its growth, and memory."""

from __future__ import annotations

import json
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import ours
import panels
from measure import python
from suite import OURS, Case, Row, Setting, verdict

TITLE = "One estimate on a large panel"
ABOUT = """\
Two-way effects, five factors and noise; 100 treated cells (20 units, last 5 periods), each fitted on its own, at lambda_time 0.01,
lambda_unit 0.1 and lambda_nn 2.2 (sqrt N + sqrt T), which keeps the five factors and drops the noise. Each run is a process of
its own that reads the panel from a file, so that its memory can be told: the peak, less what the interpreter held before it
read the panel; the caller's two matrices are in it. A panel is N x T numbers of 8 bytes.

The growth row compares the two panels of the goal: the factor by which time grows, over that of N T rank. At most 1
means that time grows no faster.

diff-diff has no call for an estimate at given lambdas without a search before it. Its cost is that of the 100 fits, of which
two are timed as in the section on scores. A panel on which they do not end within the limit has no figure.
"""

# Repetitions, minutes with the peer and without.
SIZES = {
    (500, 50): (5, 0.2, 0.2),
    (1000, 100): (5, 0.3, 0.3),
    (2000, 200): (3, 2.3, 0.3),
    (5000, 250): (3, 1, 1),
    (10000, 500): (2, 4, 2),
}
GOAL_SIZES = ((2000, 200), (10000, 500))
PROCESS = str(Path(__file__).resolve().parents[1] / "one_estimate.py")
# Seconds that the peer's two fits may take.
PATIENCE = 120
RANK, MEMORY = "tropanel, rank", "tropanel, memory"


def run(case: str, size: tuple[int, int], setting: Setting) -> list[Row]:
    """One size."""
    shape = (40 + size[0] // 100, 10 + size[1] // 50) if setting.smoke else size
    lambdas = 0.01, 0.1, 2.2 * float(np.sqrt(shape).sum())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "panel.npz"
        panel = panels.factors(*shape)
        np.savez(path, Y=panel.Y, W=panel.W)
        start = partial(_process, path, lambdas)
        results = [start(OURS, 1200) for _ in range(setting.runs(SIZES[size][0]))]
        rows = _our_rows(case, size, results)
        if setting.peer and size in GOAL_SIZES:
            rows.append(_peer(case, start))
    return rows


def _process(path: Path, lambdas: tuple, who: str, seconds: float) -> dict:
    who = "ours" if who == OURS else who
    done = python(PROCESS, who, str(path), json.dumps(lambdas), seconds=seconds)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def _our_rows(case: str, size: tuple[int, int], results: list[dict]) -> list[Row]:
    accuracy = ours.certificate(results[0]["gap"], results[0]["uncertified"])
    note = f"{results[0]['iterations']:.0f} iterations a fit"
    seconds = [r["seconds"] for r in results]
    return [
        ours.row(case, seconds, note=note, **accuracy),
        _memory(case, size, [r["megabytes"] for r in results]),
        ours.row(case, [results[0]["rank"]], tool=RANK, quantity="rank"),
    ]


def _memory(case: str, size: tuple[int, int], values: list[float]) -> Row:
    panel = size[0] * size[1] * 8 / 2**20
    row = ours.row(case, values, tool=MEMORY, quantity="MiB")
    row.note = f"{row.median / panel:.1f} panels of {panel:.1f} MiB"
    if size in GOAL_SIZES:
        row.goal = f"at most {4 * panel + 200:.0f}"
        row.met = verdict(row.median <= 4 * panel + 200)
    return row


def _peer(case: str, start) -> Row:
    import diff_diff_peer as peer

    row = Row(case, peer.TOOL, peer.VERSION, [])
    try:
        found = start(peer.TOOL, PATIENCE)
    except subprocess.TimeoutExpired:
        row.note = f"two of the 100 fits did not end in {PATIENCE} s"
        return row
    row.values = [100 * found["seconds"]]
    row.accuracy = f"effects off by up to {found['off']:.1e}"
    row.note = f"100 times the cost of a fit, from {found['cells']}"
    return row


def derived(rows: list[Row]) -> list[Row]:
    """The growth row, once both panels are measured."""
    figure = {(row.case, row.tool): row.median for row in rows}
    small, big = (_name(size) for size in GOAL_SIZES)
    if not {(small, OURS), (big, OURS)} <= figure.keys():
        return []
    time = figure[big, OURS] / figure[small, OURS]
    cells = np.prod(GOAL_SIZES[1]) / np.prod(GOAL_SIZES[0])
    work = cells * figure[big, RANK] / figure[small, RANK]
    row = ours.row(GROWTH, [time / work], quantity="ratio")
    row.note = f"time x {time:.1f}, N T rank x {work:.1f}"
    row.goal, row.met = "at most 1", verdict(time <= work)
    return [row]


def _name(size: tuple[int, int]) -> str:
    return f"scale/{size[0]}x{size[1]}"


GROWTH = "scale/growth"
TITLES = {GROWTH: "growth from 2,000 x 200 to 10,000 x 500"}
CASES = [
    Case(
        _name(size),
        f"{size[0]:,} x {size[1]:,}",
        partial(run, _name(size), size),
        minutes=minutes,
        ours_minutes=ours_minutes,
        quick=size == (500, 50),
    )
    for size, (_, minutes, ours_minutes) in SIZES.items()
]
