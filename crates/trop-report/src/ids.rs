//! What is odd about the labels of units and periods.

use crate::labels::Labels;
use crate::text::{listed, on_one_line};
use trop_core::{order_periods, PeriodIds, Standing};

/// Labels that a note lists.
const MOST: usize = 4;

/// Units whose labels differ by blanks or letter case only.
pub(crate) fn units_alike(labels: &Labels) -> Option<String> {
    let units = &labels.names.units;
    let mut keyed: Vec<(String, &String)> = units.iter().map(|unit| (bare(unit), unit)).collect();
    keyed.sort_unstable();
    let alike: Vec<&[(String, &String)]> =
        keyed.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1).collect();
    let names = alike.iter().flat_map(|same| same.iter().map(|(_, unit)| quoted(unit)));
    let text = || {
        format!(
            "Units of '{}' whose ids differ by blanks or letter case only: {}. If they are the same, write their ids in \
             one way.",
            labels.unit(),
            listed(names, MOST)
        )
    };
    (!alike.is_empty()).then(text)
}

fn quoted(label: &str) -> String {
    format!("'{}'", on_one_line(label))
}

/// A label in small letters without blanks at its ends; those within are one.
fn bare(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Periods that stand in another order than they say.
pub(crate) fn periods_reordered(labels: &Labels) -> Option<String> {
    let periods = &labels.names.periods;
    let found = order_periods(&PeriodIds::Texts(periods.clone()), Standing::Columns);
    let text = || {
        format!(
            "Periods are in the order in which '{}' has its categories: {}. Their labels say another one.",
            labels.time(),
            listed(periods.iter().map(|period| quoted(period)), MOST)
        )
    };
    found.is_err().then(text)
}
