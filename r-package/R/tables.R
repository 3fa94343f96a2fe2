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

# One row for each event time: mean placebo effects before it, mean effects from it on.
event_table <- function(treated, pre, draws, level) {
  before <- mean_effects(pre, "placebo")
  after <- mean_effects(treated, "effect")
  for (k in seq_len(nrow(after))) {
    event <- after$event_time[k]
    one_unit <- length(unique(treated$unit[treated$event_time == event])) == 1
    column <- match(event, draws$event_time)
    if (!one_unit && !is.na(column)) { # one unit does not vary when resampled
      of_event <- draws$event_draws[, column]
      after[k, c("se", "ci_lower", "ci_upper")] <- draw_interval(of_event[!is.na(of_event)], level)
    }
  }
  rbind(before, after)
}

mean_effects <- function(cells, kind) {
  sums <- rowsum(cbind(cells$effect, rep(1, length(cells$effect))), cells$event_time)
  data.frame(
    event_time = as.integer(rownames(sums)),
    kind = rep(kind, nrow(sums)),
    effect = sums[, 1] / sums[, 2],
    n_cells = as.integer(sums[, 2]),
    se = rep(NA_real_, nrow(sums)),
    ci_lower = rep(NA_real_, nrow(sums)),
    ci_upper = rep(NA_real_, nrow(sums)),
    row.names = NULL
  )
}

# Standard deviation and percentile interval of draws.
draw_interval <- function(draws, level) {
  if (length(draws) < 2) {
    return(rep(NA_real_, 3))
  }
  c(stats::sd(draws), percentile_interval(draws, level))
}

# Quantiles of type 6; a bound is infinite if there are too few draws for it.
percentile_interval <- function(draws, level) {
  tail <- (1 - level) / 2
  if ((length(draws) + 1) * tail < 1) {
    return(c(-Inf, Inf))
  }
  unname(stats::quantile(draws, c(tail, 1 - tail), type = 6))
}
