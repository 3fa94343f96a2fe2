//! What summary, notes and report have in common to say.

use crate::labels::Labels;
use crate::text::{count, either, on_one_line};
use trop_core::{
    ablation, Analysis, Anchor, Criterion, Inference, InferenceMethod, Inferred, Lambdas, Measure,
    Quantity, Reason, Remark,
};

/// What a summary is headed by.
pub(crate) fn title(analysis: &Analysis) -> &'static str {
    if is_placebo_in_time(analysis) {
        "Triply robust panel estimate of a placebo in time"
    } else {
        "Triply robust panel estimate"
    }
}

/// What the average effect is called.
pub(crate) fn att_name(analysis: &Analysis) -> &'static str {
    if is_placebo_in_time(analysis) {
        "Placebo ATT"
    } else {
        "ATT"
    }
}

pub(crate) fn is_placebo_in_time(analysis: &Analysis) -> bool {
    analysis.remarks.iter().any(|remark| matches!(remark, Remark::PlaceboInTime { .. }))
}

/// What the draws of an inference are, and how many, as in `38 estimates where nothing was treated`: for the legend of
/// a picture.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, InferenceMethod, Lambdas, Panel, Shape};
/// let outcome = [1.0, 2.0, 2.0, 2.5, 0.0, 1.5, 1.5, 2.0, 2.5, 8.0];
/// let mut treatment = [0.0; 10];
/// treatment[9] = 1.0;
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 5, n_periods: 2 })?;
/// let inference = Some(InferenceMethod::Placebo);
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference, ..Default::default() };
/// let found = analyze(&panel, &options)?.inference.unwrap();
/// assert_eq!(trop_report::draws_text(&found), "4 estimates where nothing was treated");
/// assert_eq!(trop_report::method_text(&found), "placebo (4 estimates where nothing was treated)");
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn draws_text(inference: &Inference) -> String {
    let n = inference.draws.len();
    let what = if inference.clustered { "cluster" } else { "unit" };
    match inference.method {
        InferenceMethod::Bootstrap => format!("{} of {what}s", count(n, "draw")),
        InferenceMethod::Jackknife => format!("{} left out in turn", count(n, what)),
        InferenceMethod::Placebo => format!("{} where nothing was treated", count(n, "estimate")),
        InferenceMethod::Conformal => format!("{} of the treatment in time", count(n, "shift")),
        _ => count(n, "draw"),
    }
}

/// Where standard error, interval and p-value come from: the method, and [`draws_text`].
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, InferenceMethod, Lambdas, Panel, Shape};
/// let outcome = [1.0, 2.0, 2.0, 2.5, 0.0, 1.5, 1.5, 2.0, 2.5, 8.0];
/// let mut treatment = [0.0; 10];
/// treatment[7] = 1.0;
/// treatment[9] = 1.0;
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 5, n_periods: 2 })?;
/// let inference = Some(InferenceMethod::Jackknife);
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference, ..Default::default() };
/// let found = analyze(&panel, &options)?.inference.unwrap();
/// let text = trop_report::method_text(&found);
/// assert_eq!(text, "jackknife (5 units left out in turn; Student's t)");
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn method_text(inference: &Inference) -> String {
    let name = inference.method.name();
    match inference.method {
        InferenceMethod::Bootstrap => format!("{name} ({}; percentiles)", draws_text(inference)),
        InferenceMethod::Jackknife => format!("{name} ({}; Student's t)", draws_text(inference)),
        _ => format!("{name} ({})", draws_text(inference)),
    }
}

/// What was done with clusters of units, after what a method does.
pub(crate) fn clusters_explained(inference: &Inference) -> &'static str {
    match inference.method {
        InferenceMethod::Conformal => "",
        _ if inference.clustered => " Units of one cluster went together.",
        _ => "",
    }
}

/// What a method does, for readers who have not heard of it.
pub(crate) fn method_explained(method: InferenceMethod) -> &'static str {
    match method {
        InferenceMethod::Bootstrap => {
            "Units were drawn with replacement, never-treated and ever-treated ones separately, and the \
             estimate was repeated on each draw; the spread of these draws is the uncertainty."
        }
        InferenceMethod::Jackknife => {
            "The estimate was repeated without each unit in turn; how much it moves is the uncertainty."
        }
        InferenceMethod::Placebo => {
            "Never-treated units were given the treatment of the treated ones on paper, and the estimate \
             was repeated on them. Nothing happened to them, so what is found there is chance; the \
             estimate is compared with these placebos."
        }
        InferenceMethod::Conformal => {
            "Every period of the treated units was predicted as if it were untreated. The errors in the \
             treated periods are compared with those of the same pattern of periods shifted in time."
        }
        _ => "",
    }
}

/// What the interval is, where it is not the estimate plus or minus standard errors times a quantile.
pub(crate) fn interval_explained(method: InferenceMethod) -> Option<&'static str> {
    match method {
        InferenceMethod::Bootstrap => {
            Some("what lies between two percentiles of the draws, not made of the standard error")
        }
        InferenceMethod::Placebo => {
            Some("the estimate plus or minus a size that few placebos reach, not made of the standard error")
        }
        InferenceMethod::Conformal => Some("the constant effects that shifts in time do not reject"),
        _ => None,
    }
}

/// True if a number has a standard error: conformal inference gives none, the bootstrap none of a single unit.
pub(crate) fn has_standard_error(found: &Inferred) -> bool {
    !found.se.is_nan()
}

/// What a search minimizes.
pub(crate) fn criterion(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Loocv => "leave-one-out cross-validation",
        Criterion::PlaceboSets { .. } => "placebo cross-validation (random sets)",
        Criterion::PlaceboFolds { .. } => "placebo cross-validation (folds)",
        Criterion::Blocks => "placebo cross-validation (blocks of treated periods)",
        other => other.name(),
    }
}

/// How effects are estimated and averaged.
pub(crate) fn design(analysis: &Analysis, labels: &Labels) -> String {
    let facts = &analysis.facts;
    let fits = match facts.anchor {
        Anchor::Cell => "one fit for each treated cell",
        Anchor::Pooled => "one fit for all treated cells",
        Anchor::Spell => "one fit for each spell of treatment",
        other => other.name(),
    };
    let weighted = match &labels.average_weights {
        _ if !facts.weighted => String::new(),
        Some(name) => format!("; averages weighted by {}", on_one_line(name)),
        None => "; averages weighted by given weights of units".into(),
    };
    let clusters = facts.n_clusters.map_or(String::new(), |n| {
        let name = labels.clusters.as_ref().map(|name| format!(" ({})", on_one_line(name)));
        format!("; units in {}{}", count(n, "cluster"), name.unwrap_or_default())
    });
    let (anchor, distance) = (facts.anchor.name(), facts.time_distance.name());
    let (donors, near) = (donors(analysis, labels), near_treatment(analysis));
    format!(
        "{fits} (anchor {anchor}); time distance by {distance}{weighted}{clusters}{donors}{near}"
    )
}

/// Which units may serve, if not all.
fn donors(analysis: &Analysis, labels: &Labels) -> String {
    let Some(n) = analysis.facts.n_donors else { return String::new() };
    let name = labels.donors.as_ref().map(|name| format!(" ({})", on_one_line(name)));
    let of = analysis.facts.n_never_treated;
    format!("; donors chosen{}: {n} of {of} never-treated units", name.unwrap_or_default())
}

/// Periods near treatment that are left out, if there are some.
fn near_treatment(analysis: &Analysis) -> String {
    let sides = [(analysis.facts.anticipation, "before"), (analysis.facts.washout, "after")];
    let left_out = sides.into_iter().filter(|(n, _)| *n > 0);
    left_out
        .map(|(n, side)| format!("; {} {side} treatment left out", count(n, "period")))
        .collect()
}

/// Units, periods and where they start and end.
pub(crate) fn span(analysis: &Analysis, labels: &Labels) -> String {
    let first = labels.period_label(0);
    let last = labels.period_label(analysis.facts.n_periods - 1);
    format!("{}, {first} to {last}", labels.time())
}

/// Why a treated cell has no effect.
pub(crate) fn reason(reason: Reason) -> &'static str {
    match reason.name() {
        "outcome_missing" => "outcome missing",
        "disconnected" => "no control cells connect unit and period",
        "weights_underflow" => "the weights of the connecting control cells are zero",
        "covariates_not_identified" => "control cells do not identify the coefficients without it",
        "not_unique" => "several fits are optimal, and its effect differs between them",
        other => other,
    }
}

/// The lambdas by name.
pub(crate) fn lambdas(lambdas: &Lambdas, write: fn(f64) -> String) -> String {
    let Lambdas { time, unit, nn } = *lambdas;
    format!("time {}, unit {}, nn {}", write(time), write(unit), write(nn))
}

/// True if the ATT has a percentage: every counterfactual outcome behind it is positive.
pub(crate) fn can_be_percent(analysis: &Analysis) -> bool {
    let percent = analysis.number(Quantity { measure: Measure::Percent, ..Quantity::ATT });
    percent.is_some_and(|found| !found.average.value.is_nan())
}

/// How many effects are not certified, of how many.
pub(crate) fn verdict(analysis: &Analysis) -> String {
    let all = analysis.estimate.effects.len() + analysis.pre.effects.len();
    match analysis.uncertified.cells {
        0 => "every effect is certified to the tolerance".into(),
        n => {
            let are = either(n, "is", "are");
            format!("{n} of {} {are} NOT certified to the tolerance", count(all, "effect"))
        }
    }
}

/// The estimator without some of its parts.
///
/// ```
/// use trop_core::Lambdas;
/// let parts = trop_report::variants(&Lambdas { time: 0.1, unit: 0.2, nn: 3.0 });
/// assert_eq!((parts[5].name, parts[5].label.as_str()), ("mc", "Low-rank part alone (MC)"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Variant {
    /// As in [`ablation`].
    pub name: &'static str,
    /// In words.
    pub label: String,
    /// Its lambdas.
    pub lambdas: Lambdas,
}

/// The estimator without each of its parts: [`ablation`], less what would stand there under a wrong name. At
/// infinite `lambda_nn` there is no low-rank part that could be left out or stand alone; at zero `lambda_unit` or
/// `lambda_time` no weights. What equals a variant before it is left out.
///
/// ```
/// use trop_core::Lambdas;
/// let two_way = trop_report::variants(&Lambdas::TWO_WAY);
/// assert_eq!(two_way.len(), 1);
/// assert_eq!(two_way[0].label, "As estimated (DID)");
/// ```
pub fn variants(lambdas: &Lambdas) -> Vec<Variant> {
    let mut found: Vec<Variant> = Vec::new();
    for (name, without) in ablation(lambdas) {
        if found.iter().all(|variant| variant.lambdas != without) {
            let words = match name {
                "did" if lambdas.nn.is_infinite() => "Without both weights",
                _ => variant_words(name),
            };
            let label = format!("{words}{}", known_as(&without));
            found.push(Variant { name, label, lambdas: without });
        }
    }
    found
}

fn variant_words(name: &str) -> &str {
    match name {
        "full" => "As estimated",
        "no_unit_weights" => "Without unit weights",
        "no_time_weights" => "Without time weights",
        "no_low_rank" => "Without the low-rank part",
        "did" => "Without all three",
        "mc" => "Low-rank part alone",
        other => other,
    }
}

/// The name under which an estimator is known.
fn known_as(lambdas: &Lambdas) -> &'static str {
    match (lambdas.time == 0.0 && lambdas.unit == 0.0, lambdas.nn.is_infinite()) {
        (true, true) => " (DID)",
        (true, false) => " (MC)",
        _ => "",
    }
}
