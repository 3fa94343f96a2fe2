//! Matrices as the caller has them in memory.

use super::panel::Panel;
use super::shape::Shape;
use crate::error::{Error, Result};
use crate::runtime::check_room;
use std::borrow::Cow;

/// A matrix in memory, N x T: the entry of row `i` and column `t` is
/// `data[i * row_stride + t * col_stride]`. Nothing is copied to make one.
///
/// ```
/// use trop_core::{MatrixView, Panel, Shape};
/// // Two units over three periods, as Rust and C have them, and as Fortran, R and Julia do.
/// let shape = Shape { n_units: 2, n_periods: 3 };
/// let by_row = MatrixView::row_major(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], shape);
/// let by_column = MatrixView::column_major(&[0.0, 0.0, 0.0, 0.0, 0.0, 1.0], shape);
/// let panel = Panel::from_matrices(&by_row, &by_column)?;
/// assert_eq!((panel.n_units(), panel.n_periods()), (2, 3));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatrixView<'a> {
    /// The entries, and what may stand between them.
    pub data: &'a [f64],
    /// N.
    pub n_rows: usize,
    /// T.
    pub n_cols: usize,
    /// Entries from one row to the next.
    pub row_stride: usize,
    /// Entries from one column to the next.
    pub col_stride: usize,
}

impl<'a> MatrixView<'a> {
    /// Rows one after the other.
    pub fn row_major(data: &'a [f64], Shape { n_units, n_periods }: Shape) -> Self {
        let (n_rows, n_cols) = (n_units, n_periods);
        MatrixView { data, n_rows, n_cols, row_stride: n_cols, col_stride: 1 }
    }

    /// Columns one after the other.
    pub fn column_major(data: &'a [f64], Shape { n_units, n_periods }: Shape) -> Self {
        let (n_rows, n_cols) = (n_units, n_periods);
        MatrixView { data, n_rows, n_cols, row_stride: 1, col_stride: n_rows }
    }

    /// The entries row by row, copied only if they do not stand so.
    ///
    /// # Errors
    /// [`Error::EmptyPanel`], [`Error::TooLarge`], [`Error::OutOfMemory`], or [`Error::ShapeMismatch`] if the data
    /// end before the last entry; it calls the matrix `what`.
    ///
    /// ```
    /// use trop_core::{MatrixView, Shape};
    /// let shape = Shape { n_units: 2, n_periods: 2 };
    /// let matrix = MatrixView::column_major(&[1.0, 3.0, 2.0, 4.0], shape);
    /// assert_eq!(&*matrix.by_row("outcome")?, [1.0, 2.0, 3.0, 4.0]);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn by_row(&self, what: &'static str) -> Result<Cow<'a, [f64]>> {
        let MatrixView { data, n_rows, n_cols, row_stride, col_stride } = *self;
        let expected = self.length()?;
        if data.len() < expected {
            let (n_units, n_periods, found) = (n_rows, n_cols, data.len());
            return Err(Error::ShapeMismatch { what, found, n_units, n_periods, expected });
        }
        if (row_stride, col_stride) == (n_cols, 1) {
            return Ok(Cow::Borrowed(&data[..expected]));
        }
        // Where strides are 0, few data make many entries.
        let n = n_rows * n_cols;
        check_room::<f64>(what, n as u128)?;
        let mut rows = Vec::with_capacity(n);
        for i in 0..n_rows {
            rows.extend((0..n_cols).map(|t| data[i * row_stride + t * col_stride]));
        }
        Ok(Cow::Owned(rows))
    }

    /// Entries up to the last one.
    fn length(&self) -> Result<usize> {
        let MatrixView { n_rows, n_cols, row_stride, col_stride, .. } = *self;
        let (n_units, n_periods) = (n_rows, n_cols);
        if n_rows == 0 || n_cols == 0 {
            return Err(Error::EmptyPanel { n_units, n_periods });
        }
        let rows = (n_rows - 1).checked_mul(row_stride);
        let columns = (n_cols - 1).checked_mul(col_stride);
        rows.zip(columns)
            .and_then(|(rows, columns)| rows.checked_add(columns)?.checked_add(1))
            .filter(|_| n_rows.checked_mul(n_cols).is_some())
            .ok_or(Error::TooLarge { n_units, n_periods })
    }
}

impl Panel {
    /// Validates matrices of any layout, N x T: `outcome` holds NaN where it is missing, `treatment` 0 or 1
    /// everywhere.
    ///
    /// # Errors
    /// As [`Panel::new`], and [`Error::OutOfMemory`].
    pub fn from_matrices(outcome: &MatrixView<'_>, treatment: &MatrixView<'_>) -> Result<Panel> {
        let (n_units, n_periods) = (outcome.n_rows, outcome.n_cols);
        if (treatment.n_rows, treatment.n_cols) != (n_units, n_periods) {
            let found = treatment.n_rows.saturating_mul(treatment.n_cols);
            let expected = n_units.saturating_mul(n_periods);
            let what = "treatment";
            return Err(Error::ShapeMismatch { what, found, n_units, n_periods, expected });
        }
        let (outcome, treatment) = (outcome.by_row("outcome")?, treatment.by_row("treatment")?);
        Panel::new(&outcome, &treatment, Shape { n_units, n_periods })
    }
}
