//! Treatments from the period in which each unit is first treated.

use super::cell::Cell;
use super::long::{check_column, Rows};
use super::panel::Panel;
use super::remark::Remark;
use super::shape::Shape;
use crate::error::{Error, Result};

/// The treatment of a panel, read from a column that says when each unit is first treated.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cohorts {
    /// Row-major N x T: 1 from the unit's first treated period on, else 0.
    pub treatment: Vec<f64>,
    /// What to know about first treated periods that lie outside of the panel, for [`Panel::with_remarks`].
    pub remarks: Vec<Remark>,
}

impl Rows {
    /// The treatment from `first`, which says in each row when the row's unit is first treated, on the scale of
    /// `calendar`, the value of each period, ascending. NaN and infinity are units that are never treated; so is 0,
    /// if `zero_is_never`. A first treated period after the last period counts as never treated, one before the
    /// first period as always treated; remarks say so. Between two periods it is the later one.
    ///
    /// # Errors
    /// [`Error::ColumnLength`], [`Error::CalendarLength`], [`Error::CalendarNotIncreasing`],
    /// [`Error::CohortVaries`] or [`Error::CohortAmbiguous`].
    ///
    /// ```
    /// use trop_core::Rows;
    /// let rows = Rows::new(&[7, 7, 3, 3], &[2000, 2001, 2000, 2001])?;
    /// let found = rows.cohorts(&[2001.0, 2001.0, 0.0, 0.0], &[2000.0, 2001.0], true)?;
    /// // Unit 3 comes first.
    /// assert_eq!(found.treatment, [0.0, 0.0, 0.0, 1.0]);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn cohorts(&self, first: &[f64], calendar: &[f64], zero_is_never: bool) -> Result<Cohorts> {
        let (n_units, n_periods) = (self.units().len(), self.periods().len());
        check_column("cohort", first.len(), self.cells().count())?;
        super::checks::check_calendar(calendar, n_periods)?;
        let zero = zero_is_never && first.contains(&0.0);
        if zero && calendar.first() <= Some(&0.0) && calendar.last() >= Some(&0.0) {
            return Err(Error::CohortAmbiguous);
        }
        let firsts = self.one_for_each(&first_periods(first, zero), n_units)?;
        let (start, end) = (calendar[0], calendar[n_periods - 1]);
        let units = |is: &dyn Fn(f64) -> bool| firsts.iter().filter(|&&first| is(first)).count();
        let after = units(&|first| first > end && first < f64::INFINITY);
        let before = units(&|first| first <= start);
        let mut remarks = Vec::new();
        remarks.extend((after > 0).then_some(Remark::CohortsAfter { units: after }));
        remarks.extend((before > 0).then_some(Remark::CohortsBefore { units: before }));
        let treated = |first: f64| calendar.iter().map(move |&t| f64::from(u8::from(t >= first)));
        Ok(Cohorts { treatment: firsts.into_iter().flat_map(treated).collect(), remarks })
    }

    /// The one value that each unit has in its rows.
    fn one_for_each(&self, values: &[f64], n_units: usize) -> Result<Vec<f64>> {
        let mut found: Vec<Option<f64>> = vec![None; n_units];
        for (Cell { unit, .. }, &value) in self.cells().zip(values) {
            if *found[unit].get_or_insert(value) != value {
                return Err(Error::CohortVaries { unit });
            }
        }
        Ok(found.into_iter().map(|value| value.unwrap_or(f64::INFINITY)).collect())
    }
}

/// Infinity for units that are never treated.
fn first_periods(given: &[f64], zero_is_never: bool) -> Vec<f64> {
    let never = |first: f64| first.is_nan() || (zero_is_never && first == 0.0);
    given.iter().map(|&first| if never(first) { f64::INFINITY } else { first }).collect()
}

impl Panel {
    /// A panel of rows in long form whose treatment is read by [`Rows::cohorts`]. Unlike with a column of 0 and 1, a
    /// unit whose row is absent in the period of its adoption is dated right.
    ///
    /// # Errors
    /// Those of [`Rows::cohorts`] and [`Panel::new`].
    ///
    /// ```
    /// use trop_core::{Panel, Rows};
    /// let rows = Rows::new(&[0, 0, 1, 1, 2, 2], &[2000, 2001, 2000, 2001, 2000, 2001])?;
    /// let (outcome, first) = ([1.0, 2.0, 4.0, 6.0, 1.0, 2.0], [0.0, 0.0, 2001.0, 2001.0, 2009.0, 2009.0]);
    /// let panel = Panel::from_cohorts(&rows, &outcome, &first, &[2000.0, 2001.0], true)?;
    /// assert_eq!(panel.treated_units(), [1]);
    /// assert_eq!(panel.remarks()[0].code(), "cohorts_after");
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn from_cohorts(
        rows: &Rows,
        outcome: &[f64],
        first: &[f64],
        calendar: &[f64],
        zero_is_never: bool,
    ) -> Result<Panel> {
        let found = rows.cohorts(first, calendar, zero_is_never)?;
        let outcome = rows.matrix(outcome)?;
        let (n_units, n_periods) = (rows.units().len(), rows.periods().len());
        let panel = Panel::new(&outcome, &found.treatment, Shape { n_units, n_periods })?;
        Ok(panel.with_remarks(found.remarks))
    }
}
