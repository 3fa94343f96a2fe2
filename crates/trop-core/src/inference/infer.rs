//! Standard errors, intervals and p-values of everything that an estimate reports.

use super::choice::choose_inference;
use super::conformal;
use super::estimation::TropEstimation;
use super::inferred::Inference;
use super::options::{InferenceMethod, InferenceOptions};
use super::resampling::{stage, Resampling};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::model::{averages, CellEffect, Estimate};
use crate::panel::Panel;
use crate::runtime::Monitor;
use crate::settings::Settings;

/// Standard errors, intervals and p-values of all that an estimate at the given lambdas reports. `pre` are
/// the effects of control cells before treatment ([`cell_effects`](crate::cell_effects) of
/// [`pre_treatment_cells`](crate::pre_treatment_cells)); if there are any, each draw estimates them too.
///
/// # Errors
/// [`Error::InferenceImpossible`], [`Error::DrawsTooFew`], [`Error::LevelOutOfRange`],
/// [`Error::LambdaInvalid`], an invalid [`Settings`], [`Error::TooFewDraws`] or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{estimate, infer, InferenceMethod, InferenceOptions, Lambdas, Panel, Settings, Shape, Silent};
/// // One treated unit, three controls: placebos.
/// let outcome = [1.0, 2.0, 1.5, 3.0, 0.0, 0.5, 2.0, 7.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 4, n_periods: 2 })?;
/// let (lambdas, settings) = (Lambdas::TWO_WAY, Settings::default());
/// let found = estimate(&panel, &lambdas, &settings, &Silent)?;
/// let options = InferenceOptions { method: InferenceMethod::Placebo, ..Default::default() };
/// let inference = infer(&panel, &lambdas, &found, &[], &options, &settings, &Silent)?;
/// assert_eq!(inference.draws.len(), 3);
/// // None of three placebos is as far from zero: p = 1 / 4.
/// assert_eq!(inference.table[0].p_value, 0.25);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn infer(
    panel: &Panel,
    lambdas: &Lambdas,
    estimate: &Estimate,
    pre: &[CellEffect],
    options: &InferenceOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Inference> {
    let (method, reason) = choose_inference(panel, options)?;
    lambdas.validate()?;
    settings.validate()?;
    let panel = &estimate.determined(panel);
    let averages = averages(panel, estimate, pre);
    if method == InferenceMethod::Conformal {
        let found =
            conformal::infer(panel, lambdas, estimate, &averages, options, settings, monitor)?;
        return Ok(Inference { reason, ..found });
    }
    let retuning = options.retuning.as_ref();
    let estimation = TropEstimation { lambdas, retuning, stage: stage(method) };
    let (averages, pre_periods) = (&averages[..], !pre.is_empty());
    let (estimation, of_draw) = (&estimation, &Ok);
    let resampling = Resampling { panel, averages, pre_periods, estimation, options, of_draw };
    resampling.infer((method, reason), settings, monitor)
}
