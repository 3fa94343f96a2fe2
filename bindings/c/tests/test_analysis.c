/* Tests of the whole way in one call: options by name and data in long form. */
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#include "analyses.h"

/* ---- the call ---- */

static void the_call_is_its_steps(void) {
    trop_panel *panel = four();
    trop_analysis *analysis = at_two_way(panel, "jackknife");
    trop_options options = default_options();
    options.inference_method = TROP_INFERENCE_JACKKNIFE;
    trop_inference *inference = NULL;
    trop_estimate *estimate = NULL;
    CHECK_STATUS(trop_panel_infer(panel, TWO_WAY, NULL, &options, &inference), TROP_OK);
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, NULL, &estimate), TROP_OK);
    /* An analysis does not need the panel that it came from. */
    trop_panel_free(panel);

    const size_t n = trop_inference_n(inference);
    const trop_inferred *expected = trop_inference_table(inference), *found = trop_analysis_averages(analysis);
    CHECK(trop_analysis_n_averages(analysis) == n && n == 3);
    for (size_t k = 0; k < n; k++) {
        CHECK(found[k].average.value == expected[k].average.value && found[k].se == expected[k].se);
        CHECK(same(found[k].p_value, expected[k].p_value) && same(found[k].ci_lower, expected[k].ci_lower));
        CHECK(found[k].average.n_units == 2 && found[k].average.n_uncertified == 0);
    }
    const trop_inferred att = trop_analysis_att(analysis);
    CHECK_NEAR(att.average.value, 3.25, ROUNDING);
    CHECK(att.se == expected[0].se && att.average.n_cells == 2);
    const trop_inference *own = trop_analysis_inference(analysis);
    CHECK(trop_inference_used(own) == TROP_INFERENCE_JACKKNIFE && trop_inference_n_draws(own) == 4);
    CHECK(trop_analysis_no_inference(analysis) == TROP_OK);

    const trop_estimate *made = trop_analysis_estimate(analysis);
    CHECK(trop_estimate_att(made) == trop_estimate_att(estimate) && trop_estimate_converged(made));
    const trop_effects *effects = trop_estimate_effects(made);
    const trop_effect_range *ranges = trop_effects_ranges(effects);
    CHECK(trop_effects_n(effects) == 2);
    for (size_t k = 0; k < 2; k++) {
        const double effect = trop_effects_data(effects)[k].effect;
        CHECK(ranges[k].effect_min <= effect && effect <= ranges[k].effect_max);
    }
    const trop_lambdas lambdas = trop_analysis_lambdas(analysis);
    CHECK(lambdas.time == 0.0 && lambdas.unit == 0.0 && isinf(lambdas.nn));
    /* Lambdas were given. */
    CHECK(trop_analysis_search(analysis) == NULL && trop_analysis_grids(analysis) == NULL);
    const trop_timings timings = trop_analysis_timings(analysis);
    CHECK(isnan(timings.search) && timings.estimate >= 0.0 && timings.inference >= 0.0);
    const trop_uncertified open = trop_analysis_uncertified(analysis);
    CHECK(open.cells == 0 && open.scores == 0 && open.draws == 0);
    const trop_period_mean *means = trop_analysis_by_time(analysis);
    CHECK(trop_analysis_n_by_time(analysis) == 1 && means->period == 1 && means->n_treated == 2);
    CHECK_NEAR(means->observed, 5.5, ROUNDING);
    CHECK_NEAR(means->counterfactual, 2.25, ROUNDING);
    trop_estimate_free(estimate);
    trop_inference_free(inference);
    trop_analysis_free(analysis);
}

static void the_search_is_there(void) {
    trop_panel *panel = irregular(7, 6, 2);
    trop_analysis_options *options = new_options();
    set(options, "grids", "time=0 1, unit=0, nn=inf");
    set(options, "inference", "none");
    set(options, "search", "grid");
    trop_analysis *analysis = NULL;
    CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_OK);
    const trop_search *search = trop_analysis_search(analysis);
    CHECK(trop_search_n_scores(search) == 2 && trop_grids_n_time(trop_analysis_grids(analysis)) == 2);
    CHECK(trop_analysis_lambdas(analysis).time == trop_search_lambdas(search).time);
    CHECK(trop_analysis_inference(analysis) == NULL && trop_analysis_timings(analysis).search >= 0.0);
    const trop_effects *pre = trop_analysis_pre_effects(analysis);
    CHECK(trop_effects_n(pre) == 8);
    CHECK(trop_pre_fit_n_cells(trop_analysis_pre_fit(analysis)) == 8);
    trop_analysis_free(analysis);

    /* The same of a handle. */
    const double time[2] = {0, 1}, unit[1] = {0}, nn[1] = {INFINITY};
    trop_grids *grids = NULL;
    CHECK_STATUS(trop_grids_new(time, 2, unit, 1, nn, 1, &grids), TROP_OK);
    set(options, "grids", "none");
    CHECK_STATUS(trop_analysis_options_set_grids(options, grids), TROP_OK);
    trop_text *text = NULL;
    CHECK_STATUS(trop_analysis_options_get(options, "grids", &text), TROP_OK);
    CHECK(strcmp(trop_text_data(text), "time=0 1, unit=0, nn=inf") == 0);
    trop_text_free(text);
    CHECK_STATUS(trop_analysis_options_set_grids(options, NULL), TROP_OK);
    CHECK_STATUS(trop_analysis_options_get(options, "grids", &text), TROP_OK);
    CHECK(strcmp(trop_text_data(text), "none") == 0);
    trop_text_free(text);
    trop_grids_free(grids);
    trop_analysis_options_free(options);
    trop_panel_free(panel);
}

static void threads_do_not_matter(void) {
    trop_panel *panel = irregular(7, 6, 2);
    const char *const threads[3] = {"1", "3", "none"};
    double se[3], att[3];
    for (size_t k = 0; k < 3; k++) {
        trop_analysis_options *options = new_options();
        set(options, "threads", threads[k]);
        set(options, "inference", "bootstrap");
        set(options, "n_boot", "20");
        trop_analysis *analysis = NULL;
        CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_OK);
        att[k] = trop_analysis_att(analysis).average.value;
        se[k] = trop_analysis_att(analysis).se;
        CHECK(att[k] == att[0] && se[k] == se[0] && se[k] > 0.0);
        trop_analysis_free(analysis);
        trop_analysis_options_free(options);
    }
    trop_panel_free(panel);
}

static void cells_without_an_effect_have_reasons(void) {
    /* The outcome of the second treated period is missing. */
    const double y[6] = {1, 2, 3, 4, 6, NO_VALUE}, w[6] = {0, 0, 0, 0, 1, 1};
    trop_panel *panel = new_panel(y, w, 2, 3);
    trop_analysis *analysis = at_two_way(panel, "none");
    const trop_effects *effects = trop_estimate_effects(trop_analysis_estimate(analysis));
    CHECK(trop_effects_n(effects) == 1 && trop_effects_n_not_estimable(effects) == 1);
    CHECK(trop_effects_not_estimable(effects)->reason == TROP_REASON_OUTCOME_MISSING);
    CHECK(isnan(trop_effects_not_estimable_ranges(effects)->effect_min));
    CHECK(strcmp(trop_analysis_note_code(analysis, 0), "cells_left_out") == 0);
    CHECK(has(trop_analysis_note_text(analysis, 0), "(1, 2: outcome missing)"));
    CHECK(!trop_analysis_note_is_warning(analysis, 0));
    trop_analysis_free(analysis);
    trop_panel_free(panel);
}

static int stop_at_once(trop_stage stage, size_t done, size_t total, void *data) {
    (void)stage, (void)done, (void)total;
    CHECK(pthread_equal(*(pthread_t *)data, pthread_self()));
    return 1;
}

static void progress_stops_it(void) {
    trop_panel *panel = four();
    trop_analysis_options *options = new_options();
    pthread_t self = pthread_self();
    trop_analysis *analysis = NULL;
    CHECK_STATUS(trop_analysis_options_set_lambdas(options, TWO_WAY), TROP_OK);
    CHECK_STATUS(trop_analysis_options_set_progress(options, stop_at_once, &self), TROP_OK);
    CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_INTERRUPTED);
    CHECK(analysis == NULL);
    trop_analysis_options_free(options);
    trop_panel_free(panel);
}

static int stop_when_advised(trop_stage stage, size_t done, size_t total, void *data) {
    (void)stage, (void)done, (void)total;
    const char *left = trop_progress_left(), *advice = trop_progress_advice();
    if (advice == NULL) return 0;
    CHECK(left != NULL && has(left, "about ") && has(left, " left"));
    CHECK(has(advice, "This call takes about ") && has(advice, " fits in the search for the lambdas"));
    CHECK(has(advice, "What helps: lambdas that are known need no search"));
    *(int *)data = 1;
    return 1;
}

static int never_advised(trop_stage stage, size_t done, size_t total, void *data) {
    (void)stage, (void)done, (void)total;
    CHECK(trop_progress_advice() == NULL);
    *(int *)data = 1;
    return 0;
}

static void a_long_call_says_so(void) {
    trop_panel *panel = irregular(8, 6, 2);
    trop_analysis_options *options = new_options();
    trop_grids *grids = NULL;
    double many[100];
    for (size_t k = 0; k < 100; k++) many[k] = 0.01 * (double)(k + 1);
    CHECK_STATUS(trop_grids_new(many, 100, many, 100, many, 100, &grids), TROP_OK);
    CHECK_STATUS(trop_analysis_options_set_grids(options, grids), TROP_OK);
    set(options, "search", "grid");
    set(options, "inference", "none");
    int advised = 0, heard = 0;
    trop_analysis *analysis = NULL;
    CHECK_STATUS(trop_analysis_options_set_progress(options, stop_when_advised, &advised), TROP_OK);
    CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_INTERRUPTED);
    CHECK(advised && trop_progress_left() == NULL && trop_progress_advice() == NULL);

    CHECK_STATUS(trop_analysis_options_set_grids(options, NULL), TROP_OK);
    set(options, "search", "race");
    CHECK_STATUS(trop_analysis_options_set_lambdas(options, TWO_WAY), TROP_OK);
    CHECK_STATUS(trop_analysis_options_set_progress(options, never_advised, &heard), TROP_OK);
    CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_OK);
    CHECK(heard);
    trop_analysis_free(analysis);
    trop_grids_free(grids);
    trop_analysis_options_free(options);
    trop_panel_free(panel);
}

/* ---- options ---- */

static void every_option_is_known_by_name(void) {
    trop_analysis_options *options = new_options(), *again = new_options();
    size_t n = 0;
    for (; trop_option_name(n) != NULL; n++) {
        trop_text *value = NULL, *copied = NULL;
        CHECK(strlen(trop_option_doc(n)) > 10);
        CHECK_STATUS(trop_analysis_options_get(options, trop_option_name(n), &value), TROP_OK);
        CHECK_STATUS(trop_analysis_options_set(again, trop_option_name(n), trop_text_data(value)), TROP_OK);
        CHECK_STATUS(trop_analysis_options_get(again, trop_option_name(n), &copied), TROP_OK);
        CHECK(strcmp(trop_text_data(value), trop_text_data(copied)) == 0);
        CHECK(trop_text_length(value) == strlen(trop_text_data(value)));
        trop_text_free(value);
        trop_text_free(copied);
    }
    CHECK(n >= 18 && trop_option_doc(n) == NULL);
    trop_analysis_options_free(again);
    trop_analysis_options_free(options);
}

static void options_are_checked(void) {
    trop_panel *panel = four();
    trop_analysis_options *options = new_options();
    CHECK_STATUS(trop_analysis_options_set(options, "n_boots", "3"), TROP_OPTION_UNKNOWN);
    CHECK(has(trop_last_error_message(), "Did you mean 'n_boot'?"));
    CHECK_STATUS(trop_analysis_options_set(options, "n_boot", "many"), TROP_OPTION_INVALID);
    CHECK(has(trop_last_error_message(), "'many'"));
    CHECK_STATUS(trop_analysis_options_set(options, "search", "gird"), TROP_OPTION_INVALID);
    CHECK_STATUS(trop_analysis_options_set(options, "seed", "-1"), TROP_SEED_OUT_OF_RANGE);
    CHECK_STATUS(trop_analysis_options_set(options, "lambdas", "0.1"), TROP_LAMBDAS_INVALID);
    CHECK_STATUS(trop_analysis_options_set(options, "grids", "none of them"), TROP_GRIDS_INVALID);
    CHECK_STATUS(trop_analysis_options_set_number(options, "n_boot", 2.5), TROP_OPTION_INVALID);
    CHECK_STATUS(trop_analysis_options_set_number(options, "n_boot", 1), TROP_OK);
    trop_analysis *analysis = NULL;
    CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_DRAWS_TOO_FEW);
    CHECK_STATUS(trop_analysis_options_set_number(options, "n_boot", 20), TROP_OK);
    set(options, "threads", "0");
    CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_THREADS_ZERO);
    set(options, "threads", "none");
    /* A search for lambdas that are given. */
    CHECK_STATUS(trop_analysis_options_set_lambdas(options, TWO_WAY), TROP_OK);
    set(options, "max_cells", "9");
    CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_OPTION_INVALID);
    CHECK(has(trop_last_error_message(), "max_cells"));
    CHECK(analysis == NULL);
    trop_analysis_options_free(options);
    trop_panel_free(panel);
}

/* Sizes that end in the midst of a field, or that no version of a struct has. */
static void sizes_of_structs_are_those_of_versions(void) {
    const size_t first = offsetof(trop_options, search_criterion);
    for (size_t size = 0; size <= sizeof(trop_options) + 16; size++) {
        trop_options options;
        const int known = size == first || (size >= sizeof options && size % sizeof(size_t) == 0);
        struct { trop_options now; double later[2]; } room;
        CHECK_STATUS(trop_options_default(size, &room.now), known ? TROP_OK : TROP_OPTIONS_SIZE);
    }
    trop_panel *panel = square();
    trop_panel *made = NULL;
    trop_design design;
    CHECK_STATUS(trop_design_default(sizeof design, &design), TROP_OK);
    design.struct_size -= 4;
    CHECK_STATUS(trop_panel_with_design(panel, &design, &made), TROP_OPTIONS_SIZE);
    trop_names names;
    CHECK_STATUS(trop_names_default(sizeof names - 4, &names), TROP_OPTIONS_SIZE);
    CHECK_STATUS(trop_names_default(sizeof names, &names), TROP_OK);
    names.struct_size = 0;
    CHECK_STATUS(trop_panel_with_names(panel, &names, &made), TROP_OPTIONS_SIZE);
    trop_long rows;
    CHECK_STATUS(trop_long_default(sizeof rows, &rows), TROP_OK);
    rows.struct_size = 9;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &made), TROP_OPTIONS_SIZE);
    CHECK(made == NULL);
    trop_panel_free(panel);
}

/* ---- data ---- */

static void long_data_become_panels(void) {
    trop_long rows = long_rows();
    trop_panel *panel = NULL;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
    CHECK(strcmp(trop_panel_unit_label(panel, 1), "Utah") == 0 && trop_panel_unit_label(panel, 2) == NULL);
    CHECK(strcmp(trop_panel_period_label(panel, 0), "2001") == 0 && trop_panel_period_label(panel, 2) == NULL);
    trop_analysis *analysis = at_two_way(panel, "none");
    CHECK_NEAR(trop_analysis_att(analysis).average.value, 1.0, ROUNDING);
    trop_analysis_free(analysis);
    trop_panel_free(panel);

    rows.unit_text = NULL;
    rows.unit = LONG_CODES;
    const char *const periods[4] = {"2001-1", "2001-2", "2001-2", "2001-1"};
    rows.time = NULL;
    rows.time_text = periods;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
    CHECK(strcmp(trop_panel_unit_label(panel, 0), "7") == 0);
    CHECK(strcmp(trop_panel_period_label(panel, 1), "2001-2") == 0);
    trop_panel_free(panel);
}

static void more_columns_in_long_form(void) {
    const trop_long rows = long_rows();
    const double income[4] = {40, 20, 60, 10};
    const int64_t region[4] = {5, 6, 7, 8};
    double matrix[4];
    int64_t codes[4];
    CHECK_STATUS(trop_long_matrix(&rows, income, 4, matrix), TROP_OK);
    CHECK(matrix[0] == 10 && matrix[1] == 20 && matrix[2] == 40 && matrix[3] == 60);
    CHECK_STATUS(trop_long_codes(&rows, region, 4, codes), TROP_OK);
    CHECK(codes[0] == 8 && codes[1] == 6 && codes[2] == 5 && codes[3] == 7);
    CHECK_STATUS(trop_long_matrix(&rows, income, 3, matrix), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_long_matrix(&rows, NULL, 4, matrix), TROP_NULL_POINTER);
    trop_long fewer = rows;
    fewer.n_rows = 3;
    CHECK_STATUS(trop_long_codes(&fewer, region, 4, codes), TROP_OK);
    CHECK(codes[0] == TROP_NO_GROUP);
}

static void long_data_are_checked(void) {
    trop_panel *panel = NULL;
    trop_names names;
    CHECK_STATUS(trop_names_default(sizeof names, &names), TROP_OK);
    names.unit = "state";
    names.time = "year";
    names.treatment = "law";
    trop_long rows = long_rows();
    rows.unit = LONG_CODES;
    CHECK_STATUS(trop_panel_from_long(&rows, &names, &panel), TROP_OPTION_INVALID);
    rows = long_rows();
    const int64_t years[4] = {2001, 2002, 2001, 2001};
    rows.time = years;
    CHECK_STATUS(trop_panel_from_long(&rows, &names, &panel), TROP_DUPLICATE_ROWS);
    CHECK(has(trop_last_error_message(), "state Utah"));
    rows = long_rows();
    const double treatment[4] = {0, 2, 1, 0};
    rows.treatment = treatment;
    CHECK_STATUS(trop_panel_from_long(&rows, &names, &panel), TROP_TREATMENT_NOT_BINARY);
    CHECK(has(trop_last_error_message(), "treatment 'law' must be 0 or 1, but state Ohio has 2 in year 2002"));
    rows = long_rows();
    rows.outcome = NULL;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_NULL_POINTER);
    rows = long_rows();
    rows.n_rows = 0;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_EMPTY_PANEL);
    CHECK_STATUS(trop_panel_from_long(NULL, NULL, &panel), TROP_NULL_POINTER);
    const char *const holes[4] = {"a", NULL, "b", "b"};
    rows = long_rows();
    rows.unit_text = holes;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_NULL_POINTER);
    CHECK(panel == NULL);
}

/* Periods with a gap: integers are a calendar. */
static void integer_periods_are_a_calendar(void) {
    const int64_t unit[6] = {0, 0, 0, 1, 1, 1}, time[6] = {2000, 2001, 2005, 2000, 2001, 2005};
    const double y[6] = {1, 2, 3, 2, 3, 6}, w[6] = {0, 0, 0, 0, 0, 1};
    trop_long rows = long_rows();
    rows.n_rows = 6;
    rows.unit_text = NULL;
    rows.unit = unit;
    rows.time = time;
    rows.outcome = y;
    rows.treatment = w;
    trop_panel *panel = NULL, *designed = NULL;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
    trop_analysis *analysis = at_two_way(panel, "none");
    CHECK(strcmp(trop_analysis_note_code(analysis, 0), "periods_uneven") == 0);
    CHECK(has(trop_analysis_note_text(analysis, 0), "after 2001"));
    trop_analysis_free(analysis);
    trop_design design;
    CHECK_STATUS(trop_design_default(sizeof design, &design), TROP_OK);
    design.time_distance = TROP_TIME_CALENDAR;
    CHECK_STATUS(trop_panel_with_design(panel, &design, &designed), TROP_OK);
    CHECK(strcmp(trop_panel_period_label(designed, 2), "2005") == 0);
    trop_panel_free(designed);
    trop_panel_free(panel);
}

static void matrices_in_any_layout(void) {
    /* square() by column. */
    const double y[4] = {1, 4, 2, 6}, w[4] = {0, 0, 0, 1};
    trop_panel *panel = NULL;
    CHECK_STATUS(trop_panel_from_matrices((trop_matrix){y, 1, 2}, (trop_matrix){w, 2, 1}, 2, 2, &panel), TROP_OK);
    trop_analysis *analysis = at_two_way(panel, "none");
    CHECK_NEAR(trop_analysis_att(analysis).average.value, 1.0, ROUNDING);
    trop_analysis_free(analysis);
    trop_panel_free(panel);
    panel = NULL;
    const trop_matrix far = {y, SIZE_MAX, 2}, none = {NULL, 1, 2};
    CHECK_STATUS(trop_panel_from_matrices(far, far, 2, 2, &panel), TROP_TOO_LARGE);
    CHECK_STATUS(trop_panel_from_matrices(none, none, 2, 2, &panel), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_from_matrices(none, none, 0, 2, &panel), TROP_EMPTY_PANEL);
    CHECK(panel == NULL);
}

/* ---- NULL ---- */

static void null_is_answered(void) {
    trop_panel *panel = square();
    trop_analysis *analysis = NULL;
    trop_analysis_options *options = new_options();
    trop_text *text = NULL;
    trop_table *table = NULL;
    CHECK_STATUS(trop_analyze(NULL, NULL, &analysis), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analyze(panel, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_new(NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_set(NULL, "seed", "1"), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_set(options, NULL, "1"), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_set(options, "seed", NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_set_number(options, NULL, 1), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_set_lambdas(NULL, TWO_WAY), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_set_grids(NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_set_progress(NULL, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_get(NULL, "seed", &text), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_get(options, "seed", NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_options_get(options, "seeds", &text), TROP_OPTION_UNKNOWN);
    CHECK_STATUS(trop_panel_with_names(NULL, NULL, &panel), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_table(NULL, "effects", &table), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_report(NULL, NULL, 0, &text), TROP_NULL_POINTER);
    CHECK(analysis == NULL && text == NULL && table == NULL);

    CHECK(isnan(trop_analysis_att(NULL).average.value) && isnan(trop_analysis_lambdas(NULL).nn));
    CHECK(trop_analysis_n_averages(NULL) == 0 && trop_analysis_averages(NULL) == NULL);
    CHECK(trop_analysis_estimate(NULL) == NULL && trop_analysis_pre_effects(NULL) == NULL);
    CHECK(trop_analysis_pre_fit(NULL) == NULL && trop_analysis_grids(NULL) == NULL);
    CHECK(trop_analysis_search(NULL) == NULL && trop_analysis_inference(NULL) == NULL);
    CHECK(trop_analysis_no_inference(NULL) == TROP_OK && trop_analysis_n_by_time(NULL) == 0);
    CHECK(trop_analysis_by_time(NULL) == NULL && trop_analysis_uncertified(NULL).cells == 0);
    CHECK(isnan(trop_analysis_timings(NULL).estimate) && trop_analysis_n_notes(NULL) == 0);
    CHECK(trop_analysis_note_code(NULL, 0) == NULL && trop_analysis_note_text(NULL, 0) == NULL);
    CHECK(!trop_analysis_note_is_warning(NULL, 0) && trop_analysis_summary(NULL) == NULL);
    CHECK(trop_analysis_headline(NULL) == NULL && trop_table_name(NULL) == NULL);
    CHECK(trop_table_n_rows(NULL) == 0 && trop_table_n_columns(NULL) == 0 && trop_table_find(NULL, "a") == 0);
    CHECK(trop_table_column_name(NULL, 0) == NULL && trop_table_column_kind(NULL, 0) == TROP_COLUMN_TEXT);
    CHECK(trop_table_numbers(NULL, 0) == NULL && trop_table_text(NULL, 0, 0) == NULL);
    CHECK(trop_text_data(NULL) == NULL && trop_text_length(NULL) == 0);
    CHECK(trop_panel_unit_label(NULL, 0) == NULL && trop_panel_period_label(NULL, 0) == NULL);
    CHECK(trop_panel_n_covariates(NULL) == 0 && trop_panel_n_groupings(NULL) == 0);
    trop_analysis_free(NULL);
    trop_analysis_options_free(NULL);
    trop_table_free(NULL);
    trop_text_free(NULL);

    /* NULL names leave a panel as it is. */
    trop_panel *same_panel = NULL;
    CHECK_STATUS(trop_panel_with_names(panel, NULL, &same_panel), TROP_OK);
    CHECK(trop_panel_n_units(same_panel) == 2);
    trop_panel_free(same_panel);
    trop_analysis_options_free(options);
    trop_panel_free(panel);
}

static void comparisons_are_tables(void) {
    const double outcome[12] = {1, 3, 2, 3, 3, 6, 2, 4, 4.5, 2, 3, 7};
    const double treatment[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    const char *const names[2] = {"did", "ascm"}, *const unknown[1] = {"synth"};
    trop_panel *panel = NULL;
    trop_comparison *found = NULL;
    trop_table *table = NULL;
    trop_estimator_options *rivals = NULL;
    CHECK_STATUS(trop_panel_new(outcome, 3, treatment, 3, 4, 3, &panel), TROP_OK);
    CHECK_STATUS(trop_estimator_options_new(&rivals), TROP_OK);
    CHECK_STATUS(trop_estimator_options_set(rivals, "ridge", "2.5"), TROP_OK);
    CHECK_STATUS(trop_estimator_options_set(rivals, "ridge", "none"), TROP_OK);
    CHECK_STATUS(trop_estimator_options_set(rivals, "simplex", "fast"), TROP_OPTION_INVALID);
    CHECK_STATUS(trop_estimator_options_set(rivals, "rigde", "1"), TROP_OPTION_UNKNOWN);
    CHECK_STATUS(trop_compare(panel, names, 2, NULL, rivals, &found), TROP_OK);
    CHECK_STATUS(trop_comparison_table(found, "comparison", &table), TROP_OK);
    CHECK(trop_table_n_rows(table) == 2);
    CHECK(fabs(trop_table_numbers(table, trop_table_find(table, "att"))[0] - 3.0) < 1e-9);
    CHECK(strcmp(trop_table_text(table, 1, trop_table_find(table, "estimator")), "ascm") == 0);
    CHECK(strstr(trop_comparison_text(found), "did        3") != NULL);
    CHECK(trop_comparison_n_notes(found) > 0 && trop_comparison_note(found, 0) != NULL);
    trop_table_free(table);
    table = NULL;
    CHECK_STATUS(trop_comparison_table(found, "effects", &table), TROP_OPTION_INVALID);
    trop_comparison_free(found);
    found = NULL;
    CHECK_STATUS(trop_compare(panel, unknown, 1, NULL, NULL, &found), TROP_ESTIMATOR_UNKNOWN);
    CHECK_STATUS(trop_compare(NULL, names, 2, NULL, NULL, &found), TROP_NULL_POINTER);
    CHECK_STATUS(trop_compare(panel, NULL, 2, NULL, NULL, &found), TROP_NULL_POINTER);
    CHECK_STATUS(trop_compare(panel, names, 2, NULL, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_comparison_table(NULL, "comparison", &table), TROP_NULL_POINTER);
    CHECK(found == NULL && table == NULL && trop_comparison_text(NULL) == NULL);
    CHECK(trop_comparison_n_notes(NULL) == 0 && trop_comparison_note(NULL, 0) == NULL);
    trop_comparison_free(NULL);
    trop_estimator_options_free(NULL);
    trop_estimator_options_free(rivals);
    trop_panel_free(panel);
}

int main(void) {
    const struct harness_case cases[] = {
        {"comparisons are tables", comparisons_are_tables},
        {"the call is its steps", the_call_is_its_steps},
        {"the search is there", the_search_is_there},
        {"threads do not matter", threads_do_not_matter},
        {"cells without an effect have reasons", cells_without_an_effect_have_reasons},
        {"progress stops it", progress_stops_it},
        {"a long call says so", a_long_call_says_so},
        {"every option is known by name", every_option_is_known_by_name},
        {"options are checked", options_are_checked},
        {"sizes of structs are those of versions", sizes_of_structs_are_those_of_versions},
        {"long data become panels", long_data_become_panels},
        {"more columns in long form", more_columns_in_long_form},
        {"long data are checked", long_data_are_checked},
        {"integer periods are a calendar", integer_periods_are_a_calendar},
        {"matrices in any layout", matrices_in_any_layout},
        {"NULL is answered", null_is_answered},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
