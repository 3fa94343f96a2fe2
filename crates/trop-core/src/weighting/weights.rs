//! Unit and time weights of a target (Eq. 3), and those that a caller brings.

use super::centre::Centre;
use super::distance::check_cell;
use super::view::View;
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::panel::{check_weights, Cell, Panel};

/// The weights of one fit (Eq. 3), not normalized. Not `#[non_exhaustive]`, because callers bring their own.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Weights {
    /// omega, length N: `exp(-lambda_unit * distance)`; in a fit for a single cell 1 for its own unit.
    pub unit: Vec<f64>,
    /// theta, length T: `exp(-lambda_time * |t - s|)` in positions, or in gaps of the design's calendar; in
    /// a fit for a single cell 1 for its own period.
    pub period: Vec<f64>,
}

/// The unit and time weights of a target cell (Eq. 3), as the panel's [`Anchor`](crate::Anchor) centres
/// them if it is treated, and on the cell itself if it is not.
///
/// A unit without a common control period has weight 0; with `lambda_unit = 0` every weight is 1. Units that may not
/// serve for the target's ([`Donors`](crate::Donors)) have weight 0 in any case.
/// `lambdas.nn` plays no part.
///
/// # Errors
/// [`crate::Error::CellOutOfRange`] or [`crate::Error::LambdaInvalid`].
///
/// ```
/// use trop_core::{weights, Cell, Lambdas, Panel, Shape};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let lambdas = Lambdas { time: 0.5, unit: 0.1, nn: 1.0 };
/// let w = weights(&panel, Cell { unit: 1, period: 1 }, &lambdas)?;
/// assert_eq!(w.period, [(-0.5_f64).exp(), 1.0]);
/// assert_eq!(w.unit, [(-0.1_f64 * 3.0).exp(), 1.0]);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn weights(panel: &Panel, target: Cell, lambdas: &Lambdas) -> Result<Weights> {
    check_cell(panel, target)?;
    lambdas.validate()?;
    let view = View::of(panel, target);
    Ok(Weights::new(&view.panel, &view.centre, lambdas).spread(&view, panel))
}

impl Weights {
    pub(crate) fn new(panel: &Panel, centre: &Centre, lambdas: &Lambdas) -> Self {
        let unit = |d: &f64| if lambdas.unit == 0.0 { 1.0 } else { (-lambdas.unit * d).exp() };
        let period = |s: usize| (-lambdas.time * (panel.place(s) - centre.place).abs()).exp();
        Weights {
            unit: centre.distance.iter().map(unit).collect(),
            period: (0..panel.n_periods()).map(period).collect(),
        }
    }

    /// Weights of what a fit sees as weights of the whole panel: 0 for units that it does not see.
    pub(crate) fn spread(self, view: &View<'_>, panel: &Panel) -> Self {
        Weights { unit: view.seen.spread(self.unit, panel.n_units()), ..self }
    }

    /// Checks weights that the caller brings.
    pub(crate) fn validate(&self, panel: &Panel) -> Result<()> {
        let sides =
            [("unit", &self.unit, panel.n_units()), ("period", &self.period, panel.n_periods())];
        for (side, weights, expected) in sides {
            check_weights(side, weights, expected)?;
        }
        if panel.control_cells().iter().any(|&c| self.is_positive(c)) {
            return Ok(());
        }
        Err(Error::WeightsAllZero)
    }

    pub(super) fn is_positive(&self, cell: Cell) -> bool {
        self.unit[cell.unit] > 0.0 && self.period[cell.period] > 0.0
    }
}
