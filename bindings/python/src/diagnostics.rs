//! What stands behind an estimate, and how it moves with its choices.

use crate::answers::{column, Fit};
use crate::arguments::{self, Accuracy, GivenDesign, Matrix};
use crate::running::run;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trop_core::{AttAt, Cell, Lambdas};

/// Weights, low-rank part and imbalance terms (Theorem 5.1) of one target.
#[pyfunction]
#[pyo3(signature = (Y, W, unit, period, lambda_time, lambda_unit, lambda_nn, *, tolerance=None,
    max_iterations=None, monitor=None, design=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn diagnose<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    unit: usize,
    period: usize,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    tolerance: Option<f64>,
    max_iterations: Option<usize>,
    monitor: Option<Bound<'py, PyAny>>,
    design: GivenDesign<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = Accuracy { tolerance, max_iterations, threads: None }.settings();
    let target = Cell { unit, period };
    let found =
        run(py, monitor, |hook| trop_core::diagnose(&panel, target, &lambdas, &settings, hook))?;
    let dict = PyDict::new(py);
    column(&dict, "unit", &found.weights.unit, |w| *w)?;
    column(&dict, "period", &found.weights.period, |w| *w)?;
    dict.set_item("effective_units", found.effective_units)?;
    dict.set_item("effective_periods", found.effective_periods)?;
    dict.set_item("rank", found.rank)?;
    column(&dict, "singular_values", &found.singular_values, |v| *v)?;
    column(&dict, "unit_imbalance", &found.unit_imbalance, |v| *v)?;
    column(&dict, "time_imbalance", &found.time_imbalance, |v| *v)?;
    dict.set_item("unit_imbalance_norm", found.unit_imbalance_norm)?;
    dict.set_item("time_imbalance_norm", found.time_imbalance_norm)?;
    dict.set_item("status", found.status.name())?;
    dict.set_item("gap", found.gap)?;
    Ok(dict)
}

/// Average effect at each of several triples of lambdas.
#[pyfunction]
#[pyo3(signature = (Y, W, lambda_time, lambda_unit, lambda_nn, *, tolerance=None,
    max_iterations=None, threads=None, monitor=None, design=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn att_at<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    lambda_time: PyReadonlyArray1<'py, f64>,
    lambda_unit: PyReadonlyArray1<'py, f64>,
    lambda_nn: PyReadonlyArray1<'py, f64>,
    tolerance: Option<f64>,
    max_iterations: Option<usize>,
    threads: Option<usize>,
    monitor: Option<Bound<'py, PyAny>>,
    design: GivenDesign<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let lambdas = arguments::triples(&lambda_time, &lambda_unit, &lambda_nn)?;
    let settings = Accuracy { tolerance, max_iterations, threads }.settings();
    let found = run(py, monitor, |hook| trop_core::att_at(&panel, &lambdas, &settings, hook))?;
    att_at_dict(py, &found)
}

fn att_at_dict<'py>(py: Python<'py>, found: &[AttAt]) -> PyResult<Bound<'py, PyDict>> {
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

/// Average effect without each part of the estimator.
#[pyfunction]
#[pyo3(signature = (Y, W, lambda_time, lambda_unit, lambda_nn, *, tolerance=None,
    max_iterations=None, threads=None, monitor=None, design=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn ablation<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    tolerance: Option<f64>,
    max_iterations: Option<usize>,
    threads: Option<usize>,
    monitor: Option<Bound<'py, PyAny>>,
    design: GivenDesign<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = Accuracy { tolerance, max_iterations, threads }.settings();
    let (names, triples): (Vec<&str>, Vec<Lambdas>) =
        trop_core::ablation(&lambdas).into_iter().unzip();
    let found = run(py, monitor, |hook| trop_core::att_at(&panel, &triples, &settings, hook))?;
    let dict = att_at_dict(py, &found)?;
    dict.set_item("name", names)?;
    Ok(dict)
}

/// Average effect without each never-treated unit.
#[pyfunction]
#[pyo3(signature = (Y, W, lambda_time, lambda_unit, lambda_nn, *, tolerance=None,
    max_iterations=None, threads=None, monitor=None, design=None))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn leave_one_out<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    tolerance: Option<f64>,
    max_iterations: Option<usize>,
    threads: Option<usize>,
    monitor: Option<Bound<'py, PyAny>>,
    design: GivenDesign<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let settings = Accuracy { tolerance, max_iterations, threads }.settings();
    let found =
        run(py, monitor, |hook| trop_core::leave_one_out(&panel, &lambdas, &settings, hook))?;
    let dict = PyDict::new(py);
    column(&dict, "unit", &found, |left| left.unit as i64)?;
    column(&dict, "att", &found, |left| left.att)?;
    Ok(dict)
}

/// Errors of the predictions before treatment, from an estimate with pre_effects.
#[pyfunction]
#[pyo3(signature = (Y, W, fit, *, design=None))]
#[allow(non_snake_case)]
pub(crate) fn pre_treatment_fit<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    fit: Bound<'py, Fit>,
    design: GivenDesign<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &design)?;
    let found = trop_core::pre_treatment_fit(&panel, &fit.get().pre);
    let dict = PyDict::new(py);
    dict.set_item("n_cells", found.n_cells)?;
    dict.set_item("mean", found.mean)?;
    dict.set_item("rmse", found.rmse)?;
    column(&dict, "unit", &found.by_unit, |u| u.unit as i64)?;
    column(&dict, "unit_n_cells", &found.by_unit, |u| u.n_cells as i64)?;
    column(&dict, "unit_mean", &found.by_unit, |u| u.mean)?;
    column(&dict, "unit_rmse", &found.by_unit, |u| u.rmse)?;
    Ok(dict)
}
