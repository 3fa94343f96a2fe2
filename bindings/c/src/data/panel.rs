//! The data.

use crate::abi::arguments::{array, choice, matrix, required, strided_extent};
use crate::abi::failure::{text, Result};
use crate::abi::guard::guard;
use crate::abi::results::{give, Buffer};
use crate::abi::status::trop_status;
use crate::data::types::{trop_cell, trop_cell_set::*};
use std::ffi::{c_char, CString};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;
use trop_core::{Cell, Design, Error, MatrixView, Names, Panel, Shape};
use trop_report::Labels;

/// A validated panel of N units by T periods, independent of the arrays that it was made from.
/// Any number of threads may use it at once.
pub struct trop_panel {
    pub(crate) data: Arc<Panel>,
    pub(crate) names: Arc<PanelNames>,
    /// Its periods, if they are integers.
    pub(crate) calendar: Option<Vec<f64>>,
}

/// What the parts of a panel are called, for the core and for C.
pub(crate) struct PanelNames {
    pub labels: Labels,
    units: Vec<CString>,
    periods: Vec<CString>,
}

impl From<Labels> for PanelNames {
    fn from(labels: Labels) -> Self {
        let texts = |labels: &[String]| labels.iter().map(|label| text(label)).collect();
        let (units, periods) = (texts(&labels.names.units), texts(&labels.names.periods));
        PanelNames { labels, units, periods }
    }
}

impl From<Panel> for trop_panel {
    fn from(panel: Panel) -> Self {
        let names = Arc::new(Labels::of_panel(&panel).into());
        trop_panel { data: Arc::new(panel), names, calendar: None }
    }
}

impl trop_panel {
    /// The same data with another design; the names of what the design brings are gone.
    pub(crate) fn designed(&self, mut design: Design) -> Result<Self> {
        design.calendar = design.calendar.or_else(|| self.calendar.clone());
        let panel = (*self.data).clone().with_design(&design)?;
        let Labels { names, percent, .. } = self.names.labels.clone();
        let names = Names { covariates: Vec::new(), groupings: Vec::new(), ..names };
        let labels = Labels { names, percent, ..Labels::of_panel(&panel) };
        let names = Arc::new(labels.into());
        Ok(trop_panel { data: Arc::new(panel), names, calendar: self.calendar.clone() })
    }
}

/// Runs the body of a fallible function of a panel, whose failures speak of it by its names.
pub(crate) fn with_handle(
    panel: Option<&trop_panel>,
    body: impl FnOnce(&trop_panel) -> Result<()>,
) -> trop_status {
    guard(|| {
        let panel = required(panel, "panel")?;
        body(panel).map_err(|failure| failure.named(&panel.names.labels.names))
    })
}

/// The same for a body that needs the data alone.
pub(crate) fn with_panel(
    panel: Option<&trop_panel>,
    body: impl FnOnce(&Panel) -> Result<()>,
) -> trop_status {
    with_handle(panel, |panel| body(&panel.data))
}

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
        give(Panel::new(&y, &w, Shape { n_units, n_periods })?.into(), panel);
        Ok(())
    })
}

/// A matrix of the caller in any layout: entry (i, t) stands at `data[i * row_stride + t * column_stride]`.
/// Column-major data of Fortran, R, Eigen or Julia have the row stride 1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct trop_matrix {
    /// The first entry.
    pub data: *const f64,
    /// Entries from one row to the next.
    pub row_stride: usize,
    /// Entries from one column to the next.
    pub column_stride: usize,
}

impl trop_matrix {
    /// # Safety
    /// The entries that strides and shape say are valid, and nobody writes to them meanwhile.
    unsafe fn view<'a>(self, shape: (usize, usize), name: &str) -> Result<MatrixView<'a>> {
        let (n_rows, n_cols) = shape;
        let trop_matrix { data, row_stride, column_stride } = self;
        let len = strided_extent::<f64>(shape, (row_stride, column_stride), name)?;
        // SAFETY: by this function's contract.
        let data = unsafe { array(data, len, name) }?;
        Ok(MatrixView { data, n_rows, n_cols, row_stride, col_stride: column_stride })
    }
}

/// As trop_panel_new(), of matrices in any layout, each its own.
///
/// Errors: those of trop_panel_new() but for `TROP_STRIDE_TOO_SMALL`.
///
/// # Safety
/// The arrays have the entries that sizes and strides say.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_from_matrices(
    outcome: trop_matrix,
    treatment: trop_matrix,
    n_units: usize,
    n_periods: usize,
    panel: Option<&mut MaybeUninit<*mut trop_panel>>,
) -> trop_status {
    guard(|| {
        let panel = required(panel, "panel")?;
        let shape = (n_units, n_periods);
        // SAFETY: by this function's contract.
        let (outcome, treatment) =
            unsafe { (outcome.view(shape, "outcome")?, treatment.view(shape, "treatment")?) };
        give(Panel::from_matrices(&outcome, &treatment)?.into(), panel);
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
    panel.map_or(0, |p| p.data.n_units())
}

/// Number of periods, T; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_panel_n_periods(panel: Option<&trop_panel>) -> usize {
    panel.map_or(0, |p| p.data.n_periods())
}

/// Number of observed cells; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_panel_n_observed(panel: Option<&trop_panel>) -> usize {
    panel.map_or(0, |p| p.data.n_observed())
}

/// Number of units that are treated in some period; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_panel_n_treated_units(panel: Option<&trop_panel>) -> usize {
    panel.map_or(0, |p| p.data.treated_units().len())
}

/// Number of covariates of its design; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_panel_n_covariates(panel: Option<&trop_panel>) -> usize {
    panel.map_or(0, |p| p.data.n_covariates())
}

/// Number of groupings of its design; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_panel_n_groupings(panel: Option<&trop_panel>) -> usize {
    panel.map_or(0, |p| p.data.groupings().len())
}

/// The label of a unit, in UTF-8; NULL if it has none, and for NULL. Borrowed for the handle's life.
#[no_mangle]
pub extern "C" fn trop_panel_unit_label(panel: Option<&trop_panel>, unit: usize) -> *const c_char {
    panel.and_then(|p| p.names.units.get(unit)).map_or(ptr::null(), |label| label.as_ptr())
}

/// The label of a period, likewise.
#[no_mangle]
pub extern "C" fn trop_panel_period_label(
    panel: Option<&trop_panel>,
    period: usize,
) -> *const c_char {
    panel.and_then(|p| p.names.periods.get(period)).map_or(ptr::null(), |label| label.as_ptr())
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
    with_panel(panel, |panel| {
        let n_cells = required(n_cells, "n_cells")?;
        let found: Vec<trop_cell> = cells_of(panel, set)?.into_iter().map(Into::into).collect();
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
    with_panel(panel, |panel| {
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
