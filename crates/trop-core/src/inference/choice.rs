//! Which method of inference means something for a panel.

use super::options::{check_draw_count, check_level, InferenceMethod, InferenceOptions};
use crate::error::{Error, Result};
use crate::panel::{Anchor, Panel, CONTROLS_LEFT};

/// Treated and never-treated units from which on leaving out one at a time is chosen: `docs/coverage.md` shows
/// how often the intervals hold the effect.
const SEVERAL: usize = 5;

/// Treated and never-treated units from which on resampling them is chosen: it then takes less time than
/// leaving out each, and agrees with it the better the more there are.
const MANY: usize = 100;

/// The method that [`infer`](crate::infer) will use, never [`InferenceMethod::Auto`], and why if `Auto`
/// chose it (else empty).
/// Takes no time: whoever searches for lambdas first can know before that nothing stands in the way of inference.
///
/// # Errors
/// [`Error::InferenceImpossible`], [`Error::DrawsTooFew`] or [`Error::LevelOutOfRange`].
///
/// ```
/// use trop_core::{choose_inference, InferenceMethod, InferenceOptions, Panel};
/// // One treated unit, three controls.
/// let outcome = [1.0, 2.0, 1.5, 3.0, 0.0, 0.5, 2.0, 7.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, 4, 2)?;
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
    match counts.choice() {
        Some((method, why)) => {
            Ok((method, format!("{treated} treated and {control} never-treated units: {why}")))
        }
        None => {
            let reason = format!(
                "{treated} treated and {control} never-treated units over {} periods are too few for any \
                 method",
                panel.n_periods()
            );
            Err(Error::InferenceImpossible { method: "auto", reason })
        }
    }
}

struct Counts<'a> {
    treated: usize,
    control: usize,
    panel: &'a Panel,
    options: &'a Wish,
}

impl<'a> Counts<'a> {
    fn new(panel: &'a Panel, options: &'a Wish) -> Self {
        let treated = panel.treated_units().len();
        Counts { treated, control: panel.n_units() - treated, panel, options }
    }

    /// The best method that is possible, and why.
    fn choice(&self) -> Option<(InferenceMethod, &'static str)> {
        let can = |method| self.check(method).is_ok();
        let fewer = self.treated.min(self.control);
        if fewer >= MANY {
            Some((InferenceMethod::Bootstrap, "enough of both to resample"))
        } else if fewer >= SEVERAL {
            Some((
                InferenceMethod::Jackknife,
                "too few to resample, but enough to leave out one at a time; intervals can fall a few \
                 points short of their level",
            ))
        } else if can(InferenceMethod::Placebo) && self.placebos_can_reject() {
            Some((
                InferenceMethod::Placebo,
                "too few to leave out one at a time, but enough never-treated units for placebos",
            ))
        } else if can(InferenceMethod::Conformal) && self.shifts_can_reject() {
            Some((
                InferenceMethod::Conformal,
                "too few units, but enough periods for shifts in time; intervals are wide",
            ))
        } else if can(InferenceMethod::Jackknife) {
            Some((
                InferenceMethod::Jackknife,
                "too few for placebos, and too few periods for shifts in time; intervals can fall well \
                 short of their level",
            ))
        } else {
            None
        }
    }

    /// Refuses what means nothing.
    fn check(&self, method: InferenceMethod) -> Result<()> {
        let Counts { treated, control, .. } = *self;
        let reason = match method {
            InferenceMethod::Bootstrap | InferenceMethod::Jackknife if treated < 2 || control < 2 => {
                format!(
                    "it needs at least 2 ever-treated and 2 never-treated units, and there are {treated} \
                     and {control}; try placebo or conformal"
                )
            }
            InferenceMethod::Placebo if control < treated + CONTROLS_LEFT => format!(
                "{treated} treated units' patterns cannot be stamped on {control} never-treated units and \
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

    /// True if the smallest p-value of placebos is below `1 - level`.
    fn placebos_can_reject(&self) -> bool {
        let n = if self.treated == 1 { self.control } else { usize::MAX };
        self.is_enough(n.min(self.options.draws) + 1)
    }

    /// True if the smallest p-value of shifts in time is below `1 - level`.
    fn shifts_can_reject(&self) -> bool {
        self.is_enough(self.panel.n_periods())
    }

    fn is_enough(&self, n: usize) -> bool {
        1.0 / (n as f64) < 1.0 - self.options.level
    }
}
