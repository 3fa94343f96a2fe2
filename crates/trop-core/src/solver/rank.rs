//! Growing and shrinking the rank of a fit.
//!
//! A fixed point of the alternation that is no optimum lacks columns: the singular vectors of G above
//! lambda. A column that has vanished is dropped, or it would hide that it is lacking.

use super::certificate::Spectrum;
use super::fit::Fit;
use super::loadings::Loadings;
use super::problem::Problem;
use crate::error::{Error, Result};
use crate::linalg::symmetric_eigen;

/// Columns added at once: at least these, or as many as there are.
const GROWTH: usize = 4;

/// A singular value of G counts as above lambda beyond this relative excess.
const EXCESS: f64 = 1e-10;

/// A direction is new if more than this share of its square lies outside of the present columns.
const NEW_SHARE: f64 = 0.5;

/// Singular values of L below this share of the largest have vanished.
const VANISHED: f64 = 1e-7;

impl Fit {
    /// Adds the singular vectors of G above lambda that the factors lack; false if there are none.
    pub(super) fn grow(&mut self, problem: &Problem<'_>, spectrum: &Spectrum) -> bool {
        let count = &problem.cols.count;
        let basis = self.column_basis(count);
        let mut new: Vec<Vec<f64>> = Vec::new();
        let most = self.rank().max(GROWTH);
        for (sigma, direction) in spectrum.pairs() {
            if sigma <= problem.lambda * (1.0 + EXCESS) || new.len() == most {
                break;
            }
            let mut v = direction.to_vec();
            orthogonalize(&mut v, &basis);
            let square: f64 = v.iter().map(|x| x * x).sum();
            if square > NEW_SHARE {
                let size = (starting_value(problem, sigma, &v) / square).sqrt();
                new.push(v.iter().zip(count).map(|(v, c)| v * size / c.sqrt()).collect());
            }
        }
        if new.is_empty() {
            return false;
        }
        let old = self.rank();
        let cols = self.cols.with_loadings(old + new.len(), |row, k| {
            if k <= old {
                self.cols.get(row, k)
            } else {
                new[k - old - 1][row]
            }
        });
        self.rows = Loadings::zeros(self.rows.n, cols.rank);
        self.cols = cols;
        true
    }

    /// Orthonormal basis of the column loadings, each column as often as it stands in the panel.
    fn column_basis(&self, count: &[f64]) -> Vec<Vec<f64>> {
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for k in 1..=self.rank() {
            let mut b: Vec<f64> =
                (0..self.cols.n).map(|s| self.cols.get(s, k) * count[s].sqrt()).collect();
            let before: f64 = b.iter().map(|x| x * x).sum();
            // Twice, for digits.
            orthogonalize(&mut b, &basis);
            orthogonalize(&mut b, &basis);
            let square: f64 = b.iter().map(|x| x * x).sum();
            if square > 1e-20 * before {
                b.iter_mut().for_each(|x| *x /= square.sqrt());
                basis.push(b);
            }
        }
        basis
    }

    /// Rewrites the factors as those of L's singular value decomposition, `U S^1/2` and `W S^1/2`,
    /// without singular values up to `negligible`.
    pub(super) fn compress(&mut self, problem: &Problem<'_>, negligible: f64) -> Result<()> {
        let r = self.rank();
        if r == 0 {
            return Ok(());
        }
        // B'B = V D V'; with C = D^1/2 V' (A'A) V D^1/2 = W S^2 W', L = (A V D^1/2 W S^-1) S (...)'.
        let b = symmetric_eigen(r, &gram(&self.cols, &problem.cols.count));
        let b = b.ok_or(Error::FactorizationFailed)?;
        let root: Vec<f64> = b.values.iter().map(|d| d.max(0.0).sqrt()).collect();
        let turn = |i: usize, k: usize| b.vectors[k * r + i];
        let a = gram(&self.rows, &problem.rows.count);
        let turned = product(r, &product(r, &matrix(r, |k, i| turn(i, k)), &a), &matrix(r, turn));
        let c = matrix(r, |k, l| root[k] * turned[k * r + l] * root[l]);
        let c = symmetric_eigen(r, &c).ok_or(Error::FactorizationFailed)?;
        let sigma: Vec<f64> = c.values.iter().map(|s| s.max(0.0).sqrt()).collect();
        let least = negligible.max(VANISHED * sigma[0]);
        let rank = sigma.iter().take_while(|&&s| s > least).count();
        let w = |k: usize, l: usize| c.vectors[l * r + k];
        let turn_a = product(r, &matrix(r, turn), &matrix(r, |k, l| root[k] * w(k, l)));
        let turn_b = product(
            r,
            &matrix(r, turn),
            &matrix(r, |k, l| if root[k] > 0.0 { w(k, l) / root[k] } else { 0.0 }),
        );
        self.rows = self.rows.with_loadings(rank, |row, k| {
            combine(&self.rows, row, r, &turn_a, k - 1) / sigma[k - 1].sqrt()
        });
        self.cols = self.cols.with_loadings(rank, |row, k| {
            combine(&self.cols, row, r, &turn_b, k - 1) * sigma[k - 1].sqrt()
        });
        Ok(())
    }
}

/// Roughly the singular value at which a new direction will settle: its slope over its curvature.
fn starting_value(problem: &Problem<'_>, sigma: f64, v: &[f64]) -> f64 {
    let own = &problem.rows.own;
    let rows = own.iter().map(|w| w * w * w).sum::<f64>() / own.iter().map(|w| w * w).sum::<f64>();
    let cols: f64 = v.iter().zip(&problem.cols.own).map(|(v, w)| v * v * w).sum();
    (sigma - problem.lambda) / (2.0 * rows * cols).max(f64::MIN_POSITIVE)
}

/// Subtracts the projection on an orthonormal basis.
fn orthogonalize(v: &mut [f64], basis: &[Vec<f64>]) {
    for b in basis {
        let inner: f64 = v.iter().zip(b).map(|(v, b)| v * b).sum();
        v.iter_mut().zip(b).for_each(|(v, b)| *v -= inner * b);
    }
}

/// Inner products of the loadings, each row as often as it stands in the panel.
fn gram(x: &Loadings, count: &[f64]) -> Vec<f64> {
    let entry = |k: usize, l: usize| -> f64 {
        (0..x.n).map(|i| count[i] * x.get(i, k + 1) * x.get(i, l + 1)).sum()
    };
    matrix(x.rank, |k, l| entry(k.max(l), k.min(l)))
}

/// A row-major n x n matrix.
fn matrix(n: usize, entry: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..n * n).map(|at| entry(at / n, at % n)).collect()
}

fn product(n: usize, a: &[f64], b: &[f64]) -> Vec<f64> {
    matrix(n, |i, j| (0..n).map(|k| a[i * n + k] * b[k * n + j]).sum())
}

/// The loadings of a row times column `l` of a row-major matrix.
fn combine(x: &Loadings, row: usize, n: usize, turn: &[f64], l: usize) -> f64 {
    (0..n).map(|i| x.get(row, i + 1) * turn[i * n + l]).sum()
}
