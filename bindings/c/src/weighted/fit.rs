//! One fit at given weights.

use crate::abi::arguments::required;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::trop_fit_status;
use crate::data::panel::{trop_panel, with_panel};
use crate::model::options::trop_options;
use crate::model::running::run;
use crate::weighted::given::weights;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Stage, WeightedFit};

/// A fit at given weights, all treated cells left out. Any number of threads may read it at once.
///
/// Control cells of positive weight join their unit with their period. `unit_effect + period_effect` is
/// identified within each connected component of this graph; there the component's first period has effect
/// 0. What is not identified is NaN.
pub struct trop_weighted_fit(WeightedFit);

/// Fits once, at given weights of the N units and of the T periods (any finite numbers >= 0, not
/// normalized), to the control cells of a panel.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_WEIGHT_INVALID`, `TROP_WEIGHTS_ALL_ZERO`,
/// `TROP_COVARIATES_NOT_IDENTIFIED`, `TROP_COVARIATES_WITHOUT_PENALTY`, `TROP_LAMBDA_INVALID`, invalid
/// options (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// The weights have N and T entries, and `options` the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_weighted_fit(
    panel: Option<&trop_panel>,
    unit_weights: *const f64,
    period_weights: *const f64,
    lambda_nn: f64,
    options: *const trop_options,
    fit: Option<&mut MaybeUninit<*mut trop_weighted_fit>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let fit = required(fit, "fit")?;
        // SAFETY: by this function's contract.
        let (weights, options) = unsafe {
            (weights(panel, unit_weights, period_weights)?, trop_options::read(options)?)
        };
        let settings = options.settings();
        let found = run(&options, Stage::Estimate, |hook| {
            trop_core::weighted_fit(panel, &weights, lambda_nn, &settings, hook)
        })?;
        give(trop_weighted_fit(found), fit);
        Ok(())
    })
}

/// Frees a weighted fit. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_free(fit: Option<Box<trop_weighted_fit>>) {
    drop(fit);
}

/// Number of units, N; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_n_units(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.unit_effect.len())
}

/// Number of periods, T; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_n_periods(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.period_effect.len())
}

/// Unit effects, N of them; NaN for a unit without a control cell of positive weight. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_unit_effect(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.unit_effect.as_ptr())
}

/// Period effects, T of them; NaN for a period without a control cell of positive weight. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_period_effect(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.period_effect.as_ptr())
}

/// Number of coefficients, that of the panel's covariates; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_n_coefficients(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.coefficients.len())
}

/// Coefficients of the covariates, trop_weighted_fit_n_coefficients() of them, in units of the outcome per
/// unit of each. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_coefficients(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.coefficients.as_ptr())
}

/// The low-rank part, a row-major N x T matrix without gaps; zero in the rows and columns of units and
/// periods whose effect is NaN. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_low_rank(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.low_rank.as_ptr())
}

/// Outcomes without treatment, the sum of all parts, a row-major N x T matrix without gaps; NaN where unit
/// and period are not connected. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_fitted(fit: Option<&trop_weighted_fit>) -> *const f64 {
    fit.map_or(ptr::null(), |f| f.0.fitted.as_ptr())
}

/// Rank of the low-rank part; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_rank(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.rank)
}

/// Whether the fit is certified; `TROP_FIT_MAX_ITERATIONS` for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_status(fit: Option<&trop_weighted_fit>) -> trop_fit_status {
    fit.map_or(trop_fit_status::TROP_FIT_MAX_ITERATIONS, |f| f.0.status.into())
}

/// Iterations of the fit; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_iterations(fit: Option<&trop_weighted_fit>) -> usize {
    fit.map_or(0, |f| f.0.iterations)
}

/// Relative duality gap, `(primal - dual) / primal`, a certified bound; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_gap(fit: Option<&trop_weighted_fit>) -> f64 {
    fit.map_or(f64::NAN, |f| f.0.gap)
}

/// Objective that was reached (at lambda_nn = 0, the nuclear norm of the low-rank part); NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_primal(fit: Option<&trop_weighted_fit>) -> f64 {
    fit.map_or(f64::NAN, |f| f.0.primal)
}

/// Lower bound of that objective; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_weighted_fit_dual(fit: Option<&trop_weighted_fit>) -> f64 {
    fit.map_or(f64::NAN, |f| f.0.dual)
}
