//! What is asked of a panel, beside its outcomes and treatments.

use super::panel::{Cell, Panel, LARGEST};
use crate::error::{Error, Result};
use crate::model::check_weights;

/// Which treated cells share a fit, and with it their weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// One fit for each treated cell, its weights centred there (Algorithm 2).
    #[default]
    Cell,
    /// One fit for all treated cells: unit distances are to the mean control outcomes of the treated
    /// units before the first treated period, time distances to the centre of the treated periods, half
    /// a period after their middle.
    Pooled,
    /// As `Pooled`, but one fit for each set of units treated over exactly the same uninterrupted spell.
    Spell,
}

impl Anchor {
    /// Its name: `cell`, `pooled` or `spell`.
    ///
    /// ```
    /// assert_eq!(trop_core::Anchor::default().name(), "cell");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Anchor::Cell => "cell",
            Anchor::Pooled => "pooled",
            Anchor::Spell => "spell",
        }
    }

    /// The anchor of a name.
    ///
    /// ```
    /// use trop_core::Anchor;
    /// assert_eq!(Anchor::from_name("spell"), Some(Anchor::Spell));
    /// assert_eq!(Anchor::from_name("block"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        [Anchor::Cell, Anchor::Pooled, Anchor::Spell].into_iter().find(|a| a.name() == name)
    }
}

/// What the time weights of Eq. 3 count between two periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeDistance {
    /// Positions among the periods of the panel.
    #[default]
    Position,
    /// Differences of calendar values over the smallest gap between two neighbours.
    Calendar,
}

impl TimeDistance {
    /// Its name: `position` or `calendar`.
    ///
    /// ```
    /// assert_eq!(trop_core::TimeDistance::default().name(), "position");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            TimeDistance::Position => "position",
            TimeDistance::Calendar => "calendar",
        }
    }

    /// The time distance of a name.
    ///
    /// ```
    /// use trop_core::TimeDistance;
    /// assert_eq!(TimeDistance::from_name("calendar"), Some(TimeDistance::Calendar));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        [TimeDistance::Position, TimeDistance::Calendar].into_iter().find(|d| d.name() == name)
    }
}

/// Cells whose effects are averaged together, each group known by a code.
#[derive(Clone, Debug, PartialEq)]
pub enum Grouping {
    /// Periods since the spell of treatment began, as [`Panel::event_time`]; negative before it.
    EventTime,
    /// Position of the period.
    Period,
    /// Position of the unit's first treated period.
    Cohort,
    /// Position of the unit.
    Unit,
    /// The caller's own code for each cell, row-major N x T; [`Grouping::NONE`] for no group.
    Given(Vec<i64>),
}

impl Grouping {
    /// The code of a cell that is in no group.
    pub const NONE: i64 = i64::MIN;
}

/// What is asked of a panel: how effects are estimated, and which averages of them are reported.
///
/// ```
/// use trop_core::{Anchor, Design, Panel};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], 2, 2)?;
/// let design = Design { anchor: Anchor::Pooled, ..Default::default() };
/// assert_eq!(panel.with_design(&design)?.anchor(), Anchor::Pooled);
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// Which treated cells share a fit; default [`Anchor::Cell`].
    pub anchor: Anchor,
    /// Calendar value of each period, length T, strictly increasing; default none.
    pub calendar: Option<Vec<f64>>,
    /// What time weights count; default [`TimeDistance::Position`].
    pub time_distance: TimeDistance,
    /// Weight of each unit's effects in averages (population or survey weights; no part in the fits),
    /// length N, finite, >= 0. Default: equal.
    pub average: Option<Vec<f64>>,
    /// Covariates (Eq. 14), each row-major N x T, finite wherever the outcome is observed. Default: none.
    pub covariates: Vec<Vec<f64>>,
    /// Averages to report beside the ATT. Default: none.
    pub groupings: Vec<Grouping>,
}

impl Design {
    /// Checks the design of a panel, but for its covariates' variation.
    pub(crate) fn validate(&self, panel: &Panel) -> Result<()> {
        match &self.calendar {
            Some(calendar) => check_calendar(calendar, panel.n_periods())?,
            None if self.time_distance == TimeDistance::Calendar => {
                return Err(Error::CalendarMissing);
            }
            None => {}
        }
        if let Some(average) = &self.average {
            check_weights("unit", average, panel.n_units())?;
            if panel.treated_units().iter().all(|&i| average[i] == 0.0) {
                return Err(Error::AverageAllZero);
            }
        }
        for (covariate, values) in self.covariates.iter().enumerate() {
            check_covariate(panel, covariate, values)?;
        }
        let expected = panel.n_units() * panel.n_periods();
        for (grouping, codes) in self.groupings.iter().enumerate() {
            match codes {
                Grouping::Given(codes) if codes.len() != expected => {
                    return Err(Error::GroupingLength { grouping, found: codes.len(), expected });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The design of a panel that has the units `rows` in the roles of `roles`.
    pub(crate) fn assemble(&self, rows: &[usize], roles: &[usize], n_periods: usize) -> Design {
        let groupings = self.groupings.iter().map(|grouping| match grouping {
            Grouping::Given(codes) => Grouping::Given(pick_rows(codes, roles, n_periods)),
            other => other.clone(),
        });
        Design {
            anchor: self.anchor,
            calendar: self.calendar.clone(),
            time_distance: self.time_distance,
            average: self.average.as_ref().map(|w| roles.iter().map(|&i| w[i]).collect()),
            covariates: self.covariates.iter().map(|x| pick_rows(x, rows, n_periods)).collect(),
            groupings: groupings.collect(),
        }
    }
}

/// Rows of a row-major matrix.
pub(crate) fn pick_rows<T: Copy>(matrix: &[T], rows: &[usize], n_columns: usize) -> Vec<T> {
    rows.iter().flat_map(|&i| matrix[i * n_columns..(i + 1) * n_columns].iter().copied()).collect()
}

fn check_calendar(calendar: &[f64], expected: usize) -> Result<()> {
    if calendar.len() != expected {
        return Err(Error::CalendarLength { found: calendar.len(), expected });
    }
    let falls = |s: usize| !calendar[s].is_finite() || (s > 0 && calendar[s] <= calendar[s - 1]);
    let overflows = || in_smallest_gaps(calendar).iter().position(|place| !place.is_finite());
    match (0..expected).find(|&s| falls(s)).or_else(overflows) {
        Some(period) => Err(Error::CalendarNotIncreasing { period }),
        None => Ok(()),
    }
}

fn check_covariate(panel: &Panel, covariate: usize, values: &[f64]) -> Result<()> {
    let n_periods = panel.n_periods();
    let expected = panel.n_units() * n_periods;
    if values.len() != expected {
        return Err(Error::CovariateLength { covariate, found: values.len(), expected });
    }
    let lacks = |k: usize| {
        let cell = Cell { unit: k / n_periods, period: k % n_periods };
        panel.is_observed(cell) && !(-LARGEST..=LARGEST).contains(&values[k])
    };
    match (0..expected).find(|&k| lacks(k)) {
        Some(k) => {
            Err(Error::CovariateMissing { covariate, unit: k / n_periods, period: k % n_periods })
        }
        None => Ok(()),
    }
}

/// Calendar values as multiples of the smallest gap, from 0.
pub(crate) fn in_smallest_gaps(calendar: &[f64]) -> Vec<f64> {
    let gap = calendar.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    calendar.iter().map(|c| (c - calendar[0]) / gap).collect()
}
