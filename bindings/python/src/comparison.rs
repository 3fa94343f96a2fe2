//! What several estimators say of a panel.

use crate::held::Held;
use crate::tables::columns;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// A comparison of estimators on a panel.
#[pyclass(frozen)]
pub(crate) struct Comparison {
    pub held: Arc<Held>,
    pub comparison: trop_core::Comparison,
}

#[pymethods]
impl Comparison {
    /// All tables that are there, by name.
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for table in trop_report::comparison_tables(&self.comparison, &self.held.labels) {
            dict.set_item(table.name, columns(py, table)?)?;
        }
        Ok(dict)
    }

    /// Level of the intervals.
    fn level(&self) -> f64 {
        self.comparison.options.level
    }

    /// As lines of text, with the notes.
    fn text(&self) -> String {
        trop_report::comparison_text(&self.comparison, &self.held.labels)
    }

    /// What a reader should know.
    fn notes(&self) -> Vec<String> {
        trop_report::comparison_notes(&self.comparison, &self.held.labels)
    }
}
