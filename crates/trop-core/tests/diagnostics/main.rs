//! Diagnostics: the fit behind an effect, and how the ATT moves.

#[path = "../common/mod.rs"]
mod common;

mod before_treatment;
mod sensitivity;
mod target;

use common::{random_panel, Design as Pattern, Matrices, DESIGNS, PROP99};
use trop_core::{
    ablation, att_at, cell_effects, diagnose, estimate, leave_one_out, pre_treatment_cells,
    pre_treatment_fit, weighted_fit, weights, Anchor, Cell, CellEffect, Design, Diagnosis, Error,
    Lambdas, Panel, PreFit, Reason, Settings, Shape, Silent, Status, UnitFit, Watch, Weights,
};

/// Rounding of a few additions of numbers near one.
const ROUNDING: f64 = 1e-12;

/// Two fits that are each certified to 1e-12 (1e-8 at lambda_nn = 0) agree this well; outcomes vary by about
/// one.
const SAME: f64 = 1e-6;

const NAN: f64 = f64::NAN;

const ANCHORS: [Anchor; 3] = [Anchor::Cell, Anchor::Pooled, Anchor::Spell];

const LOW_RANK: [Lambdas; 3] = [
    Lambdas { time: 0.3, unit: 0.4, nn: 0.8 },
    Lambdas { time: 0.0, unit: 0.0, nn: 0.3 },
    Lambdas { time: 0.2, unit: 0.1, nn: 0.0 },
];

fn settings(lambdas: &Lambdas) -> Settings {
    let tolerance = if lambdas.nn == 0.0 { 1e-8 } else { 1e-12 };
    Settings { tolerance, ..Default::default() }
}

fn anchored(m: &Matrices, anchor: Anchor) -> Panel {
    m.panel().with_design(&Design { anchor, ..Default::default() }).unwrap()
}
