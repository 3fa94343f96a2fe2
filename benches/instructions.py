"""Count the kernel's instructions with valgrind, and compare with the committed counts.

Counts are the same on a busy machine as on a quiet one, unlike times. Each job of `kernel` in
`tools/benches` runs on one thread; the making of its panel is subtracted. Under valgrind the kernel
chooses AVX2 with FMA, as it does on a machine that has them.

python benches/instructions.py KERNEL [--update] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BASELINE = Path(__file__).with_name("instructions.csv")
COLLECTED = re.compile(r"Collected : (\d+)")
# Jobs that only make a panel, and the jobs whose panel it is.
SETUPS = {"panel": ("score", "bootstrap"), "noise": ("distances",)}
SECONDS = 600
# Smaller changes are the threads' waiting for each other.
NOTICED = 0.005


def main() -> int:
    """Count, compare, and write the counts if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kernel", type=Path, help="the example, built with --release")
    parser.add_argument("--update", action="store_true", help="make these the baseline")
    parser.add_argument(
        "--out", type=Path, help="keep callgrind's profiles in a folder"
    )
    options = parser.parse_args()
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    try:
        counts = count(options.kernel, options.out)
    except subprocess.CalledProcessError as error:
        print(error.stderr, file=sys.stderr)
        return 1
    show(counts, read())
    if options.update:
        write(counts)
    return 0


def count(kernel: Path, out: Path | None) -> dict[str, int]:
    """Instructions of every job without those that make its panel."""
    listed = subprocess.run([kernel], capture_output=True, text=True, check=True)
    jobs = listed.stdout.splitlines()
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        counted = pool.map(lambda job: instructions(kernel, job, out), jobs)
    total = dict(zip(jobs, counted))
    return {
        job: total[job] - total[setup]
        for job in jobs
        for setup, prefixes in SETUPS.items()
        if job.startswith(prefixes)
    }


def instructions(kernel: Path, job: str, out: Path | None) -> int:
    """Instructions of one process."""
    profile = out / f"callgrind.{job.replace(' ', '_')}" if out else os.devnull
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}"]
    done = subprocess.run(
        [*command, kernel, job],
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    if "V3(" not in done.stdout and os.uname().machine == "x86_64":
        print(f"{job}: not counted with AVX2 and FMA: {done.stdout}", file=sys.stderr)
    return int(COLLECTED.search(done.stderr)[1])


def show(counts: dict[str, int], before: dict[str, int]) -> None:
    """Print the counts and how they changed."""
    print(f"{'job':32} {'million instructions':>20} {'baseline':>10} {'change':>8}")
    for job, now in counts.items():
        then = before.get(job)
        change = "new" if then is None else f"{100 * (now / then - 1):+.1f}%"
        mark = " *" if then and abs(now / then - 1) > NOTICED else ""
        baseline = "" if then is None else f"{then / 1e6:.1f}"
        print(f"{job:32} {now / 1e6:20.1f} {baseline:>10} {change:>8}{mark}")


def read() -> dict[str, int]:
    """The committed counts."""
    if not BASELINE.exists():
        return {}
    with BASELINE.open(newline="") as file:
        return {row["job"]: int(row["instructions"]) for row in csv.DictReader(file)}


def write(counts: dict[str, int]) -> None:
    """Make these counts the baseline."""
    with BASELINE.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["job", "instructions"])
        out.writerows(counts.items())
    print(f"wrote {BASELINE}")


if __name__ == "__main__":
    sys.exit(main())
