//! Cells of a panel, and their effects.

use crate::abi::arguments::{array, required};
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::names::{trop_fit_status, trop_reason};
use crate::data::panel::{trop_panel, TROP_NO_EVENT_TIME};
use crate::data::types::{trop_cell, trop_lambdas};
use crate::model::options::trop_options;
use crate::model::running::run;
use std::mem::MaybeUninit;
use std::ptr;
use trop_core::{Cell, CellEffect, Panel, Reason, Stage};

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
    /// One row for each effect.
    coefficients: Vec<f64>,
    n_coefficients: usize,
    not_estimable: Vec<trop_not_estimable>,
}

impl trop_effects {
    pub(crate) fn new(
        panel: &Panel,
        effects: Vec<CellEffect>,
        not_estimable: Vec<(Cell, Reason)>,
    ) -> Self {
        let missed = |(cell, reason): (Cell, Reason)| trop_not_estimable {
            cell: cell.into(),
            reason: reason.into(),
        };
        trop_effects {
            coefficients: effects.iter().flat_map(|e| e.coefficients.iter().copied()).collect(),
            n_coefficients: panel.n_covariates(),
            effects: effects.into_iter().map(Into::into).collect(),
            not_estimable: not_estimable.into_iter().map(missed).collect(),
        }
    }
}

/// Fits any cells as if each were the target: treated cells as in trop_panel_estimate(), control cells
/// each left out of its own fit (a placebo effect). A cell listed twice is fitted once.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_LAMBDA_INVALID`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
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
    guard(|| {
        let panel = &required(panel, "panel")?.0;
        let effects = required(effects, "effects")?;
        // SAFETY: by this function's contract.
        let (cells, options) =
            unsafe { (array(cells, n_cells, "cells")?, trop_options::read(options)?) };
        let cells: Vec<Cell> = cells.iter().map(|&cell| cell.into()).collect();
        let (lambdas, settings) = (lambdas.into(), options.settings());
        let found = run(&options, Stage::Placebo, |hook| {
            trop_core::cell_effects(panel, &cells, &lambdas, &settings, hook)
        })?;
        give(trop_effects::new(panel, found.effects, found.not_estimable), effects);
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
