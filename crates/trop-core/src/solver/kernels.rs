//! The inner loops, vectorized over tiles of eight rows.
//!
//! Instructions are chosen when the program runs (AVX2 with FMA, NEON, or plain scalar code), not when
//! it is compiled. Lanes always hold different rows, so a sum runs in the same order whatever the
//! vector width.

use pulp::{Arch, Simd, WithSimd};

/// Rows in a tile. Every vector width in use divides half of it.
pub(crate) const TILE: usize = 8;

/// Length padded to whole tiles.
pub(crate) fn padded(n: usize) -> usize {
    n.div_ceil(TILE) * TILE
}

/// Columns handled at once by [`tile_products`]: 2 x 6 accumulators fit in 16 registers.
const CHUNK: usize = 6;

/// Runs `op` with the widest instructions of this machine.
pub(crate) fn dispatch<Op: WithSimd>(op: Op) -> Op::Output {
    Arch::new().dispatch(op)
}

/// Vectors in a tile.
const fn vectors<S: Simd>() -> usize {
    TILE / S::F64_LANES
}

/// `out[k * TILE + lane] = sum_v tile[v * TILE + lane] * p[v * stride + k]` for `k < columns`.
#[inline(always)]
pub(crate) fn tile_products<S: Simd>(
    simd: S,
    tile: &[f64],
    p: &[f64],
    stride: usize,
    columns: usize,
    out: &mut [f64],
) {
    let (tile, _) = S::as_simd_f64s(tile);
    let (out, _) = S::as_mut_simd_f64s(out);
    let mut k = 0;
    while k < columns {
        let width = (columns - k).min(CHUNK);
        let out = &mut out[k * vectors::<S>()..];
        match width {
            1 => product_chunk::<S, 1>(simd, tile, p, stride, k, out),
            2 => product_chunk::<S, 2>(simd, tile, p, stride, k, out),
            3 => product_chunk::<S, 3>(simd, tile, p, stride, k, out),
            4 => product_chunk::<S, 4>(simd, tile, p, stride, k, out),
            5 => product_chunk::<S, 5>(simd, tile, p, stride, k, out),
            _ => product_chunk::<S, CHUNK>(simd, tile, p, stride, k, out),
        }
        k += width;
    }
}

#[inline(always)]
fn product_chunk<S: Simd, const K: usize>(
    simd: S,
    tile: &[S::f64s],
    p: &[f64],
    stride: usize,
    first: usize,
    out: &mut [S::f64s],
) {
    for h in (0..vectors::<S>()).step_by(2) {
        let mut sum = [[simd.splat_f64s(0.0); 2]; K];
        for (y, p) in tile.chunks_exact(vectors::<S>()).zip(p.chunks_exact(stride)) {
            let p = &p[first..first + K];
            for k in 0..K {
                let w = simd.splat_f64s(p[k]);
                sum[k][0] = simd.mul_add_e_f64s(y[h], w, sum[k][0]);
                sum[k][1] = simd.mul_add_e_f64s(y[h + 1], w, sum[k][1]);
            }
        }
        for k in 0..K {
            out[k * vectors::<S>() + h] = sum[k][0];
            out[k * vectors::<S>() + h + 1] = sum[k][1];
        }
    }
}

/// `gram[k * stride + l] = sum_v z[v * stride + k] * p[v * stride + l]` for `k, l < stride`, the part
/// on and left of the diagonal only (other entries are unspecified). `stride` is a multiple of 4.
#[inline(always)]
pub(crate) fn weighted_gram<S: Simd>(
    simd: S,
    z: &[f64],
    p: &[f64],
    stride: usize,
    gram: &mut [f64],
) {
    let per_row = stride / S::F64_LANES;
    let (p, _) = S::as_simd_f64s(p);
    let (gram, _) = S::as_mut_simd_f64s(gram);
    for k in (0..stride).step_by(4) {
        let needed = (k + 4).div_ceil(S::F64_LANES).min(per_row);
        let mut l = 0;
        while l + 2 <= needed {
            gram_block::<S, 2>(simd, z, p, stride, k, l, gram);
            l += 2;
        }
        if l < needed {
            gram_block::<S, 1>(simd, z, p, stride, k, l, gram);
        }
    }
}

/// Rows `k .. k + 4` and vectors `l .. l + L` of [`weighted_gram`].
#[inline(always)]
fn gram_block<S: Simd, const L: usize>(
    simd: S,
    z: &[f64],
    p: &[S::f64s],
    stride: usize,
    k: usize,
    l: usize,
    gram: &mut [S::f64s],
) {
    let per_row = stride / S::F64_LANES;
    let mut sum = [[simd.splat_f64s(0.0); L]; 4];
    for (z, p) in z.chunks_exact(stride).zip(p.chunks_exact(per_row)) {
        let z = &z[k..k + 4];
        let p = &p[l..l + L];
        for i in 0..4 {
            let factor = simd.splat_f64s(z[i]);
            for j in 0..L {
                sum[i][j] = simd.mul_add_e_f64s(factor, p[j], sum[i][j]);
            }
        }
    }
    for i in 0..4 {
        let at = (k + i) * per_row + l;
        gram[at..at + L].copy_from_slice(&sum[i]);
    }
}

/// Position of entry `(k, l)`, `l <= k`, of a packed lower triangle.
pub(crate) fn packed(k: usize, l: usize) -> usize {
    k * (k + 1) / 2 + l
}

/// Solves one positive semidefinite system of order `n` in every lane, by L D L'.
///
/// `matrix` holds the packed lower triangle, `TILE` lanes an entry, and is overwritten by the factor;
/// `rhs` holds `n` entries and is overwritten by the solution. `work` holds `3 n` entries. A zero pivot
/// (an unidentified coefficient) yields a zero coefficient.
#[inline(always)]
pub(crate) fn solve_lanes<S: Simd>(
    simd: S,
    n: usize,
    matrix: &mut [f64],
    rhs: &mut [f64],
    work: &mut [f64],
) {
    let matrix = pairs::<S>(matrix);
    let rhs = pairs::<S>(rhs);
    let (inverse, rest) = pairs::<S>(work).split_at_mut(n * pair_count::<S>());
    let (pivots, scaled) = rest.split_at_mut(n * pair_count::<S>());
    for h in 0..pair_count::<S>() {
        let mut lanes = Lanes { simd, n, h, matrix, rhs, inverse, pivots, scaled };
        for l in 0..n {
            lanes.factor_column(l);
        }
        lanes.back_substitute();
    }
}

/// Two vectors, whose operations overlap.
type Pair<S> = [<S as Simd>::f64s; 2];

/// Pairs of vectors in a tile.
const fn pair_count<S: Simd>() -> usize {
    vectors::<S>() / 2
}

#[inline(always)]
fn pairs<S: Simd>(x: &mut [f64]) -> &mut [Pair<S>] {
    let (x, _) = S::as_mut_simd_f64s(x);
    pulp::bytemuck::cast_slice_mut(x)
}

/// `sum - a * b`.
#[inline(always)]
fn minus_product<S: Simd>(simd: S, sum: Pair<S>, a: Pair<S>, b: Pair<S>) -> Pair<S> {
    [simd.negate_mul_add_e_f64s(a[0], b[0], sum[0]), simd.negate_mul_add_e_f64s(a[1], b[1], sum[1])]
}

/// The systems of one pair of vectors, being solved: entry `e` of pair `h` stands at
/// `e * pair_count + h`.
struct Lanes<'a, S: Simd> {
    simd: S,
    n: usize,
    h: usize,
    matrix: &'a mut [Pair<S>],
    rhs: &'a mut [Pair<S>],
    /// Inverse pivots, pivots, and the present row of L times the pivots.
    inverse: &'a mut [Pair<S>],
    pivots: &'a mut [Pair<S>],
    scaled: &'a mut [Pair<S>],
}

impl<S: Simd> Lanes<'_, S> {
    #[inline(always)]
    fn at(&self, entry: usize) -> usize {
        entry * pair_count::<S>() + self.h
    }

    /// Column `l` of the factor, and the forward substitution of `rhs[l]`.
    #[inline(always)]
    fn factor_column(&mut self, l: usize) {
        let simd = self.simd;
        let mut pivot = self.matrix[self.at(packed(l, l))];
        let mut y = self.rhs[self.at(l)];
        for m in 0..l {
            let at = self.at(m);
            let factor = self.matrix[self.at(packed(l, m))];
            let d = self.pivots[at];
            let scaled = [simd.mul_f64s(factor[0], d[0]), simd.mul_f64s(factor[1], d[1])];
            pivot = minus_product(simd, pivot, scaled, factor);
            y = minus_product(simd, y, factor, self.rhs[at]);
            self.scaled[at] = scaled;
        }
        let at = self.at(l);
        let (zero, one) = (simd.splat_f64s(0.0), simd.splat_f64s(1.0));
        for i in 0..2 {
            let positive = simd.greater_than_f64s(pivot[i], zero);
            self.inverse[at][i] = simd.select_f64s(positive, simd.div_f64s(one, pivot[i]), zero);
        }
        self.pivots[at] = pivot;
        self.rhs[at] = y;
        let mut k = l + 1;
        while k + 4 <= self.n {
            self.factor_rows::<4>(k, l);
            k += 4;
        }
        while k < self.n {
            self.factor_rows::<1>(k, l);
            k += 1;
        }
    }

    /// Entries `(k .. k + K, l)` of the factor: independent sums, so that their latencies overlap.
    #[inline(always)]
    fn factor_rows<const K: usize>(&mut self, k: usize, l: usize) {
        let simd = self.simd;
        let len = l * pair_count::<S>();
        let scaled = &self.scaled[..len];
        let mut rows: [&[Pair<S>]; K] = [&[]; K];
        let mut sum = [[simd.splat_f64s(0.0); 2]; K];
        for i in 0..K {
            let start = packed(k + i, 0) * pair_count::<S>();
            rows[i] = &self.matrix[start..start + len];
            sum[i] = self.matrix[self.at(packed(k + i, l))];
        }
        for m in 0..l {
            let m = m * pair_count::<S>() + self.h;
            for i in 0..K {
                sum[i] = minus_product(simd, sum[i], rows[i][m], scaled[m]);
            }
        }
        let inverse = self.inverse[self.at(l)];
        for i in 0..K {
            let at = self.at(packed(k + i, l));
            self.matrix[at] =
                [simd.mul_f64s(sum[i][0], inverse[0]), simd.mul_f64s(sum[i][1], inverse[1])];
        }
    }

    #[inline(always)]
    fn back_substitute(&mut self) {
        let simd = self.simd;
        for k in 0..self.n {
            let at = self.at(k);
            let (y, inverse) = (self.rhs[at], self.inverse[at]);
            self.rhs[at] = [simd.mul_f64s(y[0], inverse[0]), simd.mul_f64s(y[1], inverse[1])];
        }
        // Row by row: the updates of one row do not wait for each other.
        for l in (1..self.n).rev() {
            let x = self.rhs[self.at(l)];
            for k in 0..l {
                let at = self.at(k);
                let factor = self.matrix[self.at(packed(l, k))];
                self.rhs[at] = minus_product(simd, self.rhs[at], factor, x);
            }
        }
    }
}

/// For the rows of a tile `low[v * TILE + lane] = sum_k z_vk x_k` over the loadings, and
/// `residual = y - x_0 - intercept_v - low`. `x` holds `rank + 1` coefficients of `TILE` lanes (the
/// lanes' intercept first), `z` rows of `stride` numbers (1, loadings, intercept).
#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub(crate) fn tile_residual<S: Simd>(
    simd: S,
    tile: &[f64],
    z: &[f64],
    stride: usize,
    rank: usize,
    x: &[f64],
    low: &mut [f64],
    residual: &mut [f64],
) {
    let w = vectors::<S>();
    let (tile, _) = S::as_simd_f64s(tile);
    let (x, _) = S::as_simd_f64s(x);
    let (low, _) = S::as_mut_simd_f64s(low);
    let (residual, _) = S::as_mut_simd_f64s(residual);
    let out = low.chunks_exact_mut(w).zip(residual.chunks_exact_mut(w));
    for ((y, z), (low, r)) in tile.chunks_exact(w).zip(z.chunks_exact(stride)).zip(out) {
        let intercept = simd.splat_f64s(z[rank + 1]);
        for h in 0..w {
            let mut sum = simd.splat_f64s(0.0);
            for k in 1..=rank {
                sum = simd.mul_add_e_f64s(simd.splat_f64s(z[k]), x[k * w + h], sum);
            }
            low[h] = sum;
            r[h] = simd.sub_f64s(simd.sub_f64s(simd.sub_f64s(y[h], x[h]), intercept), sum);
        }
    }
}

/// Turns the residuals r of a tile into `r * row_scale * lane_scale`, and returns the sums of
/// `row_weight * lane_weight * r` times r and times `low`.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
pub(crate) fn weigh_tile<S: Simd>(
    simd: S,
    low: &[f64],
    row_weight: &[f64],
    lane_weight: &[f64],
    row_scale: &[f64],
    lane_scale: &[f64],
    residual: &mut [f64],
) -> [f64; 2] {
    let w = vectors::<S>();
    let (low, _) = S::as_simd_f64s(low);
    let (lane_scale, _) = S::as_simd_f64s(lane_scale);
    let (residual, _) = S::as_mut_simd_f64s(residual);
    let mut sums = [[simd.splat_f64s(0.0); TILE]; 2];
    let rows = low.chunks_exact(w).zip(residual.chunks_exact_mut(w));
    for (v, (low, r)) in rows.enumerate() {
        let weight = simd.splat_f64s(row_weight[v]);
        let scale = simd.splat_f64s(row_scale[v]);
        for h in 0..w {
            let weighted = simd.mul_f64s(weight, r[h]);
            sums[0][h] = simd.mul_add_e_f64s(weighted, r[h], sums[0][h]);
            sums[1][h] = simd.mul_add_e_f64s(weighted, low[h], sums[1][h]);
            r[h] = simd.mul_f64s(r[h], simd.mul_f64s(scale, lane_scale[h]));
        }
    }
    sums.map(|sum| {
        let lanes = pulp::bytemuck::cast_slice::<S::f64s, f64>(&sum[..w]);
        lanes.iter().zip(lane_weight).map(|(s, weight)| s * weight).sum()
    })
}

/// `out (8 x 8, row major) += sum_v a[v * 8 + i] * b[v * 8 + j]`.
#[inline(always)]
pub(crate) fn tile_outer<S: Simd>(simd: S, a: &[f64], b: &[f64], out: &mut [f64]) {
    let w = vectors::<S>();
    let (bv, _) = S::as_simd_f64s(b);
    let (out, _) = S::as_mut_simd_f64s(out);
    for half in [0, 4] {
        for h in (0..w).step_by(2) {
            let mut sum = [[simd.splat_f64s(0.0); 2]; 4];
            for (a, b) in a.chunks_exact(TILE).zip(bv.chunks_exact(w)) {
                let a = &a[half..half + 4];
                for i in 0..4 {
                    let s = simd.splat_f64s(a[i]);
                    sum[i][0] = simd.mul_add_e_f64s(s, b[h], sum[i][0]);
                    sum[i][1] = simd.mul_add_e_f64s(s, b[h + 1], sum[i][1]);
                }
            }
            for i in 0..4 {
                let at = (half + i) * w + h;
                out[at] = simd.add_f64s(out[at], sum[i][0]);
                out[at + 1] = simd.add_f64s(out[at + 1], sum[i][1]);
            }
        }
    }
}

/// `sum_i a_i b_i` of slices of whole tiles, in eight partial sums added in a fixed order.
#[inline(always)]
pub(crate) fn dot<S: Simd>(simd: S, a: &[f64], b: &[f64]) -> f64 {
    let w = vectors::<S>();
    let (a, _) = S::as_simd_f64s(a);
    let (b, _) = S::as_simd_f64s(b);
    let mut sum = [simd.splat_f64s(0.0); TILE];
    for (a, b) in a.chunks_exact(w).zip(b.chunks_exact(w)) {
        for h in 0..w {
            sum[h] = simd.mul_add_e_f64s(a[h], b[h], sum[h]);
        }
    }
    pulp::bytemuck::cast_slice::<S::f64s, f64>(&sum[..w]).iter().sum()
}

/// `y += s x`, element by element, of slices of whole tiles.
#[inline(always)]
pub(crate) fn add_scaled<S: Simd>(simd: S, s: f64, x: &[f64], y: &mut [f64]) {
    let (x, _) = S::as_simd_f64s(x);
    let (y, _) = S::as_mut_simd_f64s(y);
    let s = simd.splat_f64s(s);
    for (x, y) in x.iter().zip(y) {
        *y = simd.mul_add_e_f64s(s, *x, *y);
    }
}
