//! Whether floating-point numbers can tell a panel's outcomes apart.

use crate::error::{number, Error, Result};

/// Squares of outcomes that differ by less underflow.
const SMALLEST: f64 = 1e-100;

/// Differences below this share of the outcomes are rounding of the outcomes themselves.
const ROUNDING: f64 = 1e-12;

/// An outcome this many times as large as the typical difference leaves the others a thousand steps of rounding.
const FURTHEST: f64 = 1e-3 / f64::EPSILON;

/// Checks the control outcomes of a panel that has some, row-major.
pub(crate) fn check_sizes(outcome: &[f64], treated: &[bool], n_periods: usize) -> Result<()> {
    let control = || (0..outcome.len()).filter(|&k| !treated[k] && !outcome[k].is_nan());
    let values = || control().map(|k| outcome[k]);
    let (least, most) =
        values().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), y| (a.min(y), b.max(y)));
    let (spread, largest) = (most - least, most.abs().max(least.abs()));
    if spread > ROUNDING * largest && spread < SMALLEST {
        return Err(Error::OutcomeTooSmall { spread: number(spread) });
    }
    let centre = median(values().collect());
    if largest <= 1e-3 * FURTHEST * median(values().map(|y| (y - centre).abs()).collect()) {
        return Ok(());
    }
    let (typical, rest) = typical_residual(outcome, treated, n_periods);
    let is_rounding = typical <= ROUNDING * median(values().map(f64::abs).collect());
    match control().max_by(|&a, &b| rest[a].abs().total_cmp(&rest[b].abs())) {
        Some(k) if !is_rounding && rest[k].abs() > FURTHEST * typical => {
            let (unit, period) = (k / n_periods, k % n_periods);
            Err(Error::OutcomeTooFar { unit, period, value: number(outcome[k]) })
        }
        _ => Ok(()),
    }
}

/// Control outcomes less the medians of their units and then of their periods: their median size, and each (NaN
/// where there is none).
fn typical_residual(outcome: &[f64], treated: &[bool], n_periods: usize) -> (f64, Vec<f64>) {
    let mut rest: Vec<f64> =
        outcome.iter().zip(treated).map(|(&y, &w)| if w { f64::NAN } else { y }).collect();
    for row in rest.chunks_exact_mut(n_periods) {
        let centre = median(row.iter().copied().filter(|y| !y.is_nan()).collect());
        row.iter_mut().for_each(|y| *y -= centre);
    }
    for period in 0..n_periods {
        let column = || (period..outcome.len()).step_by(n_periods);
        let centre = median(column().map(|k| rest[k]).filter(|y| !y.is_nan()).collect());
        column().for_each(|k| rest[k] -= centre);
    }
    let typical = median(rest.iter().filter(|y| !y.is_nan()).map(|y| y.abs()).collect());
    (typical, rest)
}

/// The upper median; 0 of nothing.
fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}
