//! Fits at weights that the caller brings.

pub(crate) mod fit;
