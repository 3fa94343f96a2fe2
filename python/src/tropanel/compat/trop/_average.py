"""The average effect on the treated from one fit, of a panel or of many."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from ..._backends.choose import choose
from ..._errors import ConvergenceWarning, TropError
from .._pooled import decay, time_distances, unit_distances
from ._arguments import check_block, check_solver, read_panel, read_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from ..._backends.protocol import Floats, Indices

Lambdas = tuple[float, float, float]


def TROP_TWFE_average(  # noqa: N802
    Y: ArrayLike,
    W: ArrayLike,
    treated_units: Sequence[int],
    lambda_unit: float,
    lambda_time: float,
    lambda_nn: float,
    treated_periods: int = 10,
    solver: str | None = None,
    verbose: bool = False,
) -> float:
    """Average effect on the treated from one fit, weighted by distances to the treated block.

    Parameters
    ----------
    Y : array_like of shape (N, T)
        Outcomes, all observed.
    W : array_like of shape (N, T)
        1 where treated, else 0.
    treated_units : sequence of int
        Rows whose mean outcome is what distances of units are measured to.
    lambda_unit, lambda_time : float
        Decay of the weights of units and periods.
    lambda_nn : float
        Penalty on the nuclear norm; ``math.inf`` for no low-rank part. 0 is the limit from above.
    treated_periods : int, default 10
        Number of columns at the end that make up the treated block.
    solver, verbose
        Without effect; a `solver` that CVXPY does not know is refused.

    Returns
    -------
    float

    Raises
    ------
    TropError
        (a ValueError) If an argument cannot be used, or no treated cell is identified.

    Examples
    --------
    >>> import math
    >>> import tropanel.compat.trop as trop
    >>> Y = [[1.0, 2.0, 3.0], [2.0, 3.0, 5.0], [0.0, 1.0, 2.0]]
    >>> W = [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
    >>> round(trop.TROP_TWFE_average(Y, W, [1], 0.0, 0.0, math.inf, treated_periods=1), 6)
    1.0
    """
    check_solver(solver)
    Y, W = read_panel(Y, W)
    check_block(Y, treated_periods)
    members = np.zeros((1, len(Y)))
    np.add.at(members[0], read_units(treated_units, len(Y)), 1.0)
    lambdas = (float(lambda_unit), float(lambda_time), float(lambda_nn))
    effect = float(average_effects(Y, W[None], members, treated_periods, [lambdas])[0, 0])
    if math.isnan(effect):
        raise TropError(
            "no_estimable_cell",
            "No treated cell is identified: untreated cells of positive weight must connect its"
            " unit with its period.",
        )
    return effect


def average_effects(
    Y: Floats,
    W: Floats,
    members: Floats,
    treated_periods: int,
    triples: list[Lambdas],
    *,
    counts: Indices | None = None,
    threads: int | None = None,
) -> Floats:
    """Average effect in each of B panels at each triple (unit, time, nn), (B, number of triples).

    `W` is (B, N, T); `members` (B, N) says how often each unit is in the average treated one.
    """
    _check_triples(triples)
    nearness = unit_distances(Y, members, treated_periods)
    centre = time_distances(Y.shape[1], treated_periods)
    effects = np.full((len(members), len(triples)), np.nan)
    n_uncertified = 0
    for unit, time in dict.fromkeys((unit, time) for unit, time, _ in triples):
        chosen = [k for k, triple in enumerate(triples) if triple[:2] == (unit, time)]
        penalties = list(dict.fromkeys(triples[k][2] for k in chosen))
        found = choose("auto").functions.weighted_atts(
            Y,
            W,
            decay(unit, nearness),
            decay(time, centre),
            np.array(penalties),
            counts=counts,
            threads=threads,
        )
        n_uncertified += found["n_uncertified"]
        for k in chosen:
            effects[:, k] = found["att"][:, penalties.index(triples[k][2])]
    if n_uncertified:
        warnings.warn(
            f"{n_uncertified} fits are not certified to the tolerance.",
            ConvergenceWarning,
            stacklevel=4,
        )
    return effects


def _check_triples(triples: list[Lambdas]) -> None:
    for triple in triples:
        for name, value in zip(("unit", "time", "nn"), triple):
            if not value >= 0 or (math.isinf(value) and name != "nn"):
                raise TropError(
                    "lambda_invalid",
                    f"lambda_{name} = {value} is not allowed: it must be 0 or more"
                    + ("." if name == "nn" else ", and finite."),
                )
