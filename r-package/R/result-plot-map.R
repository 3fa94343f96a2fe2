# The map of single effects.

# Colours end at this quantile of the sizes of effects, if the largest is so many times as large.
MAP_QUANTILE <- 0.95
MAP_OUTLYING <- 1.5

# Units by periods, with the effect as colour.
plot_map <- function(x, texts, how, ...) {
  map <- effect_map(x)
  colours <- grDevices::hcl.colors(101, "Blue-Red 3")
  margins <- graphics::par("mar")
  on.exit(graphics::par(mar = margins))
  graphics::par(mar = replace(margins + c(0, 0, 0, 4), 2, margin_of(shortened(map$unit))))
  n <- length(map$unit)
  x_edges <- edges_of(map$at)
  empty_plot(range(x_edges), c(0.5, n + 0.5), texts, xaxs = "i", yaxs = "i", ...)
  graphics::rect(
    x_edges[1], 0.5, utils::tail(x_edges, 1), n + 0.5,
    col = how$ink$muted, density = 12, lwd = stroke(0.6), border = NA
  )
  level <- findInterval(map$effect, seq(-map$limit, map$limit, length.out = 102), all.inside = TRUE)
  left <- x_edges[map$column]
  up <- n - map$row + 1
  graphics::rect(left, up - 0.5, x_edges[map$column + 1], up + 0.5, col = colours[level], border = NA)
  graphics::points(map$at[map$missed$column], n - map$missed$row + 1, pch = 4, cex = 0.6, col = how$ink$muted)
  draw_axis(1, map$time, map$at)
  draw_names(n - seq_len(n) + 1, shortened(map$unit), lwd = 0, line = -0.5)
  graphics::box(col = how$ink$muted)
  draw_note(map$words)
  draw_key(map$limit, colours)
}

# Units in the order of adoption, periods with a treated cell, and the effects with their places among these.
effect_map <- function(x) {
  table <- x$effects
  missed <- x$not_estimable
  period <- function(time) match(as.character(time), as.character(x$panel$time$labels))
  unit <- c(as.character(table$unit), as.character(missed$unit))
  when <- c(period(table$time), period(missed$time))
  first <- tapply(when, factor(unit, unique(unit)), min)
  units <- names(first)[order(first)]
  shown <- sort(unique(when))
  time <- x$panel$time$labels[shown]
  limit <- colour_limit(table$effect)
  place <- function(unit, time) list(row = match(as.character(unit), units), column = match(period(time), shown))
  c(place(table$unit, table$time), list(
    unit = units, time = time, at = places(time), effect = table$effect, limit = limit,
    missed = place(missed$unit, missed$time), words = map_words(table$effect, limit, nrow(missed))
  ))
}

# The effect at which colours end.
colour_limit <- function(effect) {
  size <- abs(effect[is.finite(effect)])
  common <- stats::quantile(size, MAP_QUANTILE, names = FALSE)
  if (common > 0 && common * MAP_OUTLYING < max(size)) common else max(size, .Machine$double.xmin)
}

map_words <- function(effect, limit, n_missed) {
  n <- sum(abs(effect) > limit, na.rm = TRUE)
  paste(c(
    "hatched: not treated", if (n_missed) "crosses: no estimate",
    if (n) paste0("darkest: ", signif(limit, 3), " or more either way, ", n, " cells")
  ), collapse = "; ")
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
    adj = 0, cex = 0.7, col = ink()$text, xpd = TRUE
  )
}
