//! Alternating exact ridge solves on a factorization, accelerated.
//!
//! With L = A B', ||L||_* is the least (||A||^2 + ||B||^2) / 2, and given one side of the panel the other
//! is a ridge regression for each row. Given both, the coefficients of covariates are a regression, too.

use super::anderson::Anderson;
use super::certificate::squares;
use super::curvature::Curvature;
use super::gradient::Gradient;
use super::half_step::{half_step, Scratch};
use super::iterate::Fit;
use super::loadings::Loadings;
use super::outcome::Stopping;
use super::problem::Problem;
use crate::error::{Error, Result};
use crate::numerics::kernels::padded;

/// Relative steps below this are rounding.
const SMALLEST_STEP: f64 = 1e-15;

/// Iterations without acceleration between two certificates.
const PLAIN: usize = 50;

/// An accelerated iterate is refused if it is worse than the plain one by more than this share of the
/// objective, which is what rounding may hide.
pub(super) const SLACK: f64 = 1e-12;

/// Reusable memory and experience of a chain of similar fits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Workspace {
    pub(super) scratch: Scratch,
    pub(super) alternation: Alternation,
}

/// Memory of the alternation, and its experience: how large a step the certificate tolerates.
#[derive(Clone, Debug)]
pub(crate) struct Alternation {
    pub(super) anderson: Anderson,
    pub(super) image: Loadings,
    /// Columns and coefficients in one, and their image.
    joint: [Vec<f64>; 2],
    /// Of alternating and of Newton steps.
    pub(super) gap_per_step: [f64; 2],
    /// Which of the two came last.
    pub(super) mode: usize,
    /// False once Newton steps have failed in a fit.
    pub(super) descends: bool,
    pub(super) gradient: Gradient,
    pub(super) curvature: Curvature,
}

impl Default for Alternation {
    fn default() -> Self {
        Alternation {
            anderson: Anderson::default(),
            image: Loadings::zeros(0, 0),
            joint: Default::default(),
            gap_per_step: [10.0; 2],
            mode: 0,
            descends: true,
            gradient: Gradient::default(),
            curvature: Curvature::default(),
        }
    }
}

impl Alternation {
    /// The certificate held: next time try it a little earlier.
    pub fn certified(&mut self) {
        let gap_per_step = &mut self.gap_per_step[self.mode];
        *gap_per_step = (0.7 * *gap_per_step).max(1.0);
        self.descends = true;
    }

    /// The certificate failed at this gap and step.
    pub fn too_early(&mut self, gap: f64, step: f64) {
        self.gap_per_step[self.mode] = (2.0 * gap / step).clamp(1.0, 1e6);
    }

    /// Takes columns and coefficients from where they are, knowing their images, to the next iterate; returns
    /// the relative step to the images.
    fn accelerate(&mut self, cols: &mut Loadings, problem: &mut Problem<'_>, best: &[f64]) -> f64 {
        let Alternation { anderson, image, joint: [point, joint_image], .. } = self;
        if best.is_empty() {
            return anderson.advance(&mut cols.data, &image.data);
        }
        let n = cols.data.len();
        join(point, &cols.data, problem.coefficients());
        join(joint_image, &image.data, best);
        let step = anderson.advance(point, joint_image);
        cols.data.copy_from_slice(&point[..n]);
        problem.set_coefficients(&point[n..n + best.len()]);
        step
    }

    /// True if no further progress is possible.
    pub fn is_exhausted(&self, step: f64) -> bool {
        step < SMALLEST_STEP
    }
}

/// One after the other, padded to whole tiles.
fn join(out: &mut Vec<f64>, first: &[f64], second: &[f64]) {
    out.clear();
    out.extend_from_slice(first);
    out.extend_from_slice(second);
    out.resize(padded(out.len()), 0.0);
}

impl Fit {
    /// Alternates until a certificate for a gap of `aim` is worth trying; returns the last relative step.
    pub(super) fn alternate(
        &mut self,
        problem: &mut Problem<'_>,
        aim: f64,
        stopping: Stopping,
        work: &mut Workspace,
        iterations: &mut usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<f64> {
        if self.rank() == 0 {
            return Ok(f64::INFINITY);
        }
        work.alternation.anderson.reset();
        work.alternation.mode = 0;
        if work.alternation.can_descend_at_once(&self.cols) {
            if let Some(step) = self.descend(problem, aim, stopping, work, iterations, stop)? {
                return Ok(step);
            }
        }
        // Objective after the last plain step: what an accelerated one must not exceed.
        let mut bound = f64::INFINITY;
        let mut best = problem.coefficients().to_vec();
        loop {
            if stop() {
                return Err(Error::Interrupted);
            }
            *iterations += 1;
            let Workspace { scratch, alternation } = &mut *work;
            let Fit { rows, cols } = &mut *self;
            let image = &mut alternation.image;
            let objective = row_step(problem, rows, cols, scratch) + problem.explained();
            if objective > bound + SLACK * bound.abs() && !alternation.anderson.is_empty() {
                cols.clone_from(image);
                problem.set_coefficients(&best);
                alternation.anderson.reset();
                bound = f64::INFINITY;
                continue;
            }
            let objective = column_step(problem, rows, image, scratch) + problem.explained();
            best = problem.best_coefficients(rows, image, scratch);
            bound = objective - problem.gain(&best);
            let step = alternation.accelerate(cols, problem, &best);
            let worth_trying = step * alternation.gap_per_step[0] <= aim || step < SMALLEST_STEP;
            if worth_trying || *iterations >= stopping.max_iterations {
                cols.clone_from(&alternation.image);
                problem.set_coefficients(&best);
                return Ok(step);
            }
            if alternation.can_descend(problem, cols.rank, step) {
                cols.clone_from(&alternation.image);
                if let Some(step) = self.descend(problem, aim, stopping, work, iterations, stop)? {
                    return Ok(step);
                }
                work.alternation.anderson.reset();
                bound = f64::INFINITY;
            }
        }
    }

    /// Alternates a few times without acceleration, which can carry a faint column away: that it is
    /// lacking is a fixed point too. Returns the last relative step.
    pub(super) fn alternate_plainly(
        &mut self,
        problem: &mut Problem<'_>,
        work: &mut Workspace,
        iterations: &mut usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<f64> {
        let Workspace { scratch, alternation } = work;
        let Fit { rows, cols } = self;
        let mut step = f64::INFINITY;
        for _ in 0..PLAIN {
            if stop() {
                return Err(Error::Interrupted);
            }
            *iterations += 1;
            row_step(problem, rows, cols, scratch);
            column_step(problem, rows, &mut alternation.image, scratch);
            let best = problem.best_coefficients(rows, &alternation.image, scratch);
            alternation.anderson.reset();
            step = alternation.accelerate(cols, problem, &best);
        }
        Ok(step)
    }
}

/// The best rows given the columns; returns the objective without its constant.
pub(super) fn row_step(
    problem: &Problem<'_>,
    rows: &mut Loadings,
    cols: &Loadings,
    scratch: &mut Scratch,
) -> f64 {
    let side = &problem.sample().rows;
    let fitted = half_step(side, &problem.rows, cols, &problem.cols, rows, scratch);
    fitted + 0.5 * problem.lambda * squares(cols, &problem.cols.count)
}

/// The best columns given the rows; returns the objective without its constant.
fn column_step(
    problem: &Problem<'_>,
    rows: &Loadings,
    cols: &mut Loadings,
    scratch: &mut Scratch,
) -> f64 {
    let side = &problem.sample().cols;
    let fitted = half_step(side, &problem.cols, rows, &problem.rows, cols, scratch);
    fitted + 0.5 * problem.lambda * squares(rows, &problem.rows.count)
}
