//! Several estimators on one panel, and what there is to say of them.

use crate::job::Job;
use crate::options::Plain;
use crate::panel::{Handle, HandlePtr};
use crate::steps::start;
use crate::tables::table_list;
use extendr_api::prelude::*;
use trop_core::{compare, Comparison, Estimator, EstimatorOptions, TropResult};
use trop_report::{comparison_notes, comparison_tables, comparison_text};

/// Several estimators by their names, none for the usual ones; `own` are estimates of the caller's own, by their names.
#[extendr]
fn start_comparison(
    handle: HandlePtr,
    estimators: Vec<String>,
    rivals: List,
    own_names: Vec<String>,
    own: Vec<f64>,
    options: List,
) -> ExternalPtr<Job> {
    let rivals = Plain::new(&rivals);
    start(
        &handle,
        &options,
        move |at| {
            let named: TropResult<Vec<Estimator>> =
                estimators.iter().map(|name| name.parse()).collect();
            let mut asked = EstimatorOptions::default();
            rivals.each(|name, value| asked.set(name, value))?;
            let mut found = compare(at.panel, &named?, &at.options, &asked, at.monitor)?;
            found.own = own_names.into_iter().zip(own).collect();
            Ok(found)
        },
        comparison_list,
    )
}

fn comparison_list(handle: &Handle, found: Comparison) -> List {
    let labels = &*handle.labels;
    let all = comparison_tables(&found, labels);
    list!(
        tables = List::from_pairs(all.iter().map(|table| (table.name, table_list(table).into()))),
        text = comparison_text(&found, labels),
        notes = comparison_notes(&found, labels),
        level = found.options.level
    )
}

extendr_module! {
    mod comparison;
    fn start_comparison;
}
