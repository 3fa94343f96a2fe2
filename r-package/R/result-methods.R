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
  bounds <- if (identical(rows, 1L)) matrix(interval_at(object, level), 1, 2) else bounds_at(object, level, rows)
  dimnames(bounds) <- list(parameters(object)$term[rows], percent)
  bounds
}

bounds_at <- function(object, level, rows) {
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

# The same result with all intervals at another level; NA where there is none. But for the bootstrap's interval of the
# average effect (interval_at) draws are made again.
at_level <- function(object, level) {
  check_options(list(level = level))
  if (level == object$level || is.na(object$method)) {
    object$level <- level
    return(object)
  }
  options <- replace(object$options, "level", level)
  keep(object, paste("level", level), {
    found <- core(wrap__start_at_level, found_of(object), options = options[names(options) %in% c("level", "threads")])
    result(object$panel, options, found, object$call)
  })
}

interval_at <- function(object, level) {
  if (is.na(object$method) || level == object$level) {
    return(object$ci)
  }
  if (object$method == "bootstrap") {
    return(.Call(wrap__percentile_interval, object$draws, level))
  }
  at_level(object, level)$ci
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
predict.trop <- function(object, threads = NULL, progress = NULL, ...) {
  refuse_more(...)
  stats::fitted(object, threads = threads, progress = progress)
}
