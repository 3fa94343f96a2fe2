/*
 * Proposition 99 in C: the effect of California's tobacco programme of 1989 on cigarette sales.
 *
 *     cc prop99.c $(pkg-config --cflags --libs trop) -o prop99 && ./prop99 prop99.csv
 *
 * Reads a file with the columns state, year, packs per person and treated (0 or 1), one row for each state and
 * year; searches the lambdas, estimates, and infers: with one treated state, from placebos.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <trop.h>

enum { MOST_STATES = 64, MOST_YEARS = 64, NAME_SIZE = 64 };

/* The panel as matrices, states in rows and years in columns. */
struct data {
    char states[MOST_STATES][NAME_SIZE];
    int years[MOST_YEARS];
    size_t n_states, n_years;
    double packs[MOST_STATES][MOST_YEARS];
    double treated[MOST_STATES][MOST_YEARS];
};

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void check(trop_status status) {
    if (status != TROP_OK) die(trop_status_code(status), trop_last_error_message());
}

/* The row of a state, new at the end if it was not seen before. */
static size_t row_of(struct data *data, const char *state) {
    size_t i = 0;
    while (i < data->n_states && strcmp(data->states[i], state) != 0) i++;
    if (i == data->n_states) {
        if (i == MOST_STATES) die(state, "too many states");
        strcpy(data->states[data->n_states++], state);
    }
    return i;
}

/* The column of a year; the file lists years in ascending order. */
static size_t column_of(struct data *data, int year) {
    size_t t = 0;
    while (t < data->n_years && data->years[t] != year) t++;
    if (t == data->n_years) {
        if (t == MOST_YEARS || (t > 0 && data->years[t - 1] > year)) die("years", "too many, or not in order");
        data->years[data->n_years++] = year;
    }
    return t;
}

static void read_csv(const char *path, struct data *data) {
    FILE *file = fopen(path, "r");
    if (file == NULL) die(path, "cannot be read");
    for (size_t i = 0; i < MOST_STATES; i++) {
        for (size_t t = 0; t < MOST_YEARS; t++) data->packs[i][t] = NAN; /* missing until it is read */
    }
    char line[256], state[NAME_SIZE];
    int year;
    double packs, treated;
    if (fgets(line, sizeof line, file) == NULL) die(path, "is empty");
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%63[^,],%d,%lf,%lf", state, &year, &packs, &treated) != 4) die(path, line);
        size_t i = row_of(data, state), t = column_of(data, year);
        data->packs[i][t] = packs;
        data->treated[i][t] = treated;
    }
    fclose(file);
}

static void print_heading(const char *text) {
    printf("\n%s\n", text);
    for (size_t k = strlen(text); k > 0; k--) putchar('=');
    putchar('\n');
}

static const char *verdict(const trop_estimate *estimate) {
    return trop_estimate_converged(estimate) ? "every effect" : "NOT every effect";
}

static void print_summary(const struct data *data, const trop_panel *panel, const trop_search *search,
                          const trop_estimate *estimate, const trop_inference *inference) {
    const trop_lambdas lambdas = trop_search_lambdas(search);
    const size_t n_treated = trop_panel_n_treated_units(panel);
    printf("ATT             %.6g", trop_estimate_att(estimate));
    if (!trop_estimate_converged(estimate)) printf(" (not certified: gap %.0e)", trop_estimate_max_gap(estimate));
    putchar('\n');
    const trop_inferred *att = trop_inference_table(inference);
    printf("Standard error  %.6g\n", att->se);
    printf("p-value         %.4g, by %s inference from %zu draws\n", att->p_value,
           trop_inference_method_name(trop_inference_used(inference)), trop_inference_n_draws(inference));
    printf("Outcome         packs_per_capita, %zu observed cells\n", trop_panel_n_observed(panel));
    printf("Panel           %zu units (state) x %zu periods (year, %d to %d)\n", data->n_states,
           data->n_years, data->years[0], data->years[data->n_years - 1]);
    printf("Treated         %zu cells in %zu unit%s (treated); %zu never treated\n",
           trop_effects_n(trop_estimate_effects(estimate)), n_treated, n_treated == 1 ? "" : "s",
           data->n_states - n_treated);
    printf("Lambdas         time %.6g, unit %.6g, nn %.6g\n", lambdas.time, lambdas.unit, lambdas.nn);
    printf("Chosen by       leave-one-out cross-validation, descent search over %zu triples\n",
           trop_search_n_scores(search));
    printf("                (score %.6g)\n", trop_search_score(search));
    printf("Certificate     largest relative gap %.1e; %s is within its\n                tolerance\n",
           trop_estimate_max_gap(estimate), verdict(estimate));
}

/* One row of effects for California, eight years to a line. */
static void print_effects(const struct data *data, const trop_effects *effects) {
    const size_t n = trop_effects_n(effects), per_line = 8;
    const trop_cell_effect *cells = trop_effects_data(effects);
    printf("\nEffect in each of the %zu treated cells\n", n);
    for (size_t first = 0; first < n; first += per_line) {
        const size_t last = first + per_line < n ? first + per_line : n;
        const char *state = data->states[cells[first].cell.unit];
        printf("%*s", (int)strlen(state), "");
        for (size_t k = first; k < last; k++) printf("%9d", data->years[cells[k].cell.period]);
        printf("\n%s", state);
        for (size_t k = first; k < last; k++) printf("%9.3f", cells[k].effect);
        putchar('\n');
    }
}

int main(int argc, char **argv) {
    if (argc != 2) die("usage", "prop99 FILE.csv");
    static struct data data;
    read_csv(argv[1], &data);

    trop_panel *panel = NULL;
    trop_search *search = NULL;
    trop_estimate *estimate = NULL;
    trop_inference *inference = NULL;
    check(trop_panel_new(&data.packs[0][0], MOST_YEARS, &data.treated[0][0], MOST_YEARS, data.n_states,
                         data.n_years, &panel));
    check(trop_panel_search(panel, NULL, NULL, &search));
    const trop_lambdas lambdas = trop_search_lambdas(search);
    check(trop_panel_estimate(panel, lambdas, NULL, &estimate));
    check(trop_panel_infer(panel, lambdas, NULL, NULL, &inference));

    print_heading("Proposition 99: cigarette packs per person and year in California, from 1989");
    print_summary(&data, panel, search, estimate, inference);
    printf("\nNotes\n- %s.\n", trop_inference_reason(inference));
    print_effects(&data, trop_estimate_effects(estimate));

    trop_inference_free(inference);
    trop_estimate_free(estimate);
    trop_search_free(search);
    trop_panel_free(panel);
    return 0;
}
