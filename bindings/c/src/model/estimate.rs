//! The average effect on the treated.

use crate::abi::arguments::required;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::trop_lambdas;
use crate::model::cells::trop_effects;
use crate::model::options::trop_options;
use crate::model::running::run;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Estimate, Panel, Stage};

/// The average effect on the treated, and all that it is made of. Any number of threads may read it at
/// once.
pub struct trop_estimate {
    att: f64,
    max_gap: f64,
    converged: bool,
    coefficients: Vec<f64>,
    effects: trop_effects,
}

impl trop_estimate {
    pub(crate) fn new(panel: &Panel, found: Estimate) -> Self {
        let ranges = found.not_estimable_ranges();
        trop_estimate {
            att: found.att,
            max_gap: found.max_gap,
            converged: found.converged,
            coefficients: found.coefficients,
            effects: trop_effects::new(panel, found.effects, found.not_estimable, ranges),
        }
    }
}

/// Estimates the average effect on the treated at given lambdas, as the panel's design asks: by default
/// with one fit for each treated cell and equal weights in the average.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_LAMBDA_INVALID`, `TROP_COVARIATES_WITHOUT_PENALTY`,
/// `TROP_NO_ESTIMABLE_CELL`, `TROP_EFFECTS_NOT_UNIQUE`, `TROP_FIT_DIVERGED`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// `options` has the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_estimate(
    panel: Option<&trop_panel>,
    lambdas: trop_lambdas,
    options: *const trop_options,
    estimate: Option<&mut MaybeUninit<*mut trop_estimate>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let estimate = required(estimate, "estimate")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let found = run(&options, Stage::Estimate, |hook| {
            trop_core::estimate(panel, &lambdas, &settings, hook)
        })?;
        give(trop_estimate::new(panel, found), estimate);
        Ok(())
    })
}

/// Frees an estimate, with its effects. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_estimate_free(estimate: Option<Box<trop_estimate>>) {
    drop(estimate);
}

/// Mean of the treated cells' effects, weighted as the design asks, in units of the outcome; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_estimate_att(estimate: Option<&trop_estimate>) -> f64 {
    estimate.map_or(f64::NAN, |e| e.att)
}

/// Largest relative gap of the fits; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_estimate_max_gap(estimate: Option<&trop_estimate>) -> f64 {
    estimate.map_or(f64::NAN, |e| e.max_gap)
}

/// True if every fit is certified to the tolerance; false for NULL.
#[no_mangle]
pub extern "C" fn trop_estimate_converged(estimate: Option<&trop_estimate>) -> bool {
    estimate.is_some_and(|e| e.converged)
}

/// Number of coefficients, that of the panel's covariates; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_estimate_n_coefficients(estimate: Option<&trop_estimate>) -> usize {
    estimate.map_or(0, |e| e.coefficients.len())
}

/// Coefficients of the covariates, trop_estimate_n_coefficients() of them: their mean over the fits of the
/// treated cells, in units of the outcome per unit of each. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_estimate_coefficients(estimate: Option<&trop_estimate>) -> *const f64 {
    estimate.map_or(ptr::null(), |e| e.coefficients.as_ptr())
}

/// The effect of every treated cell, and the treated cells without one, which are not in the average.
/// Borrowed for the estimate's life: do not free it. NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_estimate_effects(estimate: Option<&trop_estimate>) -> *const trop_effects {
    estimate.map_or(ptr::null(), |e| &raw const e.effects)
}
