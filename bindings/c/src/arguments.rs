//! Arguments from C: pointers that may be NULL, arrays and matrices.

use crate::failure::{Failure, Result};
use crate::status::trop_status::{
    TROP_NULL_POINTER, TROP_OUT_OF_MEMORY, TROP_STRIDE_TOO_SMALL, TROP_TOO_LARGE,
};
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

/// A matrix of the caller whose rows start `stride` entries apart, copied without gaps.
///
/// # Safety
/// Unless NULL, `data` points to `rows` rows of `columns` valid values that nobody writes to meanwhile.
pub(crate) unsafe fn matrix(
    data: *const f64,
    stride: usize,
    (rows, columns): (usize, usize),
    name: &str,
) -> Result<Vec<f64>> {
    if rows == 0 || columns == 0 {
        return Ok(Vec::new());
    }
    let extent = extent(stride, rows, columns, name)?;
    let mut copy = reserved(rows * columns, name)?;
    // SAFETY: the last row ends within the extent, by this function's contract.
    let entries = unsafe { array(data, extent, name) }?;
    for row in entries.chunks(stride) {
        copy.extend_from_slice(&row[..columns]);
    }
    Ok(copy)
}

/// Entries from the first of the first row to the last of the last.
pub(crate) fn extent(stride: usize, rows: usize, columns: usize, name: &str) -> Result<usize> {
    if stride < columns {
        let message =
            format!("the rows of {name} have {columns} entries, but its stride is {stride}");
        return Err(Failure::new(TROP_STRIDE_TOO_SMALL, message));
    }
    let extent = rows.saturating_sub(1).checked_mul(stride).and_then(|n| n.checked_add(columns));
    check_size::<f64>(extent, name)
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

/// An empty vector with room for `len` values, or a failure instead of the end of the process.
pub(crate) fn reserved<T>(len: usize, name: &str) -> Result<Vec<T>> {
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| {
        let message = format!("no memory for {name} ({len} entries)");
        Failure::new(TROP_OUT_OF_MEMORY, message)
    })?;
    Ok(values)
}
