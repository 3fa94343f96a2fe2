fit <- trop(
  l_homicide ~ post | state + year, castle,
  lambdas = c(time = 0.05, unit = 0.1, nn = Inf), inference = "jackknife", threads = THREADS, progress = FALSE
)

searched <- trop(
  sales ~ law | state + year, small_panel(),
  grids = list(time = c(0, 0.2), unit = c(0, 0.2), nn = Inf), search = "grid", inference = NULL, threads = THREADS,
  progress = FALSE
)

# A result that has what a kind of picture shows.
drawable <- function(kind) if (kind == "surface") searched else fit

# A panel of monthly dates, text or numbers, with one outlying effect.
month_panel <- function(times) {
  data <- expand.grid(t = seq_along(times), u = 1:9)
  data$w <- as.integer(data$u > 5 & data$t >= 4 + c(0, 0, 0, 0, 0, 9, 3, 6, 0)[data$u])
  data$y <- sin(data$u * data$t) + data$u + data$w + 30 * (data$u == 9 & data$t == 6)
  data$u <- paste("unit", data$u)
  data$t <- times[data$t]
  data
}

fit_of <- function(times, data = month_panel(times)) estimate(data, y ~ w | u + t, inference = NULL)

# The calls of graphics that a picture makes in a style, by their names, with their arguments.
calls_of <- function(..., style = list(), width = 8, height = 4.6) {
  grDevices::pdf(NULL, width, height)
  on.exit(grDevices::dev.off())
  grDevices::dev.control("enable")
  graphics::par(style)
  plot(...)
  calls <- lapply(grDevices::recordPlot()[[1]], function(call) as.list(call[[2]]))
  stats::setNames(lapply(calls, `[`, -1), vapply(calls, function(call) call[[1]]$name, ""))
}

of_kind <- function(calls, kind) unname(calls[names(calls) == kind])

contrast_of <- function(...) {
  light <- vapply(c(...), function(colour) {
    part <- grDevices::col2rgb(colour)[, 1] / 255
    linear <- ifelse(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055)^2.4)
    sum(linear * c(0.2126, 0.7152, 0.0722)) + 0.05
  }, 0)
  max(light) / min(light)
}

# On paper of this colour.
on_paper <- function(paper, ink) {
  list(bg = paper, fg = ink, col.axis = ink, col.lab = ink, col.main = ink)
}

with_theme <- function(theme, code) {
  old <- ggplot2::theme_set(theme)
  on.exit(ggplot2::theme_set(old))
  force(code)
}

built <- function(...) ggplot2::ggplot_build(ggplot2::autoplot(...))

breaks_of <- function(drawn) drawn$layout$panel_params[[1]]$x$get_labels()

test_that("text has a contrast of 4.5", {
  # The grey that is known as the lightest on white.
  expect_equal(contrast_of("#767676", "white"), 4.54, tolerance = 0.001)
  for (style in list(on_paper("white", "black"), on_paper("#222222", "white"), on_paper("#e5e5e5", "#333333"))) {
    for (kind in tropanel:::KINDS) {
      calls <- calls_of(drawable(kind), kind, style = style)
      texts <- c(lapply(of_kind(calls, "C_text"), `[[`, 8), lapply(of_kind(calls, "C_mtext"), `[[`, 9))
      # Titles and the labels of axes have the user's colours.
      expect_gte(length(texts) + length(of_kind(calls, "C_title")), 1)
      for (colour in unlist(texts)) {
        expect_gte(contrast_of(colour, style$bg), 4.5)
      }
    }
  }
  skip_if_not_installed("ggplot2")
  for (theme in list(ggplot2::theme_grey(12), ggplot2::theme_bw(), ggplot2::theme_dark())) {
    with_theme(theme, {
      behind <- ggplot2::calc_element("panel.background", theme)$fill
      counts <- built(fit, "event")$data[[7]]
      expect_equal(counts$label, fit$by_event_time$n_cells)
      for (kind in tropanel:::KINDS) {
        written <- Filter(function(layer) "label" %in% names(layer), built(drawable(kind), kind)$data)
        for (colour in unique(unlist(lapply(written, `[[`, "colour")))) {
          expect_gte(contrast_of(colour, behind), 4.5)
        }
      }
    })
  }
})

test_that("sizes are relative to the user's", {
  base <- function(cex, lwd) calls_of(fit, "event", style = list(cex = cex, lwd = lwd))
  one <- base(1, 1)
  two <- base(1.5, 2)
  # Those of text() are multiples of par("cex") by themselves, those of mtext() are not.
  cex_of <- function(calls) lapply(of_kind(calls, "C_text"), `[[`, 7)
  expect_equal(cex_of(one), cex_of(two))
  note <- function(cex) of_kind(calls_of(fit, "effects", style = list(cex = cex)), "C_mtext")[[1]][[8]]
  expect_equal(1.5 * note(1), note(1.5))
  width_of <- function(calls) lapply(c(of_kind(calls, "C_plotXY"), of_kind(calls, "C_segments")), function(call) {
    call[[if (is.list(call[[1]])) 8 else 7]]
  })
  expect_equal(lapply(width_of(one), function(lwd) 2 * tropanel:::or(lwd, 1)), lapply(width_of(two), function(lwd) tropanel:::or(lwd, 2)))
  skip_if_not_installed("ggplot2")
  for (kind in c("path", "event", "effects", "placebo", "pre_fit")) {
    layers <- lapply(c(11, 22), function(size) with_theme(ggplot2::theme_minimal(size), built(fit, kind)$data))
    for (k in seq_along(layers[[1]])) {
      small <- layers[[1]][[k]]
      large <- layers[[2]][[k]]
      # What has no outline says so by NA.
      for (name in intersect(c("linewidth", "size"), names(small))) {
        drawn <- !is.na(small$colour)
        expect_equal(large[[name]][drawn], 2 * small[[name]][drawn], info = paste(kind, k, name))
      }
    }
  }
})

test_that("a picture's text says what it shows and the estimate", {
  headline <- sub("^.*?(ATT .*)$", "\\1", fit$texts$headline)
  for (kind in tropanel:::KINDS) {
    expect_match(alt_text(fit, kind), headline, fixed = TRUE)
  }
  expect_match(alt_text(fit), "^Chart of observed and predicted outcomes by period[.] ATT ")
  expect_equal(length(unique(fit$texts$alt)), length(tropanel:::KINDS))
  expect_refused(alt_text(fit, "pie"), "option_invalid", "kind")
  skip_if_not_installed("ggplot2")
  expect_identical(ggplot2::get_alt_text(ggplot2::autoplot(fit, "event")), alt_text(fit, "event"))
})

test_that("legends have room above the data, in a grid of plots and with large text, too", {
  for (kind in c("path", "event", "placebo")) {
    for (style in list(list(mfrow = c(1, 1)), list(mfrow = c(2, 2)), list(cex = 1.4))) {
      # The legend's texts are drawn in one call.
      texts <- of_kind(calls_of(fit, kind, style = style, width = 9, height = 6.5), "C_text")
      legend <- Filter(function(call) any(grepl("[a-z]", call[[2]])), texts)[[1]]
      lowest <- min(legend[[1]]$y)
      highest <- switch(kind,
        path = max(fit$by_time$observed, fit$by_time$counterfactual),
        event = max(fit$by_event_time$effect),
        placebo = max(graphics::hist(fit$draws, breaks = "FD", plot = FALSE)$counts)
      )
      expect_gt(lowest, highest)
    }
  }
  at <- function(...) of_kind(calls_of(fit, "path", ...), "C_plot_window")[[1]][[2]][2]
  expect_lt(at(legend = FALSE), at())
  expect_lt(at(legend = "bottomleft"), at())
})

test_that("years are whole, and periods of any kind are named", {
  skip_if_not_installed("ggplot2")
  for (kind in c("path", "event", "effects", "time_weights")) {
    labels <- breaks_of(built(fit, kind))
    expect_true(all(grepl("^-?[0-9]+$", stats::na.omit(labels))), info = kind)
  }
  months <- seq(as.Date("2020-01-01"), by = "month", length.out = 20)
  quarters <- paste0(rep(2010:2014, each = 4), "Q", 1:4)
  for (times in list(months, quarters, as.POSIXct(months, tz = "UTC"), 1:20)) {
    some <- fit_of(times)
    for (kind in c("path", "event", "effects", "time_weights")) {
      labels <- stats::na.omit(breaks_of(built(some, kind)))
      expect_gte(length(labels), 2)
      expect_lte(length(labels), 12)
      expect_invisible(plot_to_nowhere(some, kind))
    }
  }
  expect_true(all(breaks_of(built(fit_of(quarters), "path")) %in% quarters))
})

test_that("a single period is one tick", {
  data <- month_panel(2001:2020)
  data$w <- as.integer(data$u == "unit 9" & data$t == 2020)
  one <- fit_of(data = data)
  tick <- Filter(function(call) call[[1]] == 1, of_kind(calls_of(one, "effects"), "C_axis"))[[1]]
  expect_equal(tick[[2]], 2020)
  skip_if_not_installed("ggplot2")
  expect_equal(breaks_of(built(one, "effects")), "2020")
  expect_equal(length(ggplot2::ggplot_build(ggplot2::autoplot(one, "path"))$data[[2]]$ymin), 1)
})

test_that("a map is in the order of adoption, with hatched untreated cells and limited colours", {
  map <- tropanel:::effect_map(fit)
  first <- tapply(fit$effects$time, as.character(fit$effects$unit), min)
  expect_false(is.unsorted(first[map$unit]))
  expect_equal(map$unit[c(1, length(map$unit))], c("FL", "MT"))
  # The strokes of the hatching are the only segments of a map.
  strokes <- of_kind(calls_of(fit, "effects"), "C_segments")
  expect_gt(length(strokes), 10)
  expect_true(all(vapply(strokes, function(call) "#666666" %in% tolower(unlist(call)), NA)))
  months <- seq(as.Date("2020-01-01"), by = "month", length.out = 20)
  some <- fit_of(months)
  size <- abs(some$effects$effect)
  map <- tropanel:::effect_map(some)
  expect_equal(map$limit, stats::quantile(size, 0.95, names = FALSE))
  expect_match(map$words, paste0(", ", sum(size > map$limit), " cells"))
  skip_if_not_installed("ggplot2")
  drawn <- ggplot2::autoplot(some, "effects")
  cells <- ggplot2::ggplot_build(drawn)$data
  expect_equal(nrow(cells[[2]]), nrow(some$effects))
  expect_equal(nrow(cells[[1]]), length(map$unit) * length(map$time) - nrow(some$effects))
  expect_false(anyNA(cells[[2]]$fill))
  expect_false("grey50" %in% cells[[2]]$fill)
  expect_equal(drawn$labels$caption, map$words)
})

test_that("nothing is no picture", {
  without <- estimate(small_panel(), inference = NULL, pre_periods = FALSE)
  expect_refused(plot_to_nowhere(without, "pre_fit"), "option_invalid", "no cell before treatment is predicted")
  expect_refused(plot_to_nowhere(without, "placebo"), "option_invalid", "the result is without inference")
})

test_that("cells without an effect are crossed", {
  data <- month_panel(1:20)
  data$y[data$u == "unit 9" & data$t == 20] <- NA
  some <- fit_of(data = data)
  map <- tropanel:::effect_map(some)
  expect_equal(length(map$missed$row), nrow(some$not_estimable))
  expect_equal(grepl("crosses", map$words), nrow(some$not_estimable) > 0)
  expect_invisible(plot_to_nowhere(some, "effects"))
  skip_if_not_installed("ggplot2")
  expect_equal(nrow(built(some, "effects")$data[[3]]), nrow(some$not_estimable))
})

test_that("the difference is filled where most are treated", {
  span <- tropanel:::treatment_span(fit$by_time)
  runs <- tropanel:::runs_of(span$most)
  expect_equal(fit$by_time$time[runs[[1]]], 2007:2010)
  expect_equal(fit$by_time$time[span$first], 2006)
  expect_equal(unname(tropanel:::runs_of(c(TRUE, FALSE, TRUE, TRUE))), list(1L, 3:4))
  skip_if_not_installed("ggplot2")
  expect_equal(range(built(fit, "path")$data[[2]]$x), c(2007, 2010))
})

test_that("few cells do not set the scale", {
  table <- fit$by_event_time
  limits <- of_kind(calls_of(fit, "event"), "C_plot_window")[[1]][[2]]
  few <- table$n_cells < 0.4 * max(table$n_cells)
  expect_lt(limits[1], min(table$effect))
  expect_lt(limits[1], min(table$band_lower[!few], na.rm = TRUE))
  expect_gt(limits[1], min(table$band_lower[few & is.finite(table$band_lower)]))
  skip_if_not_installed("ggplot2")
  drawn <- ggplot2::autoplot(fit, "event")
  expect_match(drawn$labels$caption, "bounds of times with few cells are cut")
  shown <- ggplot2::ggplot_build(drawn)$layout$panel_params[[1]]$y.range
  expect_gt(shown[1], min(table$band_lower, na.rm = TRUE))
  expect_lt(shown[1], min(table$effect))
})

test_that("the target's own weight is left out", {
  shown <- tropanel:::other_periods(fit, list())
  target <- weights(fit)$target
  expect_false(target$time %in% shown$time)
  expect_equal(nrow(shown), 10)
  expect_lt(max(shown$weight), 1)
})

test_that("numbers are written as in the summary", {
  words <- unlist(lapply(of_kind(calls_of(fit, "placebo"), "C_text"), `[[`, 2))
  expect_true(tropanel:::estimate_words(fit) %in% words)
  expect_match(tropanel:::estimate_words(fit), "^ATT .*, p-value 0[.]")
  number <- sub("ATT (.*), p-value.*", "\\1", tropanel:::estimate_words(fit))
  expect_match(fit$texts$headline, number, fixed = TRUE)
})

test_that("long names are whole in titles and shortened on axes", {
  long <- paste(rep("Municipality", 7), collapse = " ")
  expect_lt(nchar(tropanel:::shortened(long)), 30)
  expect_equal(tropanel:::shortened(c("Utah", NA)), c("Utah", NA))
  data <- month_panel(2001:2020)
  data$w <- as.integer(data$u == "unit 9" & data$t > 2015)
  data$u[data$u == "unit 9"] <- long
  one <- fit_of(data = data)
  titles <- of_kind(calls_of(one, "effects"), "C_title")
  main <- Filter(function(call) length(call[[1]]) && nzchar(call[[1]]), titles)[[1]][[1]]
  expect_match(gsub("\n", " ", main), long, fixed = TRUE)
  expect_match(main, "\n")
  skip_if_not_installed("ggplot2")
  title <- ggplot2::autoplot(one, "effects")$labels$title
  expect_lte(max(nchar(strsplit(title, "\n")[[1]])), 70)
  expect_match(gsub("\n", " ", title), long, fixed = TRUE)
})
