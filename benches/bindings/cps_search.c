/* The search of run.py from C: prints its seconds, its score and the lambdas chosen. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <trop.h>

enum { UNITS = 50, PERIODS = 40 };

static void check(trop_status status) {
    if (status == TROP_OK) return;
    fprintf(stderr, "%s\n", trop_last_error_message());
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int main(int count, char **arguments) {
    static double outcome[UNITS * PERIODS], treatment[UNITS * PERIODS];
    FILE *file = count == 2 ? fopen(arguments[1], "r") : NULL;
    int complete = file != NULL && fscanf(file, "%*s") != EOF;
    for (size_t k = 0; complete && k < UNITS * PERIODS; k++)
        complete = fscanf(file, "%*d,%*d,%lf,%lf", &outcome[k], &treatment[k]) == 2;
    if (!complete) {
        fprintf(stderr, "usage: cps_search FILE\n");
        return 2;
    }
    fclose(file);
    const double weights[] = {0.0, 0.1, 0.5, 1.0, 2.0, 5.0}, nn[] = {0.01, 0.1, 1.0, 10.0};

    const double start = now();
    trop_panel *panel = NULL;
    trop_grids *grids = NULL;
    trop_search *search = NULL;
    check(trop_panel_new(outcome, PERIODS, treatment, PERIODS, UNITS, PERIODS, &panel));
    check(trop_grids_new(weights, 6, weights, 6, nn, 4, &grids));
    trop_options options;
    check(trop_options_default(sizeof options, &options));
    options.search_method = TROP_SEARCH_CYCLE;
    check(trop_panel_search(panel, grids, &options, &search));
    const double seconds = now() - start;

    const trop_lambdas chosen = trop_search_lambdas(search);
    printf("%.9f %.17f %g %g %g\n", seconds, trop_search_score(search), chosen.time, chosen.unit, chosen.nn);
    trop_search_free(search);
    trop_grids_free(grids);
    trop_panel_free(panel);
    return 0;
}
