"""One leave-one-out score."""

from __future__ import annotations

from functools import partial

import numpy as np
import ours
import panels
from measure import interleaved
from suite import OURS, Case, Row, Setting

TITLE = "One leave-one-out score"
ABOUT = """\
Panels cps_logwage (1,992 control cells) and pwt_loggdp (5,299).

diff-diff computes scores only inside its search. Over grids of one element that search computes ten: the triple's own seven
times, and those of (time, 0, inf), (0, unit, inf) and (0, 0, nn) once each; the last is much dearer than the others.
A tenth of the call is therefore not the cost of a score, and is not used here as such. Instead its leave-one-out fits are
timed one by one: its bootstrap, told to draw every unit once from a panel in which the cell is the only treated one, does
the same fit in the same compiled code. As many equal fits as there are cores run at once and share the time, which credits
diff-diff with a perfect use of all cores. That it is the same fit is seen in its result: the last row compares the sum of squares of
these effects with the score that its search returns, and seven times the cost found here, plus that of the three others,
with the time of that call.

Ours is one call of `loocv_grid_search`, from matrices to score, distances and all. The accuracy of ours is the certified gap; for diff-diff
it is the largest difference of an effect, and the relative difference of the sum of squares, from the certified ones.
"""


def score(case: str, source, lambdas: tuple, step: int, runs: int, setting: Setting):
    """One score; the peer's from every `step`-th control cell."""
    panel = source(setting.smoke)
    call = partial(ours.score, panel, lambdas)
    runs = setting.runs(runs)
    before = interleaved({OURS: call}, {OURS: (runs + 1) // 2})[OURS]
    rest = [theirs(case, panel, lambdas, step, setting)] if setting.peer else []
    if runs > 1:
        after = interleaved({OURS: call}, {OURS: runs // 2})[OURS]
        before.seconds += after.seconds
    note = f"Q = {before.answer.score:.6f}"
    accuracy = ours.search_accuracy(before.answer)
    return [ours.row(case, before.seconds, note=note, **accuracy), *rest]


def theirs(case, panel, lambdas: tuple, step: int, setting: Setting) -> Row:
    """diff-diff's cost of this score."""
    import diff_diff_peer as peer

    cells = panel.control_cells[:: 1 if setting.long else step]
    sample = peer.sample(panel, lambdas, cells)
    return Row(
        case,
        peer.TOOL,
        peer.VERSION,
        [sample.total],
        accuracy=accuracy(panel, sample, lambdas),
        note=sample.note(),
    )


def accuracy(panel: panels.Panel, sample, lambdas: tuple) -> str:
    """How far its effects are from the certified ones of the same cells."""
    exact = ours.effects(panel, sample.cells, lambdas).effect
    worst = np.abs(sample.effects - exact).max()
    off = np.sum(sample.effects**2) / np.sum(exact**2) - 1
    return f"effects off by up to {worst:.1e}, sum of squares by {off:+.1e}"


def check(case: str, lambdas: tuple, setting: Setting) -> list[Row]:
    """The peer's search over grids of one element, timed and added up from its ten scores."""
    panel = panels.cps(setting.smoke)
    one = tuple((value,) for value in lambdas)
    timed = interleaved({"": partial(ours.search, panel, one)}, {"": setting.runs(5)})[
        ""
    ]
    note = "search over grids of one element"
    accuracy = ours.search_accuracy(timed.answer)
    rows = [ours.row(case, timed.seconds, note=note, **accuracy)]
    return rows + (_call_and_sum(case, panel, one, setting) if setting.peer else [])


def _call_and_sum(case, panel, one: tuple, setting: Setting) -> list[Row]:
    import diff_diff_peer as peer

    ((time,), (unit,), (nn,)) = one
    call = interleaved({"": partial(peer.search, panel, one)}, {"": 1})[""]
    cells = panel.control_cells
    own = peer.sample(panel, (time, unit, nn), cells)
    infinite = float("inf")
    others = [(time, 0.0, infinite), (0.0, 0.0, nn), (0.0, unit, infinite)]
    few = cells[:: 1 if setting.smoke else 10]
    total = 7 * own.total + sum(peer.sample(panel, t, few).total for t in others)
    off = np.sum(own.effects**2) / call.answer[3] - 1
    return [
        Row(case, peer.TOOL, peer.VERSION, call.seconds, note="the call itself"),
        Row(
            case,
            "diff-diff (sum of scores)",
            peer.VERSION,
            [total],
            accuracy=f"sum of squares off by {off:+.1e} of the call's score",
            note="seven and three scores, added up",
        ),
    ]


CPS = {
    # Lambdas: least factor, every how many cells the peer is timed, minutes.
    (0.1, 0.0, 0.9): (100, 1, 0.4),
    (0.5, 5.0, 1.0): (200, 1, 0.1),
    (0.5, 1.0, 0.1): (300, 1, 0.8),
    (0.5, 0.5, 0.01): (300, 4, 1.2),
}
PWT = (0.4, 0.3, 0.006)


def _cases() -> list[Case]:
    cases = []
    for lambdas, (goal, step, minutes) in CPS.items():
        name = "score/cps {:g} {:g} {:g}".format(*lambdas)
        title = "cps at ({:g}, {:g}, {:g})".format(*lambdas)
        run = partial(score, name, panels.cps, lambdas, step, 7)
        goals = {"diff-diff": goal}
        cases.append(Case(name, title, run, goals, minutes, quick=True))
    name = "score/pwt {:g} {:g} {:g}".format(*PWT)
    title = "pwt at ({:g}, {:g}, {:g})".format(*PWT)
    run = partial(score, name, panels.pwt, PWT, 100, 3)
    cases.append(Case(name, title, run, {"diff-diff": 100}, 3, ours_minutes=1.5))
    name = "score/check"
    title = "check: cps, grids of one element, (0.5, 5, 1)"
    run = partial(check, name, (0.5, 5.0, 1.0))
    cases.append(Case(name, title, run, minutes=0.8))
    return cases


CASES = _cases()
