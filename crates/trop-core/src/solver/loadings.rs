//! Intercepts and loadings of one side of the panel.

use crate::numerics::kernels::{padded, TILE};

/// For each row of a side an intercept and `rank` loadings, in tiles of eight rows:
/// `data[(row / 8) * (rank + 1) * 8 + k * 8 + row % 8]`, `k = 0` the intercept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Loadings {
    /// Rows.
    pub n: usize,
    /// Loadings of each row.
    pub rank: usize,
    /// All numbers, zero in the padding.
    pub data: Vec<f64>,
}

impl Loadings {
    /// All zero.
    pub fn zeros(n: usize, rank: usize) -> Self {
        Loadings { n, rank, data: vec![0.0; padded(n) * (rank + 1)] }
    }

    /// Numbers in a tile.
    pub fn tile_len(&self) -> usize {
        (self.rank + 1) * TILE
    }

    /// The numbers of a tile.
    pub fn tile(&self, tile: usize) -> &[f64] {
        let len = self.tile_len();
        &self.data[tile * len..(tile + 1) * len]
    }

    fn position(&self, row: usize, k: usize) -> usize {
        row / TILE * self.tile_len() + k * TILE + row % TILE
    }

    /// Coefficient `k` of a row; 0 is the intercept.
    pub fn get(&self, row: usize, k: usize) -> f64 {
        self.data[self.position(row, k)]
    }

    /// Sets coefficient `k` of a row; 0 is the intercept.
    pub fn set(&mut self, row: usize, k: usize, value: f64) {
        let at = self.position(row, k);
        self.data[at] = value;
    }

    /// Adds a multiple of the intercepts of other loadings.
    pub fn add_intercepts(&mut self, factor: f64, other: &Loadings) {
        for row in 0..self.n {
            self.set(row, 0, self.get(row, 0) + factor * other.get(row, 0));
        }
    }

    /// The same intercepts with loadings `column(row, 1..=rank)` of another rank.
    pub fn with_loadings(&self, rank: usize, column: impl Fn(usize, usize) -> f64) -> Self {
        let mut new = Loadings::zeros(self.n, rank);
        for row in 0..self.n {
            new.set(row, 0, self.get(row, 0));
            for k in 1..=rank {
                new.set(row, k, column(row, k));
            }
        }
        new
    }

    /// `sum_k x_k y_k` over the loadings of a row of each.
    pub fn inner(&self, row: usize, other: &Loadings, other_row: usize) -> f64 {
        (1..=self.rank).map(|k| self.get(row, k) * other.get(other_row, k)).sum()
    }
}
