//! Tables of averages and coefficients, with their standard errors, intervals and p-values.

use crate::labels::{Groups, Labels};
use crate::marks::are_certified;
use crate::table::{column, counts, flags, numbers, texts, Column, Table, Values};
use trop_core::{Analysis, Average, Difference, Differences, Inferred, Measure, Quantity};

/// Stands for all treated cells in the table of averages.
const ALL: &str = "all";

/// Some numbers of an analysis, and whether each is certified.
pub(crate) struct Rows<'a>(Vec<(&'a Inferred, bool)>);

impl<'a> Rows<'a> {
    pub fn of(analysis: &'a Analysis, wanted: impl Fn(&Quantity) -> bool) -> Self {
        Rows::among(&analysis.numbers, wanted)
    }

    /// Some of all numbers of an estimate.
    pub fn among(numbers: &'a [Inferred], wanted: impl Fn(&Quantity) -> bool) -> Self {
        let averages: Vec<Average> = numbers.iter().map(|found| found.average).collect();
        let all = numbers.iter().zip(are_certified(&averages));
        Rows(all.filter(|(found, _)| wanted(&found.average.quantity)).collect())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'a Inferred, bool)> + '_ {
        self.0.iter().copied()
    }

    fn quantities(&self) -> impl Iterator<Item = Quantity> + '_ {
        self.0.iter().map(|(found, _)| found.average.quantity)
    }

    fn numbers(&self, name: &str, value: impl Fn(&Inferred) -> f64) -> Column {
        numbers(name, self.0.iter().map(|(found, _)| value(found)))
    }

    fn codes(&self) -> impl Iterator<Item = i64> + '_ {
        self.quantities().map(|quantity| quantity.code)
    }

    fn n_cells(&self) -> Column {
        counts("n_cells", self.0.iter().map(|(found, _)| found.average.n_cells))
    }

    fn estimate(&self, name: &str) -> Column {
        self.numbers(name, |found| found.average.value)
    }

    fn inference(&self) -> Vec<Column> {
        vec![
            self.numbers("se", |found| found.se),
            self.numbers("ci_lower", |found| found.ci.0),
            self.numbers("ci_upper", |found| found.ci.1),
            texts("interval", self.0.iter().map(|(found, _)| found.interval.name())),
            self.numbers("p_value", |found| found.p_value),
        ]
    }

    fn inference_with_band(&self) -> Vec<Column> {
        let mut columns = self.inference();
        columns.push(self.numbers("band_lower", |found| found.band.0));
        columns.push(self.numbers("band_upper", |found| found.band.1));
        columns
    }

    fn certified(&self) -> Column {
        flags("certified", self.0.iter().map(|(_, is_certified)| *is_certified))
    }

    /// The columns of effects by event time.
    pub fn events(&self) -> Vec<Column> {
        let kind = |code| if code < 0 { "placebo" } else { "effect" };
        let mut columns = vec![
            column("event_time", Values::Integer(self.codes().map(Some).collect())),
            texts("kind", self.codes().map(kind)),
            self.estimate("effect"),
            self.n_cells(),
        ];
        columns.extend(self.inference_with_band());
        columns.push(self.certified());
        columns
    }

    fn measures(&self) -> Column {
        texts("measure", self.quantities().map(|quantity| quantity.measure.name()))
    }
}

impl Table {
    /// One row for each event time, if effects are averaged by it: `event_time`, `kind` (`placebo` before treatment,
    /// else `effect`), `effect` (mean), `n_cells`, `se`, `ci_lower`, `ci_upper`, `interval` (the name of its
    /// [`IntervalKind`](trop_core::IntervalKind)), `p_value` (each time by itself),
    /// `band_lower`, `band_upper` (all times at once), `certified`.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Design, Grouping, Lambdas, Panel, Shape};
    /// use trop_report::{Labels, Table, Values};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?
    ///     .with_design(&Design { groupings: vec![Grouping::EventTime], ..Default::default() })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// let analysis = analyze(&panel, &options)?;
    /// let table = Table::by_event_time(&analysis, &Labels::of_panel(&panel)).unwrap();
    /// assert_eq!(table.column("kind").unwrap().values, Values::Text(vec!["effect".into()]));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn by_event_time(analysis: &Analysis, labels: &Labels) -> Option<Table> {
        let rows = by_event_time(analysis, labels, Measure::Effect)?;
        Some(Table::new("by_event_time", rows.events()))
    }

    /// One row for each event time from 0 on, if effects are averaged by it: `event_time`, `cumulative` (sum of the
    /// mean effects so far), `n_cells`, and the rest as in [`Table::by_event_time`].
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
    /// use trop_report::{Labels, Table};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// assert!(Table::cumulative(&analyze(&panel, &options)?, &Labels::of_panel(&panel)).is_none());
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn cumulative(analysis: &Analysis, labels: &Labels) -> Option<Table> {
        let rows = by_event_time(analysis, labels, Measure::Cumulative)?;
        let mut columns = vec![
            column("event_time", Values::Integer(rows.codes().map(Some).collect())),
            rows.estimate("cumulative"),
            rows.n_cells(),
        ];
        columns.extend(rows.inference_with_band());
        columns.push(rows.certified());
        Some(Table::new("cumulative", columns))
    }

    /// One row for each number but coefficients, and percentages only if [`Labels::percent`] asks for them: `by`
    /// (`all` for all treated cells, else the grouping's name), `group` (as text), `measure` (of [`Measure`]),
    /// `n_cells`, `estimate` (NaN for a percentage of outcomes without treatment that are not all positive), `se`,
    /// `ci_lower`, `ci_upper`, `interval`, `p_value`, `band_lower`, `band_upper`, `certified`.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
    /// use trop_report::{Labels, Table};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// let found = analyze(&panel, &options)?;
    /// // Effect and cumulative; with percent.
    /// assert_eq!(Table::averages(&found, &Labels::default()).n_rows(), 2);
    /// let labels = Labels { percent: true, ..Default::default() };
    /// assert_eq!(Table::averages(&found, &labels).n_rows(), 3);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn averages(analysis: &Analysis, labels: &Labels) -> Table {
        let rows = Rows::of(analysis, |quantity| is_average(labels, quantity));
        let by = |q: Quantity| q.grouping.map_or(ALL.into(), |k| labels.grouping(k));
        let group = |q: Quantity| q.grouping.map_or(ALL.into(), |k| labels.group(k, q.code));
        let mut columns = vec![
            texts("by", rows.quantities().map(by)),
            texts("group", rows.quantities().map(group)),
            rows.measures(),
            rows.n_cells(),
            rows.estimate("estimate"),
        ];
        columns.extend(rows.inference_with_band());
        columns.push(rows.certified());
        Table::new("averages", columns)
    }

    /// The rows of [`Table::averages`] of one grouping, its groups in their own type: a column of the grouping's
    /// name in place of `by` and `group`.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Design, Grouping, Lambdas, Panel, Shape};
    /// use trop_report::{Labels, Table, Values};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?
    ///     .with_design(&Design { groupings: vec![Grouping::Unit], ..Default::default() })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// let table = Table::average(&analyze(&panel, &options)?, &Labels::of_panel(&panel), 0);
    /// assert_eq!(table.column("unit").unwrap().values, Values::Unit(vec![1]));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn average(analysis: &Analysis, labels: &Labels, grouping: usize) -> Table {
        let rows = Rows::of(analysis, |quantity| {
            quantity.grouping == Some(grouping) && is_average(labels, quantity)
        });
        let mut columns = vec![
            column(&labels.grouping(grouping), groups(labels, grouping, rows.codes().collect())),
            rows.measures(),
            rows.n_cells(),
            rows.estimate("estimate"),
        ];
        columns.extend(rows.inference_with_band());
        columns.push(rows.certified());
        Table::new("average", columns)
    }

    /// One row for each pair of groups: `group` and `other` in their own type, `difference` (effect of the first less
    /// that of the other), `se`, `ci_lower`, `ci_upper`, `interval`, `p_value`, `band_lower`, `band_upper` (all pairs at
    /// once).
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Design, Grouping, InferenceMethod, Lambdas, Panel, Shape, Silent};
    /// use trop_report::{Labels, Table, Values};
    /// let outcome = [
    ///     1.0, 2.0, 8.0, 0.0, 1.5, 3.0, 1.0, 1.0, 2.5, 2.0, 2.5, 3.0, 0.0, 0.5, 2.0, 1.0, 3.0, 3.5,
    /// ];
    /// let mut treatment = [0.0; 18];
    /// (treatment[2], treatment[5]) = (1.0, 1.0);
    /// let design = Design { groupings: vec![Grouping::Unit], ..Default::default() };
    /// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 6, n_periods: 3 })?.with_design(&design)?;
    /// let (lambdas, inference) = (Some(Lambdas::TWO_WAY), Some(InferenceMethod::Placebo));
    /// let found = analyze(&panel, &AnalysisOptions { lambdas, inference, ..Default::default() })?;
    /// let differences = found.differences(&panel, 0, None, &Silent)?;
    /// let table = Table::differences(&differences, &Labels::of_panel(&panel), 0);
    /// assert_eq!(table.column("other").unwrap().values, Values::Unit(vec![1]));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn differences(found: &Differences, labels: &Labels, grouping: usize) -> Table {
        let pairs = || found.pairs.iter();
        let codes =
            |of: fn(&Difference) -> i64| groups(labels, grouping, pairs().map(of).collect());
        let of = |name: &str, value: fn(&Difference) -> f64| numbers(name, pairs().map(value));
        Table::new(
            "differences",
            vec![
                column("group", codes(|pair| pair.groups.0)),
                column("other", codes(|pair| pair.groups.1)),
                of("difference", |pair| pair.value),
                of("se", |pair| pair.se),
                of("ci_lower", |pair| pair.ci.0),
                of("ci_upper", |pair| pair.ci.1),
                texts("interval", pairs().map(|pair| pair.interval.name())),
                of("p_value", |pair| pair.p_value),
                of("band_lower", |pair| pair.band.0),
                of("band_upper", |pair| pair.band.1),
            ],
        )
    }

    /// One row for each covariate: `covariate`, `coefficient` (averaged over the treated cells' fits), `se`,
    /// `ci_lower`, `ci_upper`, `interval`, `p_value`, `certified`.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
    /// use trop_report::{Labels, Table};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// assert_eq!(Table::coefficients(&analyze(&panel, &options)?, &Labels::default()).n_rows(), 0);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn coefficients(analysis: &Analysis, labels: &Labels) -> Table {
        let rows = Rows::of(analysis, |quantity| quantity.measure == Measure::Coefficient);
        let name =
            |code| usize::try_from(code).map_or_else(|_| String::new(), |k| labels.covariate(k));
        let mut columns =
            vec![texts("covariate", rows.codes().map(name)), rows.estimate("coefficient")];
        columns.extend(rows.inference());
        columns.push(rows.certified());
        Table::new("coefficients", columns)
    }
}

/// True for what tables of averages have.
fn is_average(labels: &Labels, quantity: &Quantity) -> bool {
    match quantity.measure {
        Measure::Coefficient => false,
        Measure::Percent => labels.percent,
        _ => true,
    }
}

/// The groups of a grouping in their own type.
fn groups(labels: &Labels, grouping: usize, codes: Vec<i64>) -> Values {
    let positions =
        |codes: Vec<i64>| codes.iter().filter_map(|&code| usize::try_from(code).ok()).collect();
    match labels.groups.get(grouping) {
        Some(Groups::Unit) => Values::Unit(positions(codes)),
        Some(Groups::Period | Groups::Cohort) => Values::Period(positions(codes)),
        Some(Groups::Given(_)) => Values::Group { grouping, codes },
        Some(Groups::EventTime) | None => Values::Integer(codes.into_iter().map(Some).collect()),
    }
}

fn by_event_time<'a>(
    analysis: &'a Analysis,
    labels: &Labels,
    measure: Measure,
) -> Option<Rows<'a>> {
    let grouping = labels.event_time()?;
    Some(Rows::of(analysis, |q| q.grouping == Some(grouping) && q.measure == measure))
}
