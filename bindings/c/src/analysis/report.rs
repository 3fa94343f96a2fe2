//! The report page.

use crate::abi::arguments::{array, required, string};
use crate::abi::failure::{Failure, Result};
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status::{self, TROP_FILE_NOT_WRITTEN, TROP_OPTION_INVALID};
use crate::abi::text::trop_text;
use crate::analysis::analyze::trop_analysis;
use crate::model::running::{run, Workers};
use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::{fs, ptr};
use trop_core::Stage;
use trop_report::{report, Image, Picture, PictureKind, Supplement};

/// A picture for the report.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct trop_picture {
    /// What it shows, and so where it stands: "event", "path", "cumulative", "effects", "placebo", "weights",
    /// "time_weights", "ablation", "leave_one_out", "surface" or "pre_fit".
    pub kind: *const c_char,
    /// The picture, an SVG as text.
    pub svg: *const c_char,
}

impl trop_picture {
    /// # Safety
    /// Both texts are valid.
    unsafe fn read(&self) -> Result<Picture> {
        // SAFETY: by this function's contract.
        let (kind, svg) = unsafe { (string(self.kind, "kind")?, string(self.svg, "svg")?) };
        match PictureKind::from_name(&kind) {
            Some(kind) => Ok(Picture::new(kind, Image::svg(&svg))),
            None => {
                let kinds: Vec<&str> = PictureKind::ALL.iter().map(|kind| kind.name()).collect();
                let message =
                    format!("there is no picture '{kind}'; there are {}", kinds.join(", "));
                Err(Failure::new(TROP_OPTION_INVALID, message))
            }
        }
    }
}

/// The page of an analysis.
///
/// # Safety
/// `pictures` has `n_pictures` entries, whose texts are valid.
unsafe fn page(
    analysis: Option<&trop_analysis>,
    pictures: *const trop_picture,
    n_pictures: usize,
) -> Result<String> {
    let trop_analysis { panel, found, names, threads, .. } = required(analysis, "analysis")?;
    // SAFETY: by this function's contract.
    let pictures = unsafe { array(pictures, n_pictures, "pictures") }?;
    // SAFETY: the same.
    let pictures = pictures.iter().map(|p| unsafe { p.read() }).collect::<Result<_>>()?;
    let workers = Workers { threads: *threads, progress: None, progress_data: ptr::null_mut() };
    let with = run(workers, Stage::Estimate, |hook| Supplement::compute(panel, found, hook))?;
    let versions = concat!("libtrop ", env!("CARGO_PKG_VERSION")).into();
    Ok(report(found, &names.labels, &Supplement { pictures, versions, ..with }))
}

/// Makes a page of HTML with the analysis in words, its tables, diagnostics (fitted for it: about ten estimates) and
/// pictures, for readers who do not program. It needs no network, and all names and labels are escaped.
/// `pictures` are drawn by the caller, at most one of each kind; there may be none.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID` (no picture is called so), `TROP_THREADS_UNAVAILABLE`,
/// `TROP_FACTORIZATION_FAILED`.
///
/// # Safety
/// `pictures` has `n_pictures` entries, whose texts are valid.
#[no_mangle]
pub unsafe extern "C" fn trop_analysis_report(
    analysis: Option<&trop_analysis>,
    pictures: *const trop_picture,
    n_pictures: usize,
    report: Option<&mut MaybeUninit<*mut trop_text>>,
) -> trop_status {
    guard(|| {
        let report = required(report, "report")?;
        // SAFETY: by this function's contract.
        let page = unsafe { page(analysis, pictures, n_pictures) }?;
        give(trop_text::from(page.as_str()), report);
        Ok(())
    })
}

/// Writes the page of trop_analysis_report() to a file, in place of what is there.
///
/// Errors: those of trop_analysis_report(), `TROP_FILE_NOT_WRITTEN`.
///
/// # Safety
/// `pictures` has `n_pictures` entries, whose texts are valid, and `path` is a text.
#[no_mangle]
pub unsafe extern "C" fn trop_analysis_write_report(
    analysis: Option<&trop_analysis>,
    pictures: *const trop_picture,
    n_pictures: usize,
    path: *const c_char,
) -> trop_status {
    guard(|| {
        // SAFETY: by this function's contract.
        let (path, page) =
            unsafe { (string(path, "path")?, page(analysis, pictures, n_pictures)?) };
        fs::write(&path, page).map_err(|why| {
            Failure::new(TROP_FILE_NOT_WRITTEN, format!("{path} cannot be written: {why}"))
        })
    })
}
