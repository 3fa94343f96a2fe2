//! How far the exact effect of a cell can be from the one that was found.
//!
//! A duality gap bounds the objective, not the effect: with few cells, fits of the same objective can differ at
//! the target. So the target is taken in as one more control cell whose outcome is `c`, with its weight `w`. For
//! every fit x of the problem without it
//!
//! `objective(x) + w (c - value(x))^2 >= dual`,
//!
//! `dual` being a certified lower bound of the problem with it. Fits that are no worse than the one found have an
//! objective of at most `primal`, so their values at the target are all at least `sqrt((dual - primal) / w)`
//! away from c. They form an interval (the problem is convex), and the value that was found is among them: it
//! says on which side of c the others are.
//!
//! Where the gradient of a fit without a low-rank part lies strictly within the ball of radius lambda_nn, no optimal
//! fit has one, and the effect is exact, up to rounding, as at infinite lambda_nn.
//!
//! At lambda_nn = 0 the target's value becomes fixed at c. Once the least nuclear norm with it exceeds the one
//! found, c is beyond all values of optimal fits.

use super::start::Start;
use crate::error::Result;
use crate::panel::{part, Cell, Panel};
use crate::solver::{interpolate, Outcome, Problem, Status, Stopping, Workspace};

/// Values of optimal fits are determined if they differ by no more than this share of the panel's scale.
const DETERMINED: f64 = 1e-3;

/// Or by this many times what the fits' gaps can hide.
const HIDDEN: f64 = 100.0;

/// The first `c`, in what the gaps can hide: best for a small leverage of the target, and good for most.
const FIRST: f64 = 4.0;

/// From one `c` to the next.
const GROWTH: f64 = 10.0;

/// No `c` is further away than this, in the panel's scale.
const FURTHEST: f64 = 1e6;

/// The least that rounding hides, in the panel's scale.
const ROUNDING: f64 = 1e-11;

/// Halvings of the way to `c`, on the scale of logarithms, where effects are not determined.
const HALVINGS: usize = 12;

/// Iterations allowed for the problem with the target, beside three times those of the problem without it.
const LEAST_ITERATIONS: usize = 300;

/// Relative rounding of the sums that objectives are.
const SUMS: f64 = 1e-13;

/// Relative gap at which the problem with the target is solved.
const TOLERANCE: f64 = 1e-11;

/// Values of a target at optimal fits: from `value - below` to `value + above`, on the scale of the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub below: f64,
    pub above: f64,
    /// False if the fit is certified, but several optimal fits have different values there.
    pub is_determined: bool,
}

impl Range {
    /// Of a value without an error.
    pub const EXACT: Range = Range { below: 0.0, above: 0.0, is_determined: true };

    /// Of which nothing is known.
    pub const UNKNOWN: Range =
        Range { below: f64::INFINITY, above: f64::INFINITY, is_determined: true };
}

/// A solved problem, and what to ask of it.
pub(crate) struct Question<'a, 'b> {
    pub panel: &'a Panel,
    pub problem: &'a Problem<'b>,
    /// The solution.
    pub start: &'a Start,
    pub outcome: &'a Outcome,
    pub stopping: Stopping,
    pub stop: &'a dyn Fn() -> bool,
    /// The problem was solved in the limit lambda_nn = 0, and its objective (then the nuclear norm) is no more than
    /// this much above that of the limit.
    pub limit: Option<f64>,
    /// No optimal fit has a low-rank part: all have the same intercepts.
    pub is_additive: bool,
}

impl Question<'_, '_> {
    /// The range of the values of a masked cell, which has `value` at the fit found.
    pub fn range(&self, cell: Cell, value: f64) -> Result<Range> {
        if self.is_additive {
            return Ok(Range::EXACT);
        }
        let mut target = Target::new(self, cell, value);
        let (below, above) = (target.reach(-1.0)?, target.reach(1.0)?);
        let is_certified = self.outcome.status == Status::Solved;
        let is_determined = !is_certified || below.attained + above.attained <= target.settles();
        Ok(Range { below: below.bound, above: above.bound, is_determined })
    }
}

/// How far the values of optimal fits lie from the one found in a direction.
#[derive(Clone, Copy)]
struct Reach {
    /// No further than this.
    bound: f64,
    /// At least this far, up to what the gaps hide.
    attained: f64,
}

/// What the target's outcome at some c tells.
enum Told {
    /// Values of optimal fits are no further away than this.
    Bound(f64),
    /// A fit as good as the one found has a value this far away.
    Attained(f64),
    /// Rounding keeps the problem with the target from being solved.
    Nothing,
}

struct Target<'a, 'b> {
    question: &'a Question<'a, 'b>,
    cell: Cell,
    value: f64,
    /// Weight of the cell in the problem with it.
    weight: f64,
    /// What the gaps can hide, in the objective and in the value.
    slack: f64,
    hidden: f64,
    work: Workspace,
}

impl<'a, 'b> Target<'a, 'b> {
    fn new(question: &'a Question<'a, 'b>, cell: Cell, value: f64) -> Self {
        let Question { problem, outcome, limit, .. } = question;
        let (row, col) = problem.sample().position(cell.unit, cell.period);
        let weight = problem.rows.effective[row] * problem.cols.effective[col];
        let slack = 2.0 * outcome.gap.max(TOLERANCE) * outcome.primal + limit.unwrap_or(0.0);
        let square = if limit.is_some() { slack } else { slack / weight };
        let hidden = square.sqrt().max(ROUNDING);
        Target { question, cell, value, weight, slack, hidden, work: Workspace::default() }
    }

    /// Values that differ by no more count as one.
    fn settles(&self) -> f64 {
        DETERMINED.max(HIDDEN * self.hidden)
    }

    fn reach(&mut self, direction: f64) -> Result<Reach> {
        let mut found = Reach { bound: f64::INFINITY, attained: 0.0 };
        let (mut near, mut c) = (0.0, FIRST * self.hidden);
        while c <= FURTHEST {
            if self.hear(direction * c, &mut found)? {
                break;
            }
            (near, c) = (c, GROWTH * c);
        }
        // The smaller the leverage, the further away is the best c.
        let leverage = 1.0 - (1.0 - found.bound / c).powi(2);
        let best = self.hidden / leverage.max(f64::EPSILON).sqrt();
        if near == 0.0 && found.bound > 0.5 * DETERMINED && best > 2.0 * c {
            self.hear(direction * best, &mut found)?;
        }
        for _ in 0..HALVINGS {
            if near == 0.0 || found.bound <= 0.5 * self.settles() || !found.bound.is_finite() {
                break;
            }
            let middle = (near * c).sqrt();
            if self.hear(direction * middle, &mut found)? {
                c = middle;
            } else {
                near = middle;
            }
        }
        Ok(found)
    }

    /// Learns what the target's outcome at `shift` from its value tells; true if it is a bound.
    fn hear(&mut self, shift: f64, found: &mut Reach) -> Result<bool> {
        match self.tell(shift)? {
            Told::Bound(bound) => found.bound = found.bound.min(bound),
            Told::Attained(attained) => {
                found.attained = found.attained.max(attained);
                return Ok(false);
            }
            Told::Nothing => return Ok(false),
        }
        Ok(true)
    }

    fn tell(&mut self, shift: f64) -> Result<Told> {
        let Question { panel, problem, start, outcome, stopping, stop, limit, .. } = *self.question;
        let max_iterations = stopping.max_iterations.min(3 * outcome.iterations + LEAST_ITERATIONS);
        let tolerance = TOLERANCE.min(stopping.tolerance);
        let stopping = Stopping { tolerance, max_iterations, careful: false, bounds: false };
        let covariates = (0..panel.n_covariates()).map(|k| panel.adjusted_covariate(k, self.cell));
        let values: Vec<f64> = std::iter::once(self.value + shift).chain(covariates).collect();
        let place = problem.observed().position(self.cell.unit, self.cell.period);
        let sample = problem.observed().with_observed(place, &values);
        let mut with = problem.on(&sample);
        let attained_if = |primal: f64, value: f64| match primal <= outcome.primal + self.slack {
            true => Told::Attained(value.abs()),
            false => Told::Nothing,
        };
        let primal = outcome.primal * (1.0 + SUMS);
        if let Some(above) = limit {
            with.set_lambda(0.0);
            let found = interpolate(&with, &[], stopping, stop)?.outcome;
            return Ok(match found.dual - above > primal {
                true => Told::Bound(shift.abs()),
                false => attained_if(found.primal, shift),
            });
        }
        let mut start = start.clone();
        let Some(found) = start.solve(&mut with, stopping, &mut self.work, stop)? else {
            return Ok(Told::Nothing);
        };
        let square = (found.dual - primal) / self.weight;
        if square > 0.0 {
            return Ok(Told::Bound((shift.abs() - square.sqrt()).max(0.0)));
        }
        let value = start.fit.value(place.0, place.1) + part(panel, self.cell, &start.coefficients);
        Ok(attained_if(found.primal, value - self.value))
    }
}
