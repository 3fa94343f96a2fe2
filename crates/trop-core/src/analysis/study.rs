//! Which estimator for a panel: all of them on simulated panels like it.

use super::answer::Facts;
use super::compare::{check_distinct, stops};
use super::options::AnalysisOptions;
use super::study_options::StudyOptions;
use crate::error::{Error, Result};
use crate::inference::{check_draw_count, InferenceOptions};
use crate::panel::{Cell, Panel, TimeDistance};
use crate::rivals::{Estimator, EstimatorOptions};
use crate::runtime::Monitor;
use crate::simulation::{
    impossible, scores_of, share_lambdas, simulate_draws, tune_contender, Contender, DrawEstimate,
    Generator, Simulation, SimulationOptions,
};

/// Panels like one's own, ready to be drawn: a generator of the rank asked for, and one of each other rank at which
/// the ranking is looked at again.
///
/// ```
/// use trop_core::{
///     AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent, SimulationPlan, StudyOptions,
/// };
/// let outcome: Vec<f64> = (0..96).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// let mut treatment = vec![0.0; 96];
/// treatment[94..].fill(1.0);
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 12, n_periods: 8 })?;
/// let options = StudyOptions { draws: 20, ranks: Some(vec![3]), ..Default::default() };
/// let plan = SimulationPlan::new(&panel, &options, &AnalysisOptions::default())?;
/// assert_eq!(plan.ranks(), [4, 3]);
/// let asked = [Estimator::Did, Estimator::Sc];
/// let found = plan.run(&asked, &EstimatorOptions::default(), &[], &Silent)?;
/// assert_eq!((found.main.scores.len(), found.others.len()), (2, 1));
/// assert_eq!((found.options.treated, found.options.periods), (Some(1), Some(2)));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SimulationPlan {
    panel: Panel,
    /// With nothing left open.
    options: StudyOptions,
    analysis: AnalysisOptions,
    main: Generator,
    others: Vec<(usize, Result<Generator>)>,
}

/// What a function of the caller's own makes of the draws of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnEstimates {
    /// Its name in tables.
    pub name: String,
    /// For each of [`SimulationPlan::ranks`] the ATT of each draw, in units of the outcome, NaN for none; empty for
    /// a rank without a generator.
    pub atts: Vec<Vec<f64>>,
}

/// How well estimators do on panels like one's own.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SimulationStudy {
    /// What was asked, with nothing left open: `ranks` are those of `others`.
    pub options: StudyOptions,
    /// What was asked of estimators and their inference.
    pub analysis: AnalysisOptions,
    /// The panel in numbers.
    pub facts: Facts,
    /// Whether the panel's own treatment is one block, as that of simulated panels is.
    pub is_block: bool,
    /// A treated unit of the panel, to be looked at beside simulated ones.
    pub example: usize,
    /// At the rank asked for. Its scores and draws have the caller's own estimators behind the contenders.
    pub main: Simulation,
    /// The same at the other ranks, or why there is no generator of a rank.
    pub others: Vec<(usize, Result<Simulation>)>,
    /// Estimators that take no part, because their tuning on the panel failed.
    pub refused: Vec<(Estimator, Error)>,
    /// Names of the caller's own estimators.
    pub own: Vec<String>,
}

impl SimulationPlan {
    /// Fits the generators to the control cells of a panel. Lambdas, grids and search of `analysis` are TROP's, in
    /// units of the panel; its inference counts if coverage is asked for.
    ///
    /// # Errors
    /// What [`AnalysisOptions::validate`] refuses, those of [`Generator::fit`] at the rank asked for,
    /// [`Error::DrawsTooFew`], and [`Error::SimulationImpossible`] for a block that does not fit, for covariates,
    /// clusters, weighted averages or a calendar, and for options that contradict each other.
    pub fn new(panel: &Panel, options: &StudyOptions, analysis: &AnalysisOptions) -> Result<Self> {
        analysis.validate()?;
        check_draw_count(options.draws)?;
        panel.check_treatment()?;
        check_design(panel)?;
        analysis.check_simulation(options.coverage)?;
        let options = options.resolved(panel);
        let fit = |rank: usize| Generator::fit(panel, &options.generator(rank));
        let main = fit(options.rank())?;
        main.check_block(options.treated(), options.periods())?;
        let others = options.ranks.iter().flatten().map(|&rank| (rank, fit(rank))).collect();
        let (panel, analysis) = (panel.clone(), analysis.clone());
        Ok(SimulationPlan { panel, options, analysis, main, others })
    }

    /// The rank asked for, then the others.
    pub fn ranks(&self) -> Vec<usize> {
        let others = self.others.iter().map(|(rank, _)| *rank);
        std::iter::once(self.options.rank()).chain(others).collect()
    }

    /// Number of draws at each rank.
    pub fn draws(&self) -> usize {
        self.options.draws
    }

    /// Draw `k` of the generator at position `at` of [`ranks`](SimulationPlan::ranks): outcomes in units of the
    /// panel, and treatments, both row-major N x T. `None` without such a generator.
    pub fn draw(&self, at: usize, k: usize) -> Option<(Vec<f64>, Vec<f64>)> {
        let generator = match at.checked_sub(1) {
            None => &self.main,
            Some(other) => self.others.get(other)?.1.as_ref().ok()?,
        };
        let draw = generator.draw(self.options.treated(), self.analysis.seed, k);
        let in_units = |y: &f64| generator.location + generator.scale * y;
        let treatment = generator.treatment(&draw, self.options.periods());
        Some((draw.outcome.iter().map(in_units).collect(), treatment))
    }

    /// Has every estimator estimate every draw; an empty list stands for [`Estimator::COMPARED`]. Draws and estimates
    /// are the same for any number of threads.
    ///
    /// An estimator whose tuning fails takes no part; one that fails in a draw has a failure more.
    ///
    /// # Errors
    /// [`Error::EstimatorImpossible`] for an estimator that is listed twice, [`Error::SimulationImpossible`] if
    /// lambdas are lacking that must be given, or if no estimator can be used; [`Error::Interrupted`].
    pub fn run(
        &self,
        estimators: &[Estimator],
        rivals: &EstimatorOptions,
        own: &[OwnEstimates],
        monitor: &dyn Monitor,
    ) -> Result<SimulationStudy> {
        let asked = if estimators.is_empty() { &Estimator::COMPARED } else { estimators };
        check_distinct(asked)?;
        self.check_own(own)?;
        let (contenders, refused) = self.contenders(asked, rivals, monitor)?;
        let simulate = |at: usize, generator: &Generator| {
            self.simulation(generator, &contenders, &of_rank(own, at), monitor)
        };
        let main = simulate(0, &self.main)?;
        let other = |(k, (rank, generator)): (usize, &(usize, Result<Generator>))| {
            Ok((
                *rank,
                match generator {
                    Ok(generator) => Ok(simulate(k + 1, generator)?),
                    Err(error) => Err(error.clone()),
                },
            ))
        };
        let others = self.others.iter().enumerate().map(other).collect::<Result<Vec<_>>>()?;
        Ok(SimulationStudy {
            options: self.options.clone(),
            analysis: self.analysis.clone(),
            facts: Facts::new(&self.panel),
            is_block: is_block(&self.panel),
            example: self.panel.treated_units()[0],
            main,
            others,
            refused,
            own: own.iter().map(|one| one.name.clone()).collect(),
        })
    }

    /// Estimators with what they take part with, and those whose tuning failed.
    fn contenders(
        &self,
        asked: &[Estimator],
        rivals: &EstimatorOptions,
        monitor: &dyn Monitor,
    ) -> Result<(Vec<Contender>, Vec<Refused>)> {
        let options = self.estimator_options(rivals, monitor)?;
        let (tune, settings) = (self.options.tune, self.analysis.settings());
        let (mut contenders, mut refused) = (Vec::new(), Vec::new());
        for &estimator in asked {
            let contender = Contender { options: options.clone(), ..Contender::from(estimator) };
            match tune_contender(&self.panel, &self.main, &contender, tune, &settings, monitor) {
                Ok(tuned) => contenders.push(tuned),
                Err(error)
                    if stops(&error) || matches!(error, Error::SimulationImpossible { .. }) =>
                {
                    return Err(error)
                }
                Err(error) => refused.push((estimator, error)),
            }
        }
        share_lambdas(&mut contenders);
        match refused.first() {
            Some((_, error)) if contenders.is_empty() => Err(error.clone()),
            _ => Ok((contenders, refused)),
        }
    }

    /// What may be chosen about estimators, for outcomes in standard deviations.
    fn estimator_options(
        &self,
        rivals: &EstimatorOptions,
        monitor: &dyn Monitor,
    ) -> Result<EstimatorOptions> {
        let (panel, analysis) = (&self.panel, &self.analysis);
        let given = analysis.grids.is_given();
        let grids = given.then(|| analysis.grids.complete(panel, monitor)).transpose()?;
        let options = EstimatorOptions {
            lambdas: analysis.lambdas,
            grids,
            search: analysis.searching(panel),
            anchor: Some(panel.anchor()),
            pre_periods: false,
            ..rivals.clone()
        };
        Ok(options.for_outcomes_over(self.main.scale))
    }

    fn simulation(
        &self,
        generator: &Generator,
        contenders: &[Contender],
        own: &[(&str, &[f64])],
        monitor: &dyn Monitor,
    ) -> Result<Simulation> {
        let options = SimulationOptions {
            draws: self.options.draws,
            treated: self.options.treated(),
            periods: self.options.periods(),
            seed: self.analysis.seed,
            tuning: self.options.tune,
            inference: self.inference(),
        };
        let settings = self.analysis.settings();
        let all = 0..options.draws;
        let mut draws = simulate_draws(generator, contenders, &options, all, &settings, monitor)?;
        for (k, draw) in draws.iter_mut().enumerate() {
            let estimate = |(_, atts): &(&str, &[f64])| atts[k] / generator.scale;
            draw.estimates.extend(own.iter().map(|one| DrawEstimate::of_own(estimate(one))));
        }
        let labels = contenders.iter().map(|contender| contender.label.as_str());
        let labels: Vec<&str> = labels.chain(own.iter().map(|(name, _)| *name)).collect();
        let scores = scores_of(&labels, &draws);
        let (generator, contenders) = (generator.clone(), contenders.to_vec());
        Ok(Simulation { generator, contenders, scores, draws })
    }

    fn inference(&self) -> Option<InferenceOptions> {
        let method = self.analysis.inference.filter(|_| self.options.coverage)?;
        Some(self.analysis.inferring(method, &self.panel, None))
    }

    fn check_own(&self, own: &[OwnEstimates]) -> Result<()> {
        let fits = |at: usize, atts: &Vec<f64>| {
            let expected = if self.draw(at, 0).is_some() { self.options.draws } else { 0 };
            atts.len() == expected
        };
        let n = self.ranks().len();
        let complete = |one: &OwnEstimates| {
            one.atts.len() == n && one.atts.iter().enumerate().all(|(at, atts)| fits(at, atts))
        };
        match own.iter().find(|one| !complete(one)) {
            Some(one) => impossible(format!("{} lacks estimates of some draws", one.name)),
            None => Ok(()),
        }
    }
}

/// An estimator that takes no part, and why.
type Refused = (Estimator, Error);

impl StudyOptions {
    /// Once resolved.
    fn rank(&self) -> usize {
        self.rank.unwrap_or_default()
    }

    fn treated(&self) -> usize {
        self.treated.unwrap_or_default()
    }

    fn periods(&self) -> usize {
        self.periods.unwrap_or_default()
    }
}

fn of_rank(own: &[OwnEstimates], at: usize) -> Vec<(&str, &[f64])> {
    own.iter().map(|one| (one.name.as_str(), one.atts[at].as_slice())).collect()
}

/// Whether all treated units are treated in the same periods, the last ones.
fn is_block(panel: &Panel) -> bool {
    let units = panel.treated_units();
    let is_on = |unit: usize, period: usize| panel.is_treated(Cell { unit, period });
    let starts = |unit: usize| (0..panel.n_periods()).find(|&period| is_on(unit, period));
    let start = starts(units[0]).unwrap_or_default();
    units.iter().all(|&unit| (0..panel.n_periods()).all(|t| is_on(unit, t) == (t >= start)))
}

/// Simulated panels have a block of treatment and nothing else.
fn check_design(panel: &Panel) -> Result<()> {
    let has = [
        (panel.is_clustered(), "its units are drawn one by one; leave out cluster"),
        (panel.is_weighted(), "its averages have no weights; leave out average_weights"),
        (
            panel.time_distance() == TimeDistance::Calendar,
            "its periods are equally far apart; leave out time_distance",
        ),
    ];
    match has.into_iter().find(|(is_so, _)| *is_so) {
        Some((_, reason)) => impossible(format!("a simulated panel is a plain block: {reason}")),
        None => Ok(()),
    }
}
