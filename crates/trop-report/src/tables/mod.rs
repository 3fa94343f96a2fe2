//! The tables of a result.

mod bias_bounds;
mod cells;
mod comparison;
mod details;
mod numbers;
mod power;
mod scores;
mod simulation;

use crate::labels::Labels;
use crate::table::Table;
pub use comparison::comparison_tables;
pub(crate) use comparison::refused;
pub(crate) use numbers::Rows;
pub use power::{power_facts, power_tables};
pub(crate) use scores::with_variants;
pub(crate) use simulation::failure;
pub use simulation::{simulation_facts, simulation_tables};
use trop_core::Analysis;

/// All tables of an analysis that are there: `effects`, `pre_effects`, `not_estimable`, `by_time`,
/// `by_event_time` and `cumulative` (if effects are averaged by event time), `averages`, `coefficients`,
/// `pre_fit`, `scores` (after a search), `draws` (after inference). [`Table`] makes each of them alone, and those
/// of diagnostics.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// use trop_report::{tables, Labels};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
/// let tables = tables(&analyze(&panel, &options)?, &Labels::of_panel(&panel));
/// let found: Vec<&str> = tables.iter().map(|table| table.name).collect();
/// let always = ["effects", "pre_effects", "not_estimable", "by_time", "averages", "coefficients", "pre_fit"];
/// assert_eq!(found, always);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn tables(analysis: &Analysis, labels: &Labels) -> Vec<Table> {
    let always = [
        Table::effects(analysis),
        Table::pre_effects(analysis),
        Table::not_estimable(analysis),
        Table::by_time(analysis),
    ];
    let sometimes = [
        Table::by_event_time(analysis, labels),
        Table::cumulative(analysis, labels),
        Some(Table::averages(analysis, labels)),
        Some(Table::coefficients(analysis, labels)),
        Some(Table::pre_fit(analysis)),
        analysis.search.as_ref().map(Table::scores),
        analysis.inference.as_ref().map(Table::draws),
    ];
    always.into_iter().chain(sometimes.into_iter().flatten()).collect()
}
