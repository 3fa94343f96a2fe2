//! Standard errors, intervals and p-values of everything that an estimate reports.

mod accepted;
mod bias_bounds;
mod bootstrap;
mod boundary;
mod choice;
mod collected;
mod conformal;
mod differences;
mod draws;
mod estimation;
mod infer;
mod inferred;
mod interval;
mod kind;
mod options;
mod resampling;
mod shifts;
mod summary;

pub(crate) use bias_bounds::bias_bounds;
pub use bias_bounds::{BiasBounds, BoundedEffect, BoundsAt};
pub use bootstrap::{att_of_draws, bootstrap_trop_variance, Bootstrap, DrawAtts};
pub use choice::choose_inference;
pub(crate) use choice::{choose, n_draws, Wish};
pub(crate) use differences::differences;
pub use differences::{Difference, Differences};
pub(crate) use draws::{Draw, Draws};
pub(crate) use estimation::{Estimation, TropEstimation};
pub use infer::infer;
pub use inferred::{Inference, Inferred};
pub use kind::IntervalKind;
pub(crate) use options::{check_draw_count, check_level};
pub use options::{BootstrapOptions, InferenceMethod, InferenceOptions, Retuning};
pub(crate) use resampling::Resampling;
pub use summary::percentile_interval;
pub(crate) use summary::placebo_intervals;
