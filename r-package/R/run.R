# From a panel and options to a result: search, estimate, bootstrap.

run <- function(panel, options, call) {
  force(panel) # bad data first, before any step
  steps <- monitoring(options$progress, function(monitor) run_steps(panel, options, monitor))
  uncertified <- uncertified_notes(steps$fit, steps$search, steps$draws)
  for (note in uncertified) {
    trop_warn(note)
  }
  result(panel, options, steps, c(panel_notes(panel), steps$notes, uncertified), call)
}

run_steps <- function(panel, options, monitor) {
  timings <- numeric()
  timed <- function(step, value) {
    start <- proc.time()[["elapsed"]]
    force(value)
    timings[[step]] <<- proc.time()[["elapsed"]] - start
    value
  }
  search <- NULL
  notes <- character()
  lambdas <- options$lambdas
  if (is.null(lambdas)) {
    search <- timed("search", {
      grids <- complete_grids(panel, options$grids)
      core_search(
        panel$Y, panel$W, options$search, grids, threads = options$threads, monitor = monitor
      )
    })
    lambdas <- chosen_lambdas(search)
    notes <- search_notes(search, grids)
  }
  fit <- timed("estimate", core_estimate(
    panel$Y, panel$W, lambdas, pre_effects = TRUE, threads = options$threads, monitor = monitor
  ))
  inference <- timed("bootstrap", bootstrap_or_note(panel, lambdas, options, monitor))
  if (is.null(inference$draws)) {
    timings <- timings[names(timings) != "bootstrap"]
  }
  notes <- c(notes, estimate_notes(panel, fit), inference$notes)
  list(
    search = search, lambdas = lambdas, fit = fit, draws = inference$draws, notes = notes,
    timings = timings
  )
}

complete_grids <- function(panel, given) {
  grids <- core_default_grids(panel$Y, panel$W)
  grids[names(given)] <- given
  grids
}

chosen_lambdas <- function(search) {
  c(time = search$lambda_time, unit = search$lambda_unit, nn = search$lambda_nn)
}

# Bootstraps where it is asked for and means something: draws, if any, and notes.
bootstrap_or_note <- function(panel, lambdas, options, monitor) {
  if (is.null(options$inference)) {
    return(list())
  }
  refusal <- bootstrap_refusal(panel)
  if (!is.null(refusal)) {
    return(list(notes = refusal))
  }
  tryCatch(
    {
      draws <- core_bootstrap(
        panel$Y, panel$W, lambdas, options$n_boot, options$level, options$seed,
        threads = options$threads, monitor = monitor
      )
      list(draws = draws, notes = bootstrap_notes(panel, draws))
    },
    tropanel_error_too_few_draws = function(error) {
      list(notes = paste0("No standard error, interval or p-value: ", conditionMessage(error), "."))
    }
  )
}

result <- function(panel, options, steps, notes, call) {
  fit <- steps$fit
  draws <- steps$draws
  n_treated <- sum(ever_treated(panel))
  structure(
    class = "trop",
    list(
      att = fit$att,
      se = if (is.null(draws)) NA_real_ else draws$se,
      ci = if (is.null(draws)) c(NA_real_, NA_real_) else c(draws$ci_lower, draws$ci_upper),
      p_value = if (is.null(draws)) NA_real_ else draws$p_value,
      level = options$level,
      lambdas = steps$lambdas,
      loocv_score = if (is.null(steps$search)) NA_real_ else steps$search$score,
      n_obs = sum(!is.na(panel$Y)),
      n_units = nrow(panel$Y),
      n_periods = ncol(panel$Y),
      n_treated_units = n_treated,
      n_never_treated = nrow(panel$Y) - n_treated,
      n_treated_cells = as.integer(sum(panel$W)),
      effects = cells_table(panel, fit$treated),
      pre_effects = cells_table(panel, fit$pre),
      not_estimable = not_estimable_table(panel, fit$not_estimable),
      by_time = path_table(panel, fit$treated, fit$pre),
      by_event_time = event_table(fit$treated, fit$pre, draws, options$level),
      scores = if (!is.null(steps$search)) scores_table(steps$search),
      search = if (!is.null(steps$search)) options$search,
      max_gap = fit$max_gap,
      converged = fit$converged,
      draws = draws$draws,
      n_failed_draws = if (is.null(draws)) 0L else draws$n_failed,
      seed = options$seed,
      timings = steps$timings,
      notes = notes,
      outcome = panel$outcome_name,
      treatment = panel$treatment_name,
      unit = panel$unit$name,
      time = panel$time$name,
      panel = panel,
      predictions = predictions(panel, fit),
      call = call
    )
  )
}

scores_table <- function(search) {
  as.data.frame(search$scores[names(search$scores) != "abandoned"])
}

# What is known so far of the outcomes without treatment, N x T: fitted() adds the other cells to it.
predictions <- function(panel, fit) {
  known <- new.env(parent = emptyenv())
  known$matrix <- matrix(NA_real_, nrow(panel$Y), ncol(panel$Y))
  for (cells in list(fit$treated, fit$pre)) {
    known$matrix[cbind(cells$unit, cells$period)] <- cells$counterfactual
  }
  known$complete <- FALSE
  known
}
