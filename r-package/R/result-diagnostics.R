# What an estimate rests on, and how much it moves when that changes. Computed when first asked for, and kept
# with the result.

diagnose <- function(x, unit = NULL, time = NULL, threads = NULL) {
  check_result(x)
  panel <- x$panel
  target <- target_position(x, unit, time)
  threads <- threads_for(x, threads)
  found <- keep(x, paste(c("diagnose", target), collapse = " "), naming_target(panel, target, core_diagnose(
    panel$Y, panel$W, target[["unit"]], target[["period"]], x$lambdas,
    threads = threads, design = panel$design
  )))
  structure(
    class = "trop_diagnosis",
    list(
      target = target_labels(panel, target),
      unit = weight_table("unit", panel$unit$labels, found$unit_weights),
      time = weight_table("time", panel$time$labels, found$period_weights),
      effective_units = found$effective_units,
      effective_periods = found$effective_periods,
      rank = found$rank,
      components = data.frame(
        component = seq_along(found$singular_values),
        found[c("singular_values", "unit_imbalance", "time_imbalance")]
      ),
      unit_imbalance = found$unit_imbalance_norm,
      time_imbalance = found$time_imbalance_norm,
      gap = found$gap,
      converged = found$status == "solved"
    )
  )
}

print.trop_diagnosis <- function(x, ...) {
  cat("Fit of the target ", target_text(x$target), "\n\n", sep = "")
  rows <- c(
    "Effective donors" = number(x$effective_units),
    "Effective periods" = number(x$effective_periods),
    "Rank" = as.character(x$rank),
    "Unit imbalance" = number(x$unit_imbalance),
    "Time imbalance" = number(x$time_imbalance),
    "Relative gap" = formatC(x$gap, digits = 1, format = "e")
  )
  cat(paste0(formatC(names(rows), width = -20), rows), sep = "\n")
  if (nrow(x$components)) {
    cat("\nComponents of the low-rank part:\n")
    print(x$components, row.names = FALSE, digits = 4)
  }
  invisible(x)
}

ablation <- function(x, threads = NULL, progress = interactive()) {
  check_result(x)
  found <- kept_call(x, "ablation", core_ablation, x$lambdas, threads, progress)
  data.frame(variant = found$estimator, found$at)
}

surface <- function(x, threads = NULL, progress = interactive()) {
  check_result(x)
  if (is.null(x$scores)) {
    trop_stop(
      "option_invalid", "surface shows the ATT over the searched lambdas, and lambdas were given: let trop()",
      " search for them."
    )
  }
  triples <- stats::setNames(x$scores[paste0("lambda_", LAMBDA_NAMES)], LAMBDA_NAMES)
  found <- kept_call(x, "surface", core_att_at, triples, threads, progress)
  lambdas <- paste0("lambda_", LAMBDA_NAMES)
  data.frame(found[lambdas], score = x$scores$score, found[!names(found) %in% lambdas])
}

leave_one_out <- function(x, threads = NULL, progress = interactive()) {
  check_result(x)
  found <- kept_call(x, "leave_one_out", core_leave_one_out, x$lambdas, threads, progress)
  att <- replace(found$att, is.nan(found$att), NA)
  data.frame(unit = x$panel$unit$labels[found$unit], att = att, change = att - x$att)
}

pre_fit <- function(x) {
  check_result(x)
  found <- x$pre_fit
  units <- found$by_unit
  found$by_unit <- NULL
  found[c("mean", "rmse")] <- lapply(found[c("mean", "rmse")], function(x) if (is.nan(x)) NA_real_ else x)
  c(found, list(units = data.frame(unit = x$panel$unit$labels[units$unit], units[c("n_cells", "mean", "rmse")])))
}

# Computes something once for each result.
keep <- function(x, key, value) {
  if (is.null(x$kept[[key]])) {
    assign(key, value, envir = x$kept)
  }
  x$kept[[key]]
}

kept_call <- function(x, key, compute, lambdas, threads, progress) {
  threads <- threads_for(x, threads)
  progress <- read_progress(progress)
  panel <- x$panel
  keep(x, key, monitoring(progress, function(monitor) {
    compute(panel$Y, panel$W, lambdas, threads = threads, monitor = monitor, design = panel$design)
  }))
}

# By default as many threads as the estimate had.
threads_for <- function(x, threads) if (is.null(threads)) x$options$threads else read_threads(threads)

# The core counts units and periods; its refusal of a target should name them.
naming_target <- function(panel, target, code) {
  tryCatch(code, tropanel_error_target_not_estimable = function(error) {
    message <- sub(
      "unit [0-9]+ has no effect in period [0-9]+",
      paste(target_text(target_labels(panel, target)), "has no effect"), conditionMessage(error)
    )
    trop_stop(error$code, sentence(message))
  })
}

target_labels <- function(panel, target) {
  data.frame(unit = panel$unit$labels[target[["unit"]]], time = panel$time$labels[target[["period"]]])
}

target_text <- function(target) paste(show_label(target$unit), "in", show_label(target$time))
