//! Unit and time weights of a target, and whether its effect is identified.

use super::distance::{check_cell, Distances};
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::model::centre;
use crate::panel::{Cell, Panel};
use crate::reason::Reason;

/// The weights of one fit (Eq. 3), not normalized.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// omega, length N: `exp(-lambda_unit * distance)`; in a fit for a single cell 1 for its own unit.
    pub unit: Vec<f64>,
    /// theta, length T: `exp(-lambda_time * |t - s|)` in positions, or in gaps of the design's calendar; in
    /// a fit for a single cell 1 for its own period.
    pub period: Vec<f64>,
}

/// What the weights of a fit are centred on.
pub(crate) struct Centre {
    /// Eq. 3's distance of each unit.
    pub distance: Vec<f64>,
    /// In time, as [`Panel::place`].
    pub place: f64,
}

impl Centre {
    /// A single cell (Eq. 3).
    pub fn of_cell(panel: &Panel, distances: &Distances, cell: Cell) -> Self {
        Centre { distance: distances.to_target(cell), place: panel.place(cell.period) }
    }
}

/// The unit and time weights of a target cell (Eq. 3), as the panel's [`Anchor`](crate::Anchor) centres
/// them if it is treated, and on the cell itself if it is not.
///
/// A unit without a common control period has weight 0; with `lambda_unit = 0` every weight is 1.
/// `lambdas.nn` plays no part.
///
/// # Errors
/// [`crate::Error::CellOutOfRange`] or [`crate::Error::LambdaInvalid`].
///
/// ```
/// use trop_core::{weights, Cell, Lambdas, Panel};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], 2, 2)?;
/// let lambdas = Lambdas { time: 0.5, unit: 0.1, nn: 1.0 };
/// let w = weights(&panel, Cell { unit: 1, period: 1 }, &lambdas)?;
/// assert_eq!(w.period, [(-0.5_f64).exp(), 1.0]);
/// assert_eq!(w.unit, [(-0.1_f64 * 3.0).exp(), 1.0]);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn weights(panel: &Panel, target: Cell, lambdas: &Lambdas) -> Result<Weights> {
    check_cell(panel, target)?;
    lambdas.validate()?;
    Ok(Weights::new(panel, &centre(panel, target), lambdas))
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

    /// True if control cells of positive weight connect a target's unit with its period; the target is
    /// connected at positive weights in exact arithmetic, which may be zero in floating point.
    pub(crate) fn connect(&self, panel: &Panel, target: Cell) -> bool {
        let positive = |w: &f64| *w > 0.0;
        if self.unit.iter().all(positive) && self.period.iter().all(positive) {
            return true;
        }
        is_connected(panel, target, |j| self.unit[j] > 0.0, |s| self.period[s] > 0.0)
    }
}

/// Why a target has no effect in a fit with this centre and its weights; `None` if it has one.
pub(crate) fn obstacle(
    panel: &Panel,
    target: Cell,
    centre: &Centre,
    weights: &Weights,
) -> Option<Reason> {
    if !panel.is_observed(target) {
        return Some(Reason::OutcomeMissing);
    }
    let has_weight = |j: usize| weights.unit[j] > 0.0;
    if is_connected(panel, target, has_weight, |s| weights.period[s] > 0.0) {
        return None;
    }
    let in_exact_arithmetic = |j: usize| has_weight(j) || centre.distance[j].is_finite();
    let underflow = is_connected(panel, target, in_exact_arithmetic, |_| true);
    Some(if underflow { Reason::WeightsUnderflow } else { Reason::Disconnected })
}

/// True if some unit and period connect the target's unit with its period at once: the common case. The
/// unit then has a control period in common with the target's, other than the target's.
pub(crate) fn is_plainly_connected(panel: &Panel, target: Cell) -> bool {
    let control = |unit: usize, period: usize| panel.is_control(Cell { unit, period });
    let mut periods =
        (0..panel.n_periods()).filter(|&s| s != target.period && control(target.unit, s));
    let units = || (0..panel.n_units()).filter(|&j| j != target.unit && control(j, target.period));
    periods.any(|s| units().any(|j| control(j, s)))
}

/// True if the target's unit and period are connected by control cells of positive weight, the target
/// left out (the effect is identified only then).
pub(crate) fn is_connected(
    panel: &Panel,
    target: Cell,
    unit_has_weight: impl Fn(usize) -> bool,
    period_has_weight: impl Fn(usize) -> bool,
) -> bool {
    let edge = |unit: usize, period: usize| {
        let cell = Cell { unit, period };
        cell != target
            && panel.is_control(cell)
            && unit_has_weight(unit)
            && period_has_weight(period)
    };
    let mut unit_reached = vec![false; panel.n_units()];
    let mut period_reached = vec![false; panel.n_periods()];
    let mut queue = vec![target.unit];
    unit_reached[target.unit] = true;
    while let Some(unit) = queue.pop() {
        for period in 0..panel.n_periods() {
            if period_reached[period] || !edge(unit, period) {
                continue;
            }
            if period == target.period {
                return true;
            }
            period_reached[period] = true;
            for other in 0..panel.n_units() {
                if !unit_reached[other] && edge(other, period) {
                    unit_reached[other] = true;
                    queue.push(other);
                }
            }
        }
    }
    false
}
