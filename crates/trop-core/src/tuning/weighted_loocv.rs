//! Leave-one-out scores at weights that the caller brings.

use super::loocv::Loocv;
use super::scoring::Scorer;
use crate::error::{Error, Result};
use crate::lambdas::falling_path;
use crate::model::{Path, Targets};
use crate::panel::{Cell, Identification, Panel};
use crate::runtime::Monitor;
use crate::settings::Settings;
use crate::weighting::{is_connected, Weights};

/// The leave-one-out score of one lambda_nn at given weights.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WeightedScore {
    /// The candidate.
    pub lambda_nn: f64,
    /// The sum of squared leave-one-out effects, in squared units of the outcome.
    pub score: f64,
    /// Largest relative gap of the fits.
    pub max_gap: f64,
    /// Fits not certified to the tolerance.
    pub n_uncertified: usize,
}

/// Leave-one-out scores at given weights.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WeightedLoocv {
    /// One for each candidate, in their order.
    pub scores: Vec<WeightedScore>,
    /// Control cells that were scored, the same for every candidate.
    pub n_cells: usize,
    /// Control cells without a score, because nothing connects their unit with their period once they
    /// are left out, or nothing identifies the covariates' coefficients; by unit and then period.
    pub not_estimable: Vec<Cell>,
}

/// Leave-one-out scores of several lambda_nn at given unit and period weights: each observed control
/// cell is left out of a fit of its own, and its squared residuals are summed. Unlike in Eq. 4 the
/// weights are the same in every fit.
///
/// # Errors
/// [`Error::WeightsLength`], [`Error::WeightInvalid`], [`Error::WeightsAllZero`],
/// [`Error::GridEmpty`], [`Error::GridDuplicate`], [`Error::LambdaInvalid`],
/// [`Error::CovariatesNotIdentified`], [`Error::CovariatesWithoutPenalty`], an invalid [`Settings`],
/// [`Error::NoEstimableCell`] or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{weighted_loocv, Panel, Settings, Shape, Silent, Weights};
/// let panel = Panel::new(
///     &[1.0, 2.0, 4.0, 6.0, 5.0, 9.0],
///     &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
///     Shape { n_units: 3, n_periods: 2 },
/// )?;
/// let weights = Weights { unit: vec![1.0; 3], period: vec![1.0; 2] };
/// let found =
///     weighted_loocv(&panel, &weights, &[f64::INFINITY], &Settings::default(), &Silent)?;
/// // Four cells of two complete units, each predicted from the other three; the last unit's only
/// // control cell has nothing to predict it.
/// assert!((found.scores[0].score - 4.0).abs() < 1e-9);
/// assert_eq!((found.n_cells, found.not_estimable.len()), (4, 1));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn weighted_loocv(
    panel: &Panel,
    weights: &Weights,
    lambda_nn: &[f64],
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<WeightedLoocv> {
    let falling = falling_path(lambda_nn)?;
    weights.validate(panel)?;
    panel.check_penalty(&falling)?;
    let unit_counts = |unit: usize| weights.unit[unit] > 0.0;
    let period_counts = |period: usize| weights.period[period] > 0.0;
    let identification = Identification::among(panel, unit_counts, period_counts);
    if !identification.holds() {
        return Err(Error::CovariatesNotIdentified);
    }
    let estimable = |_: &Targets<'_>, cell: Cell| {
        is_connected(panel, cell, unit_counts, period_counts)
            && identification.holds_without(panel, cell)
    };
    let loocv =
        Loocv::of_estimable(Targets::regardless(panel), estimable, None, 0, settings, monitor)?;
    let path = Path { time: 0.0, unit: 0.0, nn: falling, given: Some(weights.clone()) };
    let scores = Scorer::new(&loocv, settings, monitor)?.score_path(&path)?;
    let score = |&lambda_nn: &f64| {
        let at = path.nn.partition_point(|&nn| nn > lambda_nn);
        let found = scores[at];
        WeightedScore {
            lambda_nn,
            score: found.score,
            max_gap: found.max_gap,
            n_uncertified: found.n_uncertified,
        }
    };
    let scored = |cell: &Cell| loocv.cells().binary_search(cell).is_ok();
    Ok(WeightedLoocv {
        scores: lambda_nn.iter().map(score).collect(),
        n_cells: loocv.cells().len(),
        not_estimable: panel.control_cells().into_iter().filter(|c| !scored(c)).collect(),
    })
}
