"""Bootstrap of the average effect (Algorithm 3), with its interval and p-value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..._errors import TropError
from .averages import NO_GROUPING, of_estimate
from .cell import Cell
from .design import lacks, read_design
from .estimation import average_effect, fit_cells, treated_cells
from .panel import Panel, event_time, read_panel
from .randomness import BOOTSTRAP, Generator
from .settings import advance, defaults, read_lambdas, read_settings

if TYPE_CHECKING:
    from ..protocol import Bootstrap, Design, Estimate, Floats, Ints, Monitor
    from .options import Options

#: A position in the sorted draws this near to a whole number is that number, but for rounding.
WHOLE = 1e-9


def bootstrap(
    Y: Floats,
    W: Floats,
    lambda_time: float,
    lambda_unit: float,
    lambda_nn: float,
    *,
    n_boot: int,
    level: float = 0.95,
    seed: int = 0,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    threads: int | None = None,
    monitor: Monitor | None = None,
    design: Design | None = None,
) -> Bootstrap:
    """Stratified bootstrap over units (Algorithm 3), at fixed lambdas."""
    read_design(design)
    panel = read_panel(Y, W)
    lambdas = read_lambdas(lambda_time, lambda_unit, lambda_nn)
    settings = read_settings(tolerance, max_iterations, threads, defaults()["tolerance"])
    _check_draws(n_boot, level)
    _check_units(panel)
    draws = []
    for draw in range(n_boot):
        resampled = resample(panel, Generator(seed, BOOTSTRAP, draw))
        cells, _ = fit_cells(resampled, treated_cells(resampled), lambdas, settings)
        if cells:
            draws.append((resampled, cells))
        advance(monitor, "bootstrap", draw + 1, n_boot)
    _check_enough(len(draws), n_boot)
    effects = np.array([average_effect(cells) for _, cells in draws])
    gaps = np.array([max(cell.gap for cell in cells) for _, cells in draws])
    times = _event_times(panel)
    return {
        "se": float(np.std(effects, ddof=1)),
        "ci_lower": quantile(effects, (1 - level) / 2),
        "ci_upper": quantile(effects, 1 - (1 - level) / 2),
        "p_value": p_value(effects),
        "draws": effects,
        "n_failed": n_boot - len(draws),
        "event_time": times,
        "event_draws": np.array([_by_event_time(drawn, cells, times) for drawn, cells in draws]),
        "n_uncertified": int((gaps > settings.tolerance).sum()),
        "max_gap": float(gaps.max()),
    }


def choose_inference(
    Y: Floats,
    W: Floats,
    *,
    method: str,
    n_boot: int,
    level: float = 0.95,
) -> tuple[str, str]:
    """Name the bootstrap, the only method here; raise if it means nothing."""
    if method not in ("auto", "bootstrap"):
        lacks(f"inference={method!r}")
    _check_draws(n_boot, level)
    _check_units(read_panel(Y, W))
    return "bootstrap", "the NumPy backend has no other method" if method == "auto" else ""


def infer(
    Y: Floats,
    W: Floats,
    fit: Estimate,
    lambdas: dict[str, float],
    options: Options,
    *,
    threads: int | None = None,
    monitor: Monitor | None = None,
    design: Design | None = None,
) -> dict[str, Any]:
    """Bootstrap the averages of an estimate; "auto" can only mean this one here."""
    # What the estimate leaves out, every draw leaves out.
    Y = np.array(Y, dtype=np.float64)
    missed = fit["not_estimable"]
    for unit, period, reason in zip(missed["unit"], missed["period"], missed["reason"]):
        if reason == "not_unique":
            Y[unit, period] = np.nan
    level, n_boot = options.level, options.n_boot
    method, reason = choose_inference(
        Y, W, method=str(options.inference), n_boot=n_boot, level=level
    )
    drawn = bootstrap(
        Y,
        W,
        lambdas["time"],
        lambdas["unit"],
        lambdas["nn"],
        n_boot=n_boot,
        level=level,
        seed=options.seed,
        threads=threads,
        monitor=monitor,
    )
    of_event = dict(zip(drawn["event_time"].tolist(), drawn["event_draws"].T))
    averages = of_estimate(fit)
    rows = [
        _summary(drawn["draws"] if group == NO_GROUPING else of_event.get(code, np.empty(0)), level)
        for group, code in zip(averages["grouping"].tolist(), averages["code"].tolist())
    ]
    bands = np.full((len(rows), 2), np.nan)
    return {
        "method": method,
        "reason": reason,
        "numbers": np.hstack([np.array(rows), bands]),
        "draws": drawn["draws"],
        "n_failed": drawn["n_failed"],
        "n_uncertified": drawn["n_uncertified"],
        "max_gap": drawn["max_gap"],
    }


def _summary(draws: Floats, level: float) -> tuple[float, float, float, float]:
    """Summarize draws (standard error, interval, p-value); NaN is one without such cells."""
    values = draws[~np.isnan(draws)]
    if len(values) < 2:
        return np.nan, np.nan, np.nan, np.nan
    tail = (1 - level) / 2
    lower, upper = quantile(values, tail), quantile(values, 1 - tail)
    return float(values.std(ddof=1)), lower, upper, p_value(values)


def _check_draws(n_boot: int, level: float) -> None:
    if n_boot < 2:
        raise TropError("draws_too_few", f"n_boot must be 2 or more, not {n_boot}.")
    if not 0 < level < 1:
        raise TropError(
            "level_out_of_range", f"level must be between 0 and 1, such as 0.95, not {level}."
        )


def _check_units(panel: Panel) -> None:
    n_treated = int(panel.ever_treated.sum())
    n_never = len(panel.outcome) - n_treated
    if min(n_treated, n_never) < 2:
        raise TropError(
            "too_few_treated_units",
            f"The bootstrap resamples treated and never-treated units, and there are {n_treated}"
            f" and {n_never}: it needs 2 of each at least. Use placebo effects instead.",
        )


def _check_enough(n_draws: int, n_boot: int) -> None:
    if n_draws < 2:
        raise TropError(
            "too_few_draws",
            f"Only {n_draws} of {n_boot} bootstrap draws had a treated cell that can be estimated:"
            " use more draws, or lambda_unit = 0, which connects more units.",
        )


def resample(panel: Panel, generator: Generator) -> Panel:
    """Draw never-treated and ever-treated units with replacement, separately, whole rows."""
    rows = []
    for stratum in (~panel.ever_treated, panel.ever_treated):
        units = np.flatnonzero(stratum)
        rows += [units[generator.below(len(units))] for _ in units]
    return Panel(panel.outcome[rows], panel.treated[rows])


def _event_times(panel: Panel) -> Ints:
    """All event times of the treated cells, sorted."""
    times = {event_time(panel, unit, period) for unit, period in treated_cells(panel)}
    return np.array(sorted(time for time in times if time is not None), dtype=np.int64)


def _by_event_time(panel: Panel, cells: list[Cell], times: Ints) -> list[float]:
    """Mean effect at every event time, NaN where a draw has no cell."""
    found: dict[int | None, list[float]] = {}
    for cell in cells:
        found.setdefault(event_time(panel, cell.unit, cell.period), []).append(cell.effect)
    return [float(np.mean(found[time])) if time in found else math.nan for time in times.tolist()]


def quantile(draws: Floats, probability: float) -> float:
    """Quantile of type 6 (Weibull): interpolate at (n + 1) p; infinite outside of the draws."""
    ordered = np.sort(draws)
    position = (len(ordered) + 1) * probability
    if abs(position - round(position)) < WHOLE:
        position = float(round(position))
    if position < 1:
        return -math.inf
    if position > len(ordered):
        return math.inf
    return float(np.interp(position, np.arange(1, len(ordered) + 1), ordered))


def p_value(draws: Floats) -> float:
    """Two-sided p-value of no effect: 0 is outside of the interval exactly when p < 1 - level."""
    return min(1.0, 2 * min(_share_up_to_zero(draws), _share_up_to_zero(-draws)))


def _share_up_to_zero(draws: Floats) -> float:
    """Largest probability whose quantile is 0 or less."""
    ordered = np.sort(draws)
    n = len(ordered)
    below = int((ordered <= 0).sum())
    if below == n:
        return 1.0
    if below == 0:
        return 1 / (n + 1)
    fraction = -ordered[below - 1] / (ordered[below] - ordered[below - 1])
    return float(below + fraction) / (n + 1)
