//! Options: one struct for all functions, that may grow.

use crate::arguments::required;
use crate::failure::{Failure, Result};
use crate::guard::guard;
use crate::names::trop_stage;
use crate::status::trop_status::{self, TROP_OPTIONS_SIZE, TROP_OPTION_INVALID};
use std::ffi::c_void;
use std::ptr::{self, NonNull};
use trop_core::{BootstrapOptions, Method, SearchOptions, Settings};

/// Which candidates a search scores.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_search_method {
    /// Every triple.
    TROP_SEARCH_GRID = 0,
    /// One lambda at a time: time at unit = 0, nn = infinity; then unit at nn = infinity; then nn; then
    /// round and round, each at the others' latest choice, until a round changes nothing.
    TROP_SEARCH_CYCLE = 1,
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
    /// Search: one of `trop_search_method`; default `TROP_SEARCH_CYCLE`.
    pub search_method: i32,
    /// Search: if not 0, stop scoring a candidate once it can no longer win; its score is then a lower
    /// bound. Default 0.
    pub search_abandon: i32,
    /// Search: score on a random sample of this many control cells; 0 (the default) for all.
    pub search_max_cells: usize,
    /// Search: seed of that sample; default 0.
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
}

/// Size of the first version of [`trop_options`].
const FIRST_SIZE: usize = size_of::<trop_options>();

/// More than any version will have: a larger size was never set.
const LARGEST_SIZE: usize = 4096;

impl Default for trop_options {
    fn default() -> Self {
        let settings = Settings::default();
        let search = SearchOptions::default();
        let bootstrap = BootstrapOptions::default();
        trop_options {
            struct_size: size_of::<trop_options>(),
            tolerance: settings.tolerance,
            loocv_tolerance: settings.loocv_tolerance,
            max_iterations: settings.max_iterations,
            threads: settings.threads.unwrap_or(0),
            search_method: match search.method {
                Method::Grid => TROP_SEARCH_GRID as i32,
                Method::Cycle | Method::Adaptive => TROP_SEARCH_CYCLE as i32,
            },
            search_abandon: search.abandon.into(),
            search_max_cells: search.max_cells.unwrap_or(0),
            search_seed: search.seed,
            bootstrap_draws: bootstrap.draws,
            bootstrap_level: bootstrap.level,
            bootstrap_seed: bootstrap.seed,
            progress: None,
            progress_data: ptr::null_mut(),
        }
    }
}

impl trop_options {
    /// Reads the caller's options: NULL means the defaults.
    ///
    /// # Safety
    /// Unless NULL, `options` points to as many bytes as its `struct_size` says.
    pub(crate) unsafe fn read(options: *const trop_options) -> Result<trop_options> {
        let mut read = trop_options::default();
        if options.is_null() {
            return Ok(read);
        }
        // SAFETY: every version of the struct starts with its size.
        let size = unsafe { (*options).struct_size };
        check_size(size)?;
        let known = size.min(size_of::<trop_options>());
        let from = options.cast::<u8>();
        // SAFETY: the caller's struct has `size` bytes by this function's contract, and every bit pattern
        // of its fields is valid (a wrong function pointer is the caller's own).
        unsafe { ptr::copy_nonoverlapping(from, (&raw mut read).cast::<u8>(), known) };
        // SAFETY: as above; what follows in a later version of the struct.
        let later = (known..size).all(|k| unsafe { *from.add(k) } == 0);
        if !later {
            let message = "options use a field that this version of the library does not know";
            return Err(Failure::new(TROP_OPTIONS_SIZE, message));
        }
        Ok(read)
    }

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
            method: method(self.search_method)?,
            max_cells: (self.search_max_cells > 0).then_some(self.search_max_cells),
            seed: self.search_seed,
            abandon: self.search_abandon != 0,
            ..Default::default()
        })
    }

    pub(crate) fn bootstrap(&self) -> BootstrapOptions {
        BootstrapOptions {
            draws: self.bootstrap_draws,
            level: self.bootstrap_level,
            seed: self.bootstrap_seed,
        }
    }
}

fn method(value: i32) -> Result<Method> {
    match value {
        v if v == TROP_SEARCH_GRID as i32 => Ok(Method::Grid),
        v if v == TROP_SEARCH_CYCLE as i32 => Ok(Method::Cycle),
        other => {
            let accepted = "TROP_SEARCH_GRID or TROP_SEARCH_CYCLE";
            let message = format!("search_method = {other} is not allowed: use {accepted}");
            Err(Failure::new(TROP_OPTION_INVALID, message))
        }
    }
}

fn check_size(size: usize) -> Result<()> {
    if (FIRST_SIZE..=LARGEST_SIZE).contains(&size) {
        return Ok(());
    }
    let message =
        format!("struct_size = {size}: fill the options with trop_options_default() first");
    Err(Failure::new(TROP_OPTIONS_SIZE, message))
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
    guard(|| {
        let to = required(NonNull::new(options), "options")?.as_ptr().cast::<u8>();
        check_size(struct_size)?;
        let default = trop_options { struct_size, ..Default::default() };
        let known = struct_size.min(size_of::<trop_options>());
        // SAFETY: `options` has `struct_size` bytes by this function's contract; fields of a later version
        // are zero, which stands for their defaults.
        unsafe {
            ptr::write_bytes(to, 0, struct_size);
            ptr::copy_nonoverlapping((&raw const default).cast::<u8>(), to, known);
        }
        Ok(())
    })
}
