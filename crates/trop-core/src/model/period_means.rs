//! What was observed, and what would have been without treatment, period by period.

use super::effects::CellEffect;
use crate::panel::Panel;
use crate::solver::Status;
use std::collections::BTreeMap;

/// Means of one period over the cells of ever-treated units.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PeriodMean {
    /// The period.
    pub period: usize,
    /// Mean observed outcome.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub observed: f64,
    /// Mean outcome without treatment; before treatment each is predicted with its cell left out.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub counterfactual: f64,
    /// Cells behind both.
    pub n_cells: usize,
    /// Those of them that are treated.
    pub n_treated: usize,
    /// Those of them whose fit is not certified to the tolerance.
    pub n_uncertified: usize,
}

/// Means of the observed and counterfactual outcomes of each period that has cells, in ascending order,
/// weighted as the ATT. `pre` are effects before treatment
/// ([`cell_effects`](crate::cell_effects) of [`pre_treatment_cells`](crate::pre_treatment_cells)).
///
/// ```
/// use trop_core::{estimate, period_means, Lambdas, Panel, Settings, Shape, Silent};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let estimate = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
/// let means = period_means(&panel, &estimate.effects, &[]);
/// assert_eq!((means[0].period, means[0].observed, means[0].n_treated), (1, 6.0, 1));
/// assert!((means[0].counterfactual - 5.0).abs() < 1e-12);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn period_means(panel: &Panel, treated: &[CellEffect], pre: &[CellEffect]) -> Vec<PeriodMean> {
    let mut by_period: BTreeMap<usize, Sum> = BTreeMap::new();
    for e in pre.iter().chain(treated) {
        let share = panel.share(e.cell.unit);
        if share > 0.0 {
            let is_treated = panel.is_treated(e.cell);
            by_period.entry(e.cell.period).or_default().add(share, e, is_treated);
        }
    }
    by_period.into_iter().map(|(period, sum)| sum.means(period)).collect()
}

/// Weighted sums of one period.
#[derive(Default)]
struct Sum {
    share: f64,
    observed: f64,
    counterfactual: f64,
    n_cells: usize,
    n_treated: usize,
    n_uncertified: usize,
}

impl Sum {
    fn add(&mut self, share: f64, e: &CellEffect, is_treated: bool) {
        self.share += share;
        self.observed += share * e.observed;
        self.counterfactual += share * e.counterfactual;
        self.n_cells += 1;
        self.n_treated += usize::from(is_treated);
        self.n_uncertified += usize::from(e.status != Status::Solved);
    }

    fn means(self, period: usize) -> PeriodMean {
        PeriodMean {
            period,
            observed: self.observed / self.share,
            counterfactual: self.counterfactual / self.share,
            n_cells: self.n_cells,
            n_treated: self.n_treated,
            n_uncertified: self.n_uncertified,
        }
    }
}
