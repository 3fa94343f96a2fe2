//! Estimators that weight donors and periods: synthetic control and its relatives, and synthetic difference in
//! differences.

use super::ascm::augmented;
use super::estimator::Estimator;
use super::options::{EstimatorOptions, SimplexMethod};
use super::programs::{Programs, VANISHING};
use super::result::{Findings, SpellWeights};
use super::spell::{spells, Block, Spell};
use super::weighting::Weighting;
use crate::error::Result;
use crate::model::CellEffect;
use crate::panel::{Cell, Panel};
use crate::reason::Reason;
use crate::runtime::Progress;
use crate::settings::Settings;

/// Effects of all spells.
pub(super) fn synthetic(
    panel: &Panel,
    estimator: Estimator,
    options: &EstimatorOptions,
    settings: &Settings,
    progress: &Progress<'_>,
) -> Result<Findings> {
    let mut found = Findings::default();
    let needed = if estimator == Estimator::Ascm { 2 } else { 1 };
    for spell in spells(panel) {
        progress.check()?;
        found.cells.miss(&spell.missing, Reason::OutcomeMissing);
        match spell.obstacle(needed) {
            _ if spell.cells.is_empty() => {}
            Some(reason) => found.cells.miss(&spell.cells, reason),
            None => {
                let weights = weigh(&spell.block(panel), estimator, options, settings)?;
                found.add(panel, &spell, &weights, options.pre_periods);
            }
        }
    }
    progress.advance(1);
    Ok(found)
}

/// The weights of an estimator.
fn weigh(
    block: &Block,
    estimator: Estimator,
    options: &EstimatorOptions,
    settings: &Settings,
) -> Result<Weighting> {
    let (method, tolerance) = (options.simplex, settings.tolerance);
    let programs = Programs { block, method, tolerance };
    let zeta = options
        .zeta
        .unwrap_or_else(|| (block.n_treated * block.n_post as f64).powf(0.25) * programs.noise());
    let none = vec![0.0; block.n_pre];
    let equal = vec![1.0 / block.n_pre as f64; block.n_pre];
    Ok(match estimator {
        Estimator::Sc => programs.units(false, 0.0).with(none, 0.0),
        Estimator::ScReg => programs.units(false, zeta).with(none, zeta),
        Estimator::Difp => programs.units(true, 0.0).with(equal, 0.0),
        Estimator::DifpReg => programs.units(true, zeta).with(equal, zeta),
        Estimator::Ascm => augmented(block, options, settings)?,
        Estimator::SdidSquared => {
            let exact = Programs { method: SimplexMethod::Exact, ..programs };
            exact.both(zeta, 0.0).squared(&block.count)
        }
        _ => programs.both(zeta, VANISHING * programs.noise()),
    })
}

impl Findings {
    /// Adds the effects of a spell: the gap of each unit less its mean gap before, by the period weights.
    pub fn add(&mut self, panel: &Panel, spell: &Spell, weights: &Weighting, pre: bool) {
        let gap = |cell: Cell| {
            let donor = |(&unit, w): (&usize, &f64)| w * panel.outcome(Cell { unit, ..cell });
            panel.outcome(cell) - spell.donors.iter().zip(&weights.unit).map(donor).sum::<f64>()
        };
        let intercept = |unit: usize| {
            let own = |(&period, w): (&usize, &f64)| w * gap(Cell { unit, period });
            let with_weight = spell.pre.iter().zip(&weights.period).filter(|(_, &w)| w != 0.0);
            with_weight.map(own).sum::<f64>()
        };
        let levels: Vec<f64> = spell.units.iter().map(|&unit| intercept(unit)).collect();
        let effect = |&cell: &Cell| -> CellEffect {
            let at = spell.units.partition_point(|&unit| unit < cell.unit);
            weights.certificate.effect(panel, cell, gap(cell) - levels[at], &[])
        };
        self.cells.effects.extend(spell.cells.iter().map(effect));
        if pre {
            self.pre.extend(spell.cells_before(panel).iter().map(effect));
        }
        self.spells.push(spell_weights(panel, spell, weights));
    }
}

fn spell_weights(panel: &Panel, spell: &Spell, weights: &Weighting) -> SpellWeights {
    let mut unit = vec![0.0; panel.n_units()];
    let mut period = vec![0.0; panel.n_periods()];
    spell.donors.iter().zip(&weights.unit).for_each(|(&j, &w)| unit[j] = w);
    spell.pre.iter().zip(&weights.period).for_each(|(&s, &w)| period[s] = w);
    // Copies of a donor share its weight.
    let square = |(&j, w): (&usize, &f64)| w * w / panel.count(j);
    let squares: f64 = spell.donors.iter().zip(&weights.unit).map(square).sum();
    SpellWeights {
        first: spell.periods.0,
        last: spell.periods.1,
        units: spell.units.clone(),
        unit,
        period,
        donors: 1.0 / squares,
        n_donors: spell.donors.len(),
        n_pre: spell.pre.len(),
        zeta: weights.zeta,
        ridge: weights.ridge,
        gap: weights.certificate.gap,
    }
}
