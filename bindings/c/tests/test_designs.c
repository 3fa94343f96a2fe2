/* Tests of designs and searches through the C interface. */
#include <stddef.h>
#include <stdint.h>

#include "panels.h"

/* ---- designs ---- */

static void anchors(void) {
    /* At unit = ln 4 a distance of 0.5 halves a weight. From the treated units' own levels 0 and 2 the control
     * units are 1 and 1.5, then 1 and 0.5 away; from their mean 1 they are 0 and 0.5 away. */
    const trop_lambdas lambdas = {0.0, log(4.0), INFINITY};
    const double near_first = (2 * 1.0 + 1.5) / 3, near_second = (1.0 + 2 * 1.5) / 3;
    trop_panel *panel = four();
    CHECK_NEAR(att_at(panel, lambdas), 4.5 - (near_first + near_second) / 2, ROUNDING);
    trop_design design = default_design();
    const int shared[2] = {TROP_ANCHOR_POOLED, TROP_ANCHOR_SPELL};
    for (size_t k = 0; k < 2; k++) {
        design.anchor = shared[k];
        trop_panel *with = NULL;
        CHECK_STATUS(trop_panel_with_design(panel, &design, &with), TROP_OK);
        CHECK_NEAR(att_at(with, lambdas), 4.5 - near_first, ROUNDING);
        trop_panel_free(with);
    }
    /* The panel itself is as it was; no design is the default one. */
    panel = designed(panel, NULL);
    CHECK_NEAR(att_at(panel, lambdas), 4.5 - (near_first + near_second) / 2, ROUNDING);
    trop_panel_free(panel);
}

static void calendars(void) {
    /* Periods 0, 2 and 10: the smallest gap is 2, so the last is 4 and 5 gaps away from the others. */
    const double y[6] = {1, 2, 3, 4, 5, 7}, w[6] = {0, 0, 0, 0, 0, 1}, calendar[3] = {0, 2, 10};
    trop_design design = default_design();
    design.calendar = calendar;
    trop_panel *panel = designed(new_panel(y, w, 2, 3), &design);
    trop_remarks *remarks = NULL;
    CHECK_STATUS(trop_panel_remarks(panel, &remarks), TROP_OK);
    CHECK(trop_remarks_n(remarks) == 1 && strcmp(trop_remarks_code(remarks, 0), "periods_uneven") == 0);
    trop_remarks_free(remarks);

    const trop_cell target = {1, 2};
    const trop_lambdas lambdas = {log(2.0), 0.0, INFINITY};
    double unit[2], period[3];
    CHECK_STATUS(trop_panel_weights(panel, target, lambdas, 2, 3, unit, period), TROP_OK);
    CHECK_NEAR(period[0], 0.25, ROUNDING);
    CHECK_NEAR(period[1], 0.5, ROUNDING);
    design.time_distance = TROP_TIME_CALENDAR;
    panel = designed(panel, &design);
    CHECK_STATUS(trop_panel_weights(panel, target, lambdas, 2, 3, unit, period), TROP_OK);
    CHECK_NEAR(period[0], 1.0 / 32, ROUNDING);
    CHECK_NEAR(period[1], 1.0 / 16, ROUNDING);
    CHECK_STATUS(trop_panel_remarks(panel, &remarks), TROP_OK);
    CHECK(trop_remarks_n(remarks) == 0);
    trop_remarks_free(remarks);
    trop_panel_free(panel);
}

static void weights_of_the_average(void) {
    /* Effects 4 - 1.25 and 5 - 1.25. */
    const double average[4] = {1, 1, 3, 1};
    trop_design design = default_design();
    design.average = average;
    trop_panel *panel = designed(four(), &design);
    CHECK_NEAR(att_at(panel, TWO_WAY), (3 * 2.75 + 3.75) / 4, ROUNDING);
    trop_panel_free(panel);
}

static void covariates(void) {
    /* Outcomes are unit + period + 2 first - 3 second, and 7 more in the treated cell. */
    double y[12], w[12] = {0}, first[20], second[20];
    const double *both[2] = {first, second};
    for (size_t k = 0; k < 20; k++) first[k] = second[k] = NO_VALUE; /* between the rows */
    for (size_t i = 0; i < 4; i++) {
        for (size_t t = 0; t < 3; t++) {
            const double x = (double)((i * i * 7 + t * 5 + i * t * 3) % 11), z = (double)((i * 5 + t * t * 3 + i * t) % 7);
            first[i * 5 + t] = x;
            second[i * 5 + t] = z;
            y[i * 3 + t] = (double)i + (double)(t * t) + 2 * x - 3 * z;
        }
    }
    y[11] += 7;
    w[11] = 1;
    trop_design design = default_design();
    design.covariates = both;
    design.n_covariates = 2;
    design.covariate_stride = 5;
    trop_panel *panel = designed(new_panel(y, w, 4, 3), &design);
    first[0] = 99; /* the panel has a copy */
    trop_estimate *estimate = NULL;
    CHECK_STATUS(trop_panel_estimate(panel, TWO_WAY, NULL, &estimate), TROP_OK);
    CHECK_NEAR(trop_estimate_att(estimate), 7.0, 1e-10);
    CHECK(trop_estimate_n_coefficients(estimate) == 2);
    CHECK_NEAR(trop_estimate_coefficients(estimate)[0], 2.0, 1e-10);
    CHECK_NEAR(trop_estimate_coefficients(estimate)[1], -3.0, 1e-10);
    const trop_effects *effects = trop_estimate_effects(estimate);
    CHECK(trop_effects_n_coefficients(effects) == 2 && trop_effects_n(effects) == 1);
    CHECK_NEAR(trop_effects_coefficients(effects)[1], -3.0, 1e-10);
    trop_estimate_free(estimate);
    estimate = NULL;
    const trop_lambdas without_penalty = {0.0, 0.0, 0.0};
    CHECK_STATUS(trop_panel_estimate(panel, without_penalty, NULL, &estimate), TROP_COVARIATES_WITHOUT_PENALTY);
    CHECK(estimate == NULL);

    const double ones[4] = {1, 1, 1, 1};
    trop_weighted_fit *fit = NULL;
    CHECK_STATUS(trop_panel_weighted_fit(panel, ones, ones, INFINITY, NULL, &fit), TROP_OK);
    CHECK(trop_weighted_fit_n_coefficients(fit) == 2);
    CHECK_NEAR(trop_weighted_fit_coefficients(fit)[0], 2.0, 1e-10);
    CHECK_NEAR(trop_weighted_fit_fitted(fit)[11], y[11] - 7, 1e-10);
    trop_weighted_fit_free(fit);
    const double one_unit[4] = {1, 0, 0, 0};
    fit = NULL;
    CHECK_STATUS(trop_panel_weighted_fit(panel, one_unit, ones, INFINITY, NULL, &fit), TROP_COVARIATES_NOT_IDENTIFIED);
    CHECK(fit == NULL);
    trop_panel_free(panel);
}

static void averages_by_hand(void) {
    /* Effects 2.75 and 3.75 over counterfactuals 1.25 and 3.25. Only unit 3 has a group of its own. */
    const int64_t codes[11] = {0, 0, 0, 0, 0, 0, 0, TROP_NO_GROUP, 0, 0, -5};
    const trop_grouping groupings[4] = {{.kind = TROP_GROUPING_UNIT},
                                        {.kind = TROP_GROUPING_GIVEN, .codes = codes, .codes_stride = 3},
                                        {.kind = TROP_GROUPING_PERIOD},
                                        {.kind = TROP_GROUPING_COHORT}};
    trop_design design = default_design();
    design.groupings = groupings;
    design.n_groupings = 4;
    trop_panel *panel = designed(four(), &design);
    trop_averages *averages = NULL;
    CHECK_STATUS(trop_panel_averages(panel, TWO_WAY, NULL, &averages), TROP_OK);
    const trop_average *a = trop_averages_data(averages);
    CHECK(trop_averages_n(averages) == 3 + 4 + 2 + 3 + 2);
    check_average(a, TROP_NO_GROUPING, 0, TROP_MEASURE_EFFECT, 2, 3.25);
    check_average(a + 1, TROP_NO_GROUPING, 0, TROP_MEASURE_PERCENT, 2, 100 * 6.5 / 4.5);
    check_average(a + 2, TROP_NO_GROUPING, 0, TROP_MEASURE_CUMULATIVE, 2, 6.5);
    check_average(a + 3, 0, 2, TROP_MEASURE_EFFECT, 1, 2.75);
    check_average(a + 4, 0, 2, TROP_MEASURE_PERCENT, 1, 100 * 2.75 / 1.25);
    check_average(a + 5, 0, 3, TROP_MEASURE_EFFECT, 1, 3.75);
    check_average(a + 7, 1, -5, TROP_MEASURE_EFFECT, 1, 3.75);
    check_average(a + 9, 2, 1, TROP_MEASURE_EFFECT, 2, 3.25);
    check_average(a + 11, 2, 1, TROP_MEASURE_CUMULATIVE, 2, 3.25);
    check_average(a + 12, 3, 1, TROP_MEASURE_EFFECT, 2, 3.25);
    trop_averages_free(averages);
    trop_panel_free(panel);
}

static void averages_before_treatment(void) {
    const trop_grouping event_time = {.kind = TROP_GROUPING_EVENT_TIME};
    trop_design design = default_design();
    design.groupings = &event_time;
    design.n_groupings = 1;
    trop_panel *panel = designed(irregular(8, 6, 2), &design);
    trop_options options = default_options();
    options.pre_periods = 0;
    trop_averages *averages = NULL;
    CHECK_STATUS(trop_panel_averages(panel, TWO_WAY, &options, &averages), TROP_OK);
    CHECK(trop_averages_n(averages) == 3 + 2 * 3);
    CHECK(trop_averages_data(averages)[3].quantity.code == 0);
    trop_averages_free(averages);
    options.pre_periods = 1;
    CHECK_STATUS(trop_panel_averages(panel, TWO_WAY, &options, &averages), TROP_OK);
    CHECK(trop_averages_n(averages) == 3 + 4 + 2 * 3);
    const trop_average *first = trop_averages_data(averages) + 3;
    CHECK(first->quantity.code == -4 && first->quantity.measure == TROP_MEASURE_EFFECT && first->n_cells == 2);

    /* The mean over both units of the placebo effect in period 0. */
    const trop_cell cells[2] = {{0, 0}, {1, 0}};
    trop_effects *effects = NULL;
    CHECK_STATUS(trop_panel_cell_effects(panel, cells, 2, TWO_WAY, NULL, &effects), TROP_OK);
    const trop_cell_effect *e = trop_effects_data(effects);
    CHECK_NEAR(first->value, (e[0].effect + e[1].effect) / 2, ROUNDING);
    trop_effects_free(effects);
    trop_averages_free(averages);
    trop_panel_free(panel);
}

static void design_is_refused(trop_design design, trop_status expected) {
    trop_panel *panel = four(), *with = NULL;
    CHECK_STATUS(trop_panel_with_design(panel, &design, &with), expected);
    CHECK(with == NULL);
    trop_panel_free(panel);
}

static void designs_that_are_refused(void) {
    const double zero[4] = {1, 1, 0, 0}, negative[4] = {1, 1, -1, 1}, falling[2] = {2, 2};
    const double x[8] = {1, 5, 2, 3, 8, 4, 1, 9}, constant[8] = {1, 1, 2, 2, 3, 3, 4, 4}, hole[8] = {1, 5, INFINITY};
    trop_design design = default_design();
    design.anchor = 3;
    design_is_refused(design, TROP_OPTION_INVALID);
    design = default_design();
    design.time_distance = 2;
    design_is_refused(design, TROP_OPTION_INVALID);
    design.time_distance = TROP_TIME_CALENDAR;
    design_is_refused(design, TROP_CALENDAR_MISSING);
    design.calendar = falling;
    design_is_refused(design, TROP_CALENDAR_NOT_INCREASING);
    design = default_design();
    design.average = zero;
    design_is_refused(design, TROP_AVERAGE_ALL_ZERO);
    design.average = negative;
    design_is_refused(design, TROP_WEIGHT_INVALID);

    const double *one[2] = {hole, NULL};
    design = default_design();
    design.covariates = one;
    design.n_covariates = 1;
    design.covariate_stride = 2;
    design_is_refused(design, TROP_COVARIATE_MISSING);
    CHECK(strstr(trop_last_error_message(), "unit 1") != NULL);
    one[0] = constant;
    design_is_refused(design, TROP_COVARIATE_CONSTANT);
    one[0] = one[1] = x;
    design.n_covariates = 2;
    design_is_refused(design, TROP_COVARIATES_COLLINEAR);
    one[1] = NULL;
    design_is_refused(design, TROP_NULL_POINTER);
    design.covariate_stride = 1;
    design_is_refused(design, TROP_STRIDE_TOO_SMALL);
    design.covariates = NULL;
    design_is_refused(design, TROP_NULL_POINTER);
    design.n_covariates = SIZE_MAX;
    design.covariates = one;
    design_is_refused(design, TROP_TOO_LARGE);

    trop_grouping grouping = {.kind = 5};
    design = default_design();
    design.n_groupings = 1;
    design_is_refused(design, TROP_NULL_POINTER);
    design.groupings = &grouping;
    design_is_refused(design, TROP_OPTION_INVALID);
    grouping.kind = TROP_GROUPING_GIVEN;
    grouping.codes_stride = 2;
    design_is_refused(design, TROP_NULL_POINTER);
    grouping.codes_stride = 1;
    design_is_refused(design, TROP_STRIDE_TOO_SMALL);
}

static void designs_of_other_versions(void) {
    struct {
        trop_design now;
        double later;
    } later;
    memset(&later, 0xff, sizeof later);
    CHECK_STATUS(trop_design_default(sizeof later, &later.now), TROP_OK);
    CHECK(later.later == 0.0 && later.now.anchor == TROP_ANCHOR_CELL && later.now.covariates == NULL);
    trop_panel *panel = designed(four(), &later.now), *with = NULL;
    later.later = 1.0;
    CHECK_STATUS(trop_panel_with_design(panel, &later.now, &with), TROP_OPTIONS_SIZE);
    design_is_refused((trop_design){.struct_size = sizeof(trop_design) - 1}, TROP_OPTIONS_SIZE);
    CHECK_STATUS(trop_design_default(1, &later.now), TROP_OPTIONS_SIZE);
    CHECK_STATUS(trop_design_default(sizeof(trop_design), NULL), TROP_NULL_POINTER);
    CHECK(with == NULL);
    trop_panel_free(panel);
}

/* ---- search ---- */

static void placebo_criteria_by_hand(void) {
    /* Four control units grow by 0, 0, 0 and 3. As the treated one, each misses the others' mean growth by 1, 1,
     * 1 and 3; the root mean square is the square root of 3. */
    const double y[10] = {0, 0, 1, 1, 2, 2, 0, 3, 5, 5}, w[10] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    const double zero = 0.0, time[2] = {1.0, 2.0}, infinite = INFINITY;
    trop_design design = default_design();
    trop_panel *panel = new_panel(y, w, 5, 2);
    trop_grids *grids = NULL;
    CHECK_STATUS(trop_grids_new(time, 2, &zero, 1, &infinite, 1, &grids), TROP_OK);
    trop_options options = default_options();
    options.search_placebo_folds = 4;
    const trop_criterion criteria[4] = {TROP_CRITERION_PLACEBO_SETS, TROP_CRITERION_PLACEBO_FOLDS,
                                        TROP_CRITERION_BLOCKS, TROP_CRITERION_AUTO};
    for (size_t k = 0; k < 4; k++) {
        const int is_auto = criteria[k] == TROP_CRITERION_AUTO;
        options.search_criterion = criteria[k];
        if (is_auto) {
            design.anchor = TROP_ANCHOR_POOLED;
            panel = designed(panel, &design);
        }
        trop_search *search = NULL;
        CHECK_STATUS(trop_panel_search(panel, grids, &options, &search), TROP_OK);
        CHECK(trop_search_criterion(search) == criteria[is_auto ? 0 : k]);
        CHECK(trop_search_n_cells(search) == 4 && trop_search_n_not_estimable(search) == 0);
        CHECK_NEAR(trop_search_score(search), sqrt(3.0), ROUNDING);
        /* Both candidates tie, and the smaller wins: an edge. */
        CHECK(trop_search_n_edges(search) == 1);
        const trop_edge *edge = trop_search_edges(search);
        CHECK(edge->lambda == TROP_LAMBDA_TIME && !edge->upper && edge->value == 1.0);
        trop_search_free(search);
    }
    options.search_placebo_folds = 5;
    options.search_criterion = TROP_CRITERION_PLACEBO_FOLDS;
    trop_search *search = NULL;
    CHECK_STATUS(trop_panel_search(panel, grids, &options, &search), TROP_PLACEBO_SETS_IMPOSSIBLE);
    CHECK(search == NULL);
    trop_grids_free(grids);
    trop_panel_free(panel);
}

static void adaptive_search_widens_the_grids(void) {
    const double time[2] = {0.5, 1.0}, unit[2] = {0.0, 0.1}, nn[2] = {4.0, INFINITY};
    trop_panel *panel = irregular(8, 7, 2);
    trop_grids *grids = NULL;
    CHECK_STATUS(trop_grids_new(time, 2, unit, 2, nn, 2, &grids), TROP_OK);
    trop_options options = default_options();
    trop_search *descent = NULL, *adaptive = NULL;
    CHECK_STATUS(trop_panel_search(panel, grids, &options, &descent), TROP_OK);
    CHECK(trop_search_criterion(descent) == TROP_CRITERION_LOOCV);
    options.search_method = TROP_SEARCH_ADAPTIVE;
    CHECK_STATUS(trop_panel_search(panel, grids, &options, &adaptive), TROP_OK);
    CHECK(trop_search_n_scores(adaptive) > trop_search_n_scores(descent));
    CHECK(trop_search_score(adaptive) <= trop_search_score(descent));
    trop_search_free(adaptive);
    trop_search_free(descent);
    trop_grids_free(grids);
    trop_panel_free(panel);
}

/* ---- invariances ---- */

static void threads_do_not_matter(void) {
    const trop_lambdas lambdas = {0.2, 0.1, 2.0};
    trop_panel *panel = irregular(9, 7, 2);
    trop_options options = default_options();
    options.inference_method = TROP_INFERENCE_PLACEBO;
    options.inference_draws = 8;
    options.pre_periods = 1;
    double draws[2][8];
    trop_left_out left_out[2][7];
    memset(left_out, 0, sizeof left_out);
    for (size_t k = 0; k < 2; k++) {
        options.threads = 1 + 2 * k;
        trop_inference *inference = NULL;
        CHECK_STATUS(trop_panel_infer(panel, lambdas, NULL, &options, &inference), TROP_OK);
        CHECK(trop_inference_n_draws(inference) == 8);
        memcpy(draws[k], trop_inference_draws(inference), sizeof draws[k]);
        trop_inference_free(inference);
        CHECK_STATUS(trop_panel_leave_one_out(panel, lambdas, &options, 7, left_out[k]), TROP_OK);
    }
    CHECK(memcmp(draws[0], draws[1], sizeof draws[0]) == 0);
    CHECK(memcmp(left_out[0], left_out[1], sizeof left_out[0]) == 0);
    trop_panel_free(panel);
}

/* ---- NULL, names ---- */

static void null_everywhere(void) {
    trop_panel *panel = square(), *with = NULL;
    const trop_design design = default_design();
    const trop_cell target = {1, 1};
    const double ones[2] = {1, 1};
    trop_averages *averages = NULL;
    trop_inference *inference = NULL;
    trop_diagnosis *diagnosis = NULL;
    trop_pre_fit *pre_fit = NULL;
    trop_remarks *remarks = NULL;
    trop_weighted_fit *fit = NULL;
    trop_weighted_loocv *loocv = NULL;
    trop_draw_atts *atts = NULL;
    trop_att_at at;
    trop_left_out left_out;
    CHECK_STATUS(trop_panel_with_design(NULL, &design, &with), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_with_design(panel, &design, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_averages(NULL, TWO_WAY, NULL, &averages), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_averages(panel, TWO_WAY, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_infer(NULL, TWO_WAY, NULL, NULL, &inference), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_infer(panel, TWO_WAY, NULL, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_diagnose(NULL, target, TWO_WAY, NULL, &diagnosis), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_diagnose(panel, target, TWO_WAY, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_att_at(NULL, &TWO_WAY, 1, NULL, 1, &at), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_att_at(panel, NULL, 1, NULL, 1, &at), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_att_at(panel, &TWO_WAY, 1, NULL, 1, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_leave_one_out(NULL, TWO_WAY, NULL, 1, &left_out), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_leave_one_out(panel, TWO_WAY, NULL, 1, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_pre_treatment_fit(NULL, TWO_WAY, NULL, &pre_fit), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_pre_treatment_fit(panel, TWO_WAY, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_remarks(NULL, &remarks), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_remarks(panel, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_weighted_fit(NULL, ones, ones, 1.0, NULL, &fit), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_weighted_fit(panel, ones, ones, 1.0, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_weighted_loocv(NULL, ones, ones, ones, 1, NULL, &loocv), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_weighted_loocv(panel, ones, ones, NULL, 1, NULL, &loocv), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_weighted_loocv(panel, ones, ones, ones, 1, NULL, NULL), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_att_of_draws(NULL, TWO_WAY, NULL, 0, NULL, NULL, &atts), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_att_of_draws(panel, TWO_WAY, NULL, 0, NULL, NULL, NULL), TROP_NULL_POINTER);
    CHECK(!with && !averages && !inference && !diagnosis && !pre_fit && !remarks && !fit && !loocv && !atts);
    trop_panel_free(panel);
}

static void reading_and_freeing_null(void) {
    trop_averages_free(NULL);
    trop_inference_free(NULL);
    trop_diagnosis_free(NULL);
    trop_pre_fit_free(NULL);
    trop_remarks_free(NULL);
    trop_weighted_fit_free(NULL);
    trop_weighted_loocv_free(NULL);
    trop_draw_atts_free(NULL);
    CHECK(trop_estimate_n_coefficients(NULL) == 0 && !trop_estimate_coefficients(NULL));
    CHECK(trop_effects_n_coefficients(NULL) == 0 && !trop_effects_coefficients(NULL));
    CHECK(trop_search_criterion(NULL) == TROP_CRITERION_AUTO);
    CHECK(trop_search_n_edges(NULL) == 0 && !trop_search_edges(NULL));
    CHECK(trop_averages_n(NULL) == 0 && !trop_averages_data(NULL));
    CHECK(trop_inference_used(NULL) == TROP_INFERENCE_AUTO && !trop_inference_reason(NULL));
    CHECK(trop_inference_n(NULL) == 0 && !trop_inference_table(NULL));
    CHECK(trop_inference_n_draws(NULL) == 0 && !trop_inference_draws(NULL));
    CHECK(trop_inference_n_failed(NULL) == 0 && trop_inference_n_uncertified(NULL) == 0);
    CHECK(isnan(trop_inference_max_gap(NULL)));
    CHECK(trop_diagnosis_n_units(NULL) == 0 && !trop_diagnosis_unit_weights(NULL));
    CHECK(trop_diagnosis_n_periods(NULL) == 0 && !trop_diagnosis_period_weights(NULL));
    CHECK(isnan(trop_diagnosis_effective_units(NULL)) && isnan(trop_diagnosis_effective_periods(NULL)));
    CHECK(trop_diagnosis_rank(NULL) == 0 && !trop_diagnosis_singular_values(NULL));
    CHECK(!trop_diagnosis_unit_imbalance(NULL) && !trop_diagnosis_time_imbalance(NULL));
    CHECK(isnan(trop_diagnosis_unit_imbalance_norm(NULL)) && isnan(trop_diagnosis_time_imbalance_norm(NULL)));
    CHECK(trop_diagnosis_status(NULL) == TROP_FIT_MAX_ITERATIONS && isnan(trop_diagnosis_gap(NULL)));
    CHECK(trop_pre_fit_n_cells(NULL) == 0 && trop_pre_fit_n_units(NULL) == 0 && !trop_pre_fit_by_unit(NULL));
    CHECK(isnan(trop_pre_fit_mean(NULL)) && isnan(trop_pre_fit_rmse(NULL)));
    CHECK(trop_remarks_n(NULL) == 0 && !trop_remarks_code(NULL, 0) && !trop_remarks_message(NULL, 0));
    CHECK(trop_weighted_fit_n_units(NULL) == 0 && trop_weighted_fit_n_periods(NULL) == 0);
    CHECK(!trop_weighted_fit_unit_effect(NULL) && !trop_weighted_fit_period_effect(NULL));
    CHECK(trop_weighted_fit_n_coefficients(NULL) == 0 && !trop_weighted_fit_coefficients(NULL));
    CHECK(!trop_weighted_fit_low_rank(NULL) && !trop_weighted_fit_fitted(NULL));
    CHECK(trop_weighted_fit_rank(NULL) == 0 && trop_weighted_fit_status(NULL) == TROP_FIT_MAX_ITERATIONS);
    CHECK(trop_weighted_fit_iterations(NULL) == 0 && isnan(trop_weighted_fit_gap(NULL)));
    CHECK(isnan(trop_weighted_fit_primal(NULL)) && isnan(trop_weighted_fit_dual(NULL)));
    CHECK(trop_weighted_loocv_n_scores(NULL) == 0 && !trop_weighted_loocv_scores(NULL));
    CHECK(trop_weighted_loocv_n_cells(NULL) == 0 && trop_weighted_loocv_n_not_estimable(NULL) == 0);
    CHECK(!trop_weighted_loocv_not_estimable(NULL));
    CHECK(trop_draw_atts_n(NULL) == 0 && !trop_draw_atts_data(NULL));
    CHECK(trop_draw_atts_n_uncertified(NULL) == 0 && isnan(trop_draw_atts_max_gap(NULL)));
}

static void names(void) {
    CHECK(strcmp(trop_criterion_name(TROP_CRITERION_PLACEBO_FOLDS), "placebo_folds") == 0);
    CHECK(strcmp(trop_criterion_name(TROP_CRITERION_BLOCKS), "blocks") == 0);
    CHECK(strcmp(trop_inference_method_name(TROP_INFERENCE_CONFORMAL), "conformal") == 0);
    CHECK(strcmp(trop_measure_name(TROP_MEASURE_CUMULATIVE), "cumulative") == 0);
    CHECK(strcmp(trop_criterion_name(5), "unknown") == 0 && strcmp(trop_inference_method_name(-1), "unknown") == 0);
    CHECK(strcmp(trop_measure_name(4), "unknown") == 0);
    CHECK(strcmp(trop_interval_name(TROP_INTERVAL_TOO_FEW_DRAWS), "too_few_draws") == 0);
    CHECK(strcmp(trop_interval_name(TROP_INTERVAL_EMPTY), "empty") == 0);
    CHECK(strcmp(trop_interval_name(6), "unknown") == 0 && strcmp(trop_interval_name(-1), "unknown") == 0);
    CHECK(strcmp(trop_status_code(TROP_INFERENCE_IMPOSSIBLE), "inference_impossible") == 0);
}

int main(void) {
    static const struct harness_case cases[] = {
        {"anchors", anchors},
        {"calendars", calendars},
        {"weights of the average", weights_of_the_average},
        {"covariates", covariates},
        {"averages by hand", averages_by_hand},
        {"averages before treatment", averages_before_treatment},
        {"designs that are refused", designs_that_are_refused},
        {"designs of other versions", designs_of_other_versions},
        {"placebo criteria by hand", placebo_criteria_by_hand},
        {"an adaptive search widens the grids", adaptive_search_widens_the_grids},
        {"threads do not matter", threads_do_not_matter},
        {"NULL everywhere", null_everywhere},
        {"reading and freeing NULL", reading_and_freeing_null},
        {"names", names},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
