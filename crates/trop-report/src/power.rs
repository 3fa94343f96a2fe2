//! Which effects would be found, in a few aligned lines and in a sentence.

use crate::labels::Labels;
use crate::text::{aligned, count, either, level, listed, number, probability, short, wrapped};
use trop_core::{
    DesignPower, EffectShape, Error, InferenceMethod, PowerDesign, PowerSource, PowerStudy,
    Undetected,
};

const TITLE: &str = "The smallest effect that would be found";

/// Given effects are columns of the text if they are no more than this.
const FEW: usize = 4;

/// Designs of which the sentence speaks.
const SPOKEN: usize = 6;

/// Power as the text that every language prints: one line for each design, and below them what a reader should know.
///
/// ```
/// # use trop_core::{power, AnalysisOptions, Lambdas, Panel, PowerOptions, Shape, Silent};
/// # let outcome: Vec<f64> = (0..192).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// # let panel = Panel::untreated(&outcome, Shape { n_units: 24, n_periods: 8 })?;
/// use trop_report::{power_text, Labels};
/// let options = PowerOptions { treated: Some(vec![1]), periods: Some(vec![2]), ..Default::default() };
/// let analysis = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let found = power(&panel, &options, &analysis, &Silent)?;
/// assert!(power_text(&found, &Labels::default()).starts_with("The smallest effect that would be found"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn power_text(study: &PowerStudy, labels: &Labels) -> String {
    let mut lines = vec![TITLE.to_string(), "-".repeat(TITLE.len())];
    lines.extend(aligned(&grid(study)));
    lines.extend([String::new(), "Notes".into()]);
    lines.extend(power_notes(study, labels).iter().flat_map(|note| wrapped("- ", note)));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// What a reader should know beside power: what was drawn, how it was tested, where nothing can be found and why.
///
/// ```
/// # use trop_core::{power, AnalysisOptions, Lambdas, Panel, PowerOptions, Shape, Silent};
/// # let outcome: Vec<f64> = (0..192).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// # let panel = Panel::untreated(&outcome, Shape { n_units: 24, n_periods: 8 })?;
/// use trop_report::{power_notes, Labels};
/// let options = PowerOptions { treated: Some(vec![1]), periods: Some(vec![2]), ..Default::default() };
/// let analysis = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let notes = power_notes(&power(&panel, &options, &analysis, &Silent)?, &Labels::default());
/// assert!(notes[0].starts_with("Smallest: "));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn power_notes(study: &PowerStudy, labels: &Labels) -> Vec<String> {
    let mut notes = vec![smallest(study, labels)];
    notes.extend(shape(study));
    notes.push(drawn(study));
    notes.extend(tests(study));
    notes.extend(size(study));
    notes.extend(monte_carlo(study));
    notes.extend(undetected(study, labels));
    notes.extend(failures(study, labels));
    notes.extend(uncertified(study));
    notes.push(lambdas(study));
    notes
}

/// A sentence for the paper: which effects would be found with so many treated units and periods.
///
/// ```
/// # use trop_core::{power, AnalysisOptions, Lambdas, Panel, PowerOptions, Shape, Silent};
/// # let outcome: Vec<f64> = (0..192).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
/// # let panel = Panel::untreated(&outcome, Shape { n_units: 24, n_periods: 8 })?;
/// use trop_report::{power_sentence, Labels};
/// let options = PowerOptions { treated: Some(vec![1]), periods: Some(vec![2]), ..Default::default() };
/// let analysis = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let found = power(&panel, &options, &analysis, &Silent)?;
/// assert!(power_sentence(&found, &Labels::default()).starts_with("With 1 treated unit and 2 periods you can see "));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn power_sentence(study: &PowerStudy, labels: &Labels) -> String {
    let several = several_histories(study);
    let spoken = study.designs.iter().map(|design| {
        let what = match design.smallest() {
            none if none.is_nan() => "no effect".into(),
            size => format!("{} ({})", short(size), labels.outcome()),
        };
        format!("with {} you can see {what}", with(design, several))
    });
    let told = crate::text::sentence(&listed_by(spoken, "; "));
    format!(
        "{told} An effect of more than that{}, up or down, is found at the {} level in at least {} of {}.",
        of_shape(&study.options.shape),
        level(1.0 - study.analysis.level),
        level(study.options.target),
        match study.options.source {
            PowerSource::Generator => "simulated panels",
            _ => "placebo assignments",
        },
    )
}

fn listed_by(items: impl Iterator<Item = String>, between: &str) -> String {
    let items: Vec<String> = items.collect();
    let more = match items.len().saturating_sub(SPOKEN) {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    items[..items.len().min(SPOKEN)].join(between) + &more
}

fn several_histories(study: &PowerStudy) -> bool {
    study.options.history.is_some()
}

/// A design in words.
fn with(found: &DesignPower, history: bool) -> String {
    let PowerDesign { treated, periods, history: before } = found.design;
    let after = if history { format!(" after {before}") } else { String::new() };
    format!("{} and {}{after}", count(treated, "treated unit"), count(periods, "period"))
}

fn of_shape(shape: &EffectShape) -> &'static str {
    match shape {
        EffectShape::Level => "",
        EffectShape::Ramp => " in the last period, to which it grows by equal steps",
        EffectShape::Fade => " in the first period, from which it fades by equal steps",
        _ => " times the given numbers",
    }
}

/// The heads, and a row for each design.
fn grid(study: &PowerStudy) -> Vec<Vec<String>> {
    let effects: Vec<f64> = study.options.effect.iter().flatten().copied().collect();
    let shown = if effects.len() > FEW { &[][..] } else { &effects };
    let heads = ["Treated", "Periods", "History", "Test", "Size", "Smallest", "Up", "Down"];
    let heads = heads.map(String::from).into_iter();
    let mut rows: Vec<Vec<String>> =
        vec![heads.chain(shown.iter().map(|effect| format!("At {}", short(*effect)))).collect()];
    for found in &study.designs {
        let PowerDesign { treated, periods, history } = found.design;
        let mark = if found.n_uncertified() > 0 { "*" } else { "" };
        let mut row = vec![treated.to_string(), periods.to_string(), history.to_string()];
        row.push(found.method.map_or("none, see notes", InferenceMethod::name).into());
        row.push(percent(found.size()));
        row.push(format!("{}{mark}", short(found.smallest())));
        row.extend([found.smallest_increase(), found.smallest_decrease()].map(short));
        row.extend(shown.iter().map(|effect| percent(found.power(*effect))));
        rows.push(row);
    }
    rows
}

/// With one digit after the point where it matters.
fn percent(share: f64) -> String {
    match share.is_nan() {
        true => "none".into(),
        false => format!("{}%", crate::text::significant(100.0 * share, 3)),
    }
}

fn smallest(study: &PowerStudy, labels: &Labels) -> String {
    format!(
        "Smallest: beyond this size, in units of {}, effects are found at the {} level in at least {} of the draws, \
         whether they go up or down. Up and Down are the same for increases and decreases alone.",
        labels.outcome(),
        level(1.0 - study.analysis.level),
        level(study.options.target),
    )
}

fn shape(study: &PowerStudy) -> Option<String> {
    let how = match &study.options.shape {
        EffectShape::Level => return None,
        EffectShape::Ramp => {
            "The effect grows by equal steps to its full size in the last treated period"
        }
        EffectShape::Fade => {
            "The effect fades by equal steps from its full size in the first treated period"
        }
        _ => "The effect is a full size times the given number in each treated period",
    };
    let mut means: Vec<(usize, f64)> =
        study.designs.iter().map(|found| (found.design.periods, found.mean_shape)).collect();
    means.sort_by_key(|(periods, _)| *periods);
    means.dedup_by_key(|(periods, _)| *periods);
    let n = means.len();
    let mean = |(periods, mean): (usize, f64)| {
        format!("{} over {}", short(mean), count(periods, "period"))
    };
    Some(format!(
        "{how}. Sizes are full ones; the ATT, which is tested, is smaller: as a share of the full size {}.",
        listed(means.into_iter().map(mean), n)
    ))
}

fn drawn(study: &PowerStudy) -> String {
    let from = match study.options.source {
        PowerSource::Generator => format!(
            "Draws are panels from a generator fitted to the control outcomes (rank {}, treated units drawn uniformly): \
             power holds for panels as it sees this one.",
            study.options.rank.unwrap_or_default()
        ),
        _ if study.is_untreated => {
            "Draws give the treatment to some units over the last periods. Power holds if those that will be treated \
             are like the others."
                .into()
        }
        _ => "Draws give the treatment to some never-treated units over the last periods; treated units are left out. \
              Power holds if those that will be treated are like the never-treated ones."
            .into(),
    };
    format!(
        "{from} Nothing has an effect in a draw, and fits never use treated outcomes: an effect moves the estimate and \
         nothing else, so power is known for every size of it."
    )
}

/// By which methods designs are tested, and why.
fn tests(study: &PowerStudy) -> Vec<String> {
    let mut seen: Vec<InferenceMethod> = Vec::new();
    let mut notes = Vec::new();
    for found in &study.designs {
        let Some(method) = found.method.filter(|method| !seen.contains(method)) else { continue };
        seen.push(method);
        let how = match method {
            InferenceMethod::Placebo => {
                "an estimate is found if its size is of a high rank among those of other draws, as many as a study would \
                 have placebos. A study's own placebos leave its treated units out; here these may be controls in the \
                 other draws"
            }
            InferenceMethod::Bootstrap => "in each draw, zero lies outside of the interval of the bootstrap",
            _ => "in each draw, zero lies outside of the interval of the jackknife",
        };
        let why = match found.why.is_empty() {
            true => String::new(),
            false => format!(" Chosen for {}.", found.why),
        };
        notes.push(format!("Test {method}: {how}.{why}"));
    }
    notes
}

fn size(study: &PowerStudy) -> Option<String> {
    let ranks = || study.designs.iter().filter(|found| found.least_p().is_finite());
    let least = ranks().map(DesignPower::least_p).fold(0.0, f64::max);
    let of_ranks = match ranks().next() {
        Some(_) => format!(
            " Of ranks it is at most the level{}: p-values are steps of {}{}.",
            if ranks().all(DesignPower::ranks_all) {
                ", and known exactly"
            } else {
                " but for Monte Carlo error"
            },
            probability(least),
            if ranks().count() > 1 { " or less" } else { "" }
        ),
        None => String::new(),
    };
    let any = study.designs.iter().any(|found| !found.draws.is_empty());
    any.then(|| format!("Size is how often an effect is found where there is none.{of_ranks}"))
}

/// How exact power is.
fn monte_carlo(study: &PowerStudy) -> Option<String> {
    let error = |found: &DesignPower| {
        let n = found.draws.len() as f64;
        let all = found.draws.len() >= found.n_possible;
        let target = study.options.target;
        if all || found.draws.is_empty() {
            0.0
        } else {
            (target * (1.0 - target) / n).sqrt()
        }
    };
    let largest = study.designs.iter().map(error).fold(0.0, f64::max);
    match largest > 0.0 {
        true => Some(format!(
            "Monte Carlo: a power of {} has a standard error of {} percentage points at most.",
            level(study.options.target),
            short((1000.0 * largest).round() / 10.0)
        )),
        false => study
            .designs
            .iter()
            .any(|found| !found.draws.is_empty())
            .then(|| "All assignments that there are were drawn: no Monte Carlo error.".into()),
    }
}

/// Designs without a smallest effect, by reason.
fn undetected(study: &PowerStudy, labels: &Labels) -> Vec<String> {
    let several = several_histories(study);
    let mut notes = Vec::new();
    for found in &study.designs {
        let Some(why) = found.undetected() else { continue };
        let design = with(found, several);
        notes.push(match why {
            Undetected::FewUnits => format!(
                "With {design} no effect can be found: {} give no p-value below {}.",
                count(found.n_placebos, "placebo"),
                number(1.0 - study.analysis.level)
            ),
            Undetected::FewDraws => format!(
                "With {design} nothing can be said: {} give no p-value below {}, a study has more placebos; ask for more.",
                count(found.draws.len(), "draw"),
                number(1.0 - study.analysis.level)
            ),
            Undetected::Conformal => format!(
                "With {design} auto would choose conformal inference ({}), whose power is not told here; ask for another \
                 inference.",
                found.why
            ),
            Undetected::NoInference => {
                let error = found.error.as_ref().map(|error| error.named(&labels.names));
                let error = error.unwrap_or_default();
                format!("With {design} there is no test: {}.", error.trim_end_matches('.'))
            }
            _ => format!(
                "With {design} no size of the effect, in one direction at least, is found in {} of the draws.",
                level(study.options.target)
            ),
        });
    }
    notes
}

fn failures(study: &PowerStudy, labels: &Labels) -> Vec<String> {
    let several = several_histories(study);
    let note = |found: &DesignPower| {
        let n = found.n_failed();
        let error: Option<&Error> = found.draws.iter().find_map(|draw| draw.error.as_ref());
        let why = error.map_or_else(String::new, |error| {
            format!("; the first: {}", error.named(&labels.names).trim_end_matches('.'))
        });
        (n > 0).then(|| {
            format!(
                "With {} {} of {} {} no estimate or no interval and {} counted as finding nothing{why}.",
                with(found, several),
                n,
                count(found.draws.len(), "draw"),
                either(n, "has", "have"),
                either(n, "is", "are"),
            )
        })
    };
    study.designs.iter().filter_map(note).collect()
}

fn uncertified(study: &PowerStudy) -> Option<String> {
    let n: usize = study.designs.iter().map(DesignPower::n_uncertified).sum();
    (n > 0)
        .then(|| format!("* {} with fits that did not reach the tolerance.", count(n, "estimate")))
}

fn lambdas(study: &PowerStudy) -> String {
    let trop_core::Lambdas { time, unit, nn } = study.lambdas;
    let how = match study.analysis.lambdas {
        Some(_) => "Given",
        None => "Chosen once on the panel, and kept in all draws",
    };
    format!(
        "{how}: lambda_time {}, lambda_unit {}, lambda_nn {}.",
        short(time),
        short(unit),
        short(nn)
    )
}
