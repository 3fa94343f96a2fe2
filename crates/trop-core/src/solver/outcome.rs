//! How a fit ends, and when to stop it.

use crate::by_name::by_name;
use crate::settings::Settings;

/// Whether a fit is certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Status {
    /// The relative gap is at most the tolerance.
    Solved,
    /// The limit of iterations, or of what rounding allows, came first: the gap says how far the fit
    /// may be from the optimum.
    MaxIterations,
}

impl Status {
    /// Its name: `solved` or `max_iterations`.
    ///
    /// ```
    /// assert_eq!(trop_core::Status::Solved.name(), "solved");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Status::Solved => "solved",
            Status::MaxIterations => "max_iterations",
        }
    }
}

by_name!(Status, "status", [Status::Solved, Status::MaxIterations]);

/// How a fit ended, on the scale of the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub status: Status,
    pub iterations: usize,
    /// Certified bound of the relative gap.
    pub gap: f64,
    pub primal: f64,
    pub dual: f64,
}

impl Outcome {
    /// The one place that decides whether a fit is certified: its gap is at most the tolerance.
    pub fn new(primal: f64, gap: f64, iterations: usize, tolerance: f64) -> Self {
        let gap = if primal.is_finite() && !gap.is_nan() { gap } else { f64::INFINITY };
        let status = if gap <= tolerance { Status::Solved } else { Status::MaxIterations };
        Outcome { status, iterations, gap, primal, dual: (primal * (1.0 - gap)).max(0.0) }
    }

    /// The same if the optimum may be lower by `excess`.
    pub fn with_excess(&self, excess: f64, tolerance: f64) -> Self {
        if excess == 0.0 {
            return *self;
        }
        let gap = self.gap + excess / self.primal;
        Outcome::new(self.primal, gap, self.iterations, tolerance)
    }

    /// The same with an objective in other units.
    pub fn in_units(&self, unit: f64) -> Self {
        Outcome { primal: self.primal * unit, dual: self.dual * unit, ..*self }
    }
}

/// What a fit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// One of many, certified to the tolerance.
    Quick,
    /// Iterated further than the tolerance asks for.
    Careful,
    /// So, and its effects bounded.
    Bounded,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopping {
    pub tolerance: f64,
    pub max_iterations: usize,
    /// Iterate further than the tolerance asks for, and report how far the certificate reaches; otherwise
    /// report the tolerance that it is known to keep.
    pub careful: bool,
    /// Bound the effects, too, not only the objective.
    pub bounds: bool,
}

/// A careful fit aims at this share of its tolerance: a small gap alone leaves flat directions loose.
const CAREFUL: f64 = 0.01;

impl Stopping {
    /// As the settings for the fits of a search ask.
    pub fn of_search(settings: &Settings) -> Self {
        let Settings { loocv_tolerance, max_iterations, .. } = *settings;
        Stopping { tolerance: loocv_tolerance, max_iterations, careful: false, bounds: false }
    }

    /// As the settings for estimates ask.
    pub fn new(settings: &Settings, care: Care) -> Self {
        let Settings { tolerance, max_iterations, .. } = *settings;
        let (careful, bounds) = (care != Care::Quick, care == Care::Bounded);
        Stopping { tolerance, max_iterations, careful, bounds }
    }

    /// The gap at which iteration ends.
    pub(super) fn aim(&self) -> f64 {
        if self.careful {
            CAREFUL * self.tolerance
        } else {
            self.tolerance
        }
    }
}
