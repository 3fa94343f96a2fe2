# Pictures of diagnostics with base graphics, and the data behind them.

# Units that a picture shows at most, those that matter most.
MOST_UNITS <- 20

# Labels and values, the first on top, with a reference to compare with.
dots_data <- function(x, kind, how) {
  found <- switch(kind,
    ablation = {
      table <- ablation(x, progress = FALSE)
      list(label = table$label, value = table$att, reference = x$att, most = Inf)
    },
    leave_one_out = {
      table <- leave_one_out(x, progress = FALSE)
      table <- table[order(abs(table$change), decreasing = TRUE), ]
      list(label = table$unit, value = table$att, reference = x$att)
    },
    pre_fit = {
      fit <- pre_fit(x)
      table <- fit$units[order(fit$units$rmse, decreasing = TRUE), ]
      list(label = table$unit, value = table$rmse, reference = fit$rmse)
    },
    weights = {
      found <- weights(x, how$unit, how$time)
      table <- found$unit[found$unit$unit != found$target$unit, ]
      table <- table[order(table$weight, decreasing = TRUE), ]
      list(label = table$unit, value = table$weight, reference = 0)
    }
  )
  shown <- utils::head(which(is.finite(found$value)), if (is.null(found$most)) MOST_UNITS else found$most)
  refuse_empty(kind, shown)
  list(
    table = data.frame(label = shortened(found$label)[shown], value = found$value[shown]),
    reference = found$reference, n_left_out = sum(is.finite(found$value)) - length(shown)
  )
}

refuse_empty <- function(kind, items) {
  if (!length(items)) {
    trop_stop("option_invalid", refusal(paste0("plot_empty_", kind)))
  }
}

plot_dots <- function(x, texts, how, kind, ...) {
  found <- dots_data(x, kind, how)
  table <- found$table
  at <- rev(seq_len(nrow(table)))
  margins <- graphics::par("mar")
  on.exit(graphics::par(mar = margins))
  graphics::par(mar = replace(margins, 2, margin_of(table$label)))
  empty_plot(range(table$value, found$reference), c(0.5, nrow(table) + 0.5), replace(texts, "ylab", ""), ...)
  graphics::abline(h = at, col = how$ink$pale)
  graphics::abline(v = found$reference, col = how$ink$muted, lty = 3)
  graphics::axis(1)
  draw_names(at, table$label, lwd = 0)
  graphics::segments(
    found$reference, at, table$value, at,
    col = grDevices::adjustcolor(how$color, 0.5), lwd = stroke(2)
  )
  graphics::points(table$value, at, pch = 16, col = how$color)
  draw_note(left_out_text(found))
}

left_out_text <- function(found) {
  if (found$n_left_out > 0) paste("and", found$n_left_out, "more, which matter less") else ""
}

plot_time_weights <- function(x, texts, how, ...) {
  table <- other_periods(x, how)
  at <- places(table$time)
  open_plot(table$time, at, c(0, max(table$weight)), texts, ...)
  graphics::segments(at, 0, at, table$weight, col = how$color, lwd = stroke(4), lend = "butt")
}

# The weights of periods without that of the target itself, if it is 1, as it is but for shared fits.
other_periods <- function(x, how) {
  found <- weights(x, how$unit, how$time)
  found$time[found$time$time != found$target$time | found$time$weight != 1, ]
}

plot_surface <- function(x, texts, how, ...) {
  table <- surface_data(x)
  key <- legend_key(SURFACE_LEGEND, pch = 16, col = c(how$color, how$ink$muted), pt.cex = c(1.4, 1))
  open_plot(table$score, table$score, with_room(range(table$att, x$att), key, below = 0.04), texts, ...)
  graphics::points(table$score, table$att, pch = 16, col = grDevices::adjustcolor(how$ink$muted, 0.6))
  chosen <- is_chosen(x, table)
  graphics::points(table$score[chosen], table$att[chosen], pch = 16, col = how$color, cex = 1.4)
  draw_legend(key)
}

SURFACE_LEGEND <- c("Chosen lambdas", "Other lambdas that were scored")

surface_data <- function(x) {
  table <- surface(x, progress = FALSE)
  table[is.finite(table$att) & is.finite(table$score), ]
}

is_chosen <- function(x, table) {
  same <- lapply(LAMBDA_NAMES, function(name) table[[paste0("lambda_", name)]] == x$lambdas[[name]])
  Reduce(`&`, same)
}

plot_draws <- function(x, texts, how, ...) {
  refuse_empty("placebo", x$draws)
  bars <- graphics::hist(x$draws, breaks = "FD", plot = FALSE)
  key <- legend_key(
    c(estimate_words(x), x$texts$draws),
    col = c(how$color, how$ink$muted), lty = c(1, NA), lwd = 2, pch = c(NA, 15)
  )
  empty_plot(range(bars$breaks, x$att, 0), with_room(c(0, max(bars$counts)), key), texts, ...)
  graphics::axis(1)
  graphics::axis(2, whole_breaks(c(0, bars$counts), TRUE), las = 1, lwd = 0, lwd.ticks = 1)
  graphics::rect(
    utils::head(bars$breaks, -1), 0, bars$breaks[-1], bars$counts,
    col = grDevices::adjustcolor(how$ink$muted, 0.4), border = how$ink$back
  )
  # The line ends below the legend.
  graphics::segments(x$att, 0, x$att, 1.03 * max(bars$counts), col = how$color, lwd = stroke(2))
  draw_legend(key)
}

# The estimate and its p-value.
estimate_words <- function(x) {
  paste(c(att_words(x), if (isTRUE(nzchar(x$texts$p_value))) x$texts$p_value), collapse = ", ")
}
