//! What units, periods and columns are called, from Python's dict (`tropanel._backends.protocol.Labels`).

use crate::design::item;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trop_core::{Names, Panel};
use trop_report::{Groups, Labels};

/// Names for errors; what is absent is called by its position.
pub(crate) fn read_names(given: Option<&Bound<'_, PyDict>>) -> PyResult<Names> {
    let Some(given) = given else { return Ok(Names::default()) };
    let text = |key: &str| item::<String>(given, key).map(Option::unwrap_or_default);
    let texts = |key: &str| item::<Vec<String>>(given, key).map(Option::unwrap_or_default);
    Ok(Names {
        unit: text("unit")?,
        time: text("time")?,
        outcome: text("outcome")?,
        treatment: text("treatment")?,
        units: texts("units")?,
        periods: texts("periods")?,
        covariates: texts("covariates")?,
        groupings: texts("groupings")?,
        ..Names::default()
    })
}

/// The same, and what only words about results need.
pub(crate) fn read_labels(
    names: Names,
    panel: &Panel,
    given: Option<&Bound<'_, PyDict>>,
) -> PyResult<Labels> {
    let mut labels = Labels { names, ..Labels::of_panel(panel) };
    let Some(given) = given else { return Ok(labels) };
    labels.average_weights = item(given, "average_weights")?;
    labels.clusters = item(given, "clusters")?;
    labels.donors = item(given, "donors")?;
    labels.outcome_label = item(given, "outcome_label")?;
    labels.effect_label = item(given, "effect_label")?;
    labels.percent = item(given, "percent")?.unwrap_or_default();
    let groups: Vec<Option<Vec<String>>> = item(given, "groups")?.unwrap_or_default();
    for (own, given) in labels.groups.iter_mut().zip(groups) {
        if let Some(given) = given {
            *own = Groups::Given(given);
        }
    }
    Ok(labels)
}
