/* Weights, effects, searches and the bootstrap of a case, for conformance.c. */
#ifndef CONFORMANCE_FUNCTIONS_H
#define CONFORMANCE_FUNCTIONS_H

#include "conformance_arguments.h"

static cJSON *event_time_item(int64_t event_time) {
    return event_time == TROP_NO_EVENT_TIME ? cJSON_CreateNull() : NUMBER(event_time);
}

static void put_effects(cJSON *answer, const trop_effects *effects) {
    const trop_cell_effect *e = trop_effects_data(effects);
    const trop_effect_range *range = trop_effects_ranges(effects);
    size_t n = trop_effects_n(effects);
    cJSON *table = cJSON_AddObjectToObject(answer, "effects");
    PUT_COLUMN(table, "unit", n, NUMBER(e[k].cell.unit));
    PUT_COLUMN(table, "period", n, NUMBER(e[k].cell.period));
    PUT_COLUMN(table, "event_time", n, event_time_item(e[k].event_time));
    PUT_COLUMN(table, "observed", n, NUMBER(e[k].observed));
    PUT_COLUMN(table, "counterfactual", n, NUMBER(e[k].counterfactual));
    PUT_COLUMN(table, "effect", n, NUMBER(e[k].effect));
    PUT_COLUMN(table, "effect_min", n, NUMBER(range[k].effect_min));
    PUT_COLUMN(table, "effect_max", n, NUMBER(range[k].effect_max));
    PUT_COLUMN(table, "rank", n, NUMBER(e[k].rank));
    PUT_COLUMN(table, "status", n, cJSON_CreateString(trop_fit_status_name(e[k].status)));
    PUT_COLUMN(table, "iterations", n, NUMBER(e[k].iterations));
    PUT_COLUMN(table, "gap", n, NUMBER(e[k].gap));
    PUT_COLUMN(table, "primal", n, NUMBER(e[k].primal));
    PUT_COLUMN(table, "dual", n, NUMBER(e[k].dual));
    const size_t n_coefficients = trop_effects_n_coefficients(effects);
    if (n_coefficients > 0)
        put_matrix(table, "coefficients", trop_effects_coefficients(effects), n, n_coefficients);

    const trop_not_estimable *missed = trop_effects_not_estimable(effects);
    n = trop_effects_n_not_estimable(effects);
    table = cJSON_AddObjectToObject(answer, "not_estimable");
    PUT_COLUMN(table, "unit", n, NUMBER(missed[k].cell.unit));
    PUT_COLUMN(table, "period", n, NUMBER(missed[k].cell.period));
    PUT_COLUMN(table, "reason", n, cJSON_CreateString(trop_reason_name(missed[k].reason)));
    range = trop_effects_not_estimable_ranges(effects);
    PUT_COLUMN(table, "effect_min", n, NUMBER(range[k].effect_min));
    PUT_COLUMN(table, "effect_max", n, NUMBER(range[k].effect_max));
}

/* ---- functions ---- */

typedef trop_status function(const trop_panel *panel, const cJSON *arguments, const trop_options *options, cJSON *answer);

static trop_status unit_distances(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                                  cJSON *answer) {
    (void)arguments;
    const size_t n = trop_panel_n_units(panel);
    double *values = malloc(n * n * sizeof *values);
    const trop_status status = trop_panel_unit_distances(panel, options, n, n * n, values);
    if (status == TROP_OK) put_matrix(answer, "distance", values, n, n);
    free(values);
    return status;
}

static trop_status leave_period_out_distances(const trop_panel *panel, const cJSON *arguments,
                                              const trop_options *options, cJSON *answer) {
    (void)options;
    const size_t n = trop_panel_n_units(panel);
    double *values = malloc(n * sizeof *values);
    const trop_status status = trop_panel_leave_period_out_distances(panel, target_of(arguments), n, values);
    if (status == TROP_OK) put_list(answer, "distance", values, n);
    free(values);
    return status;
}

static trop_status default_grids(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                                 cJSON *answer) {
    (void)arguments;
    trop_grids *grids = NULL;
    const trop_status status = trop_panel_default_grids(panel, options, &grids);
    if (status != TROP_OK) return status;
    put_list(answer, "grid_time", trop_grids_time(grids), trop_grids_n_time(grids));
    put_list(answer, "grid_unit", trop_grids_unit(grids), trop_grids_n_unit(grids));
    put_list(answer, "grid_nn", trop_grids_nn(grids), trop_grids_n_nn(grids));
    trop_grids_free(grids);
    return status;
}

static trop_status weights(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                           cJSON *answer) {
    (void)options;
    const size_t n = trop_panel_n_units(panel), t = trop_panel_n_periods(panel);
    double *unit = malloc(n * sizeof *unit), *period = malloc(t * sizeof *period);
    const trop_status status =
        trop_panel_weights(panel, target_of(arguments), lambdas_of(arguments), n, t, unit, period);
    if (status == TROP_OK) {
        put_list(answer, "unit_weights", unit, n);
        put_list(answer, "period_weights", period, t);
    }
    free(unit);
    free(period);
    return status;
}

static trop_status pre_treatment_cells(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                                       cJSON *answer) {
    (void)arguments, (void)options;
    size_t n = 0;
    trop_status status = trop_panel_cells(panel, TROP_CELLS_PRE_TREATMENT, 0, NULL, &n);
    if (status != TROP_OK) return status;
    trop_cell *cells = malloc((n + 1) * sizeof *cells);
    status = trop_panel_cells(panel, TROP_CELLS_PRE_TREATMENT, n + 1, cells, &n);
    if (status == TROP_OK) {
        PUT_COLUMN(answer, "unit", n, NUMBER(cells[k].unit));
        PUT_COLUMN(answer, "period", n, NUMBER(cells[k].period));
    }
    free(cells);
    return status;
}

static trop_status estimate(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                            cJSON *answer) {
    trop_estimate *found = NULL;
    const trop_status status = trop_panel_estimate(panel, lambdas_of(arguments), options, &found);
    if (status != TROP_OK) return status;
    put(answer, "att", trop_estimate_att(found));
    put(answer, "max_gap", trop_estimate_max_gap(found));
    cJSON_AddBoolToObject(answer, "converged", trop_estimate_converged(found));
    put_effects(answer, trop_estimate_effects(found));
    const size_t n_coefficients = trop_estimate_n_coefficients(found);
    if (n_coefficients > 0) put_list(answer, "coefficients", trop_estimate_coefficients(found), n_coefficients);
    trop_estimate_free(found);
    return status;
}

static trop_status cell_effects(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                                cJSON *answer) {
    size_t n = 0;
    double *unit = numbers(get(get(arguments, "cells"), "unit"), &n);
    double *period = numbers(get(get(arguments, "cells"), "period"), &n);
    trop_cell *cells = malloc((n + 1) * sizeof *cells);
    for (size_t k = 0; k < n; k++) cells[k] = (trop_cell){(size_t)unit[k], (size_t)period[k]};
    trop_effects *effects = NULL;
    const trop_status status =
        trop_panel_cell_effects(panel, cells, n, lambdas_of(arguments), options, &effects);
    if (status == TROP_OK) put_effects(answer, effects);
    trop_effects_free(effects);
    free(cells);
    free(unit);
    free(period);
    return status;
}

static void put_scores(cJSON *answer, const trop_search *search) {
    const trop_score *s = trop_search_scores(search);
    const size_t n = trop_search_n_scores(search);
    cJSON *table = cJSON_AddObjectToObject(answer, "scores");
    PUT_COLUMN(table, "lambda_time", n, NUMBER(s[k].lambdas.time));
    PUT_COLUMN(table, "lambda_unit", n, NUMBER(s[k].lambdas.unit));
    PUT_COLUMN(table, "lambda_nn", n, NUMBER(s[k].lambdas.nn));
    PUT_COLUMN(table, "score", n, NUMBER(s[k].score));
    PUT_COLUMN(table, "n_cells", n, NUMBER(s[k].n_cells));
    PUT_COLUMN(table, "max_gap", n, NUMBER(s[k].max_gap));
    PUT_COLUMN(table, "n_uncertified", n, NUMBER(s[k].n_uncertified));
    PUT_COLUMN(table, "abandoned", n, cJSON_CreateBool(s[k].abandoned));
}

static void put_edges(cJSON *answer, const trop_search *search) {
    const trop_edge *e = trop_search_edges(search);
    const size_t n = trop_search_n_edges(search);
    cJSON *table = cJSON_AddObjectToObject(answer, "edges");
    PUT_COLUMN(table, "lambda", n, cJSON_CreateString(LAMBDA_NAMES[e[k].lambda]));
    PUT_COLUMN(table, "upper", n, cJSON_CreateBool(e[k].upper));
    PUT_COLUMN(table, "value", n, NUMBER(e[k].value));
}

static trop_status loocv_grid_search(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                                     cJSON *answer) {
    trop_grids *grids = NULL;
    trop_search *search = NULL;
    trop_status status = grids_of(arguments, &grids);
    if (status == TROP_OK) status = trop_panel_search(panel, grids, options, &search);
    if (status == TROP_OK) {
        const trop_lambdas lambdas = trop_search_lambdas(search);
        put(answer, "lambda_time", lambdas.time);
        put(answer, "lambda_unit", lambdas.unit);
        put(answer, "lambda_nn", lambdas.nn);
        put(answer, "score", trop_search_score(search));
        put(answer, "n_cells", (double)trop_search_n_cells(search));
        put(answer, "n_not_estimable", (double)trop_search_n_not_estimable(search));
        put_text(answer, "criterion", trop_criterion_name(trop_search_criterion(search)));
        put_edges(answer, search);
        put_scores(answer, search);
    }
    trop_search_free(search);
    trop_grids_free(grids);
    return status;
}

static trop_status bootstrap_variance(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                                      cJSON *answer) {
    trop_bootstrap *found = NULL;
    const trop_status status = trop_panel_bootstrap(panel, lambdas_of(arguments), options, &found);
    if (status != TROP_OK) return status;
    const double interval[2] = {trop_bootstrap_ci_lower(found), trop_bootstrap_ci_upper(found)};
    const size_t n_draws = trop_bootstrap_n_draws(found), n_times = trop_bootstrap_n_event_times(found);
    put(answer, "se", trop_bootstrap_se(found));
    put_list(answer, "ci", interval, 2);
    put(answer, "p_value", trop_bootstrap_p_value(found));
    put_list(answer, "draws", trop_bootstrap_draws(found), n_draws);
    put(answer, "n_failed", (double)trop_bootstrap_n_failed(found));
    put(answer, "n_uncertified", (double)trop_bootstrap_n_uncertified(found));
    put(answer, "max_gap", trop_bootstrap_max_gap(found));
    PUT_COLUMN(answer, "event_time", n_times, event_time_item(trop_bootstrap_event_times(found)[k]));
    put_matrix(answer, "event_draws", trop_bootstrap_event_draws(found), n_draws, n_times);
    trop_bootstrap_free(found);
    return status;
}

#endif
