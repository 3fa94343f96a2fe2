//! Texts that a function makes.

use crate::abi::failure::text;
use std::ffi::{c_char, CString};
use std::ptr;

/// A text, in UTF-8. Any number of threads may read it at once.
pub struct trop_text(CString);

impl From<&str> for trop_text {
    fn from(made: &str) -> Self {
        trop_text(text(made))
    }
}

/// Frees a text. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_text_free(text: Option<Box<trop_text>>) {
    drop(text);
}

/// The text, with a NUL at its end. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_text_data(text: Option<&trop_text>) -> *const c_char {
    text.map_or(ptr::null(), |t| t.0.as_ptr())
}

/// Its bytes without the NUL; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_text_length(text: Option<&trop_text>) -> usize {
    text.map_or(0, |t| t.0.as_bytes().len())
}
