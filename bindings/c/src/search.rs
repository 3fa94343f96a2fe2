//! Choosing the lambdas.

use crate::arguments::required;
use crate::grids::trop_grids;
use crate::guard::guard;
use crate::options::trop_options;
use crate::panel::trop_panel;
use crate::results::give;
use crate::running::run;
use crate::status::trop_status;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Grids, Lambdas, Score, Search, Stage};

/// The tuning parameters, always by name.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_lambdas {
    /// Decay of the time weights per period, >= 0 (no unit). 0: all periods alike.
    pub time: f64,
    /// Decay of the unit weights per unit of the outcome, >= 0. 0: all units alike.
    pub unit: f64,
    /// Penalty on the nuclear norm, >= 0, in units of the outcome. INFINITY: no low-rank part (weighted
    /// two-way fixed effects). 0 is read as the limit from above.
    pub nn: f64,
}

/// The leave-one-out score of one candidate.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_score {
    /// The candidate.
    pub lambdas: trop_lambdas,
    /// The sum of squared leave-one-out effects, in squared units of the outcome. Infinite if the weights
    /// of some cell are zero in floating point. A lower bound if `abandoned`.
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

impl From<Lambdas> for trop_lambdas {
    fn from(Lambdas { time, unit, nn }: Lambdas) -> Self {
        trop_lambdas { time, unit, nn }
    }
}

impl From<trop_lambdas> for Lambdas {
    fn from(trop_lambdas { time, unit, nn }: trop_lambdas) -> Self {
        Lambdas { time, unit, nn }
    }
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

/// The chosen lambdas and how they were found. Any number of threads may read it at once.
pub struct trop_search {
    found: Search,
    scores: Vec<trop_score>,
}

/// Searches grids for the lambdas of least leave-one-out score. `grids` may be NULL:
/// trop_panel_default_grids() then.
///
/// Uses the options `search_...`, `loocv_tolerance`, `max_iterations`, `threads` and `progress`; NULL for
/// the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_NO_ESTIMABLE_CELL`, invalid options (`TROP_OPTIONS_SIZE`,
/// `TROP_OPTION_INVALID`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
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
    guard(|| {
        let panel = &required(panel, "panel")?.0;
        let search = required(search, "search")?;
        // SAFETY: by this function's contract.
        let options = unsafe { trop_options::read(options) }?;
        let (how, settings) = (options.search()?, options.settings());
        let found = run(&options, Stage::Search, |hook| {
            let grids = grids.map_or_else(|| Grids::default_for(panel), |g| Ok(g.0.clone()))?;
            trop_core::loocv_grid_search(panel, &grids, &how, &settings, hook)
        })?;
        let scores = found.scores.iter().map(|&score| score.into()).collect();
        give(trop_search { found, scores }, search);
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

/// Number of control cells on which candidates are scored; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_search_n_cells(search: Option<&trop_search>) -> usize {
    search.map_or(0, |s| s.found.n_cells)
}

/// Number of control cells left out for every candidate alike, because some candidate cannot estimate
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
