# What is asked of a panel beside its data: anchor, distances in time, covariates, averages.

# Groups that every panel has; they go before columns of the same name.
BUILT_IN <- c("event_time", "time", "cohort", "unit")

# What is asked, as it was written; the core has the defaults.
read_asked <- function(anchor, time_distance, by) {
  list(anchor = anchor, time_distance = time_distance, by = read_names("by", by))
}

# Different names; NULL is none.
read_names <- function(option, names) {
  if (is.null(names)) {
    return(character())
  }
  if (!is.character(names) || anyNA(names)) {
    trop_stop("option_invalid", option, " must be names, such as \"x\" or c(\"x\", \"z\"), not ", deparse1(names), ".")
  }
  if (anyDuplicated(names)) {
    trop_stop("columns_repeated", option, " lists '", names[duplicated(names)][1], "' more than once.")
  }
  names
}

# Adds the design to a panel. `covariates` is a named list of vectors, `average` a vector of weights of units or
# NULL, `own_groups` gives the column of a name that is not built in; covariates and columns have an entry for
# each row of `panel$rows`. Event times are always the first groups.
add_design <- function(panel, asked, covariates, average, average_name, own_groups) {
  groups <- lapply(union("event_time", asked$by), function(name) {
    kind <- if (name %in% BUILT_IN) name else axis_kind(panel, name)
    if (is.null(kind)) read_groups(own_groups(name)) else list(name = name, codes = kind)
  })
  panel$covariates <- names(covariates)
  panel$average_name <- if (nzchar(average_name)) average_name
  panel$groups <- stats::setNames(groups, vapply(groups, `[[`, "", "name"))
  panel$design <- list(
    anchor = asked$anchor,
    time_distance = asked$time_distance,
    calendar = calendar_of(panel$time, asked$time_distance),
    average = average,
    covariates = unname(covariates)
  )
  panel
}

# "unit" or "time" for the columns of these, NULL for any other.
axis_kind <- function(panel, name) {
  if (name == panel$unit$name) "unit" else if (name == panel$time$name) "time"
}

# Groups by a column: codes count its sorted labels from 0.
read_groups <- function(column) {
  axis <- read_codes(column)
  list(name = column$name, codes = as.double(axis$code) - 1, labels = axis$labels)
}

unknown_group <- function(name, known) {
  trop_stop(
    "column_missing", refusal("group_unknown", column = name), did_you_mean(name, c(BUILT_IN, known))
  )
}

# A value of each period, to measure gaps with; NULL if periods have none and positions count.
calendar_of <- function(time, time_distance) {
  values <- calendar_values(time$labels)
  if (!identical(time_distance, "calendar")) {
    return(if (!is.unsorted(values, strictly = TRUE)) values)
  }
  if (is.null(values)) {
    labels <- listed(show_label(time$labels), 3)
    trop_stop("calendar_missing", refusal("calendar_missing", column = time$name, labels = labels))
  }
  values
}

# NULL if periods are neither numbers nor dates.
calendar_values <- function(labels) {
  if (inherits(labels, c("Date", "POSIXct"))) {
    return(if (is_monthly(labels)) month_number(labels) else as.double(unclass(labels)))
  }
  if (is.numeric(labels)) as.double(unclass(labels))
}

# Whether each date has a month of its own, and is the same day of it, or its last one.
is_monthly <- function(dates) {
  day <- function(dates) as.POSIXlt(dates)$mday
  next_day <- if (inherits(dates, "Date")) dates + 1 else dates + 86400
  !anyDuplicated(month_number(dates)) &&
    (length(unique(day(dates))) == 1 || all(day(next_day) == 1))
}

month_number <- function(dates) {
  parts <- as.POSIXlt(dates)
  as.double(12 * parts$year + parts$mon)
}
