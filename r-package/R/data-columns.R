# Reading a panel from a data frame in long form.

TIME_WORDS <- c(
  "t", "time", "year", "yr", "date", "month", "quarter", "week", "day", "hour", "period", "wave",
  "datetime", "timestamp"
)
UNIT_WORDS <- c(
  "i", "id", "unit", "state", "country", "county", "region", "city", "firm", "store", "person", "name",
  "code", "fips", "geo"
)

# `columns` has outcome, treatment or cohort, unit and time, each a list of name and values, covariates and by (lists of
# such), average, cluster and donors (one such, or NULL).
read_long <- function(columns, asked) {
  unit <- columns$unit
  time <- columns$time
  refuse_swapped(unit, time)
  ids <- stats::setNames(list(unit$values, time$values), c(unit$name, time$name))
  unit_axis <- read_axis(unit, ids, by_level = is.ordered(unit$values))
  time_axis <- in_time(read_axis(time, ids, by_level = is.factor(time$values)))
  by_cohort <- columns$cohort
  cohort <- if (!is.null(by_cohort)) read_cohort(by_cohort, time_axis)
  entries <- list(
    outcome = read_outcome(columns$outcome, ids),
    treatment = if (!is.null(cohort)) {
      0 * unit_axis$code
    } else if (!is.null(columns$treatment)) {
      read_treatment(columns$treatment, ids)
    },
    unit = unit_axis$code,
    time = time_axis$code,
    outcome_name = columns$outcome$name,
    treatment_name = or(or(by_cohort, columns$treatment)$name, "")
  )
  assemble(entries, unit_axis, time_axis, function(panel) {
    panel$cohort <- cohort
    covariates <- lapply(columns$covariates, read_covariate, ids = ids)
    names(covariates) <- vapply(columns$covariates, `[[`, "", "name")
    average <- if (!is.null(columns$average)) read_average(columns$average, panel, ids)
    clusters <- if (!is.null(columns$cluster)) read_clusters(columns$cluster, panel, ids)
    donors <- if (is.null(columns$donors)) {
      read_donors("donors", asked$donors, panel$unit$labels)
    } else {
      read_donor_column(columns$donors, panel, ids)
    }
    add_design(panel, asked, covariates, average, clusters, donors, function(name) columns$by[[name]])
  })
}

# The panel that a formula, or names of columns, makes of a data frame. Without a treatment nothing is treated, if that
# may be.
panel_of_columns <- function(formula, data, roles, covariates, average_weights, cluster, asked,
                             may_be_untreated = FALSE) {
  covariates <- read_names("covariates", covariates)
  roles <- one_treatment(roles)
  if (is.data.frame(formula) && !is.data.frame(data)) { # a pipe puts the data first
    piped <- formula
    formula <- data
    data <- piped
  }
  columns <- columns_asked(formula, data, roles, covariates, average_weights, cluster, asked, may_be_untreated)
  panel <- tryCatch(
    read_long(columns, asked),
    tropanel_error_duplicate_rows = function(error) {
      trop_stop(error$code, conditionMessage(error), what_differs(columns, data))
    }
  )
  panel$formula <- formula
  panel
}

# The columns of data that a panel is made of.
columns_asked <- function(formula, data, roles, covariates, average_weights, cluster, asked, may_be_untreated) {
  untreated <- may_be_untreated && has_no_treatment(formula, roles)
  if (untreated) {
    roles <- roles[names(roles) != "treatment"]
  }
  columns <- if (is.null(formula)) {
    columns_of_names(data, roles, covariates)
  } else {
    columns_of_formula(formula, data, roles, covariates, untreated)
  }
  columns <- with_averages(columns, data, average_weights, cluster, asked$by)
  if (is_column(asked$donors)) {
    columns$donors <- one_column(data, "donors", asked$donors)
  }
  columns
}

# True for outcome ~ 1 | unit + time, and for names of columns without a treatment.
has_no_treatment <- function(formula, roles) {
  if (!is.null(roles$cohort)) {
    return(FALSE)
  }
  if (is.null(formula)) is.null(roles$treatment) else identical(parse_formula(formula)$treatment, 1)
}

# The columns of labels that tell rows of the same unit and period apart, as a sentence or nothing.
what_differs <- function(columns, data) {
  cells <- list(columns$unit$values, columns$time$values)
  twice <- duplicated(cells_of(cells)) | duplicated(cells_of(cells), fromLast = TRUE)
  known <- intersect(c("outcome", "treatment", "cohort", "unit", "time"), names(columns))
  roles <- vapply(columns[known], `[[`, "", "name")
  tells <- vapply(setdiff(names(data), roles), function(name) {
    values <- data[[name]]
    is_label <- is.atomic(values) && (!is.double(values) || inherits(values, c("Date", "POSIXct")))
    is_label && !anyDuplicated(cells_of(c(cells, list(values)))[twice])
  }, NA)
  if (!any(tells)) {
    return("")
  }
  telling <- listed(paste0("'", names(tells)[tells], "'"), 3)
  paste0(" ", refusal("duplicates_differ", columns = telling, unit = columns$unit$name))
}

# One text for each row of some columns.
cells_of <- function(columns) do.call(paste, c(lapply(columns, as.character), sep = "\r"))

# The columns of `outcome ~ treatment + covariates | unit + time`; each part may be an expression of columns.
columns_of_formula <- function(formula, data, roles = list(), covariates = character(), untreated = FALSE) {
  cohort <- roles$cohort
  given <- setdiff(names(roles)[!vapply(roles, is.null, NA)], "cohort")
  if (length(given)) {
    trop_stop("formula_invalid", refusal("formula_roles", given = listed(given)))
  }
  parts <- parse_formula(formula, by_cohort = !is.null(cohort) || untreated)
  check_data(data)
  columns <- Map(function(role, part) {
    refuse_lags(part)
    check_names(data, role, all.vars(part))
    list(
      name = paste(deparse(part, backtick = FALSE), collapse = " "),
      values = eval(part, data, environment(formula))
    )
  }, names(parts), parts)
  by_role(c(columns, named_columns(data, "cohort", cohort), named_columns(data, "covariate", covariates)), nrow(data))
}

# The columns of the given names.
columns_of_names <- function(data, roles, covariates) {
  lacking <- names(roles)[vapply(roles, is.null, NA)]
  if (length(lacking)) {
    trop_stop(
      "column_missing", "Name the columns by a formula, outcome ~ treatment | unit + time, or by all of",
      " outcome, treatment (or cohort), unit and time; ", listed(lacking), " not given."
    )
  }
  check_data(data)
  for (role in names(roles)) {
    name <- roles[[role]]
    if (!is.character(name) || length(name) != 1 || is.na(name)) {
      trop_stop(
        "column_missing", refusal("column_not_named", role = role, given = deparse1(name))
      )
    }
    check_names(data, role, name)
  }
  columns <- lapply(roles, function(name) list(name = name, values = data[[name]]))
  by_role(c(columns, named_columns(data, "covariate", covariates)), nrow(data))
}

named_columns <- function(data, role, names) {
  columns <- lapply(names, function(name) {
    check_names(data, role, name)
    list(name = name, values = data[[name]])
  })
  stats::setNames(columns, rep(role, length(columns)))
}

# Puts the covariates among `columns` into a list of their own.
by_role <- function(columns, n_rows) {
  columns <- check_columns(columns, n_rows)
  is_covariate <- names(columns) == "covariate"
  c(columns[!is_covariate], list(covariates = unname(columns[is_covariate])))
}

# The columns of weights of averages, of clusters and of groups, beside `columns`.
with_averages <- function(columns, data, average_weights, cluster, by) {
  columns$average <- one_column(data, "average_weights", average_weights)
  columns$cluster <- one_column(data, "cluster", cluster)
  for (name in setdiff(by, c(BUILT_IN, columns$unit$name, columns$time$name))) {
    if (!name %in% names(data)) {
      unknown_group(name, names(data))
    }
    columns$by[[name]] <- plain_column(named_columns(data, "by", name)[[1]], nrow(data))
  }
  columns
}

# The column of a name, NULL for none.
one_column <- function(data, role, name) {
  name <- read_names(role, name)
  if (length(name) > 1) {
    trop_stop("option_invalid", refusal("column_not_named", role = role, given = deparse1(name)))
  }
  if (length(name)) plain_column(named_columns(data, role, name)[[1]], nrow(data))
}

# Functions whose value in a row depends on the rows beside it.
OF_NEIGHBOURS <- c("lag", "lead", "shift", "diff", "cumsum", "cumprod", "cummax", "cummin")

# base R's lag() does nothing to a column, and others' shift from one unit's last period into the next unit's first.
refuse_lags <- function(part) {
  used <- intersect(all.names(part, unique = TRUE), setdiff(OF_NEIGHBOURS, all.vars(part)))
  if (length(used)) {
    trop_stop(
      "formula_invalid", "'", deparse1(part), "': ", used[1], "() in a formula does not know units and periods. Make a",
      " column of it first, within each unit and in the order of the periods."
    )
  }
}

# `by_cohort`: no treatment stands before the bar, but covariates alone, or 1 for none; so it is without any treatment.
parse_formula <- function(formula, by_cohort = FALSE) {
  wrong <- function(...) {
    trop_stop("formula_invalid", "formula must be outcome ~ treatment + covariates | unit + time: ", ...)
  }
  if (!inherits(formula, "formula")) {
    wrong("it is ", describe(formula), ".")
  }
  if (length(formula) != 3) {
    trop_stop("formula_invalid", refusal("formula_outcome_missing"))
  }
  right <- formula[[3]]
  if (!is_call(right, "|")) {
    trop_stop("formula_invalid", refusal("formula_bar_missing"))
  }
  if (is_call(right[[2]], "|")) {
    trop_stop("formula_invalid", refusal("formula_bars"))
  }
  terms <- terms_of(right[[2]])
  combined <- vapply(terms, function(term) any(vapply(c("*", ":", "-"), is_call, NA, x = term)), NA)
  if (any(combined)) {
    wrong(
      "'", deparse1(terms[combined][[1]]), "' is no column. Before '|' stand the treatment and, after '+',",
      " covariates; write I(a * b) for a product of columns."
    )
  }
  ids <- right[[3]]
  if (!is_call(ids, "+") || length(ids) != 3 || is_call(ids[[2]], "+")) {
    trop_stop("formula_invalid", refusal("formula_ids", given = deparse1(ids)))
  }
  parts <- list(outcome = formula[[2]], treatment = terms[[1]], unit = ids[[2]], time = ids[[3]])
  covariates <- if (by_cohort) terms[!vapply(terms, identical, NA, 1)] else terms[-1]
  c(parts[!(by_cohort & names(parts) == "treatment")], stats::setNames(covariates, rep("covariate", length(covariates))))
}

# The terms of a sum.
terms_of <- function(x) {
  if (is_call(x, "+") && length(x) == 3) c(terms_of(x[[2]]), terms_of(x[[3]])) else list(x)
}

is_call <- function(x, name) is.call(x) && identical(x[[1]], as.name(name))

check_data <- function(data) {
  if (!is.data.frame(data)) {
    given <- if (is.null(data)) "NULL" else paste0("of class '", class(data)[1], "'")
    trop_stop("data_unreadable", refusal(
      "no_frame", kinds = "or tibble or data.table", given = given, "function" = "trop_matrix(Y, W)"
    ))
  }
  if (nrow(data) == 0) {
    trop_stop("empty_panel", refusal("rows_missing"))
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
      trop_stop("column_missing", refusal("column_missing", role = role, column = name), hint)
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
      "columns_repeated",
      refusal("column_repeated", column = names[first], role = names(columns)[first], other = names(columns)[twice[1]])
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
    instead <- paste0(
      "write '| ", time$name, " + ", unit$name, "' (the unit first), or unit = \"", time$name, "\", time = \"",
      unit$name, "\""
    )
    trop_stop(
      "unit_time_swapped", refusal("unit_time_swapped", unit = unit$name, time = time$name, instead = instead)
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
    rows <- count(sum(missing), "row")
    trop_stop("id_missing", refusal(
      "id_missing", column = column$name, rows = rows, where = show_entries(ids, missing)
    ))
  }
  read_codes(column, by_level)
}

# Sorts the distinct values of a column, and numbers every row by them; NA where it is missing.
read_codes <- function(column, by_level = is.factor(column$values)) {
  key <- sort_key(column, by_level)
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

# Puts the periods of an axis in the order of time.
in_time <- function(axis) {
  levels <- if (is.ordered(axis$labels)) "ordered" else if (is.factor(axis$labels)) "listed" else "loose"
  found <- order_periods(axis$name, axis$labels, levels)
  axis$labels <- axis$labels[found$order]
  axis$code <- match(axis$code, found$order)
  axis$calendar <- found$calendar
  axis
}

read_outcome <- function(outcome, ids) {
  values <- outcome$values
  if (is.numeric(values) || is.logical(values)) {
    return(as.double(unclass(values)))
  }
  trop_stop("outcome_not_numeric", refuse_type("outcome_not_numeric", outcome, ids))
}

read_covariate <- function(covariate, ids) {
  values <- covariate$values
  if (is.numeric(values) || is.logical(values)) {
    return(as.double(unclass(values)))
  }
  trop_stop("covariate_not_numeric", refuse_type("covariate_not_numeric", covariate, ids))
}

# One weight for each unit.
read_average <- function(average, panel, ids) {
  values <- average$values
  numeric <- is.numeric(values) || is.logical(values)
  if (!numeric || anyNA(values)) {
    where <- if (numeric) show_entries(ids, is.na(values)) else show_non_numbers(values, ids)
    trop_stop("average_weights_not_numeric", refusal("average_missing", column = average$name, where = where))
  }
  weights <- of_units(average$name, as.double(values), panel, "average_weights_vary", "average_varies")
  list(name = average$name, values = weights)
}

# The code of each unit's cluster.
read_clusters <- function(cluster, panel, ids) {
  codes <- read_codes(cluster)$code
  if (anyNA(codes)) {
    where <- show_entries(ids, is.na(codes))
    trop_stop("cluster_missing", refusal("cluster_missing", column = cluster$name, where = where))
  }
  list(name = cluster$name, values = of_units(cluster$name, codes, panel, "cluster_varies", "cluster_varies"))
}

# The one value that each unit has in its rows.
of_units <- function(name, values, panel, code, sentence) {
  unit <- panel$rows[, 1]
  found <- values[match(seq_along(panel$unit$labels), unit)]
  varies <- unique(unit[found[unit] != values])
  if (length(varies)) {
    labels <- listed(show_label(panel$unit$labels[varies]))
    trop_stop(code, refusal(sentence, column = name, unit = panel$unit$name, labels = labels))
  }
  found
}

read_treatment <- function(treatment, ids) {
  values <- treatment$values
  if (is.factor(values) && all(levels(droplevels(values)) %in% c("0", "1", "FALSE", "TRUE"))) {
    return(as.double(as.character(values) %in% c("1", "TRUE")) + ifelse(is.na(values), NA, 0))
  }
  if (is.numeric(values) || is.logical(values)) {
    return(as.double(unclass(values)))
  }
  trop_stop("treatment_not_binary", refuse_type("treatment_not_numeric", treatment, ids, words = "FALSE or TRUE"))
}

# What refuses a column of another type than numbers.
refuse_type <- function(name, column, ids, ...) {
  type <- paste0("class '", class(column$values)[1], "'")
  refusal(name, column = column$name, type = type, where = show_non_numbers(column$values, ids), ...)
}

# The entries that are no numbers; if all of them read as numbers, the first ones.
show_non_numbers <- function(values, ids) {
  texts <- as.character(values)
  wrong <- !is.na(values) & is.na(suppressWarnings(as.double(texts)))
  show_entries(ids, if (any(wrong)) wrong else !is.na(values), texts)
}
