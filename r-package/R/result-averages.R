# Averages of effects over groups of cells.

averages <- function(x, by = NULL, percent = FALSE) {
  check_result(x)
  from <- if (isTRUE(percent)) x$in_percent else x
  if (is.null(by)) {
    return(from$averages)
  }
  check_averaged(x, by)
  from$averages_by[[by]]
}

check_averaged <- function(x, by) {
  known <- names(x$averages_by)
  if (!is.character(by) || length(by) != 1 || !by %in% known) {
    trop_stop(
      "option_invalid",
      refusal("not_averaged", asked = deparse1(by), known = listed(paste0("'", known, "'"), 12), how = "by = "),
      if (is.character(by) && length(by) == 1) did_you_mean(by, known)
    )
  }
}

# Do the effects of groups differ? From the draws of the result, made anew.
differences <- function(x, by, threads = NULL, progress = NULL) {
  check_result(x)
  check_averaged(x, by)
  found <- kept_call(x, paste("differences", by), threads, progress, function(monitor, options) {
    core(
      wrap__start_differences, found_of(x, threads, monitor), match(by, names(x$averages_by)),
      options = options["threads"], monitor = monitor
    )
  })
  structure(class = "trop_differences", list(
    table = as_frame(x$panel, found$table), p_value = found$p_value, method = found$method, level = found$level,
    text = found$text
  ))
}

print.trop_differences <- function(x, ...) {
  refuse_more(...)
  cat(x$text)
  invisible(x)
}

as.data.frame.trop_differences <- function(x, row.names = NULL, optional = FALSE, ...) {
  refuse_more(...)
  as.data.frame(x$table, row.names = row.names, optional = optional)
}

check_result <- function(x) {
  if (!inherits(x, "trop")) {
    trop_stop("option_invalid", "x must be a result of trop() or trop_matrix(), not ", describe(x), ".")
  }
}
