//! From estimates on other panels to a standard error, an interval and a p-value, each three from one
//! definition: zero lies outside of the interval at a level exactly when the p-value is below
//! `1 - level`.

use crate::interval::{interval, p_value, quantile, standard_deviation};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Standard error, interval and p-value of one number; NaN where the method gives none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    pub se: f64,
    pub ci: (f64, f64),
    pub p_value: f64,
    /// How many standard errors wide a band on each side must be to hold this number and all others of
    /// its family at once.
    pub band: f64,
}

impl Summary {
    pub const NONE: Summary =
        Summary { se: f64::NAN, ci: (f64::NAN, f64::NAN), p_value: f64::NAN, band: f64::NAN };
}

/// Bootstrap draws: percentile intervals.
pub(crate) fn of_bootstrap(draws: &[f64], level: f64) -> Summary {
    let sorted = finite_sorted(draws);
    if sorted.len() < 2 {
        return Summary::NONE;
    }
    Summary {
        se: standard_deviation(&sorted),
        ci: interval(&sorted, level),
        p_value: p_value(&sorted),
        band: f64::NAN,
    }
}

/// Placebo estimates, where there is no effect: a value is rejected if the estimate is as far from it as
/// few placebos are from zero.
pub(crate) fn of_placebos(estimate: f64, placebos: &[f64], level: f64) -> Summary {
    let mut sizes: Vec<f64> = finite_sorted(placebos).iter().map(|x| x.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let n = sizes.len();
    if n < 2 || !estimate.is_finite() {
        return Summary::NONE;
    }
    let as_far = sizes.iter().filter(|&&size| size >= estimate.abs()).count();
    let half = half_width(&sizes, level);
    Summary {
        se: standard_deviation(&finite_sorted(placebos)),
        ci: (estimate - half, estimate + half),
        p_value: (1 + as_far) as f64 / (n + 1) as f64,
        band: f64::NAN,
    }
}

/// The largest distance of an estimate from a value that its placebos, by ascending size, do not reject:
/// the p-value `(1 + #{sizes >= distance}) / (n + 1)` is still at least `1 - level`. Infinite if placebos
/// are too few.
fn half_width(sizes: &[f64], level: f64) -> f64 {
    let n = sizes.len();
    let p = |as_far: usize| (1 + as_far) as f64 / (n + 1) as f64;
    match (0..=n).find(|&as_far| p(as_far) >= 1.0 - level) {
        Some(0) => f64::INFINITY,
        Some(as_far) => sizes[n - as_far],
        None => 0.0,
    }
}

/// Estimates with one unit left out, by stratum (never-treated and ever-treated units): Student's t with
/// the degrees of freedom of Welch and Satterthwaite.
pub(crate) fn of_jackknife(
    estimate: f64,
    strata: &[Vec<f64>],
    level: f64,
    family: usize,
) -> Summary {
    let all_finite = strata.iter().flatten().all(|x| x.is_finite());
    if !all_finite || strata.iter().any(|stratum| stratum.len() < 2) || !estimate.is_finite() {
        return Summary::NONE;
    }
    let variance: Vec<(f64, f64)> =
        strata.iter().map(|stratum| jackknife_variance(stratum)).collect();
    let total: f64 = variance.iter().map(|(v, _)| v).sum();
    let se = total.sqrt();
    if se == 0.0 {
        let p_value = if estimate == 0.0 { 1.0 } else { 0.0 };
        return Summary { se, ci: (estimate, estimate), p_value, band: f64::NAN };
    }
    let spread: f64 = variance.iter().map(|(v, n)| v * v / (n - 1.0)).sum();
    let Ok(t) = StudentsT::new(0.0, 1.0, total * total / spread) else { return Summary::NONE };
    let tail = 0.5 * (1.0 - level);
    let critical = |tail: f64| -t.inverse_cdf(tail);
    let half = critical(tail) * se;
    Summary {
        se,
        ci: (estimate - half, estimate + half),
        p_value: (2.0 * t.cdf(-(estimate / se).abs())).min(1.0),
        // Bonferroni's bound: leaving units out says nothing of the joint distribution.
        band: critical(tail / family as f64),
    }
}

/// The variance that leaving out each of a stratum's units indicates, and their number.
fn jackknife_variance(left_out: &[f64]) -> (f64, f64) {
    let n = left_out.len() as f64;
    let mean = left_out.iter().sum::<f64>() / n;
    let squares: f64 = left_out.iter().map(|x| (x - mean) * (x - mean)).sum();
    ((n - 1.0) / n * squares, n)
}

/// Standard errors that hold a family of numbers at once: a quantile of the draws' largest distance from
/// `centre`, in standard errors. NaN if no number has a standard error.
pub(crate) fn simultaneous(draws: &[Vec<f64>], centre: &[f64], se: &[f64], level: f64) -> f64 {
    let used: Vec<usize> = (0..se.len()).filter(|&g| se[g] > 0.0 && se[g].is_finite()).collect();
    if used.is_empty() {
        return f64::NAN;
    }
    let farthest = |draw: &Vec<f64>| -> f64 {
        let distance = |&g: &usize| ((draw[g] - centre[g]) / se[g]).abs();
        used.iter().map(distance).filter(|d| !d.is_nan()).fold(0.0, f64::max)
    };
    let mut largest: Vec<f64> = draws.iter().map(farthest).collect();
    largest.sort_by(f64::total_cmp);
    quantile(&largest, level)
}

fn finite_sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}
