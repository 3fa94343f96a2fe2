//! Results for C: handles, and arrays of the caller to fill.

use crate::abi::failure::{Failure, Result};
use crate::abi::status::trop_status::{TROP_BUFFER_TOO_SMALL, TROP_NULL_POINTER};
use std::mem::MaybeUninit;
use std::ptr;

/// Hands a new handle to the caller, who has to free it.
pub(crate) fn give<T>(handle: T, out: &mut MaybeUninit<*mut T>) {
    out.write(Box::into_raw(Box::new(handle)));
}

/// An array of the caller with room for `capacity` values.
pub(crate) struct Buffer<'a, T> {
    pub data: *mut T,
    pub capacity: usize,
    pub name: &'a str,
}

impl<T: Copy> Buffer<'_, T> {
    /// Checks that `needed` values fit.
    pub fn check(&self, needed: usize) -> Result<()> {
        let Buffer { data, capacity, name } = self;
        if *capacity < needed {
            let message = format!("{name} has room for {capacity} entries, but needs {needed}");
            return Err(Failure::new(TROP_BUFFER_TOO_SMALL, message));
        }
        if data.is_null() && needed > 0 {
            return Err(Failure::new(TROP_NULL_POINTER, format!("{name} is NULL")));
        }
        Ok(())
    }

    /// Copies rows of `columns` values to where each row of the array starts, `stride` entries apart.
    ///
    /// # Safety
    /// [`Buffer::check`] succeeded with the extent of these rows, and the array has its capacity.
    pub unsafe fn write_rows(&self, values: &[T], columns: usize, stride: usize) {
        for (k, row) in values.chunks(columns.max(1)).enumerate() {
            // SAFETY: the row lies within the checked extent, and the caller's array is no vector of
            // this library.
            unsafe { ptr::copy_nonoverlapping(row.as_ptr(), self.data.add(k * stride), row.len()) };
        }
    }

    /// Copies values to the start of the array.
    ///
    /// # Safety
    /// [`Buffer::check`] succeeded with as many values, and the array has its capacity.
    pub unsafe fn write(&self, values: &[T]) {
        // SAFETY: as this function's contract.
        unsafe { self.write_rows(values, values.len(), 0) };
    }
}
