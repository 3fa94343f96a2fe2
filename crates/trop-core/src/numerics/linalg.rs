//! Dense linear algebra: the only file that names faer.

use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Mat, MatRef, Side};

/// Eigenvalues in descending order, and eigenvectors as consecutive runs of `n` numbers.
pub(crate) struct Eigen {
    pub values: Vec<f64>,
    pub vectors: Vec<f64>,
}

/// Eigendecomposition of a symmetric matrix, row-major n x n, of which only the lower triangle is
/// read. `None` if the iteration fails, which finite input does not cause.
pub(crate) fn symmetric_eigen(n: usize, matrix: &[f64]) -> Option<Eigen> {
    let matrix = MatRef::from_row_major_slice(matrix, n, n);
    let eigen: SelfAdjointEigen<f64> = matrix.self_adjoint_eigen(Side::Lower).ok()?;
    let (u, s) = (eigen.U(), eigen.S());
    let order = || (0..n).rev();
    Some(Eigen {
        values: order().map(|k| s[k]).collect(),
        vectors: order().flat_map(|k| (0..n).map(move |i| u[(i, k)])).collect(),
    })
}

/// True if `bound I - matrix` is positive definite, for a symmetric row-major n x n matrix of which
/// only the lower triangle is read: no eigenvalue of the matrix reaches `bound`.
pub(crate) fn is_below(n: usize, matrix: &[f64], stride: usize, bound: f64) -> bool {
    let shifted = Mat::from_fn(n, n, |i, j| {
        if i == j {
            bound - matrix[i * stride + j]
        } else if i > j {
            -matrix[i * stride + j]
        } else {
            0.0
        }
    });
    shifted.llt(Side::Lower).is_ok()
}

/// Thin singular value decomposition of a row-major matrix, singular values descending.
pub(crate) struct Svd {
    /// Row-major m x k, k = min(m, n).
    pub u: Vec<f64>,
    pub values: Vec<f64>,
    /// Row-major n x k.
    pub v: Vec<f64>,
}

/// `None` if the iteration fails, which finite input does not cause.
pub(crate) fn thin_svd(m: usize, n: usize, matrix: &[f64]) -> Option<Svd> {
    let svd = MatRef::from_row_major_slice(matrix, m, n).thin_svd().ok()?;
    let k = m.min(n);
    let (u, v, s) = (svd.U(), svd.V(), svd.S());
    Some(Svd {
        u: (0..m).flat_map(|i| (0..k).map(move |j| u[(i, j)])).collect(),
        values: (0..k).map(|j| s[j]).collect(),
        v: (0..n).flat_map(|i| (0..k).map(move |j| v[(i, j)])).collect(),
    })
}

/// Solves `matrix x = rhs` for a symmetric positive definite row-major matrix (lower triangle read);
/// `None` if it is not positive definite.
pub(crate) fn solve_positive_definite(n: usize, matrix: &[f64], rhs: &[f64]) -> Option<Vec<f64>> {
    use faer::linalg::solvers::Solve;
    let factor = MatRef::from_row_major_slice(matrix, n, n).llt(Side::Lower).ok()?;
    let solution = factor.solve(MatRef::from_column_major_slice(rhs, n, 1));
    Some((0..n).map(|i| solution[(i, 0)]).collect())
}
