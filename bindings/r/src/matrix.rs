//! Matrices from R.

use extendr_api::prelude::*;

/// A matrix of R, N x T, as the core wants it: row-major.
pub(crate) struct Matrix {
    pub values: Vec<f64>,
    pub rows: usize,
    pub columns: usize,
}

impl Matrix {
    pub fn new(matrix: &RMatrix<f64>) -> Self {
        let (rows, columns) = (matrix.nrows(), matrix.ncols());
        let by_column = matrix.data();
        let values =
            (0..rows * columns).map(|k| by_column[k / columns + rows * (k % columns)]).collect();
        Matrix { values, rows, columns }
    }

    pub fn into_values(self) -> Vec<f64> {
        self.values
    }
}
