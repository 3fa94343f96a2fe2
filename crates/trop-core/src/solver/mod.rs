//! The weighted low-rank regression (Eq. 2), solved exactly and certified.
//!
//! [`Problem`](problem::Problem) is what to solve, [`Fit`](fit::Fit) the iterate and the answer,
//! [`Outcome`](fit::Outcome) how good it is.

mod alternation;
mod anderson;
mod certificate;
mod half_step;
mod interpolate;
mod loadings;
mod partial_out;
mod passes;
mod problem;
mod rank;
mod sample;
mod solve;
mod systems;
mod two_way;

pub(crate) use interpolate::interpolate;
pub(crate) use loadings::Loadings;
pub(crate) use partial_out::{check_variation, part, Identification};
pub(crate) use problem::Problem;
pub(crate) use sample::Sample;
pub use solve::Status;
pub(crate) use solve::{Fit, Outcome, Stopping, Workspace};
