//! Two-way fixed effects with one coefficient on the treatment.

use super::options::EstimatorOptions;
use super::result::{Certificate, Findings};
use crate::error::{Error, Result};
use crate::model::pre_treatment_cells;
use crate::model::{weighted_fit, WeightedFit};
use crate::panel::Design;
use crate::panel::{Cell, Panel};
use crate::reason::Reason;
use crate::runtime::Monitor;
use crate::settings::Settings;
use crate::weighting::Weights;

/// Least squares over all observed cells: the treatment is one more covariate. Each cell's effect is what its outcome
/// exceeds unit and period effects by; their mean over treated cells is the coefficient.
pub(super) fn did(
    panel: &Panel,
    options: &EstimatorOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Findings> {
    let mut found = Findings::default();
    let (observed, missing): (Vec<Cell>, Vec<Cell>) =
        panel.treated_cells().into_iter().partition(|&cell| panel.is_observed(cell));
    found.cells.miss(&missing, Reason::OutcomeMissing);
    let fit = match fit(panel, settings, monitor) {
        // Unit and period effects explain the treatment.
        Err(Error::CovariateConstant { covariate } | Error::CovariatesCollinear { covariate })
            if covariate == panel.n_covariates() =>
        {
            found.cells.miss(&observed, Reason::Disconnected);
            return Ok(found);
        }
        fit => fit?,
    };
    let treatment = fit.coefficients[panel.n_covariates()];
    let coefficients = &fit.coefficients[..panel.n_covariates()];
    let certificate = Certificate {
        rank: 0,
        is_exact: fit.gap == 0.0,
        status: fit.status,
        iterations: fit.iterations,
        gap: fit.gap,
        primal: fit.primal,
        dual: fit.dual,
    };
    let effect = |cell: &Cell| {
        let fitted = fit.fitted[cell.unit * panel.n_periods() + cell.period];
        let own = if panel.is_treated(*cell) { treatment } else { 0.0 };
        certificate.effect(panel, *cell, panel.outcome(*cell) - fitted + own, coefficients)
    };
    found.cells.effects = observed.iter().map(effect).collect();
    if options.pre_periods {
        found.pre = pre_treatment_cells(panel).iter().map(effect).collect();
    }
    Ok(found)
}

fn fit(panel: &Panel, settings: &Settings, monitor: &dyn Monitor) -> Result<WeightedFit> {
    let cells = (0..panel.n_units())
        .flat_map(|unit| (0..panel.n_periods()).map(move |period| Cell { unit, period }));
    let cells: Vec<Cell> = cells.collect();
    let covariate = |k: usize| cells.iter().map(|&cell| panel.covariate(k, cell)).collect();
    let mut covariates: Vec<Vec<f64>> = (0..panel.n_covariates()).map(covariate).collect();
    covariates
        .push(cells.iter().map(|&cell| f64::from(u8::from(panel.is_treated(cell)))).collect());
    let design = Design { covariates, ..Design::default() };
    let panel = panel.without_excluded().under_hypothesis(0.0).with_design(&design)?;
    let weights =
        Weights { unit: vec![1.0; panel.n_units()], period: vec![1.0; panel.n_periods()] };
    weighted_fit(&panel, &weights, f64::INFINITY, settings, monitor)
}
