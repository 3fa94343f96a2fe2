//! Growing and shrinking the rank of a fit.
//!
//! A fixed point of the alternation that is no optimum lacks columns: the singular vectors of G above
//! lambda. A column that has vanished is dropped, or it would hide that it is lacking.

use super::certificate::Spectrum;
use super::iterate::Fit;
use super::loadings::Loadings;
use super::problem::{Problem, SideWeights};
use crate::error::{Error, Result};
use crate::numerics::linalg::symmetric_eigen;

/// Columns added at once: at least these, or as many as there are.
const GROWTH: usize = 4;

/// A singular value of G counts as above lambda beyond this relative excess.
const EXCESS: f64 = 1e-10;

/// A direction is new if more than this share of its square lies outside of the present columns.
const NEW_SHARE: f64 = 0.5;

/// Singular values of L below this share of the largest have vanished.
const VANISHED: f64 = 1e-7;

/// Alternation moves a singular value slowly if its curvature times itself is below this share of lambda.
const SLOW: f64 = 0.05;

/// A column is faint when its norms' product is below this many times what has vanished.
const FAINT: f64 = 100.0;

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
            let square = dot(&v, &v);
            if square > NEW_SHARE {
                let size = (self.starting_value(problem, sigma, &v) / square).sqrt();
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

    /// The singular value at which a new direction `v` settles if nothing else moves: its slope over its
    /// curvature. Near the optimum it must be good: a direction whose singular value of G barely exceeds
    /// lambda grows or shrinks so slowly that alternation seems to have converged.
    fn starting_value(&self, problem: &Problem<'_>, sigma: f64, v: &[f64]) -> f64 {
        let u = self.gradient_times(problem, v);
        (sigma - problem.lambda) / curvature(problem, &u, v)
    }

    /// Takes the singular values of L that alternation moves too slowly to where their slope vanishes if
    /// nothing else moves. The factors must be those of L's singular value decomposition.
    pub(super) fn resize_faint_columns(&mut self, problem: &Problem<'_>) {
        for k in 1..=self.rank() {
            let u = column(&self.rows, k, &problem.rows.count);
            let v = column(&self.cols, k, &problem.cols.count);
            let size = dot(&v, &v);
            let curvature = curvature(problem, &u, &v);
            if curvature * size > SLOW * problem.lambda {
                continue;
            }
            let slope = dot(&u, &self.gradient_times(problem, &v)) / size - problem.lambda;
            let factor = (1.0 + slope / (curvature * size)).max(0.1).sqrt();
            (0..self.rows.n).for_each(|i| self.rows.set(i, k, factor * self.rows.get(i, k)));
            (0..self.cols.n).for_each(|i| self.cols.set(i, k, factor * self.cols.get(i, k)));
        }
    }

    /// `G v`, in coordinates in which a row that stands c times in the panel counts c times.
    fn gradient_times(&self, problem: &Problem<'_>, v: &[f64]) -> Vec<f64> {
        let side = &problem.sample().rows;
        let scaled = |weights: &SideWeights, k: usize| weights.own[k] * weights.count[k].sqrt();
        let factor: Vec<f64> = (0..side.other).map(|s| scaled(&problem.cols, s) * v[s]).collect();
        // Sums over all columns of what the fit has of each.
        let sum: Vec<f64> = (0..=self.rank())
            .map(|k| factor.iter().enumerate().map(|(s, f)| f * self.cols.get(s, k)).sum())
            .collect();
        let total: f64 = factor.iter().sum();
        let mut product = vec![0.0; side.n];
        for (row, product) in product.iter_mut().enumerate() {
            let outcomes = factor.iter().enumerate().map(|(s, f)| f * side.outcome(row, s));
            let low: f64 = (1..=self.rank()).map(|k| self.rows.get(row, k) * sum[k]).sum();
            let fitted = total * self.rows.get(row, 0) + sum[0] + low;
            let masked = side.masked[row].iter().map(|&s| factor[s] * self.value(row, s));
            *product = outcomes.sum::<f64>() - fitted + masked.sum::<f64>();
            *product *= 2.0 * scaled(&problem.rows, row);
        }
        product
    }

    /// Orthonormal basis of the column loadings, each column as often as it stands in the panel.
    fn column_basis(&self, count: &[f64]) -> Vec<Vec<f64>> {
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for k in 1..=self.rank() {
            let mut b = column(&self.cols, k, count);
            let before = dot(&b, &b);
            // Twice, for digits.
            orthogonalize(&mut b, &basis);
            orthogonalize(&mut b, &basis);
            let square = dot(&b, &b);
            if square > 1e-20 * before {
                b.iter_mut().for_each(|x| *x /= square.sqrt());
                basis.push(b);
            }
        }
        basis
    }

    /// True if some column contributes no more than `negligible` to the nuclear norm, or next to nothing
    /// beside the others.
    pub(super) fn has_faint_column(&self, negligible: f64) -> bool {
        let size =
            |x: &Loadings, k: usize| (0..x.n).map(|i| x.get(i, k).powi(2)).sum::<f64>().sqrt();
        let products: Vec<f64> =
            (1..=self.rank()).map(|k| size(&self.rows, k) * size(&self.cols, k)).collect();
        let largest = products.iter().copied().fold(0.0, f64::max);
        products.iter().any(|&s| s <= FAINT * negligible.max(VANISHED * largest))
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

/// Second derivative of the loss along `u v'`, both normalized, but for masked cells.
fn curvature(problem: &Problem<'_>, u: &[f64], v: &[f64]) -> f64 {
    let mean = |weights: &[f64], direction: &[f64]| -> f64 {
        let weighted: f64 = weights.iter().zip(direction).map(|(w, x)| w * x * x).sum();
        weighted / dot(direction, direction).max(f64::MIN_POSITIVE)
    };
    let curvature = 2.0 * mean(&problem.rows.own, u) * mean(&problem.cols.own, v);
    curvature.max(f64::MIN_POSITIVE)
}

/// Column `k` of the loadings, in coordinates in which a row that stands c times in the panel counts c
/// times.
fn column(x: &Loadings, k: usize, count: &[f64]) -> Vec<f64> {
    (0..x.n).map(|i| x.get(i, k) * count[i].sqrt()).collect()
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// Subtracts the projection on an orthonormal basis.
fn orthogonalize(v: &mut [f64], basis: &[Vec<f64>]) {
    for b in basis {
        let inner = dot(v, b);
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
