/* Tests of libtrop through its C interface: every error, threads, progress. */
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "panels.h"

/* ---- errors ---- */

static trop_status make(const double *y, const double *w, size_t n, size_t t) {
    trop_panel *panel = (trop_panel *)&harness_failures, *before = panel;
    trop_status status = trop_panel_new(y, t, w, t, n, t, &panel);
    CHECK(status != TROP_OK && panel == before); /* written only on success */
    return status;
}

static void panels_that_are_refused(void) {
    double y[6] = {1, 2, 3, 2, 4, 5}, w[6] = {0, 0, 0, 0, 0, 1};
    CHECK_STATUS(make(y, w, 0, 3), TROP_EMPTY_PANEL);
    CHECK_STATUS(make(NULL, NULL, 2, 0), TROP_EMPTY_PANEL);
    CHECK_STATUS(make(y, w, SIZE_MAX / 2, 3), TROP_TOO_LARGE);
    CHECK_STATUS(make(NULL, w, 2, 3), TROP_NULL_POINTER);
    CHECK(strstr(trop_last_error_message(), "outcome") != NULL);
    CHECK_STATUS(make(y, NULL, 2, 3), TROP_NULL_POINTER);
    CHECK(strstr(trop_last_error_message(), "treatment") != NULL);

    double half[6] = {0, 0, 0, 0, 0.5, 1}, none[6] = {0}, all[6] = {1, 1, 1, 1, 1, 1};
    CHECK_STATUS(make(y, half, 2, 3), TROP_TREATMENT_NOT_BINARY);
    CHECK(strstr(trop_last_error_message(), "unit 1 has 0.5 in period 1") != NULL);
    CHECK_STATUS(make(y, none, 2, 3), TROP_NO_TREATED_CELL);
    CHECK_STATUS(make(y, all, 2, 3), TROP_NO_CONTROL_CELL);

    double infinite[6] = {1, -INFINITY, 3, 2, 4, 5};
    CHECK_STATUS(make(infinite, w, 2, 3), TROP_OUTCOME_INFINITE);
    double unit[6] = {NO_VALUE, NO_VALUE, NO_VALUE, 2, 4, 5};
    CHECK_STATUS(make(unit, w, 2, 3), TROP_UNIT_ALL_MISSING);
    double period[6] = {1, NO_VALUE, 3, 2, NO_VALUE, 5};
    CHECK_STATUS(make(period, w, 2, 3), TROP_PERIOD_ALL_MISSING);

    trop_panel *panel = NULL;
    CHECK_STATUS(trop_panel_new(y, 2, w, 3, 2, 3, &panel), TROP_STRIDE_TOO_SMALL);
    CHECK_STATUS(trop_panel_new(y, 3, w, 0, 2, 3, &panel), TROP_STRIDE_TOO_SMALL);
    CHECK_STATUS(trop_panel_new(y, SIZE_MAX, w, 3, 2, 3, &panel), TROP_TOO_LARGE);
    CHECK_STATUS(trop_panel_new(y, 3, w, 3, 2, 3, NULL), TROP_NULL_POINTER);
    CHECK(panel == NULL);
    /* 64 terabytes are not there; nothing is read before room is found. */
    CHECK_STATUS(make(y, w, (size_t)1 << 20, (size_t)1 << 23), TROP_OUT_OF_MEMORY);
}

static void lambdas_that_are_refused(void) {
    trop_panel *panel = square();
    trop_estimate *estimate = NULL;
    trop_bootstrap *bootstrap = NULL;
    trop_effects *effects = NULL;
    double values[2];
    trop_lambdas wrong[5] = {
        {-1, 0, 1}, {0, INFINITY, 1}, {0, 0, -1}, {NO_VALUE, 0, 1}, {0, 0, NO_VALUE}};
    for (size_t k = 0; k < 5; k++) {
        CHECK_STATUS(trop_panel_estimate(panel, wrong[k], NULL, &estimate), TROP_LAMBDA_INVALID);
        CHECK_STATUS(trop_panel_bootstrap(panel, wrong[k], NULL, &bootstrap), TROP_LAMBDA_INVALID);
        CHECK_STATUS(trop_panel_cell_effects(panel, NULL, 0, wrong[k], NULL, &effects), TROP_LAMBDA_INVALID);
        CHECK_STATUS(trop_panel_weights(panel, (trop_cell){0, 0}, wrong[k], 2, 2, values, values), TROP_LAMBDA_INVALID);
    }
    CHECK(estimate == NULL && bootstrap == NULL && effects == NULL);
    trop_panel_free(panel);
}

static void grids_that_are_refused(void) {
    double good[2] = {0, 1}, twice[2] = {1, 1}, negative[1] = {-1}, infinite[1] = {INFINITY};
    trop_grids *grids = NULL;
    CHECK_STATUS(trop_grids_new(good, 0, good, 2, good, 2, &grids), TROP_GRID_EMPTY);
    CHECK_STATUS(trop_grids_new(NULL, 0, good, 2, good, 2, &grids), TROP_GRID_EMPTY);
    CHECK_STATUS(trop_grids_new(good, 2, twice, 2, good, 2, &grids), TROP_GRID_DUPLICATE);
    CHECK_STATUS(trop_grids_new(good, 2, good, 2, negative, 1, &grids), TROP_LAMBDA_INVALID);
    CHECK_STATUS(trop_grids_new(infinite, 1, good, 2, good, 2, &grids), TROP_LAMBDA_INVALID);
    CHECK_STATUS(trop_grids_new(good, 2, NULL, 2, good, 2, &grids), TROP_NULL_POINTER);
    CHECK_STATUS(trop_grids_new(good, SIZE_MAX, good, 2, good, 2, &grids), TROP_TOO_LARGE);
    CHECK_STATUS(trop_grids_new(good, 2, good, 2, good, 2, NULL), TROP_NULL_POINTER);
    CHECK(grids == NULL);
}

static void options_that_are_refused(void) {
    trop_panel *panel = four();
    trop_estimate *estimate = NULL;
    trop_search *search = NULL;
    trop_bootstrap *bootstrap = NULL;
    trop_options options = default_options();
    options.tolerance = 0.0;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, &options, &estimate), TROP_TOLERANCE_OUT_OF_RANGE);
    options = default_options();
    options.loocv_tolerance = NO_VALUE;
    CHECK_STATUS(trop_panel_search(panel, NULL, &options, &search), TROP_TOLERANCE_OUT_OF_RANGE);
    options = default_options();
    options.max_iterations = 0;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, &options, &estimate), TROP_MAX_ITERATIONS_ZERO);
    options = default_options();
    options.search_method = 9;
    CHECK_STATUS(trop_panel_search(panel, NULL, &options, &search), TROP_OPTION_INVALID);
    CHECK(strstr(trop_last_error_message(), "TROP_SEARCH_DESCENT or TROP_SEARCH_RACE") != NULL);
    options = default_options();
    options.search_criterion = -1;
    CHECK_STATUS(trop_panel_search(panel, NULL, &options, &search), TROP_OPTION_INVALID);
    options = default_options();
    options.bootstrap_draws = 1;
    CHECK_STATUS(trop_panel_bootstrap(panel, TWO_WAY, &options, &bootstrap), TROP_DRAWS_TOO_FEW);
    double levels[4] = {0.0, 1.0, 95.0, NO_VALUE};
    for (size_t k = 0; k < 4; k++) {
        options = default_options();
        options.bootstrap_level = levels[k];
        CHECK_STATUS(trop_panel_bootstrap(panel, TWO_WAY, &options, &bootstrap), TROP_LEVEL_OUT_OF_RANGE);
    }
    CHECK(estimate == NULL && search == NULL && bootstrap == NULL);
    trop_panel_free(panel);
}

static void what_cannot_be_estimated(void) {
    double y[8] = {1, 2, 3, 4, 5, 6, 7, 9}, always[8] = {0, 0, 0, 0, 1, 1, 1, 1};
    trop_panel *panel = new_panel(y, always, 4, 2);
    trop_estimate *estimate = NULL;
    trop_bootstrap *bootstrap = NULL;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, NULL, &estimate), TROP_NO_ESTIMABLE_CELL);
    CHECK_STATUS(trop_panel_bootstrap(panel, TWO_WAY, NULL, &bootstrap), TROP_TOO_FEW_DRAWS);
    trop_panel_free(panel);

    panel = square();
    CHECK_STATUS(trop_panel_bootstrap(panel, TWO_WAY, NULL, &bootstrap), TROP_TOO_FEW_TREATED_UNITS);
    trop_search *search = NULL;
    /* No control cell of two units is predicted by the others. */
    CHECK_STATUS(trop_panel_search(panel, NULL, NULL, &search), TROP_NO_ESTIMABLE_CELL);
    trop_panel_free(panel);
    CHECK(estimate == NULL && bootstrap == NULL && search == NULL);
}

static void outcomes_of_extreme_size(void) {
    double y[42], w[42] = {0};
    for (size_t k = 0; k < 42; k++) y[k] = 1e100 * ((double)((k * k * 31 + 7 * k) % 53) / 53 - 0.5);
    w[40] = w[41] = 1.0;
    trop_panel *panel = new_panel(y, w, 7, 6);
    trop_estimate *estimate = NULL;
    CHECK_STATUS(trop_panel_estimate(panel, (trop_lambdas){0.1, 0.0, 0.0}, NULL, &estimate), TROP_OK);
    CHECK(isfinite(trop_estimate_att(estimate)) && trop_estimate_converged(estimate));
    trop_estimate_free(estimate);
    trop_panel_free(panel);
    y[3] = 1.1e100;
    CHECK_STATUS(make(y, w, 7, 6), TROP_OUTCOME_INFINITE);
}

static void cells_outside_of_the_panel(void) {
    trop_panel *panel = square();
    trop_cell outside[3] = {{2, 0}, {0, 2}, {SIZE_MAX, SIZE_MAX}};
    double values[2];
    trop_effects *effects = NULL;
    int64_t event_time = 7;
    for (size_t k = 0; k < 3; k++) {
        CHECK_STATUS(trop_panel_event_time(panel, outside[k], &event_time), TROP_CELL_OUT_OF_RANGE);
        CHECK_STATUS(trop_panel_leave_period_out_distances(panel, outside[k], 2, values), TROP_CELL_OUT_OF_RANGE);
        CHECK_STATUS(trop_panel_weights(panel, outside[k], TWO_WAY, 2, 2, values, values), TROP_CELL_OUT_OF_RANGE);
        CHECK_STATUS(trop_panel_cell_effects(panel, &outside[k], 1, TWO_WAY, NULL, &effects), TROP_CELL_OUT_OF_RANGE);
    }
    CHECK(event_time == 7 && effects == NULL);
    trop_panel_free(panel);
}

static void arrays_with_too_little_room(void) {
    trop_panel *panel = square();
    double values[4] = {7, 7, 7, 7};
    trop_cell cells[4] = {{7, 7}}, target = {1, 1};
    size_t n = 7;
    CHECK_STATUS(trop_panel_unit_distances(panel, NULL, 2, 3, values), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_panel_unit_distances(panel, NULL, 3, 4, values), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_panel_unit_distances(panel, NULL, 1, 4, values), TROP_STRIDE_TOO_SMALL);
    CHECK_STATUS(trop_panel_unit_distances(panel, NULL, SIZE_MAX, SIZE_MAX, values), TROP_TOO_LARGE);
    CHECK_STATUS(trop_panel_leave_period_out_distances(panel, target, 1, values), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_panel_weights(panel, target, TWO_WAY, 1, 2, values, values), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_panel_weights(panel, target, TWO_WAY, 2, 1, values, values), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_CONTROL, 2, cells, &n), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_CONTROL, 0, cells, &n), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_panel_cells(panel, 3, 4, cells, &n), TROP_OPTION_INVALID);
    CHECK(values[0] == 7 && values[3] == 7 && cells[0].unit == 7 && n == 7);
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_CONTROL, 0, NULL, &n), TROP_OK);
    CHECK(n == 3);
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_CONTROL, 3, cells, &n), TROP_OK);
    trop_panel_free(panel);
}

static void null_everywhere(void) {
    trop_panel *panel = square();
    trop_grids *grids = NULL;
    trop_search *search = NULL;
    trop_estimate *estimate = NULL;
    trop_effects *effects = NULL;
    trop_bootstrap *bootstrap = NULL;
    trop_cell target = {1, 1};
    double values[4];
    size_t n;
    int64_t event_time;
    CHECK_STATUS(trop_panel_default_grids(NULL, NULL, &grids), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_default_grids(panel, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_search(NULL, NULL, NULL, &search), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_search(panel, NULL, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_estimate(NULL, TWO_WAY, NULL, &estimate), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_bootstrap(NULL, TWO_WAY, NULL, &bootstrap), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_bootstrap(panel, TWO_WAY, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_cell_effects(NULL, &target, 1, TWO_WAY, NULL, &effects), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_cell_effects(panel, NULL, 1, TWO_WAY, NULL, &effects), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_cell_effects(panel, &target, 1, TWO_WAY, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_unit_distances(NULL, NULL, 2, 4, values), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_unit_distances(panel, NULL, 2, 4, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_leave_period_out_distances(NULL, target, 2, values), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_leave_period_out_distances(panel, target, 2, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_weights(NULL, target, TWO_WAY, 2, 2, values, values), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_weights(panel, target, TWO_WAY, 2, 2, NULL, values), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_weights(panel, target, TWO_WAY, 2, 2, values, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_cells(NULL, TROP_CELLS_TREATED, 0, NULL, &n), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_TREATED, 0, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_TREATED, 1, NULL, &n), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_event_time(NULL, target, &event_time), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_event_time(panel, target, NULL), TROP_NULL_POINTER);
    CHECK(!grids && !search && !estimate && !effects && !bootstrap);
    trop_panel_free(panel);
}

static void reading_and_freeing_null(void) {
    trop_panel_free(NULL);
    trop_grids_free(NULL);
    trop_search_free(NULL);
    trop_estimate_free(NULL);
    trop_effects_free(NULL);
    trop_bootstrap_free(NULL);
    CHECK(trop_panel_n_units(NULL) == 0 && trop_panel_n_periods(NULL) == 0);
    CHECK(trop_panel_n_observed(NULL) == 0 && trop_panel_n_treated_units(NULL) == 0);
    CHECK(trop_grids_n_time(NULL) == 0 && trop_grids_n_unit(NULL) == 0 && trop_grids_n_nn(NULL) == 0);
    CHECK(!trop_grids_time(NULL) && !trop_grids_unit(NULL) && !trop_grids_nn(NULL));
    trop_lambdas lambdas = trop_search_lambdas(NULL);
    CHECK(isnan(lambdas.time) && isnan(lambdas.unit) && isnan(lambdas.nn) && isnan(trop_search_score(NULL)));
    CHECK(trop_search_n_cells(NULL) == 0 && trop_search_n_not_estimable(NULL) == 0);
    CHECK(trop_search_n_scores(NULL) == 0 && !trop_search_scores(NULL));
    CHECK(isnan(trop_estimate_att(NULL)) && isnan(trop_estimate_max_gap(NULL)));
    CHECK(!trop_estimate_converged(NULL) && !trop_estimate_effects(NULL));
    CHECK(trop_effects_n(NULL) == 0 && trop_effects_n_not_estimable(NULL) == 0);
    CHECK(!trop_effects_data(NULL) && !trop_effects_not_estimable(NULL));
    CHECK(isnan(trop_bootstrap_se(NULL)) && isnan(trop_bootstrap_p_value(NULL)));
    CHECK(isnan(trop_bootstrap_ci_lower(NULL)) && isnan(trop_bootstrap_ci_upper(NULL)));
    CHECK(trop_bootstrap_n_draws(NULL) == 0 && trop_bootstrap_n_failed(NULL) == 0);
    CHECK(trop_bootstrap_n_uncertified(NULL) == 0 && isnan(trop_bootstrap_max_gap(NULL)));
    CHECK(trop_bootstrap_n_event_times(NULL) == 0 && !trop_bootstrap_event_times(NULL));
    CHECK(!trop_bootstrap_draws(NULL) && !trop_bootstrap_event_draws(NULL));
}

static void names(void) {
    CHECK(strcmp(trop_status_code(TROP_OK), "ok") == 0);
    CHECK(strcmp(trop_status_code(TROP_NO_TREATED_CELL), "no_treated_cell") == 0);
    CHECK(strcmp(trop_status_code(TROP_PANIC), "panic") == 0);
    CHECK(strcmp(trop_status_code(-1), "unknown") == 0 && strcmp(trop_status_code(99), "unknown") == 0);
    CHECK(strcmp(trop_stage_name(TROP_STAGE_PLACEBO), "placebo") == 0);
    CHECK(strcmp(trop_fit_status_name(TROP_FIT_MAX_ITERATIONS), "max_iterations") == 0);
    CHECK(strcmp(trop_reason_name(TROP_REASON_DISCONNECTED), "disconnected") == 0);
    CHECK(strcmp(trop_stage_name(9), "unknown") == 0 && strcmp(trop_fit_status_name(9), "unknown") == 0);
    CHECK(strcmp(trop_reason_name(9), "unknown") == 0);
}

/* ---- threads and progress ---- */

static void *fail_elsewhere(void *unused) {
    CHECK(trop_last_error_status() == TROP_OK && strcmp(trop_last_error_message(), "") == 0);
    CHECK_STATUS(trop_panel_default_grids(NULL, NULL, NULL), TROP_NULL_POINTER);
    CHECK(trop_last_error_status() == TROP_NULL_POINTER);
    return unused;
}

static void errors_belong_to_their_thread(void) {
    double y[6] = {1, 2, 3, 2, 4, 5}, none[6] = {0};
    CHECK_STATUS(make(y, none, 2, 3), TROP_NO_TREATED_CELL);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, fail_elsewhere, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    /* Neither another thread's failure nor this one's success changes it. */
    trop_panel_free(square());
    CHECK(trop_last_error_status() == TROP_NO_TREATED_CELL);
    CHECK(strcmp(trop_last_error_message(), "no cell with an outcome is treated, so there is no effect to estimate.") == 0);
}

static void *estimate_elsewhere(void *panel) {
    trop_estimate *estimate = NULL;
    if (trop_panel_estimate(panel, (trop_lambdas){0.3, 0.2, 1.5}, NULL, &estimate) != TROP_OK) return NULL;
    double *att = malloc(sizeof *att);
    *att = trop_estimate_att(estimate);
    trop_estimate_free(estimate);
    return att;
}

static void threads_share_a_panel(void) {
    trop_panel *panel = irregular(7, 6, 2);
    double expected = att_at(panel, (trop_lambdas){0.3, 0.2, 1.5});
    pthread_t threads[4];
    for (size_t k = 0; k < 4; k++) CHECK(pthread_create(&threads[k], NULL, estimate_elsewhere, panel) == 0);
    for (size_t k = 0; k < 4; k++) {
        void *att = NULL;
        CHECK(pthread_join(threads[k], &att) == 0 && att != NULL);
        if (att != NULL) CHECK(*(double *)att == expected);
        free(att);
    }
    trop_panel_free(panel);
}

/* Bytes of address space in use, 0 if the system does not tell. */
static size_t address_space(void) {
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) return 0;
    if (fscanf(file, "%zu", &pages) != 1) pages = 0;
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void threads_that_cannot_start(void) {
    const size_t used = address_space();
    if (used == 0 || getenv("TROP_TEST_UNLIMITED") != NULL) {
        harness_skipped = "needs a limit of address space";
        return;
    }
    trop_panel *panel = four();
    trop_options options = default_options();
    trop_estimate *estimate = NULL;
    struct rlimit before, tight;
    CHECK(getrlimit(RLIMIT_AS, &before) == 0);
    tight = before;
    tight.rlim_cur = used + ((size_t)64 << 20); /* room for some stacks of threads, not for 500 */
    CHECK(setrlimit(RLIMIT_AS, &tight) == 0);
    options.threads = 500;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, &options, &estimate), TROP_THREADS_UNAVAILABLE);
    CHECK(estimate == NULL && strstr(trop_last_error_message(), "500") != NULL);
    CHECK(setrlimit(RLIMIT_AS, &before) == 0);
    CHECK_NEAR(att_at(panel, TWO_WAY), 3.25, ROUNDING);
    trop_panel_free(panel);
}

struct seen {
    pthread_t caller;
    trop_stage stage;
    size_t calls, done, total;
    int32_t answer;
};

static int32_t watch(trop_stage stage, size_t done, size_t total, void *data) {
    struct seen *seen = data;
    CHECK(pthread_equal(seen->caller, pthread_self()));
    CHECK(stage == seen->stage && done <= total);
    seen->calls++;
    seen->done = done;
    seen->total = total;
    return seen->answer;
}

static trop_options watched_options(struct seen *seen, trop_stage stage) {
    *seen = (struct seen){.caller = pthread_self(), .stage = stage};
    trop_options options = default_options();
    options.progress = watch;
    options.progress_data = seen;
    return options;
}

static void progress_is_heard(void) {
    trop_panel *panel = irregular(7, 6, 2);
    struct seen seen;
    trop_options options = watched_options(&seen, TROP_STAGE_ESTIMATE);
    trop_estimate *estimate = NULL;
    trop_lambdas lambdas = {0.3, 0.2, 1.5};
    CHECK_STATUS(trop_panel_estimate(panel, lambdas, &options, &estimate), TROP_OK);
    CHECK(seen.calls >= 1 && seen.done == 4 && seen.total == 4);
    trop_estimate_free(estimate);

    options = watched_options(&seen, TROP_STAGE_PLACEBO);
    trop_cell cell = {3, 3};
    trop_effects *effects = NULL;
    CHECK_STATUS(trop_panel_cell_effects(panel, &cell, 1, lambdas, &options, &effects), TROP_OK);
    CHECK(seen.done == 1 && seen.total == 1);
    trop_effects_free(effects);

    options = watched_options(&seen, TROP_STAGE_SEARCH);
    trop_search *search = NULL;
    CHECK_STATUS(trop_panel_search(panel, NULL, &options, &search), TROP_OK);
    CHECK(seen.calls >= 1 && seen.done == seen.total && seen.total >= trop_search_n_cells(search));
    trop_search_free(search);
    trop_panel_free(panel);
}

static void progress_can_stop_long_work(void) {
    trop_panel *panel = irregular(7, 6, 2);
    struct seen seen;
    trop_options options = watched_options(&seen, TROP_STAGE_BOOTSTRAP);
    seen.answer = 1;
    options.bootstrap_draws = 100000000; /* days of work */
    trop_bootstrap *bootstrap = NULL;
    CHECK_STATUS(trop_panel_bootstrap(panel, (trop_lambdas){0.3, 0.2, 1.5}, &options, &bootstrap), TROP_INTERRUPTED);
    CHECK(bootstrap == NULL && seen.calls == 1 && seen.done < 100000000);
    CHECK(trop_last_error_status() == TROP_INTERRUPTED);

    /* A stop after the work is done is obeyed too, and the library works on afterwards. */
    options = watched_options(&seen, TROP_STAGE_ESTIMATE);
    seen.answer = -1;
    trop_estimate *estimate = NULL;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, &options, &estimate), TROP_INTERRUPTED);
    CHECK(estimate == NULL);
    seen.answer = 0;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, &options, &estimate), TROP_OK);
    trop_estimate_free(estimate);
    trop_panel_free(panel);
}

/* What comes before any fit can be stopped, too: a progress that stops at once leaves arrays and handles as they are. */
static void distances_and_grids_can_be_stopped(void) {
    const size_t n = 600;
    trop_panel *panel = irregular(n, 40, 2);
    struct seen seen;
    trop_options options = watched_options(&seen, TROP_STAGE_SEARCH);
    double *distances = calloc(n * n, sizeof *distances);
    trop_grids *grids = NULL;
    CHECK_STATUS(trop_panel_unit_distances(panel, &options, n, n * n, distances), TROP_OK);
    CHECK(seen.calls >= 1 && distances[1] > 0.0);
    seen.calls = 0;
    CHECK_STATUS(trop_panel_default_grids(panel, &options, &grids), TROP_OK);
    CHECK(seen.calls >= 1 && trop_grids_n_unit(grids) == 6);
    trop_grids_free(grids);

    seen.answer = 1;
    distances[1] = -1.0;
    grids = NULL;
    CHECK_STATUS(trop_panel_unit_distances(panel, &options, n, n * n, distances), TROP_INTERRUPTED);
    CHECK_STATUS(trop_panel_default_grids(panel, &options, &grids), TROP_INTERRUPTED);
    CHECK(distances[1] == -1.0 && grids == NULL);
    free(distances);
    trop_panel_free(panel);
}

/* Calls the library from within. */
static int32_t nested(trop_stage stage, size_t done, size_t total, void *data) {
    (void)stage, (void)done, (void)total;
    trop_panel *panel = square();
    *(double *)data = att_at(panel, TWO_WAY);
    trop_panel_free(panel);
    return 0;
}

static void progress_may_call_the_library(void) {
    trop_panel *panel = four();
    trop_options options = default_options();
    double inner = NO_VALUE;
    options.progress = nested;
    options.progress_data = &inner;
    trop_estimate *estimate = NULL;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, &options, &estimate), TROP_OK);
    CHECK_NEAR(inner, 1.0, ROUNDING);
    CHECK_NEAR(trop_estimate_att(estimate), 3.25, ROUNDING);
    trop_estimate_free(estimate);
    trop_panel_free(panel);
}

int main(void) {
    static const struct harness_case cases[] = {
        {"panels that are refused", panels_that_are_refused},
        {"lambdas that are refused", lambdas_that_are_refused},
        {"grids that are refused", grids_that_are_refused},
        {"options that are refused", options_that_are_refused},
        {"what cannot be estimated", what_cannot_be_estimated},
        {"outcomes of extreme size", outcomes_of_extreme_size},
        {"cells outside of the panel", cells_outside_of_the_panel},
        {"arrays with too little room", arrays_with_too_little_room},
        {"NULL everywhere", null_everywhere},
        {"reading and freeing NULL", reading_and_freeing_null},
        {"names", names},
        {"errors belong to their thread", errors_belong_to_their_thread},
        {"threads share a panel", threads_share_a_panel},
        {"threads that cannot start", threads_that_cannot_start},
        {"progress is heard", progress_is_heard},
        {"progress can stop long work", progress_can_stop_long_work},
        {"distances and grids can be stopped", distances_and_grids_can_be_stopped},
        {"progress may call the library", progress_may_call_the_library},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
