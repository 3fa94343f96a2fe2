# Pictures with base graphics. autoplot() draws the same with ggplot2.

BLUE <- "#0072b2"
DARK <- "#222222"
GREY <- "#8a8a8a"
PALE <- "#e8e8e8"
KINDS <- c("path", "effects", "event")

# Event times beyond which the number of cells is not written beside each.
MOST_COUNTS <- 24

plot.trop <- function(x, kind = "path", main = NULL, xlab = NULL, ylab = NULL, ...) {
  kind <- read_choice("kind", kind, KINDS)
  draw <- switch(kind,
    path = plot_path,
    effects = if (length(unique(x$effects$unit)) == 1) plot_stems else plot_map,
    event = plot_event
  )
  texts <- plot_texts(x, kind)
  texts <- utils::modifyList(texts, list(main = main, xlab = xlab, ylab = ylab)[
    !vapply(list(main, xlab, ylab), is.null, NA)
  ])
  draw(x, texts, ...)
  invisible(x)
}

plot_texts <- function(x, kind) {
  effect <- paste("Effect on", x$outcome)
  switch(kind,
    path = list(
      main = paste0(x$outcome, ": observed and without treatment"), xlab = x$time, ylab = x$outcome
    ),
    event = list(
      main = "Effect by time since the treatment began",
      xlab = paste0(
        "Periods (", x$time, ") since the treatment began",
        if (counts_cells(x)) "; small figures: number of cells"
      ),
      ylab = effect
    ),
    effects = if (length(unique(x$effects$unit)) == 1) {
      list(main = paste(effect, "in", x$effects$unit[1]), xlab = x$time, ylab = effect)
    } else {
      list(main = paste0(effect, " (grey: not treated)"), xlab = x$time, ylab = "")
    }
  )
}

counts_cells <- function(x) nrow(x$by_event_time) <= MOST_COUNTS

# Room above the data for a legend, and below it if something is written there.
with_room <- function(limits, below = 0) limits + c(-below, 0.25) * diff(limits)

# An empty plot with grid lines, its axes those of `x` (which may be dates or text).
open_plot <- function(x, at, ylim, texts, ...) {
  graphics::plot(
    range(at), ylim,
    type = "n", axes = FALSE, main = texts$main, xlab = texts$xlab, ylab = texts$ylab,
    adj = 0.5, ...
  )
  graphics::abline(h = graphics::axTicks(2), col = PALE)
  draw_axis(1, x, at)
  graphics::axis(2, las = 1, lwd = 0, lwd.ticks = 1)
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

plot_path <- function(x, texts, ...) {
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
    col = grDevices::adjustcolor(BLUE, 0.15), border = NA
  )
  graphics::lines(at, table$observed, type = "o", pch = 16, cex = 0.6, col = DARK, lwd = 1.8)
  graphics::lines(at, table$counterfactual, col = BLUE, lty = 2, lwd = 1.8)
  gradual <- starts$gradual
  graphics::legend(
    "topleft",
    legend = path_legend(x, starts), bty = "n", cex = 0.8,
    col = c(DARK, BLUE, grDevices::adjustcolor(BLUE, 0.15), if (gradual) PALE else GREY),
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

plot_event <- function(x, texts, ...) {
  table <- x$by_event_time
  at <- table$event_time
  bounded <- is.finite(table$ci_lower) & is.finite(table$ci_upper)
  counted <- counts_cells(x)
  ylim <- range(0, table$effect, table$ci_lower[bounded], table$ci_upper[bounded])
  ylim <- with_room(ylim, below = if (counted) 0.08 else 0)
  open_plot(at, at, ylim, texts, ...)
  graphics::abline(h = 0, col = DARK, lwd = 0.8)
  graphics::abline(v = -0.5, col = GREY, lty = 3)
  graphics::segments(
    at[bounded], table$ci_lower[bounded], at[bounded], table$ci_upper[bounded],
    col = grDevices::adjustcolor(BLUE, 0.5), lwd = 3
  )
  before <- table$kind == "placebo"
  graphics::lines(at[before], table$effect[before], type = "o", col = GREY, pch = 21, bg = "white")
  graphics::lines(at[!before], table$effect[!before], type = "o", col = BLUE, pch = 16)
  if (counted) {
    graphics::text(at, ylim[1], table$n_cells, cex = 0.6, col = GREY)
  }
  shown <- c(TRUE, any(before), any(bounded))
  graphics::legend(
    "topleft",
    legend = event_legend(x)[shown], bty = "n", cex = 0.8, lwd = c(1, 1, 3)[shown],
    col = c(BLUE, GREY, grDevices::adjustcolor(BLUE, 0.5))[shown], pch = c(16, 21, NA)[shown]
  )
}

event_legend <- function(x) {
  c(
    "Mean effect",
    "Mean placebo effect before treatment\n(leaving the cell itself out; no interval)",
    paste0(
      level_text(x$level), " interval (percentiles of ", length(x$draws), " bootstrap draws)"
    )
  )
}

plot_stems <- function(x, texts, ...) {
  table <- x$effects
  at <- places(table$time)
  open_plot(table$time, at, with_room(range(0, table$effect, x$att)), texts, ...)
  graphics::abline(h = 0, col = DARK, lwd = 0.8)
  graphics::segments(at, 0, at, table$effect, col = grDevices::adjustcolor(BLUE, 0.5), lwd = 3)
  graphics::points(at, table$effect, pch = 16, col = BLUE)
  graphics::abline(h = x$att, col = BLUE, lty = 3)
  graphics::legend(
    "topleft",
    legend = c("Effect", "Average (ATT)"), bty = "n", cex = 0.8, col = BLUE, pch = c(16, NA), lty = c(NA, 3)
  )
}

# Units by periods, with the effect as colour.
plot_map <- function(x, texts, ...) {
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
