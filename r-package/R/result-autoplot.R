# Pictures with ggplot2.

autoplot.trop <- function(object, kind = "path", unit = NULL, time = NULL, window = NULL, min_cells = NULL,
                          band = NULL, legend = NULL, color = NULL, ...) {
  kind <- read_choice("kind", kind, KINDS)
  refuse_more(...)
  how <- plot_options(kind, list(
    unit = unit, time = time, window = window, min_cells = min_cells, band = band, legend = legend, color = color
  ), theme_ink())
  texts <- plot_texts(object, kind, how)
  draw <- switch(kind,
    path = autoplot_path,
    effects = autoplot_effects,
    event = autoplot_event,
    cumulative = autoplot_cumulative,
    time_weights = autoplot_time_weights,
    surface = autoplot_surface,
    placebo = autoplot_draws,
    function(object, how) autoplot_dots(object, how, kind)
  )
  draw(object, how) + ggplot_texts(texts, alt_text(object, kind)) + legend_theme(how)
}

# Long titles and labels on several lines, and the text for readers who do not see the picture.
ggplot_texts <- function(texts, alt) {
  lines <- function(text, width) paste(strwrap(text, width / gg_scale()), collapse = "\n")
  ggplot2::labs(
    title = lines(texts$main, 70), x = lines(texts$xlab, 80), y = lines(shortened(texts$ylab, 80), 42), alt = alt
  )
}

# A scale for periods at their `plotted_time`: whole numbers only where all are, texts in their order.
time_scale <- function(time) {
  if (inherits(time, c("Date", "POSIXct"))) {
    return(NULL)
  }
  at <- places(time)
  if (length(unique(at)) == 1) {
    ggplot2::scale_x_continuous(breaks = at[1], labels = as.character(time)[1], limits = at[1] + c(-1, 1))
  } else if (is.numeric(time)) {
    whole <- all(at == round(at))
    ggplot2::scale_x_continuous(breaks = function(limits) whole_breaks(limits, whole, 6))
  } else {
    shown <- thinned(length(at), 8)
    ggplot2::scale_x_continuous(breaks = at[shown], labels = shortened(time, 12)[shown])
  }
}

# Numbers and dates as they are, other periods side by side.
plotted_time <- function(time) like(places(time), time)

# Numbers as dates, where the periods are.
like <- function(at, time) {
  if (inherits(time, c("Date", "POSIXct"))) structure(at, class = class(time), tzone = attr(time, "tzone")) else at
}

legend_theme <- function(how) {
  place <- if (isTRUE(how$legend)) NULL else if (isFALSE(how$legend)) "none" else LEGEND_SIDE[[how$legend]]
  if (!is.null(place)) ggplot2::theme(legend.position = place)
}

# ggplot2's side of the picture for a place.
LEGEND_SIDE <- c(
  topleft = "top", top = "top", topright = "top", right = "right", bottomright = "bottom", bottom = "bottom",
  bottomleft = "bottom", left = "left", center = "bottom"
)

autoplot_path <- function(x, how) {
  table <- x$by_time
  starts <- treatment_span(table)
  at <- like(at_between(places(table$time), starts), table$time)
  table$at <- plotted_time(table$time)
  words <- path_legend(x, starts)
  names <- words[1:2]
  begins <- if (starts$gradual) {
    ggplot2::annotate("rect", xmin = at[1], xmax = at[2], ymin = -Inf, ymax = Inf, fill = how$ink$pale)
  } else {
    ggplot2::geom_vline(xintercept = at[1], colour = how$ink$muted, linetype = "dotted", linewidth = gg_line(1))
  }
  ggplot2::ggplot(table, ggplot2::aes(x = .data$at)) +
    begins +
    lapply(runs_of(starts$most), function(run) difference(table[run, ], how$color)) +
    path_line(ggplot2::aes(y = .data$observed, colour = names[1], linetype = names[1])) +
    ggplot2::geom_point(ggplot2::aes(y = .data$observed), colour = how$ink$text, size = gg_dot(0.7)) +
    path_line(ggplot2::aes(y = .data$counterfactual, colour = names[2], linetype = names[2])) +
    ggplot2::scale_colour_manual(name = NULL, values = c(how$ink$text, how$color), breaks = names) +
    ggplot2::scale_linetype_manual(name = NULL, values = c("solid", "dashed"), breaks = names) +
    time_scale(table$time) +
    ggplot2::labs(caption = paste0(
      "coloured: ", uncapital(words[3]), if (starts$gradual) "; grey: " else "; dotted: ", uncapital(words[4])
    )) +
    plain_theme()
}

path_line <- function(aes) ggplot2::geom_line(aes, linewidth = gg_line(1))

# For the middle of a sentence.
uncapital <- function(texts) paste0(tolower(substr(texts, 1, 1)), substring(texts, 2))

# The area between the two paths in a run of periods; a bar if it is a single one.
difference <- function(run, color) {
  ends <- ggplot2::aes(ymin = .data$observed, ymax = .data$counterfactual)
  if (nrow(run) == 1) {
    return(ggplot2::geom_linerange(ends, data = run, colour = color, alpha = 0.3, linewidth = gg_line(4)))
  }
  ggplot2::geom_ribbon(ends, data = run, fill = color, alpha = 0.15)
}

autoplot_event <- function(x, how) {
  table <- shown_events(x$by_event_time, how)
  names <- c(effect = "Mean effect", placebo = PLACEBO_LEGEND)
  table$what <- names[table$kind]
  counted <- counts_cells(table)
  bounded_plot(x, table, table$effect, if (counted) COUNTS_LEGEND, how) +
    joined(ggplot2::aes(y = .data$effect, colour = .data$what), table) +
    ggplot2::geom_point(ggplot2::aes(y = .data$effect, colour = .data$what), size = gg_dot(1)) +
    (if (counted) {
      ggplot2::geom_text(
        ggplot2::aes(y = -Inf, label = .data$n_cells), vjust = -0.4, size = gg_text(0.65), colour = how$ink$muted
      )
    }) +
    ggplot2::scale_colour_manual(name = NULL, values = c(how$color, how$ink$muted), breaks = unname(names))
}

autoplot_cumulative <- function(x, how) {
  table <- shown_events(cumulative_data(x), how)
  bounded_plot(x, table, table$estimate, NULL, how) +
    joined(ggplot2::aes(y = .data$estimate), table, colour = how$color) +
    ggplot2::geom_point(ggplot2::aes(y = .data$estimate), colour = how$color, size = gg_dot(1))
}

# A line through points, of which there must be two.
joined <- function(aes, table, ...) {
  several <- if (is.null(table$what)) nrow(table) > 1 else any(duplicated(table$what))
  if (several) ggplot2::geom_line(aes, linewidth = gg_line(1), ...)
}

# A plot by event time with the uniform band as an area and pointwise intervals as bars.
bounded_plot <- function(x, table, values, below, how) {
  bar <- table[has_interval(table), ]
  area <- table[has_band(table), ]
  scale <- scale_of(table, values)
  words <- c("bars: ", "area: ")[c(nrow(bar) > 0, nrow(area) > 0)]
  texts <- bounds_texts(x)[c(nrow(bar) > 0, nrow(area) > 0)]
  caption <- c(if (length(texts)) paste0(words, texts), uncapital(c(if (scale$cut) CUT_LEGEND, below)))
  margin <- 0.06 * diff(scale$limits)
  ggplot2::ggplot(table, ggplot2::aes(x = .data$event_time)) +
    ggplot2::geom_ribbon(
      ggplot2::aes(ymin = .data$band_lower, ymax = .data$band_upper, group = .data$event_time >= 0),
      data = area, fill = how$color, alpha = 0.15
    ) +
    ggplot2::geom_hline(yintercept = 0, colour = how$ink$text, linewidth = gg_line(0.6)) +
    ggplot2::geom_vline(xintercept = -0.5, colour = how$ink$muted, linetype = "dotted", linewidth = gg_line(1)) +
    ggplot2::geom_linerange(
      ggplot2::aes(ymin = .data$ci_lower, ymax = .data$ci_upper),
      data = bar, colour = how$color, linewidth = gg_line(2.4), alpha = 0.5
    ) +
    time_scale(table$event_time) +
    ggplot2::coord_cartesian(ylim = scale$limits + c(-1 - !is.null(below), 1) * margin) +
    ggplot2::labs(caption = paste(caption, collapse = "\n")) +
    plain_theme()
}

autoplot_dots <- function(x, how, kind) {
  found <- dots_data(x, kind, how)
  table <- found$table
  table$label <- factor(table$label, rev(table$label))
  ggplot2::ggplot(table, ggplot2::aes(x = .data$value, y = .data$label)) +
    ggplot2::geom_vline(
      xintercept = found$reference, colour = how$ink$muted, linetype = "dotted", linewidth = gg_line(1)
    ) +
    ggplot2::geom_segment(
      ggplot2::aes(x = found$reference, xend = .data$value, yend = .data$label),
      colour = how$color, alpha = 0.5, linewidth = gg_line(1)
    ) +
    ggplot2::geom_point(colour = how$color, size = gg_dot(1)) +
    ggplot2::labs(subtitle = left_out_text(found)) +
    plain_theme()
}

autoplot_time_weights <- function(x, how) {
  table <- other_periods(x, how)
  table$at <- plotted_time(table$time)
  ggplot2::ggplot(table, ggplot2::aes(x = .data$at, y = .data$weight)) +
    ggplot2::geom_segment(ggplot2::aes(xend = .data$at, yend = 0), colour = how$color, linewidth = gg_line(4)) +
    time_scale(table$time) +
    plain_theme()
}

autoplot_surface <- function(x, how) {
  table <- surface_data(x)
  table$what <- SURFACE_LEGEND[2 - is_chosen(x, table)]
  ggplot2::ggplot(table, ggplot2::aes(x = .data$score, y = .data$att, colour = .data$what)) +
    ggplot2::geom_point(size = gg_dot(1)) +
    ggplot2::scale_colour_manual(name = NULL, values = c(how$color, how$ink$muted), breaks = SURFACE_LEGEND) +
    plain_theme()
}

autoplot_draws <- function(x, how) {
  refuse_empty("placebo", x$draws)
  breaks <- graphics::hist(x$draws, breaks = "FD", plot = FALSE)$breaks
  ggplot2::ggplot(data.frame(draw = x$draws), ggplot2::aes(x = .data$draw)) +
    ggplot2::geom_histogram(
      breaks = breaks, fill = how$ink$muted, alpha = 0.5, colour = how$ink$back, linewidth = gg_line(1)
    ) +
    ggplot2::geom_vline(xintercept = x$att, colour = how$color, linewidth = gg_line(2)) +
    ggplot2::labs(caption = paste0("line: ", estimate_words(x), "; bars: ", x$texts$draws)) +
    plain_theme()
}

autoplot_effects <- function(x, how) {
  if (length(unique(x$effects$unit)) == 1) autoplot_stems(x, how) else autoplot_map(x, how)
}

autoplot_stems <- function(x, how) {
  table <- x$effects
  table$at <- plotted_time(table$time)
  ggplot2::ggplot(table, ggplot2::aes(x = .data$at, y = .data$effect)) +
    ggplot2::geom_hline(yintercept = 0, colour = how$ink$text, linewidth = gg_line(0.6)) +
    ggplot2::geom_hline(yintercept = x$att, colour = how$color, linetype = "dotted", linewidth = gg_line(1)) +
    ggplot2::geom_segment(
      ggplot2::aes(xend = .data$at, yend = 0),
      colour = how$color, alpha = 0.5, linewidth = gg_line(1)
    ) +
    ggplot2::geom_point(colour = how$color, size = gg_dot(1)) +
    time_scale(table$time) +
    ggplot2::labs(caption = paste("dotted:", att_words(x))) +
    plain_theme()
}

# Rows of strokes in a map at most.
MOST_STROKES <- 40

# Units by periods, in the order of adoption; a stroke through cells that are not treated.
autoplot_map <- function(x, how) {
  map <- effect_map(x)
  n <- length(map$unit)
  edges <- edges_of(map$at)
  cell <- function(row, column) {
    left <- like(edges[column], map$time)
    right <- like(edges[column + 1], map$time)
    data.frame(left, right, low = n - row + 0.5, high = n - row + 1.5)
  }
  cells <- cell(map$row, map$column)
  cells$effect <- pmax(pmin(map$effect, map$limit), -map$limit)
  all <- expand.grid(row = seq_len(n), column = seq_along(map$at))
  known <- interaction(all) %in% interaction(c(map$row, map$missed$row), c(map$column, map$missed$column))
  # Of many rows, a stroke goes through several, below those with colours.
  step <- ceiling(n / MOST_STROKES)
  stroked <- !known & all$row %% step == 0
  untreated <- cell(all$row[stroked], all$column[stroked])
  untreated$high <- untreated$high + step - 1
  missed <- data.frame(at = like(map$at[map$missed$column], map$time), row = n - map$missed$row + 1)
  shown <- thinned(n, 25)
  ggplot2::ggplot(cells) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$left, xend = .data$right, y = .data$low, yend = .data$high),
      data = untreated, colour = how$ink$muted, linewidth = gg_line(0.4)
    ) +
    ggplot2::geom_rect(
      ggplot2::aes(xmin = .data$left, xmax = .data$right, ymin = .data$low, ymax = .data$high, fill = .data$effect)
    ) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$at, y = .data$row),
      data = missed, shape = 4, colour = how$ink$muted, size = gg_dot(1)
    ) +
    ggplot2::scale_fill_gradient2(
      name = NULL, low = "#2166ac", mid = "white", high = "#b2182b", limits = c(-1, 1) * map$limit,
      guide = ggplot2::guide_colourbar(barwidth = 15, barheight = 0.6)
    ) +
    time_scale(map$time) +
    ggplot2::scale_y_continuous(breaks = (n - seq_len(n) + 1)[shown], labels = shortened(map$unit)[shown]) +
    ggplot2::labs(caption = map$words) +
    plain_theme() +
    ggplot2::theme(panel.grid = ggplot2::element_blank())
}
