//! One weighted regression (Eq. 2, or Eq. 14 with covariates), evaluated at the cells that it is for.

use crate::error::Result;
use crate::panel::{part, Cell, Panel};
use crate::reason::Reason;
use crate::runtime::Progress;
use crate::solver::{interpolate, Fit, Outcome, Problem, Sample, Stopping, Workspace};
use crate::weighting::Weights;

/// The effects of the cells that a regression is for, and how good it is.
#[derive(Clone, Debug)]
pub(crate) struct Regression {
    /// Outcome less fitted outcome (Eq. 2's tau) of each cell, in units of the outcome.
    pub effects: Vec<f64>,
    pub rank: usize,
    /// Coefficients of the covariates, in units of the outcome per unit of the covariate.
    pub coefficients: Vec<f64>,
    /// Primal and dual in units of the objective.
    pub outcome: Outcome,
}

/// Where a regression starts: the end of a similar one.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub fit: Fit,
    /// On the scale of the sample.
    pub coefficients: Vec<f64>,
}

impl Start {
    /// From nothing.
    pub fn cold(panel: &Panel, problem: &Problem<'_>) -> Self {
        Start { fit: Fit::zeros(problem.sample()), coefficients: vec![0.0; panel.n_covariates()] }
    }

    /// Solves a problem with positive lambda from here, and leaves its solution here. `None` if the control
    /// cells of positive weight do not identify the covariates' coefficients.
    pub fn solve(
        &mut self,
        problem: &mut Problem<'_>,
        stopping: Stopping,
        work: &mut Workspace,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Outcome>> {
        if !problem.take_in_covariates() {
            return Ok(None);
        }
        problem.set_coefficients(&self.coefficients);
        problem.shift_intercepts(&mut self.fit, 1.0);
        let outcome = self.fit.solve(problem, stopping, work, stop)?;
        self.coefficients = problem.coefficients().to_vec();
        problem.shift_intercepts(&mut self.fit, -1.0);
        Ok(Some(outcome))
    }
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
/// periods are connected. The fit is left in `start`; at lambda_nn = 0 its low-rank part.
pub(crate) fn regress(
    panel: &Panel,
    problem: &mut Problem<'_>,
    cells: &[Cell],
    start: &mut Start,
    stopping: Stopping,
    work: &mut Workspace,
    stop: &dyn Fn() -> bool,
) -> Result<Regressed> {
    let scale = panel.scale();
    // The objective is a sum of squares, or at lambda_nn = 0 a nuclear norm.
    let mut unit = scale * scale;
    let (values, rank, outcome) = if problem.lambda == 0.0 {
        panel.check_penalty(&[0.0])?;
        let position = |cell: &Cell| problem.sample().position(cell.unit, cell.period);
        let positions: Vec<(usize, usize)> = cells.iter().map(position).collect();
        let found = interpolate(problem, &positions, stopping, stop)?;
        unit = scale;
        start.fit = found.low_rank;
        (found.values, found.rank, found.outcome)
    } else {
        let Some(outcome) = start.solve(problem, stopping, work, stop)? else {
            return Ok(Err(Reason::CovariatesNotIdentified));
        };
        let value = |cell: &Cell| {
            let (row, col) = problem.sample().position(cell.unit, cell.period);
            start.fit.value(row, col) + part(panel, *cell, &start.coefficients)
        };
        (cells.iter().map(value).collect::<Vec<f64>>(), start.fit.rank(), outcome)
    };
    let effect = |(&cell, value): (&Cell, f64)| (panel.adjusted(cell) - value) * scale;
    let Outcome { primal, dual, .. } = outcome;
    Ok(Ok(Regression {
        effects: cells.iter().zip(values).map(effect).collect(),
        rank,
        coefficients: panel.covariate_coefficients(&start.coefficients),
        outcome: Outcome { primal: primal * unit, dual: dual * unit, ..outcome },
    }))
}
