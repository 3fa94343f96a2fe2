//! Small dense matrices, and the one product of them that vectorizes without transposing.

use super::kernels::{padded, TILE};
use pulp::Simd;

/// Row-major, rows and columns padded with zeros to whole tiles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dense {
    pub rows: usize,
    pub cols: usize,
    /// Numbers in a padded row.
    pub stride: usize,
    pub data: Vec<f64>,
}

impl Dense {
    pub fn new(rows: usize, cols: usize, entry: impl Fn(usize, usize) -> f64) -> Self {
        let mut new = Dense::default();
        new.reshape(rows, cols);
        for row in 0..rows {
            (0..cols).for_each(|col| new.data[row * new.stride + col] = entry(row, col));
        }
        new
    }

    /// All zero, of another shape.
    pub fn reshape(&mut self, rows: usize, cols: usize) {
        let stride = padded(cols);
        (self.rows, self.cols, self.stride) = (rows, cols, stride);
        self.data.clear();
        self.data.resize(padded(rows) * stride, 0.0);
    }

    pub fn at(&self, row: usize, col: usize) -> f64 {
        self.data[row * self.stride + col]
    }

    pub fn row(&self, row: usize) -> &[f64] {
        &self.data[row * self.stride..][..self.cols]
    }

    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.data[row * self.stride..][..self.cols]
    }

    pub fn transposed(&self) -> Self {
        Dense::new(self.cols, self.rows, |row, col| self.at(col, row))
    }

    /// The numbers of a square matrix without padding.
    pub fn compact(&self) -> Vec<f64> {
        (0..self.rows).flat_map(|row| self.row(row).iter().copied()).collect()
    }

    /// Becomes `a' b`.
    #[inline(always)]
    pub fn set_product<S: Simd>(&mut self, simd: S, a: &Dense, b: &Dense) {
        self.reshape(a.cols, b.cols);
        let (a_rows, b_rows) = (&a.data[..a.rows * a.stride], &b.data[..b.rows * b.stride]);
        product(simd, a_rows, a.stride, b_rows, b.stride, &mut self.data);
    }
}

/// `out[i * b_stride + j] += sum_v a[v * a_stride + i] b[v * b_stride + j]`; strides of whole tiles.
#[inline(always)]
pub(crate) fn product<S: Simd>(
    simd: S,
    a: &[f64],
    a_stride: usize,
    b: &[f64],
    b_stride: usize,
    out: &mut [f64],
) {
    let per_row = b_stride / S::F64_LANES;
    let (b, _) = S::as_simd_f64s(b);
    let (out, _) = S::as_mut_simd_f64s(out);
    for i in (0..a_stride).step_by(4) {
        for j in (0..per_row).step_by(2) {
            let mut sum = [[simd.splat_f64s(0.0); 2]; 4];
            for (a, b) in a.chunks_exact(a_stride).zip(b.chunks_exact(per_row)) {
                let (a, b) = (&a[i..i + 4], &b[j..j + 2]);
                for k in 0..4 {
                    let factor = simd.splat_f64s(a[k]);
                    sum[k][0] = simd.mul_add_e_f64s(factor, b[0], sum[k][0]);
                    sum[k][1] = simd.mul_add_e_f64s(factor, b[1], sum[k][1]);
                }
            }
            for k in 0..4 {
                let at = (i + k) * per_row + j;
                out[at] = simd.add_f64s(out[at], sum[k][0]);
                out[at + 1] = simd.add_f64s(out[at + 1], sum[k][1]);
            }
        }
    }
}

const _: () = assert!(TILE % 8 == 0);

/// Copies the lower triangle of a row-major n x n matrix to the upper.
pub(crate) fn mirror(matrix: &mut [f64], n: usize) {
    for band in (0..n).step_by(TILE) {
        let (above, rows) = matrix.split_at_mut(band * n);
        let height = TILE.min(n - band);
        for (j, column) in above.chunks_exact_mut(n).enumerate() {
            for i in 0..height {
                column[band + i] = rows[i * n + j];
            }
        }
        for i in 0..height {
            for j in i + 1..height {
                rows[i * n + band + j] = rows[j * n + band + i];
            }
        }
    }
}
