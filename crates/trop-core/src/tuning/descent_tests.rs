//! Searches over score tables that are written down.

use super::*;
use crate::error::Error;
use crate::model::Path;
use crate::runtime::{Progress, Silent};
use crate::settings::Settings;
use crate::tuning::scoring::{Objective, PieceTerms, Term};
use crate::tuning::search::Method;
use std::sync::Mutex;

const INF: f64 = f64::INFINITY;

/// Equal parts of a score: a power of two, so that they sum to it exactly, and enough to abandon it amid them.
const PIECES: usize = 16;

/// Scores by a formula.
struct Table<F> {
    formula: F,
    /// Candidates in the order in which their first part was asked for.
    asked: Mutex<Vec<Lambdas>>,
}

impl<F: Fn(&Lambdas) -> f64 + Sync> Table<F> {
    fn new(formula: F) -> Self {
        Table { formula, asked: Mutex::new(Vec::new()) }
    }

    fn search(&self, method: Method, grids: &Grids, abandon: bool) -> Result<(Score, Vec<Score>)> {
        let settings = Settings { threads: Some(1), ..Default::default() };
        let mut book = Book::new(self, 1.0, abandon, &settings, &Silent)?;
        let winner = book.search(method, &mut grids.clone())?;
        Ok((winner, book.scores))
    }

    /// The choice, and how many candidates were scored for it.
    fn choice(&self, method: Method, grids: &Grids) -> (Lambdas, usize) {
        let (winner, scores) = self.search(method, grids, false).unwrap();
        (winner.lambdas, scores.len())
    }
}

impl<F: Fn(&Lambdas) -> f64 + Sync> Objective for Table<F> {
    fn what(&self) -> &'static str {
        "control cell"
    }

    fn n_terms(&self) -> usize {
        PIECES
    }

    fn n_not_estimable(&self) -> usize {
        0
    }

    fn n_pieces(&self) -> usize {
        PIECES
    }

    fn n_fits(&self, _: usize) -> usize {
        1
    }

    fn terms(&self, piece: usize, path: &Path, _: &Progress<'_>) -> Result<PieceTerms> {
        let entry = |&nn: &f64| {
            let lambdas = path.lambdas(nn);
            if piece == 0 {
                self.asked.lock().unwrap().push(lambdas);
            }
            let score = (self.formula)(&lambdas) / PIECES as f64;
            let square = score.is_finite().then_some(score);
            vec![Term { at: piece, square, gap: 0.0, certified: true }]
        };
        Ok(path.nn.iter().map(entry).collect())
    }

    fn score(&self, sum: f64) -> f64 {
        sum
    }
}

/// The shape of the default grids.
fn grids() -> Grids {
    Grids {
        time: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
        unit: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
        nn: vec![INF, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
    }
}

fn at(time: f64, unit: f64, nn: f64) -> Lambdas {
    Lambdas { time, unit, nn }
}

/// Without a low-rank part strong weights are best; with one, which is much better, weak ones.
fn two_basins(l: &Lambdas) -> f64 {
    match l.nn {
        INF => 20.0 + (l.time - 6.0).powi(2) + (l.unit - 4.0).powi(2),
        nn => 1.0 + (nn - 2.0).powi(2) + 3.0 * l.time + 4.0 * l.unit,
    }
}

#[test]
fn it_leaves_the_basin_in_which_a_cycle_stays() {
    let table = Table::new(two_basins);
    assert_eq!(table.choice(Method::Cycle, &grids()).0, at(6.0, 4.0, INF));
    assert_eq!(table.choice(Method::Grid, &grids()), (at(0.0, 0.0, 2.0), 8 * 6 * 7));
    let (choice, scored) = table.choice(Method::Descent, &grids());
    assert_eq!(choice, at(0.0, 0.0, 2.0));
    // 12 far apart, of which (0, 0, 3) is the best; 4 more penalties there, 2 the best; 3 at each unit and
    // time up to the third step, of which (0, 3, 3) is known; around the end those with both weights at 1;
    // without a low-rank part from (7, 5) all times, and all units at 6, of which the next best is at 4.
    assert_eq!(scored, 12 + 4 + (9 - 1) + 9 + 3 + 8 + 5 + 7);
}

#[test]
fn it_follows_a_valley_across_the_grid() {
    // What is gained in time is lost in units: no way along one of them leads down.
    let valley = |l: &Lambdas| {
        let nn = if l.nn == 4.0 { 0.0 } else { 100.0 };
        8.0 - l.time + 10.0 * (l.time - l.unit).abs() + nn
    };
    assert_eq!(Table::new(valley).choice(Method::Descent, &grids()).0, at(5.0, 5.0, 4.0));
    assert_eq!(Table::new(valley).choice(Method::Grid, &grids()).0, at(5.0, 5.0, 4.0));
}

#[test]
fn the_penalty_follows_the_weights() {
    // At each unit weight another penalty is good; with any other nothing is.
    let ridge = |l: &Lambdas| {
        let good = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0][l.unit as usize];
        10.0 + l.time - l.unit + 100.0 * f64::from(u8::from(l.nn != good))
    };
    let table = Table::new(ridge);
    assert_eq!(table.choice(Method::Descent, &grids()).0, at(0.0, 5.0, 1.0));
}

#[test]
fn neighbours_are_sought_where_the_low_rank_part_begins() {
    // Down to nn = 3 it vanishes; the least score needs a stronger weight of both kinds and less penalty.
    let plateau = |l: &Lambdas| match (l.time, l.unit, l.nn) {
        (1.0, 1.0, 2.0) => 1.0,
        (_, _, nn) if nn < 3.0 => 50.0,
        (time, unit, _) => 10.0 + time + unit,
    };
    let table = Table::new(plateau);
    assert_eq!(table.choice(Method::Descent, &grids()).0, at(1.0, 1.0, 2.0));
}

#[test]
fn none_is_scored_twice_whatever_the_order_of_the_candidates() {
    let mut shuffled = grids();
    shuffled.time.rotate_left(3);
    shuffled.unit.reverse();
    shuffled.nn.swap(0, 4);
    let mut counts = Vec::new();
    for grids in [grids(), shuffled] {
        let table = Table::new(two_basins);
        let (winner, scores) = table.search(Method::Descent, &grids, false).unwrap();
        assert_eq!(winner.lambdas, at(0.0, 0.0, 2.0));
        let asked = table.asked.into_inner().unwrap();
        assert!((0..asked.len()).all(|k| !asked[..k].contains(&asked[k])));
        assert_eq!(asked.len(), scores.len());
        counts.push(scores.len());
    }
    assert_eq!(counts[0], counts[1]);
}

#[test]
fn any_grid_will_do_and_is_not_left() {
    let few = [vec![0.0], vec![0.5], vec![3.0, 0.5], vec![0.2, 0.0, 7.0]];
    let penalties = [vec![INF], vec![0.0], vec![2.0], vec![0.0, INF, 2.0], vec![1.0, 3.0]];
    // Nothing smooth.
    let rough = |l: &Lambdas| {
        let nn = if l.nn == INF { 11.0 } else { l.nn };
        1.0 + (12.9898 * l.time + 78.233 * l.unit + 37.719 * nn).sin().abs()
    };
    for time in &few {
        for unit in &few {
            for nn in &penalties {
                let grids = Grids { time: time.clone(), unit: unit.clone(), nn: nn.clone() };
                let table = Table::new(rough);
                let (choice, scored) = table.choice(Method::Descent, &grids);
                let all = grids.triples();
                assert!(scored <= all.len() && all.contains(&choice));
                assert!(table.asked.into_inner().unwrap().iter().all(|l| all.contains(l)));
                // Along a single lambda nothing is left out.
                let lines = [time.len(), unit.len(), nn.len()].iter().filter(|&&n| n > 1).count();
                let (best, _) = Table::new(rough).choice(Method::Grid, &grids);
                assert!(lines > 1 || choice == best, "{grids:?}");
            }
        }
    }
}

#[test]
fn it_passes_by_candidates_whose_weights_underflow() {
    let table = Table::new(|l: &Lambdas| if l.time + l.unit > 0.0 { INF } else { two_basins(l) });
    assert_eq!(table.choice(Method::Descent, &grids()).0, at(0.0, 0.0, 2.0));
    let all = Table::new(|_: &Lambdas| INF);
    let error = all.search(Method::Descent, &grids(), false).unwrap_err();
    assert_eq!(error, Error::NoEstimableCell { what: "control cell", not_estimable: PIECES });
}

#[test]
fn ties_go_to_the_least_departure_from_two_way_fixed_effects() {
    let mut reversed = grids();
    for grid in [&mut reversed.time, &mut reversed.unit, &mut reversed.nn] {
        grid.reverse();
    }
    let flat = Table::new(|_: &Lambdas| 1.0);
    let near = Table::new(|l: &Lambdas| if l.nn == INF { 1.0 + 5e-11 } else { 1.0 });
    let apart = Table::new(|l: &Lambdas| if l.nn == INF { 1.0 + 2e-10 } else { 1.0 });
    for grids in [grids(), reversed] {
        for method in [Method::Descent, Method::Grid, Method::Adaptive] {
            assert_eq!(flat.choice(method, &grids).0, at(0.0, 0.0, INF), "{method:?}");
            assert_eq!(near.choice(method, &grids).0, at(0.0, 0.0, INF), "{method:?}");
        }
        assert_eq!(apart.choice(Method::Descent, &grids).0, at(0.0, 0.0, 6.0));
    }
}

#[test]
fn abandoning_changes_neither_the_way_nor_the_choice() {
    let table = Table::new(two_basins);
    for method in [Method::Descent, Method::Adaptive] {
        let (full, all) = table.search(method, &grids(), false).unwrap();
        let (quick, some) = table.search(method, &grids(), true).unwrap();
        assert_eq!(quick, full);
        let mut candidates: Vec<Lambdas> = some.iter().map(|s| s.lambdas).collect();
        assert!(all.iter().all(|s| candidates.contains(&s.lambdas)));
        candidates.retain(|l| all.iter().all(|s| s.lambdas != *l));
        assert!(candidates.is_empty() && some.iter().any(|s| s.abandoned));
    }
}

#[test]
fn an_adaptive_search_begins_with_a_descent() {
    let table = Table::new(|l: &Lambdas| {
        1.0 + (l.time - 9.5).powi(2) + l.unit + (l.nn - 2.9).abs().min(9.0)
    });
    let (found, scores) = table.search(Method::Adaptive, &grids(), false).unwrap();
    let (first, before) = table.search(Method::Descent, &grids(), false).unwrap();
    assert_eq!(scores[..before.len()], before);
    assert_eq!(first.lambdas, at(7.0, 0.0, 3.0));
    // Beyond 7 by 7 / 6, and again; then halfway between neighbours.
    assert!(
        found.lambdas.time > 9.0 && found.lambdas.time < 10.0 && found.score < 1.2,
        "{found:?}"
    );
}
