/* Panels that the tests of the C interface share. */
#ifndef TROP_TEST_PANELS_H
#define TROP_TEST_PANELS_H

#include <stdlib.h>

#include "harness.h"
#include "trop.h"

/* Equal to rounding, for numbers of ordinary size. */
#define ROUNDING 1e-12

static const trop_lambdas TWO_WAY = {0.0, 0.0, INFINITY};
static const double NO_VALUE = NAN;

/* Difference in differences: (6 - 4) - (2 - 1) = 1. */
static const double SQUARE_Y[4] = {1, 2, 4, 6};
static const double SQUARE_W[4] = {0, 0, 0, 1};

/* Two control units that grow by 1 and 1.5, two treated ones that grow by 4 and 5. */
static const double FOUR_Y[8] = {1, 2, 1.5, 3, 0, 4, 2, 7};
static const double FOUR_W[8] = {0, 0, 0, 0, 0, 1, 0, 1};

static inline trop_panel *new_panel(const double *y, const double *w, size_t n_units, size_t n_periods) {
    trop_panel *panel = NULL;
    CHECK_STATUS(trop_panel_new(y, n_periods, w, n_periods, n_units, n_periods, &panel), TROP_OK);
    return panel;
}

static inline trop_panel *square(void) { return new_panel(SQUARE_Y, SQUARE_W, 2, 2); }
static inline trop_panel *four(void) { return new_panel(FOUR_Y, FOUR_W, 4, 2); }

static inline trop_options default_options(void) {
    trop_options options;
    CHECK_STATUS(trop_options_default(sizeof options, &options), TROP_OK);
    return options;
}

static inline trop_design default_design(void) {
    trop_design design;
    CHECK_STATUS(trop_design_default(sizeof design, &design), TROP_OK);
    return design;
}

/* `panel` with a design; frees the panel without. */
static inline trop_panel *designed(trop_panel *panel, const trop_design *design) {
    trop_panel *with = NULL;
    CHECK_STATUS(trop_panel_with_design(panel, design, &with), TROP_OK);
    trop_panel_free(panel);
    return with;
}

/* A panel of `n` units by `t` periods with numbers of no pattern; the first `treated` units are treated in the
 * last two periods. The caller frees it. */
static inline trop_panel *irregular(size_t n, size_t t, size_t treated) {
    double *y = malloc(n * t * sizeof *y), *w = calloc(n * t, sizeof *w);
    for (size_t k = 0; k < n * t; k++) y[k] = (double)((k * k * 31 + 7 * k) % 53) / 10.0;
    for (size_t i = 0; i < treated; i++) w[i * t + t - 2] = w[i * t + t - 1] = 1.0;
    trop_panel *panel = new_panel(y, w, n, t);
    free(y);
    free(w);
    return panel;
}

static inline double att_at(const trop_panel *panel, trop_lambdas lambdas) {
    trop_estimate *estimate = NULL;
    CHECK_STATUS(trop_panel_estimate(panel, lambdas, NULL, &estimate), TROP_OK);
    double att = trop_estimate_att(estimate);
    trop_estimate_free(estimate);
    return att;
}

/* Growth of 1, 2 and 0.5 in three control units, of 5 in one treated unit. */
static const double PLACEBO_Y[8] = {1, 2, 1.5, 3.5, 0, 0.5, 2, 7};

static const double PLACEBO_W[8] = {0, 0, 0, 0, 0, 0, 0, 1};

static inline trop_panel *one_treated(void) { return new_panel(PLACEBO_Y, PLACEBO_W, 4, 2); }

static inline void check_average(const trop_average *found, int64_t grouping, int64_t code, trop_measure measure,
                                 size_t n_cells, double value) {
    CHECK(found->quantity.grouping == grouping && found->quantity.code == code);
    CHECK(found->quantity.measure == measure && found->n_cells == n_cells);
    CHECK_NEAR(found->value, value, 1e-10);
}

#endif
