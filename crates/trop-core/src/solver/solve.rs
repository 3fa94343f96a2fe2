//! The way to a certified fit: alternate, try the certificate, grow what lacks columns.

use super::alternation::Workspace;
use super::certificate::{Gram, Stationarity};
use super::iterate::Fit;
use super::outcome::{Outcome, Status, Stopping};
use super::problem::Problem;
use super::two_way::TwoWay;
use crate::error::Result;

/// Singular values whose part in the objective is below this share of the tolerance have vanished.
const NEGLIGIBLE_SHARE: f64 = 1e-3;

/// Share of the gap that the next certificate aims at.
const APPROACH: f64 = 1e-2;

/// Tries without a better gap after which acceleration is to blame.
const TRIES: usize = 4;

/// As long as the gap is larger than this, columns are still lacking.
const NEAR: f64 = 1e-3;

/// Watches whether certificates get better.
#[derive(Default)]
struct Stall {
    least: Option<f64>,
    /// Tries since the gap last halved.
    tries: usize,
}

impl Stall {
    fn hear(&mut self, gap: f64) {
        if gap > NEAR || self.least.is_none_or(|least| gap <= 0.5 * least) {
            self.least = Some(gap);
            self.tries = 0;
        } else {
            self.tries += 1;
        }
    }

    fn is_stuck(&self) -> bool {
        self.tries >= TRIES
    }
}

impl Fit {
    /// Solves a problem with positive lambda, starting from this fit and the problem's coefficients. A careful
    /// fit, and every one with covariates, ends with the factors of the low-rank part's singular value
    /// decomposition, `U S^1/2` and `V S^1/2`.
    pub fn solve(
        &mut self,
        problem: &mut Problem<'_>,
        stopping: Stopping,
        work: &mut Workspace,
        stop: &dyn Fn() -> bool,
    ) -> Result<Outcome> {
        // The objective is flatter in the coefficients of covariates: a score of gaps at the tolerance was off
        // by 3e-6 of its size.
        let careful = stopping.careful || !problem.coefficients().is_empty();
        let stopping = Stopping { careful, ..stopping };
        // It does not depend on the coefficients: covariates are orthogonal to the intercepts.
        let two_way = TwoWay::new(problem);
        if problem.lambda.is_infinite() {
            *self = Fit::zeros(problem.sample());
            problem.adjust(self, &mut work.scratch);
            let exact = two_way.solve(problem, &mut self.rows, &mut self.cols);
            let gap = if exact { 0.0 } else { f64::INFINITY };
            let point = Stationarity::new(problem, self, &mut work.scratch);
            return Ok(Outcome::new(point.primal, gap, 0, stopping.tolerance));
        }
        self.solve_low_rank(problem, &two_way, stopping, work, stop)
    }

    fn solve_low_rank(
        &mut self,
        problem: &mut Problem<'_>,
        two_way: &TwoWay,
        stopping: Stopping,
        work: &mut Workspace,
        stop: &dyn Fn() -> bool,
    ) -> Result<Outcome> {
        let mut iterations = 0;
        let mut stall = Stall::default();
        let mut aim = stopping.aim();
        loop {
            let step = if stall.is_stuck() {
                self.alternate_plainly(problem, work, &mut iterations, stop)?
            } else {
                self.alternate(problem, aim, stopping, work, &mut iterations, stop)?
            };
            problem.adjust(self, &mut work.scratch);
            let exact = two_way.solve(problem, &mut self.rows, &mut self.cols);
            let point = Stationarity::new(problem, self, &mut work.scratch);
            let negligible = NEGLIGIBLE_SHARE * stopping.tolerance * point.primal / problem.lambda;
            let end = |gap: f64, iterations: usize| {
                Outcome::new(point.primal, gap, iterations, stopping.tolerance)
            };
            if exact && point.is_plainly_below(problem.lambda) {
                let outcome = end(point.gap(problem.lambda), iterations);
                if outcome.status == Status::Solved {
                    work.alternation.certified();
                    self.compress(problem, negligible)?;
                    return Ok(outcome);
                }
            }
            let norm = point.largest_norm(stopping.tolerance);
            let gram = Gram::new(problem, self, &mut work.scratch);
            if exact && norm > 0.0 && gram.is_below(norm) {
                if aim > stopping.aim() {
                    // Columns are lacking no more, but they have not settled yet.
                    aim = stopping.aim();
                    continue;
                }
                work.alternation.certified();
                let gap = if stopping.careful {
                    point.gap(gram.spectrum()?.norm()).min(stopping.tolerance)
                } else {
                    stopping.tolerance
                };
                if stopping.careful || self.has_faint_column(negligible) {
                    self.compress(problem, negligible)?;
                }
                return Ok(end(gap, iterations));
            }
            let spectrum = gram.spectrum()?;
            let gap = if exact { point.gap(spectrum.norm()) } else { f64::INFINITY };
            self.compress(problem, negligible)?;
            if iterations >= stopping.max_iterations {
                return Ok(end(gap, iterations));
            }
            stall.hear(gap);
            // What still lacks columns need not be exact.
            aim = (APPROACH * gap.min(1.0)).max(stopping.aim());
            if stall.is_stuck() {
                self.resize_faint_columns(problem);
            }
            let grown = self.grow(problem, &spectrum);
            if !grown && (self.rank() == 0 || work.alternation.is_exhausted(step)) {
                return Ok(end(gap, iterations));
            }
            if !grown {
                work.alternation.too_early(gap, step);
            }
        }
    }
}

impl Fit {
    /// Spectral norm of G: the smallest lambda at which this fit's low-rank part need not change.
    pub fn gradient_norm(&self, problem: &Problem<'_>, work: &mut Workspace) -> Result<f64> {
        Ok(Gram::new(problem, self, &mut work.scratch).spectrum()?.norm())
    }
}
