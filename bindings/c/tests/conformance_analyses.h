/* Averages, inference, diagnostics and remarks of a case, for conformance.c. */
#ifndef CONFORMANCE_ANALYSES_H
#define CONFORMANCE_ANALYSES_H

#include "conformance_arguments.h"

static cJSON *grouping_item(int64_t grouping) {
    return grouping == TROP_NO_GROUPING ? cJSON_CreateNull() : NUMBER(grouping);
}

/* The average of a row, of whatever table. */
#define PUT_AVERAGES(table, n, average) \
    do { \
        PUT_COLUMN(table, "grouping", n, grouping_item((average).quantity.grouping)); \
        PUT_COLUMN(table, "code", n, NUMBER((average).quantity.code)); \
        PUT_COLUMN(table, "measure", n, cJSON_CreateString(trop_measure_name((average).quantity.measure))); \
        PUT_COLUMN(table, "n_cells", n, NUMBER((average).n_cells)); \
        PUT_COLUMN(table, "value", n, NUMBER((average).value)); \
    } while (0)

static trop_status averages(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                            cJSON *answer) {
    trop_averages *found = NULL;
    const trop_status status = trop_panel_averages(panel, lambdas_of(arguments), options, &found);
    if (status != TROP_OK) return status;
    const trop_average *rows = trop_averages_data(found);
    cJSON *table = cJSON_AddObjectToObject(answer, "averages");
    PUT_AVERAGES(table, trop_averages_n(found), rows[k]);
    trop_averages_free(found);
    return status;
}

static void put_inference(cJSON *answer, const trop_inference *found) {
    const trop_inferred *rows = trop_inference_table(found);
    const size_t n = trop_inference_n(found);
    put_text(answer, "method", trop_inference_method_name(trop_inference_used(found)));
    put_text(answer, "reason", trop_inference_reason(found));
    put_list(answer, "draws", trop_inference_draws(found), trop_inference_n_draws(found));
    put(answer, "n_failed", (double)trop_inference_n_failed(found));
    put(answer, "n_uncertified", (double)trop_inference_n_uncertified(found));
    put(answer, "max_gap", trop_inference_max_gap(found));
    cJSON *table = cJSON_AddObjectToObject(answer, "table");
    PUT_AVERAGES(table, n, rows[k].average);
    PUT_COLUMN(table, "se", n, NUMBER(rows[k].se));
    PUT_COLUMN(table, "ci_lower", n, NUMBER(rows[k].ci_lower));
    PUT_COLUMN(table, "ci_upper", n, NUMBER(rows[k].ci_upper));
    PUT_COLUMN(table, "interval", n, cJSON_CreateString(trop_interval_name(rows[k].interval)));
    PUT_COLUMN(table, "p_value", n, NUMBER(rows[k].p_value));
    PUT_COLUMN(table, "band_lower", n, NUMBER(rows[k].band_lower));
    PUT_COLUMN(table, "band_upper", n, NUMBER(rows[k].band_upper));
}

/* What trop_panel_choose_inference() says before is what is used. */
static trop_status inference_as_chosen(const trop_panel *panel, const cJSON *arguments, const trop_grids *retuning,
                                       const trop_options *options, cJSON *answer) {
    trop_inference_method chosen = TROP_INFERENCE_AUTO;
    trop_status status = trop_panel_choose_inference(panel, retuning, options, &chosen);
    if (status != TROP_OK) return status;
    trop_inference *found = NULL;
    status = trop_panel_infer(panel, lambdas_of(arguments), retuning, options, &found);
    if (status == TROP_OK) put_inference(answer, found);
    if (status == TROP_OK && trop_inference_used(found) != chosen) put_text(answer, "chosen", "another method");
    trop_inference_free(found);
    return status;
}

static trop_status infer(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                         cJSON *answer) {
    trop_grids *retuning = NULL;
    trop_status status = TROP_OK;
    const cJSON *given = get(arguments, "retuning");
    if (given != NULL) status = grids_of(given, &retuning);
    if (status == TROP_OK) status = inference_as_chosen(panel, arguments, retuning, options, answer);
    trop_grids_free(retuning);
    return status;
}

static trop_status diagnose(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                            cJSON *answer) {
    trop_diagnosis *found = NULL;
    const trop_status status =
        trop_panel_diagnose(panel, target_of(arguments), lambdas_of(arguments), options, &found);
    if (status != TROP_OK) return status;
    const size_t rank = trop_diagnosis_rank(found);
    put_list(answer, "unit_weights", trop_diagnosis_unit_weights(found), trop_diagnosis_n_units(found));
    put_list(answer, "period_weights", trop_diagnosis_period_weights(found), trop_diagnosis_n_periods(found));
    put(answer, "effective_units", trop_diagnosis_effective_units(found));
    put(answer, "effective_periods", trop_diagnosis_effective_periods(found));
    put(answer, "rank", (double)rank);
    put_list(answer, "singular_values", trop_diagnosis_singular_values(found), rank);
    put_list(answer, "unit_imbalance", trop_diagnosis_unit_imbalance(found), rank);
    put_list(answer, "time_imbalance", trop_diagnosis_time_imbalance(found), rank);
    put(answer, "unit_imbalance_norm", trop_diagnosis_unit_imbalance_norm(found));
    put(answer, "time_imbalance_norm", trop_diagnosis_time_imbalance_norm(found));
    put_text(answer, "status", trop_fit_status_name(trop_diagnosis_status(found)));
    put(answer, "gap", trop_diagnosis_gap(found));
    trop_diagnosis_free(found);
    return status;
}

static trop_status put_atts(const trop_panel *panel, const trop_lambdas *lambdas, size_t n,
                            const trop_options *options, cJSON *answer) {
    trop_att_at *found = malloc((n + 1) * sizeof *found);
    const trop_status status = trop_panel_att_at(panel, lambdas, n, options, n + 1, found);
    if (status == TROP_OK) {
        PUT_COLUMN(answer, "lambda_time", n, NUMBER(found[k].lambdas.time));
        PUT_COLUMN(answer, "lambda_unit", n, NUMBER(found[k].lambdas.unit));
        PUT_COLUMN(answer, "lambda_nn", n, NUMBER(found[k].lambdas.nn));
        PUT_COLUMN(answer, "att", n, NUMBER(found[k].att));
        PUT_COLUMN(answer, "n_cells", n, NUMBER(found[k].n_cells));
        PUT_COLUMN(answer, "max_gap", n, NUMBER(found[k].max_gap));
        PUT_COLUMN(answer, "n_uncertified", n, NUMBER(found[k].n_uncertified));
    }
    free(found);
    return status;
}

static trop_status att_at(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                          cJSON *answer) {
    const cJSON *candidates = get(arguments, "candidates");
    size_t n;
    double *time = numbers(get(candidates, "time"), &n);
    double *unit = numbers(get(candidates, "unit"), &n);
    double *nn = numbers(get(candidates, "nn"), &n);
    trop_lambdas *lambdas = malloc((n + 1) * sizeof *lambdas);
    for (size_t k = 0; k < n; k++) lambdas[k] = (trop_lambdas){time[k], unit[k], nn[k]};
    const trop_status status = put_atts(panel, lambdas, n, options, answer);
    free(lambdas);
    free(time);
    free(unit);
    free(nn);
    return status;
}

static trop_status ablation(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                            cJSON *answer) {
    trop_variant variants[TROP_N_VARIANTS];
    trop_lambdas lambdas[TROP_N_VARIANTS];
    trop_status status = trop_ablation(lambdas_of(arguments), TROP_N_VARIANTS, variants);
    if (status != TROP_OK) return status;
    for (size_t k = 0; k < TROP_N_VARIANTS; k++) lambdas[k] = variants[k].lambdas;
    status = put_atts(panel, lambdas, TROP_N_VARIANTS, options, answer);
    if (status == TROP_OK) PUT_COLUMN(answer, "variant", TROP_N_VARIANTS, cJSON_CreateString(variants[k].name));
    return status;
}

static trop_status leave_one_out(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                                 cJSON *answer) {
    const size_t most = trop_panel_n_units(panel);
    trop_left_out *found = malloc(most * sizeof *found);
    const trop_status status = trop_panel_leave_one_out(panel, lambdas_of(arguments), options, most, found);
    if (status == TROP_OK) {
        const size_t n = most - trop_panel_n_treated_units(panel);
        PUT_COLUMN(answer, "unit", n, NUMBER(found[k].unit));
        PUT_COLUMN(answer, "att", n, NUMBER(found[k].att));
    }
    free(found);
    return status;
}

static trop_status pre_treatment_fit(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                                     cJSON *answer) {
    trop_pre_fit *found = NULL;
    const trop_status status = trop_panel_pre_treatment_fit(panel, lambdas_of(arguments), options, &found);
    if (status != TROP_OK) return status;
    const trop_unit_fit *units = trop_pre_fit_by_unit(found);
    const size_t n = trop_pre_fit_n_units(found);
    put(answer, "n_cells", (double)trop_pre_fit_n_cells(found));
    put(answer, "mean", trop_pre_fit_mean(found));
    put(answer, "rmse", trop_pre_fit_rmse(found));
    cJSON *table = cJSON_AddObjectToObject(answer, "by_unit");
    PUT_COLUMN(table, "unit", n, NUMBER(units[k].unit));
    PUT_COLUMN(table, "n_cells", n, NUMBER(units[k].n_cells));
    PUT_COLUMN(table, "mean", n, NUMBER(units[k].mean));
    PUT_COLUMN(table, "rmse", n, NUMBER(units[k].rmse));
    trop_pre_fit_free(found);
    return status;
}

static trop_status remarks(const trop_panel *panel, const cJSON *arguments, const trop_options *options,
                           cJSON *answer) {
    (void)arguments, (void)options;
    trop_remarks *found = NULL;
    const trop_status status = trop_panel_remarks(panel, &found);
    if (status != TROP_OK) return status;
    const size_t n = trop_remarks_n(found);
    PUT_COLUMN(answer, "code", n, cJSON_CreateString(trop_remarks_code(found, k)));
    PUT_COLUMN(answer, "message", n, cJSON_CreateString(trop_remarks_message(found, k)));
    trop_remarks_free(found);
    return status;
}

#endif
