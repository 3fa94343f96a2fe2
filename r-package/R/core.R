# The computing core: one function for each of its calls. Positions of units and periods count from 1.

# Seconds between two looks at progress and interrupts.
POLL <- 0.1

# Waits for a job of the core. R stays in charge meanwhile: an interrupt, or an error in `monitor`, leaves
# through on.exit, which stops the core's threads.
await <- function(job, monitor = NULL) {
  force(job)
  on.exit(.Call(wrap__cancel, job))
  repeat {
    step <- .Call(wrap__wait, job, POLL)
    if (!is.null(monitor) && !is.null(step$progress)) {
      monitor(step$progress$stage, step$progress$done, step$progress$total)
    }
    if (step$finished) {
      break
    }
    Sys.sleep(0.001) # here R looks for interrupts and, with windows of its own, for events
  }
  if (!is.null(step$code)) {
    trop_stop(step$code, step$message)
  }
  step$answer
}

double_or_null <- function(x) if (is.null(x)) NULL else as.double(x)

core_defaults <- function() .Call(wrap__defaults)

core_distances <- function(Y, W, threads = NULL) {
  await(.Call(wrap__start_distances, Y, W, double_or_null(threads)))$distance
}

core_leave_period_out_distances <- function(Y, W, unit, period) {
  await(.Call(
    wrap__start_leave_period_out_distances, Y, W, as.integer(unit), as.integer(period)
  ))$distance
}

core_pre_treatment_cells <- function(Y, W) await(.Call(wrap__start_pre_treatment_cells, Y, W))

core_default_grids <- function(Y, W) await(.Call(wrap__start_default_grids, Y, W))

core_weights <- function(Y, W, unit, period, lambdas) {
  await(.Call(
    wrap__start_weights, Y, W, as.integer(unit), as.integer(period),
    lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]]
  ))
}

core_estimate <- function(Y, W, lambdas, pre_effects = FALSE, tolerance = NULL, max_iterations = NULL,
                          threads = NULL, monitor = NULL) {
  await(.Call(
    wrap__start_estimate, Y, W, lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    double_or_null(tolerance), double_or_null(max_iterations), pre_effects, double_or_null(threads)
  ), monitor)
}

core_cell_effects <- function(Y, W, units, periods, lambdas, tolerance = NULL, max_iterations = NULL,
                              threads = NULL, monitor = NULL) {
  await(.Call(
    wrap__start_cell_effects, Y, W, as.integer(units), as.integer(periods),
    lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}

core_search <- function(Y, W, method, grids, max_cells = NULL, seed = "0", abandon = FALSE,
                        tolerance = NULL, max_iterations = NULL, threads = NULL, monitor = NULL) {
  await(.Call(
    wrap__start_search, Y, W, method, grids$time, grids$unit, grids$nn,
    double_or_null(max_cells), seed, abandon,
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}

core_bootstrap <- function(Y, W, lambdas, n_boot, level = 0.95, seed = "0", tolerance = NULL,
                           max_iterations = NULL, threads = NULL, monitor = NULL) {
  await(.Call(
    wrap__start_bootstrap, Y, W, lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    as.double(n_boot), as.double(level), seed,
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}
