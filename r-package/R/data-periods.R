# Periods in the order of time, from ids of any type: the rule is the core's.

# Puts the distinct labels of periods in order. `standing` says what their order means: "loose" (nothing), "listed"
# (levels of a factor), "ordered" (of an ordered one) or "columns" (of a matrix). The answer has `order`, and `calendar`:
# a value of each period to measure gaps with, or NULL.
order_periods <- function(name, labels, standing) {
  ids <- period_ids(labels)
  if (is.null(ids)) {
    return(list(order = seq_along(labels), calendar = NULL))
  }
  found <- .Call(wrap__order_of_periods, enc2utf8(name), standing, ids$kind, ids$values)
  if (!is.null(found$code)) {
    trop_stop(found$code, found$message)
  }
  found
}

# Labels as the core reads them: `kind`, and a list of vectors. NULL for labels that it has no rule for.
period_ids <- function(labels) {
  if (is.factor(labels) || is.character(labels)) {
    list(kind = "texts", values = list(enc2utf8(as.character(labels))))
  } else if (inherits(labels, c("Date", "POSIXct"))) {
    list(kind = "moments", values = moments_of(labels))
  } else if (is.numeric(labels) || is.logical(labels) || inherits(labels, "difftime")) {
    list(kind = "numbers", values = list(as.double(unclass(labels))))
  }
}

# Local days since 1970, seconds that local clocks show on them, seconds of universal time.
moments_of <- function(labels) {
  if (inherits(labels, "Date")) {
    days <- floor(as.double(unclass(labels)))
    return(list(days, 0 * days, 86400 * days))
  }
  local <- as.POSIXlt(labels)
  clock <- local$hour * 3600 + local$min * 60 + local$sec
  list(as.double(unclass(as.Date(local))), clock, as.double(unclass(labels)))
}

# Refuses labels of columns that say another order, and gives the time axis its calendar.
check_columns_in_time <- function(time) {
  time$calendar <- order_periods(time$name, time$labels, "columns")$calendar
  time
}
