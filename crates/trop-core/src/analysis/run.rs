//! The steps of an analysis, one after the other.

use super::answer::{Analysis, Facts, Timings, Uncertified};
use super::options::AnalysisOptions;
use super::workload::ahead;
use crate::diagnostics::pre_treatment_fit;
use crate::error::{Error, Result};
use crate::inference::{choose, infer, Inference, InferenceMethod, Inferred, Wish};
use crate::lambdas::Lambdas;
use crate::model::{
    averages, cell_effects, estimate, period_means, pre_treatment_cells, Average, CellEffect,
    CellEffects, Estimate,
};
use crate::panel::Panel;
use crate::runtime::{Monitor, Pacer, Silent};
use crate::tuning::{loocv_grid_search, Grids, Search};
use std::time::{Duration, Instant};

/// Estimates the ATT of a panel, from the choice of the lambdas to standard errors, in one call.
///
/// In this order: checks of the options and of the treatment, [`remarks`](Panel::remarks) on the panel, the
/// check that the inference means something for it (before a search takes its time), the search for the
/// lambdas if none are given, the estimate, the effects before treatment, the inference, all averages.
///
/// Where the method of inference is left open and none means something, or where too few draws have an
/// estimate, the analysis goes on without: [`Analysis::no_inference`] says why.
///
/// # Errors
/// What [`AnalysisOptions::validate`] refuses, [`Error::NoTreatedCell`], [`Error::TreatmentConstant`], and
/// the errors of [`Grids::default_for`], [`loocv_grid_search`], [`estimate`] and [`infer`].
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, InferenceMethod, Panel, Shape};
/// // Five units over four periods; the last unit is treated in the last period.
/// let outcome = [
///     1.0, 2.0, 3.0, 4.1, //
///     2.0, 2.5, 4.0, 5.0, //
///     0.0, 1.5, 2.0, 2.8, //
///     1.5, 2.0, 3.5, 4.0, //
///     2.5, 3.0, 4.5, 8.0,
/// ];
/// let mut treatment = [0.0; 20];
/// treatment[19] = 1.0;
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 5, n_periods: 4 })?;
///
/// let options = AnalysisOptions { inference: Some(InferenceMethod::Placebo), ..Default::default() };
/// let analysis = analyze(&panel, &options)?;
/// let att = analysis.att();
/// assert!((att.average.value - 2.5).abs() < 1.0);
/// // None of the four placebos is as far from zero: p = 1 / 5.
/// assert_eq!(att.p_value, 0.2);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn analyze(panel: &Panel, options: &AnalysisOptions) -> Result<Analysis> {
    analyze_with(panel, options, &Silent)
}

/// As [`analyze`], with a monitor that hears of progress and may stop it.
///
/// # Errors
/// As [`analyze`], or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{analyze_with, AnalysisOptions, Lambdas, Panel, Shape, Watch};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let watch = Watch::default();
/// watch.request_stop();
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let stopped = analyze_with(&panel, &options, &watch);
/// assert_eq!(stopped.unwrap_err().code(), "interrupted");
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn analyze_with(
    panel: &Panel,
    options: &AnalysisOptions,
    monitor: &dyn Monitor,
) -> Result<Analysis> {
    options.validate()?;
    panel.check_treatment()?;
    let steps = Steps { panel, options, monitor };
    let method = steps.check_inference()?;
    let pacer = Pacer::new(monitor, ahead(panel, options, method));
    let steps = Steps { monitor: &pacer, ..steps };
    let (found, search_time) = match options.lambdas {
        Some(_) => (None, None),
        None => timed(|| steps.search()).map(|(found, time)| (Some(found), Some(time)))?,
    };
    let chosen = || found.as_ref().map(|(_, search)| search.lambdas);
    let lambdas = options.lambdas.or_else(chosen).unwrap_or(Lambdas::TWO_WAY);
    let ((estimate, pre), estimate_time) = timed(|| steps.estimate(&lambdas))?;
    let grids = found.as_ref().map(|(grids, _)| grids);
    let (inference, inference_time) =
        timed(|| steps.infer(&lambdas, &estimate, &pre.effects, grids))?;
    let (inference, no_inference) = match inference {
        Ok(inference) => (inference, None),
        Err(why) => (None, Some(why)),
    };
    let (grids, search) = found.unzip();
    let cells = [estimate.effects.as_slice(), pre.effects.as_slice()];
    Ok(Analysis {
        options: options.clone(),
        facts: Facts::new(panel),
        remarks: panel.remarks(),
        lambdas,
        pre_fit: pre_treatment_fit(panel, &pre.effects),
        numbers: numbers(averages(panel, &estimate, &pre.effects), inference.as_ref()),
        by_time: period_means(panel, &estimate.effects, &pre.effects),
        uncertified: Uncertified::new(cells, search.as_ref(), inference.as_ref()),
        timings: Timings {
            search: search_time,
            estimate: estimate_time,
            inference: options.inference.map(|_| inference_time),
        },
        grids,
        search,
        estimate,
        pre,
        inference,
        no_inference,
    })
}

/// What every step needs.
struct Steps<'a> {
    panel: &'a Panel,
    options: &'a AnalysisOptions,
    monitor: &'a dyn Monitor,
}

impl Steps<'_> {
    /// The method of inference, if there will be one. Refuses what means nothing for the panel.
    fn check_inference(&self) -> Result<Option<InferenceMethod>> {
        let AnalysisOptions { n_boot: draws, level, retune: retunes, .. } = *self.options;
        let Some(method) = self.options.inference else { return Ok(None) };
        match choose(self.panel, Wish { method, draws, level, retunes }) {
            Err(error) if !self.goes_on_without(&error) => Err(error),
            chosen => Ok(chosen.ok().map(|(method, _)| method)),
        }
    }

    /// True if an error of the inference costs the inference alone.
    fn goes_on_without(&self, error: &Error) -> bool {
        let left_open = self.options.inference == Some(InferenceMethod::Auto);
        match error {
            Error::TooFewDraws { .. } => true,
            Error::InferenceImpossible { .. } | Error::TooFewTreatedUnits { .. } => left_open,
            _ => false,
        }
    }

    fn search(&self) -> Result<(Grids, Search)> {
        let grids = self.options.grids.complete(self.panel, self.monitor)?;
        let options = self.options.searching(self.panel);
        let settings = self.options.settings();
        let search = loocv_grid_search(self.panel, &grids, &options, &settings, self.monitor)?;
        Ok((grids, search))
    }

    /// The estimate, and the effects before treatment.
    fn estimate(&self, lambdas: &Lambdas) -> Result<(Estimate, CellEffects)> {
        let settings = self.options.settings();
        let estimate = estimate(self.panel, lambdas, &settings, self.monitor)?;
        let asked = self.options.pre_periods;
        let cells = if asked { pre_treatment_cells(self.panel) } else { Vec::new() };
        let pre = cell_effects(self.panel, &cells, lambdas, &settings, self.monitor)?;
        Ok((estimate, pre))
    }

    /// The inference, if it was asked for; or why there is none, if that is no reason to stop.
    fn infer(
        &self,
        lambdas: &Lambdas,
        estimate: &Estimate,
        pre: &[CellEffect],
        grids: Option<&Grids>,
    ) -> Result<std::result::Result<Option<Inference>, Error>> {
        let Some(method) = self.options.inference else { return Ok(Ok(None)) };
        let options = self.options.inferring(method, self.panel, grids);
        let settings = self.options.settings();
        match infer(self.panel, lambdas, estimate, pre, &options, &settings, self.monitor) {
            Err(error) if self.goes_on_without(&error) => Ok(Err(error)),
            done => done.map(|inference| Ok(Some(inference))),
        }
    }
}

fn timed<T>(step: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let start = Instant::now();
    step().map(|done| (done, start.elapsed()))
}

/// Every number, with what the inference says of it.
pub(super) fn numbers(averages: Vec<Average>, inference: Option<&Inference>) -> Vec<Inferred> {
    let mut inferred = inference.iter().flat_map(|found| &found.table).peekable();
    let number = |average: Average| {
        // Both are in the same order; the inference may lack some.
        match inferred.next_if(|other| other.average.quantity == average.quantity) {
            Some(found) => *found,
            None => Inferred::without_draws(average),
        }
    };
    averages.into_iter().map(number).collect()
}
