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
    let (pv, _) = S::as_simd_f64s(p);
    let (gram, _) = S::as_mut_simd_f64s(gram);
    for k in (0..stride).step_by(4) {
        for l in 0..per_row {
            if l * S::F64_LANES >= k + 4 {
                break;
            }
            let mut sum = [simd.splat_f64s(0.0); 4];
            for (z, p) in z.chunks_exact(stride).zip(pv.chunks_exact(per_row)) {
                let z = &z[k..k + 4];
                for i in 0..4 {
                    sum[i] = simd.mul_add_e_f64s(simd.splat_f64s(z[i]), p[l], sum[i]);
                }
            }
            for i in 0..4 {
                gram[(k + i) * per_row + l] = sum[i];
            }
        }
    }
}

/// Position of entry `(k, l)`, `l <= k`, of a packed lower triangle.
pub(crate) fn packed(k: usize, l: usize) -> usize {
    k * (k + 1) / 2 + l
}

/// Solves one positive semidefinite system of order `n` in every lane, by L D L'.
///
/// `matrix` holds the packed lower triangle, `TILE` lanes an entry, and is overwritten by the factor;
/// `rhs` holds `n` entries and is overwritten by the solution. `work` holds `2 n` entries. A zero pivot
/// (an unidentified coefficient) yields a zero coefficient.
#[inline(always)]
pub(crate) fn solve_lanes<S: Simd>(
    simd: S,
    n: usize,
    matrix: &mut [f64],
    rhs: &mut [f64],
    work: &mut [f64],
) {
    let w = vectors::<S>();
    let (matrix, _) = S::as_mut_simd_f64s(matrix);
    let (rhs, _) = S::as_mut_simd_f64s(rhs);
    let (work, _) = S::as_mut_simd_f64s(work);
    let (inverse, scaled) = work.split_at_mut(n * w);
    for h in (0..w).step_by(2) {
        for k in 0..n {
            factor_row(simd, k, h, matrix, rhs, inverse, scaled);
        }
        for k in (0..n).rev() {
            let at = k * w + h;
            let mut x =
                [simd.mul_f64s(rhs[at], inverse[at]), simd.mul_f64s(rhs[at + 1], inverse[at + 1])];
            for l in k + 1..n {
                let at = packed(l, k) * w + h;
                for i in 0..2 {
                    x[i] = simd.negate_mul_add_e_f64s(matrix[at + i], rhs[l * w + h + i], x[i]);
                }
            }
            for i in 0..2 {
                rhs[k * w + h + i] = x[i];
            }
        }
    }
}

/// Row `k` of the factorization, and the forward substitution of `rhs[k]`, for lanes `h` and `h + 1`.
#[inline(always)]
fn factor_row<S: Simd>(
    simd: S,
    k: usize,
    h: usize,
    matrix: &mut [S::f64s],
    rhs: &mut [S::f64s],
    inverse: &mut [S::f64s],
    scaled: &mut [S::f64s],
) {
    let w = vectors::<S>();
    let row = packed(k, 0) * w + h;
    let mut pivot = [matrix[row + k * w], matrix[row + k * w + 1]];
    let mut y = [rhs[k * w + h], rhs[k * w + h + 1]];
    for l in 0..k {
        let other = packed(l, 0) * w + h;
        let mut v = [matrix[row + l * w], matrix[row + l * w + 1]];
        for m in 0..l {
            for i in 0..2 {
                v[i] = simd.negate_mul_add_e_f64s(
                    scaled[m * w + h + i],
                    matrix[other + m * w + i],
                    v[i],
                );
            }
        }
        for i in 0..2 {
            scaled[l * w + h + i] = v[i];
            let factor = simd.mul_f64s(v[i], inverse[l * w + h + i]);
            matrix[row + l * w + i] = factor;
            pivot[i] = simd.negate_mul_add_e_f64s(v[i], factor, pivot[i]);
            y[i] = simd.negate_mul_add_e_f64s(factor, rhs[l * w + h + i], y[i]);
        }
    }
    let zero = simd.splat_f64s(0.0);
    let one = simd.splat_f64s(1.0);
    for i in 0..2 {
        let positive = simd.greater_than_f64s(pivot[i], zero);
        inverse[k * w + h + i] = simd.select_f64s(positive, simd.div_f64s(one, pivot[i]), zero);
        rhs[k * w + h + i] = y[i];
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
