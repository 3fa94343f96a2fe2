/*
 * trop.h: the Triply Robust Panel (TROP) estimator, for C and C++.
 *
 * The estimator of Athey, Imbens, Qu and Viviano (2026), doi:10.1002/jae.70061: the average effect of a
 * treatment on the treated, from a panel of units by periods.
 *
 *     trop_panel *panel = NULL;
 *     trop_analysis *analysis = NULL;
 *     if (trop_panel_new(y, n_periods, w, n_periods, n_units, n_periods, &panel) != TROP_OK
 *         || trop_analyze(panel, NULL, &analysis) != TROP_OK)
 *         fprintf(stderr, "%s\n", trop_last_error_message());
 *     else
 *         fputs(trop_analysis_summary(analysis), stdout);
 *     trop_analysis_free(analysis);
 *     trop_panel_free(panel);
 *
 * What holds for every function:
 *
 * Status. A function that can fail returns a trop_status, TROP_OK if it succeeded. Outputs are the last
 * parameters, and are written only on success. trop_last_error_message() explains the last failure of the
 * calling thread; trop_status_code() gives the stable code string of a status. Functions that only read a
 * handle cannot fail and return the value itself. No Rust panic leaves the library (a defect would show
 * as TROP_PANIC), and it never exits; only if memory runs out in the midst of a computation does the
 * process end.
 *
 * NULL. Every pointer may be NULL: TROP_NULL_POINTER where it is needed; NULL options are the defaults;
 * an array without entries may be NULL; freeing NULL does nothing; reading NULL gives what the function
 * says.
 *
 * Handles. What x_new() and trop_panel_...() hand out is the caller's, who frees it with the matching
 * x_free(), once. Handles never change (trop_analysis_options alone does) and do not depend on each other or
 * on the caller's arrays: a panel may be freed before its estimate. "Borrowed" is what a handle owns and
 * lends: valid until it is freed, not to be written or freed. Everything else is copied into memory of the
 * caller, whose size is checked.
 *
 * Matrices are N x T, units in rows, row-major, with an explicit row stride counted in entries. A missing
 * outcome is NaN. Units and periods are counted from 0.
 *
 * Texts are in UTF-8 and end with a NUL. Of the caller's what is not UTF-8 is replaced.
 *
 * Threads. Any number of threads may use one handle at once; freeing it must come after all other use.
 * Each long function computes on threads of its own, which have ended when it returns; the progress
 * function is called on the thread that called the library. Results are the same to the last bit for any
 * number of threads. Errors are remembered for each thread apart.
 *
 * Versions. Within one major version of the library functions and structs stay as they are, values of
 * enumerations too; new ones may be added. Structs that start with struct_size may grow at their end: the library
 * reads as much as the caller has. All others, those of results among them, are frozen, to the byte: what they lack
 * comes as a new function or a new struct.
 *
 * Generated from the library's sources: change those, then run `make c-header`.
 */


#ifndef TROP_H
#define TROP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Version of this header.
#define TROP_VERSION "0.1.0"

/// The first of its three numbers.
#define TROP_VERSION_MAJOR 0

/// The second.
#define TROP_VERSION_MINOR 1

/// The third.
#define TROP_VERSION_PATCH 0

/// All three as one number that grows with the version: 1.2.3 is 10203.
#define TROP_VERSION_NUMBER (10000 * TROP_VERSION_MAJOR + 100 * TROP_VERSION_MINOR + TROP_VERSION_PATCH)

/// The event time of a cell without one: untreated, and no treatment of its unit follows.
#define TROP_NO_EVENT_TIME INT64_MIN

/// The code of a cell that is in no group of `TROP_GROUPING_GIVEN`.
#define TROP_NO_GROUP INT64_MIN

/// The `grouping` of a quantity that is over all treated cells.
#define TROP_NO_GROUPING -1

/// Number of variants of trop_ablation().
#define TROP_N_VARIANTS 6

/// What a fallible function returns. The values never change; new ones may be added.
typedef enum {
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
} trop_status;

/// What a computation is at.
typedef enum {
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
} trop_stage;

/// What a search minimizes.
typedef enum {
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
} trop_criterion;

/// One of the tuning parameters.
typedef enum {
    /// trop_lambdas.time
    TROP_LAMBDA_TIME = 0,
    /// trop_lambdas.unit
    TROP_LAMBDA_UNIT = 1,
    /// trop_lambdas.nn
    TROP_LAMBDA_NN = 2,
} trop_lambda;

/// Whether a fit is certified.
typedef enum {
    /// The relative gap is at most the tolerance.
    TROP_FIT_SOLVED = 0,
    /// The limit of iterations, or of what rounding allows, came first: the gap says how far the fit
    /// may be from the optimum.
    TROP_FIT_MAX_ITERATIONS = 1,
} trop_fit_status;

/// Why a cell has no effect.
typedef enum {
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
} trop_reason;

/// What is measured over a group of cells.
typedef enum {
    /// Mean effect, in units of the outcome.
    TROP_MEASURE_EFFECT = 0,
    /// Sum of effects in percent of the sum of counterfactual outcomes.
    TROP_MEASURE_PERCENT = 1,
    /// Over all treated cells the sum of their effects; over event times (from 0 on) and periods the sum
    /// of the mean effects up to here.
    TROP_MEASURE_CUMULATIVE = 2,
    /// Coefficient of a covariate, averaged over the treated cells' fits.
    TROP_MEASURE_COEFFICIENT = 3,
} trop_measure;

/// Where standard errors, intervals and p-values come from.
typedef enum {
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
} trop_inference_method;

/// What the interval of a number is. An infinite end means that no effect in that direction is rejected, and the kind
/// says why; two ends that are NaN mean that there is no interval.
typedef enum {
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
} trop_interval;

/// What the values of a column are.
typedef enum {
    /// Units: positions, and labels as texts.
    TROP_COLUMN_UNIT = 0,
    /// Periods, likewise.
    TROP_COLUMN_PERIOD = 1,
    /// Groups: codes, and labels as texts.
    TROP_COLUMN_GROUP = 2,
    /// Texts.
    TROP_COLUMN_TEXT = 3,
    /// Whole numbers; NaN where there is none.
    TROP_COLUMN_INTEGER = 4,
    /// Numbers; NaN where there is none.
    TROP_COLUMN_NUMBER = 5,
    /// 1 for true, 0 for false.
    TROP_COLUMN_BOOL = 6,
} trop_column_kind;

/// Which candidates a search scores.
typedef enum {
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
} trop_search_method;

/// A set of cells of a panel.
typedef enum {
    /// All treated cells, observed or not.
    TROP_CELLS_TREATED = 0,
    /// All untreated cells that are observed.
    TROP_CELLS_CONTROL = 1,
    /// Of the control cells, those of ever-treated units before a spell of treatment: where placebo
    /// effects are of interest.
    TROP_CELLS_PRE_TREATMENT = 2,
} trop_cell_set;

/// Which treated cells share a fit, and with it their weights.
typedef enum {
    /// One fit for each treated cell, its weights centred there.
    TROP_ANCHOR_CELL = 0,
    /// One fit for all treated cells: unit distances are to the mean control outcomes of the treated units
    /// before the first treated period, time distances to the centre of the treated periods, half a period
    /// after their middle.
    TROP_ANCHOR_POOLED = 1,
    /// As `TROP_ANCHOR_POOLED`, but one fit for each set of units treated over exactly the same
    /// uninterrupted spell.
    TROP_ANCHOR_SPELL = 2,
} trop_anchor;

/// What the time weights count between two periods.
typedef enum {
    /// Positions among the periods of the panel.
    TROP_TIME_POSITION = 0,
    /// Differences of calendar values over the smallest gap between two neighbours.
    TROP_TIME_CALENDAR = 1,
} trop_time_distance;

/// What a group of cells has in common; a group is known by a code.
typedef enum {
    /// Periods since the spell of treatment began; negative before it.
    TROP_GROUPING_EVENT_TIME = 0,
    /// Position of the period.
    TROP_GROUPING_PERIOD = 1,
    /// Position of the unit's first treated period.
    TROP_GROUPING_COHORT = 2,
    /// Position of the unit.
    TROP_GROUPING_UNIT = 3,
    /// The caller's own code for each cell.
    TROP_GROUPING_GIVEN = 4,
} trop_grouping_kind;

/// All that an analysis gives. Any number of threads may read it at once.
typedef struct trop_analysis trop_analysis;

/// What may be asked of trop_analyze(), each option by its name. It alone of all handles changes: while one
/// thread sets an option, no other may use it.
typedef struct trop_analysis_options trop_analysis_options;

/// The numbers that an estimate reports. Any number of threads may read it at once.
typedef struct trop_averages trop_averages;

/// Standard error, interval and p-value of the average effect. Any number of threads may read it at once.
typedef struct trop_bootstrap trop_bootstrap;

/// What several estimators say of one panel. Any number of threads may read it at once.
typedef struct trop_comparison trop_comparison;

/// The fit behind the effect of one target cell. Any number of threads may read it at once.
///
/// The target is compared with its donors, the other units that are controls in its period, and with its
/// reference periods, the other periods in which its unit is a control. With the singular value
/// decomposition `L = U S V'` of the fit's low-rank part, units have the loadings `U S^1/2` and periods the
/// factors `V S^1/2`, a number for each singular value. The unit imbalance is the donors' mean loadings, by
/// unit weight, less those of the target's unit; the time imbalance is the reference periods' mean factors,
/// by time weight, less those of the target's period. By the paper's Theorem 5.1 the bias is at most the
/// product of the norms of these two and of what the regression adjustment misses, so that any one that is
/// small makes the bias small.
typedef struct trop_diagnosis trop_diagnosis;

/// The average effect of some given draws. Any number of threads may read it at once.
typedef struct trop_draw_atts trop_draw_atts;

/// Effects of several cells. Any number of threads may read it at once.
typedef struct trop_effects trop_effects;

/// The average effect on the treated, and all that it is made of. Any number of threads may read it at
/// once.
typedef struct trop_estimate trop_estimate;

/// What may be chosen about estimators beside TROP. While one thread sets an option, no other may use it.
typedef struct trop_estimator_options trop_estimator_options;

/// The candidates of each lambda. Any number of threads may read it at once.
typedef struct trop_grids trop_grids;

/// Standard errors, intervals and p-values, and where they come from. Any number of threads may read it at
/// once.
typedef struct trop_inference trop_inference;

/// A validated panel of N units by T periods, independent of the arrays that it was made from.
/// Any number of threads may use it at once.
typedef struct trop_panel trop_panel;

/// How well outcomes before treatment are predicted. Any number of threads may read it at once.
typedef struct trop_pre_fit trop_pre_fit;

/// What is allowed about a panel, but often a mistake. Any number of threads may read it at once.
typedef struct trop_remarks trop_remarks;

/// The chosen lambdas and how they were found. Any number of threads may read it at once.
typedef struct trop_search trop_search;

/// A table: columns by name, all of the same length. Any number of threads may read it at once.
typedef struct trop_table trop_table;

/// A text, in UTF-8. Any number of threads may read it at once.
typedef struct trop_text trop_text;

/// A fit at given weights, all treated cells left out. Any number of threads may read it at once.
///
/// Control cells of positive weight join their unit with their period. `unit_effect + period_effect` is
/// identified within each connected component of this graph; there the component's first period has effect
/// 0. What is not identified is NaN.
typedef struct trop_weighted_fit trop_weighted_fit;

/// Leave-one-out scores at given weights. Any number of threads may read it at once.
typedef struct trop_weighted_loocv trop_weighted_loocv;

/// Hears of progress, and may stop the computation by returning anything but 0: the function then
/// returns `TROP_INTERRUPTED`.
///
/// It is called on the thread that called the library, about ten times a second while that thread waits
/// for the computation, and once more when it is done; a stop is obeyed then too. So it needs no locks,
/// and may call this library. It must return: no longjmp, no C++ exception. `done` of `total` pieces of
/// the stage are finished; `total` is 0 until it is known. `data` is `progress_data` of the options.
typedef int32_t (*trop_progress)(trop_stage stage, size_t done, size_t total, void *data);

/// How to compute; what a field means is the same in every function that uses it. Fill it with
/// trop_options_default(), then change what you like. Fields may be added at the end in later versions;
/// `struct_size` tells the library which it can read.
typedef struct {
    /// Size of this struct in bytes, set by trop_options_default().
    size_t struct_size;
    /// Relative duality gap at which an estimate's fit is certified. In (0, 1); default 1e-8.
    double tolerance;
    /// The same for the fits of a search. In (0, 1); default 1e-8.
    double loocv_tolerance;
    /// Iterations after which a fit is given up as not certified. At least 1; default 10,000.
    size_t max_iterations;
    /// Threads that compute; 0 (the default) for one per core. Results do not depend on it.
    size_t threads;
    /// Search: one of `trop_search_method`; default `TROP_SEARCH_RACE`.
    int32_t search_method;
    /// Search: if not 0, stop scoring a candidate once it can no longer win; its score is then a lower
    /// bound. Default 0.
    int32_t search_abandon;
    /// Leave-one-out search: score on a random sample of this many control cells; 0 (the default) for all.
    size_t search_max_cells;
    /// Search: seed of that sample, or of the placebo sets; default 0.
    uint64_t search_seed;
    /// Bootstrap: number of draws, at least 2; default 200.
    size_t bootstrap_draws;
    /// Bootstrap: level of the interval, in (0, 1); default 0.95.
    double bootstrap_level;
    /// Bootstrap: seed; default 0. Draw k of a seed is the same whatever the number of draws or threads.
    uint64_t bootstrap_seed;
    /// Called with progress, if not NULL (the default).
    trop_progress progress;
    /// Passed to `progress`; default NULL.
    void *progress_data;
    /// Search: what it minimizes, one of `trop_criterion`; default `TROP_CRITERION_AUTO`.
    int32_t search_criterion;
    /// Inference: where standard errors come from, one of `trop_inference_method`; default
    /// `TROP_INFERENCE_AUTO`.
    int32_t inference_method;
    /// Search by `TROP_CRITERION_PLACEBO_SETS`: number of placebo sets, at least 2; default 20.
    size_t search_placebo_sets;
    /// Search by `TROP_CRITERION_PLACEBO_FOLDS`: number of folds, from 2 to the number of never-treated
    /// units; default 5.
    size_t search_placebo_folds;
    /// Inference: bootstrap draws or placebo assignments, at least 2; default 200. With one treated unit
    /// each never-treated unit is assigned once, and this is the largest number of them.
    size_t inference_draws;
    /// Inference: level of the intervals, in (0, 1); default 0.95.
    double inference_level;
    /// Inference: seed; default 0. Draw k of a seed is the same whatever the number of draws or threads.
    uint64_t inference_seed;
    /// Inference and averages: if not 0, event-time groupings have averages of effects before treatment
    /// too, in each draw as well. Default 1.
    int32_t pre_periods;
} trop_options;

/// A matrix of the caller in any layout: entry (i, t) stands at `data[i * row_stride + t * column_stride]`.
/// Column-major data of Fortran, R, Eigen or Julia have the row stride 1.
typedef struct {
    /// The first entry.
    const double *data;
    /// Entries from one row to the next.
    size_t row_stride;
    /// Entries from one column to the next.
    size_t column_stride;
} trop_matrix;

/// A unit in a period: row and column of the panel, counted from 0.
typedef struct {
    /// Row of the panel.
    size_t unit;
    /// Column of the panel.
    size_t period;
} trop_cell;

/// Cells whose effects are averaged together.
typedef struct {
    /// One of `trop_grouping_kind`.
    int32_t kind;
    /// The code of each cell, N x T; for `TROP_GROUPING_GIVEN` only, else not read.
    const int64_t *codes;
    /// Row stride of `codes`, in codes, at least T.
    size_t codes_stride;
} trop_grouping;

/// What is asked of a panel of N units by T periods: how effects are estimated, and which averages of them
/// are reported. Fill it with trop_design_default(), then change what you like. Fields may be added at the
/// end in later versions; `struct_size` tells the library which it can read.
typedef struct {
    /// Size of this struct in bytes, set by trop_design_default().
    size_t struct_size;
    /// One of `trop_anchor`; default `TROP_ANCHOR_CELL`.
    int32_t anchor;
    /// One of `trop_time_distance`; default `TROP_TIME_POSITION`.
    int32_t time_distance;
    /// Calendar value of each period, T of them, strictly increasing; NULL (the default) for none.
    const double *calendar;
    /// Weight of each unit's effects in averages (population or survey weights; no part in the fits), N of
    /// them, finite, >= 0; NULL (the default) for equal weights.
    const double *average;
    /// Covariates: `n_covariates` pointers to N x T matrices, finite wherever the outcome is observed.
    /// Default none.
    const double *const *covariates;
    /// Number of covariates; default 0.
    size_t n_covariates;
    /// Row stride of each covariate, in doubles, at least T.
    size_t covariate_stride;
    /// Averages to report beside the average effect, `n_groupings` of them. Default none.
    const trop_grouping *groupings;
    /// Number of groupings; default 0.
    size_t n_groupings;
    /// The cluster of each unit by a code of yours, N of them; units of one code are resampled, left out and moved
    /// as one. NULL (the default): each unit is its own.
    const int64_t *clusters;
    /// For each unit 1 if it may serve in the fits of others, else 0, N of them. At most one of this, `donor_groups`
    /// and `donor_pairs` is not NULL; all NULL (the default): every unit may serve for every other.
    const uint8_t *donor_units;
    /// The group of each unit by a code of yours, N of them: the units of a group may serve for each other.
    const int64_t *donor_groups;
    /// N x N: in row i and column j 1 if unit j may serve for unit i, else 0. The diagonal is not read.
    const uint8_t *donor_pairs;
    /// Row stride of `donor_pairs`, in bytes, at least N.
    size_t donor_pairs_stride;
    /// Periods before each spell of treatment whose untreated cells of the unit are neither controls nor treated.
    /// Default 0.
    size_t anticipation;
    /// The same after each spell. Default 0.
    size_t washout;
} trop_design;

/// What the codes 0, 1, ... of a grouping stand for.
typedef struct {
    /// The label of each code, `n` of them.
    const char *const *labels;
    /// Number of labels; 0 if the codes have none.
    size_t n;
} trop_group_labels;

/// What the units, periods and columns of a panel are called: in messages of errors, notes, summary, tables and
/// report. Texts are in UTF-8. NULL (the default) leaves what the panel has; what has no name is called by
/// its position. Fill it with trop_names_default(), then change what you like. Fields may be added at the
/// end in later versions; `struct_size` tells the library which it can read.
typedef struct {
    /// Size of this struct in bytes, set by trop_names_default().
    size_t struct_size;
    /// What a unit is, such as "state".
    const char *unit;
    /// What a period is, such as "year".
    const char *time;
    /// The outcome.
    const char *outcome;
    /// The treatment.
    const char *treatment;
    /// The label of each unit, N of them.
    const char *const *units;
    /// The label of each period, T of them.
    const char *const *periods;
    /// The name of each covariate of the panel's design.
    const char *const *covariates;
    /// The name of each grouping of the panel's design.
    const char *const *groupings;
    /// The labels of the groups of each grouping of the panel's design; read for `TROP_GROUPING_GIVEN` only.
    const trop_group_labels *groups;
    /// The weights of averages.
    const char *average;
    /// If not 0, summary, report and tables of averages tell effects in percent too. Default 0: a percentage of a
    /// logarithm, an index or a temperature means nothing.
    int32_t percent;
    /// The clusters of units.
    const char *clusters;
    /// The choice of donors.
    const char *donors;
    /// What the outcome is called in summary and report, such as "Packs per person", in place of its column.
    const char *outcome_label;
    /// What the effect is called there, such as "Effect of Proposition 99".
    const char *effect_label;
} trop_names;

/// Data in long form, `n_rows` rows in any order: row k is unit k in its period. Units and periods are integers
/// or texts. Integers, and units that are texts, stand in the panel in ascending order; periods that are texts stand
/// in the order in time that they say, such as "2001-02", "Q4 2019" or "Week 10", or are refused. Fill it with trop_long_default(), then set the columns. Fields may be added at the end in
/// later versions; `struct_size` tells the library which it can read.
typedef struct {
    /// Size of this struct in bytes, set by trop_long_default().
    size_t struct_size;
    /// Number of rows.
    size_t n_rows;
    /// The unit of each row, if units are integers; else NULL.
    const int64_t *unit;
    /// The unit of each row, if units are texts; else NULL.
    const char *const *unit_text;
    /// The period of each row, if periods are integers, such as years or codes of dates (201911); else NULL. They
    /// are the calendar of the panel's design unless it has one.
    const int64_t *time;
    /// The period of each row, if periods are texts; else NULL.
    const char *const *time_text;
    /// The outcome of each row, NaN if missing.
    const double *outcome;
    /// The treatment of each row, 0 or 1; NaN only where the outcome is missing, too. NULL if there is a `cohort`.
    const double *treatment;
    /// In place of `treatment`: the period in which the unit of each row is first treated, the same in all of its
    /// rows; 0, NaN or infinite for units that never are. Periods must be integers that differ as doubles. NULL for
    /// none. A remark (trop_panel_remarks()) tells of units that are first treated outside of the periods.
    const double *cohort;
} trop_long;

/// The tuning parameters, always by name.
typedef struct {
    /// Decay of the time weights per period, >= 0 (no unit). 0: all periods alike.
    double time;
    /// Decay of the unit weights per unit of the outcome, >= 0. 0: all units alike.
    double unit;
    /// Penalty on the nuclear norm, >= 0, in units of the outcome. INFINITY: no low-rank part (weighted
    /// two-way fixed effects). 0 is read as the limit from above.
    double nn;
} trop_lambdas;

/// The score of one candidate.
typedef struct {
    /// The candidate.
    trop_lambdas lambdas;
    /// The sum of squared leave-one-out effects, in squared units of the outcome; infinite if the weights
    /// of some cell are zero in floating point. In placebo cross-validation the root mean square of the
    /// placebo sets' average effects, in units of the outcome. A lower bound if `abandoned`.
    double score;
    /// Control cells, or placebo sets, that were scored.
    size_t n_cells;
    /// Largest relative gap of the fits.
    double max_gap;
    /// Fits not certified to the tolerance.
    size_t n_uncertified;
    /// True if scoring stopped once the candidate could no longer win.
    bool abandoned;
} trop_score;

/// A choice at an end of its candidates, beyond which a better one may lie.
typedef struct {
    /// Which lambda.
    trop_lambda lambda;
    /// True at the largest candidate, false at the smallest.
    bool upper;
    /// The choice.
    double value;
} trop_edge;

/// The effect in one cell, and the certificate of its fit.
typedef struct {
    /// Where.
    trop_cell cell;
    /// As trop_panel_event_time() gives it.
    int64_t event_time;
    /// Observed outcome.
    double observed;
    /// Outcome without treatment, as fitted: `observed - effect`.
    double counterfactual;
    /// The effect, in units of the outcome.
    double effect;
    /// Rank of the low-rank part of the fit.
    size_t rank;
    /// Iterations of the fit.
    size_t iterations;
    /// Relative duality gap, `(primal - dual) / primal`, a certified bound.
    double gap;
    /// Objective that was reached (at nn = 0, the nuclear norm of the low-rank part).
    double primal;
    /// Lower bound of that objective.
    double dual;
    /// Whether the fit is certified.
    trop_fit_status status;
} trop_cell_effect;

/// The least and the largest effect that a cell can have, in units of the outcome.
typedef struct {
    /// No fit with an objective as low as the one found has a smaller effect; infinite without a bound.
    double effect_min;
    /// Nor a larger one.
    double effect_max;
} trop_effect_range;

/// A cell without an effect.
typedef struct {
    /// Where.
    trop_cell cell;
    /// Why.
    trop_reason reason;
} trop_not_estimable;

/// One number of an estimate.
typedef struct {
    /// Position among the groupings of the panel's design; `TROP_NO_GROUPING` for all treated cells.
    int64_t grouping;
    /// The group's code, or the covariate's position; 0 for all treated cells.
    int64_t code;
    /// What is measured.
    trop_measure measure;
} trop_quantity;

/// One number of an estimate and its value.
typedef struct {
    /// Which number.
    trop_quantity quantity;
    /// Cells behind it.
    size_t n_cells;
    /// Its value; NaN for a percentage of counterfactual outcomes that are not all positive.
    double value;
    /// Units that these cells are of.
    size_t n_units;
    /// Cells whose fit is not certified to the tolerance.
    size_t n_uncertified;
} trop_average;

/// One number of an estimate with its standard error, interval and p-value: NaN where the method gives
/// none.
typedef struct {
    /// Which number, the cells behind it, and its value.
    trop_average average;
    /// Standard error. Conformal inference has none.
    double se;
    /// Lower end of the pointwise interval; -infinity if no effect that low is rejected, NaN if there is no interval.
    double ci_lower;
    /// Upper end, likewise.
    double ci_upper;
    /// What the interval is, and so why an end is infinite or NaN.
    trop_interval interval;
    /// P-value of zero: below `1 - level` exactly when zero is outside of the interval.
    double p_value;
    /// Lower end of the interval that holds, at the level, together with those of all groups of the same
    /// grouping and measure (a uniform band).
    double band_lower;
    /// Its upper end.
    double band_upper;
} trop_inferred;

/// The average effect at some lambdas.
typedef struct {
    /// The lambdas.
    trop_lambdas lambdas;
    /// The average effect, NaN if no treated cell that counts in the average has an effect.
    double att;
    /// Treated cells that have an effect.
    size_t n_cells;
    /// Largest relative gap of the fits.
    double max_gap;
    /// Fits not certified to the tolerance.
    size_t n_uncertified;
} trop_att_at;

/// The estimator with parts of it taken away.
typedef struct {
    /// Its name, a string for the life of the program.
    const char *name;
    /// Its lambdas.
    trop_lambdas lambdas;
} trop_variant;

/// The average effect without one unit.
typedef struct {
    /// The unit that is left out.
    size_t unit;
    /// The average effect of the others, NaN if no treated cell that counts in the average has an effect.
    double att;
} trop_left_out;

/// Effects of one unit before its treatment.
typedef struct {
    /// The unit.
    size_t unit;
    /// Its cells.
    size_t n_cells;
    /// Mean effect.
    double mean;
    /// Root mean squared effect.
    double rmse;
} trop_unit_fit;

/// Mean outcomes in one period of the cells of ever-treated units that have an effect, weighted as the average
/// effect.
typedef struct {
    /// The period.
    size_t period;
    /// Mean observed outcome.
    double observed;
    /// Mean outcome without treatment, as fitted.
    double counterfactual;
    /// Cells behind them.
    size_t n_cells;
    /// Of these, treated ones.
    size_t n_treated;
    /// Of these, cells whose fit is not certified to the tolerance.
    size_t n_uncertified;
} trop_period_mean;

/// How many fits did not reach their tolerance; all 0 if everything is certified.
typedef struct {
    /// Cells of the estimate, treated or before treatment.
    size_t cells;
    /// Fits of the search.
    size_t scores;
    /// Draws with such a fit.
    size_t draws;
} trop_uncertified;

/// What the steps of an analysis took, in seconds; NaN for those that were left out.
typedef struct {
    /// Grids and search.
    double search;
    /// Effects of the treated cells, and before treatment.
    double estimate;
    /// Inference.
    double inference;
} trop_timings;

/// A picture for the report.
typedef struct {
    /// What it shows, and so where it stands: "event", "path", "cumulative", "effects", "placebo", "weights",
    /// "time_weights", "ablation", "leave_one_out", "surface" or "pre_fit".
    const char *kind;
    /// The picture, an SVG as text.
    const char *svg;
} trop_picture;

/// The leave-one-out score of one lambda_nn at given weights.
typedef struct {
    /// The candidate.
    double lambda_nn;
    /// The sum of squared leave-one-out effects, in squared units of the outcome.
    double score;
    /// Largest relative gap of the fits.
    double max_gap;
    /// Fits not certified to the tolerance.
    size_t n_uncertified;
} trop_weighted_score;

/// A panel of N units by T periods, and the weights of its fit.
typedef struct {
    /// The panel.
    const trop_panel *panel;
    /// Weights of its units in the fit, N of them.
    const double *unit_weights;
    /// Weights of its periods in the fit, T of them.
    const double *period_weights;
    /// How often each unit stands in the panel (a bootstrap draw), N of them; once if NULL.
    const size_t *counts;
    /// Weights of the units' effects in the average, not in the fit, N of them; equal if NULL.
    const double *average;
} trop_weighted_job;

/// The average effect of one job at one lambda_nn.
typedef struct {
    /// Mean of outcome less fitted outcome over the treated cells that are identified; NaN if none is.
    double att;
    /// Relative duality gap of the fit.
    double gap;
    /// Whether the fit is certified.
    trop_fit_status status;
} trop_weighted_att;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/// The version of the library that runs, such as "1.2.3" (`TROP_VERSION` is that of the header).
/// A string for the life of the program.
const char *trop_version(void);

/// The stable code of a status, the same in every language of the project: "no_treated_cell" for
/// `TROP_NO_TREATED_CELL`; "unknown" for a value that is no status. A string for the life of the
/// program.
const char *trop_status_code(int32_t status);

/// The status of this thread's last failure; `TROP_OK` if nothing has failed. A success does not
/// change it.
trop_status trop_last_error_status(void);

/// The message of this thread's last failure, in UTF-8: what is wrong, which unit or period (counted
/// from 0), what to do; "" if nothing has failed. Valid until the next failure in this thread.
const char *trop_last_error_message(void);

/// Frees a text. NULL is fine.
void trop_text_free(trop_text *text);

/// The text, with a NUL at its end. Borrowed for the handle's life; NULL for NULL.
const char *trop_text_data(const trop_text *text);

/// Its bytes without the NUL; 0 for NULL.
size_t trop_text_length(const trop_text *text);

/// "search", "estimate", "placebo", "bootstrap", "inference" or "simulation"; "unknown" for any other value.
/// A string for the life of the program.
const char *trop_stage_name(int32_t stage);

/// "solved" or "max_iterations"; "unknown" for any other value. A string for the life of the program.
const char *trop_fit_status_name(int32_t status);

/// "outcome_missing", "disconnected", "weights_underflow", "covariates_not_identified", "no_donors",
/// "no_pre_periods", "not_unique" or "diverged"; "unknown" for any other value. A string for the life of the program.
const char *trop_reason_name(int32_t reason);

/// "auto", "loocv", "placebo_sets", "placebo_folds" or "blocks"; "unknown" for any other value. A string for the
/// life of the program.
const char *trop_criterion_name(int32_t criterion);

/// "auto", "bootstrap", "jackknife", "placebo" or "conformal"; "unknown" for any other value. A string for
/// the life of the program.
const char *trop_inference_method_name(int32_t method);

/// "effect", "percent", "cumulative" or "coefficient"; "unknown" for any other value. A string for the life
/// of the program.
const char *trop_measure_name(int32_t measure);

/// "none", "bounded", "too_few_draws", "unbounded", "disconnected" or "empty"; "unknown" for any other value. A string
/// for the life of the program.
const char *trop_interval_name(int32_t interval);

/// Fills options with the defaults. Pass `sizeof(trop_options)`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// The caller's duty: `options` has `struct_size` bytes.
trop_status trop_options_default(size_t struct_size, trop_options *options);

/// For a progress function: the time that the whole call of trop_analyze() will still take, as in "about 3 minutes
/// left". NULL while it is not known, which it is after a second or a hundred fits; at the end; and outside of a
/// progress function. Borrowed until the progress function returns.
const char *trop_progress_left(void);

/// For a progress function: if the whole call of trop_analyze() takes more than a minute, how long it takes, for how
/// many fits of which kind, and what would make it shorter, in a few sentences; else NULL. Borrowed until the progress function returns, which can show it once.
const char *trop_progress_advice(void);

/// Validates and copies a panel.
///
/// Both matrices are N x T, units in rows. Row i of `outcome` starts at `outcome + i * outcome_stride`,
/// strides counted in doubles and at least T; so with `treatment`. `outcome` holds NaN where it is
/// missing; `treatment` holds 0 or 1 everywhere.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_STRIDE_TOO_SMALL`, `TROP_EMPTY_PANEL`, `TROP_TOO_LARGE`,
/// `TROP_OUT_OF_MEMORY`, `TROP_TREATMENT_NOT_BINARY`, `TROP_OUTCOME_INFINITE`, `TROP_UNIT_ALL_MISSING`,
/// `TROP_PERIOD_ALL_MISSING`, `TROP_NO_TREATED_CELL`, `TROP_NO_CONTROL_CELL`.
///
/// The caller's duty: The arrays have the entries that sizes and strides say.
trop_status trop_panel_new(const double *outcome,
                           size_t outcome_stride,
                           const double *treatment,
                           size_t treatment_stride,
                           size_t n_units,
                           size_t n_periods,
                           trop_panel **panel);

/// As trop_panel_new(), of matrices in any layout, each its own.
///
/// Errors: those of trop_panel_new() but for `TROP_STRIDE_TOO_SMALL`.
///
/// The caller's duty: The arrays have the entries that sizes and strides say.
trop_status trop_panel_from_matrices(trop_matrix outcome,
                                     trop_matrix treatment,
                                     size_t n_units,
                                     size_t n_periods,
                                     trop_panel **panel);

/// Frees a panel. NULL is fine.
void trop_panel_free(trop_panel *panel);

/// Number of units, N; 0 for NULL.
size_t trop_panel_n_units(const trop_panel *panel);

/// Number of periods, T; 0 for NULL.
size_t trop_panel_n_periods(const trop_panel *panel);

/// Number of observed cells; 0 for NULL.
size_t trop_panel_n_observed(const trop_panel *panel);

/// Number of units that are treated in some period; 0 for NULL.
size_t trop_panel_n_treated_units(const trop_panel *panel);

/// Number of covariates of its design; 0 for NULL.
size_t trop_panel_n_covariates(const trop_panel *panel);

/// Number of groupings of its design; 0 for NULL.
size_t trop_panel_n_groupings(const trop_panel *panel);

/// The label of a unit, in UTF-8; NULL if it has none, and for NULL. Borrowed for the handle's life.
const char *trop_panel_unit_label(const trop_panel *panel, size_t unit);

/// The label of a period, likewise.
const char *trop_panel_period_label(const trop_panel *panel, size_t period);

/// Lists the cells of a set, by unit and then period: writes them to `cells`, which has room for
/// `capacity`, and their number to `n_cells`. To ask for the number alone, pass 0 and NULL for `capacity`
/// and `cells`; no set has more than N x T.
///
/// `set` is one of `trop_cell_set`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID`, `TROP_BUFFER_TOO_SMALL`.
///
/// The caller's duty: `cells` has room for `capacity` cells.
trop_status trop_panel_cells(const trop_panel *panel,
                             int32_t set,
                             size_t capacity,
                             trop_cell *cells,
                             size_t *n_cells);

/// Event time of a cell: periods since the current spell of treatment began (0 in its first period) if
/// it is treated; minus the periods until the next spell begins if not; `TROP_NO_EVENT_TIME` if there is
/// none.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`.
trop_status trop_panel_event_time(const trop_panel *panel, trop_cell cell, int64_t *event_time);

/// Fills a design with the defaults. Pass `sizeof(trop_design)`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// The caller's duty: `design` has `struct_size` bytes.
trop_status trop_design_default(size_t struct_size, trop_design *design);

/// Makes a new panel: the data of `panel`, and a design that every function of the new panel follows. A
/// design that `panel` had is replaced, and with it the names of its covariates and groupings; other names
/// stay. The arrays of the design are copied; NULL is the default design. Without a calendar that of
/// trop_panel_from_long() stays, if its periods are integers.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`, `TROP_OPTION_INVALID`, `TROP_STRIDE_TOO_SMALL`,
/// `TROP_TOO_LARGE`, `TROP_OUT_OF_MEMORY`, `TROP_CALENDAR_MISSING`, `TROP_CALENDAR_NOT_INCREASING`,
/// `TROP_WEIGHT_INVALID` (in `average`), `TROP_AVERAGE_ALL_ZERO`, `TROP_COVARIATE_MISSING`,
/// `TROP_COVARIATE_CONSTANT`, `TROP_COVARIATES_COLLINEAR`, `TROP_DONORS_NONE`, `TROP_NO_CONTROL_CELL`.
///
/// The caller's duty: `design` has the size that it says, and its arrays the entries that sizes, strides and the panel say.
trop_status trop_panel_with_design(const trop_panel *panel, const trop_design *design, trop_panel **designed);

/// Fills names with NULL. Pass `sizeof(trop_names)`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// The caller's duty: `names` has `struct_size` bytes.
trop_status trop_names_default(size_t struct_size, trop_names *names);

/// Makes a new panel: `panel` with names. All texts are copied.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// The caller's duty: `names` has the size that it says, and its texts the numbers that the panel says.
trop_status trop_panel_with_names(const trop_panel *panel, const trop_names *names, trop_panel **named);

/// Fills data in long form with no rows and NULL. Pass `sizeof(trop_long)`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// The caller's duty: `rows` has `struct_size` bytes.
trop_status trop_long_default(size_t struct_size, trop_long *rows);

/// Lays out data in long form and validates them. A cell without a row, or without a treatment, has no
/// outcome; it counts as treated if its unit is treated both before and after it. Units and periods are
/// labelled by their integers or texts; `names` may name the columns (its other fields are not read) and
/// may be NULL.
///
/// Errors: those of trop_panel_new() but for strides, `TROP_OPTIONS_SIZE`, `TROP_OPTION_INVALID` (units or
/// periods both as integers and as texts, treatment and cohort, cohort with texts or with integers that are
/// one double), `TROP_COHORT_VARIES`, `TROP_COHORT_AMBIGUOUS`, `TROP_DUPLICATE_ROWS`,
/// `TROP_TREATMENT_MISSING`.
///
/// The caller's duty: `rows` and `names` have the size that they say, and the columns the rows.
trop_status trop_panel_from_long(const trop_long *rows, const trop_names *names, trop_panel **panel);

/// Lays out one more column of data in long form, such as a covariate, as the panel of these rows has its
/// outcomes: writes a row-major N x T matrix without gaps to `matrix`, NaN where there is no row.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`, `TROP_OPTION_INVALID`, `TROP_EMPTY_PANEL`, `TROP_TOO_LARGE`,
/// `TROP_DUPLICATE_ROWS`, `TROP_BUFFER_TOO_SMALL`.
///
/// The caller's duty: `rows` has the size that it says, `column` and those of `rows` have the rows, and `matrix` has room for
/// `capacity` entries.
trop_status trop_long_matrix(const trop_long *rows,
                             const double *column,
                             size_t capacity,
                             double *matrix);

/// The same for codes of groups, for `TROP_GROUPING_GIVEN`: `TROP_NO_GROUP` where there is no row.
///
/// Errors: those of trop_long_matrix().
///
/// The caller's duty: As for trop_long_matrix().
trop_status trop_long_codes(const trop_long *rows, const int64_t *column, size_t capacity, int64_t *codes);

/// Looks for what is allowed about a panel, but often a mistake:
///
/// - "treatment_spike": treatment is on for one period only;
/// - "treatment_swapped": treatment ends, but never begins;
/// - "periods_uneven": calendar gaps differ, and time weights count positions.
///
/// Errors: `TROP_NULL_POINTER`.
trop_status trop_panel_remarks(const trop_panel *panel, trop_remarks **remarks);

/// Frees remarks. NULL is fine.
void trop_remarks_free(trop_remarks *remarks);

/// Number of remarks; 0 for NULL.
size_t trop_remarks_n(const trop_remarks *remarks);

/// The stable code of remark `k`, the same in every language. Borrowed for the handle's life; NULL for NULL
/// and if there are not as many.
const char *trop_remarks_code(const trop_remarks *remarks, size_t k);

/// Remark `k` in words, in UTF-8. Borrowed for the handle's life; NULL for NULL and if there are not as
/// many.
const char *trop_remarks_message(const trop_remarks *remarks, size_t k);

/// Writes the N x N matrix of distances between units: the root mean squared difference of the control
/// outcomes of each pair, over the periods in which both have one. Symmetric, zero on the diagonal,
/// infinite for units without a common control period; in units of the outcome.
///
/// Row i is written to `distances + i * row_stride`; `row_stride` is at least N, and `capacity`, the
/// room of the array in doubles, at least `(N - 1) * row_stride + N`. Other entries stay as they are.
///
/// Uses the options `threads` and `progress`; NULL for the defaults. Progress hears `TROP_STAGE_SEARCH`, 0 of 0: there
/// are no pieces to count, but it may stop.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_STRIDE_TOO_SMALL`, `TROP_BUFFER_TOO_SMALL`, `TROP_TOO_LARGE`,
/// `TROP_OUT_OF_MEMORY`, `TROP_OPTIONS_SIZE`, `TROP_THREADS_UNAVAILABLE`, `TROP_INTERRUPTED`.
///
/// The caller's duty: `distances` has room for `capacity` doubles, and `options` the size that it says.
trop_status trop_panel_unit_distances(const trop_panel *panel,
                                      const trop_options *options,
                                      size_t row_stride,
                                      size_t capacity,
                                      double *distances);

/// Writes the distance of each of the N units to the unit of `target`, over the periods other than the
/// target's: what its weights are made of. Zero for the target's own unit; infinite without a common
/// control period.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_BUFFER_TOO_SMALL` (`capacity` < N).
///
/// The caller's duty: `distances` has room for `capacity` doubles.
trop_status trop_panel_leave_period_out_distances(const trop_panel *panel,
                                                  trop_cell target,
                                                  size_t capacity,
                                                  double *distances);

/// Writes the weights of a target, not normalized: of the N units, `exp(-lambda_unit * distance)`, and of
/// the T periods, `exp(-lambda_time * |t - s|)` in positions. The target's own unit and period have 1. A
/// unit without a common control period has 0, unless `lambdas.unit` is 0; `lambdas.nn` plays no part.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_LAMBDA_INVALID`,
/// `TROP_BUFFER_TOO_SMALL` (`unit_capacity` < N or `period_capacity` < T).
///
/// The caller's duty: `unit_weights` and `period_weights` have room for as many doubles as their capacities say, and do not
/// overlap.
trop_status trop_panel_weights(const trop_panel *panel,
                               trop_cell target,
                               trop_lambdas lambdas,
                               size_t unit_capacity,
                               size_t period_capacity,
                               double *unit_weights,
                               double *period_weights);

/// Copies and checks candidates: of lambda_time and lambda_unit finite and >= 0, of lambda_nn >= 0 with
/// infinity allowed; at least one of each, and none twice.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_GRID_EMPTY`, `TROP_GRID_DUPLICATE`, `TROP_LAMBDA_INVALID`.
///
/// The caller's duty: The arrays have as many entries as said.
trop_status trop_grids_new(const double *time,
                           size_t n_time,
                           const double *unit,
                           size_t n_unit,
                           const double *nn,
                           size_t n_nn,
                           trop_grids **grids);

/// Makes the default candidates of a panel, from its scale, so that the unit of measurement does not
/// matter:
///
/// - time: 0, 0.1, 0.25, 0.5, 1, 2, 3, 5 (per period);
/// - unit: 0, 0.5, 1, 2, 4, 8 over the median distance between two units; only 0 if that is 0;
/// - nn: infinity, and 0.5, 0.25, 0.1, 0.05, 0.02, 0.01 times the smallest value at which the low-rank
///   part vanishes with equal weights; only infinity if that is 0.
///
/// Uses the options `threads` and `progress`; NULL for the defaults. Progress hears `TROP_STAGE_SEARCH`, 0 of 0: there
/// are no pieces to count, but it may stop.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`, `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`,
/// `TROP_INTERRUPTED`.
///
/// The caller's duty: `options` has the size that it says.
trop_status trop_panel_default_grids(const trop_panel *panel,
                                     const trop_options *options,
                                     trop_grids **grids);

/// Frees grids. NULL is fine.
void trop_grids_free(trop_grids *grids);

/// Number of candidates of lambda_time; 0 for NULL.
size_t trop_grids_n_time(const trop_grids *grids);

/// Candidates of lambda_time, trop_grids_n_time() of them. Borrowed for the handle's life; NULL for NULL.
const double *trop_grids_time(const trop_grids *grids);

/// Number of candidates of lambda_unit; 0 for NULL.
size_t trop_grids_n_unit(const trop_grids *grids);

/// Candidates of lambda_unit, trop_grids_n_unit() of them. Borrowed for the handle's life; NULL for NULL.
const double *trop_grids_unit(const trop_grids *grids);

/// Number of candidates of lambda_nn; 0 for NULL.
size_t trop_grids_n_nn(const trop_grids *grids);

/// Candidates of lambda_nn, trop_grids_n_nn() of them. Borrowed for the handle's life; NULL for NULL.
const double *trop_grids_nn(const trop_grids *grids);

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
/// The caller's duty: `options` has the size that it says.
trop_status trop_panel_search(const trop_panel *panel,
                              const trop_grids *grids,
                              const trop_options *options,
                              trop_search **search);

/// Frees a search. NULL is fine.
void trop_search_free(trop_search *search);

/// The winner. Ties (within 1e-10, relative) go to the larger nn, then the smaller time, then the smaller
/// unit. All NaN for NULL.
trop_lambdas trop_search_lambdas(const trop_search *search);

/// The winner's score; NaN for NULL.
double trop_search_score(const trop_search *search);

/// The criterion used, never `TROP_CRITERION_AUTO`; that for NULL.
trop_criterion trop_search_criterion(const trop_search *search);

/// Number of control cells, or of placebo sets, on which candidates are scored; 0 for NULL.
size_t trop_search_n_cells(const trop_search *search);

/// Number of control cells, or of placebo sets, left out for every candidate alike, because some candidate cannot estimate
/// them; 0 for NULL.
size_t trop_search_n_not_estimable(const trop_search *search);

/// Number of scores computed; 0 for NULL.
size_t trop_search_n_scores(const trop_search *search);

/// Every computed score, trop_search_n_scores() of them, in order of computation. Borrowed for the
/// handle's life; NULL for NULL.
const trop_score *trop_search_scores(const trop_search *search);

/// Number of edges; 0 for NULL.
size_t trop_search_n_edges(const trop_search *search);

/// Where the winner is the largest or smallest of the candidates of a lambda, trop_search_n_edges() of them:
/// a wider grid may hold a better one. Nothing lies beyond 0 or infinity, and of a lambda with a single
/// candidate there was no choice. Borrowed for the handle's life; NULL for NULL.
const trop_edge *trop_search_edges(const trop_search *search);

/// Fits any cells as if each were the target: treated cells as in trop_panel_estimate(), control cells
/// each left out of its own fit (a placebo effect). A cell listed twice is fitted once.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_LAMBDA_INVALID`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`), `TROP_FIT_DIVERGED`,
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// The caller's duty: `cells` has `n_cells` entries, and `options` the size that it says.
trop_status trop_panel_cell_effects(const trop_panel *panel,
                                    const trop_cell *cells,
                                    size_t n_cells,
                                    trop_lambdas lambdas,
                                    const trop_options *options,
                                    trop_effects **effects);

/// Frees effects that trop_panel_cell_effects() made (not those of an estimate, which owns them). NULL is
/// fine.
void trop_effects_free(trop_effects *effects);

/// Number of cells with an effect; 0 for NULL.
size_t trop_effects_n(const trop_effects *effects);

/// The effects, trop_effects_n() of them, by unit and then period. Borrowed for the handle's life; NULL
/// for NULL.
const trop_cell_effect *trop_effects_data(const trop_effects *effects);

/// How far the exact effects can be from those found, trop_effects_n() of them: a certified range for each
/// entry of trop_effects_data(). Borrowed for the handle's life; NULL for NULL.
const trop_effect_range *trop_effects_ranges(const trop_effects *effects);

/// Number of coefficients of each fit, that of the panel's covariates; 0 for NULL.
size_t trop_effects_n_coefficients(const trop_effects *effects);

/// Coefficients of the covariates in the fit of each effect, in units of the outcome per unit of each: a
/// row-major matrix of trop_effects_n() rows and trop_effects_n_coefficients() columns without gaps.
/// Borrowed for the handle's life; NULL for NULL.
const double *trop_effects_coefficients(const trop_effects *effects);

/// Number of cells without an effect; 0 for NULL.
size_t trop_effects_n_not_estimable(const trop_effects *effects);

/// The cells without an effect, trop_effects_n_not_estimable() of them, by unit and then period. Borrowed
/// for the handle's life; NULL for NULL.
const trop_not_estimable *trop_effects_not_estimable(const trop_effects *effects);

/// Where the effects of the cells without one can lie, trop_effects_n_not_estimable() of them: NaN unless the
/// reason is `TROP_REASON_NOT_UNIQUE`. Borrowed for the handle's life; NULL for NULL.
const trop_effect_range *trop_effects_not_estimable_ranges(const trop_effects *effects);

/// Estimates the average effect on the treated at given lambdas, as the panel's design asks: by default
/// with one fit for each treated cell and equal weights in the average.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_LAMBDA_INVALID`, `TROP_COVARIATES_WITHOUT_PENALTY`,
/// `TROP_NO_ESTIMABLE_CELL`, `TROP_EFFECTS_NOT_UNIQUE`, `TROP_FIT_DIVERGED`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// The caller's duty: `options` has the size that it says.
trop_status trop_panel_estimate(const trop_panel *panel,
                                trop_lambdas lambdas,
                                const trop_options *options,
                                trop_estimate **estimate);

/// Frees an estimate, with its effects. NULL is fine.
void trop_estimate_free(trop_estimate *estimate);

/// Mean of the treated cells' effects, weighted as the design asks, in units of the outcome; NaN for NULL.
double trop_estimate_att(const trop_estimate *estimate);

/// Largest relative gap of the fits; NaN for NULL.
double trop_estimate_max_gap(const trop_estimate *estimate);

/// True if every fit is certified to the tolerance; false for NULL.
bool trop_estimate_converged(const trop_estimate *estimate);

/// Number of coefficients, that of the panel's covariates; 0 for NULL.
size_t trop_estimate_n_coefficients(const trop_estimate *estimate);

/// Coefficients of the covariates, trop_estimate_n_coefficients() of them: their mean over the fits of the
/// treated cells, in units of the outcome per unit of each. Borrowed for the handle's life; NULL for NULL.
const double *trop_estimate_coefficients(const trop_estimate *estimate);

/// The effect of every treated cell, and the treated cells without one, which are not in the average.
/// Borrowed for the estimate's life: do not free it. NULL for NULL.
const trop_effects *trop_estimate_effects(const trop_estimate *estimate);

/// Estimates, and averages the effects over the groupings of the panel's design.
///
/// First come the average effect, its percentage and the total effect; then the covariates' coefficients;
/// then for each grouping and in it for each group, codes ascending, its mean effect, its percentage (not
/// before treatment), and its cumulative effect (event times from 0 on, and periods).
///
/// Uses the options `pre_periods`, `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the
/// defaults.
///
/// Errors: those of trop_panel_estimate().
///
/// The caller's duty: `options` has the size that it says.
trop_status trop_panel_averages(const trop_panel *panel,
                                trop_lambdas lambdas,
                                const trop_options *options,
                                trop_averages **averages);

/// Frees averages. NULL is fine.
void trop_averages_free(trop_averages *averages);

/// Number of averages; 0 for NULL.
size_t trop_averages_n(const trop_averages *averages);

/// The averages, trop_averages_n() of them. Borrowed for the handle's life; NULL for NULL.
const trop_average *trop_averages_data(const trop_averages *averages);

/// The method that trop_panel_infer() would use, never `TROP_INFERENCE_AUTO`. Takes no time: whoever
/// searches for lambdas first can know before that nothing stands in the way of inference. `retuning` as for
/// trop_panel_infer().
///
/// Uses the options `inference_...`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID`, `TROP_DRAWS_TOO_FEW`, `TROP_LEVEL_OUT_OF_RANGE`,
/// `TROP_INFERENCE_IMPOSSIBLE` (the method means nothing here; the message says which does).
///
/// The caller's duty: `options` has the size that it says.
trop_status trop_panel_choose_inference(const trop_panel *panel,
                                        const trop_grids *retuning,
                                        const trop_options *options,
                                        trop_inference_method *method);

/// Estimates at given lambdas, and infers standard errors, intervals and p-values of all averages of the
/// panel's design.
///
/// With `retuning` each draw chooses its lambdas anew from these candidates, as the options `search_...`
/// say; NULL keeps the given ones.
///
/// Uses the options `inference_...`, `pre_periods`, `tolerance`, `max_iterations`, `threads` and
/// `progress`, and with `retuning` `search_...` and `loocv_tolerance`; NULL for the defaults.
///
/// Errors: those of trop_panel_estimate() and, with `retuning`, of trop_panel_search();
/// `TROP_OPTION_INVALID`, `TROP_DRAWS_TOO_FEW`, `TROP_LEVEL_OUT_OF_RANGE`, `TROP_INFERENCE_IMPOSSIBLE` (the
/// method means nothing here; the message says which does), `TROP_TOO_FEW_DRAWS`.
///
/// The caller's duty: `options` has the size that it says.
trop_status trop_panel_infer(const trop_panel *panel,
                             trop_lambdas lambdas,
                             const trop_grids *retuning,
                             const trop_options *options,
                             trop_inference **inference);

/// Frees an inference. NULL is fine.
void trop_inference_free(trop_inference *inference);

/// The method used, never `TROP_INFERENCE_AUTO`; that for NULL.
trop_inference_method trop_inference_used(const trop_inference *inference);

/// Why `TROP_INFERENCE_AUTO` chose it, in UTF-8; "" if it was asked for. Borrowed for the handle's life;
/// NULL for NULL.
const char *trop_inference_reason(const trop_inference *inference);

/// Number of rows of the table; 0 for NULL.
size_t trop_inference_n(const trop_inference *inference);

/// All numbers of the estimate, trop_inference_n() of them, ordered as by trop_panel_averages(); the first
/// is the average effect. Borrowed for the handle's life; NULL for NULL.
const trop_inferred *trop_inference_table(const trop_inference *inference);

/// Number of draws that gave an estimate; 0 for NULL.
size_t trop_inference_n_draws(const trop_inference *inference);

/// The average effect of each draw that has one (of each unit left out, of each placebo, of each shift in
/// time), trop_inference_n_draws() of them, in their order. Borrowed for the handle's life; NULL for NULL.
const double *trop_inference_draws(const trop_inference *inference);

/// Number of draws without an estimable treated cell; 0 for NULL.
size_t trop_inference_n_failed(const trop_inference *inference);

/// Number of draws with a fit that is not certified to the tolerance; 0 for NULL.
size_t trop_inference_n_uncertified(const trop_inference *inference);

/// Largest relative gap of all fits; NaN for NULL.
double trop_inference_max_gap(const trop_inference *inference);

/// Looks into the fit behind the effect of one cell: for a treated one as the panel's design has it, for a
/// control cell one of its own, as in trop_panel_cell_effects().
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_TARGET_NOT_ESTIMABLE`,
/// `TROP_LAMBDA_INVALID`, `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options (`TROP_OPTIONS_SIZE`,
/// `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`,
/// `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// The caller's duty: `options` has the size that it says.
trop_status trop_panel_diagnose(const trop_panel *panel,
                                trop_cell target,
                                trop_lambdas lambdas,
                                const trop_options *options,
                                trop_diagnosis **diagnosis);

/// Frees a diagnosis. NULL is fine.
void trop_diagnosis_free(trop_diagnosis *diagnosis);

/// Number of units, N; 0 for NULL.
size_t trop_diagnosis_n_units(const trop_diagnosis *diagnosis);

/// Unit weights of the fit, N of them, not normalized. Borrowed for the handle's life; NULL for NULL.
const double *trop_diagnosis_unit_weights(const trop_diagnosis *diagnosis);

/// Number of periods, T; 0 for NULL.
size_t trop_diagnosis_n_periods(const trop_diagnosis *diagnosis);

/// Period weights of the fit, T of them, not normalized. Borrowed for the handle's life; NULL for NULL.
const double *trop_diagnosis_period_weights(const trop_diagnosis *diagnosis);

/// Effective number of donors, `(sum w)^2 / sum w^2` over their weights: as many as there are if all weigh
/// alike, 1 if one has all the weight, 0 if there are none; NaN for NULL.
double trop_diagnosis_effective_units(const trop_diagnosis *diagnosis);

/// Effective number of reference periods, likewise.
double trop_diagnosis_effective_periods(const trop_diagnosis *diagnosis);

/// Rank of the low-rank part; 0 for NULL.
size_t trop_diagnosis_rank(const trop_diagnosis *diagnosis);

/// Singular values of the low-rank part, trop_diagnosis_rank() of them, descending, in units of the
/// outcome. Borrowed for the handle's life; NULL for NULL.
const double *trop_diagnosis_singular_values(const trop_diagnosis *diagnosis);

/// Unit imbalance, an entry for each singular value, in units of the square root of the outcome; NaN
/// without donors. No entry is negative, which only fixes the sign of its counterpart in the time imbalance.
/// Borrowed for the handle's life; NULL for NULL.
const double *trop_diagnosis_unit_imbalance(const trop_diagnosis *diagnosis);

/// Time imbalance, likewise; NaN without reference periods.
const double *trop_diagnosis_time_imbalance(const trop_diagnosis *diagnosis);

/// Euclidean norm of the unit imbalance; 0 at rank 0; NaN for NULL.
double trop_diagnosis_unit_imbalance_norm(const trop_diagnosis *diagnosis);

/// Euclidean norm of the time imbalance; 0 at rank 0; NaN for NULL.
double trop_diagnosis_time_imbalance_norm(const trop_diagnosis *diagnosis);

/// Whether the fit is certified; `TROP_FIT_MAX_ITERATIONS` for NULL.
trop_fit_status trop_diagnosis_status(const trop_diagnosis *diagnosis);

/// Relative duality gap of the fit; NaN for NULL.
double trop_diagnosis_gap(const trop_diagnosis *diagnosis);

/// The average effect at each of `n` lambdas, written to `found` in their order: over those that a search
/// scored, it shows how much the choice matters.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_BUFFER_TOO_SMALL` (`capacity` < `n`), `TROP_LAMBDA_INVALID`,
/// `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`,
/// `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`,
/// `TROP_INTERRUPTED`.
///
/// The caller's duty: `lambdas` has `n` entries, `found` room for `capacity`, and `options` the size that it says.
trop_status trop_panel_att_at(const trop_panel *panel,
                              const trop_lambdas *lambdas,
                              size_t n,
                              const trop_options *options,
                              size_t capacity,
                              trop_att_at *found);

/// Writes the estimator with parts of it taken away, for trop_panel_att_at(): "full"; "no_unit_weights"
/// (`unit = 0`); "no_time_weights" (`time = 0`); "no_low_rank" (`nn` infinite); "did" (none of the three:
/// difference in differences); "mc" (the low-rank part alone: matrix completion).
///
/// Errors: `TROP_NULL_POINTER`, `TROP_BUFFER_TOO_SMALL` (`capacity` < `TROP_N_VARIANTS`).
///
/// The caller's duty: `variants` has room for `capacity` entries.
trop_status trop_ablation(trop_lambdas lambdas, size_t capacity, trop_variant *variants);

/// The average effect without each never-treated unit in turn, at the same lambdas: whether it rests on a
/// single donor. Writes one entry for each to `left_out`, units ascending: as many as units that
/// trop_panel_n_treated_units() does not count.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: those of trop_panel_att_at(), with `TROP_BUFFER_TOO_SMALL` if `capacity` is less than the number
/// of never-treated units.
///
/// The caller's duty: `left_out` has room for `capacity` entries, and `options` the size that it says.
trop_status trop_panel_leave_one_out(const trop_panel *panel,
                                     trop_lambdas lambdas,
                                     const trop_options *options,
                                     size_t capacity,
                                     trop_left_out *left_out);

/// Predicts the outcomes of treated units before their treatment (`TROP_CELLS_PRE_TREATMENT`), each left out
/// of its own fit. A root mean square as large as the average effect, or a mean far from zero, speaks
/// against the estimate.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_LAMBDA_INVALID`, `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// The caller's duty: `options` has the size that it says.
trop_status trop_panel_pre_treatment_fit(const trop_panel *panel,
                                         trop_lambdas lambdas,
                                         const trop_options *options,
                                         trop_pre_fit **fit);

/// Frees a pre-treatment fit. NULL is fine.
void trop_pre_fit_free(trop_pre_fit *fit);

/// Number of cells before treatment that have an effect and count in the average; 0 for NULL.
size_t trop_pre_fit_n_cells(const trop_pre_fit *fit);

/// Mean effect, weighted as the average effect, in units of the outcome; NaN without a cell and for NULL.
double trop_pre_fit_mean(const trop_pre_fit *fit);

/// Root mean squared effect, likewise.
double trop_pre_fit_rmse(const trop_pre_fit *fit);

/// Number of units that have such cells; 0 for NULL.
size_t trop_pre_fit_n_units(const trop_pre_fit *fit);

/// The fit of each of these units, trop_pre_fit_n_units() of them, units ascending. Borrowed for the
/// handle's life; NULL for NULL.
const trop_unit_fit *trop_pre_fit_by_unit(const trop_pre_fit *fit);

/// Makes options with their defaults.
///
/// Errors: `TROP_NULL_POINTER`.
trop_status trop_analysis_options_new(trop_analysis_options **options);

/// Frees options. NULL is fine.
void trop_analysis_options_free(trop_analysis_options *options);

/// Sets an option by a text: "true", "500", "0.9", "placebo"; "none" for what may be left out;
/// "time=0.1, unit=0.2, nn=inf" for `lambdas`; "time=0 0.1 1, nn=inf 3" for `grids`, of some or all lambdas. The
/// options are those of trop_option_name(). What depends on several of them, and ranges, is checked by
/// trop_analyze().
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_UNKNOWN`, `TROP_OPTION_INVALID`, `TROP_SEED_OUT_OF_RANGE`,
/// `TROP_LAMBDAS_INVALID`, `TROP_GRIDS_INVALID`.
///
/// The caller's duty: `name` and `value` are texts.
trop_status trop_analysis_options_set(trop_analysis_options *options,
                                      const char *name,
                                      const char *value);

/// Sets an option to a number: a whole one where it takes whole numbers, 0 or 1 where it takes true or
/// false.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_UNKNOWN`, `TROP_OPTION_INVALID`, `TROP_SEED_OUT_OF_RANGE`,
/// `TROP_LAMBDAS_INVALID`, `TROP_GRIDS_INVALID`.
///
/// The caller's duty: `name` is a text.
trop_status trop_analysis_options_set_number(trop_analysis_options *options, const char *name, double value);

/// Sets `lambdas`: they are not searched for then.
///
/// Errors: `TROP_NULL_POINTER`.
trop_status trop_analysis_options_set_lambdas(trop_analysis_options *options, trop_lambdas lambdas);

/// Sets `grids`, of all three lambdas; NULL for the default ones.
///
/// Errors: `TROP_NULL_POINTER`.
trop_status trop_analysis_options_set_grids(trop_analysis_options *options, const trop_grids *grids);

/// Sets the function that hears of progress, and may stop the computation; NULL for none. `data` is passed to
/// it. It may ask trop_progress_left() and trop_progress_advice().
///
/// Errors: `TROP_NULL_POINTER`.
trop_status trop_analysis_options_set_progress(trop_analysis_options *options,
                                               trop_progress progress,
                                               void *data);

/// What an option is, as a text that trop_analysis_options_set() reads.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_UNKNOWN`.
///
/// The caller's duty: `name` is a text.
trop_status trop_analysis_options_get(const trop_analysis_options *options,
                                      const char *name,
                                      trop_text **value);

/// The name of option `k`, counted from 0, as in "n_boot"; NULL if there are not as many. A string for the life
/// of the program.
const char *trop_option_name(size_t k);

/// What option `k` does, in one line; NULL if there are not as many. A string for the life of the program.
const char *trop_option_doc(size_t k);

/// Estimates the average effect on the treated, from the choice of the lambdas to standard errors, in one call.
///
/// In this order: checks of the options and of the treatment, the check that the inference means something for
/// the panel (before a search takes its time), the search for the lambdas if none are given, the estimate, the
/// effects before treatment, the inference, all averages, notes. NULL for the default options.
///
/// Where the method of inference is left open and none means something, or where too few draws have an
/// estimate, the analysis goes on without: trop_analysis_no_inference() says so, and a note why.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_TREATMENT_CONSTANT`, `TROP_NO_TREATED_CELL`, invalid options
/// (`TROP_OPTION_INVALID`, `TROP_LAMBDA_INVALID`, `TROP_GRID_EMPTY`, `TROP_GRID_DUPLICATE`, `TROP_SAMPLE_EMPTY`,
/// `TROP_DRAWS_TOO_FEW`, `TROP_LEVEL_OUT_OF_RANGE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`,
/// `TROP_THREADS_ZERO`), `TROP_COLUMNS_REPEATED`, `TROP_GROUPS_EMPTY`, and those of trop_panel_search(),
/// trop_panel_estimate() and trop_panel_infer().
trop_status trop_analyze(const trop_panel *panel,
                         const trop_analysis_options *options,
                         trop_analysis **analysis);

/// Frees an analysis, with all that it lends. NULL is fine.
void trop_analysis_free(trop_analysis *analysis);

/// The average effect on the treated with its standard error, interval and p-value: NaN where there is none,
/// and for NULL.
trop_inferred trop_analysis_att(const trop_analysis *analysis);

/// Number of numbers of the estimate; 0 for NULL.
size_t trop_analysis_n_averages(const trop_analysis *analysis);

/// All numbers of the estimate, trop_analysis_n_averages() of them, ordered as by trop_panel_averages(), each with
/// its standard error, interval and p-value: NaN where there is none. Borrowed for the handle's life; NULL
/// for NULL.
const trop_inferred *trop_analysis_averages(const trop_analysis *analysis);

/// The lambdas given, or found. All NaN for NULL.
trop_lambdas trop_analysis_lambdas(const trop_analysis *analysis);

/// The estimate: every treated cell's effect with its bounds and certificate, and the treated cells without one,
/// with their ranges. Borrowed for the analysis's life: do not free it. NULL for NULL.
const trop_estimate *trop_analysis_estimate(const trop_analysis *analysis);

/// Effects of the control cells before treatment, each left out of its own fit: placebo effects. Borrowed for
/// the analysis's life: do not free it. NULL for NULL.
const trop_effects *trop_analysis_pre_effects(const trop_analysis *analysis);

/// How well these are predicted. Borrowed for the analysis's life: do not free it. NULL for NULL.
const trop_pre_fit *trop_analysis_pre_fit(const trop_analysis *analysis);

/// The candidates that were searched. Borrowed for the analysis's life: do not free it. NULL if lambdas were
/// given, and for NULL.
const trop_grids *trop_analysis_grids(const trop_analysis *analysis);

/// The search. Borrowed for the analysis's life: do not free it. NULL if lambdas were given, and for NULL.
const trop_search *trop_analysis_search(const trop_analysis *analysis);

/// Where standard errors, intervals and p-values come from, with the draws. Borrowed for the analysis's life: do
/// not free it. NULL if there is no inference, and for NULL.
const trop_inference *trop_analysis_inference(const trop_analysis *analysis);

/// Why there is no inference although it was asked for (a note says it in words); `TROP_OK` if there is one or
/// none was asked for, and for NULL.
trop_status trop_analysis_no_inference(const trop_analysis *analysis);

/// Number of periods with mean outcomes; 0 for NULL.
size_t trop_analysis_n_by_time(const trop_analysis *analysis);

/// Mean outcomes by period, trop_analysis_n_by_time() of them. Borrowed for the handle's life; NULL for NULL.
const trop_period_mean *trop_analysis_by_time(const trop_analysis *analysis);

/// What did not reach its tolerance; all 0 for NULL.
trop_uncertified trop_analysis_uncertified(const trop_analysis *analysis);

/// What each step took. All NaN for NULL.
trop_timings trop_analysis_timings(const trop_analysis *analysis);

/// Number of notes; 0 for NULL.
size_t trop_analysis_n_notes(const trop_analysis *analysis);

/// The stable code of note `k`, the same in every language: "no_inference" and so on. Borrowed for the handle's
/// life; NULL for NULL and if there are not as many.
const char *trop_analysis_note_code(const trop_analysis *analysis,
                                    size_t k);

/// Note `k` in words, in UTF-8: what a reader should know beside the numbers. Borrowed for the handle's life;
/// NULL for NULL and if there are not as many.
const char *trop_analysis_note_text(const trop_analysis *analysis, size_t k);

/// True if note `k` warns: numbers may be wrong, or lack although they were asked for. False for NULL and if
/// there are not as many.
bool trop_analysis_note_is_warning(const trop_analysis *analysis, size_t k);

/// The analysis as aligned lines, with the notes below, in UTF-8: the same text in every language. A number
/// that is not certified carries its mark. Borrowed for the handle's life; NULL for NULL.
const char *trop_analysis_summary(const trop_analysis *analysis);

/// The average effect with its standard error, interval, p-value and method in one line. Borrowed for the
/// handle's life; NULL for NULL.
const char *trop_analysis_headline(const trop_analysis *analysis);

/// Makes a table of an analysis: "effects", "pre_effects", "not_estimable", "by_time", "by_event_time" and
/// "cumulative" (if effects are averaged by event time), "averages", "coefficients", "pre_fit", "scores" (after
/// a search), "draws" (after inference). Their columns are the same in every language.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID` (there is no such table; the message lists them).
///
/// The caller's duty: `name` is a text.
trop_status trop_analysis_table(const trop_analysis *analysis,
                                const char *name,
                                trop_table **table);

/// Frees a table. NULL is fine.
void trop_table_free(trop_table *table);

/// Its name. Borrowed for the handle's life; NULL for NULL.
const char *trop_table_name(const trop_table *table);

/// Number of rows; 0 for NULL.
size_t trop_table_n_rows(const trop_table *table);

/// Number of columns; 0 for NULL.
size_t trop_table_n_columns(const trop_table *table);

/// The name of a column, counted from 0. Borrowed for the handle's life; NULL for NULL and if there are not as
/// many.
const char *trop_table_column_name(const trop_table *table,
                                   size_t column);

/// What the values of a column are; `TROP_COLUMN_TEXT` for NULL and if there are not as many.
trop_column_kind trop_table_column_kind(const trop_table *table, size_t column);

/// The position of the column of a name; trop_table_n_columns() if there is none.
///
/// The caller's duty: `name` is a text or NULL.
size_t trop_table_find(const trop_table *table, const char *name);

/// The values of a column as numbers, trop_table_n_rows() of them: NaN for texts. Borrowed for the handle's
/// life; NULL for NULL and if there are not as many columns.
const double *trop_table_numbers(const trop_table *table, size_t column);

/// A value as a text, in UTF-8: labels of units, periods and groups, numbers with 6 significant digits. Borrowed
/// for the handle's life; NULL where there is no value, and for NULL.
const char *trop_table_text(const trop_table *table,
                            size_t row,
                            size_t column);

/// Makes a page of HTML with the analysis in words, its tables, diagnostics (fitted for it: about ten estimates) and
/// pictures, for readers who do not program. It needs no network, and all names and labels are escaped.
/// `pictures` are drawn by the caller, at most one of each kind; there may be none.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID` (no picture is called so), `TROP_THREADS_UNAVAILABLE`,
/// `TROP_FACTORIZATION_FAILED`.
///
/// The caller's duty: `pictures` has `n_pictures` entries, whose texts are valid.
trop_status trop_analysis_report(const trop_analysis *analysis,
                                 const trop_picture *pictures,
                                 size_t n_pictures,
                                 trop_text **report);

/// Writes the page of trop_analysis_report() to a file, in place of what is there.
///
/// Errors: those of trop_analysis_report(), `TROP_FILE_NOT_WRITTEN`.
///
/// The caller's duty: `pictures` has `n_pictures` entries, whose texts are valid, and `path` is a text.
trop_status trop_analysis_write_report(const trop_analysis *analysis,
                                       const trop_picture *pictures,
                                       size_t n_pictures,
                                       const char *path);

/// Writes an analysis, with its panel and names, as JSON that every language reads: trop_analysis_from_json() here,
/// `tropanel.load` in Python, `read_trop` in R. Numbers are exact to the bit. The caller frees the text with
/// trop_text_free().
///
/// Errors: `TROP_NULL_POINTER`.
trop_status trop_analysis_to_json(const trop_analysis *analysis,
                                  trop_text **json);

/// Reads what trop_analysis_to_json() or another language wrote: the analysis and, unless NULL, its panel. Nothing is
/// estimated again. The caller frees both.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_SAVED_INVALID`, `TROP_SAVED_VERSION`.
///
/// The caller's duty: `json` is a text.
trop_status trop_analysis_from_json(const char *json,
                                    trop_panel **panel,
                                    trop_analysis **analysis);

/// Makes options of estimators with their defaults.
///
/// Errors: `TROP_NULL_POINTER`.
trop_status trop_estimator_options_new(trop_estimator_options **options);

/// Frees options of estimators. NULL is fine.
void trop_estimator_options_free(trop_estimator_options *options);

/// Sets an option by a text, as trop_analysis_options_set() does: "simplex" ("exact" or "frank_wolfe", the early-stopped
/// solution of the R package synthdid; of sc, sc_reg, difp, difp_reg, sdid and ascm), "zeta" (of sc_reg, difp_reg, sdid
/// and sdid_squared), "ridge" (of ascm), "lambda_nn" and "mc_tuning" ("folds" or "loocv"; of mc), "rank" and "max_rank"
/// (of ife). Ranges are checked by trop_compare().
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_UNKNOWN`, `TROP_OPTION_INVALID`.
///
/// The caller's duty: `name` and `value` are texts.
trop_status trop_estimator_options_set(trop_estimator_options *options,
                                       const char *name,
                                       const char *value);

/// Estimates the average effect on the treated by several estimators, and infers from each by the same code.
///
/// `estimators` are `n_estimators` of "did" (two-way fixed effects), "sc" (synthetic control), "difp" (synthetic control
/// with an intercept), "sdid" (synthetic difference in differences), "sc_reg" and "difp_reg" (those with the ridge of
/// "sdid"), "ascm" (augmented synthetic control), "mc" (matrix completion, tuned by itself), "ife" (interactive fixed
/// effects, as gsynth), "trop"; and, for reproduction only, "sdid_squared" and "mc_trop". None (0) stands for did, sc, difp,
/// sdid, ascm, mc, ife and trop. `options` are those of trop_analyze(): lambdas, grids and search are TROP's, the
/// inference is everybody's. NULL for the default options of either kind.
///
/// An estimator that cannot be used on the panel costs itself alone: its row of the table says so.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_ESTIMATOR_UNKNOWN`, `TROP_ESTIMATOR_IMPOSSIBLE` (one is listed twice),
/// `TROP_TREATMENT_CONSTANT`, `TROP_INTERRUPTED`, and invalid options as in trop_analyze().
///
/// The caller's duty: `estimators` points to `n_estimators` texts.
trop_status trop_compare(const trop_panel *panel,
                         const char *const *estimators,
                         size_t n_estimators,
                         const trop_analysis_options *options,
                         const trop_estimator_options *estimator_options,
                         trop_comparison **comparison);

/// Frees a comparison, with all that it lends. NULL is fine.
void trop_comparison_free(trop_comparison *comparison);

/// Makes a table of a comparison: "comparison" (a row for each estimator), "comparison_by_time" (paths),
/// "comparison_by_event_time" (if effects are averaged by event time), "comparison_weights". Their columns are the same in
/// every language.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID` (there is no such table; the message lists them).
///
/// The caller's duty: `name` is a text.
trop_status trop_comparison_table(const trop_comparison *comparison,
                                  const char *name,
                                  trop_table **table);

/// The comparison as lines of text, with the notes. Borrowed for the handle's life; NULL for NULL.
const char *trop_comparison_text(const trop_comparison *comparison);

/// Number of notes; 0 for NULL.
size_t trop_comparison_n_notes(const trop_comparison *comparison);

/// What a reader should know, one note. Borrowed for the handle's life; NULL for NULL and if there are not as many.
const char *trop_comparison_note(const trop_comparison *comparison,
                                 size_t note);

/// Makes the differences between the effects of all groups of one of the design's groupings, counted from 0, from the
/// draws of the analysis, which are made anew: a table with a row for each pair ("group", "other", "difference" of the
/// first less the other, "se", "ci_lower", "ci_upper", "interval", "p_value", "band_lower", "band_upper", which hold for
/// all pairs at once), the p-value of all groups having the same effect (NaN if some difference has no standard error), and
/// all of it as text. Any of the three may be NULL. Of `options` threads and progress are heeded alone; NULL for the
/// defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_INFERENCE_IMPOSSIBLE` (no inference, or conformal inference, or fewer than two groups,
/// or more than 50), `TROP_TOO_FEW_DRAWS`, `TROP_INTERRUPTED`.
trop_status trop_analysis_differences(const trop_analysis *analysis,
                                      size_t grouping,
                                      const trop_analysis_options *options,
                                      trop_table **table,
                                      double *p_value,
                                      trop_text **words);

/// Makes room for bias: intervals that hold if the counterfactual is off by at most so many times (each of the `n_sizes`
/// numbers from 0 on of `sizes`; NULL for 0, 0.5, 1, 1.5, 2) the largest effect, in absolute value and over the time since
/// its pretended start, that the placebo in time has where nothing had happened. `window` is the placebo's, as in
/// trop_analysis_placebo_in_time(). Draws are those of the analysis, made anew for both. Gives a table with a row for each
/// effect and size ("event_time", NaN for the average effect, "effect", "size", "lower", "upper", "ci_lower", "ci_upper",
/// "breakdown", "certified"), one of the placebo effects ("event_time", "effect", "se", "ci_lower", "ci_upper",
/// "interval", "certified"), the least size at which zero enters the interval of the average effect (0 without any bias,
/// infinite if none up to 1,024 does, NaN without intervals), and all of it as text. Any of the four may be NULL. Of
/// `options` threads and progress are heeded alone; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_BIAS_SIZE_INVALID`, `TROP_INFERENCE_IMPOSSIBLE` (no inference, or conformal
/// inference), `TROP_PLACEBO_IN_TIME_IMPOSSIBLE` (no treated unit has a history as long), `TROP_TOO_FEW_DRAWS`,
/// `TROP_INTERRUPTED`.
///
/// The caller's duty: `sizes` points to `n_sizes` numbers, or is NULL.
trop_status trop_analysis_bias_bounds(const trop_analysis *analysis,
                                      size_t window,
                                      const double *sizes,
                                      size_t n_sizes,
                                      const trop_analysis_options *options,
                                      trop_table **table,
                                      trop_table **placebos,
                                      double *breakdown,
                                      trop_text **words);

/// Makes the placebo in time of an analysis: each treated unit is taken to be treated in `window` periods right before
/// its treatment began (0: as many as its first spell of treatment has, but at most half of those before it), its
/// outcomes since then are left out, and the panel ends where the last treatment began. There is no effect to find, and
/// a note says so. Lambdas and options are those of the analysis; of `options` threads and progress are heeded alone;
/// NULL for the defaults. Gives the analysis and, unless NULL, its panel, without the treated units whose history is too
/// short. The caller frees both.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_PLACEBO_IN_TIME_IMPOSSIBLE` (no treated unit has a history as long),
/// `TROP_INTERRUPTED`, and those of trop_analyze().
trop_status trop_analysis_placebo_in_time(const trop_analysis *analysis,
                                          size_t window,
                                          const trop_analysis_options *options,
                                          trop_panel **panel,
                                          trop_analysis **placebo);

/// Scores `n` candidates of lambda_nn at given weights of the N units and of the T periods: each observed
/// control cell is left out of a fit of its own, and its squared residuals are summed. Unlike in
/// trop_panel_search() the weights are the same in every fit.
///
/// Uses the options `loocv_tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: those of trop_panel_weighted_fit(), `TROP_GRID_EMPTY`, `TROP_GRID_DUPLICATE`,
/// `TROP_NO_ESTIMABLE_CELL`.
///
/// The caller's duty: The weights have N and T entries, `lambda_nn` has `n`, and `options` the size that it says.
trop_status trop_panel_weighted_loocv(const trop_panel *panel,
                                      const double *unit_weights,
                                      const double *period_weights,
                                      const double *lambda_nn,
                                      size_t n,
                                      const trop_options *options,
                                      trop_weighted_loocv **loocv);

/// Frees scores. NULL is fine.
void trop_weighted_loocv_free(trop_weighted_loocv *loocv);

/// Number of scores, that of the candidates; 0 for NULL.
size_t trop_weighted_loocv_n_scores(const trop_weighted_loocv *loocv);

/// The scores, trop_weighted_loocv_n_scores() of them, in the order of the candidates. Borrowed for the
/// handle's life; NULL for NULL.
const trop_weighted_score *trop_weighted_loocv_scores(const trop_weighted_loocv *loocv);

/// Number of control cells that were scored, the same for every candidate; 0 for NULL.
size_t trop_weighted_loocv_n_cells(const trop_weighted_loocv *loocv);

/// Number of control cells without a score; 0 for NULL.
size_t trop_weighted_loocv_n_not_estimable(const trop_weighted_loocv *loocv);

/// Control cells without a score, because nothing connects their unit with their period once they are left
/// out, trop_weighted_loocv_n_not_estimable() of them, by unit and then period. Borrowed for the handle's
/// life; NULL for NULL.
const trop_cell *trop_weighted_loocv_not_estimable(const trop_weighted_loocv *loocv);

/// Fits many jobs as trop_panel_weighted_fit() does (placebo sets, bootstrap draws), each at each of `n_nn`
/// values of lambda_nn, and averages their effects on the treated: writes to `atts` a row-major matrix of
/// `n_jobs` rows and `n_nn` columns without gaps.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_BUFFER_TOO_SMALL` (`capacity` < `n_jobs * n_nn`), `TROP_TOO_LARGE`,
/// `TROP_WEIGHT_INVALID`, `TROP_GRID_EMPTY`, `TROP_GRID_DUPLICATE`, `TROP_LAMBDA_INVALID`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// The caller's duty: The arrays have the entries that are said, `atts` has room for `capacity`, and `options` has the size
/// that it says.
trop_status trop_weighted_atts(const trop_weighted_job *jobs,
                               size_t n_jobs,
                               const double *lambda_nn,
                               size_t n_nn,
                               const trop_options *options,
                               size_t capacity,
                               trop_weighted_att *atts);

/// Fits once, at given weights of the N units and of the T periods (any finite numbers >= 0, not
/// normalized), to the control cells of a panel.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_WEIGHT_INVALID`, `TROP_WEIGHTS_ALL_ZERO`,
/// `TROP_COVARIATES_NOT_IDENTIFIED`, `TROP_COVARIATES_WITHOUT_PENALTY`, `TROP_LAMBDA_INVALID`, invalid
/// options (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
/// `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// The caller's duty: The weights have N and T entries, and `options` the size that it says.
trop_status trop_panel_weighted_fit(const trop_panel *panel,
                                    const double *unit_weights,
                                    const double *period_weights,
                                    double lambda_nn,
                                    const trop_options *options,
                                    trop_weighted_fit **fit);

/// Frees a weighted fit. NULL is fine.
void trop_weighted_fit_free(trop_weighted_fit *fit);

/// Number of units, N; 0 for NULL.
size_t trop_weighted_fit_n_units(const trop_weighted_fit *fit);

/// Number of periods, T; 0 for NULL.
size_t trop_weighted_fit_n_periods(const trop_weighted_fit *fit);

/// Unit effects, N of them; NaN for a unit without a control cell of positive weight. Borrowed for the
/// handle's life; NULL for NULL.
const double *trop_weighted_fit_unit_effect(const trop_weighted_fit *fit);

/// Period effects, T of them; NaN for a period without a control cell of positive weight. Borrowed for the
/// handle's life; NULL for NULL.
const double *trop_weighted_fit_period_effect(const trop_weighted_fit *fit);

/// Number of coefficients, that of the panel's covariates; 0 for NULL.
size_t trop_weighted_fit_n_coefficients(const trop_weighted_fit *fit);

/// Coefficients of the covariates, trop_weighted_fit_n_coefficients() of them, in units of the outcome per
/// unit of each. Borrowed for the handle's life; NULL for NULL.
const double *trop_weighted_fit_coefficients(const trop_weighted_fit *fit);

/// The low-rank part, a row-major N x T matrix without gaps; zero in the rows and columns of units and
/// periods whose effect is NaN. Borrowed for the handle's life; NULL for NULL.
const double *trop_weighted_fit_low_rank(const trop_weighted_fit *fit);

/// Outcomes without treatment, the sum of all parts, a row-major N x T matrix without gaps; NaN where unit
/// and period are not connected. Borrowed for the handle's life; NULL for NULL.
const double *trop_weighted_fit_fitted(const trop_weighted_fit *fit);

/// Rank of the low-rank part; 0 for NULL.
size_t trop_weighted_fit_rank(const trop_weighted_fit *fit);

/// Whether the fit is certified; `TROP_FIT_MAX_ITERATIONS` for NULL.
trop_fit_status trop_weighted_fit_status(const trop_weighted_fit *fit);

/// Iterations of the fit; 0 for NULL.
size_t trop_weighted_fit_iterations(const trop_weighted_fit *fit);

/// Relative duality gap, `(primal - dual) / primal`, a certified bound; NaN for NULL.
double trop_weighted_fit_gap(const trop_weighted_fit *fit);

/// Objective that was reached (at lambda_nn = 0, the nuclear norm of the low-rank part); NaN for NULL.
double trop_weighted_fit_primal(const trop_weighted_fit *fit);

/// Lower bound of that objective; NaN for NULL.
double trop_weighted_fit_dual(const trop_weighted_fit *fit);

/// Estimates the average effect of `n_draws` bootstrap draws that the caller brings: `counts` is a row-major
/// matrix of `n_draws` rows and N columns without gaps, and says how often each unit stands in each draw.
/// `average`, if not NULL, weights the effects of the N units in the average, not in the fits, and takes the
/// place of the design's.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_TOO_LARGE`, `TROP_OUT_OF_MEMORY`, `TROP_WEIGHT_INVALID`,
/// `TROP_LAMBDA_INVALID`, `TROP_COVARIATES_WITHOUT_PENALTY`, invalid options (`TROP_OPTIONS_SIZE`,
/// `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`,
/// `TROP_FACTORIZATION_FAILED`, `TROP_INTERRUPTED`.
///
/// The caller's duty: `counts` has `n_draws * N` entries, `average` N, and `options` the size that it says.
trop_status trop_panel_att_of_draws(const trop_panel *panel,
                                    trop_lambdas lambdas,
                                    const size_t *counts,
                                    size_t n_draws,
                                    const double *average,
                                    const trop_options *options,
                                    trop_draw_atts **atts);

/// Frees what trop_panel_att_of_draws() made. NULL is fine.
void trop_draw_atts_free(trop_draw_atts *atts);

/// Number of draws; 0 for NULL.
size_t trop_draw_atts_n(const trop_draw_atts *atts);

/// The average effects, trop_draw_atts_n() of them, in the order of the draws; NaN for a draw without an
/// estimable treated cell. Borrowed for the handle's life; NULL for NULL.
const double *trop_draw_atts_data(const trop_draw_atts *atts);

/// Number of draws with a fit that is not certified to the tolerance; 0 for NULL.
size_t trop_draw_atts_n_uncertified(const trop_draw_atts *atts);

/// Largest relative gap of all fits; NaN for NULL.
double trop_draw_atts_max_gap(const trop_draw_atts *atts);

/// Resamples never-treated and ever-treated units with replacement, separately and as whole rows, and
/// estimates again at the given lambdas.
///
/// Uses the options `bootstrap_...`, `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the
/// defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_TOO_FEW_TREATED_UNITS` (a standard error would mean nothing),
/// `TROP_TOO_FEW_DRAWS`, `TROP_LAMBDA_INVALID`, invalid options (`TROP_OPTIONS_SIZE`,
/// `TROP_DRAWS_TOO_FEW`, `TROP_LEVEL_OUT_OF_RANGE`, `TROP_TOLERANCE_OUT_OF_RANGE`,
/// `TROP_MAX_ITERATIONS_ZERO`), `TROP_THREADS_UNAVAILABLE`, `TROP_FACTORIZATION_FAILED`,
/// `TROP_INTERRUPTED`.
///
/// The caller's duty: `options` has the size that it says.
trop_status trop_panel_bootstrap(const trop_panel *panel,
                                 trop_lambdas lambdas,
                                 const trop_options *options,
                                 trop_bootstrap **bootstrap);

/// Frees a bootstrap. NULL is fine.
void trop_bootstrap_free(trop_bootstrap *bootstrap);

/// Standard error: the standard deviation of the draws, with n - 1; NaN for NULL.
double trop_bootstrap_se(const trop_bootstrap *bootstrap);

/// Lower end of the percentile interval at the level; -infinity if the draws are too few; NaN for NULL.
double trop_bootstrap_ci_lower(const trop_bootstrap *bootstrap);

/// Upper end of the percentile interval at the level; infinity if the draws are too few; NaN for NULL.
double trop_bootstrap_ci_upper(const trop_bootstrap *bootstrap);

/// The least `1 - level` at which zero lies outside of the interval; NaN for NULL.
double trop_bootstrap_p_value(const trop_bootstrap *bootstrap);

/// Number of draws that gave an estimate; 0 for NULL.
size_t trop_bootstrap_n_draws(const trop_bootstrap *bootstrap);

/// The average effect in each draw that gave one, trop_bootstrap_n_draws() of them, in order of draw.
/// Borrowed for the handle's life; NULL for NULL.
const double *trop_bootstrap_draws(const trop_bootstrap *bootstrap);

/// Number of draws without an estimable treated cell; 0 for NULL.
size_t trop_bootstrap_n_failed(const trop_bootstrap *bootstrap);

/// Number of draws with a fit that is not certified to the tolerance; 0 for NULL.
size_t trop_bootstrap_n_uncertified(const trop_bootstrap *bootstrap);

/// Largest relative gap of all fits; NaN for NULL.
double trop_bootstrap_max_gap(const trop_bootstrap *bootstrap);

/// Number of different event times of the treated cells; 0 for NULL.
size_t trop_bootstrap_n_event_times(const trop_bootstrap *bootstrap);

/// Event times of the treated cells, trop_bootstrap_n_event_times() of them, ascending. Borrowed for the
/// handle's life; NULL for NULL.
const int64_t *trop_bootstrap_event_times(const trop_bootstrap *bootstrap);

/// The mean effect at each event time in each draw: a row-major matrix of trop_bootstrap_n_draws() rows
/// and trop_bootstrap_n_event_times() columns without gaps; NaN where the draw has none. Borrowed for the
/// handle's life; NULL for NULL.
const double *trop_bootstrap_event_draws(const trop_bootstrap *bootstrap);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TROP_H */
