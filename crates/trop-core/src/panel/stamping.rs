//! Placebos: never-treated units in the roles of the treated ones, where there is no effect.

use super::derived::Row;
use super::panel::Panel;
use crate::runtime::{Purpose, Stream};

/// Never-treated units that must remain as controls.
pub(crate) const CONTROLS_LEFT: usize = 2;

/// Never-treated units and, for each, the treated unit whose role it plays; units ascending.
pub(crate) type Roles = Vec<(usize, usize)>;

/// The units that have roles, and those that roles are given to. A unit of a bootstrap draw takes its
/// copies along.
pub(crate) struct Stamping<'a> {
    panel: &'a Panel,
    pub treated: Vec<usize>,
    pub control: Vec<usize>,
}

impl<'a> Stamping<'a> {
    pub fn new(panel: &'a Panel) -> Self {
        let (treated, control) = (0..panel.n_units()).partition(|&i| panel.is_ever_treated(i));
        Stamping { panel, treated, control }
    }

    /// How many random sets there are when `wanted` are asked for: a single treated unit's role goes to
    /// each never-treated unit at most once.
    pub fn n_random(&self, wanted: usize) -> usize {
        if self.treated.len() == 1 {
            wanted.min(self.control.len())
        } else {
            wanted
        }
    }

    /// Random set `k` of a seed: every role goes to some never-treated unit.
    pub fn random(&self, k: usize, seed: u64, purpose: Purpose) -> Roles {
        let n = self.control.len();
        let chosen = if self.treated.len() == 1 {
            // The same order in every set, so that none comes twice.
            let mut order = Stream::new(seed, purpose, 0).shuffled(n, k + 1);
            vec![order.remove(k)]
        } else {
            Stream::new(seed, purpose, k as u64).shuffled(n, self.treated.len())
        };
        let pairs = chosen.iter().zip(&self.treated).map(|(&at, &role)| (self.control[at], role));
        sorted(pairs)
    }

    /// Set `k` of a random partition of the never-treated units into `folds`: roles in random order, again
    /// from the first if there are more units than roles.
    pub fn fold(&self, k: usize, folds: usize, seed: u64) -> Roles {
        let shuffled = |draw: u64, units: &[usize]| -> Vec<usize> {
            let order =
                Stream::new(seed, Purpose::PlaceboSets, draw).shuffled(units.len(), units.len());
            order.into_iter().map(|at| units[at]).collect()
        };
        let units = shuffled(0, &self.control);
        let roles = shuffled(1 + k as u64, &self.treated);
        sorted(units.into_iter().skip(k).step_by(folds).zip(roles.into_iter().cycle()))
    }

    /// The never-treated units in ascending order, some of them in roles of the treated ones.
    pub fn panel(&self, roles: &Roles) -> Panel {
        let row = |&unit: &usize| {
            let given = roles.binary_search_by_key(&unit, |&(unit, _)| unit);
            let role = given.map_or(unit, |at| roles[at].1);
            Row { unit, role, count: self.panel.count(unit) }
        };
        self.panel.assemble(&self.control.iter().map(row).collect::<Vec<_>>())
    }
}

fn sorted(pairs: impl Iterator<Item = (usize, usize)>) -> Roles {
    let mut roles: Roles = pairs.collect();
    roles.sort_unstable();
    roles
}
