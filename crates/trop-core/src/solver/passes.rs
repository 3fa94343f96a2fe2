//! Alternating passes for the intercepts of a panel with few masked cells.
//!
//! Given the columns' intercepts, all rows without masked cells subtract the same weighted sum of them,
//! and so do columns given the rows'. Only that sum, and the rows and columns with masked cells, need to be
//! kept from pass to pass: the iterates are those of full passes.

use super::problem::{Problem, SideWeights};
use super::sample::Side;

/// One side of the panel in the passes.
struct Half<'a> {
    side: &'a Side,
    /// Weighted sums of each row's outcomes less the low-rank part.
    target: &'a [f64],
    /// Weights of the observed columns of each row.
    mass: &'a [f64],
    /// Rows with masked cells and with weight.
    partial: Vec<usize>,
    /// Of the rows without masked cells: total weight, weighted sum of targets, and their range.
    weight: f64,
    sum: f64,
    least: f64,
    largest: f64,
    /// Weight of all columns.
    total: f64,
}

/// Moves of a pass.
#[derive(Default)]
struct Change {
    largest: f64,
    /// Size of the largest intercept.
    size: f64,
}

impl<'a> Half<'a> {
    fn new(
        side: &'a Side,
        target: &'a [f64],
        mass: &'a [f64],
        own: &SideWeights,
        other: &SideWeights,
    ) -> Self {
        let total = other.effective[..side.other].iter().sum();
        let (least, largest) = (f64::INFINITY, f64::NEG_INFINITY);
        let partial = Vec::new();
        let mut half =
            Half { side, target, mass, partial, weight: 0.0, sum: 0.0, least, largest, total };
        for row in 0..side.n {
            if !side.masked[row].is_empty() {
                half.partial.push(row);
                continue;
            }
            half.weight += own.effective[row];
            half.sum += own.effective[row] * target[row];
            half.least = half.least.min(target[row]);
            half.largest = half.largest.max(target[row]);
        }
        half
    }

    /// Updates the rows with masked cells, given the other side's sum and its columns with masked cells,
    /// and returns the weighted sum over all rows.
    fn update(
        &self,
        own: &mut [f64],
        own_weights: &SideWeights,
        other: &[f64],
        other_weights: &SideWeights,
        other_sum: f64,
        change: &mut Change,
    ) -> f64 {
        let mut sum = (self.sum - other_sum * self.weight) / self.total;
        for &row in &self.partial {
            if self.mass[row] <= 0.0 {
                continue;
            }
            let masked = self.side.masked[row].iter();
            let less: f64 = masked.map(|&s| other_weights.effective[s] * other[s]).sum();
            let new = (self.target[row] - (other_sum - less)) / self.mass[row];
            change.hear(new - own[row], new);
            own[row] = new;
            sum += own_weights.effective[row] * new;
        }
        if self.least <= self.largest {
            let at = |target: f64| ((target - other_sum) / self.total).abs();
            change.size = change.size.max(at(self.least)).max(at(self.largest));
        }
        sum
    }

    /// Sets the rows without masked cells.
    fn complete(&self, own: &mut [f64], other_sum: f64) {
        for (row, own) in own.iter_mut().enumerate() {
            if self.side.masked[row].is_empty() {
                *own = (self.target[row] - other_sum) / self.total;
            }
        }
    }
}

impl Change {
    fn hear(&mut self, change: f64, value: f64) {
        self.largest = self.largest.max(change.abs());
        self.size = self.size.max(value.abs());
    }
}

/// Weighted sums of each row's (and column's) outcomes less the low-rank part, and the weights they have.
pub(super) struct Margins<'a> {
    pub row: &'a [f64],
    pub col: &'a [f64],
    pub row_mass: &'a [f64],
    pub col_mass: &'a [f64],
}

/// Passes from the columns' intercepts until none moves by more than `settled`, relative to the largest if
/// that exceeds one; false if `most` passes are not enough. Sums over observed cells are totals less
/// masked ones, which must not lose digits.
pub(super) fn alternate(
    problem: &Problem<'_>,
    margins: &Margins<'_>,
    alpha: &mut [f64],
    beta: &mut [f64],
    settled: f64,
    most: usize,
) -> bool {
    let Problem { rows, cols, .. } = problem;
    let sample = problem.sample();
    let over_rows = Half::new(&sample.rows, margins.row, margins.row_mass, rows, cols);
    let over_cols = Half::new(&sample.cols, margins.col, margins.col_mass, cols, rows);
    let mut col_sum: f64 = beta.iter().zip(&cols.effective).map(|(b, w)| b * w).sum();
    let mut row_sum = f64::INFINITY;
    for _ in 0..most {
        let mut change = Change::default();
        let used = col_sum;
        let new_row_sum = over_rows.update(alpha, rows, beta, cols, col_sum, &mut change);
        let new_col_sum = over_cols.update(beta, cols, alpha, rows, new_row_sum, &mut change);
        // What rows and columns without masked cells move by.
        change.hear((new_row_sum - row_sum) / over_cols.total, 0.0);
        change.hear((new_col_sum - col_sum) / over_rows.total, 0.0);
        (row_sum, col_sum) = (new_row_sum, new_col_sum);
        if change.largest <= settled * change.size.max(1.0) {
            over_rows.complete(alpha, used);
            over_cols.complete(beta, row_sum);
            return true;
        }
    }
    over_rows.complete(alpha, col_sum);
    over_cols.complete(beta, row_sum);
    false
}
