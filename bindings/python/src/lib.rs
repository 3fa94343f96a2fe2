//! `tropanel._core`: the compiled backend of the Python package.
//!
//! Each function converts its arguments, calls `trop-core`, and converts the answer; names, keys and
//! types are those of `tropanel._protocol`.

mod answers;
mod arguments;
mod errors;
mod running;

use answers::{bootstrap_dict, estimate_dict, grids_dict, search_dict};
use arguments::{Accuracy, Matrix};
use errors::to_python;
use numpy::{PyArray2, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use running::run;
use trop_core::{BootstrapOptions, Grids, Lambdas, Method, SearchOptions, Settings};

/// Root mean squared difference of every two units over common control periods, (N, N).
#[pyfunction]
#[pyo3(signature = (Y, W, *, threads=None))]
#[allow(non_snake_case)]
fn compute_unit_distance_matrix<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    threads: Option<usize>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let panel = arguments::panel(&Y, &W)?;
    let n = panel.n_units();
    let distance = run(py, None, |_| trop_core::compute_unit_distance_matrix(&panel, threads))?;
    answers::matrix(py, distance, n, n)
}

/// Grids built from the scale of the data.
#[pyfunction]
#[allow(non_snake_case)]
fn default_grids<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W)?;
    grids_dict(py, run(py, None, |_| Grids::default_for(&panel))?)
}

/// Effects of the treated cells at given lambdas (Algorithm 2).
#[pyfunction]
#[pyo3(signature = (Y, W, lambda_time, lambda_unit, lambda_nn, *, tolerance=None,
    max_iterations=None, pre_effects=false, threads=None, monitor=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
fn estimate<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    tolerance: Option<f64>,
    max_iterations: Option<usize>,
    pre_effects: bool,
    threads: Option<usize>,
    monitor: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = Accuracy { tolerance, max_iterations, threads }.settings();
    let (found, pre) = run(py, monitor, |hook| {
        let found = trop_core::estimate(&panel, &lambdas, &settings, hook)?;
        let cells = trop_core::pre_treatment_cells(&panel);
        let pre = pre_effects
            .then(|| trop_core::cell_effects(&panel, &cells, &lambdas, &settings, hook))
            .transpose()?;
        Ok((found, pre))
    })?;
    estimate_dict(py, found, pre)
}

/// Leave-one-out cross-validation (Eq. 4-5) over grids of lambdas.
#[pyfunction]
#[pyo3(signature = (Y, W, *, method, grid_time, grid_unit, grid_nn, max_cells=None, seed=0,
    abandon=false, tolerance=None, max_iterations=None, threads=None, monitor=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
fn search<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    method: &str,
    grid_time: PyReadonlyArray1<'py, f64>,
    grid_unit: PyReadonlyArray1<'py, f64>,
    grid_nn: PyReadonlyArray1<'py, f64>,
    max_cells: Option<usize>,
    seed: u64,
    abandon: bool,
    tolerance: Option<f64>,
    max_iterations: Option<usize>,
    threads: Option<usize>,
    monitor: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W)?;
    let grid = |array: PyReadonlyArray1<'py, f64>| array.as_array().to_vec();
    let grids = Grids { time: grid(grid_time), unit: grid(grid_unit), nn: grid(grid_nn) };
    let method = match method {
        "grid" => Method::Grid,
        "cycle" => Method::Cycle,
        other => return Err(errors::option_invalid(py, "method", other, "\"grid\" or \"cycle\"")),
    };
    let options = SearchOptions { method, max_cells, seed, abandon };
    let settings = Accuracy { tolerance, max_iterations, threads }.settings();
    let found = run(py, monitor, |hook| {
        trop_core::loocv_grid_search(&panel, &grids, &options, &settings, hook)
    })?;
    search_dict(py, found)
}

/// Stratified bootstrap of the average effect (Algorithm 3).
#[pyfunction]
#[pyo3(signature = (Y, W, lambda_time, lambda_unit, lambda_nn, *, n_boot, level=0.95, seed=0,
    tolerance=None, max_iterations=None, threads=None, monitor=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
fn bootstrap<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    n_boot: usize,
    level: f64,
    seed: u64,
    tolerance: Option<f64>,
    max_iterations: Option<usize>,
    threads: Option<usize>,
    monitor: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let options = BootstrapOptions { draws: n_boot, level, seed };
    let settings = Accuracy { tolerance, max_iterations, threads }.settings();
    let found = run(py, monitor, |hook| {
        trop_core::bootstrap_trop_variance(&panel, &lambdas, &options, &settings, hook)
    })?;
    bootstrap_dict(py, found)
}

/// Default settings of the core.
#[pyfunction]
fn defaults(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let settings = Settings::default();
    let options = BootstrapOptions::default();
    let dict = PyDict::new(py);
    dict.set_item("tolerance", settings.tolerance)?;
    dict.set_item("loocv_tolerance", settings.loocv_tolerance)?;
    dict.set_item("max_iterations", settings.max_iterations)?;
    dict.set_item("n_boot", options.draws)?;
    dict.set_item("level", options.level)?;
    dict.set_item("seed", options.seed)?;
    Ok(dict)
}

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(compute_unit_distance_matrix, module)?)?;
    module.add_function(wrap_pyfunction!(default_grids, module)?)?;
    module.add_function(wrap_pyfunction!(estimate, module)?)?;
    module.add_function(wrap_pyfunction!(search, module)?)?;
    module.add_function(wrap_pyfunction!(bootstrap, module)?)?;
    module.add_function(wrap_pyfunction!(defaults, module)?)
}
