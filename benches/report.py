"""docs/benchmarks.md from a CSV."""

from __future__ import annotations

from pathlib import Path

import charts
import machine
import suite
from jobs import CASES, MODULES
from measure import seconds
from suite import OURS, Row

HEAD = """\
# Benchmarks

What the same work takes with tropanel and with the packages that do it too, both timed in one run on the same data at the same
lambdas, each with its accuracy. Every fit of ours carries a certificate, a relative duality gap (1e-8 by default).
Generated from [{csv}](benchmarks/{csv}) by the command below; edit `benches/`, not this file.

## How to run

```sh
make bench                                  # everything, about {minutes:.0f} minutes; writes docs/benchmarks/DATE.csv and this page
make bench BENCH="--resume"                 # go on with today's run after Ctrl-C
make bench BENCH="--only score --only bootstrap/cps"
make bench BENCH="--peer-from docs/benchmarks/{csv}"   # ours anew, the others' figures of an earlier run, marked
make bench BENCH="--list"                   # the cases and what they take; --help has more
make bench-quick                            # under 3 minutes: a subset of ours beside the newest CSV, then the next
make bench-first                            # the first call with all defaults, by an earlier kernel and this one
make bench-instructions                     # instructions counted by valgrind, against benches/instructions.csv
```

The other packages are installed in an environment of their own, `.venv-bench`, pinned by `benches/requirements.txt` (Python
3.11 or newer). Each case has its process, with a limit of time and of memory. A figure is the median of its repetitions; the
CSV has them all, with the time of day and the machine's load when the case began.

## Machine
"""
GOALS = """\
## Goals

The factor is how many times faster tropanel is, where the unit is seconds.
"""
MISSED = Path(__file__).with_name("missed.md")
# Written by first_call.py, in the folder of the CSV.
FIRST_CALL = "first-call.md"
SHOWN_FACTS = ("processor", "cores", "memory", "system", "python", "packages", "source")


def write(csv: Path) -> Path:
    """Write the page, beside the folder of the CSV, and its charts, into that folder."""
    rows = suite.read(csv)
    images = charts.draw(rows, csv.parent, _titles())
    minutes = sum(case.minutes for case in CASES)
    parts = [HEAD.format(csv=csv.name, minutes=minutes), _machine(csv, rows)]
    parts += [_cautions(rows), GOALS, _goals(rows), MISSED.read_text()]
    for module in MODULES:
        parts.append(_section(module, rows, images))
    first_call = csv.parent / FIRST_CALL
    parts.append(first_call.read_text() if first_call.exists() else "")
    text = "\n".join(part.rstrip("\n") + "\n" for part in parts if part)
    page = csv.parent.with_suffix(".md")
    page.write_text(text)
    return page


def in_order(rows: list[Row]) -> list[Row]:
    """Facts, then the cases in the order in which they run, then what follows from them."""
    place = {case.name: k for k, case in enumerate(CASES)}
    first = {case.name.split("/")[0]: k for k, case in enumerate(CASES)}

    def key(row: Row) -> float:
        if row.job == machine.JOB:
            return -1.0
        last = max(
            (place[c.name] for c in CASES if c.name.split("/")[0] == row.job), default=0
        )
        return place.get(row.case, last + 0.5 if row.job in first else len(CASES))

    return sorted(rows, key=key)


def line(row: Row) -> str:
    """A row for the terminal."""
    factor = f"  x {row.factor:.3g}" if row.factor is not None else ""
    goal = f"  [{row.goal}: {row.met}]" if row.goal else ""
    source = f"  ({row.source})" if row.source else ""
    accuracy = f"  {row.accuracy}" if row.accuracy else ""
    return (
        f"{row.tool:28} {amount(row):>12}{factor}{goal}{accuracy}  {row.note}{source}"
    )


def amount(row: Row) -> str:
    """The median with its unit."""
    if not row.values:
        return "-"
    if row.quantity != "seconds":
        return f"{row.median:.3g} {row.quantity}"
    return seconds(row.median)


def _titles() -> dict[str, str]:
    titles = {case.name: case.title for case in CASES}
    for module in MODULES:
        titles.update(getattr(module, "TITLES", {}))
    return titles


def _machine(csv: Path, rows: list[Row]) -> str:
    facts = {
        row.case.partition("/")[2]: row.note for row in rows if row.job == machine.JOB
    }
    lines = [f"- date: {csv.stem}"]
    lines += [f"- {name}: {facts[name]}" for name in SHOWN_FACTS if name in facts]
    lines.append(f"- command: `{facts.get('command', '')}`")
    lines.append(f"- load: {facts.get('load', '')}{_loads(rows)}")
    return "\n".join(lines) + "\n"


def _loads(rows: list[Row]) -> str:
    loads = [row.load for row in rows if row.load is not None]
    if not loads:
        return ""
    return f"; when a case began between {min(loads):.2f} and {max(loads):.2f}"


def _cautions(rows: list[Row]) -> str:
    """What keeps this from being one whole run."""
    lines = []
    old = sorted((row.measured, row.source) for row in rows if row.source)
    if old:
        names = ", ".join(sorted({name for _, name in old}))
        first, last = old[0][0], old[-1][0]
        lines.append(
            f"**Not all in one run:** figures marked † are of an earlier run, from {first} to {last},"
            f" taken from {names}."
        )
    missing = {case.name for case in CASES} - {row.case for row in rows}
    if missing:
        lines.append(f"**Not measured:** {', '.join(sorted(missing))}.")
    return "\n\n".join(lines)


def _goals(rows: list[Row]) -> str:
    titles = _titles()
    ours = {row.case: row for row in rows if row.tool == OURS}
    lines = [
        "| job | against | tropanel | other | factor | goal | met |",
        "|" + "---|" * 7,
    ]
    for row in rows:
        if row.goal:
            mine = ours.get(row.case, row)
            other = "" if row is mine or row.tool.startswith(OURS) else _shown(row)
            own = amount(mine if other else row)
            job = f"{row.job}: {titles.get(row.case, row.case)}"
            cells = [job, row.tool, own, other, _factor(row), row.goal, row.met]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _section(module, rows: list[Row], images: dict[str, str]) -> str:
    titles = _titles()
    job = module.CASES[0].name.split("/")[0]
    mine = [row for row in rows if row.job == job]
    if not mine:
        return ""
    lines = [
        "| case | tool | median | runs | factor | accuracy | note |",
        "|" + "---|" * 7,
    ]
    shown = ""
    for row in mine:
        title = titles.get(row.case, row.case) if row.case != shown else ""
        shown = row.case
        runs = str(len(row.values)) if row.values else ""
        cells = [
            title,
            row.tool,
            _shown(row),
            runs,
            _factor(row),
            row.accuracy,
            row.note,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    image = f"![{module.TITLE}](benchmarks/{images[job]})\n\n" if job in images else ""
    return f"## {module.TITLE}\n\n{module.ABOUT}\n{image}" + "\n".join(lines) + "\n"


def _shown(row: Row) -> str:
    return amount(row) + (" †" if row.source else "")


def _factor(row: Row) -> str:
    return "" if row.factor is None else f"{row.factor:.3g}"
