//! The one door between the core and C.

use crate::abi::failure::{remember, Failure, Result};
use crate::abi::status::trop_status;
use std::any::Any;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// Runs the body of a fallible function. A failure becomes this thread's last error; so does a panic.
pub(crate) fn guard(body: impl FnOnce() -> Result<()>) -> trop_status {
    // Bodies write their outputs last, so a panic leaves nothing half done.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => trop_status::TROP_OK,
        Ok(Err(failure)) => remember(failure),
        Err(panic) => remember(Failure::new(trop_status::TROP_PANIC, text(panic.as_ref()))),
    }
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("internal error, please report it: {}", text.unwrap_or("no message"))
}
