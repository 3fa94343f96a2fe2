//! The border to C: arguments in, results and failures out, no panic across.

pub(crate) mod arguments;
pub(crate) mod failure;
pub(crate) mod guard;
pub(crate) mod results;
pub(crate) mod status;
pub(crate) mod text;
pub(crate) mod version;
pub(crate) mod versioned;
