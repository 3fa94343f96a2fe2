/* Tests of what a whole analysis says: names, tables, words and the report page. */
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyses.h"

/* ---- names ---- */

static void names_reach_words_and_errors(void) {
    trop_panel *plain = four(), *designed = NULL, *named = NULL, *again = NULL;
    const int64_t codes[8] = {0, 0, 0, 0, 0, 0, 1, 1};
    const double price[8] = {1, 2, 2, 5, 0, 1, 3, 1};
    const double *const covariates[1] = {price};
    const trop_grouping groupings[1] = {{TROP_GROUPING_GIVEN, codes, 2}};
    trop_design design;
    CHECK_STATUS(trop_design_default(sizeof design, &design), TROP_OK);
    design.covariates = covariates;
    design.n_covariates = 1;
    design.covariate_stride = 2;
    design.groupings = groupings;
    design.n_groupings = 1;
    CHECK_STATUS(trop_panel_with_design(plain, &design, &designed), TROP_OK);
    CHECK(trop_panel_n_covariates(designed) == 1 && trop_panel_n_groupings(designed) == 1);

    const char *const units[4] = {"Iowa", "Ohio", "Utah", "Maine"}, *const periods[2] = {"1988", "1989"};
    const char *const columns[1] = {"price"}, *const areas[1] = {"area"}, *const labels[2] = {"west", "east"};
    const trop_group_labels groups[1] = {{labels, 2}};
    trop_names names;
    CHECK_STATUS(trop_names_default(sizeof names, &names), TROP_OK);
    names.unit = "state";
    names.time = "year";
    names.outcome = "packs";
    names.treatment = "law";
    names.units = units;
    names.periods = periods;
    names.covariates = columns;
    names.groupings = areas;
    names.groups = groups;
    names.percent = 1;
    CHECK_STATUS(trop_panel_with_names(designed, &names, &named), TROP_OK);
    trop_analysis *analysis = at_two_way(named, "none");
    const char *summary = trop_analysis_summary(analysis);
    CHECK(has(summary, "packs, 8 observed cells") && has(summary, "4 units (state) x 2 periods (year, 1988 to 1989)"));
    CHECK(has(summary, "Percent") && has(summary, "price "));
    trop_table *table = NULL;
    CHECK_STATUS(trop_analysis_table(analysis, "averages", &table), TROP_OK);
    const size_t last = trop_table_n_rows(table) - 1;
    CHECK(strcmp(trop_table_text(table, last, trop_table_find(table, "measure")), "percent") == 0);
    CHECK(strcmp(trop_table_text(table, last, trop_table_find(table, "by")), "area") == 0);
    CHECK(strcmp(trop_table_text(table, last, trop_table_find(table, "group")), "east") == 0);
    trop_table_free(table);
    trop_analysis_free(analysis);

    /* Errors speak by name, and names of the design's parts go with it. */
    design.groupings = NULL;
    design.n_groupings = 0;
    CHECK_STATUS(trop_panel_with_design(named, &design, &again), TROP_OK);
    analysis = at_two_way(again, "none");
    CHECK(has(trop_analysis_summary(analysis), "(state)") && has(trop_analysis_summary(analysis), "covariate 0 "));
    trop_analysis_free(analysis);
    const double weights[4] = {1, -1, 1, 1};
    design.average = weights;
    trop_panel *none = NULL;
    CHECK_STATUS(trop_panel_with_design(named, &design, &none), TROP_WEIGHT_INVALID);
    CHECK(has(trop_last_error_message(), "state Ohio"));
    CHECK(none == NULL);
    trop_panel_free(again);
    trop_panel_free(named);
    trop_panel_free(designed);
    trop_panel_free(plain);
}

/* ---- words ---- */

static void notes_and_summary(void) {
    trop_panel *panel = square();
    trop_analysis *analysis = at_two_way(panel, "auto");
    CHECK(trop_analysis_no_inference(analysis) != TROP_OK && trop_analysis_inference(analysis) == NULL);
    CHECK(isnan(trop_analysis_att(analysis).se) && isnan(trop_analysis_att(analysis).p_value));
    const size_t n = trop_analysis_n_notes(analysis);
    CHECK(n >= 1 && strcmp(trop_analysis_note_code(analysis, n - 1), "no_inference") == 0);
    CHECK(has(trop_analysis_note_text(analysis, n - 1), "No standard error"));
    CHECK(trop_analysis_note_code(analysis, n) == NULL && trop_analysis_note_text(analysis, n) == NULL);
    CHECK(has(trop_analysis_summary(analysis), "Triply robust panel estimate\n"));
    CHECK(has(trop_analysis_summary(analysis), "\nATT             1\n"));
    CHECK(strcmp(trop_analysis_headline(analysis), "ATT 1") == 0);
    trop_analysis_free(analysis);
    trop_panel_free(panel);
}

/* A fit cut short: its number has its mark. */
static void what_is_not_certified_is_marked(void) {
    trop_panel *panel = irregular(7, 6, 2);
    trop_analysis_options *options = new_options();
    set(options, "lambdas", "time=0.1, unit=0.1, nn=0.5");
    set(options, "max_iterations", "1");
    set(options, "tolerance", "1e-12");
    set(options, "inference", "none");
    trop_analysis *analysis = NULL;
    CHECK_STATUS(trop_analyze(panel, options, &analysis), TROP_OK);
    CHECK(trop_analysis_uncertified(analysis).cells > 0 && trop_analysis_att(analysis).average.n_uncertified > 0);
    CHECK(has(trop_analysis_headline(analysis), "(not certified: gap "));
    int warned = 0;
    for (size_t k = 0; k < trop_analysis_n_notes(analysis); k++)
        warned |= strcmp(trop_analysis_note_code(analysis, k), "effects_uncertified") == 0 &&
                  trop_analysis_note_is_warning(analysis, k);
    CHECK(warned);
    trop_analysis_free(analysis);
    trop_analysis_options_free(options);
    trop_panel_free(panel);
}

static void tables_have_typed_columns(void) {
    const trop_long rows = long_rows();
    trop_panel *panel = NULL;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
    trop_analysis *analysis = at_two_way(panel, "none");
    trop_table *table = NULL;
    CHECK_STATUS(trop_analysis_table(analysis, "effects", &table), TROP_OK);
    CHECK(strcmp(trop_table_name(table), "effects") == 0 && trop_table_n_rows(table) == 1);
    const size_t unit = trop_table_find(table, "unit"), time = trop_table_find(table, "time");
    const size_t effect = trop_table_find(table, "effect"), certified = trop_table_find(table, "certified");
    const size_t rank = trop_table_find(table, "rank"), n = trop_table_n_columns(table);
    CHECK(unit == 0 && time == 1 && trop_table_find(table, "none") == n && trop_table_find(table, NULL) == n);
    CHECK(trop_table_column_kind(table, unit) == TROP_COLUMN_UNIT);
    CHECK(trop_table_column_kind(table, time) == TROP_COLUMN_PERIOD);
    CHECK(trop_table_column_kind(table, effect) == TROP_COLUMN_NUMBER);
    CHECK(trop_table_column_kind(table, rank) == TROP_COLUMN_INTEGER);
    CHECK(trop_table_column_kind(table, certified) == TROP_COLUMN_BOOL);
    CHECK(trop_table_numbers(table, unit)[0] == 1.0 && trop_table_numbers(table, certified)[0] == 1.0);
    CHECK_NEAR(trop_table_numbers(table, effect)[0], 1.0, ROUNDING);
    CHECK(strcmp(trop_table_text(table, 0, unit), "Utah") == 0 && strcmp(trop_table_text(table, 0, time), "2002") == 0);
    CHECK(strcmp(trop_table_text(table, 0, effect), "1") == 0 && strcmp(trop_table_text(table, 0, certified), "true") == 0);
    CHECK(trop_table_text(table, 1, unit) == NULL && trop_table_text(table, 0, n) == NULL);
    CHECK(trop_table_numbers(table, n) == NULL && trop_table_column_name(table, n) == NULL);
    CHECK(strcmp(trop_table_column_name(table, effect), "effect") == 0);
    trop_table_free(table);

    table = NULL;
    CHECK_STATUS(trop_analysis_table(analysis, "averages", &table), TROP_OK);
    const size_t measure = trop_table_find(table, "measure"), se = trop_table_find(table, "se");
    CHECK(trop_table_column_kind(table, measure) == TROP_COLUMN_TEXT && isnan(trop_table_numbers(table, measure)[0]));
    CHECK(isnan(trop_table_numbers(table, se)[0]) && trop_table_text(table, 0, se) == NULL);
    for (size_t row = 0; row < trop_table_n_rows(table); row++)
        CHECK(strcmp(trop_table_text(table, row, measure), "percent") != 0);
    trop_table_free(table);
    table = NULL;
    CHECK_STATUS(trop_analysis_table(analysis, "scores", &table), TROP_OPTION_INVALID);
    CHECK(has(trop_last_error_message(), "not_estimable") && table == NULL);
    trop_analysis_free(analysis);
    trop_panel_free(panel);
}

static void labels_stand_in_place_of_columns(const trop_panel *panel) {
    trop_panel *named = NULL;
    trop_text *page = NULL;
    trop_names names;
    CHECK_STATUS(trop_names_default(sizeof names, &names), TROP_OK);
    names.outcome_label = "Packs per person";
    names.effect_label = "Effect of the law";
    CHECK_STATUS(trop_panel_with_names(panel, &names, &named), TROP_OK);
    trop_analysis *analysis = at_two_way(named, "none");
    CHECK(has(trop_analysis_summary(analysis), "Packs per person, 8 observed cells"));
    CHECK_STATUS(trop_analysis_report(analysis, NULL, 0, &page), TROP_OK);
    CHECK(has(trop_text_data(page), "<h1>Effect of the law</h1>"));
    trop_text_free(page);
    trop_analysis_free(analysis);
    trop_panel_free(named);
}

static void the_report_is_a_page(void) {
    trop_panel *panel = four(), *named = NULL;
    trop_names names;
    CHECK_STATUS(trop_names_default(sizeof names, &names), TROP_OK);
    names.treatment = "<law>";
    names.outcome = "packs";
    CHECK_STATUS(trop_panel_with_names(panel, &names, &named), TROP_OK);
    trop_analysis *analysis = at_two_way(named, "jackknife");
    labels_stand_in_place_of_columns(named);
    /* A report does not need the panel. */
    trop_panel_free(named);
    trop_panel_free(panel);
    trop_text *page = NULL;
    CHECK_STATUS(trop_analysis_report(analysis, NULL, 0, &page), TROP_OK);
    CHECK(has(trop_text_data(page), "<!DOCTYPE html>") && has(trop_text_data(page), "Effect of &lt;law&gt; on packs"));
    CHECK(has(trop_text_data(page), "libtrop " TROP_VERSION) && !has(trop_text_data(page), "<img"));
    CHECK(has(trop_text_data(page), "The estimate without parts of the estimator"));
    const trop_picture picture = {"path", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"};
    trop_text *with = NULL;
    CHECK_STATUS(trop_analysis_report(analysis, &picture, 1, &with), TROP_OK);
    CHECK(has(trop_text_data(with), "<img") && trop_text_length(with) > trop_text_length(page));
    trop_text_free(with);

    char path[] = "/tmp/trop-report-XXXXXX";
    const int open = mkstemp(path);
    CHECK(open >= 0);
    close(open);
    CHECK_STATUS(trop_analysis_write_report(analysis, NULL, 0, path), TROP_OK);
    FILE *file = fopen(path, "rb");
    char *read = calloc(trop_text_length(page) + 2, 1);
    CHECK(fread(read, 1, trop_text_length(page) + 1, file) == trop_text_length(page));
    CHECK(strcmp(read, trop_text_data(page)) == 0);
    fclose(file);
    free(read);
    trop_text_free(page);

    /* Written anew it keeps its permissions, and a link to it stays one. */
    char link[] = "/tmp/trop-report-link-XXXXXX";
    struct stat found;
    CHECK(close(mkstemp(link)) == 0 && unlink(link) == 0 && symlink(path, link) == 0);
    CHECK_STATUS(trop_analysis_write_report(analysis, NULL, 0, link), TROP_OK);
    CHECK(lstat(link, &found) == 0 && S_ISLNK(found.st_mode));
    CHECK(stat(path, &found) == 0 && (found.st_mode & 0777) == 0600);
    /* A disk without room: the device is no file, and is written to. */
    CHECK_STATUS(trop_analysis_write_report(analysis, NULL, 0, "/dev/full"), TROP_FILE_NOT_WRITTEN);
    unlink(link);
    unlink(path);

    page = NULL;
    const trop_picture pie = {"pie", "<svg/>"}, none = {NULL, "<svg/>"};
    CHECK_STATUS(trop_analysis_report(analysis, &pie, 1, &page), TROP_OPTION_INVALID);
    CHECK(has(trop_last_error_message(), "leave_one_out"));
    CHECK_STATUS(trop_analysis_report(analysis, &none, 1, &page), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_write_report(analysis, NULL, 0, "/no/such/folder/a.html"), TROP_FILE_NOT_WRITTEN);
    CHECK_STATUS(trop_analysis_write_report(analysis, NULL, 0, NULL), TROP_NULL_POINTER);
    CHECK(page == NULL);
    trop_analysis_free(analysis);
}

/* ---- saved analyses ---- */

static void a_saved_analysis_comes_back(void) {
    trop_panel *plain = four(), *named = NULL, *panel = NULL;
    const char *const units[4] = {"1", "2", "3", "4"}, *const periods[2] = {"Jan", "Feb"};
    trop_names names;
    CHECK_STATUS(trop_names_default(sizeof names, &names), TROP_OK);
    names.units = units;
    names.periods = periods;
    CHECK_STATUS(trop_panel_with_names(plain, &names, &named), TROP_OK);
    trop_analysis *analysis = at_two_way(named, "jackknife"), *found = NULL;
    trop_text *json = NULL, *again = NULL;
    CHECK_STATUS(trop_analysis_to_json(analysis, &json), TROP_OK);
    CHECK(has(trop_text_data(json), "\"kind\":\"integer\"") && has(trop_text_data(json), "\"nn\":\"inf\""));
    CHECK_STATUS(trop_analysis_from_json(trop_text_data(json), &panel, &found), TROP_OK);
    CHECK(strcmp(trop_analysis_summary(found), trop_analysis_summary(analysis)) == 0);
    const trop_inferred a = trop_analysis_att(analysis), b = trop_analysis_att(found);
    CHECK(a.average.value == b.average.value && a.se == b.se && a.ci_lower == b.ci_lower && a.p_value == b.p_value);
    CHECK(trop_panel_n_units(panel) == 4 && strcmp(trop_panel_period_label(panel, 1), "Feb") == 0);
    CHECK(att_at(panel, TWO_WAY) == a.average.value);
    CHECK_STATUS(trop_analysis_to_json(found, &again), TROP_OK);
    CHECK(strcmp(trop_text_data(again), trop_text_data(json)) == 0);
    trop_panel_free(panel);
    trop_analysis_free(found);

    /* The panel may be left out; what is no such text is refused. */
    CHECK_STATUS(trop_analysis_from_json(trop_text_data(json), NULL, &found), TROP_OK);
    trop_analysis_free(found);
    CHECK_STATUS(trop_analysis_from_json("{}", NULL, &found), TROP_SAVED_INVALID);
    CHECK_STATUS(trop_analysis_from_json("{\"format\": \"tropanel result\", \"version\": 2}", NULL, &found),
                 TROP_SAVED_VERSION);
    CHECK_STATUS(trop_analysis_from_json(NULL, NULL, &found), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_to_json(NULL, &again), TROP_NULL_POINTER);
    trop_text_free(json);
    trop_text_free(again);
    trop_analysis_free(analysis);
    trop_panel_free(named);
    trop_panel_free(plain);
}

/* ---- the placebo in time ---- */

static void treatment_may_be_taken_to_begin_earlier(void) {
    /* The first unit is treated from the third of four periods on: its placebo is in the second, by 3 - 1 - (2 - 1). */
    const double y[8] = {1, 3, 99, 98, 1, 2, 3, 5}, w[8] = {0, 0, 1, 1, 0, 0, 0, 0};
    trop_panel *plain = new_panel(y, w, 2, 4), *panel = NULL;
    trop_analysis *analysis = at_two_way(plain, "none"), *placebo = NULL;
    CHECK_STATUS(trop_analysis_placebo_in_time(analysis, 0, NULL, &panel, &placebo), TROP_OK);
    CHECK_NEAR(trop_analysis_att(placebo).average.value, 1.0, 1e-12);
    CHECK(strcmp(trop_analysis_headline(placebo), "Placebo ATT 1") == 0);
    CHECK(strcmp(trop_analysis_note_code(placebo, 0), "placebo_in_time") == 0);
    CHECK(trop_panel_n_units(panel) == 2 && trop_panel_n_periods(panel) == 2);
    CHECK(att_at(panel, TWO_WAY) == trop_analysis_att(placebo).average.value);
    trop_analysis_free(placebo);
    placebo = NULL;
    CHECK_STATUS(trop_analysis_placebo_in_time(analysis, 2, NULL, NULL, &placebo), TROP_PLACEBO_IN_TIME_IMPOSSIBLE);
    CHECK_STATUS(trop_analysis_placebo_in_time(NULL, 0, NULL, NULL, &placebo), TROP_NULL_POINTER);
    CHECK_STATUS(trop_analysis_placebo_in_time(analysis, 0, NULL, NULL, NULL), TROP_NULL_POINTER);
    CHECK(placebo == NULL);
    trop_panel_free(panel);
    trop_analysis_free(analysis);
    trop_panel_free(plain);
}

/* ---- room for bias ---- */

static void effects_have_room_for_bias(void) {
    const double y[24] = {1, 3, 9, 8, 1, 2, 3, 5, 2, 2, 3, 4, 0, 1, 3, 3, 1, 3, 2, 5, 4, 4, 6, 7};
    const double w[24] = {0, 0, 1, 1};
    const double sizes[2] = {0.0, 1.0}, negative = -1.0;
    trop_panel *plain = new_panel(y, w, 6, 4);
    trop_analysis *analysis = at_two_way(plain, "placebo"), *without = at_two_way(plain, "none");
    trop_table *table = NULL, *placebos = NULL;
    trop_text *words = NULL;
    double breakdown = -1.0;
    CHECK_STATUS(trop_analysis_bias_bounds(analysis, 0, sizes, 2, NULL, &table, &placebos, &breakdown, &words), TROP_OK);
    /* The average effect and two event times, at two sizes each; one placebo period. */
    CHECK(trop_table_n_rows(table) == 6 && trop_table_n_rows(placebos) == 1);
    /* Five placebos are too few for any end at 95 percent. */
    CHECK(breakdown == 0.0);
    CHECK(strstr(trop_text_data(words), "ATT with room for bias") == trop_text_data(words));
    trop_table_free(table);
    trop_table_free(placebos);
    trop_text_free(words);
    table = NULL;
    CHECK_STATUS(trop_analysis_bias_bounds(analysis, 0, NULL, 0, NULL, &table, NULL, NULL, NULL), TROP_OK);
    CHECK(trop_table_n_rows(table) == 15);
    trop_table_free(table);
    CHECK_STATUS(trop_analysis_bias_bounds(analysis, 0, &negative, 1, NULL, NULL, NULL, NULL, NULL), TROP_BIAS_SIZE_INVALID);
    CHECK_STATUS(trop_analysis_bias_bounds(analysis, 3, NULL, 0, NULL, NULL, NULL, NULL, NULL),
                 TROP_PLACEBO_IN_TIME_IMPOSSIBLE);
    CHECK_STATUS(trop_analysis_bias_bounds(without, 0, NULL, 0, NULL, NULL, NULL, NULL, NULL), TROP_INFERENCE_IMPOSSIBLE);
    CHECK_STATUS(trop_analysis_bias_bounds(NULL, 0, NULL, 0, NULL, NULL, NULL, NULL, NULL), TROP_NULL_POINTER);
    trop_analysis_free(without);
    trop_analysis_free(analysis);
    trop_panel_free(plain);
}

int main(void) {
    const struct harness_case cases[] = {
        {"names reach words and errors", names_reach_words_and_errors},
        {"notes and summary", notes_and_summary},
        {"what is not certified is marked", what_is_not_certified_is_marked},
        {"tables have typed columns", tables_have_typed_columns},
        {"the report is a page", the_report_is_a_page},
        {"a saved analysis comes back", a_saved_analysis_comes_back},
        {"effects have room for bias", effects_have_room_for_bias},
        {"treatment may be taken to begin earlier", treatment_may_be_taken_to_begin_earlier},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
