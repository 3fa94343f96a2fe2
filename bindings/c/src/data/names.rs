//! Small enumerations, and their names: those of the core.

use std::ffi::{c_char, CStr};
use trop_core::{Criterion, InferenceMethod, IntervalKind, Measure, Reason, Stage, Status};

/// What a computation is at.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_stage {
    /// Scoring candidates; the count starts anew at each stage of a search.
    TROP_STAGE_SEARCH = 0,
    /// Fitting the treated cells.
    TROP_STAGE_ESTIMATE = 1,
    /// Fitting cells that trop_panel_cell_effects() was given.
    TROP_STAGE_PLACEBO = 2,
    /// Bootstrap draws.
    TROP_STAGE_BOOTSTRAP = 3,
    /// Units left out, placebo assignments or shifts in time of any other method of inference.
    TROP_STAGE_INFERENCE = 4,
    /// Draws of a simulation.
    TROP_STAGE_SIMULATION = 5,
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
    /// No never-treated unit is observed throughout the periods that an estimator compares.
    TROP_REASON_NO_DONORS = 4,
    /// Too few periods before its treatment have observed outcomes of all units that are treated with it.
    TROP_REASON_NO_PRE_PERIODS = 5,
    /// Several fits are optimal, and their effects differ; trop_effects_not_estimable_ranges() says how far.
    TROP_REASON_NOT_UNIQUE = 6,
    /// The fit diverged in floating point.
    TROP_REASON_DIVERGED = 7,
}

/// What a search minimizes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_criterion {
    /// `TROP_CRITERION_LOOCV` for the anchor `TROP_ANCHOR_CELL`, 20 placebo sets for the others.
    TROP_CRITERION_AUTO = 0,
    /// Leave-one-out cross-validation: each control cell is predicted from all others, at weights of its
    /// own whatever the anchor; the score is the sum of squared errors.
    TROP_CRITERION_LOOCV = 1,
    /// Placebo cross-validation: random sets of never-treated units take the treated units' roles; the
    /// score is the root mean square of their average effects, which are nothing but error.
    TROP_CRITERION_PLACEBO_SETS = 2,
    /// The same, with the folds of a random partition of the never-treated units as sets.
    TROP_CRITERION_PLACEBO_FOLDS = 3,
    /// Each never-treated unit in turn loses the very periods that a treated unit is treated in; the score is the
    /// root mean square of the effects of single cells.
    TROP_CRITERION_BLOCKS = 4,
}

/// Where standard errors, intervals and p-values come from.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_inference_method {
    /// What the numbers of treated and control units allow; trop_inference_reason() says why.
    TROP_INFERENCE_AUTO = 0,
    /// Never-treated and ever-treated units resampled with replacement; percentile intervals.
    TROP_INFERENCE_BOOTSTRAP = 1,
    /// Each unit left out once; Student's t.
    TROP_INFERENCE_JACKKNIFE = 2,
    /// The treated units' patterns of treatment stamped on never-treated units, without the treated units:
    /// how large are estimates where there is no effect? Works with one treated unit.
    TROP_INFERENCE_PLACEBO = 3,
    /// Every cell of the treated units predicted from all others under the hypothesis of a given effect;
    /// the average error of the treated cells is compared with those of their pattern shifted in time. For
    /// few treated units and many periods.
    TROP_INFERENCE_CONFORMAL = 4,
}

/// What is measured over a group of cells.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_measure {
    /// Mean effect, in units of the outcome.
    TROP_MEASURE_EFFECT = 0,
    /// Sum of effects in percent of the sum of counterfactual outcomes.
    TROP_MEASURE_PERCENT = 1,
    /// Over all treated cells the sum of their effects; over event times (from 0 on) and periods the sum
    /// of the mean effects up to here.
    TROP_MEASURE_CUMULATIVE = 2,
    /// Coefficient of a covariate, averaged over the treated cells' fits.
    TROP_MEASURE_COEFFICIENT = 3,
}

/// What the interval of a number is. An infinite end means that no effect in that direction is rejected, and the kind
/// says why; two ends that are NaN mean that there is no interval.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_interval {
    /// There is none: the method, or the estimate, gives the number no standard error or interval.
    TROP_INTERVAL_NONE = 0,
    /// Both ends are finite.
    TROP_INTERVAL_BOUNDED = 1,
    /// An end is infinite, because draws (placebos, shifts in time) are too few to reject anything at the level.
    TROP_INTERVAL_TOO_FEW_DRAWS = 2,
    /// An end is infinite, because no effect that far out is rejected. Conformal inference only.
    TROP_INTERVAL_UNBOUNDED = 3,
    /// Effects between others that are not rejected are rejected; the interval holds them, too. Conformal inference
    /// only.
    TROP_INTERVAL_DISCONNECTED = 4,
    /// Every effect is rejected, so both ends are NaN. Conformal inference only.
    TROP_INTERVAL_EMPTY = 5,
}

use trop_criterion::*;
use trop_fit_status::*;
use trop_inference_method::*;
use trop_interval::*;
use trop_measure::*;
use trop_reason::*;
use trop_stage::*;

pub(crate) const STAGES: [(trop_stage, Stage, &CStr); 6] = [
    (TROP_STAGE_SEARCH, Stage::Search, c"search"),
    (TROP_STAGE_ESTIMATE, Stage::Estimate, c"estimate"),
    (TROP_STAGE_PLACEBO, Stage::Placebo, c"placebo"),
    (TROP_STAGE_BOOTSTRAP, Stage::Bootstrap, c"bootstrap"),
    (TROP_STAGE_INFERENCE, Stage::Inference, c"inference"),
    (TROP_STAGE_SIMULATION, Stage::Simulation, c"simulation"),
];

pub(crate) const FIT_STATUSES: [(trop_fit_status, Status, &CStr); 2] = [
    (TROP_FIT_SOLVED, Status::Solved, c"solved"),
    (TROP_FIT_MAX_ITERATIONS, Status::MaxIterations, c"max_iterations"),
];

pub(crate) const REASONS: [(trop_reason, Reason, &CStr); 8] = [
    (TROP_REASON_OUTCOME_MISSING, Reason::OutcomeMissing, c"outcome_missing"),
    (TROP_REASON_DISCONNECTED, Reason::Disconnected, c"disconnected"),
    (TROP_REASON_WEIGHTS_UNDERFLOW, Reason::WeightsUnderflow, c"weights_underflow"),
    (
        TROP_REASON_COVARIATES_NOT_IDENTIFIED,
        Reason::CovariatesNotIdentified,
        c"covariates_not_identified",
    ),
    (TROP_REASON_NO_DONORS, Reason::NoDonors, c"no_donors"),
    (TROP_REASON_NO_PRE_PERIODS, Reason::NoPrePeriods, c"no_pre_periods"),
    (TROP_REASON_NOT_UNIQUE, Reason::NotUnique, c"not_unique"),
    (TROP_REASON_DIVERGED, Reason::Diverged, c"diverged"),
];

/// The numbers of sets and folds play no part here.
pub(crate) const CRITERIA: [(trop_criterion, Criterion, &CStr); 5] = [
    (TROP_CRITERION_AUTO, Criterion::Auto, c"auto"),
    (TROP_CRITERION_LOOCV, Criterion::Loocv, c"loocv"),
    (TROP_CRITERION_PLACEBO_SETS, Criterion::PlaceboSets { sets: 2 }, c"placebo_sets"),
    (TROP_CRITERION_PLACEBO_FOLDS, Criterion::PlaceboFolds { folds: 2 }, c"placebo_folds"),
    (TROP_CRITERION_BLOCKS, Criterion::Blocks, c"blocks"),
];

pub(crate) const INFERENCE_METHODS: [(trop_inference_method, InferenceMethod, &CStr); 5] = [
    (TROP_INFERENCE_AUTO, InferenceMethod::Auto, c"auto"),
    (TROP_INFERENCE_BOOTSTRAP, InferenceMethod::Bootstrap, c"bootstrap"),
    (TROP_INFERENCE_JACKKNIFE, InferenceMethod::Jackknife, c"jackknife"),
    (TROP_INFERENCE_PLACEBO, InferenceMethod::Placebo, c"placebo"),
    (TROP_INFERENCE_CONFORMAL, InferenceMethod::Conformal, c"conformal"),
];

pub(crate) const MEASURES: [(trop_measure, Measure, &CStr); 4] = [
    (TROP_MEASURE_EFFECT, Measure::Effect, c"effect"),
    (TROP_MEASURE_PERCENT, Measure::Percent, c"percent"),
    (TROP_MEASURE_CUMULATIVE, Measure::Cumulative, c"cumulative"),
    (TROP_MEASURE_COEFFICIENT, Measure::Coefficient, c"coefficient"),
];

pub(crate) const INTERVALS: [(trop_interval, IntervalKind, &CStr); 6] = [
    (TROP_INTERVAL_NONE, IntervalKind::None, c"none"),
    (TROP_INTERVAL_BOUNDED, IntervalKind::Bounded, c"bounded"),
    (TROP_INTERVAL_TOO_FEW_DRAWS, IntervalKind::TooFewDraws, c"too_few_draws"),
    (TROP_INTERVAL_UNBOUNDED, IntervalKind::Unbounded, c"unbounded"),
    (TROP_INTERVAL_DISCONNECTED, IntervalKind::Disconnected, c"disconnected"),
    (TROP_INTERVAL_EMPTY, IntervalKind::Empty, c"empty"),
];

/// The value in C of a choice of the core. A choice without one would be a defect of this library, and a test
/// makes sure that there is none.
fn in_c<C: Copy, T>(table: &[(C, T, &CStr)], name: &str) -> C {
    let known = table.iter().find(|(_, _, own)| own.to_bytes() == name.as_bytes());
    known.map_or_else(|| unreachable!("'{name}' has no value in C"), |row| row.0)
}

/// Conversions from the core, by name.
macro_rules! from_core {
    ($($core:ident => $c:ident: $table:ident,)*) => {
        $(impl From<$core> for $c {
            fn from(choice: $core) -> Self {
                in_c(&$table, choice.name())
            }
        })*
    };
}

from_core! {
    Criterion => trop_criterion: CRITERIA,
    InferenceMethod => trop_inference_method: INFERENCE_METHODS,
    IntervalKind => trop_interval: INTERVALS,
    Measure => trop_measure: MEASURES,
    Stage => trop_stage: STAGES,
    Status => trop_fit_status: FIT_STATUSES,
    Reason => trop_reason: REASONS,
}

fn or_unknown(name: Option<&CStr>) -> *const c_char {
    name.unwrap_or(c"unknown").as_ptr()
}

/// "search", "estimate", "placebo", "bootstrap", "inference" or "simulation"; "unknown" for any other value.
/// A string for the life of the program.
#[no_mangle]
pub extern "C" fn trop_stage_name(stage: i32) -> *const c_char {
    or_unknown(STAGES.iter().find(|s| s.0 as i32 == stage).map(|s| s.2))
}

/// "solved" or "max_iterations"; "unknown" for any other value. A string for the life of the program.
#[no_mangle]
pub extern "C" fn trop_fit_status_name(status: i32) -> *const c_char {
    or_unknown(FIT_STATUSES.iter().find(|s| s.0 as i32 == status).map(|s| s.2))
}

/// "outcome_missing", "disconnected", "weights_underflow", "covariates_not_identified", "no_donors",
/// "no_pre_periods", "not_unique" or "diverged"; "unknown" for any other value. A string for the life of the program.
#[no_mangle]
pub extern "C" fn trop_reason_name(reason: i32) -> *const c_char {
    or_unknown(REASONS.iter().find(|r| r.0 as i32 == reason).map(|r| r.2))
}

/// "auto", "loocv", "placebo_sets", "placebo_folds" or "blocks"; "unknown" for any other value. A string for the
/// life of the program.
#[no_mangle]
pub extern "C" fn trop_criterion_name(criterion: i32) -> *const c_char {
    or_unknown(CRITERIA.iter().find(|c| c.0 as i32 == criterion).map(|c| c.2))
}

/// "auto", "bootstrap", "jackknife", "placebo" or "conformal"; "unknown" for any other value. A string for
/// the life of the program.
#[no_mangle]
pub extern "C" fn trop_inference_method_name(method: i32) -> *const c_char {
    or_unknown(INFERENCE_METHODS.iter().find(|m| m.0 as i32 == method).map(|m| m.2))
}

/// "effect", "percent", "cumulative" or "coefficient"; "unknown" for any other value. A string for the life
/// of the program.
#[no_mangle]
pub extern "C" fn trop_measure_name(measure: i32) -> *const c_char {
    or_unknown(MEASURES.iter().find(|m| m.0 as i32 == measure).map(|m| m.2))
}

/// "none", "bounded", "too_few_draws", "unbounded", "disconnected" or "empty"; "unknown" for any other value. A string
/// for the life of the program.
#[no_mangle]
pub extern "C" fn trop_interval_name(interval: i32) -> *const c_char {
    or_unknown(INTERVALS.iter().find(|i| i.0 as i32 == interval).map(|i| i.2))
}
