//! Cells of a panel, and their effects.

use crate::abi::arguments::{array, required};
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::{trop_fit_status, trop_reason};
use crate::data::panel::{trop_panel, with_panel, TROP_NO_EVENT_TIME};
use crate::data::types::{trop_cell, trop_lambdas};
use crate::model::options::trop_options;
use crate::model::running::run;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Cell, CellEffect, CellEffects, Panel, Reason, Stage};

/// The effect in one cell, and the certificate of its fit.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_cell_effect {
    /// Where.
    pub cell: trop_cell,
    /// As trop_panel_event_time() gives it.
    pub event_time: i64,
    /// Observed outcome.
    pub observed: f64,
    /// Outcome without treatment, as fitted: `observed - effect`.
    pub counterfactual: f64,
    /// The effect, in units of the outcome.
    pub effect: f64,
    /// Rank of the low-rank part of the fit.
    pub rank: usize,
    /// Iterations of the fit.
    pub iterations: usize,
    /// Relative duality gap, `(primal - dual) / primal`, a certified bound.
    pub gap: f64,
    /// Objective that was reached (at nn = 0, the nuclear norm of the low-rank part).
    pub primal: f64,
    /// Lower bound of that objective.
    pub dual: f64,
    /// Whether the fit is certified.
    pub status: trop_fit_status,
}

/// A cell without an effect.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_not_estimable {
    /// Where.
    pub cell: trop_cell,
    /// Why.
    pub reason: trop_reason,
}

/// The least and the largest effect that a cell can have, in units of the outcome.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_effect_range {
    /// No fit with an objective as low as the one found has a smaller effect; infinite without a bound.
    pub effect_min: f64,
    /// Nor a larger one.
    pub effect_max: f64,
}

impl From<[f64; 2]> for trop_effect_range {
    fn from([effect_min, effect_max]: [f64; 2]) -> Self {
        trop_effect_range { effect_min, effect_max }
    }
}

impl From<CellEffect> for trop_cell_effect {
    fn from(e: CellEffect) -> Self {
        trop_cell_effect {
            cell: e.cell.into(),
            event_time: e.event_time.unwrap_or(TROP_NO_EVENT_TIME),
            observed: e.observed,
            counterfactual: e.counterfactual,
            effect: e.effect,
            rank: e.rank,
            iterations: e.iterations,
            gap: e.gap,
            primal: e.primal,
            dual: e.dual,
            status: e.status.into(),
        }
    }
}

/// Effects of several cells. Any number of threads may read it at once.
pub struct trop_effects {
    effects: Vec<trop_cell_effect>,
    ranges: Vec<trop_effect_range>,
    /// One row for each effect.
    coefficients: Vec<f64>,
    n_coefficients: usize,
    not_estimable: Vec<trop_not_estimable>,
    not_estimable_ranges: Vec<trop_effect_range>,
}

impl trop_effects {
    pub(crate) fn of_cells(panel: &Panel, found: CellEffects) -> Self {
        let ranges = found.not_estimable_ranges();
        trop_effects::new(panel, found.effects, found.not_estimable, ranges)
    }

    pub(crate) fn new(
        panel: &Panel,
        effects: Vec<CellEffect>,
        not_estimable: Vec<(Cell, Reason)>,
        not_estimable_ranges: Vec<[f64; 2]>,
    ) -> Self {
        let missed = |(cell, reason): (Cell, Reason)| trop_not_estimable {
            cell: cell.into(),
            reason: reason.into(),
        };
        trop_effects {
            coefficients: effects.iter().flat_map(|e| e.coefficients.iter().copied()).collect(),
            n_coefficients: panel.n_covariates(),
            ranges: effects.iter().map(|e| [e.effect_min, e.effect_max].into()).collect(),
            effects: effects.into_iter().map(Into::into).collect(),
            not_estimable: not_estimable.into_iter().map(missed).collect(),
            not_estimable_ranges: not_estimable_ranges.into_iter().map(Into::into).collect(),
        }
    }
}

/// Fits any cells as if each were the target: treated cells as in trop_panel_estimate(), control cells
/// each left out of its own fit (a placebo effect). A cell listed twice is fitted once.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_LAMBDA_INVALID`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`), `TROP_FIT_DIVERGED`,
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// # Safety
/// `cells` has `n_cells` entries, and `options` the size that it says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_cell_effects(
    panel: Option<&trop_panel>,
    cells: *const trop_cell,
    n_cells: usize,
    lambdas: trop_lambdas,
    options: *const trop_options,
    effects: Option<&mut MaybeUninit<*mut trop_effects>>,
) -> trop_status {
    with_panel(panel, |panel| {
        let effects = required(effects, "effects")?;
        // SAFETY: by this function's contract.
        let (cells, options) =
            unsafe { (array(cells, n_cells, "cells")?, trop_options::read(options)?) };
        let cells: Vec<Cell> = cells.iter().map(|&cell| cell.into()).collect();
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let found = run(&options, Stage::Placebo, |hook| {
            trop_core::cell_effects(panel, &cells, &lambdas, &settings, hook)
        })?;
        give(trop_effects::of_cells(panel, found), effects);
        Ok(())
    })
}

/// Frees effects that trop_panel_cell_effects() made (not those of an estimate, which owns them). NULL is
/// fine.
#[no_mangle]
pub extern "C" fn trop_effects_free(effects: Option<Box<trop_effects>>) {
    drop(effects);
}

/// Number of cells with an effect; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_effects_n(effects: Option<&trop_effects>) -> usize {
    effects.map_or(0, |e| e.effects.len())
}

/// The effects, trop_effects_n() of them, by unit and then period. Borrowed for the handle's life; NULL
/// for NULL.
#[no_mangle]
pub extern "C" fn trop_effects_data(effects: Option<&trop_effects>) -> *const trop_cell_effect {
    effects.map_or(ptr::null(), |e| e.effects.as_ptr())
}

/// How far the exact effects can be from those found, trop_effects_n() of them: a certified range for each
/// entry of trop_effects_data(). Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_effects_ranges(effects: Option<&trop_effects>) -> *const trop_effect_range {
    effects.map_or(ptr::null(), |e| e.ranges.as_ptr())
}

/// Number of coefficients of each fit, that of the panel's covariates; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_effects_n_coefficients(effects: Option<&trop_effects>) -> usize {
    effects.map_or(0, |e| e.n_coefficients)
}

/// Coefficients of the covariates in the fit of each effect, in units of the outcome per unit of each: a
/// row-major matrix of trop_effects_n() rows and trop_effects_n_coefficients() columns without gaps.
/// Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_effects_coefficients(effects: Option<&trop_effects>) -> *const f64 {
    effects.map_or(ptr::null(), |e| e.coefficients.as_ptr())
}

/// Number of cells without an effect; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_effects_n_not_estimable(effects: Option<&trop_effects>) -> usize {
    effects.map_or(0, |e| e.not_estimable.len())
}

/// The cells without an effect, trop_effects_n_not_estimable() of them, by unit and then period. Borrowed
/// for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_effects_not_estimable(
    effects: Option<&trop_effects>,
) -> *const trop_not_estimable {
    effects.map_or(ptr::null(), |e| e.not_estimable.as_ptr())
}

/// Where the effects of the cells without one can lie, trop_effects_n_not_estimable() of them: NaN unless the
/// reason is `TROP_REASON_NOT_UNIQUE`. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_effects_not_estimable_ranges(
    effects: Option<&trop_effects>,
) -> *const trop_effect_range {
    effects.map_or(ptr::null(), |e| e.not_estimable_ranges.as_ptr())
}
