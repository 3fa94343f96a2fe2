/* Whole analyses of a case: notes, tables and words, for conformance.c. */
#ifndef CONFORMANCE_WHOLE_H
#define CONFORMANCE_WHOLE_H

#include "conformance_arguments.h"

enum { TEXT_SIZE = 4096 };

/* Adds to a text that has room for TEXT_SIZE bytes. */
static void add(char *text, const char *more) {
    if (strlen(text) + strlen(more) >= TEXT_SIZE) die("case", "an option is too long");
    strcat(text, more);
}

/* The value of an option, as trop_analysis_options_set() reads it. */
static void write_value(char *text, const cJSON *value) {
    char digits[32];
    const cJSON *item;
    if (cJSON_IsNumber(value)) {
        snprintf(digits, sizeof digits, "%.17g", value->valuedouble);
        add(text, digits);
    } else if (cJSON_IsString(value)) {
        add(text, value->valuestring);
    } else if (cJSON_IsBool(value)) {
        add(text, cJSON_IsTrue(value) ? "true" : "false");
    } else if (cJSON_IsNull(value)) {
        add(text, "none");
    } else {
        cJSON_ArrayForEach(item, value) {
            if (item != value->child) add(text, cJSON_IsObject(value) ? ", " : " ");
            if (cJSON_IsObject(value)) add(text, item->string), add(text, "=");
            write_value(text, item);
        }
    }
}

static trop_status options_by_name(const cJSON *given, size_t threads, trop_analysis_options *options) {
    trop_status status = trop_analysis_options_set_number(options, "threads", (double)threads);
    const cJSON *item;
    cJSON_ArrayForEach(item, given) {
        char value[TEXT_SIZE] = "";
        write_value(value, item);
        if (status == TROP_OK) status = trop_analysis_options_set(options, item->string, value);
    }
    return status;
}

/* Texts of a list, borrowed from it; NULL if there is no list. The caller frees the array. */
static const char **texts(const cJSON *list) {
    if (list == NULL) return NULL;
    const char **found = malloc(((size_t)cJSON_GetArraySize(list) + 1) * sizeof *found);
    size_t k = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) found[k++] = text(item);
    return found;
}

static const char *text_or_null(const cJSON *item) { return item == NULL ? NULL : text(item); }

static trop_status give_names(const trop_panel *panel, const cJSON *given, trop_panel **named) {
    trop_names names;
    if (trop_names_default(sizeof names, &names) != TROP_OK) die("names", trop_last_error_message());
    names.unit = text_or_null(get(given, "unit"));
    names.time = text_or_null(get(given, "time"));
    names.outcome = text_or_null(get(given, "outcome"));
    names.treatment = text_or_null(get(given, "treatment"));
    names.percent = cJSON_IsTrue(get(given, "percent"));
    const char **lists[4] = {texts(get(given, "units")), texts(get(given, "periods")), texts(get(given, "covariates")),
                             texts(get(given, "groupings"))};
    names.units = lists[0];
    names.periods = lists[1];
    names.covariates = lists[2];
    names.groupings = lists[3];
    const trop_status status = trop_panel_with_names(panel, &names, named);
    for (size_t k = 0; k < 4; k++) free((void *)lists[k]);
    return status;
}

static cJSON *value_item(const trop_table *table, size_t row, size_t column) {
    const double value = trop_table_numbers(table, column)[row];
    switch (trop_table_column_kind(table, column)) {
    case TROP_COLUMN_TEXT: return cJSON_CreateString(trop_table_text(table, row, column));
    case TROP_COLUMN_BOOL: return cJSON_CreateBool(value != 0.0);
    case TROP_COLUMN_INTEGER: return isnan(value) ? cJSON_CreateNull() : NUMBER(value);
    default: return NUMBER(value);
    }
}

static void put_table(cJSON *tables, trop_table *table) {
    cJSON *columns = cJSON_AddObjectToObject(tables, trop_table_name(table));
    for (size_t column = 0; column < trop_table_n_columns(table); column++) {
        cJSON *values = cJSON_AddArrayToObject(columns, trop_table_column_name(table, column));
        for (size_t row = 0; row < trop_table_n_rows(table); row++)
            cJSON_AddItemToArray(values, value_item(table, row, column));
    }
    trop_table_free(table);
}

static void put_tables(cJSON *answer, const trop_analysis *found) {
    static const char *const names[] = {"effects",  "pre_effects",  "not_estimable", "by_time", "by_event_time", "cumulative",
                                        "averages", "coefficients", "pre_fit",       "scores",  "draws"};
    cJSON *tables = cJSON_AddObjectToObject(answer, "tables");
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        trop_table *table = NULL;
        /* Some are not of this analysis. */
        if (trop_analysis_table(found, names[k], &table) == TROP_OK) put_table(tables, table);
    }
}

/* The lines of a summary, but for the one that differs from run to run. */
static void put_lines(cJSON *words, const char *name, const char *summary) {
    cJSON *lines = cJSON_AddArrayToObject(words, name);
    for (const char *end; (end = strchr(summary, '\n')) != NULL; summary = end + 1) {
        char line[TEXT_SIZE];
        snprintf(line, sizeof line, "%.*s", (int)(end - summary), summary);
        if (strncmp(line, "Seconds", 7) != 0) cJSON_AddItemToArray(lines, cJSON_CreateString(line));
    }
}

static void put_analysis(cJSON *answer, const trop_analysis *found) {
    const size_t n = trop_analysis_n_notes(found);
    cJSON *notes = cJSON_AddObjectToObject(answer, "notes"), *words = cJSON_AddObjectToObject(answer, "words");
    PUT_COLUMN(notes, "code", n, cJSON_CreateString(trop_analysis_note_code(found, k)));
    PUT_COLUMN(notes, "is_warning", n, cJSON_CreateBool(trop_analysis_note_is_warning(found, k)));
    put_text(words, "headline", trop_analysis_headline(found));
    PUT_COLUMN(words, "notes", n, cJSON_CreateString(trop_analysis_note_text(found, k)));
    put_lines(words, "summary", trop_analysis_summary(found));
    put_tables(answer, found);
}

static trop_status put_differences(cJSON *answer, const trop_analysis *found, const cJSON *grouping) {
    trop_table *table = NULL;
    trop_text *text = NULL;
    const trop_status status =
        trop_analysis_differences(found, (size_t)grouping->valuedouble, NULL, &table, NULL, &text);
    if (status != TROP_OK) return status;
    put_table(cJSON_GetObjectItemCaseSensitive(answer, "tables"), table);
    put_lines(cJSON_GetObjectItemCaseSensitive(answer, "words"), "differences", trop_text_data(text));
    trop_text_free(text);
    return status;
}

static trop_status put_bias_bounds(cJSON *answer, const trop_analysis *found, const cJSON *asked) {
    const cJSON *window = get(asked, "window");
    size_t n = 0;
    double *sizes = numbers(get(asked, "sizes"), &n);
    trop_table *table = NULL, *placebos = NULL;
    trop_text *text = NULL;
    const trop_status status = trop_analysis_bias_bounds(found, window == NULL ? 0 : (size_t)window->valuedouble, sizes,
                                                         n, NULL, &table, &placebos, NULL, &text);
    free(sizes);
    if (status != TROP_OK) return status;
    put_table(cJSON_GetObjectItemCaseSensitive(answer, "tables"), table);
    put_table(cJSON_GetObjectItemCaseSensitive(answer, "tables"), placebos);
    put_lines(cJSON_GetObjectItemCaseSensitive(answer, "words"), "bias_bounds", trop_text_data(text));
    trop_text_free(text);
    return status;
}

static trop_status replace_by_placebo(trop_analysis **found, const cJSON *window) {
    trop_analysis *placebo = NULL;
    const size_t periods = window == NULL ? 0 : (size_t)window->valuedouble;
    const trop_status status = trop_analysis_placebo_in_time(*found, periods, NULL, NULL, &placebo);
    if (status != TROP_OK) return status;
    trop_analysis_free(*found);
    *found = placebo;
    return status;
}

static trop_status whole(const trop_panel *panel, const cJSON *arguments, const trop_options *given, cJSON *answer) {
    trop_analysis_options *options = NULL;
    trop_panel *named = NULL;
    trop_analysis *found = NULL;
    trop_status status = trop_analysis_options_new(&options);
    if (status == TROP_OK) status = options_by_name(get(arguments, "options"), given->threads, options);
    if (status == TROP_OK) status = give_names(panel, get(arguments, "labels"), &named);
    if (status == TROP_OK) status = trop_analyze(named, options, &found);
    const cJSON *differences = get(arguments, "differences"), *in_time = get(arguments, "placebo_in_time");
    const cJSON *bounds = get(arguments, "bias_bounds");
    if (status == TROP_OK && in_time != NULL) status = replace_by_placebo(&found, get(in_time, "window"));
    if (status == TROP_OK) put_analysis(answer, found);
    if (status == TROP_OK && differences != NULL) status = put_differences(answer, found, differences);
    if (status == TROP_OK && bounds != NULL) status = put_bias_bounds(answer, found, bounds);
    trop_analysis_free(found);
    trop_panel_free(named);
    trop_analysis_options_free(options);
    return status;
}

static void put_comparison(cJSON *answer, const trop_comparison *found) {
    static const char *const names[] = {"comparison", "comparison_by_time", "comparison_weights",
                                        "comparison_by_event_time"};
    cJSON *tables = cJSON_AddObjectToObject(answer, "tables"), *words = cJSON_AddObjectToObject(answer, "words");
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        trop_table *table = NULL;
        if (trop_comparison_table(found, names[k], &table) == TROP_OK) put_table(tables, table);
    }
    PUT_COLUMN(words, "notes", trop_comparison_n_notes(found), cJSON_CreateString(trop_comparison_note(found, k)));
    put_lines(words, "text", trop_comparison_text(found));
}

static trop_status rivals_by_name(const cJSON *given, trop_estimator_options *options) {
    trop_status status = TROP_OK;
    const cJSON *item;
    cJSON_ArrayForEach(item, given) {
        char value[TEXT_SIZE] = "";
        write_value(value, item);
        if (status == TROP_OK) status = trop_estimator_options_set(options, item->string, value);
    }
    return status;
}

static trop_status compared(const trop_panel *panel, const cJSON *arguments, const trop_options *given, cJSON *answer) {
    trop_analysis_options *options = NULL;
    trop_estimator_options *rivals = NULL;
    trop_panel *named = NULL;
    trop_comparison *found = NULL;
    const char **estimators = texts(get(arguments, "estimators"));
    const size_t n = (size_t)cJSON_GetArraySize(get(arguments, "estimators"));
    trop_status status = trop_analysis_options_new(&options);
    if (status == TROP_OK) status = trop_estimator_options_new(&rivals);
    if (status == TROP_OK) status = options_by_name(get(arguments, "options"), given->threads, options);
    if (status == TROP_OK) status = rivals_by_name(get(arguments, "estimator_options"), rivals);
    if (status == TROP_OK) status = give_names(panel, get(arguments, "labels"), &named);
    if (status == TROP_OK) status = trop_compare(named, estimators, n, options, rivals, &found);
    if (status == TROP_OK) put_comparison(answer, found);
    trop_comparison_free(found);
    trop_panel_free(named);
    trop_estimator_options_free(rivals);
    trop_analysis_options_free(options);
    free((void *)estimators);
    return status;
}

#endif
