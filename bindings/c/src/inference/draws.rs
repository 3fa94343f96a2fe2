//! Effects of draws that the caller brings.

use crate::abi::arguments::{matrix, optional, required};
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::trop_lambdas;
use crate::model::options::trop_options;
use crate::model::running::run;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{DrawAtts, Stage};

/// The average effect of some given draws. Any number of threads may read it at once.
pub struct trop_draw_atts(DrawAtts);

/// Estimates the average effect of `n_draws` bootstrap draws that the caller brings: `counts` is a row-major
/// matrix of `n_draws` rows and N columns without gaps, and says how often each unit stands in each draw.
/// `average`, if not NULL, weights the effects of the N units in the average, not in the fits, and takes the
/// place of the design's.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_TOO_LARGE`, `TROP_OUT_OF_MEMORY`, `TROP_WEIGHT_INVALID`,
/// `TROP_LAMBDA_INVALID`, `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options (`TROP_OPTIONS_SIZE`,
/// `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`,
/// `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// `counts` has `n_draws * N` entries, `average` N, and `options` the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_att_of_draws(
    panel: Option<&trop_panel>,
    lambdas: trop_lambdas,
    counts: *const usize,
    n_draws: usize,
    average: *const f64,
    options: *const trop_options,
    atts: Option<&mut MaybeUninit<*mut trop_draw_atts>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let atts = required(atts, "atts")?;
        let n = panel.n_units();
        // SAFETY: by this function's contract.
        let (counts, average, options) = unsafe {
            (
                matrix(counts, n, (n_draws, n), "counts")?,
                optional(average, n, "average")?,
                trop_options::read(options)?,
            )
        };
        let counts: Vec<Vec<usize>> = counts.chunks(n).map(<[usize]>::to_vec).collect();
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let found = run(&options, Stage::Bootstrap, |hook| {
            trop_core::att_of_draws(panel, &lambdas, &counts, average, &settings, hook)
        })?;
        give(trop_draw_atts(found), atts);
        Ok(())
    })
}

/// Frees what trop_panel_att_of_draws() made. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_draw_atts_free(atts: Option<Box<trop_draw_atts>>) {
    drop(atts);
}

/// Number of draws; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_draw_atts_n(atts: Option<&trop_draw_atts>) -> usize {
    atts.map_or(0, |a| a.0.att.len())
}

/// The average effects, trop_draw_atts_n() of them, in the order of the draws; NaN for a draw without an
/// estimable treated cell. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_draw_atts_data(atts: Option<&trop_draw_atts>) -> *const f64 {
    atts.map_or(ptr::null(), |a| a.0.att.as_ptr())
}

/// Number of draws with a fit that is not certified to the tolerance; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_draw_atts_n_uncertified(atts: Option<&trop_draw_atts>) -> usize {
    atts.map_or(0, |a| a.0.n_uncertified)
}

/// Largest relative gap of all fits; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_draw_atts_max_gap(atts: Option<&trop_draw_atts>) -> f64 {
    atts.map_or(f64::NAN, |a| a.0.max_gap)
}
