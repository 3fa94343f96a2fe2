"""How far the packages that tropanel.compat stands in for are from the certified optimum.

Prints the tables of docs/compat.md. Needs what python/requirements.txt lists:

    .venv/bin/python benches/compat_differences.py
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable
from typing import Any

import diff_diff
import numpy as np
import pandas as pd
import trop
import tropanel.compat.diff_diff
import tropanel.compat.trop
import tropanel.datasets

# diff-diff's limit of iterations and tolerance, its defaults and where it has converged.
DEFAULT = {"max_iter": 100, "tol": 1e-6}
CONVERGED = {"max_iter": 20_000, "tol": 1e-9}

# Time, unit and nn.
CASTLE = [
    (0.5, 0.0, 1e10),
    (0.5, 1.0, 1.0),
    (0.5, 0.5, 0.1),
    (0.1, 0.5, 0.1),
    (0.5, 0.5, 0.0),
]
PROP99 = [
    (0.1, 0.02, math.inf),
    (0.1, 0.02, 100.0),
    (0.1, 0.02, 10.0),
    (0.1, 0.02, 1.0),
    (0.1, 0.02, 0.0),
]


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives, and the seconds it takes."""
    start = time.perf_counter()
    with warnings.catch_warnings():
        # Not converged: that is what the table shows.
        warnings.simplefilter("ignore")
        return call(), time.perf_counter() - start


def castle_att(lambdas: tuple[float, float, float], **options: float) -> float:
    """diff-diff's average effect of castle-doctrine laws at given lambdas."""
    columns = ("l_homicide", "post", "state", "year")
    data = tropanel.datasets.castle("pandas")
    return diff_diff.TROP(**options)._fit_with_fixed_lambda(data, *columns, lambdas)


def show(number: float) -> str:
    """A lambda as one writes it."""
    return "inf" if number >= 1e10 else f"{number:g}"


def print_diff_diff() -> None:
    """ATT of method "local" at fixed lambdas, by both kernels."""
    print(f"diff-diff {diff_diff.__version__}, castle, method local")
    print(
        "| time, unit, nn | ATT, tropanel | diff-diff, defaults | diff-diff, 20,000 iterations |"
    )
    print("|---|---|---|---|")
    for lambdas in CASTLE:
        with tropanel.compat.diff_diff.using():
            ours, own_seconds = timed(lambda at=lambdas: castle_att(at))
        cells = [f"{ours:.7f} ({own_seconds:.1f} s)"]
        for options in (DEFAULT, CONVERGED):
            att, seconds = timed(lambda at=lambdas, o=options: castle_att(at, **o))
            cells.append(f"{att - ours:+.1e} ({seconds:.1f} s)")
        print(f"| {', '.join(map(show, lambdas))} | {' | '.join(cells)} |")


def matrices() -> tuple[np.ndarray, np.ndarray, int]:
    """Proposition 99 as Y and W, and California's row."""
    data = tropanel.datasets.prop99("pandas")
    wide = data.pivot(index="state", columns="year")
    Y, W = (
        wide[name].to_numpy(dtype=float) for name in ("packs_per_capita", "treated")
    )
    return Y, W, int(W.any(axis=1).argmax())


def print_trop() -> None:
    """The pooled estimate at fixed lambdas, by both kernels."""
    Y, W, california = matrices()
    print("trop 0.1.11, Proposition 99")
    print("| time, unit, nn | estimate, tropanel | trop, its default solver |")
    print("|---|---|---|")
    for lambdas in PROP99:
        time_, unit, nn = lambdas
        arguments = (Y, W, [california], unit, time_, nn, 12)
        ours, own_seconds = timed(
            lambda a=arguments: tropanel.compat.trop.TROP_TWFE_average(*a)
        )
        theirs, seconds = timed(lambda a=arguments: trop.TROP_TWFE_average(*a))
        print(
            f"| {', '.join(map(show, lambdas))} | {ours:.6f} ({own_seconds:.3f} s)"
            f" | {theirs - ours:+.1e} ({seconds:.2f} s) |"
        )


if __name__ == "__main__":
    print(f"numpy {np.__version__}, pandas {pd.__version__}")
    print_diff_diff()
    print_trop()
