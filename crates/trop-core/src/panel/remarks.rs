//! What a user should know about a panel before believing its estimate.

use super::cell::Cell;
use super::design::{Grouping, TimeDistance};
use super::panel::Panel;
use super::remark::Remark;

/// Differences of gaps below this share of the smallest are rounding.
const ROUNDING: f64 = 1e-9;

impl Panel {
    /// What is allowed about this panel, but often a mistake.
    pub fn remarks(&self) -> Vec<Remark> {
        let switches = Switches::count(self);
        let mut remarks = self.remarked.clone();
        if switches.is_spike() {
            remarks.push(Remark::TreatmentSpike { units: switches.spikes });
        }
        if switches.on == 0 && switches.off > 0 {
            remarks.push(Remark::TreatmentSwapped { units: switches.off });
        }
        if !self.after_gap.is_empty() {
            remarks.push(Remark::AdoptionUnknown { units: self.after_gap.clone() });
        }
        if !self.is_clustered() {
            let coarser =
                (0..self.groupings().len()).find(|&k| assigns(self, &self.groupings()[k]));
            remarks.extend(coarser.map(|grouping| Remark::TreatmentByGroup { grouping }));
        }
        if self.time_distance() == TimeDistance::Position {
            remarks.extend(self.wider_gap().map(|after| Remark::PeriodsUneven { after }));
        }
        remarks
    }

    /// The same panel, with something to remark on that its matrices do not show, such as
    /// [`Cohorts::remarks`](crate::Cohorts::remarks).
    pub fn with_remarks(mut self, remarks: Vec<Remark>) -> Self {
        self.remarked = remarks;
        self
    }

    /// The period before the first gap that is wider than the smallest.
    fn wider_gap(&self) -> Option<usize> {
        let places = self.calendar().unwrap_or_default();
        places.windows(2).position(|w| w[1] - w[0] > 1.0 + ROUNDING)
    }
}

/// True if a grouping of the caller's is one of units, some groups have several, treatment never varies within any,
/// and there are more groups than treatments: groups that are as many are cohorts.
fn assigns(panel: &Panel, grouping: &Grouping) -> bool {
    let Grouping::Given(codes) = grouping else { return false };
    let rows = |unit: usize| unit * panel.n_periods()..(unit + 1) * panel.n_periods();
    let code = |unit: usize| {
        let mut given = codes[rows(unit)].iter().filter(|&&code| code != Grouping::NONE);
        let first = given.next()?;
        given.all(|code| code == first).then_some(*first)
    };
    let units: Option<Vec<(i64, usize)>> =
        (0..panel.n_units()).map(|unit| Some((code(unit)?, unit))).collect();
    let Some(mut units) = units else { return false };
    units.sort_unstable();
    let groups: Vec<&[(i64, usize)]> = units.chunk_by(|a, b| a.0 == b.0).collect();
    let same = |a: usize, b: usize| panel.compare_treatments(a, b).is_eq();
    let mut treatments: Vec<usize> = groups.iter().map(|group| group[0].1).collect();
    treatments.sort_by(|&a, &b| panel.compare_treatments(a, b));
    treatments.dedup_by(|a, b| same(*a, *b));
    groups.iter().all(|group| group.iter().all(|&(_, unit)| same(unit, group[0].1)))
        && groups.iter().any(|group| group.len() > 1)
        && groups.len() > treatments.len()
}

/// Numbers of units.
#[derive(Default)]
struct Switches {
    /// That become treated.
    on: usize,
    /// That stop being treated.
    off: usize,
    /// Treated in one period, and untreated in the next.
    spikes: usize,
    treated: usize,
}

impl Switches {
    fn count(panel: &Panel) -> Self {
        let mut switches = Switches::default();
        for unit in panel.treated_units() {
            let cells = (0..panel.n_periods()).map(|period| Cell { unit, period });
            let row: Vec<bool> = cells
                .filter(|&cell| !panel.is_excluded(cell))
                .map(|cell| panel.is_treated(cell))
                .collect();
            let on = row.windows(2).any(|w| !w[0] && w[1]);
            let off = row.windows(2).any(|w| w[0] && !w[1]);
            let periods = row.iter().filter(|&&w| w).count();
            switches.treated += 1;
            switches.on += usize::from(on);
            switches.off += usize::from(off);
            switches.spikes += usize::from(periods == 1 && off);
        }
        switches
    }

    fn is_spike(&self) -> bool {
        self.treated > 0 && self.spikes == self.treated
    }
}
