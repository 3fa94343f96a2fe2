//! Outcomes and covariates of units over periods, laid out in rows and columns.

use super::loadings::Loadings;
use crate::numerics::kernels::{add_scaled, dispatch, padded, TILE};
use pulp::{Simd, WithSimd};

/// One direction of the sample: outcomes and covariates in tiles of eight rows, and the masked columns of each
/// row.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// Rows of this side.
    pub n: usize,
    /// Columns, which are the rows of the other side.
    pub other: usize,
    /// `tiles[(row / 8) * other * 8 + column * 8 + row % 8]`; zero where masked.
    tiles: Vec<f64>,
    /// Each covariate, laid out like the outcomes.
    covariates: Vec<Vec<f64>>,
    /// Sorted columns of each row that are no control outcome: missing, treated or held out.
    pub masked: Vec<Vec<usize>>,
}

impl Side {
    fn new(
        n: usize,
        other: usize,
        n_covariates: usize,
        outcome: impl Fn(usize, usize) -> Option<f64>,
        covariate: impl Fn(usize, usize, usize) -> f64,
    ) -> Self {
        let zeros = || vec![0.0; padded(n) * other];
        let mut side = Side {
            n,
            other,
            tiles: zeros(),
            covariates: (0..n_covariates).map(|_| zeros()).collect(),
            masked: vec![Vec::new(); n],
        };
        for row in 0..n {
            for column in 0..other {
                let Some(y) = outcome(row, column) else {
                    side.masked[row].push(column);
                    continue;
                };
                let at = side.position(row, column);
                side.tiles[at] = y;
                for (k, tiles) in side.covariates.iter_mut().enumerate() {
                    tiles[at] = covariate(k, row, column);
                }
            }
        }
        side
    }

    /// Outcomes and covariates of all tiles.
    fn layers(&mut self) -> impl Iterator<Item = &mut Vec<f64>> {
        std::iter::once(&mut self.tiles).chain(&mut self.covariates)
    }

    /// The outcomes of rows `8 tile .. 8 tile + 8`, column by column.
    pub fn tile(&self, tile: usize) -> &[f64] {
        let len = self.other * TILE;
        &self.tiles[tile * len..(tile + 1) * len]
    }

    /// Number of tiles.
    pub fn tile_count(&self) -> usize {
        self.n.div_ceil(TILE)
    }

    /// True if no cell of the row is a control outcome.
    pub fn is_empty(&self, row: usize) -> bool {
        self.masked[row].len() == self.other
    }

    /// The outcome of a control cell, 0 where masked.
    pub fn outcome(&self, row: usize, column: usize) -> f64 {
        self.tiles[self.position(row, column)]
    }

    fn position(&self, row: usize, column: usize) -> usize {
        (row / TILE * self.other + column) * TILE + row % TILE
    }

    /// Masks a cell, and returns its outcome and covariates.
    fn hold_out(&mut self, row: usize, column: usize) -> Vec<f64> {
        let at = self.position(row, column);
        let masked = &mut self.masked[row];
        masked.insert(masked.partition_point(|&c| c < column), column);
        self.layers().map(|tiles| std::mem::take(&mut tiles[at])).collect()
    }

    fn restore(&mut self, row: usize, column: usize, values: &[f64]) {
        let at = self.position(row, column);
        self.masked[row].retain(|&c| c != column);
        self.layers().zip(values).for_each(|(tiles, value)| tiles[at] = *value);
    }

    /// The same cells with other outcomes and without covariates.
    fn with_tiles(&self, tiles: &[f64]) -> Self {
        let (tiles, masked) = (tiles.to_vec(), self.masked.clone());
        Side { n: self.n, other: self.other, tiles, covariates: Vec::new(), masked }
    }

    /// Takes the effects of a row and of a column from the outcome of each cell.
    fn subtract_effects(&mut self, own: &Loadings, other: &Loadings) {
        let len = self.other * TILE;
        for (tile, outcomes) in self.tiles.chunks_exact_mut(len).enumerate() {
            let own = &own.tile(tile)[..TILE];
            for (column, lanes) in outcomes.chunks_exact_mut(TILE).enumerate() {
                let other = other.get(column, 0);
                lanes.iter_mut().zip(own).for_each(|(x, own)| *x -= own + other);
            }
        }
        for row in 0..self.n {
            for k in 0..self.masked[row].len() {
                let at = self.position(row, self.masked[row][k]);
                self.tiles[at] = 0.0;
            }
        }
        for row in self.n..padded(self.n) {
            (0..self.other).for_each(|column| {
                let at = self.position(row, column);
                self.tiles[at] = 0.0;
            });
        }
    }
}

/// The control outcomes of a panel and its covariates there, centred and scaled, by rows and by columns.
///
/// The solver treats units and periods alike. Rows are the longer side, so that what grows with the
/// square of the columns (the certificate) stays small.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// Rows with their cells.
    pub rows: Side,
    /// Columns with their cells.
    pub cols: Side,
    /// True if rows are periods and columns units.
    pub transposed: bool,
    held_out: Option<(usize, usize, Vec<f64>)>,
}

impl Sample {
    /// Of `n` units over `t` periods: `outcome(unit, period)` of control cells, `None` elsewhere, and there
    /// `covariate(k, unit, period)`.
    pub fn new(
        n: usize,
        t: usize,
        n_covariates: usize,
        outcome: impl Fn(usize, usize) -> Option<f64>,
        covariate: impl Fn(usize, usize, usize) -> f64,
    ) -> Self {
        let transposed = n < t;
        let units = Side::new(n, t, n_covariates, &outcome, &covariate);
        let outcome = |period, unit| outcome(unit, period);
        let covariate = |k, period, unit| covariate(k, unit, period);
        let periods = Side::new(t, n, n_covariates, outcome, covariate);
        let (rows, cols) = if transposed { (periods, units) } else { (units, periods) };
        Sample { rows, cols, transposed, held_out: None }
    }

    /// Number of covariates.
    pub fn n_covariates(&self) -> usize {
        self.rows.covariates.len()
    }

    /// The same cells without covariates; what is held out stays out for good.
    pub fn outcomes(&self) -> Sample {
        self.with_tiles(&self.rows.tiles, &self.cols.tiles)
    }

    /// The same cells with a covariate for outcome; what is held out stays out for good.
    pub fn covariate(&self, covariate: usize) -> Sample {
        self.with_tiles(&self.rows.covariates[covariate], &self.cols.covariates[covariate])
    }

    fn with_tiles(&self, rows: &[f64], cols: &[f64]) -> Sample {
        let (rows, cols) = (self.rows.with_tiles(rows), self.cols.with_tiles(cols));
        Sample { rows, cols, transposed: self.transposed, held_out: None }
    }

    /// Takes the effects of its row and of its column (their intercepts) from each outcome.
    pub fn subtract_effects(&mut self, rows: &Loadings, cols: &Loadings) {
        self.rows.subtract_effects(rows, cols);
        self.cols.subtract_effects(cols, rows);
    }

    /// Sets the outcomes to those of `from` less the combination of the samples `others`, all with the same
    /// cells.
    pub fn set_difference(&mut self, from: &Sample, factors: &[f64], others: &[Sample]) {
        dispatch(Difference { to: self, from, factors, others });
    }

    /// The largest size of an outcome.
    pub fn largest(&self) -> f64 {
        self.rows.tiles.iter().map(|y| y.abs()).fold(0.0, f64::max)
    }

    /// Row and column of a unit in a period.
    pub fn position(&self, unit: usize, period: usize) -> (usize, usize) {
        if self.transposed {
            (period, unit)
        } else {
            (unit, period)
        }
    }

    /// Masks a control cell; the one held out before comes back. Cells that are masked anyway (treated
    /// ones) need no holding out.
    pub fn hold_out(&mut self, unit: usize, period: usize) {
        self.restore();
        let (row, col) = self.position(unit, period);
        if self.rows.masked[row].binary_search(&col).is_ok() {
            return;
        }
        let values = self.rows.hold_out(row, col);
        self.cols.hold_out(col, row);
        self.held_out = Some((row, col, values));
    }

    /// The same with one more control cell, masked until now: its outcome and covariates.
    pub fn with_observed(&self, (row, col): (usize, usize), values: &[f64]) -> Sample {
        let mut sample = self.clone();
        sample.held_out = None;
        sample.rows.restore(row, col, values);
        sample.cols.restore(col, row, values);
        sample
    }

    fn restore(&mut self) {
        if let Some((row, col, values)) = self.held_out.take() {
            self.rows.restore(row, col, &values);
            self.cols.restore(col, row, &values);
        }
    }
}

struct Difference<'a> {
    to: &'a mut Sample,
    from: &'a Sample,
    factors: &'a [f64],
    others: &'a [Sample],
}

impl WithSimd for Difference<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Difference { to, from, factors, others } = self;
        to.rows.tiles.copy_from_slice(&from.rows.tiles);
        to.cols.tiles.copy_from_slice(&from.cols.tiles);
        for (factor, other) in factors.iter().zip(others) {
            add_scaled(simd, -factor, &other.rows.tiles, &mut to.rows.tiles);
            add_scaled(simd, -factor, &other.cols.tiles, &mut to.cols.tiles);
        }
    }
}
