# What is asked of a panel beside its data: anchor, distances in time, covariates, averages.

ANCHORS <- c("cell", "pooled", "spell")
TIME_DISTANCES <- c("position", "calendar")

# Groups that every panel has; they go before columns of the same name.
BUILT_IN <- c("event_time", "time", "cohort", "unit")

# Checks what can be checked without the data.
read_asked <- function(anchor, time_distance, by) {
  list(
    anchor = read_choice("anchor", anchor, ANCHORS),
    time_distance = read_choice("time_distance", time_distance, TIME_DISTANCES),
    by = read_names("by", by)
  )
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

# Adds the design to a panel. `covariates` is a named list of matrices, `average` a vector of weights of
# units or NULL, `own_groups` gives the column of a name that is not built in, one
# label for each row of `panel$rows`. Event times are always the first groups.
add_design <- function(panel, asked, covariates, average, average_name, own_groups) {
  groups <- lapply(union("event_time", asked$by), function(name) {
    kind <- if (name %in% BUILT_IN) name else axis_kind(panel, name)
    if (is.null(kind)) read_groups(panel, name, own_groups(name)) else list(name = name, codes = kind)
  })
  panel$covariates <- names(covariates)
  panel$average_name <- average_name
  panel$groups <- stats::setNames(groups, vapply(groups, `[[`, "", "name"))
  panel$design <- list(
    anchor = asked$anchor,
    time_distance = asked$time_distance,
    calendar = calendar_of(panel$time, asked$time_distance),
    average = if (!is.null(average)) check_average(average, panel, average_name),
    covariates = unname(covariates),
    groupings = unname(lapply(groups, `[[`, "codes"))
  )
  panel
}

# "unit" or "time" for the columns of these, NULL for any other.
axis_kind <- function(panel, name) {
  if (name == panel$unit$name) "unit" else if (name == panel$time$name) "time"
}

# Groups by a column: codes count its sorted labels.
read_groups <- function(panel, name, column) {
  axis <- read_codes(column)
  codes <- lay_out(panel, as.double(axis$code))
  if (all(is.na(codes[panel$W == 1]))) {
    trop_stop(
      "groups_empty", "by: '", name, "' is missing in every treated cell, so there is no group to average",
      " over."
    )
  }
  list(name = name, codes = codes, labels = axis$labels)
}

unknown_group <- function(name, known) {
  trop_stop(
    "column_missing", "by: there is no column '", name, "'. Give 'event_time', 'time', 'cohort', 'unit' or a",
    " column of the data.", did_you_mean(name, c(BUILT_IN, known))
  )
}

check_average <- function(average, panel, name) {
  wrong <- !is.finite(average) | average < 0
  if (any(wrong)) {
    trop_stop(
      "weight_invalid", "average_weights", if (nzchar(name)) paste0(": '", name, "'"),
      " must be finite and 0 or more, but is ", format(average[wrong][1]), " for '", panel$unit$name,
      "' = ", listed(show_label(panel$unit$labels[wrong])), "."
    )
  }
  average
}

# A value of each period, to measure gaps with; NULL if periods have none and positions count.
calendar_of <- function(time, time_distance) {
  values <- calendar_values(time$labels)
  if (time_distance == "position") {
    return(if (!is.unsorted(values, strictly = TRUE)) values)
  }
  if (is.null(values)) {
    trop_stop(
      "calendar_missing", "time_distance = \"calendar\" needs numbers or dates, but '", time$name, "' holds ",
      listed(show_label(time$labels), 3), ". Convert it, or use time_distance = \"position\"."
    )
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

# Refuses a covariate that lacks a value where the outcome is observed, or is the outcome under another name,
# which would explain all of it. `show` writes entries down.
check_covariate <- function(name, values, outcome, outcome_name, show) {
  lacking <- !is.finite(values) & !is.na(outcome)
  if (any(lacking)) {
    trop_stop(
      "covariate_missing", "Covariate '", name, "' is missing or infinite where outcome '", outcome_name,
      "' is observed: ", show(lacking), ". Fill it in, or make these outcomes NA."
    )
  }
  observed <- !is.na(outcome)
  if (identical(values[observed], outcome[observed])) {
    trop_stop(
      "columns_repeated", "Covariate '", name, "' holds the same numbers as outcome '", outcome_name,
      "'; leave it out of the covariates."
    )
  }
  values
}

# The core counts covariates; its errors should name them.
naming_covariates <- function(panel, code) {
  tryCatch(code, tropanel_error = function(error) {
    if (is.null(error$covariate)) {
      stop(error)
    }
    name <- panel$covariates[error$covariate]
    message <- sub("covariate [0-9]+", paste0("covariate '", name, "'"), conditionMessage(error))
    trop_stop(error$code, sentence(message), if (error$code == "covariates_collinear") paste0(
      " The covariates are, in order, ", listed(paste0("'", panel$covariates, "'"), 12), "."
    ))
  })
}

# Text with a capital first and one full stop last.
sentence <- function(text) {
  paste0(toupper(substr(text, 1, 1)), sub("\\.+$", "", substring(text, 2)), ".")
}
