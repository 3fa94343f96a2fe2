"""Time the search for the lambdas of a real panel, beside diff-diff's own search, in one run.

The panel is cps_logwage (50 states by 40 years, 1,992 control cells), the grid time and unit in
{0, 0.1, 0.5, 1, 2, 5} and nn in {0.01, 0.1, 1, 10}. `make bench-search` runs it in an environment
of its own (the other package takes about a quarter of an hour).
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import tropanel
from tropanel import _core

PANEL = Path(__file__).parents[1] / "tests" / "data" / "cps_logwage.csv"
WEIGHTS = [0.0, 0.1, 0.5, 1.0, 2.0, 5.0]
NN = [0.01, 0.1, 1.0, 10.0]
SCORES = [(0.1, 0.0, 0.9), (0.5, 5.0, 1.0), (0.5, 1.0, 0.1), (0.5, 0.5, 0.01)]
RUNS = 5


def load() -> tuple[np.ndarray, np.ndarray]:
    """Read the panel as two matrices, units in rows."""
    with PANEL.open() as file:
        rows = list(csv.DictReader(file))
    units = sorted({int(row["id"]) for row in rows})
    periods = sorted({int(row["t"]) for row in rows})
    Y = np.full((len(units), len(periods)), np.nan)
    W = np.zeros_like(Y)
    for row in rows:
        at = units.index(int(row["id"])), periods.index(int(row["t"]))
        Y[at], W[at] = float(row["y"]), float(row["d"])
    return Y, W


def ours(
    Y: np.ndarray, W: np.ndarray, time_grid: list, unit_grid: list, nn_grid: list
) -> dict:
    """Search with tropanel: full scores of everything that the cycle visits."""
    grids = {
        "grid_time": np.array(time_grid),
        "grid_unit": np.array(unit_grid),
        "grid_nn": np.array(nn_grid),
    }
    return _core.search(Y, W, method="cycle", **grids)


def theirs(
    Y: np.ndarray, W: np.ndarray, time_grid: list, unit_grid: list, nn_grid: list
) -> tuple:
    """Search with diff-diff's Rust backend, its default settings, called as it calls it."""
    from diff_diff import TROP
    from diff_diff._rust_backend import loocv_grid_search

    settings = TROP()
    periods = np.arange(Y.shape[1])
    return loocv_grid_search(
        np.ascontiguousarray(Y.T),
        np.ascontiguousarray(W.T),
        np.ascontiguousarray((W.T == 0).astype(np.uint8)),
        np.abs(periods[:, None] - periods[None, :]).astype(np.int64),
        np.array(time_grid),
        np.array(unit_grid),
        np.array(nn_grid),
        settings.max_iter,
        settings.tol,
    )


def seconds(call, *arguments) -> tuple[float, object]:
    """Time one call."""
    start = time.perf_counter()
    result = call(*arguments)
    return time.perf_counter() - start, result


def our_row(name: str, Y: np.ndarray, W: np.ndarray, grids: tuple) -> tuple[str, float]:
    """Our median and choice as the start of a table row."""
    times, found = zip(*(seconds(ours, Y, W, *grids) for _ in range(RUNS)))
    median, result = statistics.median(times), found[0]
    choice = tuple(result[f"lambda_{key}"] for key in ("time", "unit", "nn"))
    return f"| {name} | {median:.3f} s | {choice}, Q = {result['score']:.6f} |", median


def main() -> None:
    """Print the machine, the versions and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="store_true", help="time diff-diff too")
    peer = parser.parse_args().peer
    Y, W = load()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(
        f"tropanel {tropanel.__version__}"
        + (f", diff-diff {version('diff-diff')}" if peer else "")
    )
    print(f"command: {' '.join(sys.argv)}\n")
    head = [
        "job",
        f"tropanel (median of {RUNS})",
        "chose",
        "diff-diff (one run)",
        "chose",
        "factor",
    ]
    print("| " + " | ".join(head) + " |\n" + "|---" * len(head) + "|")
    row, median = our_row("cycle search", Y, W, (WEIGHTS, WEIGHTS, NN))
    if peer:
        other, answer = seconds(theirs, Y, W, WEIGHTS, WEIGHTS, NN)
        row += f" {other:.1f} s | {answer[:3]}, Q = {answer[3]:.6f} | {other / median:.0f} |"
    else:
        row += " | | |"
    print(row, flush=True)
    for triple in SCORES:
        row, _ = our_row(
            f"one score at {triple}", Y, W, tuple([value] for value in triple)
        )
        print(row + " | | |", flush=True)


if __name__ == "__main__":
    main()
