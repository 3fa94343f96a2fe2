//! Fitting target cells: the one path from a cell and its lambdas to its effect (Algorithm 2).

use super::path::Path;
use super::regression::{regress, Regressed};
use super::start::Start;
use crate::error::Result;
use crate::panel::{Cell, Identification, Panel, Seen};
use crate::reason::Reason;
use crate::runtime::{heed, Monitor, Progress};
use crate::solver::{Problem, Sample, Stopping, Workspace};
use crate::weighting::{is_connected, is_plainly_connected, Centre, Distances, Weights};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Cells in a chain of warm starts. Chains run in parallel; their cut depends on the cells alone.
const CHAIN: usize = 64;

/// A panel prepared for fitting many cells, each among the units that its fit may see.
pub(crate) struct Targets<'a> {
    pub panel: &'a Panel,
    parts: Vec<Part<'a>>,
    /// The part of each unit's cells.
    part_of: Vec<usize>,
    /// Cells that can be scored are those of units that play a part.
    plays: Vec<bool>,
}

/// Units that some fits see, all of them or a few; prepared when first asked for.
struct Part<'a> {
    panel: &'a Panel,
    seen: Seen,
    site: OnceLock<Site<'a>>,
}

/// For each cell of a chain, and each lambda of a path, its fit.
pub(crate) type ChainFits = Vec<Vec<Regressed>>;

impl<'a> Targets<'a> {
    /// Fits see the target's donors.
    pub fn new(panel: &'a Panel) -> Self {
        if !panel.has_donors() {
            return Self::regardless(panel);
        }
        let mut place = BTreeMap::new();
        let part_of = (0..panel.n_units())
            .map(|unit| {
                let next = place.len();
                *place.entry(panel.seen_by(&[unit])).or_insert(next)
            })
            .collect();
        let mut distinct: Vec<(Seen, usize)> = place.into_iter().collect();
        distinct.sort_unstable_by_key(|&(_, at)| at);
        let parts = distinct.into_iter().map(|(seen, _)| Part::new(panel, seen)).collect();
        Targets { panel, parts, part_of, plays: panel.plays_part() }
    }

    /// Fits see all units, whoever their donors are.
    pub fn regardless(panel: &'a Panel) -> Self {
        let n = panel.n_units();
        let parts = vec![Part::new(panel, Seen::ALL)];
        Targets { panel, parts, part_of: vec![0; n], plays: vec![true; n] }
    }

    /// The control cells that a fit can be scored at.
    pub fn control_cells(&self) -> Vec<Cell> {
        let mut cells = self.panel.control_cells();
        cells.retain(|cell| self.plays[cell.unit]);
        cells
    }

    /// True if the effect of a cell is identified when units without a common control period have
    /// weight (`lambda_unit = 0`) or have none.
    pub fn is_estimable(&self, cell: Cell, distant_units_count: bool) -> bool {
        let (site, cell) = self.site(cell);
        site.connects(cell, distant_units_count) && site.identifies_covariates(cell)
    }

    /// True if the covariates' coefficients are identified when a cell is left out.
    pub fn identifies_covariates(&self, cell: Cell) -> bool {
        let (site, cell) = self.site(cell);
        site.identifies_covariates(cell)
    }

    /// True if control cells connect a cell's unit with its period.
    pub fn connects(&self, cell: Cell, distant_units_count: bool) -> bool {
        let (site, cell) = self.site(cell);
        site.connects(cell, distant_units_count)
    }

    /// Cuts cells into chains, each among the same units: by period, and in each from unit to nearest unit.
    pub fn chains(&self, cells: &[Cell], monitor: &dyn Monitor) -> Result<Vec<Vec<Cell>>> {
        let mut of_part: BTreeMap<usize, Vec<Cell>> = BTreeMap::new();
        for &cell in cells {
            of_part.entry(self.part_of[cell.unit]).or_default().push(cell);
        }
        let mut chains = Vec::new();
        for (part, cells) in of_part {
            let part = &self.parts[part];
            let local: Vec<Cell> = cells.into_iter().map(|cell| part.seen.local(cell)).collect();
            for chain in part.site().chains(&local, monitor)? {
                chains.push(chain.into_iter().map(|cell| part.seen.global(cell)).collect());
            }
        }
        Ok(chains)
    }

    /// Fits a chain of cells along a path of lambdas: for each cell and each entry of the path its fit.
    pub fn fit_chain(
        &self,
        chain: &[Cell],
        path: &Path,
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<ChainFits> {
        let Some(first) = chain.first() else { return Ok(Vec::new()) };
        let part = &self.parts[self.part_of[first.unit]];
        let chain: Vec<Cell> = chain.iter().map(|&cell| part.seen.local(cell)).collect();
        part.site().fit_chain(&chain, path, stopping, progress)
    }

    /// Where a cell is fitted, and the cell there.
    fn site(&self, cell: Cell) -> (&Site<'a>, Cell) {
        let part = &self.parts[self.part_of[cell.unit]];
        (part.site(), part.seen.local(cell))
    }
}

impl<'a> Part<'a> {
    fn new(panel: &'a Panel, seen: Seen) -> Self {
        Part { panel, seen, site: OnceLock::new() }
    }

    fn site(&self) -> &Site<'a> {
        self.site.get_or_init(|| Site::new(self.seen.panel(self.panel)))
    }
}

/// A panel all of whose units fits see.
struct Site<'a> {
    panel: Cow<'a, Panel>,
    distances: Distances,
    sample: Sample,
    /// `None` without covariates.
    identification: Option<Identification>,
}

impl<'a> Site<'a> {
    fn new(panel: Cow<'a, Panel>) -> Self {
        Site {
            distances: Distances::new(&panel),
            sample: panel.sample(),
            identification: (panel.n_covariates() > 0).then(|| Identification::new(&panel)),
            panel,
        }
    }

    fn identifies_covariates(&self, cell: Cell) -> bool {
        self.identification.as_ref().is_none_or(|found| found.holds_without(&self.panel, cell))
    }

    fn connects(&self, cell: Cell, distant_units_count: bool) -> bool {
        if is_plainly_connected(&self.panel, cell) {
            return true;
        }
        if distant_units_count {
            return is_connected(&self.panel, cell, |_| true, |_| true);
        }
        let distance = self.distances.to_target(cell);
        is_connected(&self.panel, cell, |j| distance[j].is_finite(), |_| true)
    }

    fn chains(&self, cells: &[Cell], monitor: &dyn Monitor) -> Result<Vec<Vec<Cell>>> {
        let mut periods: Vec<usize> = cells.iter().map(|c| c.period).collect();
        periods.sort_unstable();
        periods.dedup();
        let mut units: Vec<usize> = cells.iter().map(|c| c.unit).collect();
        units.sort_unstable();
        units.dedup();
        let tour = self.tour(units, monitor)?;
        let mut place = vec![0; self.panel.n_units()];
        tour.iter().enumerate().for_each(|(k, &unit)| place[unit] = k);
        let mut chains = Vec::new();
        for period in periods {
            heed(monitor)?;
            let mut chain: Vec<Cell> =
                cells.iter().copied().filter(|c| c.period == period).collect();
            chain.sort_by_key(|c| place[c.unit]);
            chains.extend(chain.chunks(CHAIN).map(<[Cell]>::to_vec));
        }
        Ok(chains)
    }

    /// An order of units in which neighbours are near: always on to the nearest one left.
    fn tour(&self, mut left: Vec<usize>, monitor: &dyn Monitor) -> Result<Vec<usize>> {
        let mut tour = Vec::with_capacity(left.len());
        let mut next = 0;
        while !left.is_empty() {
            heed(monitor)?;
            let unit = left.remove(next);
            tour.push(unit);
            let distance = self.distances.to_unit(unit);
            next = (0..left.len())
                .min_by(|&a, &b| distance[left[a]].total_cmp(&distance[left[b]]))
                .unwrap_or(0);
        }
        Ok(tour)
    }

    fn fit_chain(
        &self,
        chain: &[Cell],
        path: &Path,
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<ChainFits> {
        // Copied only if control cells have to be held out.
        let mut sample = Cow::Borrowed(&self.sample);
        let mut workspaces = vec![Workspace::default(); path.nn.len()];
        let mut starts: Vec<Option<Start>> = vec![None; path.nn.len()];
        let mut all = Vec::with_capacity(chain.len());
        for &cell in chain {
            if self.panel.is_control(cell) || matches!(sample, Cow::Owned(_)) {
                sample.to_mut().hold_out(&self.panel.left_out(cell), cell.period);
            }
            let weights = self.weights(cell, path);
            if !weights.connect(&self.panel, cell) {
                progress.advance(path.nn.len());
                all.push(vec![Err(Reason::WeightsUnderflow); path.nn.len()]);
                continue;
            }
            let mut problem =
                Problem::new(&sample, &weights.unit, &weights.period, self.panel.counts(), 1.0);
            let mut solved = Vec::with_capacity(path.nn.len());
            for (k, &nn) in path.nn.iter().enumerate() {
                problem.set_lambda(nn / self.panel.scale());
                let cold = || Start::cold(&self.panel, &problem);
                let mut start = match starts[k].take() {
                    Some(start) => start,
                    None if k > 0 => starts[k - 1].clone().unwrap_or_else(cold),
                    None => cold(),
                };
                progress.check()?;
                solved.push(regress(
                    &self.panel,
                    &mut problem,
                    &[cell],
                    &mut start,
                    stopping,
                    &mut workspaces[k],
                    &|| progress.check().is_err(),
                )?);
                progress.advance(1);
                starts[k] = Some(start);
            }
            all.push(solved);
        }
        Ok(all)
    }

    fn weights(&self, cell: Cell, path: &Path) -> Weights {
        if let Some(given) = &path.given {
            return given.clone();
        }
        let centre = Centre::of_cell(&self.panel, &self.distances, cell);
        Weights::new(&self.panel, &centre, &path.lambdas(0.0))
    }
}
