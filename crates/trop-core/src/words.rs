//! Messages of the errors that speak of units, periods or columns, by whatever names these have.

use crate::names::Names;
use crate::reason::Reason;

pub(crate) fn treatment_not_binary(n: &Names, unit: usize, period: usize, value: &str) -> String {
    let (treatment, unit, period) = (n.treatment(), n.unit(unit), n.period(period));
    format!("{treatment} must be 0 or 1, but {unit} has {value} in {period}")
}

pub(crate) fn treatment_missing(n: &Names, unit: usize, period: usize) -> String {
    let (treatment, outcome) = (n.treatment(), n.outcome());
    format!(
        "{treatment} of {} is missing in {}, where {outcome} is observed: fill it in with 0 or 1, or set \
         the outcome to missing",
        n.unit(unit),
        n.period(period)
    )
}

pub(crate) fn treatment_constant(n: &Names, marks: &str) -> String {
    let treatment = n.treatment();
    if marks == "group" {
        format!(
            "{treatment} is 1 in all periods of every treated unit, as if it marked the treated group: it \
             must be 1 only from adoption on, and 0 before"
        )
    } else {
        format!(
            "{treatment} is 1 for all units in every period in which any is treated, as if it marked the \
             time after adoption: it must be 1 only for the units that adopted"
        )
    }
}

pub(crate) fn duplicate_rows(
    n: &Names,
    repeats: usize,
    unit: usize,
    period: usize,
    rows: (usize, usize),
) -> String {
    let (unit, period) = (n.unit(unit), n.period(period));
    let how_many =
        if repeats == 1 { "1 row repeats".into() } else { format!("{repeats} rows repeat") };
    format!(
        "{how_many} a unit and period that another row has, such as rows {} and {} (counted from {}), both of \
         {unit} in {period}: keep one row for each, aggregate them, or build the unit from all columns that \
         identify a unit",
        rows.0 + n.first_row,
        rows.1 + n.first_row,
        n.first_row
    )
}

pub(crate) fn no_control_outcome(what: &str) -> String {
    format!(
        "no simulation is possible: {what} has no control outcome to be simulated from; drop it from the panel"
    )
}

pub(crate) fn outcome_infinite(n: &Names, unit: usize, period: usize) -> String {
    let (outcome, unit, period) = (n.outcome(), n.unit(unit), n.period(period));
    format!(
        "{outcome} of {unit} in {period} is infinite or beyond 1e100; use NaN for a missing outcome"
    )
}

pub(crate) fn outcome_too_far(n: &Names, unit: usize, period: usize, value: &str) -> String {
    let (outcome, unit, period) = (n.outcome(), n.unit(unit), n.period(period));
    format!(
        "{outcome} of {unit} in {period} is {value}, so far from the others that beside it their digits are lost: \
         correct it, or use NaN for a missing outcome"
    )
}

pub(crate) fn all_missing(n: &Names, whose: &str) -> String {
    format!("{whose} has no observed {}; drop it from the panel", n.outcome())
}

pub(crate) fn target_not_estimable(
    n: &Names,
    unit: usize,
    period: usize,
    reason: Reason,
) -> String {
    format!("{} has no effect in {}: {reason}", n.unit(unit), n.period(period))
}

pub(crate) fn weight_invalid(n: &Names, side: &str, index: usize, value: &str) -> String {
    format!(
        "the weight of {} is {value}: weights must be finite numbers >= 0",
        n.on_side(side, index)
    )
}

pub(crate) fn calendar_not_increasing(n: &Names, period: usize) -> String {
    format!(
        "the calendar does not increase at {}: each period needs a finite value, later than the one before",
        n.period(period)
    )
}

pub(crate) fn periods_unordered(n: &Names, why: &str, labels: &str) -> String {
    let time = if n.time.is_empty() { "time" } else { &n.time };
    let convert = "convert them to numbers or dates, or to ordered categories in their order";
    match why {
        "readings" => format!(
            "'{time}' holds texts that can be read in more than one order, such as {labels}: {convert}"
        ),
        "tie" => format!(
            "'{time}' holds different texts for one period, among {labels}: write each period in one way"
        ),
        "alphabetical" => format!(
            "categories of '{time}' stand in alphabetical order, which is none in time: {labels}; give them their \
             order, as ordered categories"
        ),
        "categories" => format!(
            "categories of '{time}' stand in another order than they say: {labels}; convert them to numbers or \
             dates, or put the categories in order"
        ),
        "columns" => format!(
            "labels of '{time}' say another order than that of the columns: {labels}; sort the columns by time, in \
             all matrices"
        ),
        _ => format!("'{time}' holds texts without a plain order in time, such as {labels}: {convert}"),
    }
}

pub(crate) fn donors_none(n: &Names, unit: usize) -> String {
    format!(
        "{} is treated and has no donor: no other unit with an observed untreated cell may serve for it; allow some, or \
         drop the unit",
        n.unit(unit)
    )
}

pub(crate) fn cohort_varies(n: &Names, unit: usize) -> String {
    format!(
        "cohort varies within {}: it is the period in which a unit is first treated, the same in all of its rows; for \
         a treatment that goes off again give a treatment of 0 and 1",
        n.unit(unit)
    )
}

pub(crate) fn covariate_length(
    n: &Names,
    covariate: usize,
    found: usize,
    expected: usize,
) -> String {
    format!("{} has {found} entries, but the panel needs {expected}", n.covariate(covariate))
}

pub(crate) fn covariate_missing(n: &Names, covariate: usize, unit: usize, period: usize) -> String {
    let (covariate, unit, period) = (n.covariate(covariate), n.unit(unit), n.period(period));
    format!(
        "{covariate} of {unit} is missing, infinite or beyond 1e100 in {period}, where the outcome is \
         observed: fill it in, or set the outcome to missing"
    )
}

pub(crate) fn covariate_constant(n: &Names, covariate: usize) -> String {
    format!(
        "{} does not vary beyond unit and period effects over the control cells: its coefficient is not \
         identified; leave it out",
        n.covariate(covariate)
    )
}

pub(crate) fn covariates_collinear(n: &Names, covariate: usize) -> String {
    let order = if n.covariates.is_empty() {
        String::new()
    } else {
        format!(" (they are, in order, {})", n.covariates.join(", "))
    };
    format!(
        "{} is a linear combination of those before it and of unit and period effects{order}: leave one of \
         them out",
        n.covariate(covariate)
    )
}

pub(crate) fn covariate_is_outcome(n: &Names, covariate: usize) -> String {
    let (covariate, outcome) = (n.covariate(covariate), n.outcome());
    format!("{covariate} holds the same numbers as {outcome}; leave it out")
}

pub(crate) fn grouping_length(n: &Names, grouping: usize, found: usize, expected: usize) -> String {
    format!("{} has {found} codes, but the panel needs {expected}", n.grouping(grouping))
}

pub(crate) fn groups_empty(n: &Names, grouping: usize) -> String {
    format!(
        "{} is missing in every treated cell, so there is no group to average over",
        n.grouping(grouping)
    )
}

/// So many threads; 0 for one per core.
pub(crate) fn threads(threads: usize) -> String {
    match threads {
        0 => "one thread per core".into(),
        1 => "a thread".into(),
        _ => format!("{threads} threads"),
    }
}

/// An amount of memory, in the unit that shows it as a number of ordinary size.
pub(crate) fn bytes(bytes: u128) -> String {
    const UNITS: [&str; 7] = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    format!("{size:.0} {}", UNITS[unit])
}
