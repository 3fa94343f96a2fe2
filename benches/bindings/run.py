"""Time the same search from Rust, C, Python and R, and write docs/bindings.md.

`make bench-bindings` builds what it needs and runs it. Each round runs every program once, each round another one
first, so that what else the machine does falls on all alike; the round before the first is not counted. A program times the one call,
conversion of its matrices included, and not the start of its language.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import shlex
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PANEL = REPOSITORY / "tests" / "data" / "cps_logwage.csv"
DOCUMENT = REPOSITORY / "docs" / "bindings.md"
LANGUAGES = ("Rust", "C", "Python", "R")
ALLOWED = 5.0  # percent

PAGE = """\
# What a binding costs

The same search from four languages, in one run: leave-one-out cross-validation on cps_logwage, 50 states by 40 years,
1,992 control cells; cycle search over time and unit in {{0, 0.1, 0.5, 1, 2, 5}} and nn in {{0.01, 0.1, 1, 10}}. A program
times one call, from the language's own matrices to its answer. All four chose (time, unit, nn) = ({chosen}) with the
same score to the last digit, {score}.

`make bench-bindings`, {date}; {machine}. {rounds} interleaved rounds.

| from | median | least | over Rust (median of the rounds) |
|---|---|---|---|
{rows}
"""


@dataclass(frozen=True)
class Run:
    """What a program printed."""

    seconds: float
    score: str
    chosen: tuple[str, ...]


def main() -> None:
    """Run all programs in turn, compare, and write the page."""
    options = read_options()
    commands = {name: shlex.split(getattr(options, name.lower())) for name in LANGUAGES}
    rounds = []
    for number in range(options.rounds + 1):
        first = number % len(LANGUAGES)
        order = LANGUAGES[first:] + LANGUAGES[:first]
        runs = {name: run(commands[name]) for name in order}
        print(
            number,
            {name: round(found.seconds, 3) for name, found in runs.items()},
            flush=True,
        )
        rounds.append(runs)
    answers = {
        (found.score, found.chosen) for runs in rounds for found in runs.values()
    }
    if len(answers) != 1:
        sys.exit(f"the answers differ: {answers}")
    text, overheads = page(rounds[1:])
    DOCUMENT.write_text(text, encoding="utf-8")
    print(text)
    dear = {
        name: round(extra, 1) for name, extra in overheads.items() if extra > ALLOWED
    }
    if dear:
        sys.exit(f"more than {ALLOWED:g}% over Rust: {dear}")


def read_options() -> argparse.Namespace:
    """Read the command that runs the program of each language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11)
    for name in LANGUAGES:
        parser.add_argument(f"--{name.lower()}", required=True, metavar="COMMAND")
    return parser.parse_args()


def run(command: list[str]) -> Run:
    """Run a program once."""
    done = subprocess.run(
        [*command, str(PANEL)], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)} failed:\n{done.stderr}")
    seconds, score, *chosen = done.stdout.split()
    return Run(float(seconds), score, tuple(chosen))


def page(rounds: list[dict[str, Run]]) -> tuple[str, dict[str, float]]:
    """Write the page, and tell by how many percent each language is slower than Rust."""
    rows, overheads = [], {}
    for name in LANGUAGES:
        seconds = [runs[name].seconds for runs in rounds]
        ratios = [runs[name].seconds / runs["Rust"].seconds for runs in rounds]
        overheads[name] = 100 * (statistics.median(ratios) - 1)
        extra = "" if name == "Rust" else f"{overheads[name]:+.1f}%"
        rows.append(
            f"| {name} | {statistics.median(seconds):.3f} s | {min(seconds):.3f} s | {extra} |"
        )
    any_run = rounds[0]["Rust"]
    text = PAGE.format(
        chosen=", ".join(any_run.chosen),
        score=f"{float(any_run.score):.6f}",
        date=datetime.date.today().isoformat(),
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        rounds=len(rounds),
        rows="\n".join(rows),
    )
    return text, overheads


if __name__ == "__main__":
    main()
