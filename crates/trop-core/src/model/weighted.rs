//! Fits at weights that the caller brings: any product of unit and period weights in Eq. 2.

use super::start::Start;
use crate::error::{Error, Result};
use crate::lambdas::check_lambda;
use crate::panel::{Cell, Panel};
use crate::runtime::{Monitor, Progress, Stage};
use crate::settings::Settings;
use crate::solver::{
    interpolate, objective_unit, Care, Limit, Outcome, Problem, Sample, Status, Stopping, Workspace,
};
use crate::weighting::{Components, Weights};

/// A fit of Eq. 2 at given weights, all treated cells left out. Matrices are row-major N x T.
///
/// Control cells of positive weight join their unit with their period. `unit_effect + period_effect` is
/// identified within each connected component of this graph; there the component's first period has
/// effect 0. What is not identified is NaN.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WeightedFit {
    /// alpha, length N; NaN for a unit without a control cell of positive weight.
    pub unit_effect: Vec<f64>,
    /// beta, length T; NaN for a period without a control cell of positive weight.
    pub period_effect: Vec<f64>,
    /// L; zero in the rows and columns of units and periods whose effect is NaN.
    pub low_rank: Vec<f64>,
    /// Coefficients of the covariates (Eq. 14), in units of the outcome per unit of each.
    pub coefficients: Vec<f64>,
    /// `alpha + beta + L`, plus what the covariates contribute: outcomes without treatment. NaN where unit
    /// and period are not connected, or a covariate is missing.
    pub fitted: Vec<f64>,
    /// Rank of L.
    pub rank: usize,
    /// Whether the fit is certified.
    pub status: Status,
    /// Iterations of the fit.
    pub iterations: usize,
    /// Relative duality gap, `(primal - dual) / primal`, a certified bound.
    pub gap: f64,
    /// Objective of Eq. 2 that was reached (at lambda_nn = 0, the nuclear norm of L).
    pub primal: f64,
    /// Lower bound of that objective.
    pub dual: f64,
}

/// Fits Eq. 2 once, at given unit and period weights (any finite numbers >= 0, not normalized), to the
/// control cells of a panel.
///
/// # Errors
/// [`Error::WeightsLength`], [`Error::WeightInvalid`], [`Error::WeightsAllZero`],
/// [`Error::CovariatesNotIdentified`], [`Error::CovariatesWithoutPenalty`], [`Error::LambdaInvalid`], an
/// invalid [`Settings`], or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{weighted_fit, Panel, Settings, Shape, Silent, Weights};
/// let panel = Panel::new(
///     &[1.0, 2.0, 4.0, 9.0, 5.0, 7.0],
///     &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
///     Shape { n_units: 3, n_periods: 2 },
/// )?;
/// let weights = Weights { unit: vec![3.0, 1.0, 1.0], period: vec![1.0, 1.0] };
/// let fit = weighted_fit(&panel, &weights, f64::INFINITY, &Settings::default(), &Silent)?;
/// // Growth of the other units, weighted: (3 * 1 + 1 * 2) / 4 = 1.25.
/// assert!((fit.fitted[3] - 5.25).abs() < 1e-12);
/// assert!(fit.period_effect[0] == 0.0 && (fit.period_effect[1] - 1.25).abs() < 1e-12);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn weighted_fit(
    panel: &Panel,
    weights: &Weights,
    lambda_nn: f64,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<WeightedFit> {
    check_lambda("nn", lambda_nn)?;
    settings.validate()?;
    weights.validate(panel)?;
    let progress = Progress::new(monitor, Stage::Estimate, 1);
    progress.check()?;
    let stopping = Stopping::new(settings, Care::Careful);
    let stop = || progress.check().is_err();
    let fit = Weighted::new(panel, weights).fit(lambda_nn, &mut None, stopping, &stop)?;
    progress.advance(1);
    Ok(fit)
}

/// A panel with valid weights, ready to be fitted at any lambda_nn.
pub(crate) struct Weighted<'a> {
    panel: &'a Panel,
    weights: &'a Weights,
    sample: Sample,
    components: Components,
}

impl<'a> Weighted<'a> {
    pub fn new(panel: &'a Panel, weights: &'a Weights) -> Self {
        let components = Components::new(panel, weights);
        Weighted { panel, weights, sample: panel.sample(), components }
    }

    /// Fits at one lambda_nn, starting from `start` if there is one and leaving the new fit there.
    pub fn fit(
        &self,
        lambda_nn: f64,
        start: &mut Option<Start>,
        stopping: Stopping,
        stop: &dyn Fn() -> bool,
    ) -> Result<WeightedFit> {
        let Weighted { panel, weights, sample, components } = self;
        panel.check_penalty(&[lambda_nn])?;
        let lambda = lambda_nn / panel.scale();
        let mut problem =
            Problem::new(sample, &weights.unit, &weights.period, panel.counts(), lambda);
        let in_the_limit = |problem: &Problem<'_>, tries: Limit| {
            Solution::in_the_limit(panel, problem, components, (stopping, tries), stop)
        };
        if let Some(solution) = in_the_limit(&problem, Limit::First)? {
            return solution.in_outcome_units(panel, components);
        }
        let start = start.get_or_insert_with(|| Start::cold(panel, &problem));
        let mut solution = Solution::fitted(panel, &mut problem, start, stopping, stop)?;
        if solution.outcome.status != Status::Solved {
            let limit = in_the_limit(&problem, Limit::Last)?;
            solution = limit.filter(|l| l.outcome.gap < solution.outcome.gap).unwrap_or(solution);
        }
        solution.in_outcome_units(panel, components)
    }
}

/// Intercepts and low-rank part by unit and period, on the scale of the sample.
struct Solution {
    unit: Vec<f64>,
    period: Vec<f64>,
    low_rank: Vec<f64>,
    /// Of the covariates.
    coefficients: Vec<f64>,
    rank: usize,
    outcome: Outcome,
    /// What one unit of the objective is worth.
    objective_unit: f64,
}

impl Solution {
    fn fitted(
        panel: &Panel,
        problem: &mut Problem<'_>,
        start: &mut Start,
        stopping: Stopping,
        stop: &dyn Fn() -> bool,
    ) -> Result<Self> {
        let work = &mut Workspace::default();
        let outcome =
            start.solve(problem, stopping, work, stop)?.ok_or(Error::CovariatesNotIdentified)?;
        let fit = &start.fit;
        let (units, periods) = fit.by_unit_and_period(problem.sample());
        let (n_units, n_periods) = (panel.n_units(), panel.n_periods());
        Ok(Solution {
            unit: (0..n_units).map(|i| units.get(i, 0)).collect(),
            period: (0..n_periods).map(|s| periods.get(s, 0)).collect(),
            low_rank: (0..n_units * n_periods)
                .map(|k| units.inner(k / n_periods, periods, k % n_periods))
                .collect(),
            coefficients: start.coefficients.clone(),
            rank: fit.rank(),
            outcome,
            objective_unit: objective_unit(panel.scale(), problem.lambda, false),
        })
    }

    /// The limit lambda_nn = 0, if lambda_nn is that or so small that the limit solves the problem, too.
    fn in_the_limit(
        panel: &Panel,
        problem: &Problem<'_>,
        components: &Components,
        (stopping, tries): (Stopping, Limit),
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Self>> {
        let Some(excess) = tries.excess(problem, stopping) else { return Ok(None) };
        let mut solution = Self::interpolated(panel, problem, components, stopping, stop)?;
        solution.outcome = solution.outcome.with_excess(excess, stopping.tolerance);
        solution.objective_unit = objective_unit(panel.scale(), problem.lambda, true);
        let stands = tries == Limit::Last
            || problem.lambda == 0.0
            || solution.outcome.status == Status::Solved;
        Ok(stands.then_some(solution))
    }

    /// The interpolant, split into the intercepts that centre it and the rest.
    fn interpolated(
        panel: &Panel,
        problem: &Problem<'_>,
        components: &Components,
        stopping: Stopping,
        stop: &dyn Fn() -> bool,
    ) -> Result<Self> {
        let (n_units, n_periods) = (panel.n_units(), panel.n_periods());
        let units: Vec<usize> = (0..n_units).filter(|&i| components.unit[i].is_some()).collect();
        let periods: Vec<usize> =
            (0..n_periods).filter(|&s| components.period[s].is_some()).collect();
        let cells = || {
            let of_unit = |&unit: &usize| periods.iter().map(move |&period| Cell { unit, period });
            units.iter().flat_map(of_unit)
        };
        // Units and periods with a component have positive weight.
        let free: Vec<(usize, usize)> = cells()
            .filter(|&c| !panel.is_control(c))
            .map(|c| problem.sample().position(c.unit, c.period))
            .collect();
        let found = interpolate(problem, &free, stopping, stop)?;
        let mut values = found.values.into_iter();
        let mut value = |c: Cell| panel.control_outcome(c).or_else(|| values.next());
        let matrix: Vec<f64> = cells().filter_map(&mut value).collect();
        let split = Centred::new(&matrix, units.len(), periods.len());
        let mut solution = Solution {
            unit: vec![0.0; n_units],
            period: vec![0.0; n_periods],
            low_rank: vec![0.0; n_units * n_periods],
            coefficients: Vec::new(),
            rank: found.rank,
            outcome: found.outcome,
            objective_unit: panel.scale(),
        };
        units.iter().zip(split.row).for_each(|(&i, effect)| solution.unit[i] = effect);
        periods.iter().zip(split.col).for_each(|(&s, effect)| solution.period[s] = effect);
        for (cell, value) in cells().zip(split.rest) {
            solution.low_rank[cell.unit * n_periods + cell.period] = value;
        }
        Ok(solution)
    }

    fn in_outcome_units(self, panel: &Panel, components: &Components) -> Result<WeightedFit> {
        let numbers = || self.unit.iter().chain(&self.period).chain(&self.low_rank);
        if !self.outcome.primal.is_finite() || !numbers().all(|x| x.is_finite()) {
            return Err(Error::FitDiverged);
        }
        let outcome = self.outcome.in_units(self.objective_unit);
        let scale = panel.scale();
        let (unit_centre, period_centre) = panel.centres();
        let effects = |own: &[f64], centre: &[f64]| -> Vec<f64> {
            own.iter().zip(centre).map(|(own, centre)| own * scale + centre).collect()
        };
        let low_rank: Vec<f64> = self.low_rank.iter().map(|l| l * scale).collect();
        let mut unit_effect = effects(&self.unit, unit_centre);
        let mut period_effect = effects(&self.period, period_centre);
        let coefficients = panel.covariate_coefficients(&self.coefficients);
        for (covariate, b) in coefficients.iter().enumerate() {
            let (unit_centre, period_centre) = panel.covariate_centres(covariate);
            unit_effect.iter_mut().zip(unit_centre).for_each(|(effect, c)| *effect -= b * c);
            period_effect.iter_mut().zip(period_centre).for_each(|(effect, c)| *effect -= b * c);
        }
        components.normalize(&mut unit_effect, &mut period_effect);
        let n_periods = panel.n_periods();
        let fitted = low_rank.iter().enumerate().map(|(k, low_rank)| {
            let (i, s) = (k / n_periods, k % n_periods);
            if components.connects(i, s) {
                let cell = Cell { unit: i, period: s };
                let term = |(covariate, b): (usize, &f64)| b * panel.covariate(covariate, cell);
                let part: f64 = coefficients.iter().enumerate().map(term).sum();
                unit_effect[i] + period_effect[s] + low_rank + part
            } else {
                f64::NAN
            }
        });
        Ok(WeightedFit {
            fitted: fitted.collect(),
            unit_effect,
            period_effect,
            low_rank,
            coefficients,
            rank: self.rank,
            status: outcome.status,
            iterations: outcome.iterations,
            gap: outcome.gap,
            primal: outcome.primal,
            dual: outcome.dual,
        })
    }
}

/// A matrix as row effects, column effects and a rest whose rows and columns sum to zero.
struct Centred {
    row: Vec<f64>,
    col: Vec<f64>,
    rest: Vec<f64>,
}

impl Centred {
    fn new(matrix: &[f64], n_rows: usize, n_cols: usize) -> Self {
        let (n, k) = (n_rows as f64, n_cols as f64);
        let row: Vec<f64> =
            matrix.chunks_exact(n_cols).map(|row| row.iter().sum::<f64>() / k).collect();
        let mean = row.iter().sum::<f64>() / n;
        let col: Vec<f64> = (0..n_cols)
            .map(|c| matrix[c..].iter().step_by(n_cols).sum::<f64>() / n - mean)
            .collect();
        let rest = matrix.iter().enumerate().map(|(at, x)| x - row[at / n_cols] - col[at % n_cols]);
        Centred { rest: rest.collect(), row, col }
    }
}
