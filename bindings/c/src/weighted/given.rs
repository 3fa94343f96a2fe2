//! Weights that the caller brings.

use crate::abi::arguments::array;
use crate::abi::failure::Result;
use trop_core::{Panel, Weights};

/// Copies the weights of a panel's units and periods.
///
/// # Safety
/// Unless NULL, both arrays have one entry for each.
pub(crate) unsafe fn weights(
    panel: &Panel,
    unit: *const f64,
    period: *const f64,
) -> Result<Weights> {
    // SAFETY: by this function's contract.
    let (unit, period) = unsafe {
        (
            array(unit, panel.n_units(), "unit_weights")?,
            array(period, panel.n_periods(), "period_weights")?,
        )
    };
    Ok(Weights { unit: unit.to_vec(), period: period.to_vec() })
}
