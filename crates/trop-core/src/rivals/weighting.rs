//! Weights of a spell's donors and of the periods before it.

use super::result::Certificate;
use super::simplex::SimplexFit;

/// Weights of a spell's donors and of the periods before it.
pub(super) struct Weighting {
    pub unit: Vec<f64>,
    /// With sum 1, or all 0.
    pub period: Vec<f64>,
    pub zeta: f64,
    pub ridge: f64,
    pub certificate: Certificate,
}

impl Weighting {
    /// Weights squared, and made to sum to one again; copies of a donor share its weight.
    pub fn squared(mut self, count: &[f64]) -> Self {
        self.unit.iter_mut().zip(count).for_each(|(w, c)| *w = *w * *w / c);
        self.period.iter_mut().for_each(|w| *w *= *w);
        for weights in [&mut self.unit, &mut self.period] {
            let total: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|w| *w /= total);
        }
        self
    }
}

impl SimplexFit {
    /// As unit weights, beside those of periods.
    pub(super) fn with(self, period: Vec<f64>, zeta: f64) -> Weighting {
        let certificate = Certificate::of_simplex(&self);
        Weighting { unit: self.weights, period, zeta, ridge: 0.0, certificate }
    }
}
