//! The one place where an error of the core becomes a Python exception.

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use trop_core::{Error, Names};

/// `tropanel.TropError(code, message)`, or KeyboardInterrupt.
pub(crate) fn to_python(py: Python<'_>, error: &Error) -> PyErr {
    named(py, error, &Names::default())
}

/// The same by the names of units, periods and columns.
pub(crate) fn named(py: Python<'_>, error: &Error, names: &Names) -> PyErr {
    match error {
        Error::Interrupted => PyKeyboardInterrupt::new_err(error.to_string()),
        _ => trop_error(py, error.code(), &error.sentence(names)),
    }
}

/// An option whose value is none of those accepted.
pub(crate) fn option_invalid(py: Python<'_>, name: &str, value: &str, accepted: &str) -> PyErr {
    trop_error(py, "option_invalid", &format!("{name} = {value:?} is not allowed: use {accepted}."))
}

pub(crate) fn trop_error(py: Python<'_>, code: &str, message: &str) -> PyErr {
    let exception = py
        .import("tropanel._errors")
        .and_then(|module| module.getattr("TropError"))
        .and_then(|class| class.call1((code, message)));
    match exception {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}
