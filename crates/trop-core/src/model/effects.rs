//! Effects of cells, each with the certificate of its fit.

use super::regression::{Regressed, Regression};
use crate::panel::{Cell, Panel};
use crate::reason::Reason;
use crate::solver::Status;

/// The effect in one cell, and the certificate of its fit.
#[derive(Clone, Debug, PartialEq)]
pub struct CellEffect {
    /// Where.
    pub cell: Cell,
    /// Periods since treatment began (>= 0) or minus those until it begins (< 0); see
    /// [`Panel::event_time`].
    pub event_time: Option<i64>,
    /// Observed outcome.
    pub observed: f64,
    /// Outcome without treatment, as fitted: `observed - effect`.
    pub counterfactual: f64,
    /// Eq. 2's tau, in units of the outcome.
    pub effect: f64,
    /// Coefficients of the covariates in the fit (Eq. 14), in units of the outcome per unit of each.
    pub coefficients: Vec<f64>,
    /// Rank of the low-rank part L of the fit.
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

impl CellEffect {
    /// The effect of a cell, the `at`-th of those that a regression is for.
    pub(crate) fn new(panel: &Panel, cell: Cell, at: usize, fit: &Regression) -> Self {
        let observed = panel.outcome(cell);
        let effect = fit.effects[at];
        CellEffect {
            cell,
            event_time: panel.event_time(cell),
            observed,
            counterfactual: observed - effect,
            effect,
            coefficients: fit.coefficients.clone(),
            rank: fit.rank,
            status: fit.outcome.status,
            iterations: fit.outcome.iterations,
            gap: fit.outcome.gap,
            primal: fit.outcome.primal,
            dual: fit.outcome.dual,
        }
    }
}

/// Effects of several cells.
#[derive(Clone, Debug, PartialEq)]
pub struct CellEffects {
    /// Of those that have one, by unit and then period.
    pub effects: Vec<CellEffect>,
    /// The others.
    pub not_estimable: Vec<(Cell, Reason)>,
}

impl CellEffects {
    /// Adds a cell, the `at`-th of those that a regression is for.
    pub(crate) fn push(&mut self, panel: &Panel, cell: Cell, at: usize, fit: &Regressed) {
        match fit {
            Ok(fit) => self.effects.push(CellEffect::new(panel, cell, at, fit)),
            Err(reason) => self.not_estimable.push((cell, *reason)),
        }
    }

    pub(crate) fn sort(&mut self) {
        self.effects.sort_unstable_by_key(|e| e.cell);
        self.not_estimable.sort_unstable_by_key(|(cell, _)| *cell);
    }
}
