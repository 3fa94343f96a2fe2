//! What things are called.

use crate::text::on_one_line;
use trop_core::{Grouping, Panel};

/// What things are called in notes, summary, tables and report, as texts: a language writes its labels (numbers,
/// dates, categories) as its users write them. A name that is lacking is the position, counted from 0 as in the
/// core's errors.
///
/// ```
/// use trop_report::Names;
/// let names = Names { unit: "state".into(), units: vec!["Ohio".into()], ..Default::default() };
/// assert_eq!((names.unit_label(0), names.unit_label(1)), ("Ohio".into(), "1".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The outcome; default `outcome`.
    pub outcome: String,
    /// The treatment; default `treatment`.
    pub treatment: String,
    /// What a unit is; default `unit`.
    pub unit: String,
    /// What a period is; default `time`.
    pub time: String,
    /// Label of each unit.
    pub units: Vec<String>,
    /// Label of each period.
    pub periods: Vec<String>,
    /// Name of each covariate.
    pub covariates: Vec<String>,
    /// The panel's groupings.
    pub groupings: Vec<GroupingNames>,
    /// The weights of averages, if they have a name.
    pub average_weights: Option<String>,
    /// True to tell the effect in percent too. Default false: a percentage of a logarithm, an index or a
    /// temperature means nothing, and numbers alone do not say whether the outcome is one.
    pub percent: bool,
}

impl Default for Names {
    fn default() -> Self {
        Names {
            outcome: "outcome".into(),
            treatment: "treatment".into(),
            unit: "unit".into(),
            time: "time".into(),
            units: Vec::new(),
            periods: Vec::new(),
            covariates: Vec::new(),
            groupings: Vec::new(),
            average_weights: None,
            percent: false,
        }
    }
}

/// A grouping of cells, and what its groups are called.
///
/// ```
/// use trop_core::Grouping;
/// use trop_report::{GroupingNames, Groups};
/// let by_event_time = GroupingNames::from(&Grouping::EventTime);
/// assert_eq!(by_event_time.name, "event_time");
/// let regions = Groups::Given(vec!["north".into(), "south".into()]);
/// assert_ne!(GroupingNames { name: "region".into(), groups: regions }.groups, by_event_time.groups);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupingNames {
    /// Its name, as asked for.
    pub name: String,
    /// Its groups.
    pub groups: Groups,
}

/// What the codes of a grouping stand for, as in [`Grouping`].
///
/// ```
/// use trop_report::Groups;
/// assert_eq!(Groups::Given(vec!["north".into()]), Groups::Given(vec!["north".into()]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl From<&Grouping> for GroupingNames {
    fn from(grouping: &Grouping) -> Self {
        let (name, groups) = match grouping {
            Grouping::EventTime => ("event_time", Groups::EventTime),
            Grouping::Period => ("time", Groups::Period),
            Grouping::Cohort => ("cohort", Groups::Cohort),
            Grouping::Unit => ("unit", Groups::Unit),
            _ => ("group", Groups::Given(Vec::new())),
        };
        GroupingNames { name: name.into(), groups }
    }
}

impl Names {
    /// The default names, and those of a panel's groupings.
    ///
    /// ```
    /// use trop_core::{Design, Grouping, Panel};
    /// use trop_report::{Groups, Names};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], 2, 2)?
    ///     .with_design(&Design { groupings: vec![Grouping::Unit], ..Default::default() })?;
    /// assert_eq!(Names::of_panel(&panel).groupings[0].groups, Groups::Unit);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn of_panel(panel: &Panel) -> Self {
        let groupings = panel.groupings().iter().map(GroupingNames::from).collect();
        Names { groupings, ..Default::default() }
    }

    /// The label of a unit.
    ///
    /// ```
    /// assert_eq!(trop_report::Names::default().unit_label(3), "3");
    /// ```
    pub fn unit_label(&self, unit: usize) -> String {
        label(&self.units, unit)
    }

    /// The label of a period.
    ///
    /// ```
    /// use trop_report::Names;
    /// let names = Names { periods: vec!["1989".into()], ..Default::default() };
    /// assert_eq!(names.period_label(0), "1989");
    /// ```
    pub fn period_label(&self, period: usize) -> String {
        label(&self.periods, period)
    }

    /// The name of a covariate.
    ///
    /// ```
    /// assert_eq!(trop_report::Names::default().covariate(0), "covariate 0");
    /// ```
    pub fn covariate(&self, covariate: usize) -> String {
        self.covariates
            .get(covariate)
            .map_or_else(|| format!("covariate {covariate}"), |name| on_one_line(name))
    }

    /// The name of a grouping.
    ///
    /// ```
    /// assert_eq!(trop_report::Names::default().grouping(0), "grouping 0");
    /// ```
    pub fn grouping(&self, grouping: usize) -> String {
        self.groupings
            .get(grouping)
            .map_or_else(|| format!("grouping {grouping}"), |found| on_one_line(&found.name))
    }

    /// The label of a group.
    ///
    /// ```
    /// use trop_report::{GroupingNames, Groups, Names};
    /// let groups = Groups::Given(vec!["north".into(), "south".into()]);
    /// let groupings = vec![GroupingNames { name: "region".into(), groups }];
    /// assert_eq!(Names { groupings, ..Default::default() }.group(0, 1), "south");
    /// ```
    pub fn group(&self, grouping: usize, code: i64) -> String {
        let Some(at) = usize::try_from(code).ok() else { return code.to_string() };
        match self.groupings.get(grouping).map(|found| &found.groups) {
            Some(Groups::Unit) => self.unit_label(at),
            Some(Groups::Period | Groups::Cohort) => self.period_label(at),
            Some(Groups::Given(labels)) => label(labels, at),
            Some(Groups::EventTime) | None => code.to_string(),
        }
    }

    /// The first grouping by event time.
    pub(crate) fn event_time(&self) -> Option<usize> {
        self.groupings.iter().position(|grouping| grouping.groups == Groups::EventTime)
    }
}

fn label(labels: &[String], at: usize) -> String {
    labels.get(at).map_or_else(|| at.to_string(), |label| on_one_line(label))
}
