/*
 * Runs the conformance cases (tests/conformance/README.md) through the C interface.
 *
 *     conformance FOLDER    # tests/conformance/cases, beside which defaults.json and tolerances.json are
 *
 * TROPANEL_EXACT_CASES=OTHER takes the cases from OTHER and compares them bit for bit.
 */
#include "conformance_analyses.h"
#include "conformance_functions.h"
#include "conformance_whole.h"
#include <dirent.h>

enum { MOST_CASES = 4096 };

static const cJSON *tolerances; /* NULL: bit for bit */

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
    {"averages", averages, 1},
    {"infer", infer, 1},
    {"diagnose", diagnose, 0},
    {"att_at", att_at, 1},
    {"ablation", ablation, 1},
    {"leave_one_out", leave_one_out, 1},
    {"pre_treatment_fit", pre_treatment_fit, 1},
    {"remarks", remarks, 0},
    {"analyze", whole, 1},
    {"compare", compared, 1},
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
    /* Words print numbers, and have no tolerance. */
    if (tolerances != NULL && strcmp(key, "words") == 0) return 0;
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

/* Replaces the panel by one with a design. */
static trop_status give_design(const cJSON *given, trop_panel **panel) {
    struct design own;
    trop_panel *made = NULL;
    read_design(given, trop_panel_n_units(*panel), trop_panel_n_periods(*panel), &own);
    const trop_status status = trop_panel_with_design(*panel, &own.design, &made);
    free_design(&own);
    if (status != TROP_OK) return status;
    trop_panel_free(*panel);
    *panel = made;
    return status;
}

static trop_status call_with(const cJSON *json, function *call, size_t threads, cJSON *answer) {
    const cJSON *data = get(json, "panel"), *arguments = get(json, "arguments");
    const size_t n_units = size_at(data, "n_units"), n_periods = size_at(data, "n_periods");
    double *outcome = matrix(get(data, "outcome"), n_units, n_periods);
    double *treatment = matrix(get(data, "treatment"), n_units, n_periods);
    const trop_options options = options_of(arguments, threads);
    trop_panel *panel = NULL;
    trop_status status =
        trop_panel_new(outcome, n_periods, treatment, n_periods, n_units, n_periods, &panel);
    const cJSON *design = get(arguments, "design");
    if (status == TROP_OK && design != NULL) status = give_design(design, &panel);
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

/* In C, 0 threads and 0 cells mean all of them; simulations and power are not there. */
static int cannot_be_said_in_c(const cJSON *arguments) {
    const cJSON *threads = get(arguments, "threads"), *max_cells = get(arguments, "max_cells");
    return (threads != NULL && number(threads) == 0.0) || (max_cells != NULL && number(max_cells) == 0.0);
}

static enum verdict run_case(const cJSON *json) {
    const struct place at = {get(json, "name")->valuestring, number_at(json, "scale")};
    const cJSON *arguments = get(json, "arguments"), *threads = get(arguments, "threads");
    const char *wanted = get(json, "function")->valuestring;
    if (cannot_be_said_in_c(arguments) || strcmp(wanted, "simulate") == 0) return SKIPPED;
    if (strcmp(wanted, "power") == 0) return SKIPPED;
    for (size_t k = 0; k < sizeof FUNCTIONS / sizeof *FUNCTIONS; k++) {
        if (strcmp(wanted, FUNCTIONS[k].name) != 0) continue;
        function *call = FUNCTIONS[k].call;
        if (threads != NULL) return run_with(&at, json, call, (size_t)number(threads));
        return run_with(&at, json, call, FUNCTIONS[k].takes_threads ? 3 : 1);
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
    put_text(found, "method", SEARCH_METHODS[options.search_method]);
    put_text(found, "criterion", CRITERIA[options.search_criterion]);
    put(found, "n_placebo_sets", (double)options.search_placebo_sets);
    put(found, "n_folds", (double)options.search_placebo_folds);
    put_text(found, "inference", INFERENCE_METHODS[options.inference_method]);
    cJSON_AddBoolToObject(found, "abandon", options.search_abandon);
    put(found, "n_boot", (double)options.bootstrap_draws);
    put(found, "level", options.bootstrap_level);
    /* 0 threads and 0 cells, all of them, are null in the file; so would be no other number. */
    cJSON_AddItemToObject(found, "threads", options.threads == 0 ? cJSON_CreateNull() : NUMBER(options.threads));
    cJSON_AddItemToObject(found, "max_cells",
                          options.search_max_cells == 0 ? cJSON_CreateNull() : NUMBER(options.search_max_cells));
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)options.bootstrap_seed);
    put_text(found, "seed", seed);
    const struct place at = {"defaults", 1.0};
    int failed = compare(&at, "defaults", found, expected);
    if (options.search_seed != options.bootstrap_seed) failed = differs(&at, "search_seed", "another");
    if (options.inference_seed != options.bootstrap_seed) failed = differs(&at, "inference_seed", "another");
    if (options.inference_draws != options.bootstrap_draws) failed = differs(&at, "inference_draws", "another");
    if (options.inference_level != options.bootstrap_level) failed = differs(&at, "inference_level", "another");
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
