//! The last failure of each thread.

use crate::abi::status::{status_of, trop_status};
use std::cell::RefCell;
use std::ffi::{c_char, CString};
use trop_core::{Error, Names};

/// Why a function fails.
#[derive(Debug)]
pub(crate) struct Failure {
    pub status: trop_status,
    pub message: String,
    /// The core's own, which can say it with names.
    error: Option<Box<Error>>,
}

/// Result of the inner part of a fallible function.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// `message` has no full stop yet.
    pub fn new(status: trop_status, message: impl Into<String>) -> Self {
        Failure { status, message: message.into() + ".", error: None }
    }

    /// The same, with names of units, periods and columns in its message.
    pub fn named(self, names: &Names) -> Self {
        match &self.error {
            Some(error) => Failure { message: error.sentence(names), ..self },
            None => self,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = status_of(error.code());
        let message = error.sentence(&Names::default());
        Failure { status, message, error: Some(Box::new(error)) }
    }
}

/// A text for C, which ends at its first NUL.
pub(crate) fn text(text: &str) -> CString {
    CString::new(text.replace('\0', " ")).unwrap_or_default()
}

struct Last {
    status: trop_status,
    message: CString,
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

/// Remembers a failure for this thread.
pub(crate) fn remember(failure: Failure) -> trop_status {
    let Failure { status, message, .. } = failure;
    let message = text(&message);
    // A thread that is ending has nobody left to ask.
    let _ = LAST.try_with(|last| *last.borrow_mut() = Some(Last { status, message }));
    status
}

/// The status of this thread's last failure; `TROP_OK` if nothing has failed. A success does not
/// change it.
#[no_mangle]
pub extern "C" fn trop_last_error_status() -> trop_status {
    let status = LAST.try_with(|last| last.borrow().as_ref().map(|l| l.status));
    status.ok().flatten().unwrap_or(trop_status::TROP_OK)
}

/// The message of this thread's last failure, in UTF-8: what is wrong, which unit or period (counted
/// from 0), what to do; "" if nothing has failed. Valid until the next failure in this thread.
#[no_mangle]
pub extern "C" fn trop_last_error_message() -> *const c_char {
    let message = LAST.try_with(|last| last.borrow().as_ref().map(|l| l.message.as_ptr()));
    message.ok().flatten().unwrap_or(c"".as_ptr())
}
