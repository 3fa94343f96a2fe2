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

/// How many times more cells each further heat has.
const GROWTH: usize = 2;

/// Standard errors of a mean difference within which a candidate may still win.
const DOUBT: f64 = 3.0;

/// A candidate that is not better by this share of the best score need not win.
const INDIFFERENCE: f64 = 5e-4;

/// Gap of the fits of a heat, far below what a sample of cells leaves open.
const ROUGH: f64 = 1e-3;

/// Mean squares of a heat within this relative distance tie.
const TIE: f64 = 1e-6;

fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// What a race leaves.
pub(crate) struct Raced {
    /// Candidates that may have the least score of all cells.
    pub left: Vec<Lambdas>,
    /// The others, with their scores in the heat in which each was dropped.
    pub dropped: Vec<Score>,
}

/// Runs a race, if there are cells enough that one is worth it and some candidate can be estimated.
pub(crate) fn race(
    loocv: &Loocv<'_>,
    grids: &Grids,
    scale: f64,
    seed: u64,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Option<Raced>> {
    let n = loocv.cells().len();
    let first = env("FIRST", 100.0) as usize;
    if n < env("WORTH", 4.0) as usize * first {
        return Ok(None);
    }
    let rough = env("ROUGH", ROUGH);
    let doubt = env("DOUBT", DOUBT);
    let rough = Settings { loocv_tolerance: settings.loocv_tolerance.max(rough), ..*settings };
    let start = cpu();
    let mut heats = heats(loocv.cells(), first, seed).into_iter();
    let mut heat = || -> Option<Result<Loocv<'_>>> {
        heats.next().map(|cells| loocv.of_cells(cells, Stopping::of_search(&rough), monitor))
    };
    let Some(sample) = heat().transpose()? else { return Ok(None) };
    let mut book = Book::new(&sample, scale, false, &rough, monitor)?.with_lanes();
    if book.descent_if_any(grids)?.is_none() {
        return Ok(None);
    }
    let mut lanes = book.into_lanes();
    let mut dropped = Vec::new();
    loop {
        let stay = may_win(&lanes, n, doubt);
        let before = lanes.len();
        let (staying, leaving): (Vec<_>, Vec<_>) =
            lanes.into_iter().zip(stay).partition(|(_, stays)| *stays);
        dropped.extend(leaving.iter().map(|(lane, _)| Score { abandoned: true, ..lane.score }));
        lanes = staying.into_iter().map(|(lane, _)| lane).collect();
        let left: Vec<Lambdas> = lanes.iter().map(|lane| lane.score.lambdas).collect();
        if std::env::var("VERBOSE").is_ok() {
            eprintln!("{} cells: {} of {before} left, {:.2} s", lanes[0].squares.len(), left.len(), cpu() - start);
        }
        let next = if left.len() > 1 { heat().transpose()? } else { None };
        let Some(cells) = next else { return Ok(Some(Raced { left, dropped })) };
        let more = Scorer::new(&cells, &rough, monitor)?.score_terms(&left)?;
        lanes = lanes.into_iter().zip(more).map(|(lane, more)| lane.and(more)).collect();
    }
}

/// Seconds of processor time of this process.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    fields.get(11).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0) / 100.0
}

/// All cells in random order, cut into heats of `first`, twice as many, and so on; the last has the rest.
fn heats(cells: &[Cell], first: usize, seed: u64) -> Vec<Vec<Cell>> {
    let mut places = Stream::new(seed, Purpose::Race, 0).shuffled(cells.len(), cells.len());
    let mut heats = Vec::new();
    let mut size = first;
    while !places.is_empty() {
        let rest = if places.len() < 2 * size { Vec::new() } else { places.split_off(size) };
        places.sort_unstable();
        heats.push(places.iter().map(|&k| cells[k]).collect());
        places = rest;
        size *= GROWTH;
    }
    heats
}

/// Which candidates of a heat may have the least score of all `n` cells.
fn may_win(lanes: &[Lane], n: usize, doubt: f64) -> Vec<bool> {
    let finite = || lanes.iter().filter(|lane| lane.score.score.is_finite());
    let least = finite().map(|lane| lane.score.score).fold(f64::INFINITY, f64::min);
    let tied = finite().filter(|lane| lane.score.score <= least * (1.0 + TIE));
    let Some(best) = tied.min_by(|a, b| order(&a.score.lambdas, &b.score.lambdas)) else {
        return vec![true; lanes.len()];
    };
    let stays = |lane: &Lane| {
        lane.score.lambdas == best.score.lambdas
            || lane.score.score.is_finite() && is_in_doubt(&lane.squares, &best.squares, n, doubt)
    };
    lanes.iter().map(stays).collect()
}

/// Whether the mean of `own` over all `n` cells may be below that of `best` by more than what is indifferent.
fn is_in_doubt(own: &[Option<f64>], best: &[Option<f64>], n: usize, doubt: f64) -> bool {
    let m = own.len() as f64;
    let square = |value: &Option<f64>| value.unwrap_or(0.0);
    let differences: Vec<f64> = own.iter().zip(best).map(|(a, b)| square(a) - square(b)).collect();
    let mean = differences.iter().sum::<f64>() / m;
    let variance = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (m - 1.0);
    let error = (variance / m * (1.0 - m / n as f64)).sqrt();
    let enough = INDIFFERENCE * best.iter().map(square).sum::<f64>() / m;
    if own.len() == n {
        return mean <= enough;
    }
    mean - doubt * error < -enough
}
