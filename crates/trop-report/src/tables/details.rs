//! Tables of draws, of the fit before treatment, and of diagnostics.

use crate::marks::is_certified_before;
use crate::table::{column, counts, flags, numbers, units, Column, Table, Values};
use trop_core::{Analysis, Diagnosis, Inference, LeftOut};

impl Table {
    /// One row for each draw, panel without a unit, placebo or shift in time that has an estimate: `draw` (from 0),
    /// `att`.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, InferenceMethod, Lambdas, Panel, Shape};
    /// use trop_report::Table;
    /// let outcome = [1.0, 2.0, 2.0, 2.5, 0.0, 1.5, 1.5, 2.0, 2.5, 8.0];
    /// let mut treatment = [0.0; 10];
    /// treatment[9] = 1.0;
    /// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 5, n_periods: 2 })?;
    /// let inference = Some(InferenceMethod::Placebo);
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference, ..Default::default() };
    /// assert_eq!(Table::draws(&analyze(&panel, &options)?.inference.unwrap()).n_rows(), 4);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn draws(inference: &Inference) -> Table {
        let draws = &inference.draws;
        let columns = vec![counts("draw", 0..draws.len()), numbers("att", draws.iter().copied())];
        Table::new("draws", columns)
    }

    /// Errors of predictions before the treatment, one row for each unit that has them: `unit`, `n_cells`, `mean`,
    /// `rmse`, `certified`.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
    /// use trop_report::Table;
    /// let outcome = [1.0, 2.0, 4.0, 0.0, 2.0, 9.0];
    /// let panel = Panel::new(&outcome, &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 3 })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// assert_eq!(Table::pre_fit(&analyze(&panel, &options)?).n_rows(), 1);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn pre_fit(analysis: &Analysis) -> Table {
        let rows = || analysis.pre_fit.by_unit.iter();
        let columns = vec![
            units(rows().map(|fit| fit.unit)),
            counts("n_cells", rows().map(|fit| fit.n_cells)),
            numbers("mean", rows().map(|fit| fit.mean)),
            numbers("rmse", rows().map(|fit| fit.rmse)),
            flags("certified", rows().map(|fit| is_certified_before(analysis, fit.unit))),
        ];
        Table::new("pre_fit", columns)
    }

    /// The ATT without each never-treated unit: `unit`, `att` (NaN if nothing can be estimated without it), `change`
    /// (`att` less that with all of them).
    ///
    /// ```
    /// use trop_core::{leave_one_out, Lambdas, Panel, Settings, Shape, Silent};
    /// use trop_report::{Table, Values};
    /// let panel = Panel::new(
    ///     &[1.0, 2.0, 0.0, 2.0, 4.0, 6.0],
    ///     &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ///     Shape { n_units: 3, n_periods: 2 },
    /// )?;
    /// let found = leave_one_out(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
    /// assert_eq!(Table::leave_one_out(&found, 0.5).column("unit").unwrap().values, Values::Unit(vec![0, 1]));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn leave_one_out(found: &[LeftOut], att: f64) -> Table {
        let columns = vec![
            units(found.iter().map(|left_out| left_out.unit)),
            numbers("att", found.iter().map(|left_out| left_out.att)),
            numbers("change", found.iter().map(|left_out| left_out.att - att)),
        ];
        Table::new("leave_one_out", columns)
    }

    /// The weights that a fit gives to units: `unit`, `weight`, `normalized` (over their sum).
    ///
    /// ```
    /// use trop_report::{Table, Values};
    /// let table = Table::unit_weights(&[1.0, 3.0]);
    /// assert_eq!(table.column("normalized").unwrap().values, Values::Number(vec![0.25, 0.75]));
    /// ```
    pub fn unit_weights(weights: &[f64]) -> Table {
        weights_table("unit_weights", units(0..weights.len()), weights)
    }

    /// The weights that a fit gives to periods: `time`, `weight`, `normalized`.
    ///
    /// ```
    /// use trop_report::{Table, Values};
    /// let table = Table::time_weights(&[1.0, 3.0]);
    /// assert_eq!(table.column("time").unwrap().values, Values::Period(vec![0, 1]));
    /// ```
    pub fn time_weights(weights: &[f64]) -> Table {
        let time = column("time", Values::Period((0..weights.len()).collect()));
        weights_table("time_weights", time, weights)
    }

    /// The low-rank part of a fit, one row for each component: `component` (from 1), `singular_value`,
    /// `unit_imbalance`, `time_imbalance`.
    ///
    /// ```
    /// use trop_core::{diagnose, Cell, Lambdas, Panel, Settings, Shape, Silent};
    /// use trop_report::Table;
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let target = Cell { unit: 1, period: 1 };
    /// let found = diagnose(&panel, target, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
    /// assert_eq!(Table::components(&found).n_rows(), 0);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn components(diagnosis: &Diagnosis) -> Table {
        let columns = vec![
            counts("component", 1..diagnosis.singular_values.len() + 1),
            numbers("singular_value", diagnosis.singular_values.iter().copied()),
            numbers("unit_imbalance", diagnosis.unit_imbalance.iter().copied()),
            numbers("time_imbalance", diagnosis.time_imbalance.iter().copied()),
        ];
        Table::new("components", columns)
    }
}

fn weights_table(name: &'static str, of: Column, weights: &[f64]) -> Table {
    let sum: f64 = weights.iter().sum();
    let columns = vec![
        of,
        numbers("weight", weights.iter().copied()),
        numbers("normalized", weights.iter().map(|weight| weight / sum)),
    ];
    Table::new(name, columns)
}
