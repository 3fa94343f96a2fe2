# The weights that one target gives to units and periods.

weights.trop <- function(object, unit = NULL, time = NULL, ...) {
  refuse_more(...)
  panel <- object$panel
  target <- target_position(object, unit, time)
  found <- core(
    wrap__start_weights, handle_of(panel), target[["unit"]], target[["period"]],
    options = asking(object)
  )
  structure(
    class = "trop_weights",
    list(
      target = target_labels(panel, target),
      unit = weight_table("unit", panel$unit$labels, found$unit),
      time = weight_table("time", panel$time$labels, found$period)
    )
  )
}

weight_table <- function(name, labels, weight) {
  table <- data.frame(labels, weight = weight, normalized = weight / sum(weight))
  names(table)[1] <- name
  table
}

# The position of a cell by its labels. By default the first treated cell, of the given unit or period
# if one of them is given.
target_position <- function(object, unit, time) {
  panel <- object$panel
  i <- label_position(panel$unit, unit)
  t <- label_position(panel$time, time)
  if (is.null(i) || is.null(t)) {
    treated <- which(t(panel$W == 1), arr.ind = TRUE)[, 2:1, drop = FALSE]
    fits <- (is.null(i) | treated[, 1] %in% i) & (is.null(t) | treated[, 2] %in% t)
    if (!any(fits)) {
      trop_stop(
        "option_invalid", "No cell is treated in ", if (is.null(t)) "this unit" else "this period",
        ": give both unit and time of the target."
      )
    }
    first <- treated[fits, , drop = FALSE][1, ]
    i <- first[[1]]
    t <- first[[2]]
  }
  c(unit = i, period = t)
}

label_position <- function(axis, label) {
  if (is.null(label)) {
    return(NULL)
  }
  position <- match(as.character(label), as.character(axis$labels))
  if (length(position) != 1 || is.na(position)) {
    trop_stop(
      "option_invalid", "'", axis$name, "' has no ", deparse1(label), ".",
      did_you_mean(as.character(label)[1], as.character(axis$labels))
    )
  }
  position
}

print.trop_weights <- function(x, n = 10, ...) {
  refuse_more(...)
  cat("Weights of the target ", target_text(x$target), "\n", sep = "")
  for (name in c("unit", "time")) {
    table <- x[[name]]
    heaviest <- table[order(table$weight, decreasing = TRUE), ]
    cat("\nHeaviest of ", nrow(table), " ", name, "s:\n", sep = "")
    print(utils::head(heaviest, n), row.names = FALSE, digits = 4)
  }
  invisible(x)
}
