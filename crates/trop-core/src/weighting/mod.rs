//! Distances and weights of units and periods (Eq. 3), and whether they identify an effect.

mod centre;
mod connection;
mod distance;
mod groups;
mod view;
mod weights;

pub(crate) use centre::Centre;
pub(crate) use connection::{is_connected, is_plainly_connected, obstacle, Components};
pub(crate) use distance::{check_cell, Distances};
pub use distance::{compute_unit_distance_matrix, leave_period_out_distances};
pub(crate) use groups::{groups, spell, Group};
pub(crate) use view::View;
pub use weights::{weights, Weights};
