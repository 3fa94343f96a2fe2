//! Whether the effects of an analysis's groups differ.

use super::answer::Analysis;
#[cfg(doc)]
use super::options::AnalysisOptions;
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::inference::{differences, Differences};
use crate::panel::Panel;
use crate::runtime::Monitor;

impl Analysis {
    /// The differences between the effects of all groups of one of the panel's
    /// [`groupings`](Panel::groupings), and a test of all of them at once; `panel` is the one that was analyzed. The draws
    /// are those of the analysis, made anew without the cells before treatment. `threads` is as in
    /// [`AnalysisOptions`].
    ///
    /// # Errors
    /// [`Error::InferenceImpossible`] if the analysis has no inference, or conformal inference, or if there are fewer than
    /// two groups, or more than 50; [`Error::TooFewDraws`] and those of [`infer`](crate::infer).
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Design, Grouping, InferenceMethod, Lambdas, Panel, Shape, Silent};
    /// // Two treated units of six, in the last of three periods.
    /// let outcome = [
    ///     1.0, 2.0, 8.0, 0.0, 1.5, 3.0, 1.0, 1.0, 2.5, 2.0, 2.5, 3.0, 0.0, 0.5, 2.0, 1.0, 3.0, 3.5,
    /// ];
    /// let mut treatment = [0.0; 18];
    /// (treatment[2], treatment[5]) = (1.0, 1.0);
    /// let design = Design { groupings: vec![Grouping::Unit], ..Default::default() };
    /// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 6, n_periods: 3 })?.with_design(&design)?;
    /// let (lambdas, inference) = (Some(Lambdas::TWO_WAY), Some(InferenceMethod::Placebo));
    /// let found = analyze(&panel, &AnalysisOptions { lambdas, inference, ..Default::default() })?;
    /// let differences = found.differences(&panel, 0, None, &Silent)?;
    /// assert_eq!(differences.pairs[0].groups, (0, 1));
    /// // There is one pair, so both tests are one.
    /// assert_eq!(differences.pairs[0].p_value, differences.p_value);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn differences(
        &self,
        panel: &Panel,
        grouping: usize,
        threads: Option<usize>,
        monitor: &dyn Monitor,
    ) -> Result<Differences> {
        let (inferring, settings) =
            self.inferring_anew(panel, threads, "by how much effects may differ")?;
        let (lambdas, estimate) = (&self.lambdas, &self.estimate);
        differences(panel, lambdas, estimate, grouping, &inferring, &settings, monitor)
    }
}
