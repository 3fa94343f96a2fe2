//! Treatments from first treated periods.

use crate::errors::named;
use crate::labels::read_names;
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trop_core::{Remark, Rows};

/// The code of a remark, and a number of units.
type Told = (&'static str, usize);

/// The treatment, N x T, from the first treated period of each row's unit on the scale of `calendar`, and codes of
/// remarks with numbers of units. `unit` and `time` are positions; `labels` are for errors.
#[pyfunction]
#[pyo3(signature = (unit, time, first, calendar, zero_is_never, labels=None))]
pub(crate) fn cohorts<'py>(
    py: Python<'py>,
    unit: PyReadonlyArray1<'py, i64>,
    time: PyReadonlyArray1<'py, i64>,
    first: PyReadonlyArray1<'py, f64>,
    calendar: PyReadonlyArray1<'py, f64>,
    zero_is_never: bool,
    labels: Option<Bound<'py, PyDict>>,
) -> PyResult<(Bound<'py, PyArray2<f64>>, Vec<Told>)> {
    let names = read_names(labels.as_ref())?;
    let codes = |given: PyReadonlyArray1<'_, i64>| given.as_array().to_vec();
    let numbers = |given: PyReadonlyArray1<'_, f64>| given.as_array().to_vec();
    let rows = Rows::new(&codes(unit), &codes(time));
    let found = rows.and_then(|rows| {
        let found = rows.cohorts(&numbers(first), &numbers(calendar), zero_is_never)?;
        Ok((found, [rows.units().len(), rows.periods().len()]))
    });
    let (found, shape) = found.map_err(|error| named(py, &error, &names))?;
    let remark = |remark: &Remark| match remark {
        Remark::CohortsAfter { units } | Remark::CohortsBefore { units } => (remark.code(), *units),
        other => (other.code(), 0),
    };
    let remarks = found.remarks.iter().map(remark).collect();
    Ok((PyArray1::from_vec(py, found.treatment).reshape(shape)?, remarks))
}
