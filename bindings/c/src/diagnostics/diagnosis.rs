//! The fit behind one effect: its weights, its low-rank part, and the imbalance that both leave.

use crate::abi::arguments::required;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::trop_fit_status;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::{trop_cell, trop_lambdas};
use crate::model::options::trop_options;
use crate::model::running::run;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Diagnosis, Stage};

/// The fit behind the effect of one target cell. Any number of threads may read it at once.
///
/// The target is compared with its donors, the other units that are controls in its period, and with its
/// reference periods, the other periods in which its unit is a control. With the singular value
/// decomposition `L = U S V'` of the fit's low-rank part, units have the loadings `U S^1/2` and periods the
/// factors `V S^1/2`, a number for each singular value. The unit imbalance is the donors' mean loadings, by
/// unit weight, less those of the target's unit; the time imbalance is the reference periods' mean factors,
/// by time weight, less those of the target's period. By the paper's Theorem 5.1 the bias is at most the
/// product of the norms of these two and of what the regression adjustment misses, so that any one that is
/// small makes the bias small.
pub struct trop_diagnosis(Diagnosis);

/// Looks into the fit behind the effect of one cell: for a treated one as the panel's design has it, for a
/// control cell one of its own, as in trop_panel_cell_effects().
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_TARGET_NOT_ESTIMABLE`,
/// `TROP_LAMBDA_INVALID`, `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options (`TROP_OPTIONS_SIZE`,
/// `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`,
/// `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// `options` has the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_diagnose(
    panel: Option<&trop_panel>,
    target: trop_cell,
    lambdas: trop_lambdas,
    options: *const trop_options,
    diagnosis: Option<&mut MaybeUninit<*mut trop_diagnosis>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let diagnosis = required(diagnosis, "diagnosis")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let found = run(&options, Stage::Estimate, |hook| {
            trop_core::diagnose(panel, target.into(), &lambdas, &settings, hook)
        })?;
        give(trop_diagnosis(found), diagnosis);
        Ok(())
    })
}

/// Frees a diagnosis. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_diagnosis_free(diagnosis: Option<Box<trop_diagnosis>>) {
    drop(diagnosis);
}

/// Number of units, N; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_n_units(diagnosis: Option<&trop_diagnosis>) -> usize {
    diagnosis.map_or(0, |d| d.0.weights.unit.len())
}

/// Unit weights of the fit, N of them, not normalized. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_unit_weights(diagnosis: Option<&trop_diagnosis>) -> *const f64 {
    diagnosis.map_or(ptr::null(), |d| d.0.weights.unit.as_ptr())
}

/// Number of periods, T; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_n_periods(diagnosis: Option<&trop_diagnosis>) -> usize {
    diagnosis.map_or(0, |d| d.0.weights.period.len())
}

/// Period weights of the fit, T of them, not normalized. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_period_weights(diagnosis: Option<&trop_diagnosis>) -> *const f64 {
    diagnosis.map_or(ptr::null(), |d| d.0.weights.period.as_ptr())
}

/// Effective number of donors, `(sum w)^2 / sum w^2` over their weights: as many as there are if all weigh
/// alike, 1 if one has all the weight, 0 if there are none; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_effective_units(diagnosis: Option<&trop_diagnosis>) -> f64 {
    diagnosis.map_or(f64::NAN, |d| d.0.effective_units)
}

/// Effective number of reference periods, likewise.
#[no_mangle]
pub extern "C" fn trop_diagnosis_effective_periods(diagnosis: Option<&trop_diagnosis>) -> f64 {
    diagnosis.map_or(f64::NAN, |d| d.0.effective_periods)
}

/// Rank of the low-rank part; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_rank(diagnosis: Option<&trop_diagnosis>) -> usize {
    diagnosis.map_or(0, |d| d.0.rank)
}

/// Singular values of the low-rank part, trop_diagnosis_rank() of them, descending, in units of the
/// outcome. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_singular_values(diagnosis: Option<&trop_diagnosis>) -> *const f64 {
    diagnosis.map_or(ptr::null(), |d| d.0.singular_values.as_ptr())
}

/// Unit imbalance, an entry for each singular value, in units of the square root of the outcome; NaN
/// without donors. No entry is negative, which only fixes the sign of its counterpart in the time imbalance.
/// Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_unit_imbalance(diagnosis: Option<&trop_diagnosis>) -> *const f64 {
    diagnosis.map_or(ptr::null(), |d| d.0.unit_imbalance.as_ptr())
}

/// Time imbalance, likewise; NaN without reference periods.
#[no_mangle]
pub extern "C" fn trop_diagnosis_time_imbalance(diagnosis: Option<&trop_diagnosis>) -> *const f64 {
    diagnosis.map_or(ptr::null(), |d| d.0.time_imbalance.as_ptr())
}

/// Euclidean norm of the unit imbalance; 0 at rank 0; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_unit_imbalance_norm(diagnosis: Option<&trop_diagnosis>) -> f64 {
    diagnosis.map_or(f64::NAN, |d| d.0.unit_imbalance_norm)
}

/// Euclidean norm of the time imbalance; 0 at rank 0; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_time_imbalance_norm(diagnosis: Option<&trop_diagnosis>) -> f64 {
    diagnosis.map_or(f64::NAN, |d| d.0.time_imbalance_norm)
}

/// Whether the fit is certified; `TROP_FIT_MAX_ITERATIONS` for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_status(diagnosis: Option<&trop_diagnosis>) -> trop_fit_status {
    diagnosis.map_or(trop_fit_status::TROP_FIT_MAX_ITERATIONS, |d| d.0.status.into())
}

/// Relative duality gap of the fit; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_diagnosis_gap(diagnosis: Option<&trop_diagnosis>) -> f64 {
    diagnosis.map_or(f64::NAN, |d| d.0.gap)
}
