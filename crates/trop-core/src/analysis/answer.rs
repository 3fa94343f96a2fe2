//! What an analysis gives.

use super::options::AnalysisOptions;
use crate::diagnostics::PreFit;
use crate::error::Error;
use crate::inference::{Inference, Inferred};
use crate::lambdas::Lambdas;
use crate::model::{CellEffect, CellEffects, Estimate, Measure, PeriodMean, Quantity};
use crate::panel::{Anchor, Panel, Remark, TimeDistance};
use crate::solver::Status;
use crate::tuning::{Grids, Search};
use std::time::Duration;

/// All that an analysis gives: the estimate with its standard errors, how it was found, and what a reader
/// should know beside it.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Analysis {
    /// What was asked.
    pub options: AnalysisOptions,
    /// The data in numbers.
    pub facts: Facts,
    /// What is allowed about the panel, but often a mistake.
    pub remarks: Vec<Remark>,
    /// The candidates that were searched; `None` if lambdas were given.
    pub grids: Option<Grids>,
    /// The search; `None` if lambdas were given.
    pub search: Option<Search>,
    /// The lambdas given, or found.
    pub lambdas: Lambdas,
    /// The ATT and every treated cell's effect.
    pub estimate: Estimate,
    /// Effects of the control cells before treatment, each left out of its own fit.
    pub pre: CellEffects,
    /// How well these are predicted.
    pub pre_fit: PreFit,
    /// Where standard errors, intervals and p-values come from; `None` if none were asked for, or if
    /// `no_inference` says why there are none.
    pub inference: Option<Inference>,
    /// Why there is no inference although it was asked for: no method means something for the panel and the
    /// choice was left open, or too few draws have an estimate. By then the estimate is there, and perhaps a
    /// long search behind it; so this is no error.
    #[cfg_attr(feature = "serde", serde(with = "super::lack"))]
    pub no_inference: Option<Error>,
    /// Every number of the estimate, ordered as by [`averages`](crate::averages), each with its standard
    /// error, interval and p-value: NaN where there is none.
    pub numbers: Vec<Inferred>,
    /// Mean observed and counterfactual outcomes of each period.
    pub by_time: Vec<PeriodMean>,
    /// What did not reach its tolerance.
    pub uncertified: Uncertified,
    /// What each step took.
    pub timings: Timings,
}

impl Analysis {
    /// The ATT with its standard error, interval and p-value.
    pub fn att(&self) -> &Inferred {
        &self.numbers[0]
    }

    /// One number with its standard error, interval and p-value.
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Measure, Panel, Quantity, Shape};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions {
    ///     lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default()
    /// };
    /// let analysis = analyze(&panel, &options)?;
    /// let percent = Quantity { measure: Measure::Percent, ..Quantity::ATT };
    /// // Effect 1 over a counterfactual of 5.
    /// assert!((analysis.number(percent).unwrap().average.value - 20.0).abs() < 1e-9);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn number(&self, quantity: Quantity) -> Option<&Inferred> {
        self.numbers.iter().find(|number| number.average.quantity == quantity)
    }

    /// The numbers of one of the panel's groupings, or of all treated cells (`None`), of one measure, in
    /// the order of their codes.
    pub fn numbers_of(
        &self,
        grouping: Option<usize>,
        measure: Measure,
    ) -> impl Iterator<Item = &Inferred> {
        self.numbers.iter().filter(move |number| {
            let quantity = number.average.quantity;
            quantity.grouping == grouping && quantity.measure == measure
        })
    }
}

/// A panel in numbers, and what is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Facts {
    /// N.
    pub n_units: usize,
    /// T.
    pub n_periods: usize,
    /// Cells with an outcome.
    pub n_observed: usize,
    /// Treated cells, observed or not.
    pub n_treated_cells: usize,
    /// Units that are treated in some period.
    pub n_treated_units: usize,
    /// Units that are not.
    pub n_never_treated: usize,
    /// Clusters of units; `None` if each unit stands for itself.
    pub n_clusters: Option<usize>,
    /// Clusters with a unit that is treated in some period; `None` if each unit stands for itself.
    pub n_treated_clusters: Option<usize>,
    /// Never-treated units that may serve for a treated one; `None` if every unit may serve for every other.
    pub n_donors: Option<usize>,
    /// Periods before a spell of treatment that count as neither treated nor untreated.
    pub anticipation: usize,
    /// The same after a spell.
    pub washout: usize,
    /// Covariates.
    pub n_covariates: usize,
    /// Which treated cells share a fit.
    pub anchor: Anchor,
    /// What time weights count.
    pub time_distance: TimeDistance,
    /// True if averages weight units.
    pub weighted: bool,
}

impl Facts {
    pub(super) fn new(panel: &Panel) -> Self {
        let n_treated_units = panel.treated_units().len();
        let clusters = panel.is_clustered().then(|| panel.clusters_by_treatment());
        let clusters = clusters.map(|(treated, control)| (treated.len(), control.len()));
        Facts {
            n_units: panel.n_units(),
            n_periods: panel.n_periods(),
            n_observed: panel.n_observed(),
            n_treated_cells: panel.treated_cells().len(),
            n_treated_units,
            n_never_treated: panel.n_units() - n_treated_units,
            n_clusters: clusters.map(|(treated, control)| treated + control),
            n_treated_clusters: clusters.map(|(treated, _)| treated),
            n_donors: panel.n_donors(),
            anticipation: panel.anticipation(),
            washout: panel.washout(),
            n_covariates: panel.n_covariates(),
            anchor: panel.anchor(),
            time_distance: panel.time_distance(),
            weighted: panel.is_weighted(),
        }
    }
}

/// How many fits did not reach their tolerance; all 0 if everything is certified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Uncertified {
    /// Cells of the estimate, treated or before treatment.
    pub cells: usize,
    /// Fits of the search.
    pub scores: usize,
    /// Draws with such a fit.
    pub draws: usize,
}

impl Uncertified {
    pub(super) fn new(
        cells: [&[CellEffect]; 2],
        search: Option<&Search>,
        inference: Option<&Inference>,
    ) -> Self {
        let effects = cells.into_iter().flatten();
        let scores = search.iter().flat_map(|search| &search.scores);
        Uncertified {
            cells: effects.filter(|e| e.status != Status::Solved).count(),
            scores: scores.map(|score| score.n_uncertified).sum(),
            draws: inference.map_or(0, |inference| inference.n_uncertified),
        }
    }
}

/// What the steps of an analysis took; `None` for those that were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Timings {
    /// Grids and search.
    pub search: Option<Duration>,
    /// Effects of the treated cells, and before treatment.
    pub estimate: Duration,
    /// Inference.
    pub inference: Option<Duration>,
}
