# Data frames of a result, in broom's terms.

tidy.trop <- function(x, conf.int = FALSE, conf.level = x$level, type = "att", ..., percent = FALSE) {
  refuse_more(..., allowed = idle(...))
  type <- read_choice("type", type, c("att", "event", "averages", "covariates"))
  check_options(list(level = conf.level))
  if (isTRUE(percent) && type != "averages") {
    trop_stop("option_invalid", "percent = TRUE goes with type = \"averages\", not \"", type, "\".")
  }
  if (type == "att") {
    return(tidy_att(x, conf.int, conf.level))
  }
  x <- at_level(x, conf.level)
  switch(type,
    event = tidy_events(x), averages = tidy_averages(averages(x, percent = percent)), covariates = tidy_covariates(x)
  )
}

# The names of arguments that ask for nothing: table makers such as modelsummary hand on their own as NULL or FALSE.
idle <- function(...) {
  given <- list(...)
  nothing <- vapply(given, function(value) is.null(value) || isFALSE(value), NA)
  setdiff(names(given)[nothing], "")
}

tidy_att <- function(x, conf.int, level) {
  tidied <- data.frame(term = "ATT", estimate = x$att, std.error = x$se, p.value = x$p_value)
  if (conf.int) {
    bounds <- interval_at(x, level)
    tidied$conf.low <- bounds[1]
    tidied$conf.high <- bounds[2]
  }
  tidied$method <- x$method
  tidied$converged <- x$converged
  tidied
}

tidy_averages <- function(found) {
  term <- ifelse(found$by == "all", found$measure, paste0(found$by, "::", found$group, "::", found$measure))
  data.frame(
    term = term, found[c("by", "group", "measure")], estimate = found$estimate, std.error = found$se,
    p.value = found$p_value, conf.low = found$ci_lower, conf.high = found$ci_upper, n_cells = found$n_cells
  )
}

tidy_events <- function(x) {
  events <- x$by_event_time
  data.frame(
    term = paste0(x$time, "::", events$event_time), event_time = events$event_time, kind = events$kind,
    estimate = events$effect, std.error = events$se, p.value = events$p_value, conf.low = events$ci_lower,
    conf.high = events$ci_upper, band.low = events$band_lower, band.high = events$band_upper,
    n_cells = events$n_cells
  )
}

tidy_covariates <- function(x) {
  found <- x$coefficients
  data.frame(
    term = found$covariate, estimate = found$coefficient, std.error = found$se, p.value = found$p_value,
    conf.low = found$ci_lower, conf.high = found$ci_upper
  )
}

# `gof_map` is what modelsummary hands on.
glance.trop <- function(x, ...) {
  refuse_more(..., allowed = c("gof_map", idle(...)))
  data.frame(
    nobs = x$n_obs, n_units = x$n_units, n_periods = x$n_periods, n_treated_units = x$n_treated_units,
    n_treated_cells = x$n_treated_cells, lambda_time = x$lambdas[["time"]],
    lambda_unit = x$lambdas[["unit"]], lambda_nn = x$lambdas[["nn"]], loocv_score = x$loocv_score,
    criterion = x$criterion, max_gap = x$max_gap, converged = x$converged, anchor = x$anchor,
    method = x$method
  )
}

augment.trop <- function(x, data = NULL, threads = NULL, progress = NULL, ...) {
  refuse_more(...)
  complete_predictions(x, threads, read_progress(progress))
  rows <- x$panel$rows
  if (is.null(data)) {
    data <- data.frame(
      x$panel$unit$labels[rows[, 1]], x$panel$time$labels[rows[, 2]], x$panel$Y[rows], x$panel$W[rows]
    )
    names(data) <- c(x$unit, x$time, x$outcome, x$treatment)
  } else if (!is.data.frame(data) || nrow(data) != nrow(rows)) {
    trop_stop(
      "data_unreadable", "data must be the data frame of the estimate, with ", nrow(rows), " rows, but is ",
      describe(data), "."
    )
  }
  data$.fitted <- x$predictions$matrix[rows]
  data$.resid <- (x$panel$Y - x$predictions$matrix)[rows]
  data
}
