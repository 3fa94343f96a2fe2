//! Tables as typed columns.

use crate::labels::Labels;
use crate::text::number;

/// A table, from which each language makes a frame of its own kind.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Names, Panel, Shape};
/// use trop_report::{Labels, Table, Values};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let effects = Table::effects(&analyze(&panel, &options)?);
/// assert_eq!((effects.name, effects.n_rows()), ("effects", 1));
/// let units = &effects.column("unit").unwrap().values;
/// assert_eq!(units, &Values::Unit(vec![1]));
/// let names = Names { units: vec!["Ohio".into(), "Utah".into()], ..Default::default() };
/// assert_eq!(units.texts(&Labels::from(names)), [Some("Utah".to_string())]);
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Table {
    /// Its name, as results call it.
    pub name: &'static str,
    /// Its columns, all of the same length.
    pub columns: Vec<Column>,
}

/// A column of a table.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// use trop_report::Table;
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let effects = Table::effects(&analyze(&panel, &options)?);
/// let first = &effects.columns[0];
/// assert_eq!((first.name.as_str(), first.values.len()), ("unit", 1));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// Values of a column, of one type. Exhaustive, so that no language passes over a type it cannot show.
///
/// ```
/// use trop_report::{Labels, Values};
/// let values = Values::Number(vec![0.5, f64::NAN, f64::INFINITY]);
/// let texts = values.texts(&Labels::default());
/// assert_eq!(texts, [Some("0.5".to_string()), None, Some("inf".to_string())]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Units by position: the language puts its own labels there, in their own type.
    Unit(Vec<usize>),
    /// Periods by position, likewise.
    Period(Vec<usize>),
    /// Groups of one of the panel's groupings by the caller's own codes, likewise.
    Group {
        /// Which grouping.
        grouping: usize,
        /// The codes.
        codes: Vec<i64>,
    },
    /// Texts.
    Text(Vec<String>),
    /// Whole numbers; `None` where there is none.
    Integer(Vec<Option<i64>>),
    /// Numbers; NaN where there is none.
    Number(Vec<f64>),
    /// True or false.
    Bool(Vec<bool>),
}

impl Values {
    /// How many there are.
    ///
    /// ```
    /// assert_eq!(trop_report::Values::Bool(vec![true]).len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        match self {
            Values::Unit(values) | Values::Period(values) => values.len(),
            Values::Group { codes, .. } => codes.len(),
            Values::Text(values) => values.len(),
            Values::Integer(values) => values.len(),
            Values::Number(values) => values.len(),
            Values::Bool(values) => values.len(),
        }
    }

    /// True if there are none.
    ///
    /// ```
    /// assert!(trop_report::Values::Unit(Vec::new()).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them as texts, for a language without frames: numbers with 6 significant digits; `None` where there
    /// is none.
    ///
    /// ```
    /// use trop_report::{Labels, Values};
    /// assert_eq!(Values::Integer(vec![None]).texts(&Labels::default()), [None]);
    /// ```
    pub fn texts(&self, labels: &Labels) -> Vec<Option<String>> {
        match self {
            Values::Unit(at) => at.iter().map(|&i| Some(labels.unit_label(i))).collect(),
            Values::Period(at) => at.iter().map(|&t| Some(labels.period_label(t))).collect(),
            Values::Group { grouping, codes } => {
                codes.iter().map(|&code| Some(labels.group(*grouping, code))).collect()
            }
            Values::Text(values) => values.iter().cloned().map(Some).collect(),
            Values::Integer(values) => values.iter().map(|x| x.map(|x| x.to_string())).collect(),
            Values::Number(values) => {
                values.iter().map(|&x| (!x.is_nan()).then(|| number(x))).collect()
            }
            Values::Bool(values) => values.iter().map(|x| Some(x.to_string())).collect(),
        }
    }
}

impl Table {
    pub(crate) fn new(name: &'static str, columns: Vec<Column>) -> Self {
        Table { name, columns }
    }

    /// Number of rows.
    ///
    /// ```
    /// assert_eq!(trop_report::Table::unit_weights(&[1.0, 3.0]).n_rows(), 2);
    /// ```
    pub fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// The column of a name.
    ///
    /// ```
    /// let table = trop_report::Table::unit_weights(&[1.0, 3.0]);
    /// assert!(table.column("weight").is_some() && table.column("gap").is_none());
    /// ```
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

pub(crate) fn column(name: &str, values: Values) -> Column {
    Column { name: name.into(), values }
}

pub(crate) fn numbers(name: &str, values: impl Iterator<Item = f64>) -> Column {
    // No minus before a zero.
    column(name, Values::Number(values.map(|value| value + 0.0).collect()))
}

pub(crate) fn counts(name: &str, values: impl Iterator<Item = usize>) -> Column {
    column(name, Values::Integer(values.map(|value| i64::try_from(value).ok()).collect()))
}

pub(crate) fn texts<T: Into<String>>(name: &str, values: impl Iterator<Item = T>) -> Column {
    column(name, Values::Text(values.map(Into::into).collect()))
}

pub(crate) fn flags(name: &str, values: impl Iterator<Item = bool>) -> Column {
    column(name, Values::Bool(values.collect()))
}

pub(crate) fn units(values: impl Iterator<Item = usize>) -> Column {
    column("unit", Values::Unit(values.collect()))
}

pub(crate) fn periods(values: impl Iterator<Item = usize>) -> Column {
    column("time", Values::Period(values.collect()))
}
