//! Several estimators on one panel, by one inference.

use super::answer::Facts;
use super::options::AnalysisOptions;
use super::run::numbers;
use crate::error::{Error, Result};
use crate::inference::{Inference, Inferred};
use crate::model::{averages, period_means, PeriodMean};
use crate::panel::{Panel, Remark};
use crate::rivals::{estimate_with, infer_with, Estimator, EstimatorOptions, EstimatorResult};
use crate::runtime::Monitor;

/// What several estimators say of one panel.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Comparison {
    /// What was asked.
    pub options: AnalysisOptions,
    /// The data in numbers.
    pub facts: Facts,
    /// What is allowed about the panel, but often a mistake.
    pub remarks: Vec<Remark>,
    /// What each estimator says, or why it says nothing, in the order in which they were asked.
    pub answers: Vec<(Estimator, Result<Compared>)>,
    /// What the caller's own estimators say of the ATT, by their names: shown below the others. There is no inference
    /// for them, and no certificate.
    pub own: Vec<(String, f64)>,
}

/// What one estimator says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Compared {
    /// Its estimate, weights, and what it chose by cross-validation.
    pub result: EstimatorResult,
    /// Every number of the estimate, as in [`Analysis::numbers`](crate::Analysis::numbers); the first is the ATT.
    pub numbers: Vec<Inferred>,
    /// Mean observed and counterfactual outcomes of each period.
    pub by_time: Vec<PeriodMean>,
    /// Where standard errors, intervals and p-values come from; `None` if none were asked for, or if `no_inference`
    /// says why there are none.
    pub inference: Option<Inference>,
    /// Why there is no inference although it was asked for. The estimate stands.
    pub no_inference: Option<Error>,
    /// Root mean square of the gaps before treatment ([`EstimatorResult::pre_rmse`]): of `trop` of cells that are left
    /// out of the fits that predict them, of the others of the fit itself, so that these are not comparable. NaN
    /// without any.
    pub pre_rmse: f64,
    /// Donors that really count ([`EstimatorResult::donors`]); NaN without weights.
    pub donors: f64,
}

impl Comparison {
    /// The estimators that say something.
    pub fn found(&self) -> impl Iterator<Item = &Compared> {
        self.answers.iter().filter_map(|(_, answer)| answer.as_ref().ok())
    }
}

/// Estimates the ATT of a panel by several estimators, and infers from each by the same code. An empty list stands for
/// [`Estimator::COMPARED`].
///
/// `options` are those of [`analyze`](crate::analyze): lambdas, grids and search are TROP's (`grids` of nn and
/// `max_cells` matrix completion's, too), the inference is everybody's; where its method is left open each gets the one
/// that means something for it. `rivals` has what may be chosen about the others. What an estimator chose by
/// cross-validation is kept in all draws; TROP alone chooses anew if it is asked to.
///
/// An estimator that cannot be used on the panel costs itself alone, an inference that means nothing the inference alone.
///
/// # Errors
/// What [`AnalysisOptions::validate`] refuses, [`Error::EstimatorImpossible`] for an estimator that is listed twice,
/// [`Error::NoTreatedCell`], [`Error::TreatmentConstant`] or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{compare, AnalysisOptions, Estimator, EstimatorOptions, InferenceMethod, Panel, Shape, Silent};
/// // The last of four units is treated in the last of three periods.
/// let outcome = [1.0, 3.0, 2.0, 3.0, 3.0, 6.0, 2.0, 4.0, 4.5, 2.0, 3.0, 7.0];
/// let mut treatment = [0.0; 12];
/// treatment[11] = 1.0;
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 4, n_periods: 3 })?;
/// let options = AnalysisOptions { inference: Some(InferenceMethod::Placebo), ..Default::default() };
/// let asked = [Estimator::Did, Estimator::Sc];
/// let found = compare(&panel, &asked, &options, &EstimatorOptions::default(), &Silent)?;
/// let att: Vec<f64> = found.found().map(|one| one.numbers[0].average.value).collect();
/// assert!((att[0] - 3.0).abs() < 1e-9 && att.len() == 2);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn compare(
    panel: &Panel,
    estimators: &[Estimator],
    options: &AnalysisOptions,
    rivals: &EstimatorOptions,
    monitor: &dyn Monitor,
) -> Result<Comparison> {
    options.validate()?;
    panel.check_treatment()?;
    let asked = if estimators.is_empty() { &Estimator::COMPARED } else { estimators };
    check_distinct(asked)?;
    let grids = match options.grids.is_given() {
        true => Some(options.grids.complete(panel, monitor)?),
        false => options.grids_of_draws(panel, monitor)?,
    };
    let rivals = EstimatorOptions {
        lambdas: options.lambdas,
        grids,
        search: options.searching(panel),
        anchor: None,
        pre_periods: options.pre_periods,
        ..rivals.clone()
    };
    let step = Step { panel, options, rivals: &rivals, monitor };
    let answer = |&estimator: &Estimator| match step.compared(estimator) {
        Err(error) if stops(&error) => Err(error),
        answer => Ok((estimator, answer)),
    };
    let answers = asked.iter().map(answer).collect::<Result<Vec<_>>>()?;
    let (facts, remarks) = (Facts::new(panel), panel.remarks());
    Ok(Comparison { options: options.clone(), facts, remarks, answers, own: Vec::new() })
}

pub(super) fn check_distinct(estimators: &[Estimator]) -> Result<()> {
    for (k, estimator) in estimators.iter().enumerate() {
        if estimators[..k].contains(estimator) {
            let reason = "it is listed twice".to_string();
            return Err(Error::EstimatorImpossible { estimator: estimator.name(), reason });
        }
    }
    Ok(())
}

/// True if an error is none of the estimator at hand.
pub(super) fn stops(error: &Error) -> bool {
    matches!(
        error,
        Error::Interrupted | Error::ThreadsUnavailable { .. } | Error::OutOfMemory { .. }
    )
}

struct Step<'a> {
    panel: &'a Panel,
    options: &'a AnalysisOptions,
    rivals: &'a EstimatorOptions,
    monitor: &'a dyn Monitor,
}

impl Step<'_> {
    fn compared(&self, estimator: Estimator) -> Result<Compared> {
        let settings = self.options.settings();
        let result = estimate_with(self.panel, estimator, self.rivals, &settings, self.monitor)?;
        let (inference, no_inference) = match self.inferred(&result) {
            Err(error) if stops(&error) => return Err(error),
            Err(error) => (None, Some(error)),
            Ok(inference) => (inference, None),
        };
        let all = averages(self.panel, &result.estimate, &result.pre);
        Ok(Compared {
            numbers: numbers(all, inference.as_ref()),
            by_time: period_means(self.panel, &result.estimate.effects, &result.pre),
            pre_rmse: result.pre_rmse(self.panel),
            donors: result.donors(self.panel),
            inference,
            no_inference,
            result,
        })
    }

    fn inferred(&self, result: &EstimatorResult) -> Result<Option<Inference>> {
        let Some(method) = self.options.inference else { return Ok(None) };
        let is_trop = result.estimator == Estimator::Trop;
        let grids = self.rivals.grids.as_ref().filter(|_| is_trop);
        let inferring = self.options.inferring(method, self.panel, grids);
        let settings = self.options.settings();
        let found =
            infer_with(self.panel, result, self.rivals, &inferring, &settings, self.monitor)?;
        Ok(Some(found))
    }
}
