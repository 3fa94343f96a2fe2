//! An analysis with intervals at another level.

use super::answer::Analysis;
use super::options::AnalysisOptions;
use super::run::numbers;
use crate::error::Result;
use crate::inference::{infer, Inference};
use crate::panel::Panel;
use crate::runtime::Monitor;

impl Analysis {
    /// The same with all intervals and bands at another level; `panel` is the one that was analyzed. The draws are
    /// made anew, and are the same: estimates, standard errors and p-values do not change. `threads` is as in
    /// [`AnalysisOptions`].
    ///
    /// # Errors
    /// [`Error::LevelOutOfRange`](crate::Error::LevelOutOfRange), and those of [`infer`].
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, InferenceMethod, Lambdas, Panel, Shape, Silent};
    /// let outcome = [1.0, 2.0, 1.5, 3.0, 0.0, 0.5, 2.0, 7.0];
    /// let panel = Panel::new(
    ///     &outcome,
    ///     &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ///     Shape { n_units: 4, n_periods: 2 },
    /// )?;
    /// let (lambdas, inference) = (Some(Lambdas::TWO_WAY), Some(InferenceMethod::Placebo));
    /// let found = analyze(&panel, &AnalysisOptions { lambdas, inference, ..Default::default() })?;
    /// assert_eq!(found.att().ci.1, f64::INFINITY);
    /// let half = found.at_level(&panel, 0.5, None, &Silent)?;
    /// assert!(half.att().ci.1 < f64::INFINITY);
    /// assert_eq!(half.att().p_value, found.att().p_value);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn at_level(
        &self,
        panel: &Panel,
        level: f64,
        threads: Option<usize>,
        monitor: &dyn Monitor,
    ) -> Result<Analysis> {
        let options = AnalysisOptions { level, threads, ..self.options.clone() };
        options.validate()?;
        let again = |known: &Inference| -> Result<Inference> {
            let inferring = options.inferring(known.method, panel, self.grids.as_ref());
            let (estimate, pre) = (&self.estimate, &self.pre.effects);
            let settings = options.settings();
            let found = infer(panel, &self.lambdas, estimate, pre, &inferring, &settings, monitor)?;
            Ok(Inference { reason: known.reason.clone(), ..found })
        };
        let inference = self.inference.as_ref().map(again).transpose()?;
        let averages = self.numbers.iter().map(|number| number.average).collect();
        let numbers = numbers(averages, inference.as_ref());
        Ok(Analysis { options, inference, numbers, ..self.clone() })
    }
}
