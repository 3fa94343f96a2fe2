//! Covariates (Eq. 14): coefficients b without a penalty beside the low-rank part R.
//!
//! The covariates of a problem enter less their own weighted unit and period effects. That changes only what the
//! intercepts mean, and makes the covariates orthogonal to them (Frisch, Waugh, Lovell): given R, intercepts and
//! b are found apart, and together they are optimal. Then the gradient G is orthogonal to each covariate, so that
//! the certificate of `certificate.rs`, with R for L, holds for the whole problem.

use super::half_step::Scratch;
use super::iterate::Fit;
use super::loadings::Loadings;
use super::problem::Problem;
use super::regressors::{Covariates, Gram, Residuals};
use super::sample::Sample;
use super::two_way::TwoWay;
use crate::numerics::kernels::{dispatch, tile_inner, tile_products, TILE};
use pulp::Simd;
use pulp::WithSimd;

impl Residuals {
    /// Of the covariates of a problem.
    pub fn new(problem: &Problem<'_>) -> Self {
        let n = problem.observed.n_covariates();
        let (mut each, mut effects) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut before = Vec::with_capacity(n);
        for covariate in 0..n {
            let mut sample = problem.observed.covariate(covariate);
            before.push(inner(problem, &sample, &sample));
            let alone = Problem { observed: &sample, covariates: None, ..problem.clone() };
            let mut fit = Fit::zeros(alone.sample());
            TwoWay::new(&alone).solve(&alone, &mut fit.rows, &mut fit.cols);
            sample.subtract_effects(&fit.rows, &fit.cols);
            each.push(sample);
            effects.push(fit);
        }
        let gram = Gram::new(n, |i, j| inner(problem, &each[i], &each[j]));
        Residuals { each, effects, before, gram }
    }
}

impl Problem<'_> {
    /// Lets the sample's covariates take part; false if the control cells of positive weight do not identify
    /// their coefficients.
    pub fn take_in_covariates(&mut self) -> bool {
        if self.covariates.is_some() || self.observed.n_covariates() == 0 {
            return true;
        }
        let residuals = Residuals::new(self);
        if !residuals.are_identified() {
            return false;
        }
        let net = self.observed.outcomes();
        let products = residuals.each.iter().map(|x| inner(self, x, &net)).collect();
        let coefficients = vec![0.0; residuals.each.len()];
        self.covariates = Some(Covariates { residuals, products, coefficients, net });
        true
    }

    /// The present coefficients.
    pub fn coefficients(&self) -> &[f64] {
        self.covariates.as_ref().map_or(&[], |own| &own.coefficients)
    }

    pub fn set_coefficients(&mut self, coefficients: &[f64]) {
        if let Some(Covariates { residuals, coefficients: own, net, .. }) = &mut self.covariates {
            own.copy_from_slice(coefficients);
            net.set_difference(self.observed, coefficients, &residuals.each);
        }
    }

    /// The best coefficients given a low-rank part.
    pub(super) fn best_coefficients(
        &self,
        rows: &Loadings,
        cols: &Loadings,
        scratch: &mut Scratch,
    ) -> Vec<f64> {
        let Some(Covariates { residuals, products, .. }) = &self.covariates else {
            return Vec::new();
        };
        if rows.rank == 0 {
            return residuals.gram.solve(products.clone());
        }
        scratch.tabulate(cols, &self.cols);
        let mut left = products.clone();
        for (left, x) in left.iter_mut().zip(&residuals.each) {
            *left -= dispatch(LowRankProduct { problem: self, x, rows, scratch });
        }
        residuals.gram.solve(left)
    }

    /// Sets the coefficients to their best values given the low-rank part of a fit.
    pub(super) fn adjust(&mut self, fit: &Fit, scratch: &mut Scratch) {
        let best = self.best_coefficients(&fit.rows, &fit.cols, scratch);
        self.set_coefficients(&best);
    }

    /// Weighted squares of the outcomes at the present coefficients, less those at none.
    pub(super) fn explained(&self) -> f64 {
        let Some(Covariates { residuals, products, coefficients: b, .. }) = &self.covariates else {
            return 0.0;
        };
        let linear: f64 = products.iter().zip(b).map(|(product, b)| product * b).sum();
        residuals.gram.product(b, b) - 2.0 * linear
    }

    /// What the loss falls by if the coefficients go to their best values.
    pub(super) fn gain(&self, best: &[f64]) -> f64 {
        let Some(Covariates { residuals, coefficients: b, .. }) = &self.covariates else {
            return 0.0;
        };
        let step: Vec<f64> = best.iter().zip(b).map(|(best, b)| best - b).collect();
        residuals.gram.product(&step, &step)
    }

    /// Adds a multiple of the effects of what the covariates explain to the intercepts of a fit: `1.0` takes a
    /// fit beside the covariates to one beside what is left of them, `-1.0` takes it back.
    pub fn shift_intercepts(&self, fit: &mut Fit, factor: f64) {
        let Some(Covariates { residuals, coefficients, .. }) = &self.covariates else { return };
        for (effects, b) in residuals.effects.iter().zip(coefficients) {
            fit.rows.add_intercepts(factor * b, &effects.rows);
            fit.cols.add_intercepts(factor * b, &effects.cols);
        }
    }
}

/// Weighted inner product of the outcomes of two samples with the cells of a problem.
fn inner(problem: &Problem<'_>, x: &Sample, y: &Sample) -> f64 {
    dispatch(Inner { problem, x, y })
}

struct Inner<'a> {
    problem: &'a Problem<'a>,
    x: &'a Sample,
    y: &'a Sample,
}

impl WithSimd for Inner<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Inner { problem, x, y } = self;
        let weight = problem.rows.effective.chunks_exact(TILE).enumerate();
        let tile = |(tile, weight): (usize, &[f64])| -> f64 {
            let (x, y) = (x.rows.tile(tile), y.rows.tile(tile));
            let sums = tile_inner(simd, x, y, &problem.cols.effective);
            sums.iter().zip(weight).map(|(sum, weight)| sum * weight).sum()
        };
        weight.map(tile).sum()
    }
}

/// Weighted inner product of a sample's outcomes with a low-rank matrix, whose columns stand in `scratch`.
struct LowRankProduct<'a> {
    problem: &'a Problem<'a>,
    x: &'a Sample,
    rows: &'a Loadings,
    scratch: &'a mut Scratch,
}

impl WithSimd for LowRankProduct<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let LowRankProduct { problem, x, rows, scratch } = self;
        let order = rows.rank + 1;
        scratch.products.resize((order + 1) * TILE, 0.0);
        let (stride, p, products) = (scratch.stride, &scratch.p, &mut scratch.products);
        let mut sum = 0.0;
        for tile in 0..x.rows.tile_count() {
            tile_products(simd, x.rows.tile(tile), p, stride, order, products);
            let loadings = &rows.tile(tile)[TILE..];
            let weight = &problem.rows.effective[tile * TILE..(tile + 1) * TILE];
            let pairs = products[TILE..].iter().zip(loadings).enumerate();
            sum += pairs.map(|(at, (x, a))| weight[at % TILE] * x * a).sum::<f64>();
        }
        sum
    }
}
