# Pictures with base graphics. autoplot() draws the same with ggplot2.

KINDS <- c(
  "path", "effects", "event", "cumulative", "weights", "time_weights", "ablation", "surface",
  "leave_one_out", "placebo", "pre_fit"
)

# Event times beyond which the number of cells is not written beside each.
MOST_COUNTS <- 24

# Event times with less than this share of the most cells do not set the scale.
FEW_CELLS <- 0.4

plot.trop <- function(x, kind = "path", main = NULL, xlab = NULL, ylab = NULL, unit = NULL, time = NULL,
                      window = NULL, min_cells = NULL, band = NULL, legend = NULL, color = NULL, ...) {
  kind <- read_choice("kind", kind, KINDS)
  refuse_more(..., allowed = GRAPHICS)
  how <- plot_options(kind, list(
    unit = unit, time = time, window = window, min_cells = min_cells, band = band, legend = legend, color = color
  ), ink())
  draw <- switch(kind,
    path = plot_path,
    effects = if (length(unique(x$effects$unit)) == 1) plot_stems else plot_map,
    event = plot_event,
    cumulative = plot_cumulative,
    time_weights = plot_time_weights,
    surface = plot_surface,
    placebo = plot_draws,
    function(x, texts, how, ...) plot_dots(x, texts, how, kind, ...)
  )
  texts <- plot_texts(x, kind, how)
  texts <- utils::modifyList(texts, list(main = main, xlab = xlab, ylab = ylab)[
    !vapply(list(main, xlab, ylab), is.null, NA)
  ])
  draw(x, texts, how, ...)
  invisible(x)
}

plot_texts <- function(x, kind, how) {
  outcome <- x$texts$outcome
  effect <- x$texts$effect
  average <- x$texts$average_effect
  since <- paste0("Periods (", x$time, ") since the treatment began")
  texts <- function(main, xlab, ylab = "") list(main = main, xlab = xlab, ylab = ylab)
  target <- function() weights(x, how$unit, how$time)$target
  named <- function(target) paste(as.character(target$unit), "in", as.character(target$time))
  switch(kind,
    path = texts(paste0(outcome, ": observed and without treatment"), x$time, outcome),
    event = texts("Effect by time since the treatment began", since, effect),
    cumulative = texts("Cumulative effect", since, paste("Sum of mean effects on", outcome)),
    effects = if (length(unique(x$effects$unit)) == 1) {
      texts(paste(effect, "in", x$effects$unit[1]), x$time, effect)
    } else {
      texts(paste(effect, "in each treated cell"), x$time)
    },
    weights = texts(paste("Unit weights for", named(target())), WEIGHT),
    time_weights = texts(paste("Time weights for", named(target())), x$time, WEIGHT),
    ablation = texts(
      "Without parts of the estimator", paste(average, "(dotted: full estimator)")
    ),
    surface = texts("The estimate over the searched lambdas", "Score (smaller is better)", effect),
    leave_one_out = texts(
      "Without one never-treated unit", paste(average, "without the unit (dotted: with all)")
    ),
    placebo = texts(
      "The estimate among its draws", average, "Number of draws"
    ),
    pre_fit = texts(
      "Predictions before the treatment", paste("Root mean squared error of", outcome, "(dotted: all units)")
    )
  )
}

WEIGHT <- "Weight (Eq. 3)"

# Whether to write them: not if they are all the same.
counts_cells <- function(table) nrow(table) <= MOST_COUNTS && length(unique(table$n_cells)) > 1

plot_path <- function(x, texts, how, ...) {
  table <- x$by_time
  at <- places(table$time)
  starts <- treatment_span(table)
  gradual <- starts$gradual
  shade <- grDevices::adjustcolor(how$color, 0.15)
  colours <- how$ink
  key <- legend_key(
    path_legend(x, starts),
    col = c(colours$text, how$color, shade, if (gradual) colours$pale else colours$muted),
    lty = c(1, 2, NA, if (gradual) NA else 3), lwd = c(1.8, 1.8, NA, 1),
    pch = c(16, NA, 15, if (gradual) 15 else NA), pt.cex = c(0.6, 1, 2, 2)
  )
  limits <- with_room(range(table$observed, table$counterfactual), key, how$legend)
  open_plot(table$time, at, limits, texts, ...)
  span <- at_between(at, starts)
  if (gradual) {
    edges <- graphics::par("usr")
    graphics::rect(span[1], edges[3], span[2], edges[4], col = colours$pale, border = NA)
  } else {
    graphics::abline(v = span[1], col = colours$muted, lty = 3)
  }
  for (run in runs_of(starts$most)) {
    one <- table$observed[run]
    other <- table$counterfactual[run]
    # A period by itself, which has no width, gets a bar.
    border <- if (length(run) == 1) shade else NA
    graphics::polygon(c(at[run], rev(at[run])), c(one, rev(other)), col = shade, border = border, lwd = stroke(4))
  }
  graphics::lines(at, table$observed, type = "o", pch = 16, cex = 0.6, col = colours$text, lwd = stroke(1.8))
  graphics::lines(at, table$counterfactual, col = how$color, lty = 2, lwd = stroke(1.8))
  draw_legend(key, how$legend)
}

# The positions of each run of TRUE.
runs_of <- function(where) {
  found <- rle(where)
  split(seq_along(where), rep(seq_along(found$lengths), found$lengths))[found$values]
}

# The first row with a treated cell, the first in which all cells are treated, whether these differ, and the rows in
# which most cells are treated, so that the difference is mostly an effect.
treatment_span <- function(table) {
  first <- which(table$n_treated > 0)[1]
  everyone <- which(table$n_treated == table$n_cells)
  full <- if (length(everyone)) everyone[1] else nrow(table)
  list(first = first, full = full, gradual = full > first, most = 2 * table$n_treated > table$n_cells)
}

at_between <- function(at, starts) {
  first <- starts$first
  c(if (first == 1) at[1] else mean(at[first - 1:0]), at[starts$full])
}

path_legend <- function(x, starts) {
  c(
    paste0("Observed", if (x$n_treated_units > 1) paste0(" (mean of ", x$n_treated_units, " units)")),
    "Without treatment, predicted\n(before it: leaving the cell itself out)",
    if (starts$gradual) "Difference, where most are treated" else "Difference",
    if (starts$gradual) "Units adopt one after another" else "Treatment begins"
  )
}

plot_event <- function(x, texts, how, ...) {
  table <- shown_events(x$by_event_time, how)
  before <- table$kind == "placebo"
  lines <- list(text = c("Mean effect", PLACEBO_LEGEND), col = c(how$color, how$ink$muted), pch = c(16, 21))
  lines <- lapply(lines, `[`, c(any(!before), any(before)))
  counted <- counts_cells(table)
  open_bounded(x, table, table$effect, lines, if (counted) COUNTS_LEGEND, texts, how, ...)
  at <- table$event_time
  graphics::lines(at[before], table$effect[before], type = "o", col = how$ink$muted, pch = 21, bg = how$ink$back)
  graphics::lines(at[!before], table$effect[!before], type = "o", col = how$color, pch = 16)
  if (counted) {
    graphics::text(at, graphics::par("usr")[3], table$n_cells, cex = 0.6, col = how$ink$muted, pos = 3, offset = 0.2)
  }
}

COUNTS_LEGEND <- "Small figures: number of cells"
PLACEBO_LEGEND <- "Mean placebo effect before treatment\n(leaving the cell itself out)"

plot_cumulative <- function(x, texts, how, ...) {
  table <- shown_events(cumulative_data(x), how)
  lines <- list(text = "Sum of mean effects so far", col = how$color, pch = 16)
  open_bounded(x, table, table$estimate, lines, NULL, texts, how, ...)
  graphics::lines(table$event_time, table$estimate, type = "o", col = how$color, pch = 16)
}

cumulative_data <- function(x) {
  table <- averages(x, "event_time")
  table[table$measure == "cumulative", ]
}

has_interval <- function(table) is.finite(table$ci_lower) & is.finite(table$ci_upper)
has_band <- function(table) is.finite(table$band_lower) & is.finite(table$band_upper)

# The range of zero, all values and the bounds of event times with many cells, and whether it cuts other bounds.
scale_of <- function(table, values) {
  range_of <- function(which) {
    bar <- has_interval(table) & which
    area <- has_band(table) & which
    bounds <- c(table$ci_lower[bar], table$ci_upper[bar], table$band_lower[area], table$band_upper[area])
    range(0, values, bounds, finite = TRUE)
  }
  limits <- range_of(table$n_cells >= FEW_CELLS * max(table$n_cells))
  all <- range_of(TRUE)
  list(limits = limits, cut = all[1] < limits[1] || all[2] > limits[2])
}

CUT_LEGEND <- "Bounds of times with few cells are cut"

# A plot by event time with the uniform band as an area and pointwise intervals as bars, and its legend.
open_bounded <- function(x, table, values, lines, below, texts, how, ...) {
  at <- table$event_time
  bar <- has_interval(table)
  area <- has_band(table)
  scale <- scale_of(table, values)
  key <- bounds_key(x, lines, c(if (scale$cut) CUT_LEGEND, below), any(bar), any(area), how)
  ylim <- with_room(scale$limits, key, how$legend, if (is.null(below)) 0.04 else 0.1)
  open_plot(at, at, ylim, texts, ...)
  # What is cut ends below the legend.
  inside <- function(bounds) pmin(bounds, scale$limits[2] + 0.03 * diff(scale$limits))
  for (side in list(area & at < 0, area & at >= 0)) {
    graphics::polygon(
      c(at[side], rev(at[side])), c(inside(table$band_lower[side]), rev(inside(table$band_upper[side]))),
      col = grDevices::adjustcolor(how$color, 0.15), border = NA
    )
  }
  graphics::abline(h = 0, col = how$ink$text, lwd = stroke(0.8))
  graphics::abline(v = -0.5, col = how$ink$muted, lty = 3)
  graphics::segments(
    at[bar], inside(table$ci_lower[bar]), at[bar], inside(table$ci_upper[bar]),
    col = grDevices::adjustcolor(how$color, 0.5), lwd = stroke(3)
  )
  draw_legend(key, how$legend)
}

bounds_key <- function(x, lines, words, has_bar, has_area, how) {
  shown <- c(has_bar, has_area)
  shade <- c(grDevices::adjustcolor(how$color, 0.5), grDevices::adjustcolor(how$color, 0.15))
  none <- rep(NA, length(words))
  n <- length(lines$text)
  legend_key(
    c(lines$text, bounds_texts(x)[shown], words),
    col = c(lines$col, shade[shown], none), lty = c(rep(1, n), c(1, NA)[shown], none),
    lwd = c(rep(1, n), c(3, NA)[shown], none), pch = c(lines$pch, c(NA, 15)[shown], none),
    pt.cex = c(rep(1, n), c(1, 2)[shown], none)
  )
}

# What bars and area are.
bounds_texts <- function(x) {
  if (is.na(x$method)) {
    return(c("", ""))
  }
  level <- paste0(format(100 * x$level), "%")
  c(
    paste0(level, " interval of each time by itself (", x$texts$draws, ")"),
    paste0(level, " uniform band: holds at all times at once")
  )
}

plot_stems <- function(x, texts, how, ...) {
  table <- x$effects
  at <- places(table$time)
  color <- how$color
  key <- legend_key(c("Effect", att_words(x)), col = color, pch = c(16, NA), lty = c(NA, 3))
  open_plot(table$time, at, with_room(range(0, table$effect, x$att), key, below = 0.04), texts, ...)
  graphics::abline(h = 0, col = how$ink$text, lwd = stroke(0.8))
  graphics::segments(at, 0, at, table$effect, col = grDevices::adjustcolor(color, 0.5), lwd = stroke(3))
  graphics::points(at, table$effect, pch = 16, col = color)
  graphics::abline(h = x$att, col = color, lty = 3)
  draw_legend(key)
}

# What a picture shows and what was estimated, for readers who do not see it.
alt_text <- function(x, kind = "path") {
  check_result(x)
  x$texts$alt[[read_choice("kind", kind, KINDS)]]
}

# The estimate as the summary writes it; results of older versions have no such words.
att_words <- function(x) if (is.null(x$texts$att)) paste0("ATT", x$texts$mark) else x$texts$att
