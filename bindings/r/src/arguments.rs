//! Arguments from R.

use crate::design::read_design;
use crate::matrix::Matrix;
use extendr_api::prelude::*;
use std::num::NonZeroUsize;
use trop_core::{Cell, Design, Panel, Settings};

/// Outcomes, treatments and what is asked of them, on their way to the thread that computes.
pub(crate) struct Data {
    y: Matrix,
    w: Matrix,
    design: Design,
}

impl Data {
    pub fn new(y: &RMatrix<f64>, w: &RMatrix<f64>, design: &List) -> extendr_api::Result<Self> {
        Ok(Data { y: Matrix::new(y), w: Matrix::new(w), design: read_design(design)? })
    }

    /// Validates them.
    pub fn panel(&self) -> trop_core::Result<Panel> {
        Panel::new(&self.y.values, &self.w.values, self.y.rows, self.y.columns)?
            .with_design(&self.design)
    }
}

/// A cell from one-based positions; what lies outside of the panel stays outside.
pub(crate) fn cell(unit: i32, period: i32) -> Cell {
    let position = |k: i32| (k as usize).wrapping_sub(1);
    Cell { unit: position(unit), period: position(period) }
}

/// Settings, the core's defaults where not given. A given tolerance holds for estimates and scores.
pub(crate) fn settings(
    tolerance: Option<f64>,
    max_iterations: Option<f64>,
    threads: Option<f64>,
) -> Settings {
    let default = Settings::default();
    Settings {
        tolerance: tolerance.unwrap_or(default.tolerance),
        loocv_tolerance: tolerance.unwrap_or(default.loocv_tolerance),
        max_iterations: max_iterations.map_or(default.max_iterations, |n| n as usize),
        threads: Some(n_threads(threads)),
    }
}

/// Always a number, so that each call has threads of its own: a pool that outlives the call would
/// make R processes hang that are forked later (`parallel::mclapply`).
pub(crate) fn n_threads(threads: Option<f64>) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    threads.map_or_else(all, |n| n as usize)
}

/// A seed written in digits: R's own numbers do not reach 2^64 - 1.
pub(crate) fn seed(digits: &str) -> extendr_api::Result<u64> {
    digits
        .parse()
        .map_err(|_| Error::Other(format!("seed {digits:?} is not an integer of 64 bits")))
}
