//! Placebos: never-treated units in the roles of the treated ones, where there is no effect.

use super::derived::Row;
use super::panel::Panel;
use crate::runtime::{Purpose, Stream};
use std::cmp::Ordering;
use std::collections::BTreeSet;

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

    /// Distinct assignments of the roles, at most `wanted`: all of them in random order if they are no more, else
    /// as many at random. Roles of the same pattern and weight are one and the same. Neither the order of the
    /// units nor their names matter.
    pub fn distinct(&self, wanted: usize, seed: u64) -> Vec<Roles> {
        let (control, treated) = (self.by_content(&self.control), self.by_content(&self.treated));
        let alike = self.alike(&treated);
        let wanted = wanted.min(n_distinct(control.len(), &alike));
        let mut stream = Stream::new(seed, Purpose::PlaceboUnits, 0);
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        while found.len() < wanted {
            let chosen = stream.shuffled(control.len(), treated.len());
            if seen.insert(sorted_within(&chosen, &alike)) {
                found.push(sorted(
                    chosen.iter().map(|&at| control[at]).zip(treated.iter().copied()),
                ));
            }
        }
        found
    }

    /// How many distinct assignments there are.
    pub fn n_distinct(&self) -> usize {
        n_distinct(self.control.len(), &self.alike(&self.by_content(&self.treated)))
    }

    /// Units ordered by what is known of them, not by where they stand.
    fn by_content(&self, units: &[usize]) -> Vec<usize> {
        let mut ordered = units.to_vec();
        ordered.sort_by(|&a, &b| self.same_role(a, b).then_with(|| self.panel.compare_rows(a, b)));
        ordered
    }

    /// How many units in a row have the same role.
    fn alike(&self, ordered: &[usize]) -> Vec<usize> {
        ordered.chunk_by(|&a, &b| self.same_role(a, b).is_eq()).map(<[usize]>::len).collect()
    }

    fn same_role(&self, a: usize, b: usize) -> Ordering {
        let share = |unit| self.panel.share(unit);
        self.panel.compare_treatments(a, b).then_with(|| share(a).total_cmp(&share(b)))
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

/// In how many ways roles of which some are alike can be given to `n` units; the largest number there is if they are
/// more.
fn n_distinct(mut n: usize, alike: &[usize]) -> usize {
    let mut ways: usize = 1;
    for &size in alike {
        ways = ways.saturating_mul(n_subsets(n, size));
        n = n.saturating_sub(size);
    }
    ways
}

/// How many subsets of a size `n` units have; the largest number there is if they are more.
pub(crate) fn n_subsets(n: usize, size: usize) -> usize {
    if size > n {
        return 0;
    }
    let mut found: u128 = 1;
    for k in 0..size.min(n - size) {
        found = found * (n - k) as u128 / (k + 1) as u128;
        if found > usize::MAX as u128 {
            return usize::MAX;
        }
    }
    usize::try_from(found).unwrap_or(usize::MAX)
}

/// Stretches of the given lengths, each sorted.
fn sorted_within(positions: &[usize], lengths: &[usize]) -> Vec<usize> {
    let mut positions = positions.to_vec();
    let mut rest = &mut positions[..];
    for &length in lengths {
        let (own, others) = rest.split_at_mut(length);
        own.sort_unstable();
        rest = others;
    }
    positions
}

fn sorted(pairs: impl Iterator<Item = (usize, usize)>) -> Roles {
    let mut roles: Roles = pairs.collect();
    roles.sort_unstable();
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units in the order given, of which the first three are treated: two alike.
    fn panel(order: &[usize]) -> Panel {
        let t = 6;
        let outcome = |i: usize| (0..t).map(move |k| ((i * i * 31 + 7 * i * k) % 53) as f64);
        let first = |i: usize| [4, 4, 5].get(i).copied().unwrap_or(t);
        let treatment = |i: usize| (0..t).map(move |k| f64::from(u8::from(k >= first(i))));
        let y: Vec<f64> = order.iter().flat_map(|&i| outcome(i)).collect();
        let w: Vec<f64> = order.iter().flat_map(|&i| treatment(i)).collect();
        Panel::new(&y, &w, order.len(), t).unwrap()
    }

    #[test]
    fn all_distinct_assignments_come_once_if_they_are_no_more_than_wanted() {
        let panel = panel(&[0, 1, 2, 3, 4, 5, 6, 7]);
        let stamping = Stamping::new(&panel);
        // Two of five units, then one of three.
        assert_eq!(stamping.n_distinct(), 30);
        let all = stamping.distinct(200, 1);
        assert_eq!(all.len(), 30);
        let pattern = |roles: &Roles| -> Vec<(usize, bool)> {
            roles.iter().map(|&(unit, role)| (unit, role == 2)).collect()
        };
        let patterns: BTreeSet<_> = all.iter().map(pattern).collect();
        assert_eq!(patterns.len(), 30);
        assert_eq!(stamping.distinct(12, 1), all[..12]);
        assert_ne!(stamping.distinct(12, 2), all[..12]);
        // Each of the two that are alike plays with either unit.
        let lower = all.iter().filter(|roles| {
            let of = |role| roles.iter().find(|pair| pair.1 == role).unwrap().0;
            of(0) < of(1)
        });
        assert!((5..=25).contains(&lower.count()));
    }

    #[test]
    fn the_order_of_the_units_does_not_matter() {
        let (order, other) = ([0, 1, 2, 3, 4, 5, 6, 7], [6, 2, 7, 0, 4, 3, 1, 5]);
        let named = |order: &[usize]| -> Vec<BTreeSet<(usize, usize)>> {
            let panel = panel(order);
            let found = Stamping::new(&panel).distinct(12, 1);
            let name = |roles: &Roles| roles.iter().map(|&(u, r)| (order[u], order[r])).collect();
            found.iter().map(name).collect()
        };
        assert_eq!(named(&order), named(&other));
    }

    #[test]
    fn subsets_are_counted_and_too_many_are_as_many_as_a_number_holds() {
        assert_eq!((n_subsets(38, 1), n_subsets(6, 2), n_subsets(3, 4)), (38, 15, 0));
        assert_eq!(n_subsets(5, 0), 1);
        assert_eq!(n_subsets(60, 30), 118_264_581_564_861_424);
        assert_eq!(n_subsets(1000, 500), usize::MAX);
    }
}
