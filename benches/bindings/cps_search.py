"""The search of `run.py` from Python: prints its seconds, its score and the lambdas chosen."""

from __future__ import annotations

import sys
import time

import numpy as np
import tropanel

UNITS, PERIODS = 50, 40
WEIGHTS = [0.0, 0.1, 0.5, 1.0, 2.0, 5.0]
NN = [0.01, 0.1, 1.0, 10.0]

_, _, y, d = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1).T
Y, W = y.reshape(UNITS, PERIODS), d.reshape(UNITS, PERIODS)

start = time.perf_counter()
found = tropanel.loocv_grid_search(
    Y, W, WEIGHTS, WEIGHTS, NN, search="cycle", progress=False
)
seconds = time.perf_counter() - start

chosen = [f"{found.lambdas[name]:g}" for name in ("time", "unit", "nn")]
print(f"{seconds:.9f} {found.score:.17f}", *chosen)
