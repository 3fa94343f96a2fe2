//! What inference gives.

use super::kind::IntervalKind;
use super::options::InferenceMethod;
use crate::model::Average;

/// One number of an estimate, with its standard error, interval and p-value: NaN where the method gives
/// none.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Inferred {
    /// Which number, the cells behind it, and its value.
    pub average: Average,
    /// Standard error. The bootstrap has none for a mean over a single unit, conformal inference none at all.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub se: f64,
    /// Pointwise interval. An infinite end means that no effect in that direction is rejected; both are NaN if
    /// there is no interval. [`Inferred::interval`] says why.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub ci: (f64, f64),
    /// What the interval is.
    pub interval: IntervalKind,
    /// P-value of zero: below `1 - level` exactly when zero is outside of the interval.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub p_value: f64,
    /// Interval that holds, at the level, together with those of all groups of the same grouping and
    /// measure (a uniform band): the largest distance of a draw's groups from the estimate (placebos: from
    /// zero), in standard errors, is within it in a share `level` of the draws, and it is never narrower
    /// than `ci`. The jackknife has Bonferroni's bound. `ci` itself outside of groupings.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub band: (f64, f64),
}

impl Inferred {
    /// A number that no draw says anything of.
    pub(crate) fn without_draws(average: Average) -> Self {
        let none = (f64::NAN, f64::NAN);
        let (se, p_value, interval) = (f64::NAN, f64::NAN, IntervalKind::None);
        Inferred { average, se, ci: none, interval, p_value, band: none }
    }
}

/// Standard errors, intervals and p-values, and where they come from.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Inference {
    /// The method used, never [`InferenceMethod::Auto`].
    pub method: InferenceMethod,
    /// Why `Auto` chose it; empty if it was asked for.
    pub reason: String,
    /// True if units belong to clusters, which were drawn, left out or given the treatment as one.
    pub clustered: bool,
    /// All numbers of the estimate, ordered as by [`averages`](crate::averages); the first is the ATT.
    pub table: Vec<Inferred>,
    /// The ATT of each draw that has one (of each panel without a unit, of each placebo), in their order;
    /// in conformal inference the mean error of each shift in time, if the estimate is the effect.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub draws: Vec<f64>,
    /// Draws, or shifts, without an estimable cell.
    pub n_failed: usize,
    /// Draws, or effects tested, with a fit that is not certified to the tolerance.
    pub n_uncertified: usize,
    /// Largest relative gap of all fits.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub max_gap: f64,
}
