//! The estimators beside TROP, under one roof.
//!
//! [`estimate_with`] takes any [`Estimator`] and gives what TROP's [`estimate`](crate::estimate) gives: the ATT and every
//! treated cell's effect, so that averages and inference are the same code for all.

mod ascm;
mod did;
mod estimate;
mod estimator;
mod frank_wolfe;
mod ife;
mod infer;
mod mc;
mod nnls;
mod options;
mod programs;
mod regress;
mod result;
mod simplex;
mod spell;
mod synthetic;
mod trop;
mod weighting;

pub use estimate::estimate_with;
pub(crate) use estimate::estimate_with_care;
pub use estimator::Estimator;
pub use infer::infer_with;
pub use options::{EstimatorOptions, McTuning, SimplexMethod};
pub use result::{EstimatorResult, SpellWeights, Tuned};
