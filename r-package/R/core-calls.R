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
    trop_stop(step$code, step$message, covariate = step$covariate)
  }
  step$answer
}

# A `design` is a list of what is asked of the panel: anchor, calendar, time_distance, average, covariates
# (matrices) and groupings (names, or matrices of codes). What is absent keeps the core's default.

double_or_null <- function(x) if (is.null(x)) NULL else as.double(x)

core_defaults <- function() .Call(wrap__defaults)

core_distances <- function(Y, W, threads = NULL, design = list()) {
  await(.Call(wrap__start_distances, Y, W, design, double_or_null(threads)))$distance
}

core_leave_period_out_distances <- function(Y, W, unit, period, design = list()) {
  await(.Call(
    wrap__start_leave_period_out_distances, Y, W, design, as.integer(unit), as.integer(period)
  ))$distance
}

core_pre_treatment_cells <- function(Y, W, design = list()) {
  await(.Call(wrap__start_pre_treatment_cells, Y, W, design))
}

core_default_grids <- function(Y, W, design = list()) await(.Call(wrap__start_default_grids, Y, W, design))

core_weights <- function(Y, W, unit, period, lambdas, design = list()) {
  await(.Call(
    wrap__start_weights, Y, W, design, as.integer(unit), as.integer(period),
    lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]]
  ))
}

# The answer's `fit` is for core_infer() in this session.
core_estimate <- function(Y, W, lambdas, pre_effects = FALSE, tolerance = NULL, max_iterations = NULL,
                          threads = NULL, monitor = NULL, design = list()) {
  await(.Call(
    wrap__start_estimate, Y, W, design, lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    double_or_null(tolerance), double_or_null(max_iterations), pre_effects, double_or_null(threads)
  ), monitor)
}

core_cell_effects <- function(Y, W, units, periods, lambdas, tolerance = NULL, max_iterations = NULL,
                              threads = NULL, monitor = NULL, design = list()) {
  await(.Call(
    wrap__start_cell_effects, Y, W, design, as.integer(units), as.integer(periods),
    lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}

# `options` is a list of method, criterion, n_placebo_sets, n_folds, max_cells, seed (digits) and abandon;
# what is absent keeps the core's default.
core_search <- function(Y, W, grids, options = list(), tolerance = NULL, max_iterations = NULL,
                        threads = NULL, monitor = NULL, design = list()) {
  await(.Call(
    wrap__start_search, Y, W, design, grids, options,
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}

core_bootstrap <- function(Y, W, lambdas, n_boot, level = 0.95, seed = "0", tolerance = NULL,
                           max_iterations = NULL, threads = NULL, monitor = NULL, design = list()) {
  await(.Call(
    wrap__start_bootstrap, Y, W, design, lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    as.double(n_boot), as.double(level), seed,
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}

# The method that core_infer() would use, and why if it was left open; an error if it means nothing.
core_choose_inference <- function(Y, W, method, n_boot, level = 0.95, retunes = FALSE, design = list()) {
  await(.Call(
    wrap__start_choose_inference, Y, W, design, method, as.double(n_boot), as.double(level), retunes
  ))
}

# `retuning` is NULL, or the options of a search with its grids.
core_infer <- function(Y, W, fit, lambdas, method, n_boot, level = 0.95, seed = "0", pre_periods = TRUE,
                       retuning = NULL, tolerance = NULL, max_iterations = NULL, threads = NULL,
                       monitor = NULL, design = list()) {
  await(.Call(
    wrap__start_infer, Y, W, design, fit, lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    method, as.double(n_boot), as.double(level), seed, pre_periods, retuning,
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}

core_remarks <- function(Y, W, design = list()) await(.Call(wrap__start_remarks, Y, W, design))

core_diagnose <- function(Y, W, unit, period, lambdas, tolerance = NULL, max_iterations = NULL,
                          threads = NULL, design = list()) {
  await(.Call(
    wrap__start_diagnose, Y, W, design, as.integer(unit), as.integer(period),
    lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ))
}

# `lambdas` is a list or data frame of the vectors time, unit and nn.
core_att_at <- function(Y, W, lambdas, tolerance = NULL, max_iterations = NULL, threads = NULL,
                        monitor = NULL, design = list()) {
  await(.Call(
    wrap__start_att_at, Y, W, design, lambdas$time, lambdas$unit, lambdas$nn,
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}

core_ablation <- function(Y, W, lambdas, tolerance = NULL, max_iterations = NULL, threads = NULL,
                          monitor = NULL, design = list()) {
  await(.Call(
    wrap__start_ablation, Y, W, design, lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}

core_leave_one_out <- function(Y, W, lambdas, tolerance = NULL, max_iterations = NULL, threads = NULL,
                               monitor = NULL, design = list()) {
  await(.Call(
    wrap__start_leave_one_out, Y, W, design, lambdas[["time"]], lambdas[["unit"]], lambdas[["nn"]],
    double_or_null(tolerance), double_or_null(max_iterations), double_or_null(threads)
  ), monitor)
}
