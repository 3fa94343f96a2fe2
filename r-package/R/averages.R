# Averages of effects over groups of cells.

averages <- function(x, by = NULL) {
  check_result(x)
  if (is.null(by)) {
    return(x$averages)
  }
  known <- names(x$panel$groups)
  if (!is.character(by) || length(by) != 1 || !by %in% known) {
    trop_stop(
      "option_invalid", "The effects were not averaged by ", deparse1(by), ", but by ",
      listed(paste0("'", known, "'"), 12), ": ask for it with trop(..., by = ).",
      if (is.character(by) && length(by) == 1) did_you_mean(by, known)
    )
  }
  rows <- x$averages[x$averages$by == by, ]
  groups <- rows$group
  table <- data.frame(group_values(x$panel, by, groups), rows[c("measure", NUMBERS)], row.names = NULL)
  names(table)[1] <- by
  table
}

# The groups as the data have them, from their texts.
group_values <- function(panel, by, groups) {
  own <- panel$groups[[by]]
  if (identical(own$codes, "event_time")) {
    return(as.integer(groups))
  }
  labels <- if (!is.null(own$labels)) {
    own$labels
  } else if (own$codes == "unit") {
    panel$unit$labels
  } else {
    panel$time$labels
  }
  labels[match(groups, as.character(labels))]
}

check_result <- function(x) {
  if (!inherits(x, "trop")) {
    trop_stop("option_invalid", "x must be a result of trop() or trop_matrix(), not ", describe(x), ".")
  }
}
