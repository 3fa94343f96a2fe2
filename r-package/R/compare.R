# Several estimators on one panel.

compare <- function(formula = NULL, data = NULL, estimators = NULL, estimator_options = list(), lambdas, search, grids,
                    inference, n_boot, level, seed, threads, progress = NULL, outcome = NULL,
                    treatment = NULL, unit = NULL, time = NULL, anchor = NULL, covariates = NULL,
                    average_weights = NULL, cluster = NULL, by = NULL, time_distance = NULL, criterion, max_cells,
                    pre_periods, cohort = NULL, donors = NULL, anticipation = 0, washout = 0) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  asked <- read_asked(anchor, time_distance, by, donors, anticipation, washout)
  roles <- list(outcome = outcome, treatment = treatment, cohort = cohort, unit = unit, time = time)
  panel <- panel_of_columns(formula, data, roles, covariates, average_weights, cluster, asked)
  run_comparison(panel, estimators, estimator_options, options, progress, call)
}

compare_matrix <- function(Y, W, estimators = NULL, estimator_options = list(), units = NULL, times = NULL, lambdas,
                           search, grids, inference, n_boot, level, seed, threads, progress = NULL,
                           anchor = NULL, covariates = NULL, average_weights = NULL, cluster = NULL, by = NULL,
                           groups = NULL, time_distance = NULL, criterion, max_cells, pre_periods, donors = NULL,
                           anticipation = 0, washout = 0) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  asked <- read_asked(anchor, time_distance, by, donors, anticipation, washout)
  panel <- read_wide(Y, W, units, times, asked, covariates, average_weights, cluster, groups)
  run_comparison(panel, estimators, estimator_options, options, progress, call)
}

run_comparison <- function(panel, estimators, estimator_options, options, progress, call) {
  asked <- read_estimators(estimators)
  check_estimator_options(estimator_options)
  own <- vapply(names(asked$own), function(name) own_estimate(name, asked$own[[name]], panel), 0)
  found <- monitoring(progress, function(monitor) {
    core(
      wrap__start_comparison, handle_of(panel), asked$named, estimator_options, names(asked$own), as.double(own),
      options = options, monitor = monitor
    )
  })
  structure(class = "trop_comparison", c(own_tables(found$tables, panel, "comparison"), list(
    notes = found$notes, text = found$text, level = found$level, outcome = panel$outcome_name,
    time = panel$time$name, call = call
  )))
}

# Data frames by names without what all have in common; the first is `table`.
own_tables <- function(tables, panel, of) {
  frames <- lapply(tables, as_frame, panel = panel)
  names(frames) <- sub(paste0("^", of, "_?"), "", names(frames))
  names(frames)[names(frames) == ""] <- "table"
  frames
}

check_estimator_options <- function(estimator_options) {
  if (!is.list(estimator_options) || (length(estimator_options) && is.null(names(estimator_options)))) {
    trop_stop("option_invalid", "estimator_options must be a named list such as list(rank = 2).")
  }
}

# The names of estimators, and functions of the user's own by their names.
read_estimators <- function(estimators) {
  listed <- if (is.function(estimators)) list(estimators) else as.list(estimators)
  own <- vapply(listed, is.function, NA)
  if (!all(own | vapply(listed, function(x) is.character(x) && length(x) == 1 && !is.na(x), NA))) {
    trop_stop("option_invalid", refusal("estimators_invalid", given = deparse1(estimators)))
  }
  if (any(own) && all(own)) {
    trop_stop("option_invalid", refusal("estimators_own"))
  }
  called <- names(listed)
  called <- if (is.null(called)) rep("", length(listed)) else called
  called[!nzchar(called)] <- "own"
  list(named = as.character(unlist(listed[!own])), own = stats::setNames(listed[own], as.character(called[own])))
}

# What a function of the user's own says of outcomes and treatments.
own_estimate <- function(name, estimator, panel) {
  found <- estimator(panel$Y, panel$W)
  if (!is.numeric(found) || length(found) != 1) {
    trop_stop("option_invalid", refusal("estimators_value", estimator = name, given = describe(found)))
  }
  as.double(found)
}

print.trop_comparison <- function(x, ...) {
  refuse_more(...)
  cat(x$text)
  invisible(x)
}

as.data.frame.trop_comparison <- function(x, row.names = NULL, optional = FALSE, ...) {
  refuse_more(...)
  as.data.frame(x$table, row.names = row.names, optional = optional)
}

# The colours of estimators differ for all kinds of sight (Okabe and Ito); TROP's is the blue of its own pictures.
COLOURS <- c("#e69f00", "#56b4e9", "#009e73", "#d55e00", "#cc79a7", "#999999", "#b8a200", "#6a3d9a")

plot.trop_comparison <- function(x, ...) {
  refuse_more(...)
  rows <- x$table
  others <- setdiff(rows$estimator, "trop")
  colours <- stats::setNames(c(rep_len(COLOURS, length(others)), ink()$data), c(others, "trop"))
  old <- graphics::par(no.readonly = TRUE)
  on.exit(graphics::par(old))
  graphics::layout(matrix(1:2, 1), widths = c(3, 2))
  plot_paths(x, colours)
  plot_estimates(x, rows, colours)
  invisible(x)
}

plot_paths <- function(x, colours) {
  paths <- split(x$by_time, factor(x$by_time$estimator, unique(x$by_time$estimator)))
  first <- paths[[1]]
  texts <- list(main = paste0(x$outcome, ": observed and without treatment"), xlab = x$time, ylab = x$outcome)
  limits <- range(x$by_time$observed, x$by_time$counterfactual)
  at <- places(first$time)
  names <- names(paths)
  key <- legend_key(c("Observed", shortened(names)), col = c(ink()$text, colours[names]), lty = 1, lwd = 1.8)
  open_plot(first$time, at, with_room(limits, key), texts)
  graphics::abline(v = at_between(at, treatment_span(first))[1], col = ink()$muted, lty = 3)
  for (name in names(paths)) {
    graphics::lines(places(paths[[name]]$time), paths[[name]]$counterfactual, col = colours[name], lwd = stroke(1.5))
  }
  graphics::lines(at, first$observed, type = "o", pch = 16, cex = 0.6, col = ink()$text, lwd = stroke(1.8))
  draw_legend(key)
}

plot_estimates <- function(x, rows, colours) {
  at <- rev(seq_len(nrow(rows)))
  limits <- limits_of(rows$att, rows$ci_lower, rows$ci_upper)
  main <- paste0("Estimates and ", format(100 * x$level), "% intervals")
  open_rows(limits, at, rows$estimator, list(main = main, xlab = paste("Effect on", x$outcome), ylab = ""))
  graphics::points(rows$att, at, pch = 16, col = colours[rows$estimator])
  graphics::abline(v = 0, col = ink()$text)
  lower <- beyond(rows$ci_lower, limits)
  upper <- beyond(rows$ci_upper, limits)
  has <- !is.na(lower) & !is.na(upper)
  graphics::segments(lower[has], at[has], upper[has], at[has], col = colours[rows$estimator[has]], lwd = stroke(2))
  lacking <- is.na(rows$att)
  if (any(lacking)) {
    graphics::text(0, at[lacking], "none, see notes", pos = 4, col = ink()$muted, cex = 0.8)
  }
}
