//! Arguments from C: pointers that may be NULL, arrays and matrices.

use crate::abi::failure::{Failure, Result};
use crate::abi::status::trop_status::{
    TROP_NULL_POINTER, TROP_OPTION_INVALID, TROP_OUT_OF_MEMORY, TROP_STRIDE_TOO_SMALL,
    TROP_TOO_LARGE,
};
use std::ffi::{c_char, CStr};
use std::slice;

/// What a pointer points to.
pub(crate) fn required<T>(pointer: Option<T>, name: &str) -> Result<T> {
    pointer.ok_or_else(|| Failure::new(TROP_NULL_POINTER, format!("{name} is NULL")))
}

/// An array of the caller. One without entries may be NULL.
///
/// # Safety
/// Unless NULL, `data` points to `len` valid values that nobody writes to meanwhile.
pub(crate) unsafe fn array<'a, T>(data: *const T, len: usize, name: &str) -> Result<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Failure::new(TROP_NULL_POINTER, format!("{name} is NULL")));
    }
    check_size::<T>(Some(len), name)?;
    // SAFETY: not NULL, of a size that exists, and valid by this function's contract.
    Ok(unsafe { slice::from_raw_parts(data, len) })
}

/// An array of the caller that may be NULL: there is none then.
///
/// # Safety
/// As for [`array`].
pub(crate) unsafe fn optional<'a, T>(
    data: *const T,
    len: usize,
    name: &str,
) -> Result<Option<&'a [T]>> {
    if data.is_null() {
        return Ok(None);
    }
    // SAFETY: by this function's contract.
    unsafe { array(data, len, name) }.map(Some)
}

/// A matrix of the caller whose rows start `stride` entries apart, copied without gaps.
///
/// # Safety
/// Unless NULL, `data` points to `rows` rows of `columns` valid values that nobody writes to meanwhile.
pub(crate) unsafe fn matrix<T: Copy>(
    data: *const T,
    stride: usize,
    (rows, columns): (usize, usize),
    name: &str,
) -> Result<Vec<T>> {
    if rows == 0 || columns == 0 {
        return Ok(Vec::new());
    }
    let extent = extent::<T>(stride, rows, columns, name)?;
    let mut copy = reserved(rows * columns, name)?;
    // SAFETY: the last row ends within the extent, by this function's contract.
    let entries = unsafe { array(data, extent, name) }?;
    for row in entries.chunks(stride) {
        copy.extend_from_slice(&row[..columns]);
    }
    Ok(copy)
}

/// Entries from the first of the first row to the last of the last.
pub(crate) fn extent<T>(stride: usize, rows: usize, columns: usize, name: &str) -> Result<usize> {
    if stride < columns {
        let message =
            format!("the rows of {name} have {columns} entries, but its stride is {stride}");
        return Err(Failure::new(TROP_STRIDE_TOO_SMALL, message));
    }
    let extent = rows.saturating_sub(1).checked_mul(stride).and_then(|n| n.checked_add(columns));
    check_size::<T>(extent, name)
}

/// Entries from the first to the last of a matrix with a stride in each direction.
pub(crate) fn strided_extent<T>(
    (rows, columns): (usize, usize),
    (row_stride, column_stride): (usize, usize),
    name: &str,
) -> Result<usize> {
    if rows == 0 || columns == 0 {
        return Ok(0);
    }
    let along = |n: usize, stride: usize| (n - 1).checked_mul(stride);
    let last = along(rows, row_stride).zip(along(columns, column_stride));
    let extent = last.and_then(|(down, across)| down.checked_add(across)?.checked_add(1));
    check_size::<T>(extent, name)
}

/// A text of the caller. What is not UTF-8 is replaced.
///
/// # Safety
/// Unless NULL, `data` ends with a NUL, and nobody writes to it meanwhile.
pub(crate) unsafe fn string(data: *const c_char, name: &str) -> Result<String> {
    // SAFETY: by this function's contract.
    let text = unsafe { optional_string(data) };
    required(text, name)
}

/// A text of the caller that may be NULL: there is none then.
///
/// # Safety
/// As for [`string`].
pub(crate) unsafe fn optional_string(data: *const c_char) -> Option<String> {
    if data.is_null() {
        return None;
    }
    // SAFETY: by this function's contract.
    Some(unsafe { CStr::from_ptr(data) }.to_string_lossy().into_owned())
}

/// Texts of the caller, none of them NULL.
///
/// # Safety
/// Unless NULL, `data` points to `len` texts as in [`string`].
pub(crate) unsafe fn strings(
    data: *const *const c_char,
    len: usize,
    name: &str,
) -> Result<Vec<String>> {
    // SAFETY: by this function's contract.
    let texts = unsafe { array(data, len, name) }?;
    // SAFETY: the same.
    texts.iter().map(|&text| unsafe { string(text, &format!("an entry of {name}")) }).collect()
}

/// A number of values that has an address each.
fn check_size<T>(len: Option<usize>, name: &str) -> Result<usize> {
    len.filter(|n| n.checked_mul(size_of::<T>()).is_some_and(|bytes| bytes <= isize::MAX as usize))
        .ok_or_else(|| {
            Failure::new(
                TROP_TOO_LARGE,
                format!("{name} is too large for this machine's addresses"),
            )
        })
}

/// Entries of a matrix without gaps.
pub(crate) fn area<T>(rows: usize, columns: usize, name: &str) -> Result<usize> {
    check_size::<T>(rows.checked_mul(columns), name)
}

/// What the core calls an integer that stands for one of an enumeration's values:
/// `choice!("search_method", value, { TROP_SEARCH_GRID => Method::Grid, ... })`.
macro_rules! choice {
    ($option:expr, $value:expr, { $($name:ident => $core:expr),+ $(,)? }) => {
        match $value {
            $(value if value == $name as i32 => Ok($core),)+
            other => Err($crate::abi::arguments::no_choice($option, other, &[$(stringify!($name)),+])),
        }
    };
}
pub(crate) use choice;

/// The failure of [`choice`].
pub(crate) fn no_choice(option: &str, value: i32, accepted: &[&str]) -> Failure {
    let (last, others) = accepted.split_last().expect("at least one value is accepted");
    let message = format!("{option} = {value} is not allowed: use {} or {last}", others.join(", "));
    Failure::new(TROP_OPTION_INVALID, message)
}

/// An empty vector with room for `len` values, or a failure instead of the end of the process.
pub(crate) fn reserved<T>(len: usize, name: &str) -> Result<Vec<T>> {
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| {
        let message = format!("no memory for {name} ({len} entries)");
        Failure::new(TROP_OUT_OF_MEMORY, message)
    })?;
    Ok(values)
}
