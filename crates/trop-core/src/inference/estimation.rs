//! What a method of inference needs to know of an estimator.

use super::options::Retuning;
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::model::{effects_of, pre_treatment_cells, treated_effects, CellEffect};
use crate::panel::Panel;
use crate::runtime::{Monitor, Stage};
use crate::settings::Settings;
use crate::solver::Care;
use crate::tuning::loocv_grid_search;

/// Estimates any panel.
pub(crate) trait Estimation: Sync {
    /// Effects of the treated cells, and of the cells before treatment if `pre_periods` asks for them.
    fn effects(
        &self,
        panel: &Panel,
        pre_periods: bool,
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<(Vec<CellEffect>, Vec<CellEffect>)>;
}

/// TROP at given lambdas, or at those that a search finds.
pub(crate) struct TropEstimation<'a> {
    pub lambdas: &'a Lambdas,
    pub retuning: Option<&'a Retuning>,
    pub stage: Stage,
}

impl Estimation for TropEstimation<'_> {
    fn effects(
        &self,
        panel: &Panel,
        pre_periods: bool,
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<(Vec<CellEffect>, Vec<CellEffect>)> {
        let lambdas = match self.retuning {
            Some(Retuning { grids, search }) => {
                loocv_grid_search(panel, grids, search, settings, monitor)?.lambdas
            }
            None => *self.lambdas,
        };
        let hook: (&dyn Monitor, Stage) = (monitor, self.stage);
        let treated = treated_effects(panel, &lambdas, settings, Care::Quick, hook)?.effects;
        let counts = treated.iter().any(|e| panel.share(e.cell.unit) > 0.0);
        let pre = if pre_periods && counts {
            let cells = pre_treatment_cells(panel);
            effects_of(panel, cells, &lambdas, settings, Care::Quick, hook)?.effects
        } else {
            Vec::new()
        };
        Ok((treated, pre))
    }
}
