//! Units that belong together: resampled, left out and moved as one.

use super::cell::Cell;
use super::panel::Panel;
use std::collections::BTreeMap;

/// The units of a cluster, ascending.
pub(crate) type Cluster = Vec<usize>;

impl Panel {
    /// The cluster of a unit, by its code; a unit without one is a cluster of its own, named by its position.
    pub(crate) fn cluster(&self, unit: usize) -> i64 {
        self.design.clusters.as_ref().map_or(unit as i64, |codes| codes[unit])
    }

    /// True if units belong to clusters.
    pub fn is_clustered(&self) -> bool {
        self.design.clusters.is_some()
    }

    /// All clusters of units that play a part, ordered by their first units.
    pub(crate) fn clusters(&self) -> Vec<Cluster> {
        let mut place = BTreeMap::new();
        let mut clusters: Vec<Cluster> = Vec::new();
        let plays = self.plays_part();
        for unit in (0..self.n_units).filter(|&unit| plays[unit]) {
            let at = *place.entry(self.cluster(unit)).or_insert(clusters.len());
            if at == clusters.len() {
                clusters.push(Cluster::new());
            }
            clusters[at].push(unit);
        }
        clusters
    }

    /// The clusters in which some unit is treated, and the others.
    pub(crate) fn clusters_by_treatment(&self) -> (Vec<Cluster>, Vec<Cluster>) {
        self.clusters().into_iter().partition(|cluster| self.is_treated_cluster(cluster))
    }

    /// True if some unit of a cluster is treated in some period.
    pub(crate) fn is_treated_cluster(&self, cluster: &[usize]) -> bool {
        cluster.iter().any(|&unit| self.is_ever_treated(unit))
    }

    /// True if a target's fit must not see a cell: the target itself and, if it is a control cell, the cells of its
    /// cluster in its period, which give its outcome away.
    pub(crate) fn is_left_out(&self, target: Cell, cell: Cell) -> bool {
        cell == target
            || cell.period == target.period
                && self.is_clustered()
                && self.cluster(cell.unit) == self.cluster(target.unit)
                && self.is_control(target)
    }

    /// The units whose cells in the target's period its fit must not see.
    pub(crate) fn left_out(&self, target: Cell) -> Vec<usize> {
        if !self.is_clustered() {
            return vec![target.unit];
        }
        let period = target.period;
        let is_out = |&unit: &usize| self.is_left_out(target, Cell { unit, period });
        (0..self.n_units).filter(is_out).collect()
    }

    /// What is resampled, left out or moved: `units` or `clusters`.
    pub(crate) fn what_is_drawn(&self) -> &'static str {
        if self.is_clustered() {
            "clusters"
        } else {
            "units"
        }
    }
}
