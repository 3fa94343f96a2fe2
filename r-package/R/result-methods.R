# What R users expect of an estimate. None of these computes anything but fitted(), residuals() and
# weights(), in files of their own.

print.trop <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  cat("Triply robust panel estimate\n\n")
  if (!is.null(x$call)) {
    cat("Call: ", paste(deparse(x$call, nlines = 5), collapse = "\n"), "\n\n", sep = "")
  }
  cat("ATT: ", format(x$att, digits = digits), sep = "")
  if (!is.na(x$p_value)) {
    cat("  (", if (!is.na(x$se)) paste0("standard error ", format(x$se, digits = digits), ", "),
      level_text(x$level), " interval ", interval_text(x$ci, function(bound) format(bound, digits = digits)),
      ", p-value ", format(x$p_value, digits = 3), ", by ", x$method, ")",
      sep = ""
    )
  }
  cat(
    "\n", count(x$n_treated_cells, "treated cell"), " in ", count(x$n_treated_units, "unit"), "; ",
    x$n_units, " units x ", x$n_periods, " periods\n",
    sep = ""
  )
  if (length(x$notes)) {
    cat(count(length(x$notes), "note"), ": see summary()\n", sep = "")
  }
  invisible(x)
}

summary.trop <- function(object, ...) structure(list(result = object), class = "summary.trop")

print.summary.trop <- function(x, ...) {
  result <- x$result
  width <- min(getOption("width"), 80)
  cat("Triply robust panel estimate\n", strrep("-", width - 2), "\n", sep = "")
  rows <- summary_rows(result)
  for (label in names(rows)) {
    wrapped <- strwrap(rows[[label]], width, indent = 16, exdent = 16)
    wrapped[1] <- paste0(formatC(label, width = -16), substring(wrapped[1], 17))
    cat(wrapped, sep = "\n")
  }
  if (length(result$notes)) {
    cat("\nNotes\n")
    for (note in result$notes) {
      cat(strwrap(note, width, initial = "- ", exdent = 2), sep = "\n")
    }
  }
  invisible(x)
}

# What a summary says, by label.
summary_rows <- function(x) {
  verdict <- if (x$converged) "every effect" else "NOT every effect"
  labels <- x$panel$time$labels
  c(
    ATT = number(x$att),
    inference_rows(x),
    Outcome = paste0(x$outcome, ", ", x$n_obs, " observed cells"),
    Panel = paste0(
      x$n_units, " units (", x$unit, ") x ", x$n_periods, " periods (", x$time, ", ",
      as.character(labels[1]), " to ", as.character(labels[x$n_periods]), ")"
    ),
    Treated = paste0(
      count(x$n_treated_cells, "cell"), " in ", count(x$n_treated_units, "unit"), " (", x$treatment, "); ",
      x$n_never_treated, " never treated"
    ),
    Design = design_text(x),
    if (length(x$covariates)) c(Covariates = coefficients_text(x)),
    if (nrow(x$not_estimable)) c("Not estimable" = count(nrow(x$not_estimable), "treated cell")),
    Lambdas = paste(names(x$lambdas), number(x$lambdas), collapse = ", "),
    if (!is.null(x$scores)) c("Chosen by" = paste0(
      CRITERION_TEXTS[[x$criterion]], ", ", x$search, " search over ", nrow(x$scores), " triples (score ",
      number(x$loocv_score), ")"
    )),
    Certificate = paste0(
      "largest relative gap ", formatC(x$max_gap, digits = 1, format = "e"), "; ", verdict,
      " is within its tolerance"
    ),
    Seconds = paste(names(x$timings), sprintf("%.2f", x$timings), collapse = ", ")
  )
}

CRITERION_TEXTS <- c(
  loocv = "leave-one-out cross-validation",
  placebo_sets = "placebo cross-validation in random sets",
  placebo_folds = "placebo cross-validation in folds"
)

# What the draws of each method are.
DRAW_TEXTS <- c(
  bootstrap = "bootstrap draws", jackknife = "units left out in turn", placebo = "placebo assignments",
  conformal = "shifts in time"
)

design_text <- function(x) {
  anchor <- c(
    cell = "one fit for each treated cell", pooled = "one fit for all treated cells",
    spell = "one fit for each spell of treatment"
  )[[x$anchor]]
  paste0(
    anchor, " (", x$anchor, "); time distance by ", x$time_distance,
    if (nzchar(x$panel$average_name)) paste0("; averages weighted by ", x$panel$average_name)
  )
}

coefficients_text <- function(x) {
  found <- x$coefficients
  se <- ifelse(is.na(found$se), "", paste0(" (", number(found$se), ")"))
  paste0(found$covariate, " ", number(found$coefficient), se, collapse = ", ")
}

inference_rows <- function(x) {
  if (is.na(x$p_value)) {
    return(c("Standard error" = paste0("none", if (length(x$notes)) ", see notes")))
  }
  rows <- c(
    if (is.na(x$se)) paste("none by", x$method) else number(x$se),
    interval_text(x$ci, number),
    formatC(x$p_value, digits = 3, format = "g"),
    paste0(x$method, ", ", draws_text(x)),
    estimate_text(x$percent, " %"),
    estimate_text(x$cumulative)
  )
  stats::setNames(rows, c(
    "Standard error", paste(level_text(x$level), "interval"), "p-value", "Method", "Percent", "Cumulative"
  ))
}

# A number with its interval, from a row of numbers.
estimate_text <- function(row, unit = "") {
  if (is.na(row$estimate)) {
    return("none")
  }
  known <- !is.na(row$ci_lower)
  paste0(number(row$estimate), unit, if (known) paste0(" ", interval_text(c(row$ci_lower, row$ci_upper), number)))
}

level_text <- function(level) paste0(format(100 * level), "%")

interval_text <- function(ci, write) {
  bounds <- vapply(ci, function(bound) if (is.finite(bound)) write(bound) else "unbounded", "")
  paste0("[", bounds[1], ", ", bounds[2], "]")
}

coef.trop <- function(object, ...) c(ATT = object$att)

vcov.trop <- function(object, ...) {
  matrix(object$se^2, 1, 1, dimnames = list("ATT", "ATT"))
}

nobs.trop <- function(object, ...) object$n_obs

confint.trop <- function(object, parm, level = object$level, ...) {
  level <- read_level(level)
  percent <- paste(format(100 * c(1 - level, 1 + level) / 2, trim = TRUE, digits = 3), "%")
  matrix(interval_at(object, level), 1, 2, dimnames = list("ATT", percent))
}

# The interval at any level; NA if there is none.
interval_at <- function(object, level) {
  if (is.na(object$method) || level == object$level) {
    return(object$ci)
  }
  if (object$method == "bootstrap") {
    return(percentile_interval(object$draws, level))
  }
  found <- keep(object, paste("infer", level), infer_at(object, level))
  c(found$ci_lower[1], found$ci_upper[1])
}

# The same inference at another level: other methods' intervals need more than their draws.
infer_at <- function(object, level) {
  panel <- object$panel
  threads <- object$options$threads
  fit <- core_estimate(panel$Y, panel$W, object$lambdas, threads = threads, design = panel$design)
  core_infer(
    panel$Y, panel$W, fit$fit, object$lambdas, object$method, object$options$n_boot, level,
    object$options$seed,
    pre_periods = FALSE, retuning = object$retuning, threads = threads, design = panel$design
  )
}
