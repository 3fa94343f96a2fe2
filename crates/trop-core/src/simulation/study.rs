//! Every estimator on every draw.

use super::contender::{Contender, DrawEstimate, DrawOutcome};
use super::generator::{impossible, Generator, GeneratorOptions};
use super::scores::{simulation_scores, SimulationScore};
use crate::by_name::{self, by_name};
use crate::error::{Error, Result};
use crate::inference::{check_draw_count, InferenceOptions};
use crate::panel::Panel;
use crate::rivals::{estimate_with, estimate_with_care, infer_with, Estimator, EstimatorOptions};
use crate::runtime::{Monitor, Progress, Purpose, Stage, StopOnly, Stream, Threads};
use crate::settings::Settings;
use crate::solver::Care;
use std::ops::Range;
use std::time::Instant;

/// When the lambdas of `trop` and the penalty of `mc` are chosen. Ranks of `ife`, ridges of `ascm` and zetas are chosen in
/// every draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tuning {
    /// Once, on the panel itself.
    #[default]
    Once,
    /// In every draw: what the whole procedure does.
    Each,
    /// Not at all: contenders bring them.
    Fixed,
}

impl Tuning {
    /// Its name: `once`, `each` or `fixed`.
    ///
    /// ```
    /// assert_eq!(trop_core::Tuning::default().name(), "once");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Tuning::Once => "once",
            Tuning::Each => "each",
            Tuning::Fixed => "fixed",
        }
    }

    /// The tuning of a name.
    ///
    /// ```
    /// use trop_core::Tuning;
    /// assert_eq!(Tuning::from_name("each"), Some(Tuning::Each));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(Tuning, "tuning", [Tuning::Once, Tuning::Each, Tuning::Fixed]);

/// What is simulated.
///
/// ```
/// let options = trop_core::SimulationOptions::default();
/// assert_eq!((options.draws, options.treated, options.periods, options.seed), (1000, 10, 10, 0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SimulationOptions {
    /// Number of draws, at least 2; default 1,000.
    pub draws: usize,
    /// Treated units of a draw; default 10.
    pub treated: usize,
    /// Treated periods of a draw, its last ones; default 10.
    pub periods: usize,
    /// Seed; default 0.
    pub seed: u64,
    /// Default [`Tuning::Once`].
    pub tuning: Tuning,
    /// Also intervals, and how often they hold zero; default no.
    pub inference: Option<InferenceOptions>,
}

impl Default for SimulationOptions {
    fn default() -> Self {
        SimulationOptions {
            draws: 1000,
            treated: 10,
            periods: 10,
            seed: 0,
            tuning: Tuning::default(),
            inference: None,
        }
    }
}

/// A simulation matched to a panel.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Simulation {
    /// What panels were drawn from.
    pub generator: Generator,
    /// Estimators as they took part, with the lambdas and penalties that were chosen once.
    pub contenders: Vec<Contender>,
    /// How well each did.
    pub scores: Vec<SimulationScore>,
    /// All draws.
    pub draws: Vec<DrawOutcome>,
}

/// Fits a generator to a panel, tunes, draws, estimates and scores.
///
/// # Errors
/// Those of [`Generator::fit`], [`tune_contenders`] and [`simulate_draws`].
///
/// ```
/// use trop_core::{
///     simulate, Contender, Estimator, GeneratorOptions, Panel, Settings, Shape, Silent, SimulationOptions,
/// };
/// let outcome: Vec<f64> = (0..80).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// let mut treatment = vec![0.0; 80];
/// treatment[79] = 1.0;
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 10, n_periods: 8 })?;
/// let contenders = [Estimator::Did, Estimator::Sc].map(Contender::from);
/// let generator = GeneratorOptions { rank: 2, ..Default::default() };
/// let options = SimulationOptions { draws: 20, treated: 2, periods: 2, ..Default::default() };
/// let found = simulate(&panel, &contenders, &generator, &options, &Settings::default(), &Silent)?;
/// assert_eq!((found.scores.len(), found.draws.len()), (2, 20));
/// assert!(found.scores.iter().any(|score| score.relative_rmse == 1.0));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn simulate(
    panel: &Panel,
    contenders: &[Contender],
    generator: &GeneratorOptions,
    options: &SimulationOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Simulation> {
    let generator = Generator::fit(panel, generator)?;
    let contenders =
        tune_contenders(panel, &generator, contenders, options.tuning, settings, monitor)?;
    let range = 0..options.draws;
    let draws = simulate_draws(&generator, &contenders, options, range, settings, monitor)?;
    let scores = simulation_scores(&contenders, &draws);
    Ok(Simulation { generator, contenders, scores, draws })
}

/// Contenders with the lambdas and penalties that they take part with: those chosen on the panel, in its standard
/// deviations, or their own. `mc_trop` without lambdas takes those of the first `trop`.
///
/// # Errors
/// [`Error::SimulationImpossible`] if `fixed` ones are lacking; those of [`estimate_with`].
pub fn tune_contenders(
    panel: &Panel,
    generator: &Generator,
    contenders: &[Contender],
    tuning: Tuning,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Vec<Contender>> {
    let tune = |contender: &Contender| {
        tune_contender(panel, generator, contender, tuning, settings, monitor)
    };
    let mut tuned = contenders.iter().map(tune).collect::<Result<Vec<_>>>()?;
    share_lambdas(&mut tuned);
    Ok(tuned)
}

/// One contender with the lambdas or the penalty that it takes part with.
pub(crate) fn tune_contender(
    panel: &Panel,
    generator: &Generator,
    contender: &Contender,
    tuning: Tuning,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Contender> {
    let Contender { label, estimator, options } = contender;
    let lacks = match estimator {
        Estimator::Trop => options.lambdas.is_none(),
        Estimator::Mc => options.lambda_nn.is_none(),
        _ => false,
    };
    let mut tuned = contender.clone();
    match tuning {
        Tuning::Once if lacks => {
            let standard = panel.standardized(generator.location, generator.scale);
            let without_pre = EstimatorOptions { pre_periods: false, ..options.clone() };
            let found = estimate_with(&standard, *estimator, &without_pre, settings, monitor)?;
            tuned.options = found.keep(options);
        }
        Tuning::Fixed if lacks => {
            let reason = format!("with fixed tuning {label} needs its lambdas or its penalty");
            return impossible(reason);
        }
        _ => {}
    }
    Ok(tuned)
}

/// Gives `mc_trop` without lambdas those of the first `trop`.
pub(crate) fn share_lambdas(contenders: &mut [Contender]) {
    let of_trop = contenders.iter().find(|c| c.estimator == Estimator::Trop);
    let lambdas = of_trop.and_then(|c| c.options.lambdas);
    for contender in contenders.iter_mut().filter(|c| c.estimator == Estimator::McTrop) {
        contender.options.lambdas = contender.options.lambdas.or(lambdas);
    }
}

/// Some of the draws of a simulation: draw `k` is the same whatever the range, so that machines can share the work.
///
/// # Errors
/// [`Error::SimulationImpossible`] for a block that does not fit, [`Error::DrawsTooFew`], an invalid [`Settings`], or
/// [`Error::Interrupted`]. What fails in a draw is told there.
pub fn simulate_draws(
    generator: &Generator,
    contenders: &[Contender],
    options: &SimulationOptions,
    range: Range<usize>,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Vec<DrawOutcome>> {
    settings.validate()?;
    check_draw_count(options.draws)?;
    generator.check_block(options.treated, options.periods)?;
    if contenders.is_empty() {
        return impossible("there is no estimator to simulate".into());
    }
    let progress = Progress::new(monitor, Stage::Simulation, range.len());
    // Draws run in parallel already, in the pool at hand.
    let study = Study {
        inference: options.inference.as_ref(),
        settings: Settings { threads: None, ..*settings },
        monitor: StopOnly(monitor),
    };
    let run = |k: usize| -> Result<DrawOutcome> {
        progress.check()?;
        let draw = generator.draw(options.treated, options.seed, k);
        let panel = generator.panel(&draw, options.periods)?;
        let estimates: Result<Vec<DrawEstimate>> =
            contenders.iter().map(|contender| study.estimate(&panel, contender, k)).collect();
        progress.advance(1);
        Ok(DrawOutcome { draw: k, n_treated: draw.treated.len(), estimates: estimates? })
    };
    Threads::new(settings.threads)?.map(range, run)
}

struct Study<'a> {
    inference: Option<&'a InferenceOptions>,
    settings: Settings,
    monitor: StopOnly<'a>,
}

impl Study<'_> {
    fn estimate(&self, panel: &Panel, contender: &Contender, k: usize) -> Result<DrawEstimate> {
        let start = Instant::now();
        let options = EstimatorOptions { pre_periods: false, ..contender.options.clone() };
        // As in the draws of an inference, whether effects are unique is not asked.
        let found = estimate_with_care(
            panel,
            contender.estimator,
            &options,
            &self.settings,
            Care::Careful,
            &self.monitor,
        );
        let estimate = match found {
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(error) => DrawEstimate::failed(error),
            Ok(found) => {
                let mut estimate = DrawEstimate::new(&found.estimate);
                if let Some(how) = self.inference {
                    // Draws of the inference differ between panels, as they would between studies.
                    let seed = Stream::new(how.seed, Purpose::InferenceOfDraw, k as u64).seed();
                    let how = InferenceOptions { seed, ..how.clone() };
                    match infer_with(panel, &found, &options, &how, &self.settings, &self.monitor) {
                        Err(Error::Interrupted) => return Err(Error::Interrupted),
                        Err(error) => estimate.error = Some(error),
                        Ok(inference) => estimate.ci = Some(inference.table[0].ci),
                    }
                }
                estimate
            }
        };
        Ok(DrawEstimate { seconds: start.elapsed().as_secs_f64(), ..estimate })
    }
}
