//! What things are called in words.

use crate::text::on_one_line;
use trop_core::{Grouping, Names, Panel};

/// What things are called in notes, summary, tables and report: the [`Names`] of errors too, as texts that a language
/// writes as its users write them, and what only words about results need. What has no name is called by what it is,
/// or by its position, counted from 0 as in the core's errors.
///
/// ```
/// use trop_core::Names;
/// use trop_report::Labels;
/// let names = Names { unit: "state".into(), units: vec!["Ohio".into()], ..Default::default() };
/// let labels = Labels { percent: true, ..Labels::from(names) };
/// assert_eq!((labels.unit_label(0), labels.unit_label(1)), ("Ohio".into(), "1".into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Labels {
    /// Names of columns, units, periods, covariates and groupings.
    pub names: Names,
    /// The groups of each of the panel's groupings.
    pub groups: Vec<Groups>,
    /// The weights of averages, if they have a name.
    pub average_weights: Option<String>,
    /// The clusters of units, if they have a name.
    pub clusters: Option<String>,
    /// The choice of donors, if it has a name.
    pub donors: Option<String>,
    /// What the outcome is called in words and pictures, such as `Cigarette packs per person`; by default
    /// by its column.
    pub outcome_label: Option<String>,
    /// What the effect is called there, such as `Effect of Proposition 99`.
    pub effect_label: Option<String>,
    /// True to tell effects in percent too, in words and in tables of averages. Default false: a percentage of a
    /// logarithm, an index or a temperature means nothing, and numbers alone do not say whether the outcome is one.
    pub percent: bool,
}

/// What the codes of a grouping stand for, as in [`Grouping`].
///
/// ```
/// use trop_core::Grouping;
/// use trop_report::Groups;
/// assert_eq!(Groups::from(&Grouping::Cohort), Groups::Cohort);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Groups {
    /// Periods since treatment began.
    EventTime,
    /// Periods.
    Period,
    /// First treated periods.
    Cohort,
    /// Units.
    Unit,
    /// Labels of the caller's own codes 0, 1, ...
    Given(Vec<String>),
}

impl From<&Grouping> for Groups {
    fn from(grouping: &Grouping) -> Self {
        match grouping {
            Grouping::EventTime => Groups::EventTime,
            Grouping::Period => Groups::Period,
            Grouping::Cohort => Groups::Cohort,
            Grouping::Unit => Groups::Unit,
            _ => Groups::Given(Vec::new()),
        }
    }
}

impl Groups {
    /// What a grouping is called that has no name.
    fn name(&self) -> Option<&'static str> {
        match self {
            Groups::EventTime => Some("event_time"),
            Groups::Period => Some("time"),
            Groups::Cohort => Some("cohort"),
            Groups::Unit => Some("unit"),
            Groups::Given(_) => None,
        }
    }
}

impl From<Names> for Labels {
    fn from(names: Names) -> Self {
        Labels { names, ..Default::default() }
    }
}

impl Labels {
    /// No names, and the groups of a panel's groupings.
    ///
    /// ```
    /// use trop_core::{Design, Grouping, Panel, Shape};
    /// use trop_report::{Groups, Labels};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?
    ///     .with_design(&Design { groupings: vec![Grouping::Unit], ..Default::default() })?;
    /// assert_eq!(Labels::of_panel(&panel).groups, [Groups::Unit]);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn of_panel(panel: &Panel) -> Self {
        let groups = panel.groupings().iter().map(Groups::from).collect();
        Labels { groups, ..Default::default() }
    }

    /// What the outcome is called: by its label, else by its column.
    ///
    /// ```
    /// use trop_report::Labels;
    /// assert_eq!(Labels::default().outcome(), "outcome");
    /// let labels = Labels { outcome_label: Some("Packs per person".into()), ..Default::default() };
    /// assert_eq!((labels.outcome(), labels.outcome_column()), ("Packs per person".into(), "outcome".into()));
    /// ```
    pub fn outcome(&self) -> String {
        given(self.outcome_label.as_ref()).unwrap_or_else(|| self.outcome_column())
    }

    /// The column of the outcome.
    ///
    /// ```
    /// assert_eq!(trop_report::Labels::default().outcome_column(), "outcome");
    /// ```
    pub fn outcome_column(&self) -> String {
        name(&self.names.outcome, "outcome")
    }

    /// What the effect is called: by its label, else as that on the outcome.
    ///
    /// ```
    /// use trop_report::Labels;
    /// assert_eq!(Labels::default().effect(), "Effect on outcome");
    /// let labels = Labels { effect_label: Some("Effect of the law".into()), ..Default::default() };
    /// assert_eq!(labels.effect(), "Effect of the law");
    /// ```
    pub fn effect(&self) -> String {
        self.given_effect().unwrap_or_else(|| format!("Effect on {}", self.outcome()))
    }

    /// What the average effect is called, as [`effect`](Self::effect).
    ///
    /// ```
    /// assert_eq!(trop_report::Labels::default().average_effect(), "Average effect on outcome");
    /// ```
    pub fn average_effect(&self) -> String {
        self.given_effect().unwrap_or_else(|| format!("Average effect on {}", self.outcome()))
    }

    /// What the row of the average effect is called in a table.
    ///
    /// ```
    /// assert_eq!(trop_report::Labels::default().term(), "ATT");
    /// ```
    pub fn term(&self) -> String {
        self.given_effect().unwrap_or_else(|| "ATT".into())
    }

    /// The label of the effect, if it has one.
    pub(crate) fn given_effect(&self) -> Option<String> {
        given(self.effect_label.as_ref())
    }

    /// The name of the treatment.
    ///
    /// ```
    /// assert_eq!(trop_report::Labels::default().treatment(), "treatment");
    /// ```
    pub fn treatment(&self) -> String {
        name(&self.names.treatment, "treatment")
    }

    /// What a unit is.
    ///
    /// ```
    /// assert_eq!(trop_report::Labels::default().unit(), "unit");
    /// ```
    pub fn unit(&self) -> String {
        name(&self.names.unit, "unit")
    }

    /// What a period is.
    ///
    /// ```
    /// assert_eq!(trop_report::Labels::default().time(), "time");
    /// ```
    pub fn time(&self) -> String {
        name(&self.names.time, "time")
    }

    /// The label of a unit.
    ///
    /// ```
    /// assert_eq!(trop_report::Labels::default().unit_label(3), "3");
    /// ```
    pub fn unit_label(&self, unit: usize) -> String {
        label(&self.names.units, unit)
    }

    /// The label of a period.
    ///
    /// ```
    /// use trop_core::Names;
    /// use trop_report::Labels;
    /// let names = Names { periods: vec!["1989".into()], ..Default::default() };
    /// assert_eq!(Labels::from(names).period_label(0), "1989");
    /// ```
    pub fn period_label(&self, period: usize) -> String {
        label(&self.names.periods, period)
    }

    /// The name of a covariate.
    ///
    /// ```
    /// assert_eq!(trop_report::Labels::default().covariate(0), "covariate 0");
    /// ```
    pub fn covariate(&self, covariate: usize) -> String {
        let given = self.names.covariates.get(covariate);
        name(given.map_or("", |given| given), &format!("covariate {covariate}"))
    }

    /// The name of a grouping.
    ///
    /// ```
    /// use trop_report::{Groups, Labels};
    /// let labels = Labels { groups: vec![Groups::EventTime], ..Default::default() };
    /// assert_eq!((labels.grouping(0), labels.grouping(1)), ("event_time".into(), "grouping 1".into()));
    /// ```
    pub fn grouping(&self, grouping: usize) -> String {
        let given = self.names.groupings.get(grouping).filter(|given| !given.is_empty());
        let own = || self.groups.get(grouping).and_then(Groups::name).map(String::from);
        given
            .map(|given| on_one_line(given))
            .or_else(own)
            .unwrap_or_else(|| format!("grouping {grouping}"))
    }

    /// The label of a group.
    ///
    /// ```
    /// use trop_report::{Groups, Labels};
    /// let groups = vec![Groups::Given(vec!["north".into(), "south".into()])];
    /// assert_eq!(Labels { groups, ..Default::default() }.group(0, 1), "south");
    /// ```
    pub fn group(&self, grouping: usize, code: i64) -> String {
        let Some(at) = usize::try_from(code).ok() else { return code.to_string() };
        match self.groups.get(grouping) {
            Some(Groups::Unit) => self.unit_label(at),
            Some(Groups::Period | Groups::Cohort) => self.period_label(at),
            Some(Groups::Given(labels)) => label(labels, at),
            Some(Groups::EventTime) | None => code.to_string(),
        }
    }

    /// The first grouping by event time.
    pub(crate) fn event_time(&self) -> Option<usize> {
        self.groups.iter().position(|groups| *groups == Groups::EventTime)
    }
}

fn given(label: Option<&String>) -> Option<String> {
    label.filter(|label| !label.is_empty()).map(|label| on_one_line(label))
}

fn name(given: &str, otherwise: &str) -> String {
    on_one_line(if given.is_empty() { otherwise } else { given })
}

fn label(labels: &[String], at: usize) -> String {
    labels.get(at).map_or_else(|| at.to_string(), |label| on_one_line(label))
}
