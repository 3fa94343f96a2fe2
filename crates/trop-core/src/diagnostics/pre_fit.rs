//! How well outcomes before treatment are predicted.

use crate::model::CellEffect;
use crate::panel::Panel;
use std::collections::BTreeMap;

/// Effects before treatment, where there is none: their mean and size.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PreFit {
    /// Cells that count in the average.
    pub n_cells: usize,
    /// Mean effect, weighted as the ATT; NaN without a cell.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub mean: f64,
    /// Root mean squared effect, weighted as the ATT; NaN without a cell.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub rmse: f64,
    /// For each unit that has such cells, in ascending order.
    pub by_unit: Vec<UnitFit>,
}

/// Effects of one unit before its treatment.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct UnitFit {
    /// The unit.
    pub unit: usize,
    /// Its cells.
    pub n_cells: usize,
    /// Mean effect.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub mean: f64,
    /// Root mean squared effect.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub rmse: f64,
}

/// How well outcomes before treatment are predicted, each left out of its own fit. `pre` are the effects
/// of these cells: [`cell_effects`](crate::cell_effects) of
/// [`pre_treatment_cells`](crate::pre_treatment_cells). A root mean square as large as the ATT, or a mean
/// far from zero, speaks against the estimate.
///
/// ```
/// use trop_core::{cell_effects, pre_treatment_cells, pre_treatment_fit, Shape};
/// use trop_core::{Lambdas, Panel, Settings, Silent};
/// let outcome = [1.0, 2.0, 4.0, 0.0, 2.0, 9.0];
/// let panel = Panel::new(&outcome, &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 3 })?;
/// let cells = pre_treatment_cells(&panel);
/// let pre = cell_effects(&panel, &cells, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
/// let fit = pre_treatment_fit(&panel, &pre.effects);
/// // The units' growth differs by 1, which shows as -1 in the first period and 1 in the second.
/// assert!(fit.mean.abs() < 1e-12 && (fit.rmse - 1.0).abs() < 1e-12);
/// assert_eq!((fit.n_cells, fit.by_unit[0].unit), (2, 1));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn pre_treatment_fit(panel: &Panel, pre: &[CellEffect]) -> PreFit {
    let mut by_unit: BTreeMap<usize, Moments> = BTreeMap::new();
    let mut all = Moments::default();
    for e in pre {
        by_unit.entry(e.cell.unit).or_default().add(1.0, e.effect);
        let share = panel.share(e.cell.unit);
        if share > 0.0 {
            all.add(share, e.effect);
        }
    }
    let of_unit = |(unit, m): (usize, Moments)| UnitFit {
        unit,
        n_cells: m.n_cells,
        mean: m.mean(),
        rmse: m.rmse(),
    };
    PreFit {
        n_cells: all.n_cells,
        mean: all.mean(),
        rmse: all.rmse(),
        by_unit: by_unit.into_iter().map(of_unit).collect(),
    }
}

/// Weighted sums of effects and of their squares.
#[derive(Default)]
struct Moments {
    n_cells: usize,
    share: f64,
    sum: f64,
    square: f64,
}

impl Moments {
    fn add(&mut self, share: f64, effect: f64) {
        self.n_cells += 1;
        self.share += share;
        self.sum += share * effect;
        self.square += share * effect * effect;
    }

    fn mean(&self) -> f64 {
        self.sum / self.share
    }

    fn rmse(&self) -> f64 {
        (self.square / self.share).sqrt()
    }
}
