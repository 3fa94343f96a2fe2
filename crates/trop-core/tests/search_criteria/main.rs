//! Placebo cross-validation, the adaptive search, and the edges of grids.

#[path = "../common/mod.rs"]
mod common;

mod adaptive;
mod edges;
mod retuning;
mod scores;
mod sets;

use common::{random_panel, Design as Pattern, Matrices, DESIGNS};
use std::collections::BTreeSet;
use trop_core::{
    estimate, infer, loocv_grid_search, placebo_sets, weighted_atts, Anchor, Criterion, Design,
    Edge, Error, Grids, Inference, InferenceMethod, InferenceOptions, Lambdas, Method, Panel,
    Retuning, Score, Search, SearchOptions, Settings, Shape, Silent, WeightedJob, Weights,
};

const INF: f64 = f64::INFINITY;

const ANCHORS: [Anchor; 3] = [Anchor::Cell, Anchor::Pooled, Anchor::Spell];

const CRITERIA: [Criterion; 3] =
    [Criterion::Loocv, Criterion::PlaceboSets { sets: 6 }, Criterion::PlaceboFolds { folds: 3 }];

/// Scores from different paths to one certified optimum agree to this share.
const SAME_SCORE: f64 = 1e-6;

fn anchored(m: &Matrices, anchor: Anchor) -> Panel {
    m.panel().with_design(&Design { anchor, ..Default::default() }).unwrap()
}

fn grids() -> Grids {
    Grids { time: vec![0.0, 0.5], unit: vec![0.0, 0.4], nn: vec![INF, 1.0, 0.3] }
}

fn single(l: Lambdas) -> Grids {
    Grids { time: vec![l.time], unit: vec![l.unit], nn: vec![l.nn] }
}

fn search(panel: &Panel, grids: &Grids, options: &SearchOptions) -> Result<Search, Error> {
    loocv_grid_search(panel, grids, options, &Settings::default(), &Silent)
}

fn grid_by(criterion: Criterion) -> SearchOptions {
    SearchOptions { method: Method::Grid, criterion, ..Default::default() }
}

fn value(l: &Lambdas, name: &str) -> f64 {
    match name {
        "time" => l.time,
        "unit" => l.unit,
        _ => l.nn,
    }
}

/// One unit treated in the last of two periods, the last unit; the others grow as given.
fn growing(growth: &[f64]) -> Panel {
    let n = growth.len() + 1;
    let mut outcome = Vec::new();
    growth.iter().enumerate().for_each(|(i, g)| outcome.extend([i as f64, i as f64 + g]));
    outcome.extend([7.0, 11.0]);
    let mut treatment = vec![0.0; 2 * n];
    treatment[2 * n - 1] = 1.0;
    Panel::new(&outcome, &treatment, Shape { n_units: n, n_periods: 2 }).unwrap()
}

/// The never-treated units of a panel as matrices of their own, those of a set in the treated units' roles.
fn stamped(m: &Matrices, set: &[(usize, usize)]) -> (Matrices, Vec<(usize, usize)>) {
    let row = |matrix: &[f64], i: usize| matrix[i * m.n_periods..(i + 1) * m.n_periods].to_vec();
    let never: Vec<usize> =
        (0..m.n_units).filter(|&i| !row(&m.treatment, i).contains(&1.0)).collect();
    let role = |i: usize| set.iter().find(|(unit, _)| *unit == i).map_or(i, |(_, role)| *role);
    let stamped = Matrices {
        outcome: never.iter().flat_map(|&i| row(&m.outcome, i)).collect(),
        treatment: never.iter().flat_map(|&i| row(&m.treatment, role(i))).collect(),
        n_units: never.len(),
        n_periods: m.n_periods,
    };
    (stamped, never.iter().map(|&i| (i, role(i))).collect())
}

fn root_mean_square(atts: &[f64]) -> f64 {
    (atts.iter().map(|x| x * x).sum::<f64>() / atts.len() as f64).sqrt()
}
