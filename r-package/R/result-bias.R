# Effects with room for a bias like that of the placebo in time.

bias_bounds <- function(x, sizes = NULL, periods = NULL, threads = NULL, progress = NULL) {
  check_result(x)
  window <- if (!is.null(periods)) read_n_periods("periods", periods)
  if (!is.null(sizes) && !is.numeric(sizes)) {
    trop_stop("option_invalid", "sizes must be numbers, not ", describe(sizes), ".")
  }
  key <- paste("bias bounds", deparse1(sizes), window)
  found <- kept_call(x, key, threads, progress, function(monitor, options) {
    core(
      wrap__start_bias_bounds, found_of(x, threads, monitor), if (!is.null(sizes)) as.double(sizes), window,
      options = options["threads"], monitor = monitor
    )
  })
  structure(class = "trop_bias_bounds", list(
    table = as_frame(x$panel, found$table), placebos = as_frame(x$panel, found$placebos), breakdown = found$breakdown,
    method = found$method, level = found$level, text = found$text, effect = x$texts$average_effect
  ))
}

print.trop_bias_bounds <- function(x, ...) {
  refuse_more(...)
  cat(x$text)
  invisible(x)
}

as.data.frame.trop_bias_bounds <- function(x, row.names = NULL, optional = FALSE, ...) {
  refuse_more(...)
  as.data.frame(x$table, row.names = row.names, optional = optional)
}

plot.trop_bias_bounds <- function(x, ...) {
  refuse_more(...)
  att <- att_bounds(x)
  colour <- ink()$data
  limits <- limits_of(att$lower, att$upper, att$ci_lower, att$ci_upper)
  empty_plot(range(att$size) + c(-0.1, 0.1), limits, bias_texts(x))
  draw_grid()
  graphics::axis(1, att$size)
  graphics::axis(2, las = 1, lwd = 0, lwd.ticks = 1)
  graphics::abline(h = 0, col = ink()$text)
  graphics::segments(
    att$size, beyond(att$ci_lower, limits), att$size, beyond(att$ci_upper, limits), col = colour, lwd = stroke(1)
  )
  graphics::segments(att$size, att$lower, att$size, att$upper, col = colour, lwd = stroke(4), lend = "butt")
  graphics::points(att$size, att$effect, pch = 16, col = colour)
  invisible(x)
}

autoplot.trop_bias_bounds <- function(object, ...) {
  refuse_more(...)
  att <- att_bounds(object)
  ink <- theme_ink()
  ggplot2::ggplot(att, ggplot2::aes(x = .data$size)) +
    ggplot2::geom_hline(yintercept = 0, colour = ink$text, linewidth = gg_line(0.6)) +
    ggplot2::geom_linerange(ggplot2::aes(ymin = .data$ci_lower, ymax = .data$ci_upper), colour = ink$data, linewidth = gg_line(1)) +
    ggplot2::geom_linerange(ggplot2::aes(ymin = .data$lower, ymax = .data$upper), colour = ink$data, linewidth = gg_line(4)) +
    ggplot2::geom_point(ggplot2::aes(y = .data$effect), colour = ink$data, size = gg_dot(1)) +
    plain_theme() +
    ggplot_texts(bias_texts(object), NULL)
}

# The rows of the average effect.
att_bounds <- function(x) x$table[is.na(x$table$event_time), ]

bias_texts <- function(x) {
  list(
    main = sprintf("Room for bias, %s%% intervals", format(100 * x$level)),
    xlab = "Bias at most, in largest placebo effects", ylab = x$effect
  )
}
