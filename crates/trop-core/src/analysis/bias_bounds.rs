//! How wrong an analysis's counterfactual may be.

use super::answer::Analysis;
#[cfg(doc)]
use super::options::AnalysisOptions;
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::inference::{bias_bounds, BiasBounds};
use crate::panel::Panel;
use crate::runtime::Monitor;

impl Analysis {
    /// Effects with room for a bias: intervals that hold if the counterfactual is off by at most `sizes` times the
    /// largest effect, in absolute value and over the time since its pretended start, that the
    /// [placebo in time](Analysis::placebo_in_time) has where nothing had happened; `panel` is the one that was analyzed.
    /// `sizes` are [`BiasBounds::DEFAULT_SIZES`] by default. `window` is the placebo's, `threads` is as in [`AnalysisOptions`]. Each draw of the analysis's inference estimates
    /// both, without the cells before treatment.
    ///
    /// The idea is that of Rambachan and Roth (2023), whose relative magnitudes compare changes between periods of a
    /// regression's coefficients; held-out predictions of a tuned fit have no period of reference, so here
    /// errors are compared with errors at the same distance. For each placebo effect `p` and sign the bias lies within
    /// `size` times `p`; the interval holds those of `effect + size p` and `effect - size p` for all of them, each from the
    /// same draws, so that it covers whatever the largest true placebo bias is, and its sign.
    ///
    /// # Errors
    /// [`Error::BiasSizeInvalid`], [`Error::InferenceImpossible`] if the analysis has no inference, or conformal inference,
    /// [`Error::TooFewDraws`], and those of [`Panel::placebo_in_time`] and [`infer`](crate::infer).
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, InferenceMethod, Lambdas, Panel, Shape, Silent};
    /// // The last of six units is treated in the last two of six periods.
    /// let outcome: Vec<f64> = (0..36).map(|k| ((k * k) % 7) as f64 / 4.0 + (k / 6) as f64).collect();
    /// let mut treatment = [0.0; 36];
    /// treatment[34..].fill(1.0);
    /// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 6, n_periods: 6 })?;
    /// let (lambdas, inference) = (Some(Lambdas::TWO_WAY), Some(InferenceMethod::Placebo));
    /// let options = AnalysisOptions { lambdas, inference, level: 0.5, ..Default::default() };
    /// let found = analyze(&panel, &options)?;
    /// let bounds = found.bias_bounds(&panel, None, Some(&[0.0, 1.0]), None, &Silent)?;
    /// let att = &bounds.effects[0];
    /// assert_eq!(att.within[0].ci, found.att().ci);
    /// assert!(att.within[1].ci.0 <= att.within[1].bounds.0);
    /// assert_eq!(bounds.placebos.len(), 2);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn bias_bounds(
        &self,
        panel: &Panel,
        window: Option<usize>,
        sizes: Option<&[f64]>,
        threads: Option<usize>,
        monitor: &dyn Monitor,
    ) -> Result<BiasBounds> {
        let lacking = "how far off its placebo may be by chance";
        let (inferring, settings) = self.inferring_anew(panel, threads, lacking)?;
        let asked = (window, sizes.unwrap_or(&BiasBounds::DEFAULT_SIZES));
        bias_bounds(panel, &self.lambdas, &self.estimate, asked, &inferring, &settings, monitor)
    }
}
