//! The fit behind one effect: its weights, its low-rank part, and the imbalance that both leave.

use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::model::Model;
use crate::panel::{Cell, Panel};
use crate::runtime::{Monitor, Progress, Stage};
use crate::settings::Settings;
use crate::solver::{Care, Fit, Loadings, Sample, Status, Stopping};
use crate::weighting::{check_cell, obstacle, View, Weights};

/// The fit behind the effect of one target cell.
///
/// The target is compared with its *donors*, the other units that are controls in its period, and with its
/// *reference periods*, the other periods in which its unit is a control.
///
/// Imbalance is that of Theorem 5.1. With the singular value decomposition `L = U S V'`, units have the
/// loadings `U S^1/2` and periods the factors `V S^1/2`, a number for each singular value. The unit
/// imbalance is the donors' mean loadings, by unit weight, less those of the target's unit; the time
/// imbalance is the reference periods' mean factors, by time weight, less those of the target's period. The
/// bias is at most the product of three norms: of the unit imbalance, of the time imbalance, and of what the
/// regression adjustment misses of the low-rank part (`B`). So any one of them that is small makes the bias
/// small. `B` depends on the true low-rank part, which is not observed, and so do the true loadings and
/// factors; what can be looked at is the imbalance of the fitted ones.
///
/// The inner product of the two imbalances is the weighted double difference of `L` between the target and
/// what it is compared with: how far the low-rank part moves the effect where no cell is missing and the
/// target alone is left out.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Diagnosis {
    /// The target.
    pub target: Cell,
    /// The weights of the fit.
    pub weights: Weights,
    /// Effective number of donors, `(sum w)^2 / sum w^2` over their weights: as many as there are if all
    /// weigh alike, 1 if one has all the weight.
    pub effective_units: f64,
    /// Effective number of reference periods, likewise.
    pub effective_periods: f64,
    /// Rank of the low-rank part L.
    pub rank: usize,
    /// Singular values of L, descending, in units of the outcome; `rank` of them.
    pub singular_values: Vec<f64>,
    /// One entry for each singular value, in units of the square root of the outcome. A pair of singular
    /// vectors is determined up to a common sign: the one by which no entry here is negative.
    pub unit_imbalance: Vec<f64>,
    /// One entry for each singular value, likewise, but of either sign.
    pub time_imbalance: Vec<f64>,
    /// Euclidean norm of `unit_imbalance`; 0 at rank 0.
    pub unit_imbalance_norm: f64,
    /// Euclidean norm of `time_imbalance`; 0 at rank 0.
    pub time_imbalance_norm: f64,
    /// Whether the fit is certified.
    pub status: Status,
    /// Relative duality gap of the fit.
    pub gap: f64,
}

/// Looks into the fit behind the effect of one cell: for a treated one as the panel's
/// [`Anchor`](crate::Anchor) has it, for a control cell one of its own, as in
/// [`cell_effects`](crate::cell_effects).
///
/// At `lambda_nn = 0` the low-rank part is that of the interpolant of least nuclear norm.
///
/// # Errors
/// [`Error::CellOutOfRange`], [`Error::LambdaInvalid`], [`Error::CovariatesWithoutPenalty`], an invalid
/// [`Settings`], [`Error::TargetNotEstimable`] or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{diagnose, Cell, Lambdas, Panel, Settings, Shape, Silent};
/// let outcome = [1.0, 2.0, 3.0, 2.0, 2.0, 5.0, 0.0, 2.0, 1.0, 4.0, 6.0, 9.0];
/// let mut treatment = [0.0; 12];
/// treatment[11] = 1.0;
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 4, n_periods: 3 })?;
/// let target = Cell { unit: 3, period: 2 };
/// let lambdas = Lambdas { time: 0.0, unit: 0.0, nn: 0.5 };
/// let found = diagnose(&panel, target, &lambdas, &Settings::default(), &Silent)?;
/// // Three donors and two periods of equal weight.
/// assert!((found.effective_units - 3.0).abs() < 1e-12);
/// assert!((found.effective_periods - 2.0).abs() < 1e-12);
/// assert_eq!(found.unit_imbalance.len(), found.rank);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn diagnose(
    panel: &Panel,
    target: Cell,
    lambdas: &Lambdas,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Diagnosis> {
    check_cell(panel, target)?;
    lambdas.validate()?;
    settings.validate()?;
    let Cell { unit, period } = target;
    let refusal = |reason| Error::TargetNotEstimable { unit, period, reason };
    let view = View::of(panel, target);
    let (whole, panel, at) = (panel, &*view.panel, view.target);
    let weights = Weights::new(panel, &view.centre, lambdas);
    if let Some(reason) = obstacle(panel, at, &view.centre, &weights) {
        return Err(refusal(reason));
    }
    let mut sample = panel.sample();
    sample.hold_out(&panel.left_out(at), period);
    let model = Model { panel, sample: &sample, weights: &weights };
    let progress = Progress::new(monitor, Stage::Estimate, 1);
    let stopping = Stopping::new(settings, Care::Careful);
    let (mut found, fit) = model.fit(&[at], &[lambdas.nn], stopping, &progress)?;
    let outcome = found.remove(0).map_err(refusal)?.outcome;
    let factors = LowRank::new(&fit, &sample, panel.scale());
    let donors = Comparison::of_units(panel, at, &weights);
    let periods = Comparison::of_periods(panel, at, &weights);
    let (unit_imbalance, time_imbalance) = factors.imbalances(&donors, &periods);
    Ok(Diagnosis {
        target,
        effective_units: donors.effective_number(),
        effective_periods: periods.effective_number(),
        rank: fit.rank(),
        singular_values: factors.singular_values(),
        unit_imbalance_norm: norm(&unit_imbalance),
        time_imbalance_norm: norm(&time_imbalance),
        unit_imbalance,
        time_imbalance,
        weights: weights.spread(&view, whole),
        status: outcome.status,
        gap: outcome.gap,
    })
}

/// What stands against the target's unit or period: other ones with their weights, which sum to one. An
/// estimable target has at least one of each.
struct Comparison {
    own: usize,
    others: Vec<(usize, f64)>,
}

impl Comparison {
    fn of_units(panel: &Panel, target: Cell, weights: &Weights) -> Self {
        let is_donor = |unit: usize| panel.is_control(Cell { unit, ..target });
        Comparison::new(target.unit, &weights.unit, is_donor)
    }

    fn of_periods(panel: &Panel, target: Cell, weights: &Weights) -> Self {
        let is_reference = |period: usize| panel.is_control(Cell { period, ..target });
        Comparison::new(target.period, &weights.period, is_reference)
    }

    fn new(own: usize, weights: &[f64], stands_against: impl Fn(usize) -> bool) -> Self {
        let mut others: Vec<(usize, f64)> = (0..weights.len())
            .filter(|&k| k != own && weights[k] > 0.0 && stands_against(k))
            .map(|k| (k, weights[k]))
            .collect();
        // Over the largest first: the sum of tiny weights would lose digits.
        let largest = others.iter().map(|(_, w)| *w).fold(0.0, f64::max);
        let sum: f64 = others.iter().map(|(_, w)| w / largest).sum();
        others.iter_mut().for_each(|(_, w)| *w = *w / largest / sum);
        Comparison { own, others }
    }

    fn effective_number(&self) -> f64 {
        1.0 / self.others.iter().map(|(_, w)| w * w).sum::<f64>()
    }

    /// Mean of a number over the others less the own one.
    fn imbalance(&self, value: impl Fn(usize) -> f64) -> f64 {
        let mean: f64 = self.others.iter().map(|&(k, w)| w * value(k)).sum();
        mean - value(self.own)
    }
}

/// L as the factors of its singular value decomposition.
struct LowRank<'a> {
    units: &'a Loadings,
    periods: &'a Loadings,
    /// What one unit of it is worth.
    scale: f64,
}

impl<'a> LowRank<'a> {
    fn new(fit: &'a Fit, sample: &Sample, scale: f64) -> Self {
        let (units, periods) = fit.by_unit_and_period(sample);
        LowRank { units, periods, scale }
    }

    fn singular_values(&self) -> Vec<f64> {
        let square = |of: &Loadings, k| (0..of.n).map(|i| of.get(i, k).powi(2)).sum::<f64>();
        let value = |k| self.scale * (square(self.units, k) * square(self.periods, k)).sqrt();
        (1..=self.units.rank).map(value).collect()
    }

    fn imbalances(&self, donors: &Comparison, periods: &Comparison) -> (Vec<f64>, Vec<f64>) {
        let root = self.scale.sqrt();
        let pair = |k| {
            let unit = root * donors.imbalance(|i| self.units.get(i, k));
            let time = root * periods.imbalance(|s| self.periods.get(s, k));
            if unit < 0.0 {
                (-unit, -time)
            } else {
                (unit, time)
            }
        };
        (1..=self.units.rank).map(pair).unzip()
    }
}

fn norm(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |sum, x| sum + x * x).sqrt()
}
