# Who may serve for whom: flags or groups of units, donors by unit, or flags of pairs.

# `given` as the core has it, an entry for each of the units of `labels`. A vector holds flags of units that may serve,
# or groups; a named list the donors of some units, the others having all; a matrix, in row i, those of unit i.
read_donors <- function(name, given, labels) {
  if (is.null(given)) {
    return(NULL)
  }
  if (is.list(given) && !is.data.frame(given)) {
    return(donors_by_unit(given, labels))
  }
  if (is.data.frame(given) || is.matrix(given)) {
    return(donors_of_pairs(as.matrix(given), labels))
  }
  if (!is.atomic(given) || length(given) != length(labels)) {
    trop_stop("donors_length", refuse_donors_length(given, labels))
  }
  if (anyNA(given)) {
    where <- listed(show_label(labels[is.na(given)]))
    trop_stop("donors_missing", refusal("donors_missing", column = name, where = where))
  }
  if (is.logical(given)) {
    return(list(kind = "units", values = as.integer(given)))
  }
  if (is.numeric(given) && all(given %in% c(0, 1))) {
    trop_stop("option_invalid", refusal("donors_ambiguous", column = name))
  }
  list(kind = "groups", values = read_codes(list(name = name, values = given))$code)
}

donors_of_pairs <- function(given, labels) {
  n <- length(labels)
  if (!identical(dim(given), c(n, n))) {
    trop_stop("donors_length", refuse_donors_length(given, labels))
  }
  own <- as.character(labels)
  rows <- positions_of("donors", "unit", rownames(given), own)
  columns <- positions_of("donors", "unit", colnames(given), own)
  if (!is.null(rows)) given <- given[rows, , drop = FALSE]
  if (!is.null(columns)) given <- given[, columns, drop = FALSE]
  if (!is.logical(given) && !is.numeric(given) || anyNA(given) || !all(given %in% c(0, 1))) {
    trop_stop("option_invalid", refusal("donors_pairs"))
  }
  list(kind = "pairs", values = as.integer(t(given)))
}

donors_by_unit <- function(given, labels) {
  own <- as.character(labels)
  named <- c(names(given), unlist(lapply(given, as.character), use.names = FALSE))
  unknown <- setdiff(named, own)
  if (is.null(names(given)) || length(unknown)) {
    unknown <- if (length(unknown)) listed(show_label(unknown), 4) else "a list without names"
    trop_stop("option_invalid", refusal("donors_unknown", unit = "unit", labels = unknown))
  }
  pairs <- matrix(TRUE, length(own), length(own), dimnames = list(own, own))
  for (unit in names(given)) {
    pairs[unit, ] <- own %in% as.character(given[[unit]])
  }
  donors_of_pairs(pairs, labels)
}

refuse_donors_length <- function(given, labels) {
  what <- if (is.matrix(given)) {
    paste("the shape", shape(given))
  } else if (is.atomic(given)) {
    paste(length(given), "entries")
  } else {
    describe(given)
  }
  refusal("donors_length", expected = length(labels), given = what)
}

# A column of flags or groups, the same in all rows of a unit.
read_donor_column <- function(column, panel, ids) {
  if (anyNA(column$values)) {
    where <- show_entries(ids, is.na(column$values))
    trop_stop("donors_missing", refusal("donors_missing", column = column$name, where = where))
  }
  firsts <- match(column$values, column$values)
  first <- of_units(column$name, firsts, panel, "donors_vary", "donors_varies")
  read_donors(column$name, column$values[first], panel$unit$labels)
}

# A number of periods.
read_n_periods <- function(name, value) {
  if (!is.numeric(value) || length(value) != 1 || is.na(value) || value < 0 || value != round(value) || value > 1e9) {
    trop_stop("option_invalid", name, " must be a whole number of periods from 0 on, not ", deparse1(value), ".")
  }
  as.double(value)
}
