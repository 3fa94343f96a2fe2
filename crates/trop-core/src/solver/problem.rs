//! One weighted nuclear-norm regression (Eq. 2), as the solver sees it.

use super::regressors::Covariates;
use super::sample::Sample;
use crate::numerics::kernels::padded;

/// Weights of the rows of one side, padded with zeros to whole tiles.
#[derive(Clone, Debug)]
pub(crate) struct SideWeights {
    /// Weight of a single row (omega or theta).
    pub own: Vec<f64>,
    /// How often the row stands in the panel (bootstrap draws repeat units).
    pub count: Vec<f64>,
    /// `own * count`: its weight in sums over rows.
    pub effective: Vec<f64>,
    /// `lambda / (2 own)`: the ridge of its loadings once its normal equations are divided by `own`.
    pub ridge: Vec<f64>,
}

/// A ridge so large that the loadings of a row without weight vanish, small enough not to overflow.
const LARGEST_RIDGE: f64 = 1e150;

impl SideWeights {
    /// Weights of a side whose rows stand in the panel `count` times each (once if `None`).
    fn new(own: &[f64], count: Option<&[f64]>, lambda: f64) -> Self {
        let n = padded(own.len());
        let mut own = own.to_vec();
        let mut count = count.map_or_else(|| vec![1.0; own.len()], <[f64]>::to_vec);
        own.resize(n, 0.0);
        count.resize(n, 0.0);
        let effective = own.iter().zip(&count).map(|(w, c)| w * c).collect();
        let mut weights = SideWeights { own, count, effective, ridge: vec![0.0; n] };
        weights.set_lambda(lambda);
        weights
    }

    fn set_lambda(&mut self, lambda: f64) {
        for (ridge, own) in self.ridge.iter_mut().zip(&self.own) {
            *ridge = (0.5 * lambda / own).min(LARGEST_RIDGE);
        }
    }
}

/// Minimize over intercepts, coefficients of the covariates and a low-rank L the weighted squared residuals of a
/// sample plus `lambda ||L||_*`.
#[derive(Clone, Debug)]
pub(crate) struct Problem<'a> {
    pub(super) observed: &'a Sample,
    /// Weights of rows.
    pub rows: SideWeights,
    /// Weights of columns.
    pub cols: SideWeights,
    /// The penalty, on the scale of the sample.
    pub lambda: f64,
    /// `None` without covariates, and until they are taken in.
    pub(super) covariates: Option<Covariates>,
}

impl<'a> Problem<'a> {
    /// From unit and period weights, and how often each unit stands in the panel.
    pub fn new(
        sample: &'a Sample,
        unit: &[f64],
        period: &[f64],
        count: Option<&[f64]>,
        lambda: f64,
    ) -> Self {
        let units = SideWeights::new(unit, count, lambda);
        let periods = SideWeights::new(period, None, lambda);
        let (rows, cols) = if sample.transposed { (periods, units) } else { (units, periods) };
        Problem { observed: sample, rows, cols, lambda, covariates: None }
    }

    /// The control outcomes, less what the covariates explain at their present coefficients.
    pub fn sample(&self) -> &Sample {
        self.covariates.as_ref().map_or(self.observed, Covariates::net)
    }

    /// The sample, covariates not taken in.
    pub fn observed(&self) -> &Sample {
        self.observed
    }

    /// The same weights and penalty for another sample.
    pub fn on<'b>(&self, sample: &'b Sample) -> Problem<'b> {
        let (rows, cols) = (self.rows.clone(), self.cols.clone());
        Problem { observed: sample, rows, cols, lambda: self.lambda, covariates: None }
    }

    /// The same weights with another penalty.
    pub fn set_lambda(&mut self, lambda: f64) {
        self.lambda = lambda;
        self.rows.set_lambda(lambda);
        self.cols.set_lambda(lambda);
    }
}
