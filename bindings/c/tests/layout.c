/* The layout of all structs, as programs that were compiled with an earlier header of this major version have it.
 *
 * A line that does not compile is a broken promise ("Versions" in trop.h). A frozen struct never changes: what it
 * lacks comes as a new function or a new struct, and gets lines here. A struct that starts with its size may grow at
 * its end: add lines for its new fields, and leave those that are there. Offsets are those of 64-bit platforms. */
#include "trop.h"
#include <stddef.h>
#include <stdint.h>

#if UINTPTR_MAX == UINT64_MAX
#define HOLDS(name, condition) typedef char name[(condition) ? 1 : -1]
#define FROZEN(type, size) HOLDS(type##_is_frozen, sizeof(type) == (size))
#define GROWS(type, size) HOLDS(type##_only_grows, sizeof(type) >= (size))
#define AT(type, field, offset) HOLDS(type##_##field##_stays, offsetof(type, field) == (offset))

GROWS(trop_options, 160);
AT(trop_options, struct_size, 0);
AT(trop_options, tolerance, 8);
AT(trop_options, loocv_tolerance, 16);
AT(trop_options, max_iterations, 24);
AT(trop_options, threads, 32);
AT(trop_options, search_method, 40);
AT(trop_options, search_abandon, 44);
AT(trop_options, search_max_cells, 48);
AT(trop_options, search_seed, 56);
AT(trop_options, bootstrap_draws, 64);
AT(trop_options, bootstrap_level, 72);
AT(trop_options, bootstrap_seed, 80);
AT(trop_options, progress, 88);
AT(trop_options, progress_data, 96);
AT(trop_options, search_criterion, 104);
AT(trop_options, inference_method, 108);
AT(trop_options, search_placebo_sets, 112);
AT(trop_options, search_placebo_folds, 120);
AT(trop_options, inference_draws, 128);
AT(trop_options, inference_level, 136);
AT(trop_options, inference_seed, 144);
AT(trop_options, pre_periods, 152);

FROZEN(trop_matrix, 24);
AT(trop_matrix, data, 0);
AT(trop_matrix, row_stride, 8);
AT(trop_matrix, column_stride, 16);

FROZEN(trop_cell, 16);
AT(trop_cell, unit, 0);
AT(trop_cell, period, 8);

FROZEN(trop_grouping, 24);
AT(trop_grouping, kind, 0);
AT(trop_grouping, codes, 8);
AT(trop_grouping, codes_stride, 16);

GROWS(trop_design, 128);
AT(trop_design, struct_size, 0);
AT(trop_design, anchor, 8);
AT(trop_design, time_distance, 12);
AT(trop_design, calendar, 16);
AT(trop_design, average, 24);
AT(trop_design, covariates, 32);
AT(trop_design, n_covariates, 40);
AT(trop_design, covariate_stride, 48);
AT(trop_design, groupings, 56);
AT(trop_design, n_groupings, 64);
AT(trop_design, clusters, 72);
AT(trop_design, donor_units, 80);
AT(trop_design, donor_groups, 88);
AT(trop_design, donor_pairs, 96);
AT(trop_design, donor_pairs_stride, 104);
AT(trop_design, anticipation, 112);
AT(trop_design, washout, 120);

FROZEN(trop_group_labels, 16);
AT(trop_group_labels, labels, 0);
AT(trop_group_labels, n, 8);

GROWS(trop_names, 128);
AT(trop_names, struct_size, 0);
AT(trop_names, unit, 8);
AT(trop_names, time, 16);
AT(trop_names, outcome, 24);
AT(trop_names, treatment, 32);
AT(trop_names, units, 40);
AT(trop_names, periods, 48);
AT(trop_names, covariates, 56);
AT(trop_names, groupings, 64);
AT(trop_names, groups, 72);
AT(trop_names, average, 80);
AT(trop_names, percent, 88);
AT(trop_names, clusters, 96);
AT(trop_names, donors, 104);
AT(trop_names, outcome_label, 112);
AT(trop_names, effect_label, 120);

GROWS(trop_long, 72);
AT(trop_long, struct_size, 0);
AT(trop_long, n_rows, 8);
AT(trop_long, unit, 16);
AT(trop_long, unit_text, 24);
AT(trop_long, time, 32);
AT(trop_long, time_text, 40);
AT(trop_long, outcome, 48);
AT(trop_long, treatment, 56);
AT(trop_long, cohort, 64);

FROZEN(trop_lambdas, 24);
AT(trop_lambdas, time, 0);
AT(trop_lambdas, unit, 8);
AT(trop_lambdas, nn, 16);

FROZEN(trop_score, 64);
AT(trop_score, lambdas, 0);
AT(trop_score, score, 24);
AT(trop_score, n_cells, 32);
AT(trop_score, max_gap, 40);
AT(trop_score, n_uncertified, 48);
AT(trop_score, abandoned, 56);

FROZEN(trop_edge, 16);
AT(trop_edge, lambda, 0);
AT(trop_edge, upper, 4);
AT(trop_edge, value, 8);

FROZEN(trop_cell_effect, 96);
AT(trop_cell_effect, cell, 0);
AT(trop_cell_effect, event_time, 16);
AT(trop_cell_effect, observed, 24);
AT(trop_cell_effect, counterfactual, 32);
AT(trop_cell_effect, effect, 40);
AT(trop_cell_effect, rank, 48);
AT(trop_cell_effect, iterations, 56);
AT(trop_cell_effect, gap, 64);
AT(trop_cell_effect, primal, 72);
AT(trop_cell_effect, dual, 80);
AT(trop_cell_effect, status, 88);

FROZEN(trop_effect_range, 16);
AT(trop_effect_range, effect_min, 0);
AT(trop_effect_range, effect_max, 8);

FROZEN(trop_not_estimable, 24);
AT(trop_not_estimable, cell, 0);
AT(trop_not_estimable, reason, 16);

FROZEN(trop_quantity, 24);
AT(trop_quantity, grouping, 0);
AT(trop_quantity, code, 8);
AT(trop_quantity, measure, 16);

FROZEN(trop_average, 56);
AT(trop_average, quantity, 0);
AT(trop_average, n_cells, 24);
AT(trop_average, value, 32);
AT(trop_average, n_units, 40);
AT(trop_average, n_uncertified, 48);

FROZEN(trop_inferred, 112);
AT(trop_inferred, average, 0);
AT(trop_inferred, se, 56);
AT(trop_inferred, ci_lower, 64);
AT(trop_inferred, ci_upper, 72);
AT(trop_inferred, interval, 80);
AT(trop_inferred, p_value, 88);
AT(trop_inferred, band_lower, 96);
AT(trop_inferred, band_upper, 104);

FROZEN(trop_att_at, 56);
AT(trop_att_at, lambdas, 0);
AT(trop_att_at, att, 24);
AT(trop_att_at, n_cells, 32);
AT(trop_att_at, max_gap, 40);
AT(trop_att_at, n_uncertified, 48);

FROZEN(trop_variant, 32);
AT(trop_variant, name, 0);
AT(trop_variant, lambdas, 8);

FROZEN(trop_left_out, 16);
AT(trop_left_out, unit, 0);
AT(trop_left_out, att, 8);

FROZEN(trop_unit_fit, 32);
AT(trop_unit_fit, unit, 0);
AT(trop_unit_fit, n_cells, 8);
AT(trop_unit_fit, mean, 16);
AT(trop_unit_fit, rmse, 24);

FROZEN(trop_period_mean, 48);
AT(trop_period_mean, period, 0);
AT(trop_period_mean, observed, 8);
AT(trop_period_mean, counterfactual, 16);
AT(trop_period_mean, n_cells, 24);
AT(trop_period_mean, n_treated, 32);
AT(trop_period_mean, n_uncertified, 40);

FROZEN(trop_uncertified, 24);
AT(trop_uncertified, cells, 0);
AT(trop_uncertified, scores, 8);
AT(trop_uncertified, draws, 16);

FROZEN(trop_timings, 24);
AT(trop_timings, search, 0);
AT(trop_timings, estimate, 8);
AT(trop_timings, inference, 16);

FROZEN(trop_picture, 16);
AT(trop_picture, kind, 0);
AT(trop_picture, svg, 8);

FROZEN(trop_weighted_score, 32);
AT(trop_weighted_score, lambda_nn, 0);
AT(trop_weighted_score, score, 8);
AT(trop_weighted_score, max_gap, 16);
AT(trop_weighted_score, n_uncertified, 24);

FROZEN(trop_weighted_job, 40);
AT(trop_weighted_job, panel, 0);
AT(trop_weighted_job, unit_weights, 8);
AT(trop_weighted_job, period_weights, 16);
AT(trop_weighted_job, counts, 24);
AT(trop_weighted_job, average, 32);

FROZEN(trop_weighted_att, 24);
AT(trop_weighted_att, att, 0);
AT(trop_weighted_att, gap, 8);
AT(trop_weighted_att, status, 16);

#endif
