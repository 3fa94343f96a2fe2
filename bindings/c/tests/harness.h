/* A small test harness: cases are functions, and a case passes if none of its checks fails. */
#ifndef TROP_TEST_HARNESS_H
#define TROP_TEST_HARNESS_H

#include <math.h>
#include <stdio.h>
#include <string.h>

static int harness_failures;
static const char *harness_skipped; /* why the running case cannot be tried */

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            harness_failures++; \
        } \
    } while (0)

#define CHECK_NEAR(found, expected, tolerance) \
    do { \
        double found_ = (found), expected_ = (expected); \
        if (!(fabs(found_ - expected_) <= (tolerance))) { \
            fprintf(stderr, "%s:%d: %s is %.17g, not %.17g\n", __FILE__, __LINE__, #found, found_, expected_); \
            harness_failures++; \
        } \
    } while (0)

#define CHECK_STATUS(call, expected) \
    do { \
        trop_status status_ = (call); \
        if (status_ != (expected)) { \
            fprintf(stderr, "%s:%d: %s gives %s (%s), not %s\n", __FILE__, __LINE__, #call, \
                    trop_status_code(status_), trop_last_error_message(), trop_status_code(expected)); \
            harness_failures++; \
        } \
    } while (0)

struct harness_case {
    const char *name;
    void (*run)(void);
};

/* Runs all cases, prints the closing line, and returns the exit status. */
static int harness_run(const struct harness_case *cases, size_t n) {
    size_t failed = 0, skipped = 0;
    for (size_t k = 0; k < n; k++) {
        harness_failures = 0;
        harness_skipped = NULL;
        cases[k].run();
        if (harness_failures > 0) {
            fprintf(stderr, "FAILED: %s\n", cases[k].name);
            failed++;
        } else if (harness_skipped != NULL) {
            fprintf(stderr, "skipped: %s: %s\n", cases[k].name, harness_skipped);
            skipped++;
        }
    }
    printf("%zu passed, %zu failed", n - failed - skipped, failed);
    if (skipped > 0) printf(", %zu skipped", skipped);
    printf("\n");
    return failed > 0 || n == 0;
}

#endif
