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
use super::sample::Sample;
use super::two_way::TwoWay;
use crate::error::{Error, Result};
use crate::numerics::kernels::{dispatch, tile_inner, tile_products, TILE};
use crate::panel::{Cell, Panel};
use pulp::{Simd, WithSimd};

/// A covariate whose squares shrink to less than this share once unit and period effects (or the
/// covariates before it) are taken out is explained by them: what is left is rounding.
const EXPLAINED: f64 = 1e-14;

/// The same for the covariate's size beside its largest value: differences of nearby numbers are rounding.
const ROUNDING: f64 = 1e-12;

/// What the covariates contribute to the fitted outcome of a cell, on the scale of the sample.
pub(crate) fn part(panel: &Panel, cell: Cell, coefficients: &[f64]) -> f64 {
    let term = |(k, b): (usize, &f64)| b * panel.adjusted_covariate(k, cell);
    coefficients.iter().enumerate().map(term).sum()
}

/// Checks that each covariate varies over the control cells beyond unit and period effects and the
/// covariates before it.
pub(crate) fn check_variation(panel: &Panel) -> Result<()> {
    if panel.n_covariates() == 0 {
        return Ok(());
    }
    let sample = Sample::new(panel);
    let (unit, period) = (vec![1.0; panel.n_units()], vec![1.0; panel.n_periods()]);
    let problem = Problem::new(&sample, &unit, &period, panel.counts(), f64::INFINITY);
    let residuals = Residuals::new(&problem);
    let n = panel.control_cells().len() as f64;
    for covariate in 0..panel.n_covariates() {
        let size = residuals.square(covariate).sqrt() * panel.covariate_scale(covariate);
        let is_rounding = size <= ROUNDING * panel.largest_covariate(covariate) * n.sqrt();
        if residuals.is_explained(covariate) || is_rounding {
            return Err(Error::CovariateConstant { covariate });
        }
    }
    match residuals.gram.first_dependent() {
        Some(covariate) => Err(Error::CovariatesCollinear { covariate }),
        None => Ok(()),
    }
}

/// A cell whose leverage among the covariates stays below this can be left out without a further look.
const LEVERAGE: f64 = 0.01;

/// Whether the control cells identify the coefficients, also without one of them.
pub(crate) struct Identification<'a> {
    panel: &'a Panel,
    sample: Sample,
    unit: Vec<f64>,
    period: Vec<f64>,
    /// `None` if the panel does not identify the coefficients itself.
    residuals: Option<Residuals>,
}

impl<'a> Identification<'a> {
    /// At equal weights.
    pub fn new(panel: &'a Panel) -> Self {
        Self::among(panel, |_| true, |_| true)
    }

    /// At equal weights of some units and periods, the others having none.
    pub fn among(
        panel: &'a Panel,
        unit_counts: impl Fn(usize) -> bool,
        period_counts: impl Fn(usize) -> bool,
    ) -> Self {
        let sample = Sample::new(panel);
        let one_if = |counts: bool| f64::from(u8::from(counts));
        let unit = (0..panel.n_units()).map(|i| one_if(unit_counts(i))).collect();
        let period = (0..panel.n_periods()).map(|s| one_if(period_counts(s))).collect();
        let mut found = Identification { panel, sample, unit, period, residuals: None };
        let residuals = found.residuals_of(&found.sample);
        found.residuals = Some(residuals).filter(Residuals::are_identified);
        found
    }

    fn residuals_of(&self, sample: &Sample) -> Residuals {
        let counts = self.panel.counts();
        Residuals::new(&Problem::new(sample, &self.unit, &self.period, counts, f64::INFINITY))
    }

    /// True if the coefficients are identified.
    pub fn holds(&self) -> bool {
        self.residuals.is_some()
    }

    /// True if the coefficients are identified when a cell is left out.
    pub fn holds_without(&self, cell: Cell) -> bool {
        let Some(residuals) = &self.residuals else { return false };
        if self.panel.n_covariates() == 0 || !self.panel.is_control(cell) {
            return true;
        }
        let (row, col) = self.sample.position(cell);
        let own: Vec<f64> = residuals.each.iter().map(|x| x.rows.outcome(row, col)).collect();
        let solved = residuals.gram.solve(own.clone());
        let leverage: f64 = own.iter().zip(solved).map(|(x, s)| x * s).sum();
        if leverage < LEVERAGE {
            return true;
        }
        let mut sample = self.sample.clone();
        sample.hold_out(cell);
        self.residuals_of(&sample).are_identified()
    }
}

/// The covariates of a problem less their weighted unit and period effects.
#[derive(Clone, Debug)]
struct Residuals {
    /// What is left, as outcomes of the problem's cells.
    each: Vec<Sample>,
    /// The effects of each, as intercepts.
    effects: Vec<Fit>,
    /// Weighted squares of each before its effects were taken out.
    before: Vec<f64>,
    /// Weighted inner products of what is left.
    gram: Gram,
}

impl Residuals {
    fn new(problem: &Problem<'_>) -> Self {
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

    /// Weighted squares of what is left of a covariate.
    fn square(&self, covariate: usize) -> f64 {
        self.gram.at(covariate, covariate)
    }

    /// True if unit and period effects explain a covariate.
    fn is_explained(&self, covariate: usize) -> bool {
        self.square(covariate) <= EXPLAINED * self.before[covariate]
    }

    fn are_identified(&self) -> bool {
        (0..self.each.len()).all(|k| !self.is_explained(k)) && self.gram.first_dependent().is_none()
    }
}

/// A symmetric matrix of inner products and its factors L D L'.
#[derive(Clone, Debug)]
struct Gram {
    n: usize,
    /// Row-major.
    entries: Vec<f64>,
    /// Row-major: D on the diagonal, L left of it.
    factors: Vec<f64>,
}

impl Gram {
    fn new(n: usize, inner: impl Fn(usize, usize) -> f64) -> Self {
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

    fn solve(&self, mut x: Vec<f64>) -> Vec<f64> {
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
    fn product(&self, x: &[f64], y: &[f64]) -> f64 {
        (0..self.n * self.n).map(|at| self.entries[at] * x[at / self.n] * y[at % self.n]).sum()
    }
}

/// The covariates' part in a problem, at their present coefficients.
#[derive(Clone, Debug)]
pub(crate) struct Covariates {
    residuals: Residuals,
    /// Weighted inner products of the residuals with the outcomes.
    products: Vec<f64>,
    coefficients: Vec<f64>,
    /// The outcomes less what the covariates explain.
    net: Sample,
}

impl Covariates {
    pub fn net(&self) -> &Sample {
        &self.net
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
