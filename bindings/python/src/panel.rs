//! A panel that is validated once, and all that is asked of it.

use crate::analysis::Analysis;
use crate::answers::att_at_dict;
use crate::arguments::{self, GivenDesign, Matrix, Position};
use crate::comparison::Comparison;
use crate::errors::to_python;
use crate::held::Held;
use crate::options;
use crate::power::Power;
use crate::simulation::Plan;
use crate::tables::{columns, PyColumn};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;
use trop_core::{AnalysisOptions, Cell, Estimator, Lambdas, TropResult};
use trop_report::{variants, Table};

/// Outcomes and treatments (None before anything is treated), what is asked of them, and what they are called.
#[pyclass(frozen)]
pub(crate) struct Panel(pub Arc<Held>);

/// The lambdas at which a diagnostic is asked for.
fn lambdas(options: &AnalysisOptions) -> Lambdas {
    options.lambdas.unwrap_or(Lambdas::TWO_WAY)
}

#[pymethods]
impl Panel {
    #[new]
    #[pyo3(signature = (Y, W, design=None, labels=None))]
    #[allow(non_snake_case)]
    fn new(
        Y: Matrix<'_>,
        W: Option<Matrix<'_>>,
        design: GivenDesign<'_>,
        labels: Option<Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        Ok(Panel(Arc::new(Held::new(&Y, W.as_ref(), &design, labels.as_ref())?)))
    }

    /// The whole way: search, estimate, inference.
    #[pyo3(signature = (options, monitor=None))]
    fn analyze(
        &self,
        py: Python<'_>,
        options: Bound<'_, PyDict>,
        monitor: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Analysis> {
        let options = options::read(&options)?;
        let analysis = self
            .0
            .run(py, monitor, |panel, hook| trop_core::analyze_with(panel, &options, hook))?;
        Ok(Analysis { held: Arc::clone(&self.0), analysis })
    }

    /// Several estimators by their names, none for the usual ones; `own` are estimates of the caller's own.
    #[pyo3(signature = (estimators, options, rivals, own, monitor=None))]
    fn compare(
        &self,
        py: Python<'_>,
        estimators: Vec<String>,
        options: Bound<'_, PyDict>,
        rivals: Bound<'_, PyDict>,
        own: Vec<(String, f64)>,
        monitor: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Comparison> {
        let (options, rivals) = (options::read(&options)?, options::read_rivals(&rivals)?);
        let named: TropResult<Vec<Estimator>> =
            estimators.iter().map(|name| name.parse()).collect();
        let named = named.map_err(|error| to_python(py, &error))?;
        let mut comparison = self.0.run(py, monitor, |panel, hook| {
            trop_core::compare(panel, &named, &options, &rivals, hook)
        })?;
        comparison.own = own;
        Ok(Comparison { held: Arc::clone(&self.0), comparison })
    }

    /// Generators of panels like this one; `study` is what is asked of the simulation, by name.
    #[pyo3(signature = (study, options, monitor=None))]
    fn simulation(
        &self,
        py: Python<'_>,
        study: Bound<'_, PyDict>,
        options: Bound<'_, PyDict>,
        monitor: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Plan> {
        let (study, options) = (options::read_study(&study)?, options::read(&options)?);
        let plan = self
            .0
            .run(py, monitor, |panel, _| trop_core::SimulationPlan::new(panel, &study, &options))?;
        Ok(Plan { held: Arc::clone(&self.0), plan })
    }

    /// How often effects of every size would be found; `asked` is what is asked of power, by name.
    #[pyo3(signature = (asked, options, monitor=None))]
    fn power(
        &self,
        py: Python<'_>,
        asked: Bound<'_, PyDict>,
        options: Bound<'_, PyDict>,
        monitor: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Power> {
        let (asked, options) = (options::read_power(&asked)?, options::read(&options)?);
        let study = self
            .0
            .run(py, monitor, |panel, hook| trop_core::power(panel, &asked, &options, hook))?;
        Ok(Power { held: Arc::clone(&self.0), study })
    }

    /// What is allowed about the panel, but often a mistake: codes and messages.
    fn remarks(&self) -> Vec<(&'static str, String)> {
        self.0.panel.remarks().iter().map(|remark| (remark.code(), remark.to_string())).collect()
    }

    /// Weights of a target (Eq. 3): of units, of periods.
    fn weights<'py>(
        &self,
        py: Python<'py>,
        unit: Position,
        period: Position,
        options: Bound<'py, PyDict>,
    ) -> PyResult<(Vec<PyColumn<'py>>, Vec<PyColumn<'py>>)> {
        let target = Cell { unit: unit.0, period: period.0 };
        let options = options::read(&options)?;
        let found = self
            .0
            .run(py, None, |panel, _| trop_core::weights(panel, target, &lambdas(&options)))?;
        let (units, periods) =
            (Table::unit_weights(&found.unit), Table::time_weights(&found.period));
        Ok((columns(py, units)?, columns(py, periods)?))
    }

    /// Weights, low-rank part and imbalance terms (Theorem 5.1) of one target.
    fn diagnose<'py>(
        &self,
        py: Python<'py>,
        unit: Position,
        period: Position,
        options: Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let target = Cell { unit: unit.0, period: period.0 };
        let options = options::read(&options)?;
        let found = self.0.run(py, None, |panel, hook| {
            let settings = options.settings();
            trop_core::diagnose(panel, target, &lambdas(&options), &settings, hook)
        })?;
        let dict = PyDict::new(py);
        dict.set_item("unit", columns(py, Table::unit_weights(&found.weights.unit))?)?;
        dict.set_item("time", columns(py, Table::time_weights(&found.weights.period))?)?;
        dict.set_item("components", columns(py, Table::components(&found))?)?;
        dict.set_item("effective_units", found.effective_units)?;
        dict.set_item("effective_periods", found.effective_periods)?;
        dict.set_item("rank", found.rank)?;
        dict.set_item("unit_imbalance", found.unit_imbalance_norm)?;
        dict.set_item("time_imbalance", found.time_imbalance_norm)?;
        dict.set_item("gap", found.gap)?;
        dict.set_item("status", found.status.name())?;
        Ok(dict)
    }

    /// Average effect at each of several triples of lambdas.
    fn att_at<'py>(
        &self,
        py: Python<'py>,
        time: PyReadonlyArray1<'py, f64>,
        unit: PyReadonlyArray1<'py, f64>,
        nn: PyReadonlyArray1<'py, f64>,
        options: Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let options = options::read(&options)?;
        let triples = arguments::triples(&time, &unit, &nn)?;
        let found = self.0.run(py, None, |panel, hook| {
            trop_core::att_at(panel, &triples, &options.settings(), hook)
        })?;
        att_at_dict(py, &found)
    }

    /// Average effect without each part of the estimator.
    fn ablation<'py>(
        &self,
        py: Python<'py>,
        options: Bound<'py, PyDict>,
    ) -> PyResult<Vec<PyColumn<'py>>> {
        let options = options::read(&options)?;
        let full = lambdas(&options);
        let triples: Vec<Lambdas> = variants(&full).iter().map(|found| found.lambdas).collect();
        let found = self.0.run(py, None, |panel, hook| {
            trop_core::att_at(panel, &triples, &options.settings(), hook)
        })?;
        columns(py, Table::ablation(&full, &found))
    }

    /// Average effect without each never-treated unit, and less `att`.
    fn leave_one_out<'py>(
        &self,
        py: Python<'py>,
        options: Bound<'py, PyDict>,
        att: f64,
    ) -> PyResult<Vec<PyColumn<'py>>> {
        let options = options::read(&options)?;
        let found = self.0.run(py, None, |panel, hook| {
            let settings = options.settings();
            trop_core::leave_one_out(panel, &lambdas(&options), &settings, hook)
        })?;
        columns(py, Table::leave_one_out(&found, att))
    }
}
