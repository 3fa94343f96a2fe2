# What is asked of a panel beside its data: anchor, distances in time, covariates, averages.

# Groups that every panel has; they go before columns of the same name.
BUILT_IN <- c("event_time", "time", "cohort", "unit")

# What is asked, as it was written; the core has the defaults.
read_asked <- function(anchor, time_distance, by, donors = NULL, anticipation = 0, washout = 0,
                       labels = NULL) {
  list(
    anchor = anchor, time_distance = time_distance, by = read_names("by", by), donors = donors,
    anticipation = read_n_periods("anticipation", anticipation), washout = read_n_periods("washout", washout),
    labels = read_label_texts(labels)
  )
}

# What can have a label in words and pictures.
LABELLED <- c("outcome", "effect")

# What outcome and effect are to be called: a list by name.
read_label_texts <- function(labels) {
  if (is.null(labels)) {
    return(list())
  }
  if (!(is.list(labels) || is.character(labels)) || is.null(names(labels))) {
    trop_stop("option_invalid", refusal(
      "labels_unnamed", example = "c(outcome = \"Packs\", effect = \"Tax\")",
      given = deparse1(labels)
    ))
  }
  read_names("labels", names(labels))
  labels <- as.list(labels)
  for (key in names(labels)) {
    if (!key %in% LABELLED) {
      trop_stop("option_invalid", refusal("label_unknown", key = key), did_you_mean(key, LABELLED))
    }
    text <- labels[[key]]
    if (!is.character(text) || length(text) != 1 || is.na(text) || !nzchar(trimws(text))) {
      trop_stop("option_invalid", refusal("label_invalid", key = key, given = deparse1(text)))
    }
  }
  lapply(labels, enc2utf8)
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

# Adds the design to a panel. `covariates` is a named list of vectors, `average` and `clusters` are NULL or lists of
# name (or NULL) and values, one for each unit, `own_groups` gives the column of a name that is not built in; covariates and columns have an entry for
# each row of `panel$rows`. Event times are always the first groups.
add_design <- function(panel, asked, covariates, average, clusters, donors, own_groups) {
  groups <- lapply(union("event_time", asked$by), function(name) {
    kind <- if (name %in% BUILT_IN) name else axis_kind(panel, name)
    if (is.null(kind)) read_groups(own_groups(name)) else list(name = name, codes = kind)
  })
  panel$covariates <- names(covariates)
  panel$average_name <- average$name
  panel$cluster_name <- clusters$name
  panel$labels <- asked$labels
  panel$donors_name <- if (is_column(asked$donors)) asked$donors
  panel$groups <- stats::setNames(groups, vapply(groups, `[[`, "", "name"))
  panel$design <- list(
    anchor = asked$anchor,
    time_distance = asked$time_distance,
    calendar = calendar_of(panel$time, asked$time_distance),
    average = average$values,
    clusters = clusters$values,
    donors = donors,
    anticipation = asked$anticipation,
    washout = asked$washout,
    covariates = unname(covariates)
  )
  panel
}

# True for the name of a column.
is_column <- function(given) is.character(given) && length(given) == 1 && is.null(dim(given))

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
  if (is.null(time$calendar) && identical(time_distance, "calendar")) {
    labels <- listed(show_label(time$labels), 3)
    trop_stop("calendar_missing", refusal("calendar_missing", column = time$name, labels = labels))
  }
  time$calendar
}
