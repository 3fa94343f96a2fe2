# What an estimate rests on, and how much it moves when that changes. Computed when first asked for, and kept
# with the result.

diagnose <- function(x, unit = NULL, time = NULL, threads = NULL) {
  check_result(x)
  panel <- x$panel
  target <- target_position(x, unit, time)
  found <- keep(x, paste(c("diagnose", target), collapse = " "), core(
    wrap__start_diagnose, handle_of(panel), target[["unit"]], target[["period"]],
    options = asking(x, threads)
  ))
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
  refuse_more(...)
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

ablation <- function(x, threads = NULL, progress = NULL) {
  check_result(x)
  kept_call(x, "ablation", threads, progress, function(monitor, options) {
    as_frame(x$panel, core(wrap__start_ablation, handle_of(x$panel), options = options, monitor = monitor))
  })
}

surface <- function(x, threads = NULL, progress = NULL) {
  check_result(x)
  if (is.null(x$scores)) {
    trop_stop("option_invalid", refusal("not_searched"))
  }
  lambdas <- paste0("lambda_", LAMBDA_NAMES)
  found <- kept_call(x, "surface", threads, progress, function(monitor, options) {
    core(
      wrap__start_att_at, handle_of(x$panel), x$scores$lambda_time, x$scores$lambda_unit, x$scores$lambda_nn,
      options = options, monitor = monitor
    )
  })
  data.frame(found[lambdas], score = x$scores$score, found[!names(found) %in% lambdas])
}

leave_one_out <- function(x, threads = NULL, progress = NULL) {
  check_result(x)
  kept_call(x, "leave_one_out", threads, progress, function(monitor, options) {
    as_frame(x$panel, core(
      wrap__start_leave_one_out, handle_of(x$panel), x$att,
      options = options, monitor = monitor
    ))
  })
}

pre_fit <- function(x) {
  check_result(x)
  x$pre_fit
}

# Computes something once for each result.
keep <- function(x, key, value) {
  if (is.null(x$kept[[key]])) {
    assign(key, value, envir = x$kept)
  }
  x$kept[[key]]
}

kept_call <- function(x, key, threads, progress, compute) {
  options <- asking(x, threads)
  check_options(options)
  progress <- read_progress(progress)
  keep(x, key, monitoring(progress, function(monitor) compute(monitor, options)))
}

target_labels <- function(panel, target) {
  data.frame(unit = panel$unit$labels[target[["unit"]]], time = panel$time$labels[target[["period"]]])
}

target_text <- function(target) paste(show_label(target$unit), "in", show_label(target$time))
