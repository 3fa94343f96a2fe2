//! Tables of cells and periods.

use crate::table::{column, counts, flags, numbers, periods, texts, units, Column, Table, Values};
use trop_core::{Analysis, CellEffect, PeriodMean, Status};

impl Table {
    /// One row for each treated cell with an effect: `unit`, `time`, `event_time` (0 in the first period of a
    /// spell of treatment), `observed`, `counterfactual`, `effect`, `effect_min` and `effect_max` (certified bounds of the
    /// exact effect, infinite where none was found), `rank` (of the low-rank part of its fit),
    /// `gap` (relative duality gap of its fit), `certified` (whether that is within the tolerance).
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
    /// use trop_report::{Table, Values};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// let table = Table::effects(&analyze(&panel, &options)?);
    /// assert_eq!(table.column("event_time").unwrap().values, Values::Integer(vec![Some(0)]));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn effects(analysis: &Analysis) -> Table {
        of_cells("effects", &analysis.estimate.effects)
    }

    /// As [`Table::effects`], for the control cells before the treatment of units that are ever treated: each is
    /// left out and predicted, so that its effect is a placebo.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
    /// use trop_report::Table;
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// // Nothing is left of the unit's effect without its only period before treatment.
    /// assert_eq!(Table::pre_effects(&analyze(&panel, &options)?).n_rows(), 0);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn pre_effects(analysis: &Analysis) -> Table {
        of_cells("pre_effects", &analysis.pre.effects)
    }

    /// One row for each treated cell without an effect: `unit`, `time`, `reason` (the name of a
    /// [`Reason`](trop_core::Reason)), `effect_min` and `effect_max` (where the effect can lie if it is not
    /// unique; else NaN).
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
    /// use trop_report::{Table, Values};
    /// let panel = Panel::new(
    ///     &[1.0, 2.0, 3.0, 4.0, 6.0, f64::NAN],
    ///     &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0],
    ///     Shape { n_units: 2, n_periods: 3 },
    /// )?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// let reasons = Table::not_estimable(&analyze(&panel, &options)?);
    /// let missing = Values::Text(vec!["outcome_missing".into()]);
    /// assert_eq!(reasons.column("reason").unwrap().values, missing);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn not_estimable(analysis: &Analysis) -> Table {
        let missed = &analysis.estimate.not_estimable;
        let ranges = analysis.estimate.not_estimable_ranges();
        let columns = vec![
            units(missed.iter().map(|(cell, _)| cell.unit)),
            periods(missed.iter().map(|(cell, _)| cell.period)),
            texts("reason", missed.iter().map(|(_, reason)| reason.name())),
            numbers("effect_min", ranges.iter().map(|range| range[0])),
            numbers("effect_max", ranges.iter().map(|range| range[1])),
        ];
        Table::new("not_estimable", columns)
    }

    /// One row for each period: `time`, `observed` and `counterfactual` (means over the cells of ever-treated units
    /// that have an effect, weighted as the ATT), `n_cells`, `n_treated`, `certified`.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
    /// use trop_report::{Table, Values};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// let table = Table::by_time(&analyze(&panel, &options)?);
    /// assert_eq!(table.column("observed").unwrap().values, Values::Number(vec![6.0]));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn by_time(analysis: &Analysis) -> Table {
        Table::new("by_time", of_periods(&analysis.by_time))
    }
}

/// The columns of means by period.
pub(super) fn of_periods(means: &[PeriodMean]) -> Vec<Column> {
    let rows = || means.iter();
    vec![
        periods(rows().map(|row| row.period)),
        numbers("observed", rows().map(|row| row.observed)),
        numbers("counterfactual", rows().map(|row| row.counterfactual)),
        counts("n_cells", rows().map(|row| row.n_cells)),
        counts("n_treated", rows().map(|row| row.n_treated)),
        flags("certified", rows().map(|row| row.n_uncertified == 0)),
    ]
}

fn of_cells(name: &'static str, cells: &[CellEffect]) -> Table {
    let rows = || cells.iter();
    let columns = vec![
        units(rows().map(|e| e.cell.unit)),
        periods(rows().map(|e| e.cell.period)),
        column("event_time", Values::Integer(rows().map(|e| e.event_time).collect())),
        numbers("observed", rows().map(|e| e.observed)),
        numbers("counterfactual", rows().map(|e| e.counterfactual)),
        numbers("effect", rows().map(|e| e.effect)),
        numbers("effect_min", rows().map(|e| e.effect_min)),
        numbers("effect_max", rows().map(|e| e.effect_max)),
        counts("rank", rows().map(|e| e.rank)),
        numbers("gap", rows().map(|e| e.gap)),
        flags("certified", rows().map(|e| e.status == Status::Solved)),
    ];
    Table::new(name, columns)
}
