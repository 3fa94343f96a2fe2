//! An analysis once more, of its placebo in time.

use super::answer::Analysis;
use super::options::AnalysisOptions;
use super::run::analyze_with;
use crate::error::Result;
use crate::panel::{Panel, PlaceboInTime};
use crate::runtime::Monitor;

impl Analysis {
    /// The placebo in time of an analysis ([`Panel::placebo_in_time`]): the same estimator, at the lambdas of the
    /// analysis and with inference as it was asked for, on the panel with an earlier treatment; `panel` is the one that was
    /// analyzed. `threads` is as in [`AnalysisOptions`].
    ///
    /// # Errors
    /// Those of [`Panel::placebo_in_time`] and [`analyze`](crate::analyze).
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape, Silent};
    /// // Three units over four periods; the last unit is treated in the last of them.
    /// let outcome = [1.0, 2.0, 3.0, 4.0, 2.0, 3.0, 4.5, 5.0, 0.0, 1.0, 2.0, 9.0];
    /// let mut treatment = [0.0; 12];
    /// treatment[11] = 1.0;
    /// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 3, n_periods: 4 })?;
    /// let (lambdas, inference) = (Some(Lambdas::TWO_WAY), None);
    /// let found = analyze(&panel, &AnalysisOptions { lambdas, inference, ..Default::default() })?;
    /// let (made, placebo) = found.placebo_in_time(&panel, None, None, &Silent)?;
    /// assert_eq!(made.panel.n_periods(), 3);
    /// // In the third period nothing has happened yet.
    /// assert!(placebo.att().average.value.abs() < 1.0);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn placebo_in_time(
        &self,
        panel: &Panel,
        window: Option<usize>,
        threads: Option<usize>,
        monitor: &dyn Monitor,
    ) -> Result<(PlaceboInTime, Analysis)> {
        let options = AnalysisOptions { threads, ..self.options.at_lambdas(self.lambdas) };
        let made = panel.placebo_in_time(window)?;
        let found = analyze_with(&made.panel, &options, monitor)?;
        Ok((made, found))
    }
}
