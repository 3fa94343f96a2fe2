//! What an estimator gives.

use super::estimator::Estimator;
use super::options::EstimatorOptions;
use super::simplex::SimplexFit;
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::model::{CellEffect, CellEffects, Estimate};
use crate::panel::{Cell, Panel};
use crate::reason::Reason;
use crate::solver::Status;

/// An estimate by any [`Estimator`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EstimatorResult {
    /// Which.
    pub estimator: Estimator,
    /// The ATT, every treated cell's effect, and which cells have none; [`averages`](crate::averages) takes it as it
    /// takes TROP's. `gap` and `status` are those of the weights or of the fit; closed forms have gap 0.
    pub estimate: Estimate,
    /// Gaps between observed and fitted outcomes of the ever-treated units before treatment, by unit and then
    /// period: those of the fit itself, but for `trop`, which leaves each cell out of the fit that predicts it.
    /// Empty if they were not asked for.
    pub pre: Vec<CellEffect>,
    /// Weights of each spell of treatment, by first and last period; empty for `did`, `mc`, `ife`, `trop` and `mc_trop`.
    pub spells: Vec<SpellWeights>,
    /// What was chosen by cross-validation, or given.
    pub tuned: Tuned,
}

/// Parameters that an estimator used; `None` for what it has none of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Tuned {
    /// Of `trop`.
    pub lambdas: Option<Lambdas>,
    /// Of `mc` and `mc_trop`.
    pub lambda_nn: Option<f64>,
    /// Of `ife`.
    pub rank: Option<usize>,
}

/// The weights of one spell of treatment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SpellWeights {
    /// First period of the spell.
    pub first: usize,
    /// Last period of the spell.
    pub last: usize,
    /// Its units, ascending.
    pub units: Vec<usize>,
    /// Weight of each unit of the panel, length N, with sum 1; 0 for all but donors.
    pub unit: Vec<f64>,
    /// Weight of each period, length T: what the periods before treatment count for in the intercept, with sum 1.
    /// All 0 for `sc`, `sc_reg` and `ascm`, which have no intercept.
    pub period: Vec<f64>,
    /// Donors that really count, `1 / sum w^2` (1 if a single one has all the weight).
    pub donors: f64,
    /// Never-treated units with complete outcomes: those that could be donors.
    pub n_donors: usize,
    /// Periods before treatment that are matched.
    pub n_pre: usize,
    /// The ridge's zeta, in units of the outcome; 0 without one.
    pub zeta: f64,
    /// The ridge penalty of `ascm`, in squared units of the outcome; else 0.
    pub ridge: f64,
    /// The larger relative gap of its quadratic programs.
    pub gap: f64,
}

impl EstimatorResult {
    /// Root mean square of the gaps before treatment, units weighted as in averages; NaN without any.
    pub fn pre_rmse(&self, panel: &Panel) -> f64 {
        let sum = |value: &dyn Fn(&CellEffect) -> f64| -> f64 {
            self.pre.iter().map(|e| panel.share(e.cell.unit) * value(e)).sum()
        };
        (sum(&|e| e.effect * e.effect) / sum(&|_| 1.0)).sqrt()
    }

    /// Donors that really count, averaged over the treated cells' spells; NaN without weights.
    pub fn donors(&self, panel: &Panel) -> f64 {
        let (mut sum, mut total) = (0.0, 0.0);
        for spell in &self.spells {
            let own = |e: &&CellEffect| {
                (spell.first..=spell.last).contains(&e.cell.period)
                    && spell.units.binary_search(&e.cell.unit).is_ok()
            };
            let cells = self.estimate.effects.iter().filter(own);
            let share: f64 = cells.map(|e| panel.share(e.cell.unit)).sum();
            sum += share * spell.donors;
            total += share;
        }
        sum / total
    }

    /// The same options with the parameters that this estimate chose: later estimates keep them.
    pub fn keep(&self, options: &EstimatorOptions) -> EstimatorOptions {
        let Tuned { lambdas, lambda_nn, rank } = self.tuned;
        EstimatorOptions {
            lambdas: lambdas.or(options.lambdas),
            lambda_nn: lambda_nn.or(options.lambda_nn),
            rank: rank.or(options.rank),
            ..options.clone()
        }
    }
}

/// What an estimator finds, before it is averaged.
#[derive(Default)]
pub(super) struct Findings {
    pub cells: CellEffects,
    pub pre: Vec<CellEffect>,
    pub spells: Vec<SpellWeights>,
    pub tuned: Tuned,
}

impl Findings {
    pub fn into_result(mut self, panel: &Panel, estimator: Estimator) -> Result<EstimatorResult> {
        self.pre.sort_unstable_by_key(|e| e.cell);
        let Findings { cells, pre, spells, tuned } = self;
        let cells = cells.finish()?;
        let estimate = Estimate::new(panel, cells)?;
        Ok(EstimatorResult { estimator, estimate, pre, spells, tuned })
    }
}

/// How good a fit is, and its rank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Certificate {
    pub rank: usize,
    /// The effects are those of the exact optimum, up to rounding.
    pub is_exact: bool,
    pub status: Status,
    pub iterations: usize,
    pub gap: f64,
    pub primal: f64,
    pub dual: f64,
}

impl Certificate {
    /// Of a closed form with a sum of squared residuals.
    pub fn closed_form(rank: usize, squares: f64) -> Self {
        Certificate {
            rank,
            is_exact: true,
            status: Status::Solved,
            iterations: 1,
            gap: 0.0,
            primal: squares,
            dual: squares,
        }
    }

    pub fn of_simplex(fit: &SimplexFit) -> Self {
        let SimplexFit { primal, dual, gap, iterations, status, .. } = *fit;
        Certificate { rank: 0, is_exact: false, status, iterations, gap, primal, dual }
    }

    /// This one's objective, and the worse of both gaps.
    pub fn and(self, other: Certificate) -> Self {
        let status = if self.status == Status::Solved { other.status } else { self.status };
        let iterations = self.iterations + other.iterations;
        let is_exact = self.is_exact && other.is_exact;
        Certificate { is_exact, status, iterations, gap: self.gap.max(other.gap), ..self }
    }

    /// The effect of a cell in this fit.
    pub fn effect(
        &self,
        panel: &Panel,
        cell: Cell,
        effect: f64,
        coefficients: &[f64],
    ) -> CellEffect {
        let observed = panel.outcome(cell);
        let slack = if self.is_exact { 0.0 } else { f64::INFINITY };
        CellEffect {
            cell,
            event_time: panel.event_time(cell),
            observed,
            counterfactual: observed - effect,
            effect,
            effect_min: effect - slack,
            effect_max: effect + slack,
            coefficients: coefficients.to_vec(),
            rank: self.rank,
            status: self.status,
            iterations: self.iterations,
            gap: self.gap,
            primal: self.primal,
            dual: self.dual,
        }
    }
}

impl CellEffects {
    /// Adds cells without an effect.
    pub(super) fn miss(&mut self, cells: &[Cell], reason: Reason) {
        self.not_estimable.extend(cells.iter().map(|&cell| (cell, reason)));
    }
}
