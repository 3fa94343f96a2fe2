//! What is asked of a simulation matched to a panel, by name.

use super::reading::Given;
use super::value::OptionValue;
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::panel::{Panel, CONTROLS_LEFT};
use crate::simulation::{Assignment, GeneratorOptions, Noise, Tuning};

/// Options that [`StudyOptions::set`] knows.
const NAMES: [&str; 9] =
    ["draws", "treated", "periods", "tune", "rank", "ranks", "assignment", "noise", "coverage"];

/// Periods of a draw that stay without treatment.
const PRE_PERIODS_LEFT: usize = 2;

/// What is asked of a simulation matched to a panel ([`SimulationPlan`](crate::SimulationPlan)).
///
/// ```
/// let options = trop_core::StudyOptions::default();
/// assert_eq!((options.draws, options.rank, options.coverage), (1000, None, false));
/// assert_eq!(options.tune.name(), "once");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StudyOptions {
    /// Number of simulated panels, at least 2; default 1,000.
    pub draws: usize,
    /// Treated units of a simulated panel, at most; `None` (the default) for as many as the panel has.
    pub treated: Option<usize>,
    /// Treated periods of a simulated panel, its last ones; `None` (the default) for as many as a treated unit of the
    /// panel has on average, rounded.
    pub periods: Option<usize>,
    /// When lambdas of `trop` and the penalty of `mc` are chosen; default [`Tuning::Once`].
    pub tune: Tuning,
    /// Rank of the signal; `None` (the default) for 4, or less where units or periods are few.
    pub rank: Option<usize>,
    /// Ranks at which all is done again, to see whether the ranking stands; `None` (the default) for 2, 4 and 8 as
    /// far as they are possible. Empty for none.
    pub ranks: Option<Vec<usize>>,
    /// How treated units are drawn; default [`Assignment::Fitted`].
    pub assignment: Assignment,
    /// Default [`Noise::Autoregressive`].
    pub noise: Noise,
    /// Also the interval of every estimator in every draw, by the analysis' inference; default false.
    pub coverage: bool,
}

impl Default for StudyOptions {
    fn default() -> Self {
        let GeneratorOptions { assignment, noise, .. } = GeneratorOptions::default();
        StudyOptions {
            draws: 1000,
            treated: None,
            periods: None,
            tune: Tuning::default(),
            rank: None,
            ranks: None,
            assignment,
            noise,
            coverage: false,
        }
    }
}

impl StudyOptions {
    /// Sets an option by its name: `draws`, `treated`, `periods`, `tune`, `rank`, `ranks`, `assignment`, `noise` or
    /// `coverage`.
    ///
    /// # Errors
    /// [`Error::OptionUnknown`] or [`Error::OptionInvalid`].
    ///
    /// ```
    /// let mut options = trop_core::StudyOptions::default();
    /// options.set("ranks", vec![2.0, 8.0])?;
    /// assert_eq!(options.ranks, Some(vec![2, 8]));
    /// assert_eq!(options.set("draw", 10).unwrap_err().code(), "option_unknown");
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn set(&mut self, name: &str, value: impl Into<OptionValue>) -> Result<()> {
        let value = value.into();
        let given = Given::named(name, &NAMES, &value)?;
        match given.option {
            "draws" => self.draws = given.count()?,
            "treated" => self.treated = given.optional(Given::count)?,
            "periods" => self.periods = given.optional(Given::count)?,
            "tune" => self.tune = given.choice()?,
            "rank" => self.rank = given.optional(Given::count)?,
            "ranks" => self.ranks = given.optional(Given::counts)?,
            "assignment" => self.assignment = given.choice()?,
            "noise" => self.noise = given.choice()?,
            _ => self.coverage = given.flag()?,
        }
        Ok(())
    }

    /// The same with nothing left open; `ranks` are those beside `rank`, each once, ascending.
    pub(super) fn resolved(&self, panel: &Panel) -> Self {
        let (n, t) = (panel.n_units(), panel.n_periods());
        let most = n.min(t).saturating_sub(1);
        let rank = self.rank.unwrap_or_else(|| GeneratorOptions::default().rank.min(most).max(1));
        let usual = || [2, 4, 8].into_iter().filter(|&other| other <= most).collect();
        let mut ranks = self.ranks.clone().unwrap_or_else(usual);
        ranks.retain(|&other| other != rank);
        ranks.sort_unstable();
        ranks.dedup();
        let units = panel.treated_units().len();
        let cells = panel.treated_cells().len();
        let mean = (cells as f64 / units.max(1) as f64).round() as usize;
        let treated = self.treated.unwrap_or(units.min(n.saturating_sub(CONTROLS_LEFT)).max(1));
        let periods = self.periods.unwrap_or(mean.min(t.saturating_sub(PRE_PERIODS_LEFT)).max(1));
        StudyOptions {
            treated: Some(treated),
            periods: Some(periods),
            rank: Some(rank),
            ranks: Some(ranks),
            ..self.clone()
        }
    }

    /// How a generator of a rank is fitted.
    pub(super) fn generator(&self, rank: usize) -> GeneratorOptions {
        let StudyOptions { assignment, noise, .. } = *self;
        GeneratorOptions { rank, assignment, noise, ..Default::default() }
    }
}
