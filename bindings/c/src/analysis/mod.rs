//! The whole way in one call, and what it says in words.

pub(crate) mod analyze;
pub(crate) mod bias_bounds;
pub(crate) mod comparison;
pub(crate) mod differences;
pub(crate) mod in_time;
pub(crate) mod options;
pub(crate) mod report;
pub(crate) mod results;
pub(crate) mod saved;
pub(crate) mod table;
pub(crate) mod types;
pub(crate) mod written;
