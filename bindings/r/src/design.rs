//! What is asked of a panel, and what things are called, from R's list: anchor, calendar, time_distance, average,
//! clusters (a code for each unit), donors (a list of `kind`, which is units, groups or pairs, and of `values`, whole
//! numbers; pairs row by row), anticipation and washout (numbers of periods), cohort (the first treated period of each row's unit, on the scale of cohort_calendar;
//! 0 is never if zero_is_never), covariates (a value for each row), groupings (each a list of `codes`, a name or a code for each row, and of
//! `labels`), and the texts of [`Labels`]. What is absent or `NULL` keeps the core's default.

use extendr_api::prelude::*;
use trop_core::{Design, Donors, Grouping, Names, Rows, TropResult};
use trop_report::{Groups, Labels};

/// What is asked of the rows of data, before the core knows where they stand.
pub(crate) struct Asked {
    anchor: Option<String>,
    time_distance: Option<String>,
    calendar: Option<Vec<f64>>,
    average: Option<Vec<f64>>,
    clusters: Option<Vec<i32>>,
    donors: Donors,
    anticipation: usize,
    washout: usize,
    pub cohort: Option<Cohort>,
    covariates: Vec<Vec<f64>>,
    groupings: Vec<Codes>,
    pub labels: Labels,
}

/// When the unit of each row is first treated.
pub(crate) struct Cohort {
    pub first: Vec<f64>,
    pub calendar: Vec<f64>,
    pub zero_is_never: bool,
}

impl Cohort {
    fn new(given: &List) -> extendr_api::Result<Option<Self>> {
        let Some(first) = item(given, "cohort")? else { return Ok(None) };
        let calendar = item(given, "cohort_calendar")?.unwrap_or_default();
        let zero_is_never = item(given, "zero_is_never")?.unwrap_or(false);
        Ok(Some(Cohort { first, calendar, zero_is_never }))
    }
}

/// A grouping of the panel's own, or the code of each row.
enum Codes {
    Own(Grouping),
    OfRows(Vec<i64>),
}

impl Asked {
    pub fn new(given: &List) -> extendr_api::Result<Self> {
        let groupings = each(given, "groupings", |x| grouping(&List::try_from(x)?))?;
        let (groupings, groups) = groupings.into_iter().unzip();
        let labels = Labels {
            names: names(given)?,
            groups,
            average_weights: item(given, "average_name")?,
            clusters: item(given, "cluster_name")?,
            donors: item(given, "donors_name")?,
            outcome_label: item(given, "outcome_label")?,
            effect_label: item(given, "effect_label")?,
            ..Labels::default()
        };
        Ok(Asked {
            anchor: item(given, "anchor")?,
            time_distance: item(given, "time_distance")?,
            calendar: item(given, "calendar")?,
            average: item(given, "average")?,
            clusters: item(given, "clusters")?,
            donors: donors(given)?,
            anticipation: periods(given, "anticipation")?,
            washout: periods(given, "washout")?,
            cohort: Cohort::new(given)?,
            covariates: each(given, "covariates", |x| x.try_into())?,
            groupings,
            labels,
        })
    }

    /// The design of the panel that these rows are.
    pub fn design(&self, rows: &Rows) -> TropResult<Design> {
        let plain = Design::default();
        let grouping = |codes: &Codes| match codes {
            Codes::Own(grouping) => Ok(grouping.clone()),
            Codes::OfRows(codes) => rows.grouping(codes),
        };
        let covariates = self.covariates.iter().map(|values| rows.matrix(values));
        Ok(Design {
            anchor: self.anchor.as_ref().map_or(Ok(plain.anchor), |name| name.parse())?,
            time_distance: self
                .time_distance
                .as_ref()
                .map_or(Ok(plain.time_distance), |name| name.parse())?,
            calendar: self.calendar.clone(),
            average: self.average.clone(),
            clusters: self.clusters.as_ref().map(|c| c.iter().map(|&x| i64::from(x)).collect()),
            donors: self.donors.clone(),
            anticipation: self.anticipation,
            washout: self.washout,
            covariates: covariates.collect::<TropResult<_>>()?,
            groupings: self.groupings.iter().map(grouping).collect::<TropResult<_>>()?,
        })
    }
}

/// Who may serve for whom.
fn donors(given: &List) -> extendr_api::Result<Donors> {
    let Some(given) = item::<List>(given, "donors")? else { return Ok(Donors::All) };
    let values: Vec<i32> = item(&given, "values")?.unwrap_or_default();
    let flags = || values.iter().map(|&value| value == 1).collect();
    Ok(match item::<String>(&given, "kind")?.as_deref() {
        Some("units") => Donors::Units(flags()),
        Some("pairs") => Donors::Pairs(flags()),
        _ => Donors::Groups(values.iter().map(|&value| i64::from(value)).collect()),
    })
}

/// A number of periods.
fn periods(given: &List, name: &str) -> extendr_api::Result<usize> {
    let periods: Option<f64> = item(given, name)?;
    Ok(periods.map_or(0, |periods| periods as usize))
}

fn names(given: &List) -> extendr_api::Result<Names> {
    let text = |name| Ok::<String, Error>(item(given, name)?.unwrap_or_default());
    let texts = |name| Ok::<Vec<String>, Error>(item(given, name)?.unwrap_or_default());
    Ok(Names {
        unit: text("unit")?,
        time: text("time")?,
        outcome: text("outcome")?,
        treatment: text("treatment")?,
        units: texts("units")?,
        periods: texts("periods")?,
        covariates: texts("covariate_names")?,
        groupings: texts("grouping_names")?,
        first_row: 1,
    })
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

pub(crate) fn each<T>(
    given: &List,
    name: &str,
    read: impl Fn(Robj) -> extendr_api::Result<T>,
) -> extendr_api::Result<Vec<T>> {
    let items = item::<List>(given, name)?;
    items.iter().flat_map(List::values).map(read).collect()
}

/// A grouping by its name, or by the code of each row from 0, `NA` for none.
fn grouping(given: &List) -> extendr_api::Result<(Codes, Groups)> {
    if let Ok(Some(name)) = item::<String>(given, "codes") {
        let grouping = match name.as_str() {
            "event_time" => Grouping::EventTime,
            "time" => Grouping::Period,
            "cohort" => Grouping::Cohort,
            "unit" => Grouping::Unit,
            other => return Err(Error::Other(format!("no grouping is called {other:?}"))),
        };
        let groups = Groups::from(&grouping);
        return Ok((Codes::Own(grouping), groups));
    }
    let code = |x: f64| if x.is_nan() { Grouping::NONE } else { x as i64 };
    let codes: Vec<f64> = item(given, "codes")?.unwrap_or_default();
    let labels = item(given, "labels")?.unwrap_or_default();
    Ok((Codes::OfRows(codes.into_iter().map(code).collect()), Groups::Given(labels)))
}
