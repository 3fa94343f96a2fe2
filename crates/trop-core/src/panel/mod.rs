//! The data and what is asked of them: validated, centred, laid out for the solver, and made into other panels.

mod cell;
mod centring;
mod checks;
mod clusters;
mod cohorts;
mod covariates;
mod derived;
mod design;
mod donors;
mod excluded;
mod gaps;
mod in_time;
mod layout;
mod long;
mod matrix;
#[allow(clippy::module_inception)]
mod panel;
mod periods;
mod plausible;
#[cfg(feature = "serde")]
mod record;
mod remark;
mod remarks;
mod serving;
mod shape;
mod sizes;
mod stamping;
mod with_design;

pub use cell::Cell;
pub(crate) use checks::check_weights;
pub use cohorts::Cohorts;
pub(crate) use covariates::{check_variation, part, Identification};
pub(crate) use derived::{check_draws, drawn};
pub use design::{Anchor, Design, Grouping, TimeDistance};
pub use donors::Donors;
pub use in_time::PlaceboInTime;
pub use long::{Long, Rows};
pub use matrix::MatrixView;
pub use panel::Panel;
pub use periods::{order_periods, Moment, PeriodIds, PeriodOrder, Standing};
pub use remark::Remark;
pub(crate) use serving::Seen;
pub use shape::Shape;
pub(crate) use stamping::{n_subsets, Roles, Stamping, CONTROLS_LEFT};
