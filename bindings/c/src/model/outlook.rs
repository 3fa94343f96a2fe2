//! What a progress function may ask: how long the call will take.

use crate::abi::failure::text;
use std::cell::RefCell;
use std::ffi::{c_char, CString};
use std::ptr;
use trop_core::Outlook;
use trop_report::{outlook_advice, outlook_text};

/// What is known of the call whose progress function is running.
#[derive(Default)]
struct Said {
    left: Option<CString>,
    advice: Option<CString>,
}

thread_local! {
    static SAID: RefCell<Said> = RefCell::default();
}

/// Lets `heard` ask about an outlook. It may make a call of the library that has an outlook of its own.
pub(crate) fn with_outlook<R>(outlook: Option<&Outlook>, heard: impl FnOnce() -> R) -> R {
    let left = outlook.map(outlook_text).filter(|left| !left.is_empty());
    let said = Said {
        left: left.as_deref().map(text),
        advice: outlook.and_then(outlook_advice).as_deref().map(text),
    };
    let outer = SAID.replace(said);
    let answer = heard();
    SAID.set(outer);
    answer
}

fn pointer(said: impl Fn(&Said) -> &Option<CString>) -> *const c_char {
    SAID.with_borrow(|all| said(all).as_ref().map_or(ptr::null(), |text| text.as_ptr()))
}

/// For a progress function: the time that the whole call of trop_analyze() will still take, as in "about 3 minutes
/// left". NULL while it is not known, which it is after a second or a hundred fits; at the end; and outside of a
/// progress function. Borrowed until the progress function returns.
#[no_mangle]
pub extern "C" fn trop_progress_left() -> *const c_char {
    pointer(|said| &said.left)
}

/// For a progress function: if the whole call of trop_analyze() takes more than a minute, how long it takes, for how
/// many fits of which kind, and what would make it shorter, in a few sentences; else NULL. Borrowed until the progress function returns, which can show it once.
#[no_mangle]
pub extern "C" fn trop_progress_advice() -> *const c_char {
    pointer(|said| &said.advice)
}
