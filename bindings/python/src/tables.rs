//! Tables for Python: lists of columns, each a name, a kind and values.

use numpy::PyArray1;
use pyo3::prelude::*;
use trop_report::{Column, Table, Values};

/// A column: its name; "unit", "period", "group" if its values are positions or codes of these, else "";
/// an array, or a list of texts.
pub(crate) type PyColumn<'py> = (String, &'static str, Bound<'py, PyAny>);

/// Stands for a whole number that is not there; `tropanel._backends.protocol.NO_EVENT_TIME`.
const NONE: i64 = i64::MIN;

pub(crate) fn columns<'py>(py: Python<'py>, table: Table) -> PyResult<Vec<PyColumn<'py>>> {
    table.columns.into_iter().map(|column| convert(py, column)).collect()
}

fn convert(py: Python<'_>, column: Column) -> PyResult<PyColumn<'_>> {
    let (kind, values) = match column.values {
        Values::Unit(at) => ("unit", positions(py, at)),
        Values::Period(at) => ("period", positions(py, at)),
        Values::Group { codes, .. } => ("group", PyArray1::from_vec(py, codes).into_any()),
        Values::Text(texts) => ("", texts.into_pyobject(py)?.into_any()),
        Values::Integer(values) => {
            let values = values.into_iter().map(|value| value.unwrap_or(NONE)).collect();
            ("", PyArray1::from_vec(py, values).into_any())
        }
        Values::Number(values) => ("", PyArray1::from_vec(py, values).into_any()),
        Values::Bool(values) => ("", PyArray1::from_vec(py, values).into_any()),
    };
    Ok((column.name, kind, values))
}

fn positions(py: Python<'_>, at: Vec<usize>) -> Bound<'_, PyAny> {
    let at = at.into_iter().map(|position| position as i64).collect();
    PyArray1::from_vec(py, at).into_any()
}
