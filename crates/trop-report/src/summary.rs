//! A result in a few aligned lines.

use crate::labels::Labels;
use crate::marks::{of_choice, of_estimate, of_inference};
use crate::notes::notes;
use crate::text::{count, gap, interval, level, listed, number, probability, wrapped};
use crate::words::{
    att_name, can_be_percent, criterion, design, has_standard_error, interval_explained, lambdas,
    method_text, span, title, verdict,
};
use maud::html;
use trop_core::{Analysis, Inference, Inferred, Measure, Quantity};

/// Columns of the labels.
const LABELS: usize = 16;

/// Covariates that a summary lists.
const MOST_COVARIATES: usize = 12;

/// A label and what stands beside it.
type Row = (String, String);

/// An analysis as the text that every language prints: aligned lines of at most 80 columns (but no word is cut), and
/// the [`notes`] below. A number that is not certified carries its mark.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// use trop_report::{summary, Labels};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
/// let text = summary(&analyze(&panel, &options)?, &Labels::default());
/// assert_eq!(text.lines().nth(2), Some("ATT             1"));
/// assert!(text.ends_with('\n'));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn summary(analysis: &Analysis, labels: &Labels) -> String {
    let title = title(analysis);
    let mut lines = vec![title.to_string(), "-".repeat(title.len())];
    for (label, value) in rows(analysis, labels) {
        lines.extend(wrapped(&format!("{label:<LABELS$}"), &value));
    }
    let notes = notes(analysis, labels);
    if !notes.is_empty() {
        lines.extend([String::new(), "Notes".into()]);
    }
    lines.extend(notes.iter().flat_map(|note| wrapped("- ", &note.text)));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The same as an HTML table with the notes below it, for notebooks.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Names, Panel, Shape};
/// use trop_report::{summary_html, Labels};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
/// let names = Names { outcome: "<sales>".into(), ..Default::default() };
/// let page = summary_html(&analyze(&panel, &options)?, &Labels::from(names));
/// assert!(page.contains("&lt;sales&gt;, 4 observed cells"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn summary_html(analysis: &Analysis, labels: &Labels) -> String {
    let notes = notes(analysis, labels);
    let left = "text-align:left";
    html! {
        div {
            table {
                caption { (title(analysis)) }
                tbody {
                    @for (label, value) in rows(analysis, labels) {
                        tr { th style=(left) { (label) } td style=(left) { (value) } }
                    }
                }
            }
            @if !notes.is_empty() { ul { @for note in notes { li { (note.text) } } } }
        }
    }
    .into_string()
}

/// The ATT with its standard error, interval, p-value and method in one line, for a language's shortest print.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
/// assert_eq!(trop_report::headline(&analyze(&panel, &options)?), "ATT 1");
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn headline(analysis: &Analysis) -> String {
    let (att, estimate) = (analysis.att(), att_text(analysis));
    let Some(inference) = &analysis.inference else { return estimate };
    let method = inference.method;
    let se = match has_standard_error(att) {
        true => format!("standard error {}, ", number(att.se)),
        false => String::new(),
    };
    format!(
        "{estimate}, {se}{} interval {}, {}, by {}{}",
        level(analysis.options.level),
        interval(att.ci, number),
        p_value_text(analysis),
        method.name(),
        of_inference(inference)
    )
}

/// The ATT with its mark, for the legend of a picture.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
/// assert_eq!(trop_report::att_text(&analyze(&panel, &options)?), "ATT 1");
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn att_text(analysis: &Analysis) -> String {
    format!(
        "{} {}{}",
        att_name(analysis),
        number(analysis.att().average.value),
        of_estimate(analysis)
    )
}

/// The p-value of no effect, for the title of a picture; empty without inference.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
/// assert_eq!(trop_report::p_value_text(&analyze(&panel, &options)?), "");
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn p_value_text(analysis: &Analysis) -> String {
    match analysis.inference {
        Some(_) => format!("p-value {}", probability(analysis.att().p_value)),
        None => String::new(),
    }
}

fn row(label: &str, value: String) -> Row {
    (label.into(), value)
}

fn rows(analysis: &Analysis, labels: &Labels) -> Vec<Row> {
    let facts = &analysis.facts;
    let att = number(analysis.att().average.value);
    let mut rows: Vec<Row> =
        labels.given_effect().map(|effect| row("Effect", effect)).into_iter().collect();
    rows.push(row(att_name(analysis), format!("{att}{}", of_estimate(analysis))));
    rows.extend(inference_rows(analysis));
    rows.extend(measure_rows(analysis, labels));
    let observed = count(facts.n_observed, "observed cell");
    rows.push(row("Outcome", format!("{}, {observed}", labels.outcome())));
    rows.push(row("Panel", panel(analysis, labels)));
    rows.push(row("Treated", treated(analysis, labels)));
    rows.extend(not_estimable(analysis).map(|cells| row("Not estimable", cells)));
    rows.push(row("Design", design(analysis, labels)));
    rows.extend((facts.n_covariates > 0).then(|| row("Covariates", covariates(analysis, labels))));
    rows.push(row("Lambdas", lambdas(&analysis.lambdas, number)));
    rows.extend(choice(analysis));
    let largest = gap(analysis.estimate.max_gap);
    let certificate = format!("largest relative gap {largest}; {}", verdict(analysis));
    rows.push(row("Certificate", certificate));
    rows.push(row("Seconds", seconds(analysis)));
    rows
}

fn not_estimable(analysis: &Analysis) -> Option<String> {
    let missed = analysis.estimate.not_estimable.len();
    let cells = count(missed, "treated cell");
    let cells = match analysis.estimate.undetermined.len() {
        0 => cells,
        n => format!("{cells}, {n} of them not unique"),
    };
    (missed > 0).then_some(cells)
}

fn panel(analysis: &Analysis, labels: &Labels) -> String {
    let units = count(analysis.facts.n_units, "unit");
    let periods = count(analysis.facts.n_periods, "period");
    format!("{units} ({}) x {periods} ({})", labels.unit(), span(analysis, labels))
}

fn treated(analysis: &Analysis, labels: &Labels) -> String {
    let facts = &analysis.facts;
    format!(
        "{} in {} ({}); {} never treated",
        count(facts.n_treated_cells, "cell"),
        count(facts.n_treated_units, "unit"),
        labels.treatment(),
        facts.n_never_treated
    )
}

fn inference_rows(analysis: &Analysis) -> Vec<Row> {
    match &analysis.inference {
        Some(inference) => inferred_rows(analysis, inference),
        None if analysis.no_inference.is_some() => {
            vec![row("Standard error", "none, see notes".into())]
        }
        None => vec![row("Standard error", "none: no inference was asked for".into())],
    }
}

fn inferred_rows(analysis: &Analysis, inference: &Inference) -> Vec<Row> {
    let att = analysis.att();
    let mark = of_inference(inference);
    let se = match has_standard_error(att) {
        true => format!("{}{mark}", number(att.se)),
        false => format!("none by {}", inference.method.name()),
    };
    let shown = interval(att.ci, number);
    let mut rows = vec![
        row("Standard error", se),
        (format!("{} interval", level(analysis.options.level)), format!("{shown}{mark}")),
    ];
    let made_of = interval_explained(inference.method).filter(|_| !att.ci.0.is_nan());
    rows.extend(made_of.map(|what| row("Interval is", what.into())));
    rows.push(row("p-value", format!("{}{mark}", probability(att.p_value))));
    rows.push(row("Inference", method_text(inference)));
    rows
}

/// Of all treated cells: in percent if asked for, and summed up.
fn measure_rows(analysis: &Analysis, labels: &Labels) -> Vec<Row> {
    let of = |measure| analysis.number(Quantity { measure, ..Quantity::ATT });
    let write = |found: Option<&Inferred>, unit: &str| {
        found.map_or("none".into(), |found| with_interval(analysis, found, unit))
    };
    let mut rows = Vec::new();
    if labels.percent {
        let percent = match can_be_percent(analysis) {
            true => write(of(Measure::Percent), " %"),
            false => "none: not every outcome without treatment is positive".into(),
        };
        rows.push(row("Percent", percent));
    }
    let times = if analysis.facts.weighted { " (effects times weights)" } else { "" };
    rows.push(row("Cumulative", write(of(Measure::Cumulative), times)));
    rows
}

fn with_interval(analysis: &Analysis, found: &Inferred, unit: &str) -> String {
    let value = format!("{}{unit}{}", number(found.average.value), of_estimate(analysis));
    match found.ci.0.is_nan() || found.ci.1.is_nan() {
        true => value,
        false => format!("{value} {}", interval(found.ci, number)),
    }
}

fn covariates(analysis: &Analysis, labels: &Labels) -> String {
    let found = analysis.numbers_of(None, Measure::Coefficient).enumerate();
    let one = |(k, found): (usize, &Inferred)| {
        let se = match has_standard_error(found) {
            true => format!(" (standard error {})", number(found.se)),
            false => String::new(),
        };
        let mark = of_estimate(analysis);
        format!("{} {}{mark}{se}", labels.covariate(k), number(found.average.value))
    };
    listed(found.map(one), MOST_COVARIATES)
}

fn choice(analysis: &Analysis) -> Option<Row> {
    let search = analysis.search.as_ref()?;
    let how = format!(
        "{}, {} search over {} (score {}{})",
        criterion(search.criterion),
        analysis.options.search.name(),
        count(search.scores.len(), "candidate"),
        number(search.score),
        of_choice(search)
    );
    Some(row("Chosen by", how))
}

fn seconds(analysis: &Analysis) -> String {
    let timings = &analysis.timings;
    let steps = [
        ("search", timings.search),
        ("estimate", Some(timings.estimate)),
        ("inference", timings.inference),
    ];
    let taken = steps
        .into_iter()
        .filter_map(|(step, taken)| Some(format!("{step} {:.2}", taken?.as_secs_f64())));
    listed(taken, steps.len())
}
