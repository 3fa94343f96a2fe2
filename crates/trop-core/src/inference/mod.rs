//! Standard errors, intervals and p-values of everything that an estimate reports.

mod boundary;
mod choice;
mod collected;
mod conformal;
pub(crate) mod draws;
mod summary;

use crate::bootstrap::{check_draw_count, check_level, resample};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::estimate::{CellEffect, Estimate};
use crate::lambdas::Lambdas;
use crate::monitor::{Monitor, Stage};
use crate::panel::Panel;
use crate::placebo::Stamping;
use crate::quantities::{averages, Average, Quantity};
use crate::rng::Purpose;
use crate::settings::Settings;
use collected::Collected;
pub use draws::Retuning;
use draws::{Draws, Estimation, TropEstimation};

/// Where a standard error comes from. How often the intervals hold the effect was studied on panels with
/// factors and serial correlation (`docs/coverage.md`); its findings stand with each method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InferenceMethod {
    /// What the numbers of treated and never-treated units allow; [`Inference::reason`] says why.
    ///
    /// The jackknife from 5 of both on, the bootstrap from 100 of both on, where it takes less time; with fewer
    /// placebos, if they are enough to reject anything at the level; then conformal inference, if there are
    /// periods enough; at last the jackknife.
    #[default]
    Auto,
    /// Never-treated and ever-treated units resampled with replacement (Algorithm 3); percentile
    /// intervals. With few treated units these are too short: with 20 or fewer they held the effect in 75 to
    /// 91 of 100 panels instead of 95.
    Bootstrap,
    /// Each unit left out once; Student's t. From 5 treated units on intervals held the effect in 92 to 94 of
    /// 100 panels; with 2 in 89, and they are long.
    Jackknife,
    /// The treated units' patterns of treatment stamped on never-treated units, without the treated units:
    /// how large are estimates where there is no effect? Works with one treated unit, and covers there. It
    /// assumes that treated units vary as never-treated ones do: with several treated units whose loadings
    /// differ from the others' in the same direction, it held the effect in 90 to 97 of 100 panels.
    Placebo,
    /// Every cell of the treated units predicted from all others under the hypothesis of a given effect;
    /// the average error of the treated cells is compared with those of their pattern shifted in time
    /// (Chernozhukov, Wuthrich, Zhu 2021). For few treated units and many periods. It held the effect in at
    /// least 98 of 100 panels, but seldom finds one: its intervals are long, some unbounded. Its standard error,
    /// the spread of the shifted errors, is much smaller than the interval says.
    Conformal,
}

impl InferenceMethod {
    const ALL: [InferenceMethod; 5] = [
        InferenceMethod::Auto,
        InferenceMethod::Bootstrap,
        InferenceMethod::Jackknife,
        InferenceMethod::Placebo,
        InferenceMethod::Conformal,
    ];

    /// Its name: `auto`, `bootstrap`, `jackknife`, `placebo` or `conformal`.
    ///
    /// ```
    /// assert_eq!(trop_core::InferenceMethod::Placebo.name(), "placebo");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            InferenceMethod::Auto => "auto",
            InferenceMethod::Bootstrap => "bootstrap",
            InferenceMethod::Jackknife => "jackknife",
            InferenceMethod::Placebo => "placebo",
            InferenceMethod::Conformal => "conformal",
        }
    }

    /// The method of a name.
    ///
    /// ```
    /// use trop_core::InferenceMethod;
    /// assert_eq!(InferenceMethod::from_name("jackknife"), Some(InferenceMethod::Jackknife));
    /// assert_eq!(InferenceMethod::from_name("delta"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// How to infer.
///
/// ```
/// use trop_core::{InferenceMethod, InferenceOptions};
/// let options = InferenceOptions::default();
/// assert_eq!(options.method, InferenceMethod::Auto);
/// assert_eq!((options.draws, options.level, options.seed), (200, 0.95, 0));
/// assert!(options.retuning.is_none());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct InferenceOptions {
    /// Default [`InferenceMethod::Auto`].
    pub method: InferenceMethod,
    /// Bootstrap draws or placebo assignments, at least 2; default 200. With one treated unit each
    /// never-treated unit is assigned once, and `draws` is the largest number of them.
    pub draws: usize,
    /// Level of the intervals, in (0, 1); default 0.95.
    pub level: f64,
    /// Seed; default 0. Draw k of a seed is the same whatever the number of draws or threads.
    pub seed: u64,
    /// Choose the lambdas anew in each draw; by default they are kept.
    pub retuning: Option<Retuning>,
}

impl Default for InferenceOptions {
    fn default() -> Self {
        InferenceOptions {
            method: InferenceMethod::Auto,
            draws: 200,
            level: 0.95,
            seed: 0,
            retuning: None,
        }
    }
}

/// One number of an estimate, with its standard error, interval and p-value: NaN where the method gives
/// none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inferred {
    /// Which number, the cells behind it, and its value.
    pub average: Average,
    /// Standard error. The bootstrap has none for a mean over a single unit.
    pub se: f64,
    /// Pointwise interval; a bound is infinite if the draws are too few for it.
    pub ci: (f64, f64),
    /// P-value of zero: below `1 - level` exactly when zero is outside of the interval.
    pub p_value: f64,
    /// Interval that holds, at the level, together with those of all groups of the same grouping and
    /// measure (a uniform band): the largest distance of a draw's groups from the estimate (placebos: from
    /// zero), in standard errors, is within it in a share `level` of the draws, and it is never narrower
    /// than `ci`. The jackknife has Bonferroni's bound. `ci` itself outside of groupings.
    pub band: (f64, f64),
}

/// Standard errors, intervals and p-values, and where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The method used, never [`InferenceMethod::Auto`].
    pub method: InferenceMethod,
    /// Why `Auto` chose it; empty if it was asked for.
    pub reason: String,
    /// All numbers of the estimate, ordered as by [`averages`]; the first is the ATT.
    pub table: Vec<Inferred>,
    /// The ATT of each draw that has one (of each panel without a unit, of each placebo), in their order;
    /// in conformal inference the mean error of each shift in time, if the estimate is the effect.
    pub draws: Vec<f64>,
    /// Draws, or shifts, without an estimable cell.
    pub n_failed: usize,
    /// Draws, or effects tested, with a fit that is not certified to the tolerance.
    pub n_uncertified: usize,
    /// Largest relative gap of all fits.
    pub max_gap: f64,
}

/// The method that [`infer`] will use, never [`InferenceMethod::Auto`], and why if `Auto` chose it (else empty).
/// Takes no time: whoever searches for lambdas first can know before that nothing stands in the way of inference.
///
/// # Errors
/// [`Error::InferenceImpossible`], [`Error::DrawsTooFew`] or [`Error::LevelOutOfRange`].
///
/// ```
/// use trop_core::{choose_inference, InferenceMethod, InferenceOptions, Panel};
/// // One treated unit, three controls.
/// let outcome = [1.0, 2.0, 1.5, 3.0, 0.0, 0.5, 2.0, 7.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, 4, 2)?;
/// let options = |method| InferenceOptions { method, ..Default::default() };
/// let (method, why) = choose_inference(&panel, &options(InferenceMethod::Placebo))?;
/// assert_eq!((method, why.as_str()), (InferenceMethod::Placebo, ""));
/// assert!(choose_inference(&panel, &options(InferenceMethod::Bootstrap)).is_err());
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn choose_inference(
    panel: &Panel,
    options: &InferenceOptions,
) -> Result<(InferenceMethod, String)> {
    check_draw_count(options.draws)?;
    check_level(options.level)?;
    choice::choose(panel, options)
}

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
    let retuning = options.retuning.as_ref();
    let estimation = TropEstimation { lambdas, retuning, stage: stage(method) };
    let pre_periods = !pre.is_empty();
    Resampling { panel, averages: &averages, pre_periods, estimation: &estimation, options }.infer(
        (method, reason),
        settings,
        monitor,
    )
}

fn stage(method: InferenceMethod) -> Stage {
    if method == InferenceMethod::Bootstrap {
        Stage::Bootstrap
    } else {
        Stage::Inference
    }
}

/// An estimate by any estimator, to be repeated on panels made from its own.
pub(crate) struct Resampling<'a> {
    pub panel: &'a Panel,
    /// What the estimate reports.
    pub averages: &'a [Average],
    /// Also the cells before treatment.
    pub pre_periods: bool,
    pub estimation: &'a dyn Estimation,
    pub options: &'a InferenceOptions,
}

impl Resampling<'_> {
    /// By any method but conformal inference, and why it was chosen.
    pub fn infer(
        &self,
        (method, reason): (InferenceMethod, String),
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<Inference> {
        let Resampling { panel, averages, pre_periods, estimation, options } = *self;
        let quantities: Vec<Quantity> = averages.iter().map(|a| a.quantity).collect();
        let draws = Draws {
            quantities: &quantities,
            pre_periods,
            estimation,
            settings,
            monitor,
            stage: stage(method),
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
        Collected { panel, method, averages, draws, level: options.level }.infer(reason)
    }
}
