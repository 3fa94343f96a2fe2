/*
 * trop.h: the Triply Robust Panel (TROP) estimator, for C and C++.
 *
 * The estimator of Athey, Imbens, Qu and Viviano (2026), doi:10.1002/jae.70061: the average effect of a
 * treatment on the treated, from a panel of units by periods.
 *
 *     trop_panel *panel = NULL;
 *     trop_analysis *analysis = NULL;
 *     if (trop_panel_new(y, n_periods, w, n_periods, n_units, n_periods, &panel) != TROP_OK
 *         || trop_analyze(panel, NULL, &analysis) != TROP_OK)
 *         fprintf(stderr, "%s\n", trop_last_error_message());
 *     else
 *         fputs(trop_analysis_summary(analysis), stdout);
 *     trop_analysis_free(analysis);
 *     trop_panel_free(panel);
 *
 * What holds for every function:
 *
 * Status. A function that can fail returns a trop_status, TROP_OK if it succeeded. Outputs are the last
 * parameters, and are written only on success. trop_last_error_message() explains the last failure of the
 * calling thread; trop_status_code() gives the stable code string of a status. Functions that only read a
 * handle cannot fail and return the value itself. No Rust panic leaves the library (a defect would show
 * as TROP_PANIC), and it never exits; only if memory runs out in the midst of a computation does the
 * process end.
 *
 * NULL. Every pointer may be NULL: TROP_NULL_POINTER where it is needed; NULL options are the defaults;
 * an array without entries may be NULL; freeing NULL does nothing; reading NULL gives what the function
 * says.
 *
 * Handles. What x_new() and trop_panel_...() hand out is the caller's, who frees it with the matching
 * x_free(), once. Handles never change (trop_analysis_options alone does) and do not depend on each other or
 * on the caller's arrays: a panel may be freed before its estimate. "Borrowed" is what a handle owns and
 * lends: valid until it is freed, not to be written or freed. Everything else is copied into memory of the
 * caller, whose size is checked.
 *
 * Matrices are N x T, units in rows, row-major, with an explicit row stride counted in entries. A missing
 * outcome is NaN. Units and periods are counted from 0.
 *
 * Texts are in UTF-8 and end with a NUL. Of the caller's what is not UTF-8 is replaced.
 *
 * Threads. Any number of threads may use one handle at once; freeing it must come after all other use.
 * Each long function computes on threads of its own, which have ended when it returns; the progress
 * function is called on the thread that called the library. Results are the same to the last bit for any
 * number of threads. Errors are remembered for each thread apart.
 *
 * Versions. Within one major version of the library functions and structs stay as they are, values of
 * enumerations too; new ones may be added. Structs that start with struct_size may grow at their end: the library
 * reads as much as the caller has. All others, those of results among them, are frozen, to the byte: what they lack
 * comes as a new function or a new struct.
 *
 * Generated from the library's sources: change those, then run `make c-header`.
 */
