/* Tests of libtrop through its C interface: numbers by hand, invariances, options. */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "panels.h"

/* Two fits of one problem, each certified to a relative gap of 1e-8, agree to about its square root times the
 * size of the outcomes. */
#define CERTIFIED 1e-4

/* ---- by hand ---- */

static void versions(void) {
    CHECK(strcmp(trop_version(), TROP_VERSION) == 0);
    char numbers[32];
    snprintf(numbers, sizeof numbers, "%d.%d.%d", TROP_VERSION_MAJOR, TROP_VERSION_MINOR, TROP_VERSION_PATCH);
    CHECK(strcmp(numbers, TROP_VERSION) == 0);
#if TROP_VERSION_NUMBER < 100 || TROP_VERSION_NUMBER / 10000 != TROP_VERSION_MAJOR
    CHECK(!"TROP_VERSION_NUMBER can be compared by the preprocessor");
#endif
}

static void panel_sizes_and_cells(void) {
    /* Treated in periods 1 and 3; the outcome of (0, 2) is missing. */
    double y[8] = {1, 2, NO_VALUE, 4, 5, 6, 7, 8}, w[8] = {0, 0, 0, 0, 0, 1, 0, 1};
    trop_panel *panel = new_panel(y, w, 2, 4);
    CHECK(trop_panel_n_units(panel) == 2 && trop_panel_n_periods(panel) == 4);
    CHECK(trop_panel_n_observed(panel) == 7 && trop_panel_n_treated_units(panel) == 1);

    trop_cell cells[8];
    size_t n = 0;
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_TREATED, 8, cells, &n), TROP_OK);
    CHECK(n == 2 && cells[0].unit == 1 && cells[0].period == 1 && cells[1].period == 3);
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_CONTROL, 8, cells, &n), TROP_OK);
    CHECK(n == 5 && cells[2].unit == 0 && cells[2].period == 3);
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_PRE_TREATMENT, 8, cells, &n), TROP_OK);
    CHECK(n == 2 && cells[0].period == 0 && cells[1].period == 2);

    int64_t expected[2][4] = {
        {TROP_NO_EVENT_TIME, TROP_NO_EVENT_TIME, TROP_NO_EVENT_TIME, TROP_NO_EVENT_TIME}, {-1, 0, -1, 0}};
    for (size_t unit = 0; unit < 2; unit++) {
        for (size_t period = 0; period < 4; period++) {
            int64_t found = 7;
            CHECK_STATUS(trop_panel_event_time(panel, (trop_cell){unit, period}, &found), TROP_OK);
            CHECK(found == expected[unit][period]);
        }
    }
    trop_panel_free(panel);
}

static void estimate_by_hand(void) {
    trop_panel *panel = square();
    trop_estimate *estimate = NULL;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, NULL, &estimate), TROP_OK);
    CHECK_NEAR(trop_estimate_att(estimate), 1.0, ROUNDING);
    CHECK(trop_estimate_converged(estimate) && trop_estimate_max_gap(estimate) <= 1e-8);

    /* A handle does not need the panel that it came from. */
    trop_panel_free(panel);
    const trop_effects *effects = trop_estimate_effects(estimate);
    CHECK(trop_effects_n(effects) == 1 && trop_effects_n_not_estimable(effects) == 0);
    const trop_cell_effect *effect = trop_effects_data(effects);
    CHECK(effect->cell.unit == 1 && effect->cell.period == 1 && effect->event_time == 0);
    CHECK(effect->observed == 6.0 && effect->status == TROP_FIT_SOLVED && effect->rank == 0);
    CHECK_NEAR(effect->effect, 1.0, ROUNDING);
    CHECK_NEAR(effect->counterfactual, 5.0, ROUNDING);
    CHECK(effect->gap >= 0.0 && effect->dual <= effect->primal);
    trop_estimate_free(estimate);
}

static void cells_without_an_effect(void) {
    /* Unit 2 is always treated; the outcome of (1, 1) is missing. */
    double y[6] = {1, 2, 4, NO_VALUE, 3, 5}, w[6] = {0, 0, 0, 1, 1, 1};
    trop_panel *panel = new_panel(y, w, 3, 2);
    trop_cell targets[3] = {{2, 0}, {1, 1}, {2, 0}};
    trop_effects *effects = NULL;
    CHECK_STATUS(trop_panel_cell_effects(panel, targets, 3, TWO_WAY, NULL, &effects), TROP_OK);
    CHECK(trop_effects_n(effects) == 0 && trop_effects_n_not_estimable(effects) == 2);
    const trop_not_estimable *missed = trop_effects_not_estimable(effects);
    CHECK(missed[0].cell.unit == 1 && missed[0].reason == TROP_REASON_OUTCOME_MISSING);
    CHECK(missed[1].cell.unit == 2 && missed[1].reason == TROP_REASON_DISCONNECTED);
    trop_effects_free(effects);
    trop_panel_free(panel);
}

static void placebo_by_hand(void) {
    /* (6 - 4) - (2 - 1) = 1: the treated cell (2, 1) takes no part. */
    double y[6] = {1, 2, 4, 6, 5, 7}, w[6] = {0, 0, 0, 0, 0, 1};
    trop_panel *panel = new_panel(y, w, 3, 2);
    trop_cell target = {1, 1};
    trop_effects *effects = NULL;
    CHECK_STATUS(trop_panel_cell_effects(panel, &target, 1, TWO_WAY, NULL, &effects), TROP_OK);
    CHECK(trop_effects_n(effects) == 1);
    CHECK_NEAR(trop_effects_data(effects)->effect, 1.0, ROUNDING);
    CHECK(trop_effects_data(effects)->event_time == TROP_NO_EVENT_TIME);
    trop_effects_free(effects);

    CHECK_STATUS(trop_panel_cell_effects(panel, NULL, 0, TWO_WAY, NULL, &effects), TROP_OK);
    CHECK(trop_effects_n(effects) == 0);
    trop_effects_free(effects);
    trop_panel_free(panel);
}

static void distances_and_weights_by_hand(void) {
    trop_panel *panel = square();
    /* Only period 0 is common: |1 - 4| = 3. Rows go where the stride says, and nothing else is touched. */
    double matrix[6] = {-1, -1, -1, -1, -1, -1};
    CHECK_STATUS(trop_panel_unit_distances(panel, NULL, 3, 5, matrix), TROP_OK);
    double expected[6] = {0, 3, -1, 3, 0, -1};
    CHECK(memcmp(matrix, expected, sizeof matrix) == 0);

    double distance[3] = {-1, -1, -1};
    trop_cell target = {1, 1};
    CHECK_STATUS(trop_panel_leave_period_out_distances(panel, target, 3, distance), TROP_OK);
    CHECK(distance[0] == 3.0 && distance[1] == 0.0 && distance[2] == -1.0);
    CHECK_STATUS(trop_panel_leave_period_out_distances(panel, (trop_cell){1, 0}, 2, distance), TROP_OK);
    CHECK(isinf(distance[0]));

    double unit[2], period[2];
    trop_lambdas lambdas = {.time = 0.5, .unit = 0.1, .nn = 1.0};
    CHECK_STATUS(trop_panel_weights(panel, target, lambdas, 2, 2, unit, period), TROP_OK);
    CHECK_NEAR(unit[0], exp(-0.3), ROUNDING);
    CHECK_NEAR(period[0], exp(-0.5), ROUNDING);
    CHECK(unit[1] == 1.0 && period[1] == 1.0);
    trop_panel_free(panel);
}

static void default_grids_by_hand(void) {
    trop_panel *panel = square();
    trop_grids *grids = NULL;
    CHECK_STATUS(trop_panel_default_grids(panel, NULL, &grids), TROP_OK);
    double time[8] = {0, 0.1, 0.25, 0.5, 1, 2, 3, 5};
    CHECK(trop_grids_n_time(grids) == 8 && memcmp(trop_grids_time(grids), time, sizeof time) == 0);
    /* The only distance is 3. */
    double unit[6] = {0, 0.5 / 3, 1.0 / 3, 2.0 / 3, 4.0 / 3, 8.0 / 3};
    CHECK(trop_grids_n_unit(grids) == 6 && memcmp(trop_grids_unit(grids), unit, sizeof unit) == 0);
    /* Three control cells are fitted without residual, so any penalty makes the low-rank part vanish. */
    CHECK(trop_grids_n_nn(grids) == 1 && isinf(trop_grids_nn(grids)[0]));
    trop_grids_free(grids);
    trop_panel_free(panel);
}

static void search_by_hand(void) {
    /* Four control units in two periods, growing by 0, 0, 0 and 3: each cell left out is missed by how far its
     * unit's growth is from the others' mean: 1, 1, 1 and 3, in both periods, so 2 * (1 + 1 + 1 + 9) = 24. The
     * control cell of the treated unit cannot be predicted. */
    double y[10] = {0, 0, 1, 1, 2, 2, 0, 3, 5, 5}, w[10] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    double zero = 0.0, time[2] = {1.0, 0.0}, infinite = INFINITY;
    trop_panel *panel = new_panel(y, w, 5, 2);
    trop_grids *grids = NULL;
    CHECK_STATUS(trop_grids_new(time, 2, &zero, 1, &infinite, 1, &grids), TROP_OK);
    trop_options options = default_options();
    const int methods[3] = {TROP_SEARCH_GRID, TROP_SEARCH_CYCLE, TROP_SEARCH_DESCENT};
    for (int k = 0; k < 3; k++) {
        options.search_method = methods[k];
        trop_search *search = NULL;
        CHECK_STATUS(trop_panel_search(panel, grids, &options, &search), TROP_OK);
        CHECK(trop_search_n_cells(search) == 8 && trop_search_n_not_estimable(search) == 1);
        /* Growth does not depend on time weights, so both candidates tie, and the smaller wins. */
        trop_lambdas found = trop_search_lambdas(search);
        CHECK(found.time == 0.0 && found.unit == 0.0 && isinf(found.nn));
        CHECK_NEAR(trop_search_score(search), 24.0, 24.0 * ROUNDING);
        CHECK(trop_search_n_scores(search) == 2);
        const trop_score *scores = trop_search_scores(search);
        /* Scored in the order of the grid; a descent begins at the smallest. */
        double first = methods[k] == TROP_SEARCH_DESCENT ? 0.0 : 1.0;
        CHECK(scores[0].lambdas.time == first && scores[1].lambdas.time == 1.0 - first);
        CHECK(scores[0].n_cells == 8 && !scores[0].abandoned && scores[0].n_uncertified == 0);
        CHECK_NEAR(scores[0].score, 24.0, 24.0 * ROUNDING);
        trop_search_free(search);
    }
    options.search_max_cells = 3;
    trop_search *sampled = NULL;
    CHECK_STATUS(trop_panel_search(panel, grids, &options, &sampled), TROP_OK);
    CHECK(trop_search_n_cells(sampled) == 3);
    trop_search_free(sampled);
    trop_grids_free(grids);
    trop_panel_free(panel);
}

static void bootstrap_by_hand(void) {
    /* Each draw is the mean growth of two treated units less that of two control units. */
    double treated[3] = {4, 4.5, 5}, control[3] = {1, 1.25, 1.5};
    trop_panel *panel = four();
    CHECK_NEAR(att_at(panel, TWO_WAY), 4.5 - 1.25, ROUNDING);
    trop_options options = default_options();
    options.bootstrap_draws = 60;
    options.bootstrap_level = 0.9;
    trop_bootstrap *bootstrap = NULL;
    CHECK_STATUS(trop_panel_bootstrap(panel, TWO_WAY, &options, &bootstrap), TROP_OK);
    CHECK(trop_bootstrap_n_draws(bootstrap) == 60 && trop_bootstrap_n_failed(bootstrap) == 0);
    CHECK(trop_bootstrap_n_uncertified(bootstrap) == 0 && trop_bootstrap_max_gap(bootstrap) <= 1e-8);
    CHECK(trop_bootstrap_n_event_times(bootstrap) == 1 && trop_bootstrap_event_times(bootstrap)[0] == 0);

    const double *draws = trop_bootstrap_draws(bootstrap);
    double mean = 0.0, squares = 0.0;
    for (size_t d = 0; d < 60; d++) {
        int possible = 0;
        for (size_t k = 0; k < 9; k++) possible |= fabs(draws[d] - treated[k / 3] + control[k % 3]) < ROUNDING;
        CHECK(possible);
        CHECK_NEAR(trop_bootstrap_event_draws(bootstrap)[d], draws[d], ROUNDING);
        mean += draws[d] / 60;
    }
    for (size_t d = 0; d < 60; d++) squares += (draws[d] - mean) * (draws[d] - mean);
    CHECK_NEAR(trop_bootstrap_se(bootstrap), sqrt(squares / 59), ROUNDING);
    CHECK(trop_bootstrap_se(bootstrap) > 0.0);
    CHECK(trop_bootstrap_ci_lower(bootstrap) >= 2.5 && trop_bootstrap_ci_upper(bootstrap) <= 4.0);
    /* Every draw is positive: the smallest p-value that 60 draws can give. */
    CHECK_NEAR(trop_bootstrap_p_value(bootstrap), 2.0 / 61, ROUNDING);
    trop_bootstrap_free(bootstrap);

    /* Three draws cannot bound a 95% interval. */
    options.bootstrap_draws = 3;
    options.bootstrap_level = 0.95;
    CHECK_STATUS(trop_panel_bootstrap(panel, TWO_WAY, &options, &bootstrap), TROP_OK);
    CHECK(trop_bootstrap_ci_lower(bootstrap) == -INFINITY && trop_bootstrap_ci_upper(bootstrap) == INFINITY);
    trop_bootstrap_free(bootstrap);
    trop_panel_free(panel);
}

/* ---- invariances ---- */

static void strides_do_not_matter(void) {
    double y[6 * 9], w[6 * 11], dense_y[6 * 5], dense_w[6 * 5];
    for (size_t k = 0; k < 6 * 9; k++) y[k] = INFINITY;
    for (size_t k = 0; k < 6 * 11; k++) w[k] = 0.5;
    for (size_t i = 0; i < 6; i++) {
        for (size_t t = 0; t < 5; t++) {
            dense_y[i * 5 + t] = y[i * 9 + t] = (double)((i * i * 13 + t * 7 + i * t * 5) % 17);
            dense_w[i * 5 + t] = w[i * 11 + t] = (i == 2 && t >= 3) ? 1.0 : 0.0;
        }
    }
    trop_panel *gaps = NULL, *dense = new_panel(dense_y, dense_w, 6, 5);
    CHECK_STATUS(trop_panel_new(y, 9, w, 11, 6, 5, &gaps), TROP_OK);
    trop_lambdas lambdas = {0.2, 0.1, 3.0};
    CHECK(att_at(gaps, lambdas) == att_at(dense, lambdas));
    trop_panel_free(gaps);
    trop_panel_free(dense);
}

static void unit_of_measurement_does_not_matter(void) {
    double y[20], w[20] = {0};
    w[18] = w[19] = 1.0;
    for (size_t k = 0; k < 20; k++) y[k] = (double)((k * k * 31 + 7 * k) % 53) / 10.0;
    trop_panel *panel = new_panel(y, w, 5, 4);
    for (size_t k = 0; k < 20; k++) y[k] *= 8.0;
    trop_panel *scaled = new_panel(y, w, 5, 4);
    double att = att_at(panel, (trop_lambdas){0.2, 0.4, 2.0});
    CHECK_NEAR(att_at(scaled, (trop_lambdas){0.2, 0.05, 16.0}), 8.0 * att, CERTIFIED);
    trop_panel_free(scaled);
    trop_panel_free(panel);
}

static void threads_do_not_matter(void) {
    trop_panel *panel = irregular(7, 6, 2);
    trop_options options = default_options();
    options.bootstrap_draws = 20;
    double score[4], att[4], se[4], distances[4][49];
    for (size_t k = 0; k < 4; k++) {
        options.threads = k; /* 0 is one per core */
        trop_search *search = NULL;
        trop_estimate *estimate = NULL;
        trop_bootstrap *bootstrap = NULL;
        CHECK_STATUS(trop_panel_search(panel, NULL, &options, &search), TROP_OK);
        trop_lambdas lambdas = {0.3, 0.2, 1.5};
        CHECK_STATUS(trop_panel_estimate(panel, lambdas, &options, &estimate), TROP_OK);
        CHECK_STATUS(trop_panel_bootstrap(panel, lambdas, &options, &bootstrap), TROP_OK);
        CHECK_STATUS(trop_panel_unit_distances(panel, &options, 7, 49, distances[k]), TROP_OK);
        score[k] = trop_search_score(search);
        att[k] = trop_estimate_att(estimate);
        se[k] = trop_bootstrap_se(bootstrap);
        CHECK(score[k] == score[0] && att[k] == att[0] && se[k] == se[0]);
        CHECK(memcmp(distances[k], distances[0], sizeof distances[0]) == 0);
        trop_bootstrap_free(bootstrap);
        trop_estimate_free(estimate);
        trop_search_free(search);
    }
    trop_panel_free(panel);
}

/* A forked child has none of its parent's threads, and must not wait for them. */
static void a_forked_child_computes_the_same(void) {
#ifdef __SANITIZE_THREAD__
    harness_skipped = "the thread sanitizer ends a forked child that starts threads";
#else
    trop_panel *panel = irregular(12, 8, 5);
    const trop_lambdas lambdas = {0.3, 0.2, 1.5};
    const double before = att_at(panel, lambdas);
    int answer[2];
    CHECK(pipe(answer) == 0);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        const double found = att_at(panel, lambdas);
        if (write(answer[1], &found, sizeof found) != sizeof found) _exit(1);
        /* What the parent's threads held is lost here: `run.sh` keeps valgrind silent of it. */
        kill(getpid(), SIGKILL);
    }
    close(answer[1]);
    double found = NAN;
    CHECK(child > 0 && read(answer[0], &found, sizeof found) == sizeof found);
    CHECK(memcmp(&found, &before, sizeof found) == 0);
    CHECK(waitpid(child, NULL, 0) == child);
    close(answer[0]);
    CHECK(att_at(panel, lambdas) == before);
    trop_panel_free(panel);
#endif
}

static void no_grids_are_the_default_grids(void) {
    trop_panel *panel = irregular(6, 5, 1);
    trop_grids *grids = NULL;
    trop_search *given = NULL, *none = NULL;
    CHECK_STATUS(trop_panel_default_grids(panel, NULL, &grids), TROP_OK);
    CHECK_STATUS(trop_panel_search(panel, grids, NULL, &given), TROP_OK);
    CHECK_STATUS(trop_panel_search(panel, NULL, NULL, &none), TROP_OK);
    CHECK(trop_search_n_scores(given) == trop_search_n_scores(none));
    CHECK(trop_search_score(given) == trop_search_score(none));
    trop_search_free(given);
    trop_search_free(none);
    trop_grids_free(grids);
    trop_panel_free(panel);
}

/* ---- options ---- */

static void options_defaults(void) {
    trop_options options = default_options();
    CHECK(options.struct_size == sizeof options);
    CHECK(options.tolerance == 1e-8 && options.loocv_tolerance == 1e-8 && options.max_iterations == 10000);
    CHECK(options.threads == 0 && options.search_method == TROP_SEARCH_RACE);
    CHECK(options.search_abandon == 0 && options.search_max_cells == 0 && options.search_seed == 0);
    CHECK(options.bootstrap_draws == 200 && options.bootstrap_level == 0.95 && options.bootstrap_seed == 0);
    CHECK(options.progress == NULL && options.progress_data == NULL);
    CHECK(options.search_criterion == TROP_CRITERION_AUTO && options.search_placebo_sets == 20);
    CHECK(options.search_placebo_folds == 5 && options.inference_method == TROP_INFERENCE_AUTO);
    CHECK(options.inference_draws == 200 && options.inference_level == 0.95 && options.inference_seed == 0);
    CHECK(options.pre_periods == 1);
}

/* Size of the options of the library's first version. */
#define FIRST_SIZE offsetof(trop_options, search_criterion)

/* Options of a program that was built with a later version of the header. */
struct later_options {
    trop_options now;
    double later;
};

static void options_of_other_versions(void) {
    trop_panel *panel = square();
    trop_estimate *estimate = NULL;
    struct later_options later;
    memset(&later, 0xff, sizeof later);
    CHECK_STATUS(trop_options_default(sizeof later, &later.now), TROP_OK);
    CHECK(later.now.struct_size == sizeof later && later.later == 0.0 && later.now.tolerance == 1e-8);
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, &later.now, &estimate), TROP_OK);
    trop_estimate_free(estimate);

    estimate = NULL;
    later.later = 1.0;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, &later.now, &estimate), TROP_OPTIONS_SIZE);
    size_t wrong[4] = {0, FIRST_SIZE - 1, 4097, SIZE_MAX};
    for (size_t k = 0; k < 4; k++) {
        trop_options options = default_options();
        options.struct_size = wrong[k];
        CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, &options, &estimate), TROP_OPTIONS_SIZE);
        options.threads = 77;
        CHECK_STATUS(trop_options_default(wrong[k], &options), TROP_OPTIONS_SIZE);
        CHECK(options.threads == 77);
    }
    CHECK_STATUS(trop_options_default(sizeof(trop_options), NULL), TROP_NULL_POINTER);
    CHECK(estimate == NULL);
    trop_panel_free(panel);
}

static void options_of_the_first_version(void) {
    /* Exactly as much memory as a program of that version has. */
    trop_options *first = malloc(FIRST_SIZE);
    CHECK_STATUS(trop_options_default(FIRST_SIZE, first), TROP_OK);
    CHECK(first->struct_size == FIRST_SIZE && first->search_method == TROP_SEARCH_RACE);
    first->max_iterations = 0;
    trop_panel *panel = four();
    trop_inference *inference = NULL;
    CHECK_STATUS(trop_panel_infer(panel, TWO_WAY, NULL, first, &inference), TROP_MAX_ITERATIONS_ZERO);
    first->max_iterations = 10000;
    CHECK_STATUS(trop_panel_infer(panel, TWO_WAY, NULL, first, &inference), TROP_OK);
    /* What it does not have takes the defaults. */
    CHECK(trop_inference_reason(inference)[0] != '\0');
    trop_inference_free(inference);
    trop_panel_free(panel);
    free(first);
}

static void tolerance_of_options_is_used(void) {
    trop_panel *panel = irregular(8, 7, 2);
    trop_options options = default_options();
    options.max_iterations = 1;
    options.tolerance = 1e-12;
    trop_estimate *estimate = NULL;
    CHECK_STATUS(trop_panel_estimate(panel, (trop_lambdas){0.1, 0.1, 0.5}, &options, &estimate), TROP_OK);
    CHECK(!trop_estimate_converged(estimate) && trop_estimate_max_gap(estimate) > 1e-12);
    CHECK(trop_effects_data(trop_estimate_effects(estimate))->status == TROP_FIT_MAX_ITERATIONS);
    trop_estimate_free(estimate);
    trop_panel_free(panel);
}

static void abandoned_candidates_are_marked(void) {
    trop_panel *panel = irregular(24, 12, 2);
    trop_options options = default_options();
    options.search_abandon = 1;
    options.search_method = TROP_SEARCH_GRID;
    double zero = 0.0, time[3] = {0.0, 0.5, 20.0}, nn[2] = {INFINITY, 5.0};
    trop_grids *grids = NULL;
    trop_search *search = NULL;
    CHECK_STATUS(trop_grids_new(time, 3, &zero, 1, nn, 2, &grids), TROP_OK);
    CHECK_STATUS(trop_panel_search(panel, grids, &options, &search), TROP_OK);
    size_t abandoned = 0;
    for (size_t k = 0; k < trop_search_n_scores(search); k++) abandoned += trop_search_scores(search)[k].abandoned;
    CHECK(abandoned > 0);
    trop_search_free(search);
    trop_grids_free(grids);
    trop_panel_free(panel);
}

int main(void) {
    static const struct harness_case cases[] = {
        {"versions", versions},
        {"panel sizes and cells", panel_sizes_and_cells},
        {"estimate by hand", estimate_by_hand},
        {"cells without an effect", cells_without_an_effect},
        {"placebo by hand", placebo_by_hand},
        {"distances and weights by hand", distances_and_weights_by_hand},
        {"default grids by hand", default_grids_by_hand},
        {"search by hand", search_by_hand},
        {"bootstrap by hand", bootstrap_by_hand},
        {"strides do not matter", strides_do_not_matter},
        {"the unit of measurement does not matter", unit_of_measurement_does_not_matter},
        {"threads do not matter", threads_do_not_matter},
        {"a forked child computes the same", a_forked_child_computes_the_same},
        {"no grids are the default grids", no_grids_are_the_default_grids},
        {"options: defaults", options_defaults},
        {"options of other versions", options_of_other_versions},
        {"options of the first version", options_of_the_first_version},
        {"the tolerance of the options is used", tolerance_of_options_is_used},
        {"abandoned candidates are marked", abandoned_candidates_are_marked},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
