//! Tables over lambdas: scores of a search, the ATT along them, the estimator without its parts.

use crate::table::{counts, flags, numbers, texts, Column, Table};
use crate::words::{variants, Variant};
use trop_core::{AttAt, Lambdas, Score, Search};

fn lambdas<'a>(found: impl Iterator<Item = &'a Lambdas> + Clone) -> Vec<Column> {
    vec![
        numbers("lambda_time", found.clone().map(|lambdas| lambdas.time)),
        numbers("lambda_unit", found.clone().map(|lambdas| lambdas.unit)),
        numbers("lambda_nn", found.map(|lambdas| lambdas.nn)),
    ]
}

fn fits<'a>(found: impl Iterator<Item = &'a AttAt> + Clone) -> Vec<Column> {
    vec![
        numbers("att", found.clone().map(|at| at.att)),
        counts("n_cells", found.clone().map(|at| at.n_cells)),
        numbers("max_gap", found.clone().map(|at| at.max_gap)),
        counts("n_uncertified", found.map(|at| at.n_uncertified)),
    ]
}

impl Table {
    /// One row for each candidate in order of computation: `lambda_time`, `lambda_unit`, `lambda_nn`, `score`,
    /// `n_cells`, `max_gap`, `n_uncertified`, `abandoned` (then the score is a lower bound, on the `n_cells`).
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, GivenGrids, Panel, Shape};
    /// use trop_report::Table;
    /// let outcome = [1.0, 2.0, 4.0, 2.0, 3.0, 5.5, 0.0, 1.5, 9.0];
    /// let panel = Panel::new(
    ///     &outcome,
    ///     &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ///     Shape { n_units: 3, n_periods: 3 },
    /// )?;
    /// let one = || Some(vec![0.0]);
    /// let grids = GivenGrids { time: one(), unit: one(), nn: Some(vec![f64::INFINITY]) };
    /// let analysis = analyze(&panel, &AnalysisOptions { grids, ..Default::default() })?;
    /// assert_eq!(Table::scores(&analysis.search.unwrap()).n_rows(), 1);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn scores(search: &Search) -> Table {
        let rows = || search.scores.iter();
        let mut columns = lambdas(rows().map(|score: &Score| &score.lambdas));
        columns.extend([
            numbers("score", rows().map(|score| score.score)),
            counts("n_cells", rows().map(|score| score.n_cells)),
            numbers("max_gap", rows().map(|score| score.max_gap)),
            counts("n_uncertified", rows().map(|score| score.n_uncertified)),
            flags("abandoned", rows().map(|score| score.abandoned)),
        ]);
        Table::new("scores", columns)
    }

    /// The ATT at every candidate of a search: `lambda_time`, `lambda_unit`, `lambda_nn`, `score`, `att`,
    /// `n_cells`, `max_gap`, `n_uncertified`. `found` are those of [`att_at`](trop_core::att_at), in the order of
    /// the search's scores.
    ///
    /// ```
    /// use trop_core::{analyze, att_at, AnalysisOptions, GivenGrids, Lambdas, Panel, Settings, Shape, Silent};
    /// use trop_report::Table;
    /// let outcome = [1.0, 2.0, 4.0, 2.0, 3.0, 5.5, 0.0, 1.5, 9.0];
    /// let panel = Panel::new(
    ///     &outcome,
    ///     &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ///     Shape { n_units: 3, n_periods: 3 },
    /// )?;
    /// let one = || Some(vec![0.0]);
    /// let grids = GivenGrids { time: one(), unit: one(), nn: Some(vec![f64::INFINITY]) };
    /// let search = analyze(&panel, &AnalysisOptions { grids, ..Default::default() })?.search.unwrap();
    /// let lambdas: Vec<Lambdas> = search.scores.iter().map(|score| score.lambdas).collect();
    /// let found = att_at(&panel, &lambdas, &Settings::default(), &Silent)?;
    /// assert_eq!(Table::surface(&search, &found).n_rows(), 1);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn surface(search: &Search, found: &[AttAt]) -> Table {
        let mut columns = lambdas(found.iter().map(|at| &at.lambdas));
        let scores = search.scores.iter().take(found.len());
        columns.push(numbers("score", scores.map(|score| score.score)));
        columns.extend(fits(found.iter()));
        Table::new("surface", columns)
    }

    /// The ATT of each of [`variants`]: `variant` (its name), `label` (in words), `lambda_time`, `lambda_unit`,
    /// `lambda_nn`, `att`, `n_cells`, `max_gap`, `n_uncertified`. `found` are those of
    /// [`att_at`](trop_core::att_at) for [`ablation`](trop_core::ablation) or [`variants`], in any order.
    ///
    /// ```
    /// use trop_core::{att_at, Lambdas, Panel, Settings, Shape, Silent};
    /// use trop_report::{Table, Values};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let lambdas = Lambdas::TWO_WAY;
    /// let found = att_at(&panel, &[lambdas], &Settings::default(), &Silent)?;
    /// let table = Table::ablation(&lambdas, &found);
    /// assert_eq!(table.column("variant").unwrap().values, Values::Text(vec!["full".into()]));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn ablation(full: &Lambdas, found: &[AttAt]) -> Table {
        let found = with_variants(full, found);
        let mut columns = vec![
            texts("variant", found.iter().map(|(variant, _)| variant.name)),
            texts("label", found.iter().map(|(variant, _)| variant.label.as_str())),
        ];
        columns.extend(lambdas(found.iter().map(|(variant, _)| &variant.lambdas)));
        columns.extend(fits(found.iter().map(|(_, at)| *at)));
        Table::new("ablation", columns)
    }
}

/// The variants whose ATT is known.
pub(crate) fn with_variants<'a>(full: &Lambdas, found: &'a [AttAt]) -> Vec<(Variant, &'a AttAt)> {
    let at = |variant: Variant| {
        let at = found.iter().find(|at| at.lambdas == variant.lambdas)?;
        Some((variant, at))
    };
    variants(full).into_iter().filter_map(at).collect()
}
