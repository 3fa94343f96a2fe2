//! Alternating exact ridge solves on a factorization, accelerated.
//!
//! With L = A B', ||L||_* is the least (||A||^2 + ||B||^2) / 2, and given one side of the panel the other
//! is a ridge regression for each row.

use super::anderson::Anderson;
use super::certificate::squares;
use super::fit::{Fit, Stopping, Workspace};
use super::half_step::half_step;
use super::loadings::Loadings;
use super::problem::Problem;
use crate::error::{Error, Result};

/// Relative steps below this are rounding.
const SMALLEST_STEP: f64 = 1e-15;

/// Iterations without acceleration between two certificates.
const PLAIN: usize = 50;

/// An accelerated iterate is refused if it is worse than the plain one by more than this share of the
/// objective, which is what rounding may hide.
const SLACK: f64 = 1e-12;

/// Memory of the alternation, and its experience: how large a step the certificate tolerates.
#[derive(Clone, Debug)]
pub(crate) struct Alternation {
    anderson: Anderson,
    image: Loadings,
    gap_per_step: f64,
}

impl Default for Alternation {
    fn default() -> Self {
        Alternation {
            anderson: Anderson::default(),
            image: Loadings::zeros(0, 0),
            gap_per_step: 10.0,
        }
    }
}

impl Alternation {
    /// The certificate held: next time try it a little earlier.
    pub fn certified(&mut self) {
        self.gap_per_step = (0.7 * self.gap_per_step).max(1.0);
    }

    /// The certificate failed at this gap and step.
    pub fn too_early(&mut self, gap: f64, step: f64) {
        self.gap_per_step = (2.0 * gap / step).clamp(1.0, 1e6);
    }

    /// True if no further progress is possible.
    pub fn is_exhausted(&self, step: f64) -> bool {
        step < SMALLEST_STEP
    }
}

impl Fit {
    /// Alternates until a certificate for a gap of `aim` is worth trying; returns the last relative step.
    pub(super) fn alternate(
        &mut self,
        problem: &Problem<'_>,
        aim: f64,
        stopping: Stopping,
        work: &mut Workspace,
        iterations: &mut usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<f64> {
        if self.rank() == 0 {
            return Ok(f64::INFINITY);
        }
        let sample = problem.sample;
        let Workspace { scratch, alternation } = work;
        let Alternation { anderson, image, gap_per_step } = alternation;
        anderson.reset();
        // Objective after the last plain step: what an accelerated one must not exceed.
        let mut bound = f64::INFINITY;
        loop {
            if stop() {
                return Err(Error::Interrupted);
            }
            *iterations += 1;
            let Fit { rows, cols } = self;
            let (row_weights, col_weights) = (&problem.rows, &problem.cols);
            let fitted = half_step(&sample.rows, row_weights, cols, col_weights, rows, scratch);
            let objective = fitted + 0.5 * problem.lambda * squares(cols, &col_weights.count);
            if objective > bound + SLACK * bound.abs() && !anderson.is_empty() {
                cols.clone_from(image);
                anderson.reset();
                bound = f64::INFINITY;
                continue;
            }
            let fitted = half_step(&sample.cols, col_weights, rows, row_weights, image, scratch);
            bound = fitted + 0.5 * problem.lambda * squares(rows, &row_weights.count);
            let step = anderson.advance(&mut cols.data, &image.data);
            let worth_trying = step * *gap_per_step <= aim || step < SMALLEST_STEP;
            if worth_trying || *iterations >= stopping.max_iterations {
                cols.clone_from(image);
                return Ok(step);
            }
        }
    }

    /// Alternates a few times without acceleration, which can carry a faint column away: that it is
    /// lacking is a fixed point too. Returns the last relative step.
    pub(super) fn alternate_plainly(
        &mut self,
        problem: &Problem<'_>,
        work: &mut Workspace,
        iterations: &mut usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<f64> {
        let sample = problem.sample;
        let Workspace { scratch, alternation: Alternation { anderson, image, .. } } = work;
        let Fit { rows, cols } = self;
        let mut step = f64::INFINITY;
        for _ in 0..PLAIN {
            if stop() {
                return Err(Error::Interrupted);
            }
            *iterations += 1;
            half_step(&sample.rows, &problem.rows, cols, &problem.cols, rows, scratch);
            half_step(&sample.cols, &problem.cols, rows, &problem.rows, image, scratch);
            anderson.reset();
            step = anderson.advance(&mut cols.data, &image.data);
        }
        Ok(step)
    }
}
