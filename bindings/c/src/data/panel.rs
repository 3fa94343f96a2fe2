//! The data.

use crate::abi::arguments::{choice, matrix, required};
use crate::abi::failure::Result;
use crate::abi::guard::guard;
use crate::abi::results::{give, Buffer};
use crate::abi::status::trop_status;
use crate::data::types::{trop_cell, trop_cell_set::*};
use std::mem::MaybeUninit;
use trop_core::{Cell, Error, Panel};

/// A validated panel of N units by T periods, independent of the arrays that it was made from.
/// Any number of threads may use it at once.
pub struct trop_panel(pub(crate) Panel);

/// The event time of a cell without one: untreated, and no treatment of its unit follows.
pub const TROP_NO_EVENT_TIME: i64 = i64::MIN;

/// Validates and copies a panel.
///
/// Both matrices are N x T, units in rows. Row i of `outcome` starts at `outcome + i * outcome_stride`,
/// strides counted in doubles and at least T; so with `treatment`. `outcome` holds NaN where it is
/// missing; `treatment` holds 0 or 1 everywhere.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_STRIDE_TOO_SMALL`, `TROP_EMPTY_PANEL`, `TROP_TOO_LARGE`,
/// `TROP_OUT_OF_MEMORY`, `TROP_TREATMENT_NOT_BINARY`, `TROP_OUTCOME_INFINITE`, `TROP_UNIT_ALL_MISSING`,
/// `TROP_PERIOD_ALL_MISSING`, `TROP_NO_TREATED_CELL`, `TROP_NO_CONTROL_CELL`.
///
/// # Safety
/// The arrays have the entries that sizes and strides say.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_new(
    outcome: *const f64,
    outcome_stride: usize,
    treatment: *const f64,
    treatment_stride: usize,
    n_units: usize,
    n_periods: usize,
    panel: Option<&mut MaybeUninit<*mut trop_panel>>,
) -> trop_status {
    guard(|| {
        let panel = required(panel, "panel")?;
        let shape = (n_units, n_periods);
        // SAFETY: the entries are valid by this function's contract.
        let y = unsafe { matrix(outcome, outcome_stride, shape, "outcome") }?;
        // SAFETY: the same.
        let w = unsafe { matrix(treatment, treatment_stride, shape, "treatment") }?;
        give(trop_panel(Panel::new(&y, &w, n_units, n_periods)?), panel);
        Ok(())
    })
}

/// Frees a panel. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_panel_free(panel: Option<Box<trop_panel>>) {
    drop(panel);
}

/// Number of units, N; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_panel_n_units(panel: Option<&trop_panel>) -> usize {
    panel.map_or(0, |p| p.0.n_units())
}

/// Number of periods, T; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_panel_n_periods(panel: Option<&trop_panel>) -> usize {
    panel.map_or(0, |p| p.0.n_periods())
}

/// Number of observed cells; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_panel_n_observed(panel: Option<&trop_panel>) -> usize {
    panel.map_or(0, |p| p.0.n_observed())
}

/// Number of units that are treated in some period; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_panel_n_treated_units(panel: Option<&trop_panel>) -> usize {
    panel.map_or(0, |p| p.0.treated_units().len())
}

/// Lists the cells of a set, by unit and then period: writes them to `cells`, which has room for
/// `capacity`, and their number to `n_cells`. To ask for the number alone, pass 0 and NULL for `capacity`
/// and `cells`; no set has more than N x T.
///
/// `set` is one of `trop_cell_set`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID`, `TROP_BUFFER_TOO_SMALL`.
///
/// # Safety
/// `cells` has room for `capacity` cells.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_cells(
    panel: Option<&trop_panel>,
    set: i32,
    capacity: usize,
    cells: *mut trop_cell,
    n_cells: Option<&mut MaybeUninit<usize>>,
) -> trop_status {
    guard(|| {
        let panel = required(panel, "panel")?;
        let n_cells = required(n_cells, "n_cells")?;
        let found: Vec<trop_cell> = cells_of(&panel.0, set)?.into_iter().map(Into::into).collect();
        if capacity > 0 || !cells.is_null() {
            let buffer = Buffer { data: cells, capacity, name: "cells" };
            buffer.check(found.len())?;
            // SAFETY: checked, and the capacity is the array's by this function's contract.
            unsafe { buffer.write(&found) };
        }
        n_cells.write(found.len());
        Ok(())
    })
}

fn cells_of(panel: &Panel, set: i32) -> Result<Vec<Cell>> {
    choice!("set", set, {
        TROP_CELLS_TREATED => panel.treated_cells(),
        TROP_CELLS_CONTROL => panel.control_cells(),
        TROP_CELLS_PRE_TREATMENT => trop_core::pre_treatment_cells(panel),
    })
}

/// Event time of a cell: periods since the current spell of treatment began (0 in its first period) if
/// it is treated; minus the periods until the next spell begins if not; `TROP_NO_EVENT_TIME` if there is
/// none.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`.
#[no_mangle]
pub extern "C" fn trop_panel_event_time(
    panel: Option<&trop_panel>,
    cell: trop_cell,
    event_time: Option<&mut MaybeUninit<i64>>,
) -> trop_status {
    guard(|| {
        let panel = &required(panel, "panel")?.0;
        let event_time = required(event_time, "event_time")?;
        let trop_cell { unit, period } = cell;
        let (n_units, n_periods) = (panel.n_units(), panel.n_periods());
        if unit >= n_units || period >= n_periods {
            return Err(Error::CellOutOfRange { unit, period, n_units, n_periods }.into());
        }
        event_time.write(panel.event_time(cell.into()).unwrap_or(TROP_NO_EVENT_TIME));
        Ok(())
    })
}
