"""How near other units and other periods are, and the weights made of it (Eq. 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .design import read_design
from .panel import Panel, check_cell, read_panel
from .settings import Lambdas, check_threads, read_lambdas

if TYPE_CHECKING:
    from ..protocol import Design, Floats, Weights


def compute_unit_distance_matrix(Y: Floats, W: Floats, *, threads: int | None = None) -> Floats:
    """Root mean squared difference of every two units over common control periods.

    Infinite where two units have no common control period; 0 on the diagonal.
    """
    panel = read_panel(Y, W)
    check_threads(threads)
    return np.array([unit_distances(panel, unit) for unit in range(len(panel.outcome))])


def leave_period_out_distances(Y: Floats, W: Floats, unit: int, period: int) -> Floats:
    """dist_{-t} of every unit to the unit of a target."""
    panel = read_panel(Y, W)
    check_cell(panel, unit, period)
    return unit_distances(panel, unit, without=period)


def weights(
    Y: Floats,
    W: Floats,
    unit: int,
    period: int,
    lambda_time: float,
    lambda_unit: float,
    lambda_nn: float,
    *,
    design: Design | None = None,
) -> Weights:
    """Compute the unit and time weights of a target (Eq. 3), not normalized."""
    read_design(design)
    panel = read_panel(Y, W)
    check_cell(panel, unit, period)
    lambdas = read_lambdas(lambda_time, lambda_unit, lambda_nn)
    return {
        "unit": unit_weights(panel, unit, period, lambdas.unit),
        "period": time_weights(panel.outcome.shape[1], period, lambdas.time),
    }


def unit_distances(panel: Panel, unit: int, without: int | None = None) -> Floats:
    """Distance of every unit to one unit, leaving the period `without` out.

    dist(j, i) is the root of the mean of (Y_ju - Y_iu)^2 over the periods u in which both are
    observed controls. A unit is at distance 0 of itself.
    """
    common = panel.control & panel.control[unit]
    if without is not None:
        common[:, without] = False
    difference = np.where(common, panel.outcome - panel.outcome[unit], 0.0)
    periods = common.sum(axis=1)
    mean_square = np.full(len(common), np.inf)
    np.divide((difference**2).sum(axis=1), periods, out=mean_square, where=periods > 0)
    distances = np.sqrt(mean_square)
    distances[unit] = 0.0
    return np.asarray(distances, dtype=np.float64)


def unit_weights(panel: Panel, unit: int, period: int, lambda_unit: float) -> Floats:
    """omega_j = exp(-lambda_unit dist_{-t}(j, i)) of Eq. 3; every one is 1 at lambda_unit = 0."""
    if lambda_unit == 0:
        return np.ones(len(panel.outcome))
    return np.exp(-lambda_unit * unit_distances(panel, unit, without=period))


def time_weights(n_periods: int, period: int, lambda_time: float) -> Floats:
    """theta_s = exp(-lambda_time |t - s|) of Eq. 3."""
    return np.exp(-lambda_time * np.abs(np.arange(n_periods) - period))


def cell_weights(panel: Panel, unit: int, period: int, lambdas: Lambdas) -> Floats:
    """theta_s omega_j of the observed control cells, 0 elsewhere and at the target itself."""
    omega = unit_weights(panel, unit, period, lambdas.unit)
    theta = time_weights(panel.outcome.shape[1], period, lambdas.time)
    weights = np.where(panel.control, np.outer(omega, theta), 0.0)
    weights[unit, period] = 0.0
    return weights
