//! Distances and weights of units and periods (Eq. 3), and whether they identify an effect.

mod distance;
mod weights;

pub(crate) use distance::{check_cell, Distances};
pub use distance::{compute_unit_distance_matrix, leave_period_out_distances};
pub(crate) use weights::{is_connected, is_plainly_connected, obstacle, Centre};
pub use weights::{weights, Weights};
