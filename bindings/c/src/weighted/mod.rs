//! Fits at weights that the caller brings.

pub(crate) mod fit;
pub(crate) mod given;
pub(crate) mod jobs;
pub(crate) mod loocv;
