# What R users expect of an estimate. None of these computes anything but what another level needs.

print.trop <- function(x, ...) {
  refuse_more(...)
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

summary.trop <- function(object, percent = FALSE, level = object$level, ...) {
  refuse_more(...)
  structure(list(result = at_level(object, level), percent = isTRUE(percent)), class = "summary.trop")
}

print.summary.trop <- function(x, ...) {
  refuse_more(...)
  cat(if (x$percent) x$result$texts$summary_percent else x$result$texts$summary)
  invisible(x)
}

coef.trop <- function(object, ...) {
  refuse_more(...)
  table <- parameters(object)
  stats::setNames(table$estimate, table$term)
}

# Covariances of different parameters are not computed.
vcov.trop <- function(object, ...) {
  refuse_more(...)
  table <- parameters(object)
  matrix <- matrix(NA_real_, nrow(table), nrow(table), dimnames = list(table$term, table$term))
  diag(matrix) <- table$se^2
  matrix
}

nobs.trop <- function(object, ...) {
  refuse_more(...)
  object$n_obs
}

confint.trop <- function(object, parm, level = object$level, ...) {
  refuse_more(...)
  check_options(list(level = level))
  rows <- if (missing(parm)) seq_along(parameters(object)$term) else find_parameters(parm, parameters(object)$term)
  percent <- paste(format(100 * c(1 - level, 1 + level) / 2, trim = TRUE, digits = 3), "%")
  bounds <- bounds_at(object, level, rows)
  dimnames(bounds) <- list(parameters(object)$term[rows], percent)
  bounds
}

bounds_at <- function(object, level, rows) {
  if (identical(rows, 1L)) {
    return(matrix(interval_at(object, level), 1, 2))
  }
  table <- parameters(at_level(object, level))
  unname(as.matrix(table[rows, c("ci_lower", "ci_upper")]))
}

# The average effect, and the coefficients of covariates.
parameters <- function(object) {
  own <- object$coefficients
  data.frame(
    term = c("ATT", as.character(own$covariate)), estimate = c(object$att, own$coefficient),
    se = c(object$se, own$se), ci_lower = c(object$ci[1], own$ci_lower), ci_upper = c(object$ci[2], own$ci_upper)
  )
}

# Parameters by name or position.
find_parameters <- function(parm, known) {
  found <- if (is.numeric(parm)) match(parm, seq_along(known)) else match(as.character(parm), known)
  if (anyNA(found)) {
    wrong <- parm[is.na(found)][1]
    trop_stop(
      "option_invalid", "parm: there is no parameter ", deparse1(wrong), "; there are ",
      listed(paste0("'", known, "'"), 12), "."
    )
  }
  found
}

# The same result, which is asked for at this level: its intervals are at that of the estimate.
at_level <- function(object, level) {
  check_options(list(level = level))
  if (level != object$level && !is.na(object$method)) {
    trop_stop(
      "option_invalid", "Only the interval of the average effect is given at another level than that of the estimate, ",
      format(object$level), ": estimate with level = ", format(level), "."
    )
  }
  object
}

# The interval of the average effect at any level; NA if there is none. Those of methods other than the bootstrap need
# more than their draws.
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

# A table of a result.
as.data.frame.trop <- function(x, row.names = NULL, optional = FALSE, ..., table = "effects",
                               stringsAsFactors = FALSE) {
  refuse_more(...)
  table <- read_choice("table", table, intersect(TABLES, names(x)))
  frame <- as.data.frame(x[[table]], row.names = row.names, optional = optional)
  is_text <- vapply(frame, is.character, NA)
  if (stringsAsFactors) frame[is_text] <- lapply(frame[is_text], as.factor)
  frame
}

# Outcomes without treatment in the sample.
predict.trop <- function(object, threads = NULL, progress = interactive(), ...) {
  refuse_more(...)
  stats::fitted(object, threads = threads, progress = progress)
}
