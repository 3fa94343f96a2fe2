fit <- estimate(small_panel())

test_that("coef, vcov, confint and nobs agree with the result", {
  expect_equal(coef(fit), c(ATT = fit$att))
  expect_equal(vcov(fit), matrix(fit$se^2, 1, 1, dimnames = list("ATT", "ATT")))
  expect_equal(nobs(fit), 48)
  fifty <- estimate(small_panel(), n_boot = 50)
  interval <- confint(fifty)
  expect_equal(dimnames(interval), list("ATT", c("2.5 %", "97.5 %")))
  expect_equal(c(interval), fifty$ci)
  narrow <- confint(fifty, level = 0.5)
  expect_equal(c(narrow), unname(quantile(fifty$draws, c(0.25, 0.75), type = 6)))
  expect_equal(.Call(tropanel:::wrap__percentile_interval, fifty$draws, 0.95), fifty$ci, tolerance = 1e-12)
  expect_refused(confint(fit, level = 2), "level_out_of_range")
  expect_refused(confint(fit, level = "a"), "option_invalid", "level must be a number, not 'a'")
})

test_that("the p-value and the interval never contradict each other", {
  for (level in c(0.5, 0.8, 0.9)) {
    bounds <- c(confint(fit, level = level))
    outside <- bounds[1] > 0 || bounds[2] < 0
    expect_equal(outside, fit$p_value < 1 - level)
  }
})

test_that("printing computes nothing", {
  without_core({
    expect_output(print(fit), "ATT 2")
    expect_output(print(summary(fit, percent = TRUE)), "Percent +[0-9.]+ % ")
    expect_output(print(summary(fit)), "Standard error.*bootstrap \\(20 draws of units; percentiles\\)")
    expect_invisible(plot_to_nowhere(fit))
    coef(fit)
    confint(fit)
    tidy(fit, conf.int = TRUE)
  })
  expect_error(without_core(estimate(small_panel())), "the core was called")
})

test_that("fitted values are counterfactuals and leave-one-out predictions", {
  data <- small_panel()
  own <- estimate(data)
  values <- fitted(own, threads = THREADS)
  expect_equal(length(values), 48)
  expect_equal(values[data$law == 1], own$effects$counterfactual)
  expect_equal(residuals(own, threads = THREADS), data$sales - values)
  cells <- which(data$law == 0)
  Y <- matrix(data$sales, 8, byrow = TRUE)
  W <- matrix(data$law, 8, byrow = TRUE)
  alone <- cell_effects(Y, W, cbind((cells - 1) %/% 6 + 1, (cells - 1) %% 6 + 1), FIXED, threads = THREADS)
  expect_equal(values[cells], alone$effects$counterfactual, tolerance = 1e-6)
  wide <- trop_matrix(Y, W, lambdas = FIXED, inference = NULL, threads = THREADS)
  expect_equal(unname(c(t(fitted(wide, threads = THREADS)))), values, tolerance = 1e-12)
  expect_equal(dim(residuals(wide, threads = THREADS)), c(8, 6))
})

test_that("fitted values are NA where a row cannot be predicted", {
  data <- data.frame(
    u = c("a", "a", "b", "b", "c"), t = c(1, 2, 1, 2, 3), y = c(1, 2, 4, 6, 5), w = c(0, 0, 0, 1, 0)
  )
  own <- trop(y ~ w | u + t, data, lambdas = c(time = 0, unit = 0, nn = Inf), threads = THREADS)
  expect_equal(is.na(fitted(own, threads = THREADS)), c(TRUE, TRUE, TRUE, FALSE, TRUE))
})

test_that("weights are those of the chosen target", {
  expect_equal(weights(fit)$target, data.frame(unit = "g", time = 2005L))
  expect_equal(weights(fit, unit = "h")$target, data.frame(unit = "h", time = 2004L))
  expect_equal(weights(fit, time = 2004)$target, data.frame(unit = "h", time = 2004L))
  any <- weights(fit, unit = "a", time = 2002)
  expect_equal(any$time$weight, exp(-0.1 * c(1, 0, 1, 2, 3, 4)))
  expect_equal(any$unit$weight[1], 1)
  expect_output(print(any), "Weights of the target 'a' in 2002")
  expect_refused(weights(fit, unit = "gg"), "option_invalid", "no \"gg\"")
  expect_refused(weights(fit, unit = "a"), "option_invalid", "No cell is treated")
})

test_that("tidy, glance and augment follow broom", {
  expect_equal(names(tidy(fit)), c("term", "estimate", "std.error", "p.value", "method", "converged"))
  with_interval <- tidy(fit, conf.int = TRUE, conf.level = 0.8)
  expect_equal(c(with_interval$conf.low, with_interval$conf.high), c(confint(fit, level = 0.8)))
  events <- tidy(fit, type = "event")
  expect_equal(events$estimate, fit$by_event_time$effect)
  expect_equal(nrow(glance(fit)), 1)
  expect_equal(glance(fit)$nobs, 48)
  data <- small_panel()[48:1, ]
  augmented <- augment(estimate(data), data, threads = THREADS)
  expect_equal(augmented[names(data)], data)
  expect_equal(augmented$.fitted + augmented$.resid, data$sales)
  expect_equal(augment(estimate(data), threads = THREADS)$sales, data$sales)
  expect_refused(augment(fit, data[-1, ], threads = THREADS), "data_unreadable", "48 rows")
  skip_if_not_installed("broom")
  expect_equal(broom::tidy(fit), tidy(fit))
})

test_that("notes tell what is odd", {
  data <- small_panel()
  expect_match(estimate(data)$notes, "Only 2 treated units", all = FALSE)
  expect_match(
    estimate(data[data$year != 2003, ])$notes, "not evenly spaced \\(first wider step after 2002\\)",
    all = FALSE
  )
  months <- as.Date(c("2001-01-31", "2001-02-28", "2001-03-31", "2001-04-30", "2001-05-31", "2001-06-30"))
  data$month <- months[data$year - 2000]
  expect_false(any(grepl("evenly", estimate(data, sales ~ law | state + month)$notes)))
  expect_match(estimate(data[data$year != 2002, ], sales ~ law | state + month)$notes, "evenly", all = FALSE)
  searched <- trop(
    sales ~ law | state + year, data,
    grids = list(time = c(0, 0.1), unit = 0, nn = Inf), inference = "bootstrap", n_boot = 20, threads = THREADS
  )
  expect_equal(nrow(searched$scores), 2)
  if (searched$lambdas[["time"]] == 0.1) {
    expect_match(searched$notes, "largest of its candidates", all = FALSE)
  }
})

test_that("treated cells that cannot be estimated are listed", {
  data <- rbind(small_panel(), data.frame(state = "z", year = 2006L, sales = 3, law = 1L))
  found <- estimate(data)
  expect_equal(found$not_estimable, data.frame(
    unit = "z", time = 2006L, reason = "disconnected", effect_min = NA_real_, effect_max = NA_real_
  ))
  expect_match(found$notes, "1 treated cell cannot be estimated.*\\(z, 2006", all = FALSE)
})

test_that("what is not certified is a warning and a note", {
  panel <- estimate(small_panel(), inference = NULL)$panel
  options <- list(
    lambdas = replace(FIXED, "nn", 0.05), inference = "none", max_iterations = 1, tolerance = 1e-12, threads = THREADS
  )
  found <- NULL
  told <- capture_warnings(found <- tropanel:::run(panel, options, FALSE, NULL))
  expect_match(told[1], "^5 of 5 effects are not certified.*see the column gap of effects")
  expect_identical(told, found$notes)
  expect_false(all(found$effects$certified))
  expect_match(found$texts$mark, "not certified: gap")
  expect_output(print(found), "not certified")
  expect_warning(tropanel:::trop_warn("effects_uncertified", "x"), class = "tropanel_convergence_warning")
})

test_that("plots of every kind are drawn", {
  searched <- trop(
    sales ~ law | state + year, small_panel(),
    grids = list(time = c(0, 0.5), unit = 0, nn = Inf), threads = THREADS
  )
  for (kind in tropanel:::KINDS) {
    expect_identical(plot_to_nowhere(searched, kind, main = "A title"), searched)
  }
  one <- estimate(subset(small_panel(), state != "g"), inference = "auto")
  expect_silent(plot_to_nowhere(one, "effects"))
  expect_refused(plot_to_nowhere(fit, "paths"), "option_invalid", "Did you mean 'path'")
  expect_refused(plot_to_nowhere(fit, "surface"), "option_invalid", "lambdas were given")
  expect_refused(
    plot_to_nowhere(estimate(small_panel(), inference = NULL), "placebo"), "option_invalid", "no draws"
  )
  skip_if_not_installed("ggplot2")
  for (kind in tropanel:::KINDS) {
    drawn <- ggplot2::autoplot(searched, kind)
    expect_s3_class(ggplot2::ggplot_build(drawn), "ggplot_built")
  }
})

test_that("a saved result prints, plots and summarises in a fresh session, and computes what it lacks", {
  file <- tempfile(fileext = ".rds")
  own <- estimate(small_panel(), inference = "placebo", grids = list(time = c(0, 0.5), unit = 0, nn = Inf), lambdas = NULL)
  saveRDS(own, file)
  saved <- readRDS(file)
  expect_false(.Call(tropanel:::wrap__is_alive, saved$panel$core$handle))
  expect_false(.Call(tropanel:::wrap__is_alive, saved$kept$found))
  without_core({
    expect_identical(capture.output(print(saved)), capture.output(print(own)))
    expect_identical(capture.output(print(summary(saved))), capture.output(print(summary(own))))
    expect_invisible(plot_to_nowhere(saved))
    expect_identical(averages(saved, "event_time"), averages(own, "event_time"))
  })
  expect_equal(fitted(saved, threads = THREADS), fitted(own, threads = THREADS))
  expect_equal(confint(saved, level = 0.8), confint(own, level = 0.8))
  pages <- vapply(list(own, saved), function(result) {
    page <- tempfile(fileext = ".html")
    report(result, page, threads = THREADS, progress = FALSE)
    gsub("base64,[^\"]*", "", paste(readLines(page), collapse = "\n")) # R counts the pictures it has drawn
  }, "")
  expect_identical(pages[1], pages[2])
})

test_that("a result can be updated", {
  data <- small_panel()
  first <- trop(
    sales ~ law | state + year, data,
    lambdas = FIXED, inference = "bootstrap", n_boot = 20, threads = THREADS
  )
  expect_equal(update(first, n_boot = 30)$draws[1:20], first$draws)
})

test_that("tidy() and glance() take what table makers hand on, and no option that is unknown", {
  fit <- estimate(small_panel())
  # As modelsummary 2.6 calls them.
  expect_identical(tidy(fit, conf.int = FALSE, vcov = NULL, coef_rename = FALSE), tidy(fit))
  expect_identical(glance(fit, gof_map = list(list(raw = "nobs", clean = "Num.Obs."))), glance(fit))
  expect_refused(tidy(fit, conf.itn = TRUE), "option_invalid", "conf.int")
  expect_refused(tidy(fit, vcov = diag(1)), "option_invalid", "vcov")
  expect_refused(tidy(fit, FALSE, 0.9, "att", FALSE), "option_invalid", "unnamed")
})
