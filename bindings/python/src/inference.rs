//! Standard errors, intervals and p-values; remarks on a panel.

use crate::answers::{inference_dict, Fit};
use crate::arguments::{self, Accuracy, GivenDesign, Matrix, Searching};
use crate::design::item;
use crate::errors::{option_invalid, to_python};
use crate::running::run;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trop_core::{Grids, InferenceMethod, InferenceOptions, Lambdas, Retuning};

/// The method that `infer` would use, and why if it was left open; raises if it means nothing.
#[pyfunction]
#[pyo3(signature = (Y, W, *, method, n_boot, level=0.95, retunes=false, design=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn choose_inference<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    method: &str,
    n_boot: usize,
    level: f64,
    retunes: bool,
    design: GivenDesign<'py>,
) -> PyResult<(&'static str, String)> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let nothing = Grids { time: vec![], unit: vec![], nn: vec![] };
    let retuning = retunes.then(|| Retuning { grids: nothing, search: Default::default() });
    let method = read_method(py, method)?;
    let options = InferenceOptions { method, draws: n_boot, level, retuning, ..Default::default() };
    let (method, reason) =
        trop_core::choose_inference(&panel, &options).map_err(|error| to_python(py, &error))?;
    Ok((method.name(), reason))
}

fn read_method(py: Python<'_>, name: &str) -> PyResult<InferenceMethod> {
    let accepted = "auto, bootstrap, jackknife, placebo or conformal";
    InferenceMethod::from_name(name).ok_or_else(|| option_invalid(py, "method", name, accepted))
}

/// Standard error, interval and p-value of every number of an estimate.
#[pyfunction]
#[pyo3(signature = (Y, W, fit, lambda_time, lambda_unit, lambda_nn, *, method, n_boot, level=0.95,
    seed=0, pre_periods=true, retuning=None, tolerance=None, max_iterations=None, threads=None,
    monitor=None, design=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn infer<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    fit: Bound<'py, Fit>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    method: &str,
    n_boot: usize,
    level: f64,
    seed: u64,
    pre_periods: bool,
    retuning: Option<Bound<'py, PyDict>>,
    tolerance: Option<f64>,
    max_iterations: Option<usize>,
    threads: Option<usize>,
    monitor: Option<Bound<'py, PyAny>>,
    design: GivenDesign<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let method = read_method(py, method)?;
    let retuning = retuning.as_ref().map(read_retuning).transpose()?;
    let options = InferenceOptions { method, draws: n_boot, level, seed, retuning };
    let settings = Accuracy { tolerance, max_iterations, threads }.settings();
    let fit = fit.get();
    let pre = if pre_periods { fit.pre.as_slice() } else { &[] };
    let found = run(py, monitor, |hook| {
        trop_core::infer(&panel, &lambdas, &fit.estimate, pre, &options, &settings, hook)
    })?;
    inference_dict(py, found)
}

/// The arguments of `search`, as a dict.
fn read_retuning(given: &Bound<'_, PyDict>) -> PyResult<Retuning> {
    let py = given.py();
    let (method, criterion): (Option<String>, Option<String>) =
        (item(given, "method")?, item(given, "criterion")?);
    let searching = Searching {
        method: method.as_deref(),
        criterion: criterion.as_deref(),
        n_placebo_sets: item(given, "n_placebo_sets")?,
        n_folds: item(given, "n_folds")?,
        max_cells: item(given, "max_cells")?,
        seed: item(given, "seed")?,
        abandon: item(given, "abandon")?,
    };
    let search = searching.options(py)?;
    let grid = |key: &str| -> PyResult<Vec<f64>> {
        let array = item::<PyReadonlyArray1<'_, f64>>(given, key)?;
        Ok(array.map(|array| array.as_array().to_vec()).unwrap_or_default())
    };
    let grids = Grids { time: grid("grid_time")?, unit: grid("grid_unit")?, nn: grid("grid_nn")? };
    Ok(Retuning { grids, search })
}

/// What is allowed about a panel, but often a mistake: codes and messages.
#[pyfunction]
#[pyo3(signature = (Y, W, *, design=None))]
#[allow(non_snake_case)]
pub(crate) fn remarks<'py>(
    Y: Matrix<'py>,
    W: Matrix<'py>,
    design: GivenDesign<'py>,
) -> PyResult<Vec<(&'static str, String)>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    Ok(panel.remarks().iter().map(|remark| (remark.code(), remark.to_string())).collect())
}
