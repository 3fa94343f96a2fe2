//! Choosing the lambdas by leave-one-out cross-validation.

use crate::error::{Error, Result};
use crate::grids::Grids;
use crate::lambdas::Lambdas;
use crate::loocv::{Loocv, Score};
use crate::monitor::Monitor;
use crate::panel::Panel;
use crate::settings::Settings;

/// Scores within this relative distance of the least are ties.
const TIE: f64 = 1e-10;

/// So are scores whose effects are, in root mean square, below this share of the panel's scale.
const ROUNDING: f64 = 1e-12;

/// Rounds after which a cycle search ends even if it still moves.
const ROUNDS: usize = 100;

/// Which candidates are scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Every triple.
    Grid,
    /// One lambda at a time (the paper's footnote 2): first `time` at `unit = 0`, `nn = inf`; then
    /// `unit` at `nn = inf`; then `nn`; then round and round, each at the others' latest choice, until a
    /// round changes nothing.
    Cycle,
}

/// How to search.
///
/// ```
/// let options = trop_core::SearchOptions::default();
/// assert_eq!(options.method, trop_core::Method::Cycle);
/// assert_eq!((options.max_cells, options.seed, options.abandon), (None, 0, false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchOptions {
    /// Default [`Method::Cycle`].
    pub method: Method,
    /// Score on a random sample of this many control cells; `None` (the default) for all.
    pub max_cells: Option<usize>,
    /// Seed of that sample; default 0.
    pub seed: u64,
    /// Stop scoring a candidate once it can no longer win; its score is then a lower bound. Default
    /// false. The winner is the same, unless a score just at the tie decides.
    pub abandon: bool,
}

impl Default for SearchOptions {
    fn default() -> Self {
        SearchOptions { method: Method::Cycle, max_cells: None, seed: 0, abandon: false }
    }
}

/// The chosen lambdas and how they were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The winner. Ties (within 1e-10, relative) go to the larger `nn`, then the smaller `time`, then
    /// the smaller `unit`.
    pub lambdas: Lambdas,
    /// Its score Q (Eq. 5).
    pub score: f64,
    /// Every computed score, in order of computation.
    pub scores: Vec<Score>,
    /// Control cells on which candidates are scored.
    pub n_cells: usize,
    /// Control cells left out for every candidate alike, because some candidate cannot estimate them.
    pub n_not_estimable: usize,
}

/// Searches `grids` for the lambdas of least leave-one-out score (Eq. 4-5).
///
/// # Errors
/// An invalid [`Grids`] or [`Settings`], [`Error::SampleEmpty`], [`Error::NoEstimableCell`], or
/// [`Error::Interrupted`].
///
/// ```
/// use trop_core::{loocv_grid_search, Grids, Panel, SearchOptions, Settings, Silent};
/// let outcome = [1.0, 2.0, 4.0, 2.0, 3.0, 5.5, 0.0, 1.5, 9.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, 3, 3)?;
/// let grids = Grids { time: vec![0.0, 1.0], unit: vec![0.0], nn: vec![f64::INFINITY] };
/// let options = SearchOptions::default();
/// let search = loocv_grid_search(&panel, &grids, &options, &Settings::default(), &Silent)?;
/// assert_eq!(search.scores.len(), 2);
/// assert_eq!(search.n_cells, 8);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn loocv_grid_search(
    panel: &Panel,
    grids: &Grids,
    options: &SearchOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Search> {
    grids.validate()?;
    if options.max_cells == Some(0) {
        return Err(Error::SampleEmpty);
    }
    let units_differ = grids.unit.iter().any(|&l| l > 0.0);
    let loocv =
        Loocv::new(panel, units_differ, options.max_cells, options.seed, settings, monitor)?;
    let rounding = (ROUNDING * panel.scale()).powi(2);
    let mut book = Book { loocv, abandon: options.abandon, scores: Vec::new(), rounding };
    let winner = match options.method {
        Method::Grid => book.best(&grids.triples())?,
        Method::Cycle => book.cycle(grids)?,
    };
    Ok(Search {
        lambdas: winner.lambdas,
        score: winner.score,
        n_cells: book.loocv.n_cells(),
        n_not_estimable: book.loocv.n_not_estimable,
        scores: book.scores,
    })
}

/// Every score so far: none is computed twice.
struct Book<'a> {
    loocv: Loocv<'a>,
    abandon: bool,
    scores: Vec<Score>,
    /// A squared effect that is rounding.
    rounding: f64,
}

impl Book<'_> {
    fn find(&self, lambdas: &Lambdas) -> Option<&Score> {
        self.scores.iter().find(|s| s.lambdas == *lambdas)
    }

    /// The best of some candidates, scoring those that are not in the book.
    fn best(&mut self, candidates: &[Lambdas]) -> Result<Score> {
        let new: Vec<Lambdas> =
            candidates.iter().filter(|l| self.find(l).is_none()).copied().collect();
        if self.abandon {
            for lambdas in new {
                let bound = self.tie_bound(candidates);
                let score = self.loocv.score_below(&lambdas, bound)?;
                self.scores.push(score);
            }
        } else if !new.is_empty() {
            let scores = self.loocv.score(&new)?;
            self.scores.extend(scores);
        }
        self.winner(candidates)
    }

    fn known<'b>(&'b self, candidates: &'b [Lambdas]) -> impl Iterator<Item = &'b Score> {
        candidates.iter().filter_map(|l| self.find(l)).filter(|s| !s.abandoned)
    }

    /// The largest score that ties with the least.
    fn tie_bound(&self, candidates: &[Lambdas]) -> f64 {
        let least = self.known(candidates).map(|s| s.score).fold(f64::INFINITY, f64::min);
        (least * (1.0 + TIE)).max(self.loocv.n_cells() as f64 * self.rounding)
    }

    fn winner(&self, candidates: &[Lambdas]) -> Result<Score> {
        let bound = self.tie_bound(candidates);
        let preferred = |a: &&Score, b: &&Score| {
            let (a, b) = (a.lambdas, b.lambdas);
            b.nn.total_cmp(&a.nn).then(a.time.total_cmp(&b.time)).then(a.unit.total_cmp(&b.unit))
        };
        self.known(candidates)
            .filter(|s| s.score.is_finite() && s.score <= bound)
            .min_by(preferred)
            .copied()
            .ok_or(Error::NoEstimableCell {
                what: "control cell",
                not_estimable: self.loocv.n_cells(),
            })
    }

    fn cycle(&mut self, grids: &Grids) -> Result<Score> {
        let mut at = Lambdas { unit: 0.0, nn: f64::INFINITY, time: grids.time[0] };
        let mut winner = None;
        for _ in 0..ROUNDS {
            let before = at;
            let time: Vec<Lambdas> =
                grids.time.iter().map(|&time| Lambdas { time, ..at }).collect();
            at = self.best(&time)?.lambdas;
            let unit: Vec<Lambdas> =
                grids.unit.iter().map(|&unit| Lambdas { unit, ..at }).collect();
            at = self.best(&unit)?.lambdas;
            let nn: Vec<Lambdas> = grids.nn.iter().map(|&nn| Lambdas { nn, ..at }).collect();
            let best = self.best(&nn)?;
            at = best.lambdas;
            let settled = winner.is_some() && at == before;
            winner = Some(best);
            if settled {
                break;
            }
        }
        winner.ok_or(Error::GridEmpty { name: "nn" })
    }
}
