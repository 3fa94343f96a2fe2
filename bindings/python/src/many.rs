//! What is said of many panels, and what a folder of their results was made of.

use crate::errors::to_python;
use crate::options;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trop_report::{Fingerprint, Manifest};

/// A column of data: numbers, NaN for missing, or texts.
#[derive(FromPyObject)]
pub(crate) enum Column<'py> {
    Numbers(PyReadonlyArray1<'py, f64>),
    Texts(Vec<Option<String>>),
}

/// What tells columns of data from others.
#[pyfunction]
pub(crate) fn fingerprint(columns: Vec<(String, Column<'_>)>) -> String {
    let mut print = Fingerprint::default();
    for (name, column) in &columns {
        match column {
            Column::Numbers(values) => print.numbers(name, &values.as_array().to_vec()),
            Column::Texts(values) => print.texts(name, values),
        }
    }
    print.digits()
}

/// Raises for options that no panel can be asked.
#[pyfunction]
pub(crate) fn check_options(py: Python<'_>, options: Bound<'_, PyDict>) -> PyResult<()> {
    options::read(&options)?.validate().map_err(|error| to_python(py, &error))
}

/// The manifest of a folder, the name of each panel's file, and a sentence that refuses the folder if it has an
/// `earlier` manifest that is of another call. `panels` are keys and fingerprints.
#[pyfunction]
#[pyo3(signature = (options, asked, panels, folder, earlier=None))]
pub(crate) fn manifest(
    py: Python<'_>,
    options: Bound<'_, PyDict>,
    asked: Vec<(String, String)>,
    panels: Vec<(Vec<String>, String)>,
    folder: &str,
    earlier: Option<&str>,
) -> PyResult<(String, Vec<String>, Option<String>)> {
    let options = options::read(&options)?;
    let made = Manifest::new(&options, asked, panels).and_then(|manifest| {
        let refused = earlier.map_or(Ok(None), |earlier| manifest.refusal(folder, earlier))?;
        Ok((manifest.to_json(), manifest.files().to_vec(), refused))
    });
    made.map_err(|error| to_python(py, &error))
}

/// How many panels there are, and how many failed or are not certified.
#[pyfunction]
pub(crate) fn many_text(panels: usize, failed: usize, uncertified: usize) -> String {
    trop_report::many_text(panels, failed, uncertified)
}

/// One warning for those of many panels.
#[pyfunction]
pub(crate) fn many_warning(warned: usize, panels: usize, keys: &str) -> String {
    trop_report::many_warning(warned, panels, keys)
}
