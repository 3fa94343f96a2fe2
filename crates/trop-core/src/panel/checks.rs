//! What a panel and its design must be.

use crate::error::{number, Error, Result};

/// Outcomes and covariates beyond this size are refused: their squares could overflow.
const LARGEST: f64 = 1e100;

pub(super) fn check_shapes(
    outcome: usize,
    treatment: usize,
    n_units: usize,
    n_periods: usize,
) -> Result<()> {
    if n_units == 0 || n_periods == 0 {
        return Err(Error::EmptyPanel { n_units, n_periods });
    }
    let bytes = size_of::<f64>() * 4;
    let fits = |a: usize, b: usize| a.checked_mul(b).and_then(|n| n.checked_mul(bytes)).is_some();
    if !fits(n_units, n_periods) || !fits(n_units, n_units) || !fits(n_periods, n_periods) {
        return Err(Error::TooLarge { n_units, n_periods });
    }
    let expected = n_units * n_periods;
    for (what, found) in [("outcome", outcome), ("treatment", treatment)] {
        if found != expected {
            return Err(Error::ShapeMismatch { what, found, n_units, n_periods, expected });
        }
    }
    Ok(())
}

pub(super) fn check_entries(outcome: &[f64], treatment: &[f64], n_periods: usize) -> Result<()> {
    let is_wrong = |k: &usize| {
        let is_gap = treatment[*k].is_nan() && outcome[*k].is_nan();
        !is_gap && treatment[*k] != 0.0 && treatment[*k] != 1.0
    };
    if let Some(k) = (0..treatment.len()).find(is_wrong) {
        let (unit, period) = (k / n_periods, k % n_periods);
        let value = number(treatment[k]);
        return Err(Error::TreatmentNotBinary { unit, period, value });
    }
    if let Some(k) = outcome.iter().position(|y| y.abs() > LARGEST) {
        return Err(Error::OutcomeInfinite { unit: k / n_periods, period: k % n_periods });
    }
    Ok(())
}

pub(super) fn check_coverage(
    outcome: &[f64],
    treated: &[bool],
    n_units: usize,
    n_periods: usize,
) -> Result<()> {
    check_observed(outcome, n_units, n_periods)?;
    if !treated.contains(&true) {
        return Err(Error::NoTreatedCell);
    }
    if !outcome.iter().zip(treated).any(|(y, w)| !y.is_nan() && !w) {
        return Err(Error::NoControlCell);
    }
    Ok(())
}

/// Checks that every unit and every period has an outcome.
pub(super) fn check_observed(outcome: &[f64], n_units: usize, n_periods: usize) -> Result<()> {
    let observed = |unit: usize, period: usize| !outcome[unit * n_periods + period].is_nan();
    if let Some(unit) = (0..n_units).find(|&i| !(0..n_periods).any(|t| observed(i, t))) {
        return Err(Error::UnitAllMissing { unit });
    }
    if let Some(period) = (0..n_periods).find(|&t| !(0..n_units).any(|i| observed(i, t))) {
        return Err(Error::PeriodAllMissing { period });
    }
    Ok(())
}

pub(super) fn check_calendar(calendar: &[f64], expected: usize) -> Result<()> {
    if calendar.len() != expected {
        return Err(Error::CalendarLength { found: calendar.len(), expected });
    }
    let falls = |s: usize| !calendar[s].is_finite() || (s > 0 && calendar[s] <= calendar[s - 1]);
    let overflows = || in_smallest_gaps(calendar).iter().position(|place| !place.is_finite());
    match (0..expected).find(|&s| falls(s)).or_else(overflows) {
        Some(period) => Err(Error::CalendarNotIncreasing { period }),
        None => Ok(()),
    }
}

pub(super) fn check_covariate(
    covariate: usize,
    values: &[f64],
    outcome: &[f64],
    n_periods: usize,
) -> Result<()> {
    let expected = outcome.len();
    if values.len() != expected {
        return Err(Error::CovariateLength { covariate, found: values.len(), expected });
    }
    let lacks = |k: usize| !outcome[k].is_nan() && !(-LARGEST..=LARGEST).contains(&values[k]);
    if let Some(k) = (0..expected).find(|&k| lacks(k)) {
        let (unit, period) = (k / n_periods, k % n_periods);
        return Err(Error::CovariateMissing { covariate, unit, period });
    }
    if outcome.iter().zip(values).all(|(y, x)| y.is_nan() || x == y) {
        return Err(Error::CovariateIsOutcome { covariate });
    }
    Ok(())
}

/// Calendar values as multiples of the smallest gap, from 0.
pub(super) fn in_smallest_gaps(calendar: &[f64]) -> Vec<f64> {
    let gap = calendar.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    calendar.iter().map(|c| (c - calendar[0]) / gap).collect()
}

/// Checks that there is one finite weight >= 0 for each of `expected` units or periods.
pub(crate) fn check_weights(side: &'static str, weights: &[f64], expected: usize) -> Result<()> {
    if weights.len() != expected {
        return Err(Error::WeightsLength { side, found: weights.len(), expected });
    }
    if let Some(index) = weights.iter().position(|w| !(*w >= 0.0 && w.is_finite())) {
        return Err(Error::WeightInvalid { side, index, value: number(weights[index]) });
    }
    let largest = weights.iter().copied().fold(0.0, f64::max);
    if largest > 0.0 && !(1.0 / LARGEST..=LARGEST).contains(&largest) {
        return Err(Error::WeightsOutOfRange { side, value: number(largest) });
    }
    Ok(())
}
