//! Choosing the lambdas by cross-validation.

use super::adaptive::{between_neighbours, beyond, is_edge, Axis};
use super::criterion::{placebo_panels, Criterion};
use super::grids::Grids;
use super::loocv::Loocv;
use super::placebo_cv::PlaceboCv;
use super::scoring::{Objective, Score, Scorer};
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::panel::Panel;
use crate::runtime::Monitor;
use crate::settings::Settings;

/// Scores within this relative distance of the least are ties.
const TIE: f64 = 1e-10;

/// So are scores whose effects are, in root mean square, below this share of the panel's scale.
const ROUNDING: f64 = 1e-12;

/// Rounds after which a cycle search ends even if it still moves.
const ROUNDS: usize = 100;

/// How often an adaptive search widens the grid of a lambda.
const WIDENINGS: usize = 10;

/// How often an adaptive search zooms in.
const ZOOMS: usize = 2;

/// Which candidates are scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Every triple.
    Grid,
    /// One lambda at a time (the paper's footnote 2): first `time` at `unit = 0`, `nn = inf`; then
    /// `unit` at `nn = inf`; then `nn`; then round and round, each at the others' latest choice, until a
    /// round changes nothing.
    #[default]
    Cycle,
    /// A cycle search whose grids grow around the choice, and never worse than it:
    ///
    /// 1. [`Method::Cycle`] on the grids.
    /// 2. As long as the choice of some lambda is the largest or smallest of its candidates and not 0 or
    ///    infinite: one more candidate beyond it, further by the ratio of the two outermost candidates
    ///    there that are positive and finite (2 if there is but one), then round and round again from the
    ///    choice. At most 10 times for each lambda.
    /// 3. Twice: for each lambda one more candidate between the choice and each of its two neighbours (the
    ///    geometric mean; half of the neighbour above 0; twice the finite one below infinity), then round
    ///    and round again from the choice.
    ///
    /// A grid of nothing but 0 or infinity stays as it is.
    Adaptive,
}

impl Method {
    const ALL: [Method; 3] = [Method::Grid, Method::Cycle, Method::Adaptive];

    /// Its name: `grid`, `cycle` or `adaptive`.
    ///
    /// ```
    /// assert_eq!(trop_core::Method::Cycle.name(), "cycle");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Method::Grid => "grid",
            Method::Cycle => "cycle",
            Method::Adaptive => "adaptive",
        }
    }

    /// The method of a name.
    ///
    /// ```
    /// use trop_core::Method;
    /// assert_eq!(Method::from_name("adaptive"), Some(Method::Adaptive));
    /// assert_eq!(Method::from_name("random"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// How to search.
///
/// ```
/// use trop_core::{Criterion, Method, SearchOptions};
/// let options = SearchOptions::default();
/// assert_eq!((options.method, options.criterion), (Method::Cycle, Criterion::Auto));
/// assert_eq!((options.max_cells, options.seed, options.abandon), (None, 0, false));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SearchOptions {
    /// Default [`Method::Cycle`].
    pub method: Method,
    /// Default [`Criterion::Auto`].
    pub criterion: Criterion,
    /// Leave-one-out cross-validation on a random sample of this many control cells; `None` (the default)
    /// for all. Plays no part in placebo cross-validation.
    pub max_cells: Option<usize>,
    /// Seed of that sample, or of the placebo sets; default 0.
    pub seed: u64,
    /// Stop scoring a candidate once it can no longer win; its score is then a lower bound. Default
    /// false. The winner is the same, unless a score just at the tie decides.
    pub abandon: bool,
}

/// A choice at an end of its candidates, beyond which a better one may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// `time`, `unit` or `nn`.
    pub lambda: &'static str,
    /// True at the largest candidate, false at the smallest.
    pub upper: bool,
    /// The choice.
    pub value: f64,
}

/// The chosen lambdas and how they were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The winner. Ties (within 1e-10, relative) go to the larger `nn`, then the smaller `time`, then
    /// the smaller `unit`.
    pub lambdas: Lambdas,
    /// Its score.
    pub score: f64,
    /// Every computed score, in order of computation; none is computed twice.
    pub scores: Vec<Score>,
    /// The criterion used, never [`Criterion::Auto`].
    pub criterion: Criterion,
    /// Control cells, or placebo sets, on which candidates are scored.
    pub n_cells: usize,
    /// Control cells, or placebo sets, left out for every candidate alike, because some candidate cannot
    /// estimate them.
    pub n_not_estimable: usize,
    /// Where the winner is the largest or smallest of the candidates of a lambda, those included that an
    /// adaptive search added: a wider grid may hold a better one. Nothing lies beyond 0 or infinity, and
    /// of a lambda with a single candidate there was no choice.
    pub edges: Vec<Edge>,
}

/// Searches `grids` for the lambdas of least score: by default the sum of squared leave-one-out effects
/// (Eq. 4-5), or that of another [`Criterion`].
///
/// # Errors
/// An invalid [`Grids`] or [`Settings`], [`Error::SampleEmpty`], [`Error::PlaceboSetsImpossible`],
/// [`Error::NoEstimableCell`], [`Error::CovariatesWithoutPenalty`], or [`Error::Interrupted`].
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
    panel.check_penalty(&grids.nn)?;
    if options.max_cells == Some(0) {
        return Err(Error::SampleEmpty);
    }
    let criterion = options.criterion.resolve(panel);
    let units_differ = grids.unit.iter().any(|&l| l > 0.0);
    let placebos = placebo_panels(panel, criterion, options.seed)?;
    let objective: Box<dyn Objective + '_> = match criterion {
        Criterion::PlaceboSets { .. } | Criterion::PlaceboFolds { .. } => {
            Box::new(PlaceboCv::new(&placebos, units_differ, settings)?)
        }
        Criterion::Auto | Criterion::Loocv => {
            let SearchOptions { max_cells, seed, .. } = *options;
            Box::new(Loocv::new(panel, units_differ, max_cells, seed, settings)?)
        }
    };
    let objective = objective.as_ref();
    let mut book = Book {
        scorer: Scorer::new(objective, settings, monitor)?,
        objective,
        abandon: options.abandon,
        scores: Vec::new(),
        rounding: objective.score(objective.n_terms() as f64 * (ROUNDING * panel.scale()).powi(2)),
    };
    let mut grids = grids.clone();
    let winner = match options.method {
        Method::Grid => book.best(&grids.triples())?,
        Method::Cycle => book.cycle(&grids)?,
        Method::Adaptive => book.adaptive(&mut grids)?,
    };
    Ok(Search {
        lambdas: winner.lambdas,
        score: winner.score,
        criterion,
        n_cells: objective.n_terms(),
        n_not_estimable: objective.n_not_estimable(),
        edges: edges(&grids, &winner.lambdas),
        scores: book.scores,
    })
}

/// Every score so far: none is computed twice.
struct Book<'a> {
    scorer: Scorer<'a>,
    objective: &'a dyn Objective,
    abandon: bool,
    scores: Vec<Score>,
    /// A score that is nothing but rounding.
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
                let score = self.scorer.score_below(&lambdas, bound)?;
                self.scores.push(score);
            }
        } else if !new.is_empty() {
            let scores = self.scorer.score(&new)?;
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
        (least * (1.0 + TIE)).max(self.rounding)
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
                what: self.objective.what(),
                not_estimable: self.objective.n_terms(),
            })
    }

    fn cycle(&mut self, grids: &Grids) -> Result<Score> {
        self.cycle_from(grids, Lambdas { time: grids.time[0], unit: 0.0, nn: f64::INFINITY })
    }

    /// Chooses one lambda after the other, until a round changes nothing.
    fn cycle_from(&mut self, grids: &Grids, start: Lambdas) -> Result<Score> {
        let mut at = start;
        let mut winner = None;
        for _ in 0..ROUNDS {
            let before = at;
            for axis in Axis::ALL {
                let best = self.best(&axis.line(grids, at))?;
                at = best.lambdas;
                winner = Some(best);
            }
            if at == before {
                break;
            }
        }
        winner.ok_or(Error::GridEmpty { name: "nn" })
    }

    /// A cycle search whose grids grow.
    fn adaptive(&mut self, grids: &mut Grids) -> Result<Score> {
        let mut best = self.cycle(grids)?;
        let mut widened = [0; Axis::ALL.len()];
        loop {
            let mut grown = false;
            for (axis, widened) in Axis::ALL.into_iter().zip(&mut widened) {
                let new = beyond(axis.grid(grids), axis.value(&best.lambdas));
                if *widened < WIDENINGS && !new.is_empty() {
                    axis.grid_mut(grids).extend(new);
                    *widened += 1;
                    grown = true;
                }
            }
            if !grown {
                break;
            }
            best = self.cycle_from(grids, best.lambdas)?;
        }
        for _ in 0..ZOOMS {
            for axis in Axis::ALL {
                let new = between_neighbours(axis.grid(grids), axis.value(&best.lambdas));
                axis.grid_mut(grids).extend(new);
            }
            best = self.cycle_from(grids, best.lambdas)?;
        }
        Ok(best)
    }
}

/// Where a choice is an end of its candidates.
fn edges(grids: &Grids, choice: &Lambdas) -> Vec<Edge> {
    let mut edges = Vec::new();
    for axis in Axis::ALL {
        let (grid, value) = (axis.grid(grids), axis.value(choice));
        for upper in [false, true] {
            if grid.len() > 1 && is_edge(grid, value, upper) {
                edges.push(Edge { lambda: axis.name(), upper, value });
            }
        }
    }
    edges
}
