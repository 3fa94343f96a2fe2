//! Standard errors, intervals and p-values of everything that an estimate reports.

mod bootstrap;
mod boundary;
mod choice;
mod collected;
mod conformal;
mod draws;
mod infer;
mod interval;
mod summary;

pub use bootstrap::{att_of_draws, bootstrap_trop_variance, Bootstrap, BootstrapOptions, DrawAtts};
pub use draws::Retuning;
pub(crate) use draws::{Draw, Draws};
pub use infer::{choose_inference, infer, Inference, InferenceMethod, InferenceOptions, Inferred};
