//! Panels from data in long form, one row for each unit in each period.

use super::cell::Cell;
use super::design::Grouping;
use super::panel::Panel;
use super::shape::Shape;
use crate::error::{Error, Result};

/// Cells beyond which unit or time must be the wrong column: 16 GiB for the outcomes alone.
const LARGEST: usize = 1 << 31;

/// Data in long form: row `k` has the outcome and the treatment of unit `unit[k]` in period `time[k]`. Rows
/// stand in any order. Units and periods are any integers (years, for instance), in ascending order in the
/// panel.
///
/// ```
/// use trop_core::{Cell, Long, Panel};
/// let long = Long {
///     unit: &[7, 7, 7, 3, 3, 3],
///     time: &[2001, 2000, 2002, 2000, 2001, 2002],
///     outcome: &[2.0, 1.0, 3.0, 4.0, 5.0, 9.0],
///     treatment: &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
/// };
/// let panel = Panel::from_long(&long)?;
/// assert_eq!(panel.treated_cells(), [Cell { unit: 0, period: 2 }]);
/// assert_eq!(panel.outcome(Cell { unit: 1, period: 1 }), 2.0);
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Long<'a> {
    /// The unit of each row.
    pub unit: &'a [i64],
    /// The period of each row.
    pub time: &'a [i64],
    /// Its outcome, NaN if missing.
    pub outcome: &'a [f64],
    /// Its treatment, 0 or 1; NaN only where the outcome is missing, too.
    pub treatment: &'a [f64],
}

/// Where the rows of data in long form stand in a panel.
///
/// ```
/// use trop_core::Rows;
/// let rows = Rows::new(&[7, 7, 3], &[2001, 2000, 2000])?;
/// assert_eq!((rows.units(), rows.periods()), (&[3, 7][..], &[2000, 2001][..]));
/// // A covariate's column as a matrix of the panel; unit 3 has no row for 2001.
/// let matrix = rows.matrix(&[0.5, 1.5, 2.5])?;
/// assert!(matrix[0] == 2.5 && matrix[1].is_nan() && matrix[2..] == [1.5, 0.5]);
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    units: Vec<i64>,
    periods: Vec<i64>,
    /// The position of each row in a row-major matrix.
    at: Vec<usize>,
}

impl Rows {
    /// Finds the units and periods of some rows.
    ///
    /// # Errors
    /// [`Error::ColumnLength`], [`Error::EmptyPanel`], [`Error::LongTooLarge`] or
    /// [`Error::DuplicateRows`].
    pub fn new(unit: &[i64], time: &[i64]) -> Result<Self> {
        check_column("time", time.len(), unit.len())?;
        let (units, periods) = (distinct(unit), distinct(time));
        let (n_units, n_periods) = (units.len(), periods.len());
        if unit.is_empty() {
            return Err(Error::EmptyPanel { n_units, n_periods });
        }
        if n_units.checked_mul(n_periods).is_none_or(|cells| cells > LARGEST) {
            return Err(Error::LongTooLarge { n_units, n_periods });
        }
        let place = |(i, t)| position(&units, i) * n_periods + position(&periods, t);
        let at = unit.iter().zip(time).map(place).collect();
        let rows = Rows { units, periods, at };
        rows.check_duplicates()?;
        Ok(rows)
    }

    /// The unit of each row of the panel, ascending.
    pub fn units(&self) -> &[i64] {
        &self.units
    }

    /// The period of each column of the panel, ascending.
    pub fn periods(&self) -> &[i64] {
        &self.periods
    }

    /// The cell of each row of the data.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        self.at.iter().map(|&at| self.cell(at))
    }

    /// One value for each row as a row-major matrix of the panel, NaN where there is no row.
    ///
    /// # Errors
    /// [`Error::ColumnLength`].
    pub fn matrix(&self, values: &[f64]) -> Result<Vec<f64>> {
        self.lay_out("the column", values, f64::NAN)
    }

    /// One code for each row as a [`Grouping`], no group where there is no row.
    ///
    /// # Errors
    /// [`Error::ColumnLength`].
    ///
    /// ```
    /// use trop_core::{Grouping, Rows};
    /// let rows = Rows::new(&[7, 7, 3], &[2001, 2000, 2000])?;
    /// let codes = vec![30, Grouping::NONE, 20, 10];
    /// assert_eq!(rows.grouping(&[10, 20, 30])?, Grouping::Given(codes));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn grouping(&self, codes: &[i64]) -> Result<Grouping> {
        self.lay_out("the column", codes, Grouping::NONE).map(Grouping::Given)
    }

    fn lay_out<T: Copy>(&self, what: &'static str, values: &[T], empty: T) -> Result<Vec<T>> {
        check_column(what, values.len(), self.at.len())?;
        let mut matrix = vec![empty; self.units.len() * self.periods.len()];
        for (&at, &value) in self.at.iter().zip(values) {
            matrix[at] = value;
        }
        Ok(matrix)
    }

    fn cell(&self, at: usize) -> Cell {
        Cell { unit: at / self.periods.len(), period: at % self.periods.len() }
    }

    fn check_duplicates(&self) -> Result<()> {
        let mut order: Vec<usize> = (0..self.at.len()).collect();
        order.sort_by_key(|&k| self.at[k]);
        let pairs = || order.windows(2).filter(|pair| self.at[pair[0]] == self.at[pair[1]]);
        match pairs().next() {
            Some(pair) => {
                let Cell { unit, period } = self.cell(self.at[pair[0]]);
                let (repeats, rows) = (pairs().count(), (pair[0], pair[1]));
                Err(Error::DuplicateRows { repeats, unit, period, rows })
            }
            None => Ok(()),
        }
    }
}

impl Panel {
    /// Lays out data in long form and validates them. A cell without a row, or without a treatment, has no
    /// outcome; it counts as treated if its unit is treated both before and after it.
    ///
    /// # Errors
    /// Those of [`Rows::new`] and [`Panel::new`], [`Error::ColumnLength`] or [`Error::TreatmentMissing`].
    pub fn from_long(long: &Long<'_>) -> Result<Panel> {
        Panel::from_rows(&Rows::new(long.unit, long.time)?, long.outcome, long.treatment)
    }

    /// The same with rows whose places are known.
    ///
    /// # Errors
    /// Those of [`Panel::new`], [`Error::ColumnLength`] or [`Error::TreatmentMissing`].
    ///
    /// ```
    /// use trop_core::{Panel, Rows};
    /// let rows = Rows::new(&[0, 0, 1, 1], &[0, 1, 0, 1])?;
    /// let panel = Panel::from_rows(&rows, &[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0])?;
    /// assert_eq!(panel.n_observed(), 4);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn from_rows(rows: &Rows, outcome: &[f64], treatment: &[f64]) -> Result<Panel> {
        let outcome = rows.lay_out("outcome", outcome, f64::NAN)?;
        let treatment = rows.lay_out("treatment", treatment, f64::NAN)?;
        let unknown = |k: &usize| treatment[*k].is_nan() && !outcome[*k].is_nan();
        if let Some(k) = (0..outcome.len()).find(unknown) {
            let Cell { unit, period } = rows.cell(k);
            return Err(Error::TreatmentMissing { unit, period });
        }
        let (n_units, n_periods) = (rows.units.len(), rows.periods.len());
        Panel::new(&outcome, &treatment, Shape { n_units, n_periods })
    }
}

fn distinct(codes: &[i64]) -> Vec<i64> {
    let mut distinct = codes.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

fn position(sorted: &[i64], code: &i64) -> usize {
    sorted.partition_point(|other| other < code)
}

pub(super) fn check_column(what: &'static str, found: usize, expected: usize) -> Result<()> {
    if found != expected {
        return Err(Error::ColumnLength { what, found, expected });
    }
    Ok(())
}
