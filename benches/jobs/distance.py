"""Distances between units."""

from __future__ import annotations

from functools import partial

import numpy as np
import ours
import panels
from measure import Timed, cores, interleaved
from suite import OURS, Case, Row, Setting

TITLE = "The distance matrix"
ABOUT = """\
Root mean squared difference of every two units, normal outcomes, complete and with 10% missing at random.

- diff-diff's `compute_unit_distance_matrix`, its arrays made ready before the clock starts.
- NumPy: norms and one product of matrices (`Y @ Y.T`, centred first), with masks and a second product where values are
  missing. This is fast and loses digits where units are close, as the accuracies show. BLAS uses all cores.
- SciPy: `pdist`, complete panels only; it returns half of the matrix and uses one core.

Ours starts from the caller's matrices and includes their validation. The accuracy of each is the largest error relative to
distances computed directly, in extended precision, for 20 units.

The last row of a size is our share of the machine's measured peak. Work is counted by the definition, not by what the code
happens to do: a subtraction, a multiplication and an addition for each pair of units and period, 3 T N (N - 1) / 2 flops,
also where values are missing. (Products of matrices get by with 2 of these 3.) The peak is the rate of a NumPy product of two
2,000 x 2,000 matrices on all cores, in the same process. Code that takes differences and adds up squares by fused operations
can reach three quarters of it: 3 flops for two instructions that could do 4.
"""

SIZES = ((500, 100), (2000, 200), (5000, 500))
UNITS_CHECKED = 20
RATE = "tropanel, share of peak"


def run(case: str, size: tuple[int, int], missing: float, setting: Setting):
    """One size, every tool in turns."""
    size = (60, 12) if setting.smoke else size
    panel = panels.noise(*size, missing)
    Y = np.where(panel.W > 0, np.nan, panel.Y)
    calls = {OURS: partial(ours.distances, panel)}
    if setting.peer:
        calls.update(_others(panel, Y, missing))
    big = size[0] > 2000
    runs = dict.fromkeys(calls, setting.runs(3 if big else 9))
    if not big:
        interleaved(calls, dict.fromkeys(calls, 1))
    timed = interleaved(calls, runs)
    reference = _reference(Y)
    rows = [_row(case, tool, one, reference) for tool, one in timed.items()]
    return [*rows, _share(case, size, timed[OURS])]


def _others(panel: panels.Panel, Y: np.ndarray, missing: float) -> dict:
    import diff_diff_peer as peer

    filled = panel.Y if missing == 0 else Y
    product = partial(_by_product if missing == 0 else _by_masked_products, filled)
    calls = {peer.TOOL: peer.distances(panel), "NumPy": product}
    if missing == 0:
        calls["SciPy pdist"] = partial(_by_pdist, panel.Y)
    return calls


def _by_product(Y: np.ndarray) -> np.ndarray:
    Y = Y - Y.mean(axis=0)
    norms = np.einsum("it,it->i", Y, Y)
    squares = Y @ Y.T
    squares *= -2.0
    squares += norms[:, None]
    squares += norms
    np.maximum(squares, 0.0, out=squares)
    squares /= Y.shape[1]
    np.sqrt(squares, out=squares)
    np.fill_diagonal(squares, 0.0)
    return squares


def _by_masked_products(Y: np.ndarray) -> np.ndarray:
    seen = np.isfinite(Y)
    mask = seen.astype(float)
    Y = np.where(seen, Y - np.nanmean(Y, axis=0), 0.0)
    squares = (Y * Y) @ mask.T
    squares = squares + squares.T
    squares -= 2.0 * (Y @ Y.T)
    np.maximum(squares, 0.0, out=squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares /= mask @ mask.T
    np.sqrt(squares, out=squares)
    np.fill_diagonal(squares, 0.0)
    return squares


def _by_pdist(Y: np.ndarray) -> np.ndarray:
    from scipy.spatial.distance import pdist

    return pdist(Y) / np.sqrt(Y.shape[1])


def _reference(Y: np.ndarray) -> np.ndarray:
    """Distances of the first units to all, by definition."""
    Y = Y.astype(np.longdouble)
    with np.errstate(invalid="ignore"):
        squares = [np.nanmean((Y - unit) ** 2, axis=1) for unit in Y[:UNITS_CHECKED]]
    return np.sqrt(np.array(squares))


def _row(case: str, tool: str, timed: Timed, reference: np.ndarray) -> Row:
    found, n = timed.answer, reference.shape[1]
    if found.ndim == 1:
        from scipy.spatial.distance import squareform

        found = squareform(found)
    apart = reference > 0
    # The last unit has a treated cell, which some tools use and others leave out.
    apart[:, n - 1] = False
    off = np.abs(found[:UNITS_CHECKED] - reference)[apart] / reference[apart]
    accuracy = f"relative error {float(off.max()):.1e}"
    if tool == OURS:
        return ours.row(case, timed.seconds, accuracy=accuracy)
    return Row(case, tool, _version(tool), timed.seconds, accuracy=accuracy)


def _version(tool: str) -> str:
    from importlib.metadata import version

    return version(tool.partition(" ")[0].lower())


def _share(case: str, size: tuple[int, int], timed: Timed) -> Row:
    """Our rate as a share of the peak."""
    n_units, n_periods = size
    flops = 1.5 * n_units * (n_units - 1) * n_periods
    rate = flops / np.median(timed.seconds) / 1e9
    peak = _peak()
    return ours.row(
        case,
        [rate],
        tool=RATE,
        quantity="Gflop/s",
        factor=rate / peak,
        note=f"the peak is {peak:.1f} on {cores()} cores; the factor is our share of it",
    )


def _peak(size: int = 2000, runs: int = 5) -> float:
    """Billions of flops a second of a product of matrices, the best of some runs."""
    A = np.random.default_rng(3).normal(size=(size, size))
    timed = Timed()
    for _ in range(runs):
        timed.run(lambda: A @ A)
    return 2.0 * size**3 / min(timed.seconds) / 1e9


def _cases() -> list[Case]:
    cases = []
    for size in SIZES:
        for missing in (0.0, 0.1):
            what = "10% missing" if missing else "complete"
            name = f"distance/{size[0]}x{size[1]} {what}"
            title = f"{size[0]:,} x {size[1]:,}, {what}"
            goals = {
                "diff-diff": 20,
                "NumPy": 5,
                "SciPy pdist": 5,
                RATE: 1 / 3,
            }
            big = size[0] > 2000
            cases.append(
                Case(
                    name,
                    title,
                    partial(run, name, size, missing),
                    goals,
                    minutes=1 if big else 0.2,
                    ours_minutes=0.4 if big else 0.1,
                    quick=not big,
                )
            )
    return cases


CASES = _cases()
