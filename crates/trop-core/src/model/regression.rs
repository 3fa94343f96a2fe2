//! One weighted regression (Eq. 2, or Eq. 14 with covariates), evaluated at the cells that it is for.

use super::effect_bounds::{Question, Range};
use super::start::Start;
use crate::error::Result;
use crate::panel::{part, Cell, Panel};
use crate::reason::Reason;
use crate::runtime::Progress;
use crate::solver::{
    interpolate, objective_unit, Fit, Limit, Outcome, Problem, Sample, Status, Stopping, Workspace,
};
use crate::weighting::Weights;

/// The effects of the cells that a regression is for, and how good it is.
#[derive(Clone, Debug)]
pub(crate) struct Regression {
    /// Outcome less fitted outcome (Eq. 2's tau) of each cell, in units of the outcome.
    pub effects: Vec<f64>,
    /// The least and the largest effect at any fit that is no worse than this one; infinite if not asked for.
    pub intervals: Vec<[f64; 2]>,
    /// False for a cell whose effect differs between optimal fits.
    pub is_determined: Vec<bool>,
    pub rank: usize,
    /// Coefficients of the covariates, in units of the outcome per unit of the covariate.
    pub coefficients: Vec<f64>,
    /// Primal and dual in units of the objective.
    pub outcome: Outcome,
}

/// A regression, or why it does not identify the effects.
pub(crate) type Regressed = std::result::Result<Regression, Reason>;

/// Regressions at the same weights.
pub(crate) struct Model<'a> {
    pub panel: &'a Panel,
    pub sample: &'a Sample,
    pub weights: &'a Weights,
}

impl Model<'_> {
    /// What they say of `cells`, whose units and periods are connected, for each of some falling lambda_nn;
    /// and the last fit.
    pub fn fit(
        &self,
        cells: &[Cell],
        nn: &[f64],
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<(Vec<Regressed>, Fit)> {
        let Model { panel, sample, weights: Weights { unit, period } } = *self;
        let mut problem = Problem::new(sample, unit, period, panel.counts(), 1.0);
        let mut start = Start::cold(panel, &problem);
        let mut work = Workspace::default();
        let stop = || progress.check().is_err();
        let mut found = Vec::with_capacity(nn.len());
        for nn in nn {
            progress.check()?;
            problem.set_lambda(nn / panel.scale());
            found.push(regress(
                panel,
                &mut problem,
                cells,
                &mut start,
                stopping,
                &mut work,
                &stop,
            )?);
            progress.advance(1);
        }
        Ok((found, start.fit))
    }
}

/// Fits a problem made from the control cells of `panel`, and compares `cells` with it. Their units and
/// periods are connected. The fit is left in `start`; in the limit lambda_nn = 0 its low-rank part.
pub(crate) fn regress(
    panel: &Panel,
    problem: &mut Problem<'_>,
    cells: &[Cell],
    start: &mut Start,
    stopping: Stopping,
    work: &mut Workspace,
    stop: &dyn Fn() -> bool,
) -> Result<Regressed> {
    let in_the_limit = |problem: &Problem<'_>, start: &mut Start, tries: Limit| {
        Solved::in_the_limit(panel, problem, cells, start, (stopping, tries), stop)
    };
    let mut solved = in_the_limit(problem, start, Limit::First)?;
    if solved.is_none() {
        solved = Solved::with_penalty(panel, problem, cells, start, stopping, work, stop)?;
        if let Some(own) = solved.as_ref().filter(|own| own.outcome.status != Status::Solved) {
            let gap = own.outcome.gap;
            let limit = in_the_limit(problem, start, Limit::Last)?;
            solved = limit.filter(|limit| limit.outcome.gap < gap).or(solved);
        }
    }
    let Some(solved) = solved else { return Ok(Err(Reason::CovariatesNotIdentified)) };
    if solved.has_diverged(problem) {
        return Ok(Err(Reason::Diverged));
    }
    let ranges = if stopping.bounds {
        let Solved { outcome, limit, .. } = &solved;
        let limit = *limit;
        let is_additive = limit.is_none() && start.is_additive(problem, work)?;
        let question =
            Question { panel, problem, start, outcome, stopping, stop, limit, is_additive };
        let range = |(&cell, &value)| question.range(cell, value);
        cells.iter().zip(&solved.values).map(range).collect::<Result<Vec<Range>>>()?
    } else {
        vec![Range::UNKNOWN; cells.len()]
    };
    Ok(Ok(solved.regression(panel, cells, &ranges, start, problem.lambda)))
}

/// Fitted outcomes that are not certified have diverged beyond this many times the largest outcome.
const DIVERGED: f64 = 1e4;

/// A solved problem, on the scale of the sample.
struct Solved {
    /// Of the cells asked for.
    values: Vec<f64>,
    rank: usize,
    /// In the limit the objective is the nuclear norm, without lambda.
    outcome: Outcome,
    /// In the limit: what the objective over lambda can be below the nuclear norm.
    limit: Option<f64>,
}

impl Solved {
    /// The limit lambda_nn = 0, if lambda_nn is that or so small that the limit solves the problem, too.
    fn in_the_limit(
        panel: &Panel,
        problem: &Problem<'_>,
        cells: &[Cell],
        start: &mut Start,
        (stopping, tries): (Stopping, Limit),
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Self>> {
        if problem.lambda == 0.0 {
            panel.check_penalty(&[0.0])?;
        }
        let Some(excess) = tries.excess(problem, stopping) else { return Ok(None) };
        let position = |cell: &Cell| problem.sample().position(cell.unit, cell.period);
        let positions: Vec<(usize, usize)> = cells.iter().map(position).collect();
        let found = interpolate(problem, &positions, stopping, stop)?;
        let outcome = found.outcome.with_excess(excess, stopping.tolerance);
        if tries == Limit::First && problem.lambda > 0.0 && outcome.status != Status::Solved {
            return Ok(None);
        }
        start.fit = found.low_rank;
        Ok(Some(Solved { values: found.values, rank: found.rank, outcome, limit: Some(excess) }))
    }

    /// `None` if the control cells of positive weight do not identify the covariates' coefficients.
    fn with_penalty(
        panel: &Panel,
        problem: &mut Problem<'_>,
        cells: &[Cell],
        start: &mut Start,
        stopping: Stopping,
        work: &mut Workspace,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Self>> {
        let Some(outcome) = start.solve(problem, stopping, work, stop)? else { return Ok(None) };
        let value = |cell: &Cell| {
            let (row, col) = problem.sample().position(cell.unit, cell.period);
            start.fit.value(row, col) + part(panel, *cell, &start.coefficients)
        };
        let values = cells.iter().map(value).collect();
        Ok(Some(Solved { values, rank: start.fit.rank(), outcome, limit: None }))
    }

    /// True if the numbers have nothing to do with the outcomes any more.
    fn has_diverged(&self, problem: &Problem<'_>) -> bool {
        if self.outcome.status == Status::Solved {
            return !self.outcome.primal.is_finite();
        }
        let furthest = DIVERGED * (1.0 + problem.sample().largest());
        let is_near = |value: &f64| value.abs() <= furthest;
        !(self.outcome.primal.is_finite() && self.values.iter().all(is_near))
    }

    /// In units of the outcome.
    fn regression(
        &self,
        panel: &Panel,
        cells: &[Cell],
        ranges: &[Range],
        start: &Start,
        lambda: f64,
    ) -> Regression {
        let scale = panel.scale();
        let outcome = self.outcome.in_units(objective_unit(scale, lambda, self.limit.is_some()));
        let effect = |(&cell, value): (&Cell, &f64)| (panel.adjusted(cell) - value) * scale;
        let effects: Vec<f64> = cells.iter().zip(&self.values).map(effect).collect();
        let interval = |(effect, range): (&f64, &Range)| {
            [effect - range.above * scale, effect + range.below * scale]
        };
        Regression {
            intervals: effects.iter().zip(ranges).map(interval).collect(),
            is_determined: ranges.iter().map(|range| range.is_determined).collect(),
            effects,
            rank: self.rank,
            coefficients: panel.covariate_coefficients(&start.coefficients),
            outcome,
        }
    }
}
