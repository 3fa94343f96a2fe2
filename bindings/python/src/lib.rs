//! `tropanel._core`: the compiled backend of the Python package.
//!
//! Each function converts its arguments, calls `trop-core`, and converts the answer; names, keys and
//! types are those of `tropanel._backends.protocol`.

mod analysis;
mod answers;
mod arguments;
mod cohorts;
mod comparison;
mod design;
mod errors;
mod held;
mod labels;
mod many;
mod options;
mod panel;
mod periods;
mod power;
mod running;
mod saved;
mod simulation;
mod tables;
mod weighted;

use answers::{
    bootstrap_dict, cell_effects_dict, estimate_dict, grids_dict, positions_dict, search_dict,
    weights_dict,
};
use arguments::{GivenDesign, Matrix, Position};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1};
use options::GivenOptions;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use running::run;
use std::collections::BTreeMap;
use trop_core::{AnalysisOptions, BootstrapOptions, Cell, Grids, Lambdas};

/// Root mean squared difference of every two units over common control periods, (N, N).
#[pyfunction]
#[pyo3(signature = (Y, W, **options))]
#[allow(non_snake_case)]
fn compute_unit_distance_matrix<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    options: Option<GivenOptions<'py>>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let panel = arguments::panel(&Y, &W, &None)?;
    let n = panel.n_units();
    let threads = options::of_step(options.as_ref())?.threads;
    let distance =
        run(py, None, |hook| trop_core::compute_unit_distance_matrix(&panel, threads, hook))?;
    answers::matrix(py, distance, n, n)
}

/// Distance of every unit to the unit of a target, the target's period left out, (N,).
#[pyfunction]
#[allow(non_snake_case)]
fn leave_period_out_distances<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    unit: Position,
    period: Position,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let panel = arguments::panel(&Y, &W, &None)?;
    let target = Cell { unit: unit.0, period: period.0 };
    let distance = run(py, None, |_| trop_core::leave_period_out_distances(&panel, target))?;
    Ok(PyArray1::from_vec(py, distance))
}

/// Unit and time weights of a target (Eq. 3), not normalized.
#[pyfunction]
#[pyo3(signature = (Y, W, unit, period, lambda_time, lambda_unit, lambda_nn, *, design=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
fn weights<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    unit: Position,
    period: Position,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    design: GivenDesign<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let target = Cell { unit: unit.0, period: period.0 };
    weights_dict(py, run(py, None, |_| trop_core::weights(&panel, target, &lambdas))?)
}

/// Control cells of ever-treated units before a spell of treatment.
#[pyfunction]
#[allow(non_snake_case)]
fn pre_treatment_cells<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &None)?;
    positions_dict(py, &trop_core::pre_treatment_cells(&panel))
}

/// Grids built from the scale of the data.
#[pyfunction]
#[pyo3(signature = (Y, W, *, design=None))]
#[allow(non_snake_case)]
fn default_grids<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    design: GivenDesign<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    grids_dict(py, run(py, None, |hook| Grids::default_for(&panel, hook))?)
}

/// Effects of the treated cells at given lambdas (Algorithm 2).
#[pyfunction]
#[pyo3(signature = (Y, W, lambda_time, lambda_unit, lambda_nn, *, pre_effects=false, monitor=None,
    design=None, **options))]
#[allow(non_snake_case, clippy::too_many_arguments)]
fn estimate<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    pre_effects: bool,
    monitor: Option<Bound<'py, PyAny>>,
    design: GivenDesign<'py>,
    options: Option<GivenOptions<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = options::of_step(options.as_ref())?.settings();
    let (found, pre) = run(py, monitor, |hook| {
        let found = trop_core::estimate(&panel, &lambdas, &settings, hook)?;
        let cells = trop_core::pre_treatment_cells(&panel);
        let pre = pre_effects
            .then(|| trop_core::cell_effects(&panel, &cells, &lambdas, &settings, hook))
            .transpose()?;
        Ok((found, pre))
    })?;
    estimate_dict(py, &panel, found, pre)
}

/// Effects of any cells at given lambdas, control cells each left out of its own fit.
#[pyfunction]
#[pyo3(signature = (Y, W, unit, period, lambda_time, lambda_unit, lambda_nn, *, monitor=None,
    design=None, **options))]
#[allow(non_snake_case, clippy::too_many_arguments)]
fn cell_effects<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    unit: PyReadonlyArray1<'py, u64>,
    period: PyReadonlyArray1<'py, u64>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    monitor: Option<Bound<'py, PyAny>>,
    design: GivenDesign<'py>,
    options: Option<GivenOptions<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let cells = arguments::cells(&unit, &period)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = options::of_step(options.as_ref())?.settings();
    let found = run(py, monitor, |hook| {
        trop_core::cell_effects(&panel, &cells, &lambdas, &settings, hook)
    })?;
    cell_effects_dict(py, &panel, &found)
}

/// Leave-one-out cross-validation (Eq. 4-5) over grids of lambdas.
#[pyfunction]
#[pyo3(signature = (Y, W, *, method, grid_time, grid_unit, grid_nn, monitor=None, design=None,
    **options))]
#[allow(non_snake_case, clippy::too_many_arguments)]
fn search<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    method: Bound<'py, PyAny>,
    grid_time: PyReadonlyArray1<'py, f64>,
    grid_unit: PyReadonlyArray1<'py, f64>,
    grid_nn: PyReadonlyArray1<'py, f64>,
    monitor: Option<Bound<'py, PyAny>>,
    design: GivenDesign<'py>,
    options: Option<GivenOptions<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let grid = |array: PyReadonlyArray1<'py, f64>| array.as_array().to_vec();
    let grids = Grids { time: grid(grid_time), unit: grid(grid_unit), nn: grid(grid_nn) };
    let mut options = options::of_step(options.as_ref())?;
    options::put(py, &mut options, "search", &method)?;
    let (searching, settings) = (options.searching(&panel), options.settings());
    let found = run(py, monitor, |hook| {
        trop_core::loocv_grid_search(&panel, &grids, &searching, &settings, hook)
    })?;
    search_dict(py, found)
}

/// Stratified bootstrap of the average effect (Algorithm 3).
#[pyfunction]
#[pyo3(signature = (Y, W, lambda_time, lambda_unit, lambda_nn, *, monitor=None, design=None,
    **options))]
#[allow(non_snake_case, clippy::too_many_arguments)]
fn bootstrap<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    monitor: Option<Bound<'py, PyAny>>,
    design: GivenDesign<'py>,
    options: Option<GivenOptions<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let options = options::of_step(options.as_ref())?;
    let AnalysisOptions { n_boot: draws, level, seed, .. } = options;
    let (how, settings) = (BootstrapOptions { draws, level, seed }, options.settings());
    let found = run(py, monitor, |hook| {
        trop_core::bootstrap_trop_variance(&panel, &lambdas, &how, &settings, hook)
    })?;
    bootstrap_dict(py, found)
}

/// The default of each option of an analysis, by name.
#[pyfunction]
fn defaults(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    for option in AnalysisOptions::table() {
        options::write(&dict, option.name, &option.default)?;
    }
    Ok(dict)
}

/// The sentence that refuses input; `None` if there is none of that name with these parts.
#[pyfunction]
fn refusal(name: &str, parts: BTreeMap<String, String>) -> Option<String> {
    let parts: Vec<_> = parts.iter().map(|(part, text)| (part.as_str(), text.as_str())).collect();
    trop_core::refusal(name, &parts)
}

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<panel::Panel>()?;
    module.add_class::<analysis::Analysis>()?;
    module.add_class::<comparison::Comparison>()?;
    module.add_class::<power::Power>()?;
    module.add_class::<simulation::Plan>()?;
    module.add_class::<simulation::Simulation>()?;
    module.add_function(wrap_pyfunction!(compute_unit_distance_matrix, module)?)?;
    module.add_function(wrap_pyfunction!(leave_period_out_distances, module)?)?;
    module.add_function(wrap_pyfunction!(weights, module)?)?;
    module.add_function(wrap_pyfunction!(default_grids, module)?)?;
    module.add_function(wrap_pyfunction!(cohorts::cohorts, module)?)?;
    module.add_function(wrap_pyfunction!(pre_treatment_cells, module)?)?;
    module.add_function(wrap_pyfunction!(estimate, module)?)?;
    module.add_function(wrap_pyfunction!(cell_effects, module)?)?;
    module.add_function(wrap_pyfunction!(search, module)?)?;
    module.add_function(wrap_pyfunction!(bootstrap, module)?)?;
    module.add_function(wrap_pyfunction!(weighted::weighted_fit, module)?)?;
    module.add_function(wrap_pyfunction!(weighted::weighted_loocv, module)?)?;
    module.add_function(wrap_pyfunction!(weighted::weighted_atts, module)?)?;
    module.add_function(wrap_pyfunction!(weighted::att_of_draws, module)?)?;
    module.add_function(wrap_pyfunction!(defaults, module)?)?;
    module.add_function(wrap_pyfunction!(periods::order_periods, module)?)?;
    module.add_function(wrap_pyfunction!(many::check_options, module)?)?;
    module.add_function(wrap_pyfunction!(many::fingerprint, module)?)?;
    module.add_function(wrap_pyfunction!(many::manifest, module)?)?;
    module.add_function(wrap_pyfunction!(many::many_text, module)?)?;
    module.add_function(wrap_pyfunction!(many::many_warning, module)?)?;
    module.add_function(wrap_pyfunction!(saved::load, module)?)?;
    module.add_function(wrap_pyfunction!(saved::placebo_in_time, module)?)?;
    module.add_function(wrap_pyfunction!(saved::save, module)?)?;
    module.add_function(wrap_pyfunction!(refusal, module)?)
}
