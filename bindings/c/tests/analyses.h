/* Analyses and data in long form that the tests of the whole way share. */
#ifndef TROP_TEST_ANALYSES_H
#define TROP_TEST_ANALYSES_H

#include "panels.h"

static inline trop_analysis_options *new_options(void) {
    trop_analysis_options *options = NULL;
    CHECK_STATUS(trop_analysis_options_new(&options), TROP_OK);
    return options;
}

static inline void set(trop_analysis_options *options, const char *name, const char *value) {
    CHECK_STATUS(trop_analysis_options_set(options, name, value), TROP_OK);
}

/* At given lambdas, without inference unless a method is named. */
static inline trop_analysis *at_two_way(const trop_panel *panel, const char *method) {
    trop_analysis_options *options = new_options();
    CHECK_STATUS(trop_analysis_options_set_lambdas(options, TWO_WAY), TROP_OK);
    set(options, "inference", method);
    trop_analysis *analysis = NULL;
    CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_OK);
    trop_analysis_options_free(options);
    return analysis;
}

static inline int has(const char *text, const char *part) { return text != NULL && strstr(text, part) != NULL; }
static inline int same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

/* The panel of square(), its rows in disorder. */
static const char *const LONG_STATES[4] = {"Utah", "Ohio", "Utah", "Ohio"};

static const int64_t LONG_CODES[4] = {9, 7, 9, 7}, LONG_YEARS[4] = {2001, 2002, 2002, 2001};
static const double LONG_Y[4] = {4, 2, 6, 1}, LONG_W[4] = {0, 0, 1, 0};

static inline trop_long long_rows(void) {
    trop_long rows;
    CHECK_STATUS(trop_long_default(sizeof rows, &rows), TROP_OK);
    rows.n_rows = 4;
    rows.unit_text = LONG_STATES;
    rows.time = LONG_YEARS;
    rows.outcome = LONG_Y;
    rows.treatment = LONG_W;
    return rows;
}

#endif
