trop <- function(formula = NULL, data = NULL, lambdas = NULL, search = "descent", grids = NULL,
                 inference = "auto", n_boot = 200, level = 0.95, seed = 0, threads = NULL,
                 progress = interactive(), outcome = NULL, treatment = NULL, unit = NULL, time = NULL,
                 anchor = "cell", covariates = NULL, average_weights = NULL, by = NULL,
                 time_distance = "position", criterion = "auto", n_placebo_sets = 20, n_folds = 5,
                 max_cells = NULL, retune = FALSE, pre_periods = TRUE) {
  call <- match.call()
  options <- read_options(mget(OPTIONS))
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
  run(read_long(columns, asked), options, call)
}

trop_matrix <- function(Y, W, units = NULL, times = NULL, lambdas = NULL, search = "descent", grids = NULL,
                        inference = "auto", n_boot = 200, level = 0.95, seed = 0, threads = NULL,
                        progress = interactive(), anchor = "cell", covariates = NULL,
                        average_weights = NULL, by = NULL, groups = NULL, time_distance = "position",
                        criterion = "auto", n_placebo_sets = 20, n_folds = 5, max_cells = NULL,
                        retune = FALSE, pre_periods = TRUE) {
  call <- match.call()
  options <- read_options(mget(OPTIONS))
  asked <- read_asked(anchor, time_distance, by)
  run(read_wide(Y, W, units, times, asked, covariates, average_weights, groups), options, call)
}

# The arguments of both that read_options() reads.
OPTIONS <- c(
  "lambdas", "search", "grids", "inference", "n_boot", "level", "seed", "threads", "progress", "criterion",
  "n_placebo_sets", "n_folds", "max_cells", "retune", "pre_periods"
)
