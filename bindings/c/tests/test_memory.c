/* Tests of libtrop when memory lacks: this program's own malloc() refuses what it is told to.
 *
 * Each try is a process of its own, because Rust ends a process that cannot have a small piece of memory. What is
 * promised: where the size comes from the input, TROP_OUT_OF_MEMORY and not the end; elsewhere an error, the end, or the
 * right number, but never another number, a crash or a hang. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "panels.h"

/* ---- the allocator ---- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_size_t asked;          /* pieces that were asked for */
static size_t refused = SIZE_MAX;    /* this one is refused */
static size_t largest = SIZE_MAX;    /* and all that are larger than this */

static int refuses(size_t size) {
    return atomic_fetch_add(&asked, 1) == refused || size > largest;
}

void *malloc(size_t size) { return refuses(size) ? NULL : __libc_malloc(size); }

void *calloc(size_t n, size_t size) {
    return refuses(size == 0 || n <= SIZE_MAX / size ? n * size : SIZE_MAX) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size) { return refuses(size) ? NULL : __libc_realloc(old, size); }

int posix_memalign(void **out, size_t alignment, size_t size) {
    void *found = refuses(size) ? NULL : __libc_memalign(alignment, size);
    if (found != NULL) *out = found;
    return found == NULL ? ENOMEM : 0;
}

void *aligned_alloc(size_t alignment, size_t size) {
    return refuses(size) ? NULL : __libc_memalign(alignment, size);
}

/* ---- processes that lack memory ---- */

/* How a process ends. */
enum end { SUCCESS = 0, OUT_OF_MEMORY = 1, OTHER_ERROR = 2, WRONG = 3, ABORTED, CRASHED };

/* Runs `work` with these pieces refused in a process of its own. */
static enum end ends(enum end (*work)(void), size_t piece, size_t size) {
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        alarm(120);
        /* What Rust says when it ends the process is expected here. */
        if (freopen("/dev/null", "w", stderr) == NULL) _exit(CRASHED);
        atomic_store(&asked, 0);
        refused = piece;
        largest = size;
        const enum end end = work();
        _exit(end);
    }
    int status = 0;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) return (enum end)WEXITSTATUS(status);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? ABORTED : CRASHED;
}

static enum end failed(trop_status status) { return status == TROP_OUT_OF_MEMORY ? OUT_OF_MEMORY : OTHER_ERROR; }

static enum end small_fit(void) {
    trop_panel *panel = NULL;
    trop_estimate *estimate = NULL;
    trop_options options;
    trop_status status = trop_options_default(sizeof options, &options);
    options.threads = 1;
    if (status == TROP_OK) status = trop_panel_new(FOUR_Y, 2, FOUR_W, 2, 4, 2, &panel);
    if (status == TROP_OK) status = trop_panel_estimate(panel, TWO_WAY, &options, &estimate);
    enum end end = status == TROP_OK ? SUCCESS : failed(status);
    if (status == TROP_OK && !(fabs(trop_estimate_att(estimate) - 3.25) <= ROUNDING)) end = WRONG;
    trop_estimate_free(estimate);
    trop_panel_free(panel);
    return end;
}

static size_t pieces; /* of a small fit */
static int told;      /* where a child writes them */

static enum end counted(void) {
    const enum end end = small_fit();
    if (write(told, &(size_t){atomic_load(&asked)}, sizeof(size_t)) != sizeof(size_t)) return CRASHED;
    return end;
}

/* Every piece of memory of a small fit is refused once. */
static void every_piece_of_a_small_fit(void) {
    int pipe_[2];
    CHECK(pipe(pipe_) == 0);
    told = pipe_[1];
    CHECK(ends(counted, SIZE_MAX, SIZE_MAX) == SUCCESS);
    CHECK(read(pipe_[0], &pieces, sizeof pieces) == sizeof pieces && pieces > 20);
    size_t found[6] = {0};
    for (size_t k = 0; k < pieces; k++) found[ends(small_fit, k, SIZE_MAX)]++;
    CHECK(found[WRONG] == 0 && found[CRASHED] == 0);
    printf("# of %zu pieces, one refused at a time: %zu right numbers, %zu out of memory, %zu other errors, %zu ends\n", pieces,
           found[SUCCESS], found[OUT_OF_MEMORY], found[OTHER_ERROR], found[ABORTED]);
}

/* ---- large inputs ---- */

#define LARGE_UNITS 1500
#define LARGE_PERIODS 60

/* Without room for a matrix of the panel. */
static enum end large_panel(void) {
    double *y = __libc_calloc(LARGE_UNITS * LARGE_PERIODS, sizeof *y);
    double *w = __libc_calloc(LARGE_UNITS * LARGE_PERIODS, sizeof *w);
    for (size_t k = 0; k < LARGE_UNITS * LARGE_PERIODS; k++) y[k] = (double)(k % 53);
    w[LARGE_PERIODS - 1] = 1.0;
    trop_panel *panel = NULL;
    const trop_status status =
        trop_panel_new(y, LARGE_PERIODS, w, LARGE_PERIODS, LARGE_UNITS, LARGE_PERIODS, &panel);
    return status == TROP_OK ? SUCCESS : failed(status);
}

static trop_panel *large;

/* Without room for the distances of all pairs. */
static enum end large_distances(void) {
    double *distances = __libc_malloc(sizeof(double) * LARGE_UNITS * LARGE_UNITS);
    const trop_status status = trop_panel_unit_distances(large, NULL, LARGE_UNITS, LARGE_UNITS * LARGE_UNITS, distances);
    return status == TROP_OK ? SUCCESS : failed(status);
}

/* Without room for 100 million draws. */
static enum end many_draws(void) {
    trop_options options = default_options();
    options.bootstrap_draws = 100000000;
    trop_bootstrap *bootstrap = NULL;
    const trop_status status = trop_panel_bootstrap(large, TWO_WAY, &options, &bootstrap);
    return status == TROP_OK ? SUCCESS : failed(status);
}

/* Without room for the panels of a million placebo sets. */
static enum end many_placebo_sets(void) {
    trop_options options = default_options();
    options.search_criterion = TROP_CRITERION_PLACEBO_SETS;
    options.search_placebo_sets = 1000000;
    trop_search *search = NULL;
    const trop_status status = trop_panel_search(large, NULL, &options, &search);
    return status == TROP_OK ? SUCCESS : failed(status);
}

static void sizes_of_the_input_are_asked_for(void) {
    large = irregular(LARGE_UNITS, LARGE_PERIODS, 3);
    const size_t matrix = sizeof(double) * LARGE_UNITS * LARGE_PERIODS;
    CHECK(ends(large_panel, SIZE_MAX, SIZE_MAX) == SUCCESS);
    CHECK(ends(large_panel, SIZE_MAX, matrix - 1) == OUT_OF_MEMORY);
    CHECK(ends(large_distances, SIZE_MAX, SIZE_MAX) == SUCCESS);
    CHECK(ends(large_distances, SIZE_MAX, matrix) == OUT_OF_MEMORY);
    CHECK(ends(many_draws, SIZE_MAX, (size_t)1 << 30) == OUT_OF_MEMORY);
    CHECK(ends(many_placebo_sets, SIZE_MAX, (size_t)1 << 30) == OUT_OF_MEMORY);
    trop_panel_free(large);
}

int main(void) {
    static const struct harness_case cases[] = {
        {"every piece of a small fit", every_piece_of_a_small_fit},
        {"sizes of the input are asked for", sizes_of_the_input_are_asked_for},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
