//! Ridge regressions that share all but their outcomes and the size of the ridge: those of complete rows.
//!
//! Less their weighted means, the regressors have a Gram matrix C = Q T Q' with T tridiagonal. In the basis Q a
//! ridge is added to T, and a row costs a handful of operations for each regressor instead of a factorization.

use crate::numerics::kernels::{tile_products, vectors, TILE};
use pulp::Simd;

/// Least order for which this pays.
const LEAST_ORDER: usize = 8;

/// The ridges must exceed this share of C's trace, so that rounding in Q T Q' stays small beside them.
const LEAST_RIDGE: f64 = 1e-4;

/// What the rows share.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared {
    /// Number of regressors without the constant.
    pub rank: usize,
    stride: usize,
    /// Orthogonal Q, row-major with `stride`, and its transpose.
    turn: Vec<f64>,
    turn_t: Vec<f64>,
    /// T: its diagonal, and what stands left of it (0 first).
    diagonal: Vec<f64>,
    below: Vec<f64>,
    /// Weighted means of the regressors.
    mean: Vec<f64>,
    weight: f64,
    /// Weighted regressors of each column: constant, turned regressors less their means, intercept.
    p: Vec<f64>,
    /// Products of each of them with the columns' intercepts.
    offset: Vec<f64>,
    products: Vec<f64>,
    pivots: Vec<f64>,
}

impl Shared {
    /// From the regressors `z` (1, loadings, intercept), the same weighted, and their Gram matrix (lower
    /// triangle), rows of `stride` numbers; false if it does not pay or would lose digits.
    #[inline(always)]
    pub fn set(
        &mut self,
        order: usize,
        stride: usize,
        z: &[f64],
        p: &[f64],
        gram: &[f64],
        ridges: &[f64],
    ) -> bool {
        let (rank, weight) = (order - 1, gram[0]);
        if order < LEAST_ORDER || weight <= 0.0 {
            return false;
        }
        self.mean.clear();
        self.mean.extend((1..order).map(|k| gram[k * stride] / weight));
        let mean = &self.mean;
        self.turn_t.clear();
        self.turn_t.resize(rank * stride, 0.0);
        for k in 0..rank {
            for l in 0..=k {
                let c = gram[(k + 1) * stride + l + 1] - weight * mean[k] * mean[l];
                self.turn_t[k * stride + l] = c;
                self.turn_t[l * stride + k] = c;
            }
        }
        let trace: f64 = (0..rank).map(|k| self.turn_t[k * stride + k]).sum();
        let least = ridges.iter().copied().fold(f64::INFINITY, f64::min);
        if least.is_nan() || least < LEAST_RIDGE * trace {
            return false;
        }
        (self.rank, self.stride, self.weight) = (rank, stride, weight);
        self.tridiagonalize();
        self.tabulate(z, p);
        true
    }

    /// Householder's reflections turn C, which stands in `turn_t`, into T; leaves Q' there.
    #[inline(always)]
    fn tridiagonalize(&mut self) {
        let (n, stride) = (self.rank, self.stride);
        let (c, turn) = (&mut self.turn_t, &mut self.turn);
        // Until the end this is Q'.
        turn.clear();
        turn.resize(n * stride, 0.0);
        (0..n).for_each(|k| turn[k * stride + k] = 1.0);
        self.diagonal.resize(n, 0.0);
        self.below.clear();
        self.below.resize(n, 0.0);
        let (mut v, mut w) = (vec![0.0; stride], vec![0.0; stride]);
        for k in 0..n {
            self.diagonal[k] = c[k * stride + k];
            if k + 1 == n {
                break;
            }
            v.fill(0.0);
            v[k + 1..n].copy_from_slice(&c[k * stride + k + 1..k * stride + n]);
            let rest: f64 = v[k + 2..n].iter().map(|x| x * x).sum();
            let head = v[k + 1];
            if rest == 0.0 {
                self.below[k + 1] = head;
                continue;
            }
            let size = (head * head + rest).sqrt();
            self.below[k + 1] = if head > 0.0 { -size } else { size };
            v[k + 1] -= self.below[k + 1];
            let scale = 2.0 / (v[k + 1] * v[k + 1] + rest);
            let rows = k + 1..n;
            // C <- H C H with H = 1 - scale v v', on what is left of it.
            combine(&v[rows.clone()], &c[(k + 1) * stride..], stride, &mut w);
            w.iter_mut().for_each(|w| *w *= scale);
            let half: f64 = 0.5 * scale * rows.clone().map(|i| v[i] * w[i]).sum::<f64>();
            add(-half, &v, &mut w);
            for (i, row) in rows.clone().zip(c[(k + 1) * stride..].chunks_exact_mut(stride)) {
                add(-v[i], &w, row);
                add(-w[i], &v, row);
            }
            // Q' <- H Q'.
            combine(&v[rows.clone()], &turn[(k + 1) * stride..], stride, &mut w);
            for (i, row) in rows.zip(turn[(k + 1) * stride..].chunks_exact_mut(stride)) {
                add(-scale * v[i], &w, row);
            }
        }
        c[..n * stride].copy_from_slice(turn);
        for k in 0..n {
            (0..n).for_each(|l| turn[k * stride + l] = c[l * stride + k]);
        }
    }

    #[inline(always)]
    fn tabulate(&mut self, z: &[f64], p: &[f64]) {
        let (n, stride) = (self.rank, self.stride);
        self.p.clear();
        self.p.resize(p.len(), 0.0);
        self.offset.clear();
        self.offset.resize(n + 2, 0.0);
        let each = z.chunks_exact(stride).zip(p.chunks_exact(stride));
        for ((z, p), out) in each.zip(self.p.chunks_exact_mut(stride)) {
            let weight = p[0];
            if weight == 0.0 {
                continue;
            }
            out[0] = weight;
            for (k, turn) in self.turn.chunks_exact(stride).enumerate() {
                let centred = weight * (z[k + 1] - self.mean[k]);
                let turned = out[1..n + 1].iter_mut().zip(&turn[..n]);
                turned.for_each(|(out, turn)| *out += centred * turn);
            }
            out[n + 1] = p[n + 1];
            let intercept = z[n + 1];
            let sums = self.offset.iter_mut().zip(out.iter());
            sums.for_each(|(sum, p)| *sum += p * intercept);
        }
    }

    /// Solves the rows of a tile: `solution` holds a vector of `TILE` lanes for each coefficient. Returns what
    /// is left of each row's squares of `outcome - intercept`, less those of the outcome.
    #[inline(always)]
    pub fn solve<S: Simd>(
        &mut self,
        simd: S,
        tile: &[f64],
        ridge: &[f64],
        solution: &mut [f64],
    ) -> [f64; TILE] {
        let (n, stride, w) = (self.rank, self.stride, vectors::<S>());
        self.products.resize((n + 2) * TILE, 0.0);
        self.pivots.resize(n * TILE, 0.0);
        tile_products(simd, tile, &self.p, stride, n + 2, &mut self.products);
        let (products, _) = S::as_mut_simd_f64s(&mut self.products);
        let (pivots, _) = S::as_mut_simd_f64s(&mut self.pivots);
        let (ridge, _) = S::as_simd_f64s(ridge);
        let one = simd.splat_f64s(1.0);
        let mut left = [0.0; TILE];
        let (out, _) = S::as_mut_simd_f64s(&mut left);
        let offset = |k: usize| simd.splat_f64s(self.offset[k]);
        let per_weight = simd.splat_f64s(1.0 / self.weight);
        for h in 0..w {
            let own = simd.sub_f64s(products[h], offset(0));
            let level = simd.mul_f64s(own, per_weight);
            let mut explained = simd.mul_f64s(own, level);
            let twice = simd.add_f64s(products[(n + 1) * w + h], products[(n + 1) * w + h]);
            let total = simd.sub_f64s(offset(n + 1), twice);
            products[h] = level;
            for k in 0..n {
                let at = (k + 1) * w + h;
                let mut right = simd.sub_f64s(products[at], offset(k + 1));
                let mut pivot = simd.add_f64s(simd.splat_f64s(self.diagonal[k]), ridge[h]);
                if k > 0 {
                    let below = simd.splat_f64s(self.below[k]);
                    let share = simd.mul_f64s(below, pivots[(k - 1) * w + h]);
                    pivot = simd.negate_mul_add_e_f64s(below, share, pivot);
                    right = simd.negate_mul_add_e_f64s(share, products[at - w], right);
                }
                let inverse = simd.div_f64s(one, pivot);
                pivots[k * w + h] = inverse;
                products[at] = right;
                explained = simd.mul_add_e_f64s(simd.mul_f64s(right, right), inverse, explained);
            }
            out[h] = simd.sub_f64s(total, explained);
            let mut next = simd.splat_f64s(0.0);
            for k in (0..n).rev() {
                let at = (k + 1) * w + h;
                let below = simd.splat_f64s(if k + 1 < n { self.below[k + 1] } else { 0.0 });
                let right = simd.negate_mul_add_e_f64s(below, next, products[at]);
                next = simd.mul_f64s(right, pivots[k * w + h]);
                products[at] = next;
            }
        }
        let turned = &self.products[TILE..(n + 1) * TILE];
        tile_products(simd, turned, &self.turn_t, stride, n, &mut solution[TILE..]);
        let (solution, _) = S::as_mut_simd_f64s(solution);
        let (levels, _) = S::as_simd_f64s(&self.products[..TILE]);
        for h in 0..w {
            let mut level = levels[h];
            for k in 0..n {
                let mean = simd.splat_f64s(self.mean[k]);
                level = simd.negate_mul_add_e_f64s(mean, solution[(k + 1) * w + h], level);
            }
            solution[h] = level;
        }
        left
    }
}

/// `y += factor x`.
#[inline(always)]
fn add(factor: f64, x: &[f64], y: &mut [f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += factor * x);
}

/// `out = sum_i factors_i rows_i`.
#[inline(always)]
fn combine(factors: &[f64], rows: &[f64], stride: usize, out: &mut [f64]) {
    out.fill(0.0);
    for (factor, row) in factors.iter().zip(rows.chunks_exact(stride)) {
        add(*factor, row, out);
    }
}
