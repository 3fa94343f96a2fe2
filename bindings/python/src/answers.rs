//! Answers for Python: dicts of NumPy arrays.

use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trop_core::{
    AttAt, Bootstrap, Cell, CellEffect, CellEffects, Edge, Estimate, Grids, Panel, Reason, Score,
    Search, Weights,
};

/// Stands for the event time of a cell without one; `tropanel._backends.protocol.NO_EVENT_TIME`.
const NO_EVENT_TIME: i64 = i64::MIN;

/// A row-major matrix.
pub(crate) fn matrix(
    py: Python<'_>,
    values: Vec<f64>,
    rows: usize,
    columns: usize,
) -> PyResult<Bound<'_, PyArray2<f64>>> {
    PyArray1::from_vec(py, values).reshape([rows, columns])
}

/// Adds an array with one entry of each item.
pub(crate) fn column<'py, T, V: numpy::Element>(
    dict: &Bound<'py, PyDict>,
    name: &str,
    items: &[T],
    value: impl Fn(&T) -> V,
) -> PyResult<()> {
    let values: Vec<V> = items.iter().map(value).collect();
    dict.set_item(name, PyArray1::from_vec(dict.py(), values))
}

pub(crate) fn grids_dict(py: Python<'_>, grids: Grids) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    column(&dict, "time", &grids.time, |v| *v)?;
    column(&dict, "unit", &grids.unit, |v| *v)?;
    column(&dict, "nn", &grids.nn, |v| *v)?;
    Ok(dict)
}

pub(crate) fn weights_dict(py: Python<'_>, found: Weights) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    column(&dict, "unit", &found.unit, |w| *w)?;
    column(&dict, "period", &found.period, |w| *w)?;
    Ok(dict)
}

pub(crate) fn positions_dict<'py>(py: Python<'py>, cells: &[Cell]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    column(&dict, "unit", cells, |c| c.unit as i64)?;
    column(&dict, "period", cells, |c| c.period as i64)?;
    Ok(dict)
}

pub(crate) fn cell_effects_dict<'py>(
    py: Python<'py>,
    panel: &Panel,
    found: &CellEffects,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("effects", cells_dict(py, &found.effects, panel.n_covariates())?)?;
    dict.set_item(
        "not_estimable",
        not_estimable_dict(py, &found.not_estimable, &found.not_estimable_ranges())?,
    )?;
    Ok(dict)
}

pub(crate) fn estimate_dict<'py>(
    py: Python<'py>,
    panel: &Panel,
    found: Estimate,
    pre: Option<CellEffects>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    let pre = pre.map(|pre| pre.effects);
    dict.set_item("att", found.att)?;
    let k = panel.n_covariates();
    dict.set_item("treated", cells_dict(py, &found.effects, k)?)?;
    dict.set_item("pre", pre.as_deref().map(|pre| cells_dict(py, pre, k)).transpose()?)?;
    dict.set_item(
        "not_estimable",
        not_estimable_dict(py, &found.not_estimable, &found.not_estimable_ranges())?,
    )?;
    dict.set_item("max_gap", found.max_gap)?;
    dict.set_item("converged", found.converged)?;
    column(&dict, "coefficients", &found.coefficients, |b| *b)?;
    Ok(dict)
}

fn cells_dict<'py>(
    py: Python<'py>,
    cells: &[CellEffect],
    n_covariates: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    column(&dict, "unit", cells, |c| c.cell.unit as i64)?;
    column(&dict, "period", cells, |c| c.cell.period as i64)?;
    column(&dict, "event_time", cells, |c| c.event_time.unwrap_or(NO_EVENT_TIME))?;
    column(&dict, "observed", cells, |c| c.observed)?;
    column(&dict, "counterfactual", cells, |c| c.counterfactual)?;
    column(&dict, "effect", cells, |c| c.effect)?;
    column(&dict, "effect_min", cells, |c| c.effect_min)?;
    column(&dict, "effect_max", cells, |c| c.effect_max)?;
    column(&dict, "rank", cells, |c| c.rank as i64)?;
    column(&dict, "gap", cells, |c| c.gap)?;
    column(&dict, "primal", cells, |c| c.primal)?;
    column(&dict, "dual", cells, |c| c.dual)?;
    column(&dict, "iterations", cells, |c| c.iterations as i64)?;
    let status: Vec<&str> = cells.iter().map(|c| c.status.name()).collect();
    dict.set_item("status", status)?;
    let coefficients: Vec<f64> = cells.iter().flat_map(|c| c.coefficients.clone()).collect();
    dict.set_item("coefficients", matrix(py, coefficients, cells.len(), n_covariates)?)?;
    Ok(dict)
}

fn not_estimable_dict<'py>(
    py: Python<'py>,
    cells: &[(Cell, Reason)],
    ranges: &[[f64; 2]],
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    column(&dict, "unit", cells, |(c, _)| c.unit as i64)?;
    column(&dict, "period", cells, |(c, _)| c.period as i64)?;
    let reason: Vec<&str> = cells.iter().map(|(_, reason)| reason.name()).collect();
    dict.set_item("reason", reason)?;
    column(&dict, "effect_min", ranges, |range| range[0])?;
    column(&dict, "effect_max", ranges, |range| range[1])?;
    Ok(dict)
}

pub(crate) fn search_dict(py: Python<'_>, found: Search) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("lambda_time", found.lambdas.time)?;
    dict.set_item("lambda_unit", found.lambdas.unit)?;
    dict.set_item("lambda_nn", found.lambdas.nn)?;
    dict.set_item("score", found.score)?;
    dict.set_item("scores", scores_dict(py, &found.scores)?)?;
    dict.set_item("n_cells", found.n_cells)?;
    dict.set_item("n_not_estimable", found.n_not_estimable)?;
    dict.set_item("criterion", found.criterion.name())?;
    let edges: Vec<Bound<'_, PyDict>> =
        found.edges.iter().map(|edge| edge_dict(py, edge)).collect::<PyResult<_>>()?;
    dict.set_item("edges", edges)?;
    Ok(dict)
}

fn edge_dict<'py>(py: Python<'py>, edge: &Edge) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("lambda_name", edge.lambda)?;
    dict.set_item("upper", edge.upper)?;
    dict.set_item("value", edge.value)?;
    Ok(dict)
}

fn scores_dict<'py>(py: Python<'py>, scores: &[Score]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    column(&dict, "lambda_time", scores, |s| s.lambdas.time)?;
    column(&dict, "lambda_unit", scores, |s| s.lambdas.unit)?;
    column(&dict, "lambda_nn", scores, |s| s.lambdas.nn)?;
    column(&dict, "score", scores, |s| s.score)?;
    column(&dict, "n_cells", scores, |s| s.n_cells as i64)?;
    column(&dict, "max_gap", scores, |s| s.max_gap)?;
    column(&dict, "n_uncertified", scores, |s| s.n_uncertified as i64)?;
    column(&dict, "abandoned", scores, |s| s.abandoned)?;
    Ok(dict)
}

pub(crate) fn bootstrap_dict(py: Python<'_>, found: Bootstrap) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    let (rows, columns) = (found.event_draws.len(), found.event_time.len());
    dict.set_item("se", found.se)?;
    dict.set_item("ci_lower", found.ci.0)?;
    dict.set_item("ci_upper", found.ci.1)?;
    dict.set_item("p_value", found.p_value)?;
    column(&dict, "draws", &found.draws, |d| *d)?;
    dict.set_item("n_failed", found.n_failed)?;
    column(&dict, "event_time", &found.event_time, |e| *e)?;
    dict.set_item("event_draws", matrix(py, found.event_draws.concat(), rows, columns)?)?;
    dict.set_item("n_uncertified", found.n_uncertified)?;
    dict.set_item("max_gap", found.max_gap)?;
    Ok(dict)
}

pub(crate) fn att_at_dict<'py>(py: Python<'py>, found: &[AttAt]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    column(&dict, "lambda_time", found, |at| at.lambdas.time)?;
    column(&dict, "lambda_unit", found, |at| at.lambdas.unit)?;
    column(&dict, "lambda_nn", found, |at| at.lambdas.nn)?;
    column(&dict, "att", found, |at| at.att)?;
    column(&dict, "n_cells", found, |at| at.n_cells as i64)?;
    column(&dict, "max_gap", found, |at| at.max_gap)?;
    column(&dict, "n_uncertified", found, |at| at.n_uncertified as i64)?;
    Ok(dict)
}
