trop <- function(formula = NULL, data = NULL, lambdas, search, grids, inference, n_boot, level, seed, threads,
                 progress = interactive(), outcome = NULL, treatment = NULL, unit = NULL, time = NULL,
                 anchor = NULL, covariates = NULL, average_weights = NULL, by = NULL, time_distance = NULL,
                 criterion, n_placebo_sets, n_folds, max_cells, retune, pre_periods) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  asked <- read_asked(anchor, time_distance, by)
  covariates <- read_names("covariates", covariates)
  if (is.data.frame(formula) && !is.data.frame(data)) { # a pipe puts the data first
    piped <- formula
    formula <- data
    data <- piped
  }
  roles <- list(outcome = outcome, treatment = treatment, unit = unit, time = time)
  columns <- if (is.null(formula)) {
    columns_of_names(data, roles, covariates)
  } else {
    columns_of_formula(formula, data, roles, covariates)
  }
  columns <- with_averages(columns, data, average_weights, asked$by)
  run(read_long(columns, asked), options, progress, call)
}

trop_matrix <- function(Y, W, units = NULL, times = NULL, lambdas, search, grids, inference, n_boot, level, seed,
                        threads, progress = interactive(), anchor = NULL, covariates = NULL,
                        average_weights = NULL, by = NULL, groups = NULL, time_distance = NULL, criterion,
                        n_placebo_sets, n_folds, max_cells, retune, pre_periods) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  asked <- read_asked(anchor, time_distance, by)
  panel <- read_wide(Y, W, units, times, asked, covariates, average_weights, groups)
  run(panel, options, progress, call)
}
