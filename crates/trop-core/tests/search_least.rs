//! Searches against all triples, on panels where going round one lambda at a time ends elsewhere.

mod common;

use common::{random_panel, Design, Matrices, CASTLE, CPS};
use trop_core::{
    loocv_grid_search, Criterion, Grids, Method, Panel, Score, Search, SearchOptions, Settings,
    Silent,
};

/// Scores of a triple that two searches reach from different starts.
const SAME_SCORE: f64 = 1e-6;

/// How far the score of a race's fits, certified to 1e-3, is above that of others at most.
const ROUGH: f64 = 1e-3;

const INF: f64 = f64::INFINITY;

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
        let grids = Grids::default_for(&panel, &Silent).unwrap();
        let least = finds_the_least(&panel, &grids, Criterion::Loocv);
        let cycle = search(&panel, &grids, Method::Cycle, Criterion::Loocv);
        assert!(cycle.score > FAR * least, "{seed}: {}", cycle.score / least);
    }
}

#[test]
fn it_finds_the_least_score_of_real_panels() {
    for source in [&CASTLE, &CPS] {
        let panel = first_units(&Matrices::load(source), 20).panel();
        let mut grids = Grids::default_for(&panel, &Silent).unwrap();
        grids.nn.truncate(5);
        finds_the_least(&panel, &grids, Criterion::Loocv);
    }
}

#[test]
fn it_finds_the_least_score_of_placebo_sets() {
    for seed in [1, 2] {
        let panel = random_panel(seed, 16, 12, Design::Block, 0.0).panel();
        let grids = Grids::default_for(&panel, &Silent).unwrap();
        finds_the_least(&panel, &grids, Criterion::PlaceboSets { sets: 12 });
    }
}

/// A race scores on all cells what may win, and these scores are those of every other search.
#[test]
fn a_race_makes_the_choice_of_a_search_on_all_cells() {
    let grids = Grids { time: vec![0.0, 0.5, 2.0], unit: vec![0.0, 0.5], nn: vec![INF, 8.0, 4.0] };
    for seed in [1, 2] {
        let panel = random_panel(seed, 26, 20, Design::Block, 0.0).panel();
        let run = |method, threads| {
            let options = SearchOptions { method, ..Default::default() };
            let settings = Settings { threads: Some(threads), ..Default::default() };
            loocv_grid_search(&panel, &grids, &options, &settings, &Silent).unwrap()
        };
        let (race, all) = (run(Method::Race, 1), run(Method::Grid, 1));
        assert_eq!(race.lambdas, all.lambdas);
        assert_eq!(race.n_cells, all.n_cells);
        assert!(race.n_cells >= 400);
        let (dropped, scored): (Vec<_>, Vec<_>) = race.scores.iter().partition(|s| s.abandoned);
        assert!(!dropped.is_empty() && !scored.is_empty());
        let whole = |score: &Score| all.scores.iter().find(|s| s.lambdas == score.lambdas).unwrap();
        for score in scored {
            let whole = whole(score);
            assert!((score.score / whole.score - 1.0).abs() <= SAME_SCORE);
            assert_eq!((score.n_cells, score.n_uncertified), (whole.n_cells, 0));
        }
        for score in dropped {
            let whole = whole(score);
            assert!(score.score <= whole.score * (1.0 + ROUGH) && score.n_cells <= whole.n_cells);
        }
        assert_eq!(run(Method::Race, 3), race);
    }
}

#[test]
fn a_race_of_few_cells_is_a_descent() {
    let panel = random_panel(1, 16, 12, Design::Block, 0.0).panel();
    let grids = Grids { time: vec![0.0, 0.5], unit: vec![0.0, 0.5], nn: vec![INF, 4.0] };
    let run = |method| search(&panel, &grids, method, Criterion::Loocv);
    assert_eq!(run(Method::Race), run(Method::Descent));
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
