//! What units, periods and columns are called, where the caller knows it.

/// Names of a panel's units, periods and columns: with them an error speaks of `state California` in place
/// of `unit 3` ([`Error::named`](crate::Error::named)). What is empty, or too short, is called by its
/// position.
///
/// ```
/// use trop_core::{Names, Panel, Shape};
/// let names = Names { unit: "state".into(), units: vec!["Iowa".into()], ..Default::default() };
/// let error = Panel::new(
///     &[f64::NAN, f64::NAN, 1.0, 2.0],
///     &[0.0, 0.0, 0.0, 1.0],
///     Shape { n_units: 2, n_periods: 2 },
/// ).unwrap_err();
/// assert_eq!(error.to_string(), "unit 0 has no observed outcome; drop it from the panel");
/// assert_eq!(error.named(&names), "state Iowa has no observed outcome; drop it from the panel");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Names {
    /// The column of units, such as `state`.
    pub unit: String,
    /// The column of periods, such as `year`.
    pub time: String,
    /// The column of outcomes.
    pub outcome: String,
    /// The column of treatments.
    pub treatment: String,
    /// The label of each unit.
    pub units: Vec<String>,
    /// The label of each period.
    pub periods: Vec<String>,
    /// The name of each covariate.
    pub covariates: Vec<String>,
    /// The name of each grouping.
    pub groupings: Vec<String>,
    /// The number of the first row of data in long form: 0, or 1 in languages that count from 1.
    pub first_row: usize,
}

impl Names {
    pub(crate) const NONE: Names = Names {
        unit: String::new(),
        time: String::new(),
        outcome: String::new(),
        treatment: String::new(),
        units: Vec::new(),
        periods: Vec::new(),
        covariates: Vec::new(),
        groupings: Vec::new(),
        first_row: 0,
    };

    /// What a unit is called: `state California`, or `unit 3`.
    ///
    /// ```
    /// assert_eq!(trop_core::Names::default().unit(3), "unit 3");
    /// ```
    pub fn unit(&self, position: usize) -> String {
        entry("unit", &self.unit, &self.units, position)
    }

    /// What a period is called: `year 1989`, or `period 3`.
    ///
    /// ```
    /// assert_eq!(trop_core::Names::default().period(3), "period 3");
    /// ```
    pub fn period(&self, position: usize) -> String {
        entry("period", &self.time, &self.periods, position)
    }

    /// What a covariate is called: `covariate 'income'`, or `covariate 0`.
    ///
    /// ```
    /// assert_eq!(trop_core::Names::default().covariate(0), "covariate 0");
    /// ```
    pub fn covariate(&self, position: usize) -> String {
        column("covariate", &self.covariates, position)
    }

    /// What a grouping is called: `grouping 'region'`, or `grouping 0`.
    ///
    /// ```
    /// assert_eq!(trop_core::Names::default().grouping(0), "grouping 0");
    /// ```
    pub fn grouping(&self, position: usize) -> String {
        column("grouping", &self.groupings, position)
    }

    pub(crate) fn outcome(&self) -> String {
        role("outcome", &self.outcome)
    }

    pub(crate) fn treatment(&self) -> String {
        role("treatment", &self.treatment)
    }

    /// What a unit or a period is called.
    pub(crate) fn on_side(&self, side: &str, position: usize) -> String {
        if side == "unit" {
            self.unit(position)
        } else {
            self.period(position)
        }
    }
}

fn entry(kind: &str, column: &str, labels: &[String], position: usize) -> String {
    match labels.get(position) {
        Some(label) if column.is_empty() => format!("{kind} {label}"),
        Some(label) => format!("{column} {label}"),
        None => format!("{kind} {position}"),
    }
}

fn column(kind: &str, names: &[String], position: usize) -> String {
    match names.get(position) {
        Some(name) => format!("{kind} '{name}'"),
        None => format!("{kind} {position}"),
    }
}

fn role(kind: &str, name: &str) -> String {
    if name.is_empty() {
        kind.into()
    } else {
        format!("{kind} '{name}'")
    }
}
