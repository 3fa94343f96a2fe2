//! Estimators that weight donors and periods: synthetic control and its relatives, and synthetic difference in
//! differences.

use super::ascm::augmented;
use super::estimator::Estimator;
use super::frank_wolfe::frank_wolfe;
use super::nnls::norm;
use super::options::{EstimatorOptions, SimplexMethod};
use super::result::{Certificate, Findings, SpellWeights};
use super::simplex::{Simplex, SimplexFit};
use super::spell::{spells, Block, Spell};
use crate::error::Result;
use crate::estimate::{CellEffect, Reason};
use crate::monitor::Progress;
use crate::panel::{Cell, Panel};
use crate::settings::Settings;

/// The ridge that stands for one that vanishes, as synthdid has it: zeta in standard deviations of the donors' first
/// differences.
const VANISHING: f64 = 1e-6;

/// Frank-Wolfe ends when a step gains less than the square of this many standard deviations.
const LEAST_DECREASE: f64 = 1e-5;

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
                let weights = Weighting::new(&spell.block(panel), estimator, options, settings)?;
                found.add(panel, &spell, &weights, options.pre_periods);
            }
        }
    }
    progress.advance(1);
    Ok(found)
}

/// Weights of a spell's donors and of the periods before it.
pub(super) struct Weighting {
    pub unit: Vec<f64>,
    /// With sum 1, or all 0.
    pub period: Vec<f64>,
    pub zeta: f64,
    pub ridge: f64,
    pub certificate: Certificate,
}

impl Weighting {
    fn new(
        block: &Block,
        estimator: Estimator,
        options: &EstimatorOptions,
        settings: &Settings,
    ) -> Result<Self> {
        let (method, tolerance) = (options.simplex, settings.tolerance);
        let sums = Sums { block, method, tolerance };
        let zeta = options
            .zeta
            .unwrap_or_else(|| (block.n_treated * block.n_post as f64).powf(0.25) * sums.noise());
        let none = vec![0.0; block.n_pre];
        let equal = vec![1.0 / block.n_pre as f64; block.n_pre];
        Ok(match estimator {
            Estimator::Sc => sums.units(false, 0.0).with(none, 0.0),
            Estimator::ScReg => sums.units(false, zeta).with(none, zeta),
            Estimator::Difp => sums.units(true, 0.0).with(equal, 0.0),
            Estimator::DifpReg => sums.units(true, zeta).with(equal, zeta),
            Estimator::Ascm => augmented(block, options, settings)?,
            Estimator::SdidSquared => {
                let exact = Sums { method: SimplexMethod::Exact, ..sums };
                exact.both(zeta, 0.0).squared(&block.count)
            }
            _ => sums.both(zeta, VANISHING * sums.noise()),
        })
    }

    /// Weights squared, and made to sum to one again; copies of a donor share its weight.
    fn squared(mut self, count: &[f64]) -> Self {
        self.unit.iter_mut().zip(count).for_each(|(w, c)| *w = *w * *w / c);
        self.period.iter_mut().for_each(|w| *w *= *w);
        for weights in [&mut self.unit, &mut self.period] {
            let total: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|w| *w /= total);
        }
        self
    }
}

impl SimplexFit {
    fn with(self, period: Vec<f64>, zeta: f64) -> Weighting {
        let certificate = Certificate::of_simplex(&self);
        Weighting { unit: self.weights, period, zeta, ridge: 0.0, certificate }
    }
}

/// The quadratic programs of a block.
pub(super) struct Sums<'a> {
    pub block: &'a Block,
    pub method: SimplexMethod,
    pub tolerance: f64,
}

impl Sums<'_> {
    /// Standard deviation of the donors' first differences, with the divisor of the paper or of synthdid.
    fn noise(&self) -> f64 {
        self.block.noise(if self.method == SimplexMethod::Exact { 0.0 } else { 1.0 })
    }

    /// Unit weights: of the donors' paths before that are nearest to the target's. `zeta = 0` is the limit of
    /// smaller and smaller ones.
    pub fn units(&self, intercept: bool, zeta: f64) -> SimplexFit {
        let Sums { block, .. } = *self;
        let column = |j: usize| {
            let mut column: Vec<f64> =
                block.row(j).iter().zip(&block.target).map(|(x, y)| x - y).collect();
            if intercept {
                let mean = column.iter().sum::<f64>() / block.n_pre as f64;
                column.iter_mut().for_each(|d| *d -= mean);
            }
            column
        };
        let columns: Vec<f64> = (0..block.n_donors()).flat_map(column).collect();
        let zeta = if zeta > 0.0 { zeta } else { VANISHING * self.noise() };
        let ridge = zeta * zeta * block.n_pre as f64;
        self.solve(columns, block.n_pre, ridge, &block.count, block.n_pre as f64)
    }

    /// Period weights: of the periods before whose outcomes are nearest to the mean of the spell's, over donors.
    fn periods(&self, zeta: f64) -> SimplexFit {
        let Sums { block, .. } = *self;
        let total: f64 = block.count.iter().sum();
        let column = |s: usize| {
            let differences = (0..block.n_donors()).map(|j| block.row(j)[s] - block.post_mean(j));
            let mut column: Vec<f64> = differences.collect();
            let mean = column.iter().zip(&block.count).map(|(d, c)| c * d).sum::<f64>() / total;
            for (d, c) in column.iter_mut().zip(&block.count) {
                *d = c.sqrt() * (*d - mean);
            }
            column
        };
        let columns: Vec<f64> = (0..block.n_pre).flat_map(column).collect();
        let once = vec![1.0; block.n_pre];
        self.solve(columns, block.n_donors(), zeta * zeta * total, &once, total)
    }

    /// Unit and period weights with intercepts.
    fn both(&self, zeta: f64, period_zeta: f64) -> Weighting {
        let units = self.units(true, zeta);
        let periods = self.periods(period_zeta);
        let certificate = Certificate::of_simplex(&periods);
        let mut weighting = units.with(periods.weights, zeta);
        weighting.certificate = weighting.certificate.and(certificate);
        weighting
    }

    /// Weights of columns that stand there `count` times each, of so many rows.
    fn solve(
        &self,
        columns: Vec<f64>,
        m: usize,
        ridge: f64,
        count: &[f64],
        n_rows: f64,
    ) -> SimplexFit {
        let ridge = if ridge > 0.0 { ridge } else { smallest_ridge(&columns, m) };
        let problem = Simplex { columns, m, ridge: count.iter().map(|c| ridge / c).collect() };
        match self.method {
            SimplexMethod::Exact => problem.solve(self.tolerance),
            SimplexMethod::FrankWolfe => self.early_stopped(&problem, ridge, count, n_rows),
        }
    }

    /// Frank-Wolfe with every copy a column of its own.
    fn early_stopped(
        &self,
        problem: &Simplex,
        ridge: f64,
        count: &[f64],
        n_rows: f64,
    ) -> SimplexFit {
        let copies: Vec<usize> =
            (0..count.len()).flat_map(|j| std::iter::repeat_n(j, count[j] as usize)).collect();
        let m = problem.m;
        let long = Simplex {
            columns: copies
                .iter()
                .flat_map(|&j| problem.columns[j * m..(j + 1) * m].iter().copied())
                .collect(),
            m,
            ridge: vec![ridge; copies.len()],
        };
        let least = (LEAST_DECREASE * self.noise()).powi(2);
        let found = frank_wolfe(&long, n_rows, least, self.tolerance);
        let mut weights = vec![0.0; count.len()];
        copies.iter().zip(&found.weights).for_each(|(&j, w)| weights[j] += w);
        SimplexFit { weights, ..found }
    }
}

/// A ridge that only chooses among equally good weights.
fn smallest_ridge(columns: &[f64], m: usize) -> f64 {
    let largest = columns.chunks_exact(m).map(norm).fold(0.0, f64::max);
    if largest > 0.0 {
        (VANISHING * VANISHING * largest).powi(2)
    } else {
        1.0
    }
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
