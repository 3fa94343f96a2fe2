# The steps of the estimator one by one, from matrices.

compute_unit_distance_matrix <- function(Y, W, threads = NULL) {
  data <- read_checked_matrices(Y, W)
  distance <- core_distances(data$Y, data$W, read_threads(threads))
  dimnames(distance) <- list(rownames(Y), rownames(Y))
  distance
}

default_grids <- function(Y, W) {
  data <- read_checked_matrices(Y, W)
  core_default_grids(data$Y, data$W)
}

loocv_grid_search <- function(Y, W, lambda_time_grid = NULL, lambda_unit_grid = NULL,
                              lambda_nn_grid = NULL, search = "cycle", max_cells = NULL, seed = 0,
                              abandon = FALSE, threads = NULL, progress = interactive(),
                              criterion = "auto", n_placebo_sets = 20, n_folds = 5) {
  data <- read_checked_matrices(Y, W)
  given <- list(time = lambda_time_grid, unit = lambda_unit_grid, nn = lambda_nn_grid)
  given <- given[!vapply(given, is.null, NA)]
  given <- Map(read_grid, sprintf("lambda_%s_grid", names(given)), given)
  names(given) <- sub("lambda_(.*)_grid", "\\1", names(given))
  options <- read_search(as.list(environment()), read_seed(seed))
  options$abandon <- read_flag("abandon", abandon)
  threads <- read_threads(threads)
  grids <- complete_grids(data, given)
  found <- monitoring(read_progress(progress), function(monitor) {
    core_search(data$Y, data$W, grids, options, threads = threads, monitor = monitor)
  })
  list(
    lambdas = chosen_lambdas(found),
    criterion = found$criterion,
    score = found$score,
    n_cells = found$n_cells,
    n_not_estimable = found$n_not_estimable,
    edges = as.data.frame(found$edges),
    scores = as.data.frame(found$scores)
  )
}

read_sample_size <- function(max_cells) {
  size <- read_integer("max_cells", max_cells)
  if (size < 1) {
    trop_stop("sample_empty", "max_cells must be 1 or more, or NULL for all control cells.")
  }
  size
}

bootstrap_trop_variance <- function(Y, W, lambdas, n_bootstrap = 200, seed = 0, level = 0.95,
                                    threads = NULL, progress = interactive()) {
  data <- read_checked_matrices(Y, W)
  lambdas <- read_lambdas(lambdas)
  n_bootstrap <- read_draws("n_bootstrap", n_bootstrap)
  seed <- read_seed(seed)
  level <- read_level(level)
  threads <- read_threads(threads)
  found <- monitoring(read_progress(progress), function(monitor) {
    core_bootstrap(
      data$Y, data$W, lambdas, n_bootstrap, level, seed, threads = threads, monitor = monitor
    )
  })
  list(
    se = found$se,
    ci = c(found$ci_lower, found$ci_upper),
    p_value = found$p_value,
    draws = found$draws,
    n_failed = found$n_failed,
    n_uncertified = found$n_uncertified,
    max_gap = found$max_gap
  )
}

cell_effects <- function(Y, W, cells, lambdas, threads = NULL, progress = interactive()) {
  data <- read_checked_matrices(Y, W)
  cells <- read_cells(cells, dim(data$Y))
  lambdas <- read_lambdas(lambdas)
  threads <- read_threads(threads)
  found <- monitoring(read_progress(progress), function(monitor) {
    core_cell_effects(
      data$Y, data$W, cells[, 1], cells[, 2], lambdas, threads = threads, monitor = monitor
    )
  })
  lapply(found, as.data.frame)
}

# Positions of units and periods, from 1, as a matrix of two columns.
read_cells <- function(cells, shape) {
  cells <- if (is.data.frame(cells)) as.matrix(cells) else cells
  if (!is.numeric(cells) || !is.matrix(cells) || ncol(cells) != 2) {
    trop_stop(
      "option_invalid", "cells must be a matrix or data frame of two columns, the positions of units and",
      " periods, but is ", describe(cells), "."
    )
  }
  inside <- cells[, 1] %in% seq_len(shape[1]) & cells[, 2] %in% seq_len(shape[2])
  if (!all(inside)) {
    first <- which(!inside)[1]
    trop_stop(
      "cell_out_of_range", "cells: row ", first, " (unit ", cells[first, 1], ", period ", cells[first, 2],
      ") lies outside of the panel of ", shape[1], " units x ", shape[2], " periods, which count from 1."
    )
  }
  cells
}
