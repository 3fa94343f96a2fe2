//! An estimate by any estimator, repeated on panels made from its own.

use super::bootstrap::resample;
use super::collected::Collected;
use super::draws::Draws;
use super::estimation::Estimation;
use super::inferred::Inference;
use super::options::{InferenceMethod, InferenceOptions};
use crate::error::Result;
use crate::model::{Average, Quantity};
use crate::panel::{Panel, Stamping};
use crate::runtime::{Monitor, Stage};
use crate::settings::Settings;

/// An estimate by any estimator, to be repeated on panels made from its own.
pub(crate) struct Resampling<'a> {
    pub panel: &'a Panel,
    /// What the estimate reports.
    pub averages: &'a [Average],
    /// Also the cells before treatment.
    pub pre_periods: bool,
    pub estimation: &'a dyn Estimation,
    pub options: &'a InferenceOptions,
    /// What is estimated of the panel of a draw: `&Ok` for the panel itself.
    pub of_draw: &'a (dyn Fn(Panel) -> Result<Panel> + Sync),
}

impl Resampling<'_> {
    /// By any method but conformal inference, and why it was chosen.
    pub fn infer(
        &self,
        (method, reason): (InferenceMethod, String),
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<Inference> {
        self.collect(method, settings, monitor)?.infer(reason)
    }

    /// The estimate and its draws.
    pub(super) fn collect(
        &self,
        method: InferenceMethod,
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<Collected<'_>> {
        let Resampling { panel, averages, pre_periods, estimation, options, of_draw } = *self;
        let quantities: Vec<Quantity> = averages.iter().map(|a| a.quantity).collect();
        let draws = Draws {
            quantities: &quantities,
            pre_periods,
            estimation,
            settings,
            monitor,
            stage: stage(method),
        };
        let clusters = panel.clusters();
        let draws = match method {
            InferenceMethod::Jackknife => {
                draws.run(clusters.len(), &|k| of_draw(panel.without(&clusters[k])))?
            }
            InferenceMethod::Placebo => {
                let stamping = Stamping::new(panel);
                let roles = stamping.distinct(options.draws, options.seed);
                draws.run(roles.len(), &|k| of_draw(stamping.panel(&roles[k])))?
            }
            _ => draws.run(options.draws, &|k| of_draw(resample(panel, options.seed, k)))?,
        };
        let is_treated = clusters.iter().map(|cluster| panel.is_treated_cluster(cluster)).collect();
        let level = options.level;
        Ok(Collected { panel, method, averages, draws, level, is_treated })
    }
}

/// The stage of a method's draws.
pub(crate) fn stage(method: InferenceMethod) -> Stage {
    if method == InferenceMethod::Bootstrap {
        Stage::Bootstrap
    } else {
        Stage::Inference
    }
}
