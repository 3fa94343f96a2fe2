//! Standard error, interval and p-value.

use crate::abi::arguments::required;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::trop_lambdas;
use crate::model::options::trop_options;
use crate::model::running::run;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Bootstrap, Stage};

/// Standard error, interval and p-value of the average effect. Any number of threads may read it at once.
pub struct trop_bootstrap {
    found: Bootstrap,
    /// `found.event_draws` in one piece.
    event_draws: Vec<f64>,
}

/// Resamples never-treated and ever-treated units with replacement, separately and as whole rows, and
/// estimates again at the given lambdas.
///
/// Uses the options `bootstrap_...`, `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the
/// defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_TOO_FEW_TREATED_UNITS` (a standard error would mean nothing),
/// `TROP_TOO_FEW_DRAWS`, `TROP_LAMBDA_INVALID`, invalid options (`TROP_OPTIONS_SIZE`,
/// `TROP_DRAWS_TOO_FEW`, `TROP_LEVEL_OUT_OF_RANGE`, `TROP_TOLERANCE_OUT_OF_RANGE`,
/// `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`,
/// `TROP_INTERRUPTED`.
///
/// # Safety
/// `options` has the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_bootstrap(
    panel: Option<&trop_panel>,
    lambdas: trop_lambdas,
    options: *const trop_options,
    bootstrap: Option<&mut MaybeUninit<*mut trop_bootstrap>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let bootstrap = required(bootstrap, "bootstrap")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let (how, lambdas, settings) = (options.bootstrap(), lambdas.into(), options.settings());
        let found = run(&options, Stage::Bootstrap, |hook| {
            trop_core::bootstrap_trop_variance(panel, &lambdas, &how, &settings, hook)
        })?;
        let event_draws = found.event_draws.concat();
        give(trop_bootstrap { found, event_draws }, bootstrap);
        Ok(())
    })
}

/// Frees a bootstrap. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_bootstrap_free(bootstrap: Option<Box<trop_bootstrap>>) {
    drop(bootstrap);
}

/// Standard error: the standard deviation of the draws, with n - 1; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_se(bootstrap: Option<&trop_bootstrap>) -> f64 {
    bootstrap.map_or(f64::NAN, |b| b.found.se)
}

/// Lower end of the percentile interval at the level; -infinity if the draws are too few; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_ci_lower(bootstrap: Option<&trop_bootstrap>) -> f64 {
    bootstrap.map_or(f64::NAN, |b| b.found.ci.0)
}

/// Upper end of the percentile interval at the level; infinity if the draws are too few; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_ci_upper(bootstrap: Option<&trop_bootstrap>) -> f64 {
    bootstrap.map_or(f64::NAN, |b| b.found.ci.1)
}

/// The least `1 - level` at which zero lies outside of the interval; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_p_value(bootstrap: Option<&trop_bootstrap>) -> f64 {
    bootstrap.map_or(f64::NAN, |b| b.found.p_value)
}

/// Number of draws that gave an estimate; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_n_draws(bootstrap: Option<&trop_bootstrap>) -> usize {
    bootstrap.map_or(0, |b| b.found.draws.len())
}

/// The average effect in each draw that gave one, trop_bootstrap_n_draws() of them, in order of draw.
/// Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_draws(bootstrap: Option<&trop_bootstrap>) -> *const f64 {
    bootstrap.map_or(ptr::null(), |b| b.found.draws.as_ptr())
}

/// Number of draws without an estimable treated cell; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_n_failed(bootstrap: Option<&trop_bootstrap>) -> usize {
    bootstrap.map_or(0, |b| b.found.n_failed)
}

/// Number of draws with a fit that is not certified to the tolerance; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_n_uncertified(bootstrap: Option<&trop_bootstrap>) -> usize {
    bootstrap.map_or(0, |b| b.found.n_uncertified)
}

/// Largest relative gap of all fits; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_max_gap(bootstrap: Option<&trop_bootstrap>) -> f64 {
    bootstrap.map_or(f64::NAN, |b| b.found.max_gap)
}

/// Number of different event times of the treated cells; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_n_event_times(bootstrap: Option<&trop_bootstrap>) -> usize {
    bootstrap.map_or(0, |b| b.found.event_time.len())
}

/// Event times of the treated cells, trop_bootstrap_n_event_times() of them, ascending. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_event_times(bootstrap: Option<&trop_bootstrap>) -> *const i64 {
    bootstrap.map_or(ptr::null(), |b| b.found.event_time.as_ptr())
}

/// The mean effect at each event time in each draw: a row-major matrix of trop_bootstrap_n_draws() rows
/// and trop_bootstrap_n_event_times() columns without gaps; NaN where the draw has none. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_bootstrap_event_draws(bootstrap: Option<&trop_bootstrap>) -> *const f64 {
    bootstrap.map_or(ptr::null(), |b| b.event_draws.as_ptr())
}
