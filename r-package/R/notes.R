# What a reader of a result should know beside its numbers.

# Fewer treated units than this, and a bootstrap over units says little.
FEW_TREATED_UNITS <- 5

REASONS <- c(
  outcome_missing = "outcome missing",
  disconnected = "no control cells connect unit and period",
  weights_underflow = "the weights of the connecting control cells are zero"
)

# Says why a bootstrap over units would mean nothing, if so; else NULL.
bootstrap_refusal <- function(panel) {
  treated <- sum(ever_treated(panel))
  never <- nrow(panel$Y) - treated
  if (treated < 2) {
    return(paste0(
      "No standard error, interval or p-value: there is one treated unit, and the bootstrap resamples",
      " treated units. The placebo effects (pre_effects) show how well untreated outcomes of this unit are",
      " predicted."
    ))
  }
  if (never < 2) {
    return(paste0(
      "No standard error, interval or p-value: the bootstrap resamples never-treated units, and there ",
      if (never == 1) "is one." else "are none."
    ))
  }
  NULL
}

panel_notes <- function(panel) {
  steps <- period_steps(panel$time$labels)
  wide <- steps > min(steps, Inf) * (1 + 1e-6)
  if (!any(wide)) {
    return(character())
  }
  paste0(
    "Periods in '", panel$time$name, "' are not evenly spaced (first wider step after ",
    show_label(panel$time$labels[which(wide)[1]]), "). Time weights count positions, so every step counts",
    " as one."
  )
}

# Distances between neighbouring periods; none if these are neither numbers nor dates.
period_steps <- function(labels) {
  if (inherits(labels, c("Date", "POSIXct"))) {
    return(if (is_monthly(labels)) diff(month_number(labels)) else diff(as.double(unclass(labels))))
  }
  if (is.numeric(labels)) diff(as.double(unclass(labels))) else numeric()
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
  12 * parts$year + parts$mon
}

search_notes <- function(search, grids) {
  notes <- character()
  for (name in c("time", "unit")) {
    chosen <- search[[paste0("lambda_", name)]]
    if (length(grids[[name]]) > 1 && chosen == max(grids[[name]])) {
      notes <- c(notes, edge_note(name, chosen, "largest", "larger"))
    }
  }
  nn <- search$lambda_nn
  smallest <- min(grids$nn[is.finite(grids$nn)], Inf)
  if (length(grids$nn) > 1 && is.finite(smallest)) {
    if (nn == smallest && nn > 0) {
      notes <- c(notes, edge_note("nn", nn, "smallest", "smaller"))
    } else if (nn == max(grids$nn) && is.finite(nn)) {
      notes <- c(notes, edge_note("nn", nn, "largest", "larger"))
    }
  }
  if (search$n_not_estimable > 0) {
    notes <- c(notes, paste(
      count(search$n_not_estimable, "control cell"), "cannot be predicted from the others and are left out",
      "of the cross-validation."
    ))
  }
  notes
}

edge_note <- function(name, chosen, edge, beyond) {
  paste0(
    "lambda_", name, " = ", number(chosen), " is the ", edge, " of its grid: ", beyond, " values might",
    " score better. Try them with grids = list(", name, " = c(...))."
  )
}

estimate_notes <- function(panel, fit) {
  missed <- fit$not_estimable
  if (!length(missed$unit)) {
    return(character())
  }
  cells <- paste0(
    "(", show_label(panel$unit$labels[missed$unit]), ", ", show_label(panel$time$labels[missed$period]),
    ": ", REASONS[missed$reason], ")"
  )
  paste0(
    count(length(cells), "treated cell"), " cannot be estimated and are left out of the average: ",
    listed(cells, 3), ". All are in not_estimable."
  )
}

bootstrap_notes <- function(panel, draws) {
  treated <- sum(ever_treated(panel))
  c(
    if (treated < FEW_TREATED_UNITS) paste0(
      "Only ", treated, " treated units: the bootstrap resamples them, so its standard error and interval",
      " are rough and tend to be too small."
    ),
    if (draws$n_failed > 0) paste0(
      draws$n_failed, " of ", draws$n_failed + length(draws$draws), " bootstrap draws had no treated cell",
      " that can be estimated, and are left out."
    ),
    if (is.infinite(draws$ci_lower) || is.infinite(draws$ci_upper)) {
      "The interval has no bounds: there are too few draws for this level."
    }
  )
}

# What did not reach its tolerance; these notes are warnings too.
uncertified_notes <- function(fit, search, draws) {
  unsolved <- sum(c(fit$treated$status, fit$pre$status) != "solved")
  unscored <- sum(search$scores$n_uncertified)
  c(
    if (unsolved > 0 || !fit$converged) paste0(
      unsolved, " fits are not certified as optimal to the tolerance (largest relative gap of treated",
      " cells ", formatC(fit$max_gap, digits = 1, format = "e"), "); see the column gap of effects and",
      " pre_effects."
    ),
    if (unscored > 0) paste0(
      unscored, " fits of the cross-validation are not certified as optimal to the tolerance; see the",
      " column n_uncertified of scores."
    ),
    if (!is.null(draws) && draws$n_uncertified > 0) paste0(
      draws$n_uncertified, " bootstrap draws have fits that are not certified as optimal to the tolerance",
      " (largest relative gap ", formatC(draws$max_gap, digits = 1, format = "e"), ")."
    )
  )
}
