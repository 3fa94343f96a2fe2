//! Analyses as JSON that every language reads.

use crate::analysis::Analysis;
use crate::design::item;
use crate::errors::to_python;
use crate::held::Held;
use crate::options;
use crate::panel::Panel;
use numpy::{PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;
use trop_core::{AnalysisOptions, Cell, Grouping};
use trop_report::{Ids, Labels, Saved, TypedLabels};

/// A kind and texts.
type Typed = (String, Vec<String>);

fn typed((kind, texts): Typed) -> TypedLabels {
    TypedLabels { kind, texts }
}

fn plain(labels: TypedLabels) -> Typed {
    (labels.kind, labels.texts)
}

fn saved(found: &Analysis, ids: &Bound<'_, PyDict>) -> PyResult<Saved> {
    let of = |key: &str| item::<Typed>(ids, key).map(|given| typed(given.unwrap_or_default()));
    let groups = item::<Vec<Typed>>(ids, "groups")?.unwrap_or_default();
    Ok(Saved {
        panel: found.held.panel.clone(),
        labels: found.held.labels.clone(),
        analysis: found.analysis.clone(),
        ids: Ids {
            unit: of("unit")?,
            time: of("time")?,
            groups: groups.into_iter().map(typed).collect(),
            by_matrix: item(ids, "by_matrix")?.unwrap_or_default(),
        },
    })
}

/// An analysis as JSON; `ids` has the labels of units, periods and groups by their types.
#[pyfunction]
pub(crate) fn save(
    py: Python<'_>,
    found: PyRef<'_, Analysis>,
    ids: Bound<'_, PyDict>,
) -> PyResult<String> {
    let saved = saved(&found, &ids)?;
    saved.to_json().map_err(|error| to_python(py, &error))
}

/// The placebo in time of an analysis, as `save` would write it.
#[pyfunction]
#[pyo3(signature = (found, ids, window=None, monitor=None))]
pub(crate) fn placebo_in_time(
    py: Python<'_>,
    found: PyRef<'_, Analysis>,
    ids: Bound<'_, PyDict>,
    window: Option<usize>,
    monitor: Option<Bound<'_, PyAny>>,
) -> PyResult<String> {
    let saved = saved(&found, &ids)?;
    let threads = found.analysis.options.threads;
    found.held.run(py, monitor, |_, hook| saved.placebo_in_time(window, threads, hook)?.to_json())
}

/// What was saved: `panel` and `analysis`, the matrices `Y` and `W`, `ids` as they were given, `names` of columns, what
/// the `design` had, and the `options` that are not the default.
#[pyfunction]
pub(crate) fn load<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyDict>> {
    let saved = Saved::from_json(text).map_err(|error| to_python(py, &error))?;
    let Saved { panel, labels, analysis, ids } = saved;
    let dict = PyDict::new(py);
    let matrix = |entry: &dyn Fn(Cell) -> f64| {
        let (n, t) = (panel.n_units(), panel.n_periods());
        let cells = (0..n * t).map(|k| entry(Cell { unit: k / t, period: k % t }));
        numpy::PyArray1::from_vec(py, cells.collect()).reshape([n, t])
    };
    let y: Bound<'py, PyArray2<f64>> = matrix(&|cell| panel.outcome(cell))?;
    dict.set_item("Y", y)?;
    dict.set_item("W", matrix(&|cell| f64::from(u8::from(panel.is_treated(cell))))?)?;
    let (names, design) = (PyDict::new(py), PyDict::new(py));
    names.set_item("outcome", labels.outcome_column())?;
    names.set_item("treatment", labels.treatment())?;
    names.set_item("unit", labels.unit())?;
    names.set_item("time", labels.time())?;
    names.set_item("covariates", &labels.names.covariates)?;
    dict.set_item("names", names)?;
    let groupings = panel.groupings().iter().enumerate();
    let groupings: Vec<_> = groupings.map(|(k, g)| (labels.grouping(k), kind(g))).collect();
    design.set_item("anchor", panel.anchor().name())?;
    design.set_item("time_distance", panel.time_distance().name())?;
    design.set_item("groupings", groupings)?;
    design.set_item("average_name", &labels.average_weights)?;
    design.set_item("cluster_name", &labels.clusters)?;
    design.set_item("donors_name", &labels.donors)?;
    design.set_item("labels", given_labels(py, &labels)?)?;
    design.set_item("anticipation", panel.anticipation())?;
    design.set_item("washout", panel.washout())?;
    dict.set_item("design", design)?;
    let Ids { unit, time, groups, by_matrix } = ids;
    let ids = PyDict::new(py);
    ids.set_item("unit", plain(unit))?;
    ids.set_item("time", plain(time))?;
    ids.set_item("groups", groups.into_iter().map(plain).collect::<Vec<_>>())?;
    ids.set_item("by_matrix", by_matrix)?;
    dict.set_item("ids", ids)?;
    dict.set_item("options", given(py, &analysis.options)?)?;
    let held = Arc::new(Held { panel, labels });
    dict.set_item("panel", Panel(Arc::clone(&held)))?;
    dict.set_item("analysis", Analysis { held, analysis })?;
    Ok(dict)
}

/// What a grouping is by; `None` for codes of the caller's own.
fn kind(grouping: &Grouping) -> Option<&'static str> {
    match grouping {
        Grouping::EventTime => Some("event_time"),
        Grouping::Period => Some("time"),
        Grouping::Cohort => Some("cohort"),
        Grouping::Unit => Some("unit"),
        _ => None,
    }
}

/// The labels that the caller gave, by name.
fn given_labels<'py>(py: Python<'py>, labels: &Labels) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, label) in [("outcome", &labels.outcome_label), ("effect", &labels.effect_label)] {
        if let Some(label) = label {
            dict.set_item(name, label)?;
        }
    }
    Ok(dict)
}

/// The options that are not the default.
fn given<'py>(py: Python<'py>, chosen: &AnalysisOptions) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for option in AnalysisOptions::table() {
        let value = chosen.get(option.name).map_err(|error| to_python(py, &error))?;
        if value != option.default {
            options::write(&dict, option.name, &value)?;
        }
    }
    Ok(dict)
}
