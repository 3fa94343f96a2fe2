"""The bootstrap at fixed lambdas."""

from __future__ import annotations

from functools import partial

import numpy as np
import ours
import panels
from measure import interleaved
from suite import OURS, Case, Row, Setting

TITLE = "The bootstrap"
ABOUT = """\
Stratified bootstrap of the ATT at fixed lambdas (Algorithm 3): cps_logwage, 8 treated cells, and castle, 21 states treated
one after the other. Each package draws with its own generator. The accuracy of diff-diff is the largest difference of its first
20 draws' ATT from the certified ATT of the same resampled panel.
"""

LAMBDAS = (0.1, 0.0, 0.9)
CHECKED = 20


def run(case, source, lambdas: tuple, draws: int, peer_runs: int, setting: Setting):
    """The same number of draws on both sides."""
    panel = source(setting.smoke)
    draws = 4 if setting.smoke else draws
    calls = {OURS: partial(ours.bootstrap, panel, lambdas, draws)}
    runs = {OURS: setting.runs(9)}
    if setting.peer:
        import diff_diff_peer as peer

        indices = peer.draw_indices(panel, draws)
        calls[peer.TOOL] = peer.bootstrap(panel, lambdas, *indices)
        runs[peer.TOOL] = setting.runs(peer_runs)
    timed = interleaved(calls, runs)
    found = timed[OURS].answer
    accuracy = ours.certificate(found.max_gap, found.n_uncertified)
    note = f"standard error {found.se:.6f}"
    rows = [ours.row(case, timed[OURS].seconds, note=note, **accuracy)]
    if setting.peer:
        theirs = timed[peer.TOOL]
        worst = worst_draw(panel, lambdas, indices, theirs.answer)
        rows.append(
            Row(
                case,
                peer.TOOL,
                peer.VERSION,
                theirs.seconds,
                accuracy=f"ATT of a draw off by up to {worst:.1e}",
                note=f"standard error {theirs.answer.std(ddof=1):.6f}",
            )
        )
    return rows


def worst_draw(panel, lambdas: tuple, indices: tuple, atts: np.ndarray) -> float:
    """Largest difference of the first draws' ATTs from certified ones."""
    import diff_diff_peer as peer

    draws = zip(*indices, atts)
    first = [draw for draw, _ in zip(draws, range(CHECKED))]
    return max(
        abs(att - ours.att(peer.resampled(panel, control, treated), lambdas))
        for control, treated, att in first
    )


def _case(name, title, source, draws: int, peer_runs: int, **rest) -> Case:
    call = partial(run, name, source, LAMBDAS, draws, peer_runs)
    return Case(name, title, call, {"diff-diff": 20}, **rest)


CASES = [
    _case(
        "bootstrap/cps",
        "200 draws, cps, (0.1, 0, 0.9)",
        panels.cps,
        200,
        3,
        minutes=0.5,
        quick=True,
    ),
    _case(
        "bootstrap/castle",
        "500 draws, castle, (0.1, 0, 0.9)",
        panels.castle,
        500,
        1,
        minutes=3,
        quick=True,
    ),
]
