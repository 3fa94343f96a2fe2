//! Whether control cells connect units with periods, so that an effect is identified.

use super::centre::Centre;
use super::weights::Weights;
use crate::panel::{Cell, Panel};
use crate::reason::Reason;

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
    let (own, at) = (target.unit, target.period);
    let is_seen = |unit| !panel.is_left_out(target, Cell { unit, period: at });
    let mut periods = (0..panel.n_periods()).filter(|&s| s != at && control(own, s));
    let units = || (0..panel.n_units()).filter(|&j| j != own && is_seen(j) && control(j, at));
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
        !panel.is_left_out(target, cell)
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

impl Weights {
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

/// The connected components of the graph in which control cells of positive weight join units with
/// periods, each named by its first period. `None` for what has no such cell.
pub(crate) struct Components {
    pub unit: Vec<Option<usize>>,
    pub period: Vec<Option<usize>>,
}

impl Components {
    /// Of the control cells of positive weight.
    pub fn new(panel: &Panel, weights: &Weights) -> Self {
        let joins = |unit, period| {
            let cell = Cell { unit, period };
            panel.is_control(cell) && weights.is_positive(cell)
        };
        let mut found =
            Components { unit: vec![None; panel.n_units()], period: vec![None; panel.n_periods()] };
        for first in 0..panel.n_periods() {
            let isolated = (0..panel.n_units()).all(|unit| !joins(unit, first));
            if found.period[first].is_none() && !isolated {
                found.spread(first, &joins);
            }
        }
        found
    }

    /// Names all that is connected with a period by that period.
    fn spread(&mut self, first: usize, joins: &impl Fn(usize, usize) -> bool) {
        let mut queue = vec![first];
        self.period[first] = Some(first);
        while let Some(period) = queue.pop() {
            for unit in 0..self.unit.len() {
                if self.unit[unit].is_some() || !joins(unit, period) {
                    continue;
                }
                self.unit[unit] = Some(first);
                for other in 0..self.period.len() {
                    if self.period[other].is_none() && joins(unit, other) {
                        self.period[other] = Some(first);
                        queue.push(other);
                    }
                }
            }
        }
    }

    /// True if a unit and a period are in the same component.
    pub fn connects(&self, unit: usize, period: usize) -> bool {
        self.unit[unit].is_some() && self.unit[unit] == self.period[period]
    }

    /// Gives each component's first period the effect 0, and NaN to what has no component.
    pub fn normalize(&self, unit_effect: &mut [f64], period_effect: &mut [f64]) {
        let level = period_effect.to_vec();
        let shift = |component: &Option<usize>| component.map_or(f64::NAN, |first| level[first]);
        for (effect, component) in unit_effect.iter_mut().zip(&self.unit) {
            *effect += shift(component);
        }
        for (effect, component) in period_effect.iter_mut().zip(&self.period) {
            *effect -= shift(component);
        }
    }
}
