//! What covariates contribute to fitted outcomes, and whether the control cells identify their coefficients.

use super::cell::Cell;
use super::panel::Panel;
use crate::error::{Error, Result};
use crate::solver::{Problem, Residuals, Sample};

/// A covariate whose size shrinks to less than this share of its largest value once unit and period effects are
/// taken out is explained by them: differences of nearby numbers are rounding.
const ROUNDING: f64 = 1e-12;

/// What the covariates contribute to the fitted outcome of a cell, on the scale of the sample.
pub(crate) fn part(panel: &Panel, cell: Cell, coefficients: &[f64]) -> f64 {
    let term = |(k, b): (usize, &f64)| b * panel.adjusted_covariate(k, cell);
    coefficients.iter().enumerate().map(term).sum()
}

/// Checks that each covariate varies over the control cells beyond unit and period effects and the
/// covariates before it.
pub(crate) fn check_variation(panel: &Panel) -> Result<()> {
    if panel.n_covariates() == 0 {
        return Ok(());
    }
    let sample = panel.sample();
    let (unit, period) = (vec![1.0; panel.n_units()], vec![1.0; panel.n_periods()]);
    let problem = Problem::new(&sample, &unit, &period, panel.counts(), f64::INFINITY);
    let residuals = Residuals::new(&problem);
    let n = panel.control_cells().len() as f64;
    for covariate in 0..panel.n_covariates() {
        let size = residuals.square(covariate).sqrt() * panel.covariate_scale(covariate);
        let is_rounding = size <= ROUNDING * panel.largest_covariate(covariate) * n.sqrt();
        if residuals.is_explained(covariate) || is_rounding {
            return Err(Error::CovariateConstant { covariate });
        }
    }
    match residuals.first_dependent() {
        Some(covariate) => Err(Error::CovariatesCollinear { covariate }),
        None => Ok(()),
    }
}

/// Cells whose leverage among the covariates stays below this in sum can be left out without a further look.
const LEVERAGE: f64 = 0.01;

/// Whether the control cells identify the coefficients, also without one of them.
pub(crate) struct Identification {
    sample: Sample,
    unit: Vec<f64>,
    period: Vec<f64>,
    /// `None` if the panel does not identify the coefficients itself.
    residuals: Option<Residuals>,
}

impl Identification {
    /// At equal weights.
    pub fn new(panel: &Panel) -> Self {
        Self::among(panel, |_| true, |_| true)
    }

    /// At equal weights of some units and periods, the others having none.
    pub fn among(
        panel: &Panel,
        unit_counts: impl Fn(usize) -> bool,
        period_counts: impl Fn(usize) -> bool,
    ) -> Self {
        let sample = panel.sample();
        let one_if = |counts: bool| f64::from(u8::from(counts));
        let unit = (0..panel.n_units()).map(|i| one_if(unit_counts(i))).collect();
        let period = (0..panel.n_periods()).map(|s| one_if(period_counts(s))).collect();
        let mut found = Identification { sample, unit, period, residuals: None };
        let residuals = found.residuals_of(panel, &found.sample);
        found.residuals = Some(residuals).filter(Residuals::are_identified);
        found
    }

    fn residuals_of(&self, panel: &Panel, sample: &Sample) -> Residuals {
        let counts = panel.counts();
        Residuals::new(&Problem::new(sample, &self.unit, &self.period, counts, f64::INFINITY))
    }

    /// True if the coefficients are identified.
    pub fn holds(&self) -> bool {
        self.residuals.is_some()
    }

    /// True if the coefficients are identified when a cell of the panel, and what goes with it, is left out.
    pub fn holds_without(&self, panel: &Panel, cell: Cell) -> bool {
        let Some(residuals) = &self.residuals else { return false };
        if panel.n_covariates() == 0 || !panel.is_control(cell) {
            return true;
        }
        let units = panel.left_out(cell);
        let leverage = |&unit: &usize| {
            let (row, col) = self.sample.position(unit, cell.period);
            residuals.leverage(row, col)
        };
        if units.iter().map(leverage).sum::<f64>() < LEVERAGE {
            return true;
        }
        let mut sample = self.sample.clone();
        sample.hold_out(&units, cell.period);
        self.residuals_of(panel, &sample).are_identified()
    }
}
