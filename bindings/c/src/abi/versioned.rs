//! Structs of the caller that start with their size, and may grow at their end.

use crate::abi::arguments::required;
use crate::abi::failure::{Failure, Result};
use crate::abi::status::trop_status::TROP_OPTIONS_SIZE;
use std::ptr::{self, NonNull};

/// More than any version of any struct will have: a larger size was never set.
const LARGEST_SIZE: usize = 4096;

/// A struct whose first field is its size, a `usize`.
///
/// # Safety
/// Every bit pattern of its fields is valid.
pub(crate) unsafe trait Versioned: Copy + Default {
    /// Sizes of its versions, ascending; the last is the present one.
    const SIZES: &'static [usize];
    /// What it is called in messages.
    const NAME: &'static str;
    /// The function that fills it.
    const FILL: &'static str;

    fn set_size(&mut self, size: usize);

    /// Reads the caller's struct: NULL means the defaults, and so do fields that it does not have.
    ///
    /// # Safety
    /// Unless NULL, `from` points to as many bytes as its first field says.
    unsafe fn read(from: *const Self) -> Result<Self> {
        let mut read = Self::default();
        if from.is_null() {
            return Ok(read);
        }
        // SAFETY: every version of the struct starts with its size.
        let size = unsafe { from.cast::<usize>().read() };
        check_size::<Self>(size)?;
        let known = size.min(size_of::<Self>());
        let from = from.cast::<u8>();
        // SAFETY: the caller's struct has `size` bytes by this function's contract, and every bit pattern
        // of its fields is valid.
        unsafe { ptr::copy_nonoverlapping(from, (&raw mut read).cast::<u8>(), known) };
        // SAFETY: as above; what follows in a later version of the struct.
        let later = (known..size).all(|k| unsafe { *from.add(k) } == 0);
        if !later {
            let message = format!(
                "{} use a field that this version of the library does not know",
                Self::NAME
            );
            return Err(Failure::new(TROP_OPTIONS_SIZE, message));
        }
        Ok(read)
    }

    /// Fills the caller's struct with the defaults.
    ///
    /// # Safety
    /// Unless NULL, `to` has `size` bytes.
    unsafe fn fill(size: usize, to: *mut Self) -> Result<()> {
        let to = required(NonNull::new(to), Self::NAME)?.as_ptr().cast::<u8>();
        check_size::<Self>(size)?;
        let mut default = Self::default();
        default.set_size(size);
        let known = size.min(size_of::<Self>());
        // SAFETY: `to` has `size` bytes by this function's contract; fields of a later version are zero,
        // which stands for their defaults.
        unsafe {
            ptr::write_bytes(to, 0, size);
            ptr::copy_nonoverlapping((&raw const default).cast::<u8>(), to, known);
        }
        Ok(())
    }
}

/// A size that ends in the midst of a field is that of no version.
fn check_size<T: Versioned>(size: usize) -> Result<()> {
    let is_later = (size_of::<T>()..=LARGEST_SIZE).contains(&size) && size % align_of::<T>() == 0;
    if T::SIZES.contains(&size) || is_later {
        return Ok(());
    }
    let message = format!("struct_size = {size}: fill the {} with {}() first", T::NAME, T::FILL);
    Err(Failure::new(TROP_OPTIONS_SIZE, message))
}
