//! A race: candidates are compared on few control cells first, and on more only while they may win.

use super::book::{order, Book};
use super::grids::Grids;
use super::loocv::Loocv;
use super::scoring::{Lane, Score, Scorer};
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::panel::Cell;
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
const INDIFFERENCE: f64 = 5e-4;

/// Gap of the fits of a heat, far below what a sample of cells leaves open.
const ROUGH: f64 = 1e-3;

/// Sums of squares within this relative distance tie.
const TIE: f64 = 1e-6;

/// What a race leaves.
pub(crate) struct Raced {
    /// Candidates that may have the least score of all cells.
    pub left: Vec<Lambdas>,
    /// The others, with what they scored until each was dropped.
    pub dropped: Vec<Score>,
}

/// Whether a race is worth it.
pub(crate) fn is_worth_it(n_cells: usize) -> bool {
    n_cells >= WORTH_IT * FIRST
}

/// Runs a race, unless weights underflow for every candidate that lies far apart.
///
/// A descent on the cells of the first heat proposes candidates. After each heat, every candidate is compared with
/// the best one, cell by cell on the cells so far: what is not better by [`INDIFFERENCE`], give or take [`DOUBT`]
/// standard errors of the mean difference, is dropped. The cells of the last heat are all that were left.
pub(crate) fn race(
    loocv: &Loocv<'_>,
    grids: &Grids,
    scale: f64,
    seed: u64,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Option<Raced>> {
    let n = loocv.cells().len();
    let rough = Settings { loocv_tolerance: settings.loocv_tolerance.max(ROUGH), ..*settings };
    let on = |cells| loocv.of_cells(cells, Stopping::of_search(&rough), monitor);
    let mut heats = heats(loocv.cells(), seed).into_iter();
    let first = on(heats.next().unwrap_or_default())?;
    let mut book = Book::new(&first, scale, false, &rough, monitor)?.with_lanes();
    if book.descent_if_any(grids)?.is_none() {
        return Ok(None);
    }
    let (mut lanes, mut dropped) = drop_losers(book.into_lanes(), n);
    for heat in heats {
        if lanes.len() < 2 {
            break;
        }
        let more = Scorer::new(&on(heat)?, &rough, monitor)?.score(&candidates(&lanes))?;
        let longer = lanes.into_iter().zip(more).map(|(lane, more)| lane.and(more)).collect();
        let (staying, leaving) = drop_losers(longer, n);
        lanes = staying;
        dropped.extend(leaving);
    }
    Ok(Some(Raced { left: candidates(&lanes), dropped }))
}

fn candidates(lanes: &[Lane]) -> Vec<Lambdas> {
    lanes.iter().map(|lane| lane.score.lambdas).collect()
}

/// All cells in random order, cut into heats; the last has what is left, the cells of each are in ascending order.
fn heats(cells: &[Cell], seed: u64) -> Vec<Vec<Cell>> {
    let mut places = Stream::new(seed, Purpose::Race, 0).shuffled(cells.len(), cells.len());
    let mut heats = Vec::new();
    let mut size = FIRST;
    while !places.is_empty() {
        let is_last = places.len() < 2 * size;
        let rest = if is_last { Vec::new() } else { places.split_off(size) };
        places.sort_unstable();
        heats.push(places.iter().map(|&k| cells[k]).collect());
        places = rest;
        size *= GROWTH;
    }
    heats
}

/// Those that may have the least score of all `n` cells, and the scores of the others.
fn drop_losers(lanes: Vec<Lane>, n: usize) -> (Vec<Lane>, Vec<Score>) {
    let Some(best) = leader(&lanes) else { return (lanes, Vec::new()) };
    let (best, leads) = (best.squares.clone(), best.score.lambdas);
    let stays = |lane: &Lane| {
        lane.score.lambdas == leads
            || lane.score.score.is_finite() && may_win(&lane.squares, &best, n)
    };
    let (staying, leaving): (Vec<Lane>, Vec<Lane>) = lanes.into_iter().partition(stays);
    let lost = |lane: Lane| Score { abandoned: true, ..lane.score };
    (staying, leaving.into_iter().map(lost).collect())
}

/// The best so far, ties as in every search; `None` if no score is finite.
fn leader(lanes: &[Lane]) -> Option<&Lane> {
    let finite = || lanes.iter().filter(|lane| lane.score.score.is_finite());
    let least = finite().map(|lane| lane.score.score).fold(f64::INFINITY, f64::min);
    let tied = finite().filter(|lane| lane.score.score <= least * (1.0 + TIE));
    tied.min_by(|a, b| order(&a.score.lambdas, &b.score.lambdas))
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
        assert!(may_win(&squares(&[1.0, 5.003, 2.0]), &best, 3));
        assert!(!may_win(&squares(&[1.0, 5.005, 2.0]), &best, 3));
    }

    #[test]
    fn heats_have_all_cells_once_and_grow() {
        let cells: Vec<Cell> = (0..1000).map(|k| Cell { unit: k / 10, period: k % 10 }).collect();
        let found = heats(&cells, 3);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [100, 200, 700]);
        assert!(found.iter().all(|heat| heat.is_sorted()));
        assert_eq!(found.concat().iter().collect::<BTreeSet<_>>(), cells.iter().collect());
        assert_ne!(found, heats(&cells, 4));
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
        let (left, dropped) = drop_losers(lanes.into_iter().collect(), 1);
        assert_eq!(left.iter().map(|l| l.score.lambdas.nn).collect::<Vec<_>>(), [1.0, 2.0]);
        assert!(dropped.len() == 2 && dropped.iter().all(|score| score.abandoned));
    }
}
