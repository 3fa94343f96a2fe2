/* The arguments of a case as the library takes them, for conformance.c. */
#ifndef CONFORMANCE_ARGUMENTS_H
#define CONFORMANCE_ARGUMENTS_H

#include "conformance_json.h"
#include <trop.h>

static trop_lambdas lambdas_of(const cJSON *arguments) {
    const cJSON *lambdas = get(arguments, "lambdas");
    return (trop_lambdas){number_at(lambdas, "time"), number_at(lambdas, "unit"), number_at(lambdas, "nn")};
}

static trop_cell target_of(const cJSON *arguments) {
    return (trop_cell){size_at(arguments, "unit"), size_at(arguments, "period")};
}

/* The position of a name among those of an enum from 0 on. */
static int choice(const char *given, const char *const *names, int n) {
    for (int k = 0; k < n; k++) {
        if (strcmp(given, names[k]) == 0) return k;
    }
    die(given, "is no name that is known here");
    return -1;
}

#define CHOICE(item, names) choice(text(item), names, (int)(sizeof names / sizeof *names))

/* In the order of the enums of trop.h. */
static const char *const SEARCH_METHODS[] = {"grid", "cycle", "adaptive", "descent", "race"};
static const char *const CRITERIA[] = {"auto", "loocv", "placebo_sets", "placebo_folds", "blocks"};
static const char *const INFERENCE_METHODS[] = {"auto", "bootstrap", "jackknife", "placebo", "conformal"};
static const char *const ANCHORS[] = {"cell", "pooled", "spell"};
static const char *const TIME_DISTANCES[] = {"position", "calendar"};
static const char *const GROUPINGS[] = {"event_time", "period", "cohort", "unit"};
static const char *const LAMBDA_NAMES[] = {"time", "unit", "nn"};

static uint64_t seed_of(const cJSON *item) { return strtoull(text(item), NULL, 10); }

/* The options of a search, of a case or of its `retuning`. */
static void read_search(const cJSON *arguments, trop_options *options) {
    const cJSON *item;
    if ((item = get(arguments, "method"))) options->search_method = CHOICE(item, SEARCH_METHODS);
    if ((item = get(arguments, "criterion"))) options->search_criterion = CHOICE(item, CRITERIA);
    if ((item = get(arguments, "n_placebo_sets"))) options->search_placebo_sets = (size_t)number(item);
    if ((item = get(arguments, "n_folds"))) options->search_placebo_folds = (size_t)number(item);
    if ((item = get(arguments, "abandon"))) options->search_abandon = cJSON_IsTrue(item);
    if ((item = get(arguments, "max_cells"))) options->search_max_cells = (size_t)number(item);
    if ((item = get(arguments, "seed"))) options->search_seed = seed_of(item);
}

/* The options of inference and of the bootstrap. */
static void read_inference(const cJSON *arguments, trop_options *options) {
    const cJSON *item;
    if ((item = get(arguments, "inference"))) options->inference_method = CHOICE(item, INFERENCE_METHODS);
    if ((item = get(arguments, "n_boot")))
        options->inference_draws = options->bootstrap_draws = (size_t)number(item);
    if ((item = get(arguments, "level"))) options->inference_level = options->bootstrap_level = number(item);
    if ((item = get(arguments, "seed"))) options->inference_seed = options->bootstrap_seed = seed_of(item);
    options->pre_periods = cJSON_IsTrue(get(arguments, "pre_periods"));
}

static trop_options options_of(const cJSON *arguments, size_t threads) {
    trop_options options;
    if (trop_options_default(sizeof options, &options) != TROP_OK) die("options", trop_last_error_message());
    const cJSON *item;
    options.threads = threads;
    if ((item = get(arguments, "tolerance"))) options.tolerance = options.loocv_tolerance = number(item);
    if ((item = get(arguments, "max_iterations"))) options.max_iterations = (size_t)number(item);
    /* A search that is repeated in draws takes nothing from the options of the inference. */
    read_search((item = get(arguments, "retuning")) ? item : arguments, &options);
    read_inference(arguments, &options);
    return options;
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

/* ---- designs ---- */

static int64_t *codes_of(const cJSON *rows, size_t n_units, size_t n_periods) {
    int64_t *codes = malloc((n_units * n_periods + 1) * sizeof *codes);
    if (codes == NULL) die("memory", "none left");
    size_t k = 0;
    const cJSON *row, *item;
    cJSON_ArrayForEach(row, rows) {
        cJSON_ArrayForEach(item, row) codes[k++] = cJSON_IsNull(item) ? TROP_NO_GROUP : (int64_t)number(item);
    }
    return codes;
}

static trop_grouping grouping_of(const cJSON *item, size_t n_units, size_t n_periods) {
    if (cJSON_IsString(item)) return (trop_grouping){CHOICE(item, GROUPINGS), NULL, 0};
    return (trop_grouping){TROP_GROUPING_GIVEN, codes_of(item, n_units, n_periods), n_periods};
}

enum { MOST = 8 };

/* A code for each unit. */
static int64_t *clusters_of(const cJSON *codes, size_t n_units) {
    int64_t *found = malloc((n_units + 1) * sizeof *found);
    if (found == NULL) die("memory", "none left");
    size_t k = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, codes) found[k++] = (int64_t)number(item);
    return found;
}

/* Flags in rows, one after the other, or in one. */
static uint8_t *flags_of(const cJSON *given, size_t n) {
    uint8_t *found = malloc(n + 1);
    if (found == NULL) die("memory", "none left");
    size_t k = 0;
    const cJSON *row, *item;
    cJSON_ArrayForEach(row, given) {
        if (!cJSON_IsArray(row)) found[k++] = cJSON_IsTrue(row) ? 1 : 0;
        cJSON_ArrayForEach(item, row) found[k++] = cJSON_IsTrue(item) ? 1 : 0;
    }
    return found;
}

/* A design and the arrays that it points to. */
struct design {
    trop_design design;
    uint8_t *donor_flags;
    int64_t *donor_groups;
    double *calendar, *average, *covariates[MOST];
    int64_t *clusters;
    trop_grouping groupings[MOST];
};

static void read_design(const cJSON *given, size_t n_units, size_t n_periods, struct design *own) {
    trop_design *design = &own->design;
    if (trop_design_default(sizeof *design, design) != TROP_OK) die("design", trop_last_error_message());
    const cJSON *item, *each;
    size_t n;
    own->calendar = own->average = NULL;
    own->clusters = own->donor_groups = NULL;
    own->donor_flags = NULL;
    if ((item = get(given, "anchor"))) design->anchor = CHOICE(item, ANCHORS);
    if ((item = get(given, "time_distance"))) design->time_distance = CHOICE(item, TIME_DISTANCES);
    if ((item = get(given, "calendar"))) own->calendar = numbers(item, &n);
    if ((item = get(given, "average"))) own->average = numbers(item, &n);
    if ((item = get(given, "clusters"))) own->clusters = clusters_of(item, n_units);
    design->clusters = own->clusters;
    const cJSON *donors = get(given, "donors");
    if (donors && (item = get(donors, "units"))) design->donor_units = own->donor_flags = flags_of(item, n_units);
    if (donors && (item = get(donors, "groups"))) design->donor_groups = own->donor_groups = clusters_of(item, n_units);
    if (donors && (item = get(donors, "pairs"))) {
        design->donor_pairs = own->donor_flags = flags_of(item, n_units * n_units);
        design->donor_pairs_stride = n_units;
    }
    if ((item = get(given, "anticipation"))) design->anticipation = (size_t)number(item);
    if ((item = get(given, "washout"))) design->washout = (size_t)number(item);
    design->calendar = own->calendar;
    design->average = own->average;
    cJSON_ArrayForEach(each, get(given, "covariates")) {
        if (design->n_covariates == MOST) die("case", "too many covariates");
        own->covariates[design->n_covariates++] = matrix(each, n_units, n_periods);
    }
    design->covariates = (const double *const *)own->covariates;
    design->covariate_stride = n_periods;
    cJSON_ArrayForEach(each, get(given, "groupings")) {
        if (design->n_groupings == MOST) die("case", "too many groupings");
        own->groupings[design->n_groupings++] = grouping_of(each, n_units, n_periods);
    }
    design->groupings = own->groupings;
}

static void free_design(struct design *own) {
    free(own->calendar);
    free(own->average);
    free(own->clusters);
    free(own->donor_flags);
    free(own->donor_groups);
    for (size_t k = 0; k < own->design.n_covariates; k++) free(own->covariates[k]);
    for (size_t k = 0; k < own->design.n_groupings; k++) free((void *)own->groupings[k].codes);
}

#endif
