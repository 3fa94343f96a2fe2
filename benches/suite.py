"""What a benchmark is made of: cases, the rows they measure, and the setting they run in."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
RESULTS = REPOSITORY / "docs" / "benchmarks"
OURS = "tropanel"


@dataclass(frozen=True)
class Setting:
    """How much is run: `peer` times the others too, `long` leaves nothing to samples,
    `quick` repeats less, `smoke` shrinks every panel so that only the apparatus is tested.
    """

    peer: bool = True
    long: bool = False
    quick: bool = False
    smoke: bool = False

    def runs(self, wanted: int) -> int:
        """How often to repeat what a full run repeats `wanted` times."""
        if self.smoke:
            return min(wanted, 2)
        return min(wanted, 3) if self.quick else wanted


@dataclass
class Row:
    """One measurement; a line of the CSV.

    `factor` is the tool's median over ours, so how many times faster we are, unless the job's text
    says otherwise. `sound` is false if our own answer is not certified or not the right one.
    """

    case: str
    tool: str
    version: str
    values: list[float]
    quantity: str = "seconds"
    accuracy: str = ""
    note: str = ""
    sound: bool = True
    factor: float | None = None
    goal: str = ""
    met: str = ""
    load: float | None = None
    measured: str = ""
    source: str = ""

    @property
    def job(self) -> str:
        """The family of cases that this one belongs to."""
        return self.case.partition("/")[0]

    @property
    def median(self) -> float:
        """Median of the repetitions; not a number if there is none."""
        return statistics.median(self.values) if self.values else float("nan")


@dataclass(frozen=True)
class Case:
    """Measurements that belong together and run in one process.

    `goals` are the least factors against other tools. `minutes` and `ours_minutes` are what a full run
    takes with and without the others.
    """

    name: str
    title: str
    run: Callable[[Setting], list[Row]]
    goals: dict[str, float] = field(default_factory=dict)
    minutes: float = 0.5
    ours_minutes: float = 0.2
    quick: bool = False

    def expected(self, setting: Setting) -> float:
        """Minutes that the case is expected to take."""
        if setting.smoke:
            return 0.1
        return self.minutes if setting.peer else self.ours_minutes


def judge(rows: list[Row], goals: dict[str, float]) -> None:
    """Fill in factors, goals and whether they are met, in place, for the rows of one case."""
    ours = next((row for row in rows if row.tool == OURS), None)
    for row in rows:
        other = ours is not None and not row.tool.startswith(OURS)
        comparable = other and ours.values and row.values
        if comparable and row.quantity == ours.quantity and row.factor is None:
            row.factor = row.median / ours.median
        if row.tool in goals and row.factor is not None:
            least = goals[row.tool]
            row.goal = f"at least {least:.3g}"
            row.met = verdict(row.factor >= least and (ours is None or ours.sound))


def verdict(met: bool) -> str:
    """How the CSV says whether a goal is met."""
    return "yes" if met else "no"


COLUMNS = ["job", *(f.name for f in fields(Row))]
COLUMNS.insert(COLUMNS.index("values") + 1, "median")


def write(path: Path, rows: list[Row]) -> None:
    """Write rows as a CSV, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        for row in rows:
            out.writerow(_cells(row))
    partial.replace(path)


def read(path: Path) -> list[Row]:
    """Read the rows of a CSV."""
    with path.open(newline="") as file:
        return [_row(cells) for cells in csv.DictReader(file)]


def newest() -> Path | None:
    """The newest committed CSV; their names are their dates."""
    return max(RESULTS.glob("????-??-??.csv"), default=None)


def _cells(row: Row) -> dict[str, str]:
    cells = {key: "" if v is None else str(v) for key, v in asdict(row).items()}
    cells["job"] = row.job
    cells["values"] = ";".join(f"{v:.6g}" for v in row.values)
    cells["median"] = f"{row.median:.6g}" if row.values else ""
    cells["factor"] = "" if row.factor is None else f"{row.factor:.4g}"
    cells["sound"] = verdict(row.sound)
    return cells


def _row(cells: dict[str, str]) -> Row:
    optional = {k: float(cells[k]) if cells[k] else None for k in ("factor", "load")}
    text = ("case", "tool", "version", "quantity", "accuracy", "note", "goal", "met")
    return Row(
        **{key: cells[key] for key in (*text, "measured", "source")},
        values=[float(v) for v in cells["values"].split(";") if v],
        sound=cells["sound"] == "yes",
        **optional,
    )
