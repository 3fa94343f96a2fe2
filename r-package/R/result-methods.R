# What R users expect of an estimate. None of these computes anything but confint() at another level, and fitted(),
# residuals() and weights(), in files of their own.

print.trop <- function(x, ...) {
  if (!is.null(x$call)) {
    cat("Call: ", paste(deparse(x$call, nlines = 5), collapse = "\n"), "\n\n", sep = "")
  }
  cat(strwrap(x$texts$headline, getOption("width")), sep = "\n")
  cat(
    count(x$n_treated_cells, "treated cell"), " in ", count(x$n_treated_units, "unit"), "; ",
    x$n_units, " units x ", x$n_periods, " periods\n",
    sep = ""
  )
  if (length(x$notes)) {
    cat(count(length(x$notes), "note"), ": see summary()\n", sep = "")
  }
  invisible(x)
}

summary.trop <- function(object, percent = FALSE, ...) {
  structure(list(result = object, percent = isTRUE(percent)), class = "summary.trop")
}

print.summary.trop <- function(x, ...) {
  cat(if (x$percent) x$result$texts$summary_percent else x$result$texts$summary)
  invisible(x)
}

coef.trop <- function(object, ...) c(ATT = object$att)

vcov.trop <- function(object, ...) {
  matrix(object$se^2, 1, 1, dimnames = list("ATT", "ATT"))
}

nobs.trop <- function(object, ...) object$n_obs

confint.trop <- function(object, parm, level = object$level, ...) {
  check_options(list(level = level))
  percent <- paste(format(100 * c(1 - level, 1 + level) / 2, trim = TRUE, digits = 3), "%")
  matrix(interval_at(object, level), 1, 2, dimnames = list("ATT", percent))
}

# The interval at any level; NA if there is none. Those of methods other than the bootstrap need more than their
# draws.
interval_at <- function(object, level) {
  if (is.na(object$method) || level == object$level) {
    return(object$ci)
  }
  if (object$method == "bootstrap") {
    return(.Call(wrap__percentile_interval, object$draws, level))
  }
  unlist(keep(object, paste("interval", level), core(
    wrap__start_interval, found_of(object),
    options = list(level = level, threads = object$options$threads)
  )), use.names = FALSE)
}
