# Pictures with ggplot2.

autoplot.trop <- function(object, kind = "path", ...) {
  kind <- read_choice("kind", kind, KINDS)
  texts <- plot_texts(object, kind)
  draw <- switch(kind, path = autoplot_path, effects = autoplot_effects, event = autoplot_event)
  draw(object) + ggplot2::labs(title = texts$main, x = texts$xlab, y = texts$ylab)
}

autoplot_path <- function(x) {
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
      data = treated, fill = BLUE, alpha = 0.15
    ) +
    ggplot2::geom_line(ggplot2::aes(y = .data$observed, colour = names[1], linetype = names[1])) +
    ggplot2::geom_point(ggplot2::aes(y = .data$observed), colour = DARK, size = 1) +
    ggplot2::geom_line(ggplot2::aes(y = .data$counterfactual, colour = names[2], linetype = names[2])) +
    ggplot2::scale_colour_manual(name = NULL, values = c(DARK, BLUE), breaks = names) +
    ggplot2::scale_linetype_manual(name = NULL, values = c("solid", "dashed"), breaks = names) +
    ggplot2::labs(caption = paste0(
      "blue area: difference; ",
      if (starts$gradual) "grey area: units adopt one after another" else "dotted: treatment begins"
    )) +
    plain_theme()
}

autoplot_event <- function(x) {
  table <- x$by_event_time
  names <- stats::setNames(event_legend(x)[1:2], c("effect", "placebo"))
  table$what <- names[table$kind]
  bounded <- table[is.finite(table$ci_lower) & is.finite(table$ci_upper), ]
  ggplot2::ggplot(table, ggplot2::aes(x = .data$event_time, y = .data$effect, colour = .data$what)) +
    ggplot2::geom_hline(yintercept = 0, colour = DARK, linewidth = 0.3) +
    ggplot2::geom_vline(xintercept = -0.5, colour = GREY, linetype = "dotted") +
    ggplot2::geom_linerange(
      ggplot2::aes(ymin = .data$ci_lower, ymax = .data$ci_upper),
      data = bounded, linewidth = 1.2, alpha = 0.5, show.legend = FALSE
    ) +
    ggplot2::geom_line() +
    ggplot2::geom_point() +
    (if (counts_cells(x)) {
      ggplot2::geom_text(
        ggplot2::aes(y = -Inf, label = .data$n_cells), vjust = -0.4, size = 2.5, show.legend = FALSE
      )
    }) +
    ggplot2::scale_colour_manual(name = NULL, values = c(BLUE, GREY), breaks = unname(names)) +
    ggplot2::labs(caption = if (nrow(bounded)) event_legend(x)[3]) +
    plain_theme()
}

autoplot_effects <- function(x) {
  table <- x$effects
  table$time <- plotted_time(table$time)
  if (length(unique(table$unit)) == 1) {
    return(
      ggplot2::ggplot(table, ggplot2::aes(x = .data$time, y = .data$effect)) +
        ggplot2::geom_hline(yintercept = 0, colour = DARK, linewidth = 0.3) +
        ggplot2::geom_hline(yintercept = x$att, colour = BLUE, linetype = "dotted") +
        ggplot2::geom_segment(ggplot2::aes(xend = .data$time, yend = 0), colour = BLUE, alpha = 0.5) +
        ggplot2::geom_point(colour = BLUE) +
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
