//! Small enumerations, and their names: those of the core.

use std::ffi::{c_char, CStr};
use trop_core::{Reason, Stage, Status};

/// What a computation is at.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_stage {
    /// Scoring candidates by leave-one-out cross-validation; the count starts anew at each stage of a
    /// cycle search.
    TROP_STAGE_SEARCH = 0,
    /// Fitting the treated cells.
    TROP_STAGE_ESTIMATE = 1,
    /// Fitting cells that trop_panel_cell_effects() was given.
    TROP_STAGE_PLACEBO = 2,
    /// Bootstrap draws.
    TROP_STAGE_BOOTSTRAP = 3,
    /// Units left out, placebo assignments or shifts in time of any other method of inference.
    TROP_STAGE_INFERENCE = 4,
}

/// Whether a fit is certified.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_fit_status {
    /// The relative gap is at most the tolerance.
    TROP_FIT_SOLVED = 0,
    /// The limit of iterations, or of what rounding allows, came first: the gap says how far the fit
    /// may be from the optimum.
    TROP_FIT_MAX_ITERATIONS = 1,
}

/// Why a cell has no effect.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_reason {
    /// Its outcome is missing.
    TROP_REASON_OUTCOME_MISSING = 0,
    /// No chain of control cells of positive weight connects its unit with its period.
    TROP_REASON_DISCONNECTED = 1,
    /// The chain exists, but its weights are so small that they are zero in floating point.
    TROP_REASON_WEIGHTS_UNDERFLOW = 2,
    /// The control cells do not identify the covariates' coefficients once the target is left out.
    TROP_REASON_COVARIATES_NOT_IDENTIFIED = 3,
}

use trop_fit_status::*;
use trop_reason::*;
use trop_stage::*;

pub(crate) const STAGES: [(trop_stage, Stage, &CStr); 5] = [
    (TROP_STAGE_SEARCH, Stage::Search, c"search"),
    (TROP_STAGE_ESTIMATE, Stage::Estimate, c"estimate"),
    (TROP_STAGE_PLACEBO, Stage::Placebo, c"placebo"),
    (TROP_STAGE_BOOTSTRAP, Stage::Bootstrap, c"bootstrap"),
    (TROP_STAGE_INFERENCE, Stage::Inference, c"inference"),
];

pub(crate) const FIT_STATUSES: [(trop_fit_status, Status, &CStr); 2] = [
    (TROP_FIT_SOLVED, Status::Solved, c"solved"),
    (TROP_FIT_MAX_ITERATIONS, Status::MaxIterations, c"max_iterations"),
];

pub(crate) const REASONS: [(trop_reason, Reason, &CStr); 4] = [
    (TROP_REASON_OUTCOME_MISSING, Reason::OutcomeMissing, c"outcome_missing"),
    (TROP_REASON_DISCONNECTED, Reason::Disconnected, c"disconnected"),
    (TROP_REASON_WEIGHTS_UNDERFLOW, Reason::WeightsUnderflow, c"weights_underflow"),
    (
        TROP_REASON_COVARIATES_NOT_IDENTIFIED,
        Reason::CovariatesNotIdentified,
        c"covariates_not_identified",
    ),
];

impl From<Stage> for trop_stage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Search => TROP_STAGE_SEARCH,
            Stage::Estimate => TROP_STAGE_ESTIMATE,
            Stage::Placebo => TROP_STAGE_PLACEBO,
            Stage::Bootstrap => TROP_STAGE_BOOTSTRAP,
            Stage::Inference => TROP_STAGE_INFERENCE,
        }
    }
}

impl From<Status> for trop_fit_status {
    fn from(status: Status) -> Self {
        match status {
            Status::Solved => TROP_FIT_SOLVED,
            Status::MaxIterations => TROP_FIT_MAX_ITERATIONS,
        }
    }
}

impl From<Reason> for trop_reason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::OutcomeMissing => TROP_REASON_OUTCOME_MISSING,
            Reason::Disconnected => TROP_REASON_DISCONNECTED,
            Reason::WeightsUnderflow => TROP_REASON_WEIGHTS_UNDERFLOW,
            Reason::CovariatesNotIdentified => TROP_REASON_COVARIATES_NOT_IDENTIFIED,
        }
    }
}

fn or_unknown(name: Option<&CStr>) -> *const c_char {
    name.unwrap_or(c"unknown").as_ptr()
}

/// "search", "estimate", "placebo", "bootstrap" or "inference"; "unknown" for any other value. A string
/// for the life of the program.
#[no_mangle]
pub extern "C" fn trop_stage_name(stage: i32) -> *const c_char {
    or_unknown(STAGES.iter().find(|s| s.0 as i32 == stage).map(|s| s.2))
}

/// "solved" or "max_iterations"; "unknown" for any other value. A string for the life of the program.
#[no_mangle]
pub extern "C" fn trop_fit_status_name(status: i32) -> *const c_char {
    or_unknown(FIT_STATUSES.iter().find(|s| s.0 as i32 == status).map(|s| s.2))
}

/// "outcome_missing", "disconnected", "weights_underflow" or "covariates_not_identified"; "unknown" for
/// any other value. A string for the life of the program.
#[no_mangle]
pub extern "C" fn trop_reason_name(reason: i32) -> *const c_char {
    or_unknown(REASONS.iter().find(|r| r.0 as i32 == reason).map(|r| r.2))
}
