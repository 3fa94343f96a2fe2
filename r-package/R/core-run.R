# From a panel and options to a result, by one call of the core.

run <- function(panel, options, progress, call) {
  force(panel)
  found <- monitoring(progress, function(monitor) {
    core(wrap__start_analysis, handle_of(panel), options = options, monitor = monitor)
  })
  for (k in which(found$notes$is_warning)) {
    trop_warn(found$notes$code[k], found$notes$text[k])
  }
  result(panel, options, found, call)
}

# The core's answer as R has it. All that a result shows is plain values, so that it can be saved; `kept` holds what
# is computed later, and the core's handle of the analysis.
result <- function(panel, options, found, call) {
  tables <- lapply(found$tables, as_frame, panel = panel)
  all <- tables$averages[tables$averages$by == "all", ]
  search <- found$search
  inference <- found$inference
  kept <- new.env(parent = emptyenv())
  kept$found <- found$found
  structure(class = "trop", c(
    list(
      att = all$estimate[1], se = all$se[1], ci = c(all$ci_lower[1], all$ci_upper[1]), interval = all$interval[1],
      p_value = all$p_value[1],
      level = found$numbers$level,
      method = or(inference$method, NA_character_),
      reason = or(inference$reason, ""),
      lambdas = stats::setNames(found$numbers$lambdas, LAMBDA_NAMES),
      criterion = or(search$criterion, NA_character_),
      loocv_score = or(search$score, NA_real_),
      covariates = panel$covariates
    ),
    found$facts,
    tables[intersect(TABLES, names(tables))],
    list(
      cumulative = number_of(all, "cumulative"),
      averages_by = by_grouping(panel, found$averages_by),
      pre_fit = c(found$pre_fit, list(units = tables$pre_fit)),
      search = search$search,
      max_gap = found$numbers$max_gap,
      converged = found$numbers$converged,
      draws = inference$draws,
      n_failed_draws = or(inference$n_failed, 0L),
      n_uncertified_draws = or(inference$n_uncertified, 0L),
      seed = found$numbers$seed,
      timings = unlist(found$timings),
      notes = found$notes$text,
      outcome = panel$outcome_name, treatment = panel$treatment_name,
      unit = panel$unit$name, time = panel$time$name,
      texts = list(
        summary = found$summary, summary_percent = found$summary_percent, headline = found$headline,
        mark = found$mark, att = found$att_text, p_value = found$p_value_text, draws = inference$draws_text,
        alt = unlist(found$alt_texts),
        outcome = found$outcome_text, effect = found$effect_text, average_effect = found$average_effect_text,
        term = found$term
      ),
      panel = panel,
      options = options,
      in_percent = list(
        averages = as_frame(panel, found$in_percent$averages),
        averages_by = by_grouping(panel, found$in_percent$averages_by)
      ),
      predictions = predictions(panel, found$tables),
      kept = kept,
      call = call
    )
  ))
}

LAMBDA_NAMES <- c("time", "unit", "nn")

# The tables that a result has under their own names.
TABLES <- c(
  "effects", "pre_effects", "not_estimable", "by_time", "by_event_time", "averages", "coefficients", "scores"
)

or <- function(value, otherwise) if (is.null(value)) otherwise else value

# Tables of averages under the names of their groupings.
by_grouping <- function(panel, tables) {
  stats::setNames(lapply(tables, as_frame, panel = panel), names(panel$groups))
}

# A measure of all treated cells, in one row.
number_of <- function(all, measure) {
  row <- all[all$measure == measure, c("estimate", "se", "ci_lower", "ci_upper", "p_value")]
  rownames(row) <- NULL
  row
}

# What is known so far of the outcomes without treatment, N x T: fitted() adds the other cells to it.
predictions <- function(panel, tables) {
  known <- new.env(parent = emptyenv())
  known$matrix <- matrix(NA_real_, nrow(panel$Y), ncol(panel$Y))
  for (cells in tables[c("effects", "pre_effects")]) {
    known$matrix[cbind(cells$unit$at, cells$time$at)] <- cells$counterfactual
  }
  known$complete <- FALSE
  known
}

# The core's handle of a result's analysis, computed again for a result of another session.
found_of <- function(x, threads = NULL, monitor = NULL) {
  if (!.Call(wrap__is_alive, x$kept$found)) {
    options <- x$options
    if (!is.null(threads)) {
      options$threads <- threads
    }
    found <- if (is.null(x$panel$saved)) {
      core(wrap__start_analysis, handle_of(x$panel), options = options, monitor = monitor)
    } else {
      load_text(x$panel$saved)$analysis
    }
    assign("found", found$found, envir = x$kept)
  }
  x$kept$found
}

# What is asked of the core for a result: its lambdas, by default as many threads as the estimate had.
asking <- function(x, threads = NULL) list(lambdas = x$lambdas, threads = or(threads, x$options$threads))
