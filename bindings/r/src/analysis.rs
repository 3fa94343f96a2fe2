//! The whole way in one call, and its words.

use crate::answers::{diagnosis_list, or_null};
use crate::job::Job;
use crate::options::Given;
use crate::panel::{Handle, HandlePtr};
use crate::steps::start;
use crate::tables::table_list;
use extendr_api::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use trop_core::{analyze_with, Analysis, Cell, Facts, Inference, Monitor, PreFit, Search, Timings};
use trop_report::{
    att_mark, att_text, bias_bounds_text, differences_text, draws_text, headline, notes,
    p_value_text, picture_alt, report, summary, tables, Image, Labels, Note, Picture, PictureKind,
    Supplement, Table,
};

/// An analysis, kept for the report.
pub(crate) struct Found {
    pub handle: Arc<Handle>,
    pub analysis: Analysis,
}

pub(crate) type FoundPtr = ExternalPtr<Arc<Found>>;

/// What the report shows beside it.
#[derive(Clone)]
struct Shown(Supplement);

/// From a panel and options to a result.
#[extendr]
fn start_analysis(handle: HandlePtr, options: List) -> ExternalPtr<Job> {
    let own = Arc::clone(&handle);
    start(
        &handle,
        &options,
        |at| analyze_with(at.panel, &at.options, at.monitor),
        move |_, analysis| analysis_list(&Arc::new(Found { handle: own, analysis })),
    )
}

pub(crate) fn analysis_list(found: &Arc<Found>) -> List {
    let Found { handle, analysis } = &**found;
    let (labels, inference) = (&*handle.labels, analysis.inference.as_ref());
    let search = analysis.search.as_ref();
    let all = tables(analysis, labels);
    let with_percent = in_percent(labels, true);
    let averages_by = |labels: &Labels| {
        let groupings = 0..handle.panel.groupings().len();
        List::from_values(groupings.map(|k| table_list(&Table::average(analysis, labels, k))))
    };
    list!(
        numbers = numbers_list(analysis),
        facts = facts_list(&analysis.facts),
        search = or_null(search.map(|found| search_list(analysis, found))),
        inference = or_null(inference.map(inference_list)),
        pre_fit = pre_fit_list(&analysis.pre_fit),
        timings = timings_list(&analysis.timings),
        tables = List::from_pairs(all.iter().map(|table| (table.name, table_list(table).into()))),
        averages_by = averages_by(labels),
        in_percent = list!(
            averages = table_list(&Table::averages(analysis, &with_percent)),
            averages_by = averages_by(&with_percent)
        ),
        notes = notes_list(&notes(analysis, labels)),
        summary = summary(analysis, labels),
        summary_percent = summary(analysis, &with_percent),
        headline = headline(analysis),
        mark = att_mark(analysis),
        att_text = att_text(analysis),
        p_value_text = p_value_text(analysis),
        alt_texts = alt_texts(analysis),
        outcome_text = labels.outcome(),
        effect_text = labels.effect(),
        average_effect_text = labels.average_effect(),
        term = labels.term(),
        found = ExternalPtr::new(Arc::clone(found))
    )
}

/// What the picture of each kind shows, by kind.
fn alt_texts(analysis: &Analysis) -> List {
    let kinds = PictureKind::ALL.iter();
    List::from_pairs(kinds.map(|kind| (kind.name(), picture_alt(*kind, analysis).into())))
}

fn in_percent(labels: &Labels, percent: bool) -> Labels {
    Labels { percent, ..labels.clone() }
}

fn numbers_list(analysis: &Analysis) -> List {
    let (lambdas, options) = (&analysis.lambdas, &analysis.options);
    list!(
        lambdas = [lambdas.time, lambdas.unit, lambdas.nn],
        level = options.level,
        seed = options.seed.to_string(),
        n_boot = options.n_boot as f64,
        max_gap = analysis.estimate.max_gap,
        converged = analysis.estimate.converged
    )
}

fn facts_list(facts: &Facts) -> List {
    list!(
        anchor = facts.anchor.name(),
        time_distance = facts.time_distance.name(),
        n_obs = facts.n_observed as i32,
        n_units = facts.n_units as i32,
        n_periods = facts.n_periods as i32,
        n_treated_units = facts.n_treated_units as i32,
        n_never_treated = facts.n_never_treated as i32,
        n_treated_cells = facts.n_treated_cells as i32
    )
}

fn search_list(analysis: &Analysis, search: &Search) -> List {
    list!(
        criterion = search.criterion.name(),
        score = search.score,
        search = analysis.options.search.name()
    )
}

fn inference_list(inference: &Inference) -> List {
    list!(
        method = inference.method.name(),
        reason = inference.reason.as_str(),
        draws = inference.draws.as_slice(),
        draws_text = draws_text(inference),
        n_failed = inference.n_failed as i32,
        n_uncertified = inference.n_uncertified as i32
    )
}

fn pre_fit_list(found: &PreFit) -> List {
    let known = |value: f64| (!value.is_nan()).then_some(value);
    list!(n_cells = found.n_cells as i32, mean = known(found.mean), rmse = known(found.rmse))
}

fn timings_list(timings: &Timings) -> List {
    let seconds = |taken: Option<Duration>| taken.map(|taken| taken.as_secs_f64());
    list!(
        search = seconds(timings.search),
        estimate = seconds(Some(timings.estimate)),
        inference = seconds(timings.inference)
    )
}

fn notes_list(notes: &[Note]) -> List {
    let code: Vec<&str> = notes.iter().map(|note| note.code).collect();
    let text: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
    let is_warning: Vec<bool> = notes.iter().map(|note| note.is_warning).collect();
    list!(code = code, text = text, is_warning = is_warning)
}

/// The same analysis at another level.
#[extendr]
fn start_at_level(found: FoundPtr, options: List) -> ExternalPtr<Job> {
    let found = Arc::clone(&found);
    let (given, labels) = (Given::new(&options), Arc::clone(&found.handle.labels));
    let handle = Arc::clone(&found.handle);
    let again = move |monitor: &dyn Monitor| {
        let asked = given.read()?;
        found.analysis.at_level(&found.handle.panel, asked.level, asked.threads, monitor)
    };
    Job::start(labels, again, move |analysis| analysis_list(&Arc::new(Found { handle, analysis })))
}

/// Differences between the groups of one grouping, counted from 1: the table, the p-value of all having the same effect,
/// the method, and all of it as text.
#[extendr]
fn start_differences(found: FoundPtr, grouping: i32, options: List) -> ExternalPtr<Job> {
    let found = Arc::clone(&found);
    let (given, labels) = (Given::new(&options), Arc::clone(&found.handle.labels));
    let (grouping, words) = (grouping as usize - 1, Arc::clone(&labels));
    let differ = move |monitor: &dyn Monitor| {
        let threads = given.read()?.threads;
        found.analysis.differences(&found.handle.panel, grouping, threads, monitor)
    };
    Job::start(labels, differ, move |found| {
        list!(
            table = table_list(&Table::differences(&found, &words, grouping)),
            p_value = found.p_value,
            method = found.method.name(),
            level = found.level,
            text = differences_text(&found, &words, grouping)
        )
    })
}

/// Effects with room for bias: both tables, the breakdown of the ATT, the method, and all of it as text.
#[extendr]
fn start_bias_bounds(
    found: FoundPtr,
    sizes: Nullable<Vec<f64>>,
    window: Nullable<f64>,
    options: List,
) -> ExternalPtr<Job> {
    let found = Arc::clone(&found);
    let (given, labels) = (Given::new(&options), Arc::clone(&found.handle.labels));
    let sizes: Option<Vec<f64>> = sizes.into();
    let window = Option::from(window).map(|window: f64| window as usize);
    let bound = move |monitor: &dyn Monitor| {
        let threads = given.read()?.threads;
        found.analysis.bias_bounds(&found.handle.panel, window, sizes.as_deref(), threads, monitor)
    };
    Job::start(labels, bound, |found| {
        list!(
            table = table_list(&Table::bias_bounds(&found)),
            placebos = table_list(&Table::bias_placebos(&found)),
            breakdown = found.breakdown(),
            method = found.method.name(),
            level = found.level,
            text = bias_bounds_text(&found)
        )
    })
}

/// The diagnostics that a report shows: a handle of them, the table of the ablation, and the diagnosis with its target.
#[extendr]
fn start_supplement(found: FoundPtr, options: List) -> ExternalPtr<Job> {
    let found = Arc::clone(&found);
    let (given, lambdas) = (Given::new(&options), found.analysis.lambdas);
    Job::start(
        Arc::clone(&found.handle.labels),
        move |monitor| {
            let mut analysis = found.analysis.clone();
            analysis.options.threads = given.read()?.threads;
            Supplement::compute(&found.handle.panel, &analysis, monitor)
        },
        move |supplement| {
            let diagnosis = supplement.diagnosis.as_ref();
            list!(
                ablation = table_list(&Table::ablation(&lambdas, &supplement.ablation)),
                target = diagnosis.map_or_else(Vec::new, |d| target(d.target)),
                diagnosis = or_null(diagnosis.map(diagnosis_list)),
                supplement = ExternalPtr::new(Shown(supplement))
            )
        },
    )
}

fn target(cell: Cell) -> Vec<i32> {
    vec![cell.unit as i32 + 1, cell.period as i32 + 1]
}

/// The report's page, the effect in percent too if asked for. `pictures` are texts of SVG, or raw bytes of PNG, by kind.
#[extendr]
fn report_page(
    found: FoundPtr,
    supplement: ExternalPtr<Shown>,
    pictures: List,
    percent: bool,
    call: &str,
    versions: &str,
) -> extendr_api::Result<String> {
    let pictures = pictures.iter().map(|(kind, image)| picture(kind, &image));
    let with = Supplement {
        pictures: pictures.collect::<extendr_api::Result<_>>()?,
        call: call.into(),
        versions: versions.into(),
        ..supplement.0.clone()
    };
    Ok(report(&found.analysis, &in_percent(&found.handle.labels, percent), &with))
}

fn picture(kind: &str, image: &Robj) -> extendr_api::Result<Picture> {
    let unknown = || Error::Other(format!("no picture is called {kind:?}"));
    let kind = PictureKind::from_name(kind).ok_or_else(unknown)?;
    let image = match image.as_str() {
        Some(text) => Image::svg(text),
        None => Image::png(image.as_raw_slice().unwrap_or_default()),
    };
    Ok(Picture::new(kind, image))
}

/// The percentile interval of bootstrap draws.
#[extendr]
fn percentile_interval(draws: &[f64], level: f64) -> extendr_api::Result<Vec<f64>> {
    let interval = trop_core::percentile_interval(draws, level);
    interval.map(|(lower, upper)| vec![lower, upper]).map_err(|error| error.to_string().into())
}

extendr_module! {
    mod analysis;
    fn start_analysis;
    fn start_at_level;
    fn start_differences;
    fn start_bias_bounds;
    fn start_supplement;
    fn report_page;
    fn percentile_interval;
}
