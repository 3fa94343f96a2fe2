//! The default search against all triples, on panels where going round one lambda at a time ends elsewhere.

mod common;

use common::{random_panel, Design, Matrices, CASTLE, CPS};
use trop_core::{
    loocv_grid_search, Criterion, Grids, Method, Panel, Search, SearchOptions, Settings, Silent,
};

/// Scores of a triple that two searches reach from different starts.
const SAME_SCORE: f64 = 1e-6;

/// How far above the least score a cycle search ends on these panels, at least.
const FAR: f64 = 2.0;

fn search(panel: &Panel, grids: &Grids, method: Method, criterion: Criterion) -> Search {
    let options = SearchOptions { method, criterion, max_cells: Some(40), ..Default::default() };
    loocv_grid_search(panel, grids, &options, &Settings::default(), &Silent).unwrap()
}

/// Its score is the least, at fewer scores than two thirds of all.
fn finds_the_least(panel: &Panel, grids: &Grids, criterion: Criterion) -> f64 {
    let all = search(panel, grids, Method::Grid, criterion);
    let found = search(panel, grids, Method::Descent, criterion);
    assert!(found.score <= all.score * (1.0 + SAME_SCORE), "{} {}", found.score, all.score);
    assert_eq!(found.lambdas, all.lambdas);
    assert!(found.scores.len() * 3 < all.scores.len() * 2, "{}", found.scores.len());
    all.score
}

#[test]
fn it_finds_the_least_score_where_a_cycle_does_not() {
    for (seed, n_units, n_periods) in [(1, 16, 12), (3, 12, 20)] {
        let panel = random_panel(seed, n_units, n_periods, Design::Block, 0.0).panel();
        let grids = Grids::default_for(&panel).unwrap();
        let least = finds_the_least(&panel, &grids, Criterion::Loocv);
        let cycle = search(&panel, &grids, Method::Cycle, Criterion::Loocv);
        assert!(cycle.score > FAR * least, "{seed}: {}", cycle.score / least);
    }
}

#[test]
fn it_finds_the_least_score_of_real_panels() {
    for source in [&CASTLE, &CPS] {
        let panel = first_units(&Matrices::load(source), 20).panel();
        let mut grids = Grids::default_for(&panel).unwrap();
        grids.nn.truncate(5);
        finds_the_least(&panel, &grids, Criterion::Loocv);
    }
}

#[test]
fn it_finds_the_least_score_of_placebo_sets() {
    for seed in [1, 2] {
        let panel = random_panel(seed, 16, 12, Design::Block, 0.0).panel();
        let grids = Grids::default_for(&panel).unwrap();
        finds_the_least(&panel, &grids, Criterion::PlaceboSets { sets: 12 });
    }
}

/// Never all of them treated: both panels have a treated unit among the first 20.
fn first_units(m: &Matrices, n_units: usize) -> Matrices {
    let n = n_units * m.n_periods;
    Matrices {
        outcome: m.outcome[..n].to_vec(),
        treatment: m.treatment[..n].to_vec(),
        n_units,
        n_periods: m.n_periods,
    }
}
