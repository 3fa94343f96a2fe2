//! A comparison of estimators in a few aligned lines.

use crate::labels::Labels;
use crate::marks::{in_table, mark, of_inference};
use crate::notes::{about_ids, remark};
use crate::tables::refused;
use crate::text::{
    aligned, count, either, interval, level, listed, number, on_one_line, probability, wrapped,
};
use crate::words::has_standard_error;
use trop_core::{Compared, Comparison, Estimator, Inference};

const TITLE: &str = "Comparison of estimators";

/// A comparison as the text that every language prints: one line for each estimator, and below them what a reader should
/// know. A number that is not certified carries its mark.
///
/// ```
/// use trop_core::{compare, AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent};
/// use trop_report::{comparison_text, Labels};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { inference: None, ..Default::default() };
/// let found = compare(&panel, &[Estimator::Did], &options, &EstimatorOptions::default(), &Silent)?;
/// let text = comparison_text(&found, &Labels::default());
/// assert!(text.lines().nth(3).unwrap().starts_with("did        1"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn comparison_text(comparison: &Comparison, labels: &Labels) -> String {
    let mut lines = vec![TITLE.to_string(), "-".repeat(TITLE.len())];
    lines.extend(aligned(&grid(comparison)));
    let notes = comparison_notes(comparison, labels);
    if !notes.is_empty() {
        lines.extend([String::new(), "Notes".into()]);
    }
    lines.extend(notes.iter().flat_map(|note| wrapped("- ", note)));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// What a reader should know beside a comparison: remarks on the panel, which estimators cannot be used or infer nothing
/// and why, where intervals come from, and what the fit before treatment means.
///
/// ```
/// use trop_core::{compare, AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent};
/// use trop_report::{comparison_notes, Labels};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { inference: None, ..Default::default() };
/// let found = compare(&panel, &[Estimator::Ascm], &options, &EstimatorOptions::default(), &Silent)?;
/// assert!(comparison_notes(&found, &Labels::default())[0].starts_with("ascm"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn comparison_notes(comparison: &Comparison, labels: &Labels) -> Vec<String> {
    let mut notes: Vec<String> =
        comparison.remarks.iter().map(|each| remark(each, labels).text).collect();
    notes.extend(about_ids(labels).map(|note| note.text));
    for (estimator, answer) in &comparison.answers {
        let what = if answer.is_ok() { "has no inference" } else { "cannot be used here" };
        notes.extend(refused(answer).map(|error| {
            let why = error.named(&labels.names);
            format!("{estimator} {what}: {}.", why.trim_end_matches('.'))
        }));
    }
    notes.extend(chosen(comparison));
    notes.extend(left_out(comparison));
    notes.extend(uncertified(comparison));
    notes.extend(about_fit(comparison));
    notes.extend(for_reproduction(comparison.answers.iter().map(|(estimator, _)| *estimator)));
    notes.extend(own(comparison));
    notes
}

/// The heads, and a row for each estimator.
fn grid(comparison: &Comparison) -> Vec<Vec<String>> {
    let level = level(comparison.options.level);
    let heads =
        ["Estimator", "ATT", "SE", &format!("{level} interval"), "p-value", "Before", "Donors"];
    let mut rows = vec![heads.map(String::from).to_vec()];
    for (estimator, answer) in &comparison.answers {
        rows.push(match answer {
            Ok(found) => row(*estimator, found),
            Err(_) => vec![estimator.to_string(), "none, see notes".into()],
        });
    }
    let own = |(name, att): &(String, f64)| vec![on_one_line(name), number(*att)];
    rows.extend(comparison.own.iter().map(own));
    rows
}

fn row(estimator: Estimator, found: &Compared) -> Vec<String> {
    let att = &found.numbers[0];
    let (estimate, fit) = (&found.result.estimate, &found.inference);
    let of_draws = in_table(fit.as_ref().is_none_or(|fit| fit.n_uncertified == 0));
    let or_dash = |value: f64, text: String| if value.is_nan() { "-".into() } else { text };
    let se = match has_standard_error(att) {
        true => format!("{}{of_draws}", number(att.se)),
        false => "-".into(),
    };
    vec![
        estimator.to_string(),
        format!("{}{}", number(att.average.value), mark(estimate.converged, estimate.max_gap)),
        se,
        or_dash(att.ci.0, interval(att.ci, number)),
        or_dash(att.p_value, probability(att.p_value)),
        or_dash(found.pre_rmse, number(found.pre_rmse)),
        or_dash(found.donors, probability(found.donors)),
    ]
}

/// Where intervals come from.
fn chosen(comparison: &Comparison) -> Option<String> {
    let inferences: Vec<&Inference> =
        comparison.found().filter_map(|found| found.inference.as_ref()).collect();
    let first = inferences.first()?;
    let same = inferences.iter().all(|other| other.method == first.method);
    let by = |found: &Compared| {
        let method = found.inference.as_ref()?.method.name();
        Some(format!("{} by {method}", found.result.estimator))
    };
    let why = match first.reason.trim_end_matches('.') {
        "" => String::new(),
        why => format!(" ({why})"),
    };
    Some(match same {
        true => format!("All intervals come from one method, {}{why}.", first.method.name()),
        false => format!(
            "Intervals come from different methods, and are not comparable where these differ: {}.",
            listed(comparison.found().filter_map(by), comparison.answers.len())
        ),
    })
}

/// Which estimators leave treated cells out of their average.
fn left_out(comparison: &Comparison) -> Option<String> {
    let lacking = |found: &Compared| {
        let n = found.result.estimate.not_estimable.len();
        (n > 0).then(|| format!("{} {n}", found.result.estimator))
    };
    let all: Vec<String> = comparison.found().filter_map(lacking).collect();
    let text = format!(
        "Treated cells that have no estimate are left out of the average: {}. These averages are over different cells.",
        listed(all.clone(), all.len())
    );
    (!all.is_empty()).then_some(text)
}

fn uncertified(comparison: &Comparison) -> Option<String> {
    let mark = |found: &Compared| {
        let inference = found.inference.as_ref()?;
        let mark = of_inference(inference);
        (!mark.is_empty()).then(|| format!("{}{mark}", found.result.estimator))
    };
    let all: Vec<String> = comparison.found().filter_map(mark).collect();
    let text = format!(
        "Standard errors, intervals and p-values rest on fits that did not reach the tolerance: {}.",
        listed(all.clone(), all.len())
    );
    (!all.is_empty()).then_some(text)
}

fn about_fit(comparison: &Comparison) -> Option<String> {
    let shown = comparison.found().filter(|found| !found.pre_rmse.is_nan()).count();
    let text = "Before is the root mean square of the gaps before treatment: those of the fit itself, but of trop those \
                of cells that are left out, which are larger. A small one does not make an estimator better; \
                simulations on panels like this one can. Donors is 1 / sum of squared weights.";
    (shown > 0).then(|| text.to_string())
}

fn own(comparison: &Comparison) -> Option<String> {
    let names: Vec<String> = comparison.own.iter().map(|(name, _)| on_one_line(name)).collect();
    let n = names.len();
    let text =
        format!("No inference and no certificate of what is not from here: {}.", listed(names, n));
    (n > 0).then_some(text)
}

/// Which estimators are there to reproduce published numbers.
pub(crate) fn for_reproduction(asked: impl Iterator<Item = Estimator>) -> Option<String> {
    let only: Vec<String> = asked
        .filter(|estimator| estimator.is_for_reproduction())
        .map(|estimator| estimator.to_string())
        .collect();
    let n = only.len();
    let text = format!(
        "{} {} there to reproduce published numbers, not to be used: {}.",
        count(n, "estimator"),
        either(n, "is", "are"),
        listed(only, n)
    );
    (n > 0).then_some(text)
}
