//! The numbers that an estimate reports: the ATT, and averages over groups of cells.

use super::effects::CellEffect;
use super::estimate::Estimate;
use crate::by_name::by_name;
use crate::panel::{Grouping, Panel};
use crate::solver::Status;
use std::collections::{BTreeMap, BTreeSet};

/// What is measured over a group of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Measure {
    /// Mean effect, in units of the outcome.
    Effect,
    /// Sum of effects in percent of the sum of counterfactual outcomes; none where not all of these are positive.
    Percent,
    /// Over all treated cells the sum of their effects, each times its unit's weight in averages; over event
    /// times (from 0 on) and periods the sum of the mean effects up to here.
    Cumulative,
    /// Coefficient of a covariate (Eq. 14), averaged over the treated cells' fits.
    Coefficient,
}

impl Measure {
    /// Its name: `effect`, `percent`, `cumulative` or `coefficient`.
    ///
    /// ```
    /// assert_eq!(trop_core::Measure::Percent.name(), "percent");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Measure::Effect => "effect",
            Measure::Percent => "percent",
            Measure::Cumulative => "cumulative",
            Measure::Coefficient => "coefficient",
        }
    }
}

by_name!(
    Measure,
    "measure",
    [Measure::Effect, Measure::Percent, Measure::Cumulative, Measure::Coefficient]
);

/// One number of an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Quantity {
    /// Position among the panel's [`groupings`](Panel::groupings); `None` for all treated cells.
    pub grouping: Option<usize>,
    /// The group's code, or the covariate's position; 0 for all treated cells.
    pub code: i64,
    /// What is measured.
    pub measure: Measure,
}

impl Quantity {
    /// The ATT.
    pub const ATT: Quantity = Quantity { grouping: None, code: 0, measure: Measure::Effect };
}

/// One number of an estimate and its value.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Average {
    /// Which number.
    pub quantity: Quantity,
    /// Cells behind it.
    pub n_cells: usize,
    /// Units that these cells are of.
    pub n_units: usize,
    /// Clusters that these units are in; as many as units where there are none.
    pub n_clusters: usize,
    /// Cells whose fit is not certified to the tolerance.
    pub n_uncertified: usize,
    /// Its value; NaN for a percentage of counterfactual outcomes that are not all positive.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub value: f64,
}

/// The numbers of an estimate: first the ATT, its percentage and the total effect, then the covariates'
/// coefficients, then for each of the panel's groupings and in it for each group, codes ascending, its
/// measures. `pre` holds the effects of control cells before treatment
/// ([`cell_effects`](crate::cell_effects) of [`pre_treatment_cells`](crate::pre_treatment_cells)), or is
/// empty; they enter groupings by event time only.
///
/// ```
/// use trop_core::{averages, estimate, Design, Grouping, Lambdas, Panel, Quantity, Settings, Shape, Silent};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?
///     .with_design(&Design { groupings: vec![Grouping::Period], ..Default::default() })?;
/// let estimate = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
/// let all = averages(&panel, &estimate, &[]);
/// assert_eq!((all[0].quantity, all[0].n_cells), (Quantity::ATT, 1));
/// // Effect 1 over a counterfactual of 5.
/// assert!((all[1].value - 20.0).abs() < 1e-9);
/// assert_eq!(all.last().unwrap().quantity.grouping, Some(0));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn averages(panel: &Panel, estimate: &Estimate, pre: &[CellEffect]) -> Vec<Average> {
    let sums = Sums::new(panel, &estimate.effects, pre);
    let quantities = sums.quantities(panel);
    let values = sums.values(&quantities);
    let average = |(&quantity, value): (&Quantity, f64)| {
        let group = sums.by_group.get(&quantity.group());
        let has_meaning =
            quantity.measure != Measure::Percent || group.is_some_and(|sum| sum.is_positive);
        let value = if has_meaning { value } else { f64::NAN };
        let n_cells = group.map_or(0, |sum| sum.n_cells);
        let n_units = group.map_or(0, |sum| sum.units.len());
        let cluster = |&unit: &usize| panel.cluster(unit);
        let n_clusters =
            group.map_or(0, |sum| sum.units.iter().map(cluster).collect::<BTreeSet<_>>().len());
        let n_uncertified = group.map_or(0, |sum| sum.n_uncertified);
        Average { quantity, n_cells, n_units, n_clusters, n_uncertified, value }
    };
    quantities.iter().zip(values).map(average).collect()
}

impl Quantity {
    fn group(&self) -> (Option<usize>, i64) {
        let code = if self.grouping.is_none() { 0 } else { self.code };
        (self.grouping, code)
    }
}

/// Weighted sums over the cells of each group, `None` for all treated cells.
pub(crate) struct Sums {
    by_group: BTreeMap<(Option<usize>, i64), Sum>,
}

#[derive(Default)]
struct Sum {
    n_cells: usize,
    units: BTreeSet<usize>,
    n_uncertified: usize,
    share: f64,
    effect: f64,
    counterfactual: f64,
    /// Whether every counterfactual outcome is.
    is_positive: bool,
    coefficients: Vec<f64>,
}

impl Sum {
    fn add(&mut self, share: f64, e: &CellEffect) {
        self.is_positive = (self.n_cells == 0 || self.is_positive) && e.counterfactual > 0.0;
        self.n_cells += 1;
        self.units.insert(e.cell.unit);
        self.n_uncertified += usize::from(e.status != Status::Solved);
        self.share += share;
        self.effect += share * e.effect;
        self.counterfactual += share * e.counterfactual;
        self.coefficients.resize(e.coefficients.len(), 0.0);
        for (sum, b) in self.coefficients.iter_mut().zip(&e.coefficients) {
            *sum += share * b;
        }
    }

    fn mean(&self) -> f64 {
        self.effect / self.share
    }
}

impl Sums {
    pub fn new(panel: &Panel, treated: &[CellEffect], pre: &[CellEffect]) -> Self {
        let mut by_group: BTreeMap<(Option<usize>, i64), Sum> = BTreeMap::new();
        let mut add = |group, e: &CellEffect| {
            let share = panel.share(e.cell.unit);
            if share > 0.0 {
                by_group.entry(group).or_default().add(share, e);
            }
        };
        treated.iter().for_each(|e| add((None, 0), e));
        for (k, grouping) in panel.groupings().iter().enumerate() {
            let pre = if *grouping == Grouping::EventTime { pre } else { &[] };
            for e in treated.iter().chain(pre) {
                if let Some(code) = panel.group(grouping, e.cell) {
                    add((Some(k), code), e);
                }
            }
        }
        Sums { by_group }
    }

    /// What these sums have values of.
    pub fn quantities(&self, panel: &Panel) -> Vec<Quantity> {
        let all = [Measure::Effect, Measure::Percent, Measure::Cumulative]
            .map(|measure| Quantity { grouping: None, code: 0, measure });
        let coefficient = |k| {
            let (code, measure) = (k as i64, Measure::Coefficient);
            Quantity { grouping: None, code, measure }
        };
        let mut quantities: Vec<Quantity> = all.to_vec();
        quantities.extend((0..panel.n_covariates()).map(coefficient));
        for &(grouping, code) in self.by_group.keys() {
            let Some(k) = grouping else { continue };
            let measures: &[Measure] = match panel.groupings()[k] {
                Grouping::EventTime if code < 0 => &[Measure::Effect],
                Grouping::EventTime | Grouping::Period => {
                    &[Measure::Effect, Measure::Percent, Measure::Cumulative]
                }
                _ => &[Measure::Effect, Measure::Percent],
            };
            quantities.extend(measures.iter().map(|&measure| Quantity { grouping, code, measure }));
        }
        quantities
    }

    /// Values of quantities, which are ordered as [`Sums::quantities`] orders them; NaN where there is
    /// none.
    pub fn values(&self, quantities: &[Quantity]) -> Vec<f64> {
        let mut running = (None, 0.0);
        let value = |quantity: &Quantity| {
            let Some(sum) = self.by_group.get(&quantity.group()) else {
                if quantity.measure == Measure::Cumulative {
                    running = (quantity.grouping, f64::NAN);
                }
                return f64::NAN;
            };
            match quantity.measure {
                Measure::Effect => sum.mean(),
                Measure::Percent => percent(sum.effect, sum.counterfactual),
                Measure::Cumulative if quantity.grouping.is_none() => sum.effect,
                Measure::Cumulative => {
                    let before = if running.0 == quantity.grouping { running.1 } else { 0.0 };
                    running = (quantity.grouping, before + sum.mean());
                    running.1
                }
                Measure::Coefficient => sum.coefficients[quantity.code as usize] / sum.share,
            }
        };
        quantities.iter().map(value).collect()
    }
}

fn percent(effect: f64, counterfactual: f64) -> f64 {
    if counterfactual == 0.0 {
        return f64::NAN;
    }
    100.0 * effect / counterfactual
}
