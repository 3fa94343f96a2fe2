# What a reader of a result should know beside its numbers.

# Fewer treated units than this, and a bootstrap over units says little.
FEW_TREATED_UNITS <- 5

REASONS <- c(
  outcome_missing = "outcome missing",
  disconnected = "no control cells connect unit and period",
  weights_underflow = "the weights of the connecting control cells are zero",
  covariates_not_identified = "control cells do not identify the coefficients without it",
  no_donors = "no never-treated unit is observed throughout",
  no_pre_periods = "too few observed periods before the treatment"
)

# What the core remarks on a panel, in the panel's own names where these help.
panel_notes <- function(panel) {
  remarks <- core_remarks(panel$Y, panel$W, panel$design)
  notes <- vapply(remarks$message, sentence, "", USE.NAMES = FALSE)
  uneven <- remarks$code == "periods_uneven"
  if (any(uneven)) {
    notes[uneven] <- uneven_note(panel)
  }
  notes
}

uneven_note <- function(panel) {
  steps <- diff(panel$design$calendar)
  wide <- which(steps > min(steps) * (1 + 1e-6))[1]
  paste0(
    "Periods in '", panel$time$name, "' are not evenly spaced (first wider step after ",
    show_label(panel$time$labels[wide]), "). Time weights count positions, so every step counts",
    " as one; time_distance = \"calendar\" counts the gaps."
  )
}

search_notes <- function(search) {
  edges <- search$edges
  end <- ifelse(edges$upper, "largest", "smallest")
  beyond <- ifelse(edges$upper, "larger", "smaller")
  c(
    sprintf(
      paste0(
        "lambda_%s = %s is the %s of its grid: %s values might score better. Try them with",
        " grids = list(%s = c(...)), or search = \"adaptive\"."
      ), edges$lambda, number(edges$value), end, beyond, edges$lambda
    ),
    if (search$n_not_estimable > 0) paste(
      count(search$n_not_estimable, if (search$criterion == "loocv") "control cell" else "placebo set"),
      "cannot be predicted from the others and are left out of the cross-validation."
    )
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

inference_notes <- function(panel, found) {
  treated <- sum(ever_treated(panel))
  c(
    if (nzchar(found$reason)) paste0(
      "inference = \"auto\" chose ", found$method, ". ", sentence(found$reason)
    ),
    if (found$method == "bootstrap" && treated < FEW_TREATED_UNITS) paste0(
      "Only ", treated, " treated units: the bootstrap resamples them, so its standard error and interval",
      " are rough and tend to be too small."
    ),
    if (found$n_failed > 0) paste0(
      found$n_failed, " of ", found$n_failed + length(found$draws), " draws (", found$method, ") had no",
      " treated cell that can be estimated, and are left out."
    ),
    if (is.infinite(found$ci_lower[1]) || is.infinite(found$ci_upper[1])) {
      "The interval has no bounds: there are too few draws for this level."
    }
  )
}

# What did not reach its tolerance; these notes are warnings too.
uncertified_notes <- function(fit, search, inference) {
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
    if (!is.null(inference) && inference$n_uncertified > 0) paste0(
      inference$n_uncertified, " draws have fits that are not certified as optimal to the tolerance",
      " (largest relative gap ", formatC(inference$max_gap, digits = 1, format = "e"), ")."
    )
  )
}
