//! What a panel can be, but is not if its columns are what they should be.

use super::cell::Cell;
use super::panel::Panel;
use crate::error::{Error, Result};

impl Panel {
    /// Checks that the treatment marks what it should, the treated cells: that some cell with an outcome is
    /// treated, and that it is neither on in all periods of every unit that it is ever on in, as if it marked
    /// a group of units, nor on for all units in every period that it is on in, as if it marked the time after
    /// adoption. [`analyze`](crate::analyze) does this first.
    ///
    /// # Errors
    /// [`Error::NoTreatedCell`] or [`Error::TreatmentConstant`].
    ///
    /// ```
    /// use trop_core::{Panel, Shape};
    /// // The second unit is treated in all periods.
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 1.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// assert_eq!(panel.check_treatment().unwrap_err().code(), "treatment_constant");
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn check_treatment(&self) -> Result<()> {
        let is_treated = |cell| self.is_treated(cell) && self.is_observed(cell);
        let some = |unit, period, holds: &dyn Fn(Cell) -> bool| holds(Cell { unit, period });
        let (units, periods) = (|| 0..self.n_units(), || 0..self.n_periods());
        let treated_unit = |i: &usize| periods().any(|t| some(*i, t, &is_treated));
        let treated_period = |t: &usize| units().any(|i| some(i, *t, &is_treated));
        let is_control = |cell| self.is_control(cell);
        if !units().any(|i| treated_unit(&i)) {
            return Err(Error::NoTreatedCell);
        }
        let has_control = |i: usize| periods().any(|t| some(i, t, &is_control));
        if !units().filter(treated_unit).any(has_control) {
            return Err(Error::TreatmentConstant { marks: "group" });
        }
        let has_control = |t: usize| units().any(|i| some(i, t, &is_control));
        if !periods().filter(treated_period).any(has_control) {
            return Err(Error::TreatmentConstant { marks: "time" });
        }
        Ok(())
    }
}
