# Reading a panel from a data frame in long form.

TIME_WORDS <- c(
  "t", "time", "year", "yr", "date", "month", "quarter", "week", "day", "hour", "period", "wave",
  "datetime", "timestamp"
)
UNIT_WORDS <- c(
  "i", "id", "unit", "state", "country", "county", "region", "city", "firm", "store", "person", "name",
  "code", "fips", "geo"
)

# `columns` has outcome, treatment, unit and time, each a list of name and values.
read_long <- function(columns) {
  unit <- columns$unit
  time <- columns$time
  refuse_swapped(unit, time)
  ids <- stats::setNames(list(unit$values, time$values), c(unit$name, time$name))
  unit_axis <- read_axis(unit, ids, by_level = is.ordered(unit$values))
  time_axis <- read_axis(time, ids, by_level = is.factor(time$values))
  refuse_numbers_as_text(time_axis)
  assemble(list(
    outcome = read_outcome(columns$outcome, ids),
    treatment = read_treatment(columns$treatment, ids),
    unit = unit_axis$code,
    time = time_axis$code,
    outcome_name = columns$outcome$name,
    treatment_name = columns$treatment$name,
    show = function(where, values = NULL) show_entries(ids, where, values)
  ), unit_axis, time_axis)
}

# The columns of `outcome ~ treatment | unit + time`; each part may be an expression of columns.
columns_of_formula <- function(formula, data, roles = list()) {
  given <- names(roles)[!vapply(roles, is.null, NA)]
  if (length(given)) {
    trop_stop(
      "formula_invalid", "The formula names the columns already; leave out ", listed(given), "."
    )
  }
  parts <- parse_formula(formula)
  check_data(data)
  for (role in names(parts)) {
    check_names(data, role, all.vars(parts[[role]]))
  }
  columns <- lapply(names(parts), function(role) {
    values <- eval(parts[[role]], data, environment(formula))
    list(name = paste(deparse(parts[[role]], backtick = FALSE), collapse = " "), values = values)
  })
  check_columns(stats::setNames(columns, names(parts)), nrow(data))
}

# The columns of the given names.
columns_of_names <- function(data, roles) {
  lacking <- names(roles)[vapply(roles, is.null, NA)]
  if (length(lacking)) {
    trop_stop(
      "column_missing", "Name the columns by a formula, outcome ~ treatment | unit + time, or by all of",
      " outcome, treatment, unit and time; ", listed(lacking), " not given."
    )
  }
  check_data(data)
  for (role in names(roles)) {
    name <- roles[[role]]
    if (!is.character(name) || length(name) != 1 || is.na(name)) {
      trop_stop(
        "column_missing", role, " must be the name of a column, such as \"", role, "\", not ",
        deparse1(name), "."
      )
    }
    check_names(data, role, name)
  }
  columns <- lapply(roles, function(name) list(name = name, values = data[[name]]))
  check_columns(columns, nrow(data))
}

parse_formula <- function(formula) {
  wrong <- function(...) {
    trop_stop("formula_invalid", "formula must be outcome ~ treatment | unit + time: ", ...)
  }
  if (!inherits(formula, "formula")) {
    wrong("it is ", describe(formula), ".")
  }
  if (length(formula) != 3) {
    wrong("it has no outcome.")
  }
  right <- formula[[3]]
  if (!is_call(right, "|")) {
    wrong("it has no '|', which separates the treatment from unit and time.")
  }
  if (is_call(right[[2]], "|")) {
    wrong("it has more than one '|'.")
  }
  if (any(vapply(c("+", "*", ":", "-"), is_call, NA, x = right[[2]]))) {
    wrong(
      "'", deparse1(right[[2]]), "' is more than one treatment. There is one treatment, 0 or 1, and no",
      " covariate."
    )
  }
  ids <- right[[3]]
  if (!is_call(ids, "+") || length(ids) != 3 || is_call(ids[[2]], "+")) {
    wrong("after '|' stand two ids, the unit's first, not '", deparse1(ids), "'.")
  }
  list(outcome = formula[[2]], treatment = right[[2]], unit = ids[[2]], time = ids[[3]])
}

is_call <- function(x, name) is.call(x) && identical(x[[1]], as.name(name))

check_data <- function(data) {
  if (!is.data.frame(data)) {
    trop_stop(
      "data_unreadable", "data must be a data frame (or tibble or data.table), not ",
      if (is.null(data)) "NULL" else paste0("of class '", class(data)[1], "'"),
      ". Matrices go to trop_matrix(Y, W)."
    )
  }
  if (nrow(data) == 0) {
    trop_stop("empty_panel", "data has no rows.")
  }
}

check_names <- function(data, role, names) {
  known <- names(data)
  for (name in names) {
    if (!name %in% known) {
      hint <- did_you_mean(name, known)
      if (!nzchar(hint)) {
        hint <- paste0(" The columns are ", listed(paste0("'", known, "'"), 12), ".")
      }
      trop_stop("column_missing", role, ": data has no column '", name, "'.", hint)
    }
    if (sum(known == name) > 1) {
      trop_stop("columns_repeated", "data has more than one column '", name, "'; rename them.")
    }
  }
}

check_columns <- function(columns, n_rows) {
  names <- vapply(columns, `[[`, "", "name")
  twice <- which(duplicated(names))
  if (length(twice)) {
    first <- match(names[twice[1]], names)
    trop_stop(
      "columns_repeated", "Column '", names[first], "' is given as ", names(columns)[first], " and as ",
      names(columns)[twice[1]], "; these must differ."
    )
  }
  lapply(columns, plain_column, n_rows = n_rows)
}

# A column as an atomic vector or factor with one entry for each row.
plain_column <- function(column, n_rows) {
  values <- column$values
  if (inherits(values, "POSIXlt")) {
    values <- as.POSIXct(values)
  }
  if (is.matrix(values) && ncol(values) == 1) {
    values <- values[, 1]
  }
  if (!is.atomic(values) || is.null(values) || length(values) != n_rows || is.matrix(values)) {
    trop_stop(
      "data_unreadable", "'", column$name, "' must be a vector with one entry for each of the ", n_rows,
      " rows of data, but is ", describe(values), "."
    )
  }
  if (inherits(values, "integer64")) {
    trop_stop(
      "data_unreadable", "'", column$name, "' is of class 'integer64', which base R does not read.",
      " Convert it with as.numeric() or, if it is an id, with as.character()."
    )
  }
  list(name = column$name, values = values)
}

describe <- function(values) {
  size <- if (is.null(dim(values))) length(values) else paste(dim(values), collapse = " x ")
  paste0("of class '", class(values)[1], "' and size ", size)
}

refuse_swapped <- function(unit, time) {
  word <- tolower(time$name)
  like_a_unit <- is.character(time$values) || is.factor(time$values) || word %in% UNIT_WORDS ||
    endsWith(word, "id")
  by_name <- tolower(unit$name) %in% TIME_WORDS && !word %in% TIME_WORDS
  by_type <- is_temporal(unit$values) && !is_temporal(time$values)
  if (like_a_unit && (by_name || by_type)) {
    trop_stop(
      "unit_time_swapped", "unit '", unit$name, "' looks like periods and time '", time$name,
      "' like units. If so, write '| ", time$name, " + ", unit$name, "' (the unit first), or unit = \"",
      time$name, "\", time = \"", unit$name, "\"; if not, rename or convert these columns."
    )
  }
}

is_temporal <- function(values) inherits(values, c("Date", "POSIXct", "yearmon", "yearqtr"))

# Sorts the distinct ids of a column, and numbers every row by them.
#
# Factors sort by level if `by_level`, else by label. Text sorts by its characters' code points, in any
# locale: the order of units decides which ones a bootstrap draws.
read_axis <- function(column, ids, by_level) {
  key <- sort_key(column, by_level)
  missing <- is.na(column$values) | is.na(key)
  if (any(missing)) {
    trop_stop(
      "id_missing", "'", column$name, "' is missing in ", count(sum(missing), "row"), ": ",
      show_entries(ids, missing), ". Every row needs a unit and a period: fill these in or drop the rows."
    )
  }
  distinct <- sort(unique(key), method = "radix")
  list(
    name = column$name,
    labels = column$values[match(distinct, key)],
    code = match(key, distinct)
  )
}

sort_key <- function(column, by_level) {
  values <- column$values
  if (is.factor(values)) {
    return(if (by_level) as.integer(values) else enc2utf8(as.character(values)))
  }
  if (is.character(values)) {
    return(enc2utf8(as.vector(values)))
  }
  if (typeof(values) %in% c("logical", "integer", "double")) {
    return(as.double(unclass(values)))
  }
  trop_stop(
    "id_not_sortable", "'", column$name, "' holds ids of type ", typeof(values), ", which cannot be put in",
    " order. Use text, numbers, dates or a factor."
  )
}

refuse_numbers_as_text <- function(time) {
  if (!is.character(time$labels) && !is.factor(time$labels)) {
    return()
  }
  texts <- trimws(as.character(time$labels))
  if (all(grepl("^[0-9]+$", texts)) && is.unsorted(as.double(texts))) {
    trop_stop(
      "time_order_ambiguous", "'", time$name, "' holds numbers as text, which sort as ",
      listed(show_label(texts), 4), ". Convert the column to integers, with as.integer(as.character(",
      time$name, "))."
    )
  }
}

read_outcome <- function(outcome, ids) {
  values <- outcome$values
  if (is.numeric(values) || is.logical(values)) {
    return(as.double(unclass(values)))
  }
  trop_stop(
    "outcome_not_numeric", "Outcome '", outcome$name, "' must be numeric, but is of class '",
    class(values)[1], "': ", show_non_numbers(values, ids), ". Convert it to numbers."
  )
}

read_treatment <- function(treatment, ids) {
  values <- treatment$values
  if (is.factor(values) && all(levels(droplevels(values)) %in% c("0", "1", "FALSE", "TRUE"))) {
    return(as.double(as.character(values) %in% c("1", "TRUE")) + ifelse(is.na(values), NA, 0))
  }
  if (is.numeric(values) || is.logical(values)) {
    return(as.double(unclass(values)))
  }
  trop_stop(
    "treatment_not_binary", "Treatment '", treatment$name, "' must be 0 or 1 (or FALSE or TRUE), but is of",
    " class '", class(values)[1], "': ", show_non_numbers(values, ids), ". Recode it to 0 and 1."
  )
}

# The entries that are no numbers; if all of them read as numbers, the first ones.
show_non_numbers <- function(values, ids) {
  texts <- as.character(values)
  wrong <- !is.na(values) & is.na(suppressWarnings(as.double(texts)))
  show_entries(ids, if (any(wrong)) wrong else !is.na(values), texts)
}
