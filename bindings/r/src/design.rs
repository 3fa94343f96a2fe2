//! What is asked of a panel, from R's list: anchor, calendar, time_distance, average, covariates (N x T
//! matrices) and groupings (names, or N x T matrices of codes). What is absent or `NULL` keeps the core's
//! default.

use crate::matrix::Matrix;
use extendr_api::prelude::*;
use trop_core::{Anchor, Design, Grouping, TimeDistance};

pub(crate) fn read_design(given: &List) -> extendr_api::Result<Design> {
    let mut design = Design::default();
    if let Some(name) = item::<String>(given, "anchor")? {
        design.anchor = Anchor::from_name(&name).ok_or_else(|| unknown("anchor", &name))?;
    }
    if let Some(name) = item::<String>(given, "time_distance")? {
        design.time_distance =
            TimeDistance::from_name(&name).ok_or_else(|| unknown("time distance", &name))?;
    }
    design.calendar = item(given, "calendar")?;
    design.average = item(given, "average")?;
    design.covariates = each(given, "covariates", |x| {
        let matrix = RMatrix::<f64>::try_from(x)?;
        Ok(Matrix::new(&matrix).into_values())
    })?;
    design.groupings = each(given, "groupings", grouping)?;
    Ok(design)
}

/// The entry of a name; `None` if it is absent or `NULL`.
pub(crate) fn item<T>(given: &List, name: &str) -> extendr_api::Result<Option<T>>
where
    T: TryFrom<Robj, Error = Error>,
{
    match given.iter().find(|(key, _)| *key == name) {
        Some((_, value)) if !value.is_null() => T::try_from(value).map(Some),
        _ => Ok(None),
    }
}

/// The error of a name that nothing has.
pub(crate) fn unknown(what: &str, name: &str) -> Error {
    Error::Other(format!("no {what} is called {name:?}"))
}

fn each<T>(
    given: &List,
    name: &str,
    read: impl Fn(Robj) -> extendr_api::Result<T>,
) -> extendr_api::Result<Vec<T>> {
    let items = item::<List>(given, name)?;
    items.iter().flat_map(List::values).map(read).collect()
}

/// A grouping by its name, or by the code of each cell, `NA` for none.
fn grouping(given: Robj) -> extendr_api::Result<Grouping> {
    if let Some(name) = given.as_str() {
        return match name {
            "event_time" => Ok(Grouping::EventTime),
            "time" => Ok(Grouping::Period),
            "cohort" => Ok(Grouping::Cohort),
            "unit" => Ok(Grouping::Unit),
            other => Err(unknown("grouping", other)),
        };
    }
    let codes = Matrix::new(&RMatrix::<f64>::try_from(given)?).into_values();
    let code = |x: &f64| if x.is_nan() { Grouping::NONE } else { *x as i64 };
    Ok(Grouping::Given(codes.iter().map(code).collect()))
}
