//! Where regressions start.

use crate::error::Result;
use crate::panel::Panel;
use crate::solver::{Fit, Outcome, Problem, Stopping, Workspace};

/// A norm is below lambda beyond rounding if it is so by this share.
const STRICTLY: f64 = 1e-9;

/// Where a regression starts: the end of a similar one.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub fit: Fit,
    /// On the scale of the sample.
    pub coefficients: Vec<f64>,
}

impl Start {
    /// From nothing.
    pub fn cold(panel: &Panel, problem: &Problem<'_>) -> Self {
        Start { fit: Fit::zeros(problem.sample()), coefficients: vec![0.0; panel.n_covariates()] }
    }

    /// Solves a problem with positive lambda from here, and leaves its solution here. `None` if the control
    /// cells of positive weight do not identify the covariates' coefficients.
    pub fn solve(
        &mut self,
        problem: &mut Problem<'_>,
        stopping: Stopping,
        work: &mut Workspace,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Outcome>> {
        if !problem.take_in_covariates() {
            return Ok(None);
        }
        problem.set_coefficients(&self.coefficients);
        problem.shift_intercepts(&mut self.fit, 1.0);
        let outcome = self.fit.solve(problem, stopping, work, stop)?;
        self.coefficients = problem.coefficients().to_vec();
        problem.shift_intercepts(&mut self.fit, -1.0);
        Ok(Some(outcome))
    }

    /// True if no optimal fit of a solved problem has a low-rank part.
    pub fn is_additive(&self, problem: &Problem<'_>, work: &mut Workspace) -> Result<bool> {
        if problem.lambda.is_infinite() || self.fit.rank() > 0 {
            return Ok(problem.lambda.is_infinite());
        }
        let mut fit = self.fit.clone();
        problem.shift_intercepts(&mut fit, 1.0);
        Ok(fit.gradient_norm(problem, work)? <= (1.0 - STRICTLY) * problem.lambda)
    }
}
