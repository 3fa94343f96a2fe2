//! The version of the library.

use std::ffi::{c_char, CStr};

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");

/// The version of the library that runs, such as "1.2.3" (`TROP_VERSION` is that of the header).
/// A string for the life of the program.
#[no_mangle]
pub extern "C" fn trop_version() -> *const c_char {
    const TEXT: &CStr = match CStr::from_bytes_with_nul(VERSION.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("the version holds a NUL"),
    };
    TEXT.as_ptr()
}
