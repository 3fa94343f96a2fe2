//! A panel as the solver sees it.

use super::cell::Cell;
use super::panel::Panel;
use crate::solver::Sample;

impl Panel {
    /// Its observed control cells, centred and scaled, with their covariates.
    pub(crate) fn sample(&self) -> Sample {
        let outcome = |unit, period| self.control_outcome(Cell { unit, period });
        let covariate = |k, unit, period| self.adjusted_covariate(k, Cell { unit, period });
        Sample::new(self.n_units(), self.n_periods(), self.n_covariates(), outcome, covariate)
    }
}
