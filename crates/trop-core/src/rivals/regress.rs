//! Small least-squares regressions.

use super::nnls::{dot, Factored};

/// Regressors, consecutive columns.
pub(super) struct Columns {
    values: Vec<f64>,
    m: usize,
}

/// Factored regressors.
pub(super) struct Regressor(Factored);

impl Columns {
    pub fn new(values: Vec<f64>, m: usize) -> Self {
        Columns { values, m }
    }

    /// `None` if they depend on each other.
    pub fn regressor(&self) -> Option<Regressor> {
        let mut factored = Factored::new(self.m);
        let mut columns = self.values.chunks_exact(self.m).enumerate();
        columns.all(|(k, column)| factored.add(k, column)).then_some(Regressor(factored))
    }
}

impl Regressor {
    pub fn solve(&self, y: &[f64]) -> Vec<f64> {
        self.0.solve(y)
    }

    /// Sum of squared errors, each observation left out of the regression that predicts it; infinite if some
    /// observation alone determines a coefficient.
    pub fn left_out(&self, y: &[f64]) -> f64 {
        let mut fitted = vec![0.0; y.len()];
        let mut leverage = vec![0.0; y.len()];
        for q in self.0.orthonormal() {
            let along = dot(q, y);
            for (k, q) in q.iter().enumerate() {
                fitted[k] += along * q;
                leverage[k] += q * q;
            }
        }
        let error = |k: usize| (y[k] - fitted[k]) / (1.0 - leverage[k]);
        let determined = leverage.iter().any(|h| 1.0 - h < 1e-12);
        if determined {
            return f64::INFINITY;
        }
        (0..y.len()).map(|k| error(k) * error(k)).sum()
    }
}
