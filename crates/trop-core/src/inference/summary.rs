//! From estimates on other panels to a standard error, an interval and a p-value, each three from one
//! definition: zero lies outside of the interval at a level exactly when the p-value is below
//! `1 - level`.

use super::interval::{interval, p_value, standard_deviation};
use super::options::check_level;
use crate::error::Result;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Standard error, interval and p-value of one number; NaN where the method gives none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Summary {
    pub se: f64,
    pub ci: (f64, f64),
    pub p_value: f64,
    /// How many standard errors wide a band on each side must be to hold this number and all others of
    /// its family at once; NaN if it has no family.
    pub band: f64,
}

impl Summary {
    pub const NONE: Summary =
        Summary { se: f64::NAN, ci: (f64::NAN, f64::NAN), p_value: f64::NAN, band: f64::NAN };

    /// The band around an estimate: never narrower than the interval, and the interval itself without a
    /// band.
    pub fn band_around(&self, estimate: f64) -> (f64, f64) {
        let half = self.band * self.se;
        (self.ci.0.min(estimate - half), self.ci.1.max(estimate + half))
    }
}

/// Bootstrap draws: percentile intervals.
pub(super) fn of_bootstrap(draws: &[f64], level: f64) -> Summary {
    let draws = finite(draws);
    if draws.len() < 2 {
        return Summary::NONE;
    }
    let sorted = finite_sorted(&draws);
    Summary {
        se: standard_deviation(&draws),
        ci: interval(&sorted, level),
        p_value: p_value(&sorted),
        band: f64::NAN,
    }
}

/// The percentile interval of bootstrap draws at any level, by quantiles of type 6; a bound is infinite if there
/// are too few draws for it, NaN if there are fewer than two.
///
/// # Errors
/// [`Error::LevelOutOfRange`](crate::Error::LevelOutOfRange).
///
/// ```
/// let draws = [8.0, 1.0, 4.0, 2.0];
/// assert_eq!(trop_core::percentile_interval(&draws, 0.5)?, (1.25, 7.0));
/// assert_eq!(trop_core::percentile_interval(&draws, 0.9)?.1, f64::INFINITY);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn percentile_interval(draws: &[f64], level: f64) -> Result<(f64, f64)> {
    check_level(level)?;
    Ok(of_bootstrap(draws, level).ci)
}

/// Placebo estimates, where there is no effect: a value is rejected if the estimate is as far from it as
/// few placebos are from zero. If no more than `distinct` of them are, the others repeat these and are no
/// evidence: their share counts as that of so many.
pub(super) fn of_placebos(estimate: f64, placebos: &[f64], distinct: usize, level: f64) -> Summary {
    let placebos = finite(placebos);
    let sizes = finite_sorted(&placebos.iter().map(|x| x.abs()).collect::<Vec<_>>());
    let n = sizes.len();
    if n < 2 || !estimate.is_finite() {
        return Summary::NONE;
    }
    let as_far = sizes.iter().filter(|&&size| size >= estimate.abs()).count();
    let half = half_width(&sizes, distinct, level);
    Summary {
        se: standard_deviation(&placebos),
        ci: (estimate - half, estimate + half),
        p_value: placebo_p_value(as_far, n, distinct),
        band: f64::NAN,
    }
}

/// The interval of each of some placebo estimates, whose placebos are so many of the others, those that come next; after
/// the last comes the first.
pub(crate) fn placebo_intervals(
    estimates: &[f64],
    n_placebos: usize,
    level: f64,
) -> Vec<(f64, f64)> {
    let n = estimates.len();
    let others =
        |own: usize| (1..=n_placebos).map(|next| estimates[(own + next) % n]).collect::<Vec<f64>>();
    let interval = |own: usize| of_placebos(estimates[own], &others(own), usize::MAX, level).ci;
    (0..estimates.len()).map(interval).collect()
}

/// The p-value of a value that `as_far` of `n` placebos reach.
pub(super) fn placebo_p_value(as_far: usize, n: usize, distinct: usize) -> f64 {
    if n <= distinct {
        return (1 + as_far) as f64 / (n + 1) as f64;
    }
    (1.0 + as_far as f64 * (distinct as f64 / n as f64)) / (distinct + 1) as f64
}

/// The largest distance of an estimate from a value that its placebos, by ascending size, do not reject:
/// the p-value is still at least `1 - level`. Infinite if placebos are too few.
fn half_width(sizes: &[f64], distinct: usize, level: f64) -> f64 {
    let n = sizes.len();
    match (0..=n).find(|&as_far| placebo_p_value(as_far, n, distinct) >= 1.0 - level) {
        Some(0) => f64::INFINITY,
        Some(as_far) => sizes[n - as_far],
        None => 0.0,
    }
}

/// The same where all are distinct.
pub(super) fn half_width_of_all(sizes: &[f64], level: f64) -> f64 {
    half_width(sizes, sizes.len(), level)
}

/// Estimates with one unit left out, by stratum (never-treated and ever-treated units): Student's t with
/// the degrees of freedom of Welch and Satterthwaite.
pub(super) fn of_jackknife(
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

/// Standard errors that hold a family of numbers at once, from the draws' distances in standard errors: a
/// critical value of the largest. NaN if no number has a finite distance.
pub(super) fn simultaneous(
    distances: &[Vec<f64>],
    critical: fn(&[f64], f64) -> f64,
    level: f64,
) -> f64 {
    let sizes = |draw: &Vec<f64>| finite_sorted(&draw.iter().map(|d| d.abs()).collect::<Vec<_>>());
    let mut largest: Vec<f64> =
        distances.iter().filter_map(|draw| sizes(draw).last().copied()).collect();
    largest.sort_by(f64::total_cmp);
    if largest.is_empty() {
        return f64::NAN;
    }
    critical(&largest, level)
}

fn finite(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|x| x.is_finite()).collect()
}

fn finite_sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = finite(values);
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placebos_reject_what_few_of_them_are_as_far_from() {
        let placebos = [0.5, -1.0, 1.5, -2.0];
        // As far as 1.2 are 1.5 and 2: (1 + 2) / 5.
        assert_eq!(of_placebos(1.2, &placebos, 4, 0.5).p_value, 0.6);
        // At the level 0.5 a distance is kept if (1 + those as far) / 5 >= 0.5: up to 1.5, which two reach.
        assert_eq!(of_placebos(1.2, &placebos, 4, 0.5).ci, (1.2 - 1.5, 1.2 + 1.5));
        // At 0.75 one is enough: 2 / 5 >= 0.25.
        assert_eq!(of_placebos(1.2, &placebos, 4, 0.75).ci, (1.2 - 2.0, 1.2 + 2.0));
        // Four placebos never reject at 0.8: 1 / 5 is not below 0.2.
        assert_eq!(of_placebos(9.0, &placebos, 4, 0.8).ci, (f64::NEG_INFINITY, f64::INFINITY));
        // If only two are distinct, one of two is as far as 1.2: (1 + 1) / 3; one half of one is kept, (1 + 1 / 2) / 3.
        assert_eq!(of_placebos(1.2, &placebos, 2, 0.5).p_value, 2.0 / 3.0);
        assert_eq!(of_placebos(1.2, &placebos, 2, 0.5).ci, (1.2 - 2.0, 1.2 + 2.0));
        assert_eq!(of_placebos(9.0, &placebos, 2, 0.7).ci, (f64::NEG_INFINITY, f64::INFINITY));
        // Those without a value are left out.
        let with_gap = [0.5, f64::NAN, -1.0, 1.5, -2.0];
        assert_eq!(of_placebos(1.2, &with_gap, 4, 0.5).p_value, 0.6);
    }

    #[test]
    fn the_jackknife_of_two_means_is_their_two_sample_variance() {
        // A difference of means with one value left out, of 1, 2, 6 and of 4, 8.
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let control = [[2.0, 6.0], [1.0, 6.0], [1.0, 2.0]].map(|left| 6.0 - mean(&left));
        let treated = [8.0, 4.0].map(|left| left - 3.0);
        let found = of_jackknife(3.0, &[control.to_vec(), treated.to_vec()], 0.95, 4);
        // Variances 7 / 3 and 8 / 2.
        assert!((found.se - (7.0_f64 / 3.0 + 4.0).sqrt()).abs() < 1e-12);
        assert!(found.band > (found.ci.1 - 3.0) / found.se);
    }

    #[test]
    fn the_jackknife_needs_every_value_and_some_variation() {
        let one_missing = [vec![1.0, 2.0], vec![1.0, f64::NAN]];
        assert!(of_jackknife(1.0, &one_missing, 0.9, 1).p_value.is_nan());
        let constant = [vec![1.0, 1.0], vec![1.0, 1.0]];
        let found = of_jackknife(1.0, &constant, 0.9, 1);
        assert_eq!((found.se, found.ci, found.p_value), (0.0, (1.0, 1.0), 0.0));
        assert_eq!(of_jackknife(0.0, &constant, 0.9, 1).p_value, 1.0);
    }

    #[test]
    fn a_band_is_a_critical_value_of_the_largest_distance() {
        let distances = [[0.1, -0.5], [2.0, f64::NAN], [-1.0, 3.0], [f64::NAN, f64::NAN]];
        let distances = distances.map(|draw| draw.to_vec());
        // Largest: 0.5, 2, 3.
        assert_eq!(simultaneous(&distances, crate::inference::interval::quantile, 0.5), 2.0);
        assert_eq!(
            simultaneous(&distances, crate::inference::interval::quantile, 0.8),
            f64::INFINITY
        );
        assert!(simultaneous(&distances[3..], crate::inference::interval::quantile, 0.5).is_nan());
    }

    #[test]
    fn a_band_is_never_narrower_than_the_interval() {
        let summary = |band| Summary { se: 1.0, ci: (-1.0, 4.0), p_value: 1.0, band };
        assert_eq!(summary(3.0).band_around(0.0), (-3.0, 4.0));
        assert_eq!(summary(f64::NAN).band_around(0.0), (-1.0, 4.0));
    }
}
