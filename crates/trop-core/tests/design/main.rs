//! Designs: shared fits, averages, calendars, groupings, and what is said of a panel.

#[path = "../common/mod.rs"]
mod common;

mod averages;
mod calendar;
mod donors;
mod invariances;
mod near_treatment;
mod placebo_in_time;
mod refused;
mod remarks;
mod shared;

use common::{random_panel, Design as Pattern, Matrices, CASTLE, PROP99};
use trop_core::{
    att_of_draws, averages, cell_effects, estimate, pre_treatment_cells, weighted_fit, weights,
    Anchor, Average, Cell, CellEffect, Design, Error, Estimate, Grouping, Lambdas, Measure, Panel,
    Quantity, Reason, Remark, Settings, Shape, Silent, TimeDistance, Weights,
};

/// Rounding of a few additions of numbers near one.
const ROUNDING: f64 = 1e-12;

/// Two fits that are each certified to 1e-12 (1e-8 at lambda_nn = 0) agree this well; outcomes vary by about
/// one.
const SAME: f64 = 1e-6;

const NAN: f64 = f64::NAN;

const LAMBDAS: [Lambdas; 5] = [
    Lambdas { time: 0.0, unit: 0.0, nn: f64::INFINITY },
    Lambdas { time: 0.3, unit: 0.4, nn: f64::INFINITY },
    Lambdas { time: 0.3, unit: 0.4, nn: 0.8 },
    Lambdas { time: 0.0, unit: 0.0, nn: 0.3 },
    Lambdas { time: 0.2, unit: 0.1, nn: 0.0 },
];

const SHARED: [Anchor; 2] = [Anchor::Pooled, Anchor::Spell];

fn anchored(anchor: Anchor) -> Design {
    Design { anchor, ..Default::default() }
}

fn settings(lambdas: &Lambdas) -> Settings {
    let tolerance = if lambdas.nn == 0.0 { 1e-8 } else { 1e-12 };
    Settings { tolerance, ..Default::default() }
}

fn solved(panel: &Panel, lambdas: &Lambdas) -> Estimate {
    let found = estimate(panel, lambdas, &settings(lambdas), &Silent).unwrap();
    assert!(found.converged, "{lambdas:?}: gap {}", found.max_gap);
    found
}

fn with(m: &Matrices, design: &Design) -> Panel {
    m.panel().with_design(design).unwrap()
}

fn effects(found: &Estimate) -> Vec<(Cell, f64)> {
    found.effects.iter().map(|e| (e.cell, e.effect)).collect()
}

fn assert_near(a: &[(Cell, f64)], b: &[(Cell, f64)], tolerance: f64, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for ((cell, a), (other, b)) in a.iter().zip(b) {
        assert_eq!(cell, other, "{what}");
        assert!((a - b).abs() < tolerance, "{what} {cell:?}: {a} {b}");
    }
}

fn matrices(outcome: &[f64], treatment: &[f64], n_units: usize) -> Matrices {
    let n_periods = outcome.len() / n_units;
    Matrices { outcome: outcome.to_vec(), treatment: treatment.to_vec(), n_units, n_periods }
}

/// The same outcomes, treated in the given periods of the given units.
fn treated(m: &Matrices, spells: &[(usize, std::ops::Range<usize>)]) -> Matrices {
    let mut m = m.clone();
    m.treatment.fill(0.0);
    for (unit, periods) in spells {
        let first = unit * m.n_periods;
        m.treatment[first + periods.start..first + periods.end].fill(1.0);
    }
    m
}

/// Effects of the observed treated cells of some units, from a fit at given weights.
fn literal_effects(m: &Matrices, units: &[usize], w: &Weights, l: &Lambdas) -> Vec<(Cell, f64)> {
    let panel = m.panel();
    let fit = weighted_fit(&panel, w, l.nn, &settings(l), &Silent).unwrap();
    let mut cells = panel.treated_cells();
    cells.retain(|c| units.contains(&c.unit) && panel.is_observed(*c));
    let effect = |c: Cell| panel.outcome(c) - fit.fitted[c.unit * m.n_periods + c.period];
    cells.into_iter().map(|c| (c, effect(c))).collect()
}

fn mean(effects: &[(Cell, f64)]) -> f64 {
    effects.iter().map(|(_, e)| e).sum::<f64>() / effects.len() as f64
}

fn by_calendar(calendar: Vec<f64>) -> Design {
    let time_distance = TimeDistance::Calendar;
    Design { calendar: Some(calendar), time_distance, ..Default::default() }
}

fn codes(panel: &Panel) -> Vec<&'static str> {
    panel.remarks().iter().map(|remark| remark.code()).collect()
}

/// Numbers as they are in memory.
fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}
