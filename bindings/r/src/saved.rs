//! Analyses as JSON that every language reads. Labels are lists of `kind` and `texts`.

use crate::analysis::{analysis_list, Found, FoundPtr};
use crate::design::{each, item};
use crate::job::Job;
use crate::options::Given;
use crate::panel::{panel_list, Handle};
use extendr_api::prelude::*;
use std::sync::Arc;
use trop_core::{Grouping, Monitor};
use trop_report::{Ids, Saved, TypedLabels};

fn typed(given: &List) -> extendr_api::Result<TypedLabels> {
    Ok(TypedLabels {
        kind: item(given, "kind")?.unwrap_or_default(),
        texts: item(given, "texts")?.unwrap_or_default(),
    })
}

fn plain(labels: &TypedLabels) -> List {
    list!(kind = labels.kind.as_str(), texts = labels.texts.as_slice())
}

fn read_ids(given: &List) -> extendr_api::Result<Ids> {
    let of = |name| item::<List>(given, name)?.map_or(Ok(TypedLabels::default()), |x| typed(&x));
    Ok(Ids {
        unit: of("unit")?,
        time: of("time")?,
        groups: each(given, "groups", |x| typed(&List::try_from(x)?))?,
        by_matrix: item(given, "by_matrix")?.unwrap_or(false),
    })
}

fn saved(found: &Found, ids: Ids) -> Saved {
    let (panel, labels) = (found.handle.panel.clone(), (*found.handle.labels).clone());
    Saved { panel, labels, analysis: found.analysis.clone(), ids }
}

/// The text of a file.
#[extendr]
fn start_save(found: FoundPtr, ids: List) -> extendr_api::Result<ExternalPtr<Job>> {
    let (found, ids) = (Arc::clone(&found), read_ids(&ids)?);
    let labels = Arc::clone(&found.handle.labels);
    let write = move |_: &dyn Monitor| saved(&found, ids).to_json();
    Ok(Job::start(labels, write, |text| list!(text = text)))
}

/// The text of a file with the placebo in time.
#[extendr]
fn start_placebo_in_time(
    found: FoundPtr,
    ids: List,
    window: Nullable<f64>,
    options: List,
) -> extendr_api::Result<ExternalPtr<Job>> {
    let (found, ids, given) = (Arc::clone(&found), read_ids(&ids)?, Given::new(&options));
    let labels = Arc::clone(&found.handle.labels);
    let window = Option::from(window).map(|window: f64| window as usize);
    let write = move |monitor: &dyn Monitor| {
        let threads = given.read()?.threads;
        saved(&found, ids).placebo_in_time(window, threads, monitor)?.to_json()
    };
    Ok(Job::start(labels, write, |text| list!(text = text)))
}

/// What a file holds: the answer of an analysis as `analysis`, the panel's handle and matrices as `panel`, and all that
/// R's own panel says of it.
#[extendr]
fn start_load(text: &str) -> ExternalPtr<Job> {
    let text = text.to_string();
    Job::start(Default::default(), move |_| Saved::from_json(&text), saved_list)
}

fn saved_list(saved: Saved) -> List {
    let Saved { panel, labels, analysis, ids } = saved;
    let groupings = panel.groupings().iter();
    let kinds: Vec<&str> = groupings.map(kind).collect();
    let grouping_names: Vec<String> = (0..kinds.len()).map(|k| labels.grouping(k)).collect();
    let names = list!(
        outcome = labels.outcome_column(),
        treatment = labels.treatment(),
        unit = labels.unit(),
        time = labels.time(),
        covariates = labels.names.covariates.as_slice(),
        groupings = grouping_names,
        kinds = kinds
    );
    let ids = list!(
        unit = plain(&ids.unit),
        time = plain(&ids.time),
        groups = List::from_values(ids.groups.iter().map(plain)),
        by_matrix = ids.by_matrix
    );
    let threads = analysis.options.threads.map(|threads| threads as f64);
    let handle = Arc::new(Handle { panel, labels: Arc::new(labels) });
    let found = Arc::new(Found { handle: Arc::clone(&handle), analysis });
    list!(
        names = names,
        ids = ids,
        threads = threads,
        panel = panel_list(handle),
        analysis = analysis_list(&found)
    )
}

/// What a grouping is by; empty for codes of the caller's own.
fn kind(grouping: &Grouping) -> &'static str {
    match grouping {
        Grouping::EventTime => "event_time",
        Grouping::Period => "time",
        Grouping::Cohort => "cohort",
        Grouping::Unit => "unit",
        _ => "",
    }
}

extendr_module! {
    mod saved;
    fn start_save;
    fn start_placebo_in_time;
    fn start_load;
}
