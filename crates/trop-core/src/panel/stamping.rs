//! Placebos: never-treated units in the roles of the treated ones, where there is no effect.

use super::clusters::Cluster;
use super::derived::Row;
use super::panel::Panel;
use crate::runtime::{Purpose, Stream};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Never-treated units that must remain as controls.
pub(crate) const CONTROLS_LEFT: usize = 2;

/// Never-treated units and, for each, the treated unit whose role it plays; units ascending.
pub(crate) type Roles = Vec<(usize, usize)>;

/// The clusters that have roles, and those that roles are given to: single units where there are no clusters. A unit
/// of a bootstrap draw takes its copies along.
///
/// A never-treated cluster takes the roles of a treated one unit by unit, and again from the first if it has more.
pub(crate) struct Stamping<'a> {
    panel: &'a Panel,
    pub treated: Vec<Cluster>,
    pub control: Vec<Cluster>,
}

impl<'a> Stamping<'a> {
    pub fn new(panel: &'a Panel) -> Self {
        let (treated, control) = panel.clusters_by_treatment();
        Stamping { panel, treated, control }
    }

    /// What roles are given to: `units` or `clusters`.
    pub fn what(&self) -> &'static str {
        self.panel.what_is_drawn()
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
                found.push(sorted(chosen.iter().map(|&at| &control[at]).zip(&treated)));
            }
        }
        found
    }

    /// How many distinct assignments there are.
    pub fn n_distinct(&self) -> usize {
        n_distinct(self.control.len(), &self.alike(&self.by_content(&self.treated)))
    }

    /// Clusters, and the units in each, ordered by what is known of them, not by where they stand.
    fn by_content(&self, clusters: &[Cluster]) -> Vec<Cluster> {
        let compare = |a: &usize, b: &usize| {
            self.same_role(*a, *b).then_with(|| self.panel.compare_rows(*a, *b))
        };
        let mut ordered = clusters.to_vec();
        ordered.iter_mut().for_each(|units| units.sort_by(compare));
        ordered.sort_by(|a, b| {
            self.same_roles(a, b).then_with(|| compare_lists(a, b, |a, b| compare(&a, &b)))
        });
        ordered
    }

    /// How many clusters in a row have the same roles.
    fn alike(&self, ordered: &[Cluster]) -> Vec<usize> {
        ordered.chunk_by(|a, b| self.same_roles(a, b).is_eq()).map(<[Cluster]>::len).collect()
    }

    /// Orders clusters by the roles that they give. Where all units of a cluster have the same, its size does not
    /// matter.
    fn same_roles(&self, a: &[usize], b: &[usize]) -> Ordering {
        compare_lists(self.roles(a), self.roles(b), |a, b| self.same_role(a, b))
    }

    /// The units whose roles a cluster gives: a single one where all have the same.
    fn roles<'u>(&self, units: &'u [usize]) -> &'u [usize] {
        let is_one = units.iter().all(|&unit| self.same_role(unit, units[0]).is_eq());
        &units[..if is_one { 1 } else { units.len() }]
    }

    fn same_role(&self, a: usize, b: usize) -> Ordering {
        let share = |unit| self.panel.share(unit);
        self.panel.compare_treatments(a, b).then_with(|| share(a).total_cmp(&share(b)))
    }

    /// How many random sets there are when `wanted` are asked for: the role of a single treated cluster goes to
    /// each never-treated one at most once.
    pub fn n_random(&self, wanted: usize) -> usize {
        if self.treated.len() == 1 {
            wanted.min(self.control.len())
        } else {
            wanted
        }
    }

    /// Random set `k` of a seed: every role goes to some never-treated cluster.
    pub fn random(&self, k: usize, seed: u64, purpose: Purpose) -> Roles {
        let n = self.control.len();
        let chosen = if self.treated.len() == 1 {
            // The same order in every set, so that none comes twice.
            let mut order = Stream::new(seed, purpose, 0).shuffled(n, k + 1);
            vec![order.remove(k)]
        } else {
            Stream::new(seed, purpose, k as u64).shuffled(n, self.treated.len())
        };
        sorted(chosen.iter().map(|&at| &self.control[at]).zip(&self.treated))
    }

    /// Set `k` of a random partition of the never-treated clusters into `folds`: roles in random order, again
    /// from the first if there are more clusters than roles.
    pub fn fold(&self, k: usize, folds: usize, seed: u64) -> Roles {
        let shuffled = |draw: u64, n: usize| {
            Stream::new(seed, Purpose::PlaceboSets, draw).shuffled(n, n).into_iter()
        };
        let clusters = shuffled(0, self.control.len()).map(|at| &self.control[at]);
        let roles: Vec<usize> = shuffled(1 + k as u64, self.treated.len()).collect();
        let roles = roles.iter().map(|&at| &self.treated[at]).cycle();
        sorted(clusters.skip(k).step_by(folds).zip(roles))
    }

    /// How many blocks there are.
    pub fn n_blocks(&self) -> usize {
        self.control.len() * self.alike(&self.by_content(&self.treated)).len()
    }

    /// Each never-treated cluster in each role that differs, one in each set; at most `wanted`, if there are more
    /// then at random.
    pub fn blocks(&self, wanted: usize, seed: u64) -> Vec<Roles> {
        let (control, treated) = (self.by_content(&self.control), self.by_content(&self.treated));
        let alike = treated.chunk_by(|a, b| self.same_roles(a, b).is_eq());
        let roles: Vec<&Cluster> = alike.map(|alike| &alike[0]).collect();
        let n = roles.len() * control.len();
        let chosen = Stream::new(seed, Purpose::PlaceboSets, 0).sample(n, wanted.min(n));
        let block = |k: usize| {
            sorted(std::iter::once((&control[k % control.len()], roles[k / control.len()])))
        };
        chosen.into_iter().map(block).collect()
    }

    /// The units of the never-treated clusters in ascending order, some of them in roles of treated ones.
    pub fn panel(&self, roles: &Roles) -> Panel {
        let row = |unit: usize| {
            let given = roles.binary_search_by_key(&unit, |&(unit, _)| unit);
            let role = given.map_or(unit, |at| roles[at].1);
            Row { unit, role, count: self.panel.count(unit) }
        };
        let mut units: Vec<usize> = self.control.iter().flatten().copied().collect();
        units.sort_unstable();
        self.panel.assemble(&units.into_iter().map(row).collect::<Vec<_>>())
    }
}

/// Orders two lists by their first entries that differ, then by their lengths.
fn compare_lists(a: &[usize], b: &[usize], compare: impl Fn(usize, usize) -> Ordering) -> Ordering {
    let mut pairs = a.iter().zip(b).map(|(&a, &b)| compare(a, b));
    pairs.find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
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

/// The roles that clusters take from others.
fn sorted<'a>(pairs: impl Iterator<Item = (&'a Cluster, &'a Cluster)>) -> Roles {
    let of_units = |(units, roles): (&'a Cluster, &'a Cluster)| {
        units.iter().copied().zip(roles.iter().copied().cycle())
    };
    let mut roles: Roles = pairs.flat_map(of_units).collect();
    roles.sort_unstable();
    roles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::shape::Shape;

    /// Units in the order given, of which the first three are treated: two alike.
    fn panel(order: &[usize]) -> Panel {
        let t = 6;
        let outcome = |i: usize| (0..t).map(move |k| ((i * i * 31 + 7 * i * k) % 53) as f64);
        let first = |i: usize| [4, 4, 5].get(i).copied().unwrap_or(t);
        let treatment = |i: usize| (0..t).map(move |k| f64::from(u8::from(k >= first(i))));
        let y: Vec<f64> = order.iter().flat_map(|&i| outcome(i)).collect();
        let w: Vec<f64> = order.iter().flat_map(|&i| treatment(i)).collect();
        Panel::new(&y, &w, Shape { n_units: order.len(), n_periods: t }).unwrap()
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
