# The tables of a result, built once from what the core returns.

cells_table <- function(panel, cells) {
  data.frame(
    unit = panel$unit$labels[cells$unit],
    time = panel$time$labels[cells$period],
    cells[c("event_time", "observed", "counterfactual", "effect", "rank", "gap")]
  )
}

not_estimable_table <- function(panel, cells) {
  data.frame(
    unit = panel$unit$labels[cells$unit],
    time = panel$time$labels[cells$period],
    reason = as.character(cells$reason)
  )
}

# One row for each period: means over the cells of the ever-treated units.
path_table <- function(panel, treated, pre) {
  period <- c(pre$period, treated$period)
  is_treated <- rep(c(0L, 1L), c(length(pre$period), length(treated$period)))
  sums <- rowsum(
    cbind(c(pre$observed, treated$observed), c(pre$counterfactual, treated$counterfactual), 1, is_treated),
    period
  )
  data.frame(
    time = panel$time$labels[as.integer(rownames(sums))],
    observed = sums[, 1] / sums[, 3],
    counterfactual = sums[, 2] / sums[, 3],
    n_cells = as.integer(sums[, 3]),
    n_treated = as.integer(sums[, 4]),
    row.names = NULL
  )
}

# The numbers of an estimate, with their inference where there is any.
number_table <- function(averages, inference) {
  table <- as.data.frame(averages)
  columns <- c("se", "ci_lower", "ci_upper", "p_value", "band_lower", "band_upper")
  if (is.null(inference)) {
    table[columns] <- NA_real_
    return(table)
  }
  key <- function(x) paste(x$grouping, x$code, x$measure)
  at <- match(key(averages), key(inference$averages))
  table[columns] <- lapply(inference[columns], function(column) column[at])
  table
}

NUMBERS <- c("n_cells", "estimate", "se", "ci_lower", "ci_upper", "p_value", "band_lower", "band_upper")

# The rows of some numbers, under the names that users see.
as_estimates <- function(rows) {
  names(rows)[names(rows) == "value"] <- "estimate"
  rows[] <- lapply(rows, function(column) replace(column, is.nan(column), NA))
  rownames(rows) <- NULL
  rows
}

# A measure of all treated cells, in one row.
numbers_of <- function(table, measure) {
  rows <- as_estimates(table[is.na(table$grouping) & table$measure == measure, ])
  rows[c("estimate", "se", "ci_lower", "ci_upper", "p_value")]
}

# One row for each event time: mean placebo effects before it, mean effects from it on.
event_table <- function(table) {
  rows <- as_estimates(table[table$grouping %in% 1 & table$measure == "effect", ])
  data.frame(
    event_time = as.integer(rows$code),
    kind = if (nrow(rows)) ifelse(rows$code < 0, "placebo", "effect") else character(),
    effect = rows$estimate,
    rows[setdiff(NUMBERS, "estimate")]
  )
}

# All averages of all groupings, groups as text.
averages_table <- function(panel, table) {
  rows <- as_estimates(table[table$measure != "coefficient", ])
  by <- c("all", names(panel$groups))[ifelse(is.na(rows$grouping), 0, rows$grouping) + 1]
  group <- rep("", nrow(rows))
  for (name in names(panel$groups)) {
    group[by == name] <- as.character(group_labels(panel, name, rows$code[by == name]))
  }
  data.frame(by = by, group = group, measure = rows$measure, rows[NUMBERS])
}

# The labels of a grouping's codes.
group_labels <- function(panel, name, codes) {
  groups <- panel$groups[[name]]
  if (!is.null(groups$labels)) {
    return(groups$labels[codes])
  }
  switch(groups$codes,
    event_time = as.integer(codes),
    unit = panel$unit$labels[codes],
    panel$time$labels[codes]
  )
}

coefficients_table <- function(panel, table) {
  rows <- as_estimates(table[table$measure == "coefficient", ])
  data.frame(
    covariate = panel$covariates, coefficient = rows$estimate,
    rows[c("se", "ci_lower", "ci_upper", "p_value")]
  )
}

# Quantiles of type 6; a bound is infinite if there are too few draws for it.
percentile_interval <- function(draws, level) {
  tail <- (1 - level) / 2
  if ((length(draws) + 1) * tail < 1) {
    return(c(-Inf, Inf))
  }
  unname(stats::quantile(draws, c(tail, 1 - tail), type = 6))
}
