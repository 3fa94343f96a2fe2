//! Any estimator by its name.

use super::did;
use super::estimator::Estimator;
use super::ife;
use super::mc;
use super::options::EstimatorOptions;
use super::result::{EstimatorResult, Findings};
use super::synthetic;
use super::trop;
use crate::error::Result;
use crate::panel::Panel;
use crate::runtime::{Monitor, Progress, Stage};
use crate::settings::Settings;
use crate::solver::Care;

/// Estimates the ATT by any estimator.
///
/// `settings.tolerance` is also the relative gap at which weights on a simplex are certified. The panel's anchor
/// matters to `trop` only, its covariates to `did`, `mc`, `mc_trop` and `trop`; the others refuse covariates.
///
/// # Errors
/// [`Error::EstimatorImpossible`](crate::Error::EstimatorImpossible), [`Error::NoEstimableCell`](crate::Error::NoEstimableCell),
/// an invalid [`Settings`] or lambda, those of a search, or [`Error::Interrupted`](crate::Error::Interrupted).
///
/// ```
/// use trop_core::{estimate_with, Estimator, EstimatorOptions, Panel, Settings, Shape, Silent};
/// // The last of three units is treated in the last of three periods; before, it is the mean of the others.
/// let outcome = [1.0, 3.0, 2.0, 3.0, 3.0, 6.0, 2.0, 3.0, 7.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 3, n_periods: 3 })?;
/// let options = EstimatorOptions::default();
/// let found = estimate_with(&panel, Estimator::Sc, &options, &Settings::default(), &Silent)?;
/// assert!((found.estimate.att - 3.0).abs() < 1e-6);
/// assert!((found.spells[0].unit[0] - 0.5).abs() < 1e-6);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn estimate_with(
    panel: &Panel,
    estimator: Estimator,
    options: &EstimatorOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<EstimatorResult> {
    estimate_with_care(panel, estimator, options, settings, Care::Bounded, monitor)
}

/// The same, its effects bounded only if `care` says so: bounds take several fits for every treated cell.
pub(crate) fn estimate_with_care(
    panel: &Panel,
    estimator: Estimator,
    options: &EstimatorOptions,
    settings: &Settings,
    care: Care,
    monitor: &dyn Monitor,
) -> Result<EstimatorResult> {
    settings.validate()?;
    options.validate(panel, estimator)?;
    find(panel, estimator, options, settings, care, monitor)?.into_result(panel, estimator)
}

/// What an estimator finds on a panel; options are valid. Only fits that can be several have use for `care`.
pub(super) fn find(
    panel: &Panel,
    estimator: Estimator,
    options: &EstimatorOptions,
    settings: &Settings,
    care: Care,
    monitor: &dyn Monitor,
) -> Result<Findings> {
    let progress = Progress::new(monitor, Stage::Estimate, 1);
    progress.check()?;
    match estimator {
        Estimator::Did => did::did(panel, options, settings, monitor),
        Estimator::Mc => {
            mc::matrix_completion(panel, options.lambda_nn, options, settings, care, monitor)
        }
        Estimator::McTrop => {
            let nn = options.lambdas.map(|lambdas| lambdas.nn);
            mc::matrix_completion(panel, nn, options, settings, care, monitor)
        }
        Estimator::Ife => ife::interactive(panel, options),
        Estimator::Trop => trop::trop(panel, options, settings, care, monitor),
        _ => synthetic::synthetic(panel, estimator, options, settings, &progress),
    }
}
