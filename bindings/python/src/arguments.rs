//! Arguments from Python.

use crate::design::{read_design, read_remarks};
use crate::errors::{named, trop_error};
use crate::options::shown;
use numpy::{PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::borrow::Cow;
use trop_core::{Cell, Lambdas, Names, Panel, Shape};

/// A float64 matrix, N x T, of any memory layout.
pub(crate) type Matrix<'py> = PyReadonlyArray2<'py, f64>;

/// A design as Python gives it (`tropanel._backends.protocol.Design`), or none.
pub(crate) type GivenDesign<'py> = Option<Bound<'py, PyDict>>;

/// Validates outcomes, treatments and what is asked of them.
pub(crate) fn panel(y: &Matrix<'_>, w: &Matrix<'_>, design: &GivenDesign<'_>) -> PyResult<Panel> {
    panel_named(y, Some(w), design, &Names::default())
}

/// The same; errors are by these names. Without treatments nothing is treated yet.
pub(crate) fn panel_named(
    y: &Matrix<'_>,
    w: Option<&Matrix<'_>>,
    design: &GivenDesign<'_>,
    names: &Names,
) -> PyResult<Panel> {
    let py = y.py();
    let (n, t) = (y.shape()[0], y.shape()[1]);
    if let Some(w) = w.filter(|w| y.shape() != w.shape()) {
        let message = format!("Y is {:?}, but W is {:?}: both must be N x T", y.shape(), w.shape());
        return Err(trop_error(py, "shape_mismatch", &message));
    }
    let panel = match w {
        Some(w) => Panel::new(&row_major(y), &row_major(w), Shape { n_units: n, n_periods: t }),
        None => Panel::untreated(&row_major(y), Shape { n_units: n, n_periods: t }),
    };
    let panel = panel.map_err(|error| named(py, &error, names))?;
    let Some(design) = design else { return Ok(panel) };
    let remarks = read_remarks(design)?;
    let panel = panel.with_design(&read_design(design)?).map_err(|e| named(py, &e, names))?;
    Ok(panel.with_remarks(remarks))
}

/// The entries row by row, copied only if they do not stand so.
fn row_major<'a>(matrix: &'a Matrix<'_>) -> Cow<'a, [f64]> {
    let standing = if matrix.is_c_contiguous() { matrix.as_slice().ok() } else { None };
    standing.map_or_else(|| matrix.as_array().iter().copied().collect(), Cow::Borrowed)
}

/// The position of a unit or period, from 0.
pub(crate) struct Position(pub usize);

impl FromPyObject<'_, '_> for Position {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        given.extract::<usize>().map(Position).map_err(|_| {
            let message = format!("a position is a whole number from 0, not {}", shown(&given));
            trop_error(given.py(), "option_invalid", &message)
        })
    }
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
