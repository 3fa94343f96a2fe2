//! Standard errors, intervals and p-values of everything that an estimate reports.

use super::bootstrap::resample;
use super::choice::choose_inference;
use super::collected::Collected;
use super::conformal;
use super::draws::Draws;
use super::inferred::Inference;
use super::options::{InferenceMethod, InferenceOptions};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::model::{averages, CellEffect, Estimate, Quantity};
use crate::panel::{Panel, Stamping};
use crate::runtime::{Monitor, Purpose, Stage};
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
/// use trop_core::{estimate, infer, InferenceMethod, InferenceOptions, Lambdas, Panel, Settings, Silent};
/// // One treated unit, three controls: placebos.
/// let outcome = [1.0, 2.0, 1.5, 3.0, 0.0, 0.5, 2.0, 7.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, 4, 2)?;
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
    let averages = averages(panel, estimate, pre);
    if method == InferenceMethod::Conformal {
        let found =
            conformal::infer(panel, lambdas, estimate, &averages, options, settings, monitor)?;
        return Ok(Inference { reason, ..found });
    }
    let quantities: Vec<Quantity> = averages.iter().map(|a| a.quantity).collect();
    let stage =
        if method == InferenceMethod::Bootstrap { Stage::Bootstrap } else { Stage::Inference };
    let draws = Draws {
        quantities: &quantities,
        pre_periods: !pre.is_empty(),
        lambdas,
        retuning: options.retuning.as_ref(),
        settings,
        monitor,
        stage,
    };
    let draws = match method {
        InferenceMethod::Jackknife => draws.run(panel.n_units(), &|k| panel.without(k))?,
        InferenceMethod::Placebo => {
            let stamping = Stamping::new(panel);
            let roles = |k| stamping.random(k, options.seed, Purpose::PlaceboUnits);
            draws.run(stamping.n_random(options.draws), &|k| stamping.panel(&roles(k)))?
        }
        _ => draws.run(options.draws, &|k| resample(panel, options.seed, k))?,
    };
    Collected { panel, method, averages: &averages, draws, level: options.level }.infer(reason)
}
