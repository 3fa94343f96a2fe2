//! A race: candidates are compared on few control cells first, and on more only while they may win.

use super::adaptive::Axis;
use super::book::{order, Book, ROUNDS};
use super::descent::near;
use super::grids::Grids;
use super::loocv::Loocv;
use super::scoring::{Lane, Score, Scorer};
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::runtime::{Monitor, Purpose, Stream};
use crate::settings::Settings;
use crate::solver::Stopping;

/// Control cells of the first heat.
const FIRST: usize = 100;

/// How many times more cells each further heat has.
const GROWTH: usize = 2;

/// A race takes this many times the cells of the first heat, or more.
const WORTH_IT: usize = 4;

/// Standard errors of a mean difference within which a candidate may still win.
const DOUBT: f64 = 3.0;

/// A candidate that is not better by this share of the best score need not win.
const INDIFFERENCE: f64 = 2e-4;

/// Gap of the fits of a heat, far below what a sample of cells leaves open.
const ROUGH: f64 = 1e-3;

/// Sums of squares within this relative distance tie.
const TIE: f64 = 1e-6;

/// Whether a race is worth it.
pub(crate) fn is_worth_it(n_cells: usize) -> bool {
    n_cells >= WORTH_IT * FIRST
}

/// Runs a race; the choice, scored in `book` as whatever may win, and the scores of what was dropped. `None` if
/// weights underflow for every candidate that lies far apart, or on other cells for all that are left.
///
/// A descent on the cells of the first heat proposes candidates. After each heat, every candidate is compared with
/// the best one, cell by cell on the cells so far: what is not better by [`INDIFFERENCE`], give or take [`DOUBT`]
/// standard errors of the mean difference, is dropped. Then what lies around the choice races against it, until
/// the choice stays the same.
pub(crate) fn race<'a>(
    book: &mut Book<'_>,
    loocv: &'a Loocv<'a>,
    grids: &Grids,
    scale: f64,
    seed: u64,
    settings: &Settings,
    monitor: &'a dyn Monitor,
) -> Result<Option<(Score, Vec<Score>)>> {
    let rough = Settings { loocv_tolerance: settings.loocv_tolerance.max(ROUGH), ..*settings };
    let heats = heats(loocv.cells().len(), seed);
    let mut race = Race { loocv, heats, rough, monitor, first: Vec::new(), dropped: Vec::new() };
    let first = race.cells(0)?;
    let mut sample = Book::new(&first, scale, false, &race.rough, monitor)?.with_lanes();
    if sample.descent_if_any(grids)?.is_none() {
        return Ok(None);
    }
    race.first = sample.into_lanes();
    let left = race.run(race.first.clone(), None)?;
    let Some(mut choice) = book.best_if_any(&left)? else { return Ok(None) };
    for _ in 0..ROUNDS {
        let mut near = around(grids, choice.lambdas);
        near.retain(|lambdas| book.lane(lambdas).is_none());
        let lanes = race.first_lanes(&near)?;
        let mut left = race.run(lanes, book.lane(&choice.lambdas))?;
        let before = choice.lambdas;
        left.push(before);
        choice = book.best(&left)?;
        if choice.lambdas == before {
            break;
        }
    }
    choice = largest_penalty(book, grids, choice)?;
    race.dropped.retain(|score| book.lane(&score.lambdas).is_none());
    Ok(Some((choice, race.dropped)))
}

/// All penalties at a candidate's weights, and what is at most one step away in each lambda.
fn around(grids: &Grids, at: Lambdas) -> Vec<Lambdas> {
    let axis = |axis| near(axis, grids, at);
    let steps = Grids { time: axis(Axis::Time), unit: axis(Axis::Unit), nn: axis(Axis::Nn) };
    let mut found = Axis::Nn.line(grids, at);
    found.extend(steps.triples().into_iter().filter(|l| l.time != at.time || l.unit != at.unit));
    found
}

/// Where the low-rank part vanishes, larger penalties tie with the choice: the largest of them.
fn largest_penalty(book: &mut Book<'_>, grids: &Grids, choice: Score) -> Result<Score> {
    let sorted = Axis::Nn.sorted(grids);
    let larger = sorted.iter().rev().filter(|&&nn| nn > choice.lambdas.nn);
    let mut best = choice;
    for &nn in larger {
        let tried = book.best(&[best.lambdas, Lambdas { nn, ..best.lambdas }])?;
        if tried.lambdas == best.lambdas {
            break;
        }
        best = tried;
    }
    Ok(best)
}

/// The heats, and who took part.
struct Race<'a> {
    loocv: &'a Loocv<'a>,
    /// Places of the cells of each heat.
    heats: Vec<Vec<usize>>,
    rough: Settings,
    monitor: &'a dyn Monitor,
    /// Of every candidate the lane of the first heat.
    first: Vec<Lane>,
    dropped: Vec<Score>,
}

impl<'a> Race<'a> {
    /// The criterion on the cells of a heat.
    fn cells(&self, heat: usize) -> Result<Loocv<'a>> {
        let cells = self.heats[heat].iter().map(|&k| self.loocv.cells()[k]).collect();
        self.loocv.of_cells(cells, Stopping::of_search(&self.rough), self.monitor)
    }

    /// The lanes of candidates in the first heat.
    fn first_lanes(&mut self, candidates: &[Lambdas]) -> Result<Vec<Lane>> {
        let is_of = |lambdas: &Lambdas, lane: &&Lane| lane.score.lambdas == *lambdas;
        let mut new = candidates.to_vec();
        new.retain(|lambdas| !self.first.iter().any(|lane| is_of(lambdas, &lane)));
        let cells = self.cells(0)?;
        self.first.extend(Scorer::new(&cells, &self.rough, self.monitor)?.score(&new)?);
        let lane = |lambdas| self.first.iter().find(|lane| is_of(lambdas, lane)).cloned();
        Ok(candidates.iter().filter_map(lane).collect())
    }

    /// From lanes of the first heat to the candidates that may win after the last, against the best of them or a
    /// champion, whose lane has all cells in their order. Without a champion one alone has won.
    fn run(&mut self, lanes: Vec<Lane>, champion: Option<&Lane>) -> Result<Vec<Lambdas>> {
        let enough = usize::from(champion.is_none());
        let mut lanes = self.drop_losers(lanes, champion, 1);
        for heat in 1..self.heats.len() {
            if lanes.len() <= enough {
                break;
            }
            let cells = self.cells(heat)?;
            let scorer = Scorer::new(&cells, &self.rough, self.monitor)?;
            let more = scorer.score(&candidates(&lanes))?;
            lanes = lanes.into_iter().zip(more).map(|(lane, more)| lane.and(more)).collect();
            lanes = self.drop_losers(lanes, champion, heat + 1);
        }
        Ok(candidates(&lanes))
    }

    /// Those that may have the least score of all cells, after some heats; the scores of the others are kept.
    fn drop_losers(
        &mut self,
        lanes: Vec<Lane>,
        champion: Option<&Lane>,
        heats: usize,
    ) -> Vec<Lane> {
        let Some(leader) = leader(&lanes) else { return lanes };
        let (leads, best) = match champion {
            Some(champion) => {
                let places = self.heats[..heats].iter().flatten();
                let squares: Vec<_> = places.map(|&k| champion.squares[k]).collect();
                let is_heir = order(&leader.score.lambdas, &champion.score.lambdas).is_lt()
                    && ties(&leader.squares, &squares);
                (is_heir.then_some(leader.score.lambdas), squares)
            }
            None => (Some(leader.score.lambdas), leader.squares.clone()),
        };
        let n = self.loocv.cells().len();
        let stays = |lane: &Lane| {
            Some(lane.score.lambdas) == leads
                || lane.score.score.is_finite() && may_win(&lane.squares, &best, n)
        };
        let (staying, leaving): (Vec<Lane>, Vec<Lane>) = lanes.into_iter().partition(stays);
        for lane in leaving {
            let score = Score { abandoned: true, ..lane.score };
            self.dropped.retain(|earlier| earlier.lambdas != score.lambdas);
            self.dropped.push(score);
        }
        staying
    }
}

fn candidates(lanes: &[Lane]) -> Vec<Lambdas> {
    lanes.iter().map(|lane| lane.score.lambdas).collect()
}

/// Places of `n` cells in random order, cut into heats; the last has what is left, each is in ascending order.
fn heats(n: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut places = Stream::new(seed, Purpose::Race, 0).shuffled(n, n);
    let mut heats = Vec::new();
    let mut size = FIRST;
    while !places.is_empty() {
        let is_last = places.len() < 2 * size;
        let rest = if is_last { Vec::new() } else { places.split_off(size) };
        places.sort_unstable();
        heats.push(places);
        places = rest;
        size *= GROWTH;
    }
    heats
}

/// The best so far, ties as in every search; `None` if no score is finite.
fn leader(lanes: &[Lane]) -> Option<&Lane> {
    let finite = || lanes.iter().filter(|lane| lane.score.score.is_finite());
    let least = finite().map(|lane| lane.score.score).fold(f64::INFINITY, f64::min);
    let tied = finite().filter(|lane| lane.score.score <= least * (1.0 + TIE));
    tied.min_by(|a, b| order(&a.score.lambdas, &b.score.lambdas))
}

/// Whether two sums of squares tie.
fn ties(own: &[Option<f64>], other: &[Option<f64>]) -> bool {
    let sum = |squares: &[Option<f64>]| squares.iter().flatten().sum::<f64>();
    (sum(own) - sum(other)).abs() <= TIE * sum(other)
}

/// Whether the mean of `own` over all `n` cells may be below that of `best` by more than what is indifferent; where
/// these are all cells, whether it is not above by more than that.
fn may_win(own: &[Option<f64>], best: &[Option<f64>], n: usize) -> bool {
    let m = own.len() as f64;
    let square = |value: &Option<f64>| value.unwrap_or(0.0);
    let indifferent = INDIFFERENCE * best.iter().map(square).sum::<f64>() / m;
    let differences: Vec<f64> = own.iter().zip(best).map(|(a, b)| square(a) - square(b)).collect();
    let mean = differences.iter().sum::<f64>() / m;
    if own.len() == n {
        return mean <= indifferent;
    }
    let variance = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (m - 1.0);
    let error = (variance / m * (1.0 - m / n as f64)).sqrt();
    mean - DOUBT * error < -indifferent
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn squares(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_candidate_that_is_worse_on_every_cell_is_out_and_a_noisy_one_stays() {
        let best: Vec<f64> = (0..100).map(|k| 1.0 + (k % 7) as f64).collect();
        let worse: Vec<f64> = best.iter().map(|b| b + 0.5).collect();
        let noisy: Vec<f64> =
            best.iter().enumerate().map(|(k, b)| b + [-2.0, 2.1][k % 2]).collect();
        assert!(!may_win(&squares(&worse), &squares(&best), 10_000));
        assert!(may_win(&squares(&noisy), &squares(&best), 10_000));
        // One that is the same wins nothing.
        assert!(!may_win(&squares(&best), &squares(&best), 10_000));
    }

    #[test]
    fn on_all_cells_near_ties_stay_and_all_others_leave() {
        let best = squares(&[1.0, 5.0, 2.0]);
        assert!(may_win(&best, &best, 3));
        assert!(may_win(&squares(&[1.0, 5.001, 2.0]), &best, 3));
        assert!(!may_win(&squares(&[1.0, 5.002, 2.0]), &best, 3));
    }

    #[test]
    fn heats_have_all_cells_once_and_grow() {
        let found = heats(1000, 3);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [100, 200, 700]);
        assert!(found.iter().all(|heat| heat.is_sorted()));
        assert_eq!(found.concat().into_iter().collect::<BTreeSet<_>>(), (0..1000).collect());
        assert_ne!(found, heats(1000, 4));
    }

    #[test]
    fn of_ties_the_largest_penalty_leads_and_what_has_no_effect_never_does() {
        let lane = |nn: f64, score: f64| Lane {
            score: Score {
                lambdas: Lambdas { time: 0.0, unit: 0.0, nn },
                score,
                n_cells: 1,
                max_gap: 0.0,
                n_uncertified: 0,
                abandoned: false,
            },
            squares: squares(&[score]),
        };
        let lanes = [lane(1.0, 2.0), lane(3.0, f64::INFINITY), lane(2.0, 2.0), lane(0.5, 4.0)];
        assert_eq!(leader(&lanes).unwrap().score.lambdas.nn, 2.0);
        assert!(leader(&lanes[1..2]).is_none());
    }

    #[test]
    fn around_a_candidate_are_all_its_penalties_and_one_step_of_each_weight() {
        let grids =
            Grids { time: vec![0.0, 1.0, 2.0], unit: vec![0.0, 1.0], nn: vec![9.0, 3.0, 1.0] };
        let found = around(&grids, Lambdas { time: 0.0, unit: 1.0, nn: 9.0 });
        assert_eq!(found.len(), 3 + 3 * 2);
        assert!(found.iter().all(|l| l.time < 2.0));
        assert_eq!(found.iter().filter(|l| l.nn == 1.0).count(), 1);
    }
}
