//! Options: one struct for all functions, that may grow.

use crate::abi::arguments::choice;
use crate::abi::failure::{Failure, Result};
use crate::abi::guard::guard;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::trop_criterion::{self, *};
use crate::data::names::trop_inference_method::{self, *};
use crate::data::names::trop_stage;
use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr;
use trop_core::{
    AnalysisOptions, BootstrapOptions, Criterion, Grids, InferenceMethod, InferenceOptions, Method,
    Retuning, SearchOptions, Settings,
};

/// Which candidates a search scores.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_search_method {
    /// Every triple.
    TROP_SEARCH_GRID = 0,
    /// One lambda at a time: time at unit = 0, nn = infinity; then unit at nn = infinity; then nn; then
    /// round and round, each at the others' latest choice, until a round changes nothing.
    TROP_SEARCH_CYCLE = 1,
    /// A descent whose grids grow around the choice: beyond their ends while it lies there, and
    /// between the candidates beside it.
    TROP_SEARCH_ADAPTIVE = 2,
    /// The best of a few candidates far apart, and from there on to better ones nearby, the penalty following
    /// the weights, until nothing changes; all are scored on all cells.
    TROP_SEARCH_DESCENT = 3,
    /// The same on 100 control cells; then its candidates are compared on more and more cells, losers are
    /// abandoned, and what is left is scored on all. A descent where there are fewer than 400 cells to score.
    TROP_SEARCH_RACE = 4,
}

use trop_search_method::*;

/// Hears of progress, and may stop the computation by returning anything but 0: the function then
/// returns `TROP_INTERRUPTED`.
///
/// It is called on the thread that called the library, about ten times a second while that thread waits
/// for the computation, and once more when it is done; a stop is obeyed then too. So it needs no locks,
/// and may call this library. It must return: no longjmp, no C++ exception. `done` of `total` pieces of
/// the stage are finished; `total` is 0 until it is known. `data` is `progress_data` of the options.
pub type trop_progress = Option<
    unsafe extern "C" fn(stage: trop_stage, done: usize, total: usize, data: *mut c_void) -> i32,
>;

/// How to compute; what a field means is the same in every function that uses it. Fill it with
/// trop_options_default(), then change what you like. Fields may be added at the end in later versions;
/// `struct_size` tells the library which it can read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct trop_options {
    /// Size of this struct in bytes, set by trop_options_default().
    pub struct_size: usize,
    /// Relative duality gap at which an estimate's fit is certified. In (0, 1); default 1e-8.
    pub tolerance: f64,
    /// The same for the fits of a search. In (0, 1); default 1e-8.
    pub loocv_tolerance: f64,
    /// Iterations after which a fit is given up as not certified. At least 1; default 10,000.
    pub max_iterations: usize,
    /// Threads that compute; 0 (the default) for one per core. Results do not depend on it.
    pub threads: usize,
    /// Search: one of `trop_search_method`; default `TROP_SEARCH_RACE`.
    pub search_method: i32,
    /// Search: if not 0, stop scoring a candidate once it can no longer win; its score is then a lower
    /// bound. Default 0.
    pub search_abandon: i32,
    /// Leave-one-out search: score on a random sample of this many control cells; 0 (the default) for all.
    pub search_max_cells: usize,
    /// Search: seed of that sample, or of the placebo sets; default 0.
    pub search_seed: u64,
    /// Bootstrap: number of draws, at least 2; default 200.
    pub bootstrap_draws: usize,
    /// Bootstrap: level of the interval, in (0, 1); default 0.95.
    pub bootstrap_level: f64,
    /// Bootstrap: seed; default 0. Draw k of a seed is the same whatever the number of draws or threads.
    pub bootstrap_seed: u64,
    /// Called with progress, if not NULL (the default).
    pub progress: trop_progress,
    /// Passed to `progress`; default NULL.
    pub progress_data: *mut c_void,
    /// Search: what it minimizes, one of `trop_criterion`; default `TROP_CRITERION_AUTO`.
    pub search_criterion: i32,
    /// Inference: where standard errors come from, one of `trop_inference_method`; default
    /// `TROP_INFERENCE_AUTO`.
    pub inference_method: i32,
    /// Search by `TROP_CRITERION_PLACEBO_SETS`: number of placebo sets, at least 2; default 20.
    pub search_placebo_sets: usize,
    /// Search by `TROP_CRITERION_PLACEBO_FOLDS`: number of folds, from 2 to the number of never-treated
    /// units; default 5.
    pub search_placebo_folds: usize,
    /// Inference: bootstrap draws or placebo assignments, at least 2; default 200. With one treated unit
    /// each never-treated unit is assigned once, and this is the largest number of them.
    pub inference_draws: usize,
    /// Inference: level of the intervals, in (0, 1); default 0.95.
    pub inference_level: f64,
    /// Inference: seed; default 0. Draw k of a seed is the same whatever the number of draws or threads.
    pub inference_seed: u64,
    /// Inference and averages: if not 0, event-time groupings have averages of effects before treatment
    /// too, in each draw as well. Default 1.
    pub pre_periods: i32,
}

// SAFETY: numbers, a pointer that only the caller reads, and a function pointer that may be NULL (a wrong one
// is the caller's own).
unsafe impl Versioned for trop_options {
    const SIZES: &'static [usize] =
        &[offset_of!(trop_options, search_criterion), size_of::<trop_options>()];
    const NAME: &'static str = "options";
    const FILL: &'static str = "trop_options_default";

    fn set_size(&mut self, size: usize) {
        self.struct_size = size;
    }
}

impl Default for trop_options {
    fn default() -> Self {
        let settings = Settings::default();
        let search = SearchOptions::default();
        let bootstrap = BootstrapOptions::default();
        let inference = InferenceOptions::default();
        trop_options {
            struct_size: size_of::<trop_options>(),
            tolerance: settings.tolerance,
            loocv_tolerance: settings.loocv_tolerance,
            max_iterations: settings.max_iterations,
            threads: settings.threads.unwrap_or(0),
            search_method: match search.method {
                Method::Grid => TROP_SEARCH_GRID,
                Method::Cycle => TROP_SEARCH_CYCLE,
                Method::Adaptive => TROP_SEARCH_ADAPTIVE,
                Method::Descent => TROP_SEARCH_DESCENT,
                Method::Race => TROP_SEARCH_RACE,
                other => unreachable!("'{other}' has no value in C"),
            } as i32,
            search_abandon: search.abandon.into(),
            search_max_cells: search.max_cells.unwrap_or(0),
            search_seed: search.seed,
            bootstrap_draws: bootstrap.draws,
            bootstrap_level: bootstrap.level,
            bootstrap_seed: bootstrap.seed,
            progress: None,
            progress_data: ptr::null_mut(),
            search_criterion: trop_criterion::from(search.criterion) as i32,
            inference_method: trop_inference_method::from(inference.method) as i32,
            search_placebo_sets: Criterion::DEFAULT_SETS,
            search_placebo_folds: Criterion::DEFAULT_FOLDS,
            inference_draws: inference.draws,
            inference_level: inference.level,
            inference_seed: inference.seed,
            pre_periods: AnalysisOptions::default().pre_periods.into(),
        }
    }
}

impl trop_options {
    /// The core's settings. Threads are those that the work runs on, see `running`.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            tolerance: self.tolerance,
            loocv_tolerance: self.loocv_tolerance,
            max_iterations: self.max_iterations,
            threads: None,
        }
    }

    pub(crate) fn search(&self) -> Result<SearchOptions> {
        Ok(SearchOptions {
            method: choice!("search_method", self.search_method, {
                TROP_SEARCH_GRID => Method::Grid,
                TROP_SEARCH_CYCLE => Method::Cycle,
                TROP_SEARCH_ADAPTIVE => Method::Adaptive,
                TROP_SEARCH_DESCENT => Method::Descent,
                TROP_SEARCH_RACE => Method::Race,
            })?,
            criterion: choice!("search_criterion", self.search_criterion, {
                TROP_CRITERION_AUTO => Criterion::Auto,
                TROP_CRITERION_LOOCV => Criterion::Loocv,
                TROP_CRITERION_PLACEBO_SETS => {
                    Criterion::PlaceboSets { sets: self.search_placebo_sets }
                },
                TROP_CRITERION_PLACEBO_FOLDS => {
                    Criterion::PlaceboFolds { folds: self.search_placebo_folds }
                },
                TROP_CRITERION_BLOCKS => Criterion::Blocks,
            })?,
            max_cells: (self.search_max_cells > 0).then_some(self.search_max_cells),
            seed: self.search_seed,
            abandon: self.search_abandon != 0,
        })
    }

    pub(crate) fn bootstrap(&self) -> BootstrapOptions {
        BootstrapOptions {
            draws: self.bootstrap_draws,
            level: self.bootstrap_level,
            seed: self.bootstrap_seed,
        }
    }

    /// `retuning` are the candidates that each draw chooses from anew.
    pub(crate) fn inference(&self, retuning: Option<&Grids>) -> Result<InferenceOptions> {
        let retuned = |grids: &Grids| {
            Ok::<_, Failure>(Retuning { grids: grids.clone(), search: self.search()? })
        };
        Ok(InferenceOptions {
            method: choice!("inference_method", self.inference_method, {
                TROP_INFERENCE_AUTO => InferenceMethod::Auto,
                TROP_INFERENCE_BOOTSTRAP => InferenceMethod::Bootstrap,
                TROP_INFERENCE_JACKKNIFE => InferenceMethod::Jackknife,
                TROP_INFERENCE_PLACEBO => InferenceMethod::Placebo,
                TROP_INFERENCE_CONFORMAL => InferenceMethod::Conformal,
            })?,
            draws: self.inference_draws,
            level: self.inference_level,
            seed: self.inference_seed,
            retuning: retuning.map(retuned).transpose()?,
        })
    }
}

/// Fills options with the defaults. Pass `sizeof(trop_options)`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// # Safety
/// `options` has `struct_size` bytes.
#[no_mangle]
pub unsafe extern "C" fn trop_options_default(
    struct_size: usize,
    options: *mut trop_options,
) -> trop_status {
    // SAFETY: by this function's contract.
    guard(|| unsafe { trop_options::fill(struct_size, options) })
}
