//! Interactive fixed effects (Xu 2017, doi:10.1017/pan.2016.2): factors from never-treated units, loadings of treated
//! units from their periods before treatment.

use super::options::EstimatorOptions;
use super::regress::Columns;
use super::result::{Certificate, Findings, Tuned};
use super::spell::{spells, Spell};
use crate::error::{Error, Result};
use crate::numerics::linalg::symmetric_eigen;
use crate::panel::{Cell, Panel};
use crate::reason::Reason;

/// Effects of all treated cells.
pub(super) fn interactive(panel: &Panel, options: &EstimatorOptions) -> Result<Findings> {
    let mut found = Findings::default();
    let spells = spells(panel);
    for spell in &spells {
        found.cells.miss(&spell.missing, Reason::OutcomeMissing);
    }
    let donors = donors(panel);
    if donors.is_empty() {
        spells.iter().for_each(|spell| found.cells.miss(&spell.cells, Reason::NoDonors));
        return Ok(found);
    }
    let factors = Factors::new(panel, &donors)?;
    let histories: Vec<History<'_>> = spells
        .iter()
        .flat_map(|spell| spell.units.iter().map(move |&unit| (spell, unit)))
        .map(|(spell, unit)| History::new(panel, spell, unit))
        .collect();
    let most = factors.most(&histories, options.max_rank);
    let rank = options.rank.unwrap_or_else(|| factors.choose(panel, &histories, most));
    for history in &histories {
        history.add(panel, &factors, rank, options.pre_periods, &mut found);
    }
    found.tuned = Tuned { rank: Some(rank), ..Tuned::default() };
    Ok(found)
}

/// Never-treated units that are observed in every period.
fn donors(panel: &Panel) -> Vec<usize> {
    let complete =
        |unit: usize| (0..panel.n_periods()).all(|period| panel.is_control(Cell { unit, period }));
    (0..panel.n_units()).filter(|&unit| complete(unit)).collect()
}

/// What the donors have in common: least squares with unit and period effects and r factors, which for complete
/// outcomes is the leading part of the twice-centred ones, for every r.
struct Factors {
    /// Period effects, the donors' mean level included.
    period: Vec<f64>,
    /// Consecutive factors of length T, orthonormal, the most important one first.
    factors: Vec<f64>,
    /// Sum of squares that r factors leave, by r.
    left: Vec<f64>,
}

impl Factors {
    fn new(panel: &Panel, donors: &[usize]) -> Result<Self> {
        let t = panel.n_periods();
        let outcome = |unit: usize, period: usize| panel.outcome(Cell { unit, period });
        let total: f64 = donors.iter().map(|&j| panel.count(j)).sum();
        let mean = |period: usize| {
            donors.iter().map(|&j| panel.count(j) * outcome(j, period)).sum::<f64>() / total
        };
        let period: Vec<f64> = (0..t).map(mean).collect();
        let mut gram = vec![0.0; t * t];
        for &j in donors {
            let mut row: Vec<f64> = (0..t).map(|s| outcome(j, s) - period[s]).collect();
            let level = row.iter().sum::<f64>() / t as f64;
            row.iter_mut().for_each(|x| *x -= level);
            for a in 0..t {
                (0..=a).for_each(|b| gram[a * t + b] += panel.count(j) * row[a] * row[b]);
            }
        }
        let eigen = symmetric_eigen(t, &gram).ok_or(Error::FactorizationFailed)?;
        // Twice centred, they have a rank of at most min(units, periods) - 1.
        let most = (donors.len() - 1).min(t - 1);
        let tail = |r: usize| eigen.values[r..].iter().map(|d| d.max(0.0)).sum();
        Ok(Factors {
            period,
            factors: eigen.vectors[..most * t].to_vec(),
            left: (0..=most).map(tail).collect(),
        })
    }

    fn n_factors(&self) -> usize {
        self.left.len() - 1
    }

    /// The most factors whose loadings can be predicted with one period left out, for all units that have more than one
    /// period.
    fn most(&self, histories: &[History<'_>], asked: usize) -> usize {
        let lengths = histories.iter().map(|h| h.pre.len()).filter(|&n| n >= 2);
        asked.min(self.n_factors()).min(lengths.min().map_or(0, |n| n - 2))
    }

    /// The intercept and the first factors, at some periods.
    fn columns(&self, periods: &[usize], rank: usize) -> Columns {
        let t = self.period.len();
        let factor = |k: usize| periods.iter().map(move |s| self.factors[k * t + s]);
        let ones = std::iter::repeat_n(1.0, periods.len());
        Columns::new(ones.chain((0..rank).flat_map(factor)).collect(), periods.len())
    }

    /// The number of factors with the least mean squared error of periods left out (Algorithm 1); the smaller one if
    /// several have it.
    fn choose(&self, panel: &Panel, histories: &[History<'_>], most: usize) -> usize {
        let error = |rank: usize| -> f64 {
            histories.iter().map(|h| panel.count(h.unit) * h.left_out(panel, self, rank)).sum()
        };
        let errors: Vec<f64> = (0..=most).map(error).collect();
        (0..=most).min_by(|&a, &b| errors[a].total_cmp(&errors[b])).unwrap_or(0)
    }
}

/// A treated unit before and during one of its spells.
struct History<'a> {
    spell: &'a Spell,
    unit: usize,
    /// Its observed control periods before.
    pre: Vec<usize>,
}

impl<'a> History<'a> {
    fn new(panel: &Panel, spell: &'a Spell, unit: usize) -> Self {
        let control = |&period: &usize| panel.is_control(Cell { unit, period });
        History { spell, unit, pre: (0..spell.periods.0).filter(control).collect() }
    }

    /// Outcomes before less period effects.
    fn outcomes(&self, panel: &Panel, factors: &Factors) -> Vec<f64> {
        let own = |&period: &usize| {
            panel.outcome(Cell { unit: self.unit, period }) - factors.period[period]
        };
        self.pre.iter().map(own).collect()
    }

    /// Sum of squared errors of the periods before, each left out; 0 for a unit with a single one.
    fn left_out(&self, panel: &Panel, factors: &Factors, rank: usize) -> f64 {
        if self.pre.len() < 2 {
            return 0.0;
        }
        match factors.columns(&self.pre, rank).regressor() {
            Some(regressor) => regressor.left_out(&self.outcomes(panel, factors)),
            None => f64::INFINITY,
        }
    }

    fn add(&self, panel: &Panel, factors: &Factors, rank: usize, pre: bool, found: &mut Findings) {
        let own = |cell: &&Cell| cell.unit == self.unit;
        let cells: Vec<Cell> = self.spell.cells.iter().filter(own).copied().collect();
        let enough = rank <= factors.n_factors() && rank < self.pre.len();
        let regressor = if enough { factors.columns(&self.pre, rank).regressor() } else { None };
        let Some(regressor) = regressor else {
            found.cells.miss(&cells, Reason::NoPrePeriods);
            return;
        };
        let loadings = regressor.solve(&self.outcomes(panel, factors));
        let certificate = Certificate::closed_form(rank, factors.left[rank]);
        let t = factors.period.len();
        let effect = |&cell: &Cell| {
            let factor = |k: usize| loadings[k + 1] * factors.factors[k * t + cell.period];
            let fitted =
                factors.period[cell.period] + loadings[0] + (0..rank).map(factor).sum::<f64>();
            certificate.effect(panel, cell, panel.outcome(cell) - fitted, &[])
        };
        found.cells.effects.extend(cells.iter().map(effect));
        if pre {
            let next = |&&cell: &&Cell| self.spell.is_next(panel, cell);
            let before: Vec<Cell> =
                self.pre.iter().map(|&period| Cell { unit: self.unit, period }).collect();
            found.pre.extend(before.iter().filter(next).map(effect));
        }
    }
}
