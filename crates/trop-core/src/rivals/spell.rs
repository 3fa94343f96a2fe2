//! Units treated over the same spell, and what they are compared with.

use super::nnls::dot;
use crate::panel::{Cell, Panel};
use crate::reason::Reason;
use crate::weighting;
use std::collections::BTreeMap;

/// Units treated over exactly the same uninterrupted spell.
pub(super) struct Spell {
    /// First and last period.
    pub periods: (usize, usize),
    /// Its units, ascending.
    pub units: Vec<usize>,
    /// Its treated cells with an outcome, by unit and then period.
    pub cells: Vec<Cell>,
    /// Those without.
    pub missing: Vec<Cell>,
    /// Periods before it in which all its units are observed controls.
    pub pre: Vec<usize>,
    /// Periods of `cells`, ascending.
    pub post: Vec<usize>,
    /// Never-treated units observed in all of `pre` and `post`.
    pub donors: Vec<usize>,
}

/// The spells of a panel, by first and last period.
pub(super) fn spells(panel: &Panel) -> Vec<Spell> {
    let mut cells: BTreeMap<(usize, usize), Vec<Cell>> = BTreeMap::new();
    for cell in panel.treated_cells() {
        cells.entry(weighting::spell(panel, cell)).or_default().push(cell);
    }
    cells.into_iter().map(|(periods, cells)| Spell::new(panel, periods, cells)).collect()
}

impl Spell {
    fn new(panel: &Panel, periods: (usize, usize), all: Vec<Cell>) -> Self {
        let mut units: Vec<usize> = all.iter().map(|cell| cell.unit).collect();
        units.dedup();
        let (cells, missing): (Vec<Cell>, Vec<Cell>) =
            all.into_iter().partition(|&cell| panel.is_observed(cell));
        let shared =
            |&period: &usize| units.iter().all(|&unit| panel.is_control(Cell { unit, period }));
        let pre: Vec<usize> = (0..periods.0).filter(shared).collect();
        let mut post: Vec<usize> = cells.iter().map(|cell| cell.period).collect();
        post.sort_unstable();
        post.dedup();
        let is_donor = |&unit: &usize| {
            let observed = |&period: &usize| panel.is_observed(Cell { unit, period });
            let serves = || units.iter().all(|&own| panel.may_serve(unit, own));
            !panel.is_ever_treated(unit) && serves() && pre.iter().chain(&post).all(observed)
        };
        let donors = (0..panel.n_units()).filter(is_donor).collect();
        Spell { periods, units, cells, missing, pre, post, donors }
    }

    /// Why its cells have no effect, if they have none; `needed` periods before it are.
    pub fn obstacle(&self, needed: usize) -> Option<Reason> {
        if self.pre.len() < needed {
            Some(Reason::NoPrePeriods)
        } else if self.donors.is_empty() {
            Some(Reason::NoDonors)
        } else {
            None
        }
    }

    /// Its cells before treatment whose next spell it is.
    pub fn cells_before(&self, panel: &Panel) -> Vec<Cell> {
        let of_unit = |&unit: &usize| self.pre.iter().map(move |&period| Cell { unit, period });
        let next = |&cell: &Cell| self.is_next(panel, cell);
        self.units.iter().flat_map(of_unit).filter(next).collect()
    }

    /// True if no other spell of its unit lies between a cell and this one.
    pub fn is_next(&self, panel: &Panel, cell: Cell) -> bool {
        let begins = |wait: i64| cell.period as i64 - wait;
        panel.event_time(cell).is_some_and(|wait| begins(wait) == self.periods.0 as i64)
    }

    /// Its matrices.
    pub fn block(&self, panel: &Panel) -> Block {
        let outcomes = |units: &[usize], periods: &[usize]| -> Vec<f64> {
            let of_unit = |&unit: &usize| {
                periods.iter().map(move |&period| panel.outcome(Cell { unit, period }))
            };
            units.iter().flat_map(of_unit).collect()
        };
        let count = |units: &[usize]| units.iter().map(|&i| panel.count(i)).collect();
        let treated = outcomes(&self.units, &self.pre);
        let treated_count: Vec<f64> = count(&self.units);
        let n_treated: f64 = treated_count.iter().sum();
        let mut target = vec![0.0; self.pre.len()];
        if !self.pre.is_empty() {
            for (row, &c) in treated.chunks_exact(self.pre.len()).zip(&treated_count) {
                target.iter_mut().zip(row).for_each(|(y, own)| *y += c * own / n_treated);
            }
        }
        Block {
            n_pre: self.pre.len(),
            n_post: self.post.len(),
            n_treated,
            target,
            pre: outcomes(&self.donors, &self.pre),
            post: outcomes(&self.donors, &self.post),
            count: count(&self.donors),
        }
    }
}

/// Outcomes of a spell's donors, row-major with donors in rows, and the mean path of its units.
pub(super) struct Block {
    pub n_pre: usize,
    pub n_post: usize,
    /// How many units are treated, copies of a bootstrap draw included.
    pub n_treated: f64,
    /// Mean outcome of the treated units in each period before.
    pub target: Vec<f64>,
    /// Of donors, before.
    pub pre: Vec<f64>,
    /// Of donors, during the spell.
    pub post: Vec<f64>,
    /// How often each donor stands in the panel.
    pub count: Vec<f64>,
}

impl Block {
    pub fn n_donors(&self) -> usize {
        self.count.len()
    }

    /// Outcomes of donor `j` before.
    pub fn row(&self, j: usize) -> &[f64] {
        &self.pre[j * self.n_pre..(j + 1) * self.n_pre]
    }

    /// Mean outcome of donor `j` during the spell.
    pub fn post_mean(&self, j: usize) -> f64 {
        let row = &self.post[j * self.n_post..(j + 1) * self.n_post];
        row.iter().sum::<f64>() / self.n_post as f64
    }

    /// Standard deviation of the donors' first differences before, with divisor n - `less`; 0 without any.
    pub fn noise(&self, less: f64) -> f64 {
        let total = self.count.iter().sum::<f64>() * (self.n_pre as f64 - 1.0);
        if total <= less {
            return 0.0;
        }
        let differences =
            |j: usize| -> Vec<f64> { self.row(j).windows(2).map(|w| w[1] - w[0]).collect() };
        let all: Vec<(f64, Vec<f64>)> =
            (0..self.n_donors()).map(|j| (self.count[j], differences(j))).collect();
        let mean = all.iter().map(|(c, d)| c * d.iter().sum::<f64>()).sum::<f64>() / total;
        let square = |(c, d): &(f64, Vec<f64>)| {
            let centred: Vec<f64> = d.iter().map(|d| d - mean).collect();
            c * dot(&centred, &centred)
        };
        (all.iter().map(square).sum::<f64>() / (total - less)).sqrt()
    }
}
