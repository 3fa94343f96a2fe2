//! How a fit ends, and when to stop it.

use crate::settings::Settings;

/// Whether a fit is certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopping {
    pub tolerance: f64,
    pub max_iterations: usize,
    /// Iterate further than the tolerance asks for, and report how far the certificate reaches; otherwise
    /// report the tolerance that it is known to keep.
    pub careful: bool,
}

/// Shares of the tolerance at which a careful fit tries its certificate again.
const SHARES: [f64; 4] = [1e-4, 1e-3, 1e-2, 1e-1];

/// A careful fit aims at this share of its tolerance: a small gap alone leaves flat directions loose.
const CAREFUL: f64 = 0.01;

impl Stopping {
    /// As the settings for the fits of a search ask.
    pub fn of_search(settings: &Settings) -> Self {
        let Settings { loocv_tolerance, max_iterations, .. } = *settings;
        Stopping { tolerance: loocv_tolerance, max_iterations, careful: false }
    }

    /// As the settings for estimates ask.
    pub fn new(settings: &Settings, careful: bool) -> Self {
        let Settings { tolerance, max_iterations, .. } = *settings;
        Stopping { tolerance, max_iterations, careful }
    }

    /// The gap at which iteration ends.
    pub(super) fn aim(&self) -> f64 {
        if self.careful {
            CAREFUL * self.tolerance
        } else {
            self.tolerance
        }
    }

    /// The gap to report of a fit that is certified to the tolerance.
    pub(super) fn certified_gap(&self, holds: impl Fn(f64) -> bool) -> f64 {
        let gaps = SHARES.iter().map(|share| share * self.tolerance);
        let best = if self.careful { gaps.into_iter().find(|&gap| holds(gap)) } else { None };
        best.unwrap_or(self.tolerance)
    }
}
