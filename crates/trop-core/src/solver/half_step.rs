//! One half of an alternation: given the columns' coefficients, the exact ridge solution of every row.

use super::loadings::Loadings;
use super::problem::SideWeights;
use super::sample::Side;
use super::shared::Shared;
use super::systems::Systems;
use crate::numerics::kernels::{dispatch, tile_products, vectors, weighted_gram, TILE};
use pulp::{Simd, WithSimd};
use std::ops::Range;

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
    pub(super) gram: Vec<f64>,
    row_gram: Vec<f64>,
    /// `p` with the masked columns of a row zeroed.
    kept: Vec<f64>,
    pub(super) products: Vec<f64>,
    /// Normal equations, a row of the side in every lane: those of complete rows, and of some rows with
    /// masked cells.
    complete: Vec<f64>,
    partial: Vec<f64>,
    /// A masked column of each of some rows.
    less_z: Vec<f64>,
    less_p: Vec<f64>,
    /// Sums of squared offsets of the rows.
    offset: Vec<f64>,
    solution: Vec<f64>,
    factor: Vec<f64>,
    inverse: Vec<f64>,
    rows: Vec<f64>,
    shared: Shared,
    /// The certificate's low-rank part, of one tile, and weighted residuals.
    pub(super) low: Vec<f64>,
    pub(super) residual: Vec<f64>,
}

impl Scratch {
    /// Tables of regressors from the other side's coefficients.
    pub(super) fn tabulate(&mut self, other: &Loadings, weights: &SideWeights) {
        self.stride = (other.rank + 2).div_ceil(4) * 4;
        self.z.resize(other.n * self.stride, 0.0);
        self.p.resize(other.n * self.stride, 0.0);
        let rows = self.z.chunks_exact_mut(self.stride).zip(self.p.chunks_exact_mut(self.stride));
        for (row, (z, p)) in rows.enumerate() {
            let lane = row % TILE;
            z[0] = 1.0;
            let mut coefficients = other.tile(row / TILE).chunks_exact(TILE);
            let intercept = coefficients.next().map_or(0.0, |lanes| lanes[lane]);
            for (z, lanes) in z[1..].iter_mut().zip(coefficients) {
                *z = lanes[lane];
            }
            z[other.rank + 1] = intercept;
            z[other.rank + 2..].fill(0.0);
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
        let HalfStep { side, weights, out, scratch } = self;
        let order = out.rank + 1;
        let lanes = S::F64_LANES;
        scratch.reserve(order, lanes);
        weighted_gram(simd, &scratch.z, &scratch.p, scratch.stride, &mut scratch.gram);
        scratch.set_up_complete_rows(simd, order);
        let shares = {
            let Scratch { shared, stride, z, p, gram, .. } = &mut *scratch;
            shared.set(order, *stride, z, p, gram, &weights.ridge[..side.n])
        };
        let mut objective = 0.0;
        for tile in 0..side.tile_count() {
            let rows = tile * TILE..side.n.min((tile + 1) * TILE);
            if shares && rows.clone().all(|row| side.masked[row].is_empty()) {
                let len = order * TILE;
                let solution = &mut out.data[tile * len..(tile + 1) * len];
                let ridge = &weights.ridge[tile * TILE..(tile + 1) * TILE];
                let left = scratch.shared.solve(simd, side.tile(tile), ridge, solution);
                objective +=
                    rows.zip(left).map(|(row, left)| weights.effective[row] * left).sum::<f64>();
                clear_padding(solution, side.n - tile * TILE);
                continue;
            }
            let (stride, products) = (scratch.stride, &mut scratch.products);
            tile_products(simd, side.tile(tile), &scratch.p, stride, order + 1, products);
            let len = order * TILE;
            let solution = &mut out.data[tile * len..(tile + 1) * len];
            for group in 0..vectors::<S>() {
                let first = tile * TILE + group * lanes;
                let rows = first..side.n.min(first + lanes);
                if rows.is_empty() {
                    break;
                }
                let explained = scratch.solve_rows(simd, side, weights, order, rows.clone());
                let found = S::as_simd_f64s(&scratch.solution).0;
                let (solution, _) = S::as_mut_simd_f64s(solution);
                for (all, found) in solution.chunks_exact_mut(vectors::<S>()).zip(found) {
                    all[group] = *found;
                }
                let explained =
                    pulp::bytemuck::cast_slice::<S::f64s, f64>(std::slice::from_ref(&explained));
                for (lane, row) in rows.enumerate() {
                    let left = scratch.offset[lane] - explained[lane];
                    objective += weights.effective[row] * left;
                }
            }
            clear_padding(solution, side.n - tile * TILE);
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
    fn reserve(&mut self, order: usize, lanes: usize) {
        let square = self.stride * self.stride;
        let n = order.next_multiple_of(2);
        let system = (n + 1) * n * lanes;
        self.gram.resize(square, 0.0);
        self.row_gram.resize(square, 0.0);
        self.products.resize((order + 1) * TILE, 0.0);
        self.complete.resize(system, 0.0);
        self.partial.resize(system, 0.0);
        self.factor.resize(system, 0.0);
        self.less_z.resize((order + 1) * lanes, 0.0);
        self.less_p.resize((order + 1) * lanes, 0.0);
        self.offset.resize(lanes, 0.0);
        self.solution.resize(n * lanes, 0.0);
        self.inverse.resize(n * lanes, 0.0);
        self.rows.resize(2 * n * lanes, 0.0);
    }

    /// The left-hand side that complete rows share, but for the ridge.
    #[inline(always)]
    fn set_up_complete_rows<S: Simd>(&mut self, simd: S, order: usize) {
        let n = order.next_multiple_of(2);
        let (matrix, _) = S::as_mut_simd_f64s(&mut self.complete);
        let rows = matrix.chunks_exact_mut(n).zip(self.gram.chunks_exact(self.stride));
        for (k, (row, gram)) in rows.enumerate().take(order) {
            for (entry, gram) in row[..k + 1].iter_mut().zip(gram) {
                *entry = simd.splat_f64s(*gram);
            }
        }
        if order < n {
            // An equation that has nothing to do with the others.
            matrix[order * n..n * n].fill(simd.splat_f64s(0.0));
            matrix[n * n - 1] = simd.splat_f64s(1.0);
            matrix[n * n + n - 1] = simd.splat_f64s(0.0);
        }
    }

    /// Solves as many rows as a vector has lanes, of which `rows` are in use; returns what their
    /// coefficients explain.
    #[inline(always)]
    fn solve_rows<S: Simd>(
        &mut self,
        simd: S,
        side: &Side,
        weights: &SideWeights,
        order: usize,
        rows: Range<usize>,
    ) -> S::f64s {
        let (n, lanes) = (order.next_multiple_of(2), S::F64_LANES);
        let first = rows.start;
        let products = S::as_simd_f64s(&self.products[first % TILE..]).0;
        let products = products.iter().step_by(vectors::<S>());
        let right = &mut S::as_mut_simd_f64s(&mut self.complete).0[n * n..];
        let gram = &self.gram[order * self.stride..][..order + 1];
        for ((right, product), less) in right.iter_mut().zip(products).zip(&gram[..order]) {
            *right = simd.sub_f64s(*product, simd.splat_f64s(*less));
        }
        let outcomes = &self.products[order * TILE + first % TILE..][..lanes];
        for (offset, product) in self.offset.iter_mut().zip(outcomes) {
            *offset = gram[order] - 2.0 * product;
        }
        let complete = rows.clone().all(|row| side.masked[row].is_empty());
        if !complete {
            self.set_up_partial_rows(simd, side, order, rows);
        }
        let matrix = if complete { &self.complete } else { &self.partial };
        let ridge = &weights.ridge[first..first + lanes];
        let systems = Systems {
            simd,
            order: n,
            matrix: S::as_simd_f64s(matrix).0,
            ridge: S::as_simd_f64s(ridge).0[0],
            factor: S::as_mut_simd_f64s(&mut self.factor).0,
            inverse: S::as_mut_simd_f64s(&mut self.inverse).0,
            rows: S::as_mut_simd_f64s(&mut self.rows).0,
        };
        systems.solve(S::as_mut_simd_f64s(&mut self.solution).0)
    }

    /// The normal equations of rows of which some have masked cells: those of complete rows less the
    /// masked columns. If too many are masked, or too many digits are lost, a row is summed up anew.
    #[inline(always)]
    fn set_up_partial_rows<S: Simd>(
        &mut self,
        simd: S,
        side: &Side,
        order: usize,
        rows: Range<usize>,
    ) {
        let first = rows.start;
        self.partial.copy_from_slice(&self.complete);
        let few = |row: usize| 4 * side.masked[row].len() <= side.other;
        let most = rows.clone().filter(|&row| few(row)).map(|row| side.masked[row].len()).max();
        for k in 0..most.unwrap_or(0) {
            self.less_z.fill(0.0);
            self.less_p.fill(0.0);
            for row in rows.clone().filter(|&row| few(row)) {
                if let Some(&column) = side.masked[row].get(k) {
                    self.gather(order, row - first, S::F64_LANES, column);
                }
            }
            self.subtract(simd, order);
        }
        for row in rows {
            let masked = &side.masked[row];
            let lane = row - first;
            let kept = few(row) && self.keeps_digits(order, lane, S::F64_LANES);
            if !masked.is_empty() && !kept {
                self.gram_of_row(simd, side, row);
                self.set_up_row(order, lane, first % TILE, S::F64_LANES);
            }
        }
    }

    /// Puts the regressors of a column into a lane of `less_z` and `less_p`.
    #[inline(always)]
    fn gather(&mut self, order: usize, lane: usize, lanes: usize, column: usize) {
        let column = column * self.stride..column * self.stride + order + 1;
        for (k, z) in self.z[column.clone()].iter().enumerate() {
            self.less_z[k * lanes + lane] = *z;
        }
        for (k, p) in self.p[column].iter().enumerate() {
            self.less_p[k * lanes + lane] = *p;
        }
    }

    /// Takes a column from the normal equations of each lane.
    #[inline(always)]
    fn subtract<S: Simd>(&mut self, simd: S, order: usize) {
        let n = order.next_multiple_of(2);
        let z = &S::as_simd_f64s(&self.less_z).0[..order + 1];
        let p = &S::as_simd_f64s(&self.less_p).0[..order + 1];
        let (matrix, right) = S::as_mut_simd_f64s(&mut self.partial).0.split_at_mut(n * n);
        for (k, row) in matrix.chunks_exact_mut(n).enumerate().take(order) {
            for (entry, p) in row[..k + 1].iter_mut().zip(p) {
                *entry = simd.negate_mul_add_e_f64s(z[k], *p, *entry);
            }
        }
        for (right, p) in right.iter_mut().zip(&p[..order]) {
            *right = simd.mul_add_e_f64s(z[order], *p, *right);
        }
        let offset = &mut S::as_mut_simd_f64s(&mut self.offset).0[0];
        *offset = simd.negate_mul_add_e_f64s(z[order], p[order], *offset);
    }

    /// True if enough remains of a lane's normal equations.
    #[inline(always)]
    fn keeps_digits(&self, order: usize, lane: usize, lanes: usize) -> bool {
        let n = order.next_multiple_of(2);
        (0..order).all(|k| {
            let left = self.partial[(k * n + k) * lanes + lane];
            left >= SAFE_REMAINDER * self.gram[k * self.stride + k]
        })
    }

    /// Leaves in `row_gram` the Gram matrix over the columns at which the row is observed.
    #[inline(always)]
    fn gram_of_row<S: Simd>(&mut self, simd: S, side: &Side, row: usize) {
        if side.is_empty(row) {
            self.row_gram.fill(0.0);
            return;
        }
        self.kept.clear();
        self.kept.extend_from_slice(&self.p);
        for &column in &side.masked[row] {
            self.kept[column * self.stride..(column + 1) * self.stride].fill(0.0);
        }
        weighted_gram(simd, &self.z, &self.kept, self.stride, &mut self.row_gram);
    }

    /// The normal equations of one lane from `row_gram`.
    #[inline(always)]
    fn set_up_row(&mut self, order: usize, lane: usize, group: usize, lanes: usize) {
        let n = order.next_multiple_of(2);
        let gram = |k: usize, l: usize| self.row_gram[k * self.stride + l];
        for k in 0..order {
            for l in 0..=k {
                self.partial[(k * n + l) * lanes + lane] = gram(k, l);
            }
            self.partial[(n * n + k) * lanes + lane] =
                self.products[k * TILE + group + lane] - gram(order, k);
        }
        self.offset[lane] = gram(order, order) - 2.0 * self.products[order * TILE + group + lane];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::problem::Problem;
    use crate::solver::sample::Sample;

    /// Complete rows, and tiles with a masked cell: each row solves its normal equations, and the objective is
    /// what they leave.
    #[test]
    fn rows_solve_their_normal_equations() {
        let (n, t, rank, lambda) = (29, 14, 9, 2.0);
        let mut random = 1u64;
        let mut draw = || {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (random >> 33) as f64 / f64::from(1u32 << 30) - 1.0
        };
        let y: Vec<f64> = (0..n * t).map(|_| draw()).collect();
        let mut w = vec![0.0; n * t];
        w[10 * t + 3] = 1.0;
        let sample =
            Sample::new(n, t, 0, |i, s| (w[i * t + s] == 0.0).then(|| y[i * t + s]), |_, _, _| 0.0);
        let unit: Vec<f64> = (0..n).map(|i| 0.9_f64.powi(i as i32)).collect();
        let period: Vec<f64> = (0..t).map(|s| 0.7_f64.powi(s as i32)).collect();
        let problem = Problem::new(&sample, &unit, &period, None, lambda);
        let mut cols = Loadings::zeros(t, rank);
        (0..t).for_each(|s| (0..=rank).for_each(|k| cols.set(s, k, draw())));
        let (mut rows, mut scratch) = (Loadings::zeros(0, 0), Scratch::default());
        let (side, theta) = (&sample.rows, &problem.cols);
        let objective = half_step(side, &problem.rows, &cols, theta, &mut rows, &mut scratch);
        assert!(scratch.shared.rank == rank, "the shared way was not taken");
        let mut expected = 0.0;
        for row in 0..n {
            let mut slope = vec![0.0; rank + 1];
            for s in (0..t).filter(|s| !side.masked[row].contains(s)) {
                let low = rows.inner(row, &cols, s);
                let y = side.outcome(row, s);
                let left = y - rows.get(row, 0) - cols.get(s, 0) - low;
                expected += unit[row] * period[s] * (left * left - y * y);
                slope[0] += period[s] * left;
                (1..=rank).for_each(|k| slope[k] += period[s] * left * cols.get(s, k));
            }
            for k in 1..=rank {
                slope[k] -= 0.5 * lambda / unit[row] * rows.get(row, k);
                expected += 0.5 * lambda * rows.get(row, k).powi(2);
            }
            assert!(slope.iter().all(|slope| slope.abs() < 1e-12), "{row}: {slope:?}");
        }
        assert!((objective - expected).abs() < 1e-11, "{objective} {expected}");
    }
}
