//! What a computation of power gives.

use super::answer::Facts;
use super::options::AnalysisOptions;
use super::power_options::PowerOptions;
use crate::error::Error;
use crate::inference::InferenceMethod;
use crate::lambdas::Lambdas;
use crate::simulation::{
    share_error, share_found, smallest_found, Generator, PowerDesign, PowerDraw,
};

/// How often effects of any size would be found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PowerStudy {
    /// What was asked, with nothing left open but `history`, `None` of which are all periods before treatment.
    pub options: PowerOptions,
    /// What was asked of the estimate and its inference.
    pub analysis: AnalysisOptions,
    /// The panel in numbers.
    pub facts: Facts,
    /// True if nothing is treated in the panel yet.
    pub is_untreated: bool,
    /// The lambdas of all estimates.
    pub lambdas: Lambdas,
    /// What panels were drawn from, if not from the panel itself.
    pub generator: Option<Generator>,
    /// Every combination of numbers of treated units, treated periods and history, the last changing first.
    pub designs: Vec<DesignPower>,
}

/// What a design would find.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DesignPower {
    /// Which design.
    pub design: PowerDesign,
    /// The method of inference that tests; `None` if there is none, or none whose power can be told.
    pub method: Option<InferenceMethod>,
    /// Why `Auto` chose it; empty if it was asked for.
    pub why: String,
    /// Why no method can be used.
    pub error: Option<Error>,
    /// Units that could be treated.
    pub n_units: usize,
    /// Draws that there could be; the largest number there is if they are more.
    pub n_possible: usize,
    /// Other draws that each estimate is ranked among: as many as a study would have placebos, or all if these are fewer.
    /// The same draws for every size of the effect.
    pub n_placebos: usize,
    /// True if a study would have more placebos.
    pub is_short: bool,
    /// The ATT of an effect of full size 1.
    pub mean_shape: f64,
    /// Power that the smallest effect has.
    pub target: f64,
    /// All draws, in which nothing has an effect; none without a method.
    pub draws: Vec<PowerDraw>,
}

/// Why there is no smallest effect that is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undetected {
    /// A study would have so few placebos that no p-value is below the level.
    FewUnits,
    /// There are so few draws that no p-value is below the level; a study would have more placebos.
    FewDraws,
    /// Effects of any size are found in a smaller share of the draws than is wanted, in some direction.
    NotReached,
    /// The method is conformal inference, whose power is not told.
    Conformal,
    /// No method of inference can be used.
    NoInference,
}

impl Undetected {
    /// Its name: `few_units`, `few_draws`, `not_reached`, `conformal` or `inference_impossible`.
    ///
    /// ```
    /// assert_eq!(trop_core::Undetected::FewUnits.name(), "few_units");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Undetected::FewUnits => "few_units",
            Undetected::FewDraws => "few_draws",
            Undetected::NotReached => "not_reached",
            Undetected::Conformal => "conformal",
            Undetected::NoInference => "inference_impossible",
        }
    }
}

impl DesignPower {
    /// The share of draws in which an effect of a full size is found; a draw without an interval finds nothing. NaN
    /// without draws, or if they are too few for the level.
    pub fn power(&self, effect: f64) -> f64 {
        if self.draws.is_empty() || self.is_blind() == Some(Undetected::FewDraws) {
            return f64::NAN;
        }
        share_found(&self.draws, effect)
    }

    /// Monte Carlo standard error of [`power`](DesignPower::power): 0 if every possible assignment was drawn. Ranks among
    /// all draws find the same share of them whatever they are if there is no effect, so that share has no error either.
    pub fn power_error(&self, effect: f64) -> f64 {
        let power = self.power(effect);
        if self.ranks_all() && effect == 0.0 && !power.is_nan() {
            return 0.0;
        }
        share_error(power, self.draws.len(), self.n_possible)
    }

    /// True if every estimate is ranked among all the others: size is then known exactly.
    pub fn ranks_all(&self) -> bool {
        self.method == Some(InferenceMethod::Placebo) && self.n_placebos + 1 == self.draws.len()
    }

    /// Power where there is no effect: how often the test rejects what is true.
    pub fn size(&self) -> f64 {
        self.power(0.0)
    }

    /// The least p-value that ranks can give; NaN for other methods.
    pub fn least_p(&self) -> f64 {
        match self.method {
            Some(InferenceMethod::Placebo) => 1.0 / (self.n_placebos + 1) as f64,
            _ => f64::NAN,
        }
    }

    /// The full size beyond which every positive effect has the power that is wanted; NaN if there is none.
    pub fn smallest_increase(&self) -> f64 {
        self.smallest_in(1.0)
    }

    /// The same of negative effects: zero or less.
    pub fn smallest_decrease(&self) -> f64 {
        -self.smallest_in(-1.0)
    }

    /// The size beyond which effects of either sign have the power that is wanted; NaN if there is none.
    pub fn smallest(&self) -> f64 {
        let (up, down) = (self.smallest_in(1.0), self.smallest_in(-1.0));
        if up.is_nan() || down.is_nan() {
            return f64::NAN;
        }
        up.max(down)
    }

    fn smallest_in(&self, direction: f64) -> f64 {
        if self.draws.is_empty() || self.is_blind().is_some() {
            return f64::NAN;
        }
        let found = smallest_found(&self.draws, self.target, direction);
        if found.is_finite() {
            found
        } else {
            f64::NAN
        }
    }

    /// Why [`smallest`](DesignPower::smallest) is NaN.
    pub fn undetected(&self) -> Option<Undetected> {
        match self.method {
            None if self.error.is_some() => Some(Undetected::NoInference),
            None => Some(Undetected::Conformal),
            Some(_) => {
                let reached = || self.smallest().is_nan().then_some(Undetected::NotReached);
                self.is_blind().or_else(reached)
            }
        }
    }

    /// Why ranks can find nothing, whatever its size.
    fn is_blind(&self) -> Option<Undetected> {
        let has_end = |draw: &PowerDraw| draw.ci.0.is_finite() || draw.ci.1.is_finite();
        let estimated = self.draws.iter().any(|draw| draw.att.is_finite());
        if self.method != Some(InferenceMethod::Placebo)
            || !estimated
            || self.draws.iter().any(has_end)
        {
            return None;
        }
        Some(if self.is_short { Undetected::FewDraws } else { Undetected::FewUnits })
    }

    /// Draws without an estimate or an interval: they find nothing.
    pub fn n_failed(&self) -> usize {
        self.draws.iter().filter(|draw| draw.ci.0.is_nan()).count()
    }

    /// Draws with a fit of their estimate that is not certified.
    pub fn n_uncertified(&self) -> usize {
        self.draws.iter().filter(|draw| !draw.att.is_nan() && !draw.certified).count()
    }
}

/// Steps of the usual grid on either side of zero, and how far beyond the largest of the smallest effects it reaches.
const STEPS: f64 = 20.0;
const BEYOND: f64 = 1.25;

/// The grid reaches so many standard deviations of the estimates if no effect is found.
const WIDE: f64 = 4.0;

/// Effects around zero at equal and round steps, so that the smallest effect of every design lies among them.
pub(super) fn usual_effects(designs: &[DesignPower]) -> Vec<f64> {
    let smallest = designs.iter().map(DesignPower::smallest).filter(|x| x.is_finite());
    let largest = BEYOND * smallest.fold(0.0, f64::max);
    let reach = if largest > 0.0 { largest } else { WIDE * spread(designs) };
    if !(reach > 0.0 && reach.is_finite()) {
        return vec![0.0];
    }
    let (times, power) = round_step(reach / STEPS);
    let scale = 10_f64.powi(power.abs());
    let at = |k: i32| {
        let whole = f64::from(k) * times;
        if power < 0 {
            whole / scale
        } else {
            whole * scale
        }
    };
    let last = (reach / at(1)).ceil() as i32;
    (-last..=last).map(at).collect()
}

/// The largest root mean square of a design's estimates.
fn spread(designs: &[DesignPower]) -> f64 {
    let of = |design: &DesignPower| {
        let atts = design.draws.iter().map(|draw| draw.att).filter(|att| att.is_finite());
        let squares: Vec<f64> = atts.map(|att| att * att).collect();
        (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
    };
    designs.iter().map(of).filter(|x| x.is_finite()).fold(0.0, f64::max)
}

/// 1, 2, 2.5 or 5 times a power of ten: the least that is not below a step.
fn round_step(step: f64) -> (f64, i32) {
    let power = step.log10().floor() as i32;
    let mantissa = step / 10_f64.powi(power);
    match [1.0, 2.0, 2.5, 5.0].into_iter().find(|round| mantissa <= *round) {
        Some(round) => (round, power),
        None => (1.0, power + 1),
    }
}
