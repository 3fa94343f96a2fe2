//! Downhill over the candidates, from the best of a few that lie far apart.

use super::adaptive::Axis;
use super::book::{Book, ROUNDS};
use super::grids::Grids;
use super::scoring::Score;
use crate::error::Result;
use crate::lambdas::Lambdas;

/// Steps of a walk that lead up, one after the other, at which it ends.
const PATIENCE: usize = 3;

impl Book<'_> {
    /// Downhill from two of a few candidates that lie far apart, the best and the best with the weakest
    /// weights; then on from the better end as long as something better is around it, or without a low-rank part.
    pub fn descent(&mut self, grids: &Grids) -> Result<Score> {
        let coarse = coarse(grids);
        let start = self.best(&coarse)?;
        self.downhill(grids, start)?;
        let weakest = |l: &&Lambdas| l.time == coarse[0].time && l.unit == coarse[0].unit;
        let start = self.best(&coarse.iter().filter(weakest).copied().collect::<Vec<_>>())?;
        self.downhill(grids, start)?;
        for _ in 0..ROUNDS {
            let best = self.best_of_all()?;
            let end = self.downhill(grids, best)?;
            self.around(grids, end)?;
            if self.best_of_all()?.lambdas == end.lambdas {
                self.without_low_rank(grids)?;
            }
            if self.best_of_all()?.lambdas == end.lambdas {
                break;
            }
        }
        self.best_of_all()
    }

    /// The same; `None` if weights underflow for every candidate that lies far apart.
    pub fn descent_if_any(&mut self, grids: &Grids) -> Result<Option<Score>> {
        if self.best_if_any(&coarse(grids))?.is_none() {
            return Ok(None);
        }
        self.descent(grids).map(Some)
    }

    /// After grids have grown: from the best so far to the best along each lambda and around it, until that
    /// stays the same.
    pub fn settle(&mut self, grids: &Grids) -> Result<Score> {
        for _ in 0..ROUNDS {
            let mut at = self.best_of_all()?;
            let before = at.lambdas;
            for axis in [Axis::Nn, Axis::Unit, Axis::Time] {
                at = self.best(&axis.line(grids, at.lambdas))?;
            }
            self.around(grids, at)?;
            if self.best_of_all()?.lambdas == before {
                break;
            }
        }
        self.best_of_all()
    }

    /// From a candidate to the best penalty at its weights, and on to the best of walks along unit and time
    /// weights, round and round until it stays the same.
    fn downhill(&mut self, grids: &Grids, start: Score) -> Result<Score> {
        let mut at = start;
        for _ in 0..ROUNDS {
            let before = at.lambdas;
            at = self.best(&Axis::Nn.line(grids, before))?;
            for axis in [Axis::Unit, Axis::Time] {
                at = self.walk(grids, axis, at)?;
            }
            if at.lambdas == before {
                break;
            }
        }
        Ok(at)
    }

    /// The best on a walk from a candidate both ways along the weights of an axis, at each with the penalty that
    /// is best near that of the step before: stronger weights leave less to fit, and the same penalty means
    /// more.
    fn walk(&mut self, grids: &Grids, axis: Axis, from: Score) -> Result<Score> {
        let sorted = axis.sorted(grids);
        let here = place(&sorted, axis.value(&from.lambdas));
        let down: Vec<f64> = sorted[..here].iter().rev().copied().collect();
        let mut seen = vec![from.lambdas];
        for ahead in [&down, &sorted[here + 1..]] {
            let mut last = from;
            let mut steps_up = 0;
            for &value in ahead {
                let Some(next) = self.descend(grids, axis.at(value, last.lambdas))? else { break };
                seen.push(next.lambdas);
                steps_up = if self.is_better(&next, &last) { 0 } else { steps_up + 1 };
                if steps_up == PATIENCE {
                    break;
                }
                last = next;
            }
        }
        self.best(&seen)
    }

    /// From a candidate to smaller or larger penalties as long as the score falls, or stays the same at smaller
    /// ones, where the low-rank part may begin to appear; none where weights underflow.
    fn descend(&mut self, grids: &Grids, from: Lambdas) -> Result<Option<Score>> {
        let mut at = from;
        loop {
            let near: Vec<Lambdas> =
                near(Axis::Nn, grids, at).into_iter().map(|nn| Lambdas { nn, ..at }).collect();
            match self.least_penalized(&near)? {
                Some(least) if least.lambdas != at => at = least.lambdas,
                found => return Ok(found),
            }
        }
    }

    /// Scores the weights up to one step away from a candidate's, each with the penalty that is best near its
    /// own; of own ones that tie the smallest, where the low-rank part begins.
    fn around(&mut self, grids: &Grids, at: Score) -> Result<()> {
        let foot = self.least_penalized(&Axis::Nn.line(grids, at.lambdas))?.unwrap_or(at).lambdas;
        for time in near(Axis::Time, grids, foot) {
            for unit in near(Axis::Unit, grids, foot) {
                self.descend(grids, Lambdas { time, unit, nn: foot.nn })?;
            }
        }
        Ok(())
    }

    /// Scores strong weights with the largest penalty, where scores cost little: from the strongest, all of one
    /// axis after the other, each at the other's latest choice, until that stays the same.
    fn without_low_rank(&mut self, grids: &Grids) -> Result<()> {
        let strongest = |axis: Axis| *axis.sorted(grids).last().expect("no grid is empty");
        let nn = Axis::Nn.sorted(grids)[0];
        let mut at = Lambdas { time: strongest(Axis::Time), unit: strongest(Axis::Unit), nn };
        for _ in 0..ROUNDS {
            let before = at;
            for axis in [Axis::Time, Axis::Unit] {
                match self.best_if_any(&axis.line(grids, at))? {
                    Some(best) => at = best.lambdas,
                    None => return Ok(()),
                }
            }
            if at == before {
                break;
            }
        }
        Ok(())
    }
}

/// Candidates that lie far apart: all combinations of the first of each half of the times, of each half of the
/// units, and of each third of the penalties. The first of all has the weakest weights: where they underflow, all
/// do.
fn coarse(grids: &Grids) -> Vec<Lambdas> {
    let firsts = |axis: Axis, parts: usize| -> Vec<f64> {
        let sorted = axis.sorted(grids);
        let mut firsts: Vec<usize> = (0..parts).map(|k| k * sorted.len() / parts).collect();
        firsts.dedup();
        firsts.into_iter().map(|k| sorted[k]).collect()
    };
    let (time, unit) = (firsts(Axis::Time, 2), firsts(Axis::Unit, 2));
    Grids { time, unit, nn: firsts(Axis::Nn, 3) }.triples()
}

/// The value of a lambda and those next to it.
pub(super) fn near(axis: Axis, grids: &Grids, at: Lambdas) -> Vec<f64> {
    let sorted = axis.sorted(grids);
    let here = place(&sorted, axis.value(&at));
    sorted[here.saturating_sub(1)..sorted.len().min(here + 2)].to_vec()
}

fn place(sorted: &[f64], value: f64) -> usize {
    sorted.iter().position(|&v| v == value).expect("a descent stays on its grids")
}

#[cfg(test)]
#[path = "descent_tests.rs"]
mod tests;
