//! Which method of inference means something for a panel.

use super::accepted::MOST;
use super::boundary::STEPS;
use super::options::{check_draw_count, check_level, InferenceMethod, InferenceOptions};
use crate::error::{Error, Result};
use crate::panel::{Anchor, Panel, Stamping, CONTROLS_LEFT};

/// Treated and never-treated units from which on leaving out one at a time is chosen: `docs/coverage.md` shows
/// how often the intervals hold the effect.
const SEVERAL: usize = 5;

/// Treated and never-treated units from which on resampling them is chosen: it then takes less time than
/// leaving out each, and agrees with it the better the more there are.
const MANY: usize = 100;

/// The least p-value that placebos or shifts in time must be able to give for their method to be chosen: that of an
/// interval of 95%, whichever level is asked for.
const LEAST: f64 = 0.05;

/// The same where no other method is left.
const LEAST_AT_LAST: f64 = 0.2;

/// The method that [`infer`](crate::infer) will use, never [`InferenceMethod::Auto`], and why if `Auto`
/// chose it (else empty).
/// Takes no time: whoever searches for lambdas first can know before that nothing stands in the way of inference.
///
/// # Errors
/// [`Error::InferenceImpossible`], [`Error::DrawsTooFew`] or [`Error::LevelOutOfRange`].
///
/// ```
/// use trop_core::{choose_inference, InferenceMethod, InferenceOptions, Panel, Shape};
/// // One treated unit, three controls.
/// let outcome = [1.0, 2.0, 1.5, 3.0, 0.0, 0.5, 2.0, 7.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 4, n_periods: 2 })?;
/// let options = |method| InferenceOptions { method, ..Default::default() };
/// let (method, why) = choose_inference(&panel, &options(InferenceMethod::Placebo))?;
/// assert_eq!((method, why.as_str()), (InferenceMethod::Placebo, ""));
/// assert!(choose_inference(&panel, &options(InferenceMethod::Bootstrap)).is_err());
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn choose_inference(
    panel: &Panel,
    options: &InferenceOptions,
) -> Result<(InferenceMethod, String)> {
    let InferenceOptions { method, draws, level, .. } = *options;
    choose(panel, Wish { method, draws, level, retunes: options.retuning.is_some() })
}

/// What the choice of a method depends on beside the panel.
pub(crate) struct Wish {
    pub method: InferenceMethod,
    pub draws: usize,
    pub level: f64,
    /// Lambdas are chosen anew in each draw.
    pub retunes: bool,
}

/// The method to use, and why if it was left open.
pub(crate) fn choose(panel: &Panel, options: Wish) -> Result<(InferenceMethod, String)> {
    check_draw_count(options.draws)?;
    check_level(options.level)?;
    let counts = Counts::new(panel, &options);
    if options.method != InferenceMethod::Auto {
        counts.check(options.method)?;
        return Ok((options.method, String::new()));
    }
    let Counts { treated, control, .. } = counts;
    let what = panel.what_is_drawn();
    match counts.choice() {
        Some((method, why)) => {
            let why = why.replace("units", what);
            Ok((method, format!("{treated} treated and {control} never-treated {what}: {why}")))
        }
        None => {
            let reason = format!(
                "{treated} treated and {control} never-treated {what} over {} periods are too few for any \
                 method",
                panel.n_periods()
            );
            Err(Error::InferenceImpossible { method: "auto", reason })
        }
    }
}

/// About how often a method of `draws` draws at most estimates.
pub(crate) fn n_draws(panel: &Panel, method: InferenceMethod, draws: usize) -> usize {
    let (treated, control) = panel.clusters_by_treatment();
    match method {
        InferenceMethod::Jackknife => treated.len() + control.len(),
        InferenceMethod::Placebo => Stamping::new(panel).n_distinct().min(draws),
        InferenceMethod::Conformal => MOST + 2 * STEPS,
        InferenceMethod::Auto | InferenceMethod::Bootstrap => draws,
    }
}

/// Of clusters, or of units where there are none.
struct Counts<'a> {
    treated: usize,
    control: usize,
    panel: &'a Panel,
    options: &'a Wish,
}

impl<'a> Counts<'a> {
    fn new(panel: &'a Panel, options: &'a Wish) -> Self {
        let (treated, control) = panel.clusters_by_treatment();
        Counts { treated: treated.len(), control: control.len(), panel, options }
    }

    /// The best method that is possible, and why.
    fn choice(&self) -> Option<(InferenceMethod, &'static str)> {
        let fewer = self.treated.min(self.control);
        if fewer >= MANY {
            Some((InferenceMethod::Bootstrap, "enough of both to resample"))
        } else if fewer >= SEVERAL {
            Some((
                InferenceMethod::Jackknife,
                "too few to resample, but enough to leave out one at a time; intervals can fall a few \
                 points short of their level",
            ))
        } else if self.least_of(InferenceMethod::Placebo) <= LEAST {
            Some((
                InferenceMethod::Placebo,
                "too few to leave out one at a time, but enough never-treated units for placebos",
            ))
        } else if self.least_of(InferenceMethod::Conformal) <= LEAST {
            Some((
                InferenceMethod::Conformal,
                "too few units, but enough periods for shifts in time; intervals are wide",
            ))
        } else if self.check(InferenceMethod::Jackknife).is_ok() {
            Some((
                InferenceMethod::Jackknife,
                "too few for placebos, and too few periods for shifts in time; intervals can fall well \
                 short of their level",
            ))
        } else {
            self.at_last()
        }
    }

    /// Where even the least p-value is not small, it is still a p-value.
    fn at_last(&self) -> Option<(InferenceMethod, &'static str)> {
        let [placebo, conformal] = [InferenceMethod::Placebo, InferenceMethod::Conformal];
        let (by_placebos, by_shifts) = (self.least_of(placebo), self.least_of(conformal));
        if by_placebos.min(by_shifts) > LEAST_AT_LAST {
            None
        } else if by_placebos <= by_shifts {
            Some((placebo, "only a few placebos, so p-values cannot be small"))
        } else {
            Some((conformal, "only a few shifts in time, so p-values cannot be small"))
        }
    }

    /// Refuses what means nothing.
    fn check(&self, method: InferenceMethod) -> Result<()> {
        let Counts { treated, control, .. } = *self;
        let what = self.panel.what_is_drawn();
        let reason = match method {
            InferenceMethod::Bootstrap | InferenceMethod::Jackknife if treated < 2 || control < 2 => {
                format!(
                    "it needs at least 2 ever-treated and 2 never-treated {what}, and there are {treated} \
                     and {control}; try placebo or conformal"
                )
            }
            InferenceMethod::Placebo if control < treated + CONTROLS_LEFT => format!(
                "{treated} treated {what}' patterns cannot be stamped on {control} never-treated {what} and \
                 leave {CONTROLS_LEFT} of them as controls; try bootstrap, jackknife or conformal"
            ),
            InferenceMethod::Conformal if self.panel.anchor() != Anchor::Cell => {
                "it compares single cells, so it needs the anchor cell".into()
            }
            InferenceMethod::Conformal if self.options.retunes => {
                "it draws nothing in which lambdas could be chosen anew".into()
            }
            _ => return Ok(()),
        };
        Err(Error::InferenceImpossible { method: method.name(), reason })
    }

    /// The least p-value that a method could give, by counts of placebos or shifts; 1 if it means nothing.
    fn least_of(&self, method: InferenceMethod) -> f64 {
        let n = match method {
            _ if self.check(method).is_err() => 1,
            InferenceMethod::Conformal => self.panel.n_periods(),
            _ => Stamping::new(self.panel).n_distinct().min(self.options.draws) + 1,
        };
        1.0 / n as f64
    }
}
