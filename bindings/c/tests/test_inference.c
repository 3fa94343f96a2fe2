/* Tests of inference, diagnostics and weights of the caller's own through the C interface. */
#include <stddef.h>
#include <stdint.h>

#include "panels.h"

/* ---- inference ---- */

static trop_inference *infer(const trop_panel *panel, const trop_options *options) {
    trop_inference *inference = NULL;
    CHECK_STATUS(trop_panel_infer(panel, TWO_WAY, NULL, options, &inference), TROP_OK);
    return inference;
}

static void placebo_inference_by_hand(void) {
    trop_panel *panel = one_treated();
    trop_options options = default_options();
    options.inference_method = TROP_INFERENCE_PLACEBO;
    trop_inference *inference = infer(panel, &options);
    trop_panel_free(panel);
    CHECK(trop_inference_used(inference) == TROP_INFERENCE_PLACEBO);
    CHECK(strcmp(trop_inference_reason(inference), "") == 0);
    /* Each control unit's growth less the mean of the two others'. */
    const double expected[3] = {1 - 1.25, 2 - 0.75, 0.5 - 1.5};
    CHECK(trop_inference_n_draws(inference) == 3 && trop_inference_n_failed(inference) == 0);
    for (size_t k = 0; k < 3; k++) {
        int found = 0;
        for (size_t d = 0; d < 3; d++) found |= fabs(trop_inference_draws(inference)[d] - expected[k]) < ROUNDING;
        CHECK(found);
    }
    CHECK(trop_inference_n_uncertified(inference) == 0 && trop_inference_max_gap(inference) <= 1e-8);
    const trop_inferred *table = trop_inference_table(inference);
    CHECK(trop_inference_n(inference) == 3);
    check_average(&table->average, TROP_NO_GROUPING, 0, TROP_MEASURE_EFFECT, 1, 5 - 3.5 / 3);
    /* None of three placebos is as far from zero. */
    CHECK_NEAR(table->p_value, 0.25, ROUNDING);
    CHECK(table->se > 0.0 && table->ci_lower < table->average.value && table->ci_upper > table->average.value);
    /* At 0.95 three placebos reject nothing. */
    CHECK(isinf(table->ci_lower) && isinf(table->ci_upper) && table->interval == TROP_INTERVAL_TOO_FEW_DRAWS);
    CHECK(table->band_lower == table->ci_lower || table->band_upper >= table->average.value);
    trop_inference_free(inference);
}

static void methods_of_inference(void) {
    trop_panel *panel = irregular(9, 8, 3);
    trop_options options = default_options();
    options.inference_draws = options.bootstrap_draws = 30;
    options.inference_seed = options.bootstrap_seed = 11;
    options.inference_level = options.bootstrap_level = 0.8;
    for (int method = TROP_INFERENCE_BOOTSTRAP; method <= TROP_INFERENCE_CONFORMAL; method++) {
        options.inference_method = method;
        trop_inference *inference = infer(panel, &options);
        CHECK((int)trop_inference_used(inference) == method && trop_inference_n_draws(inference) > 1);
        const trop_inferred *att = trop_inference_table(inference);
        CHECK(att->p_value > 0.0 && att->p_value <= 1.0 && att->ci_lower <= att->ci_upper);
        CHECK(att->interval != TROP_INTERVAL_NONE && isnan(att->se) == (method == TROP_INFERENCE_CONFORMAL));
        CHECK_NEAR(att->average.value, att_at(panel, TWO_WAY), ROUNDING);
        if (method == TROP_INFERENCE_JACKKNIFE) CHECK(trop_inference_n_draws(inference) == 9);
        trop_inference_free(inference);
    }
    /* The bootstrap is that of trop_panel_bootstrap(). */
    options.inference_method = TROP_INFERENCE_BOOTSTRAP;
    trop_inference *inference = infer(panel, &options);
    trop_bootstrap *bootstrap = NULL;
    CHECK_STATUS(trop_panel_bootstrap(panel, TWO_WAY, &options, &bootstrap), TROP_OK);
    CHECK(trop_inference_n_draws(inference) == 30);
    CHECK(memcmp(trop_inference_draws(inference), trop_bootstrap_draws(bootstrap), 30 * sizeof(double)) == 0);
    CHECK(trop_inference_table(inference)->se == trop_bootstrap_se(bootstrap));
    CHECK(trop_inference_table(inference)->ci_lower == trop_bootstrap_ci_lower(bootstrap));
    trop_bootstrap_free(bootstrap);
    trop_inference_free(inference);
    trop_panel_free(panel);
}

static void auto_says_why(void) {
    trop_panel *panel = irregular(24, 7, 1);
    trop_inference *inference = infer(panel, NULL);
    CHECK(trop_inference_used(inference) == TROP_INFERENCE_PLACEBO);
    CHECK(strstr(trop_inference_reason(inference), "1 treated and 23 never-treated units") != NULL);
    trop_inference_free(inference);
    trop_panel_free(panel);
}

static void a_method_is_chosen_before_the_work(void) {
    trop_panel *panel = one_treated();
    trop_options options = default_options();
    trop_inference_method method = TROP_INFERENCE_AUTO;
    options.inference_method = TROP_INFERENCE_PLACEBO;
    CHECK_STATUS(trop_panel_choose_inference(panel, NULL, &options, &method), TROP_OK);
    CHECK(method == TROP_INFERENCE_PLACEBO);
    options.inference_method = TROP_INFERENCE_BOOTSTRAP;
    CHECK_STATUS(trop_panel_choose_inference(panel, NULL, &options, &method), TROP_INFERENCE_IMPOSSIBLE);
    CHECK(strstr(trop_last_error_message(), "placebo") != NULL);
    CHECK_STATUS(trop_panel_choose_inference(panel, NULL, NULL, NULL), TROP_NULL_POINTER);
    trop_panel_free(panel);
    /* Conformal inference draws nothing in which lambdas could be chosen anew. */
    panel = irregular(24, 7, 1);
    const double zero = 0.0, infinite = INFINITY;
    trop_grids *one = NULL;
    CHECK_STATUS(trop_grids_new(&zero, 1, &zero, 1, &infinite, 1, &one), TROP_OK);
    CHECK_STATUS(trop_panel_choose_inference(panel, one, NULL, &method), TROP_OK);
    CHECK(method == TROP_INFERENCE_PLACEBO);
    options.inference_method = TROP_INFERENCE_CONFORMAL;
    CHECK_STATUS(trop_panel_choose_inference(panel, NULL, &options, &method), TROP_OK);
    CHECK_STATUS(trop_panel_choose_inference(panel, one, &options, &method), TROP_INFERENCE_IMPOSSIBLE);
    trop_grids_free(one);
    trop_panel_free(panel);
}

static void retuned_draws(void) {
    /* With a single candidate there is no choice, so retuning at the given lambdas changes nothing. */
    trop_panel *panel = irregular(8, 6, 2);
    trop_options options = default_options();
    options.inference_method = TROP_INFERENCE_PLACEBO;
    options.inference_draws = 5;
    const double zero = 0.0, infinite = INFINITY, times[2] = {0.0, 3.0};
    trop_grids *one = NULL, *two = NULL;
    CHECK_STATUS(trop_grids_new(&zero, 1, &zero, 1, &infinite, 1, &one), TROP_OK);
    CHECK_STATUS(trop_grids_new(times, 2, &zero, 1, &infinite, 1, &two), TROP_OK);
    trop_inference *kept = infer(panel, &options), *same = NULL, *other = NULL;
    CHECK_STATUS(trop_panel_infer(panel, TWO_WAY, one, &options, &same), TROP_OK);
    CHECK_STATUS(trop_panel_infer(panel, (trop_lambdas){3.0, 0.0, INFINITY}, one, &options, &other), TROP_OK);
    const size_t n = trop_inference_n_draws(kept);
    CHECK(n == 5 && trop_inference_n_draws(same) == n && trop_inference_n_draws(other) == n);
    for (size_t k = 0; k < n; k++) {
        CHECK_NEAR(trop_inference_draws(same)[k], trop_inference_draws(kept)[k], 1e-8);
        /* Draws follow the candidate, not the lambdas of the estimate. */
        CHECK_NEAR(trop_inference_draws(other)[k], trop_inference_draws(kept)[k], 1e-8);
    }
    trop_inference_free(other);
    other = NULL;
    options.search_method = 9;
    CHECK_STATUS(trop_panel_infer(panel, TWO_WAY, two, &options, &other), TROP_OPTION_INVALID);
    CHECK(other == NULL);
    trop_inference_free(same);
    trop_inference_free(kept);
    trop_grids_free(two);
    trop_grids_free(one);
    trop_panel_free(panel);
}

static void inference_is_refused(const trop_panel *panel, trop_options options, trop_status expected) {
    trop_inference *inference = NULL;
    CHECK_STATUS(trop_panel_infer(panel, TWO_WAY, NULL, &options, &inference), expected);
    CHECK(inference == NULL);
}

static void inference_that_is_refused(void) {
    trop_panel *panel = one_treated();
    trop_options options = default_options();
    inference_is_refused(panel, options, TROP_INFERENCE_IMPOSSIBLE);
    options.inference_method = 5;
    inference_is_refused(panel, options, TROP_OPTION_INVALID);
    options.inference_method = TROP_INFERENCE_BOOTSTRAP;
    inference_is_refused(panel, options, TROP_INFERENCE_IMPOSSIBLE);
    CHECK(strstr(trop_last_error_message(), "bootstrap") != NULL);
    options = default_options();
    options.inference_draws = 1;
    inference_is_refused(panel, options, TROP_DRAWS_TOO_FEW);
    options = default_options();
    options.inference_level = 1.0;
    inference_is_refused(panel, options, TROP_LEVEL_OUT_OF_RANGE);
    trop_panel_free(panel);
}

/* ---- diagnostics ---- */

static void diagnosis_by_hand(void) {
    const double y[12] = {1, 2, 3, 2, 2, 5, 0, 2, 1, 4, 6, 9}, w[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    trop_panel *panel = new_panel(y, w, 4, 3);
    const trop_cell target = {3, 2}, outside = {4, 0};
    trop_diagnosis *diagnosis = NULL;
    CHECK_STATUS(trop_panel_diagnose(panel, target, (trop_lambdas){0.0, 0.0, 0.5}, NULL, &diagnosis), TROP_OK);
    /* Three donors and two periods of equal weight. */
    CHECK_NEAR(trop_diagnosis_effective_units(diagnosis), 3.0, ROUNDING);
    CHECK_NEAR(trop_diagnosis_effective_periods(diagnosis), 2.0, ROUNDING);
    CHECK(trop_diagnosis_n_units(diagnosis) == 4 && trop_diagnosis_n_periods(diagnosis) == 3);
    CHECK(trop_diagnosis_unit_weights(diagnosis)[3] == 1.0 && trop_diagnosis_period_weights(diagnosis)[2] == 1.0);
    CHECK(trop_diagnosis_status(diagnosis) == TROP_FIT_SOLVED && trop_diagnosis_gap(diagnosis) <= 1e-8);
    const size_t rank = trop_diagnosis_rank(diagnosis);
    CHECK(rank >= 1 && rank <= 2 && trop_diagnosis_singular_values(diagnosis)[0] > 0.0);
    double unit = 0.0, time = 0.0;
    for (size_t k = 0; k < rank; k++) {
        unit += pow(trop_diagnosis_unit_imbalance(diagnosis)[k], 2);
        time += pow(trop_diagnosis_time_imbalance(diagnosis)[k], 2);
    }
    CHECK_NEAR(trop_diagnosis_unit_imbalance_norm(diagnosis), sqrt(unit), ROUNDING);
    CHECK_NEAR(trop_diagnosis_time_imbalance_norm(diagnosis), sqrt(time), ROUNDING);
    trop_diagnosis_free(diagnosis);

    diagnosis = NULL;
    CHECK_STATUS(trop_panel_diagnose(panel, outside, TWO_WAY, NULL, &diagnosis), TROP_CELL_OUT_OF_RANGE);
    trop_panel_free(panel);
    panel = square();
    const trop_cell alone = {1, 0};
    CHECK_STATUS(trop_panel_diagnose(panel, alone, TWO_WAY, NULL, &diagnosis), TROP_TARGET_NOT_ESTIMABLE);
    CHECK(diagnosis == NULL);
    trop_panel_free(panel);
}

static void ablation_by_hand(void) {
    const trop_lambdas full = {0.1, 0.2, 3.0};
    const struct {
        const char *name;
        trop_lambdas lambdas;
    } expected[TROP_N_VARIANTS] = {
        {"full", full},
        {"no_unit_weights", {0.1, 0.0, 3.0}},
        {"no_time_weights", {0.0, 0.2, 3.0}},
        {"no_low_rank", {0.1, 0.2, INFINITY}},
        {"did", {0.0, 0.0, INFINITY}},
        {"mc", {0.0, 0.0, 3.0}},
    };
    trop_variant variants[TROP_N_VARIANTS];
    CHECK_STATUS(trop_ablation(full, TROP_N_VARIANTS, variants), TROP_OK);
    trop_lambdas lambdas[TROP_N_VARIANTS];
    for (size_t k = 0; k < TROP_N_VARIANTS; k++) {
        CHECK(strcmp(variants[k].name, expected[k].name) == 0);
        lambdas[k] = variants[k].lambdas;
        CHECK(lambdas[k].time == expected[k].lambdas.time && lambdas[k].unit == expected[k].lambdas.unit);
        CHECK(lambdas[k].nn == expected[k].lambdas.nn);
    }
    CHECK_STATUS(trop_ablation(full, TROP_N_VARIANTS - 1, variants), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_ablation(full, TROP_N_VARIANTS, NULL), TROP_NULL_POINTER);

    trop_panel *panel = irregular(7, 6, 2);
    trop_att_at found[TROP_N_VARIANTS];
    CHECK_STATUS(trop_panel_att_at(panel, lambdas, TROP_N_VARIANTS, NULL, TROP_N_VARIANTS, found), TROP_OK);
    for (size_t k = 0; k < TROP_N_VARIANTS; k++) {
        CHECK(found[k].lambdas.nn == lambdas[k].nn && found[k].n_cells == 4);
        CHECK(found[k].n_uncertified == 0 && found[k].max_gap <= 1e-8);
        CHECK_NEAR(found[k].att, att_at(panel, lambdas[k]), 1e-4);
    }
    found[0].att = 7.0;
    CHECK_STATUS(trop_panel_att_at(panel, lambdas, 2, NULL, 1, found), TROP_BUFFER_TOO_SMALL);
    lambdas[1].unit = -1.0;
    CHECK_STATUS(trop_panel_att_at(panel, lambdas, 2, NULL, 2, found), TROP_LAMBDA_INVALID);
    CHECK(found[0].att == 7.0);
    CHECK_STATUS(trop_panel_att_at(panel, NULL, 0, NULL, 0, NULL), TROP_OK);
    trop_panel_free(panel);
}

static void leave_one_out_by_hand(void) {
    trop_panel *panel = one_treated();
    trop_left_out left_out[3] = {{9, 9.0}};
    CHECK_STATUS(trop_panel_leave_one_out(panel, TWO_WAY, NULL, 2, left_out), TROP_BUFFER_TOO_SMALL);
    CHECK(left_out[0].unit == 9);
    CHECK_STATUS(trop_panel_leave_one_out(panel, TWO_WAY, NULL, 3, left_out), TROP_OK);
    const double growth[3] = {1.0, 2.0, 0.5};
    for (size_t k = 0; k < 3; k++) {
        CHECK(left_out[k].unit == k);
        CHECK_NEAR(left_out[k].att, 5.0 - (3.5 - growth[k]) / 2, ROUNDING);
    }
    trop_panel_free(panel);
}

static void pre_treatment_fit_by_hand(void) {
    /* The units' growth differs by 1, which shows as -1 in the first period and 1 in the second. */
    const double y[6] = {1, 2, 4, 0, 2, 9}, w[6] = {0, 0, 0, 0, 0, 1};
    trop_panel *panel = new_panel(y, w, 2, 3);
    trop_pre_fit *fit = NULL;
    CHECK_STATUS(trop_panel_pre_treatment_fit(panel, TWO_WAY, NULL, &fit), TROP_OK);
    CHECK(trop_pre_fit_n_cells(fit) == 2 && trop_pre_fit_n_units(fit) == 1);
    CHECK_NEAR(trop_pre_fit_mean(fit), 0.0, ROUNDING);
    CHECK_NEAR(trop_pre_fit_rmse(fit), 1.0, ROUNDING);
    const trop_unit_fit *unit = trop_pre_fit_by_unit(fit);
    CHECK(unit->unit == 1 && unit->n_cells == 2);
    CHECK_NEAR(unit->rmse, 1.0, ROUNDING);
    trop_pre_fit_free(fit);
    trop_panel_free(panel);
}

static void remarks_on_a_panel(void) {
    const double y[6] = {1, 2, 4, 6, 5, 7}, spike[6] = {0, 0, 0, 0, 1, 0};
    trop_panel *panel = new_panel(y, spike, 2, 3);
    trop_remarks *remarks = NULL;
    CHECK_STATUS(trop_panel_remarks(panel, &remarks), TROP_OK);
    CHECK(trop_remarks_n(remarks) == 1 && strcmp(trop_remarks_code(remarks, 0), "treatment_spike") == 0);
    CHECK(strstr(trop_remarks_message(remarks, 0), "single period") != NULL);
    CHECK(trop_remarks_code(remarks, 1) == NULL && trop_remarks_message(remarks, 1) == NULL);
    trop_remarks_free(remarks);
    trop_panel_free(panel);
}

/* ---- weights and draws of the caller's own ---- */

static void weighted_fit_by_hand(void) {
    /* Growth of the other units, weighted: (3 * 1 + 1 * 2) / 4 = 1.25. */
    const double y[6] = {1, 2, 4, 9, 5, 7}, w[6] = {0, 0, 0, 1, 0, 0}, unit[3] = {3, 1, 1}, period[2] = {1, 1};
    trop_panel *panel = new_panel(y, w, 3, 2);
    trop_weighted_fit *fit = NULL;
    CHECK_STATUS(trop_panel_weighted_fit(panel, unit, period, INFINITY, NULL, &fit), TROP_OK);
    CHECK(trop_weighted_fit_n_units(fit) == 3 && trop_weighted_fit_n_periods(fit) == 2);
    CHECK_NEAR(trop_weighted_fit_fitted(fit)[3], 5.25, ROUNDING);
    CHECK(trop_weighted_fit_period_effect(fit)[0] == 0.0 && trop_weighted_fit_low_rank(fit)[3] == 0.0);
    CHECK_NEAR(trop_weighted_fit_period_effect(fit)[1], 1.25, ROUNDING);
    CHECK_NEAR(trop_weighted_fit_unit_effect(fit)[1], 4.0, ROUNDING);
    CHECK(trop_weighted_fit_rank(fit) == 0 && trop_weighted_fit_status(fit) == TROP_FIT_SOLVED);
    CHECK(trop_weighted_fit_gap(fit) <= 1e-8 && trop_weighted_fit_dual(fit) <= trop_weighted_fit_primal(fit));
    CHECK(trop_weighted_fit_iterations(fit) < 10 && trop_weighted_fit_n_coefficients(fit) == 0);
    trop_weighted_fit_free(fit);

    fit = NULL;
    const double none[3] = {0, 0, 0}, negative[2] = {1, -1};
    CHECK_STATUS(trop_panel_weighted_fit(panel, none, period, 1.0, NULL, &fit), TROP_WEIGHTS_ALL_ZERO);
    CHECK_STATUS(trop_panel_weighted_fit(panel, unit, negative, 1.0, NULL, &fit), TROP_WEIGHT_INVALID);
    CHECK_STATUS(trop_panel_weighted_fit(panel, unit, period, -1.0, NULL, &fit), TROP_LAMBDA_INVALID);
    CHECK_STATUS(trop_panel_weighted_fit(panel, NULL, period, 1.0, NULL, &fit), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_weighted_fit(panel, unit, NULL, 1.0, NULL, &fit), TROP_NULL_POINTER);
    CHECK(fit == NULL);
    trop_panel_free(panel);
}

static void weighted_loocv_by_hand(void) {
    /* Four cells of two complete units, each predicted from the other three with an error of 1; the last unit's
     * only control cell has nothing to predict it. */
    const double y[6] = {1, 2, 4, 6, 5, 9}, w[6] = {0, 0, 0, 0, 0, 1}, ones[3] = {1, 1, 1}, nn[2] = {INFINITY, 1e6};
    trop_panel *panel = new_panel(y, w, 3, 2);
    trop_weighted_loocv *loocv = NULL;
    CHECK_STATUS(trop_panel_weighted_loocv(panel, ones, ones, nn, 2, NULL, &loocv), TROP_OK);
    CHECK(trop_weighted_loocv_n_scores(loocv) == 2 && trop_weighted_loocv_n_cells(loocv) == 4);
    for (size_t k = 0; k < 2; k++) {
        const trop_weighted_score *score = trop_weighted_loocv_scores(loocv) + k;
        CHECK(score->lambda_nn == nn[k] && score->n_uncertified == 0 && score->max_gap <= 1e-8);
        CHECK_NEAR(score->score, 4.0, 1e-6);
    }
    CHECK(trop_weighted_loocv_n_not_estimable(loocv) == 1);
    const trop_cell *missed = trop_weighted_loocv_not_estimable(loocv);
    CHECK(missed->unit == 2 && missed->period == 0);
    trop_weighted_loocv_free(loocv);

    loocv = NULL;
    const double twice[2] = {1.0, 1.0};
    CHECK_STATUS(trop_panel_weighted_loocv(panel, ones, ones, nn, 0, NULL, &loocv), TROP_GRID_EMPTY);
    CHECK_STATUS(trop_panel_weighted_loocv(panel, ones, ones, twice, 2, NULL, &loocv), TROP_GRID_DUPLICATE);
    CHECK(loocv == NULL);
    trop_panel_free(panel);
}

static void weighted_atts_by_hand(void) {
    /* Difference in differences with each of two units as the treated one. */
    const double y[4] = {1, 2, 4, 8}, first[4] = {0, 1, 0, 0}, second[4] = {0, 0, 0, 1};
    const double ones[2] = {1, 1}, nn[2] = {INFINITY, 1e6};
    const size_t only_treated[2] = {0, 3};
    trop_panel *panels[2] = {new_panel(y, first, 2, 2), new_panel(y, second, 2, 2)};
    const trop_weighted_job jobs[3] = {
        {.panel = panels[0], .unit_weights = ones, .period_weights = ones},
        {.panel = panels[1], .unit_weights = ones, .period_weights = ones, .average = ones},
        {.panel = panels[1], .unit_weights = ones, .period_weights = ones, .counts = only_treated},
    };
    trop_weighted_att atts[6];
    CHECK_STATUS(trop_weighted_atts(jobs, 3, nn, 2, NULL, 6, atts), TROP_OK);
    for (size_t k = 0; k < 2; k++) {
        CHECK_NEAR(atts[k].att, -3.0, 1e-6);
        CHECK_NEAR(atts[2 + k].att, 3.0, 1e-6);
        CHECK(atts[k].status == TROP_FIT_SOLVED && atts[k].gap <= 1e-8);
        CHECK(isnan(atts[4 + k].att));
    }
    atts[0].att = 7.0;
    CHECK_STATUS(trop_weighted_atts(jobs, 3, nn, 2, NULL, 5, atts), TROP_BUFFER_TOO_SMALL);
    CHECK_STATUS(trop_weighted_atts(jobs, 3, nn, 0, NULL, 6, atts), TROP_GRID_EMPTY);
    const trop_weighted_job no_panel = {.unit_weights = ones, .period_weights = ones};
    CHECK_STATUS(trop_weighted_atts(&no_panel, 1, nn, 1, NULL, 1, atts), TROP_NULL_POINTER);
    const trop_weighted_job no_weights = {.panel = panels[0], .period_weights = ones};
    CHECK_STATUS(trop_weighted_atts(&no_weights, 1, nn, 1, NULL, 1, atts), TROP_NULL_POINTER);
    CHECK_STATUS(trop_weighted_atts(NULL, 1, nn, 1, NULL, 1, atts), TROP_NULL_POINTER);
    CHECK_STATUS(trop_weighted_atts(jobs, 3, nn, 2, NULL, 6, NULL), TROP_NULL_POINTER);
    CHECK(atts[0].att == 7.0);
    trop_panel_free(panels[0]);
    trop_panel_free(panels[1]);
}

static void att_of_draws_by_hand(void) {
    /* The first unit twice and the third twice: 4 - 1 = 3. Then no treated unit at all. Then all of them. */
    const size_t counts[12] = {2, 0, 2, 0, 2, 2, 0, 0, 1, 1, 1, 1};
    const double average[4] = {1, 1, 3, 1};
    trop_panel *panel = four();
    trop_draw_atts *atts = NULL;
    CHECK_STATUS(trop_panel_att_of_draws(panel, TWO_WAY, counts, 3, NULL, NULL, &atts), TROP_OK);
    CHECK(trop_draw_atts_n(atts) == 3 && trop_draw_atts_n_uncertified(atts) == 0);
    CHECK_NEAR(trop_draw_atts_data(atts)[0], 3.0, ROUNDING);
    CHECK(isnan(trop_draw_atts_data(atts)[1]) && trop_draw_atts_max_gap(atts) <= 1e-8);
    CHECK_NEAR(trop_draw_atts_data(atts)[2], 3.25, ROUNDING);
    trop_draw_atts_free(atts);
    CHECK_STATUS(trop_panel_att_of_draws(panel, TWO_WAY, counts, 3, average, NULL, &atts), TROP_OK);
    CHECK_NEAR(trop_draw_atts_data(atts)[2], (3 * 2.75 + 3.75) / 4, ROUNDING);
    trop_draw_atts_free(atts);
    atts = NULL;
    CHECK_STATUS(trop_panel_att_of_draws(panel, TWO_WAY, NULL, 3, NULL, NULL, &atts), TROP_NULL_POINTER);
    CHECK_STATUS(trop_panel_att_of_draws(panel, TWO_WAY, counts, SIZE_MAX, NULL, NULL, &atts), TROP_TOO_LARGE);
    CHECK(atts == NULL);
    trop_panel_free(panel);
}

/* ---- progress ---- */

static int32_t stop(trop_stage stage, size_t done, size_t total, void *data) {
    (void)done, (void)total;
    *(trop_stage *)data = stage;
    return 1;
}

static void long_inference_can_be_stopped(void) {
    trop_panel *panel = irregular(9, 7, 3);
    trop_stage stage = TROP_STAGE_SEARCH;
    trop_options options = default_options();
    options.inference_method = TROP_INFERENCE_BOOTSTRAP;
    options.inference_draws = 100000000; /* days of work */
    options.progress = stop;
    options.progress_data = &stage;
    trop_inference *inference = NULL;
    CHECK_STATUS(trop_panel_infer(panel, (trop_lambdas){0.3, 0.2, 1.5}, NULL, &options, &inference), TROP_INTERRUPTED);
    /* Where the first word comes from depends on how busy the machine is: from the estimate, the effects before
       treatment, or the draws. */
    CHECK(inference == NULL && stage != TROP_STAGE_SEARCH);
    trop_panel_free(panel);
}

int main(void) {
    static const struct harness_case cases[] = {
        {"placebo inference by hand", placebo_inference_by_hand},
        {"methods of inference", methods_of_inference},
        {"auto says why", auto_says_why},
        {"a method is chosen before the work", a_method_is_chosen_before_the_work},
        {"retuned draws", retuned_draws},
        {"inference that is refused", inference_that_is_refused},
        {"diagnosis by hand", diagnosis_by_hand},
        {"ablation by hand", ablation_by_hand},
        {"leave one out by hand", leave_one_out_by_hand},
        {"pre-treatment fit by hand", pre_treatment_fit_by_hand},
        {"remarks on a panel", remarks_on_a_panel},
        {"weighted fit by hand", weighted_fit_by_hand},
        {"weighted cross-validation by hand", weighted_loocv_by_hand},
        {"weighted averages by hand", weighted_atts_by_hand},
        {"draws by hand", att_of_draws_by_hand},
        {"long inference can be stopped", long_inference_can_be_stopped},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
