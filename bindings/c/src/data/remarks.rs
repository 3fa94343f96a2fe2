//! What a user should know about a panel before believing its estimate.

use crate::abi::arguments::required;
use crate::abi::failure::text;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::data::panel::{trop_panel, with_panel};
use std::ffi::{c_char, CString};
use std::mem::MaybeUninit;
use std::ptr;

/// What is allowed about a panel, but often a mistake. Any number of threads may read it at once.
pub struct trop_remarks(Vec<Remark>);

struct Remark {
    code: CString,
    message: CString,
}

/// Looks for what is allowed about a panel, but often a mistake:
///
/// - "treatment_spike": treatment is on for one period only;
/// - "treatment_swapped": treatment ends, but never begins;
/// - "periods_uneven": calendar gaps differ, and time weights count positions.
///
/// Errors: `TROP_NULL_POINTER`.
#[no_mangle]
pub extern "C" fn trop_panel_remarks(
    panel: Option<&trop_panel>,
    remarks: Option<&mut MaybeUninit<*mut trop_remarks>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let remarks = required(remarks, "remarks")?;
        let remark =
            |r: trop_core::Remark| Remark { code: text(r.code()), message: text(&r.to_string()) };
        give(trop_remarks(panel.remarks().into_iter().map(remark).collect()), remarks);
        Ok(())
    })
}

/// Frees remarks. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_remarks_free(remarks: Option<Box<trop_remarks>>) {
    drop(remarks);
}

/// Number of remarks; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_remarks_n(remarks: Option<&trop_remarks>) -> usize {
    remarks.map_or(0, |r| r.0.len())
}

/// The stable code of remark `k`, the same in every language. Borrowed for the handle's life; NULL for NULL
/// and if there are not as many.
#[no_mangle]
pub extern "C" fn trop_remarks_code(remarks: Option<&trop_remarks>, k: usize) -> *const c_char {
    remarks.and_then(|r| r.0.get(k)).map_or(ptr::null(), |r| r.code.as_ptr())
}

/// Remark `k` in words, in UTF-8. Borrowed for the handle's life; NULL for NULL and if there are not as
/// many.
#[no_mangle]
pub extern "C" fn trop_remarks_message(remarks: Option<&trop_remarks>, k: usize) -> *const c_char {
    remarks.and_then(|r| r.0.get(k)).map_or(ptr::null(), |r| r.message.as_ptr())
}
