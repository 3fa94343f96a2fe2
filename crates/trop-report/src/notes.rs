//! What a reader of a result should know beside its numbers.

use crate::ids::{periods_reordered, units_alike};
use crate::labels::Labels;
use crate::marks::{chosen, uncertified_draws};
use crate::text::{count, either, gap, level, listed, number, sentence};
use crate::words::{draws_text, reason};
use trop_core::{
    Analysis, CellEffect, Edge, Inference, InferenceMethod, Inferred, IntervalKind, Method, Remark,
    Search, Status,
};

/// Fewer treated units than this, and a bootstrap over units says little.
const FEW_TREATED_UNITS: usize = 5;

/// Cells that a note lists.
const MOST_CELLS: usize = 3;

/// Units that a note lists.
const MOST_UNITS: usize = 5;

/// One thing to know.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// use trop_report::{notes, Labels};
/// // Treated in one period only, and not after it.
/// let panel = Panel::new(
///     &[1.0, 2.0, 4.0, 6.0, 5.0, 7.0],
///     &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0],
///     Shape { n_units: 2, n_periods: 3 },
/// )?;
/// let lambdas = Some(Lambdas::TWO_WAY);
/// let options = AnalysisOptions { lambdas, inference: None, ..Default::default() };
/// let note = &notes(&analyze(&panel, &options)?, &Labels::default())[0];
/// assert_eq!((note.code, note.is_warning), ("treatment_spike", false));
/// assert!(note.text.starts_with("The one treated unit is treated in a single period"));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// What it is about, the same in every language and version.
    pub code: &'static str,
    /// One or more sentences.
    pub text: String,
    /// True if numbers may be wrong, or lack although they were asked for: languages warn with these.
    pub is_warning: bool,
}

impl Note {
    fn new(code: &'static str, text: String) -> Self {
        Note { code, text, is_warning: false }
    }

    fn warning(code: &'static str, text: String) -> Self {
        Note { code, text, is_warning: true }
    }
}

/// What a reader of an analysis should know beside its numbers: on the panel, the search, the cells left out, the
/// inference, and at last on what is not certified. The codes:
///
/// - of the panel those of [`Remark`]: `treatment_spike`, `treatment_swapped`, `treatment_by_group`, `cohorts_after`,
///   `cohorts_before`, `adoption_unknown`, `periods_uneven`;
/// - of its labels: `units_alike` (they differ by blanks or letter case only), `periods_reordered` (they say another
///   order);
/// - `lambda_at_edge`, `search_left_out`;
/// - `cells_left_out`;
/// - `effects_not_unique`: several fits are optimal for some treated cells, and give them different effects;
/// - `inference_chosen`, `few_treated_units`, `draws_left_out`, `no_inference`;
/// - of the interval of the ATT: `interval_unbounded`, `interval_disconnected`, `interval_empty` (every effect is
///   rejected), `interval_lacking` (the method gives the ATT none), `estimate_outside` (of it);
/// - `effects_uncertified`, `pre_effects_uncertified`, `choice_uncertified`, `scores_uncertified`,
///   `draws_uncertified`.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// use trop_report::{notes, Labels};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let notes = notes(&analyze(&panel, &options)?, &Labels::default());
/// assert_eq!(notes[0].code, "no_inference");
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn notes(analysis: &Analysis, labels: &Labels) -> Vec<Note> {
    let mut notes: Vec<Note> = analysis.remarks.iter().map(|r| remark(r, labels)).collect();
    notes.extend(about_ids(labels));
    if let Some(search) = &analysis.search {
        notes.extend(search.edges.iter().map(|edge| at_edge(edge, analysis.options.search)));
        notes.extend(search_left_out(search));
    }
    notes.extend(cells_left_out(analysis, labels));
    notes.extend(effects_not_unique(analysis));
    if let Some(inference) = &analysis.inference {
        notes.extend(of_inference(analysis, inference));
    }
    notes.extend(no_inference(analysis, labels));
    notes.extend(uncertified(analysis));
    notes
}

/// What is odd about the labels of units and periods.
pub(crate) fn about_ids(labels: &Labels) -> impl Iterator<Item = Note> {
    let notes =
        [("units_alike", units_alike(labels)), ("periods_reordered", periods_reordered(labels))];
    notes.into_iter().filter_map(|(code, text)| Some(Note::new(code, text?)))
}

pub(crate) fn remark(remark: &Remark, labels: &Labels) -> Note {
    let (treatment, time) = (labels.treatment(), labels.time());
    let text = match remark {
        Remark::TreatmentSpike { units } => spike(*units, &treatment),
        Remark::TreatmentSwapped { units } => format!(
            "No unit becomes treated, and {units} {} being treated: are 0 and 1 swapped in '{treatment}'?",
            either(*units, "stops", "stop")
        ),
        Remark::TreatmentByGroup { grouping } => {
            let name = labels.grouping(*grouping);
            format!(
                "'{treatment}' never varies within '{name}'. If it was assigned there, cluster = \"{name}\" makes \
                 inference and cross-validation count these and not their units."
            )
        }
        Remark::CohortsAfter { units } => format!(
            "{units} {} first treated after the last period of '{time}': here {} never treated.",
            either(*units, "unit is", "units are"),
            either(*units, "it counts as", "they count as")
        ),
        Remark::CohortsBefore { units } => format!(
            "{units} {} treated since the first period of '{time}' or before it: always treated, with no period \
             to compare with, so that no effect can be estimated for {}.",
            either(*units, "unit is", "units are"),
            either(*units, "it", "them")
        ),
        Remark::AdoptionUnknown { units } => adoption_unknown(units, labels),
        Remark::PeriodsUneven { after } => format!(
            "Periods in '{time}' are not evenly spaced (first wider step after {}). Time weights count \
             positions, so every step counts as one; time_distance = \"calendar\" counts the gaps.",
            labels.period_label(*after)
        ),
        other => sentence(&other.to_string()),
    };
    Note::new(remark.code(), text)
}

fn adoption_unknown(units: &[usize], labels: &Labels) -> String {
    let names = units.iter().map(|&unit| labels.unit_label(unit));
    format!(
        "There is no row right before the first treated one of '{}' {}: treatment may have begun earlier, and event \
         times and cohorts are late if it did. Add such rows, with '{}' and a missing outcome.",
        labels.unit(),
        listed(names, MOST_UNITS),
        labels.treatment()
    )
}

fn spike(units: usize, treatment: &str) -> String {
    let who = match units {
        1 => "The one treated unit".to_string(),
        n => format!("Each of the {n} treated units"),
    };
    format!(
        "{who} is treated in a single period and untreated after it: if the treatment lasts, '{treatment}' must be \
         1 in every period from its start on."
    )
}

fn at_edge(edge: &Edge, search: Method) -> Note {
    let Edge { lambda, upper, value, .. } = *edge;
    let (end, beyond) = if upper { ("largest", "larger") } else { ("smallest", "smaller") };
    let or_adaptive = match search {
        Method::Adaptive => "",
        _ => ", or with search = \"adaptive\"",
    };
    let value = number(value);
    let text = format!(
        "lambda_{lambda} = {value} is the {end} of its candidates: {beyond} values might score better. Try \
         them with grids{or_adaptive}."
    );
    Note::new("lambda_at_edge", text)
}

fn search_left_out(search: &Search) -> Option<Note> {
    let n = search.n_not_estimable;
    let scored = search.criterion.scored();
    let (cannot, are) = match scored {
        "control cell" => ("cannot be predicted from the others", either(n, "is", "are")),
        _ => (either(n, "has no estimate", "have no estimate"), either(n, "is", "are")),
    };
    let text = format!("{} {cannot} and {are} left out of the cross-validation.", count(n, scored));
    (n > 0).then(|| Note::new("search_left_out", text))
}

fn cells_left_out(analysis: &Analysis, labels: &Labels) -> Option<Note> {
    let missed = &analysis.estimate.not_estimable;
    let n = missed.len();
    let cells = missed.iter().map(|(cell, why)| {
        let (unit, period) = (labels.unit_label(cell.unit), labels.period_label(cell.period));
        format!("({unit}, {period}: {})", reason(*why))
    });
    let all = if n > MOST_CELLS { ". All are in not_estimable." } else { "." };
    let text = format!(
        "{} cannot be estimated and {} left out of the average: {}{all}",
        count(n, "treated cell"),
        either(n, "is", "are"),
        listed(cells, MOST_CELLS)
    );
    (n > 0).then(|| Note::new("cells_left_out", text))
}

fn effects_not_unique(analysis: &Analysis) -> Option<Note> {
    let n = analysis.estimate.undetermined.len();
    let text = format!(
        "{} of {} {} not unique: several fits are optimal and give {} different effects (effect_min to effect_max \
         in not_estimable). A larger lambda_nn helps.",
        either(n, "The effect", "The effects"),
        count(n, "treated cell"),
        either(n, "is", "are"),
        either(n, "it", "them")
    );
    (n > 0).then(|| Note::warning("effects_not_unique", text))
}

fn of_inference(analysis: &Analysis, inference: &Inference) -> Vec<Note> {
    let notes = [
        chosen_method(inference),
        few_treated_units(analysis, inference),
        draws_left_out(inference),
        no_interval(analysis, inference),
        interval_disconnected(analysis),
        interval_unbounded(analysis, inference),
        estimate_outside(analysis, inference),
    ];
    notes.into_iter().flatten().collect()
}

fn chosen_method(inference: &Inference) -> Option<Note> {
    let why = inference.reason.trim_end_matches('.');
    let text = format!("inference = \"auto\" chose {}: {why}.", inference.method.name());
    (!why.is_empty()).then(|| Note::new("inference_chosen", text))
}

fn few_treated_units(analysis: &Analysis, inference: &Inference) -> Option<Note> {
    let facts = &analysis.facts;
    let (treated, what) = match facts.n_treated_clusters {
        Some(clusters) => (clusters, "treated cluster"),
        None => (facts.n_treated_units, "treated unit"),
    };
    let few = inference.method == InferenceMethod::Bootstrap && treated < FEW_TREATED_UNITS;
    let text = format!(
        "Only {}: the bootstrap resamples them, so its standard error and interval are rough and tend to be too \
         small.",
        count(treated, what)
    );
    few.then(|| Note::new("few_treated_units", text))
}

fn draws_left_out(inference: &Inference) -> Option<Note> {
    let n = inference.n_failed;
    let text = format!(
        "{n} of {} ({}) {} no treated cell that can be estimated, and {} left out.",
        count(n + inference.draws.len(), "draw"),
        inference.method.name(),
        either(n, "has", "have"),
        either(n, "is", "are")
    );
    (n > 0).then(|| Note::new("draws_left_out", text))
}

fn no_interval(analysis: &Analysis, inference: &Inference) -> Option<Note> {
    let wanted = level(analysis.options.level);
    match analysis.att().interval {
        IntervalKind::Empty => {
            let text = format!(
                "There is no {wanted} interval: every constant effect is rejected at this level. Effects that \
                 differ much between cells, or outcomes that are badly predicted, can be the reason."
            );
            Some(Note::warning("interval_empty", text))
        }
        IntervalKind::None => {
            let text = format!(
                "No standard error, interval or p-value of the ATT: {} inference gives none, because {}.",
                inference.method.name(),
                lacking(inference)
            );
            Some(Note::warning("interval_lacking", text))
        }
        _ => None,
    }
}

/// Why a method that ran can give the ATT no interval.
fn lacking(inference: &Inference) -> String {
    let what = if inference.clustered { "cluster" } else { "unit" };
    match inference.method {
        InferenceMethod::Bootstrap => format!("a single {what} is behind it"),
        InferenceMethod::Jackknife => format!("without some {what} there is no estimate"),
        _ => "too few draws have an estimate".into(),
    }
}

fn interval_disconnected(analysis: &Analysis) -> Option<Note> {
    let text = format!(
        "The {} interval is not all of one piece: some effects between its ends are rejected.",
        level(analysis.options.level)
    );
    let is_disconnected = analysis.att().interval == IntervalKind::Disconnected;
    is_disconnected.then(|| Note::new("interval_disconnected", text))
}

fn interval_unbounded(analysis: &Analysis, inference: &Inference) -> Option<Note> {
    let Inferred { ci: (lower, upper), interval, .. } = *analysis.att();
    let lacking = match (lower.is_infinite(), upper.is_infinite()) {
        (true, true) => "bounds",
        (true, false) => "lower bound",
        (false, true) => "upper bound",
        (false, false) => return None,
    };
    let wanted = level(analysis.options.level);
    let why = match interval {
        IntervalKind::TooFewDraws => {
            format!("{} are too few for this level", draws_text(inference))
        }
        _ => "no effect that far out is rejected".into(),
    };
    Some(Note::new("interval_unbounded", format!("The {wanted} interval has no {lacking}: {why}.")))
}

fn estimate_outside(analysis: &Analysis, inference: &Inference) -> Option<Note> {
    let Inferred { average, ci: (lower, upper), .. } = *analysis.att();
    let why = match inference.method {
        InferenceMethod::Conformal => "a constant effect of its size is rejected",
        _ => "nearly all draws lie on one side of it",
    };
    let text = format!(
        "The estimate lies outside of its own {} interval: {why}.",
        level(analysis.options.level)
    );
    let is_outside = average.value < lower || average.value > upper;
    is_outside.then(|| Note::new("estimate_outside", text))
}

fn no_inference(analysis: &Analysis, labels: &Labels) -> Option<Note> {
    let error = analysis.no_inference.as_ref()?;
    let text = format!(
        "No standard error, interval or p-value: {} The placebo effects (pre_effects) show how well untreated \
         outcomes are predicted.",
        sentence(&error.named(&labels.names))
    );
    let left_open = analysis.options.inference == Some(InferenceMethod::Auto);
    Some(Note { code: "no_inference", text, is_warning: !left_open })
}

/// What did not reach its tolerance.
fn uncertified(analysis: &Analysis) -> Vec<Note> {
    let Analysis { estimate, pre, search, inference, .. } = analysis;
    let mut notes = Vec::new();
    notes.extend(effects_uncertified("effects", &estimate.effects));
    notes.extend(effects_uncertified("pre_effects", &pre.effects));
    notes.extend(search.iter().flat_map(scores_uncertified));
    if let Some(found) = inference.as_ref().filter(|found| found.n_uncertified > 0) {
        let n = found.n_uncertified;
        let have = either(n, "has", "have");
        let text = format!(
            "{} {have} fits that are not certified as optimal to the tolerance (largest relative gap {}): standard \
             error, interval and p-value may be off.",
            uncertified_draws(found),
            gap(found.max_gap)
        );
        notes.push(Note::warning("draws_uncertified", text));
    }
    notes
}

fn effects_uncertified(table: &str, effects: &[CellEffect]) -> Option<Note> {
    let open: Vec<&CellEffect> = effects.iter().filter(|e| e.status != Status::Solved).collect();
    let largest = open.iter().map(|e| e.gap).fold(0.0, f64::max);
    let (code, of) = match table {
        "effects" => ("effects_uncertified", "effect"),
        _ => ("pre_effects_uncertified", "placebo effect"),
    };
    let text = format!(
        "{} of {} {} not certified as optimal to the tolerance (largest relative gap {}); see the column gap \
         of {table}.",
        open.len(),
        count(effects.len(), of),
        either(open.len(), "is", "are"),
        gap(largest)
    );
    (!open.is_empty()).then(|| Note::warning(code, text))
}

fn scores_uncertified(search: &Search) -> Vec<Note> {
    let own = chosen(search).map_or(0, |score| score.n_uncertified);
    let others = search.scores.iter().map(|score| score.n_uncertified).sum::<usize>() - own;
    let see = "see the column n_uncertified of scores";
    let mut notes = Vec::new();
    if own > 0 {
        let text = format!(
            "{} behind the score of the chosen lambdas {} not certified as optimal to the tolerance: the choice \
             may be off; {see}.",
            count(own, "fit"),
            either(own, "is", "are")
        );
        notes.push(Note::warning("choice_uncertified", text));
    }
    if others > 0 {
        let text = format!(
            "{} of candidates that were not chosen {} not certified as optimal to the tolerance; {see}.",
            count(others, "fit"),
            either(others, "is", "are")
        );
        notes.push(Note::new("scores_uncertified", text));
    }
    notes
}
