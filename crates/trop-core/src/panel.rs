//! The data: outcomes and treatments of units over periods, validated once.

use crate::design::{in_smallest_gaps, pick_rows, Anchor, Design, Grouping, TimeDistance};
use crate::error::{Error, Result};
use crate::solver::covariates::check_variation;

/// A unit in a period, zero-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Row of the panel.
    pub unit: usize,
    /// Column of the panel.
    pub period: usize,
}

/// A validated panel of `N` units by `T` periods.
///
/// Any pattern of treatment is allowed (block, staggered, switching on and off), and any pattern of
/// missing outcomes that leaves no unit and no period without one.
///
/// ```
/// use trop_core::{Cell, Panel};
/// let outcome = [1.0, 2.0, f64::NAN, 4.0, 5.0, 6.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, 2, 3)?;
/// assert_eq!((panel.n_units(), panel.n_periods(), panel.n_observed()), (2, 3, 5));
/// assert_eq!(panel.treated_cells(), [Cell { unit: 1, period: 2 }]);
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Panel {
    n_units: usize,
    n_periods: usize,
    /// Row-major outcomes; NaN where missing.
    outcome: Vec<f64>,
    treated: Vec<bool>,
    /// How often each unit stands in a bootstrap draw; `None` for the panel itself.
    count: Option<Vec<f64>>,
    centring: Centring,
    /// Validated; the calendar in smallest gaps.
    design: Design,
    covariate_centring: Vec<Centring>,
    /// The unit of the caller's panel whose role each unit plays; `None` in that panel.
    role: Option<Vec<usize>>,
}

/// A unit of a panel made from another: the outcomes of one of its units in the role (treatments and
/// place in averages) of another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub unit: usize,
    pub role: usize,
    pub count: f64,
}

/// `outcome = unit + period + scale * adjusted`: what the solver works on is near zero and near one
/// in size, whatever the unit of measurement.
#[derive(Clone, Debug)]
struct Centring {
    unit: Vec<f64>,
    period: Vec<f64>,
    scale: f64,
}

impl Panel {
    /// Validates row-major `n_units` x `n_periods` matrices.
    ///
    /// `outcome` holds NaN where it is missing; `treatment` holds 0 or 1 everywhere.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`], [`Error::EmptyPanel`], [`Error::TooLarge`],
    /// [`Error::TreatmentNotBinary`], [`Error::OutcomeInfinite`], [`Error::UnitAllMissing`],
    /// [`Error::PeriodAllMissing`], [`Error::NoTreatedCell`] or [`Error::NoControlCell`].
    pub fn new(
        outcome: &[f64],
        treatment: &[f64],
        n_units: usize,
        n_periods: usize,
    ) -> Result<Self> {
        check_shapes(outcome.len(), treatment.len(), n_units, n_periods)?;
        check_entries(outcome, treatment, n_periods)?;
        let treated: Vec<bool> = treatment.iter().map(|&w| w == 1.0).collect();
        check_coverage(outcome, &treated, n_units, n_periods)?;
        let centring = Centring::new(outcome, &treated, n_units, n_periods);
        Ok(Panel {
            n_units,
            n_periods,
            outcome: outcome.to_vec(),
            treated,
            count: None,
            centring,
            design: Design::default(),
            covariate_centring: Vec::new(),
            role: None,
        })
    }

    /// The same panel with another design.
    ///
    /// # Errors
    /// [`Error::CalendarMissing`], [`Error::CalendarLength`], [`Error::CalendarNotIncreasing`],
    /// [`Error::WeightsLength`],
    /// [`Error::WeightInvalid`], [`Error::AverageAllZero`], [`Error::CovariateLength`],
    /// [`Error::CovariateMissing`], [`Error::CovariateConstant`], [`Error::CovariatesCollinear`] or
    /// [`Error::GroupingLength`].
    ///
    /// ```
    /// use trop_core::{Design, Panel};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], 2, 2)?;
    /// let design = Design { average: Some(vec![1.0, 0.0]), ..Default::default() };
    /// assert_eq!(panel.with_design(&design).unwrap_err().code(), "average_all_zero");
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn with_design(mut self, design: &Design) -> Result<Self> {
        design.validate(&self)?;
        self.design = design.clone();
        self.design.calendar = design.calendar.as_deref().map(in_smallest_gaps);
        let centring = |values: &Vec<f64>| self.covariate_centring_of(values);
        self.covariate_centring = design.covariates.iter().map(centring).collect();
        check_variation(&self)?;
        Ok(self)
    }

    /// The same panel with other averages to report.
    pub(crate) fn reporting(&self, average: Option<&[f64]>, groupings: &[Grouping]) -> Panel {
        let mut panel = self.clone();
        panel.design.average = average.map(<[f64]>::to_vec).or(panel.design.average);
        panel.design.groupings = groupings.to_vec();
        panel
    }

    /// The same panel with another anchor.
    pub(crate) fn anchored(&self, anchor: Anchor) -> Panel {
        let mut panel = self.clone();
        panel.design.anchor = anchor;
        panel
    }

    /// The same panel with outcomes less a location, over a scale.
    pub(crate) fn standardized(&self, location: f64, scale: f64) -> Panel {
        let mut panel = self.clone();
        panel.outcome.iter_mut().for_each(|y| *y = (*y - location) / scale);
        panel.centring =
            Centring::new(&panel.outcome, &panel.treated, panel.n_units, panel.n_periods);
        panel
    }

    /// The same panel with some control cells marked as treated: fits leave them out.
    pub(crate) fn holding_out(&self, cells: &[Cell]) -> Panel {
        let mut panel = self.clone();
        cells.iter().for_each(|&cell| panel.treated[self.at(cell)] = true);
        panel
    }

    fn covariate_centring_of(&self, values: &[f64]) -> Centring {
        let at_outcomes: Vec<f64> = values
            .iter()
            .zip(&self.outcome)
            .map(|(&x, y)| if y.is_nan() { f64::NAN } else { x })
            .collect();
        Centring::new(&at_outcomes, &self.treated, self.n_units, self.n_periods)
    }

    /// Number of units, N.
    pub fn n_units(&self) -> usize {
        self.n_units
    }

    /// Number of periods, T.
    pub fn n_periods(&self) -> usize {
        self.n_periods
    }

    fn at(&self, cell: Cell) -> usize {
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

    /// True if the cell is untreated and observed.
    pub fn is_control(&self, cell: Cell) -> bool {
        !self.is_treated(cell) && self.is_observed(cell)
    }

    /// True if the unit is treated in some period.
    pub fn is_ever_treated(&self, unit: usize) -> bool {
        self.treated[unit * self.n_periods..(unit + 1) * self.n_periods].contains(&true)
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

    /// The panel in which each unit stands `times` times, units in ascending order.
    pub(crate) fn repeat(&self, times: &[usize]) -> Panel {
        let kept = (0..self.n_units).filter(|&i| times[i] > 0);
        let row = |i: usize| Row { unit: i, role: i, count: times[i] as f64 };
        self.assemble(&kept.map(row).collect::<Vec<_>>())
    }

    /// The panel without any treatment that a constant effect implies: treated outcomes are that much higher
    /// than they would have been.
    pub(crate) fn under_hypothesis(&self, effect: f64) -> Panel {
        let mut panel = self.clone();
        for (y, w) in panel.outcome.iter_mut().zip(&mut panel.treated) {
            if std::mem::take(w) {
                *y -= effect;
            }
        }
        panel.centring =
            Centring::new(&panel.outcome, &panel.treated, panel.n_units, panel.n_periods);
        let centring = |values: &Vec<f64>| panel.covariate_centring_of(values);
        panel.covariate_centring = panel.design.covariates.iter().map(centring).collect();
        panel
    }

    /// The panel without one of its units.
    pub(crate) fn without(&self, unit: usize) -> Panel {
        let kept = (0..self.n_units).filter(|&i| i != unit);
        let row = |i: usize| Row { unit: i, role: i, count: self.count(i) };
        self.assemble(&kept.map(row).collect::<Vec<_>>())
    }

    /// The panel of the given rows.
    pub(crate) fn assemble(&self, rows: &[Row]) -> Panel {
        let units: Vec<usize> = rows.iter().map(|row| row.unit).collect();
        let roles: Vec<usize> = rows.iter().map(|row| row.role).collect();
        let count: Vec<f64> = rows.iter().map(|row| row.count).collect();
        let centring = |of: &Centring| Centring {
            unit: units.iter().map(|&i| of.unit[i]).collect(),
            period: of.period.clone(),
            scale: of.scale,
        };
        Panel {
            n_units: rows.len(),
            n_periods: self.n_periods,
            outcome: pick_rows(&self.outcome, &units, self.n_periods),
            treated: pick_rows(&self.treated, &roles, self.n_periods),
            count: count.iter().any(|&c| c != 1.0).then_some(count),
            centring: centring(&self.centring),
            design: self.design.assemble(&units, &roles, self.n_periods),
            covariate_centring: self.covariate_centring.iter().map(centring).collect(),
            role: Some(roles.iter().map(|&i| self.role(i)).collect()),
        }
    }
}

fn check_shapes(outcome: usize, treatment: usize, n_units: usize, n_periods: usize) -> Result<()> {
    if n_units == 0 || n_periods == 0 {
        return Err(Error::EmptyPanel { n_units, n_periods });
    }
    let bytes = size_of::<f64>() * 4;
    let fits = |a: usize, b: usize| a.checked_mul(b).and_then(|n| n.checked_mul(bytes)).is_some();
    if !fits(n_units, n_periods) || !fits(n_units, n_units) || !fits(n_periods, n_periods) {
        return Err(Error::TooLarge { n_units, n_periods });
    }
    let expected = n_units * n_periods;
    for (what, found) in [("outcome", outcome), ("treatment", treatment)] {
        if found != expected {
            return Err(Error::ShapeMismatch { what, found, n_units, n_periods, expected });
        }
    }
    Ok(())
}

/// Outcomes and covariates beyond this size are refused: their squares could overflow.
pub(crate) const LARGEST: f64 = 1e100;

fn check_entries(outcome: &[f64], treatment: &[f64], n_periods: usize) -> Result<()> {
    if let Some(k) = treatment.iter().position(|&w| w != 0.0 && w != 1.0) {
        let (unit, period) = (k / n_periods, k % n_periods);
        let value = treatment[k].to_string();
        return Err(Error::TreatmentNotBinary { unit, period, value });
    }
    if let Some(k) = outcome.iter().position(|y| y.abs() > LARGEST) {
        return Err(Error::OutcomeInfinite { unit: k / n_periods, period: k % n_periods });
    }
    Ok(())
}

fn check_coverage(
    outcome: &[f64],
    treated: &[bool],
    n_units: usize,
    n_periods: usize,
) -> Result<()> {
    let observed = |unit: usize, period: usize| !outcome[unit * n_periods + period].is_nan();
    if let Some(unit) = (0..n_units).find(|&i| !(0..n_periods).any(|t| observed(i, t))) {
        return Err(Error::UnitAllMissing { unit });
    }
    if let Some(period) = (0..n_periods).find(|&t| !(0..n_units).any(|i| observed(i, t))) {
        return Err(Error::PeriodAllMissing { period });
    }
    if !treated.contains(&true) {
        return Err(Error::NoTreatedCell);
    }
    if !outcome.iter().zip(treated).any(|(y, w)| !y.is_nan() && !w) {
        return Err(Error::NoControlCell);
    }
    Ok(())
}

impl Centring {
    /// Sweeps of unit and period means over the control cells. They need not converge: any shift by
    /// unit and period effects leaves the estimator as it is, and near the fit it costs no digits.
    const SWEEPS: usize = 3;

    /// Residuals below this share of the largest outcome are rounding.
    const ROUNDING: f64 = 1e-12;

    fn new(outcome: &[f64], treated: &[bool], n_units: usize, n_periods: usize) -> Self {
        let mut residual: Vec<f64> =
            outcome.iter().zip(treated).map(|(&y, &w)| if w { f64::NAN } else { y }).collect();
        let mut unit = vec![0.0; n_units];
        let mut period = vec![0.0; n_periods];
        for _ in 0..Self::SWEEPS {
            sweep_means(&mut residual, &mut unit, |k| k / n_periods);
            sweep_means(&mut residual, &mut period, |k| k % n_periods);
        }
        let observed = || residual.iter().filter(|r| !r.is_nan());
        let square = observed().map(|r| r * r).sum::<f64>() / observed().count() as f64;
        let largest = outcome.iter().filter(|y| !y.is_nan()).map(|y| y.abs()).fold(0.0, f64::max);
        let size = square.sqrt().max(Self::ROUNDING * largest);
        // A power of two: scaling by it rounds nothing.
        let scale = if size.is_normal() { size.log2().round().exp2() } else { 1.0 };
        Centring { unit, period, scale }
    }
}

/// Moves the mean of the observed residuals of each group into that group's effect.
fn sweep_means(residual: &mut [f64], effect: &mut [f64], group: impl Fn(usize) -> usize) {
    let mut sum = vec![0.0; effect.len()];
    let mut count = vec![0.0; effect.len()];
    for (k, &r) in residual.iter().enumerate().filter(|(_, r)| !r.is_nan()) {
        sum[group(k)] += r;
        count[group(k)] += 1.0;
    }
    let mean: Vec<f64> =
        sum.iter().zip(&count).map(|(s, &n)| if n > 0.0 { s / n } else { 0.0 }).collect();
    for (effect, mean) in effect.iter_mut().zip(&mean) {
        *effect += mean;
    }
    for (k, r) in residual.iter_mut().enumerate() {
        *r -= mean[group(k)];
    }
}
