# Averages of effects over groups of cells.

averages <- function(x, by = NULL) {
  check_result(x)
  if (is.null(by)) {
    return(x$averages)
  }
  known <- names(x$averages_by)
  if (!is.character(by) || length(by) != 1 || !by %in% known) {
    trop_stop(
      "option_invalid",
      refusal("not_averaged", asked = deparse1(by), known = listed(paste0("'", known, "'"), 12), how = "by = "),
      if (is.character(by) && length(by) == 1) did_you_mean(by, known)
    )
  }
  x$averages_by[[by]]
}

check_result <- function(x) {
  if (!inherits(x, "trop")) {
    trop_stop("option_invalid", "x must be a result of trop() or trop_matrix(), not ", describe(x), ".")
  }
}
