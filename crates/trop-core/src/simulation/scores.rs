//! How well estimators did.

use super::contender::{Contender, DrawEstimate, DrawOutcome};

/// How well one estimator did, in standard deviations of the panel's outcomes; the truth is 0.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SimulationScore {
    /// Its name.
    pub label: String,
    /// Root mean square of its estimates.
    pub rmse: f64,
    /// Monte Carlo standard error of `rmse`.
    pub rmse_se: f64,
    /// Mean of its estimates.
    pub bias: f64,
    /// Monte Carlo standard error of `bias`.
    pub bias_se: f64,
    /// `rmse` over that of the best estimator.
    pub relative_rmse: f64,
    /// Monte Carlo standard error of `relative_rmse`, from draws that both have estimates of (delta method); 0 for the
    /// best itself.
    pub relative_rmse_se: f64,
    /// Share of the draws in which it is nearest to the truth; those that are equally near share a draw.
    pub share_best: f64,
    /// Share of its intervals that hold the truth; NaN without intervals.
    pub coverage: f64,
    /// Mean length of its intervals; infinite if some are unbounded.
    pub length: f64,
    /// Draws without an estimate.
    pub failures: usize,
    /// Draws with an estimate but without the interval that was asked for.
    pub inference_failures: usize,
    /// Estimates with a fit that is not certified to the tolerance.
    pub n_uncertified: usize,
    /// Mean time of a draw, its intervals included.
    pub seconds: f64,
}

/// Scores of all contenders, in their order.
///
/// ```
/// use trop_core::{simulation_scores, Contender, Estimator};
/// let scores = simulation_scores(&[Contender::from(Estimator::Did)], &[]);
/// assert!(scores[0].rmse.is_nan() && scores[0].failures == 0);
/// ```
pub fn simulation_scores(contenders: &[Contender], draws: &[DrawOutcome]) -> Vec<SimulationScore> {
    let labels: Vec<&str> = contenders.iter().map(|who| who.label.as_str()).collect();
    scores_of(&labels, draws)
}

/// The same by labels alone.
pub(crate) fn scores_of(labels: &[&str], draws: &[DrawOutcome]) -> Vec<SimulationScore> {
    let own = |c: usize| -> Vec<&DrawEstimate> { draws.iter().map(|d| &d.estimates[c]).collect() };
    let mut scores: Vec<SimulationScore> =
        labels.iter().enumerate().map(|(c, label)| score(label, &own(c))).collect();
    for draw in draws {
        let distances: Vec<f64> = draw.estimates.iter().map(|e| e.att.abs()).collect();
        let least = distances.iter().copied().fold(f64::INFINITY, f64::min);
        let winners: Vec<usize> = (0..distances.len()).filter(|&c| distances[c] == least).collect();
        for &c in &winners {
            scores[c].share_best += 1.0 / winners.len() as f64 / draws.len() as f64;
        }
    }
    let rmse = |c: &usize| scores[*c].rmse;
    let best = (0..scores.len())
        .filter(|c| rmse(c).is_finite())
        .min_by(|a, b| rmse(a).total_cmp(&rmse(b)));
    if let Some(best) = best {
        let reference = scores[best].rmse;
        for (c, score) in scores.iter_mut().enumerate() {
            score.relative_rmse = score.rmse / reference;
            let error = if c == best { 0.0 } else { ratio_error(&own(c), &own(best)) };
            score.relative_rmse_se = score.relative_rmse * error;
        }
    }
    scores
}

fn score(label: &str, all: &[&DrawEstimate]) -> SimulationScore {
    let atts: Vec<f64> = all.iter().map(|e| e.att).filter(|att| !att.is_nan()).collect();
    let n = atts.len() as f64;
    let squares: Vec<f64> = atts.iter().map(|att| att * att).collect();
    let (square, square_sd) = moments(&squares);
    let (bias, bias_sd) = moments(&atts);
    let rmse = square.sqrt();
    let intervals: Vec<(f64, f64)> = all.iter().filter_map(|e| e.ci).collect();
    let holds = intervals.iter().filter(|(low, high)| *low <= 0.0 && 0.0 <= *high).count() as f64;
    SimulationScore {
        label: label.to_string(),
        rmse,
        rmse_se: square_sd / (2.0 * rmse * n.sqrt()),
        bias,
        bias_se: bias_sd / n.sqrt(),
        relative_rmse: f64::NAN,
        relative_rmse_se: f64::NAN,
        share_best: 0.0,
        coverage: holds / intervals.len() as f64,
        length: intervals.iter().map(|(low, high)| high - low).sum::<f64>()
            / intervals.len() as f64,
        failures: all.len() - atts.len(),
        inference_failures: all.iter().filter(|e| !e.att.is_nan() && e.error.is_some()).count(),
        n_uncertified: all.iter().filter(|e| !e.att.is_nan() && !e.certified).count(),
        seconds: all.iter().map(|e| e.seconds).sum::<f64>() / all.len() as f64,
    }
}

/// Mean, and standard deviation with n - 1.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (mean, (square / (n - 1.0)).sqrt())
}

/// Standard error of the logarithm of a ratio of root mean squares over the draws that both have.
fn ratio_error(one: &[&DrawEstimate], other: &[&DrawEstimate]) -> f64 {
    let pairs: Vec<(f64, f64)> = one
        .iter()
        .zip(other)
        .map(|(a, b)| (a.att * a.att, b.att * b.att))
        .filter(|(a, b)| !a.is_nan() && !b.is_nan())
        .collect();
    let n = pairs.len() as f64;
    let mean = |value: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(value).sum::<f64>() / n;
    let (a, b) = (mean(&|p| p.0), mean(&|p| p.1));
    let terms: Vec<f64> = pairs.iter().map(|p| 0.5 * (p.0 / a - p.1 / b)).collect();
    moments(&terms).1 / n.sqrt()
}
