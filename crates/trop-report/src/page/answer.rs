//! The number in words, how sure it is, and what to know beside it.

use super::{Page, PictureKind};
use crate::marks::{of_estimate, of_inference};
use crate::notes::notes;
use crate::text::{count, level, probability, short, significant};
use crate::words::{
    can_be_percent, clusters_explained, interval_explained, is_placebo_in_time, method_explained,
    method_text,
};
use maud::{html, Markup};
use trop_core::{Inference, Measure, Quantity};

/// The number in words.
pub(super) fn answer(page: &Page<'_>) -> Markup {
    let analysis = page.analysis;
    let lacking = match analysis.no_inference {
        Some(_) => "There is no interval and no p-value; the notes below say why.",
        None => "There is no interval and no p-value: none was asked for.",
    };
    html! {
        p.number { (effect(page)) @if let Some(found) = &analysis.inference { (uncertainty(page, found)) } }
        @match &analysis.inference {
            None => p { (lacking) },
            Some(inference) => {
                p { "Interval and p-value come from the method " (method_text(inference)) ". "
                    (method_explained(inference.method)) (clusters_explained(inference))
                    @if let Some(what) = interval_explained(inference.method) { " The interval is " (what) "." } }
                @if !inference.reason.is_empty() { p { "Why this method: " (inference.reason.trim_end_matches('.')) "." } }
            }
        }
    }
}

fn effect(page: &Page<'_>) -> String {
    let analysis = page.analysis;
    let what = match is_placebo_in_time(analysis) {
        true => "where nothing was treated yet (a placebo in time), predictions miss",
        false => "the treatment changed",
    };
    format!(
        "On average, {what} {} by {}{} over {}{}.",
        page.labels.outcome(),
        short(analysis.att().average.value),
        of_estimate(analysis),
        count(analysis.estimate.effects.len(), "treated cell"),
        percent(page)
    )
}

/// In percent of what would have been, if that is asked for and means something.
fn percent(page: &Page<'_>) -> String {
    let quantity = Quantity { measure: Measure::Percent, ..Quantity::ATT };
    let found = page.analysis.number(quantity).map(|found| found.average.value);
    match found.filter(|value| value.is_finite()) {
        Some(value) if page.labels.percent && can_be_percent(page.analysis) => {
            let than = if value < 0.0 { "less" } else { "more" };
            format!(" ({} percent {than} than it would have been)", significant(value.abs(), 3))
        }
        _ => String::new(),
    }
}

fn uncertainty(page: &Page<'_>, inference: &Inference) -> String {
    let mark = of_inference(inference);
    let sentences = [interval_sentence(page, &mark), p_sentence(page, &mark)];
    sentences.into_iter().flatten().map(|sentence| format!(" {sentence}")).collect()
}

fn interval_sentence(page: &Page<'_>, mark: &str) -> Option<String> {
    let (lower, upper) = page.analysis.att().ci;
    let level = level(page.analysis.options.level);
    if lower.is_nan() || upper.is_nan() {
        return Some(format!("There is no {level} interval; the notes below say why."));
    }
    let (from, to) = (short(lower), short(upper));
    let where_it_is = match (lower.is_infinite(), upper.is_infinite()) {
        (false, false) => format!("goes from {from} to {to}"),
        (true, false) => format!("is unbounded below and ends at {to}"),
        (false, true) => format!("starts at {from} and is unbounded above"),
        (true, true) => "is unbounded".into(),
    };
    Some(format!("The {level} interval {where_it_is}{mark}."))
}

fn p_sentence(page: &Page<'_>, mark: &str) -> Option<String> {
    let p = page.analysis.att().p_value;
    let cases = match (100.0 * p).round() {
        among if among >= 1.0 => format!("about {among}"),
        _ => "fewer than 1".into(),
    };
    let sentence = format!(
        "The p-value is {}{mark}: without any effect, an estimate at least as far from zero would come up in \
         {cases} of 100 cases.",
        probability(p)
    );
    p.is_finite().then_some(sentence)
}

/// The draws behind interval and p-value.
pub(super) fn draws(page: &Page<'_>) -> Markup {
    let shown = page.has_picture(&[PictureKind::Placebo]);
    html! {
        @if shown { h2 { "How sure is this?" } (page.picture(PictureKind::Placebo)) }
    }
}

/// What to know beside the numbers.
pub(super) fn notes_section(page: &Page<'_>) -> Markup {
    let notes = notes(page.analysis, page.labels);
    html! {
        @if !notes.is_empty() {
            h2 { "Notes" }
            ul { @for note in &notes { li class=[note.is_warning.then_some("warning")] { (note.text) } } }
        }
    }
}
