//! A fit of Eq. 2: intercepts and low-rank part, and how good it is.

use super::alternation::Alternation;
use super::certificate::{Gram, Stationarity};
use super::half_step::Scratch;
use super::loadings::Loadings;
use super::problem::Problem;
use super::sample::Sample;
use super::two_way::TwoWay;
use crate::error::Result;
use crate::settings::Settings;

/// Whether a fit is certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The relative gap is at most the tolerance.
    Solved,
    /// The limit of iterations, or of what rounding allows, came first: the gap says how far the fit
    /// may be from the optimum.
    MaxIterations,
}

impl Status {
    /// Its name: `solved` or `max_iterations`.
    ///
    /// ```
    /// assert_eq!(trop_core::Status::Solved.name(), "solved");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Status::Solved => "solved",
            Status::MaxIterations => "max_iterations",
        }
    }
}

/// How a fit ended, on the scale of the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub status: Status,
    pub iterations: usize,
    /// Certified bound of the relative gap.
    pub gap: f64,
    pub primal: f64,
    pub dual: f64,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopping {
    pub tolerance: f64,
    pub max_iterations: usize,
    /// Iterate further than the tolerance asks for, and report how far the certificate reaches; otherwise
    /// report the tolerance that it is known to keep.
    pub careful: bool,
}

/// Shares of the tolerance at which a careful fit tries its certificate again.
const SHARES: [f64; 4] = [1e-4, 1e-3, 1e-2, 1e-1];

/// A careful fit aims at this share of its tolerance: a small gap alone leaves flat directions loose.
const CAREFUL: f64 = 0.01;

impl Stopping {
    /// As the settings for the fits of a search ask.
    pub fn of_search(settings: &Settings) -> Self {
        let Settings { loocv_tolerance, max_iterations, .. } = *settings;
        Stopping { tolerance: loocv_tolerance, max_iterations, careful: false }
    }

    /// As the settings for estimates ask.
    pub fn new(settings: &Settings, careful: bool) -> Self {
        let Settings { tolerance, max_iterations, .. } = *settings;
        Stopping { tolerance, max_iterations, careful }
    }

    /// The gap at which iteration ends.
    fn aim(&self) -> f64 {
        if self.careful {
            CAREFUL * self.tolerance
        } else {
            self.tolerance
        }
    }

    /// The gap to report of a fit that is certified to the tolerance.
    fn certified_gap(&self, holds: impl Fn(f64) -> bool) -> f64 {
        let gaps = SHARES.iter().map(|share| share * self.tolerance);
        let best = if self.careful { gaps.into_iter().find(|&gap| holds(gap)) } else { None };
        best.unwrap_or(self.tolerance)
    }
}

/// Intercepts and loadings of rows and columns.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    pub rows: Loadings,
    pub cols: Loadings,
}

/// Reusable memory and experience of a chain of similar fits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Workspace {
    pub(super) scratch: Scratch,
    pub(super) alternation: Alternation,
}

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
    /// All zero.
    pub fn zeros(problem: &Problem<'_>) -> Self {
        Fit {
            rows: Loadings::zeros(problem.sample().rows.n, 0),
            cols: Loadings::zeros(problem.sample().cols.n, 0),
        }
    }

    /// The fitted outcome of a row and column.
    pub fn value(&self, row: usize, col: usize) -> f64 {
        self.rows.get(row, 0) + self.cols.get(col, 0) + self.rows.inner(row, &self.cols, col)
    }

    /// Rank of the low-rank part.
    pub fn rank(&self) -> usize {
        self.rows.rank
    }

    /// Intercepts and loadings of units, and of periods.
    pub fn by_unit_and_period(&self, sample: &Sample) -> (&Loadings, &Loadings) {
        if sample.transposed {
            (&self.cols, &self.rows)
        } else {
            (&self.rows, &self.cols)
        }
    }

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
            *self = Fit::zeros(problem);
            problem.adjust(self, &mut work.scratch);
            let exact = two_way.solve(problem, &mut self.rows, &mut self.cols);
            let (status, gap) =
                if exact { (Status::Solved, 0.0) } else { (Status::MaxIterations, f64::INFINITY) };
            let point = Stationarity::new(problem, self, &mut work.scratch);
            return Ok(point.outcome(status, 0, gap));
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
            let norm = point.largest_norm(stopping.tolerance);
            if exact && point.is_plainly_below(norm.min(problem.lambda)) {
                work.alternation.certified();
                self.compress(problem, negligible)?;
                return Ok(point.outcome(Status::Solved, iterations, point.gap(problem.lambda)));
            }
            let gram = Gram::new(problem, self, &mut work.scratch);
            if exact && gram.is_below(norm) {
                if aim > stopping.aim() {
                    // Columns are lacking no more, but they have not settled yet.
                    aim = stopping.aim();
                    continue;
                }
                work.alternation.certified();
                let gap = stopping.certified_gap(|gap| gram.is_below(point.largest_norm(gap)));
                if stopping.careful || self.has_faint_column(negligible) {
                    self.compress(problem, negligible)?;
                }
                return Ok(point.outcome(Status::Solved, iterations, gap));
            }
            let spectrum = gram.spectrum()?;
            let gap = if exact { point.gap(spectrum.norm()) } else { f64::INFINITY };
            self.compress(problem, negligible)?;
            if iterations >= stopping.max_iterations {
                return Ok(point.outcome(Status::MaxIterations, iterations, gap));
            }
            stall.hear(gap);
            // What still lacks columns need not be exact.
            aim = (APPROACH * gap.min(1.0)).max(stopping.aim());
            if stall.is_stuck() {
                self.resize_faint_columns(problem);
            }
            let grown = self.grow(problem, &spectrum);
            if !grown && (self.rank() == 0 || work.alternation.is_exhausted(step)) {
                return Ok(point.outcome(Status::MaxIterations, iterations, gap));
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
