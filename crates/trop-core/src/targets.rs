//! Fitting target cells: the one path from a cell and its lambdas to its effect (Algorithm 2).

use crate::distance::Distances;
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::monitor::Progress;
use crate::panel::{Cell, Panel};
use crate::solver::fit::{Fit, Outcome, Status, Stopping, Workspace};
use crate::solver::interpolate::interpolate;
use crate::solver::problem::Problem;
use crate::solver::sample::Sample;
use crate::weights::{is_connected, is_plainly_connected, Weights};
use std::borrow::Cow;

/// Cells in a chain of warm starts. Chains run in parallel; their cut depends on the cells alone.
const CHAIN: usize = 64;

/// A panel prepared for fitting many cells.
pub(crate) struct Targets<'a> {
    pub panel: &'a Panel,
    distances: Distances,
    sample: Sample,
}

/// The fit of one target cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Solved {
    /// The effect (Eq. 2's tau), in units of the outcome.
    pub effect: f64,
    pub rank: usize,
    pub outcome: Outcome,
}

/// Lambdas that share their weights: `nn` is a path, warm-started from entry to entry.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub time: f64,
    pub unit: f64,
    pub nn: Vec<f64>,
    /// Weights of every cell's fit, in place of those that `time` and `unit` give.
    pub given: Option<Weights>,
}

impl Path {
    /// One triple.
    pub fn single(lambdas: &Lambdas) -> Self {
        Path { time: lambdas.time, unit: lambdas.unit, nn: vec![lambdas.nn], given: None }
    }
}

impl<'a> Targets<'a> {
    pub fn new(panel: &'a Panel) -> Self {
        Targets { panel, distances: Distances::new(panel), sample: Sample::new(panel) }
    }

    /// True if the effect of a cell is identified when units without a common control period have
    /// weight (`lambda_unit = 0`) or have none.
    pub fn is_estimable(&self, cell: Cell, distant_units_count: bool) -> bool {
        if is_plainly_connected(self.panel, cell) {
            return true;
        }
        if distant_units_count {
            return is_connected(self.panel, cell, |_| true, |_| true);
        }
        let distance = self.distances.to_target(cell);
        is_connected(self.panel, cell, |j| distance[j].is_finite(), |_| true)
    }

    /// Cuts cells into chains: by period, and in each from unit to nearest unit.
    pub fn chains(&self, cells: &[Cell]) -> Vec<Vec<Cell>> {
        let mut periods: Vec<usize> = cells.iter().map(|c| c.period).collect();
        periods.sort_unstable();
        periods.dedup();
        let mut units: Vec<usize> = cells.iter().map(|c| c.unit).collect();
        units.sort_unstable();
        units.dedup();
        let tour = self.tour(units);
        let mut place = vec![0; self.panel.n_units()];
        tour.iter().enumerate().for_each(|(k, &unit)| place[unit] = k);
        let mut chains = Vec::new();
        for period in periods {
            let mut chain: Vec<Cell> =
                cells.iter().copied().filter(|c| c.period == period).collect();
            chain.sort_by_key(|c| place[c.unit]);
            chains.extend(chain.chunks(CHAIN).map(<[Cell]>::to_vec));
        }
        chains
    }

    /// An order of units in which neighbours are near: always on to the nearest one left.
    fn tour(&self, mut left: Vec<usize>) -> Vec<usize> {
        let mut tour = Vec::with_capacity(left.len());
        let mut next = 0;
        while !left.is_empty() {
            let unit = left.remove(next);
            tour.push(unit);
            let distance = self.distances.to_unit(unit);
            next = (0..left.len())
                .min_by(|&a, &b| distance[left[a]].total_cmp(&distance[left[b]]))
                .unwrap_or(0);
        }
        tour
    }

    /// Fits a chain of cells along a path of lambdas. For each cell and each entry of the path its fit;
    /// `None` where weights have underflowed to zero and leave the cell unconnected.
    pub fn fit_chain(
        &self,
        chain: &[Cell],
        path: &Path,
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<Vec<Vec<Option<Solved>>>> {
        // Copied only if a control cell has to be held out.
        let mut sample = Cow::Borrowed(&self.sample);
        let mut workspaces = vec![Workspace::default(); path.nn.len()];
        let mut starts: Vec<Option<Fit>> = vec![None; path.nn.len()];
        let mut all = Vec::with_capacity(chain.len());
        for &cell in chain {
            if self.panel.is_control(cell) || matches!(sample, Cow::Owned(_)) {
                sample.to_mut().hold_out(cell);
            }
            let weights = self.weights(cell, path);
            if !self.is_weighted(cell, &weights) {
                progress.advance(path.nn.len());
                all.push(vec![None; path.nn.len()]);
                continue;
            }
            let mut problem =
                Problem::new(&sample, &weights.unit, &weights.period, self.panel.counts(), 1.0);
            let mut solved = Vec::with_capacity(path.nn.len());
            for (k, &nn) in path.nn.iter().enumerate() {
                problem.set_lambda(nn / self.panel.scale());
                let mut fit = match starts[k].take() {
                    Some(fit) => fit,
                    None if k > 0 => starts[k - 1].clone().unwrap_or_else(|| Fit::zeros(&problem)),
                    None => Fit::zeros(&problem),
                };
                let one = self.fit_cell(
                    cell,
                    &problem,
                    &mut fit,
                    stopping,
                    &mut workspaces[k],
                    progress,
                )?;
                starts[k] = Some(fit);
                solved.push(Some(one));
            }
            all.push(solved);
        }
        Ok(all)
    }

    fn weights(&self, cell: Cell, path: &Path) -> Weights {
        if let Some(given) = &path.given {
            return given.clone();
        }
        let lambdas = Lambdas { time: path.time, unit: path.unit, nn: 0.0 };
        Weights::new(self.panel, cell, &self.distances.to_target(cell), &lambdas)
    }

    /// False if weights that are positive in exact arithmetic are zero in floating point and leave the
    /// cell unconnected.
    fn is_weighted(&self, cell: Cell, weights: &Weights) -> bool {
        let positive = |w: &f64| *w > 0.0;
        if weights.unit.iter().all(positive) && weights.period.iter().all(positive) {
            return true;
        }
        is_connected(self.panel, cell, |j| weights.unit[j] > 0.0, |s| weights.period[s] > 0.0)
    }

    fn fit_cell(
        &self,
        cell: Cell,
        problem: &Problem<'_>,
        fit: &mut Fit,
        stopping: Stopping,
        work: &mut Workspace,
        progress: &Progress<'_>,
    ) -> Result<Solved> {
        progress.check()?;
        let position = problem.sample.position(cell);
        let stop = || progress.check().is_err();
        let scale = self.panel.scale();
        // The objective is a sum of squares, or at lambda_nn = 0 a nuclear norm.
        let (value, rank, outcome, unit) = if problem.lambda == 0.0 {
            let found = interpolate(problem, &[position], stopping, &stop)?;
            (found.values[0], found.rank, found.outcome, scale)
        } else {
            let outcome = fit.solve(problem, stopping, work, &stop)?;
            (fit.value(position.0, position.1), fit.rank(), outcome, scale * scale)
        };
        progress.advance(1);
        let effect = (self.panel.adjusted(cell) - value) * scale;
        let Outcome { primal, dual, .. } = outcome;
        Ok(Solved {
            effect,
            rank,
            outcome: Outcome { primal: primal * unit, dual: dual * unit, ..outcome },
        })
    }
}

/// Largest relative gap and number of fits not certified.
pub(crate) fn accuracy(solved: impl Iterator<Item = Solved>) -> (f64, usize) {
    solved.fold((0.0, 0), |(gap, open), s| {
        let is_open = s.outcome.status != Status::Solved;
        (f64::max(gap, s.outcome.gap), open + usize::from(is_open))
    })
}
