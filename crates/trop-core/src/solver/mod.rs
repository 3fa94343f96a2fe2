//! The weighted low-rank regression (Eq. 2), solved exactly and certified.
//!
//! [`Problem`](problem::Problem) is what to solve, [`Fit`](fit::Fit) the iterate and the answer,
//! [`Outcome`](fit::Outcome) how good it is.

mod alternation;
mod anderson;
mod certificate;
pub(crate) mod covariates;
pub(crate) mod fit;
mod half_step;
pub(crate) mod interpolate;
pub(crate) mod kernels;
pub(crate) mod loadings;
mod passes;
pub(crate) mod problem;
mod rank;
pub(crate) mod sample;
mod secant;
mod systems;
mod two_way;
