# From a panel and options to a result: search, estimate, inference.

# Where inference = "auto" finds nothing that means something for the data.
NO_METHOD <- c("inference_impossible", "too_few_draws", "too_few_treated_units")

run <- function(panel, options, call) {
  force(panel) # bad data first, before any step
  steps <- naming_covariates(panel, monitoring(options$progress, function(monitor) {
    run_steps(panel, options, monitor)
  }))
  uncertified <- uncertified_notes(steps$fit, steps$search, steps$inference)
  for (note in uncertified) {
    trop_warn(note)
  }
  result(panel, options, steps, c(steps$notes, uncertified), call)
}

run_steps <- function(panel, options, monitor) {
  timings <- numeric()
  timed <- function(step, value) {
    start <- proc.time()[["elapsed"]]
    force(value)
    timings[[step]] <<- proc.time()[["elapsed"]] - start
    value
  }
  notes <- panel_notes(panel)
  check_inference(panel, options)
  lambdas <- options$lambdas
  search <- retuning <- NULL
  if (is.null(lambdas)) {
    search <- timed("search", {
      grids <- complete_grids(panel, options$grids)
      core_search(
        panel$Y, panel$W, grids, options$search,
        threads = options$threads, monitor = monitor, design = panel$design
      )
    })
    lambdas <- chosen_lambdas(search)
    notes <- c(notes, search_notes(search))
    if (options$retune) {
      retuning <- c(list(grids = grids, abandon = TRUE), options$search)
    }
  }
  fit <- timed("estimate", core_estimate(
    panel$Y, panel$W, lambdas,
    pre_effects = TRUE, threads = options$threads, monitor = monitor, design = panel$design
  ))
  inferred <- if (!is.null(options$inference)) {
    timed("inference", infer_or_note(panel, fit, lambdas, retuning, options, monitor))
  }
  list(
    search = search, lambdas = lambdas, retuning = retuning, fit = fit, inference = inferred$inference,
    notes = c(notes, estimate_notes(panel, fit), inferred$notes), timings = timings
  )
}

complete_grids <- function(panel, given) {
  grids <- core_default_grids(panel$Y, panel$W, if (is.null(panel$design)) list() else panel$design)
  grids[names(given)] <- given
  grids
}

chosen_lambdas <- function(search) {
  c(time = search$lambda_time, unit = search$lambda_unit, nn = search$lambda_nn)
}

# What means nothing for the panel is refused before a search takes its time.
check_inference <- function(panel, options) {
  if (is.null(options$inference)) {
    return(invisible())
  }
  tryCatch(
    core_choose_inference(
      panel$Y, panel$W, options$inference, options$n_boot, options$level,
      retunes = options$retune, design = if (is.null(panel$design)) list() else panel$design
    ),
    tropanel_error = function(error) if (has_no_method(options, error)) NULL else stop(error)
  )
  invisible()
}

has_no_method <- function(options, error) options$inference == "auto" && error$code %in% NO_METHOD

# Inference and its notes; where "auto" finds no method, or too few draws succeed, a note alone: by then an
# estimate is there, and perhaps a long search behind it.
infer_or_note <- function(panel, fit, lambdas, retuning, options, monitor) {
  tryCatch(
    {
      found <- core_infer(
        panel$Y, panel$W, fit$fit, lambdas, options$inference, options$n_boot, options$level, options$seed,
        pre_periods = options$pre_periods, retuning = retuning, threads = options$threads,
        monitor = monitor, design = panel$design
      )
      list(inference = found, notes = inference_notes(panel, found))
    },
    tropanel_error = function(error) {
      if (error$code != "too_few_draws" && !has_no_method(options, error)) {
        stop(error)
      }
      note <- paste(
        "No standard error, interval or p-value:", sentence(conditionMessage(error)), "The placebo effects",
        "(pre_effects) show how well untreated outcomes are predicted."
      )
      if (options$inference != "auto") {
        warning(note, call. = FALSE)
      }
      list(notes = note)
    }
  )
}

result <- function(panel, options, steps, notes, call) {
  fit <- steps$fit
  inference <- steps$inference
  search <- steps$search
  n_treated <- sum(ever_treated(panel))
  table <- number_table(fit$averages, inference)
  structure(
    class = "trop",
    list(
      att = fit$att,
      se = table$se[1],
      ci = c(table$ci_lower[1], table$ci_upper[1]),
      p_value = table$p_value[1],
      level = options$level,
      method = if (is.null(inference)) NA_character_ else inference$method,
      reason = if (is.null(inference)) "" else inference$reason,
      lambdas = steps$lambdas,
      criterion = if (is.null(search)) NA_character_ else search$criterion,
      loocv_score = if (is.null(search)) NA_real_ else search$score,
      anchor = panel$design$anchor,
      time_distance = panel$design$time_distance,
      covariates = panel$covariates,
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
      by_event_time = event_table(table),
      averages = averages_table(panel, table),
      percent = numbers_of(table, "percent"),
      cumulative = numbers_of(table, "cumulative"),
      coefficients = coefficients_table(panel, table),
      pre_fit = fit$pre_fit,
      scores = if (!is.null(search)) scores_table(search),
      search = if (!is.null(search)) options$search$method,
      max_gap = fit$max_gap,
      converged = fit$converged,
      draws = inference$draws,
      n_failed_draws = if (is.null(inference)) 0L else inference$n_failed,
      seed = options$seed,
      timings = steps$timings,
      notes = notes,
      outcome = panel$outcome_name,
      treatment = panel$treatment_name,
      unit = panel$unit$name,
      time = panel$time$name,
      panel = panel,
      numbers = table,
      options = options[c("n_boot", "seed", "threads")],
      retuning = steps$retuning,
      predictions = predictions(panel, fit),
      kept = new.env(parent = emptyenv()),
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
