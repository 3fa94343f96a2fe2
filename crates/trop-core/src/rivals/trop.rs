//! TROP as one of the estimators.

use super::options::EstimatorOptions;
use super::result::{Findings, Tuned};
use crate::error::Result;
use crate::model::{cell_effects, pre_treatment_cells, treated_effects};
use crate::panel::Panel;
use crate::runtime::{Monitor, Stage};
use crate::settings::Settings;
use crate::solver::Care;
use crate::tuning::loocv_grid_search;
use crate::tuning::Grids;

/// Effects at the lambdas given, or found by a search.
pub(super) fn trop(
    panel: &Panel,
    options: &EstimatorOptions,
    settings: &Settings,
    care: Care,
    monitor: &dyn Monitor,
) -> Result<Findings> {
    let panel = &panel.anchored(options.anchor.unwrap_or(panel.anchor()));
    let lambdas = match (options.lambdas, &options.grids) {
        (Some(lambdas), _) => lambdas,
        (None, Some(grids)) => {
            loocv_grid_search(panel, grids, &options.search, settings, monitor)?.lambdas
        }
        (None, None) => {
            let grids = Grids::default_for(panel)?;
            loocv_grid_search(panel, &grids, &options.search, settings, monitor)?.lambdas
        }
    };
    let mut found = Findings {
        cells: treated_effects(panel, &lambdas, settings, care, (monitor, Stage::Estimate))?,
        ..Findings::default()
    };
    if options.pre_periods {
        let cells = pre_treatment_cells(panel);
        found.pre = cell_effects(panel, &cells, &lambdas, settings, monitor)?.effects;
    }
    found.tuned = Tuned { lambdas: Some(lambdas), ..Tuned::default() };
    Ok(found)
}
