//! The units whose cells the fit of a target sees.

use super::cell::Cell;
use super::centring::Centring;
use super::donors::Donors;
use super::panel::Panel;
use crate::error::{Error, Result};
use std::borrow::Cow;

impl Donors {
    /// Checks the length, and that no treated unit is left without a donor.
    pub(super) fn validate(&self, panel: &Panel) -> Result<()> {
        let n = panel.n_units();
        let (found, expected) = match self {
            Donors::All => return Ok(()),
            Donors::Units(may) => (may.len(), n),
            Donors::Groups(group) => (group.len(), n),
            Donors::Pairs(may) => (may.len(), n * n),
        };
        if found != expected {
            return Err(Error::DonorsLength { found, expected });
        }
        let is_control =
            |unit| (0..panel.n_periods()).any(|period| panel.is_control(Cell { unit, period }));
        let controls: Vec<bool> = (0..n).map(is_control).collect();
        let lacks =
            |&unit: &usize| !(0..n).any(|j| j != unit && controls[j] && self.allow(j, unit, n));
        match panel.treated_units().into_iter().find(lacks) {
            Some(unit) => Err(Error::DonorsNone { unit }),
            None => Ok(()),
        }
    }
}

impl Panel {
    /// True if some units may not serve for others.
    pub(crate) fn has_donors(&self) -> bool {
        self.design.donors != Donors::All
    }

    /// Never-treated units that may serve for a treated one; `None` if every unit may serve for every other.
    pub fn n_donors(&self) -> Option<usize> {
        let plays = self.plays_part();
        let is_donor = |&j: &usize| plays[j] && !self.is_ever_treated(j);
        self.has_donors().then(|| (0..self.n_units).filter(is_donor).count())
    }

    /// True if a fit for a unit sees the cells of another, or its own.
    pub(crate) fn may_serve(&self, donor: usize, unit: usize) -> bool {
        donor == unit || self.design.donors.allow(donor, unit, self.n_units)
    }

    /// The units that a fit for the cells of some units sees: these, and the donors that all of them have.
    pub(crate) fn seen_by(&self, units: &[usize]) -> Seen {
        let sees =
            |&j: &usize| units.contains(&j) || units.iter().all(|&unit| self.may_serve(j, unit));
        Seen(self.has_donors().then(|| (0..self.n_units).filter(sees).collect()))
    }

    /// The never-treated donors of a unit; none where every unit may serve for every other.
    pub(crate) fn own_donors(&self, unit: usize) -> Vec<usize> {
        if !self.has_donors() {
            return Vec::new();
        }
        let is_own = |&j: &usize| !self.is_ever_treated(j) && self.may_serve(j, unit);
        (0..self.n_units).filter(is_own).collect()
    }

    /// For each unit, whether it plays a part: it is treated at some time, or may serve for one that is.
    pub(crate) fn plays_part(&self) -> Vec<bool> {
        if !self.has_donors() {
            return vec![true; self.n_units];
        }
        let treated = self.treated_units();
        let serves = |j: usize| treated.iter().any(|&unit| self.may_serve(j, unit));
        (0..self.n_units).map(serves).collect()
    }

    /// Centres values on the control cells of the units that play a part, as if there were no others, and these on
    /// what is found so.
    pub(super) fn centred(&self, values: &[f64]) -> Centring {
        let out = self.uncontrolled();
        let (plays, t) = (self.plays_part(), self.n_periods);
        let of = |values: &[f64]| Centring::new(values, &out, self.n_units, t);
        if plays.iter().all(|&part| part) || plays.iter().all(|&part| !part) {
            return of(values);
        }
        let own = |(k, &value): (usize, &f64)| if plays[k / t] { value } else { f64::NAN };
        let mut centring = of(&values.iter().enumerate().map(own).collect::<Vec<_>>());
        for unit in (0..self.n_units).filter(|&unit| !plays[unit]) {
            let cells = (0..t).filter(|period| !out[unit * t + period]);
            let gaps = cells.map(|period| values[unit * t + period] - centring.period[period]);
            let gaps: Vec<f64> = gaps.filter(|gap| !gap.is_nan()).collect();
            centring.unit[unit] = gaps.iter().sum::<f64>() / gaps.len().max(1) as f64;
        }
        centring
    }

    /// The panel of the units that play a part.
    pub(crate) fn of_those_that_play_a_part(&self) -> Cow<'_, Panel> {
        let plays = self.plays_part();
        if plays.iter().all(|&part| part) {
            return Cow::Borrowed(self);
        }
        Cow::Owned(self.of_units(&(0..self.n_units).filter(|&i| plays[i]).collect::<Vec<_>>()))
    }
}

/// The units that a fit sees, ascending; `None` for all of the panel's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen(Option<Vec<usize>>);

impl Seen {
    /// All units of a panel.
    pub const ALL: Seen = Seen(None);

    /// These units as a panel, in which every unit may serve for every other. A draw stays centred as the panel that it
    /// is made from: so would be one that is made from a panel of the units that play a part.
    pub fn panel<'a>(&self, of: &'a Panel) -> Cow<'a, Panel> {
        match &self.0 {
            None => Cow::Borrowed(of),
            Some(units) => {
                let mut panel = of.picked(units);
                panel.design.donors = Donors::All;
                if !of.is_derived() {
                    panel.centre();
                }
                Cow::Owned(panel)
            }
        }
    }

    /// A cell of the whole panel, of a unit that is seen, in the panel of these units.
    pub fn local(&self, cell: Cell) -> Cell {
        let place = |units: &Vec<usize>| units.partition_point(|&unit| unit < cell.unit);
        Cell { unit: self.0.as_ref().map_or(cell.unit, place), ..cell }
    }

    /// A cell of the panel of these units in the whole one.
    pub fn global(&self, cell: Cell) -> Cell {
        Cell { unit: self.0.as_ref().map_or(cell.unit, |units| units[cell.unit]), ..cell }
    }

    /// Weights of these units, and 0 for the others of `n`.
    pub fn spread(&self, weights: Vec<f64>, n: usize) -> Vec<f64> {
        let Some(units) = &self.0 else { return weights };
        let mut all = vec![0.0; n];
        units.iter().zip(weights).for_each(|(&unit, weight)| all[unit] = weight);
        all
    }
}
