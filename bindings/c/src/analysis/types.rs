//! Small structs of an analysis.

use std::time::Duration;
use trop_core::{PeriodMean, Timings, Uncertified};

/// Mean outcomes in one period of the cells of ever-treated units that have an effect, weighted as the average
/// effect.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_period_mean {
    /// The period.
    pub period: usize,
    /// Mean observed outcome.
    pub observed: f64,
    /// Mean outcome without treatment, as fitted.
    pub counterfactual: f64,
    /// Cells behind them.
    pub n_cells: usize,
    /// Of these, treated ones.
    pub n_treated: usize,
    /// Of these, cells whose fit is not certified to the tolerance.
    pub n_uncertified: usize,
}

impl From<&PeriodMean> for trop_period_mean {
    fn from(mean: &PeriodMean) -> Self {
        trop_period_mean {
            period: mean.period,
            observed: mean.observed,
            counterfactual: mean.counterfactual,
            n_cells: mean.n_cells,
            n_treated: mean.n_treated,
            n_uncertified: mean.n_uncertified,
        }
    }
}

/// What the steps of an analysis took, in seconds; NaN for those that were left out.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_timings {
    /// Grids and search.
    pub search: f64,
    /// Effects of the treated cells, and before treatment.
    pub estimate: f64,
    /// Inference.
    pub inference: f64,
}

impl From<Timings> for trop_timings {
    fn from(timings: Timings) -> Self {
        let seconds = |taken: Option<Duration>| taken.map_or(f64::NAN, |taken| taken.as_secs_f64());
        trop_timings {
            search: seconds(timings.search),
            estimate: seconds(Some(timings.estimate)),
            inference: seconds(timings.inference),
        }
    }
}

/// How many fits did not reach their tolerance; all 0 if everything is certified.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct trop_uncertified {
    /// Cells of the estimate, treated or before treatment.
    pub cells: usize,
    /// Fits of the search.
    pub scores: usize,
    /// Draws with such a fit.
    pub draws: usize,
}

impl From<Uncertified> for trop_uncertified {
    fn from(Uncertified { cells, scores, draws, .. }: Uncertified) -> Self {
        trop_uncertified { cells, scores, draws }
    }
}
