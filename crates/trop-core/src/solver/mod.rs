//! The weighted low-rank regression (Eq. 2), solved exactly and certified.
//!
//! [`Problem`] is what to solve, [`Fit`] the iterate and the answer, [`Outcome`] how good it is.

mod alternation;
mod anderson;
mod certificate;
mod curvature;
mod descent;
mod gradient;
mod half_step;
mod interpolate;
mod iterate;
mod limit;
mod loadings;
mod outcome;
mod partial_out;
mod passes;
mod penalties;
mod problem;
mod rank;
mod regressors;
mod sample;
mod shared;
mod solve;
mod systems;
mod two_way;

pub(crate) use alternation::Workspace;
pub(crate) use anderson::Anderson;
pub(crate) use interpolate::interpolate;
pub(crate) use iterate::Fit;
pub(crate) use limit::{objective_unit, Limit};
pub(crate) use loadings::Loadings;
pub use outcome::Status;
pub(crate) use outcome::{Care, Outcome, Stopping};
pub(crate) use problem::Problem;
pub(crate) use regressors::Residuals;
pub(crate) use sample::Sample;
