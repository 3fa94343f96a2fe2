//! Inference, against literal loops over panels made anew; and how it must move when the panel does.

#[path = "../common/mod.rs"]
mod common;

mod agreement;
mod averages;
mod bias_bounds;
mod choice;
mod clusters;
mod invariances;
mod methods;
mod progress;
mod refused;

use common::{random_panel, Design as Pattern, Matrices, DESIGNS};
use statrs::distribution::{ContinuousCDF, StudentsT};
use trop_core::{
    bootstrap_trop_variance, cell_effects, estimate, infer, loocv_grid_search, pre_treatment_cells,
    BootstrapOptions, Cell, CellEffect, Design, Error, Grids, Grouping, Inference, InferenceMethod,
    InferenceOptions, Inferred, Lambdas, Measure, Panel, Quantity, Retuning, SearchOptions,
    Settings, Silent,
};
use InferenceMethod::{Auto, Bootstrap, Conformal, Jackknife, Placebo};

const METHODS: [InferenceMethod; 4] = [Bootstrap, Jackknife, Placebo, Conformal];

const LAMBDAS: Lambdas = Lambdas { time: 0.2, unit: 0.3, nn: 1.5 };

/// Fits are certified to 1e-12, whichever way their panels were made; outcomes vary by about one.
const TOLERANCE: f64 = 1e-6;

fn settings() -> Settings {
    Settings { tolerance: 1e-12, threads: Some(1), ..Default::default() }
}

fn options(method: InferenceMethod) -> InferenceOptions {
    InferenceOptions { method, draws: 60, level: 0.8, seed: 3, retuning: None }
}

fn inferred(panel: &Panel, lambdas: &Lambdas, options: &InferenceOptions) -> Inference {
    let found = estimate(panel, lambdas, &settings(), &Silent).unwrap();
    infer(panel, lambdas, &found, &[], options, &settings(), &Silent).unwrap()
}

fn refusal(panel: &Panel, options: &InferenceOptions) -> Error {
    let found = estimate(panel, &Lambdas::TWO_WAY, &settings(), &Silent).unwrap();
    infer(panel, &Lambdas::TWO_WAY, &found, &[], options, &settings(), &Silent).unwrap_err()
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    a == b || (a - b).abs() <= tolerance || (a.is_nan() && b.is_nan())
}

fn assert_close(a: f64, b: f64, tolerance: f64, what: &str) {
    assert!(close(a, b, tolerance), "{what}: {a} {b}");
}

fn row(inference: &Inference, quantity: Quantity) -> &Inferred {
    inference.table.iter().find(|row| row.average.quantity == quantity).unwrap()
}

fn is_treated(m: &Matrices, unit: usize) -> bool {
    m.treatment[unit * m.n_periods..(unit + 1) * m.n_periods].contains(&1.0)
}

fn treated_units(m: &Matrices) -> Vec<usize> {
    (0..m.n_units).filter(|&i| is_treated(m, i)).collect()
}

/// The panel of some rows of outcomes, each with some row of treatments.
fn rows(m: &Matrices, rows: &[(usize, usize)]) -> Matrices {
    let pick =
        |matrix: &[f64], unit: usize| matrix[unit * m.n_periods..(unit + 1) * m.n_periods].to_vec();
    Matrices {
        outcome: rows.iter().flat_map(|&(unit, _)| pick(&m.outcome, unit)).collect(),
        treatment: rows.iter().flat_map(|&(_, role)| pick(&m.treatment, role)).collect(),
        n_units: rows.len(),
        n_periods: m.n_periods,
    }
}

fn without(m: &Matrices, unit: usize) -> Matrices {
    rows(m, &(0..m.n_units).filter(|&i| i != unit).map(|i| (i, i)).collect::<Vec<_>>())
}

/// The same panel with the first `n` units treated in the last `spell` periods.
fn block(seed: u64, n_units: usize, n_periods: usize, n: usize, spell: usize) -> Matrices {
    let mut m = random_panel(seed, n_units, n_periods, Pattern::Block, 0.0);
    for (k, w) in m.treatment.iter_mut().enumerate() {
        *w = f64::from(u8::from(k / n_periods < n && k % n_periods + spell >= n_periods));
    }
    m
}

fn add_to_treated(m: &Matrices, effect: f64) -> Matrices {
    let mut m = m.clone();
    m.outcome.iter_mut().zip(&m.treatment).for_each(|(y, w)| *y += effect * w);
    m
}

fn mean(effects: &[CellEffect], of: impl Fn(&CellEffect) -> bool) -> f64 {
    let chosen: Vec<f64> = effects.iter().filter(|e| of(e)).map(|e| e.effect).collect();
    chosen.iter().sum::<f64>() / chosen.len() as f64
}

fn code(panel: &Panel, options: &InferenceOptions) -> &'static str {
    refusal(panel, options).code()
}

fn chosen(m: &Matrices, level: f64) -> (InferenceMethod, String) {
    let options = InferenceOptions { level, ..options(Auto) };
    trop_core::choose_inference(&m.panel(), &options).unwrap()
}
