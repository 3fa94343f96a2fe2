//! What is asked of a computation of power, by name.

use super::reading::Given;
use super::value::OptionValue;
use crate::by_name::{self, by_name, ByName};
use crate::error::{number, Error, Result};
use crate::panel::{Panel, CONTROLS_LEFT};
use crate::simulation::{EffectShape, GeneratorOptions, Noise};

/// Options that [`PowerOptions::set`] knows.
const NAMES: [&str; 10] = [
    "effect", "treated", "periods", "history", "shape", "source", "draws", "target", "rank",
    "noise",
];

/// Periods before treatment that a design has at least.
const LEAST_HISTORY: usize = 2;

/// Where panels without an effect come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PowerSource {
    /// The panel's own never-treated units, some of which are given the treatment.
    #[default]
    Placebo,
    /// A [`Generator`](crate::Generator) fitted to the panel: new outcomes in every draw, treated units at random.
    Generator,
}

impl PowerSource {
    /// Its name: `placebo` or `generator`.
    ///
    /// ```
    /// assert_eq!(trop_core::PowerSource::default().name(), "placebo");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            PowerSource::Placebo => "placebo",
            PowerSource::Generator => "generator",
        }
    }

    /// The source of a name.
    ///
    /// ```
    /// use trop_core::PowerSource;
    /// assert_eq!(PowerSource::from_name("generator"), Some(PowerSource::Generator));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(PowerSource, "source", [PowerSource::Placebo, PowerSource::Generator]);

/// The shapes that have names, for reading.
#[derive(Clone, Copy)]
enum Named {
    Level,
    Ramp,
    Fade,
}

impl ByName for Named {
    const OPTION: &'static str = "shape";
    const ALL: &'static [Self] = &[Named::Level, Named::Ramp, Named::Fade];

    fn label(self) -> &'static str {
        EffectShape::from(self).name()
    }
}

impl From<Named> for EffectShape {
    fn from(named: Named) -> Self {
        match named {
            Named::Level => EffectShape::Level,
            Named::Ramp => EffectShape::Ramp,
            Named::Fade => EffectShape::Fade,
        }
    }
}

/// What is asked of [`power`](crate::power).
///
/// ```
/// let options = trop_core::PowerOptions::default();
/// assert_eq!((options.draws, options.target, options.shape.name()), (200, 0.8, "level"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PowerOptions {
    /// Full sizes of the effect at which power is told, in units of the outcome; `None` (the default) for a grid around
    /// zero that reaches beyond the smallest effects that are found.
    pub effect: Option<Vec<f64>>,
    /// Numbers of treated units; `None` (the default) for as many as the panel has.
    pub treated: Option<Vec<usize>>,
    /// Numbers of treated periods, the last ones; `None` (the default) for as many as a treated unit of the panel has on
    /// average, rounded.
    pub periods: Option<Vec<usize>>,
    /// Numbers of periods before treatment that are used; `None` (the default) for all.
    pub history: Option<Vec<usize>>,
    /// How the effect goes over the treated periods; default [`EffectShape::Level`].
    pub shape: EffectShape,
    /// Where panels come from; default [`PowerSource::Placebo`].
    pub source: PowerSource,
    /// Placebo assignments of each design, or simulated panels, at least 2; default 200. Assignments are distinct: if
    /// there are no more of them, each comes once.
    pub draws: usize,
    /// Power that the smallest effect must have, in (0, 1); default 0.8.
    pub target: f64,
    /// Rank of the generator's signal; `None` (the default) for 4, or less where units or periods are few.
    pub rank: Option<usize>,
    /// Noise of the generator; default [`Noise::Autoregressive`].
    pub noise: Noise,
}

impl Default for PowerOptions {
    fn default() -> Self {
        PowerOptions {
            effect: None,
            treated: None,
            periods: None,
            history: None,
            shape: EffectShape::default(),
            source: PowerSource::default(),
            draws: 200,
            target: 0.8,
            rank: None,
            noise: Noise::default(),
        }
    }
}

impl PowerOptions {
    /// Sets an option by its name: `effect`, `treated`, `periods`, `history`, `shape` (a name, or a list of numbers),
    /// `source`, `draws`, `target`, `rank` or `noise`.
    ///
    /// # Errors
    /// [`Error::OptionUnknown`] or [`Error::OptionInvalid`].
    ///
    /// ```
    /// use trop_core::{EffectShape, PowerOptions};
    /// let mut options = PowerOptions::default();
    /// options.set("treated", vec![1.0, 3.0])?;
    /// options.set("shape", "ramp")?;
    /// assert_eq!((options.treated, options.shape), (Some(vec![1, 3]), EffectShape::Ramp));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn set(&mut self, name: &str, value: impl Into<OptionValue>) -> Result<()> {
        let value = value.into();
        let given = Given::named(name, &NAMES, &value)?;
        match given.option {
            "effect" => self.effect = given.optional(Given::numbers)?,
            "treated" => self.treated = given.optional(Given::counts)?,
            "periods" => self.periods = given.optional(Given::counts)?,
            "history" => self.history = given.optional(Given::counts)?,
            "shape" => self.shape = read_shape(given)?,
            "source" => self.source = given.choice()?,
            "draws" => self.draws = given.count()?,
            "target" => self.target = given.number()?,
            "rank" => self.rank = given.optional(Given::count)?,
            _ => self.noise = given.choice()?,
        }
        Ok(())
    }

    /// The same with nothing left open but the grid of effects.
    ///
    /// # Errors
    /// [`Error::PowerImpossible`] for numbers that cannot be used.
    pub(super) fn resolved(&self, panel: &Panel) -> Result<Self> {
        let (n, t) = (panel.n_units(), panel.n_periods());
        let units = panel.treated_units().len();
        if units == 0 && (self.treated.is_none() || self.periods.is_none()) {
            return impossible(
                "nothing is treated yet, so say how many units, and for how many periods: treated, periods".into(),
            );
        }
        let mean = (panel.treated_cells().len() as f64 / units.max(1) as f64).round() as usize;
        let usual_periods = mean.min(t.saturating_sub(LEAST_HISTORY)).max(1);
        let most = n.min(t).saturating_sub(1);
        let options = PowerOptions {
            treated: Some(self.treated.clone().unwrap_or_else(|| vec![units])),
            periods: Some(self.periods.clone().unwrap_or_else(|| vec![usual_periods])),
            rank: Some(
                self.rank.unwrap_or_else(|| GeneratorOptions::default().rank.min(most).max(1)),
            ),
            ..self.clone()
        };
        options.check()?;
        Ok(options)
    }

    /// Checks what does not depend on the panel.
    fn check(&self) -> Result<()> {
        let lists =
            [("treated", &self.treated), ("periods", &self.periods), ("history", &self.history)];
        if let Some((name, _)) =
            lists.iter().find(|(_, list)| list.as_ref().is_some_and(Vec::is_empty))
        {
            return impossible(format!("{name} is an empty list; give one number at least"));
        }
        let effects = self.effect.iter().flatten();
        if self.effect.as_ref().is_some_and(Vec::is_empty) {
            return impossible(
                "effect is an empty list; give one number at least, or leave it out".into(),
            );
        }
        if let Some(effect) = effects.into_iter().find(|effect| !effect.is_finite()) {
            return impossible(format!("an effect is {}; effects must be finite", number(*effect)));
        }
        if !(self.target > 0.0 && self.target < 1.0) {
            return impossible(format!(
                "target is the power that is wanted, between 0 and 1, not {}",
                number(self.target)
            ));
        }
        self.check_shape()
    }

    fn check_shape(&self) -> Result<()> {
        let EffectShape::Given(multiples) = &self.shape else { return Ok(()) };
        if multiples.iter().any(|x| !x.is_finite()) || multiples.iter().all(|x| *x == 0.0) {
            return impossible(
                "shape must be finite numbers, one of them at least not zero".into(),
            );
        }
        match self.periods.iter().flatten().find(|&&periods| periods != multiples.len()) {
            Some(periods) => impossible(format!(
                "shape has {} numbers, and {periods} periods are treated: give one number for each",
                multiples.len()
            )),
            None => Ok(()),
        }
    }

    /// Checks that so many of `n` units can be treated.
    pub(super) fn check_units(&self, treated: usize, n: usize) -> Result<()> {
        if treated == 0 || treated + CONTROLS_LEFT > n {
            let which = match self.source {
                PowerSource::Placebo => "never-treated units",
                PowerSource::Generator => "units",
            };
            return impossible(format!(
                "of {n} {which} at least 1 is treated and {CONTROLS_LEFT} are not, so {treated} cannot be treated"
            ));
        }
        Ok(())
    }
}

/// Checks that so many of `t` periods can be treated, after so many others.
pub(super) fn check_periods(periods: usize, history: Option<usize>, t: usize) -> Result<()> {
    if periods == 0 || periods + LEAST_HISTORY > t {
        return impossible(format!(
            "of {t} periods at least 1 is treated and {LEAST_HISTORY} are not, so {periods} cannot be treated"
        ));
    }
    match history {
        Some(history) if history < LEAST_HISTORY || history + periods > t => impossible(format!(
            "of {t} periods {periods} are treated, so the history before them has from {LEAST_HISTORY} to {} periods, \
             not {history}",
            t - periods
        )),
        _ => Ok(()),
    }
}

pub(super) fn impossible<T>(reason: String) -> Result<T> {
    Err(Error::PowerImpossible { reason })
}

/// A name, or a number for each treated period.
fn read_shape(given: Given<'_>) -> Result<EffectShape> {
    match given.value {
        OptionValue::Numbers(_) | OptionValue::Number(_) | OptionValue::Integer(_) => {
            given.numbers().map(EffectShape::Given)
        }
        _ => given.choice::<Named>().map(EffectShape::from),
    }
}
