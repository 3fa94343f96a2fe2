//! Standard errors, intervals and p-values.

pub(crate) mod bootstrap;
pub(crate) mod draws;
pub(crate) mod infer;
