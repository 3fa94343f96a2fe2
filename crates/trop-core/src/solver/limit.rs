//! When the limit lambda = 0 solves a problem.

use super::outcome::Stopping;
use super::problem::Problem;

/// When the limit lambda = 0 is tried for a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Before all else: it costs a small share of the tolerance.
    First,
    /// After all else has failed for rounding: it is still within the tolerance.
    Last,
}

impl Limit {
    /// What the limit may cost at most, as a share of the tolerance. The nuclear norm is near one in size.
    fn share(self) -> f64 {
        match self {
            Limit::First => 1e-3,
            Limit::Last => 1.0,
        }
    }

    /// How much lower the objective over lambda can be than in the limit, if the limit is to be tried now.
    pub fn excess(self, problem: &Problem<'_>, stopping: Stopping) -> Option<f64> {
        problem.excess_of_limit(self.share() * stopping.tolerance)
    }
}

impl Problem<'_> {
    /// In the limit lambda = 0 the objective over lambda is a nuclear norm. How much lower that objective can
    /// be at this lambda; `None` if by more than `most`, and with covariates, whose coefficients have no limit.
    ///
    /// With the limit's dual point H, of spectral norm one, `lambda H` is a dual point here. It lacks
    /// `lambda^2 sum H^2 / (4 w)`, and the squares of H sum to no more than the number of columns.
    fn excess_of_limit(&self, most: f64) -> Option<f64> {
        if self.lambda == 0.0 {
            return Some(0.0);
        }
        if self.observed.n_covariates() > 0 {
            return None;
        }
        let excess = |weight: f64| 0.25 * self.lambda * self.observed.cols.n as f64 / weight;
        // Any weight is at least the least one, and mostly tells without a look at all.
        let any = positive(&self.rows.own).next()? * positive(&self.cols.own).next()?;
        if excess(any) > most {
            return None;
        }
        let least = |own: &[f64]| positive(own).fold(f64::INFINITY, f64::min);
        let excess = excess(least(&self.rows.own) * least(&self.cols.own));
        (excess <= most).then_some(excess)
    }
}

fn positive(weights: &[f64]) -> impl Iterator<Item = f64> + '_ {
    weights.iter().copied().filter(|weight| *weight > 0.0)
}

/// What one unit of the objective is worth: it is a sum of squares, at lambda = 0 a nuclear norm. In the
/// limit the nuclear norm stands for the objective over lambda.
pub(crate) fn objective_unit(scale: f64, lambda: f64, in_the_limit: bool) -> f64 {
    match (lambda == 0.0, in_the_limit) {
        (true, _) => scale,
        (false, true) => scale * scale * lambda,
        (false, false) => scale * scale,
    }
}
