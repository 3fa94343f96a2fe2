//! Choosing the lambdas by cross-validation.

use super::adaptive::{between_neighbours, beyond, is_edge, Axis};
use super::book::{Book, ROUNDS};
use super::criterion::{placebo_panels, Criterion};
use super::grids::Grids;
use super::loocv::Loocv;
use super::placebo_cv::{PlaceboCv, Squared};
use super::race::{is_worth_it, race};
use super::scoring::{Objective, Score};
use crate::by_name::{self, by_name};
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::panel::Panel;
use crate::runtime::Monitor;
use crate::settings::Settings;

/// How often an adaptive search widens the grid of a lambda.
const WIDENINGS: usize = 10;

/// How often an adaptive search zooms in.
const ZOOMS: usize = 2;

/// Which candidates are scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Method {
    /// The best of a few triples far apart, and from there to better ones nearby; all of them are scored on all
    /// cells. A study (docs/tuning.md) compares it with all triples; nothing guarantees the least score.
    ///
    /// 1. Candidates sorted by how far they depart from two-way fixed effects (`time` and `unit` rising, `nn`
    ///    falling): the triples of the first of each half of the times, each half of the units, and each third
    ///    of the penalties.
    /// 2. From the best of them, and from the best with the weakest weights: all penalties; from the best of
    ///    these a walk both ways along the unit weights, and from its best one along the time weights; again,
    ///    until the best stays the same. A walk takes at each step the penalty next to that of the step before,
    ///    on and on as long as the score falls, of ties the smaller one, and ends at the third step up in a row.
    /// 3. Around the best so far: unit and time weights up to one step away, with penalties as in a walk (from
    ///    the smallest of those that tie). If one is better, step 2 from there.
    /// 4. Without a low-rank part, at the largest penalty: from the strongest weights all times and all units in
    ///    turn, until the best stays the same. If one is the best so far, steps 2 and 3 from there.
    Descent,
    /// A descent on a sample of the control cells, whose candidates race. The default: a study (docs/tuning.md)
    /// compares it with a descent on all cells. For leave-one-out cross-validation on 400 cells or more; elsewhere it
    /// is a [`Method::Descent`].
    ///
    /// 1. Control cells are put in random order (with the seed), and cut into heats of 100, 200, 400, and so on; the
    ///    last has all that are left. A descent on the first heat proposes candidates.
    /// 2. After each heat every candidate is compared with the best one so far, cell by cell on the cells so far.
    ///    What is not better by 0.02% of the best score, give or take three standard errors of the mean difference,
    ///    is dropped ([`Score::abandoned`]); the others go on to the next heat. Fits of heats are certified to 1e-3.
    /// 3. What is left after the last heat (the best, and what is at most 0.02% above it) is scored on all
    ///    cells at full precision, and the least of these scores is the choice.
    /// 4. What is around the choice (all penalties at its weights, one step in each lambda) races against it in the
    ///    same way; again from a new choice, until it stays the same. Larger penalties that tie with it are tried.
    ///
    /// So the score of the choice is of all cells at full precision, as in every search. That no other candidate of the descent is better by
    /// more than 0.1% is likely, not certain.
    #[default]
    Race,
    /// Every triple.
    Grid,
    /// One lambda at a time (the paper's footnote 2): first `time` at `unit = 0`, `nn = inf`; then
    /// `unit` at `nn = inf`; then `nn`; then round and round, each at the others' latest choice, until a
    /// round changes nothing. Where the low-rank part matters it often ends at `nn = inf`, far from the
    /// least score: weights chosen without it first explain what it should explain.
    Cycle,
    /// A descent whose grids grow around the choice, and never worse than it:
    ///
    /// 1. [`Method::Descent`] on the grids.
    /// 2. As long as the choice of some lambda is the largest or smallest of its candidates and not 0 or
    ///    infinite: one more candidate beyond it, further by the ratio of the two outermost candidates
    ///    there that are positive and finite (2 if there is but one), then from the choice all candidates of
    ///    `nn`, `unit` and `time`, each at the others' latest choice, and those of step 3 of the descent,
    ///    until a round changes nothing. At most 10 times for each lambda.
    /// 3. Twice: for each lambda one more candidate between the choice and each of its two neighbours (the
    ///    geometric mean; half of the neighbour above 0; twice the finite one below infinity), then rounds as
    ///    in step 2.
    ///
    /// A grid of nothing but 0 or infinity stays as it is.
    Adaptive,
}

impl Method {
    /// Its name: `race`, `descent`, `grid`, `cycle` or `adaptive`.
    ///
    /// ```
    /// assert_eq!(trop_core::Method::Cycle.name(), "cycle");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Method::Race => "race",
            Method::Descent => "descent",
            Method::Grid => "grid",
            Method::Cycle => "cycle",
            Method::Adaptive => "adaptive",
        }
    }

    /// About how many candidates it scores, those of a race in scores of all cells: the shares of all triples that
    /// docs/tuning.md finds. An adaptive search is a descent and about as much again.
    fn typical_candidates(self, grids: &Grids, n_cells: usize) -> usize {
        let all = [&grids.time, &grids.unit, &grids.nn]
            .iter()
            .map(|grid| grid.len() as f64)
            .product::<f64>();
        let share = match self {
            Method::Grid => 1.0,
            Method::Race if is_worth_it(n_cells) => 0.07,
            Method::Race | Method::Descent => 0.26,
            Method::Cycle => 0.1,
            Method::Adaptive => 0.52,
        };
        (share * all).ceil() as usize
    }

    /// The method of a name.
    ///
    /// ```
    /// use trop_core::Method;
    /// assert_eq!(Method::from_name("adaptive"), Some(Method::Adaptive));
    /// assert_eq!(Method::from_name("random"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(
    Method,
    "search",
    [Method::Race, Method::Descent, Method::Grid, Method::Cycle, Method::Adaptive]
);

/// How to search.
///
/// ```
/// use trop_core::{Criterion, Method, SearchOptions};
/// let options = SearchOptions::default();
/// assert_eq!((options.method, options.criterion), (Method::Race, Criterion::Auto));
/// assert_eq!((options.max_cells, options.seed, options.abandon), (None, 0, false));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SearchOptions {
    /// Default [`Method::Race`].
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

type LambdaName = &'static str;

#[cfg(feature = "serde")]
fn read_lambda_name<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> std::result::Result<LambdaName, D::Error> {
    let name = <String as serde::Deserialize>::deserialize(from)?;
    let known = ["time", "unit", "nn"].into_iter().find(|known| *known == name);
    known.ok_or_else(|| serde::de::Error::custom(format!("no lambda is called {name}")))
}

/// A choice at an end of its candidates, beyond which a better one may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Edge {
    /// `time`, `unit` or `nn`.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "read_lambda_name"))]
    pub lambda: LambdaName,
    /// True at the largest candidate, false at the smallest.
    pub upper: bool,
    /// The choice.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub value: f64,
}

/// The chosen lambdas and how they were found.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Search {
    /// The winner. Ties (within 1e-10, relative) go to the larger `nn`, then the smaller `time`, then
    /// the smaller `unit`.
    pub lambdas: Lambdas,
    /// Its score.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
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
/// use trop_core::{loocv_grid_search, Grids, Panel, SearchOptions, Settings, Shape, Silent};
/// let outcome = [1.0, 2.0, 4.0, 2.0, 3.0, 5.5, 0.0, 1.5, 9.0];
/// let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
/// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 3, n_periods: 3 })?;
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
    let (loocv, placebo);
    let mut race_on = None;
    let objective: &dyn Objective = match criterion {
        Criterion::PlaceboSets { .. } | Criterion::PlaceboFolds { .. } | Criterion::Blocks => {
            let is_of_cells = criterion == Criterion::Blocks;
            let squared = if is_of_cells { Squared::Effects } else { Squared::Att };
            placebo = PlaceboCv::new(&placebos, squared, units_differ, settings, monitor)?;
            &placebo
        }
        Criterion::Auto | Criterion::Loocv => {
            let SearchOptions { max_cells, seed, .. } = *options;
            loocv = Loocv::new(panel, units_differ, max_cells, seed, settings, monitor)?;
            let races = options.method == Method::Race && is_worth_it(loocv.cells().len());
            race_on = races.then_some(&loocv);
            &loocv
        }
    };
    let candidates = options.method.typical_candidates(grids, objective.n_terms());
    monitor.expect_search(candidates, objective.fits_per_candidate());
    // A race keeps the terms of the few scores that it completes, and so cannot abandon them.
    let abandon = options.abandon && race_on.is_none();
    let mut book = Book::new(objective, panel.scale(), abandon, settings, monitor)?;
    let mut raced = None;
    if let Some(loocv) = race_on {
        book = book.with_lanes();
        raced = race(&mut book, loocv, grids, panel.scale(), options.seed, settings, monitor)?;
    }
    let mut grids = grids.clone();
    let (winner, mut scores) = match raced {
        Some(raced) => raced,
        None => (book.search(options.method, &mut grids)?, Vec::new()),
    };
    scores.extend(book.scores);
    Ok(Search {
        lambdas: winner.lambdas,
        score: winner.score,
        criterion,
        n_cells: objective.n_terms(),
        n_not_estimable: objective.n_not_estimable(),
        edges: edges(&grids, &winner.lambdas),
        scores,
    })
}

impl Book<'_> {
    /// The candidate that a method chooses; `grids` grow if it is adaptive.
    pub fn search(&mut self, method: Method, grids: &mut Grids) -> Result<Score> {
        match method {
            Method::Race | Method::Descent => self.descent(grids),
            Method::Grid => {
                grids.check_room(self.n_terms())?;
                self.best(&grids.triples())
            }
            Method::Cycle => self.cycle(grids),
            Method::Adaptive => self.adaptive(grids),
        }
    }

    /// One lambda after the other, each at the others' latest choice, until a round changes nothing.
    fn cycle(&mut self, grids: &Grids) -> Result<Score> {
        let mut at = Lambdas { time: grids.time[0], unit: 0.0, nn: f64::INFINITY };
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

    /// A descent whose grids grow.
    fn adaptive(&mut self, grids: &mut Grids) -> Result<Score> {
        let mut best = self.descent(grids)?;
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
            best = self.settle(grids)?;
        }
        for _ in 0..ZOOMS {
            for axis in Axis::ALL {
                let new = between_neighbours(axis.grid(grids), axis.value(&best.lambdas));
                axis.grid_mut(grids).extend(new);
            }
            best = self.settle(grids)?;
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
