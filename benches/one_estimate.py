"""One estimate in a process of its own: prints its time, memory and accuracy as JSON.

python benches/one_estimate.py ours|diff-diff PANEL.npz '[TIME, UNIT, NN]'
"""

from __future__ import annotations

import json
import sys

import numpy as np
import ours
import panels
from measure import Timed, peak_megabytes

# Treated cells whose fits are timed for the other package.
CELLS = 2


def estimate(path: str, lambdas: tuple) -> dict:
    """Ours: all treated cells."""
    ours.warm_up()
    baseline = peak_megabytes()
    panel = load(path)
    timed = Timed()
    timed.run(lambda: ours.effects(panel, panel.treated_cells, lambdas))
    found = timed.answer
    return {
        "seconds": timed.seconds[0],
        "megabytes": peak_megabytes() - baseline,
        "rank": float(np.mean(found.rank)),
        "iterations": float(np.mean(found.iterations)),
        "gap": float(np.max(found.gap)),
        "uncertified": sum(status != "solved" for status in found.status),
    }


def few_fits(path: str, lambdas: tuple) -> dict:
    """diff-diff: a few treated cells, each as the only one."""
    import diff_diff_peer as peer

    panel = load(path)
    cells = panel.treated_cells[:: len(panel.treated_cells) // CELLS]
    seen = peer.sample(panel, lambdas, cells)
    off = np.abs(seen.effects - ours.effects(panel, cells, lambdas).effect).max()
    return {
        "seconds": float(seen.seconds.mean()),
        "off": float(off),
        "cells": len(cells),
    }


def load(path: str) -> panels.Panel:
    """Read a panel that was saved for this process."""
    with np.load(path) as file:
        return panels.Panel(file["Y"], file["W"])


if __name__ == "__main__":
    _, who, path, lambdas = sys.argv
    report = estimate if who == "ours" else few_fits
    print(json.dumps(report(path, tuple(json.loads(lambdas)))))
