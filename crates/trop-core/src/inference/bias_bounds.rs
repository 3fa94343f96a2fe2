//! How wrong may the counterfactual be? Intervals that allow for a bias like that of a placebo in time.

use super::choice::choose_inference;
use super::collected::Collected;
use super::draws::Draw;
use super::estimation::TropEstimation;
use super::inferred::Inferred;
use super::options::{InferenceMethod, InferenceOptions};
use super::resampling::{stage, Resampling};
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::model::{averages, estimate, Average, Estimate, Measure};
use crate::panel::{Cell, Grouping, Panel, PlaceboInTime};
use crate::runtime::Monitor;
use crate::settings::Settings;

/// The largest size that is searched for where an interval begins to hold zero.
const LARGEST: f64 = 1024.0;

/// Halvings of the range in which it begins: to some 1e-12 of it.
const HALVINGS: usize = 40;

/// Effects with room for a bias as large as the placebo effects in time, times a size. By
/// [`Analysis::bias_bounds`](crate::Analysis::bias_bounds), which says what is assumed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BiasBounds {
    /// Where the draws come from.
    pub method: InferenceMethod,
    /// Level of all intervals.
    pub level: f64,
    /// The sizes asked for.
    pub sizes: Vec<f64>,
    /// Placebo effects by time since the pretended start, ascending from 0; the largest of them, in absolute value, is what
    /// sizes multiply.
    pub placebos: Vec<Inferred>,
    /// Periods of the shortest and of the longest window of the placebo.
    pub window: (usize, usize),
    /// Treated units whose history is too short for the placebo.
    pub n_dropped: usize,
    /// The ATT, then effects by time since treatment, ascending.
    pub effects: Vec<BoundedEffect>,
    /// Draws with a fit that is not certified.
    pub n_uncertified: usize,
}

impl BiasBounds {
    /// Sizes that are looked at if none are given.
    pub const DEFAULT_SIZES: [f64; 5] = [0.0, 0.5, 1.0, 1.5, 2.0];

    /// The [breakdown](BoundedEffect::breakdown) of the ATT.
    pub fn breakdown(&self) -> f64 {
        self.effects.first().map_or(f64::NAN, |att| att.breakdown)
    }
}

/// One effect with room for bias.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BoundedEffect {
    /// Periods since treatment began; `None` for the ATT.
    pub event_time: Option<i64>,
    /// The effect.
    pub value: f64,
    /// For each of [`BiasBounds::sizes`].
    pub within: Vec<BoundsAt>,
    /// Least size whose interval holds zero: 0 if it does without any bias, infinite if none up to 1,024 does, NaN without
    /// intervals.
    pub breakdown: f64,
    /// Whether all fits behind it and behind the placebo effects are certified.
    pub certified: bool,
}

/// An effect if its bias is at most so many times the largest placebo effect.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct BoundsAt {
    /// How many times.
    pub size: f64,
    /// The effects that agree with the estimates: what there would be without sampling error.
    pub bounds: (f64, f64),
    /// Interval that holds the effect at the level; NaN without one, infinite where draws are too few for an end.
    pub ci: (f64, f64),
}

/// What an analysis with this estimate, these options and this panel says of its bias.
pub(crate) fn bias_bounds(
    panel: &Panel,
    lambdas: &Lambdas,
    found: &Estimate,
    (window, sizes): (Option<usize>, &[f64]),
    options: &InferenceOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<BiasBounds> {
    check_sizes(sizes)?;
    let (method, _) = choose_inference(panel, options)?;
    if method == InferenceMethod::Conformal {
        let reason = "it has no joint draws of an effect and its placebo; use bootstrap, jackknife or placebo".into();
        return Err(Error::InferenceImpossible { method: method.name(), reason });
    }
    let panel = found.determined(panel).reporting(None, &[Grouping::EventTime]);
    let placebo = Placebo::new(&panel, window, lambdas, settings, monitor)?;
    let estimation =
        TropEstimation { lambdas, retuning: options.retuning.as_ref(), stage: stage(method) };
    let resampling = |panel, averages, of_draw| Resampling {
        panel,
        averages,
        pre_periods: false,
        estimation: &estimation,
        options,
        of_draw,
    };
    let (own, other) = (effects_of(&panel, found), effects_of(&placebo.made.panel, &placebo.found));
    let in_time = |panel: Panel| Ok(panel.placebo_in_time(window)?.panel);
    let effects = resampling(&panel, &own, &Ok);
    let placebos = resampling(&placebo.base, &other[1..], &in_time);
    let joint = Joint {
        effects: effects.collect(method, settings, monitor)?,
        placebos: placebos.collect(method, settings, monitor)?,
    };
    joint.bounds(sizes, &placebo)
}

fn check_sizes(sizes: &[f64]) -> Result<()> {
    match sizes.iter().find(|size| !(size.is_finite() && **size >= 0.0)) {
        Some(size) => Err(Error::BiasSizeInvalid { value: format!("{size}") }),
        None => Ok(()),
    }
}

/// The ATT, then effects by event time.
fn effects_of(panel: &Panel, found: &Estimate) -> Vec<Average> {
    let all = averages(panel, found, &[]);
    all.into_iter().filter(|average| average.quantity.measure == Measure::Effect).collect()
}

/// The placebo in time of a panel.
struct Placebo {
    /// The panel of the estimate, without outcomes whose placebo effects are not determined.
    base: Panel,
    made: PlaceboInTime,
    found: Estimate,
}

impl Placebo {
    fn new(
        panel: &Panel,
        window: Option<usize>,
        lambdas: &Lambdas,
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<Self> {
        let made = panel.placebo_in_time(window)?;
        let found = estimate(&made.panel, lambdas, settings, monitor)?;
        let in_panel = |cell: Cell| Cell { unit: made.units[cell.unit], ..cell };
        let undetermined = found.undetermined.iter().map(|one| in_panel(one.cell));
        Ok(Placebo { base: panel.without_outcomes(undetermined), made, found })
    }
}

/// Effects and placebo effects in time, with draws made of the same panels.
struct Joint<'a> {
    effects: Collected<'a>,
    placebos: Collected<'a>,
}

impl Joint<'_> {
    fn bounds(&self, sizes: &[f64], placebo: &Placebo) -> Result<BiasBounds> {
        let placebos = self.placebos.infer(String::new())?;
        let draws = self.effects.draws.iter().zip(&self.placebos.draws);
        let is_certified = |draw: &Option<Draw>| draw.as_ref().is_none_or(|draw| draw.certified);
        let uncertified = draws.filter(|(a, b)| !(is_certified(a) && is_certified(b))).count();
        Ok(BiasBounds {
            method: self.effects.method,
            level: self.effects.level,
            sizes: sizes.to_vec(),
            placebos: placebos.table,
            window: placebo.made.window,
            n_dropped: placebo.base.n_units() - placebo.made.units.len(),
            effects: (0..self.effects.averages.len()).map(|q| self.effect(q, sizes)).collect(),
            n_uncertified: uncertified,
        })
    }

    fn effect(&self, q: usize, sizes: &[f64]) -> BoundedEffect {
        let Average { quantity, value, n_uncertified, .. } = self.effects.averages[q];
        let is_certified = |one: &Average| one.n_uncertified == 0;
        let largest = self.placebos.averages.iter().map(|one| one.value.abs()).fold(0.0, f64::max);
        let at = |&size: &f64| {
            let reach = size * largest;
            BoundsAt { size, bounds: (value - reach, value + reach), ci: self.interval(q, size) }
        };
        BoundedEffect {
            event_time: quantity.grouping.map(|_| quantity.code),
            value,
            within: sizes.iter().map(at).collect(),
            breakdown: self.breakdown(q),
            certified: n_uncertified == 0 && self.placebos.averages.iter().all(is_certified),
        }
    }

    /// The least interval that holds those of the effect plus and minus each placebo effect, times the size.
    fn interval(&self, q: usize, size: f64) -> (f64, f64) {
        if size == 0.0 {
            return self.effects.summary(q).ci;
        }
        let all = (0..self.placebos.averages.len())
            .flat_map(|h| [-size, size].map(|times| self.shifted(q, h, times)));
        all.reduce(hull).unwrap_or((f64::NAN, f64::NAN))
    }

    /// The interval of an effect plus so many times a placebo effect.
    fn shifted(&self, q: usize, h: usize, times: f64) -> (f64, f64) {
        let (effect, placebo) = (self.effects.averages[q], self.placebos.averages[h]);
        let average = Average {
            value: effect.value + times * placebo.value,
            n_clusters: effect.n_clusters.min(placebo.n_clusters),
            ..effect
        };
        let sum = |(a, b): (&Option<Draw>, &Option<Draw>)| {
            let (a, b) = (a.as_ref()?, b.as_ref()?);
            Some(Draw {
                values: vec![a.values[q] + times * b.values[h]],
                max_gap: a.max_gap.max(b.max_gap),
                certified: a.certified && b.certified,
            })
        };
        let draws = self.effects.draws.iter().zip(&self.placebos.draws).map(sum).collect();
        let is_treated = self.effects.is_treated.clone();
        let Collected { panel, method, level, .. } = self.effects;
        Collected { panel, method, averages: &[average], draws, level, is_treated }.summary(0).ci
    }

    fn breakdown(&self, q: usize) -> f64 {
        let holds_zero = |size: f64| {
            let (low, high) = self.interval(q, size);
            (!low.is_nan() && !high.is_nan()).then_some(low <= 0.0 && high >= 0.0)
        };
        match holds_zero(0.0) {
            None => return f64::NAN,
            Some(true) => return 0.0,
            Some(false) => {}
        }
        let (mut without, mut with) = (0.0, 0.125);
        while holds_zero(with) != Some(true) {
            (without, with) = (with, 2.0 * with);
            if with > LARGEST {
                return f64::INFINITY;
            }
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (without + with);
            match holds_zero(middle) {
                Some(true) => with = middle,
                _ => without = middle,
            }
        }
        with
    }
}

/// The least interval that holds both; NaN if one of them is.
fn hull(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    if a.0.is_nan() || b.0.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    (a.0.min(b.0), a.1.max(b.1))
}
