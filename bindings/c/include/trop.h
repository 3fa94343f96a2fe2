/*
 * trop.h: the Triply Robust Panel (TROP) estimator, for C and C++.
 *
 * The estimator of Athey, Imbens, Qu and Viviano (2026), doi:10.1002/jae.70061: the average effect of a
 * treatment on the treated, from a panel of units by periods.
 *
 *     trop_panel *panel = NULL;
 *     trop_search *search = NULL;
 *     trop_estimate *estimate = NULL;
 *     if (trop_panel_new(y, n_periods, w, n_periods, n_units, n_periods, &panel) != TROP_OK
 *         || trop_panel_search(panel, NULL, NULL, &search) != TROP_OK
 *         || trop_panel_estimate(panel, trop_search_lambdas(search), NULL, &estimate) != TROP_OK)
 *         fprintf(stderr, "%s\n", trop_last_error_message());
 *     else
 *         printf("%g\n", trop_estimate_att(estimate));
 *     trop_estimate_free(estimate);
 *     trop_search_free(search);
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
 * x_free(), once. Handles never change and do not depend on each other or on the caller's arrays: a panel
 * may be freed before its estimate. "Borrowed" is what a handle owns and lends: valid until it is freed,
 * not to be written or freed. Everything else is copied into memory of the caller, whose size is checked.
 *
 * Matrices are N x T, units in rows, row-major, with an explicit row stride counted in entries. A missing
 * outcome is NaN. Units and periods are counted from 0.
 *
 * Threads. Any number of threads may use one handle at once; freeing it must come after all other use.
 * Each long function computes on threads of its own, which have ended when it returns; the progress
 * function is called on the thread that called the library. Results are the same to the last bit for any
 * number of threads. Errors are remembered for each thread apart.
 *
 * Versions. Within one major version of the library functions and structs stay as they are, values of
 * enumerations too; new ones may be added, and trop_options may grow, as is said there.
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

/// The event time of a cell without one: untreated, and no treatment of its unit follows.
#define TROP_NO_EVENT_TIME INT64_MIN

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
    /// Weights that are not one for each unit, or not one for each period (weights and draws of the
    /// caller's own are no part of this interface, so no function returns this and the next three).
    TROP_WEIGHTS_LENGTH = 26,
    /// A weight that is negative, NaN or infinite.
    TROP_WEIGHT_INVALID = 27,
    /// Weights that leave no control cell to fit.
    TROP_WEIGHTS_ALL_ZERO = 28,
    /// A bootstrap draw that does not count every unit.
    TROP_DRAW_LENGTH = 29,
    /// A pointer that must not be NULL is.
    TROP_NULL_POINTER = 100,
    /// `struct_size` is none that this library knows: was the struct filled by trop_options_default()?
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
} trop_status;

/// What a computation is at.
typedef enum {
    /// Scoring candidates by leave-one-out cross-validation; the count starts anew at each stage of a
    /// cycle search.
    TROP_STAGE_SEARCH = 0,
    /// Fitting the treated cells.
    TROP_STAGE_ESTIMATE = 1,
    /// Fitting cells that trop_panel_cell_effects() was given.
    TROP_STAGE_PLACEBO = 2,
    /// Bootstrap draws.
    TROP_STAGE_BOOTSTRAP = 3,
} trop_stage;

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
} trop_reason;

/// Which candidates a search scores.
typedef enum {
    /// Every triple.
    TROP_SEARCH_GRID = 0,
    /// One lambda at a time: time at unit = 0, nn = infinity; then unit at nn = infinity; then nn; then
    /// round and round, each at the others' latest choice, until a round changes nothing.
    TROP_SEARCH_CYCLE = 1,
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

/// Standard error, interval and p-value of the average effect. Any number of threads may read it at once.
typedef struct trop_bootstrap trop_bootstrap;

/// Effects of several cells. Any number of threads may read it at once.
typedef struct trop_effects trop_effects;

/// The average effect on the treated, and all that it is made of. Any number of threads may read it at
/// once.
typedef struct trop_estimate trop_estimate;

/// The candidates of each lambda. Any number of threads may read it at once.
typedef struct trop_grids trop_grids;

/// A validated panel of N units by T periods, independent of the arrays that it was made from.
/// Any number of threads may use it at once.
typedef struct trop_panel trop_panel;

/// The chosen lambdas and how they were found. Any number of threads may read it at once.
typedef struct trop_search trop_search;

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
    /// Search: one of `trop_search_method`; default `TROP_SEARCH_CYCLE`.
    int32_t search_method;
    /// Search: if not 0, stop scoring a candidate once it can no longer win; its score is then a lower
    /// bound. Default 0.
    int32_t search_abandon;
    /// Search: score on a random sample of this many control cells; 0 (the default) for all.
    size_t search_max_cells;
    /// Search: seed of that sample; default 0.
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
} trop_options;

/// A unit in a period: row and column of the panel, counted from 0.
typedef struct {
    /// Row of the panel.
    size_t unit;
    /// Column of the panel.
    size_t period;
} trop_cell;

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

/// The leave-one-out score of one candidate.
typedef struct {
    /// The candidate.
    trop_lambdas lambdas;
    /// The sum of squared leave-one-out effects, in squared units of the outcome. Infinite if the weights
    /// of some cell are zero in floating point. A lower bound if `abandoned`.
    double score;
    /// Control cells that were scored.
    size_t n_cells;
    /// Largest relative gap of the fits.
    double max_gap;
    /// Fits not certified to the tolerance.
    size_t n_uncertified;
    /// True if scoring stopped once the candidate could no longer win.
    bool abandoned;
} trop_score;

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

/// A cell without an effect.
typedef struct {
    /// Where.
    trop_cell cell;
    /// Why.
    trop_reason reason;
} trop_not_estimable;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/// The version of the library that runs, such as "0.1.0" (`TROP_VERSION` is that of the header).
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

/// "search", "estimate", "placebo" or "bootstrap"; "unknown" for any other value. A string for the life
/// of the program.
const char *trop_stage_name(int32_t stage);

/// "solved" or "max_iterations"; "unknown" for any other value. A string for the life of the program.
const char *trop_fit_status_name(int32_t status);

/// "outcome_missing", "disconnected" or "weights_underflow"; "unknown" for any other value. A string
/// for the life of the program.
const char *trop_reason_name(int32_t reason);

/// Fills options with the defaults. Pass `sizeof(trop_options)`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// The caller's duty: `options` has `struct_size` bytes.
trop_status trop_options_default(size_t struct_size, trop_options *options);

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

/// Writes the N x N matrix of distances between units: the root mean squared difference of the control
/// outcomes of each pair, over the periods in which both have one. Symmetric, zero on the diagonal,
/// infinite for units without a common control period; in units of the outcome.
///
/// Row i is written to `distances + i * row_stride`; `row_stride` is at least N, and `capacity`, the
/// room of the array in doubles, at least `(N - 1) * row_stride + N`. Other entries stay as they are.
///
/// Uses the option `threads`; NULL for the defaults. It is quick, and has no progress.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_STRIDE_TOO_SMALL`, `TROP_BUFFER_TOO_SMALL`, `TROP_TOO_LARGE`,
/// `TROP_OUT_OF_MEMORY`, `TROP_OPTIONS_SIZE`, `TROP_THREADS_UNAVAILABLE`.
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
/// Errors: `TROP_NULL_POINTER`, `TROP_FACTORIZATION_FAILED`.
trop_status trop_panel_default_grids(const trop_panel *panel, trop_grids **grids);

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

/// Number of control cells on which candidates are scored; 0 for NULL.
size_t trop_search_n_cells(const trop_search *search);

/// Number of control cells left out for every candidate alike, because some candidate cannot estimate
/// them; 0 for NULL.
size_t trop_search_n_not_estimable(const trop_search *search);

/// Number of scores computed; 0 for NULL.
size_t trop_search_n_scores(const trop_search *search);

/// Every computed score, trop_search_n_scores() of them, in order of computation. Borrowed for the
/// handle's life; NULL for NULL.
const trop_score *trop_search_scores(const trop_search *search);

/// Fits any cells as if each were the target: treated cells as in trop_panel_estimate(), control cells
/// each left out of its own fit (a placebo effect). A cell listed twice is fitted once.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_CELL_OUT_OF_RANGE`, `TROP_LAMBDA_INVALID`, invalid options
/// (`TROP_OPTIONS_SIZE`, `TROP_TOLERANCE_OUT_OF_RANGE`, `TROP_MAX_ITERATIONS_ZERO`),
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

/// Number of cells without an effect; 0 for NULL.
size_t trop_effects_n_not_estimable(const trop_effects *effects);

/// The cells without an effect, trop_effects_n_not_estimable() of them, by unit and then period. Borrowed
/// for the handle's life; NULL for NULL.
const trop_not_estimable *trop_effects_not_estimable(const trop_effects *effects);

/// Estimates the average effect on the treated at given lambdas: one fit for each treated cell, equal
/// weights in the average.
///
/// Uses the options `tolerance`, `max_iterations`, `threads` and `progress`; NULL for the defaults.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_LAMBDA_INVALID`, `TROP_NO_ESTIMABLE_CELL`, invalid options
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

/// Mean of the treated cells' effects, in units of the outcome; NaN for NULL.
double trop_estimate_att(const trop_estimate *estimate);

/// Largest relative gap of the fits; NaN for NULL.
double trop_estimate_max_gap(const trop_estimate *estimate);

/// True if every fit is certified to the tolerance; false for NULL.
bool trop_estimate_converged(const trop_estimate *estimate);

/// The effect of every treated cell, and the treated cells without one, which are not in the average.
/// Borrowed for the estimate's life: do not free it. NULL for NULL.
const trop_effects *trop_estimate_effects(const trop_estimate *estimate);

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
