//! Panels made from another: units repeated, left out, in the roles of others.

use super::cell::Cell;
use super::centring::Centring;
use super::design::{Anchor, Design, Grouping};
use super::panel::Panel;
use crate::error::{Error, Result};

/// A unit of a panel made from another: the outcomes of one of its units in the role (treatments and
/// place in averages) of another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub unit: usize,
    pub role: usize,
    pub count: f64,
}

impl Panel {
    /// The panel without the outcomes of some treated cells: they have no effects then.
    pub(crate) fn without_outcomes(&self, cells: impl Iterator<Item = Cell>) -> Panel {
        let mut panel = self.clone();
        cells.for_each(|cell| panel.outcome[self.at(cell)] = f64::NAN);
        panel
    }

    /// The same panel with other averages to report.
    pub(crate) fn reporting(&self, average: Option<&[f64]>, groupings: &[Grouping]) -> Panel {
        let mut panel = self.clone();
        panel.design.average = average.map(<[f64]>::to_vec).or(panel.design.average);
        panel.design.groupings = groupings.to_vec();
        panel
    }

    /// The same panel with another anchor.
    pub(crate) fn anchored(&self, anchor: Anchor) -> Panel {
        let mut panel = self.clone();
        panel.design.anchor = anchor;
        panel
    }

    /// The same panel with some control cells marked as treated: fits leave them out.
    pub(crate) fn holding_out(&self, cells: &[Cell]) -> Panel {
        let mut panel = self.clone();
        for cell in cells {
            panel.treated[cell.unit * self.n_periods + cell.period] = true;
        }
        panel
    }

    /// The same panel with outcomes less a location, over a scale.
    pub(crate) fn standardized(&self, location: f64, scale: f64) -> Panel {
        let mut panel = self.clone();
        panel.outcome.iter_mut().for_each(|y| *y = (*y - location) / scale);
        panel.centre();
        panel
    }

    /// The panel in which each unit stands `times` times, units in ascending order.
    pub(crate) fn repeat(&self, times: &[usize]) -> Panel {
        let kept = (0..self.n_units).filter(|&i| times[i] > 0);
        let row = |i: usize| Row { unit: i, role: i, count: times[i] as f64 };
        self.assemble(&kept.map(row).collect::<Vec<_>>())
    }

    /// The panel without any treatment that a constant effect implies: treated outcomes are that much higher
    /// than they would have been.
    pub(crate) fn under_hypothesis(&self, effect: f64) -> Panel {
        let mut panel = self.clone();
        for (y, w) in panel.outcome.iter_mut().zip(&mut panel.treated) {
            if std::mem::take(w) {
                *y -= effect;
            }
        }
        panel.centre();
        panel
    }

    /// The panel without outcomes near treatment, where a design may be replaced.
    pub(crate) fn without_excluded(&self) -> Panel {
        let mut panel = self.clone();
        let near = panel.outcome.iter_mut().zip(&self.excluded).filter(|(_, excluded)| **excluded);
        near.for_each(|(y, _)| *y = f64::NAN);
        panel
    }

    /// The panel of some of its units, ascending, as if there were no others: the same bits as a panel that is made
    /// of them.
    pub(crate) fn of_units(&self, units: &[usize]) -> Panel {
        let mut panel = self.picked(units);
        panel.centre();
        panel
    }

    /// The panel of some of its units, ascending, centred as this one is.
    pub(crate) fn picked(&self, units: &[usize]) -> Panel {
        let row = |&i: &usize| Row { unit: i, role: i, count: self.count(i) };
        self.assemble(&units.iter().map(row).collect::<Vec<_>>())
    }

    /// True for a panel that is made from units of another, as draws are.
    pub(crate) fn is_derived(&self) -> bool {
        self.role.is_some()
    }

    /// The panel without some of its units.
    pub(crate) fn without(&self, units: &[usize]) -> Panel {
        let kept = (0..self.n_units).filter(|i| !units.contains(i));
        let row = |i: usize| Row { unit: i, role: i, count: self.count(i) };
        self.assemble(&kept.map(row).collect::<Vec<_>>())
    }

    /// The panel of the given rows.
    pub(crate) fn assemble(&self, rows: &[Row]) -> Panel {
        let units: Vec<usize> = rows.iter().map(|row| row.unit).collect();
        let roles: Vec<usize> = rows.iter().map(|row| row.role).collect();
        let count: Vec<f64> = rows.iter().map(|row| row.count).collect();
        let centring = |of: &Centring| Centring {
            unit: units.iter().map(|&i| of.unit[i]).collect(),
            period: of.period.clone(),
            scale: of.scale,
        };
        Panel {
            n_units: rows.len(),
            n_periods: self.n_periods,
            outcome: pick_rows(&self.outcome, &units, self.n_periods),
            treated: pick_rows(&self.treated, &roles, self.n_periods),
            excluded: pick_rows(&self.excluded, &roles, self.n_periods),
            count: count.iter().any(|&c| c != 1.0).then_some(count),
            centring: centring(&self.centring),
            design: self.design.assemble(&units, &roles, (self.n_units, self.n_periods)),
            covariate_centring: self.covariate_centring.iter().map(centring).collect(),
            role: Some(roles.iter().map(|&i| self.role(i)).collect()),
            after_gap: Vec::new(),
            remarked: Vec::new(),
        }
    }
}

impl Design {
    /// The design of a panel that has the units `rows` in the roles of `roles`.
    pub(super) fn assemble(
        &self,
        rows: &[usize],
        roles: &[usize],
        (n_units, n_periods): (usize, usize),
    ) -> Design {
        let groupings = self.groupings.iter().map(|grouping| match grouping {
            Grouping::Given(codes) => Grouping::Given(pick_rows(codes, roles, n_periods)),
            other => other.clone(),
        });
        Design {
            anchor: self.anchor,
            calendar: self.calendar.clone(),
            time_distance: self.time_distance,
            average: self.average.as_ref().map(|w| roles.iter().map(|&i| w[i]).collect()),
            covariates: self.covariates.iter().map(|x| pick_rows(x, rows, n_periods)).collect(),
            clusters: self.clusters.as_ref().map(|codes| rows.iter().map(|&i| codes[i]).collect()),
            groupings: groupings.collect(),
            donors: self.donors.assemble(rows, n_units),
            anticipation: self.anticipation,
            washout: self.washout,
        }
    }
}

/// Rows of a row-major matrix.
pub(super) fn pick_rows<T: Copy>(matrix: &[T], rows: &[usize], n_columns: usize) -> Vec<T> {
    rows.iter().flat_map(|&i| matrix[i * n_columns..(i + 1) * n_columns].iter().copied()).collect()
}

/// Checks that each draw counts every unit of the panel.
pub(crate) fn check_draws(panel: &Panel, counts: &[Vec<usize>]) -> Result<()> {
    let expected = panel.n_units();
    match counts.iter().position(|c| c.len() != expected) {
        Some(draw) => Err(Error::DrawLength { draw, found: counts[draw].len(), expected }),
        None => Ok(()),
    }
}

/// The units that a draw has, in ascending order, each once.
pub(crate) fn drawn(counts: &[usize]) -> impl Iterator<Item = usize> + '_ {
    (0..counts.len()).filter(|&i| counts[i] > 0)
}
