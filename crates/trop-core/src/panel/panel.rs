//! The data: outcomes and treatments of units over periods, validated once.

use super::cell::Cell;
use super::centring::Centring;
use super::checks::{check_coverage, check_entries, check_observed, check_shapes};
use super::design::{Anchor, Design, Grouping, TimeDistance};
use super::gaps::{after_gap, filled};
use super::remark::Remark;
use super::shape::Shape;
use super::sizes::check_sizes;
use crate::error::{Error, Result};
use std::cmp::Ordering;

/// A validated panel of `N` units by `T` periods.
///
/// Any pattern of treatment is allowed (block, staggered, switching on and off), and any pattern of
/// missing outcomes that leaves no unit and no period without one.
///
/// ```
/// use trop_core::{Cell, Panel, Shape};
/// let outcome = [1.0, 2.0, f64::NAN, 4.0, 5.0, 6.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 2, n_periods: 3 })?;
/// assert_eq!((panel.n_units(), panel.n_periods(), panel.n_observed()), (2, 3, 5));
/// assert_eq!(panel.treated_cells(), [Cell { unit: 1, period: 2 }]);
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Panel {
    pub(super) n_units: usize,
    pub(super) n_periods: usize,
    /// Row-major outcomes; NaN where missing.
    pub(super) outcome: Vec<f64>,
    pub(super) treated: Vec<bool>,
    /// Untreated cells that are no controls, because treatment is near in time.
    pub(super) excluded: Vec<bool>,
    /// How often each unit stands in a bootstrap draw; `None` for the panel itself.
    pub(super) count: Option<Vec<f64>>,
    pub(super) centring: Centring,
    /// Validated; the calendar in smallest gaps.
    pub(super) design: Design,
    pub(super) covariate_centring: Vec<Centring>,
    /// The unit of the caller's panel whose role each unit plays; `None` in that panel.
    pub(super) role: Option<Vec<usize>>,
    /// Units that are treated right after a gap of the caller's treatments.
    pub(super) after_gap: Vec<usize>,
    /// What is known of the data from before they were a panel.
    pub(super) remarked: Vec<Remark>,
}

impl Panel {
    /// Validates row-major matrices of this shape, units in rows.
    ///
    /// `outcome` holds NaN where it is missing; `treatment` holds 0 or 1, or NaN where there is no outcome either: such
    /// a cell counts as treated if its unit is treated both before and after it.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`], [`Error::EmptyPanel`], [`Error::TooLarge`],
    /// [`Error::TreatmentNotBinary`], [`Error::OutcomeInfinite`], [`Error::UnitAllMissing`],
    /// [`Error::PeriodAllMissing`], [`Error::NoTreatedCell`], [`Error::NoControlCell`], [`Error::OutcomeTooSmall`] or
    /// [`Error::OutcomeTooFar`].
    pub fn new(outcome: &[f64], treatment: &[f64], shape: Shape) -> Result<Self> {
        let Shape { n_units, n_periods } = shape;
        check_shapes(outcome.len(), treatment.len(), n_units, n_periods)?;
        check_entries(outcome, treatment, n_periods)?;
        let after_gap = after_gap(treatment, n_periods);
        let treated: Vec<bool> = treatment.chunks(n_periods).flat_map(filled).collect();
        check_coverage(outcome, &treated, n_units, n_periods)?;
        Self::of_cells(outcome, treated, (n_units, n_periods), after_gap)
    }

    /// A panel before anything is treated, for [`power`](crate::power): there is no effect to estimate yet.
    ///
    /// # Errors
    /// As [`Panel::new`].
    ///
    /// ```
    /// use trop_core::{estimate, Lambdas, Panel, Settings, Shape, Silent};
    /// let panel = Panel::untreated(&[1.0, 2.0, 4.0, 6.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let none = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent);
    /// assert_eq!(none.unwrap_err().code(), "no_estimable_cell");
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn untreated(outcome: &[f64], shape: Shape) -> Result<Self> {
        let Shape { n_units, n_periods } = shape;
        let treatment = vec![0.0; outcome.len()];
        check_shapes(outcome.len(), treatment.len(), n_units, n_periods)?;
        check_entries(outcome, &treatment, n_periods)?;
        let treated = vec![false; outcome.len()];
        check_observed(outcome, n_units, n_periods)?;
        Self::of_cells(outcome, treated, (n_units, n_periods), Vec::new())
    }

    fn of_cells(
        outcome: &[f64],
        treated: Vec<bool>,
        (n_units, n_periods): (usize, usize),
        after_gap: Vec<usize>,
    ) -> Result<Self> {
        check_sizes(outcome, &treated, n_periods)?;
        let centring = Centring::new(outcome, &treated, n_units, n_periods);
        Ok(Panel {
            n_units,
            n_periods,
            outcome: outcome.to_vec(),
            excluded: vec![false; treated.len()],
            treated,
            count: None,
            centring,
            design: Design::default(),
            covariate_centring: Vec::new(),
            role: None,
            after_gap,
            remarked: Vec::new(),
        })
    }

    pub(super) fn covariate_centring_of(&self, values: &[f64]) -> Centring {
        let at_outcomes: Vec<f64> = values
            .iter()
            .zip(&self.outcome)
            .map(|(&x, y)| if y.is_nan() { f64::NAN } else { x })
            .collect();
        self.centred(&at_outcomes)
    }

    /// Number of units, N.
    pub fn n_units(&self) -> usize {
        self.n_units
    }

    /// Number of periods, T.
    pub fn n_periods(&self) -> usize {
        self.n_periods
    }

    pub(super) fn at(&self, cell: Cell) -> usize {
        cell.unit * self.n_periods + cell.period
    }

    fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        let n_periods = self.n_periods;
        (0..self.outcome.len()).map(move |k| Cell { unit: k / n_periods, period: k % n_periods })
    }

    /// The outcome of a cell, NaN if missing.
    pub fn outcome(&self, cell: Cell) -> f64 {
        self.outcome[self.at(cell)]
    }

    /// True if the outcome of a cell is not missing.
    pub fn is_observed(&self, cell: Cell) -> bool {
        !self.outcome(cell).is_nan()
    }

    /// True if the cell is treated, observed or not.
    pub fn is_treated(&self, cell: Cell) -> bool {
        self.treated[self.at(cell)]
    }

    /// True if the cell is untreated, observed, and not excluded by [`Design::anticipation`] or [`Design::washout`].
    pub fn is_control(&self, cell: Cell) -> bool {
        !self.is_treated(cell) && self.is_observed(cell) && !self.excluded[self.at(cell)]
    }

    /// True if the unit is treated in some period.
    pub fn is_ever_treated(&self, unit: usize) -> bool {
        self.treated[unit * self.n_periods..(unit + 1) * self.n_periods].contains(&true)
    }

    /// Orders two units by their treatments.
    pub(super) fn compare_treatments(&self, a: usize, b: usize) -> Ordering {
        let row = |unit: usize| &self.treated[unit * self.n_periods..(unit + 1) * self.n_periods];
        row(a).cmp(row(b))
    }

    /// Orders two units by their outcomes, then by their covariates.
    pub(crate) fn compare_rows(&self, a: usize, b: usize) -> Ordering {
        let compare = |values: &[f64]| {
            let row = |unit: usize| &values[unit * self.n_periods..(unit + 1) * self.n_periods];
            let pairs = row(a).iter().zip(row(b));
            pairs.map(|(x, y)| order(*x, *y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        };
        let all = std::iter::once(&self.outcome).chain(&self.design.covariates);
        all.map(|values| compare(values)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// Number of observed cells.
    pub fn n_observed(&self) -> usize {
        self.outcome.iter().filter(|y| !y.is_nan()).count()
    }

    /// All treated cells, observed or not, by unit and then period.
    pub fn treated_cells(&self) -> Vec<Cell> {
        self.cells().filter(|&c| self.is_treated(c)).collect()
    }

    /// All observed control cells, by unit and then period.
    pub fn control_cells(&self) -> Vec<Cell> {
        self.cells().filter(|&c| self.is_control(c)).collect()
    }

    /// Units that are treated in some period, in ascending order.
    pub fn treated_units(&self) -> Vec<usize> {
        (0..self.n_units).filter(|&i| self.is_ever_treated(i)).collect()
    }

    /// Periods since the current spell of treatment began (0 in its first period) for a treated cell;
    /// minus the periods until the next spell begins for an untreated one; `None` if there is none.
    pub fn event_time(&self, cell: Cell) -> Option<i64> {
        let row = &self.treated[cell.unit * self.n_periods..(cell.unit + 1) * self.n_periods];
        let distance = if row[cell.period] {
            let spell = row[..=cell.period].iter().rev().take_while(|&&w| w).count();
            spell as i64 - 1
        } else {
            let wait = row[cell.period..].iter().position(|&w| w)?;
            -(wait as i64)
        };
        Some(distance)
    }

    /// Which treated cells share a fit.
    pub fn anchor(&self) -> Anchor {
        self.design.anchor
    }

    /// The averages to report beside the ATT.
    pub fn groupings(&self) -> &[Grouping] {
        &self.design.groupings
    }

    /// Number of covariates.
    pub fn n_covariates(&self) -> usize {
        self.design.covariates.len()
    }

    /// Refuses `lambda_nn = 0` beside covariates: without a penalty the low-rank part explains all that they do.
    pub(crate) fn check_penalty(&self, lambda_nn: &[f64]) -> Result<()> {
        if self.n_covariates() > 0 && lambda_nn.contains(&0.0) {
            return Err(Error::CovariatesWithoutPenalty);
        }
        Ok(())
    }

    /// Position of the unit's first treated period; `None` for a never-treated unit.
    pub fn cohort(&self, unit: usize) -> Option<usize> {
        self.treated[unit * self.n_periods..(unit + 1) * self.n_periods].iter().position(|&w| w)
    }

    /// The code of a cell in a grouping; `None` if it is in no group.
    pub fn group(&self, grouping: &Grouping, cell: Cell) -> Option<i64> {
        match grouping {
            Grouping::EventTime => self.event_time(cell),
            Grouping::Period => Some(cell.period as i64),
            Grouping::Cohort => self.cohort(cell.unit).map(|period| period as i64),
            Grouping::Unit => Some(self.role(cell.unit) as i64),
            Grouping::Given(codes) => {
                Some(codes[self.at(cell)]).filter(|&code| code != Grouping::NONE)
            }
        }
    }

    /// The unit of the caller's panel whose role a unit plays.
    pub(crate) fn role(&self, unit: usize) -> usize {
        self.role.as_ref().map_or(unit, |role| role[unit])
    }

    /// What the effects of a unit count for in averages.
    pub(crate) fn share(&self, unit: usize) -> f64 {
        self.count(unit) * self.design.average.as_ref().map_or(1.0, |weight| weight[unit])
    }

    /// True if units weigh differently in averages, or may.
    pub(crate) fn is_weighted(&self) -> bool {
        self.design.average.is_some()
    }

    /// What time weights count.
    pub fn time_distance(&self) -> TimeDistance {
        self.design.time_distance
    }

    /// Calendar value of each period, in smallest gaps from the first one.
    pub(crate) fn calendar(&self) -> Option<&[f64]> {
        self.design.calendar.as_deref()
    }

    /// Where a period lies, as time weights count.
    pub(crate) fn place(&self, period: usize) -> f64 {
        match (self.time_distance(), self.calendar()) {
            (TimeDistance::Calendar, Some(calendar)) => calendar[period],
            _ => period as f64,
        }
    }

    /// A covariate of a cell as the solver sees it.
    pub(crate) fn adjusted_covariate(&self, covariate: usize, cell: Cell) -> f64 {
        let Centring { unit, period, scale } = &self.covariate_centring[covariate];
        (self.covariate(covariate, cell) - unit[cell.unit] - period[cell.period]) / scale
    }

    /// The largest size of a covariate at control cells.
    pub(crate) fn largest_covariate(&self, covariate: usize) -> f64 {
        let value = |cell| self.covariate(covariate, cell).abs();
        self.control_cells().into_iter().map(value).fold(0.0, f64::max)
    }

    /// A covariate of a cell, as the caller gave it.
    pub(crate) fn covariate(&self, covariate: usize, cell: Cell) -> f64 {
        self.design.covariates[covariate][self.at(cell)]
    }

    /// The unit and period effects that an adjusted covariate is less.
    pub(crate) fn covariate_centres(&self, covariate: usize) -> (&[f64], &[f64]) {
        let centring = &self.covariate_centring[covariate];
        (&centring.unit, &centring.period)
    }

    /// Coefficients of adjusted covariates for adjusted outcomes, in units of the outcome per unit of each
    /// covariate.
    pub(crate) fn covariate_coefficients(&self, adjusted: &[f64]) -> Vec<f64> {
        let in_units = |(k, b): (usize, &f64)| b * self.scale() / self.covariate_scale(k);
        adjusted.iter().enumerate().map(in_units).collect()
    }

    /// What one unit of an adjusted covariate is worth.
    pub(crate) fn covariate_scale(&self, covariate: usize) -> f64 {
        self.covariate_centring[covariate].scale
    }

    /// How often a unit stands in this panel: once, except in a bootstrap draw.
    pub(crate) fn count(&self, unit: usize) -> f64 {
        self.count.as_ref().map_or(1.0, |c| c[unit])
    }

    /// How often each unit stands in this panel, if not once.
    pub(crate) fn counts(&self) -> Option<&[f64]> {
        self.count.as_deref()
    }

    /// The outcome of a cell as the solver sees it.
    pub(crate) fn adjusted(&self, cell: Cell) -> f64 {
        let Centring { unit, period, scale } = &self.centring;
        (self.outcome(cell) - unit[cell.unit] - period[cell.period]) / scale
    }

    /// The unit and period effects that adjusted outcomes are less.
    pub(crate) fn centres(&self) -> (&[f64], &[f64]) {
        (&self.centring.unit, &self.centring.period)
    }

    /// What one unit of an adjusted outcome is worth.
    pub(crate) fn scale(&self) -> f64 {
        self.centring.scale
    }

    /// The adjusted outcome of an observed control cell.
    pub(crate) fn control_outcome(&self, cell: Cell) -> Option<f64> {
        self.is_control(cell).then(|| self.adjusted(cell))
    }
}

/// All that are missing are equal.
fn order(x: f64, y: f64) -> Ordering {
    x.partial_cmp(&y).unwrap_or_else(|| x.is_nan().cmp(&y.is_nan()))
}
