//! The data and what is asked of them: validated, centred, laid out for the solver, and made into other panels.

mod covariates;
mod design;
mod layout;
#[allow(clippy::module_inception)]
mod panel;
mod remarks;
mod stamping;

pub(crate) use covariates::{check_variation, part, Identification};
pub use design::{Anchor, Design, Grouping, TimeDistance};
pub use panel::{Cell, Panel};
pub use remarks::Remark;
pub(crate) use stamping::{Roles, Stamping, CONTROLS_LEFT};
