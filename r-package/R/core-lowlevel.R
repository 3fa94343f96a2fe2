# The steps of the estimator one by one, from matrices.

compute_unit_distance_matrix <- function(Y, W, threads) {
  options <- written()
  distance <- core(wrap__start_distances, matrix_handle(Y, W), options = options)$distance
  dimnames(distance) <- list(rownames(Y), rownames(Y))
  distance
}

default_grids <- function(Y, W) core(wrap__start_grids, matrix_handle(Y, W))

loocv_grid_search <- function(Y, W, lambda_time_grid = NULL, lambda_unit_grid = NULL,
                              lambda_nn_grid = NULL, search, max_cells, seed, abandon, threads,
                              progress = NULL, criterion, n_placebo_sets, n_folds) {
  grids <- list(time = lambda_time_grid, unit = lambda_unit_grid, nn = lambda_nn_grid)
  grids <- grids[!vapply(grids, is.null, NA)]
  options <- c(written(), if (length(grids)) list(grids = grids))
  handle <- matrix_handle(Y, W)
  found <- monitoring(read_progress(progress), function(monitor) {
    core(wrap__start_search, handle, options = options, monitor = monitor)
  })
  list(
    lambdas = c(time = found$lambda_time, unit = found$lambda_unit, nn = found$lambda_nn),
    criterion = found$criterion,
    score = found$score,
    n_cells = found$n_cells,
    n_not_estimable = found$n_not_estimable,
    edges = as.data.frame(found$edges),
    scores = as.data.frame(found$scores)
  )
}

bootstrap_trop_variance <- function(Y, W, lambdas, n_bootstrap, seed, level, threads, progress = NULL) {
  options <- c(written(), if (!missing(n_bootstrap)) list(n_boot = n_bootstrap))
  handle <- matrix_handle(Y, W)
  found <- monitoring(read_progress(progress), function(monitor) {
    core(wrap__start_bootstrap, handle, options = options, monitor = monitor)
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

cell_effects <- function(Y, W, cells, lambdas, threads, progress = NULL) {
  options <- written()
  cells <- read_cells(cells, dim(Y))
  handle <- matrix_handle(Y, W)
  found <- monitoring(read_progress(progress), function(monitor) {
    core(wrap__start_cell_effects, handle, cells[, 1], cells[, 2], options = options, monitor = monitor)
  })
  lapply(found, as.data.frame)
}

# The handle of two numeric matrices.
matrix_handle <- function(Y, W) handle_of(read_wide(Y, W))

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
  storage.mode(cells) <- "integer"
  cells
}
