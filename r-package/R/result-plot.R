# Pictures with base graphics. autoplot() draws the same with ggplot2.

BLUE <- "#0072b2"
DARK <- "#222222"
GREY <- "#8a8a8a"
PALE <- "#e8e8e8"
KINDS <- c(
  "path", "effects", "event", "cumulative", "weights", "time_weights", "ablation", "surface",
  "leave_one_out", "placebo", "pre_fit"
)

# Event times beyond which the number of cells is not written beside each.
MOST_COUNTS <- 24

plot.trop <- function(x, kind = "path", main = NULL, xlab = NULL, ylab = NULL, unit = NULL, time = NULL,
                      window = NULL, min_cells = NULL, band = NULL, legend = NULL, color = NULL, ...) {
  kind <- read_choice("kind", kind, KINDS)
  refuse_more(..., allowed = GRAPHICS)
  how <- plot_options(kind, list(
    unit = unit, time = time, window = window, min_cells = min_cells, band = band, legend = legend, color = color
  ))
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
  effect <- paste("Effect on", x$outcome)
  since <- paste0("Periods (", x$time, ") since the treatment began")
  texts <- function(main, xlab, ylab = "") list(main = main, xlab = xlab, ylab = ylab)
  target <- function() {
    first <- weights(x, how$unit, how$time)$target
    paste(as.character(first$unit), "in", as.character(first$time))
  }
  switch(kind,
    path = texts(paste0(x$outcome, ": observed and without treatment"), x$time, x$outcome),
    event = texts(
      "Effect by time since the treatment began",
      paste0(since, if (counts_cells(shown_events(x$by_event_time, how))) "; small figures: number of cells"), effect
    ),
    cumulative = texts("Cumulative effect", since, paste("Sum of mean effects on", x$outcome)),
    effects = if (length(unique(x$effects$unit)) == 1) {
      texts(paste(effect, "in", x$effects$unit[1]), x$time, effect)
    } else {
      texts(paste0(effect, " (grey: not treated)"), x$time)
    },
    weights = texts(paste("Unit weights for", target()), "Share of all unit weights"),
    time_weights = texts(paste("Time weights for", target()), x$time, "Share of all time weights"),
    ablation = texts(
      "Without parts of the estimator", paste0("Average effect on ", x$outcome, " (dotted: full estimator)")
    ),
    surface = texts("The estimate over the searched lambdas", "Score (smaller is better)", effect),
    leave_one_out = texts(
      "Without one never-treated unit", paste("Average effect on", x$outcome, "without the unit (dotted: with all)")
    ),
    placebo = texts(
      "The estimate among its draws", paste("Average effect on", x$outcome), "Number of draws"
    ),
    pre_fit = texts(
      "Predictions before the treatment", paste("Root mean squared error of", x$outcome, "(dotted: all units)")
    )
  )
}

counts_cells <- function(table) nrow(table) <= MOST_COUNTS

# Room above the data for a legend, and below it if something is written there.
with_room <- function(limits, below = 0) limits + c(-below, 0.25) * diff(limits)

# An empty plot with grid lines, its axes those of `x` (which may be dates or text).
open_plot <- function(x, at, limits, texts, ...) {
  empty_plot(range(at), limits, texts, adj = 0.5, ...)
  graphics::abline(h = graphics::axTicks(2), col = PALE)
  draw_axis(1, x, at)
  graphics::axis(2, las = 1, lwd = 0, lwd.ticks = 1)
}

# Limits and the like that the caller gives take the place of the plot's own.
empty_plot <- function(x, y, texts, ...) {
  own <- list(x = x, y = y, type = "n", axes = FALSE, main = texts$main, xlab = texts$xlab, ylab = texts$ylab)
  given <- list(...)
  do.call(graphics::plot, c(own, given[!duplicated(names(given), fromLast = TRUE)]))
}

draw_axis <- function(side, x, at) {
  if (inherits(x, "Date")) {
    graphics::axis.Date(side, as.Date(at, origin = "1970-01-01"))
  } else if (inherits(x, "POSIXct")) {
    graphics::axis.POSIXct(side, as.POSIXct(at, origin = "1970-01-01", tz = attr(x, "tzone")[1]))
  } else if (is.numeric(x)) {
    ticks <- pretty(at)
    graphics::axis(side, if (all(at == round(at))) ticks[ticks == round(ticks)] else ticks)
  } else {
    shown <- seq(1, length(at), by = ceiling(length(at) / 30))
    graphics::axis(side, at[shown], as.character(x)[shown], las = if (side == 2) 1 else 0)
  }
}

# Places on an axis: numbers and dates at their value, other ids side by side.
places <- function(x) {
  if (is.numeric(x) || inherits(x, c("Date", "POSIXct"))) as.double(unclass(x)) else seq_along(x)
}

plot_path <- function(x, texts, how, ...) {
  table <- x$by_time
  at <- places(table$time)
  starts <- treatment_span(table)
  open_plot(table$time, at, with_room(range(table$observed, table$counterfactual)), texts, ...)
  span <- at_between(at, starts)
  if (starts$gradual) {
    limits <- graphics::par("usr")
    graphics::rect(span[1], limits[3], span[2], limits[4], col = PALE, border = NA)
  } else {
    graphics::abline(v = span[1], col = GREY, lty = 3)
  }
  treated <- seq(starts$first, nrow(table))
  graphics::polygon(
    c(at[treated], rev(at[treated])), c(table$observed[treated], rev(table$counterfactual[treated])),
    col = grDevices::adjustcolor(how$color, 0.15), border = NA
  )
  graphics::lines(at, table$observed, type = "o", pch = 16, cex = 0.6, col = DARK, lwd = 1.8)
  graphics::lines(at, table$counterfactual, col = how$color, lty = 2, lwd = 1.8)
  gradual <- starts$gradual
  draw_legend(
    how,
    legend = path_legend(x, starts),
    col = c(DARK, how$color, grDevices::adjustcolor(how$color, 0.15), if (gradual) PALE else GREY),
    lty = c(1, 2, NA, if (gradual) NA else 3), lwd = c(1.8, 1.8, NA, 1),
    pch = c(16, NA, 15, if (gradual) 15 else NA), pt.cex = c(0.6, 1, 2, 2)
  )
}

# The first row with a treated cell, the first in which all cells are treated, and whether these differ.
treatment_span <- function(table) {
  first <- which(table$n_treated > 0)[1]
  everyone <- which(table$n_treated == table$n_cells)
  full <- if (length(everyone)) everyone[1] else nrow(table)
  list(first = first, full = full, gradual = full > first)
}

at_between <- function(at, starts) {
  first <- starts$first
  c(if (first == 1) at[1] else mean(at[first - 1:0]), at[starts$full])
}

path_legend <- function(x, starts) {
  c(
    paste0("Observed", if (x$n_treated_units > 1) paste0(" (mean of ", x$n_treated_units, " units)")),
    "Without treatment, predicted\n(before it: leaving the cell itself out)",
    "Difference",
    if (starts$gradual) "Units adopt one after another" else "Treatment begins"
  )
}

plot_event <- function(x, texts, how, ...) {
  table <- shown_events(x$by_event_time, how)
  counted <- counts_cells(table)
  open_bounded(table, table$effect, if (counted) 0.08 else 0, texts, how, ...)
  at <- table$event_time
  before <- table$kind == "placebo"
  graphics::lines(at[before], table$effect[before], type = "o", col = GREY, pch = 21, bg = "white")
  graphics::lines(at[!before], table$effect[!before], type = "o", col = how$color, pch = 16)
  if (counted) {
    graphics::text(at, graphics::par("usr")[3], table$n_cells, cex = 0.6, col = GREY, pos = 3, offset = 0.2)
  }
  bounds_legend(x, table, c("Mean effect", PLACEBO_LEGEND)[c(any(!before), any(before))], how)
}

PLACEBO_LEGEND <- "Mean placebo effect before treatment\n(leaving the cell itself out)"

plot_cumulative <- function(x, texts, how, ...) {
  table <- shown_events(cumulative_data(x), how)
  open_bounded(table, table$estimate, 0, texts, how, ...)
  graphics::lines(table$event_time, table$estimate, type = "o", col = how$color, pch = 16)
  bounds_legend(x, table, "Sum of mean effects so far", how)
}

cumulative_data <- function(x) {
  table <- averages(x, "event_time")
  table[table$measure == "cumulative", ]
}

has_interval <- function(table) is.finite(table$ci_lower) & is.finite(table$ci_upper)
has_band <- function(table) is.finite(table$band_lower) & is.finite(table$band_upper)

# A plot by event time with the uniform band as an area and pointwise intervals as bars.
open_bounded <- function(table, values, below, texts, how, ...) {
  at <- table$event_time
  bar <- has_interval(table)
  area <- has_band(table)
  bounds <- c(table$ci_lower[bar], table$ci_upper[bar], table$band_lower[area], table$band_upper[area])
  ylim <- with_room(range(0, values, bounds, finite = TRUE), below)
  open_plot(at, at, ylim, texts, ...)
  for (side in list(area & at < 0, area & at >= 0)) {
    graphics::polygon(
      c(at[side], rev(at[side])), c(table$band_lower[side], rev(table$band_upper[side])),
      col = grDevices::adjustcolor(how$color, 0.12), border = NA
    )
  }
  graphics::abline(h = 0, col = DARK, lwd = 0.8)
  graphics::abline(v = -0.5, col = GREY, lty = 3)
  graphics::segments(
    at[bar], table$ci_lower[bar], at[bar], table$ci_upper[bar],
    col = grDevices::adjustcolor(how$color, 0.5), lwd = 3
  )
}

bounds_legend <- function(x, table, lines, how) {
  shown <- c(any(has_interval(table)), any(has_band(table)))
  n <- length(lines)
  draw_legend(
    how,
    legend = c(lines, bounds_texts(x)[shown]),
    col = c(c(how$color, GREY)[seq_len(n)], c(grDevices::adjustcolor(how$color, 0.5), grDevices::adjustcolor(how$color, 0.12))[shown]),
    lwd = c(rep(1, n), c(3, NA)[shown]), pch = c(c(16, 21)[seq_len(n)], c(NA, 15)[shown]),
    pt.cex = c(rep(1, n), c(1, 2)[shown])
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
  open_plot(table$time, at, with_room(range(0, table$effect, x$att)), texts, ...)
  graphics::abline(h = 0, col = DARK, lwd = 0.8)
  graphics::segments(at, 0, at, table$effect, col = grDevices::adjustcolor(BLUE, 0.5), lwd = 3)
  graphics::points(at, table$effect, pch = 16, col = BLUE)
  graphics::abline(h = x$att, col = BLUE, lty = 3)
  graphics::legend(
    "topleft",
    legend = c("Effect", paste0("Average (ATT)", x$texts$mark)), bty = "n", cex = 0.8, col = BLUE, pch = c(16, NA), lty = c(NA, 3)
  )
}

# Units by periods, with the effect as colour.
plot_map <- function(x, texts, how, ...) {
  map <- effect_map(x)
  limit <- max(abs(map$effect), na.rm = TRUE)
  colours <- grDevices::hcl.colors(101, "Blue-Red 3")
  margins <- graphics::par("mar")
  on.exit(graphics::par(mar = margins))
  graphics::par(mar = margins + c(0, 2, 0, 4))
  periods <- seq_along(map$time)
  units <- seq_along(map$unit)
  graphics::image(
    periods, units, matrix(0, length(periods), length(units)),
    col = PALE, axes = FALSE, main = texts$main, xlab = texts$xlab, ylab = texts$ylab, ...
  )
  graphics::image(
    periods, units, t(map$effect)[, rev(units), drop = FALSE],
    zlim = c(-1, 1) * limit, col = colours, add = TRUE
  )
  draw_axis(1, as.character(map$time), periods)
  draw_axis(2, as.character(rev(map$unit)), units)
  graphics::box(col = GREY)
  draw_key(limit, colours)
}

effect_map <- function(x) {
  units <- unique(x$effects$unit)
  times <- x$by_time$time[x$by_time$time %in% x$effects$time]
  effect <- matrix(NA_real_, length(units), length(times))
  effect[cbind(match(x$effects$unit, units), match(x$effects$time, times))] <- x$effects$effect
  list(unit = units, time = times, effect = effect)
}

# A bar of the colours, right of the plot.
draw_key <- function(limit, colours) {
  area <- graphics::par("usr")
  width <- diff(area[1:2])
  left <- area[2] + 0.03 * width
  edges <- seq(area[3], area[4], length.out = length(colours) + 1)
  graphics::rect(
    left, utils::head(edges, -1), left + 0.03 * width, edges[-1],
    col = colours, border = NA, xpd = TRUE
  )
  ticks <- pretty(c(-limit, limit), 5)
  ticks <- ticks[abs(ticks) <= limit]
  graphics::text(
    left + 0.035 * width, area[3] + (ticks + limit) / (2 * limit) * diff(area[3:4]), format(ticks),
    adj = 0, cex = 0.7, xpd = TRUE
  )
}
