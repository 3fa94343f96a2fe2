trop <- function(formula = NULL, data = NULL, lambdas, search, grids, inference, n_boot, level, seed, threads,
                 progress = NULL, outcome = NULL, treatment = NULL, unit = NULL, time = NULL,
                 anchor = NULL, covariates = NULL, average_weights = NULL, cluster = NULL, by = NULL,
                 time_distance = NULL, criterion, n_placebo_sets, n_folds, max_cells, retune, pre_periods, cohort = NULL,
                 donors = NULL, anticipation = 0, washout = 0, labels = NULL) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  asked <- read_asked(anchor, time_distance, by, donors, anticipation, washout, labels)
  roles <- list(outcome = outcome, treatment = treatment, cohort = cohort, unit = unit, time = time)
  panel <- panel_of_columns(formula, data, roles, covariates, average_weights, cluster, asked)
  run(panel, options, progress, call)
}

trop_matrix <- function(Y, W, units = NULL, times = NULL, lambdas, search, grids, inference, n_boot, level, seed,
                        threads, progress = NULL, anchor = NULL, covariates = NULL,
                        average_weights = NULL, cluster = NULL, by = NULL, groups = NULL, time_distance = NULL, criterion,
                        n_placebo_sets, n_folds, max_cells, retune, pre_periods, donors = NULL, anticipation = 0,
                        washout = 0, labels = NULL) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  asked <- read_asked(anchor, time_distance, by, donors, anticipation, washout, labels)
  panel <- read_wide(Y, W, units, times, asked, covariates, average_weights, cluster, groups)
  run(panel, options, progress, call)
}
