//! Placebo cross-validation: how large are ATTs where there is no effect?

use crate::anchors::Groups;
use crate::design::Anchor;
use crate::error::{Error, Result};
use crate::monitor::Progress;
use crate::panel::{Cell, Panel};
use crate::parallel::Threads;
use crate::regression::Regressed;
use crate::scoring::{Objective, PieceTerms, Term};
use crate::settings::Settings;
use crate::solver::covariates::check_variation;
use crate::solver::fit::{Status, Stopping};
use crate::targets::{Path, Targets};
use rayon::prelude::*;

/// Root mean square of the ATTs of placebo sets.
pub(crate) struct PlaceboCv<'a> {
    sets: Vec<Set<'a>>,
    n_not_estimable: usize,
    stopping: Stopping,
}

impl<'a> PlaceboCv<'a> {
    /// `units_differ` says that some candidate has a positive lambda_unit.
    pub fn new(panels: &'a [Panel], units_differ: bool, settings: &Settings) -> Result<Self> {
        settings.validate()?;
        let set = |panel: &'a Panel| Set::new(panel, units_differ);
        let sets: Vec<Set<'_>> =
            Threads::new(settings.threads)?.run(|| panels.par_iter().filter_map(set).collect());
        let n_not_estimable = panels.len() - sets.len();
        if sets.is_empty() {
            return Err(Error::NoEstimableCell {
                what: "placebo set",
                not_estimable: n_not_estimable,
            });
        }
        Ok(PlaceboCv { sets, n_not_estimable, stopping: Stopping::of_search(settings) })
    }
}

impl Objective for PlaceboCv<'_> {
    fn what(&self) -> &'static str {
        "placebo set"
    }

    fn n_terms(&self) -> usize {
        self.sets.len()
    }

    fn n_not_estimable(&self) -> usize {
        self.n_not_estimable
    }

    fn n_pieces(&self) -> usize {
        self.sets.len()
    }

    fn n_fits(&self, piece: usize) -> usize {
        self.sets[piece].n_fits()
    }

    fn terms(&self, piece: usize, path: &Path, progress: &Progress<'_>) -> Result<PieceTerms> {
        let set = &self.sets[piece];
        let fits = set.fit(path, self.stopping, progress)?;
        Ok((0..path.nn.len()).map(|k| vec![set.term(piece, &fits, k)]).collect())
    }

    fn score(&self, sum: f64) -> f64 {
        (sum / self.sets.len() as f64).sqrt()
    }
}

/// A placebo set, prepared for all candidates.
struct Set<'a> {
    panel: &'a Panel,
    fits: Fits<'a>,
}

/// What is fitted: cells one by one, or in groups.
enum Fits<'a> {
    Single { targets: Targets<'a>, chains: Vec<Vec<Cell>> },
    Shared(Groups<'a>),
}

/// Cells of one fit, and that fit for each entry of a path.
type FitsAlong<'a> = Vec<(&'a [Cell], Vec<Regressed>)>;

impl<'a> Set<'a> {
    /// `None` if no cell that counts has an effect for every candidate.
    fn new(panel: &'a Panel, units_differ: bool) -> Option<Self> {
        check_variation(panel).ok()?;
        let counts = |cell: Cell| panel.is_observed(cell) && panel.share(cell.unit) > 0.0;
        let fits = if panel.anchor() == Anchor::Cell {
            let targets = Targets::new(panel);
            let mut cells = panel.treated_cells();
            cells.retain(|&cell| counts(cell) && targets.is_estimable(cell, !units_differ));
            Fits::Single { chains: targets.chains(&cells), targets }
        } else {
            Fits::Shared(Groups::new(panel, units_differ, counts))
        };
        let set = Set { panel, fits };
        (set.n_fits() > 0).then_some(set)
    }

    fn n_fits(&self) -> usize {
        match &self.fits {
            Fits::Single { chains, .. } => chains.iter().map(Vec::len).sum(),
            Fits::Shared(groups) => groups.len(),
        }
    }

    fn fit(
        &self,
        path: &Path,
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<FitsAlong<'_>> {
        let mut all: FitsAlong<'_> = Vec::with_capacity(self.n_fits());
        match &self.fits {
            Fits::Single { targets, chains } => {
                for chain in chains {
                    let fits = targets.fit_chain(chain, path, stopping, progress)?;
                    all.extend(chain.chunks(1).zip(fits));
                }
            }
            Fits::Shared(groups) => {
                for k in 0..groups.len() {
                    all.push((groups.cells(k), groups.fit(k, path, stopping, progress)?));
                }
            }
        }
        Ok(all)
    }

    /// The squared ATT at entry `k` of a path.
    fn term(&self, at: usize, fits: &FitsAlong<'_>, k: usize) -> Term {
        let (mut sum, mut total) = (0.0, 0.0);
        let (mut gap, mut certified) = (0.0, true);
        for (cells, along) in fits {
            let Ok(fit) = &along[k] else {
                return Term { at, square: None, gap: 0.0, certified: false };
            };
            for (cell, effect) in cells.iter().zip(&fit.effects) {
                let share = self.panel.share(cell.unit);
                sum += share * effect;
                total += share;
            }
            gap = f64::max(gap, fit.outcome.gap);
            certified &= fit.outcome.status == Status::Solved;
        }
        Term { at, square: Some((sum / total).powi(2)), gap, certified }
    }
}
