//! Several estimators on one panel.

use crate::abi::arguments::{required, string, strings};
use crate::abi::failure::{text, Result};
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::analysis::options::trop_analysis_options;
use crate::analysis::table::trop_table;
use crate::analysis::written;
use crate::data::panel::{trop_panel, with_handle, PanelNames};
use crate::model::running::run;
use std::ffi::{c_char, CString};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;
use trop_core::{compare, Comparison, Estimator, EstimatorOptions, Stage, TropResult};
use trop_report::{comparison_notes, comparison_tables, comparison_text};

/// What may be chosen about estimators beside TROP. While one thread sets an option, no other may use it.
#[derive(Default)]
pub struct trop_estimator_options(EstimatorOptions);

/// What several estimators say of one panel. Any number of threads may read it at once.
pub struct trop_comparison {
    found: Comparison,
    names: Arc<PanelNames>,
    text: CString,
    notes: Vec<CString>,
}

/// Makes options of estimators with their defaults.
///
/// Errors: `TROP_NULL_POINTER`.
#[no_mangle]
pub extern "C" fn trop_estimator_options_new(
    options: Option<&mut MaybeUninit<*mut trop_estimator_options>>,
) -> trop_status {
    guard(|| {
        give(trop_estimator_options::default(), required(options, "options")?);
        Ok(())
    })
}

/// Frees options of estimators. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_estimator_options_free(options: Option<Box<trop_estimator_options>>) {
    drop(options);
}

/// Sets an option by a text, as trop_analysis_options_set() does: "simplex" ("exact" or "frank_wolfe", the early-stopped
/// solution of the R package synthdid; of sc, sc_reg, difp, difp_reg, sdid and ascm), "zeta" (of sc_reg, difp_reg, sdid
/// and sdid_squared), "ridge" (of ascm), "lambda_nn" and "mc_tuning" ("folds" or "loocv"; of mc), "rank" and "max_rank"
/// (of ife). Ranges are checked by trop_compare().
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_UNKNOWN`, `TROP_OPTION_INVALID`.
///
/// # Safety
/// `name` and `value` are texts.
#[no_mangle]
pub unsafe extern "C" fn trop_estimator_options_set(
    options: Option<&mut trop_estimator_options>,
    name: *const c_char,
    value: *const c_char,
) -> trop_status {
    guard(|| {
        let options = &mut required(options, "options")?.0;
        // SAFETY: by this function's contract.
        let (name, value) = unsafe { (string(name, "name")?, string(value, "value")?) };
        Ok(options.set(&name, written::plain(&value))?)
    })
}

/// Estimates the average effect on the treated by several estimators, and infers from each by the same code.
///
/// `estimators` are `n_estimators` of "did" (two-way fixed effects), "sc" (synthetic control), "difp" (synthetic control
/// with an intercept), "sdid" (synthetic difference in differences), "sc_reg" and "difp_reg" (those with the ridge of
/// "sdid"), "ascm" (augmented synthetic control), "mc" (matrix completion, tuned by itself), "ife" (interactive fixed
/// effects, as gsynth), "trop"; and, for reproduction only, "sdid_squared" and "mc_trop". None (0) stands for did, sc, difp,
/// sdid, ascm, mc, ife and trop. `options` are those of trop_analyze(): lambdas, grids and search are TROP's, the
/// inference is everybody's. NULL for the default options of either kind.
///
/// An estimator that cannot be used on the panel costs itself alone: its row of the table says so.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_ESTIMATOR_UNKNOWN`, `TROP_ESTIMATOR_IMPOSSIBLE` (one is listed twice),
/// `TROP_TREATMENT_CONSTANT`, `TROP_INTERRUPTED`, and invalid options as in trop_analyze().
///
/// # Safety
/// `estimators` points to `n_estimators` texts.
#[no_mangle]
pub unsafe extern "C" fn trop_compare(
    panel: Option<&trop_panel>,
    estimators: *const *const c_char,
    n_estimators: usize,
    options: Option<&trop_analysis_options>,
    estimator_options: Option<&trop_estimator_options>,
    comparison: Option<&mut MaybeUninit<*mut trop_comparison>>,
) -> trop_status {
    with_handle(panel, |panel| {
        let comparison = required(comparison, "comparison")?;
        // SAFETY: by this function's contract.
        let asked = unsafe { strings(estimators, n_estimators, "estimators") }?;
        give(compared(panel, &asked, options, estimator_options)?, comparison);
        Ok(())
    })
}

fn compared(
    panel: &trop_panel,
    asked: &[String],
    options: Option<&trop_analysis_options>,
    rivals: Option<&trop_estimator_options>,
) -> Result<trop_comparison> {
    let (default, plain) = (trop_analysis_options::default(), trop_estimator_options::default());
    let (options, workers) = options.unwrap_or(&default).options()?;
    let rivals = &rivals.unwrap_or(&plain).0;
    let named: TropResult<Vec<Estimator>> = asked.iter().map(|name| name.parse()).collect();
    let (named, data) = (named?, &panel.data);
    let found =
        run(workers, Stage::Estimate, |hook| compare(data, &named, &options, rivals, hook))?;
    let labels = &panel.names.labels;
    Ok(trop_comparison {
        text: text(&comparison_text(&found, labels)),
        notes: comparison_notes(&found, labels).iter().map(|note| text(note)).collect(),
        names: Arc::clone(&panel.names),
        found,
    })
}

/// Frees a comparison, with all that it lends. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_comparison_free(comparison: Option<Box<trop_comparison>>) {
    drop(comparison);
}

/// Makes a table of a comparison: "comparison" (a row for each estimator), "comparison_by_time" (paths),
/// "comparison_by_event_time" (if effects are averaged by event time), "comparison_weights". Their columns are the same in
/// every language.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID` (there is no such table; the message lists them).
///
/// # Safety
/// `name` is a text.
#[no_mangle]
pub unsafe extern "C" fn trop_comparison_table(
    comparison: Option<&trop_comparison>,
    name: *const c_char,
    table: Option<&mut MaybeUninit<*mut trop_table>>,
) -> trop_status {
    guard(|| {
        let comparison = required(comparison, "comparison")?;
        let table = required(table, "table")?;
        // SAFETY: by this function's contract.
        let name = unsafe { string(name, "name") }?;
        let labels = &comparison.names.labels;
        let all = comparison_tables(&comparison.found, labels);
        give(trop_table::named(&all, &name, labels)?, table);
        Ok(())
    })
}

/// The comparison as lines of text, with the notes. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_comparison_text(comparison: Option<&trop_comparison>) -> *const c_char {
    comparison.map_or(ptr::null(), |found| found.text.as_ptr())
}

/// Number of notes; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_comparison_n_notes(comparison: Option<&trop_comparison>) -> usize {
    comparison.map_or(0, |found| found.notes.len())
}

/// What a reader should know, one note. Borrowed for the handle's life; NULL for NULL and if there are not as many.
#[no_mangle]
pub extern "C" fn trop_comparison_note(
    comparison: Option<&trop_comparison>,
    note: usize,
) -> *const c_char {
    let found = comparison.and_then(|found| found.notes.get(note));
    found.map_or(ptr::null(), |note| note.as_ptr())
}
