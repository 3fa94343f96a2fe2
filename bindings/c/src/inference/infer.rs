//! Standard errors, intervals and p-values of all numbers of an estimate.

use crate::abi::arguments::required;
use crate::abi::failure::text;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::trop_inference_method;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::trop_lambdas;
use crate::model::averages::{estimated, trop_average};
use crate::model::grids::trop_grids;
use crate::model::options::trop_options;
use crate::model::running::run;
use std::ffi::{c_char, CString};
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Inference, Inferred, Stage};

/// One number of an estimate with its standard error, interval and p-value: NaN where the method gives
/// none.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_inferred {
    /// Which number, the cells behind it, and its value.
    pub average: trop_average,
    /// Standard error.
    pub se: f64,
    /// Lower end of the pointwise interval; -infinity if the draws are too few for it.
    pub ci_lower: f64,
    /// Upper end; infinity if the draws are too few.
    pub ci_upper: f64,
    /// P-value of zero: below `1 - level` exactly when zero is outside of the interval.
    pub p_value: f64,
    /// Lower end of the interval that holds, at the level, together with those of all groups of the same
    /// grouping and measure (a uniform band).
    pub band_lower: f64,
    /// Its upper end.
    pub band_upper: f64,
}

impl From<&Inferred> for trop_inferred {
    fn from(i: &Inferred) -> Self {
        trop_inferred {
            average: i.average.into(),
            se: i.se,
            ci_lower: i.ci.0,
            ci_upper: i.ci.1,
            p_value: i.p_value,
            band_lower: i.band.0,
            band_upper: i.band.1,
        }
    }
}

/// Standard errors, intervals and p-values, and where they come from. Any number of threads may read it at
/// once.
pub struct trop_inference {
    found: Inference,
    reason: CString,
    table: Vec<trop_inferred>,
}

impl From<Inference> for trop_inference {
    fn from(found: Inference) -> Self {
        let table = found.table.iter().map(Into::into).collect();
        let reason = text(&found.reason);
        trop_inference { found, reason, table }
    }
}

/// The method that trop_panel_infer() would use, never `TROP_INFERENCE_AUTO`. Takes no time: whoever
/// searches for lambdas first can know before that nothing stands in the way of inference. `retuning` as for
/// trop_panel_infer().
///
/// Uses the options `inference_...`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID`, `TROP_DRAWS_TOO_FEW`, `TROP_LEVEL_OUT_OF_RANGE`,
/// `TROP_INFERENCE_IMPOSSIBLE` (the method means nothing here; the message says which does).
///
/// # Safety
/// `options` has the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_choose_inference(
    panel: Option<&trop_panel>,
    retuning: Option<&trop_grids>,
    options: *const trop_options,
    method: Option<&mut MaybeUninit<trop_inference_method>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let method = required(method, "method")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let how = options.inference(retuning.map(|grids| &grids.0))?;
        let (chosen, _) = trop_core::choose_inference(panel, &how)?;
        method.write(chosen.into());
        Ok(())
    })
}

/// Estimates at given lambdas, and infers standard errors, intervals and p-values of all averages of the
/// panel's design.
///
/// With `retuning` each draw chooses its lambdas anew from these candidates, as the options `search_...`
/// say; NULL keeps the given ones.
///
/// Uses the options `inference_...`, `pre_periods`, `tolerance`, `max_iterations`, `threads` and
/// `progress`, and with `retuning` `search_...` and `loocv_tolerance`; NULL for the defaults.
///
/// Errors: those of trop_panel_estimate() and, with `retuning`, of trop_panel_search();
/// `TROP_OPTION_INVALID`, `TROP_DRAWS_TOO_FEW`, `TROP_LEVEL_OUT_OF_RANGE`, `TROP_INFERENCE_IMPOSSIBLE` (the
/// method means nothing here; the message says which does), `TROP_TOO_FEW_DRAWS`.
///
/// # Safety
/// `options` has the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_infer(
    panel: Option<&trop_panel>,
    lambdas: trop_lambdas,
    retuning: Option<&trop_grids>,
    options: *const trop_options,
    inference: Option<&mut MaybeUninit<*mut trop_inference>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let inference = required(inference, "inference")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let how = options.inference(retuning.map(|grids| &grids.0))?;
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let pre_periods = options.pre_periods != 0;
        let found = run(&options, Stage::Estimate, |hook| {
            let (estimate, pre) = estimated(panel, &lambdas, pre_periods, &settings, hook)?;
            trop_core::infer(panel, &lambdas, &estimate, &pre, &how, &settings, hook)
        })?;
        give(trop_inference::from(found), inference);
        Ok(())
    })
}

/// Frees an inference. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_inference_free(inference: Option<Box<trop_inference>>) {
    drop(inference);
}

/// The method used, never `TROP_INFERENCE_AUTO`; that for NULL.
#[no_mangle]
pub extern "C" fn trop_inference_used(inference: Option<&trop_inference>) -> trop_inference_method {
    inference.map_or(trop_inference_method::TROP_INFERENCE_AUTO, |i| i.found.method.into())
}

/// Why `TROP_INFERENCE_AUTO` chose it, in UTF-8; "" if it was asked for. Borrowed for the handle's life;
/// NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_inference_reason(inference: Option<&trop_inference>) -> *const c_char {
    inference.map_or(ptr::null(), |i| i.reason.as_ptr())
}

/// Number of rows of the table; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_inference_n(inference: Option<&trop_inference>) -> usize {
    inference.map_or(0, |i| i.table.len())
}

/// All numbers of the estimate, trop_inference_n() of them, ordered as by trop_panel_averages(); the first
/// is the average effect. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_inference_table(inference: Option<&trop_inference>) -> *const trop_inferred {
    inference.map_or(ptr::null(), |i| i.table.as_ptr())
}

/// Number of draws that gave an estimate; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_inference_n_draws(inference: Option<&trop_inference>) -> usize {
    inference.map_or(0, |i| i.found.draws.len())
}

/// The average effect of each draw that has one (of each unit left out, of each placebo, of each shift in
/// time), trop_inference_n_draws() of them, in their order. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_inference_draws(inference: Option<&trop_inference>) -> *const f64 {
    inference.map_or(ptr::null(), |i| i.found.draws.as_ptr())
}

/// Number of draws without an estimable treated cell; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_inference_n_failed(inference: Option<&trop_inference>) -> usize {
    inference.map_or(0, |i| i.found.n_failed)
}

/// Number of draws with a fit that is not certified to the tolerance; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_inference_n_uncertified(inference: Option<&trop_inference>) -> usize {
    inference.map_or(0, |i| i.found.n_uncertified)
}

/// Largest relative gap of all fits; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_inference_max_gap(inference: Option<&trop_inference>) -> f64 {
    inference.map_or(f64::NAN, |i| i.found.max_gap)
}
