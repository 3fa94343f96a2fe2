//! A fit of Eq. 2: intercepts and low-rank part.

use super::loadings::Loadings;
use super::sample::Sample;

/// Intercepts and loadings of rows and columns.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    pub rows: Loadings,
    pub cols: Loadings,
}

impl Fit {
    /// All zero.
    pub fn zeros(sample: &Sample) -> Self {
        Fit { rows: Loadings::zeros(sample.rows.n, 0), cols: Loadings::zeros(sample.cols.n, 0) }
    }

    /// The fitted outcome of a row and column.
    pub fn value(&self, row: usize, col: usize) -> f64 {
        self.rows.get(row, 0) + self.cols.get(col, 0) + self.rows.inner(row, &self.cols, col)
    }

    /// Rank of the low-rank part.
    pub fn rank(&self) -> usize {
        self.rows.rank
    }

    /// Intercepts and loadings of units, and of periods.
    pub fn by_unit_and_period(&self, sample: &Sample) -> (&Loadings, &Loadings) {
        if sample.transposed {
            (&self.cols, &self.rows)
        } else {
            (&self.rows, &self.cols)
        }
    }
}
