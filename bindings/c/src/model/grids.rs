//! Candidates for the lambdas.

use crate::abi::arguments::{array, required};
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::panel::{trop_panel, with_panel};
use crate::model::options::trop_options;
use crate::model::running::run;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Grids, Stage};

/// The candidates of each lambda. Any number of threads may read it at once.
pub struct trop_grids(pub(crate) Grids);

/// Copies and checks candidates: of lambda_time and lambda_unit finite and >= 0, of lambda_nn >= 0 with
/// infinity allowed; at least one of each, and none twice.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_GRID_EMPTY`, `TROP_GRID_DUPLICATE`, `TROP_LAMBDA_INVALID`.
///
/// # Safety
/// The arrays have as many entries as said.
#[no_mangle]
pub unsafe extern "C" fn trop_grids_new(
    time: *const f64,
    n_time: usize,
    unit: *const f64,
    n_unit: usize,
    nn: *const f64,
    n_nn: usize,
    grids: Option<&mut MaybeUninit<*mut trop_grids>>,
) -> trop_status {
    guard(|| {
        let grids = required(grids, "grids")?;
        // SAFETY: by this function's contract.
        let (time, unit, nn) = unsafe {
            (array(time, n_time, "time")?, array(unit, n_unit, "unit")?, array(nn, n_nn, "nn")?)
        };
        let new = Grids { time: time.to_vec(), unit: unit.to_vec(), nn: nn.to_vec() };
        new.validate()?;
        give(trop_grids(new), grids);
        Ok(())
    })
}

/// Makes the default candidates of a panel, from its scale, so that the unit of measurement does not
/// matter:
///
/// - time: 0, 0.1, 0.25, 0.5, 1, 2, 3, 5 (per period);
/// - unit: 0, 0.5, 1, 2, 4, 8 over the median distance between two units; only 0 if that is 0;
/// - nn: infinity, and 0.5, 0.25, 0.1, 0.05, 0.02, 0.01 times the smallest value at which the low-rank
///   part vanishes with equal weights; only infinity if that is 0.
///
/// Uses the options `threads` and `progress`; NULL for the defaults. Progress hears `TROP_STAGE_SEARCH`, 0 of 0: there
/// are no pieces to count, but it may stop.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`, `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`,
/// `TROP_INTERRUPTED`.
///
/// # Safety
/// `options` has the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_default_grids(
    panel: Option<&trop_panel>,
    options: *const trop_options,
    grids: Option<&mut MaybeUninit<*mut trop_grids>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let grids = required(grids, "grids")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let found = run(&options, Stage::Search, |hook| Grids::default_for(panel, hook))?;
        give(trop_grids(found), grids);
        Ok(())
    })
}

/// Frees grids. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_grids_free(grids: Option<Box<trop_grids>>) {
    drop(grids);
}

/// Number of candidates of lambda_time; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_grids_n_time(grids: Option<&trop_grids>) -> usize {
    grids.map_or(0, |g| g.0.time.len())
}

/// Candidates of lambda_time, trop_grids_n_time() of them. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_grids_time(grids: Option<&trop_grids>) -> *const f64 {
    grids.map_or(ptr::null(), |g| g.0.time.as_ptr())
}

/// Number of candidates of lambda_unit; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_grids_n_unit(grids: Option<&trop_grids>) -> usize {
    grids.map_or(0, |g| g.0.unit.len())
}

/// Candidates of lambda_unit, trop_grids_n_unit() of them. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_grids_unit(grids: Option<&trop_grids>) -> *const f64 {
    grids.map_or(ptr::null(), |g| g.0.unit.as_ptr())
}

/// Number of candidates of lambda_nn; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_grids_n_nn(grids: Option<&trop_grids>) -> usize {
    grids.map_or(0, |g| g.0.nn.len())
}

/// Candidates of lambda_nn, trop_grids_n_nn() of them. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_grids_nn(grids: Option<&trop_grids>) -> *const f64 {
    grids.map_or(ptr::null(), |g| g.0.nn.as_ptr())
}
