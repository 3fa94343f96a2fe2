//! Weights on a simplex: `minimize |D w|^2 + sum ridge_j w_j^2` over `w >= 0`, `sum w = 1`.
//!
//! The objective is homogeneous, so the minimizer is the normalized one of
//! `(1 - sum w)^2 + |D w|^2 + sum ridge_j w_j^2` over `w >= 0` alone: there `w = s a` with `a` on the simplex,
//! and for every `s` the best `a` is the same. That is least squares without negative coefficients, which an
//! active set solves exactly.

use super::nnls::{dot, nnls, norm};
use crate::solver::Status;

/// An objective below this share of what the columns have one by one, weighted, is a perfect fit: the gap is then
/// relative to that.
const PERFECT: f64 = 1e-6;

/// Columns that differ in size by more are so far away that their rounding is larger than the others.
const FAR: f64 = 1e-8;

/// Weights on a simplex and their certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct SimplexFit {
    /// Nonnegative, with sum 1.
    pub weights: Vec<f64>,
    /// Objective that was reached, in squared units of the outcome.
    pub primal: f64,
    /// Lower bound of it.
    pub dual: f64,
    /// `(primal - dual) / primal`; relative to a millionth of the columns' own objectives, weighted, if the fit is
    /// better than that.
    pub gap: f64,
    /// Changes of the active set, or Frank-Wolfe steps.
    pub iterations: usize,
    /// Solved if the gap is at most the tolerance.
    pub status: Status,
}

/// A problem on the simplex: `D` by column, and the ridge of each column.
pub(super) struct Simplex {
    /// Consecutive columns of `m` numbers.
    pub columns: Vec<f64>,
    pub m: usize,
    pub ridge: Vec<f64>,
}

impl Simplex {
    fn column(&self, j: usize) -> &[f64] {
        &self.columns[j * self.m..(j + 1) * self.m]
    }

    /// Solves it exactly.
    pub fn solve(&self, tolerance: f64) -> SimplexFit {
        let scale = self.scale();
        let n = self.ridge.len();
        let m = 1 + self.m + n;
        let mut columns = vec![0.0; m * n];
        for (j, column) in columns.chunks_exact_mut(m).enumerate() {
            column[0] = 1.0;
            let own = column[1..].iter_mut().zip(self.column(j));
            own.for_each(|(to, from)| *to = from / scale);
            column[1 + self.m + j] = self.ridge[j].sqrt() / scale;
        }
        let mut one = vec![0.0; m];
        one[0] = 1.0;
        let (x, changes) = nnls(&columns, m, &one);
        let total: f64 = x.iter().sum();
        self.certified(x.iter().map(|x| x / total).collect(), changes, tolerance)
    }

    /// The objective of the best single column, squared rooted; but not beyond rounding of the farthest.
    fn scale(&self) -> f64 {
        let size = |j: usize| norm(self.column(j)).hypot(self.ridge[j].sqrt());
        let sizes = || (0..self.ridge.len()).map(size);
        let nearest = sizes().fold(f64::INFINITY, f64::min);
        let scale = nearest.max(FAR * sizes().fold(0.0, f64::max));
        if scale > 0.0 {
            scale
        } else {
            1.0
        }
    }

    /// Weights with their certificate: the objective is convex, so it is nowhere below its tangent.
    pub fn certified(&self, weights: Vec<f64>, iterations: usize, tolerance: f64) -> SimplexFit {
        let fitted = self.fitted(&weights);
        let ridge: f64 = weights.iter().zip(&self.ridge).map(|(w, r)| r * w * w).sum();
        let primal = dot(&fitted, &fitted) + ridge;
        let half_gradient = self.half_gradient(&fitted, &weights);
        let least = half_gradient.iter().copied().fold(f64::INFINITY, f64::min);
        let gap = (2.0 * (dot(&half_gradient, &weights) - least)).max(0.0);
        let own = |(j, w): (usize, &f64)| w * (dot(self.column(j), self.column(j)) + self.ridge[j]);
        let apart: f64 = weights.iter().enumerate().map(own).sum();
        let relative = if gap > 0.0 { gap / primal.max(PERFECT * apart) } else { 0.0 };
        let status = if relative <= tolerance { Status::Solved } else { Status::MaxIterations };
        SimplexFit { weights, primal, dual: primal - gap, gap: relative, iterations, status }
    }

    /// `D w`.
    pub fn fitted(&self, weights: &[f64]) -> Vec<f64> {
        let mut fitted = vec![0.0; self.m];
        for (j, &w) in weights.iter().enumerate().filter(|(_, &w)| w != 0.0) {
            fitted.iter_mut().zip(self.column(j)).for_each(|(f, d)| *f += w * d);
        }
        fitted
    }

    pub fn half_gradient(&self, fitted: &[f64], weights: &[f64]) -> Vec<f64> {
        let own = |(j, w): (usize, &f64)| dot(self.column(j), fitted) + self.ridge[j] * w;
        weights.iter().enumerate().map(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(columns: &[&[f64]], ridge: f64) -> SimplexFit {
        let problem = Simplex {
            columns: columns.concat(),
            m: columns[0].len(),
            ridge: vec![ridge; columns.len()],
        };
        problem.solve(1e-8)
    }

    #[test]
    fn by_hand() {
        // The point of the segment from (1, 0) to (0, 1) that is nearest to zero.
        let found = solve(&[&[1.0, 0.0], &[0.0, 1.0]], 0.0);
        assert!(found.weights.iter().all(|w| (w - 0.5).abs() < 1e-15));
        assert!((found.primal - 0.5).abs() < 1e-15 && found.status == Status::Solved);
        // w = (1 - v, v): (2 - 3 v)^2 + r ((1 - v)^2 + v^2) has its minimum at (6 + r) / (9 + 2 r).
        for ridge in [0.0, 0.5, 3.0] {
            let found = solve(&[&[2.0], &[-1.0]], ridge);
            let expected = (6.0 + ridge) / (9.0 + 2.0 * ridge);
            assert!((found.weights[1] - expected).abs() < 1e-14, "{:?}", found.weights);
        }
        // A corner.
        assert_eq!(solve(&[&[3.0], &[1.0]], 0.0).weights, [0.0, 1.0]);
        // Nothing to choose between: the ridge makes weights equal.
        let found = solve(&[&[0.0], &[0.0]], 1.0);
        assert!(found.weights.iter().all(|w| (w - 0.5).abs() < 1e-15), "{:?}", found.weights);
    }

    #[test]
    fn a_gap_tells_what_is_not_optimal() {
        let problem = Simplex { columns: vec![1.0, 0.0, 0.0, 1.0], m: 2, ridge: vec![0.0; 2] };
        let found = problem.certified(vec![1.0, 0.0], 0, 1e-8);
        assert_eq!((found.primal, found.dual, found.status), (1.0, -1.0, Status::MaxIterations));
    }
}
