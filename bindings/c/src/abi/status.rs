//! Status codes, and the core's stable code strings that belong to them.

use std::ffi::{c_char, CStr};

/// What a fallible function returns. The values never change; new ones may be added.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_status {
    /// Success; the outputs are written.
    TROP_OK = 0,
    /// An array does not have as many entries as units times periods (C passes no such lengths, so no
    /// function returns it).
    TROP_SHAPE_MISMATCH = 1,
    /// A panel without units or without periods.
    TROP_EMPTY_PANEL = 2,
    /// The size of a matrix overflows.
    TROP_TOO_LARGE = 3,
    /// A treatment other than 0 and 1.
    TROP_TREATMENT_NOT_BINARY = 4,
    /// An infinite outcome; a missing one is NaN.
    TROP_OUTCOME_INFINITE = 5,
    /// A unit without any observed outcome.
    TROP_UNIT_ALL_MISSING = 6,
    /// A period without any observed outcome.
    TROP_PERIOD_ALL_MISSING = 7,
    /// Nothing is treated.
    TROP_NO_TREATED_CELL = 8,
    /// No untreated cell has an observed outcome.
    TROP_NO_CONTROL_CELL = 9,
    /// A lambda that is negative or NaN, or an infinite time or unit lambda.
    TROP_LAMBDA_INVALID = 10,
    /// A grid without values.
    TROP_GRID_EMPTY = 11,
    /// A grid with a repeated value.
    TROP_GRID_DUPLICATE = 12,
    /// A level that does not lie between 0 and 1.
    TROP_LEVEL_OUT_OF_RANGE = 13,
    /// Fewer than 2 bootstrap draws asked for.
    TROP_DRAWS_TOO_FEW = 14,
    /// No threads (in C 0 threads mean all cores, so no function returns it).
    TROP_THREADS_ZERO = 15,
    /// The system did not start the threads asked for.
    TROP_THREADS_UNAVAILABLE = 16,
    /// A tolerance that does not lie between 0 and 1.
    TROP_TOLERANCE_OUT_OF_RANGE = 17,
    /// No iterations allowed.
    TROP_MAX_ITERATIONS_ZERO = 18,
    /// A sample of no cells (in C 0 cells mean all of them, so no function returns it).
    TROP_SAMPLE_EMPTY = 19,
    /// No target can be estimated.
    TROP_NO_ESTIMABLE_CELL = 20,
    /// A bootstrap with fewer than 2 ever-treated or fewer than 2 never-treated units.
    TROP_TOO_FEW_TREATED_UNITS = 21,
    /// Fewer than 2 bootstrap draws succeeded.
    TROP_TOO_FEW_DRAWS = 22,
    /// A cell outside of the panel.
    TROP_CELL_OUT_OF_RANGE = 23,
    /// A matrix factorization did not converge; are some outcomes of extreme size?
    TROP_FACTORIZATION_FAILED = 24,
    /// The progress function asked to stop.
    TROP_INTERRUPTED = 25,
    /// Weights that are not one for each unit, or not one for each period (C passes no such lengths, so no
    /// function returns it).
    TROP_WEIGHTS_LENGTH = 26,
    /// A weight that is negative, NaN or infinite.
    TROP_WEIGHT_INVALID = 27,
    /// Weights that leave no control cell to fit.
    TROP_WEIGHTS_ALL_ZERO = 28,
    /// A bootstrap draw that does not count every unit (no function returns it, as above).
    TROP_DRAW_LENGTH = 29,
    /// A target that has no effect.
    TROP_TARGET_NOT_ESTIMABLE = 30,
    /// Time distances by calendar, and no calendar.
    TROP_CALENDAR_MISSING = 31,
    /// A calendar that does not have one value for each period (C passes no such lengths, so no function
    /// returns it; trop.hpp throws it, as it does the other lengths).
    TROP_CALENDAR_LENGTH = 32,
    /// A calendar value that is not finite, or not after the one before it.
    TROP_CALENDAR_NOT_INCREASING = 33,
    /// Weights of the average that leave no treated unit.
    TROP_AVERAGE_ALL_ZERO = 34,
    /// A covariate without one value for each cell (no function returns it, as above).
    TROP_COVARIATE_LENGTH = 35,
    /// A covariate that is not finite where the outcome is observed.
    TROP_COVARIATE_MISSING = 36,
    /// A covariate that unit and period effects explain.
    TROP_COVARIATE_CONSTANT = 37,
    /// A covariate that others explain, together with unit and period effects.
    TROP_COVARIATES_COLLINEAR = 38,
    /// Covariates and `nn = 0`.
    TROP_COVARIATES_WITHOUT_PENALTY = 39,
    /// A grouping without one code for each cell (no function returns it, as above).
    TROP_GROUPING_LENGTH = 40,
    /// A method of inference that means nothing for the panel at hand.
    TROP_INFERENCE_IMPOSSIBLE = 41,
    /// Placebo sets that cannot be drawn.
    TROP_PLACEBO_SETS_IMPOSSIBLE = 42,
    /// Covariates whose coefficients the control cells of a fit at given weights do not identify.
    TROP_COVARIATES_NOT_IDENTIFIED = 43,
    /// A name that is no estimator's.
    TROP_ESTIMATOR_UNKNOWN = 44,
    /// An estimator that cannot be used as asked.
    TROP_ESTIMATOR_IMPOSSIBLE = 45,
    /// A generator or a simulation that cannot be made as asked.
    TROP_SIMULATION_IMPOSSIBLE = 46,
    /// A treatment that is missing where the outcome is observed.
    TROP_TREATMENT_MISSING = 50,
    /// A treatment that marks a group of units or a span of time in place of the treated cells.
    TROP_TREATMENT_CONSTANT = 51,
    /// Several rows of data in long form for one unit in one period.
    TROP_DUPLICATE_ROWS = 52,
    /// A covariate that is the outcome.
    TROP_COLUMNS_REPEATED = 53,
    /// A grouping that no treated cell is in.
    TROP_GROUPS_EMPTY = 54,
    /// There is no option of this name.
    TROP_OPTION_UNKNOWN = 55,
    /// Lambdas that are not three numbers by name.
    TROP_LAMBDAS_INVALID = 56,
    /// Grids that are not lists of numbers by name.
    TROP_GRIDS_INVALID = 57,
    /// A seed that does not fit into 64 bits.
    TROP_SEED_OUT_OF_RANGE = 58,
    /// Control outcomes that differ by too little for floating-point numbers.
    TROP_OUTCOME_TOO_SMALL = 47,
    /// A control outcome so far from the others that beside it their digits are lost.
    TROP_OUTCOME_TOO_FAR = 48,
    /// Weights whose largest is too small or too large to be summed up.
    TROP_WEIGHTS_OUT_OF_RANGE = 49,
    /// A fit that diverged in floating point.
    TROP_FIT_DIVERGED = 60,
    /// Several fits are optimal for each treated cell, and its effects differ between them.
    TROP_EFFECTS_NOT_UNIQUE = 61,
    /// Clusters that are not one for each unit (no function returns it, as above).
    TROP_CLUSTERS_LENGTH = 63,
    /// Texts of periods whose order in time is a guess.
    TROP_TIME_ORDER_AMBIGUOUS = 64,
    /// First treated periods that differ between the rows of a unit.
    TROP_COHORT_VARIES = 65,
    /// First treated periods of 0, and a period 0.
    TROP_COHORT_AMBIGUOUS = 66,
    /// Donors that are not one entry for each unit or pair of units (no function returns it, as above).
    TROP_DONORS_LENGTH = 67,
    /// A treated unit for which no unit with control cells may serve.
    TROP_DONORS_NONE = 68,
    /// A saved result that is none, or is damaged.
    TROP_SAVED_INVALID = 69,
    /// A saved result of a version that this library does not know.
    TROP_SAVED_VERSION = 70,
    /// A computation of power that cannot be done as asked (no function returns it: there is none of power).
    TROP_POWER_IMPOSSIBLE = 71,
    /// No history in which treatment could be taken to begin earlier.
    TROP_PLACEBO_IN_TIME_IMPOSSIBLE = 72,
    /// A size of bias that is negative, NaN or infinite.
    TROP_BIAS_SIZE_INVALID = 73,
    /// A pointer that must not be NULL is.
    TROP_NULL_POINTER = 100,
    /// `struct_size` is none that this library knows: was the struct filled by its trop_..._default()?
    TROP_OPTIONS_SIZE = 101,
    /// An option or selector has none of its named values.
    TROP_OPTION_INVALID = 102,
    /// A row stride that is smaller than a row.
    TROP_STRIDE_TOO_SMALL = 103,
    /// The caller's array has too little room.
    TROP_BUFFER_TOO_SMALL = 104,
    /// The system did not give the memory asked for.
    TROP_OUT_OF_MEMORY = 105,
    /// An error inside of the library that it should not have; please report it.
    TROP_PANIC = 106,
    /// A file could not be written.
    TROP_FILE_NOT_WRITTEN = 107,
}

use trop_status::*;

/// Every status with its code.
pub(crate) const CODES: [(trop_status, &CStr); 80] = [
    (TROP_OK, c"ok"),
    (TROP_SHAPE_MISMATCH, c"shape_mismatch"),
    (TROP_EMPTY_PANEL, c"empty_panel"),
    (TROP_TOO_LARGE, c"too_large"),
    (TROP_TREATMENT_NOT_BINARY, c"treatment_not_binary"),
    (TROP_OUTCOME_INFINITE, c"outcome_infinite"),
    (TROP_UNIT_ALL_MISSING, c"unit_all_missing"),
    (TROP_PERIOD_ALL_MISSING, c"period_all_missing"),
    (TROP_NO_TREATED_CELL, c"no_treated_cell"),
    (TROP_NO_CONTROL_CELL, c"no_control_cell"),
    (TROP_LAMBDA_INVALID, c"lambda_invalid"),
    (TROP_GRID_EMPTY, c"grid_empty"),
    (TROP_GRID_DUPLICATE, c"grid_duplicate"),
    (TROP_LEVEL_OUT_OF_RANGE, c"level_out_of_range"),
    (TROP_DRAWS_TOO_FEW, c"draws_too_few"),
    (TROP_THREADS_ZERO, c"threads_zero"),
    (TROP_THREADS_UNAVAILABLE, c"threads_unavailable"),
    (TROP_TOLERANCE_OUT_OF_RANGE, c"tolerance_out_of_range"),
    (TROP_MAX_ITERATIONS_ZERO, c"max_iterations_zero"),
    (TROP_SAMPLE_EMPTY, c"sample_empty"),
    (TROP_NO_ESTIMABLE_CELL, c"no_estimable_cell"),
    (TROP_TOO_FEW_TREATED_UNITS, c"too_few_treated_units"),
    (TROP_TOO_FEW_DRAWS, c"too_few_draws"),
    (TROP_CELL_OUT_OF_RANGE, c"cell_out_of_range"),
    (TROP_FACTORIZATION_FAILED, c"factorization_failed"),
    (TROP_INTERRUPTED, c"interrupted"),
    (TROP_WEIGHTS_LENGTH, c"weights_length"),
    (TROP_WEIGHT_INVALID, c"weight_invalid"),
    (TROP_WEIGHTS_ALL_ZERO, c"weights_all_zero"),
    (TROP_DRAW_LENGTH, c"draw_length"),
    (TROP_TARGET_NOT_ESTIMABLE, c"target_not_estimable"),
    (TROP_CALENDAR_MISSING, c"calendar_missing"),
    (TROP_CALENDAR_LENGTH, c"calendar_length"),
    (TROP_CALENDAR_NOT_INCREASING, c"calendar_not_increasing"),
    (TROP_AVERAGE_ALL_ZERO, c"average_all_zero"),
    (TROP_COVARIATE_LENGTH, c"covariate_length"),
    (TROP_COVARIATE_MISSING, c"covariate_missing"),
    (TROP_COVARIATE_CONSTANT, c"covariate_constant"),
    (TROP_COVARIATES_COLLINEAR, c"covariates_collinear"),
    (TROP_COVARIATES_WITHOUT_PENALTY, c"covariates_without_penalty"),
    (TROP_GROUPING_LENGTH, c"grouping_length"),
    (TROP_INFERENCE_IMPOSSIBLE, c"inference_impossible"),
    (TROP_PLACEBO_SETS_IMPOSSIBLE, c"placebo_sets_impossible"),
    (TROP_COVARIATES_NOT_IDENTIFIED, c"covariates_not_identified"),
    (TROP_ESTIMATOR_UNKNOWN, c"estimator_unknown"),
    (TROP_ESTIMATOR_IMPOSSIBLE, c"estimator_impossible"),
    (TROP_SIMULATION_IMPOSSIBLE, c"simulation_impossible"),
    (TROP_POWER_IMPOSSIBLE, c"power_impossible"),
    (TROP_PLACEBO_IN_TIME_IMPOSSIBLE, c"placebo_in_time_impossible"),
    (TROP_BIAS_SIZE_INVALID, c"bias_size_invalid"),
    (TROP_TREATMENT_MISSING, c"treatment_missing"),
    (TROP_TREATMENT_CONSTANT, c"treatment_constant"),
    (TROP_DUPLICATE_ROWS, c"duplicate_rows"),
    (TROP_COLUMNS_REPEATED, c"columns_repeated"),
    (TROP_GROUPS_EMPTY, c"groups_empty"),
    (TROP_OPTION_UNKNOWN, c"option_unknown"),
    (TROP_LAMBDAS_INVALID, c"lambdas_invalid"),
    (TROP_GRIDS_INVALID, c"grids_invalid"),
    (TROP_SEED_OUT_OF_RANGE, c"seed_out_of_range"),
    (TROP_OUTCOME_TOO_SMALL, c"outcome_too_small"),
    (TROP_OUTCOME_TOO_FAR, c"outcome_too_far"),
    (TROP_WEIGHTS_OUT_OF_RANGE, c"weights_out_of_range"),
    (TROP_FIT_DIVERGED, c"fit_diverged"),
    (TROP_EFFECTS_NOT_UNIQUE, c"effects_not_unique"),
    (TROP_CLUSTERS_LENGTH, c"clusters_length"),
    (TROP_TIME_ORDER_AMBIGUOUS, c"time_order_ambiguous"),
    (TROP_COHORT_VARIES, c"cohort_varies"),
    (TROP_COHORT_AMBIGUOUS, c"cohort_ambiguous"),
    (TROP_DONORS_LENGTH, c"donors_length"),
    (TROP_DONORS_NONE, c"donors_none"),
    (TROP_SAVED_INVALID, c"saved_invalid"),
    (TROP_SAVED_VERSION, c"saved_version"),
    (TROP_NULL_POINTER, c"null_pointer"),
    (TROP_OPTIONS_SIZE, c"options_size"),
    (TROP_OPTION_INVALID, c"option_invalid"),
    (TROP_STRIDE_TOO_SMALL, c"stride_too_small"),
    (TROP_BUFFER_TOO_SMALL, c"buffer_too_small"),
    (TROP_OUT_OF_MEMORY, c"out_of_memory"),
    (TROP_PANIC, c"panic"),
    (TROP_FILE_NOT_WRITTEN, c"file_not_written"),
];

/// The status of a code of the core. A code without a status would be a defect of this library, and a
/// test makes sure that there is none.
pub(crate) fn status_of(code: &str) -> trop_status {
    let known = CODES.iter().find(|(_, c)| c.to_bytes() == code.as_bytes());
    known.map_or(TROP_PANIC, |(status, _)| *status)
}

/// The stable code of a status, the same in every language of the project: "no_treated_cell" for
/// `TROP_NO_TREATED_CELL`; "unknown" for a value that is no status. A string for the life of the
/// program.
#[no_mangle]
pub extern "C" fn trop_status_code(status: i32) -> *const c_char {
    let known = CODES.iter().find(|(s, _)| *s as i32 == status);
    known.map_or(c"unknown", |(_, code)| code).as_ptr()
}
