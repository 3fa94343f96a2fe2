"""Run the benchmarks: `make bench`, or `.venv-bench/bin/python benches --help`.

Every case runs in a process of its own with limits of time and memory. Its rows are written when it is
done, so that Ctrl-C loses no more than the case at hand; `--resume` goes on from there.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import traceback
from dataclasses import asdict, fields
from pathlib import Path

import machine
import ours
import report
import suite
from jobs import CASES, MODULES
from measure import group
from suite import OURS, Case, Row, Setting

HERE = Path(__file__).parent
# A case that takes this many times what is expected, and a minute, is ended.
PATIENCE = 6


def main() -> int:
    """Do what the command line says."""
    options = _options()
    if options.case:
        _measure(options.case, Setting(**json.loads(options.setting)), options.out)
        return 0
    if options.report:
        report.write(options.report)
        return 0
    chosen = {f.name: getattr(options, f.name) for f in fields(Setting)}
    return _run(options, Setting(**chosen))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benches", description=__doc__)
    add = parser.add_argument
    add(
        "--only",
        metavar="JOB",
        action="append",
        help="a job, or a case JOB/NAME; again for more",
    )
    add("--no-peer", dest="peer", action="store_false", help="time tropanel only")
    add(
        "--peer-from",
        type=Path,
        metavar="CSV",
        help="take the others' rows from an earlier run",
    )
    add("--resume", action="store_true", help="keep what today's CSV already has")
    add("--long", action="store_true", help="no samples of the others' work: hours")
    add(
        "--quick",
        action="store_true",
        help="a subset, tropanel only, beside the newest CSV",
    )
    add(
        "--smoke",
        action="store_true",
        help="tiny panels, to test the apparatus; writes to --csv",
    )
    add("--csv", type=Path, help="where to write; by default docs/benchmarks/DATE.csv")
    add(
        "--report",
        type=Path,
        metavar="CSV",
        help="only write the documents of a CSV anew",
    )
    add("--list", action="store_true", help="list the cases and what they take")
    add("--case", help=argparse.SUPPRESS)
    add("--setting", help=argparse.SUPPRESS)
    add("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.peer, options.peer_from = False, options.peer_from or suite.newest()
    if options.peer_from:
        options.peer = False
    if options.smoke and not options.csv and not options.case:
        parser.error("--smoke needs --csv: its figures mean nothing")
    return options


def _run(options: argparse.Namespace, setting: Setting) -> int:
    """Run the cases that are asked for, in their order."""
    path = options.csv or suite.RESULTS / f"{datetime.date.today()}.csv"
    cases = _chosen(options)
    rows = suite.read(path) if path.exists() and not options.quick else []
    if options.resume:
        done = {row.case for row in rows}
        cases = [case for case in cases if case.name not in done]
    minutes = sum(case.expected(setting) for case in cases)
    print(f"{len(cases)} cases, about {minutes:.0f} minutes", flush=True)
    if options.list:
        for case in cases:
            print(f"  {case.expected(setting):5.1f} min  {case.name}")
        return 0
    rows = _kept(rows, cases)
    failed: list[str] = []
    try:
        for case in cases:
            rows += _case(case, setting, options.peer_from, failed)
            if not options.quick:
                suite.write(path, report.in_order(rows))
    except KeyboardInterrupt:
        print(f"\nstopped; {path} has what was measured: go on with --resume")
        return 130
    if not options.quick:
        _finish(path, rows)
    if failed:
        print("failed: " + ", ".join(failed))
    return 1 if failed else 0


def _kept(rows: list[Row], cases: list[Case]) -> list[Row]:
    """What stays of a CSV in which these cases are to be measured, with the facts of this run."""
    before = [row.note for row in rows if row.case == f"{machine.JOB}/command"]
    again = {case.name for case in cases}
    kept = [row for row in rows if row.job != machine.JOB and row.case not in again]
    command = " ".join(["benches", *sys.argv[1:]])
    return (
        machine.facts("; then ".join([*before, command] if kept else [command])) + kept
    )


def _chosen(options: argparse.Namespace) -> list[Case]:
    if options.only:
        known = {
            name for case in CASES for name in (case.name, case.name.split("/")[0])
        }
        unknown = set(options.only) - known
        if unknown:
            sys.exit(f"no such job: {', '.join(unknown)}; --list shows them")
    wanted = set(options.only or ())
    return [
        case
        for case in CASES
        if (not wanted or wanted & {case.name, case.name.split("/")[0]})
        and (case.quick or not options.quick)
    ]


def _case(
    case: Case, setting: Setting, earlier: Path | None, failed: list
) -> list[Row]:
    """Run one case in a process of its own, and judge it."""
    start, load = datetime.datetime.now(), os.getloadavg()[0]
    print(f"{start:%H:%M:%S} {case.name}", flush=True)
    rows = _process(case, setting)
    if rows is None:
        failed.append(case.name)
        return []
    for row in rows:
        row.load, row.measured = round(load, 2), f"{start:%Y-%m-%d %H:%M}"
    if earlier:
        rows += _earlier_rows(earlier, case)
    suite.judge(rows, case.goals)
    for row in rows:
        print("    " + report.line(row), flush=True)
    return rows


def _process(case: Case, setting: Setting) -> list[Row] | None:
    seconds = 60 * (1 + PATIENCE * case.expected(setting) * (50 if setting.long else 1))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.json"
        command = [sys.executable, str(HERE), "--case", case.name, "--out", str(out)]
        command += ["--setting", json.dumps(asdict(setting))]
        try:
            status = group(command, seconds)
        except subprocess.TimeoutExpired:
            status = None
        if status != 0:
            ended = "failed" if status else f"not done after {seconds:.0f} s: ended"
            print(f"    {ended}", flush=True)
            return None
        return [Row(**cells) for cells in json.loads(out.read_text())]


def _earlier_rows(path: Path, case: Case) -> list[Row]:
    """The other packages' rows of an earlier run, marked as such."""
    rows = [row for row in suite.read(path) if row.case == case.name]
    others = [row for row in rows if not row.tool.startswith(OURS) and row.version]
    for row in others:
        row.source = row.source or path.name
        row.factor, row.goal, row.met = None, "", ""
    return others


def _measure(name: str, setting: Setting, out: Path) -> None:
    """The process of one case."""
    case = next(case for case in CASES if case.name == name)
    ours.warm_up()
    try:
        rows = case.run(setting)
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    out.write_text(json.dumps([asdict(row) for row in rows]))


def _finish(path: Path, rows: list[Row]) -> None:
    """Add what follows from several cases, and write the documents."""
    for module in MODULES:
        if hasattr(module, "derived"):
            more = module.derived(rows)
            rows = [row for row in rows if row.case not in {r.case for r in more}]
            rows += more
    suite.write(path, report.in_order(rows))
    print(f"wrote {path} and {report.write(path)}")


if __name__ == "__main__":
    sys.exit(main())
