//! Who takes part in a simulation, and what they make of a draw.

use crate::error::Error;
use crate::model::Estimate;
use crate::rivals::{Estimator, EstimatorOptions};

/// An estimator that takes part in a simulation.
///
/// ```
/// use trop_core::{Contender, Estimator};
/// assert_eq!(Contender::from(Estimator::Sdid).label, "sdid");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Contender {
    /// Its name in tables.
    pub label: String,
    /// Which estimator.
    pub estimator: Estimator,
    /// Its options; lambdas and penalties are in standard deviations of the panel's outcomes.
    pub options: EstimatorOptions,
}

impl From<Estimator> for Contender {
    fn from(estimator: Estimator) -> Self {
        Contender { label: estimator.to_string(), estimator, options: EstimatorOptions::default() }
    }
}

/// What one estimator makes of one draw.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DrawEstimate {
    /// The ATT, whose truth is 0; NaN if there is none.
    pub att: f64,
    /// Why there is none, or no interval.
    pub error: Option<Error>,
    /// Whether all its fits are certified.
    pub certified: bool,
    /// Its interval, if asked for.
    pub ci: Option<(f64, f64)>,
    /// How long it took.
    pub seconds: f64,
}

/// What all estimators make of one draw.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DrawOutcome {
    /// Which draw.
    pub draw: usize,
    /// Units that are treated in it.
    pub n_treated: usize,
    /// One for each contender.
    pub estimates: Vec<DrawEstimate>,
}

impl DrawEstimate {
    pub(super) fn new(estimate: &Estimate) -> Self {
        let Estimate { att, converged, .. } = *estimate;
        DrawEstimate { att, error: None, certified: converged, ci: None, seconds: 0.0 }
    }

    /// Of a function of the caller's own, in standard deviations of the outcomes.
    pub(crate) fn of_own(att: f64) -> Self {
        DrawEstimate { att, error: None, certified: true, ci: None, seconds: f64::NAN }
    }

    pub(super) fn failed(error: Error) -> Self {
        let error = Some(error);
        DrawEstimate { att: f64::NAN, error, certified: false, ci: None, seconds: 0.0 }
    }
}
