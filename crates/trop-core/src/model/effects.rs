//! Effects of cells, each with the certificate of its fit.

use super::regression::{Regressed, Regression};
use crate::error::{Error, Result};
use crate::panel::{Cell, Panel};
use crate::reason::Reason;
use crate::solver::Status;

/// The effect in one cell, and the certificate of its fit.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CellEffect {
    /// Where.
    pub cell: Cell,
    /// Periods since treatment began (>= 0) or minus those until it begins (< 0); see
    /// [`Panel::event_time`].
    pub event_time: Option<i64>,
    /// Observed outcome.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub observed: f64,
    /// Outcome without treatment, as fitted: `observed - effect`.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub counterfactual: f64,
    /// Eq. 2's tau, in units of the outcome.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub effect: f64,
    /// Certified lower bound of the exact effect: no fit with an objective as low as this one's has a smaller
    /// one. Equal to `effect` at infinite lambda_nn, where fits are exact up to rounding.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub effect_min: f64,
    /// The upper bound.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub effect_max: f64,
    /// Coefficients of the covariates in the fit (Eq. 14), in units of the outcome per unit of each.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub coefficients: Vec<f64>,
    /// Rank of the low-rank part L of the fit.
    pub rank: usize,
    /// Whether the fit is certified.
    pub status: Status,
    /// Iterations of the fit.
    pub iterations: usize,
    /// Relative duality gap, `(primal - dual) / primal`, a certified bound.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub gap: f64,
    /// Objective of Eq. 2 that was reached (at lambda_nn = 0, the nuclear norm of L).
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub primal: f64,
    /// Lower bound of that objective.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
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
            effect_min: fit.intervals[at][0],
            effect_max: fit.intervals[at][1],
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

/// A cell whose effect differs between optimal fits ([`Reason::NotUnique`]).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Undetermined {
    /// Where.
    pub cell: Cell,
    /// All optimal fits have effects between this one, in units of the outcome,
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub effect_min: f64,
    /// and this one. Infinite where no bound was found.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub effect_max: f64,
}

/// Effects of several cells.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CellEffects {
    /// Of those that have one, by unit and then period.
    pub effects: Vec<CellEffect>,
    /// The others.
    pub not_estimable: Vec<(Cell, Reason)>,
    /// Of those that are not unique, where they can lie.
    pub undetermined: Vec<Undetermined>,
}

/// The least and the largest effect that a cell can have, for each cell without one; NaN unless the reason is
/// [`Reason::NotUnique`].
pub(crate) fn ranges_of(
    not_estimable: &[(Cell, Reason)],
    undetermined: &[Undetermined],
) -> Vec<[f64; 2]> {
    let range = |(cell, _): &(Cell, Reason)| {
        let found = undetermined.iter().find(|u| u.cell == *cell);
        found.map_or([f64::NAN; 2], |u| [u.effect_min, u.effect_max])
    };
    not_estimable.iter().map(range).collect()
}

impl CellEffects {
    /// The least and the largest effect that each cell of `not_estimable` can have; NaN unless the reason is
    /// [`Reason::NotUnique`].
    ///
    /// ```
    /// use trop_core::CellEffects;
    /// assert!(CellEffects::default().not_estimable_ranges().is_empty());
    /// ```
    pub fn not_estimable_ranges(&self) -> Vec<[f64; 2]> {
        ranges_of(&self.not_estimable, &self.undetermined)
    }

    /// No effects, yet.
    pub(crate) fn without(not_estimable: Vec<(Cell, Reason)>) -> Self {
        CellEffects { not_estimable, ..Default::default() }
    }

    /// Adds a cell, the `at`-th of those that a regression is for.
    pub(crate) fn push(&mut self, panel: &Panel, cell: Cell, at: usize, fit: &Regressed) {
        match fit {
            Ok(fit) if fit.is_determined[at] => {
                self.effects.push(CellEffect::new(panel, cell, at, fit));
            }
            Ok(fit) => {
                let [effect_min, effect_max] = fit.intervals[at];
                self.undetermined.push(Undetermined { cell, effect_min, effect_max });
                self.not_estimable.push((cell, Reason::NotUnique));
            }
            Err(reason) => self.not_estimable.push((cell, *reason)),
        }
    }

    /// The lists, complete, in order; an error if some fit has diverged.
    pub(crate) fn finish(mut self) -> Result<Self> {
        self.effects.sort_unstable_by_key(|e| e.cell);
        self.not_estimable.sort_unstable_by_key(|(cell, _)| *cell);
        self.undetermined.sort_unstable_by_key(|u| u.cell);
        if self.not_estimable.iter().any(|(_, reason)| *reason == Reason::Diverged) {
            return Err(Error::FitDiverged);
        }
        Ok(self)
    }
}
