"""What holds for every panel: of random designs, with wild and tame values."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tropanel
from tropanel import TropError, _core
from tropanel._backends import reference as _numpy

hypothesis = pytest.importorskip("hypothesis")
st = hypothesis.strategies

TOLERANCE = 1e-8
#: Of a panel's outcomes, what rounding may add to an interval that holds the exact effect.
ROUNDING = 1e-9


def examples(number: int) -> Callable[[Any], Any]:
    """The same examples in every run, however slow the machine."""
    return hypothesis.settings(max_examples=number, derandomize=True, deadline=None, database=None)


@st.composite
def treatments(draw: Any, n_units: int, n_periods: int) -> Any:
    """Treatments of a block, of staggered adoption, or on and off."""
    design = draw(st.sampled_from(["block", "staggered", "switching"]))
    treated = np.zeros((n_units, n_periods))
    if design == "block":
        first = draw(st.integers(1, n_periods - 1))
        treated[: draw(st.integers(1, n_units - 1)), first:] = 1
    elif design == "staggered":
        firsts = st.lists(st.integers(1, n_periods), min_size=n_units, max_size=n_units)
        for unit, first in enumerate(draw(firsts)):
            treated[unit, first:] = 1
    else:
        cells = st.tuples(st.integers(0, n_units - 1), st.integers(0, n_periods - 1))
        for cell in draw(st.lists(cells, min_size=1, max_size=n_units * n_periods // 4)):
            treated[cell] = 1
    return treated


TAME = st.integers(-40, 40).map(lambda k: k / 8)
WILD = st.one_of(
    st.floats(width=64),
    st.sampled_from([0.0, -0.0, 5e-324, 1e-300, 1e-100, 1e16, 1e99, 1e100, 1e101, 1.8e308]),
    TAME,
)


@st.composite
def panels(draw: Any, values: Any = TAME, least_units: int = 3) -> tuple[Any, Any]:
    """Outcomes, some of them missing, and treatments."""
    n_units, n_periods = draw(st.integers(least_units, 6)), draw(st.integers(3, 5))
    size = n_units * n_periods
    outcome = np.array(draw(st.lists(values, min_size=size, max_size=size)), dtype=float)
    missing = draw(st.lists(st.integers(0, size - 1), max_size=size // 6))
    outcome[missing] = math.nan
    treated = draw(treatments(n_units, n_periods))
    return outcome.reshape(n_units, n_periods), treated


LAMBDAS = st.tuples(
    st.sampled_from([0.0, 0.1, 1.0]),
    st.sampled_from([0.0, 0.1, 1.0]),
    st.sampled_from([0.0, 0.1, 0.5, 2.0, 10.0, math.inf]),
)


def answer(backend: Any, panel: tuple[Any, Any], lambdas: Any, **options: Any) -> Any:
    """An estimate; None if it is refused."""
    try:
        return backend.estimate(*panel, *lambdas, **options)
    except TropError:
        return None


def check_certified(found: Any) -> None:
    """What an estimate says of itself holds."""
    assert found["converged"] == (found["max_gap"] <= TOLERANCE)
    cells = found["treated"]
    assert math.isfinite(found["att"])
    assert np.isfinite(cells["effect"]).all()
    assert (cells["effect_min"] <= cells["effect"]).all()
    assert (cells["effect"] <= cells["effect_max"]).all()


def check_same(panel: tuple[Any, Any], one: Any, other: Any, unit: Any = None) -> None:
    """Intervals of two estimates that hold the same exact effects have points in common."""
    assert (one is None) == (other is None)
    if one is None:
        return
    first, second = one["treated"], other["treated"]
    if unit is not None:
        where = np.lexsort((second["period"], unit[second["unit"]]))
        second = {name: np.asarray(column)[where] for name, column in second.items()}
    assert first["period"].tolist() == second["period"].tolist()
    slack = ROUNDING * float(np.nanmax(np.abs(panel[0])))
    assert (first["effect_min"] <= second["effect_max"] + slack).all()
    assert (second["effect_min"] <= first["effect_max"] + slack).all()


@examples(150)
@hypothesis.given(panels(WILD), LAMBDAS)
def test_an_answer_is_certified_or_says_that_it_is_not(panel: Any, lambdas: Any) -> None:
    found = answer(_core, panel, lambdas)
    if found is not None:
        check_certified(found)


@examples(20)
@hypothesis.given(panels(), LAMBDAS)
def test_core_and_reference_hold_the_same_effects(panel: Any, lambdas: Any) -> None:
    check_same(panel, answer(_core, panel, lambdas), answer(_numpy, panel, lambdas))


@examples(60)
@hypothesis.given(panels(), LAMBDAS, st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(panel: Any, lambdas: Any, random: Any) -> None:
    order = list(range(len(panel[0])))
    random.shuffle(order)
    moved = (panel[0][order], panel[1][order])
    check_same(panel, answer(_core, panel, lambdas), answer(_core, moved, lambdas), np.array(order))


@examples(60)
@hypothesis.given(panels(), LAMBDAS, st.integers(-200, 200))
def test_the_unit_of_measurement_does_not_matter(panel: Any, lambdas: Any, power: int) -> None:
    """A power of two moves no digit: distances and so lambda_unit, penalties and effects scale."""
    factor = 2.0**power
    time, unit, nn = lambdas
    scaled = answer(_core, (panel[0] * factor, panel[1]), (time, unit / factor, nn * factor))
    found = answer(_core, panel, lambdas)
    assert (found is None) == (scaled is None)
    if found is not None:
        assert scaled["att"] == found["att"] * factor
        assert scaled["max_gap"] == found["max_gap"]


@examples(30)
@hypothesis.given(panels(), LAMBDAS)
def test_the_number_of_threads_does_not_matter(panel: Any, lambdas: Any) -> None:
    one, three = (answer(_core, panel, lambdas, threads=threads) for threads in (1, 3))
    assert (one is None) == (three is None)
    if one is not None:
        assert one["att"] == three["att"]
        assert one["treated"]["effect"].tolist() == three["treated"]["effect"].tolist()


def refused_or(call: Callable[[], Any]) -> Any:
    """The code of the refusal, or what the call returns; any other exception goes on.

    A warning is an answer with its mark, such as that of wild values whose fits are not certified.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            warnings.simplefilter("ignore", tropanel.ConvergenceWarning)
            return call()
    except TropError as error:
        return error.code


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from([2**63, 2**64, -(2**64), 10**400, math.nan, math.inf, "", "auto", "\ud800"]),
    st.sampled_from([[], {}, {"time": 0}, {"nn": [1]}, b"x", 1j, object()]),
)
OPTIONS = st.sampled_from(sorted({*_core.defaults(), "anchor", "time_distance", "unknown"}))
LABELS = st.one_of(st.none(), st.lists(st.one_of(st.text(max_size=3), ODD), min_size=3, max_size=6))


@examples(200)
@hypothesis.given(panels(WILD), st.dictionaries(OPTIONS, ODD, max_size=3), LABELS)
def test_what_cannot_be_done_is_refused_by_a_code(panel: Any, given: Any, labels: Any) -> None:
    options = {"lambdas": {"time": 0, "unit": 0, "nn": 1.0}, "inference": "none", **given}
    options["n_jobs"] = options.pop("threads", 1)
    for core_only in ("tolerance", "loocv_tolerance", "max_iterations", "abandon", "unknown"):
        options.pop(core_only, None)
    result = refused_or(lambda: tropanel.trop_matrix(*panel, units=labels, **options))
    if isinstance(result, str):
        assert result in tropanel.ERROR_CODES
        return
    assert math.isfinite(result.att)
    assert result.converged == (result.max_gap <= TOLERANCE)


@examples(100)
@hypothesis.given(panels(), st.dictionaries(OPTIONS, ODD, max_size=3))
def test_steps_refuse_odd_options_by_a_code(panel: Any, given: Any) -> None:
    for step in (_core.estimate, _core.bootstrap):
        settings = {"n_boot": 3, "threads": 1, **given}
        found = refused_or(lambda step=step, more=settings: step(*panel, 0.0, 0.0, 1.0, **more))
        assert not isinstance(found, str) or found in tropanel.ERROR_CODES
