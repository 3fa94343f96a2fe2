"""The search for the lambdas, cps_logwage."""

from __future__ import annotations

from functools import cache, partial
from importlib import import_module

import numpy as np
import ours
import panels
from measure import interleaved
from suite import OURS, Case, Row, Setting

TITLE = "The search for the lambdas"
ABOUT = """\
Panel cps_logwage, 50 states by 40 years, 1,992 control cells. Time and unit in {0, 0.1, 0.5, 1, 2, 5}, nn in
{0.01, 0.1, 1, 10}, and 0.001 where it says so. Every score of ours is a full one, all its fits certified.

- *cycle search*: both packages search once round, as each does it. diff-diff runs once, amid our repetitions. "The same
  choice" means the same fit: where nn = 1 and nn = 10 both leave no low-rank part, their scores tie to the last bit;
  we name the larger nn of a tie, diff-diff the one it meets first.
- *with nn = 0.001* and *all 180 triples*: diff-diff would take hours, and has no search of all triples. Its time is the
  sum over the scores that it would compute of the cost of each, measured on a few of their control cells as in the next
  section, drawn anew for every triple. The scores that its cycle search computes are those of its own rule, replayed with
  the certified scores; repetitions count, because it computes them again. *check* is the same sum for the cycle search of
  the first row, which is timed in full: that they agree is the test of this accounting.
- *called by diff-diff*: our search by diff-diff's own name for its own, after `tropanel.compat.diff_diff.install()`.
"""

WEIGHTS = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0)
NN = (0.01, 0.1, 1.0, 10.0)
SMALL_NN = (0.001, *NN)
SMOKE = ((0.0, 0.5), (0.0, 0.5), (0.1, 1.0))
# Control cells on which the cost of one of the peer's scores is measured, if many are summed.
CELLS = 20
CELLS_OF_GRID = 10
SUM = "diff-diff (sum of scores)"


def grids(setting: Setting, nn: tuple[float, ...]) -> tuple:
    """Grids of time, unit and nn."""
    return SMOKE if setting.smoke else (WEIGHTS, WEIGHTS, nn)


def our_row(case: str, timed, **rest) -> Row:
    """Our search as a row."""
    found = timed.answer
    accuracy = ours.search_accuracy(found)
    note = f"chose {ours.choice(found)}, Q = {found.score:.6f}"
    return ours.row(case, timed.seconds, note=note, **accuracy, **rest)


def cycle(case: str, setting: Setting) -> list[Row]:
    """The cycle search, timed in full on both sides."""
    panel, chosen = panels.cps(setting.smoke), grids(setting, NN)
    calls = {OURS: partial(ours.search, panel, chosen)}
    runs = {OURS: setting.runs(5)}
    if setting.peer:
        import diff_diff_peer as peer

        calls[peer.TOOL] = partial(peer.search, panel, chosen)
        runs[peer.TOOL] = 1
    timed = interleaved(calls, runs)
    row = our_row(case, timed[OURS])
    if not setting.peer:
        return [row]
    seconds, answer = timed[peer.TOOL].seconds, timed[peer.TOOL].answer
    same, accuracy = compare(panel, timed[OURS].answer, answer)
    row.sound = row.sound and same
    note = f"{_chose(answer)}; {'the same' if same else 'another'} fit"
    theirs = Row(case, peer.TOOL, peer.VERSION, seconds, accuracy=accuracy, note=note)
    return [row, theirs]


def compare(panel: panels.Panel, mine, theirs: tuple) -> tuple[bool, str]:
    """Whether both choices have the same certified score, and how far its score is from that."""
    certified = ours.score(panel, theirs[:3]).score
    same = bool(np.isclose(certified, mine.score, rtol=1e-10, atol=0))
    off = theirs[3] / certified - 1
    return same, f"score off by {off:+.1e} of the certified one"


def _chose(answer: tuple) -> str:
    return f"chose {answer[:3]}, Q = {answer[3]:.6f}"


def through_diff_diff(case: str, setting: Setting) -> list[Row]:
    """Our search called as diff-diff calls its own."""
    import diff_diff_peer as peer
    from tropanel.compat import diff_diff as compat

    panel, chosen = panels.cps(setting.smoke), grids(setting, NN)
    # Not `import diff_diff.trop`: diff-diff has a function of that name.
    caller = import_module("diff_diff.trop")
    with compat.using():
        call = partial(peer.search, panel, chosen, caller._rust_loocv_grid_search)
        timed = interleaved({"": call}, {"": setting.runs(5)})[""]
    return [ours.row(case, timed.seconds, note=_chose(timed.answer))]


def check(case: str, setting: Setting) -> list[Row]:
    """The peer's cycle search as the sum of its scores, beside which it is timed in full."""
    if not setting.peer:
        return []
    return [accounting(case, panels.cps(setting.smoke), grids(setting, NN))]


def accounting(case: str, panel: panels.Panel, chosen: tuple) -> Row:
    """The peer's cycle search as a sum of the costs of its scores."""
    import diff_diff_peer as peer

    score = cache(lambda lambdas: ours.score(panel, lambdas).score)
    visited = peer.replay(chosen, score)
    return summed(case, panel, visited, CELLS)


def summed(case: str, panel: panels.Panel, triples: list, n_cells: int) -> Row:
    """The cost of some of the peer's scores, from a few cells of each."""
    import diff_diff_peer as peer

    cells, random = panel.control_cells, np.random.default_rng(1)
    samples, off = {}, []
    for lambdas in dict.fromkeys(triples):
        drawn = random.choice(len(cells), min(n_cells, len(cells)), replace=False)
        samples[lambdas] = one = peer.sample(panel, lambdas, cells[np.sort(drawn)])
        off.append(np.abs(one.effects - certified(panel, one.cells, lambdas)).max())
    seconds = sum(samples[lambdas].total for lambdas in triples)
    variance = sum(samples[t].error ** 2 * triples.count(t) ** 2 for t in samples)
    note = (
        f"{len(triples)} scores ({len(samples)} different), {n_cells} cells of each; "
    )
    note += f"standard error {variance**0.5:.2g} s"
    accuracy = f"effects off by up to {max(off):.1e}"
    return Row(case, SUM, peer.VERSION, [seconds], accuracy=accuracy, note=note)


def certified(panel: panels.Panel, cells: np.ndarray, lambdas: tuple) -> np.ndarray:
    """Certified leave-one-out effects, in the order of the cells."""
    return ours.effects(panel, cells, lambdas).effect


def with_small_nn(case: str, setting: Setting) -> list[Row]:
    """The cycle search with nn = 0.001 added."""
    panel, chosen = panels.cps(setting.smoke), grids(setting, SMALL_NN)
    timed = interleaved(
        {OURS: partial(ours.search, panel, chosen)}, {OURS: setting.runs(3)}
    )
    rows = [our_row(case, timed[OURS])]
    return rows + ([accounting(case, panel, chosen)] if setting.peer else [])


def full_grid(case: str, setting: Setting) -> list[Row]:
    """Every triple."""
    panel, chosen = panels.cps(setting.smoke), grids(setting, SMALL_NN)
    call = partial(ours.search, panel, chosen, "grid")
    timed = interleaved({OURS: call}, {OURS: setting.runs(2)})
    rows = [our_row(case, timed[OURS])]
    if setting.peer:
        triples = [(t, u, n) for t in chosen[0] for u in chosen[1] for n in chosen[2]]
        n_cells = CELLS_OF_GRID * (10 if setting.long else 1)
        rows.append(summed(case, panel, triples, n_cells))
    return rows


def _case(name: str, title: str, run, **rest) -> Case:
    return Case(name, title, partial(run, name), **rest)


CASES = [
    _case(
        "search/cycle",
        "cycle search",
        cycle,
        goals={"diff-diff": 500},
        minutes=15,
        ours_minutes=0.4,
        quick=True,
    ),
    _case(
        "search/through diff-diff",
        "cycle search, called by diff-diff",
        through_diff_diff,
    ),
    _case(
        "search/check",
        "check: cycle search",
        check,
        minutes=1,
        ours_minutes=0,
    ),
    _case(
        "search/cycle with nn 0.001",
        "cycle search with nn = 0.001",
        with_small_nn,
        goals={SUM: 200},
        minutes=1.5,
        ours_minutes=0.5,
    ),
    _case(
        "search/all 180 triples",
        "all 180 triples",
        full_grid,
        goals={SUM: 200},
        minutes=4,
        ours_minutes=1.5,
    ),
]
