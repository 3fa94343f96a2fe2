# Pictures with ggplot2.

autoplot.trop <- function(object, kind = "path", unit = NULL, time = NULL, window = NULL, min_cells = NULL,
                          band = NULL, legend = NULL, color = NULL, ...) {
  kind <- read_choice("kind", kind, KINDS)
  refuse_more(...)
  how <- plot_options(kind, list(
    unit = unit, time = time, window = window, min_cells = min_cells, band = band, legend = legend, color = color
  ))
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
  draw(object, how) + ggplot2::labs(title = texts$main, x = texts$xlab, y = texts$ylab) + legend_theme(how)
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
  at <- at_between(places(table$time), starts)
  table$time <- plotted_time(table$time)
  if (inherits(table$time, c("Date", "POSIXct"))) {
    at <- structure(at, class = class(table$time))
  }
  names <- path_legend(x, starts)[1:2]
  treated <- table[seq(starts$first, nrow(table)), ]
  begins <- if (starts$gradual) {
    ggplot2::annotate("rect", xmin = at[1], xmax = at[2], ymin = -Inf, ymax = Inf, fill = PALE)
  } else {
    ggplot2::geom_vline(xintercept = at[1], colour = GREY, linetype = "dotted")
  }
  ggplot2::ggplot(table, ggplot2::aes(x = .data$time)) +
    begins +
    ggplot2::geom_ribbon(
      ggplot2::aes(ymin = .data$observed, ymax = .data$counterfactual),
      data = treated, fill = how$color, alpha = 0.15
    ) +
    ggplot2::geom_line(ggplot2::aes(y = .data$observed, colour = names[1], linetype = names[1])) +
    ggplot2::geom_point(ggplot2::aes(y = .data$observed), colour = DARK, size = 1) +
    ggplot2::geom_line(ggplot2::aes(y = .data$counterfactual, colour = names[2], linetype = names[2])) +
    ggplot2::scale_colour_manual(name = NULL, values = c(DARK, how$color), breaks = names) +
    ggplot2::scale_linetype_manual(name = NULL, values = c("solid", "dashed"), breaks = names) +
    ggplot2::labs(caption = paste0(
      "blue area: difference; ",
      if (starts$gradual) "grey area: units adopt one after another" else "dotted: treatment begins"
    )) +
    plain_theme()
}

autoplot_event <- function(x, how) {
  table <- shown_events(x$by_event_time, how)
  names <- c(effect = "Mean effect", placebo = PLACEBO_LEGEND)
  table$what <- names[table$kind]
  bounded_plot(x, table, how) +
    ggplot2::geom_line(ggplot2::aes(y = .data$effect, colour = .data$what)) +
    ggplot2::geom_point(ggplot2::aes(y = .data$effect, colour = .data$what)) +
    (if (counts_cells(table)) {
      ggplot2::geom_text(
        ggplot2::aes(y = -Inf, label = .data$n_cells), vjust = -0.4, size = 2.5, colour = GREY
      )
    }) +
    ggplot2::scale_colour_manual(name = NULL, values = c(how$color, GREY), breaks = unname(names))
}

autoplot_cumulative <- function(x, how) {
  table <- shown_events(cumulative_data(x), how)
  bounded_plot(x, table, how) +
    ggplot2::geom_line(ggplot2::aes(y = .data$estimate), colour = how$color) +
    ggplot2::geom_point(ggplot2::aes(y = .data$estimate), colour = how$color)
}

# A plot by event time with the uniform band as an area and pointwise intervals as bars.
bounded_plot <- function(x, table, how) {
  bar <- table[has_interval(table), ]
  area <- table[has_band(table), ]
  words <- c("bars: ", "area: ")[c(nrow(bar) > 0, nrow(area) > 0)]
  texts <- bounds_texts(x)[c(nrow(bar) > 0, nrow(area) > 0)]
  ggplot2::ggplot(table, ggplot2::aes(x = .data$event_time)) +
    ggplot2::geom_ribbon(
      ggplot2::aes(ymin = .data$band_lower, ymax = .data$band_upper, group = .data$event_time >= 0),
      data = area, fill = how$color, alpha = 0.12
    ) +
    ggplot2::geom_hline(yintercept = 0, colour = DARK, linewidth = 0.3) +
    ggplot2::geom_vline(xintercept = -0.5, colour = GREY, linetype = "dotted") +
    ggplot2::geom_linerange(
      ggplot2::aes(ymin = .data$ci_lower, ymax = .data$ci_upper),
      data = bar, colour = how$color, linewidth = 1.2, alpha = 0.5
    ) +
    ggplot2::labs(caption = if (length(texts)) paste0(words, texts, collapse = "\n")) +
    plain_theme()
}

autoplot_dots <- function(x, how, kind) {
  found <- dots_data(x, kind, how)
  table <- found$table
  table$label <- factor(table$label, rev(table$label))
  ggplot2::ggplot(table, ggplot2::aes(x = .data$value, y = .data$label)) +
    ggplot2::geom_vline(xintercept = found$reference, colour = GREY, linetype = "dotted") +
    ggplot2::geom_segment(
      ggplot2::aes(x = found$reference, xend = .data$value, yend = .data$label),
      colour = BLUE, alpha = 0.5
    ) +
    ggplot2::geom_point(colour = BLUE) +
    ggplot2::labs(subtitle = left_out_text(found)) +
    plain_theme()
}

autoplot_time_weights <- function(x, how) {
  table <- weights(x, how$unit, how$time)$time
  table$time <- plotted_time(table$time)
  ggplot2::ggplot(table, ggplot2::aes(x = .data$time, y = .data$normalized)) +
    ggplot2::geom_segment(ggplot2::aes(xend = .data$time, yend = 0), colour = BLUE, linewidth = 2) +
    plain_theme()
}

autoplot_surface <- function(x, how) {
  table <- surface_data(x)
  table$what <- SURFACE_LEGEND[2 - is_chosen(x, table)]
  ggplot2::ggplot(table, ggplot2::aes(x = .data$score, y = .data$att, colour = .data$what)) +
    ggplot2::geom_point() +
    ggplot2::scale_colour_manual(name = NULL, values = c(BLUE, GREY), breaks = SURFACE_LEGEND) +
    plain_theme()
}

autoplot_draws <- function(x, how) {
  refuse_empty("placebo", x$draws)
  breaks <- graphics::hist(x$draws, breaks = "FD", plot = FALSE)$breaks
  ggplot2::ggplot(data.frame(draw = x$draws), ggplot2::aes(x = .data$draw)) +
    ggplot2::geom_histogram(breaks = breaks, fill = GREY, alpha = 0.5, colour = "white") +
    ggplot2::geom_vline(xintercept = x$att, colour = BLUE, linewidth = 1) +
    ggplot2::labs(caption = paste0("line: estimate (ATT)", x$texts$mark, "; bars: ", x$texts$draws)) +
    plain_theme()
}

autoplot_effects <- function(x, how) {
  table <- x$effects
  table$time <- plotted_time(table$time)
  if (length(unique(table$unit)) == 1) {
    return(
      ggplot2::ggplot(table, ggplot2::aes(x = .data$time, y = .data$effect)) +
        ggplot2::geom_hline(yintercept = 0, colour = DARK, linewidth = 0.3) +
        ggplot2::geom_hline(yintercept = x$att, colour = BLUE, linetype = "dotted") +
        ggplot2::geom_segment(ggplot2::aes(xend = .data$time, yend = 0), colour = BLUE, alpha = 0.5) +
        ggplot2::geom_point(colour = BLUE) +
        ggplot2::labs(caption = paste0("dotted line: average (ATT)", x$texts$mark)) +
        plain_theme()
    )
  }
  table$unit <- factor(as.character(table$unit), rev(as.character(unique(table$unit))))
  limit <- max(abs(table$effect))
  ggplot2::ggplot(table, ggplot2::aes(x = .data$time, y = .data$unit, fill = .data$effect)) +
    ggplot2::geom_tile() +
    ggplot2::scale_fill_gradient2(
      name = NULL, low = "#2166ac", mid = "white", high = "#b2182b", limits = c(-1, 1) * limit
    ) +
    plain_theme() +
    ggplot2::theme(
      panel.grid = ggplot2::element_blank(),
      panel.background = ggplot2::element_rect(fill = PALE, colour = NA)
    )
}

# Numbers and dates as they are, other periods as a factor in order.
plotted_time <- function(time) {
  if (is.numeric(time) || inherits(time, c("Date", "POSIXct"))) {
    return(time)
  }
  factor(as.character(time), unique(as.character(time)))
}

plain_theme <- function() {
  ggplot2::theme_minimal() +
    ggplot2::theme(legend.position = "bottom", panel.grid.minor = ggplot2::element_blank())
}
