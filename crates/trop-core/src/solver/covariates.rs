//! Covariates (Eq. 14): coefficients b without a penalty beside the low-rank part R.
//!
//! Given R, the best b is weighted least squares of Y - R on the covariates less their own unit and period
//! effects (Frisch, Waugh, Lovell). Given b, R is the fit of Y - X b. The two in turn converge to the optimum of
//! this convex problem; secant steps on b make it quick. Where b and the intercepts are optimal given R, the
//! gradient G is orthogonal to each covariate, so that the certificate of `certificate.rs`, with R for L,
//! holds for the whole problem.

use super::fit::{Fit, Outcome, Status, Stopping, Workspace};
use super::problem::Problem;
use super::sample::Sample;
use super::secant::Secant;
use super::two_way::TwoWay;
use crate::error::{Error, Result};
use crate::linalg::solve_positive_definite;
use crate::panel::{Cell, Panel};
use crate::regression::Start;

/// A covariate whose squares shrink to less than this share once unit and period effects (or the
/// covariates before it) are taken out is explained by them: what is left is rounding.
const EXPLAINED: f64 = 1e-14;

/// The same for the covariate's size beside its largest value: differences of nearby numbers are rounding.
const ROUNDING: f64 = 1e-12;

/// The inner fits keep this share of the tolerance, so that their errors leave room for those of b.
const INNER: f64 = 0.1;

/// Fits of R after which the coefficients are given up as not certified.
const ROUNDS: usize = 100;

/// Certified fits after which one is good enough, though rounding may keep its certificate from what a careful
/// fit aims at.
const POLISHED: usize = 5;

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
    let problem = equal_weights(panel, &sample);
    let residuals = Residuals::new(panel, &problem);
    for covariate in 0..panel.n_covariates() {
        let size = residuals.inner(covariate, covariate).sqrt() * panel.covariate_scale(covariate);
        let largest = panel.largest_covariate(covariate);
        let n = panel.control_cells().len() as f64;
        if residuals.is_explained(covariate) || size <= ROUNDING * largest * n.sqrt() {
            return Err(Error::CovariateConstant { covariate });
        }
    }
    match residuals.first_collinear() {
        Some(covariate) => Err(Error::CovariatesCollinear { covariate }),
        None => Ok(()),
    }
}

fn equal_weights<'a>(panel: &Panel, sample: &'a Sample) -> Problem<'a> {
    let ones = |n: usize| vec![1.0; n];
    let (unit, period) = (ones(panel.n_units()), ones(panel.n_periods()));
    Problem::new(sample, &unit, &period, panel.counts(), f64::INFINITY)
}

/// A cell whose leverage among the covariates stays below this can be left out without a further look: their
/// coefficients stay identified.
const LEVERAGE: f64 = 0.01;

/// Whether the control cells identify the coefficients, also without one of them.
pub(crate) struct Identification<'a> {
    panel: &'a Panel,
    sample: Sample,
    /// Of the panel at equal weights; `None` if it does not identify the coefficients itself.
    residuals: Option<Residuals>,
}

impl<'a> Identification<'a> {
    pub fn new(panel: &'a Panel) -> Self {
        let sample = Sample::new(panel);
        let residuals = Residuals::new(panel, &equal_weights(panel, &sample));
        let residuals = residuals.is_identified().then_some(residuals);
        Identification { panel, sample, residuals }
    }

    /// True if the coefficients are identified when a cell is left out.
    pub fn holds_without(&self, cell: Cell) -> bool {
        let Some(residuals) = &self.residuals else { return false };
        if self.panel.n_covariates() == 0 || !self.panel.is_control(cell) {
            return true;
        }
        let (row, col) = self.sample.position(cell);
        let own: Vec<f64> =
            residuals.values.iter().map(|x| x[row * residuals.n_cols + col]).collect();
        let leverage = solve_positive_definite(own.len(), &residuals.gram, &own)
            .map(|solved| own.iter().zip(solved).map(|(x, s)| x * s).sum());
        if leverage.is_some_and(|h: f64| h < LEVERAGE) {
            return true;
        }
        let mut sample = self.sample.clone();
        sample.hold_out(cell);
        Residuals::new(self.panel, &equal_weights(self.panel, &sample)).is_identified()
    }
}

/// The covariates less their weighted unit and period effects.
struct Residuals {
    n_cols: usize,
    /// For each covariate row-major by the sample's rows and columns, zero where masked.
    values: Vec<Vec<f64>>,
    /// Weights of the sample's cells, zero where masked.
    weight: Vec<f64>,
    /// Weighted squares of each covariate before unit and period effects were taken out.
    before: Vec<f64>,
    /// Weighted inner products of `values`, row-major K x K.
    gram: Vec<f64>,
}

impl Residuals {
    fn new(panel: &Panel, problem: &Problem<'_>) -> Self {
        let Problem { sample, rows, cols, .. } = problem;
        let (n_rows, n_cols) = (sample.rows.n, sample.cols.n);
        let mut weight = vec![0.0; n_rows * n_cols];
        sample.for_each(|row, col| {
            weight[row * n_cols + col] = rows.effective[row] * cols.effective[col]
        });
        let k = panel.n_covariates();
        let mut residuals = Residuals {
            n_cols,
            values: Vec::with_capacity(k),
            weight,
            before: Vec::with_capacity(k),
            gram: vec![0.0; k * k],
        };
        for covariate in 0..k {
            residuals.add(panel, problem, covariate);
        }
        for i in 0..k {
            for j in 0..k {
                residuals.gram[i * k + j] = residuals.inner(i, j);
            }
        }
        residuals
    }

    fn add(&mut self, panel: &Panel, problem: &Problem<'_>, covariate: usize) {
        let sample = problem.sample.with_outcomes(|cell| panel.adjusted_covariate(covariate, cell));
        let problem = Problem { sample: &sample, ..problem.clone() };
        let mut fit = Fit::zeros(&problem);
        TwoWay::new(&problem).solve(&problem, &mut fit.rows, &mut fit.cols);
        let mut values = vec![0.0; self.weight.len()];
        let mut before = 0.0;
        sample.for_each(|row, col| {
            let at = row * self.n_cols + col;
            let x = sample.rows.outcome(row, col);
            before += self.weight[at] * x * x;
            values[at] = x - fit.rows.get(row, 0) - fit.cols.get(col, 0);
        });
        self.values.push(values);
        self.before.push(before);
    }

    fn inner(&self, i: usize, j: usize) -> f64 {
        let pairs = self.values[i].iter().zip(&self.values[j]);
        self.weight.iter().zip(pairs).map(|(w, (x, y))| w * x * y).sum()
    }

    /// True if unit and period effects explain a covariate.
    fn is_explained(&self, covariate: usize) -> bool {
        let own = self.gram[covariate * self.values.len() + covariate];
        own <= EXPLAINED * self.before[covariate]
    }

    /// The first covariate that those before it explain: a pivot of the Cholesky factorization vanishes.
    fn first_collinear(&self) -> Option<usize> {
        let n = self.values.len();
        let mut left = self.gram.clone();
        for k in 0..n {
            let pivot = left[k * n + k];
            if pivot <= EXPLAINED * self.gram[k * n + k] {
                return Some(k);
            }
            for i in k + 1..n {
                let share = left[i * n + k] / pivot;
                for j in k + 1..n {
                    left[i * n + j] -= share * left[k * n + j];
                }
            }
        }
        None
    }

    fn is_identified(&self) -> bool {
        (0..self.values.len()).all(|k| !self.is_explained(k)) && self.first_collinear().is_none()
    }

    /// The best coefficients given the low-rank part of a fit.
    fn coefficients(&self, sample: &Sample, fit: &Fit) -> Option<Vec<f64>> {
        let mut product = vec![0.0; self.values.len()];
        sample.for_each(|row, col| {
            let at = row * self.n_cols + col;
            let rest = sample.rows.outcome(row, col) - fit.rows.inner(row, &fit.cols, col);
            for (product, x) in product.iter_mut().zip(&self.values) {
                *product += self.weight[at] * x[at] * rest;
            }
        });
        solve_positive_definite(product.len(), &self.gram, &product)
    }
}

/// Solves a problem with positive lambda and covariates, starting from `start` and leaving the fit there.
/// `None` if the control cells of positive weight do not identify the coefficients.
pub(crate) fn solve(
    panel: &Panel,
    problem: &Problem<'_>,
    start: &mut Start,
    stopping: Stopping,
    work: &mut Workspace,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Outcome>> {
    let residuals = Residuals::new(panel, problem);
    if !residuals.is_identified() {
        return Ok(None);
    }
    let Some(mut b) = residuals.coefficients(problem.sample, &start.fit) else { return Ok(None) };
    let mut secant = Secant::new(b.len() + 1);
    // The objective is flatter in b than in R: a score of gaps at the tolerance was off by 3e-6 of its size.
    let stopping = Stopping { careful: true, ..stopping };
    let (mut iterations, mut certified) = (0, 0);
    for round in 0..ROUNDS {
        let inner = Stopping {
            tolerance: INNER * stopping.tolerance,
            max_iterations: stopping.max_iterations.saturating_sub(iterations).max(1),
            ..stopping
        };
        let sample = net_of(panel, problem.sample, &b);
        let net = Problem { sample: &sample, ..problem.clone() };
        iterations += start.fit.solve(&net, inner, work, stop)?.iterations;
        let Some(best) = residuals.coefficients(problem.sample, &start.fit) else {
            return Ok(None);
        };
        let sample = net_of(panel, problem.sample, &best);
        let net = Problem { sample: &sample, ..problem.clone() };
        let outcome = start.fit.certify(&net, stopping, work)?;
        start.coefficients = best.clone();
        certified += usize::from(outcome.status == Status::Solved);
        let is_last = round + 1 == ROUNDS || iterations >= stopping.max_iterations;
        if outcome.gap <= stopping.aim() || certified == POLISHED || is_last {
            return Ok(Some(Outcome { iterations, ..outcome }));
        }
        b = secant.next(&b, &best);
    }
    unreachable!("the last round returns")
}

/// The sample of outcomes less what the covariates contribute.
pub(crate) fn net_of(panel: &Panel, sample: &Sample, coefficients: &[f64]) -> Sample {
    sample.with_outcomes(|cell| panel.adjusted(cell) - part(panel, cell, coefficients))
}
