//! Numbers alone: vectorized inner loops and dense linear algebra.

pub(crate) mod dense;
pub(crate) mod kernels;
pub(crate) mod linalg;
