"""The first call with all defaults, by the kernel of an earlier commit and by this one: `make bench-first`.

Both kernels run the same program, tools/benches/src/bin/first_call.rs, in turns and each in a process of its own.
Writes docs/benchmarks/first-call.md, which the page of the benchmarks takes in.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAM = Path("tools/benches/src/bin/first_call.rs")
PANELS = ("cps", "50x30", "100x20", "500x5")
HEAD = """\
## The first call

`analyze` with all defaults on a panel: search, estimate, effects before treatment, inference. The kernel of commit {old} and
this one (new), in turns in one run on {cores} cores, {runs} each; the median. CPU is that of all threads, memory the peak of
the process. Panels are those of `tools/benches/src/bin/first_call.rs`, with fixed seeds. Made by `make bench-first`.

| panel | kernel | wall | CPU | memory | search | estimate | inference | scores | lambdas (time, unit, nn) | ATT (s.e.) |
|---|---|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Build both kernels, run them in turns, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--old", default="24769b7", help="commit of the earlier kernel")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--limit", type=float, default=300, help="seconds of a run")
    parser.add_argument("panels", nargs="*", default=PANELS)
    options = parser.parse_args()
    kernels = {"old": _build_old(options.old), "new": _build(ROOT)}
    names = ("one run", "two runs", "three runs")
    runs = (
        names[options.runs - 1]
        if options.runs <= len(names)
        else f"{options.runs} runs"
    )
    text = HEAD.format(old=options.old, cores=os.cpu_count(), runs=runs)
    for panel in options.panels:
        found = {kernel: [] for kernel in kernels}
        for _ in range(options.runs):
            for kernel, program in kernels.items():
                found[kernel].append(_run(program, panel, options.limit))
        for kernel, runs_of_it in found.items():
            middle = sorted(runs_of_it, key=lambda run: run[0])[len(runs_of_it) // 2]
            row = _row(panel, kernel, *middle)
            print(row, flush=True)
            text += row + "\n"
    (ROOT / "docs/benchmarks/first-call.md").write_text(text)


def _build_old(commit: str) -> Path:
    tree = ROOT / "target" / "first-call" / commit
    if not tree.exists():
        tree.mkdir(parents=True)
        archive = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", tree], input=archive, check=True)
    shutil.copy(ROOT / PROGRAM, tree / PROGRAM)
    return _build(tree)


def _build(tree: Path) -> Path:
    command = "cargo build --locked --release --package trop-benches --bin first_call"
    target = tree / "target"
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    subprocess.run(command.split(), cwd=tree, env=environment, check=True)
    return target / "release" / "first_call"


def _run(program: Path, panel: str, limit: float) -> tuple[float, float, float, str]:
    """Seconds, seconds of processor time, MiB and what was printed; nothing if the limit ended it."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [program, panel], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    timer = threading.Timer(limit, process.kill)
    timer.start()
    printed = process.stdout.read().strip()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    timer.cancel()
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed


def _row(
    panel: str, kernel: str, wall: float, cpu: float, memory: float, text: str
) -> str:
    cells = [panel, kernel, f"{wall:.1f} s", f"{cpu:.1f} s", f"{memory:.0f} MiB"]
    if not text:
        cells[2] = f"ended after {wall:.0f} s"
        return "| " + " | ".join(cells + [""] * 6) + " |"
    scores, time_, unit, nn, att, se, search, estimate, inference = text.split(",")
    triple = ", ".join(f"{float(value):.4g}" for value in (time_, unit, nn))
    steps = [f"{float(step):.2f} s" for step in (search, estimate, inference)]
    cells += [*steps, scores, f"({triple})", f"{float(att):.4f} ({float(se):.4f})"]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
