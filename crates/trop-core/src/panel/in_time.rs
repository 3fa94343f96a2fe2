//! The placebo in time: treatment taken to begin earlier than it did.

use super::derived::pick_rows;
use super::design::{Design, Grouping};
use super::panel::Panel;
use super::remark::Remark;
use super::shape::Shape;
use crate::error::{Error, Result};

/// A panel whose treatment is taken to begin earlier than it did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlaceboInTime {
    /// The panel, without the periods from the last start of treatment on.
    pub panel: Panel,
    /// For each of its units, the position in the panel that it was made of, ascending: treated units with too short a
    /// history are not in it.
    pub units: Vec<usize>,
    /// Periods of the shortest and of the longest window.
    pub window: (usize, usize),
}

/// Of a treated unit, the periods `start..end` that are taken as treated; all that follow are left out.
#[derive(Clone, Copy)]
struct Window {
    start: usize,
    end: usize,
}

impl Panel {
    /// The placebo in time: each treated unit is taken to be treated in `window` periods right before its treatment
    /// began, and its outcomes from the true beginning on are left out. There is no effect to find, and the placebo
    /// effects are predicted from as far away as the effects are.
    ///
    /// `None` takes for each unit as many periods as its first spell of treatment has, but at most half of those before
    /// it. Periods of [`Design::anticipation`] right before treatment are left out as well. A treated unit keeps at least
    /// one period before its window, or is dropped. Periods in which every unit is treated, or was, are dropped: with one
    /// date of treatment the panel ends there.
    ///
    /// # Errors
    /// [`Error::PlaceboInTimeImpossible`] if `window` is 0, or no treated unit has a history as long; those of
    /// [`Panel::with_design`].
    ///
    /// ```
    /// use trop_core::{Cell, Panel, Shape};
    /// // Two units; the first is treated from the fifth of six periods on.
    /// let outcome = [1.0, 3.0, 2.0, 4.0, 9.0, 9.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0];
    /// let mut treatment = [0.0; 12];
    /// (treatment[4], treatment[5]) = (1.0, 1.0);
    /// let placebo = Panel::new(&outcome, &treatment, Shape { n_units: 2, n_periods: 6 })?.placebo_in_time(None)?;
    /// assert_eq!(placebo.panel.n_periods(), 4);
    /// let cells: Vec<usize> = placebo.panel.treated_cells().iter().map(|cell| cell.period).collect();
    /// assert_eq!(cells, [2, 3]);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn placebo_in_time(&self, window: Option<usize>) -> Result<PlaceboInTime> {
        let windows: Vec<Option<Window>> =
            (0..self.n_units).map(|unit| self.window_before(unit, window)).collect();
        let is_kept = |&unit: &usize| windows[unit].is_some() || !self.is_ever_treated(unit);
        let units: Vec<usize> = (0..self.n_units).filter(is_kept).collect();
        let windows: Vec<Option<Window>> = units.iter().map(|&unit| windows[unit]).collect();
        let ends = windows.iter().flatten().map(|window| window.end);
        let n_periods = ends.max().ok_or_else(|| self.without_history(window))?;
        let lengths = windows.iter().flatten().map(|window| window.end - window.start);
        let window = (lengths.clone().min().unwrap_or_default(), lengths.max().unwrap_or_default());
        let taken = |window: &Option<Window>| {
            let taken = window.map_or(0..0, |window| window.start..window.end);
            (0..n_periods).map(move |period| f64::from(u8::from(taken.contains(&period))))
        };
        let treatment: Vec<f64> = windows.iter().flat_map(taken).collect();
        let outcome = pick_rows(&self.outcome, &units, self.n_periods);
        let outcome = cut(&outcome, self.n_periods, n_periods);
        let shape = Shape { n_units: units.len(), n_periods };
        let mut panel = Panel::new(&outcome, &treatment, shape)?
            .with_design(&self.design_of(&units, n_periods))?
            .with_remarks(vec![self.remark_in_time(window, &units)]);
        panel.leave_out_from(&windows);
        if panel.control_cells().is_empty() {
            return Err(Error::NoControlCell);
        }
        Ok(PlaceboInTime { panel, units, window })
    }

    /// The window of a treated unit, if its history is long enough.
    fn window_before(&self, unit: usize, asked: Option<usize>) -> Option<Window> {
        let row = &self.treated[unit * self.n_periods..(unit + 1) * self.n_periods];
        let begins = row.iter().position(|&w| w)?;
        let spell = row[begins..].iter().take_while(|&&w| w).count();
        let end = begins.saturating_sub(self.design.anticipation);
        let length = asked.unwrap_or_else(|| spell.min(end / 2));
        (length > 0 && length < end).then(|| Window { start: end - length, end })
    }

    fn without_history(&self, window: Option<usize>) -> Error {
        let reason = match window {
            Some(0) => "its window must have at least one period".into(),
            Some(window) => format!(
                "no treated unit has more than {window} periods before its treatment{}; take a shorter window",
                self.up_to_anticipation()
            ),
            None => format!(
                "no treated unit has two periods before its treatment{}",
                self.up_to_anticipation()
            ),
        };
        Error::PlaceboInTimeImpossible { reason }
    }

    fn up_to_anticipation(&self) -> &'static str {
        if self.design.anticipation > 0 {
            " and its anticipation"
        } else {
            ""
        }
    }

    fn remark_in_time(&self, (shortest, longest): (usize, usize), units: &[usize]) -> Remark {
        Remark::PlaceboInTime { shortest, longest, dropped: self.n_units - units.len() }
    }

    /// Excludes the outcomes of treated units from the end of their windows on.
    fn leave_out_from(&mut self, windows: &[Option<Window>]) {
        for (row, window) in self.excluded.chunks_mut(self.n_periods).zip(windows) {
            if let Some(window) = window {
                row[window.end..].fill(true);
            }
        }
        self.centre();
    }

    /// The design of some of the units and the first periods.
    fn design_of(&self, units: &[usize], n_periods: usize) -> Design {
        let design = self.design.assemble(units, units, (self.n_units, self.n_periods));
        let first = |values: &Vec<f64>| cut(values, self.n_periods, n_periods);
        let groupings = design.groupings.into_iter().map(|grouping| match grouping {
            Grouping::Given(codes) => Grouping::Given(cut(&codes, self.n_periods, n_periods)),
            other => other,
        });
        Design {
            groupings: groupings.collect(),
            calendar: design.calendar.map(|calendar| calendar[..n_periods].to_vec()),
            covariates: design.covariates.iter().map(first).collect(),
            ..design
        }
    }
}

/// The first `kept` entries of each row of `n_periods`.
fn cut<T: Copy>(values: &[T], n_periods: usize, kept: usize) -> Vec<T> {
    values.chunks(n_periods).flat_map(|row| row[..kept].iter().copied()).collect()
}
