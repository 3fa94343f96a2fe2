//! One half of an alternation: given the columns' coefficients, the exact ridge solution of every row.

use super::kernels::{dispatch, packed, solve_lanes, tile_products, weighted_gram, TILE};
use super::loadings::Loadings;
use super::problem::SideWeights;
use super::sample::Side;
use pulp::{Simd, WithSimd};

/// A masked row's Gram matrix is the common one less the masked columns as long as this share of each
/// diagonal entry remains; else it is summed anew, since the difference would have lost digits.
const SAFE_REMAINDER: f64 = 0.1;

/// Reusable memory of the half-steps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    pub(super) stride: usize,
    /// Regressors of each column: 1, loadings, and the column's intercept (an offset).
    pub(super) z: Vec<f64>,
    /// The same times the column's effective weight.
    pub(super) p: Vec<f64>,
    gram: Vec<f64>,
    row_gram: Vec<f64>,
    /// `p` with the masked columns of a row zeroed.
    kept: Vec<f64>,
    products: Vec<f64>,
    /// Normal equations of eight rows: matrices, right-hand sides, and sums of squared offsets.
    lanes: Vec<f64>,
    rhs: Vec<f64>,
    offset: Vec<f64>,
    work: Vec<f64>,
    /// The certificate's low-rank part, of one tile, and weighted residuals.
    pub(super) low: Vec<f64>,
    pub(super) residual: Vec<f64>,
}

impl Scratch {
    /// Tables of regressors from the other side's coefficients.
    pub(super) fn tabulate(&mut self, other: &Loadings, weights: &SideWeights) {
        self.stride = (other.rank + 2).div_ceil(4) * 4;
        self.z.clear();
        self.z.resize(other.n * self.stride, 0.0);
        self.p.clear();
        self.p.resize(other.n * self.stride, 0.0);
        let rows = self.z.chunks_exact_mut(self.stride).zip(self.p.chunks_exact_mut(self.stride));
        for (row, (z, p)) in rows.enumerate() {
            let tile = &other.tile(row / TILE)[row % TILE..];
            z[0] = 1.0;
            for (k, z) in z[1..=other.rank].iter_mut().enumerate() {
                *z = tile[(k + 1) * TILE];
            }
            z[other.rank + 1] = tile[0];
            for (p, z) in p.iter_mut().zip(z) {
                *p = weights.effective[row] * *z;
            }
        }
    }
}

/// Solves every row of `side` exactly given the other side, and returns the minimized objective
/// (without the other side's penalty and the constant `sum w y^2`).
pub(crate) fn half_step(
    side: &Side,
    weights: &SideWeights,
    other: &Loadings,
    other_weights: &SideWeights,
    out: &mut Loadings,
    scratch: &mut Scratch,
) -> f64 {
    scratch.tabulate(other, other_weights);
    if out.rank != other.rank || out.n != side.n {
        *out = Loadings::zeros(side.n, other.rank);
    }
    dispatch(HalfStep { side, weights, out, scratch })
}

struct HalfStep<'a> {
    side: &'a Side,
    weights: &'a SideWeights,
    out: &'a mut Loadings,
    scratch: &'a mut Scratch,
}

impl WithSimd for HalfStep<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let order = self.out.rank + 1;
        let HalfStep { side, weights, out, scratch } = self;
        scratch.reserve(order);
        weighted_gram(simd, &scratch.z, &scratch.p, scratch.stride, &mut scratch.gram);
        let mut objective = 0.0;
        for tile in 0..side.tile_count() {
            let first = tile * TILE;
            let stride = scratch.stride;
            tile_products(
                simd,
                side.tile(tile),
                &scratch.p,
                stride,
                order + 1,
                &mut scratch.products,
            );
            scratch.set_up_lanes(order, &weights.ridge[first..first + TILE]);
            let last = side.n.min(first + TILE);
            for row in first..last {
                if !side.masked[row].is_empty() {
                    scratch.gram_of_masked_row(simd, side, row, order);
                    scratch.set_up_lane(order, row - first, weights.ridge[row]);
                }
            }
            let len = order * TILE;
            let solution = &mut out.data[tile * len..(tile + 1) * len];
            solution.copy_from_slice(&scratch.rhs);
            solve_lanes(simd, order, &mut scratch.lanes, solution, &mut scratch.work);
            for lane in 0..last - first {
                let explained: f64 = (0..order)
                    .map(|k| scratch.rhs[k * TILE + lane] * solution[k * TILE + lane])
                    .sum();
                objective += weights.effective[first + lane] * (scratch.offset[lane] - explained);
            }
            clear_padding(solution, last - first);
        }
        objective
    }
}

/// Zeroes the lanes from `used` on.
fn clear_padding(tile: &mut [f64], used: usize) {
    if used < TILE {
        for lanes in tile.chunks_exact_mut(TILE) {
            lanes[used..].fill(0.0);
        }
    }
}

impl Scratch {
    fn reserve(&mut self, order: usize) {
        let square = self.stride * self.stride;
        self.gram.resize(square, 0.0);
        self.row_gram.resize(square, 0.0);
        self.products.resize((order + 1) * TILE, 0.0);
        self.rhs.resize(order * TILE, 0.0);
        self.offset.resize(TILE, 0.0);
        self.lanes.resize(packed(order, 0) * TILE, 0.0);
        self.work.resize(3 * order * TILE, 0.0);
    }

    /// Normal equations of eight rows without masked cells.
    #[inline(always)]
    fn set_up_lanes(&mut self, order: usize, ridge: &[f64]) {
        let gram = |k: usize, l: usize| self.gram[k * self.stride + l];
        for k in 0..order {
            for l in 0..=k {
                let at = packed(k, l) * TILE;
                self.lanes[at..at + TILE].fill(gram(k, l));
            }
            if k > 0 {
                let at = packed(k, k) * TILE;
                for (entry, ridge) in self.lanes[at..at + TILE].iter_mut().zip(ridge) {
                    *entry += ridge;
                }
            }
            for lane in k * TILE..(k + 1) * TILE {
                self.rhs[lane] = self.products[lane] - gram(order, k);
            }
        }
        for lane in 0..TILE {
            self.offset[lane] = gram(order, order) - 2.0 * self.products[order * TILE + lane];
        }
    }

    /// Normal equations of one row with masked cells, from `row_gram`.
    #[inline(always)]
    fn set_up_lane(&mut self, order: usize, lane: usize, ridge: f64) {
        let gram = |k: usize, l: usize| self.row_gram[k * self.stride + l];
        for k in 0..order {
            for l in 0..=k {
                self.lanes[packed(k, l) * TILE + lane] = gram(k, l);
            }
            if k > 0 {
                self.lanes[packed(k, k) * TILE + lane] += ridge;
            }
            self.rhs[k * TILE + lane] = self.products[k * TILE + lane] - gram(order, k);
        }
        self.offset[lane] = gram(order, order) - 2.0 * self.products[order * TILE + lane];
    }

    /// Leaves in `row_gram` the Gram matrix over the columns at which the row is observed.
    #[inline(always)]
    fn gram_of_masked_row<S: Simd>(&mut self, simd: S, side: &Side, row: usize, order: usize) {
        if side.is_empty(row) {
            self.row_gram.fill(0.0);
            return;
        }
        let masked = &side.masked[row];
        if 4 * masked.len() <= side.other && self.subtract(masked, order) {
            return;
        }
        self.kept.clear();
        self.kept.extend_from_slice(&self.p);
        for &column in masked {
            self.kept[column * self.stride..(column + 1) * self.stride].fill(0.0);
        }
        weighted_gram(simd, &self.z, &self.kept, self.stride, &mut self.row_gram);
    }

    /// `row_gram = gram` less the masked columns; false if too many digits were lost.
    #[inline(always)]
    fn subtract(&mut self, masked: &[usize], order: usize) -> bool {
        let stride = self.stride;
        self.row_gram.copy_from_slice(&self.gram);
        for &column in masked {
            let z = &self.z[column * stride..(column + 1) * stride];
            let p = &self.p[column * stride..(column + 1) * stride];
            for k in 0..=order {
                let row = &mut self.row_gram[k * stride..k * stride + k + 1];
                for (entry, p) in row.iter_mut().zip(p) {
                    *entry -= z[k] * p;
                }
            }
        }
        (0..order).all(|k| {
            let at = k * stride + k;
            self.row_gram[at] >= SAFE_REMAINDER * self.gram[at]
        })
    }
}
