# Small pieces of error messages.

# " Did you mean ...?" for the known names closest to `name`, or nothing.
did_you_mean <- function(name, known) {
  distance <- utils::adist(name, known, ignore.case = TRUE)
  length <- pmax(nchar(name), nchar(known))
  close <- utils::head(known[order(distance)][sort(distance / length) <= 0.4], 3)
  if (!length(close)) {
    return("")
  }
  paste0(" Did you mean ", paste0("'", close, "'", collapse = " or "), "?")
}

# The first few items, and how many more there are.
listed <- function(items, most = 5) {
  more <- length(items) - most
  paste0(paste(utils::head(items, most), collapse = ", "), if (more > 0) paste(" and", more, "more"))
}

# Ids or values as text: text in quotes, anything else plainly.
show_label <- function(label) {
  if (is.character(label) || is.factor(label)) {
    return(ifelse(is.na(label), "NA", paste0("'", label, "'")))
  }
  if (is.numeric(label)) format_each(unclass(label)) else as.character(label)
}

format_each <- function(x) vapply(x, format, "", digits = 7)

# Writes the first few entries of data in long form: where they are, whose they are, their values.
show_entries <- function(ids, where, values = NULL, prefix = "row %d ") {
  at <- if (is.logical(where)) which(where) else where
  first <- utils::head(at, 5)
  own <- lapply(names(ids), function(name) paste0(name, " = ", show_label(ids[[name]][first])))
  own <- do.call(paste, c(own, sep = ", "))
  place <- if (nzchar(prefix)) sprintf(prefix, first) else ""
  value <- if (is.null(values)) "" else paste0(" with ", show_label(values[first]))
  more <- length(at) - length(first)
  paste0(
    paste0(place, "(", own, ")", value, collapse = ", "),
    if (more > 0) paste(" and", more, "more")
  )
}

# A number with 6 significant digits; no minus before a zero.
number <- function(x) formatC(x + 0, digits = 6, format = "g", width = 1)

count <- function(n, noun) paste0(n, " ", noun, if (n != 1) "s")
