//! The covariates of a problem: what is left of them, and their part at the present coefficients.

use super::iterate::Fit;
use super::sample::Sample;

/// A covariate whose squares shrink to less than this share once unit and period effects (or the
/// covariates before it) are taken out is explained by them: what is left is rounding.
const EXPLAINED: f64 = 1e-14;

/// The covariates of a problem less their weighted unit and period effects.
#[derive(Clone, Debug)]
pub(crate) struct Residuals {
    /// What is left, as outcomes of the problem's cells.
    pub(super) each: Vec<Sample>,
    /// The effects of each, as intercepts.
    pub(super) effects: Vec<Fit>,
    /// Weighted squares of each before its effects were taken out.
    pub(super) before: Vec<f64>,
    /// Weighted inner products of what is left.
    pub(super) gram: Gram,
}

impl Residuals {
    /// Weighted squares of what is left of a covariate.
    pub fn square(&self, covariate: usize) -> f64 {
        self.gram.at(covariate, covariate)
    }

    /// True if unit and period effects explain a covariate.
    pub fn is_explained(&self, covariate: usize) -> bool {
        self.square(covariate) <= EXPLAINED * self.before[covariate]
    }

    /// The first covariate that those before it explain.
    pub fn first_dependent(&self) -> Option<usize> {
        self.gram.first_dependent()
    }

    /// True if the coefficients are identified.
    pub fn are_identified(&self) -> bool {
        (0..self.each.len()).all(|k| !self.is_explained(k)) && self.first_dependent().is_none()
    }

    /// A cell's leverage among the covariates.
    pub fn leverage(&self, row: usize, col: usize) -> f64 {
        let own: Vec<f64> = self.each.iter().map(|x| x.rows.outcome(row, col)).collect();
        let solved = self.gram.solve(own.clone());
        own.iter().zip(solved).map(|(x, s)| x * s).sum()
    }
}

/// A symmetric matrix of inner products and its factors L D L'.
#[derive(Clone, Debug)]
pub(super) struct Gram {
    n: usize,
    /// Row-major.
    entries: Vec<f64>,
    /// Row-major: D on the diagonal, L left of it.
    factors: Vec<f64>,
}

impl Gram {
    pub(super) fn new(n: usize, inner: impl Fn(usize, usize) -> f64) -> Self {
        let entries: Vec<f64> = (0..n * n).map(|at| inner(at / n, at % n)).collect();
        let mut factors = entries.clone();
        for k in 0..n {
            for i in k + 1..n {
                let share = factors[i * n + k] / factors[k * n + k];
                for j in k + 1..=i {
                    factors[i * n + j] -= share * factors[j * n + k];
                }
            }
            (k + 1..n).for_each(|i| factors[i * n + k] /= factors[k * n + k]);
        }
        Gram { n, entries, factors }
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.entries[i * self.n + j]
    }

    /// The first vector that those before it explain.
    fn first_dependent(&self) -> Option<usize> {
        let pivot = |k: usize| self.factors[k * self.n + k];
        (0..self.n).find(|&k| pivot(k) <= EXPLAINED * self.at(k, k))
    }

    pub(super) fn solve(&self, mut x: Vec<f64>) -> Vec<f64> {
        let n = self.n;
        for k in 0..n {
            let known: f64 = (0..k).map(|j| self.factors[k * n + j] * x[j]).sum();
            x[k] -= known;
        }
        for k in (0..n).rev() {
            let known: f64 = (k + 1..n).map(|j| self.factors[j * n + k] * x[j]).sum();
            x[k] = x[k] / self.factors[k * n + k] - known;
        }
        x
    }

    /// `x' Gram y`.
    pub(super) fn product(&self, x: &[f64], y: &[f64]) -> f64 {
        (0..self.n * self.n).map(|at| self.entries[at] * x[at / self.n] * y[at % self.n]).sum()
    }
}

/// The covariates' part in a problem, at their present coefficients.
#[derive(Clone, Debug)]
pub(crate) struct Covariates {
    pub(super) residuals: Residuals,
    /// Weighted inner products of the residuals with the outcomes.
    pub(super) products: Vec<f64>,
    pub(super) coefficients: Vec<f64>,
    /// The outcomes less what the covariates explain.
    pub(super) net: Sample,
}

impl Covariates {
    pub fn net(&self) -> &Sample {
        &self.net
    }
}
