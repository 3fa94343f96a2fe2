//! How well estimators do on simulated panels like one's own.

use crate::answers::matrix;
use crate::errors::to_python;
use crate::held::Held;
use crate::options;
use crate::tables::columns;
use numpy::PyArray2;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;
use trop_core::{Estimator, OwnEstimates, SimulationPlan, SimulationStudy, TropResult};

/// Outcomes and treatments.
type Draw<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>);

/// Generators that are fitted, ready to draw from.
#[pyclass(frozen)]
pub(crate) struct Plan {
    pub held: Arc<Held>,
    pub plan: SimulationPlan,
}

#[pymethods]
impl Plan {
    /// Numbers of ranks and of draws at each.
    fn sizes(&self) -> (usize, usize) {
        (self.plan.ranks().len(), self.plan.draws())
    }

    /// Outcomes and treatments of a draw; `None` at a rank without a generator.
    fn draw<'py>(&self, py: Python<'py>, at: usize, k: usize) -> PyResult<Option<Draw<'py>>> {
        let (n, t) = (self.held.panel.n_units(), self.held.panel.n_periods());
        let Some((outcome, treatment)) = self.plan.draw(at, k) else { return Ok(None) };
        Ok(Some((matrix(py, outcome, n, t)?, matrix(py, treatment, n, t)?)))
    }

    /// Every estimator on every draw; `own` are estimates of the caller's own by name, rank and draw.
    #[pyo3(signature = (estimators, rivals, own, monitor=None))]
    fn run(
        &self,
        py: Python<'_>,
        estimators: Vec<String>,
        rivals: Bound<'_, PyDict>,
        own: Vec<(String, Vec<Vec<f64>>)>,
        monitor: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Simulation> {
        let rivals = options::read_rivals(&rivals)?;
        let named: TropResult<Vec<Estimator>> =
            estimators.iter().map(|name| name.parse()).collect();
        let named = named.map_err(|error| to_python(py, &error))?;
        let own: Vec<OwnEstimates> =
            own.into_iter().map(|(name, atts)| OwnEstimates { name, atts }).collect();
        let study =
            self.held.run(py, monitor, |_, hook| self.plan.run(&named, &rivals, &own, hook))?;
        Ok(Simulation { held: Arc::clone(&self.held), study })
    }
}

/// A simulation matched to a panel.
#[pyclass(frozen)]
pub(crate) struct Simulation {
    held: Arc<Held>,
    study: SimulationStudy,
}

#[pymethods]
impl Simulation {
    /// All tables by name.
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for table in trop_report::simulation_tables(&self.study) {
            dict.set_item(table.name, columns(py, table)?)?;
        }
        Ok(dict)
    }

    /// What was simulated, in numbers.
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, value) in trop_report::simulation_facts(&self.study) {
            options::write(&dict, name, &value)?;
        }
        Ok(dict)
    }

    /// As lines of text, with the notes.
    fn text(&self) -> String {
        trop_report::simulation_text(&self.study, &self.held.labels)
    }

    /// What a reader should know.
    fn notes(&self) -> Vec<String> {
        trop_report::simulation_notes(&self.study, &self.held.labels)
    }

    /// A sentence for the paper.
    fn sentence(&self) -> String {
        trop_report::simulation_sentence(&self.study)
    }
}
