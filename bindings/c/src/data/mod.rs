//! Panels, what is asked of them, and names.

pub(crate) mod design;
pub(crate) mod labels;
pub(crate) mod long;
pub(crate) mod names;
pub(crate) mod panel;
pub(crate) mod remarks;
pub(crate) mod types;
