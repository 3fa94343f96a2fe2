//! What bindings say of input that they cannot read: one sentence for every language.

/// Name and sentence; a language's own words, and names that are given, stand in braces.
const SENTENCES: &[(&str, &str)] = &[
    (
        "average_missing",
        "average_weights: '{column}' must have a number in every row, but has none at {where}. Fill these in, or \
         drop the rows.",
    ),
    (
        "average_varies",
        "average_weights: '{column}' varies within '{unit}' = {labels}. Each unit has one weight in the \
         averages: use, say, its value in one period.",
    ),
    ("by_alike", "by: values of {columns} differ but read alike: {labels}. Convert them to one type."),
    ("by_missing", "by: '{column}' is missing in {rows}. Every row is of one panel: fill these in, or drop the rows."),
    ("by_names", "by must name the column, or columns, that say of which panel each row is, not {given}."),
    ("by_taken", "by: '{column}' is the name of a column of the table of results; rename it."),
    (
        "calendar_missing",
        "time_distance 'calendar' needs numbers or dates, but '{column}' holds {labels}. Convert it, or use \
         time_distance 'position'.",
    ),
    ("cells_missing", "Y is {shape}: it has no cells."),
    (
        "cluster_missing",
        "cluster: '{column}' is missing at {where}. Every unit lies in a cluster: fill these in, or drop the rows.",
    ),
    (
        "cluster_varies",
        "cluster: '{column}' varies within '{unit}' = {labels}. Each unit lies in one cluster.",
    ),
    ("clusters_length", "cluster must hold one label for each of the {expected} units, but has {given}."),
    (
        "cohort_and_treatment",
        "treatment and cohort are both given: give the treatment, 0 or 1 in each row, or the column of the period in \
         which each unit is first treated.",
    ),
    (
        "cohort_not_a_period",
        "cohort: '{column}' must hold periods of '{time}', and be missing for units that are never treated, but holds \
         {labels}.",
    ),
    (
        "cohort_type",
        "cohort: '{column}' holds {type}, but the periods in '{time}' are {periods}. Convert one of them: both must \
         be of one kind; leave the cohort of never-treated units missing.",
    ),
    ("column_missing", "{role}: data has no column '{column}'."),
    ("column_not_named", "{role} must be the name of one column, not {given}."),
    ("column_repeated", "Column '{column}' is given as {role} and as {other}; these must differ."),
    (
        "covariate_not_numeric",
        "Covariate '{column}' must be numeric, but is of {type}: {where}. Convert it to numbers, or make a \
         column of 0 and 1 for each category but one.",
    ),
    (
        "donors_ambiguous",
        "donors: '{column}' holds 0 and 1 alone, which may be a yes or no, or two groups: make it true and false for units \
         that may serve and those that may not, or texts for groups.",
    ),
    (
        "donors_length",
        "donors must hold one entry for each of the {expected} units, or be a matrix of {expected} x {expected}, but has \
         {given}.",
    ),
    (
        "donors_missing",
        "donors: '{column}' is missing at {where}. Every unit may serve or not, or lies in a group: fill these in, or drop \
         the rows.",
    ),
    ("donors_pairs", "donors as a matrix of units by units must be true or false (or 1 or 0) everywhere."),
    (
        "donors_unknown",
        "donors names labels that no '{unit}' of the data has: {labels}.",
    ),
    (
        "donors_varies",
        "donors: '{column}' varies within '{unit}' = {labels}. It says of units who may serve for whom, and is the same in \
         all rows of one.",
    ),
    ("duplicates_differ", "What tells these rows apart: {columns}. Make it part of '{unit}', or keep the rows of one of its values."),
    ("estimators_invalid", "estimators must be names, or functions of Y and W, not {given}."),
    ("estimators_own", "estimators must name at least one estimator beside your own."),
    ("estimators_value", "estimators: {estimator} must return a number, not {given}."),
    ("folder_missing", "'{file}' cannot be opened: there is no folder '{folder}'."),
    (
        "folder_unmarked",
        "'{folder}' holds results of panels, but not the manifest that says of which call. Give this call a folder of its \
         own.",
    ),
    (
        "formula_bar_missing",
        "formula must be outcome ~ treatment + covariates | unit + time: it has no '|', which separates the treatment \
         from unit and time.",
    ),
    ("formula_bars", "formula must be outcome ~ treatment + covariates | unit + time: it has more than one '|'."),
    (
        "formula_ids",
        "formula must be outcome ~ treatment + covariates | unit + time: after '|' stand two ids, the unit's first, \
         not '{given}'.",
    ),
    ("formula_outcome_missing", "formula must be outcome ~ treatment + covariates | unit + time: it has no outcome."),
    ("formula_roles", "The formula names the columns already; leave out {given}."),
    (
        "group_unknown",
        "by: there is no column '{column}'. Give 'event_time', 'time', 'cohort', 'unit' or a column of the data.",
    ),
    (
        "id_missing",
        "'{column}' is missing in {rows}: {where}. Every row needs a unit and a period: fill these in or drop \
         the rows.",
    ),
    ("label_invalid", "labels: '{key}' must be one text that is not empty, not {given}."),
    ("label_unknown", "labels: '{key}' is unknown; what has a label is 'outcome' and 'effect'."),
    ("labels_length", "There are {labels} {axis} labels ({axis}s) for the {expected} {axis}s of Y."),
    ("labels_repeated", "The {axis} labels ({axis}s) must differ and none may be missing."),
    (
        "labels_unaligned",
        "{matrix} and Y have different {axis} labels: {labels} stand in one of them only. Give both the same \
         labels, or {bare}.",
    ),
    ("labels_unnamed", "labels must be texts by name, such as {example}, not {given}."),
    ("matrices_unnamed", "{option} must {form} of the shape of Y, such as {example}, not {given}."),
    ("matrix_not_numeric", "{matrix} must hold numbers only, but is of type {type}."),
    ("matrix_shape", "{matrix} is {shape}, but Y is {expected}."),
    ("no_frame", "data must be a data frame ({kinds}), not {given}. Matrices go to {function}."),
    ("no_matrix", "{matrix} must be a matrix of units x periods, but {given}."),
    (
        "not_averaged",
        "The effects were not averaged by {asked}, but by {known}: ask for it with trop(..., {how}).",
    ),
    ("not_searched", "surface shows the ATT over the searched lambdas, and lambdas were given: let trop search for them."),
    ("outcome_binary", "The outcome is 0 or 1 everywhere: are outcome and treatment swapped?"),
    (
        "outcome_not_numeric",
        "Outcome '{column}' must be numeric, but is of {type}: {where}. Convert it to numbers.",
    ),
    ("plot_cells_few", "No event time has {min_cells} cells or more: draw with a smaller min_cells."),
    ("plot_empty_ablation", "There are no estimates to draw: no variant of the estimator has an effect."),
    ("plot_empty_leave_one_out", "There are no estimates to draw: no unit is never treated."),
    ("plot_empty_placebo", "There are no draws to show: the result is without inference."),
    ("plot_empty_pre_fit", "There are no errors to draw: no cell before treatment is predicted."),
    ("plot_empty_weights", "There are no weights to draw: there is one unit."),
    ("plot_option", "{option} is for plots of the kinds {kinds}, not of '{kind}'."),
    (
        "plot_window",
        "window must be the first and the last event time to draw, such as {example}, not {given}.",
    ),
    ("plot_window_empty", "No event time lies from {first} to {last}: the effects' are from {earliest} to {latest}."),
    ("rows_missing", "data has no rows."),
    (
        "saved_needs_core",
        "Results are saved and read by the compiled core, and this one is of the NumPy backend, or there is no compiled \
         core.",
    ),
    ("saved_not_a_result", "'{file}' does not hold a saved result: {reason}."),
    ("saved_version", "'{file}' was saved in the format {found}, and this version reads up to {known}: update tropanel."),
    ("shapes_differ", "Y is {outcomes} and W is {treatments}; both must be units x periods."),
    (
        "treatment_dated",
        "If it holds the period of adoption, give it as cohort in place of treatment.",
    ),
    (
        "treatment_not_numeric",
        "Treatment '{column}' must be 0 or 1 (or {words}), but is of {type}: {where}. Recode it to 0 and 1.",
    ),
    ("treatment_recoded", "It has two values: recode them to 0 and 1."),
    (
        "unit_time_swapped",
        "unit '{unit}' looks like periods and time '{time}' like units. If so, {instead}; if not, rename or \
         convert these columns.",
    ),
];

/// The sentence that refuses input which a binding reads itself, such as a data frame without a column.
///
/// `name` is the sentence's stable name, `parts` the name and text of each of its parts. `None` if there is no
/// such sentence, or if `parts` are not exactly the parts it has.
///
/// ```
/// use trop_core::refusal;
///
/// let parts = [("role", "outcome"), ("column", "sales")];
/// assert_eq!(refusal("column_missing", &parts).unwrap(), "outcome: data has no column 'sales'.");
/// assert_eq!(refusal("column_missing", &parts[..1]), None);
/// ```
pub fn refusal(name: &str, parts: &[(&str, &str)]) -> Option<String> {
    let (_, sentence) = SENTENCES.iter().find(|(own, _)| *own == name)?;
    let mut used = vec![false; parts.len()];
    let mut text = String::new();
    let mut rest = *sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let (part, after) = after.split_once('}')?;
        let at = parts.iter().position(|(own, _)| *own == part)?;
        used[at] = true;
        text += before;
        text += parts[at].1;
        rest = after;
    }
    used.iter().all(|used| *used).then(|| text + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_differ() {
        assert!(SENTENCES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn all_are_sentences() {
        for (name, sentence) in SENTENCES {
            assert!(
                sentence.ends_with(['.', '?']) && !sentence.ends_with(".."),
                "{name}: {sentence}"
            );
        }
    }

    #[test]
    fn every_brace_is_a_part() {
        for (name, sentence) in SENTENCES {
            let mut parts: Vec<&str> =
                sentence.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect();
            parts.sort_unstable();
            parts.dedup();
            let filled: Vec<_> = parts.iter().map(|part| (*part, "{x}")).collect();
            let text = refusal(name, &filled).unwrap();
            assert_eq!(text.replace("{x}", "").matches(['{', '}']).count(), 0, "{name}");
            if let Some((_, fewer)) = filled.split_first() {
                assert_eq!(refusal(name, fewer), None, "{name}");
            }
            let more = [filled, vec![("other", "")]].concat();
            assert_eq!(refusal(name, &more), None, "{name}");
        }
    }

    #[test]
    fn an_unknown_name_has_no_sentence() {
        assert_eq!(refusal("no_such", &[]), None);
    }
}
