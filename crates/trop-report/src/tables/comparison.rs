//! Tables of a comparison of estimators.

use super::cells::of_periods;
use super::numbers::Rows;
use crate::labels::Labels;
use crate::table::{counts, flags, numbers, texts, Table};
use trop_core::{
    Compared, Comparison, Error, Inferred, Measure, PeriodMean, Quantity, SpellWeights,
};

/// All tables of a comparison: `comparison`, `comparison_by_time`, `comparison_weights` and, if effects are averaged by
/// event time, `comparison_by_event_time`. [`Table`] makes each of them alone.
///
/// ```
/// use trop_core::{compare, AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent};
/// use trop_report::{comparison_tables, Labels};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { inference: None, ..Default::default() };
/// let found = compare(&panel, &[Estimator::Did], &options, &EstimatorOptions::default(), &Silent)?;
/// assert_eq!(comparison_tables(&found, &Labels::default()).len(), 3);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn comparison_tables(comparison: &Comparison, labels: &Labels) -> Vec<Table> {
    let always = [
        Table::comparison(comparison),
        Table::comparison_by_time(comparison),
        Table::comparison_weights(comparison, labels),
    ];
    always.into_iter().chain(Table::comparison_by_event_time(comparison, labels)).collect()
}

impl Table {
    /// One row for each estimator that was asked: `estimator` (its name), `att`, `se`, `ci_lower`, `ci_upper`, `interval`,
    /// `p_value`, `method` (of the inference), `n_cells` (treated cells with an effect), `pre_rmse` (root mean square of
    /// the gaps before treatment: of `trop` of cells left out, of the others of the fit itself), `donors` (that really
    /// count, `1 / sum w^2`), `max_gap`, `certified`, and `error` (the code of why it cannot be used, or why there is no
    /// inference; else empty). The caller's own estimators stand below, with an `att` alone.
    ///
    /// ```
    /// use trop_core::{compare, AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent};
    /// use trop_report::{Table, Values};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { inference: None, ..Default::default() };
    /// let asked = [Estimator::Did, Estimator::Ascm];
    /// let found = compare(&panel, &asked, &options, &EstimatorOptions::default(), &Silent)?;
    /// let table = Table::comparison(&found);
    /// assert_eq!(table.column("estimator").unwrap().values, Values::Text(vec!["did".into(), "ascm".into()]));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn comparison(comparison: &Comparison) -> Table {
        let lines: Vec<Line<'_>> = lines(comparison);
        let each = || lines.iter();
        let att = |value: fn(&Inferred) -> f64| {
            each().map(move |line| line.found.map_or(f64::NAN, |found| value(&found.numbers[0])))
        };
        let of = |value: fn(&Compared) -> f64| {
            each().map(move |line| line.found.map_or(f64::NAN, value))
        };
        let columns = vec![
            texts("estimator", each().map(|line| line.name)),
            numbers("att", each().map(|line| line.att)),
            numbers("se", att(|found| found.se)),
            numbers("ci_lower", att(|found| found.ci.0)),
            numbers("ci_upper", att(|found| found.ci.1)),
            texts("interval", each().map(Line::interval)),
            numbers("p_value", att(|found| found.p_value)),
            texts("method", each().map(Line::method)),
            counts("n_cells", each().map(Line::n_cells)),
            numbers("pre_rmse", of(|found| found.pre_rmse)),
            numbers("donors", of(|found| found.donors)),
            numbers("max_gap", of(|found| found.result.estimate.max_gap)),
            flags("certified", each().map(Line::is_certified)),
            texts("error", each().map(|line| line.error)),
        ];
        Table::new("comparison", columns)
    }

    /// Paths of all estimators, one row for each of them and period: `estimator`, `time`, and the rest as in
    /// [`Table::by_time`].
    ///
    /// ```
    /// use trop_core::{compare, AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { inference: None, ..Default::default() };
    /// let found = compare(&panel, &[Estimator::Did], &options, &EstimatorOptions::default(), &Silent)?;
    /// assert_eq!(trop_report::Table::comparison_by_time(&found).n_rows(), 2);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn comparison_by_time(comparison: &Comparison) -> Table {
        let of = |found: &Compared| {
            found.by_time.iter().map(|row| (name(found), *row)).collect::<Vec<_>>()
        };
        let (estimators, all): (Vec<&str>, Vec<PeriodMean>) =
            comparison.found().flat_map(of).unzip();
        let mut columns = vec![texts("estimator", estimators.into_iter())];
        columns.extend(of_periods(&all));
        Table::new("comparison_by_time", columns)
    }

    /// Effects of all estimators by event time, if effects are averaged by it: `estimator`, and the rest as in
    /// [`Table::by_event_time`].
    ///
    /// ```
    /// use trop_core::{compare, AnalysisOptions, Design, Estimator, EstimatorOptions, Grouping, Panel, Shape, Silent};
    /// use trop_report::{Labels, Table};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?
    ///     .with_design(&Design { groupings: vec![Grouping::EventTime], ..Default::default() })?;
    /// let options = AnalysisOptions { inference: None, ..Default::default() };
    /// let found = compare(&panel, &[Estimator::Did], &options, &EstimatorOptions::default(), &Silent)?;
    /// let table = Table::comparison_by_event_time(&found, &Labels::of_panel(&panel)).unwrap();
    /// assert_eq!(table.n_rows(), 2);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn comparison_by_event_time(comparison: &Comparison, labels: &Labels) -> Option<Table> {
        let grouping = labels.event_time()?;
        let wanted = |q: &Quantity| q.grouping == Some(grouping) && q.measure == Measure::Effect;
        let of = |found: &Compared| {
            let own = found.numbers.iter().filter(|number| wanted(&number.average.quantity));
            own.map(|number| (name(found), *number)).collect::<Vec<_>>()
        };
        let (estimators, all): (Vec<&str>, Vec<Inferred>) = comparison.found().flat_map(of).unzip();
        let mut columns = vec![texts("estimator", estimators.into_iter())];
        columns.extend(Rows::among(&all, |_| true).events());
        Some(Table::new("comparison_by_event_time", columns))
    }

    /// Weights of the estimators that have some, one row for each unit and each period with weight in each spell of
    /// treatment: `estimator`, `spell` (from 0), `side` (`unit` or `time`), `label`, `weight`.
    ///
    /// ```
    /// use trop_core::{compare, AnalysisOptions, Estimator, EstimatorOptions, Panel, Shape, Silent};
    /// use trop_report::{Labels, Table};
    /// let outcome = [1.0, 3.0, 2.0, 3.0, 3.0, 6.0, 2.0, 3.0, 7.0];
    /// let panel = Panel::new(
    ///     &outcome,
    ///     &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ///     Shape { n_units: 3, n_periods: 3 },
    /// )?;
    /// let options = AnalysisOptions { inference: None, ..Default::default() };
    /// let found = compare(&panel, &[Estimator::Sc], &options, &EstimatorOptions::default(), &Silent)?;
    /// assert_eq!(Table::comparison_weights(&found, &Labels::default()).n_rows(), 2);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn comparison_weights(comparison: &Comparison, labels: &Labels) -> Table {
        let rows: Vec<Weight<'_>> = comparison
            .found()
            .flat_map(|found| found.result.spells.iter().enumerate().map(move |s| (found, s)))
            .flat_map(|(found, (spell, weights))| weights_of(name(found), spell, weights, labels))
            .collect();
        let each = || rows.iter();
        let columns = vec![
            texts("estimator", each().map(|row| row.estimator)),
            counts("spell", each().map(|row| row.spell)),
            texts("side", each().map(|row| row.side)),
            texts("label", each().map(|row| row.label.clone())),
            numbers("weight", each().map(|row| row.weight)),
        ];
        Table::new("comparison_weights", columns)
    }
}

/// A row of the comparison.
struct Line<'a> {
    name: &'a str,
    att: f64,
    found: Option<&'a Compared>,
    error: &'static str,
}

/// One for each estimator, the caller's own last.
fn lines(comparison: &Comparison) -> Vec<Line<'_>> {
    let asked = comparison.answers.iter().map(|(estimator, answer)| {
        let found = answer.as_ref().ok();
        let att = found.map_or(f64::NAN, |found| found.numbers[0].average.value);
        let error = refused(answer).map_or("", Error::code);
        Line { name: estimator.name(), att, found, error }
    });
    let own = comparison.own.iter();
    asked.chain(own.map(|(name, att)| Line { name, att: *att, found: None, error: "" })).collect()
}

impl Line<'_> {
    fn interval(&self) -> &'static str {
        self.found.map_or("none", |found| found.numbers[0].interval.name())
    }

    fn method(&self) -> &'static str {
        let inference = self.found.and_then(|found| found.inference.as_ref());
        inference.map_or("", |found| found.method.name())
    }

    fn n_cells(&self) -> usize {
        self.found.map_or(0, |found| found.numbers[0].average.n_cells)
    }

    fn is_certified(&self) -> bool {
        self.found.is_some_and(|found| found.result.estimate.converged)
    }
}

struct Weight<'a> {
    estimator: &'a str,
    spell: usize,
    side: &'static str,
    label: String,
    weight: f64,
}

fn weights_of<'a>(
    estimator: &'a str,
    spell: usize,
    weights: &SpellWeights,
    labels: &Labels,
) -> Vec<Weight<'a>> {
    let with_weight = |weights: &[f64], side, label: &dyn Fn(usize) -> String| -> Vec<Weight<'a>> {
        let some = weights.iter().enumerate().filter(|(_, &weight)| weight != 0.0);
        some.map(|(k, &weight)| Weight { estimator, spell, side, label: label(k), weight })
            .collect()
    };
    let mut rows = with_weight(&weights.unit, "unit", &|k| labels.unit_label(k));
    rows.extend(with_weight(&weights.period, "time", &|k| labels.period_label(k)));
    rows
}

fn name(found: &Compared) -> &'static str {
    found.result.estimator.name()
}

/// Why an estimator says nothing, or infers nothing.
pub(crate) fn refused(answer: &Result<Compared, Error>) -> Option<&Error> {
    match answer {
        Ok(found) => found.no_inference.as_ref(),
        Err(error) => Some(error),
    }
}
