//! What is asked of a panel, from Python's dict (`tropanel._backends.protocol.Design`).

use crate::errors::option_invalid;
use numpy::{PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trop_core::{Anchor, Design, Donors, Grouping, Remark, TimeDistance};

/// A key that is absent or None keeps the core's default.
pub(crate) fn read_design(given: &Bound<'_, PyDict>) -> PyResult<Design> {
    let py = given.py();
    let mut design = Design::default();
    if let Some(name) = item::<String>(given, "anchor")? {
        design.anchor = Anchor::from_name(&name)
            .ok_or_else(|| option_invalid(py, "anchor", &name, "cell, pooled or spell"))?;
    }
    if let Some(name) = item::<String>(given, "time_distance")? {
        design.time_distance = TimeDistance::from_name(&name)
            .ok_or_else(|| option_invalid(py, "time_distance", &name, "position or calendar"))?;
    }
    design.calendar = item::<PyReadonlyArray1<'_, f64>>(given, "calendar")?.map(vector);
    design.average = item::<PyReadonlyArray1<'_, f64>>(given, "average")?.map(vector);
    design.clusters = item::<PyReadonlyArray1<'_, i64>>(given, "clusters")?
        .map(|codes| codes.as_array().to_vec());
    if let Some(given) = item::<Bound<'_, PyAny>>(given, "donors")? {
        design.donors = donors(&given)?;
    }
    design.anticipation = item(given, "anticipation")?.unwrap_or_default();
    design.washout = item(given, "washout")?.unwrap_or_default();
    if let Some(stack) = item::<PyReadonlyArray3<'_, f64>>(given, "covariates")? {
        let matrices = stack.as_array();
        design.covariates = matrices.outer_iter().map(|x| x.iter().copied().collect()).collect();
    }
    if let Some(groupings) = item::<Vec<Bound<'_, PyAny>>>(given, "groupings")? {
        design.groupings = groupings.iter().map(grouping).collect::<PyResult<_>>()?;
    }
    Ok(design)
}

/// Flags of units or of pairs of units, or a code for each unit.
fn donors(given: &Bound<'_, PyAny>) -> PyResult<Donors> {
    if let Ok(flags) = given.extract::<PyReadonlyArray1<'_, bool>>() {
        return Ok(Donors::Units(flags.as_array().to_vec()));
    }
    if let Ok(flags) = given.extract::<PyReadonlyArray2<'_, bool>>() {
        return Ok(Donors::Pairs(flags.as_array().iter().copied().collect()));
    }
    let codes: PyReadonlyArray1<'_, i64> = given.extract()?;
    Ok(Donors::Groups(codes.as_array().to_vec()))
}

/// What `cohorts` remarked on.
pub(crate) fn read_remarks(given: &Bound<'_, PyDict>) -> PyResult<Vec<Remark>> {
    let remark = |(code, units): (String, usize)| match code.as_str() {
        "cohorts_after" => Remark::CohortsAfter { units },
        _ => Remark::CohortsBefore { units },
    };
    let found = item::<Vec<(String, usize)>>(given, "remarks")?.unwrap_or_default();
    Ok(found.into_iter().map(remark).collect())
}

pub(crate) fn item<'py, T: FromPyObjectOwned<'py>>(
    given: &Bound<'py, PyDict>,
    key: &str,
) -> PyResult<Option<T>> {
    match given.get_item(key)? {
        Some(value) if !value.is_none() => value.extract().map(Some).map_err(Into::into),
        _ => Ok(None),
    }
}

fn vector(array: PyReadonlyArray1<'_, f64>) -> Vec<f64> {
    array.as_array().to_vec()
}

/// A grouping by its name, or the codes of all cells, N x T.
fn grouping(given: &Bound<'_, PyAny>) -> PyResult<Grouping> {
    let Ok(name) = given.extract::<String>() else {
        let codes: PyReadonlyArray2<'_, i64> = given.extract()?;
        return Ok(Grouping::Given(codes.as_array().iter().copied().collect()));
    };
    match name.as_str() {
        "event_time" => Ok(Grouping::EventTime),
        "time" => Ok(Grouping::Period),
        "cohort" => Ok(Grouping::Cohort),
        "unit" => Ok(Grouping::Unit),
        other => {
            let accepted = "event_time, time, cohort, unit or the codes of all cells";
            Err(option_invalid(given.py(), "grouping", other, accepted))
        }
    }
}
