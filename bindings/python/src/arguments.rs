//! Arguments from Python.

use crate::design::read_design;
use crate::errors::{named, option_invalid, trop_error};
use numpy::{PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::borrow::Cow;
use trop_core::{Cell, Criterion, Lambdas, Method, Names, Panel, SearchOptions, Settings};

/// A float64 matrix, N x T, of any memory layout.
pub(crate) type Matrix<'py> = PyReadonlyArray2<'py, f64>;

/// A design as Python gives it (`tropanel._backends.protocol.Design`), or none.
pub(crate) type GivenDesign<'py> = Option<Bound<'py, PyDict>>;

/// Validates outcomes, treatments and what is asked of them.
pub(crate) fn panel(y: &Matrix<'_>, w: &Matrix<'_>, design: &GivenDesign<'_>) -> PyResult<Panel> {
    panel_named(y, w, design, &Names::default())
}

/// The same; errors are by these names.
pub(crate) fn panel_named(
    y: &Matrix<'_>,
    w: &Matrix<'_>,
    design: &GivenDesign<'_>,
    names: &Names,
) -> PyResult<Panel> {
    let py = y.py();
    if y.shape() != w.shape() {
        let message = format!("Y is {:?}, but W is {:?}: both must be N x T", y.shape(), w.shape());
        return Err(trop_error(py, "shape_mismatch", &message));
    }
    let panel = Panel::new(&row_major(y), &row_major(w), y.shape()[0], y.shape()[1])
        .map_err(|error| named(py, &error, names))?;
    match design {
        Some(design) => panel.with_design(&read_design(design)?).map_err(|e| named(py, &e, names)),
        None => Ok(panel),
    }
}

/// The entries row by row, copied only if they do not stand so.
fn row_major<'a>(matrix: &'a Matrix<'_>) -> Cow<'a, [f64]> {
    let standing = if matrix.is_c_contiguous() { matrix.as_slice().ok() } else { None };
    standing.map_or_else(|| matrix.as_array().iter().copied().collect(), Cow::Borrowed)
}

/// Positions of cells: two arrays of one length.
pub(crate) fn cells(
    unit: &PyReadonlyArray1<'_, u64>,
    period: &PyReadonlyArray1<'_, u64>,
) -> PyResult<Vec<Cell>> {
    let (units, periods) = (unit.as_array(), period.as_array());
    if units.len() != periods.len() {
        let message = format!("{} units, but {} periods of cells", units.len(), periods.len());
        return Err(trop_error(unit.py(), "shape_mismatch", &message));
    }
    let cell =
        |(&unit, &period): (&u64, &u64)| Cell { unit: unit as usize, period: period as usize };
    Ok(units.iter().zip(periods).map(cell).collect())
}

/// Triples of lambdas: three arrays of one length.
pub(crate) fn triples(
    time: &PyReadonlyArray1<'_, f64>,
    unit: &PyReadonlyArray1<'_, f64>,
    nn: &PyReadonlyArray1<'_, f64>,
) -> PyResult<Vec<Lambdas>> {
    let (times, units, nns) = (time.as_array(), unit.as_array(), nn.as_array());
    if units.len() != times.len() || nns.len() != times.len() {
        let message = format!(
            "{} lambda_time, {} lambda_unit and {} lambda_nn",
            times.len(),
            units.len(),
            nns.len()
        );
        return Err(trop_error(time.py(), "shape_mismatch", &message));
    }
    let triple = |((&time, &unit), &nn)| Lambdas { time, unit, nn };
    Ok(times.iter().zip(units).zip(nns).map(triple).collect())
}

/// How to search: the arguments of `search` that have defaults in the core.
pub(crate) struct Searching<'a> {
    pub method: Option<&'a str>,
    pub criterion: Option<&'a str>,
    pub n_placebo_sets: Option<usize>,
    pub n_folds: Option<usize>,
    pub max_cells: Option<usize>,
    pub seed: Option<u64>,
    pub abandon: Option<bool>,
}

impl Searching<'_> {
    pub fn options(&self, py: Python<'_>) -> PyResult<SearchOptions> {
        let mut options = SearchOptions { max_cells: self.max_cells, ..Default::default() };
        if let Some(name) = self.method {
            let accepted = "descent, grid, cycle or adaptive";
            options.method = Method::from_name(name)
                .ok_or_else(|| option_invalid(py, "method", name, accepted))?;
        }
        if let Some(name) = self.criterion {
            let accepted = "auto, loocv, placebo_sets or placebo_folds";
            options.criterion = Criterion::from_name(name)
                .ok_or_else(|| option_invalid(py, "criterion", name, accepted))?;
        }
        match (&mut options.criterion, self.n_placebo_sets, self.n_folds) {
            (Criterion::PlaceboSets { sets }, Some(n), _) => *sets = n,
            (Criterion::PlaceboFolds { folds }, _, Some(n)) => *folds = n,
            _ => {}
        }
        options.seed = self.seed.unwrap_or(options.seed);
        options.abandon = self.abandon.unwrap_or(options.abandon);
        Ok(options)
    }
}

/// Settings, the core's defaults where not given. A given tolerance holds for estimates and scores.
pub(crate) struct Accuracy {
    pub tolerance: Option<f64>,
    pub max_iterations: Option<usize>,
    pub threads: Option<usize>,
}

impl Accuracy {
    pub fn settings(&self) -> Settings {
        let default = Settings::default();
        Settings {
            tolerance: self.tolerance.unwrap_or(default.tolerance),
            loocv_tolerance: self.tolerance.unwrap_or(default.loocv_tolerance),
            max_iterations: self.max_iterations.unwrap_or(default.max_iterations),
            threads: self.threads,
        }
    }
}
