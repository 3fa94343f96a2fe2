//! Choosing the lambdas.

use crate::abi::arguments::required;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::trop_criterion;
use crate::data::panel::{trop_panel, with_panel};
use crate::data::types::trop_lambdas;
use crate::model::grids::trop_grids;
use crate::model::options::trop_options;
use crate::model::running::run;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Edge, Grids, Score, Search, Stage};

/// The score of one candidate.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_score {
    /// The candidate.
    pub lambdas: trop_lambdas,
    /// The sum of squared leave-one-out effects, in squared units of the outcome; infinite if the weights
    /// of some cell are zero in floating point. In placebo cross-validation the root mean square of the
    /// placebo sets' average effects, in units of the outcome. A lower bound if `abandoned`.
    pub score: f64,
    /// Control cells, or placebo sets, that were scored.
    pub n_cells: usize,
    /// Largest relative gap of the fits.
    pub max_gap: f64,
    /// Fits not certified to the tolerance.
    pub n_uncertified: usize,
    /// True if scoring stopped once the candidate could no longer win.
    pub abandoned: bool,
}

impl From<Score> for trop_score {
    fn from(s: Score) -> Self {
        trop_score {
            lambdas: s.lambdas.into(),
            score: s.score,
            n_cells: s.n_cells,
            max_gap: s.max_gap,
            n_uncertified: s.n_uncertified,
            abandoned: s.abandoned,
        }
    }
}

/// One of the tuning parameters.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_lambda {
    /// trop_lambdas.time
    TROP_LAMBDA_TIME = 0,
    /// trop_lambdas.unit
    TROP_LAMBDA_UNIT = 1,
    /// trop_lambdas.nn
    TROP_LAMBDA_NN = 2,
}

/// A choice at an end of its candidates, beyond which a better one may lie.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_edge {
    /// Which lambda.
    pub lambda: trop_lambda,
    /// True at the largest candidate, false at the smallest.
    pub upper: bool,
    /// The choice.
    pub value: f64,
}

impl From<&Edge> for trop_edge {
    fn from(&Edge { lambda, upper, value, .. }: &Edge) -> Self {
        let lambda = match lambda {
            "time" => trop_lambda::TROP_LAMBDA_TIME,
            "unit" => trop_lambda::TROP_LAMBDA_UNIT,
            "nn" => trop_lambda::TROP_LAMBDA_NN,
            other => unreachable!("no lambda is called {other}"),
        };
        trop_edge { lambda, upper, value }
    }
}

/// The chosen lambdas and how they were found. Any number of threads may read it at once.
pub struct trop_search {
    found: Search,
    scores: Vec<trop_score>,
    edges: Vec<trop_edge>,
}

impl From<Search> for trop_search {
    fn from(found: Search) -> Self {
        let scores = found.scores.iter().map(|&score| score.into()).collect();
        let edges = found.edges.iter().map(Into::into).collect();
        trop_search { found, scores, edges }
    }
}

/// Searches grids for the lambdas of least score: by default the sum of squared leave-one-out effects, or
/// what `search_criterion` says. `grids` may be NULL: trop_panel_default_grids() then.
///
/// Uses the options `search_...`, `loocv_tolerance`, `max_iterations`, `threads` and `progress`; NULL for
/// the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_NO_ESTIMABLE_CELL`, `TROP_PLACEBO_SETS_IMPOSSIBLE`,
/// `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options (`TROP_OPTIONS_SIZE`, `TROP_OPTION_INVALID`,
/// `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`,
/// `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// `options` has the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_search(
    panel: Option<&trop_panel>,
    grids: Option<&trop_grids>,
    options: *const trop_options,
    search: Option<&mut MaybeUninit<*mut trop_search>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let search = required(search, "search")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let (how, settings) = (options.search()?, options.settings());
        let found = run(&options, Stage::Search, |hook| {
            let grids = grids.map_or_else(|| Grids::default_for(panel), |g| Ok(g.0.clone()))?;
            trop_core::loocv_grid_search(panel, &grids, &how, &settings, hook)
        })?;
        give(trop_search::from(found), search);
        Ok(())
    })
}

/// Frees a search. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_search_free(search: Option<Box<trop_search>>) {
    drop(search);
}

/// The winner. Ties (within 1e-10, relative) go to the larger nn, then the smaller time, then the smaller
/// unit. All NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_search_lambdas(search: Option<&trop_search>) -> trop_lambdas {
    let none = trop_lambdas { time: f64::NAN, unit: f64::NAN, nn: f64::NAN };
    search.map_or(none, |s| s.found.lambdas.into())
}

/// The winner's score; NaN for NULL.
#[no_mangle]
pub extern "C" fn trop_search_score(search: Option<&trop_search>) -> f64 {
    search.map_or(f64::NAN, |s| s.found.score)
}

/// The criterion used, never `TROP_CRITERION_AUTO`; that for NULL.
#[no_mangle]
pub extern "C" fn trop_search_criterion(search: Option<&trop_search>) -> trop_criterion {
    search.map_or(trop_criterion::TROP_CRITERION_AUTO, |s| s.found.criterion.into())
}

/// Number of control cells, or of placebo sets, on which candidates are scored; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_search_n_cells(search: Option<&trop_search>) -> usize {
    search.map_or(0, |s| s.found.n_cells)
}

/// Number of control cells, or of placebo sets, left out for every candidate alike, because some candidate cannot estimate
/// them; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_search_n_not_estimable(search: Option<&trop_search>) -> usize {
    search.map_or(0, |s| s.found.n_not_estimable)
}

/// Number of scores computed; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_search_n_scores(search: Option<&trop_search>) -> usize {
    search.map_or(0, |s| s.scores.len())
}

/// Every computed score, trop_search_n_scores() of them, in order of computation. Borrowed for the
/// handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_search_scores(search: Option<&trop_search>) -> *const trop_score {
    search.map_or(ptr::null(), |s| s.scores.as_ptr())
}

/// Number of edges; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_search_n_edges(search: Option<&trop_search>) -> usize {
    search.map_or(0, |s| s.edges.len())
}

/// Where the winner is the largest or smallest of the candidates of a lambda, trop_search_n_edges() of them:
/// a wider grid may hold a better one. Nothing lies beyond 0 or infinity, and of a lambda with a single
/// candidate there was no choice. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_search_edges(search: Option<&trop_search>) -> *const trop_edge {
    search.map_or(ptr::null(), |s| s.edges.as_ptr())
}
