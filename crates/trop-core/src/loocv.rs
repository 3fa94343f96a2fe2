//! Leave-one-out cross-validation (Eq. 4-5): the score of a candidate.

use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::monitor::{Monitor, Progress, Stage};
use crate::panel::{Cell, Panel};
use crate::parallel::Threads;
use crate::rng::{Purpose, Stream};
use crate::settings::Settings;
use crate::solver::fit::Stopping;
use crate::targets::{accuracy, ChainFits, Path, Targets};
use rayon::prelude::*;

/// Chains of cells between two looks at whether a candidate has lost already. Fixed, so that what is
/// abandoned does not depend on the number of threads.
const WAVE: usize = 8;

/// The leave-one-out score of one candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The candidate.
    pub lambdas: Lambdas,
    /// Q (Eq. 5): the sum of squared leave-one-out effects, in squared units of the outcome. Infinite
    /// if zero weights in floating point leave some cell without an effect. A lower bound if `abandoned`.
    pub score: f64,
    /// Control cells that were scored.
    pub n_cells: usize,
    /// Largest relative gap of the fits.
    pub max_gap: f64,
    /// Fits not certified to the tolerance.
    pub n_uncertified: usize,
    /// True if scoring stopped once the candidate could no longer win.
    pub abandoned: bool,
}

/// Scores candidates on one set of control cells.
pub(crate) struct Loocv<'a> {
    targets: Targets<'a>,
    cells: Vec<Cell>,
    chains: Vec<Vec<Cell>>,
    /// Control cells left out for every candidate alike.
    pub n_not_estimable: usize,
    stopping: Stopping,
    threads: Threads,
    monitor: &'a dyn Monitor,
}

impl<'a> Loocv<'a> {
    /// `max_cells` takes a sample of the control cells that can be scored, drawn with `seed`;
    /// `units_differ` says that some candidate has a positive lambda_unit.
    pub fn new(
        panel: &'a Panel,
        units_differ: bool,
        max_cells: Option<usize>,
        seed: u64,
        settings: &Settings,
        monitor: &'a dyn Monitor,
    ) -> Result<Self> {
        let targets = Targets::new(panel);
        let estimable = |targets: &Targets<'_>, c| targets.is_estimable(c, !units_differ);
        Self::of_estimable(targets, estimable, max_cells, seed, settings, monitor)
    }

    /// Like [`Loocv::new`], with the caller's word on which control cells can be scored.
    pub fn of_estimable(
        targets: Targets<'a>,
        estimable: impl Fn(&Targets<'a>, Cell) -> bool + Sync,
        max_cells: Option<usize>,
        seed: u64,
        settings: &Settings,
        monitor: &'a dyn Monitor,
    ) -> Result<Self> {
        settings.validate()?;
        let threads = Threads::new(settings.threads)?;
        let all = targets.panel.control_cells();
        let mut cells = threads.run(|| -> Vec<Cell> {
            all.par_iter().copied().filter(|&c| estimable(&targets, c)).collect()
        });
        let n_not_estimable = all.len() - cells.len();
        if cells.is_empty() {
            return Err(Error::NoEstimableCell { what: "control cell", not_estimable: all.len() });
        }
        if let Some(size) = max_cells.filter(|&size| size < cells.len()) {
            let sample = Stream::new(seed, Purpose::LoocvSample, 0).sample(cells.len(), size);
            cells = sample.into_iter().map(|k| cells[k]).collect();
        }
        let chains = targets.chains(&cells);
        let stopping = Stopping {
            tolerance: settings.loocv_tolerance,
            max_iterations: settings.max_iterations,
            careful: false,
        };
        Ok(Loocv { targets, cells, chains, n_not_estimable, stopping, threads, monitor })
    }

    /// The cells scored, in ascending order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Number of cells scored.
    pub fn n_cells(&self) -> usize {
        self.cells.len()
    }

    /// Scores candidates completely, in their order.
    pub fn score(&self, candidates: &[Lambdas]) -> Result<Vec<Score>> {
        let paths = paths(candidates);
        let tasks: Vec<(&Path, &Vec<Cell>)> =
            paths.iter().flat_map(|p| self.chains.iter().map(move |c| (p, c))).collect();
        let progress = self.progress(candidates.len());
        let fits = self.fit(&tasks, &progress)?;
        let by_path: Vec<&[ChainFits]> = fits.chunks(self.chains.len()).collect();
        Ok(candidates
            .iter()
            .map(|candidate| {
                let (at, k) = place(&paths, candidate);
                self.sum_up(candidate, by_path[at], k)
            })
            .collect())
    }

    /// Scores the entries of one path completely.
    pub fn score_path(&self, path: &Path) -> Result<Vec<Score>> {
        let tasks: Vec<(&Path, &Vec<Cell>)> = self.chains.iter().map(|c| (path, c)).collect();
        let fits = self.fit(&tasks, &self.progress(path.nn.len()))?;
        let lambdas = |&nn: &f64| Lambdas { time: path.time, unit: path.unit, nn };
        let entries = path.nn.iter().enumerate();
        Ok(entries.map(|(k, nn)| self.sum_up(&lambdas(nn), &fits, k)).collect())
    }

    /// Scores one candidate, but stops when its partial sum exceeds `bound`.
    pub fn score_below(&self, candidate: &Lambdas, bound: f64) -> Result<Score> {
        let path = Path::single(candidate);
        let progress = self.progress(1);
        let mut fits: Vec<ChainFits> = Vec::with_capacity(self.chains.len());
        for wave in self.chains.chunks(WAVE) {
            let tasks: Vec<(&Path, &Vec<Cell>)> = wave.iter().map(|c| (&path, c)).collect();
            fits.extend(self.fit(&tasks, &progress)?);
            let score = self.sum_up(candidate, &fits, 0);
            if score.score > bound && fits.len() < self.chains.len() {
                let left: usize = self.chains[fits.len()..].iter().map(Vec::len).sum();
                progress.advance(left);
                return Ok(Score { abandoned: true, ..score });
            }
        }
        Ok(self.sum_up(candidate, &fits, 0))
    }

    fn progress(&self, candidates: usize) -> Progress<'_> {
        Progress::new(self.monitor, Stage::Search, candidates * self.cells.len())
    }

    fn fit(
        &self,
        tasks: &[(&Path, &Vec<Cell>)],
        progress: &Progress<'_>,
    ) -> Result<Vec<ChainFits>> {
        let fit = |(path, chain): &(&Path, &Vec<Cell>)| {
            self.targets.fit_chain(chain, path, self.stopping, progress)
        };
        self.threads.run(|| tasks.par_iter().map(fit).collect())
    }

    /// The score from the fits of the first chains, entry `k` of their path. Cells are added in their
    /// own order, so that a score does not depend on how they were cut into chains.
    fn sum_up(&self, candidate: &Lambdas, fits: &[ChainFits], k: usize) -> Score {
        let mut squares = vec![None; self.cells.len()];
        let mut solved = Vec::with_capacity(self.cells.len());
        let mut underflow = false;
        for (cell, path) in self.chains.iter().flatten().zip(fits.iter().flatten()) {
            let Ok(fit) = &path[k] else {
                underflow = true;
                continue;
            };
            let at = self.cells.partition_point(|c| c < cell);
            let effect = fit.effects[0];
            squares[at] = Some(self.targets.panel.count(cell.unit) * effect * effect);
            solved.push(fit);
        }
        let n_cells = solved.len();
        let (max_gap, n_uncertified) = accuracy(solved.into_iter());
        let sum = squares.iter().flatten().sum();
        Score {
            lambdas: *candidate,
            score: if underflow { f64::INFINITY } else { sum },
            n_cells,
            max_gap,
            n_uncertified,
            abandoned: false,
        }
    }
}

/// Groups candidates that share their weights, lambda_nn falling.
pub(crate) fn paths(candidates: &[Lambdas]) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    for l in candidates {
        match paths.iter_mut().find(|p| p.time == l.time && p.unit == l.unit) {
            Some(path) => path.nn.push(l.nn),
            None => paths.push(Path::single(l)),
        }
    }
    for path in &mut paths {
        path.nn.sort_by(|a, b| b.total_cmp(a));
        path.nn.dedup();
    }
    paths
}

/// Which path, and which entry of it, a candidate is.
pub(crate) fn place(paths: &[Path], candidate: &Lambdas) -> (usize, usize) {
    let at = paths.iter().position(|p| p.time == candidate.time && p.unit == candidate.unit);
    let at = at.expect("every candidate has a path");
    let k = paths[at].nn.iter().position(|&nn| nn == candidate.nn);
    (at, k.expect("every candidate is on its path"))
}
