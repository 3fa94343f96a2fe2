//! A panel that is validated once, with what its units, periods and columns are called.

use crate::arguments::{self, GivenDesign, Matrix};
use crate::labels::{read_labels, read_names};
use crate::running::run_named;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trop_core::{Monitor, Panel, TropResult};
use trop_report::Labels;

pub(crate) struct Held {
    pub panel: Panel,
    pub labels: Labels,
}

impl Held {
    pub fn new(
        y: &Matrix<'_>,
        w: Option<&Matrix<'_>>,
        design: &GivenDesign<'_>,
        labels: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let names = read_names(labels)?;
        let panel = arguments::panel_named(y, w, design, &names)?;
        let labels = read_labels(names, &panel, labels)?;
        Ok(Held { panel, labels })
    }

    /// Without the GIL; errors by the names of units, periods and columns.
    pub fn run<R: Send>(
        &self,
        py: Python<'_>,
        monitor: Option<Bound<'_, PyAny>>,
        work: impl FnOnce(&Panel, &dyn Monitor) -> TropResult<R> + Send,
    ) -> PyResult<R> {
        run_named(py, &self.labels.names, monitor, |hook| work(&self.panel, hook))
    }
}
