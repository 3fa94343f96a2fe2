# Estimators on simulated panels like one's own. Not called simulate(): that is a generic of base R that draws from a
# fitted model, here no model is given.

simulate_panels <- function(formula = NULL, data = NULL, estimators = NULL, estimator_options = list(), draws = 1000,
                            treated = NULL, periods = NULL, tune = "once", rank = NULL, ranks = NULL,
                            assignment = "fitted", noise = "autoregressive", coverage = FALSE, lambdas, search, grids,
                            inference, n_boot, level, seed, threads, progress = NULL, outcome = NULL,
                            treatment = NULL, unit = NULL, time = NULL, anchor = NULL, criterion, max_cells,
                            cohort = NULL) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  roles <- list(outcome = outcome, treatment = treatment, cohort = cohort, unit = unit, time = time)
  panel <- panel_of_columns(formula, data, roles, NULL, NULL, NULL, read_asked(anchor, NULL, NULL))
  study <- list(
    draws = draws, treated = treated, periods = periods, tune = tune, rank = rank, ranks = ranks,
    assignment = assignment, noise = noise, coverage = coverage
  )
  run_simulation(panel, study, estimators, estimator_options, options, progress, call)
}

simulate_matrix <- function(Y, W, estimators = NULL, estimator_options = list(), draws = 1000, treated = NULL,
                            periods = NULL, tune = "once", rank = NULL, ranks = NULL, assignment = "fitted",
                            noise = "autoregressive", coverage = FALSE, units = NULL, times = NULL, lambdas, search,
                            grids, inference, n_boot, level, seed, threads, progress = NULL, anchor = NULL,
                            criterion, max_cells) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  panel <- read_wide(Y, W, units, times, read_asked(anchor, NULL, NULL))
  study <- list(
    draws = draws, treated = treated, periods = periods, tune = tune, rank = rank, ranks = ranks,
    assignment = assignment, noise = noise, coverage = coverage
  )
  run_simulation(panel, study, estimators, estimator_options, options, progress, call)
}

run_simulation <- function(panel, study, estimators, estimator_options, options, progress, call) {
  asked <- read_estimators(estimators)
  check_estimator_options(estimator_options)
  found <- monitoring(progress, function(monitor) {
    handle <- handle_of(panel)
    plan <- core(wrap__start_simulation_plan, handle, study, options = options, monitor = monitor)
    own <- lapply(names(asked$own), function(name) own_estimates(name, asked$own[[name]], handle, plan, monitor))
    core(
      wrap__start_simulation, handle, plan$plan, asked$named, estimator_options, names(asked$own), own,
      options = options, monitor = monitor
    )
  })
  structure(class = "trop_simulation", c(own_tables(found$tables, panel, "simulation"), list(
    facts = found$facts, notes = found$notes, sentence = found$sentence, text = found$text,
    outcome = panel$outcome_name, time = panel$time$name, call = call
  )))
}

# What a function of the user's own says of every draw, a vector for each rank.
own_estimates <- function(name, estimator, handle, plan, monitor) {
  lapply(seq_len(plan$ranks), function(rank) {
    found <- numeric(0)
    for (k in seq_len(plan$draws)) {
      draw <- .Call(wrap__simulation_draw, handle, plan$plan, rank, k)
      if (is.null(draw)) {
        break
      }
      found[k] <- own_estimate(name, estimator, draw)
      if (!is.null(monitor)) {
        monitor(list(stage = name, done = k, total = plan$draws, left = "", advice = ""))
      }
    }
    found
  })
}

print.trop_simulation <- function(x, ...) {
  refuse_more(...)
  cat(x$text)
  invisible(x)
}

as.data.frame.trop_simulation <- function(x, row.names = NULL, optional = FALSE, ...) {
  refuse_more(...)
  as.data.frame(x$table, row.names = row.names, optional = optional)
}

plot.trop_simulation <- function(x, ...) {
  refuse_more(...)
  old <- graphics::par(no.readonly = TRUE)
  on.exit(graphics::par(old))
  graphics::layout(matrix(1:2, 1), widths = c(2, 3))
  plot_ranking(x)
  plot_example(x)
  invisible(x)
}

plot_ranking <- function(x) {
  rows <- x$table
  at <- rev(seq_len(nrow(rows)))
  others <- x$by_rank[x$by_rank$rank != x$facts$rank, ]
  lower <- rows$relative_rmse - 2 * rows$relative_rmse_se
  upper <- rows$relative_rmse + 2 * rows$relative_rmse_se
  limits <- range(lower, upper, others$relative_rmse, 1, na.rm = TRUE)
  limits <- limits + c(-1, 1) * max(0, 1e-6 - diff(limits))
  colours <- ifelse(rows$estimator == "trop", ink()$data, ink()$text)
  main <- paste("Errors on simulated panels, rank", x$facts$rank)
  open_rows(limits, at, rows$estimator, list(main = main, xlab = "RMSE over that of the best", ylab = ""))
  graphics::points(rows$relative_rmse, at, pch = 16, col = colours)
  graphics::abline(v = 1, col = ink()$text)
  graphics::segments(lower, at, upper, at, col = colours, lwd = stroke(2))
  if (nrow(others)) {
    height <- at[match(others$estimator, rows$estimator)]
    graphics::points(others$relative_rmse, height, col = ink()$muted)
    graphics::text(others$relative_rmse, height, others$rank, pos = 3, col = ink()$muted, cex = 0.7)
  }
}

plot_example <- function(x) {
  example <- x$example
  drawn <- example[grepl("^draw_", names(example))]
  at <- places(example$time)
  texts <- list(
    main = paste0(example$unit[1], ": observed without treatment, and simulated"), xlab = x$time, ylab = x$outcome
  )
  key <- legend_key(c("Observed", "The same unit, simulated"), col = c(ink()$text, ink()$muted), lty = 1, lwd = 1.8)
  open_plot(example$time, at, with_room(range(example$observed, drawn, na.rm = TRUE), key), texts)
  for (path in drawn) {
    graphics::lines(at, path, col = ink()$muted)
  }
  graphics::lines(at, example$observed, type = "o", pch = 16, cex = 0.6, col = ink()$text, lwd = stroke(1.8))
  draw_legend(key)
}
