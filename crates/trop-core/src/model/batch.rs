//! Average effects of many panels at given weights: placebo sets, bootstrap draws.

use super::weighted::{Weighted, WeightedFit};
use crate::error::{Error, Result};
use crate::lambdas::falling_path;
use crate::panel::{check_draws, check_weights, drawn, Panel};
use crate::runtime::{Monitor, Progress, Stage, Threads};
use crate::settings::Settings;
use crate::solver::{Care, Status, Stopping};
use crate::weighting::Weights;

/// A panel and the weights of its fit.
#[derive(Clone, Debug)]
pub struct WeightedJob {
    /// The panel.
    pub panel: Panel,
    /// Weights of its units and periods in the fit.
    pub weights: Weights,
    /// How often each unit stands in the panel (a bootstrap draw); once if `None`.
    pub counts: Option<Vec<usize>>,
    /// Weights of the units' effects in the average, not in the fit; equal if `None`.
    pub average: Option<Vec<f64>>,
}

/// The average effect of one job at one lambda_nn.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WeightedAtt {
    /// Mean of outcome less fitted outcome over the treated cells that are identified; NaN if none is.
    pub att: f64,
    /// Relative duality gap of the fit.
    pub gap: f64,
    /// Whether the fit is certified.
    pub status: Status,
}

/// Fits many jobs as in [`weighted_fit`](crate::weighted_fit), each at every `lambda_nn`, and averages
/// their effects on the treated: one list for each job, in the order of `lambda_nn`.
///
/// `job(k)` makes the k-th of `n_jobs`. It is called from all threads, so that no more jobs exist at a
/// time than there are threads.
///
/// # Errors
/// Those of `job`, [`Error::WeightsLength`], [`Error::WeightInvalid`], [`Error::DrawLength`],
/// [`Error::GridEmpty`], [`Error::GridDuplicate`], [`Error::LambdaInvalid`],
/// [`Error::CovariatesWithoutPenalty`], an invalid [`Settings`], or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{weighted_atts, Panel, Settings, Shape, Silent, WeightedJob, Weights};
/// // Difference in differences with each of two units as the treated one.
/// let outcome = [1.0, 2.0, 4.0, 8.0];
/// let job = |k: usize| {
///     let mut treatment = [0.0; 4];
///     treatment[2 * k + 1] = 1.0;
///     Ok(WeightedJob {
///         panel: Panel::new(&outcome, &treatment, Shape { n_units: 2, n_periods: 2 })?,
///         weights: Weights { unit: vec![1.0; 2], period: vec![1.0; 2] },
///         counts: None,
///         average: None,
///     })
/// };
/// let atts = weighted_atts(2, &job, &[f64::INFINITY], &Settings::default(), &Silent)?;
/// assert!((atts[0][0].att + 3.0).abs() < 1e-12 && (atts[1][0].att - 3.0).abs() < 1e-12);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn weighted_atts(
    n_jobs: usize,
    job: &(dyn Fn(usize) -> Result<WeightedJob> + Sync),
    lambda_nn: &[f64],
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Vec<Vec<WeightedAtt>>> {
    settings.validate()?;
    let falling = falling_path(lambda_nn)?;
    let place: Vec<usize> =
        lambda_nn.iter().map(|l| falling.partition_point(|nn| nn > l)).collect();
    let progress = Progress::new(monitor, Stage::Estimate, n_jobs);
    let solve = |k: usize| -> Result<Vec<WeightedAtt>> {
        let atts = job(k)?.solve(&falling, settings, &progress)?;
        progress.advance(1);
        Ok(place.iter().map(|&at| atts[at]).collect())
    };
    Threads::new(settings.threads)?.map(0..n_jobs, solve)
}

impl WeightedJob {
    fn solve(
        self,
        falling: &[f64],
        settings: &Settings,
        progress: &Progress<'_>,
    ) -> Result<Vec<WeightedAtt>> {
        let WeightedJob { panel, weights, average, .. } = self.resampled()?;
        panel.check_penalty(falling)?;
        match weights.validate(&panel) {
            Err(Error::WeightsAllZero) => return Ok(vec![WeightedAtt::NONE; falling.len()]),
            valid => valid?,
        }
        let stopping = Stopping::new(settings, Care::Quick);
        let weighted = Weighted::new(&panel, &weights);
        let stop = || progress.check().is_err();
        let mut start = None;
        let fit = |&nn: &f64| -> Result<WeightedAtt> {
            progress.check()?;
            match weighted.fit(nn, &mut start, stopping, &stop) {
                Err(Error::CovariatesNotIdentified) => Ok(WeightedAtt::NONE),
                fit => Ok(WeightedAtt::new(&panel, average.as_deref(), &fit?)),
            }
        };
        falling.iter().map(fit).collect()
    }

    /// The job with its counts applied, and all but its panel's weights valid.
    fn resampled(self) -> Result<Self> {
        if let Some(average) = &self.average {
            check_weights("unit", average, self.panel.n_units())?;
        }
        let Some(counts) = &self.counts else { return Ok(self) };
        check_draws(&self.panel, std::slice::from_ref(counts))?;
        check_weights("unit", &self.weights.unit, self.panel.n_units())?;
        let kept = |values: &[f64]| drawn(counts).map(|i| values[i]).collect();
        Ok(WeightedJob {
            panel: self.panel.repeat(counts),
            weights: Weights { unit: kept(&self.weights.unit), period: self.weights.period },
            average: self.average.as_deref().map(kept),
            counts: None,
        })
    }
}

impl WeightedAtt {
    /// Of a job without anything to fit.
    const NONE: WeightedAtt = WeightedAtt { att: f64::NAN, gap: 0.0, status: Status::Solved };

    fn new(panel: &Panel, average: Option<&[f64]>, fit: &WeightedFit) -> Self {
        let (mut sum, mut total) = (0.0, 0.0);
        for cell in panel.treated_cells() {
            let effect =
                panel.outcome(cell) - fit.fitted[cell.unit * panel.n_periods() + cell.period];
            let share = panel.count(cell.unit) * average.map_or(1.0, |a| a[cell.unit]);
            if !effect.is_nan() && share > 0.0 {
                sum += share * effect;
                total += share;
            }
        }
        WeightedAtt { att: sum / total, gap: fit.gap, status: fit.status }
    }
}
