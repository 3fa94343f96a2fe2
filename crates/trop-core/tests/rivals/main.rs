//! The estimators beside TROP: published numbers, cases by hand, designs, and what is refused.

#[path = "../common/mod.rs"]
mod common;

mod definitions;
mod designs;
mod inference;
mod published;
mod refused;

use common::{random_panel, Design, Matrices, CASTLE, CPS, DESIGNS, PROP99, PWT};
use trop_core::{
    averages, estimate, estimate_with, Cell, Design as PanelDesign, Error, Estimator,
    EstimatorOptions, EstimatorResult, Grouping, Lambdas, McTuning, Panel, Quantity, Reason,
    Settings, Shape, Silent, SimplexMethod, Status,
};

/// Rounding of sums of outcomes near one.
const ROUNDING: f64 = 1e-12;

fn options() -> EstimatorOptions {
    // Fixed lambdas and penalties: searches have tests of their own.
    EstimatorOptions {
        lambdas: Some(Lambdas { time: 0.2, unit: 0.1, nn: 2.0 }),
        lambda_nn: Some(2.0),
        ..Default::default()
    }
}

fn find(panel: &Panel, estimator: Estimator) -> EstimatorResult {
    estimate_with(panel, estimator, &options(), &Settings::default(), &Silent)
        .unwrap_or_else(|e| panic!("{estimator}: {e}"))
}

fn att(panel: &Panel, estimator: Estimator) -> f64 {
    find(panel, estimator).estimate.att
}
