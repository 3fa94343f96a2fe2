//! Stratified bootstrap of units (Algorithm 3).

use super::draws::{Draw, Draws};
use super::estimation::TropEstimation;
use super::interval::{interval, p_value, standard_deviation};
use super::options::BootstrapOptions;
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::model::{Measure, Quantity};
use crate::panel::{check_draws, check_weights, Grouping, Panel};
use crate::runtime::{Monitor, Purpose, Stage, Stream};
use crate::settings::Settings;
use std::collections::BTreeSet;

/// Standard error, interval and p-value of the ATT.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Bootstrap {
    /// Standard deviation of the draws, with n - 1.
    pub se: f64,
    /// Percentile interval at the level (quantiles of type 6; infinite if the draws are too few).
    pub ci: (f64, f64),
    /// The least `1 - level` at which zero lies outside of the interval.
    pub p_value: f64,
    /// The ATT of each draw that has one, in order of draw.
    pub draws: Vec<f64>,
    /// Draws without an estimable treated cell.
    pub n_failed: usize,
    /// Draws with a fit that is not certified to the tolerance.
    pub n_uncertified: usize,
    /// Largest relative gap of all fits.
    pub max_gap: f64,
    /// Event times of the treated cells, ascending.
    pub event_time: Vec<i64>,
    /// For each of `draws`, the mean effect at each event time; NaN where the draw has none.
    pub event_draws: Vec<Vec<f64>>,
}

/// Resamples never-treated and ever-treated units with replacement, separately and as whole rows, and
/// re-estimates the ATT at the given lambdas (Algorithm 3). Units of a cluster are drawn together.
///
/// # Errors
/// [`Error::TooFewTreatedUnits`], [`Error::DrawsTooFew`], [`Error::LevelOutOfRange`],
/// [`Error::LambdaInvalid`], an invalid [`Settings`], [`Error::TooFewDraws`] or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{bootstrap_trop_variance, BootstrapOptions, Lambdas, Panel, Settings, Shape, Silent};
/// let outcome = [1.0, 2.0, 1.5, 3.0, 0.0, 4.0, 2.0, 7.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 4, n_periods: 2 })?;
/// let options = BootstrapOptions { draws: 50, ..Default::default() };
/// let bootstrap =
///     bootstrap_trop_variance(&panel, &Lambdas::TWO_WAY, &options, &Settings::default(), &Silent)?;
/// assert!(bootstrap.se > 0.0 && bootstrap.draws.len() == 50);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn bootstrap_trop_variance(
    panel: &Panel,
    lambdas: &Lambdas,
    options: &BootstrapOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Bootstrap> {
    options.validate()?;
    lambdas.validate()?;
    settings.validate()?;
    let (treated, control) = panel.clusters_by_treatment();
    if treated.len() < 2 || control.len() < 2 {
        let (treated, control) = (treated.len(), control.len());
        let what = panel.what_is_drawn();
        return Err(Error::TooFewTreatedUnits { what, treated, control });
    }
    let event_time: Vec<i64> = panel
        .treated_cells()
        .into_iter()
        .filter_map(|c| panel.event_time(c))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let at = |&code: &i64| Quantity { grouping: Some(0), code, measure: Measure::Effect };
    let quantities: Vec<Quantity> =
        std::iter::once(Quantity::ATT).chain(event_time.iter().map(at)).collect();
    let draws = Draws {
        quantities: &quantities,
        pre_periods: false,
        estimation: &TropEstimation { lambdas, retuning: None, stage: Stage::Bootstrap },
        settings,
        monitor,
        stage: Stage::Bootstrap,
    };
    let panel = panel.reporting(None, &[Grouping::EventTime]);
    let all = draws.run(options.draws, &|k| Ok(resample(&panel, options.seed, k)))?;
    summarize(all, options, event_time)
}

/// Draw `k` of a seed: never-treated and ever-treated clusters (units, where there are none), each drawn with
/// replacement as often as there are any.
pub(crate) fn resample(panel: &Panel, seed: u64, k: usize) -> Panel {
    let mut stream = Stream::new(seed, Purpose::Bootstrap, k as u64);
    let (treated, control) = panel.clusters_by_treatment();
    let mut times = vec![0; panel.n_units()];
    for clusters in [control, treated] {
        for _ in &clusters {
            let drawn = &clusters[stream.below(clusters.len())];
            drawn.iter().for_each(|&unit| times[unit] += 1);
        }
    }
    panel.repeat(&times)
}

/// The ATT of each of some given draws.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DrawAtts {
    /// In the order of the draws; NaN for a draw without an estimable treated cell.
    pub att: Vec<f64>,
    /// Draws with a fit that is not certified to the tolerance.
    pub n_uncertified: usize,
    /// Largest relative gap of all fits.
    pub max_gap: f64,
}

/// Estimates the ATT of bootstrap draws that the caller brings: `counts[d][i]` says how often unit `i`
/// stands in draw `d`. `average`, if given, weights the units' effects in the average, not in the fits.
///
/// # Errors
/// [`Error::DrawLength`], [`Error::WeightsLength`], [`Error::WeightInvalid`],
/// [`Error::LambdaInvalid`], an invalid [`Settings`], or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{att_of_draws, Lambdas, Panel, Settings, Shape, Silent};
/// let outcome = [1.0, 2.0, 1.5, 3.0, 0.0, 4.0, 2.0, 7.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 4, n_periods: 2 })?;
/// // The first unit twice and the third twice: 4 - (2 - 1) = 3; then no treated unit at all.
/// let draws = [vec![2, 0, 2, 0], vec![2, 2, 0, 0]];
/// let found =
///     att_of_draws(&panel, &Lambdas::TWO_WAY, &draws, None, &Settings::default(), &Silent)?;
/// assert!((found.att[0] - 3.0).abs() < 1e-12 && found.att[1].is_nan());
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn att_of_draws(
    panel: &Panel,
    lambdas: &Lambdas,
    counts: &[Vec<usize>],
    average: Option<&[f64]>,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<DrawAtts> {
    lambdas.validate()?;
    settings.validate()?;
    check_draws(panel, counts)?;
    average.map_or(Ok(()), |weights| check_weights("unit", weights, panel.n_units()))?;
    let draws = Draws {
        quantities: &[Quantity::ATT],
        pre_periods: false,
        estimation: &TropEstimation { lambdas, retuning: None, stage: Stage::Bootstrap },
        settings,
        monitor,
        stage: Stage::Bootstrap,
    };
    let panel = panel.reporting(average, &[]);
    let draws = draws.run(counts.len(), &|k| Ok(panel.repeat(&counts[k])))?;
    let solved = || draws.iter().flatten();
    Ok(DrawAtts {
        att: draws.iter().map(|d| d.as_ref().map_or(f64::NAN, |d| d.values[0])).collect(),
        n_uncertified: solved().filter(|d| !d.certified).count(),
        max_gap: solved().map(|d| d.max_gap).fold(0.0, f64::max),
    })
}

fn summarize(
    all: Vec<Option<Draw>>,
    options: &BootstrapOptions,
    event_time: Vec<i64>,
) -> Result<Bootstrap> {
    let good: Vec<Draw> = all.into_iter().flatten().collect();
    let n_failed = options.draws - good.len();
    if good.len() < 2 {
        return Err(Error::TooFewDraws { succeeded: good.len(), draws: options.draws });
    }
    let draws: Vec<f64> = good.iter().map(|d| d.values[0]).collect();
    let mut sorted = draws.clone();
    sorted.sort_by(f64::total_cmp);
    Ok(Bootstrap {
        se: standard_deviation(&draws),
        ci: interval(&sorted, options.level),
        p_value: p_value(&sorted),
        n_failed,
        n_uncertified: good.iter().filter(|d| !d.certified).count(),
        max_gap: good.iter().map(|d| d.max_gap).fold(0.0, f64::max),
        event_time,
        event_draws: good.iter().map(|d| d.values[1..].to_vec()).collect(),
        draws,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::estimate;
    use crate::panel::Shape;
    use crate::runtime::Silent;

    /// A draw keeps equal units once, with their count; here they are written out instead.
    #[test]
    fn a_draw_with_counts_equals_the_draw_written_out() {
        let (n, t) = (7, 6);
        let y: Vec<f64> = (0..n * t).map(|k| ((k * k * 31 + 7 * k) % 53) as f64 / 10.0).collect();
        let mut w = vec![0.0; n * t];
        for (unit, first) in [(0, 4), (1, 3), (2, 5)] {
            w[unit * t + first..(unit + 1) * t].fill(1.0);
        }
        let panel = Panel::new(&y, &w, Shape { n_units: n, n_periods: t }).unwrap();
        let draw = [0, 0, 2, 3, 3, 3, 5];
        let times = [2, 0, 1, 3, 0, 1, 0];
        let written_out = |m: &[f64]| -> Vec<f64> {
            draw.iter().flat_map(|&i| m[i * t..(i + 1) * t].iter().copied()).collect()
        };
        let long = Panel::new(
            &written_out(&y),
            &written_out(&w),
            Shape { n_units: draw.len(), n_periods: t },
        )
        .unwrap();
        // At lambda_nn = 0 rounding does not let the gap fall much below 1e-8.
        for (nn, tolerance) in [(f64::INFINITY, 1e-12), (2.0, 1e-12), (0.5, 1e-12), (0.0, 1e-8)] {
            let settings = Settings { tolerance, ..Default::default() };
            let lambdas = Lambdas { time: 0.2, unit: 0.3, nn };
            let counted = estimate(&panel.repeat(&times), &lambdas, &settings, &Silent).unwrap();
            let literal = estimate(&long, &lambdas, &settings, &Silent).unwrap();
            assert!(counted.converged && literal.converged, "nn = {nn}");
            let difference = (counted.att - literal.att).abs();
            assert!(difference < 1e-6, "nn = {nn}: {} {}", counted.att, literal.att);
        }
    }
}
