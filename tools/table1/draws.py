"""The draws of the TROP study's simulations, with its own random numbers, for `make table1`.

The study seeds NumPy's legacy generator once for each design and takes from it, draw by draw, the noise, the treated units,
and, if there are too many of these, which of them stay. `python draws.py FOLDER [DRAWS]` writes one file for each row:
numbers of draws, units and periods, then for each draw the outcomes and a flag for each unit, as little-endian 64-bit floats.
"""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

DATA = Path(__file__).resolve().parents[2] / "tests" / "data" / "simulation"
CPS = "cps_as_in_trop_paper.csv"
RANK = 4
#: Name, file, outcome, flag (None: uniform assignment), treated units of a draw.
ROWS = [
    ("cps_log_wage", CPS, "log_wage", "min_wage", 10),
    ("cps_urate", CPS, "urate", "min_wage", 10),
    ("cps_hours", CPS, "hours", "min_wage", 10),
    ("pwt_dem", "pwt.csv", "log_gdp", "dem", 10),
    ("pwt_educ", "pwt.csv", "log_gdp", "educ", 10),
    ("germany", "germany.csv", "gdp", None, 1),
    ("basque", "basque.csv", "gdpcap", None, 1),
    ("smoking", "smoking.csv", "packs_per_capita", None, 1),
]


def load(file: str, outcome: str, flag: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes (N x T) in the order of the source, and whether each unit was ever treated."""
    with (DATA / file).open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    units = sorted({int(row["unit_order"]) for row in rows})
    years = sorted({int(row["year"]) for row in rows})
    values = np.full((len(units), len(years)), np.nan)
    treated = np.zeros(len(units))
    for row in rows:
        i, t = units.index(int(row["unit_order"])), years.index(int(row["year"]))
        values[i, t] = (
            math.log(float(row[outcome])) if outcome == "gdp" else float(row[outcome])
        )
        if flag is not None:
            treated[i] = max(treated[i], float(row[flag]))
    return values, treated


def logit(treated: np.ndarray, loadings: np.ndarray) -> np.ndarray:
    """The study's probabilities: scikit-learn's unpenalized fit where it stops by default, some 6e-4 from the optimum."""
    return (
        LogisticRegression(C=np.inf)
        .fit(loadings, treated)
        .predict_proba(loadings)[:, 1]
    )


def generator(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signal (N x T), covariance of the noise (T x T), loadings (N x RANK)."""
    n, t = values.shape
    standard = (values - values.mean()) / values.std()
    u, s, v = np.linalg.svd(standard, full_matrices=False)
    signal = (u[:, :RANK] * s[:RANK]) @ v[:RANK]
    rest = standard - signal
    lagged = np.column_stack([rest[:, 1:-1].ravel(), rest[:, :-2].ravel()])
    a1, a2 = np.linalg.lstsq(lagged, rest[:, 2:].ravel(), rcond=None)[0]
    r = [1.0, a1 / (1 - a2)]
    while len(r) < t:
        r.append(a1 * r[-1] + a2 * r[-2])
    toeplitz = np.array([[r[abs(i - j)] for j in range(t)] for i in range(t)])
    scale = np.linalg.norm(rest.T @ rest / n) / np.linalg.norm(toeplitz)
    return signal, scale * toeplitz, math.sqrt(n) * u[:, :RANK]


def draws(
    values: np.ndarray, treated: np.ndarray, flag: str | None, most: int, count: int
) -> list[np.ndarray]:
    """Outcomes and flags of each draw."""
    signal, covariance, loadings = generator(values)
    n, t = values.shape
    probability = None if flag is None else logit(treated, loadings)
    random = np.random.RandomState(0)
    # What multivariate_normal() does at every call.
    _, s, v = np.linalg.svd(covariance)
    root = np.sqrt(s)[:, None] * v
    all_draws = []
    for _ in range(count):
        outcome = signal + random.standard_normal((n, t)) @ root
        if probability is None:
            chosen = random.choice(n, most, replace=False)
        else:
            chosen = np.flatnonzero(random.binomial(1, probability))
            if len(chosen) > most:
                chosen = random.choice(chosen, most, replace=False)
            elif len(chosen) == 0:
                chosen = random.choice(n, 1)
        flags = np.zeros(n)
        flags[chosen] = 1
        all_draws.append(np.concatenate([outcome.ravel(), flags]))
    return all_draws


def main() -> None:
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    folder.mkdir(parents=True, exist_ok=True)
    for name, file, outcome, flag, most in ROWS:
        values, treated = load(file, outcome, flag)
        of_row = draws(values, treated, flag, most, 100 if name == "basque" else count)
        header = np.array([len(of_row), *values.shape], dtype="<f8")
        np.concatenate([header, *of_row]).astype("<f8").tofile(folder / f"{name}.bin")


if __name__ == "__main__":
    main()
