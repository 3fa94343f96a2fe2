//! Distances between units, and the weights of a target: copied into arrays of the caller.

use crate::abi::arguments::{extent, reserved};
use crate::abi::results::Buffer;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::{trop_cell, trop_lambdas};
use crate::model::options::trop_options;
use crate::model::running::run;
use trop_core::Stage;

/// Writes the N x N matrix of distances between units: the root mean squared difference of the control
/// outcomes of each pair, over the periods in which both have one. Symmetric, zero on the diagonal,
/// infinite for units without a common control period; in units of the outcome.
///
/// Row i is written to `distances + i * row_stride`; `row_stride` is at least N, and `capacity`, the
/// room of the array in doubles, at least `(N - 1) * row_stride + N`. Other entries stay as they are.
///
/// Uses the options `threads` and `progress`; NULL for the defaults. Progress hears `TROP_STAGE_SEARCH`, 0 of 0: there
/// are no pieces to count, but it may stop.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_STRIDE_TOO_SMALL`, `TROP_BUFFER_TOO_SMALL`, `TROP_TOO_LARGE`,
/// `TROP_OUT_OF_MEMORY`, `TROP_OPTIONS_SIZE`, `TROP_THREADS_UNAVAILABLE`, `TROP_INTERRUPTED`.
///
/// # Safety
/// `distances` has room for `capacity` doubles, and `options` the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_unit_distances(
    panel: Option<&trop_panel>,
    options: *const trop_options,
    row_stride: usize,
    capacity: usize,
    distances: *mut f64,
) -> trop_status {
    with_panel(panel, |panel| {
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let n = panel.n_units();
        let buffer = Buffer { data: distances, capacity, name: "distances" };
        buffer.check(extent::<f64>(row_stride, n, n, "distances")?)?;
        // The core holds the matrix twice for a moment: see that there is room before it asks.
        drop(reserved::<[f64; 2]>(n * n, "distances")?);
        let found = run(&options, Stage::Search, |hook| {
            trop_core::compute_unit_distance_matrix(panel, None, hook)
        })?;
        // SAFETY: checked, and the capacity is the array's by this function's contract.
        unsafe { buffer.write_rows(&found, n, row_stride) };
        Ok(())
    })
}

/// Writes the distance of each of the N units to the unit of `target`, over the periods other than the
/// target's: what its weights are made of. Zero for the target's own unit; infinite without a common
/// control period.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_BUFFER_TOO_SMALL` (`capacity` < N).
///
/// # Safety
/// `distances` has room for `capacity` doubles.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_leave_period_out_distances(
    panel: Option<&trop_panel>,
    target: trop_cell,
    capacity: usize,
    distances: *mut f64,
) -> trop_status {
    with_panel(panel, |panel| {
        let buffer = Buffer { data: distances, capacity, name: "distances" };
        buffer.check(panel.n_units())?;
        let found = trop_core::leave_period_out_distances(panel, target.into())?;
        // SAFETY: checked, and the capacity is the array's by this function's contract.
        unsafe { buffer.write(&found) };
        Ok(())
    })
}

/// Writes the weights of a target, not normalized: of the N units, `exp(-lambda_unit * distance)`, and of
/// the T periods, `exp(-lambda_time * |t - s|)` in positions. The target's own unit and period have 1. A
/// unit without a common control period has 0, unless `lambdas.unit` is 0; `lambdas.nn` plays no part.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_LAMBDA_INVALID`,
/// `TROP_BUFFER_TOO_SMALL` (`unit_capacity` < N or `period_capacity` < T).
///
/// # Safety
/// `unit_weights` and `period_weights` have room for as many doubles as their capacities say, and do not
/// overlap.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_weights(
    panel: Option<&trop_panel>,
    target: trop_cell,
    lambdas: trop_lambdas,
    unit_capacity: usize,
    period_capacity: usize,
    unit_weights: *mut f64,
    period_weights: *mut f64,
) -> trop_status {
    with_panel(panel, |panel| {
        let units = Buffer { data: unit_weights, capacity: unit_capacity, name: "unit_weights" };
        let periods =
            Buffer { data: period_weights, capacity: period_capacity, name: "period_weights" };
        units.check(panel.n_units())?;
        periods.check(panel.n_periods())?;
        let found = trop_core::weights(panel, target.into(), &lambdas.into())?;
        // SAFETY: checked, and the capacities are the arrays' by this function's contract.
        unsafe {
            units.write(&found.unit);
            periods.write(&found.period);
        }
        Ok(())
    })
}
