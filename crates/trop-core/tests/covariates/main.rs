//! Covariates (Eq. 14): coefficients by hand, an optimality proof that does not use the solver's, what must
//! not change, and what is refused.

#[path = "../common/mod.rs"]
mod common;

mod by_hand;
mod identified;
mod moves;
mod optimality;

use common::{random_panel, Design as Pattern, Matrices, Random};
use trop_core::{
    bootstrap_trop_variance, cell_effects, estimate, leave_one_out, loocv_grid_search,
    weighted_atts, weighted_fit, weighted_loocv, weights, Anchor, BootstrapOptions, Cell, Design,
    Error, Grids, Lambdas, Method, Panel, Reason, SearchOptions, Settings, Silent, Status,
    WeightedFit, WeightedJob, Weights,
};

const LAMBDAS: Lambdas = Lambdas { time: 0.2, unit: 0.1, nn: 2.0 };

fn with(data: &Matrices, covariates: &[Vec<f64>]) -> trop_core::TropResult<Panel> {
    data.panel().with_design(&Design { covariates: covariates.to_vec(), ..Default::default() })
}

/// Covariates that move together with the factors, and a panel whose outcomes follow them.
fn example(seed: u64, pattern: Pattern, missing: f64) -> (Matrices, Vec<Vec<f64>>) {
    let mut data = random_panel(seed, 14, 12, pattern, missing);
    let mut random = Random::new(seed + 100);
    let n = data.outcome.len();
    let x: Vec<f64> = (0..n)
        .map(|k| {
            let y = data.outcome[k];
            (if y.is_nan() { 0.0 } else { 0.5 * y }) + 2.0 * random.normal()
        })
        .collect();
    let z: Vec<f64> = (0..n).map(|_| 30.0 + 7.0 * random.normal()).collect();
    for k in 0..n {
        data.outcome[k] += 0.8 * x[k] - 0.1 * z[k];
    }
    (data, vec![x, z])
}

fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} {b}");
}
