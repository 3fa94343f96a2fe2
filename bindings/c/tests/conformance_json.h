/* JSON in and out, for conformance.c. */
#ifndef CONFORMANCE_JSON_H
#define CONFORMANCE_JSON_H

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

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

static const char *text(const cJSON *item) {
    if (!cJSON_IsString(item)) die("case", "a text is missing");
    return item->valuestring;
}

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

/* ---- answers as JSON ---- */

static void put(cJSON *object, const char *key, double value) { cJSON_AddNumberToObject(object, key, value); }

static void put_text(cJSON *object, const char *key, const char *value) {
    cJSON_AddStringToObject(object, key, value);
}

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

#endif
