//! What an interval is.

use crate::by_name::by_name;

/// What the interval of a number is. An infinite end means that no effect in that direction is rejected, and the
/// kind says why; two ends that are NaN mean that there is no interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum IntervalKind {
    /// There is none: the method, or the estimate, gives the number no standard error or interval.
    #[default]
    None,
    /// Both ends are finite.
    Bounded,
    /// An end is infinite, because draws (placebos, shifts in time) are too few to reject anything at the level.
    TooFewDraws,
    /// An end is infinite, because no effect that far out is rejected. Conformal inference only.
    Unbounded,
    /// Effects between others that are not rejected are rejected; the interval holds them, too. Conformal
    /// inference only.
    Disconnected,
    /// Every effect is rejected, so both ends are NaN. Conformal inference only.
    Empty,
}

impl IntervalKind {
    /// Its name: `none`, `bounded`, `too_few_draws`, `unbounded`, `disconnected` or `empty`.
    ///
    /// ```
    /// assert_eq!(trop_core::IntervalKind::TooFewDraws.name(), "too_few_draws");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            IntervalKind::None => "none",
            IntervalKind::Bounded => "bounded",
            IntervalKind::TooFewDraws => "too_few_draws",
            IntervalKind::Unbounded => "unbounded",
            IntervalKind::Disconnected => "disconnected",
            IntervalKind::Empty => "empty",
        }
    }

    /// Of an interval whose infinite ends come from too few draws.
    pub(super) fn of_draws(ci: (f64, f64)) -> Self {
        if ci.0.is_nan() || ci.1.is_nan() {
            IntervalKind::None
        } else if ci.0.is_finite() && ci.1.is_finite() {
            IntervalKind::Bounded
        } else {
            IntervalKind::TooFewDraws
        }
    }
}

by_name!(
    IntervalKind,
    "interval",
    [
        IntervalKind::None,
        IntervalKind::Bounded,
        IntervalKind::TooFewDraws,
        IntervalKind::Unbounded,
        IntervalKind::Disconnected,
        IntervalKind::Empty,
    ]
);
