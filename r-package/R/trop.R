trop <- function(formula = NULL, data = NULL, lambdas = NULL, search = "cycle", grids = NULL,
                 inference = "bootstrap", n_boot = 200, level = 0.95, seed = 0, threads = NULL,
                 progress = interactive(), outcome = NULL, treatment = NULL, unit = NULL, time = NULL) {
  call <- match.call()
  options <- read_options(lambdas, search, grids, inference, n_boot, level, seed, threads, progress)
  if (is.data.frame(formula) && !is.data.frame(data)) { # a pipe puts the data first
    piped <- formula
    formula <- data
    data <- piped
  }
  roles <- list(outcome = outcome, treatment = treatment, unit = unit, time = time)
  columns <- if (is.null(formula)) columns_of_names(data, roles) else columns_of_formula(formula, data, roles)
  run(read_long(columns), options, call)
}

trop_matrix <- function(Y, W, units = NULL, times = NULL, lambdas = NULL, search = "cycle", grids = NULL,
                        inference = "bootstrap", n_boot = 200, level = 0.95, seed = 0, threads = NULL,
                        progress = interactive()) {
  call <- match.call()
  options <- read_options(lambdas, search, grids, inference, n_boot, level, seed, threads, progress)
  run(read_wide(Y, W, units, times), options, call)
}
