//! Treated cells that share one fit: the anchors `pooled` and `spell`.

use super::effects::CellEffects;
use super::path::Path;
use super::regression::{Model, Regressed};
use crate::error::Result;
use crate::panel::{Anchor, Cell, Panel, Seen};
use crate::reason::Reason;
use crate::runtime::{Monitor, Progress, Stage, Threads};
use crate::settings::Settings;
use crate::solver::{Care, Sample, Stopping};
use crate::weighting::{groups, is_connected, obstacle, Centre, Group, Weights};
use std::borrow::Cow;
use std::sync::Arc;

/// Effects of all treated cells at each entry of a path, those of a group from one fit without any treated
/// cell.
pub(crate) fn shared_effects_along(
    panel: &Panel,
    path: &Path,
    settings: &Settings,
    care: Care,
    (monitor, stage): (&dyn Monitor, Stage),
) -> Result<Vec<CellEffects>> {
    settings.validate()?;
    panel.check_penalty(&path.nn)?;
    let groups = groups(panel);
    let whole = Whole::new(panel);
    let stopping = Stopping::new(settings, care);
    let progress = Progress::new(monitor, stage, groups.len() * path.nn.len());
    let fit = |group: &Group| whole.site(group).effects_along(path, stopping, &progress);
    let all: Result<Vec<Vec<CellEffects>>> = Threads::new(settings.threads)?.map(&groups, fit);
    let mut found = vec![CellEffects::default(); path.nn.len()];
    for group in all? {
        for (found, own) in found.iter_mut().zip(group) {
            found.effects.extend(own.effects);
            found.not_estimable.extend(own.not_estimable);
            found.undetermined.extend(own.undetermined);
        }
    }
    found.into_iter().map(CellEffects::finish).collect()
}

/// How many fits an estimate takes: one for each treated cell, or for each group of them that shares one.
pub(crate) fn n_fits(panel: &Panel) -> usize {
    match panel.anchor() {
        Anchor::Cell => panel.treated_cells().len(),
        _ => groups(panel).len(),
    }
}

/// A panel whose groups are fitted.
struct Whole<'a> {
    panel: &'a Panel,
    /// Prepared once for all groups that see all units.
    sample: Option<Arc<Sample>>,
}

/// A group, and the units that its fit sees.
struct Site<'a> {
    whole: &'a Panel,
    seen: Seen,
    panel: Cow<'a, Panel>,
    sample: Arc<Sample>,
    centre: Centre,
    group: Group,
}

impl<'a> Whole<'a> {
    fn new(panel: &'a Panel) -> Self {
        Whole { panel, sample: (!panel.has_donors()).then(|| Arc::new(panel.sample())) }
    }

    fn site(&self, group: &Group) -> Site<'a> {
        let (seen, panel, group) = group.sight(self.panel);
        let sample = self.sample.clone().unwrap_or_else(|| Arc::new(panel.sample()));
        let centre = group.centre(&panel);
        Site { whole: self.panel, seen, panel, sample, centre, group }
    }
}

/// The groups of a panel, prepared for being fitted at many lambdas.
pub(crate) struct Groups<'a> {
    groups: Vec<Asked<'a>>,
}

/// A group, and those of its cells that an effect is asked of.
struct Asked<'a> {
    site: Site<'a>,
    /// By the site's positions.
    cells: Vec<Cell>,
    /// By those of the panel.
    own: Vec<Cell>,
}

impl<'a> Groups<'a> {
    /// Groups with cells that `counts` holds of, and that have an effect when units without a common
    /// control period have weight or, if `units_differ`, have none.
    pub fn new(panel: &'a Panel, units_differ: bool, counts: impl Fn(Cell) -> bool) -> Self {
        let whole = Whole::new(panel);
        let with_cells = |group: Group| {
            let site = whole.site(&group);
            let near = |unit: usize| !units_differ || site.centre.distance[unit].is_finite();
            let connected = |cell: Cell| is_connected(&site.panel, cell, near, |_| true);
            let asked = |cell: &Cell| counts(site.seen.global(*cell)) && connected(*cell);
            let cells: Vec<Cell> = site.group.0.iter().copied().filter(asked).collect();
            let own = cells.iter().map(|&cell| site.seen.global(cell)).collect();
            (!cells.is_empty()).then_some(Asked { site, cells, own })
        };
        Groups { groups: groups(panel).into_iter().filter_map(with_cells).collect() }
    }

    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// The cells that a group's fit is for.
    pub fn cells(&self, group: usize) -> &[Cell] {
        &self.groups[group].own
    }

    /// Fits a group along a path of lambdas.
    pub fn fit(
        &self,
        group: usize,
        path: &Path,
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<Vec<Regressed>> {
        let Asked { site: Site { panel, sample, centre, .. }, cells, .. } = &self.groups[group];
        let weights = Weights::new(panel, centre, &path.lambdas(0.0));
        if !cells.iter().all(|&cell| weights.connect(panel, cell)) {
            progress.advance(path.nn.len());
            return Ok(vec![Err(Reason::WeightsUnderflow); path.nn.len()]);
        }
        let model = Model { panel, sample, weights: &weights };
        Ok(model.fit(cells, &path.nn, stopping, progress)?.0)
    }
}

impl Site<'_> {
    /// Effects of the group's cells at each entry of a path, by the positions of the whole panel.
    fn effects_along(
        &self,
        path: &Path,
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<Vec<CellEffects>> {
        let Site { whole, seen, panel, sample, centre, group } = self;
        let weights = Weights::new(panel, centre, &path.lambdas(0.0));
        let (mut estimable, mut not_estimable) = (Vec::new(), Vec::new());
        for &cell in &group.0 {
            match obstacle(panel, cell, centre, &weights) {
                None => estimable.push(cell),
                Some(reason) => not_estimable.push((seen.global(cell), reason)),
            }
        }
        if estimable.is_empty() {
            progress.advance(path.nn.len());
            return Ok(vec![CellEffects::without(not_estimable); path.nn.len()]);
        }
        let model = Model { panel, sample, weights: &weights };
        let (fits, _) = model.fit(&estimable, &path.nn, stopping, progress)?;
        let effects = |fit: Regressed| {
            let mut found = CellEffects::without(not_estimable.clone());
            for (k, &cell) in estimable.iter().enumerate() {
                found.push(whole, seen.global(cell), k, &fit);
            }
            found
        };
        Ok(fits.into_iter().map(effects).collect())
    }
}
