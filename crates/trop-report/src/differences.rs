//! Differences between groups in a few aligned lines.

use crate::labels::Labels;
use crate::text::{aligned, count, interval, level, number, on_one_line, probability, wrapped};
use trop_core::{Difference, Differences, InferenceMethod};

/// Pairs that are written; the table has all of them.
const MOST_PAIRS: usize = 15;

/// Differences between the effects of groups as the text that every language prints: one line for each pair, and the test
/// of all at once.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Design, Grouping, InferenceMethod, Lambdas, Panel, Shape, Silent};
/// use trop_report::{differences_text, Labels};
/// let outcome = [
///     1.0, 2.0, 8.0, 0.0, 1.5, 3.0, 1.0, 1.0, 2.5, 2.0, 2.5, 3.0, 0.0, 0.5, 2.0, 1.0, 3.0, 3.5,
/// ];
/// let mut treatment = [0.0; 18];
/// (treatment[2], treatment[5]) = (1.0, 1.0);
/// let design = Design { groupings: vec![Grouping::Unit], ..Default::default() };
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 6, n_periods: 3 })?.with_design(&design)?;
/// let (lambdas, inference) = (Some(Lambdas::TWO_WAY), Some(InferenceMethod::Placebo));
/// let found = analyze(&panel, &AnalysisOptions { lambdas, inference, ..Default::default() })?;
/// let differences = found.differences(&panel, 0, None, &Silent)?;
/// let text = differences_text(&differences, &Labels::of_panel(&panel), 0);
/// assert!(text.starts_with("Differences of effects by unit"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn differences_text(found: &Differences, labels: &Labels, grouping: usize) -> String {
    let title = format!("Differences of effects by {}", labels.grouping(grouping));
    let mut lines = vec![title.clone(), "-".repeat(title.chars().count())];
    lines.extend(aligned(&grid(found, labels, grouping)));
    if found.pairs.len() > MOST_PAIRS {
        let more = count(found.pairs.len() - MOST_PAIRS, "more pair");
        lines.push(format!("and {more}, in the table"));
    }
    lines.push(String::new());
    lines.extend(wrapped("", &joint(found)));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn grid(found: &Differences, labels: &Labels, grouping: usize) -> Vec<Vec<String>> {
    let level = level(found.level);
    let heads = ["Group", "less", "Difference", "SE", &format!("{level} interval"), "p-value"];
    let name = |code: i64| on_one_line(&labels.group(grouping, code));
    let or_dash = |value: f64, text: String| if value.is_nan() { "-".into() } else { text };
    let row = |pair: &Difference| {
        vec![
            name(pair.groups.0),
            name(pair.groups.1),
            number(pair.value),
            or_dash(pair.se, number(pair.se)),
            or_dash(pair.ci.0, interval(pair.ci, number)),
            or_dash(pair.p_value, probability(pair.p_value)),
        ]
    };
    let heads = std::iter::once(heads.map(String::from).to_vec());
    heads.chain(found.pairs.iter().take(MOST_PAIRS).map(row)).collect()
}

/// The test of all pairs at once.
fn joint(found: &Differences) -> String {
    let method = found.method.name();
    if found.p_value.is_nan() {
        return format!(
            "No test of all groups at once: some difference has no standard error by the {method}."
        );
    }
    let how = match found.method {
        InferenceMethod::Jackknife => "Bonferroni's bound",
        _ => "the largest difference in standard errors, among those of the draws",
    };
    format!(
        "All groups have the same effect: p-value {} ({method}; {how}).",
        probability(found.p_value)
    )
}
