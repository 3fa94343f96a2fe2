//! How to infer.

use crate::by_name::{self, by_name};
use crate::error::{number, Error, Result};
use crate::tuning::{Grids, SearchOptions};

/// Where a standard error comes from. How often the intervals hold the effect was studied on panels with
/// factors and serial correlation (`docs/coverage.md`); its findings stand with each method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum InferenceMethod {
    /// What the numbers of treated and never-treated units allow;
    /// [`Inference::reason`](crate::Inference::reason) says why.
    ///
    /// The jackknife from 5 of both on, the bootstrap from 100 of both on, where it takes less time; with fewer
    /// placebos, if there are enough distinct ones for a p-value of 0.05; then conformal inference, if there are
    /// periods enough for that; then the jackknife; at last placebos or shifts in time that are enough for a p-value
    /// of 0.2. The level of the intervals does not matter.
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
    /// least 98 of 100 panels, but seldom finds one: its intervals are long, some unbounded, disconnected or empty
    /// ([`IntervalKind`](crate::IntervalKind)). It gives no standard error.
    Conformal,
}

impl InferenceMethod {
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
        by_name::find(name)
    }
}

by_name!(
    InferenceMethod,
    "inference",
    [
        InferenceMethod::Auto,
        InferenceMethod::Bootstrap,
        InferenceMethod::Jackknife,
        InferenceMethod::Placebo,
        InferenceMethod::Conformal,
    ]
);

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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct InferenceOptions {
    /// Default [`InferenceMethod::Auto`].
    pub method: InferenceMethod,
    /// Bootstrap draws or placebo assignments, at least 2; default 200. Assignments are distinct: if there are no
    /// more of them than `draws`, each comes once.
    pub draws: usize,
    /// Level of the intervals, in (0, 1); default 0.95. Neither the method nor a p-value depends on it.
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

/// How to draw.
///
/// ```
/// let options = trop_core::BootstrapOptions::default();
/// assert_eq!((options.draws, options.level, options.seed), (200, 0.95, 0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BootstrapOptions {
    /// Number of draws, at least 2; default 200.
    pub draws: usize,
    /// Level of the interval, in (0, 1); default 0.95.
    pub level: f64,
    /// Seed; default 0. Draw k of a seed is the same whatever the number of draws or threads.
    pub seed: u64,
}

impl Default for BootstrapOptions {
    fn default() -> Self {
        BootstrapOptions { draws: 200, level: 0.95, seed: 0 }
    }
}

impl BootstrapOptions {
    pub(super) fn validate(&self) -> Result<()> {
        check_draw_count(self.draws)?;
        check_level(self.level)
    }
}

/// Checks a number of draws.
pub(crate) fn check_draw_count(draws: usize) -> Result<()> {
    if draws < 2 {
        return Err(Error::DrawsTooFew { found: draws });
    }
    Ok(())
}

/// Checks the level of an interval.
pub(crate) fn check_level(level: f64) -> Result<()> {
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::LevelOutOfRange { value: number(level) });
    }
    Ok(())
}

/// How lambdas are chosen anew in each draw.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Retuning {
    /// The candidates.
    pub grids: Grids,
    /// How to search them.
    pub search: SearchOptions,
}
