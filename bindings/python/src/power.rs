//! Which effects would be found.

use crate::held::Held;
use crate::options;
use crate::tables::columns;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;
use trop_core::PowerStudy;

/// Power of every design that was asked for.
#[pyclass(frozen)]
pub(crate) struct Power {
    pub held: Arc<Held>,
    pub study: PowerStudy,
}

#[pymethods]
impl Power {
    /// All tables by name.
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for table in trop_report::power_tables(&self.study) {
            dict.set_item(table.name, columns(py, table)?)?;
        }
        Ok(dict)
    }

    /// What was asked, in numbers.
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, value) in trop_report::power_facts(&self.study) {
            options::write(&dict, name, &value)?;
        }
        Ok(dict)
    }

    /// As lines of text, with the notes.
    fn text(&self) -> String {
        trop_report::power_text(&self.study, &self.held.labels)
    }

    /// What a reader should know.
    fn notes(&self) -> Vec<String> {
        trop_report::power_notes(&self.study, &self.held.labels)
    }

    /// A sentence for the paper.
    fn sentence(&self) -> String {
        trop_report::power_sentence(&self.study, &self.held.labels)
    }
}
