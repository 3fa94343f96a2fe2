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

/// Runs `op` with the widest instructions of this machine; with none under the feature `scalar`.
pub(crate) fn dispatch<Op: WithSimd>(op: Op) -> Op::Output {
    let arch = if cfg!(feature = "scalar") { Arch::Scalar } else { Arch::new() };
    arch.dispatch(op)
}

/// Vectors in a tile.
pub(crate) const fn vectors<S: Simd>() -> usize {
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

/// Turns the residuals r of a tile into `g = r * row_scale * lane_scale`, and returns the sums of
/// `row_weight * lane_weight * r` times r and times `low`, and of `g * g`.
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
) -> [f64; 3] {
    let w = vectors::<S>();
    let (low, _) = S::as_simd_f64s(low);
    let (lane_scale, _) = S::as_simd_f64s(lane_scale);
    let (residual, _) = S::as_mut_simd_f64s(residual);
    let mut sums = [[simd.splat_f64s(0.0); TILE]; 3];
    let rows = low.chunks_exact(w).zip(residual.chunks_exact_mut(w));
    for (v, (low, r)) in rows.enumerate() {
        let weight = simd.splat_f64s(row_weight[v]);
        let scale = simd.splat_f64s(row_scale[v]);
        for h in 0..w {
            let weighted = simd.mul_f64s(weight, r[h]);
            sums[0][h] = simd.mul_add_e_f64s(weighted, r[h], sums[0][h]);
            sums[1][h] = simd.mul_add_e_f64s(weighted, low[h], sums[1][h]);
            r[h] = simd.mul_f64s(r[h], simd.mul_f64s(scale, lane_scale[h]));
            sums[2][h] = simd.mul_add_e_f64s(r[h], r[h], sums[2][h]);
        }
    }
    let sum = |k: usize, weight: &[f64]| -> f64 {
        let lanes = pulp::bytemuck::cast_slice::<S::f64s, f64>(&sums[k][..w]);
        lanes.iter().zip(weight).map(|(s, weight)| s * weight).sum()
    };
    [sum(0, lane_weight), sum(1, lane_weight), sum(2, &[1.0; TILE])]
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

/// For each lane of a tile `sum_v weight_v a_v b_v`.
#[inline(always)]
pub(crate) fn tile_inner<S: Simd>(simd: S, a: &[f64], b: &[f64], weight: &[f64]) -> [f64; TILE] {
    let w = vectors::<S>();
    let (a, _) = S::as_simd_f64s(a);
    let (b, _) = S::as_simd_f64s(b);
    let mut sum = [simd.splat_f64s(0.0); TILE];
    for ((a, b), weight) in a.chunks_exact(w).zip(b.chunks_exact(w)).zip(weight) {
        let weight = simd.splat_f64s(*weight);
        for h in 0..w {
            sum[h] = simd.mul_add_e_f64s(simd.mul_f64s(weight, a[h]), b[h], sum[h]);
        }
    }
    let mut lanes = [0.0; TILE];
    lanes.copy_from_slice(pulp::bytemuck::cast_slice::<S::f64s, f64>(&sum[..w]));
    lanes
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
