//! Treated cells that share a fit: the anchors `pooled` and `spell`.

use super::centre::Centre;
use crate::panel::{Anchor, Cell, Panel, Seen};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Treated cells that share a fit.
pub(crate) struct Group(pub Vec<Cell>);

/// What the cells of a group have in common: first and last period of their spell, and their units' own donors.
type Key = ((usize, usize), Vec<usize>);

/// All treated cells, or those of each spell: units treated from the same period to the same period. Units that have
/// other donors are apart.
pub(crate) fn groups(panel: &Panel) -> Vec<Group> {
    let mut groups: BTreeMap<Key, Vec<Cell>> = BTreeMap::new();
    for cell in panel.treated_cells() {
        groups.entry(key(panel, cell)).or_default().push(cell);
    }
    groups.into_values().map(Group).collect()
}

fn key(panel: &Panel, cell: Cell) -> Key {
    let spell = match panel.anchor() {
        Anchor::Spell => spell(panel, cell),
        _ => (0, 0),
    };
    (spell, panel.own_donors(cell.unit))
}

/// The treated cells that share the fit of one of them.
pub(super) fn fellows(panel: &Panel, target: Cell) -> Group {
    let own = key(panel, target);
    let cells = panel.treated_cells().into_iter();
    Group(cells.filter(|&cell| key(panel, cell) == own).collect())
}

/// First and last period of the spell of treatment that a cell is in.
pub(crate) fn spell(panel: &Panel, cell: Cell) -> (usize, usize) {
    let treated = |&period: &usize| panel.is_treated(Cell { period, ..cell });
    let before = (0..cell.period).rev().take_while(treated).count();
    let after = (cell.period..panel.n_periods()).take_while(treated).count();
    (cell.period - before, cell.period + after - 1)
}

impl Group {
    /// What its fit sees: the units, the panel of these, and the group there.
    pub fn sight<'a>(&self, panel: &'a Panel) -> (Seen, Cow<'a, Panel>, Group) {
        let seen = panel.seen_by(&self.units());
        let group = Group(self.0.iter().map(|&cell| seen.local(cell)).collect());
        let sight = seen.panel(panel);
        (seen, sight, group)
    }

    /// Its units, ascending.
    fn units(&self) -> Vec<usize> {
        let mut units: Vec<usize> = self.0.iter().map(|cell| cell.unit).collect();
        units.dedup();
        units
    }

    /// The group's mean path in place of a unit's, and the middle of its periods in place of a period.
    pub fn centre(&self, panel: &Panel) -> Centre {
        let places = || self.0.iter().map(|cell| panel.place(cell.period));
        let first = places().fold(f64::INFINITY, f64::min);
        let last = places().fold(f64::NEG_INFINITY, f64::max);
        // A period lasts from its place to its place + 1.
        Centre { distance: self.distances(panel), place: 0.5 * (first + last + 1.0) }
    }

    /// Root mean squared difference of each unit from the mean path of the group's units, over their
    /// control periods before the group's treatment; infinite without one.
    fn distances(&self, panel: &Panel) -> Vec<f64> {
        let path = self.mean_path(panel);
        let distance = |unit: usize| {
            let control = |period: usize| {
                let cell = Cell { unit, period };
                panel.is_control(cell).then(|| panel.outcome(cell))
            };
            let (mut sum, mut count) = (0.0, 0.0);
            for (period, mean) in path.iter().enumerate() {
                if let (Some(mean), Some(own)) = (mean, control(period)) {
                    sum += (own - mean) * (own - mean);
                    count += 1.0;
                }
            }
            if count > 0.0 {
                f64::sqrt(sum / count)
            } else {
                f64::INFINITY
            }
        };
        (0..panel.n_units()).map(distance).collect()
    }

    /// Mean control outcome of the group's units in each period before its treatment.
    fn mean_path(&self, panel: &Panel) -> Vec<Option<f64>> {
        let first = self.0.iter().map(|cell| cell.period).min().unwrap_or(0);
        let units = self.units();
        let mean = |period: usize| {
            let (mut sum, mut count) = (0.0, 0.0);
            for &unit in &units {
                let cell = Cell { unit, period };
                if panel.is_control(cell) {
                    sum += panel.count(unit) * panel.outcome(cell);
                    count += panel.count(unit);
                }
            }
            (count > 0.0).then(|| sum / count)
        };
        (0..first).map(mean).collect()
    }
}
