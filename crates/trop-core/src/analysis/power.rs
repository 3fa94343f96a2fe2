//! Which effects a study would find: power before there are data.

use super::answer::Facts;
use super::compare::stops;
use super::options::AnalysisOptions;
use super::power_options::{check_periods, impossible, PowerOptions, PowerSource};
use super::power_panels::Panels;
use super::powered::{usual_effects, DesignPower, PowerStudy};
use crate::error::{Error, Result};
use crate::inference::{
    check_draw_count, choose, infer, n_draws, placebo_intervals, InferenceMethod, InferenceOptions,
    Wish,
};
use crate::lambdas::Lambdas;
use crate::model::{estimate, Estimate};
use crate::panel::{Panel, TimeDistance};
use crate::runtime::{Monitor, Progress, Stage, StopOnly, Threads};
use crate::settings::Settings;
use crate::simulation::{
    mean, Assignment, EffectShape, Generator, GeneratorOptions, PowerDesign, PowerDraw,
};
use crate::tuning::{loocv_grid_search, Criterion};

/// How often effects of any size would be found by a study like one's own, for every combination of the numbers of
/// treated units, treated periods and periods before them.
///
/// Draws have no effect: some never-treated units are given the treatment over the last periods, or panels come from a
/// generator. TROP estimates each once, at lambdas that are given or chosen once on the panel; because its fits never
/// use treated outcomes, this tells for every size of an effect whether it would be found. The test is the one that the
/// inference of `analysis` would choose for a design: for few treated units the rank of an estimate among those of other
/// draws, as many as a study would have placebos, else the interval of the jackknife or the bootstrap, made in each draw.
///
/// The panel may be one before anything is treated ([`Panel::untreated`]).
///
/// # Errors
/// What [`AnalysisOptions::validate`] refuses, [`Error::DrawsTooFew`], [`Error::PowerImpossible`] for designs that do
/// not fit, for covariates, donors, clusters, weighted averages or a calendar and for options that contradict each
/// other, [`Error::TreatmentConstant`], those of [`Generator::fit`] and of the search, [`Error::Interrupted`].
///
/// ```
/// use trop_core::{power, AnalysisOptions, Lambdas, Panel, PowerOptions, Shape, Silent};
/// // Twenty-four units over eight periods; nothing is treated yet.
/// let outcome: Vec<f64> = (0..192).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// let panel = Panel::untreated(&outcome, Shape { n_units: 24, n_periods: 8 })?;
/// let options = PowerOptions {
///     treated: Some(vec![1, 2]),
///     periods: Some(vec![2]),
///     draws: 60,
///     ..Default::default()
/// };
/// let analysis = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let found = power(&panel, &options, &analysis, &Silent)?;
/// let [one, two] = &found.designs[..] else { panic!("two designs") };
/// assert_eq!((one.draws.len(), two.draws.len()), (24, 60));
/// // One of 24 ranks is below 5%.
/// assert_eq!(one.size(), 1.0 / 24.0);
/// assert!(two.power(2.0 * two.smallest()) >= 0.8);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn power(
    panel: &Panel,
    options: &PowerOptions,
    analysis: &AnalysisOptions,
    monitor: &dyn Monitor,
) -> Result<PowerStudy> {
    analysis.validate()?;
    check_draw_count(options.draws)?;
    let is_untreated = panel.treated_units().is_empty();
    if !is_untreated {
        panel.check_treatment()?;
    }
    check_panel(panel)?;
    let method = analysis.check_power()?;
    let options = options.resolved(panel)?;
    let designs = designs(&options, panel.n_periods())?;
    let generator = generator(panel, &options)?;
    let all = |design: PowerDesign| {
        Panels::new(panel, generator.as_ref(), design, &options, analysis.seed)
    };
    let all = designs.into_iter().map(all).collect::<Result<Vec<_>>>()?;
    let lambdas = lambdas(panel, analysis, monitor)?;
    let progress = Progress::new(monitor, Stage::Simulation, all.iter().map(Panels::n).sum());
    let study = Study {
        method,
        lambdas,
        shape: &options.shape,
        target: options.target,
        analysis,
        monitor: StopOnly(monitor),
        progress,
    };
    let designs = all.iter().map(|panels| study.run(panels)).collect::<Result<Vec<_>>>()?;
    let effect = options.effect.clone().unwrap_or_else(|| usual_effects(&designs));
    Ok(PowerStudy {
        options: PowerOptions { effect: Some(effect), ..options },
        analysis: analysis.clone(),
        facts: Facts::new(panel),
        is_untreated,
        lambdas,
        generator,
        designs,
    })
}

/// Every combination, the last number changing first.
fn designs(options: &PowerOptions, t: usize) -> Result<Vec<PowerDesign>> {
    let mut designs = Vec::new();
    let histories: Vec<Option<usize>> = match &options.history {
        Some(list) => list.iter().copied().map(Some).collect(),
        None => vec![None],
    };
    for &treated in options.treated.iter().flatten() {
        for &periods in options.periods.iter().flatten() {
            for &history in &histories {
                check_periods(periods, history, t)?;
                let history = history.unwrap_or(t - periods);
                let design = PowerDesign { treated, periods, history };
                if !designs.contains(&design) {
                    designs.push(design);
                }
            }
        }
    }
    Ok(designs)
}

fn generator(panel: &Panel, options: &PowerOptions) -> Result<Option<Generator>> {
    if options.source == PowerSource::Placebo {
        return Ok(None);
    }
    let rank = options.rank.unwrap_or_default();
    let (assignment, noise) = (Assignment::Random, options.noise);
    let how = GeneratorOptions { rank, assignment, noise, ..Default::default() };
    Generator::fit(panel, &how).map(Some)
}

/// Those given, or those that a search on the panel chooses: once, for all designs and draws.
fn lambdas(panel: &Panel, analysis: &AnalysisOptions, monitor: &dyn Monitor) -> Result<Lambdas> {
    if let Some(lambdas) = analysis.lambdas {
        return Ok(lambdas);
    }
    let grids = analysis.grids.complete(panel, monitor)?;
    let mut search = analysis.searching(panel);
    if panel.treated_units().is_empty() {
        // Without a treatment there are no roles for placebo sets.
        search.criterion = match analysis.criterion {
            Criterion::Auto | Criterion::Loocv => Criterion::Loocv,
            other => {
                let name = other.name();
                return impossible(format!(
                    "criterion {name} needs a treatment, and nothing is treated yet; use loocv, or give lambdas"
                ));
            }
        };
    }
    Ok(loocv_grid_search(panel, &grids, &search, &analysis.settings(), monitor)?.lambdas)
}

/// Draws are plain blocks of treatment.
fn check_panel(panel: &Panel) -> Result<()> {
    let has = [
        (panel.n_covariates() > 0, "its outcomes have no covariates; leave out covariates"),
        (panel.has_donors(), "every unit may serve for every other; leave out donors"),
        (panel.is_clustered(), "its units are treated one by one; leave out cluster"),
        (panel.is_weighted(), "its averages have no weights; leave out average_weights"),
        (
            panel.time_distance() == TimeDistance::Calendar,
            "its periods are equally far apart; leave out time_distance",
        ),
        (
            panel.anticipation() + panel.washout() > 0,
            "its effect is in the treated periods alone; leave out anticipation and washout",
        ),
    ];
    match has.into_iter().find(|(is_so, _)| *is_so) {
        Some((_, reason)) => impossible(format!("a draw is a plain block of treatment: {reason}")),
        None => Ok(()),
    }
}

/// What all draws need.
struct Study<'a> {
    method: InferenceMethod,
    lambdas: Lambdas,
    shape: &'a EffectShape,
    target: f64,
    analysis: &'a AnalysisOptions,
    monitor: StopOnly<'a>,
    progress: Progress<'a>,
}

impl Study<'_> {
    fn run(&self, panels: &Panels<'_>) -> Result<DesignPower> {
        let shape = self.shape.over(panels.design.periods);
        let found = DesignPower {
            design: panels.design,
            method: None,
            why: String::new(),
            error: None,
            n_units: panels.n_units(),
            n_possible: panels.of(),
            n_placebos: 0,
            is_short: false,
            mean_shape: mean(&shape),
            target: self.target,
            draws: Vec::new(),
        };
        let panel = panels.draw(0)?.0;
        let (method, why) = match self.choose(&panel) {
            Ok((InferenceMethod::Conformal, why)) => return Ok(DesignPower { why, ..found }),
            Ok(chosen) => chosen,
            Err(error @ Error::InferenceImpossible { .. }) => {
                return Ok(DesignPower { error: Some(error), ..found })
            }
            Err(error) => return Err(error),
        };
        let draw = |k: usize| self.draw(panels, k, method, &shape);
        let threads = Threads::new(self.analysis.threads)?;
        let draws: Result<Vec<PowerDraw>> = threads.map(0..panels.n(), draw);
        let mut draws = draws?;
        let study_has = n_draws(&panel, InferenceMethod::Placebo, self.analysis.n_boot);
        let n_placebos = study_has.min(draws.len() - 1);
        if method == InferenceMethod::Placebo {
            set_ranks(&mut draws, n_placebos, self.analysis.level);
        }
        let is_short = n_placebos < study_has;
        Ok(DesignPower { method: Some(method), why, n_placebos, is_short, draws, ..found })
    }

    fn choose(&self, panel: &Panel) -> Result<(InferenceMethod, String)> {
        let AnalysisOptions { n_boot: draws, level, .. } = *self.analysis;
        choose(panel, Wish { method: self.method, draws, level, retunes: false })
    }

    fn draw(
        &self,
        panels: &Panels<'_>,
        k: usize,
        method: InferenceMethod,
        shape: &[f64],
    ) -> Result<PowerDraw> {
        self.progress.check()?;
        let (panel, treated) = panels.draw(k)?;
        // Draws run in parallel already, in the pool at hand.
        let settings = Settings { threads: None, ..self.analysis.settings() };
        let draw = match estimate(&panel, &self.lambdas, &settings, &self.monitor) {
            Err(error) if stops(&error) => return Err(error),
            Err(error) => PowerDraw::failed(treated, error),
            Ok(found) => {
                let draw = self.of_estimate(&found, treated, shape, panels.design.history);
                match method {
                    InferenceMethod::Placebo => draw,
                    _ => self.with_interval(draw, &panel, &found, (method, k), shape, &settings)?,
                }
            }
        };
        self.progress.advance(1);
        Ok(draw)
    }

    /// An estimate without an interval.
    fn of_estimate(
        &self,
        found: &Estimate,
        treated: Vec<usize>,
        shape: &[f64],
        history: usize,
    ) -> PowerDraw {
        let multiples: Vec<f64> =
            found.effects.iter().map(|effect| shape[effect.cell.period - history]).collect();
        PowerDraw {
            treated,
            att: found.att,
            ci: (f64::NAN, f64::NAN),
            response: mean(&multiples),
            certified: found.converged,
            error: None,
        }
    }

    /// Adds the interval of the jackknife or the bootstrap. The effect moves all their estimates alike if it is a level,
    /// or if every treated cell has an effect.
    fn with_interval(
        &self,
        draw: PowerDraw,
        panel: &Panel,
        found: &Estimate,
        (method, k): (InferenceMethod, usize),
        shape: &[f64],
        settings: &Settings,
    ) -> Result<PowerDraw> {
        let is_level = shape.iter().all(|multiple| *multiple == shape[0]);
        if !is_level && found.effects.len() < panel.treated_cells().len() {
            let reason = format!(
                "some treated cells have no effect, so the standard error of {method} depends on the size of an effect \
                 that is no level"
            );
            return Ok(PowerDraw { error: Some(Error::PowerImpossible { reason }), ..draw });
        }
        let options = self.analysis.inferring(method, panel, None);
        // Draws of the inference differ between panels, as they would between studies.
        let seed = options.seed.wrapping_add(k as u64);
        let options = InferenceOptions { seed, ..options };
        match infer(panel, &self.lambdas, found, &[], &options, settings, &self.monitor) {
            Err(error) if stops(&error) => Err(error),
            Err(error) => Ok(PowerDraw { error: Some(error), ..draw }),
            Ok(inference) => Ok(PowerDraw { ci: inference.table[0].ci, ..draw }),
        }
    }
}

/// The intervals that placebo inference makes of each estimate, other draws being its placebos.
fn set_ranks(draws: &mut [PowerDraw], n_placebos: usize, level: f64) {
    let atts: Vec<f64> = draws.iter().map(|draw| draw.att).collect();
    for (draw, ci) in draws.iter_mut().zip(placebo_intervals(&atts, n_placebos, level)) {
        draw.ci = ci;
    }
}
