# Matrices and vectors that carry names: brought in line with those of Y, or refused.

# Brings rows and columns of `values` into the order of the names of Y, where both have some; `own` are these.
align <- function(name, values, own) {
  if (is.data.frame(values)) {
    values <- as.matrix(values)
  }
  if (is.null(dim(values))) {
    return(align_vector(name, "unit", values, own[[1]]))
  }
  rows <- positions_of(name, "unit", rownames(values), own[[1]])
  columns <- positions_of(name, "time", colnames(values), own[[2]])
  if (!is.null(rows)) values <- values[rows, , drop = FALSE]
  if (!is.null(columns)) values <- values[, columns, drop = FALSE]
  values
}

# Brings the entries of a vector of units or periods into the order of the names of Y, where both have some.
align_vector <- function(name, axis, values, own) {
  order <- if (is.atomic(values)) positions_of(name, axis, names(values), own)
  if (is.null(order)) values else values[order]
}

# Where each name of Y stands among other names; NULL if one side has none, or both have the same.
positions_of <- function(name, axis, given, expected) {
  given <- all_or_none(given)
  if (is.null(given) || is.null(expected) || identical(given, expected)) {
    return(NULL)
  }
  if (anyDuplicated(given) || anyDuplicated(expected)) {
    trop_stop("labels_invalid", refusal("labels_repeated", axis = axis))
  }
  lone <- c(setdiff(expected, given), setdiff(given, expected))
  if (length(lone)) {
    trop_stop("labels_invalid", refusal(
      "labels_unaligned", matrix = name, axis = axis, labels = listed(show_label(lone), 4),
      bare = "remove them with unname()"
    ))
  }
  match(expected, given)
}

# The names of the rows and columns of Y; a data frame without row names of its own has none.
own_names <- function(Y) {
  if (is.data.frame(Y)) {
    Y <- as.matrix(Y)
  }
  list(all_or_none(rownames(Y)), all_or_none(colnames(Y)))
}

# Names that are there for some alone, as cbind(0, y) makes them, are none.
all_or_none <- function(names) if (!is.null(names) && all(nzchar(names))) names
