# Which effects would be found: power before there are data. Not called power(): stats has a function of that name,
# which makes links of generalized linear models.

power_panels <- function(formula = NULL, data = NULL, effect = NULL, treated = NULL, periods = NULL, history = NULL,
                         shape = "level", source = "placebo", draws = 200, target = 0.8, rank = NULL,
                         noise = "autoregressive", lambdas, search, grids, inference, n_boot, level, seed, threads,
                         progress = NULL, outcome = NULL, treatment = NULL, unit = NULL, time = NULL,
                         anchor = NULL, criterion, max_cells, cohort = NULL) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  roles <- list(outcome = outcome, treatment = treatment, cohort = cohort, unit = unit, time = time)
  asked <- read_asked(anchor, NULL, NULL)
  panel <- panel_of_columns(formula, data, roles, NULL, NULL, NULL, asked, may_be_untreated = TRUE)
  of_power <- list(
    effect = effect, treated = treated, periods = periods, history = history, shape = shape, source = source,
    draws = draws, target = target, rank = rank, noise = noise
  )
  run_power(panel, of_power, options, progress, call)
}

power_matrix <- function(Y, W = NULL, effect = NULL, treated = NULL, periods = NULL, history = NULL, shape = "level",
                         source = "placebo", draws = 200, target = 0.8, rank = NULL, noise = "autoregressive",
                         units = NULL, times = NULL, lambdas, search, grids, inference, n_boot, level, seed, threads,
                         progress = NULL, anchor = NULL, criterion, max_cells) {
  call <- match.call()
  options <- written()
  check_options(options)
  progress <- read_progress(progress)
  panel <- read_wide(Y, W, units, times, read_asked(anchor, NULL, NULL), untreated = is.null(W))
  of_power <- list(
    effect = effect, treated = treated, periods = periods, history = history, shape = shape, source = source,
    draws = draws, target = target, rank = rank, noise = noise
  )
  run_power(panel, of_power, options, progress, call)
}

run_power <- function(panel, asked, options, progress, call) {
  found <- monitoring(progress, function(monitor) {
    core(wrap__start_power, handle_of(panel), asked, options = options, monitor = monitor)
  })
  structure(class = "trop_power", c(own_tables(found$tables, panel, "power"), list(
    facts = found$facts, notes = found$notes, sentence = found$sentence, text = found$text,
    outcome = panel$outcome_name, call = call
  )))
}

print.trop_power <- function(x, ...) {
  refuse_more(...)
  cat(x$text)
  invisible(x)
}

as.data.frame.trop_power <- function(x, row.names = NULL, optional = FALSE, ...) {
  refuse_more(...)
  as.data.frame(x$table, row.names = row.names, optional = optional)
}

plot.trop_power <- function(x, ...) {
  refuse_more(...)
  curves <- power_curves(x)
  texts <- power_texts(x)
  effect <- x$curves$effect
  designs <- split(curves, curves$design)
  colours <- power_colours(length(designs), ink()$data)
  key <- if (length(designs) > 1) legend_key(names(designs), col = colours, lty = 1, lwd = 1.8)
  empty_plot(range(effect), with_room(c(0, 1), key), texts)
  draw_grid()
  graphics::axis(1, pretty(range(effect)))
  graphics::axis(2, seq(0, 1, 0.2), las = 1, lwd = 0, lwd.ticks = 1)
  graphics::abline(v = 0, col = ink()$text)
  graphics::abline(h = power_lines(x), col = ink()$muted, lty = 2)
  for (k in seq_along(designs)) {
    own <- designs[[k]]
    graphics::lines(own$effect, own$power, type = "o", pch = 16, cex = 0.6, col = colours[k], lwd = stroke(1.8))
  }
  draw_legend(key, length(designs) > 1)
  invisible(x)
}

autoplot.trop_power <- function(object, ...) {
  refuse_more(...)
  curves <- power_curves(object)
  texts <- power_texts(object)
  several <- nlevels(curves$design) > 1
  ink <- theme_ink()
  ggplot2::ggplot(curves, ggplot2::aes(x = .data$effect, y = .data$power, colour = .data$design)) +
    ggplot2::geom_vline(xintercept = 0, colour = ink$text, linewidth = gg_line(0.6)) +
    ggplot2::geom_hline(
      yintercept = power_lines(object), colour = ink$muted, linetype = "dashed", linewidth = gg_line(1)
    ) +
    ggplot2::geom_line(linewidth = gg_line(1)) +
    ggplot2::geom_point(size = gg_dot(0.7)) +
    ggplot2::scale_colour_manual(
      name = NULL, values = power_colours(nlevels(curves$design), ink$data), guide = if (several) "legend" else "none"
    ) +
    ggplot2::coord_cartesian(ylim = c(0, 1)) +
    plain_theme() +
    ggplot_texts(texts, object$sentence)
}

# The curves of designs that have power, each named by the numbers in which designs differ.
power_curves <- function(x) {
  curves <- x$curves
  # Periods may imply the history.
  several <- vapply(curves[c("treated", "periods")], function(n) length(unique(n)) > 1, NA)
  several <- c(several, nrow(unique(curves[c("periods", "history")])) > length(unique(curves$periods)))
  nouns <- c(treated = "treated", periods = "periods", history = "before")
  parts <- lapply(names(nouns)[several], function(name) paste(curves[[name]], nouns[[name]]))
  design <- if (length(parts)) do.call(paste, c(parts, sep = ", ")) else rep("all", nrow(curves))
  curves <- cbind(design = factor(design, unique(design)), curves)[!is.na(curves$power), ]
  curves$design <- droplevels(curves$design)
  curves[order(curves$design, curves$effect), ]
}

power_colours <- function(n, first) rep_len(c(first, COLOURS), n)

# The power that is wanted, and the level of significance.
power_lines <- function(x) c(x$facts$target, 1 - x$facts$level)

power_texts <- function(x) {
  list(main = "How often an effect is found", xlab = paste("Effect on", x$outcome), ylab = "Power")
}
