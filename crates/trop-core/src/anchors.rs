//! Treated cells that share one fit: the anchors `pooled` and `spell`.

use crate::design::Anchor;
use crate::distance::Distances;
use crate::error::Result;
use crate::estimate::{CellEffects, Reason};
use crate::monitor::{Monitor, Progress, Stage};
use crate::panel::{Cell, Panel};
use crate::parallel::Threads;
use crate::regression::{Model, Regressed};
use crate::settings::Settings;
use crate::solver::fit::Stopping;
use crate::solver::sample::Sample;
use crate::targets::Path;
use crate::weights::{is_connected, obstacle, Centre, Weights};
use std::collections::BTreeMap;

/// Treated cells that share a fit.
struct Group(Vec<Cell>);

/// Effects of all treated cells at each entry of a path, those of a group from one fit without any treated
/// cell.
pub(crate) fn shared_effects_along(
    panel: &Panel,
    path: &Path,
    settings: &Settings,
    careful: bool,
    (monitor, stage): (&dyn Monitor, Stage),
) -> Result<Vec<CellEffects>> {
    settings.validate()?;
    panel.check_penalty(&path.nn)?;
    let groups = groups(panel);
    let sample = Sample::new(panel);
    let stopping = Stopping::new(settings, careful);
    let progress = Progress::new(monitor, stage, groups.len() * path.nn.len());
    let fit = |group: &Group| group.effects_along(panel, &sample, path, stopping, &progress);
    let all: Result<Vec<Vec<CellEffects>>> = Threads::new(settings.threads)?.map(&groups, fit);
    let mut found =
        vec![CellEffects { effects: Vec::new(), not_estimable: Vec::new() }; path.nn.len()];
    for group in all? {
        for (found, own) in found.iter_mut().zip(group) {
            found.effects.extend(own.effects);
            found.not_estimable.extend(own.not_estimable);
        }
    }
    found.iter_mut().for_each(CellEffects::sort);
    Ok(found)
}

/// All treated cells, or those of each spell: units treated from the same period to the same period.
fn groups(panel: &Panel) -> Vec<Group> {
    let mut spells: BTreeMap<(usize, usize), Vec<Cell>> = BTreeMap::new();
    for cell in panel.treated_cells() {
        spells.entry(key(panel, cell)).or_default().push(cell);
    }
    spells.into_values().map(Group).collect()
}

/// What the cells of a group have in common.
fn key(panel: &Panel, cell: Cell) -> (usize, usize) {
    match panel.anchor() {
        Anchor::Spell => spell(panel, cell),
        _ => (0, 0),
    }
}

/// What the weights of a target are centred on: its group if it is treated and shares its fit, else itself.
pub(crate) fn centre(panel: &Panel, target: Cell) -> Centre {
    if panel.anchor() == Anchor::Cell || !panel.is_treated(target) {
        return Centre::of_cell(panel, &Distances::new(panel), target);
    }
    let own = key(panel, target);
    let fellows = panel.treated_cells().into_iter().filter(|&cell| key(panel, cell) == own);
    Group(fellows.collect()).centre(panel)
}

/// First and last period of the spell of treatment that a cell is in.
pub(crate) fn spell(panel: &Panel, cell: Cell) -> (usize, usize) {
    let treated = |&period: &usize| panel.is_treated(Cell { period, ..cell });
    let before = (0..cell.period).rev().take_while(treated).count();
    let after = (cell.period..panel.n_periods()).take_while(treated).count();
    (cell.period - before, cell.period + after - 1)
}

/// The groups of a panel, prepared for being fitted at many lambdas.
pub(crate) struct Groups<'a> {
    panel: &'a Panel,
    sample: Sample,
    /// Where each is centred, and those of its cells that an effect is asked of.
    groups: Vec<(Centre, Vec<Cell>)>,
}

impl<'a> Groups<'a> {
    /// Groups with cells that `counts` holds of, and that have an effect when units without a common
    /// control period have weight or, if `units_differ`, have none.
    pub fn new(panel: &'a Panel, units_differ: bool, counts: impl Fn(Cell) -> bool) -> Self {
        let with_cells = |group: Group| {
            let centre = group.centre(panel);
            let near = |unit: usize| !units_differ || centre.distance[unit].is_finite();
            let asked = |cell: &Cell| counts(*cell) && is_connected(panel, *cell, near, |_| true);
            let cells: Vec<Cell> = group.0.into_iter().filter(asked).collect();
            (!cells.is_empty()).then_some((centre, cells))
        };
        let groups = groups(panel).into_iter().filter_map(with_cells).collect();
        Groups { panel, sample: Sample::new(panel), groups }
    }

    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// The cells that a group's fit is for.
    pub fn cells(&self, group: usize) -> &[Cell] {
        &self.groups[group].1
    }

    /// Fits a group along a path of lambdas.
    pub fn fit(
        &self,
        group: usize,
        path: &Path,
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<Vec<Regressed>> {
        let Groups { panel, sample, groups } = self;
        let (centre, cells) = &groups[group];
        let weights = Weights::new(panel, centre, &path.lambdas(0.0));
        if !cells.iter().all(|&cell| weights.connect(panel, cell)) {
            progress.advance(path.nn.len());
            return Ok(vec![Err(Reason::WeightsUnderflow); path.nn.len()]);
        }
        let model = Model { panel, sample, weights: &weights };
        Ok(model.fit(cells, &path.nn, stopping, progress)?.0)
    }
}

impl Group {
    /// Effects of its cells at each entry of a path.
    fn effects_along(
        &self,
        panel: &Panel,
        sample: &Sample,
        path: &Path,
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<Vec<CellEffects>> {
        let centre = self.centre(panel);
        let weights = Weights::new(panel, &centre, &path.lambdas(0.0));
        let (mut estimable, mut not_estimable) = (Vec::new(), Vec::new());
        for &cell in &self.0 {
            match obstacle(panel, cell, &centre, &weights) {
                None => estimable.push(cell),
                Some(reason) => not_estimable.push((cell, reason)),
            }
        }
        if estimable.is_empty() {
            progress.advance(path.nn.len());
            return Ok(vec![CellEffects { effects: Vec::new(), not_estimable }; path.nn.len()]);
        }
        let model = Model { panel, sample, weights: &weights };
        let (fits, _) = model.fit(&estimable, &path.nn, stopping, progress)?;
        let effects = |fit: Regressed| {
            let mut found =
                CellEffects { effects: Vec::new(), not_estimable: not_estimable.clone() };
            for (k, &cell) in estimable.iter().enumerate() {
                found.push(panel, cell, k, &fit);
            }
            found
        };
        Ok(fits.into_iter().map(effects).collect())
    }

    /// The group's mean path in place of a unit's, and the middle of its periods in place of a period.
    fn centre(&self, panel: &Panel) -> Centre {
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
        let mut units: Vec<usize> = self.0.iter().map(|cell| cell.unit).collect();
        units.dedup();
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
