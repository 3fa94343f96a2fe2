//! Approximate Newton steps on the columns, the rows being the best ones given them, accelerated.
//!
//! Where the alternation converges slowly this takes a fourth of its iterations, each at little more than half
//! its cost. It is used near the solution, and left to the alternation as soon as the objective rises.

use super::alternation::{row_step, Alternation, Workspace, SLACK};
use super::curvature::orthogonalize;
use super::iterate::Fit;
use super::loadings::Loadings;
use super::outcome::Stopping;
use super::problem::Problem;
use crate::error::{Error, Result};

/// Iterations after which the alternation goes on.
const MOST: usize = 40;

/// Iterations after which an old second derivative is too old.
const PATIENCE: usize = 16;

/// Iterations after which lacking columns are seen.
const SETTLED: usize = 4;

/// An approximate second derivative pays from this rank on, or from this share of the number of columns on: at
/// low ranks alternation is fast, and what lies beyond the range costs more than it.
const HIGH_RANK: usize = 8;
const HIGH_SHARE: usize = 3;

/// The relative step of the alternation below which the solution is near.
const NEAR: f64 = 0.1;

impl Alternation {
    /// True if the second derivative at hand is good for columns where they are.
    pub(super) fn can_descend_at_once(&self, cols: &Loadings) -> bool {
        self.descends && self.curvature.suits(cols)
    }

    /// True if Newton steps are worth trying after an alternating step of this relative length.
    pub(super) fn can_descend(&self, problem: &Problem<'_>, rank: usize, step: f64) -> bool {
        let columns = problem.sample().cols.n;
        let is_high = rank >= HIGH_RANK || rank * HIGH_SHARE >= columns;
        self.descends && is_high && step < NEAR && problem.coefficients().is_empty()
    }
}

impl Fit {
    /// Descends until a certificate for a gap of `aim` is worth trying, and returns the last relative step;
    /// `None` if the steps do not lead down: the fit is then the best one seen.
    pub(super) fn descend(
        &mut self,
        problem: &Problem<'_>,
        aim: f64,
        stopping: Stopping,
        work: &mut Workspace,
        iterations: &mut usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<f64>> {
        let Workspace { scratch, alternation } = work;
        let Alternation {
            anderson, image, gradient, curvature, descends, mode, gap_per_step, ..
        } = alternation;
        let Fit { rows, cols } = self;
        let reuses = curvature.suits(cols);
        if !reuses {
            orthogonalize(cols, &problem.cols.count)?;
        }
        let mut bound = row_step(problem, rows, cols, scratch);
        if !reuses && curvature.set(problem, rows, cols, scratch).is_err() {
            *descends = false;
            return Ok(None);
        }
        let most = if reuses { PATIENCE } else { MOST };
        anderson.reset();
        let mut best = cols.clone();
        let mut is_plain = true;
        for iteration in 0..most {
            if stop() {
                return Err(Error::Interrupted);
            }
            *iterations += 1;
            if iteration > 0 {
                let objective = row_step(problem, rows, cols, scratch);
                let falls = objective <= bound + SLACK * bound.abs();
                if !falls && is_plain {
                    break;
                }
                if !falls {
                    cols.clone_from(image);
                    anderson.reset();
                    is_plain = true;
                    continue;
                }
                bound = objective;
                best.clone_from(cols);
            }
            if iteration == SETTLED && curvature.lacks(problem, rows, cols, scratch) {
                *mode = 1;
                return Ok(Some(1.0));
            }
            gradient.set(problem, rows, cols, scratch);
            image.clone_from(cols);
            curvature.step(gradient, image);
            is_plain = anderson.is_empty();
            let step = anderson.advance(&mut cols.data, &image.data);
            if step * gap_per_step[1] <= aim || *iterations >= stopping.max_iterations {
                cols.clone_from(image);
                row_step(problem, rows, cols, scratch);
                if reuses {
                    curvature.grow_older();
                }
                *mode = 1;
                return Ok(Some(step));
            }
        }
        cols.clone_from(&best);
        curvature.forget();
        *descends = reuses;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::curvature::Curvature;
    use crate::solver::gradient::Gradient;
    use crate::solver::half_step::Scratch;
    use crate::solver::sample::Sample;

    /// At equal weights and without masked cells a step is Newton's: it squares a small error.
    #[test]
    fn a_step_near_the_optimum_leaves_little_of_the_gradient() {
        let (n, t) = (24, 9);
        let y: Vec<f64> = (0..n * t).map(|k| ((k * k * 29 + 13 * k) % 53) as f64 / 20.0).collect();
        let mut w = vec![0.0; n * t];
        w[0] = 1.0;
        let sample =
            Sample::new(n, t, 0, |i, s| (w[i * t + s] == 0.0).then(|| y[i * t + s]), |_, _, _| 0.0);
        for decay in [1.0_f64, 0.8] {
            let period: Vec<f64> = (0..t).map(|s| decay.powi(s as i32)).collect();
            let mut problem = Problem::new(&sample, &vec![1.0; n], &period, None, 1.5);
            let mut fit = Fit::zeros(&sample);
            let mut work = Workspace::default();
            let stopping =
                Stopping { tolerance: 1e-12, max_iterations: 10_000, careful: true, bounds: false };
            fit.solve(&mut problem, stopping, &mut work, &|| false).unwrap();
            assert!(fit.rank() > 3, "{}", fit.rank());
            let Fit { mut rows, mut cols } = fit;
            for s in 0..t {
                (0..=cols.rank).for_each(|k| {
                    let change = 1e-4 * ((s * 5 + k * 3) % 7) as f64 - 3e-4;
                    cols.set(s, k, cols.get(s, k) + change);
                });
            }
            let (mut scratch, mut gradient) = (Scratch::default(), Gradient::default());
            let mut curvature = Curvature::default();
            orthogonalize(&mut cols, &problem.cols.count).unwrap();
            row_step(&problem, &mut rows, &cols, &mut scratch);
            curvature.set(&problem, &rows, &cols, &mut scratch).unwrap();
            let mut size = |rows: &mut Loadings, cols: &Loadings| -> f64 {
                row_step(&problem, rows, cols, &mut scratch);
                gradient.set(&problem, rows, cols, &mut scratch);
                let squares = gradient.loadings.data.iter().chain(&gradient.intercepts);
                squares.map(|g| g * g).sum::<f64>().sqrt()
            };
            let before = size(&mut rows, &cols);
            let (mut scratch, mut gradient) = (Scratch::default(), Gradient::default());
            gradient.set(&problem, &rows, &cols, &mut scratch);
            curvature.step(&gradient, &mut cols);
            let after = size(&mut rows, &cols);
            assert!(after < 0.2 * before, "decay {decay}: {before} {after}");
        }
    }
}
