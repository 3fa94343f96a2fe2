//! Fits at weights that the caller brings.

use crate::answers::{matrix, positions_dict};
use crate::arguments::{self, Matrix};
use crate::options::{self, GivenOptions};
use crate::running::run;
use numpy::ndarray::{ArrayView1, ArrayView2, Axis};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trop_core::{
    DrawAtts, Lambdas, Panel, Shape, Status, WeightedAtt, WeightedFit, WeightedJob, WeightedLoocv,
    Weights,
};

type Vector<'py> = PyReadonlyArray1<'py, f64>;

fn given(unit: &Vector<'_>, period: &Vector<'_>) -> Weights {
    Weights { unit: unit.as_array().to_vec(), period: period.as_array().to_vec() }
}

fn draws(counts: &PyReadonlyArray2<'_, u64>) -> Vec<Vec<usize>> {
    counts.as_array().rows().into_iter().map(counted).collect()
}

fn counted(counts: ArrayView1<'_, u64>) -> Vec<usize> {
    counts.iter().map(|&count| count as usize).collect()
}

fn row_major(values: ArrayView2<'_, f64>) -> Vec<f64> {
    values.iter().copied().collect()
}

/// One fit of Eq. 2 at given unit and period weights.
#[pyfunction]
#[pyo3(signature = (Y, W, unit_weights, period_weights, lambda_nn, *, monitor=None, **options))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn weighted_fit<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    unit_weights: Vector<'py>,
    period_weights: Vector<'py>,
    lambda_nn: f64,
    monitor: Option<Bound<'py, PyAny>>,
    options: Option<GivenOptions<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &None)?;
    let weights = given(&unit_weights, &period_weights);
    let settings = options::of_step(options.as_ref())?.settings();
    let fit = run(py, monitor, |hook| {
        trop_core::weighted_fit(&panel, &weights, lambda_nn, &settings, hook)
    })?;
    weighted_fit_dict(py, &panel, fit)
}

fn weighted_fit_dict<'py>(
    py: Python<'py>,
    panel: &Panel,
    fit: WeightedFit,
) -> PyResult<Bound<'py, PyDict>> {
    let (n, t) = (panel.n_units(), panel.n_periods());
    let dict = PyDict::new(py);
    dict.set_item("unit_effect", PyArray1::from_vec(py, fit.unit_effect))?;
    dict.set_item("period_effect", PyArray1::from_vec(py, fit.period_effect))?;
    dict.set_item("low_rank", matrix(py, fit.low_rank, n, t)?)?;
    dict.set_item("fitted", matrix(py, fit.fitted, n, t)?)?;
    dict.set_item("rank", fit.rank)?;
    dict.set_item("status", fit.status.name())?;
    dict.set_item("iterations", fit.iterations)?;
    dict.set_item("gap", fit.gap)?;
    dict.set_item("primal", fit.primal)?;
    dict.set_item("dual", fit.dual)?;
    Ok(dict)
}

/// Leave-one-out scores of several lambda_nn at given unit and period weights.
#[pyfunction]
#[pyo3(signature = (Y, W, unit_weights, period_weights, lambda_nn, *, monitor=None, **options))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn weighted_loocv<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    unit_weights: Vector<'py>,
    period_weights: Vector<'py>,
    lambda_nn: Vector<'py>,
    monitor: Option<Bound<'py, PyAny>>,
    options: Option<GivenOptions<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &None)?;
    let weights = given(&unit_weights, &period_weights);
    let candidates = lambda_nn.as_array().to_vec();
    let settings = options::of_step(options.as_ref())?.settings();
    let found = run(py, monitor, |hook| {
        trop_core::weighted_loocv(&panel, &weights, &candidates, &settings, hook)
    })?;
    weighted_loocv_dict(py, found)
}

fn weighted_loocv_dict(py: Python<'_>, found: WeightedLoocv) -> PyResult<Bound<'_, PyDict>> {
    let WeightedLoocv { scores, n_cells, not_estimable, .. } = found;
    let dict = PyDict::new(py);
    let score: Vec<f64> = scores.iter().map(|s| s.score).collect();
    let max_gap: Vec<f64> = scores.iter().map(|s| s.max_gap).collect();
    let n_uncertified: Vec<i64> = scores.iter().map(|s| s.n_uncertified as i64).collect();
    dict.set_item("score", PyArray1::from_vec(py, score))?;
    dict.set_item("max_gap", PyArray1::from_vec(py, max_gap))?;
    dict.set_item("n_uncertified", PyArray1::from_vec(py, n_uncertified))?;
    dict.set_item("n_cells", n_cells)?;
    dict.set_item("not_estimable", positions_dict(py, &not_estimable)?)?;
    Ok(dict)
}

/// Average effects of B panels at given weights, each at every lambda_nn: two (B, K) matrices.
#[pyfunction]
#[pyo3(signature = (Y, W, unit_weights, period_weights, lambda_nn, *, counts=None, average=None,
    monitor=None, **options))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn weighted_atts<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: PyReadonlyArray3<'py, f64>,
    unit_weights: Matrix<'py>,
    period_weights: Vector<'py>,
    lambda_nn: Vector<'py>,
    counts: Option<PyReadonlyArray2<'py, u64>>,
    average: Option<Vector<'py>>,
    monitor: Option<Bound<'py, PyAny>>,
    options: Option<GivenOptions<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (treatments, units) = (W.as_array(), unit_weights.as_array());
    let counts = counts.as_ref().map(|counts| counts.as_array());
    let (n_jobs, n, t) = treatments.dim();
    if units.dim() != (n_jobs, n) || counts.is_some_and(|counts| counts.dim() != (n_jobs, n)) {
        let message = format!("unit_weights and counts must be {n_jobs} x {n}, one row a job");
        return Err(crate::errors::trop_error(py, "shape_mismatch", &message));
    }
    let outcome = row_major(Y.as_array());
    let period = period_weights.as_array().to_vec();
    let average = average.map(|average| average.as_array().to_vec());
    let job = |k: usize| {
        Ok(WeightedJob {
            panel: Panel::new(
                &outcome,
                &row_major(treatments.index_axis(Axis(0), k)),
                Shape { n_units: n, n_periods: t },
            )?,
            weights: Weights { unit: units.row(k).to_vec(), period: period.clone() },
            counts: counts.as_ref().map(|counts| counted(counts.row(k))),
            average: average.clone(),
        })
    };
    let candidates = lambda_nn.as_array().to_vec();
    let settings = options::of_step(options.as_ref())?.settings();
    let found = run(py, monitor, |hook| {
        trop_core::weighted_atts(n_jobs, &job, &candidates, &settings, hook)
    })?;
    let columns = candidates.len();
    let dict = PyDict::new(py);
    dict.set_item("att", by_job(py, &found, columns, |one| one.att)?)?;
    dict.set_item("gap", by_job(py, &found, columns, |one| one.gap)?)?;
    let open = |one: &&WeightedAtt| one.status != Status::Solved;
    dict.set_item("n_uncertified", found.iter().flatten().filter(open).count())?;
    Ok(dict)
}

fn by_job<'py>(
    py: Python<'py>,
    found: &[Vec<WeightedAtt>],
    columns: usize,
    value: impl Fn(&WeightedAtt) -> f64,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    matrix(py, found.iter().flatten().map(value).collect(), found.len(), columns)
}

/// The average effect of each of some given bootstrap draws.
#[pyfunction]
#[pyo3(signature = (Y, W, counts, lambda_time, lambda_unit, lambda_nn, *, average=None,
    monitor=None, **options))]
#[allow(non_snake_case, clippy::too_many_arguments)]
pub(crate) fn att_of_draws<'py>(
    py: Python<'py>,
    Y: Matrix<'py>,
    W: Matrix<'py>,
    counts: PyReadonlyArray2<'py, u64>,
    lambda_time: f64,
    lambda_unit: f64,
    lambda_nn: f64,
    average: Option<Vector<'py>>,
    monitor: Option<Bound<'py, PyAny>>,
    options: Option<GivenOptions<'py>>,
) -> PyResult<Bound<'py, PyDict>> {
    let panel = arguments::panel(&Y, &W, &None)?;
    let lambdas = Lambdas { time: lambda_time, unit: lambda_unit, nn: lambda_nn };
    let draws = draws(&counts);
    let average = average.map(|average| average.as_array().to_vec());
    let settings = options::of_step(options.as_ref())?.settings();
    let found = run(py, monitor, |hook| {
        let average = average.as_deref();
        trop_core::att_of_draws(&panel, &lambdas, &draws, average, &settings, hook)
    })?;
    let DrawAtts { att, n_uncertified, max_gap, .. } = found;
    let dict = PyDict::new(py);
    dict.set_item("att", PyArray1::from_vec(py, att))?;
    dict.set_item("n_uncertified", n_uncertified)?;
    dict.set_item("max_gap", max_gap)?;
    Ok(dict)
}
