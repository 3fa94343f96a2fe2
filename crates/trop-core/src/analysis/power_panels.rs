//! Panels of a design without an effect: some units are treated over the last periods.

use super::power_options::{PowerOptions, PowerSource};
use crate::error::{Error, Result};
use crate::panel::{n_subsets, Cell, Design, Panel, Shape};
use crate::runtime::{Purpose, Stream};
use crate::simulation::{Generator, PowerDesign};
use std::collections::BTreeSet;

/// The draws of a design.
pub(super) struct Panels<'a> {
    panel: &'a Panel,
    generator: Option<&'a Generator>,
    pub design: PowerDesign,
    /// Units with an outcome in the periods that are used, ordered by their outcomes.
    units: Vec<usize>,
    seed: u64,
    /// Of placebos: which of `units` are treated in each draw.
    assignments: Vec<Vec<usize>>,
    draws: usize,
}

impl<'a> Panels<'a> {
    pub fn new(
        panel: &'a Panel,
        generator: Option<&'a Generator>,
        design: PowerDesign,
        options: &PowerOptions,
        seed: u64,
    ) -> Result<Self> {
        let units = match options.source {
            PowerSource::Placebo => never_treated(panel, &design),
            PowerSource::Generator => (0..panel.n_units()).collect(),
        };
        options.check_units(design.treated, units.len())?;
        let assignments = match options.source {
            PowerSource::Placebo => distinct(units.len(), design.treated, options.draws, seed),
            PowerSource::Generator => Vec::new(),
        };
        let draws = if generator.is_some() { options.draws } else { assignments.len() };
        Ok(Panels { panel, generator, design, units, seed, assignments, draws })
    }

    /// How many draws there are.
    pub fn n(&self) -> usize {
        self.draws
    }

    /// How many there could be.
    pub fn of(&self) -> usize {
        match self.generator {
            Some(_) => usize::MAX,
            None => n_subsets(self.units.len(), self.design.treated),
        }
    }

    /// Units that can be treated.
    pub fn n_units(&self) -> usize {
        self.units.len()
    }

    /// Draw `k`: its panel, and the units of the caller's that are treated in it, ascending.
    pub fn draw(&self, k: usize) -> Result<(Panel, Vec<usize>)> {
        match self.generator {
            Some(generator) => self.simulated(generator, k),
            None => self.placebo(&self.assignments[k]),
        }
    }

    fn placebo(&self, assignment: &[usize]) -> Result<(Panel, Vec<usize>)> {
        let mut treated: Vec<usize> = assignment.iter().map(|&at| self.units[at]).collect();
        treated.sort_unstable();
        let mut units = self.units.clone();
        units.sort_unstable();
        let outcome = |unit: usize, period: usize| self.panel.outcome(Cell { unit, period });
        Ok((self.build(&units, &treated, outcome)?, treated))
    }

    fn simulated(&self, generator: &Generator, k: usize) -> Result<(Panel, Vec<usize>)> {
        let draw = generator.draw(self.design.treated, self.seed, k);
        let t = self.panel.n_periods();
        let outcome = |unit: usize, period: usize| {
            generator.location + generator.scale * draw.outcome[unit * t + period]
        };
        Ok((self.build(&self.units, &draw.treated, outcome)?, draw.treated))
    }

    fn build(
        &self,
        units: &[usize],
        treated: &[usize],
        outcome: impl Fn(usize, usize) -> f64,
    ) -> Result<Panel> {
        let t = self.panel.n_periods();
        let (start, end) = (first_period(&self.design, t), t - self.design.periods);
        let cells = || units.iter().flat_map(|&unit| (start..t).map(move |period| (unit, period)));
        let outcome: Vec<f64> = cells().map(|(unit, period)| outcome(unit, period)).collect();
        let is_treated = |(unit, period): (usize, usize)| {
            f64::from(u8::from(period >= end && treated.binary_search(&unit).is_ok()))
        };
        let treatment: Vec<f64> = cells().map(is_treated).collect();
        let design = Design { anchor: self.panel.anchor(), ..Default::default() };
        Panel::new(&outcome, &treatment, Shape { n_units: units.len(), n_periods: t - start })
            .and_then(|panel| panel.with_design(&design))
            .map_err(|error| located(error, units, start))
    }
}

/// The first period that a design uses.
fn first_period(design: &PowerDesign, t: usize) -> usize {
    t - design.periods - design.history
}

/// Never-treated units with an outcome in the periods that a design uses. Neither their order in the panel nor their
/// names matter for the assignments.
fn never_treated(panel: &Panel, design: &PowerDesign) -> Vec<usize> {
    let start = first_period(design, panel.n_periods());
    let is_seen = |unit: usize| {
        (start..panel.n_periods()).any(|period| panel.is_observed(Cell { unit, period }))
    };
    let own = |&unit: &usize| !panel.is_ever_treated(unit) && is_seen(unit);
    let mut units: Vec<usize> = (0..panel.n_units()).filter(own).collect();
    units.sort_by(|&a, &b| panel.compare_rows(a, b));
    units
}

/// Distinct subsets of `n` units, at most `wanted`: all of them in random order if they are no more.
fn distinct(n: usize, size: usize, wanted: usize, seed: u64) -> Vec<Vec<usize>> {
    let wanted = wanted.min(n_subsets(n, size));
    let mut stream = Stream::new(seed, Purpose::Power, size as u64);
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    while found.len() < wanted {
        let chosen = stream.sample(n, size);
        if seen.insert(chosen.clone()) {
            found.push(chosen);
        }
    }
    found
}

/// An error of a panel made of some units and the periods from `start` on, by their places in the caller's panel.
fn located(error: Error, units: &[usize], start: usize) -> Error {
    match error {
        Error::PeriodAllMissing { period } => Error::PeriodAllMissing { period: period + start },
        Error::UnitAllMissing { unit } => Error::UnitAllMissing { unit: units[unit] },
        Error::OutcomeTooFar { unit, period, value } => {
            Error::OutcomeTooFar { unit: units[unit], period: period + start, value }
        }
        other => other,
    }
}
