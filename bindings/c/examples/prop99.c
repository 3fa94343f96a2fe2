/*
 * Proposition 99 in C: the effect of California's tobacco programme of 1989 on cigarette sales.
 *
 *     cc prop99.c $(pkg-config --cflags --libs trop) -o prop99 && ./prop99 prop99.csv [report.html]
 *
 * Reads a file with the columns state, year, packs per person and treated (0 or 1), one row for each state and
 * year; chooses the lambdas, estimates, and infers: with one treated state, from placebos.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <trop.h>

enum { MOST_ROWS = 4096, NAME_SIZE = 64 };

/* The file's columns. */
static char names[MOST_ROWS][NAME_SIZE];
static const char *state[MOST_ROWS];
static int64_t year[MOST_ROWS];
static double packs[MOST_ROWS], treated[MOST_ROWS];

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void check(trop_status status) {
    if (status != TROP_OK) die(trop_status_code(status), trop_last_error_message());
}

static size_t read_csv(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) die(path, "cannot be read");
    char line[256];
    if (fgets(line, sizeof line, file) == NULL) die(path, "is empty");
    size_t n = 0;
    for (int when; fgets(line, sizeof line, file) != NULL; n++) {
        if (n == MOST_ROWS) die(path, "has too many rows");
        if (sscanf(line, "%63[^,],%d,%lf,%lf", names[n], &when, &packs[n], &treated[n]) != 4) die(path, line);
        state[n] = names[n];
        year[n] = when;
    }
    fclose(file);
    return n;
}

static trop_panel *panel_of(size_t n_rows) {
    trop_long rows;
    trop_names called;
    check(trop_long_default(sizeof rows, &rows));
    check(trop_names_default(sizeof called, &called));
    rows.n_rows = n_rows;
    rows.unit_text = state;
    rows.time = year;
    rows.outcome = packs;
    rows.treatment = treated;
    called.unit = "state";
    called.time = "year";
    called.outcome = "packs_per_capita";
    called.treatment = "treated";
    trop_panel *panel = NULL;
    check(trop_panel_from_long(&rows, &called, &panel));
    return panel;
}

/* The effect in each treated cell, three to a line. */
static void print_effects(const trop_panel *panel, const trop_analysis *analysis) {
    const trop_effects *effects = trop_estimate_effects(trop_analysis_estimate(analysis));
    const trop_cell_effect *cells = trop_effects_data(effects);
    printf("\nEffect in each of the %zu treated cells\n", trop_effects_n(effects));
    for (size_t k = 0; k < trop_effects_n(effects); k++) {
        printf("%s %s %8.3f%s", trop_panel_unit_label(panel, cells[k].cell.unit),
               trop_panel_period_label(panel, cells[k].cell.period), cells[k].effect, k % 3 == 2 ? "\n" : "   ");
    }
}

int main(int argc, char **argv) {
    if (argc < 2) die("usage", "prop99 FILE.csv [REPORT.html]");
    trop_panel *panel = panel_of(read_csv(argv[1]));

    trop_analysis *analysis = NULL;
    check(trop_analyze(panel, NULL, &analysis));

    /* The last row of the summary says how long each step took. */
    const char *summary = trop_analysis_summary(analysis), *seconds = strstr(summary, "Seconds");
    printf("%.*s", (int)(seconds - summary), summary);
    for (size_t k = 0; k < trop_analysis_n_notes(analysis); k++)
        printf("Note: %s\n", trop_analysis_note_text(analysis, k));
    print_effects(panel, analysis);
    if (argc > 2) check(trop_analysis_write_report(analysis, NULL, 0, argv[2]));

    trop_analysis_free(analysis);
    trop_panel_free(panel);
    return 0;
}
