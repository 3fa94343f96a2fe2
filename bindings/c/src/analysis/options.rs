//! Options of an analysis by name.

use crate::abi::arguments::{required, string};
use crate::abi::failure::{text, Result};
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::text::trop_text;
use crate::analysis::written;
use crate::data::types::trop_lambdas;
use crate::model::grids::trop_grids;
use crate::model::options::trop_progress;
use crate::model::running::Workers;
use std::ffi::{c_char, c_void, CString};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use trop_core::{AnalysisOptions, GivenGrids};

/// What may be asked of trop_analyze(), each option by its name. It alone of all handles changes: while one
/// thread sets an option, no other may use it.
pub struct trop_analysis_options {
    options: AnalysisOptions,
    progress: trop_progress,
    progress_data: *mut c_void,
}

impl Default for trop_analysis_options {
    fn default() -> Self {
        let (progress, progress_data) = (None, ptr::null_mut());
        trop_analysis_options { options: AnalysisOptions::default(), progress, progress_data }
    }
}

impl trop_analysis_options {
    /// The core's options, whose threads are those that the work runs on.
    pub(crate) fn options(&self) -> Result<(AnalysisOptions, Workers)> {
        self.options.validate()?;
        let threads = self.options.threads.unwrap_or(0);
        let options = AnalysisOptions { threads: None, ..self.options.clone() };
        let &trop_analysis_options { progress, progress_data, .. } = self;
        Ok((options, Workers { threads, progress, progress_data }))
    }
}

/// Makes options with their defaults.
///
/// Errors: `TROP_NULL_POINTER`.
#[no_mangle]
pub extern "C" fn trop_analysis_options_new(
    options: Option<&mut MaybeUninit<*mut trop_analysis_options>>,
) -> trop_status {
    guard(|| {
        give(trop_analysis_options::default(), required(options, "options")?);
        Ok(())
    })
}

/// Frees options. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_analysis_options_free(options: Option<Box<trop_analysis_options>>) {
    drop(options);
}

/// Sets an option by a text: "true", "500", "0.9", "placebo"; "none" for what may be left out;
/// "time=0.1, unit=0.2, nn=inf" for `lambdas`; "time=0 0.1 1, nn=inf 3" for `grids`, of some or all lambdas. The
/// options are those of trop_option_name(). What depends on several of them, and ranges, is checked by
/// trop_analyze().
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_UNKNOWN`, `TROP_OPTION_INVALID`, `TROP_SEED_OUT_OF_RANGE`,
/// `TROP_LAMBDAS_INVALID`, `TROP_GRIDS_INVALID`.
///
/// # Safety
/// `name` and `value` are texts.
#[no_mangle]
pub unsafe extern "C" fn trop_analysis_options_set(
    options: Option<&mut trop_analysis_options>,
    name: *const c_char,
    value: *const c_char,
) -> trop_status {
    guard(|| {
        let options = &mut required(options, "options")?.options;
        // SAFETY: by this function's contract.
        let (name, value) = unsafe { (string(name, "name")?, string(value, "value")?) };
        Ok(written::set(options, &name, &value)?)
    })
}

/// Sets an option to a number: a whole one where it takes whole numbers, 0 or 1 where it takes true or
/// false.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_UNKNOWN`, `TROP_OPTION_INVALID`, `TROP_SEED_OUT_OF_RANGE`,
/// `TROP_LAMBDAS_INVALID`, `TROP_GRIDS_INVALID`.
///
/// # Safety
/// `name` is a text.
#[no_mangle]
pub unsafe extern "C" fn trop_analysis_options_set_number(
    options: Option<&mut trop_analysis_options>,
    name: *const c_char,
    value: f64,
) -> trop_status {
    guard(|| {
        let options = &mut required(options, "options")?.options;
        // SAFETY: by this function's contract.
        let name = unsafe { string(name, "name") }?;
        Ok(written::set_number(options, &name, value)?)
    })
}

/// Sets `lambdas`: they are not searched for then.
///
/// Errors: `TROP_NULL_POINTER`.
#[no_mangle]
pub extern "C" fn trop_analysis_options_set_lambdas(
    options: Option<&mut trop_analysis_options>,
    lambdas: trop_lambdas,
) -> trop_status {
    guard(|| {
        required(options, "options")?.options.lambdas = Some(lambdas.into());
        Ok(())
    })
}

/// Sets `grids`, of all three lambdas; NULL for the default ones.
///
/// Errors: `TROP_NULL_POINTER`.
#[no_mangle]
pub extern "C" fn trop_analysis_options_set_grids(
    options: Option<&mut trop_analysis_options>,
    grids: Option<&trop_grids>,
) -> trop_status {
    guard(|| {
        let given = grids.map(|grids| GivenGrids {
            time: Some(grids.0.time.clone()),
            unit: Some(grids.0.unit.clone()),
            nn: Some(grids.0.nn.clone()),
        });
        required(options, "options")?.options.grids = given.unwrap_or_default();
        Ok(())
    })
}

/// Sets the function that hears of progress, and may stop the computation; NULL for none. `data` is passed to
/// it. It may ask trop_progress_left() and trop_progress_advice().
///
/// Errors: `TROP_NULL_POINTER`.
#[no_mangle]
pub extern "C" fn trop_analysis_options_set_progress(
    options: Option<&mut trop_analysis_options>,
    progress: trop_progress,
    data: *mut c_void,
) -> trop_status {
    guard(|| {
        let options = required(options, "options")?;
        (options.progress, options.progress_data) = (progress, data);
        Ok(())
    })
}

/// What an option is, as a text that trop_analysis_options_set() reads.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_UNKNOWN`.
///
/// # Safety
/// `name` is a text.
#[no_mangle]
pub unsafe extern "C" fn trop_analysis_options_get(
    options: Option<&trop_analysis_options>,
    name: *const c_char,
    value: Option<&mut MaybeUninit<*mut trop_text>>,
) -> trop_status {
    guard(|| {
        let options = &required(options, "options")?.options;
        let value = required(value, "value")?;
        // SAFETY: by this function's contract.
        let found = options.get(&unsafe { string(name, "name") }?)?;
        give(trop_text::from(written::written(&found).as_str()), value);
        Ok(())
    })
}

/// Names and lines of all options.
fn known() -> &'static [(CString, CString)] {
    static KNOWN: OnceLock<Vec<(CString, CString)>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let table = AnalysisOptions::table();
        table.iter().map(|info| (text(info.name), text(info.doc))).collect()
    })
}

/// The name of option `k`, counted from 0, as in "n_boot"; NULL if there are not as many. A string for the life
/// of the program.
#[no_mangle]
pub extern "C" fn trop_option_name(k: usize) -> *const c_char {
    known().get(k).map_or(ptr::null(), |(name, _)| name.as_ptr())
}

/// What option `k` does, in one line; NULL if there are not as many. A string for the life of the program.
#[no_mangle]
pub extern "C" fn trop_option_doc(k: usize) -> *const c_char {
    known().get(k).map_or(ptr::null(), |(_, doc)| doc.as_ptr())
}
