# What users of other packages try first.

fit <- estimate(small_panel())
with_covariates <- local({
  data <- small_panel()
  data$x <- cos(seq_len(48))
  data$z <- sin(seq_len(48)^2)
  list(data = data, fit = estimate(data, sales ~ law + x + z | state + year))
})

test_that("no method swallows an argument that it does not know", {
  unknown <- list(
    quote(print(fit, digit = 3)), quote(summary(fit, conf.level = 0.9)), quote(print(summary(fit), digits = 3)),
    quote(coef(fit, complete = TRUE)), quote(vcov(fit, type = "HC1")), quote(nobs(fit, use = 1)),
    quote(confint(fit, "ATT", 0.9, 3)), quote(fitted(fit, newdata = 1)), quote(residuals(fit, type = "response")),
    quote(tidy(fit, conf.levels = 0.9)), quote(glance(fit, digits = 3)), quote(augment(fit, newdata = small_panel())),
    quote(weights(fit, period = 2005)), quote(predict(fit, newdata = 1)), quote(predict(fit, se.fit = TRUE)),
    quote(as.data.frame(fit, tables = "scores")), quote(formula(fit, env = 1)), quote(print(weights(fit), m = 1)),
    quote(print(diagnose(fit), digits = 3)), quote(plot_to_nowhere(fit, colr = 3)), quote(plot_to_nowhere(fit, type = "l"))
  )
  for (call in unknown) {
    expect_refused(eval(call), "option_invalid", "has no argument|more unnamed arguments")
  }
  expect_refused(weights(fit, tim = 2005, period = 1), "option_invalid", "weights\\(\\) has no argument 'period'")
  expect_refused(tidy(fit, conf.lvel = 0.9), "option_invalid", "Did you mean 'conf.level'")
  expect_refused(vcov(fit, type = "HC1"), "option_invalid", "trop\\(inference = \\) chose")
  expect_error(update(fit, levels = 0.9), "unused argument")
  compared <- compare(
    sales ~ law | state + year, small_panel(), c("did", "trop"), lambdas = FIXED, inference = "none", threads = THREADS
  )
  expect_refused(print(compared, digits = 3), "option_invalid", "no argument 'digits'")
  expect_refused(plot_to_nowhere(compared, kind = "path"), "option_invalid", "no argument 'kind'")
  expect_refused(as.data.frame(compared, table = 1), "option_invalid", "no argument 'table'")
  expect_equal(as.data.frame(compared), compared$table)
  skip_if_not_installed("ggplot2")
  expect_refused(ggplot2::autoplot(fit, "event", ylim = 1), "option_invalid", "no argument 'ylim'")
})

test_that("another level holds for every table, from the same draws", {
  half <- tidy(fit, type = "event", conf.level = 0.5)
  again <- estimate(small_panel(), level = 0.5)
  expect_equal(half$conf.low, again$by_event_time$ci_lower)
  expect_equal(half$band.high, again$by_event_time$band_upper)
  expect_equal(half$p.value, tidy(fit, type = "event")$p.value)
  averages <- tidy(fit, type = "averages", conf.level = 0.5)
  expect_equal(averages$conf.low, again$averages$ci_lower)
  # The percentiles of the draws, and those that inference gives.
  expect_equal(averages$conf.low[averages$term == "effect"], confint(fit, level = 0.5)[[1]])
  said <- function(x) grep("^Seconds", capture.output(print(x)), value = TRUE, invert = TRUE)
  expect_equal(said(summary(fit, level = 0.5)), said(summary(again)))
  expect_refused(tidy(fit, type = "event", conf.level = 1.5), "level_out_of_range")
  expect_refused(summary(fit, level = 0), "level_out_of_range")
  bare <- estimate(small_panel(), inference = "none")
  expect_true(all(is.na(tidy(bare, type = "event", conf.level = 0.5)$conf.low)))
})

test_that("coef, vcov and confint have the covariates", {
  own <- with_covariates$fit
  terms <- c("ATT", "x", "z")
  expect_equal(coef(own), stats::setNames(c(own$att, own$coefficients$coefficient), terms))
  expect_equal(diag(vcov(own)), stats::setNames(c(own$se, own$coefficients$se)^2, terms))
  expect_true(all(is.na(vcov(own)[upper.tri(vcov(own))])))
  bounds <- confint(own)
  expect_equal(rownames(bounds), terms)
  expect_equal(bounds[["z", 2]], own$coefficients$ci_upper[2])
  expect_equal(confint(own, "z"), bounds["z", , drop = FALSE])
  expect_equal(confint(own, 2:3), bounds[2:3, ])
  expect_equal(confint(own, c("x", "ATT"))["ATT", ], bounds["ATT", ])
  narrow <- confint(own, level = 0.5)
  expect_equal(unname(narrow["x", ]), unlist(tidy(own, type = "covariates", conf.level = 0.5)[1, 5:6], use.names = FALSE))
  expect_equal(narrow["ATT", ], confint(own, "ATT", level = 0.5)["ATT", ])
  expect_refused(confint(own, "nope"), "option_invalid", "no parameter \"nope\"; there are 'ATT', 'x', 'z'")
  expect_refused(confint(fit, 2), "option_invalid", "no parameter 2")
})

test_that("tables, predictions and the citation are there by their usual names", {
  expect_equal(as.data.frame(fit), as.data.frame(fit$effects))
  expect_equal(as.data.frame(fit, table = "by_time")$time, 2001:2006)
  expect_true(is.factor(as.data.frame(fit, stringsAsFactors = TRUE)$unit))
  expect_equal(nrow(data.frame(fit)), nrow(fit$effects))
  expect_refused(as.data.frame(fit, table = "scores"), "option_invalid", "table must be")
  expect_equal(predict(fit, threads = THREADS), fitted(fit, threads = THREADS))
  skip_if_not("tropanel" %in% rownames(utils::installed.packages()))
  expect_match(paste(format(utils::citation("tropanel")), collapse = " "), "Triply Robust Panel\\s+Estimators")
})

test_that("formulas are updated", {
  data <- with_covariates$data
  base <- trop(sales ~ law | state + year, data, lambdas = FIXED, inference = "none", threads = THREADS)
  more <- update(base, . ~ . + x)
  expect_equal(formula(more), sales ~ law + x | state + year, ignore_formula_env = TRUE)
  expect_equal(coef(more), coef(trop(
    sales ~ law + x | state + year, data, lambdas = FIXED, inference = "none", threads = THREADS
  )))
  expect_equal(formula(update(more, . ~ . + z - x)), sales ~ law + z | state + year, ignore_formula_env = TRUE)
  expect_equal(coef(update(more, . ~ . - x)), coef(base))
  expect_equal(update(base, exp(.) ~ . | state + year)$outcome, "exp(sales)")
  expect_equal(formula(update(base, ~ . + x + x)), formula(more), ignore_formula_env = TRUE)
  expect_equal(update(base, . ~ . + x, lambdas = c(time = 0, unit = 0, nn = Inf))$lambdas[["nn"]], Inf)
  expect_true(is.call(update(base, . ~ . + x, evaluate = FALSE)))
  expect_refused(update(base, . ~ . - law + x), "formula_invalid", "'law', is the treatment")
  expect_refused(update(base, 3), "formula_invalid", "must be a formula")
  by_name <- trop(
    data = data, outcome = "sales", treatment = "law", unit = "state", time = "year", lambdas = FIXED,
    inference = "none", threads = THREADS
  )
  expect_refused(update(by_name, . ~ . + x), "formula_invalid", "without a formula")
  expect_equal(coef(update(by_name, covariates = "x")), coef(more))
})

test_that("functions of neighbouring rows are refused in formulas", {
  data <- with_covariates$data
  expect_refused(estimate(data, sales ~ law + lag(x, 1) | state + year), "formula_invalid", "lag\\(\\) in a formula")
  expect_refused(estimate(data, sales ~ law + stats::lag(x) | state + year), "formula_invalid", "lag")
  expect_refused(estimate(data, cumsum(sales) ~ law | state + year), "formula_invalid", "cumsum")
  # A column may have such a name.
  data$lag <- data$x
  expect_equal(coef(estimate(data, sales ~ law + lag | state + year, inference = "none"))[["lag"]], coef(
    estimate(data, sales ~ law + x | state + year, inference = "none")
  )[["x"]])
})

test_that("pictures take limits, targets and what event studies are drawn with", {
  expect_invisible(plot_to_nowhere(fit, "event", ylim = c(-1, 1)))
  for (kind in setdiff(tropanel:::KINDS, "surface")) {
    expect_invisible(plot_to_nowhere(fit, kind, xlim = c(0, 1), ylim = c(-1, 1), cex.main = 0.8))
  }
  limits <- function(...) {
    grDevices::pdf(NULL)
    on.exit(grDevices::dev.off())
    plot(fit, ...)
    graphics::par("usr")
  }
  expect_equal(limits("event", ylim = c(-1, 1), yaxs = "i")[3:4], c(-1, 1))
  expect_equal(limits("event", window = c(-2, 1), xaxs = "i")[1:2], c(-2, 1))
  expect_gt(limits("event")[4] - limits("event")[3], limits("event", min_cells = 2, band = FALSE)[4] -
    limits("event", min_cells = 2, band = FALSE)[3])
  expect_invisible(plot_to_nowhere(fit, "event", legend = FALSE, color = "darkred"))
  expect_invisible(plot_to_nowhere(fit, "cumulative", legend = "bottomright", col = 2))
  expect_invisible(plot_to_nowhere(fit, "weights", unit = "h"))
  expect_match(tropanel:::plot_texts(fit, "weights", list(unit = "h"))$main, "h in 2004")
  refused <- list(
    list("weights", unit = "x"), list("path", unit = "h"), list("path", window = c(0, 1)),
    list("event", window = c(1, 0)), list("event", window = 3), list("event", window = c(50, 60)),
    list("event", min_cells = 99), list("event", min_cells = "a"), list("event", band = NA), list("event", legend = "up"),
    list("event", color = "no such colour"), list("effects", color = "red")
  )
  for (given in refused) {
    expect_refused(do.call(plot_to_nowhere, c(list(fit), given)), "option_invalid")
  }
  expect_equal(nrow(tropanel:::shown_events(fit$by_event_time, list(min_cells = 1, band = TRUE, window = c(-1, 1)))), 3)
  skip_if_not_installed("ggplot2")
  drawn <- ggplot2::autoplot(fit, "event", window = c(-2, 1), band = FALSE, legend = FALSE, color = "darkred")
  expect_equal(range(drawn$data$event_time), c(-2, 1))
  expect_equal(drawn$theme$legend.position, "none")
  expect_true("darkred" %in% unlist(lapply(ggplot2::ggplot_build(drawn)$data, `[[`, "colour")))
  weighted <- ggplot2::autoplot(fit, "time_weights", unit = "h")
  expect_match(weighted$labels$title, "h in 2004")
})
