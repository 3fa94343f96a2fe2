/*
 * Runs the conformance cases (tests/conformance/README.md) through the C interface.
 *
 *     conformance FOLDER    # tests/conformance/cases, beside which defaults.json and tolerances.json are
 *
 * TROPANEL_EXACT_CASES=OTHER takes the cases from OTHER and compares them bit for bit.
 */
#include <cjson/cJSON.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <trop.h>

enum { PATH_SIZE = 4096, MOST_CASES = 4096 };

static const cJSON *tolerances; /* NULL: bit for bit */

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(2);
}

/* ---- reading ---- */

static cJSON *read_json(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) die(path, "cannot be read");
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) die(path, "cannot be read");
    text[size] = '\0';
    fclose(file);
    cJSON *json = cJSON_Parse(text);
    if (json == NULL) die(path, "is not JSON");
    free(text);
    return json;
}

static cJSON *read_beside(const char *folder, const char *name) {
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/../%s", folder, name);
    return read_json(path);
}

static const cJSON *get(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* True, and the number, if the item is one; "NaN", "Infinity" and "-Infinity" are. */
static int is_number(const cJSON *item, double *value) {
    if (cJSON_IsNumber(item)) {
        *value = item->valuedouble;
        return 1;
    }
    const char *text = cJSON_IsString(item) ? item->valuestring : "";
    const char *names[3] = {"NaN", "Infinity", "-Infinity"};
    const double values[3] = {NAN, INFINITY, -INFINITY};
    for (size_t k = 0; k < 3; k++) {
        if (strcmp(text, names[k]) == 0) {
            *value = values[k];
            return 1;
        }
    }
    return 0;
}

static double number(const cJSON *item) {
    double value = 0.0;
    if (!is_number(item, &value)) die("case", "a number is missing");
    return value;
}

static double number_at(const cJSON *object, const char *key) { return number(get(object, key)); }

static size_t size_at(const cJSON *object, const char *key) { return (size_t)number_at(object, key); }

/* The numbers of a list; the caller frees them. */
static double *numbers(const cJSON *list, size_t *n) {
    *n = (size_t)cJSON_GetArraySize(list);
    double *values = malloc((*n + 1) * sizeof *values);
    if (values == NULL) die("memory", "none left");
    size_t k = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) values[k++] = number(item);
    return values;
}

/* The rows of a matrix, one after the other; the caller frees them. */
static double *matrix(const cJSON *rows, size_t n_rows, size_t n_columns) {
    double *values = malloc((n_rows * n_columns + 1) * sizeof *values);
    if (values == NULL) die("memory", "none left");
    size_t k = 0;
    const cJSON *row, *item;
    cJSON_ArrayForEach(row, rows) {
        cJSON_ArrayForEach(item, row) values[k++] = number(item);
    }
    return values;
}

static trop_lambdas lambdas_of(const cJSON *arguments) {
    const cJSON *lambdas = get(arguments, "lambdas");
    return (trop_lambdas){number_at(lambdas, "time"), number_at(lambdas, "unit"), number_at(lambdas, "nn")};
}

static trop_cell target_of(const cJSON *arguments) {
    return (trop_cell){size_at(arguments, "unit"), size_at(arguments, "period")};
}

static int method_of(const char *name) {
    return strcmp(name, "grid") == 0 ? TROP_SEARCH_GRID : TROP_SEARCH_CYCLE;
}

static trop_options options_of(const cJSON *arguments, size_t threads) {
    trop_options options;
    if (trop_options_default(sizeof options, &options) != TROP_OK) die("options", trop_last_error_message());
    const cJSON *item;
    options.threads = threads;
    if ((item = get(arguments, "tolerance"))) options.tolerance = options.loocv_tolerance = number(item);
    if ((item = get(arguments, "max_iterations"))) options.max_iterations = (size_t)number(item);
    if ((item = get(arguments, "method"))) options.search_method = method_of(item->valuestring);
    if ((item = get(arguments, "abandon"))) options.search_abandon = cJSON_IsTrue(item);
    if ((item = get(arguments, "max_cells"))) options.search_max_cells = (size_t)number(item);
    if ((item = get(arguments, "n_boot"))) options.bootstrap_draws = (size_t)number(item);
    if ((item = get(arguments, "level"))) options.bootstrap_level = number(item);
    if ((item = get(arguments, "seed")))
        options.search_seed = options.bootstrap_seed = strtoull(item->valuestring, NULL, 10);
    return options;
}

/* ---- answers as JSON ---- */

static void put(cJSON *object, const char *key, double value) { cJSON_AddNumberToObject(object, key, value); }

static void put_list(cJSON *object, const char *key, const double *values, size_t n) {
    cJSON *list = cJSON_AddArrayToObject(object, key);
    for (size_t k = 0; k < n; k++) cJSON_AddItemToArray(list, cJSON_CreateNumber(values[k]));
}

static void put_matrix(cJSON *object, const char *key, const double *values, size_t rows, size_t columns) {
    cJSON *list = cJSON_AddArrayToObject(object, key);
    for (size_t i = 0; i < rows; i++) {
        cJSON *row = cJSON_CreateArray();
        for (size_t t = 0; t < columns; t++)
            cJSON_AddItemToArray(row, cJSON_CreateNumber(values[i * columns + t]));
        cJSON_AddItemToArray(list, row);
    }
}

/* A column of a table: `value` of each of `n` rows. */
#define PUT_COLUMN(table, key, n, value) \
    do { \
        cJSON *column_ = cJSON_AddArrayToObject(table, key); \
        for (size_t k = 0; k < (n); k++) cJSON_AddItemToArray(column_, value); \
    } while (0)

#define NUMBER(value) cJSON_CreateNumber((double)(value))

static cJSON *event_time_item(int64_t event_time) {
    return event_time == TROP_NO_EVENT_TIME ? cJSON_CreateNull() : NUMBER(event_time);
}

static void put_effects(cJSON *answer, const trop_effects *effects) {
    const trop_cell_effect *e = trop_effects_data(effects);
    size_t n = trop_effects_n(effects);
    cJSON *table = cJSON_AddObjectToObject(answer, "effects");
    PUT_COLUMN(table, "unit", n, NUMBER(e[k].cell.unit));
    PUT_COLUMN(table, "period", n, NUMBER(e[k].cell.period));
    PUT_COLUMN(table, "event_time", n, event_time_item(e[k].event_time));
    PUT_COLUMN(table, "observed", n, NUMBER(e[k].observed));
    PUT_COLUMN(table, "counterfactual", n, NUMBER(e[k].counterfactual));
    PUT_COLUMN(table, "effect", n, NUMBER(e[k].effect));
    PUT_COLUMN(table, "rank", n, NUMBER(e[k].rank));
    PUT_COLUMN(table, "status", n, cJSON_CreateString(trop_fit_status_name(e[k].status)));
    PUT_COLUMN(table, "iterations", n, NUMBER(e[k].iterations));
    PUT_COLUMN(table, "gap", n, NUMBER(e[k].gap));
    PUT_COLUMN(table, "primal", n, NUMBER(e[k].primal));
    PUT_COLUMN(table, "dual", n, NUMBER(e[k].dual));

    const trop_not_estimable *missed = trop_effects_not_estimable(effects);
    n = trop_effects_n_not_estimable(effects);
    table = cJSON_AddObjectToObject(answer, "not_estimable");
    PUT_COLUMN(table, "unit", n, NUMBER(missed[k].cell.unit));
    PUT_COLUMN(table, "period", n, NUMBER(missed[k].cell.period));
    PUT_COLUMN(table, "reason", n, cJSON_CreateString(trop_reason_name(missed[k].reason)));
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
    (void)arguments, (void)options;
    trop_grids *grids = NULL;
    const trop_status status = trop_panel_default_grids(panel, &grids);
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

static trop_status grids_of(const cJSON *arguments, trop_grids **grids) {
    const cJSON *given = get(arguments, "grids");
    if (given == NULL) return TROP_OK;
    size_t n_time, n_unit, n_nn;
    double *time = numbers(get(given, "time"), &n_time);
    double *unit = numbers(get(given, "unit"), &n_unit);
    double *nn = numbers(get(given, "nn"), &n_nn);
    const trop_status status = trop_grids_new(time, n_time, unit, n_unit, nn, n_nn, grids);
    free(time);
    free(unit);
    free(nn);
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

static const struct {
    const char *name;
    function *call;
    int takes_threads;
} FUNCTIONS[] = {
    {"compute_unit_distance_matrix", unit_distances, 1},
    {"leave_period_out_distances", leave_period_out_distances, 0},
    {"default_grids", default_grids, 0},
    {"weights", weights, 0},
    {"pre_treatment_cells", pre_treatment_cells, 0},
    {"estimate", estimate, 1},
    {"cell_effects", cell_effects, 1},
    {"loocv_grid_search", loocv_grid_search, 1},
    {"bootstrap_trop_variance", bootstrap_variance, 1},
};

/* ---- comparison ---- */

/* What a case is called in messages, and its scale. */
struct place {
    const char *name;
    double scale;
};

static int differs(const struct place *at, const char *key, const char *how) {
    printf("%s: %s: %s\n", at->name, key, how);
    return 1;
}

static int same_bits(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static double term(const cJSON *tolerance, const char *name) {
    const cJSON *item = get(tolerance, name);
    return item == NULL ? 0.0 : item->valuedouble;
}

static int near_enough(const struct place *at, const char *key, double found, double expected) {
    const cJSON *tolerance = get(tolerances, key);
    if (same_bits(found, expected)) return 1;
    if (tolerance == NULL || !isfinite(found) || !isfinite(expected)) return 0;
    const double allowed = term(tolerance, "relative") * fabs(expected) +
                           term(tolerance, "scaled") * at->scale + term(tolerance, "absolute");
    return fabs(found - expected) <= allowed;
}

static int compare(const struct place *at, const char *key, const cJSON *found, const cJSON *expected);

static int compare_objects(const struct place *at, const char *key, const cJSON *found, const cJSON *expected) {
    if (cJSON_GetArraySize(found) != cJSON_GetArraySize(expected)) return differs(at, key, "other keys");
    const cJSON *item;
    cJSON_ArrayForEach(item, expected) {
        const cJSON *other = get(found, item->string);
        if (other == NULL) return differs(at, item->string, "missing");
        if (compare(at, item->string, other, item)) return 1;
    }
    return 0;
}

static int compare_lists(const struct place *at, const char *key, const cJSON *found, const cJSON *expected) {
    if (cJSON_GetArraySize(found) != cJSON_GetArraySize(expected)) return differs(at, key, "other length");
    const cJSON *other = found->child, *item;
    cJSON_ArrayForEach(item, expected) {
        if (compare(at, key, other, item)) return 1;
        other = other->next;
    }
    return 0;
}

static int compare_numbers(const struct place *at, const char *key, double found, double expected) {
    if (tolerances == NULL ? same_bits(found, expected) : near_enough(at, key, found, expected)) return 0;
    char how[128];
    snprintf(how, sizeof how, "%.17g, not %.17g", found, expected);
    return differs(at, key, how);
}

/* 0 if the answer is what is expected; else 1, and the first difference is printed. */
static int compare(const struct place *at, const char *key, const cJSON *found, const cJSON *expected) {
    double number_found, number_expected;
    if (is_number(found, &number_found) && is_number(expected, &number_expected))
        return compare_numbers(at, key, number_found, number_expected);
    if ((found->type & 0xff) != (expected->type & 0xff)) return differs(at, key, "another type");
    if (cJSON_IsObject(expected)) return compare_objects(at, key, found, expected);
    if (cJSON_IsArray(expected)) return compare_lists(at, key, found, expected);
    if (cJSON_IsString(expected) && strcmp(found->valuestring, expected->valuestring) != 0)
        return differs(at, key, found->valuestring);
    return 0;
}

/* ---- cases ---- */

enum verdict { PASSED, FAILED, SKIPPED };

static trop_status call_with(const cJSON *json, function *call, size_t threads, cJSON *answer) {
    const cJSON *data = get(json, "panel"), *arguments = get(json, "arguments");
    const size_t n_units = size_at(data, "n_units"), n_periods = size_at(data, "n_periods");
    double *outcome = matrix(get(data, "outcome"), n_units, n_periods);
    double *treatment = matrix(get(data, "treatment"), n_units, n_periods);
    const trop_options options = options_of(arguments, threads);
    trop_panel *panel = NULL;
    trop_status status =
        trop_panel_new(outcome, n_periods, treatment, n_periods, n_units, n_periods, &panel);
    if (status == TROP_OK) status = call(panel, arguments, &options, answer);
    trop_panel_free(panel);
    free(outcome);
    free(treatment);
    return status;
}

static enum verdict run_with(const struct place *at, const cJSON *json, function *call, size_t threads) {
    const cJSON *error = get(json, "error");
    cJSON *answer = cJSON_CreateObject();
    const char *code = trop_status_code(call_with(json, call, threads, answer));
    const char *expected = error == NULL ? "ok" : error->valuestring;
    int failed = strcmp(code, expected) != 0 && differs(at, "error", code);
    if (!failed && error == NULL) failed = compare(at, "result", answer, get(json, "result"));
    cJSON_Delete(answer);
    return failed ? FAILED : PASSED;
}

/* In C, 0 threads and 0 cells mean all of them. */
static int cannot_be_said_in_c(const cJSON *arguments) {
    const cJSON *threads = get(arguments, "threads"), *max_cells = get(arguments, "max_cells");
    return (threads != NULL && number(threads) == 0.0) || (max_cells != NULL && number(max_cells) == 0.0);
}

static enum verdict run_case(const cJSON *json) {
    const struct place at = {get(json, "name")->valuestring, number_at(json, "scale")};
    const cJSON *arguments = get(json, "arguments"), *threads = get(arguments, "threads");
    if (cannot_be_said_in_c(arguments)) return SKIPPED;
    const char *wanted = get(json, "function")->valuestring;
    for (size_t k = 0; k < sizeof FUNCTIONS / sizeof *FUNCTIONS; k++) {
        if (strcmp(wanted, FUNCTIONS[k].name) != 0) continue;
        function *call = FUNCTIONS[k].call;
        if (threads != NULL) return run_with(&at, json, call, (size_t)number(threads));
        const enum verdict verdict = run_with(&at, json, call, 1);
        return verdict == PASSED && FUNCTIONS[k].takes_threads ? run_with(&at, json, call, 3) : verdict;
    }
    differs(&at, "function", wanted);
    return FAILED;
}

static enum verdict run_defaults(const cJSON *expected) {
    const trop_options options = options_of(NULL, 0);
    cJSON *found = cJSON_CreateObject();
    put(found, "tolerance", options.tolerance);
    put(found, "loocv_tolerance", options.loocv_tolerance);
    put(found, "max_iterations", (double)options.max_iterations);
    cJSON_AddStringToObject(found, "method", options.search_method == TROP_SEARCH_CYCLE ? "cycle" : "grid");
    cJSON_AddBoolToObject(found, "abandon", options.search_abandon);
    put(found, "n_boot", (double)options.bootstrap_draws);
    put(found, "level", options.bootstrap_level);
    /* 0 threads and 0 cells, all of them, are null in the file; so would be no other number. */
    cJSON_AddItemToObject(found, "threads", options.threads == 0 ? cJSON_CreateNull() : NUMBER(options.threads));
    cJSON_AddItemToObject(found, "max_cells",
                          options.search_max_cells == 0 ? cJSON_CreateNull() : NUMBER(options.search_max_cells));
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)options.bootstrap_seed);
    cJSON_AddStringToObject(found, "seed", seed);
    const struct place at = {"defaults", 1.0};
    int failed = compare(&at, "defaults", found, expected);
    if (options.search_seed != options.bootstrap_seed) failed = differs(&at, "search_seed", "another");
    cJSON_Delete(found);
    return failed ? FAILED : PASSED;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The names of the cases of a folder, sorted. */
static size_t list_cases(const char *folder, char **names) {
    DIR *open = opendir(folder);
    if (open == NULL) die(folder, "cannot be read");
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        const char *ending = strrchr(entry->d_name, '.');
        if (ending == NULL || strcmp(ending, ".json") != 0) continue;
        if (n == MOST_CASES) die(folder, "has too many cases");
        names[n++] = strdup(entry->d_name);
    }
    closedir(open);
    qsort(names, n, sizeof *names, by_name);
    return n;
}

int main(int argc, char **argv) {
    if (argc != 2) die("usage", "conformance tests/conformance/cases");
    const char *exact = getenv("TROPANEL_EXACT_CASES");
    const char *folder = exact != NULL && exact[0] != '\0' ? exact : argv[1];
    cJSON *defaults = read_beside(argv[1], "defaults.json");
    cJSON *allowed = read_beside(argv[1], "tolerances.json");
    if (folder == argv[1]) tolerances = allowed;

    size_t count[3] = {0};
    count[run_defaults(defaults)]++;
    char *names[MOST_CASES];
    const size_t n = list_cases(folder, names);
    for (size_t k = 0; k < n; k++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, names[k]);
        cJSON *json = read_json(path);
        count[run_case(json)]++;
        cJSON_Delete(json);
        free(names[k]);
    }
    cJSON_Delete(allowed);
    cJSON_Delete(defaults);
    printf("%zu passed, %zu failed", count[PASSED], count[FAILED]);
    if (count[SKIPPED] > 0) printf(", %zu skipped", count[SKIPPED]);
    printf("\n");
    return count[FAILED] > 0 || n == 0;
}
