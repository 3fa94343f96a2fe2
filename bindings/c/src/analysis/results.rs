//! What an analysis holds.

use crate::abi::status::trop_status;
use crate::analysis::analyze::trop_analysis;
use crate::analysis::types::{trop_period_mean, trop_timings, trop_uncertified};
use crate::data::types::trop_lambdas;
use crate::diagnostics::sensitivity::trop_pre_fit;
use crate::inference::infer::{trop_inference, trop_inferred};
use crate::model::averages::trop_average;
use crate::model::cells::trop_effects;
use crate::model::estimate::trop_estimate;
use crate::model::grids::trop_grids;
use crate::model::search::trop_search;
use std::ffi::c_char;
use std::ptr;
use trop_core::Quantity;

/// The average effect on the treated with its standard error, interval and p-value: NaN where there is none,
/// and for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_att(analysis: Option<&trop_analysis>) -> trop_inferred {
    let none = || {
        let quantity = Quantity::ATT.into();
        let average =
            trop_average { quantity, n_cells: 0, value: f64::NAN, n_units: 0, n_uncertified: 0 };
        trop_inferred::without_draws(average)
    };
    analysis.map_or_else(none, |a| a.numbers[0])
}

impl trop_inferred {
    fn without_draws(average: trop_average) -> Self {
        let none = f64::NAN;
        trop_inferred {
            average,
            se: none,
            ci_lower: none,
            ci_upper: none,
            p_value: none,
            band_lower: none,
            band_upper: none,
        }
    }
}

/// Number of numbers of the estimate; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_n_averages(analysis: Option<&trop_analysis>) -> usize {
    analysis.map_or(0, |a| a.numbers.len())
}

/// All numbers of the estimate, trop_analysis_n_averages() of them, ordered as by trop_panel_averages(), each with
/// its standard error, interval and p-value: NaN where there is none. Borrowed for the handle's life; NULL
/// for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_averages(analysis: Option<&trop_analysis>) -> *const trop_inferred {
    analysis.map_or(ptr::null(), |a| a.numbers.as_ptr())
}

/// The lambdas given, or found. All NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_lambdas(analysis: Option<&trop_analysis>) -> trop_lambdas {
    let none = trop_lambdas { time: f64::NAN, unit: f64::NAN, nn: f64::NAN };
    analysis.map_or(none, |a| a.found.lambdas.into())
}

/// The estimate: every treated cell's effect with its bounds and certificate, and the treated cells without one,
/// with their ranges. Borrowed for the analysis's life: do not free it. NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_estimate(analysis: Option<&trop_analysis>) -> *const trop_estimate {
    analysis.map_or(ptr::null(), |a| &raw const a.estimate)
}

/// Effects of the control cells before treatment, each left out of its own fit: placebo effects. Borrowed for
/// the analysis's life: do not free it. NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_pre_effects(
    analysis: Option<&trop_analysis>,
) -> *const trop_effects {
    analysis.map_or(ptr::null(), |a| &raw const a.pre)
}

/// How well these are predicted. Borrowed for the analysis's life: do not free it. NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_pre_fit(analysis: Option<&trop_analysis>) -> *const trop_pre_fit {
    analysis.map_or(ptr::null(), |a| &raw const a.pre_fit)
}

/// The candidates that were searched. Borrowed for the analysis's life: do not free it. NULL if lambdas were
/// given, and for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_grids(analysis: Option<&trop_analysis>) -> *const trop_grids {
    analysis.and_then(|a| a.grids.as_ref()).map_or(ptr::null(), ptr::from_ref)
}

/// The search. Borrowed for the analysis's life: do not free it. NULL if lambdas were given, and for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_search(analysis: Option<&trop_analysis>) -> *const trop_search {
    analysis.and_then(|a| a.search.as_ref()).map_or(ptr::null(), ptr::from_ref)
}

/// Where standard errors, intervals and p-values come from, with the draws. Borrowed for the analysis's life: do
/// not free it. NULL if there is no inference, and for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_inference(
    analysis: Option<&trop_analysis>,
) -> *const trop_inference {
    analysis.and_then(|a| a.inference.as_ref()).map_or(ptr::null(), ptr::from_ref)
}

/// Why there is no inference although it was asked for (a note says it in words); `TROP_OK` if there is one or
/// none was asked for, and for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_no_inference(analysis: Option<&trop_analysis>) -> trop_status {
    analysis.map_or(trop_status::TROP_OK, |a| a.no_inference)
}

/// Number of periods with mean outcomes; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_n_by_time(analysis: Option<&trop_analysis>) -> usize {
    analysis.map_or(0, |a| a.by_time.len())
}

/// Mean outcomes by period, trop_analysis_n_by_time() of them. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_by_time(
    analysis: Option<&trop_analysis>,
) -> *const trop_period_mean {
    analysis.map_or(ptr::null(), |a| a.by_time.as_ptr())
}

/// What did not reach its tolerance; all 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_uncertified(analysis: Option<&trop_analysis>) -> trop_uncertified {
    analysis.map_or_else(trop_uncertified::default, |a| a.found.uncertified.into())
}

/// What each step took. All NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_timings(analysis: Option<&trop_analysis>) -> trop_timings {
    let none = trop_timings { search: f64::NAN, estimate: f64::NAN, inference: f64::NAN };
    analysis.map_or(none, |a| a.timings)
}

/// Number of notes; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_n_notes(analysis: Option<&trop_analysis>) -> usize {
    analysis.map_or(0, |a| a.notes.len())
}

/// The stable code of note `k`, the same in every language: "no_inference" and so on. Borrowed for the handle's
/// life; NULL for NULL and if there are not as many.
#[no_mangle]
pub extern "C" fn trop_analysis_note_code(
    analysis: Option<&trop_analysis>,
    k: usize,
) -> *const c_char {
    analysis.and_then(|a| a.notes.get(k)).map_or(ptr::null(), |note| note.code.as_ptr())
}

/// Note `k` in words, in UTF-8: what a reader should know beside the numbers. Borrowed for the handle's life;
/// NULL for NULL and if there are not as many.
#[no_mangle]
pub extern "C" fn trop_analysis_note_text(
    analysis: Option<&trop_analysis>,
    k: usize,
) -> *const c_char {
    analysis.and_then(|a| a.notes.get(k)).map_or(ptr::null(), |note| note.text.as_ptr())
}

/// True if note `k` warns: numbers may be wrong, or lack although they were asked for. False for NULL and if
/// there are not as many.
#[no_mangle]
pub extern "C" fn trop_analysis_note_is_warning(
    analysis: Option<&trop_analysis>,
    k: usize,
) -> bool {
    analysis.and_then(|a| a.notes.get(k)).is_some_and(|note| note.is_warning)
}

/// The analysis as aligned lines, with the notes below, in UTF-8: the same text in every language. A number
/// that is not certified carries its mark. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_summary(analysis: Option<&trop_analysis>) -> *const c_char {
    analysis.map_or(ptr::null(), |a| a.summary.as_ptr())
}

/// The average effect with its standard error, interval, p-value and method in one line. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_analysis_headline(analysis: Option<&trop_analysis>) -> *const c_char {
    analysis.map_or(ptr::null(), |a| a.headline.as_ptr())
}
