//! The certificate of optimality: a dual feasible point and its gap.
//!
//! G = 2 w * residual is dual feasible if its rows and columns sum to zero (the intercepts are optimal)
//! and its spectral norm is at most lambda. Scaled by s it gives the dual value `s <G, Y> - s^2 loss`,
//! and `<G, Y> = 2 loss + <G, L>`, so that the gap to `loss + penalty` is
//! `loss (1 - s)^2 + penalty - s <G, L>`.

use super::half_step::Scratch;
use super::iterate::Fit;
use super::loadings::Loadings;
use super::problem::Problem;
use super::sample::Side;
use crate::error::{Error, Result};
use crate::numerics::kernels::{dispatch, padded, tile_outer, tile_residual, weigh_tile, TILE};
use crate::numerics::linalg::{is_below, symmetric_eigen, Eigen};
use pulp::{Simd, WithSimd};

/// Rows whose residuals are held at once: bounds the memory for tall panels.
const CHUNK: usize = 512;

/// The residuals of a fit, summed up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stationarity {
    /// Weighted sum of squared residuals.
    pub loss: f64,
    /// Loss plus the penalty of the factors, an upper bound of the objective.
    pub primal: f64,
    /// The penalty of the factors, at least lambda times the nuclear norm of L.
    penalty: f64,
    /// `<G, L>`.
    inner: f64,
    /// Frobenius norm of G, at least its spectral norm.
    frobenius: f64,
    lambda: f64,
}

/// `G'G`, row-major with `stride`, the lower triangle only, in coordinates in which a row that stands c
/// times in the panel counts c times.
#[derive(Clone, Debug)]
pub(crate) struct Gram {
    entries: Vec<f64>,
    stride: usize,
    columns: usize,
}

/// Singular values and right singular vectors of G.
pub(crate) struct Spectrum(Eigen);

impl Spectrum {
    /// Singular values, descending, each with its vector.
    pub fn pairs(&self) -> impl Iterator<Item = (f64, &[f64])> {
        let n = self.0.values.len();
        self.0.values.iter().map(|v| v.max(0.0).sqrt()).zip(self.0.vectors.chunks_exact(n))
    }

    /// The largest singular value.
    pub fn norm(&self) -> f64 {
        self.0.values[0].max(0.0).sqrt()
    }
}

impl Stationarity {
    /// Of a fit whose intercepts are optimal given its loadings.
    pub fn new(problem: &Problem<'_>, fit: &Fit, scratch: &mut Scratch) -> Self {
        let Fit { rows, cols } = fit;
        scratch.tabulate(rows, &problem.rows);
        let Sums { loss, inner, square } =
            dispatch(Residuals { problem, cols, scratch, gram: None });
        let penalty = if fit.rank() == 0 {
            0.0
        } else {
            let size = squares(rows, &problem.rows.count) + squares(cols, &problem.cols.count);
            0.5 * problem.lambda * size
        };
        let (primal, frobenius) = (loss + penalty, square.sqrt());
        Stationarity { loss, primal, penalty, inner, frobenius, lambda: problem.lambda }
    }

    /// Relative gap if the spectral norm of G is `norm`.
    pub fn gap(&self, norm: f64) -> f64 {
        let excess = if norm > self.lambda { 1.0 - self.lambda / norm } else { 0.0 };
        let gap = self.loss * excess * excess + self.penalty - (1.0 - excess) * self.inner;
        (gap / self.primal.max(f64::MIN_POSITIVE)).max(0.0)
    }

    /// The largest spectral norm of G at which the relative gap is at most `tolerance`; 0 if there is
    /// none.
    pub fn largest_norm(&self, tolerance: f64) -> f64 {
        // The largest u = 1 - s with loss u^2 + inner u <= spare, in the form that does not cancel.
        let spare = tolerance * self.primal - (self.penalty - self.inner);
        if spare < 0.0 {
            return 0.0;
        }
        let root = (self.inner * self.inner + 4.0 * self.loss * spare).sqrt();
        let excess = if spare > 0.0 { (2.0 * spare / (self.inner + root)).min(0.5) } else { 0.0 };
        self.lambda / (1.0 - excess)
    }

    /// True if already the Frobenius norm of G is at most `norm`.
    pub fn is_plainly_below(&self, norm: f64) -> bool {
        self.frobenius <= norm
    }
}

impl Gram {
    /// Of a fit whose intercepts are optimal given its loadings.
    pub fn new(problem: &Problem<'_>, fit: &Fit, scratch: &mut Scratch) -> Self {
        let columns = problem.sample().cols.n;
        let stride = padded(columns);
        let mut entries = vec![0.0; stride * stride];
        scratch.tabulate(&fit.rows, &problem.rows);
        let gram = Some(entries.as_mut_slice());
        dispatch(Residuals { problem, cols: &fit.cols, scratch, gram });
        Gram { entries, stride, columns }
    }

    /// True if the spectral norm of G is below `norm`: one Cholesky factorization, which says no if it
    /// holds only by less than rounding.
    pub fn is_below(&self, norm: f64) -> bool {
        is_below(self.columns, &self.entries, self.stride, norm * norm)
    }

    /// The singular values and vectors of G.
    pub fn spectrum(&self) -> Result<Spectrum> {
        let n = self.columns;
        let compact: Vec<f64> = (0..n)
            .flat_map(|i| self.entries[i * self.stride..i * self.stride + n].iter().copied())
            .collect();
        symmetric_eigen(n, &compact).map(Spectrum).ok_or(Error::FactorizationFailed)
    }
}

/// Sum of squared loadings, each row as often as it stands in the panel.
pub(crate) fn squares(loadings: &Loadings, count: &[f64]) -> f64 {
    let row = |i: usize| count[i] * loadings.inner(i, loadings, i);
    (0..loadings.n).map(row).sum()
}

/// Sums over the residuals.
struct Sums {
    /// Weighted squares.
    loss: f64,
    /// `<G, L>`.
    inner: f64,
    /// Squares of G.
    square: f64,
}

/// Sums up the residuals, and `G'G` if asked for.
struct Residuals<'a> {
    problem: &'a Problem<'a>,
    cols: &'a Loadings,
    scratch: &'a mut Scratch,
    gram: Option<&'a mut [f64]>,
}

impl WithSimd for Residuals<'_> {
    type Output = Sums;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Sums {
        let Residuals { problem, cols, scratch, mut gram } = self;
        let side = &problem.sample().cols;
        let tiles = side.tile_count();
        let row_scale: Vec<f64> = scale_of(&problem.rows.own, &problem.rows.count, 2.0);
        let col_scale: Vec<f64> = scale_of(&problem.cols.own, &problem.cols.count, 1.0);
        let mut sums = [0.0; 3];
        for start in (0..side.other).step_by(CHUNK) {
            let end = side.other.min(start + CHUNK);
            let len = (end - start) * TILE;
            scratch.residual.resize(tiles * len, 0.0);
            scratch.low.resize(len, 0.0);
            for tile in 0..tiles {
                let residual = &mut scratch.residual[tile * len..(tile + 1) * len];
                let outcome = &side.tile(tile)[start * TILE..end * TILE];
                let z = &scratch.z[start * scratch.stride..end * scratch.stride];
                let low = &mut scratch.low[..len];
                let x = cols.tile(tile);
                tile_residual(simd, outcome, z, scratch.stride, cols.rank, x, low, residual);
                clear_masked(side, tile, start, end, residual);
                let lanes = tile * TILE..(tile + 1) * TILE;
                let new = weigh_tile(
                    simd,
                    low,
                    &problem.rows.effective[start..end],
                    &problem.cols.effective[lanes.clone()],
                    &row_scale[start..end],
                    &col_scale[lanes],
                    residual,
                );
                (0..3).for_each(|k| sums[k] += new[k]);
            }
            if let Some(gram) = &mut gram {
                add_gram(simd, &scratch.residual, len, gram);
            }
        }
        let [loss, inner, square] = sums;
        Sums { loss, inner: 2.0 * inner, square }
    }
}

/// Adds the inner products of the columns of `residual`, tiles of `len` numbers.
#[inline(always)]
fn add_gram<S: Simd>(simd: S, residual: &[f64], len: usize, gram: &mut [f64]) {
    let tiles = residual.len() / len;
    let stride = tiles * TILE;
    let mut block = [0.0; TILE * TILE];
    for a in 0..tiles {
        for b in 0..=a {
            block.fill(0.0);
            let [x, y] = [a, b].map(|t| &residual[t * len..(t + 1) * len]);
            tile_outer(simd, x, y, &mut block);
            for (i, row) in block.chunks_exact(TILE).enumerate() {
                let at = (a * TILE + i) * stride + b * TILE;
                for (sum, new) in gram[at..at + TILE].iter_mut().zip(row) {
                    *sum += new;
                }
            }
        }
    }
}

/// `factor * own * sqrt(count)`: G's rows, once for each copy, have the same inner products.
fn scale_of(own: &[f64], count: &[f64], factor: f64) -> Vec<f64> {
    own.iter().zip(count).map(|(w, c)| factor * w * c.sqrt()).collect()
}

fn clear_masked(side: &Side, tile: usize, start: usize, end: usize, residual: &mut [f64]) {
    for column in tile * TILE..side.n.min((tile + 1) * TILE) {
        let masked = &side.masked[column];
        let from = masked.partition_point(|&row| row < start);
        for &row in masked[from..].iter().take_while(|&&row| row < end) {
            residual[(row - start) * TILE + column % TILE] = 0.0;
        }
    }
}
