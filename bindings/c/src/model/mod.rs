//! The estimate and what leads to it: options, weights, grids, search.

pub(crate) mod averages;
pub(crate) mod cells;
pub(crate) mod distance;
pub(crate) mod estimate;
pub(crate) mod grids;
pub(crate) mod options;
pub(crate) mod outlook;
pub(crate) mod running;
pub(crate) mod search;
